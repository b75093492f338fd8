"""The end of a use: capture stops, nothing is left to the last byte, and a certificate says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from facekeep.assembly import House
from facekeep.governance.filings import Kind, Status
from facekeep.ledger import log
from facekeep.ledger.verify import Proof
from facekeep.oversight import deregister
from facekeep.oversight.deregister import EVERYTHING, KINDS, Hands
from facekeep.oversight.filing import Word, _fell, band, changes, close, submit, watch
from facekeep.storage.certificates import Certificate, verify
from facekeep.terms.errors import Broken, FacekeepError, PurposeNotAllowed, Refused, Tampered
from tests.attacks.test_bytes_left import Secrets, found
from tests.attacks.toolkit import DAY, Site, agree, device_for, publish, purpose_text

WORD = Word("Director Lin")
TODAY = date(2026, 6, 15)


def furnish(site: Site, house: House) -> Secrets:
    """Two purposes with people; returns what must be gone of the gate's."""
    publish(house, purpose_text("canteen"))
    device_for(house, "canteen")
    for name in ("alice", "bob"):
        site.enrol(house, name)
    site.enrol(house, "alice", "canteen")
    agree(house, "carol")
    gone = Secrets()
    for name in ("alice", "bob"):
        row = site.row(house, name)
        record = house.home.references.of_row(row.row)
        assert record is not None
        gone.add("wrapped key", row.wrapped)
        gone.add("c", record.words.tobytes())
        gone.add("mac", record.mac)
    assert found(site.home, gone) == set(gone.held)
    return gone


def test_one_use_ends_to_the_last_byte_and_the_other_goes_on(site: Site, house: House) -> None:
    """Keys, references, consents, capture: all gone for the gate, none for the canteen."""
    gone = furnish(site, house)
    paper, filing = house.end_use("gate", "Director Lin")
    assert filing is None  # nothing was filed, so nothing is to be de-registered
    assert found(site.home, gone) == set()
    said = verify(paper, house.home.signer.vkey, KINDS)
    assert (said["purposes"], said["people"], said["left"]) == (["gate"], 3, 0)
    with pytest.raises(PurposeNotAllowed):
        site.ask(house, "bob")
    with pytest.raises(FacekeepError):
        site.enrol(house, "dora")
    assert house.home.devices.row("gate-door").state.value == "suspended"
    assert house.home.devices.row("canteen-door").state.value == "active"
    assert site.matches(house, "alice", purpose="canteen")
    log.audit(house.home.records.connection, house.home.signer.vkey)


def test_every_use_ends_and_no_sealed_copy_opens(site: Site, house: House) -> None:
    """The archive's key dies at once: the certificate names no later day."""
    furnish(site, house)
    home, copy = house.home, site.folder / "keys.sealed"
    home.archives.seal_keys(home.vault.store, home.vault.generation, copy, int(home.clock()))
    partly, _ = house.end_use("gate", "Director Lin")
    assert partly.body["said"]["horizon"] > home.clock()
    paper, _ = house.end_use(EVERYTHING, "Director Lin")
    assert "horizon" not in paper.body["said"]
    assert paper.body["said"]["purposes"] == ["canteen"]
    assert home.vault.every() == []
    assert home.references.identifiers() == set()
    with pytest.raises(Refused, match="died"):
        home.archives.open(copy, int(home.clock()))


def test_ending_twice_gives_the_same_word(site: Site, house: House) -> None:
    """Idempotent: the second certificate carries the same entries."""
    site.enrol(house, "alice")
    first, _ = house.end_use("gate", "Director Lin")
    second, _ = house.end_use("gate", "Director Lin")
    leaves = [[Proof.from_json(p).leaf for p in paper.body["proofs"]] for paper in (first, second)]
    assert leaves[0] == leaves[1]
    assert first.body["said"] == second.body["said"]
    assert len(deregister.endings(house.books)) == 1


def test_an_unknown_use_cannot_end(house: House) -> None:
    """A refusal with a way out, and nothing written."""
    with pytest.raises(Refused, match="in force"):
        house.end_use("lobby", "Director Lin")
    assert deregister.endings(house.books) == []


def test_what_was_filed_is_to_be_de_registered(site: Site, house: House) -> None:
    """Thirty working days from the day capture stopped; closing it without a receipt is refused."""
    submit(house.books, Kind.FACE, "44-1", TODAY, WORD)
    site.enrol(house, "alice")
    site.clock.advance(DAY)
    _, filing = house.end_use(EVERYTHING, "Director Lin")
    assert filing is not None
    assert (filing.day0, filing.due) == (date(2026, 6, 16), date(2026, 7, 29))
    with pytest.raises(Refused, match="still filed"):
        close(house.books, Kind.DEREGISTER, "nobody will notice", WORD)
    done = submit(house.books, Kind.DEREGISTER, "44-2", date(2026, 6, 16), WORD)
    assert done.status is Status.SUBMITTED
    (face,) = house.books.filings.of(Kind.FACE)
    assert face.status is Status.CLOSED
    assert house.books.filings.filed() is None


def test_a_de_registration_is_no_change_to_file_again(site: Site, house: House) -> None:
    """Neither while it is due nor once it is filed; the day after, and for the use that goes on."""
    furnish(site, house)
    agree(house, "youth", birth=date(2010, 1, 1))
    submit(house.books, Kind.FACE, "44-1", TODAY, WORD)
    house.end_use("gate", "Director Lin")
    site.clock.advance(DAY)
    assert watch(house.books) is None
    submit(house.books, Kind.DEREGISTER, "44-2", date(2026, 6, 16), WORD)
    site.clock.advance(DAY)
    assert changes(house.books, int(house.books.now())) == ()
    assert watch(house.books) is None
    publish(house, purpose_text("canteen", retention_days=300))
    changed = watch(house.books)
    assert changed is not None
    assert changed.about == ("purposes",)


def test_an_end_that_no_de_registration_tells_is_a_change(site: Site, house: House) -> None:
    """A purpose ended past the filing room is another thing than what was filed."""
    publish(house, purpose_text("canteen"))
    submit(house.books, Kind.FACE, "44-1", TODAY, WORD)
    with house.home.records.transaction() as tx:
        house.home.purposes.end(tx, "canteen", "Lin", "closed", int(house.books.now()))
    assert "purposes" in changes(house.books, int(house.books.now()))


@pytest.mark.parametrize(("before", "now"), [(150_000, 20_000), (700_000, 100_000)])
def test_fewer_people_after_an_end_are_no_change_and_more_are(before: int, now: int) -> None:
    """The number falls with the use that ended; where it grows, that is filed."""
    assert _fell("number", band(before), band(now))
    assert not _fell("number", band(now), band(before))


# -- interruption ---------------------------------------------------------------------------


class CrashError(Exception):
    """The machine stops here."""


def crash(*_: object) -> int:
    raise CrashError


BREAKS: dict[str, Callable[[Hands], Hands]] = {
    "before capture stops": lambda hands: replace(hands, stop=crash),
    "after capture stops": lambda hands: replace(hands, erase=crash),
    "in the middle of erasing": lambda hands: replace(hands, erase=_half(hands)),
    "before the last look": lambda hands: replace(hands, left=crash),
    "before the certificate": lambda hands: replace(hands, horizon=crash),
}


def _half(hands: Hands) -> Callable[[str], int]:
    def erase(purpose: str) -> int:
        hands.erase(purpose)
        raise CrashError

    return erase


@pytest.mark.parametrize("where", BREAKS)
def test_an_interrupted_ending_is_finished_at_the_next_start(site: Site, where: str) -> None:
    """Nobody is served before; it says so; the second start says nothing."""
    house = site.enter()
    site.enrol(house, "alice")
    with pytest.raises(CrashError):
        deregister.end(house.books, BREAKS[where](house.hands), "gate", "Director Lin")
    assert deregister.unfinished(house.books) == ["gate"]
    house.close()
    with site.open(locked=True) as again:
        assert again.recovered == ["ending completed"]
        assert again.home.vault.every() == []
        assert deregister.unfinished(again.books) == []
        paper, _ = again.end_use("gate", "Director Lin")
        assert verify(paper, again.home.signer.vkey, KINDS)["left"] == 0
    with site.open(locked=True) as third:
        assert third.recovered == []


def test_what_is_left_is_named_and_never_certified(site: Site, house: House) -> None:
    """A hand that does not do its work gets no certificate."""
    site.enrol(house, "alice")
    idle = replace(house.hands, erase=lambda purpose: 0)
    with pytest.raises(Broken, match="keys: 1"):
        deregister.end(house.books, idle, "gate", "Director Lin")
    assert deregister.unfinished(house.books) == ["gate"]


# -- the certificate ------------------------------------------------------------------------


def altered(paper: Certificate, old: str, new: str) -> Certificate:
    text = paper.to_json()
    assert old in text
    return Certificate.from_json(text.replace(old, new, 1))


def test_a_certificate_is_checked_without_the_home(
    site: Site, house: House, tmp_path: Path
) -> None:
    """Signature, proofs, checkpoint, and that it says what its entries say."""
    site.enrol(house, "alice")
    paper, _ = house.end_use("gate", "Director Lin")
    vkey = house.home.signer.vkey
    assert verify(Certificate.from_json(paper.to_json()), vkey, KINDS)["people"] == 1
    for old, new in (
        ('"people": 1', '"people": 2'),
        ('"gate"', '"lobby"'),
        ('"at": 1', '"at": 2'),
        (paper.signature[-12:], "AAAAAAAAAAA="),
    ):
        with pytest.raises(Tampered):
            verify(altered(paper, old, new), vkey, KINDS)
    with pytest.raises(Tampered):
        verify(paper, vkey, (KINDS[1], KINDS[0]))
    for text in ("", "{}", "[1]", '{"body": {}, "signature": 1}', "x" * 300_000):
        with pytest.raises(Tampered):
            Certificate.from_json(text)
