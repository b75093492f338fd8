"""Long forms as data: what is asked, how it is shown, and what of a document it fills in.

A field is named by its way through the document, such as ``place.name.zh`` or ``options.0.name.en``.
Tables and rows that were left empty are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from facekeep.terms.messages import in_language
from facekeep.web.console.acting import WHOLE
from facekeep.web.console.wording import WORDS
from facekeep.web.pages.forms import Faults, Form

MAX_ROWS = 24
SPARE = 2
"""Empty rows offered beyond those that are filled in."""

BLANK: tuple[Any, ...] = ("", None, False, [])


@dataclass(frozen=True, slots=True)
class Ask:
    """One field. ``kind``: line, prose, number, rate, day, one (of ``options``), many, yes."""

    key: str
    kind: str = "line"
    options: tuple[str, ...] = ()
    terms: str = ""
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of tables, a row each."""

    key: str
    asks: tuple[Ask, ...]
    spare: int = SPARE


Part = Sequence[Ask | Rows]


@dataclass(frozen=True, slots=True)
class Shown:
    """One field as the page shows it."""

    name: str
    label: str
    hint: str
    kind: str
    value: str
    chosen: tuple[str, ...]
    options: tuple[tuple[str, str], ...]
    needed: bool


@dataclass(frozen=True, slots=True)
class Block:
    """Fields that belong together; ``name`` and ``title`` are empty for those that stand alone."""

    name: str
    title: str
    fields: tuple[Shown, ...]


def pair(key: str, kind: str = "prose", *, needed: bool = True) -> tuple[Ask, Ask]:
    """The same in Chinese and in English."""
    return Ask(f"{key}.zh", kind, needed=needed), Ask(f"{key}.en", kind, needed=needed)


# -- reading ----------------------------------------------------------------------------------


def roots(part: Part) -> frozenset[str]:
    """What of a document a part asks for."""
    return frozenset(one.key.partition(".")[0] for one in part)


def read(part: Part, form: Form) -> dict[str, Any]:
    """What was filled in, as a document."""
    document: dict[str, Any] = {}
    for one in part:
        if isinstance(one, Rows):
            _put(document, one.key.split("."), list(_rows(one, form)))
        else:
            _put(document, one.key.split("."), _value(one, one.key, form))
    return _needing(_pruned(document), [one for one in part if isinstance(one, Ask)])


def merged(document: Mapping[str, Any], part: Part, form: Form) -> dict[str, Any]:
    """A document with one part of it filled in anew."""
    kept = {key: value for key, value in document.items() if key not in roots(part)}
    return {**kept, **read(part, form)}


def _rows(rows: Rows, form: Form) -> Iterator[dict[str, Any]]:
    for n in range(MAX_ROWS):
        row: dict[str, Any] = {}
        for ask in rows.asks:
            _put(row, ask.key.split("."), _value(ask, f"{rows.key}.{n}.{ask.key}", form))
        if row := _pruned(row):
            yield _needing(row, rows.asks)


def _needing(document: dict[str, Any], asks: Sequence[Ask]) -> dict[str, Any]:
    """What cannot be left out stands there empty, so that what is missing is named by its field."""
    for ask in asks:
        if ask.needed and _found(document, ask.key) is None:
            _put(document, ask.key.split("."), [] if ask.kind == "many" else "")
    return document


def _value(ask: Ask, name: str, form: Form) -> Any:
    """The value as the document has it; what cannot be read as such stays the text that was typed."""
    text = form.text(name)
    try:
        match ask.kind:
            case "number":
                return int(text)
            case "rate":
                return float(text)
            case "day":
                return date.fromisoformat(text)
            case "many":
                return list(form.many(name))
            case "yes":
                return form.ticked(name)
    except ValueError:
        return text
    return " ".join(text.split()) if ask.kind == "prose" else text


def _put(document: dict[str, Any], way: Sequence[str], value: Any) -> None:
    *tables, last = way
    for table in tables:
        document = document.setdefault(table, {})
    document[last] = value


def _pruned(document: dict[str, Any]) -> dict[str, Any]:
    """Without what was left empty: a table of which nothing was filled in is none."""
    told = {key: _pruned(one) if isinstance(one, dict) else one for key, one in document.items()}
    if all(one in BLANK or one == {} for one in told.values()):
        return {}
    return {key: one for key, one in told.items() if one not in ("", None) and one != {}}


# -- showing ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document on its way to a page. ``words`` begins the keys of its labels."""

    words: str
    language: str
    document: Mapping[str, Any] = field(default_factory=dict)

    def blocks(self, part: Part) -> list[Block]:
        """Every field of a part, rows as blocks of their own."""
        blocks: list[Block] = []
        alone = [one for one in part if isinstance(one, Ask)]
        if alone:
            blocks.append(Block("", "", tuple(self._shown(ask, ask.key, ask.key) for ask in alone)))
        for rows in part:
            if isinstance(rows, Rows):
                blocks += self._row_blocks(rows)
        return blocks

    def _row_blocks(self, rows: Rows) -> Iterator[Block]:
        filled = len(_found(self.document, rows.key) or [])
        for n in range(min(filled + rows.spare, MAX_ROWS)):
            title = WORDS.say(f"{self.words}.{rows.key}.row", self.language, n=n + 1)
            shown = (
                self._shown(ask, f"{rows.key}.{n}.{ask.key}", f"{rows.key}.{ask.key}", n < filled)
                for ask in rows.asks
            )
            yield Block(f"{rows.key}.{n}", title, tuple(shown))

    def _shown(self, ask: Ask, name: str, key: str, filled: bool = True) -> Shown:
        value = _found(self.document, name)
        many = tuple(map(str, value)) if isinstance(value, list) else ()
        options = tuple((one, self._option(ask, one)) for one in ask.options)
        if ask.kind == "one" and not filled:  # else an empty row would look filled in
            options = (("", WORDS.say("ask.choose", self.language)), *options)
        hint = f"{self.words}.{key.removesuffix('.zh').removesuffix('.en')}.hint"
        said = WORDS.say(hint, self.language) if hint in WORDS and not key.endswith(".en") else ""
        return Shown(
            name, self._label(key), said, ask.kind, _text(value), many, options,
            ask.needed and filled,
        )  # fmt: skip

    def _label(self, key: str) -> str:
        plain, _, tongue = key.rpartition(".")
        if tongue not in ("zh", "en"):
            return WORDS.say(f"{self.words}.{key}", self.language)
        label = WORDS.say(f"{self.words}.{plain}", self.language)
        return WORDS.say(f"ask.in_{tongue}", self.language, what=label)

    def _option(self, ask: Ask, value: str) -> str:
        key = f"term.{ask.terms}.{value or 'none'}"
        return WORDS.say(key, self.language) if ask.terms and key in WORDS else value


def _found(document: Any, name: str) -> Any:
    for step in name.split("."):
        if isinstance(document, list):
            document = (
                document[int(step)] if step.isdecimal() and int(step) < len(document) else None
            )
        elif isinstance(document, Mapping):
            document = document.get(step)
        else:
            return None
    return document


def _text(value: Any) -> str:
    if value is None or isinstance(value, list | dict):
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    return f"{value:g}" if isinstance(value, float) else str(value)


# -- what is wrong ----------------------------------------------------------------------------


def blame(error: ValidationError, faults: Faults, language: str, words: str) -> None:
    """What does not fit, beside its field and by its label, in words of ours: nobody reads a page in two
    languages. ``words`` begins the keys of the labels.
    """
    for one in error.errors():
        kind = "missing" if one.get("input") == "" else one["type"]
        name, why = ".".join(map(str, one["loc"])), _why(kind, str(one["msg"]), language)
        label = _label_of(words, name, language)
        faults.add(
            name or WHOLE, WORDS.say("fault.of", language, label=label, why=why) if label else why
        )


def _label_of(words: str, name: str, language: str) -> str:
    """A field as the page calls it; empty for what belongs to no single one."""
    key = ".".join(step for step in name.split(".") if not step.isdecimal())
    plain, _, tongue = key.rpartition(".")
    if tongue in ("zh", "en") and f"{words}.{plain}" in WORDS:
        what = WORDS.say(f"{words}.{plain}", language)
        return WORDS.say(f"ask.in_{tongue}", language, what=what)
    return WORDS.say(f"{words}.{key}", language) if f"{words}.{key}" in WORDS else ""


def _why(kind: str, message: str, language: str) -> str:
    key = f"fault.{kind}"
    if key in WORDS:
        return WORDS.say(key, language)
    said = message.removeprefix("Value error, ")
    in_ours = in_language(said, language)
    if language == "zh" and in_ours == said:
        return WORDS.say("fault.other", language)
    return in_ours
