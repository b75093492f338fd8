"""A receipt of ours as a sheet of paper (PDF), where one can be made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from facekeep.oversight.papers.model import Line, Paper, Part
from facekeep.oversight.papers.pdf import Press
from facekeep.oversight.papers.rendering import shown_minute
from facekeep.oversight.papers.shapes import typst_data
from facekeep.web.portal.wording import WORDS


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed. ``stamp`` stands in the footer of each page, ``made`` in seconds since 1970."""

    kind: str
    handler: str
    said: str
    facts: tuple[tuple[str, str], ...]
    stamp: str
    made: int


def printed(sheet: Sheet, language: Literal["zh", "en"]) -> bytes:
    """One receipt on A4. Raises ``Broken`` where the maker of PDFs or a Chinese font is missing."""
    press = Press()
    data = typst_data(
        _paper(sheet, language), language, sheet.handler, sheet.made, sheet.stamp, press.font
    )
    day = WORDS.say("sheet.made", language, when=shown_minute(sheet.made, language))
    return press.print({**data, "foot": WORDS.say("sheet.foot", language), "made": day}, sheet.made)


def _paper(sheet: Sheet, language: str) -> Paper:
    title, what = (WORDS.say(key, language) for key in (f"sheet.{sheet.kind}", "sheet.what"))
    lines = tuple(Line((name, name), value) for name, value in sheet.facts)
    part = Part((what, what), lines=lines)
    return Paper("receipt", (title, title), (sheet.said, sheet.said), (part,))
