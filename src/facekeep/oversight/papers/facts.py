"""What the filing pack is made from: the live facts of a home, read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from facekeep.oversight.comply import Row
from facekeep.oversight.papers.model import Pair, Words
from facekeep.terms.evidence import Finding

Plain = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Use:
    """One purpose in force: its own words, its version, its notice and its assessment."""

    id: str
    version: int
    digest: str
    told: Plain
    notice: Pair
    assessment: Plain | None = None
    signed: Plain = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything papers may say. ``people`` is the counted range of people with faces stored."""

    home: str
    made: int
    handler: Plain
    uses: Sequence[Use]
    findings: Mapping[str, Finding]
    duties: Sequence[Row]
    people: tuple[int, int] | None
    slots: Mapping[str, Plain | None]
    due: str = ""
    """The day a filing is due, YYYY-MM-DD; empty where none is."""


def pick(told: Plain | None, *paths: str) -> Any:
    """The first value found under dotted paths; None where there is none, or an empty one."""
    for path in paths:
        value: Any = told
        for step in path.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        if value not in (None, "", [], {}):
            return value
    return None


def words(value: Any) -> Words | None:
    """A value as words: a pair of languages, a text, a number; None stays missing."""
    if value is None or value == "":
        return None
    if isinstance(value, Mapping) and {"zh", "en"} <= set(value):
        return str(value["zh"]), str(value["en"])
    if isinstance(value, Mapping):
        return "；".join(f"{key}: {_text(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return _joined([w for one in value if (w := words(one)) is not None])
    return _text(value)


def _joined(many: Sequence[Words]) -> Words | None:
    if not many:
        return None
    pairs = [one if isinstance(one, tuple) else (one, one) for one in many]
    return "；".join(zh for zh, _ in pairs), "; ".join(en for _, en in pairs)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)
