"""Rights that a copy of an earlier day would bring back: they may have ended since, and nobody knows.

A key that was revoked, a session that ended, an approval or a link that was used would all open again.
So they end with the day they come from; a link to the portal behind which a PIN stands goes on. Accounts
of the staff stay, or nobody could sign in to look: they are named, and somebody looks.
"""

from __future__ import annotations

from facekeep.access.staff import State
from facekeep.storage.home import Home

YEAR = 366 * 86_400
"""Longer than any session, link or approval lives, in seconds."""


def end_rights(home: Home) -> list[str]:
    """End them; returns what was done and what is left to do, in words."""
    now = int(home.journal.now())
    living = [key for key in home.api_keys.all() if not key.revoked]
    with home.records.transaction() as tx:
        for key in living:
            home.api_keys.revoke(tx, key.id, "restoration", now)
        home.approvals.void(tx, now)
        home.sessions.sweep(tx, now + YEAR)
        home.captures.sweep(tx, now + YEAR)
        links = home.invitations.forget_unanswered(tx)
    home.records.sweep()
    staff = sum(one.state is not State.RETIRED for one in home.staff.all())
    told = [f"{len(living)} API keys revoked: make new ones"] if living else []
    told += [f"{links} links to the portal ended: hand out new ones"] if links else []
    look = f"{staff} staff accounts are as they were then: retire whoever left since"
    return [*told, look] if staff else told
