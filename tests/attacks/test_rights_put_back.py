"""Rights that ended, brought back with a copy of an earlier day: keys, sessions, approvals, links."""

from __future__ import annotations

import shutil
from contextlib import closing

import pytest

from facekeep import assembly
from facekeep.access.approvals import digest_of
from facekeep.assembly import House
from facekeep.governance.invitations import InvitationState
from facekeep.terms.errors import LinkClosed, NotSignedIn
from tests.attacks.http import api_key
from tests.attacks.signed_in import cheaply, employ, sign_in
from tests.attacks.staff import approve, enter
from tests.attacks.toolkit import OFFICER, PASSPHRASE, Site

ACT, WHAT = "export", "2023-11-01..2023-11-14"
ALL_END = "1 API keys revoked: make new ones"


def given(house: House) -> int:
    """How many officers' word counts for the act."""
    return len(house.home.approvals.given(ACT, digest_of(ACT, WHAT), house.home.journal.now()))


def sessions(house: House) -> tuple[int, int]:
    """Sessions of the staff, and captures and links that wait."""
    found = [
        house.home.records.one(f"SELECT count(*) FROM {table}")
        for table in ("session", "capture_session")
    ]
    first, second = (one[0] if one else 0 for one in found)
    return first, second


def test_a_snapshot_brings_no_right_back(site: Site) -> None:
    """Revoked, signed out and used since the copy was made; the copy is put back and taken in."""
    with site.open() as house:
        text = api_key(house, "gate:verification")
        person = employ(cheaply(house), "Mei", "security")
        token = sign_in(house, person).token
        house.captures.link("anna", "gate")
        enter(house, "Ben")
        for name in (OFFICER, "Ben"):
            approve(house, name, ACT, WHAT)
        assert given(house) == 2
    old = site.backup("old")
    with site.open() as house:
        now = int(house.home.journal.now())
        with house.home.records.transaction() as tx:
            house.api_keys.revoke(tx, house.api_keys.known(text, now).id, "Director Lin", now)
            house.home.approvals.use(tx, ACT, digest_of(ACT, WHAT), now)
    site.restore(old)
    done = site.adopt()
    assert ALL_END in done
    assert any("retire whoever left since" in line for line in done)
    with site.open() as house:
        with pytest.raises(NotSignedIn):
            house.api_keys.known(text, site.clock())
        with pytest.raises(NotSignedIn):
            house.home.sessions.known(token, site.clock())
        assert given(house) == 0
        assert sessions(house) == (0, 0)
        assert house.staff.named("Mei") is not None


def test_a_snapshot_brings_no_stolen_link_back(site: Site) -> None:
    """Replaced because somebody found it; the ledger that says so is gone with the copy. Where a PIN stands
    behind a link, it goes on opening the door to that PIN.
    """
    with site.open() as house:
        stolen, kept = (house.invitations.invite(one, "gate").token for one in ("anna", "bert"))
        house.invitations.note(house.invitations.open(kept), InvitationState.CONSENTED)
    old = site.backup("old")
    with site.open() as house:
        house.invitations.hand_over("anna", "gate")
    site.restore(old)
    assert "1 links to the portal ended: hand out new ones" in site.adopt()
    with site.open() as house:
        with pytest.raises(LinkClosed):
            house.invitations.open(stolen)
        assert house.invitations.open(kept).subject == "bert"


def test_a_home_that_only_moved_keeps_its_programs(site: Site) -> None:
    """Control: nothing was lost on the way, so nothing ended unseen."""
    with site.open() as house:
        text = api_key(house, "gate:verification")
    there = site.home.with_name("moved")
    shutil.move(site.home, there)
    done = assembly.adopt(there, PASSPHRASE, "moved", site.settings, clock=site.clock)
    assert ALL_END not in done
    with closing(assembly.enter(there, site.settings, clock=site.clock)) as house:
        assert not house.api_keys.known(text, site.clock()).revoked


def test_a_clone_takes_no_program_along(site: Site) -> None:
    """Two homes would answer one key; the new one begins without."""
    with site.open() as house:
        text = api_key(house, "gate:verification")
    there = site.home.with_name("clone")
    shutil.copytree(site.home, there)
    done = assembly.adopt(there, PASSPHRASE, "cloned", site.settings, clock=site.clock)
    assert ALL_END in done
    with site.open() as house:
        assert not house.api_keys.known(text, site.clock()).revoked
