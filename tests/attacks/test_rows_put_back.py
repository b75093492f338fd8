"""An older row, honestly sealed in its day, put back in place of what followed it (downgrade)."""

from __future__ import annotations

import sqlite3
from hashlib import sha256
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.collection.capture import Wish, activation
from facekeep.governance.devices import DeviceState, device_of
from facekeep.terms.errors import CaptureRefused, Refused, Tampered
from facekeep.terms.values import Operation
from tests.attacks.toolkit import SIGN_PHOTO, Site, activate, agree, device_key, place_text, signed

WISH = Wish("gate", Operation.VERIFICATION, "alice")


def copied(raw: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    return raw.execute(f"SELECT * FROM {table}").fetchall()


def put_back(raw: sqlite3.Connection, table: str, rows: list[tuple[Any, ...]]) -> None:
    marks = ",".join("?" * len(rows[0]))
    raw.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)


def gaps(house: House, question: str) -> list[str]:
    finding = house.questions()[question](int(house.home.journal.now()))
    return [gap.what for gap in finding.gaps]


@pytest.mark.parametrize("end", [DeviceState.SUSPENDED, DeviceState.RETIRED])
def test_device_out_of_use_stays_out_of_use(site: Site, house: House, end: DeviceState) -> None:
    """A camera that was switched off does not come back by an old row."""
    with site.sql("records") as raw:
        old = copied(raw, "device")
    (house.register.suspend if end is DeviceState.SUSPENDED else house.register.retire)("gate-door")
    with site.sql("records") as raw:
        put_back(raw, "device", old)
    with pytest.raises(Tampered):
        house.captures.take("gate-door", WISH, [b"alice#1"])
    assert any("gate-door" in gap for gap in gaps(house, "governance.places.signed"))


def test_closed_place_stays_closed(site: Site, house: House) -> None:
    """Nothing is captured there any more, whatever lies in the row."""
    with site.sql("records") as raw:
        old = copied(raw, "place")
    house.register.close_place("entrance")
    with site.sql("records") as raw:
        put_back(raw, "place", old)
    with pytest.raises(Tampered):
        house.captures.take("gate-door", WISH, [b"alice#1"])
    assert any("entrance" in gap for gap in gaps(house, "governance.places.lawful"))


def test_retired_device_is_not_forgotten_and_entered_anew(site: Site, house: House) -> None:
    """Its name is used up for good; deleting the row does not give it back."""
    house.register.retire("gate-door")
    with site.sql("records") as raw:
        raw.execute("DELETE FROM device")
    again = device_of(
        id="gate-door", kind="gate", place="entrance", zone="whole", purposes=["gate"],
        key=device_key("gate-door")[1],
    )  # fmt: skip
    with pytest.raises(Tampered):
        house.register.add_device(again)


def test_deleted_place_is_not_entered_anew(site: Site, house: House) -> None:
    """What was said about it would be forgotten."""
    with site.sql("records") as raw:
        raw.execute("DELETE FROM place")
    with pytest.raises(Tampered):
        house.register.add_place(place_text("entrance"))


def test_link_that_was_used_is_not_fresh_again(site: Site, house: House) -> None:
    """One enrolment a link: the fresh row put back opens nothing."""
    agree(house, "alice")
    wish = Wish("gate", Operation.ENROLMENT, "alice")
    token = house.captures.link("alice", "gate")
    with site.sql("records") as raw:
        old = copied(raw, "capture_session")
    house.captures.through_link(token, wish, [b"alice#1"])
    with site.sql("records") as raw:
        put_back(raw, "capture_session", old)
    with pytest.raises(CaptureRefused, match="used already"):
        house.captures.through_link(token, wish, [b"alice#2"])


def test_word_for_a_device_is_not_used_again(site: Site, house: House) -> None:
    """The officer's old signature does not bring a suspended device back."""
    house.register.suspend("gate-door")
    row = house.home.devices.row("gate-door")
    digest = sha256(SIGN_PHOTO).hexdigest()
    word = signed(house, activation("gate-door", digest, row.version))
    house.register.activate("gate-door", SIGN_PHOTO, word)
    house.register.suspend("gate-door")
    with pytest.raises(Refused, match="not this officer's"):
        house.register.activate("gate-door", SIGN_PHOTO, word)
    activate(house, "gate-door")
