"""Campaigns: a list of people, a link for each, one reminder at most, and what came of it.

Rules of this module (each has a test):

1. Whoever has a link, said yes, no or later is left alone, and the answer does not say which it was.
2. Whoever has not answered is reminded once, and not before :data:`REST_DAYS` are over.
3. What came of a campaign is counted, and its counts name nobody; below :data:`LEAST_TOLD` links they
   are not told, since among few people a count is an answer.
4. A name belongs to one purpose.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from facekeep.collection.imports import LOT, Done, RosterDesk
from facekeep.collection.invitations import InvitationDesk, Invited
from facekeep.collection.requests import Question, RequestDesk
from facekeep.collection.roster import Line
from facekeep.governance.invitations import DAY, Invitation, InvitationState
from facekeep.storage.home import Home
from facekeep.storage.subjects import normal
from facekeep.terms.errors import Misused

REST_DAYS = 3
"""Days after a link in which nobody is reminded: apps that asked again within 48 hours were called out for
pressing people."""

LEAST_TOLD = 5
"""Links below which answers are not counted out: two of three would be an answer about everybody."""

MOST_LINES = 500
"""People of one list: what is printed in one go, and made while somebody waits."""

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a list: a word for each line, and the new links."""

    lines: tuple[Done, ...]
    links: tuple[Invited, ...] = field(repr=False)

    def count(self, outcome: str) -> int:
        """How many lines ended so."""
        return sum(line.outcome == outcome for line in self.lines)


@dataclass(frozen=True, slots=True)
class Standing:
    """A campaign as it stands. ``told`` counts what happened at its links, None where they are too few;
    ``waiting`` links may be reminded now, ``ends`` is the day the last of them closes (seconds since 1970).
    """

    name: str
    purpose: str
    made: int
    told: Counter[str] | None
    waiting: int
    ends: int | None


class CampaignDesk:
    """Asks many, and looks on."""

    def __init__(self, home: Home, requests: RequestDesk, invitations: InvitationDesk) -> None:
        self._home, self._invitations = home, invitations
        self._roster = RosterDesk(home, requests)

    def ask(self, name: str, purpose: str, lines: Sequence[Line]) -> Asked:
        """A link for everybody who can be asked; every line is answered.

        Raises ``Misused`` for an odd name or one of another purpose, ``PurposeNotAllowed``.
        """
        self._refuse_name(name, purpose)
        text = self._home.purposes.get(purpose)
        judged = [self._roster.judged(text, line) for line in lines]
        wanted = dict(_once_each(judged))
        links = dict(zip(wanted, self._links(name, list(wanted.values())), strict=True))
        told = tuple(_told(one, links) for one in judged)
        return Asked(told, tuple(link for link in links.values() if link is not None))

    def remind(self, name: str) -> list[Invited]:
        """New links for whoever has not answered, once; they end the earlier ones."""
        due = [one for one in self._home.invitations.of_campaign(name) if self._is_due(one)]
        waiting, made = iter(due), list[Invited]()
        while lot := list(islice(waiting, LOT)):
            made += self._invitations.remind_all(lot)
        return made

    def all(self) -> list[tuple[str, str, int]]:
        """Every campaign by its name: its purpose, and how many links it made."""
        counted = self._home.invitations.campaigns()
        return [(*key, counted[key][InvitationState.MADE.value]) for key in sorted(counted)]

    def standing(self, name: str) -> Standing:
        """One campaign. Raises ``Misused`` where there is none of that name."""
        for (known, purpose), counts in self._home.invitations.campaigns().items():
            if known == name:
                return self._standing(name, purpose, counts)
        raise Misused("there is no campaign of this name")

    def _standing(self, name: str, purpose: str, counts: Counter[str]) -> Standing:
        links = self._home.invitations.of_campaign(name)
        made = counts[InvitationState.MADE.value]
        waiting = sum(self._is_due(one) and self._invitations.waits(one) for one in links)
        unanswered = [one.expires for one in links if not one.answered]
        told = counts if made >= LEAST_TOLD else None
        return Standing(name, purpose, made, told, waiting, max(unanswered, default=None))

    def _links(self, name: str, wanted: Sequence[Question]) -> Iterator[Invited | None]:
        """In lots, so that nobody else at the door waits long for one."""
        waiting = iter(wanted)
        while lot := list(islice(waiting, LOT)):
            yield from self._invitations.invite_new(name, lot)

    def _is_due(self, one: Invitation) -> bool:
        now = self._home.journal.now()
        rested = now >= one.made_at + REST_DAYS * DAY
        return rested and now < one.expires and not one.answered

    def _refuse_name(self, name: str, purpose: str) -> None:
        if not NAME.fullmatch(name):
            raise Misused("a campaign's name has 1 to 40 small letters, digits and hyphens")
        others = {about for known, about in self._home.invitations.campaigns() if known == name}
        if others - {purpose}:
            raise Misused("this name belongs to a campaign of another purpose")


def _once_each(judged: Sequence[Done | tuple[int, Question]]) -> Iterator[tuple[int, Question]]:
    """Whoever stands in a list twice is asked once. By the number of the line."""
    seen: set[str] = set()
    for one in judged:
        if not isinstance(one, Done) and normal(one[1].subject) not in seen:
            seen.add(normal(one[1].subject))
            yield one


def _told(one: Done | tuple[int, Question], links: Mapping[int, Invited | None]) -> Done:
    if isinstance(one, Done):
        return one
    return Done(one[0], "requested" if links.get(one[0]) is not None else "unchanged")
