"""The desk of invitations: makes links to the portal, opens them, and hears what became of them.

The operator hands a link to the person by a way that reaches nobody else. Whoever holds it can read the notice and
choose; it opens nobody's story without the PIN or passkey that was set with the consent.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from facekeep.collection.requests import Question, RequestDesk
from facekeep.governance.consent import Scope
from facekeep.governance.invitations import (
    DAY,
    OPEN_DAYS,
    REMINDERS,
    TOKEN_BYTES,
    Invitation,
    InvitationState,
    digest_of,
)
from facekeep.storage.home import Home
from facekeep.storage.journal import Chain
from facekeep.storage.subjects import normal
from facekeep.terms.errors import AskedTooSoon, LinkClosed
from facekeep.terms.values import ConsentState

MADE = "collection:invitation:made"
ANSWERED = "collection:invitation:answered"
ENDED = "collection:invitation:ended"
REMINDED = "reminded"
"""What a campaign counts beside the states of its links."""


@dataclass(frozen=True, slots=True)
class Invited:
    """A new link. ``token`` is its secret part, shown this once; ``expires`` in seconds since 1970."""

    subject: str = field(repr=False)
    token: str = field(repr=False)
    expires: int

    @property
    def path(self) -> str:
        """Where the link leads on our host."""
        return f"/p/{self.token}"


@dataclass(frozen=True, slots=True)
class Opened:
    """Whom a link is for, and how far it has come."""

    invitation: Invitation
    subject: str = field(repr=False)

    @property
    def purpose(self) -> str:
        """What it is about."""
        return self.invitation.purpose


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A link to be made."""

    subject: str = field(repr=False)
    purpose: str
    campaign: str = ""
    guardian: bool = False
    reminders: int = 0


class InvitationDesk:
    """Makes links and opens them."""

    def __init__(self, home: Home, requests: RequestDesk) -> None:
        self._home, self._requests = home, requests

    # -- making -----------------------------------------------------------------------------

    def invite(
        self, subject: str, purpose: str, campaign: str = "", guardian: bool = False
    ) -> Invited:
        """Ask somebody: a link that waits :data:`OPEN_DAYS` for their choice.

        Raises ``AskedTooSoon`` where they said no and the rest after it is not over.
        """
        self._requests.refuse_pressing(subject, purpose)
        self._requests.ask_new([Question(subject, (purpose,), guardian=guardian)])
        with self._home.records.transaction() as tx:
            return self._invited(tx, Question(subject, (purpose,), guardian=guardian), campaign)

    def invite_new(self, campaign: str, questions: Sequence[Question]) -> list[Invited | None]:
        """The same for many people of a campaign, in two transactions, each named once. None for whoever
        has a link, said yes, no or later: alike, since who refused is nobody's business.
        """
        fresh = [self._is_new(one) for one in questions]
        wanted = [one for one, new in zip(questions, fresh, strict=True) if new]
        self._requests.ask_new(wanted)
        with self._home.records.transaction() as tx:
            made = iter([self._invited(tx, one, campaign) for one in wanted])
        return [next(made) if new else None for new in fresh]

    def hand_over(self, subject: str, purpose: str, guardian: bool = False) -> Invited:
        """A new link for somebody who asks for one at the desk: earlier ones open nothing any more.

        It takes their place in their campaign, and for the same guardian: also where the earlier one is over.
        """
        earlier = self._earlier(subject, purpose)
        guardian = guardian or self._guardian_was_asked(subject, purpose)
        wanted = _Wanted(subject, purpose, guardian=guardian)
        if earlier is not None:
            wanted = _Wanted(
                subject, purpose, earlier.campaign, guardian or earlier.guardian, earlier.reminders
            )
        with self._home.records.transaction() as tx:
            return self._make(tx, wanted)

    def remind(self, invitation: Invitation) -> Invited:
        """A new link for whoever did not answer, once. Raises ``AskedTooSoon`` for a second time."""
        if invitation.answered or invitation.reminders >= REMINDERS:
            raise AskedTooSoon(
                "this person was reminded already", "Wait until they come by themselves"
            )
        with self._home.records.transaction() as tx:
            return self._reminded(tx, invitation)

    def remind_all(self, invitations: Iterable[Invitation]) -> list[Invited]:
        """The same for everybody of these who has neither answered nor been reminded, in one transaction."""
        with self._home.records.transaction() as tx:
            return [self._reminded(tx, one) for one in invitations if self.waits(one)]

    def waits(self, invitation: Invitation) -> bool:
        """Whether somebody may still be reminded: no answer came, at the link or anywhere else."""
        silent = not invitation.answered and invitation.reminders < REMINDERS
        return silent and not self._settled(self._subject(invitation), invitation.purpose)

    # -- opening ----------------------------------------------------------------------------

    def open(self, token: str) -> Opened:
        """Whom a link is for. Raises ``LinkClosed``, alike for unknown, ended and expired ones."""
        home = self._home
        found = home.invitations.find(digest_of(token))
        if found is None or found.expires <= home.journal.now() or self._was_ended(found):
            raise LinkClosed("this link opens nothing (any more)", "Ask at the desk for a new one")
        return Opened(found, self._subject(found))

    def note(self, opened: Opened, state: InvitationState) -> None:
        """What became of a link. Looking again changes no answer; an answer may be changed."""
        home, before = self._home, opened.invitation
        looked = state is InvitationState.OPENED
        after = before.becoming(state, self._open_until(opened, state, int(home.journal.now())))
        if after == before or (looked and before.state is not InvitationState.MADE):
            return
        with home.records.transaction() as tx:
            home.invitations.keep(tx, after)
            if before.state is not state:  # a longer term is no second answer
                home.invitations.count(tx, before.campaign, before.purpose, state.value)
            if not looked:
                told = {"state": state.value}
                home.journal.write(tx, home.purpose_chain(before.purpose), ANSWERED, told)

    def heard(self, subject: str, purpose: str, state: InvitationState) -> None:
        """What somebody answered elsewhere, such as at the desk, while a link of theirs waits."""
        link = self._earlier(subject, purpose)
        if link is not None:
            self.note(Opened(link, subject), state)

    def subjects(self, campaign: str) -> list[Opened]:
        """Everybody of a campaign whose link still opens something."""
        found = self._home.invitations.of_campaign(campaign)
        return [Opened(one, self._subject(one)) for one in found]

    def forget_due(self) -> int:
        """Forget links whose time is over; returns how many. Where a consent ended, the door to its pages
        stays as long as a link waits, for a receipt that is finished later, and no longer.
        """
        home, now = self._home, int(self._home.journal.now())
        shut = [one for one in home.invitations.doors() if self._outlasts(one, now)]
        with home.records.transaction() as tx:
            for one in shut:
                home.invitations.keep(tx, replace(one, expires=now + OPEN_DAYS * DAY))
            return home.invitations.forget_due(tx, now)

    # -- inside ---------------------------------------------------------------------------------

    def _invited(self, tx: sqlite3.Connection, asked: Question, campaign: str) -> Invited:
        (purpose,) = asked.purposes
        self._home.invitations.count(tx, campaign, purpose, InvitationState.MADE.value)
        return self._make(tx, _Wanted(asked.subject, purpose, campaign, asked.guardian))

    def _reminded(self, tx: sqlite3.Connection, of: Invitation) -> Invited:
        self._home.invitations.count(tx, of.campaign, of.purpose, REMINDED)
        return self._make(
            tx,
            _Wanted(self._subject(of), of.purpose, of.campaign, of.guardian, of.reminders + 1),
        )

    def _make(self, tx: sqlite3.Connection, wanted: _Wanted) -> Invited:
        home, now = self._home, int(self._home.journal.now())
        named, purpose = normal(wanted.subject), wanted.purpose
        pseudonym = home.directory.pseudonym(named, home.purposes.get(purpose).id)
        token = home.entropy(TOKEN_BYTES).hex()
        about = home.directory.seal_about(named.encode(), pseudonym)
        state = self._carried(self._end_earlier(tx, pseudonym, purpose), named, purpose)
        made = Invitation(
            digest_of(token), wanted.campaign, purpose, pseudonym, about, wanted.guardian, state,
            now, self._until(named, purpose, now), wanted.reminders,
        )  # fmt: skip
        home.invitations.keep(tx, made)
        home.journal.write(tx, home.purpose_chain(purpose), MADE)
        return Invited(named, token, made.expires)

    def _is_new(self, asked: Question) -> bool:
        """Nobody asked this person by a link, and they have not answered anywhere."""
        (purpose,) = asked.purposes
        state = self._requests.state(asked.subject, purpose)
        unasked = state in (ConsentState.UNKNOWN, ConsentState.REQUESTED)
        linked = self._earlier(asked.subject, purpose) is not None
        return unasked and not linked and not self._settled(asked.subject, purpose)

    def _settled(self, subject: str, purpose: str) -> bool:
        """Somebody said yes or no, wherever that was."""
        home = self._home
        person = home.directory.person(subject, purpose)
        given = home.consents.latest(person.id, Scope.PROCESSING)
        if given is not None and given.in_force(home.purposes.current(purpose), home.journal.now()):
            return True
        return self._requests.state(subject, purpose) is ConsentState.REFUSED

    def _earlier(self, subject: str, purpose: str) -> Invitation | None:
        """The newest link of somebody that still opens."""
        home, now = self._home, self._home.journal.now()
        pseudonym = home.directory.pseudonym(normal(subject), purpose)
        living = [i for i in home.invitations.of_subject(pseudonym, purpose) if i.expires > now]
        return max(living, key=lambda one: one.made_at, default=None)

    def _guardian_was_asked(self, subject: str, purpose: str) -> bool:
        named = self._home.directory.pseudonym(normal(subject), purpose)
        latest = self._home.requests.latest(named, purpose, Scope.PROCESSING)
        return latest is not None and latest.guardian

    def _end_earlier(self, tx: sqlite3.Connection, subject: bytes, purpose: str) -> InvitationState:
        """Earlier links end, and the ledger says so: a row put back opens nothing. Where it had come."""
        home, earlier = self._home, self._home.invitations.of_subject(subject, purpose)
        for one in earlier:
            home.journal.write(tx, self._chain(one), ENDED)
        home.invitations.forget(tx, earlier)
        newest = max(earlier, key=lambda one: one.made_at, default=None)
        return newest.state if newest else InvitationState.MADE

    def _carried(self, state: InvitationState, subject: str, purpose: str) -> InvitationState:
        """A new link goes on where the last one had come; where a consent ended since, it begins anew."""
        if state is not InvitationState.CONSENTED or self._stands(subject, purpose):
            return state
        return InvitationState.MADE

    def _outlasts(self, door: Invitation, now: int) -> bool:
        """Whether a door would be there long after its consent ended."""
        lasts = door.expires > now + OPEN_DAYS * DAY
        return lasts and not self._stands(self._subject(door), door.purpose)

    def _stands(self, subject: str, purpose: str) -> bool:
        person = self._home.directory.person(subject, purpose)
        return any(one.stands for one in self._home.consents.of_person(person.id))

    def _until(self, subject: str, purpose: str, now: int) -> int:
        """The term of the consent that stands, if any: the door to somebody's own pages stays open."""
        home = self._home
        person = home.directory.person(subject, purpose)
        standing = (one.expires for one in home.consents.of_person(person.id) if one.stands)
        return max(now + OPEN_DAYS * DAY, *standing, 0)

    def _open_until(self, opened: Opened, state: InvitationState, now: int) -> int:
        if state is not InvitationState.CONSENTED:
            return opened.invitation.expires
        return self._until(opened.subject, opened.purpose, now)

    def _subject(self, invitation: Invitation) -> str:
        return self._home.directory.open_about(invitation.about, invitation.subject).decode()

    def _was_ended(self, invitation: Invitation) -> bool:
        return self._home.journal.length(self._chain(invitation)) > 0

    def _chain(self, invitation: Invitation) -> Chain:
        return Chain(self._home.directory.chain_secret(f"invitation/{invitation.id.hex()}"))
