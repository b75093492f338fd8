"""Officers of these tests, what they sign, and the cases they work on."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from facekeep.access.approvals import ADMIT, Approval, approval_message, digest_of
from facekeep.access.officers import (
    Newcomer,
    Officer,
    Role,
    Signed,
    add_message,
    draw_key,
    public_of,
    sign,
)
from facekeep.assembly import House
from facekeep.rights.cases import Hand, Kind, Opened, Outcome, Request, State, Step
from facekeep.storage.case_rows import CaseRow
from tests.attacks import toolkit

HOUR = 3600


def key_of(name: str) -> bytes:
    """An officer's private key, the same in every test."""
    if name == toolkit.OFFICER:
        return toolkit.OFFICER_KEY
    return draw_key(lambda n: sha256(name.encode()).digest()[:n])


def enter(house: House, *names: str) -> list[Officer]:
    """Enter officers; the second is let in by the first, whoever follows by two in office."""
    home, entered = house.home, []
    for name in names:
        public = public_of(key_of(name))
        if home.officers.founded:
            entered.append(admit(house, Newcomer(name, "officer", public)))
            continue
        living = home.officers.living()
        by = living[0].name if living else None
        vouched = (
            Signed(by, sign(key_of(by), add_message(name, Role.OFFICER, public))) if by else None
        )
        with home.records.transaction() as tx:
            at = int(home.journal.now())
            entered.append(home.officers.add(tx, name, "officer", public, at, vouched))
    return entered


def admit(house: House, newcomer: Newcomer) -> Officer:
    """Two in office approve, and the newcomer is entered."""
    home, living = house.home, house.home.officers.living()
    for officer in [one for one in living if one.role is not Role.INSPECTOR][:2]:
        approve(house, officer.name, ADMIT, newcomer.what)
    with home.records.transaction() as tx:
        return home.approvals.admit(tx, newcomer, int(home.journal.now()))


def hand(name: str, key: str | None = None) -> Hand:
    """An officer at work; ``key`` names whose key is really used."""
    return Hand(name, lambda message: sign(key_of(key or name), message))


def approve(
    house: House, name: str, act: str, what: str, *, key: str | None = None, hours: int = 1
) -> Approval:
    """One officer's approval."""
    home, digest = house.home, digest_of(act, what)
    now = int(home.journal.now())
    expires = now + hours * HOUR
    signature = sign(key_of(key or name), approval_message(act, digest, expires))
    with home.records.transaction() as tx:
        return home.approvals.approve(tx, act, digest, Signed(name, signature), now, expires)


def opened(house: House, kind: Kind, subject: str = "alice", **fields: Any) -> Opened:
    """A complete request of a kind."""
    told: dict[str, Any] = {"purpose": "gate", "text": "please", "identified": "passport", **fields}
    return house.cases.open(Request(kind, subject=subject, **told))


def answered(house: House, case: CaseRow, outcome: Outcome, name: str = "Ann") -> CaseRow:
    """The answer, with its reasons."""
    step = Step(State.ANSWERED, "this is why", outcome)
    return house.cases.take(case.number, step, hand(name))
