"""The desk of invitations: makes links to the portal, opens them, and hears what became of them.

The operator hands a link to the person by a way that reaches nobody else. Whoever holds it can read the notice and
choose; it opens nobody's story without the PIN or passkey that was set with the consent.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

from facekeep.collection.requests import Question, RequestDesk
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

MADE = "collection:invitation:made"
ANSWERED = "collection:invitation:answered"
ENDED = "collection:invitation:ended"


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
        return self._made(subject, purpose, campaign, guardian)

    def invite_new(self, campaign: str, questions: Sequence[Question]) -> list[Invited | None]:
        """The same for many people at once, in two transactions. None for whoever has a link already, said
        yes or no, or was asked elsewhere and has not answered: alike, since who refused is nobody's business.
        """
        fresh = [one for one in questions if self._is_new(one)]
        self._requests.ask_new(fresh)
        home, purposes = self._home, {one.purposes[0] for one in fresh}
        hashes = {name: home.purposes.get(name).id for name in purposes}
        with home.records.transaction() as tx:
            made = {
                normal(one.subject): self._make(
                    tx, one.subject, hashes[one.purposes[0]], campaign, guardian=one.guardian
                )
                for one in fresh
            }
        return [made.pop(normal(one.subject), None) for one in questions]

    def hand_over(self, subject: str, purpose: str, guardian: bool = False) -> Invited:
        """A new link for somebody who asks for one at the desk: earlier ones open nothing any more.

        It takes their place: in their campaign, and for the same guardian.
        """
        earlier = self._latest(subject, purpose)
        if earlier is None:
            return self._made(subject, purpose, "", guardian)
        return self._made(
            subject, purpose, earlier.campaign, guardian or earlier.guardian, earlier.reminders
        )

    def remind(self, invitation: Invitation) -> Invited:
        """A new link for whoever did not answer, once. Raises ``AskedTooSoon`` for a second time."""
        if invitation.answered or invitation.reminders >= REMINDERS:
            raise AskedTooSoon(
                "this person was reminded already", "Wait until they come by themselves"
            )
        subject = self._subject(invitation)
        return self._made(
            subject, invitation.purpose, invitation.campaign, invitation.guardian,
            reminders=invitation.reminders + 1,
        )  # fmt: skip

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
        if before.state is state or (looked and before.state is not InvitationState.MADE):
            return
        now = int(home.journal.now())
        with home.records.transaction() as tx:
            after = before.becoming(state, self._open_until(opened, state, now))
            home.invitations.keep(tx, after)
            home.invitations.count(tx, before.campaign, before.purpose, state.value)
            if not looked:
                told = {"state": state.value}
                home.journal.write(tx, home.purpose_chain(before.purpose), ANSWERED, told)

    def subjects(self, campaign: str) -> list[Opened]:
        """Everybody of a campaign whose link still opens something."""
        found = self._home.invitations.of_campaign(campaign)
        return [Opened(one, self._subject(one)) for one in found]

    def forget_due(self) -> int:
        """Forget links whose time is over; returns how many."""
        home = self._home
        with home.records.transaction() as tx:
            return home.invitations.forget_due(tx, home.journal.now())

    # -- inside ---------------------------------------------------------------------------------

    def _made(
        self, subject: str, purpose: str, campaign: str, guardian: bool, reminders: int = 0
    ) -> Invited:
        home, now = self._home, int(self._home.journal.now())
        named = normal(subject)
        pseudonym = home.directory.pseudonym(named, home.purposes.get(purpose).id)
        token = home.entropy(TOKEN_BYTES).hex()
        about = home.directory.seal_about(named.encode(), pseudonym)
        with home.records.transaction() as tx:
            state = self._end_earlier(tx, pseudonym, purpose)
            made = Invitation(
                digest_of(token), campaign, purpose, pseudonym, about, guardian, state, now,
                self._until(subject, purpose, now), reminders,
            )  # fmt: skip
            home.invitations.keep(tx, made)
            what = "reminded" if reminders else InvitationState.MADE.value
            home.invitations.count(tx, campaign, purpose, what)
            home.journal.write(tx, home.purpose_chain(purpose), MADE)
        return Invited(named, token, made.expires)

    def _end_earlier(self, tx: sqlite3.Connection, subject: bytes, purpose: str) -> InvitationState:
        """Earlier links end, and the ledger says so: a row put back opens nothing. Where it had come."""
        home, earlier = self._home, self._home.invitations.of_subject(subject, purpose)
        for one in earlier:
            home.journal.write(tx, self._chain(one), ENDED)
        home.invitations.forget(tx, earlier)
        answered = (one.state for one in earlier if one.answered)
        return next(answered, InvitationState.MADE)

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
