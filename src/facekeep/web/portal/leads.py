"""Where a link leads: to the choice, to somebody's own door, or nowhere any more.

A link is the person's right until they set a PIN. From then on it is worth nothing without that PIN; and where
the PIN died with a consent that ended, a new link is handed out at the desk: whoever kept the old one agrees to
nothing in anybody's name.
"""

from __future__ import annotations

from enum import StrEnum

from facekeep.governance.invitations import InvitationState
from facekeep.use.second_factors import FactorKind
from facekeep.web.portal.door import Guest
from facekeep.web.portal.standing import Person


class Lead(StrEnum):
    """Where whoever follows a link is led."""

    CHOICE = "choice"
    """They may choose."""
    FINISH = "finish"
    """Their consent was cut short before a PIN was kept."""
    OPEN = "open"
    """They consented: their PIN opens their own pages."""
    AGAIN = "again"
    """What they consented to is another text now: they may agree anew, and show their PIN."""
    SPENT = "spent"
    """What they consented to has ended."""


def person_of(guest: Guest) -> Person:
    """Whoever the link is for, in its purpose."""
    return Person(guest.house, guest.subject, guest.purpose)


def lead_of(guest: Guest) -> Lead:
    """Where this link leads now. Raises ``PurposeNotAllowed`` where there is nothing to agree to."""
    if person_of(guest).consented:
        return Lead.FINISH if _was_cut_short(guest) else Lead.OPEN
    guest.house.home.purposes.get(guest.purpose.id)
    kinds = person_of(guest).own_factors
    if FactorKind.PIN in kinds:
        return Lead.AGAIN
    spent = kinds or guest.opened.invitation.state is InvitationState.CONSENTED
    return Lead.SPENT if spent else Lead.CHOICE


def _was_cut_short(guest: Guest) -> bool:
    """A consent given elsewhere is no such thing: whoever stole a link sets no PIN to it."""
    person = person_of(guest)
    unanswered = not guest.opened.invitation.answered
    return unanswered and person.agreed_here and not person.own_factors


def may_choose(guest: Guest) -> bool:
    """Whether an answer given by this link is heard."""
    return lead_of(guest) in (Lead.CHOICE, Lead.AGAIN)
