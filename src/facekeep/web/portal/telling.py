"""A notice as a person reads it: the three questions first, the whole of it behind, what changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from facekeep.assembly import House
from facekeep.governance.consent import Scope
from facekeep.governance.notices import QUESTIONS, Change, Item, Notice, diff, notice_of
from facekeep.governance.purposes import Purpose
from facekeep.rights.answers import explain

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Way:
    """Another way in: what it is called, and where it is."""

    name: str
    where: str


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that is told otherwise than last time; empty where it was not there."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """A notice in one language. ``questions`` are pairs of a word's key and the answer."""

    purpose: str
    title: str
    questions: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]
    ways: tuple[Way, ...]
    place: str
    handler: str
    contact: str
    digest: str
    version: int
    changes: tuple[Changed, ...] = ()


def told(house: House, purpose: Purpose, language: Language, earlier: Notice | None = None) -> Told:
    """The notice of a purpose in one language, beside what somebody had read before."""
    notice, answers = notice_of(purpose), explain(purpose)
    return Told(
        purpose.id,
        purpose.title.of(language),
        tuple((one, answers[one][language]) for one in QUESTIONS),
        tuple(item.of(language) for item in notice.items[1:]),
        ways(purpose, language),
        purpose.place.name.of(language),
        purpose.handler.name,
        purpose.handler.contact,
        notice.digest.hex(),
        house.home.purposes.version(purpose.id),
        _changes(earlier, notice, language),
    )


def ways(purpose: Purpose, language: Language) -> tuple[Way, ...]:
    """The other ways in of a purpose."""
    return tuple(
        Way(one.name.of(language), one.where.of(language) if one.where else "")
        for one in purpose.alternatives
    )


def read_before(house: House, subject: str, purpose: Purpose) -> Notice | None:
    """The notice that somebody read at their last consent, or when they were last asked."""
    home = house.home
    consent = home.consents.latest(home.directory.person(subject, purpose.id).id, Scope.PROCESSING)
    asked = home.requests.latest(
        home.directory.pseudonym(subject, purpose.id), purpose.id, Scope.PROCESSING
    )
    digest = consent.notice if consent else asked.notice if asked else b""
    return home.notices.by_digest(digest)


def _changes(earlier: Notice | None, notice: Notice, language: Language) -> tuple[Changed, ...]:
    if earlier is None:
        return ()
    return tuple(_changed(one, language) for one in diff(earlier, notice))


def _changed(change: Change, language: Language) -> Changed:
    return Changed(_line(change.before, language), _line(change.after, language))


def _line(item: Item | None, language: Language) -> str:
    return item.of(language) if item else ""
