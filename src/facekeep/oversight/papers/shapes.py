"""A paper in one language, as every rendering takes it: plain texts, None where one is missing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from facekeep.governance.workdays import day_of
from facekeep.oversight.papers.model import Missing, Paper, Part, Table, of
from facekeep.oversight.papers.rendering import OTHER, render, shown_minute
from facekeep.oversight.papers.words import WORDS

Shape = Mapping[str, Any]


def shape(paper: Paper, language: str) -> dict[str, Any]:
    """The paper's content in one language."""
    return {
        "name": paper.name,
        "title": of(paper.title, language),
        "lede": of(paper.lede, language),
        "missing": [gap(one, language) for one in paper.missing()],
        "parts": [_part(part, language) for part in paper.parts],
    }


def gap(missing: Missing, language: str) -> dict[str, str]:
    """A gap in one language."""
    return {
        "paper": of(missing.paper, language),
        "what": of(missing.what, language),
        "way_out": of(missing.way_out, language),
    }


def _part(part: Part, language: str) -> dict[str, Any]:
    return {
        "title": of(part.title, language),
        "prose": [text for words in part.prose if (text := of(words, language))],
        "lines": [
            {
                "label": of(line.label, language),
                "value": None if line.value is None else of(line.value, language),
            }
            for line in part.lines
        ],
        "tables": [_table(table, language) for table in part.tables],
        "blanks": [of(blank, language) for blank in part.blanks],
    }


def _table(table: Table, language: str) -> dict[str, Any]:
    return {
        "widths": list(table.widths or (1,) * len(table.headings)),
        "headings": [of(heading, language) for heading in table.headings],
        "rows": [[of(cell, language) for cell in row] for row in table.rows],
    }


def html(paper: Paper, language: str, handler: str, made: int, stamp: str) -> str:
    """The paper as a page that loads nothing."""
    return render("paper.html.j2", {
        "say": partial(WORDS.say, language=language),
        "language": language,
        "other": OTHER[language],
        "beside": f"../{OTHER[language]}/{paper.name}.html",
        "handler": handler,
        "stamp": stamp,
        "made": shown_minute(made, language),
        "paper": shape(paper, language),
    })  # fmt: skip


def typst_data(
    paper: Paper, language: str, handler: str, made: int, stamp: str, font: str
) -> dict[str, Any]:
    """The paper as the typst template reads it."""
    say, day = partial(WORDS.say, language=language), day_of(made)
    told = shape(paper, language)
    return {
        **told,
        "lang": language,
        "region": "CN" if language == "zh" else "GB",
        "handler": handler,
        "stamp": stamp,
        "font": font,
        "day": [day.year, day.month, day.day],
        "made": say("pack.made", when=shown_minute(made, language)),
        "gaps": say("pack.gaps", n=len(told["missing"])),
        "absent": say("pack.missing"),
        "foot": say("pack.foot"),
    }
