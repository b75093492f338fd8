"""Four eyes on a page: what two officers approve before an act, and who did so far."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass

from facekeep.access.approvals import digest_of
from facekeep.access.officers import LEAST_OFFICERS
from facekeep.assembly import House

INBOX = "/console/approvals"


@dataclass(frozen=True, slots=True)
class FourEyes:
    """One act that two approve, by its name among approvals and what it is about."""

    act: str
    what: str
    by: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether it may happen now."""
        return len(self.by) >= LEAST_OFFICERS

    @property
    def word(self) -> str:
        """Where somebody gives their word for it."""
        return word_path(self.act, self.what)


def eyes_on(house: House, act: str, what: str) -> FourEyes:
    """How far the approval of an act has come."""
    given = house.home.approvals.given(act, digest_of(act, what), house.home.journal.now())
    return FourEyes(act, what, tuple(given))


def word_path(act: str, what: str) -> str:
    """A path of letters that any path may have, whatever the act is about."""
    return f"{INBOX}/{act}/{urlsafe_b64encode(what.encode()).decode().rstrip('=')}"
