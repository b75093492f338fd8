"""The bundle's front page: what was asked, what was answered, what lies where, how to check it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from facekeep.ledger.parcel import Member
from facekeep.oversight.asked import Told
from facekeep.oversight.chapters import Annex, Chapter, Obligations
from facekeep.oversight.papers.rendering import OTHER, render, shown_day, shown_minute
from facekeep.oversight.papers.words import WORDS
from facekeep.terms.messages import in_language


def page(
    language: str,
    about: Mapping[str, Any],
    book: Annex,
    findings: Sequence[Told],
    obligations: Obligations,
    members: Sequence[Member],
) -> str:
    """The whole page in one language; it loads nothing and runs nothing."""
    say = partial(WORDS.say, language=language)
    return render("bundle.html.j2", {
        "say": say,
        "language": language,
        "other": OTHER[language],
        "beside": "index.en.html" if language == "zh" else "index.html",
        "home": str(about["home"]),
        "facts": list(_facts(about, findings, language)),
        "gaps": sum(len(one["gaps"]) for one in findings),
        "source": book.source(language),
        "chapters": [_chapter(c, book, findings, obligations, language) for c in book.chapters],
        "members": members,
    })  # fmt: skip


def _facts(
    about: Mapping[str, Any], findings: Sequence[Told], language: str
) -> Iterator[tuple[str, str]]:
    say = partial(WORDS.say, language=language)
    days, ledger = about["period"], about["ledger"]
    first, last = shown_day(days["since"], language), shown_day(days["until"] - 1, language)
    yield say("label.period"), say("period.days", first=first, last=last)
    yield say("label.made"), shown_minute(about["created"], language)
    yield say("label.home"), str(about["home"])
    yield say("label.origin"), str(about["origin"])
    yield say("label.key"), str(about["key"])
    entries = {"n": ledger["end"] - ledger["first"], "size": ledger["size"]}
    yield say("label.ledger"), say("ledger.stretch", **entries)
    yield say("label.findings"), str(len(findings))


def _chapter(
    chapter: Chapter, book: Annex, findings: Sequence[Told], obligations: Obligations, language: str
) -> dict[str, Any]:
    """A topic as the page shows it: a question that lies in an earlier topic is linked there."""
    homes = book.home_of([one["id"] for one in findings], obligations)
    asked = set(book.questions(chapter, obligations))
    own = [one for one in findings if one["id"] in asked or homes[one["id"]] is chapter]
    return {
        "id": chapter.id,
        "number": chapter.number,
        "title": chapter.title(language),
        "obligations": chapter.obligations,
        "rows": [_row(one, homes[one["id"]], language) for one in own],
    }


def _row(one: Told, where: Chapter, language: str) -> dict[str, Any]:
    state = "idle" if not one["applies"] and one["holds"] else "met" if one["holds"] else "unmet"
    gaps = [
        {key: in_language(gap[key], language) for key in ("what", "next")} for gap in one["gaps"]
    ]
    path = f"{where.folder}/findings/{one['id']}.json"
    return {"id": one["id"], "state": state, "gaps": gaps, "path": path}
