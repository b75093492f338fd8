"""What a person sees: hairlines instead of boxes, a word beside every colour, air.

Answers go to standard output; notices, progress and errors to standard error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, ClassVar

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

if TYPE_CHECKING:
    from facekeep.terms.ports import Progress

THEME = Theme(
    {
        "celadon": "#3f9c93",
        "cinnabar": "#d2604a",
        "gamboge": "#b5832a",
        "indigo": "#6f8fd0",
        "muted": "#8a979a",
    },
    inherit=True,
)
"""The palette, in tones that hold 3 : 1 on white and on black alike."""

MEASURE = 96
"""Columns: longer lines are hard to read."""

INDENT = 2


class Screen:
    """A console with a handful of shapes."""

    MARKS: ClassVar[dict[str, tuple[str, str]]] = {
        "good": ("●", "celadon"),
        "no": ("○", "gamboge"),
        "bad": ("●", "cinnabar"),
        "warn": ("◐", "gamboge"),
        "plain": ("·", "muted"),
    }

    def __init__(self, *, stderr: bool = False, **facing: Any) -> None:
        """``facing`` says what the stream leads to where that is not this process's terminal."""
        self.console = Console(stderr=stderr, theme=THEME, highlight=False, emoji=False, **facing)
        self.console.width = min(self.console.width, MEASURE)

    @property
    def is_live(self) -> bool:
        """Whether a person is watching."""
        return self.console.is_terminal

    def headline(self, mark: str, text: str, beside: str = "") -> None:
        """One line that says it: a mark, a word, and what it is about."""
        sign, style = self.MARKS[mark]
        line = Text.assemble((f"{sign} ", style), (harmless(text), f"bold {style}"))
        if beside:
            line.append(f"  {harmless(beside)}", "muted")
        self.gap()
        self._put(line)

    def facts(self, rows: Iterable[tuple[str, object]]) -> None:
        """Labels and values in two columns; empty values are left out."""
        grid = Table.grid(padding=(0, 3))
        grid.add_column(style="muted", no_wrap=True)
        grid.add_column(overflow="fold")
        for label, value in rows:
            if value not in ("", None):
                grid.add_row(label, Text(harmless(str(value))))
        self._put(grid, INDENT)

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """A table with one hairline under its headings; figures stand right."""
        held = [[harmless(str(cell)) for cell in row] for row in rows]
        table = Table(box=None, padding=(0, 3, 0, 0), header_style="muted", pad_edge=False)
        for column, heading in enumerate(headings):
            figures = all(_is_figure(row[column]) for row in held) if held else False
            table.add_column(heading, justify="right" if figures else "left", overflow="fold")
        for row in held:
            table.add_row(*(Text(cell) for cell in row))
        self._put(table, INDENT)

    def paragraph(self, text: str, style: str = "") -> None:
        """Prose."""
        self._put(Text(harmless(text), style), INDENT)

    def note(self, text: str, mark: str = "plain") -> None:
        """A remark under what was said."""
        sign, style = self.MARKS[mark]
        self._hung(Text(sign, style), Text(harmless(text), "" if mark != "plain" else "muted"))

    def way_out(self, text: str, indent: int = INDENT) -> None:
        """What can be done now."""
        self._hung(Text("→", "indigo"), Text(harmless(text)), indent)

    def gap(self) -> None:
        """An empty line."""
        self.console.print()

    @contextmanager
    def progress(self, label: str) -> Iterator[Progress]:
        """A bar while somebody watches; silence otherwise."""
        if not self.is_live:
            yield lambda done, total, /: None
            return
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bars

        columns = (
            TextColumn(f"  {label}"), BarColumn(complete_style="celadon", finished_style="celadon", pulse_style="celadon"),
            MofNCompleteColumn(), TimeRemainingColumn(),
        )  # fmt: skip
        with Bars(  # standard output belongs to everybody in a process that serves others
            *columns, console=self.console, transient=True, redirect_stdout=False, redirect_stderr=False
        ) as bars:  # fmt: skip
            task = bars.add_task(label, total=None)
            yield lambda done, total, /: bars.update(task, completed=done, total=total)

    @contextmanager
    def waiting(self, label: str) -> Iterator[None]:
        """A turning sign while somebody watches."""
        from rich.live import Live
        from rich.spinner import Spinner

        sign = Spinner("line", text=Text(label), style="celadon")
        live = Live(
            sign, console=self.console, transient=True, redirect_stdout=False, redirect_stderr=False
        )
        with live if self.is_live else nullcontext():
            yield

    def _hung(self, sign: Text, text: Text, indent: int = INDENT) -> None:
        """A sign, and beside it a text that wraps under itself."""
        grid = Table.grid(padding=(0, 1))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        grid.add_row(sign, text)
        self._put(grid, indent)

    def _put(self, what: RenderableType, indent: int = 0) -> None:
        self.console.print(Padding(what, (0, 0, 0, indent), expand=False) if indent else what)


_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a terminal would obey instead of showing: escapes, and turns of the reading direction."""


def harmless(text: str) -> str:
    """A text out of somebody's file, as a terminal may be given it."""
    return _COMMANDS.sub("\ufffd", text)


def _is_figure(text: str) -> bool:
    return bool(text) and text[0] in "0123456789-−<≤" and not text[-1].isalpha()


def grouped(digest: str, width: int = 4) -> str:
    """A digest in groups, as people compare them."""
    return " ".join(digest[at : at + width] for at in range(0, len(digest), width))
