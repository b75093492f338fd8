"""A roster: whom to ask, as another system writes it down. CSV, JSON or JSON lines.

Whatever stands in a cell is a name and nothing else: no formula is worked out, no path opened, nothing
is shown again. A column nobody knows is refused by its place: a misspelt birth date would make an adult
of a child.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from facekeep.storage.subjects import normal
from facekeep.terms.errors import Misused

Kind = Literal["csv", "json", "lines"]
Outcome = Literal["requested", "unchanged", "refused"]

COLUMNS = ("subject", "birth_date", "guardian")
"""``guardian`` says that a parent is asked; a birth date says so by itself. None of it is kept."""

YES = {"": False, "0": False, "no": False, "false": False, "1": True, "yes": True, "true": True}
CHARSETS = frozenset({"utf-8", "utf-16", "gb18030"})
"""What spreadsheets write; ``utf-16`` by its byte order mark."""

_ALIASES = {"utf8": "utf-8", "gbk": "gb18030", "gb2312": "gb18030", "utf-8-sig": "utf-8"}
_CELL = 400
"""Characters of a cell: twice the longest reference."""


@dataclass(frozen=True, slots=True)
class Named:
    """One line that can be read. ``birth`` decides who is asked, and is then forgotten."""

    subject: str = field(repr=False)
    birth: date | None = field(default=None, repr=False)
    guardian: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line by its number in the file: who is named, or why it cannot be read."""

    number: int
    named: Named | None
    why: str = ""


class TooLong(Misused):
    """More lines than are read at once."""


def read(raw: bytes, kind: Kind, charset: str = "", most: int = 10_000) -> list[Line]:
    """Every line of a roster. Raises ``Misused`` where the whole cannot be read, ``TooLong``."""
    text = _decoded(raw, charset)
    readers = {"csv": _of_csv, "json": _of_json, "lines": _of_lines}
    lines: list[Line] = []
    for line in readers[kind](text):
        if len(lines) == most:
            raise TooLong("the roster is too long")
        lines.append(line)
    return lines


def _decoded(raw: bytes, charset: str) -> str:
    named = _ALIASES.get(charset.lower(), charset.lower() or "utf-8")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        named = "utf-16"
    if named not in CHARSETS:
        raise Misused(f"a roster is written in one of {', '.join(sorted(CHARSETS))}")
    try:
        return raw.decode(named).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise Misused("the roster is written in another character set than it says") from None


# -- CSV ------------------------------------------------------------------------------------


def _of_csv(text: str) -> Iterator[Line]:
    """RFC 4180, with commas, semicolons or tabs; the first line names the columns."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        heading = [cell.strip().lower() for cell in next(rows, [])]
        _refuse_odd_heading(heading)
        for row in rows:
            if any(cell.strip() for cell in row):
                yield _line(rows.line_num, heading, row)
    except csv.Error:
        raise Misused("the roster is no CSV (RFC 4180)") from None


def _delimiter(text: str) -> str:
    heading = text.partition("\n")[0]
    return max(",;\t", key=heading.count)


def _refuse_odd_heading(heading: list[str]) -> None:
    odd = [place for place, name in enumerate(heading, 1) if name not in COLUMNS]
    if odd:
        places = ", ".join(map(str, odd[:8]))
        raise Misused(f"columns {places} are none of {', '.join(COLUMNS)}: leave them out")
    if "subject" not in heading or len(set(heading)) < len(heading):
        raise Misused("a roster has one column named subject, and each column once")


def _line(number: int, heading: list[str], row: list[str]) -> Line:
    if len(row) != len(heading):
        return Line(number, None, "another number of cells than the heading has")
    return _told(number, dict(zip(heading, row, strict=True)))


# -- JSON -----------------------------------------------------------------------------------


def _of_json(text: str) -> Iterator[Line]:
    """An array of objects, numbered from 1."""
    told = _loaded(text)
    if not isinstance(told, list):
        raise Misused("a roster in JSON is an array of objects")
    for number, one in enumerate(told, 1):
        yield _object(number, one)


def _of_lines(text: str) -> Iterator[Line]:
    """An object a line."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield _object(number, _loaded(line))
            except Misused as error:
                yield Line(number, None, str(error))


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Misused("this is no JSON") from None


def _object(number: int, one: Any) -> Line:
    if not isinstance(one, dict) or not set(one) <= set(COLUMNS):
        return Line(number, None, f"an object with {', '.join(COLUMNS)} and nothing else")
    guardian = one.get("guardian", False)
    texts = {name: one.get(name) or "" for name in ("subject", "birth_date")}
    if not isinstance(guardian, bool) or not all(isinstance(t, str) for t in texts.values()):
        return Line(number, None, "subject and birth_date are texts, guardian is true or false")
    return _told(number, {**texts, "guardian": "true" if guardian else ""})


# -- a line ---------------------------------------------------------------------------------


def _told(number: int, cells: Mapping[str, str]) -> Line:
    try:
        return Line(number, _named(cells))
    except Misused as error:
        return Line(number, None, str(error))


def _named(cells: Mapping[str, str]) -> Named:
    if any(len(cell) > _CELL for cell in cells.values()):
        raise Misused("a cell is longer than any reference")
    said = YES.get(cells.get("guardian", "").strip().lower())
    if said is None:
        raise Misused("guardian is yes or no")
    return Named(normal(cells["subject"]), _day(cells.get("birth_date", "").strip()), said)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        if len(text) != len("2020-01-31"):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise Misused("a birth date is written YYYY-MM-DD") from None
