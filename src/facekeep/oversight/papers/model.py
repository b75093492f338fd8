"""A paper before it has a form: titles, lines, tables. One content, three renderings.

A line without a value is a gap, and every gap is collected: nothing is invented to fill a form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

Pair = tuple[str, str]
"""Chinese, English."""

Words = str | Pair
"""Something said in both languages, or the same in each (a name, a number, a digest)."""


def of(words: Words, language: str) -> str:
    """The words in one language."""
    if isinstance(words, str):
        return words
    return words[0] if language == "zh" else words[1]


@dataclass(frozen=True, slots=True)
class Line:
    """A labelled value; None is missing, ``way_out`` what to do about it."""

    label: Pair
    value: Words | None
    way_out: Words = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; a cell is words."""

    headings: tuple[Pair, ...]
    rows: tuple[tuple[Words, ...], ...]
    widths: tuple[int, ...] = ()
    """Shares of the page's width, one a column; equal where none is given."""


@dataclass(frozen=True, slots=True)
class Part:
    """A section: prose, lines, tables, in this order; ``empty`` is said where there is nothing."""

    title: Pair
    prose: tuple[Words, ...] = ()
    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    blanks: tuple[Pair, ...] = ()
    """Places to be filled by hand: a signature, a seal, a date."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A gap: in which paper, what, and the way out."""

    paper: Pair
    what: Pair
    way_out: Words


@dataclass(frozen=True, slots=True)
class Paper:
    """One document. ``name`` is its file name; ``slot`` the filing material it fills."""

    name: str
    title: Pair
    lede: Pair
    parts: tuple[Part, ...]
    slot: str = ""
    more: tuple[Missing, ...] = field(default=())
    """Gaps no line shows, such as an assessment that is not there."""

    def missing(self) -> Iterator[Missing]:
        """Every gap of this paper."""
        for part in self.parts:
            for line in part.lines:
                if line.value is None:
                    yield Missing(self.title, _within(part.title, line.label), line.way_out)
        yield from self.more


def _within(part: Pair, label: Pair) -> Pair:
    return f"{part[0]}：{label[0]}", f"{part[1]}: {label[1]}"
