"""Everything that is due, from whoever knows it: one list, and a calendar file.

Due dates come from the ``due`` facts of the rooms' findings and of the clocks, in one form:
``{"what", "due", "provisional", "obligation", "ref"}``. Nothing in the list or the file names a person;
``ref`` stays out of the file, where it only steers the identifier.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from facekeep.oversight.books import Ask
from facekeep.terms.errors import FacekeepError
from facekeep.terms.messages import in_language

if TYPE_CHECKING:
    from icalendar import Alarm, Event

REMIND_DAYS = (14, 3)
"""Calendar days before a due date on which the calendar file reminds."""

YEARLY = frozenset({"MINOR-37"})
"""Obligations that come back every year on the same day."""

MAX_WHAT = 300


@dataclass(frozen=True, slots=True)
class Item:
    """One thing due. ``source`` is the question that said so."""

    what: str
    due: date
    provisional: bool
    obligation: str
    ref: str
    source: str

    @property
    def key(self) -> str:
        """The same for the same duty, whatever its date and language: 32 hex digits."""
        named = "\n".join((self.source, self.obligation, self.ref, self.what))
        return hashlib.sha256(named.encode()).hexdigest()[:32]

    def is_overdue(self, today: date) -> bool:
        """Whether its day is over."""
        return self.due < today


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is due, soonest first, and which questions could not be asked."""

    items: tuple[Item, ...]
    unanswered: tuple[str, ...]


def agenda(asks: Mapping[str, Ask], now: int) -> Agenda:
    """Ask everybody. A question that cannot be answered is named, and holds nothing else up."""
    items: dict[str, Item] = {}
    unanswered = []
    for name, ask in sorted(asks.items()):
        try:
            for item in _items(name, ask(now).facts.get("due", ())):
                items.setdefault(f"{item.obligation} {item.ref} {item.due}", item)
        except (FacekeepError, KeyError, TypeError, ValueError):
            unanswered.append(name)
    ordered = sorted(items.values(), key=lambda item: (item.due, item.obligation, item.ref))
    return Agenda(tuple(ordered), tuple(unanswered))


def _items(source: str, told: object) -> Iterator[Item]:
    """The due facts of one finding. Raises ``KeyError``, ``TypeError`` or ``ValueError``."""
    for fact in told:  # type: ignore[attr-defined]
        yield Item(
            str(fact["what"])[:MAX_WHAT],
            date.fromisoformat(fact["due"]),
            bool(fact["provisional"]),
            str(fact["obligation"]),
            str(fact["ref"]),
            source,
        )


def ics(agenda_: Agenda, home: bytes, now: float, language: str) -> bytes:
    """The list as an iCalendar file (RFC 5545): whole days, stable identifiers, reminders."""
    from icalendar import Calendar

    file = Calendar()
    file.add("prodid", "-//Facekeep//agenda//EN")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", TITLE.get(language, TITLE["en"]))
    stamp = datetime.fromtimestamp(int(now), UTC)
    for item in agenda_.items:
        file.add_component(_event(item, home, stamp, language))
    return bytes(file.to_ical())


TITLE = {"zh": "合符待办", "en": "Facekeep agenda"}
PROVISIONAL = {"zh": "（暂定）", "en": " (provisional)"}


def summary(item: Item, language: str) -> str:
    """One line: what, for which duty, and whether the date is provisional."""
    what = in_language(item.what, language)
    mark = PROVISIONAL.get(language, PROVISIONAL["en"]) if item.provisional else ""
    return f"{what[:1].upper()}{what[1:]} [{item.obligation}]{mark}"


def _event(item: Item, home: bytes, stamp: datetime, language: str) -> Event:
    from icalendar import Event

    event = Event()
    identity = hashlib.sha256(home + item.key.encode()).hexdigest()[:32]
    event.add("uid", f"{identity}@facekeep")
    event.add("dtstamp", stamp)
    event.add("dtstart", item.due)
    event.add("dtend", item.due + timedelta(days=1))
    event.add("summary", summary(item, language))
    event.add("categories", [item.obligation])
    event.add("transp", "TRANSPARENT")
    event.add("status", "TENTATIVE" if item.provisional else "CONFIRMED")
    if item.obligation in YEARLY:
        event.add("rrule", {"freq": "yearly"})
    for days in REMIND_DAYS:
        event.add_component(_alarm(days, summary(item, language)))
    return event


def _alarm(days: int, text: str) -> Alarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text)
    alarm.add("trigger", timedelta(days=-days))
    return alarm
