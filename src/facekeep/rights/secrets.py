"""A departed person's story, opened for one case by four eyes (custody rule 6).

After a withdrawal the evidence secret is sealed to a key that only the passphrase yields. Here a
second lock is laid before it: two officers in office approve the opening for this very case, once,
and the opening is written down before anything is shown: in the home's chain, in the case's, and in
the person's own, which they read with the secret of their receipt. The secret itself never leaves:
an officer sees the entries.

What this cannot do: the approvals are checked by this program. Whoever holds the passphrase, the
slot and the key store, and writes a program of their own, opens the secret without them.
"""

from __future__ import annotations

from collections.abc import Callable

from facekeep.access.approvals import digest_of
from facekeep.rights.cases import ARTICLE, AWAITED, CaseDesk, State
from facekeep.rights.withdrawal import INTENT
from facekeep.storage.case_rows import CaseRow
from facekeep.storage.home import Home
from facekeep.storage.journal import Chain, Told
from facekeep.terms.errors import Refused, Retry

ACT = "open-secret"
OPENED = "access:secret:opened"

Opener = Callable[[bytes, bytes], bytes]
"""From a sealed secret and its person to the secret: the root's work, so the passphrase's."""


def open_for_case(home: Home, number: str, opener: Opener) -> list[Told]:
    """The entries of the departed person whom a case is about, oldest first.

    Raises ``Refused`` without two approvals for this case, for a case that is over, or where
    nothing is kept.
    """
    row = CaseDesk(home).row(number)
    _refuse_over(row)
    _refuse_leaving(home, row)
    home.approvals.require_two(ACT, digest_of(ACT, row.number), home.journal.now())
    sealed = home.vault.sealed_secret(row.person)
    if sealed is None:
        raise Refused(
            "no sealed story is kept of this person",
            "A living person's story: facekeep answers --subject S",
            ARTICLE,
        )
    chain = Chain(opener(sealed, row.person), row.purpose)
    _record(home, row, chain)
    return list(home.journal.story(chain))


def refuse_needless(home: Home, act: str, what: str) -> None:
    """Raises ``Refused`` for an approval of an opening that no living case asks for."""
    if act == ACT:
        _refuse_over(CaseDesk(home).row(what))


def _record(home: Home, row: CaseRow, chain: Chain) -> None:
    """The approvals are used up and the opening is written down, or neither."""
    with home.records.transaction() as tx:
        now = int(home.journal.now())
        names = home.approvals.use(tx, ACT, digest_of(ACT, row.number), now)
        told = {"case": row.number, "officers": list(names)}
        home.journal.write(tx, home.own_chain(), OPENED, told)
        home.journal.write(tx, chain, OPENED, told)
        home.cases.note(tx, row, OPENED, {"officers": list(names)})


def _refuse_leaving(home: Home, row: CaseRow) -> None:
    """The completion entry of a departure was made out beforehand: nothing may take its place."""
    for intent in home.intents.open():
        if intent.kind == INTENT and intent.body["person"] == row.person.hex():
            raise Retry("a withdrawal is being completed", "Ask again")


def _refuse_over(row: CaseRow) -> None:
    if State(row.state) not in AWAITED:
        raise Refused(
            "this case is over: nothing is opened for it",
            "Open a new case: facekeep case open",
            ARTICLE,
        )
