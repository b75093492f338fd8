"""What the desk keeps in memory: whose turn it is, which screens are kiosks, what is being printed."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import Request

from facekeep.web.desk.attended import Turns
from facekeep.web.desk.kiosks import Kiosks
from facekeep.web.desk.sheets import Sheets


@dataclass(frozen=True, slots=True)
class Books:
    """Of one application; none of it outlives the process."""

    turns: Turns = field(default_factory=Turns)
    kiosks: Kiosks = field(default_factory=Kiosks)
    sheets: Sheets = field(default_factory=Sheets)


def books_of(request: Request) -> Books:
    """The books of this application."""
    books = request.app.state.desk
    assert isinstance(books, Books)
    return books
