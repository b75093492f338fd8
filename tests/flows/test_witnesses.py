"""Two homes that are each other's witness, over HTTP: growth is signed, anything else is an alarm."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.ledger import checkpoint, log
from facekeep.ledger.witness import Kind, Target
from facekeep.oversight import plan, witnessing
from facekeep.oversight.witness_sheet import sheet
from facekeep.oversight.witnessing import (
    DENIED,
    EVERY_S,
    PAPER_PATIENCE_S,
    PATIENCE_S,
    Witnessing,
    post_by_http,
)
from facekeep.storage.witnessed import ACCEPTED, COSIGNED, FORKED, MAX_LOGS
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Broken, Misused, Refused, Tampered
from tests.attacks.http import TestClient, at_the_door
from tests.attacks.toolkit import DAY, People, Site, Turnable
from tests.conftest import Mould

ADDRESS = "https://witness.example"


@pytest.fixture
def other(tmp_path: Path, clock: Turnable, mould: Mould) -> Iterator[House]:
    """Another organisation's home, of a key of its own."""
    folder = tmp_path / "other"
    folder.mkdir()
    with Site(folder, clock, People()).found().open() as house:
        yield house


@pytest.fixture
def door(other: House) -> Iterator[TestClient]:
    """The other home's service, where nobody shows a key."""
    with at_the_door(other, other.settings, People(), key="") as client:
        yield client


@pytest.fixture
def ours(house: House, other: House, door: TestClient) -> Witnessing:
    """Our home, with the other as its witness."""
    other.witness_desk.accept(house.home.signer.vkey)
    target = Target(Kind.FACEKEEP, ADDRESS, other.home.signer.vkey)
    return Witnessing(house.home, target, posting(door))


def posting(door: TestClient) -> Callable[[str, bytes], tuple[int, bytes]]:
    def post(url: str, body: bytes) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json"}
        answer = door.post(url.removeprefix(ADDRESS), content=body, headers=headers)
        return answer.status_code, answer.content

    return post


def grow(house: House, count: int = 3) -> None:
    for _ in range(count):
        house.home.note(house.home.own_chain(), "storage:home:looked-at")


def kinds(house: House) -> list[str]:
    connection = house.home.records.connection
    return [log.entry(connection, n).kind for n in range(log.size(connection))]


# -- another Facekeep -------------------------------------------------------------------------


def test_growth_is_cosigned_again_and_again(house: House, other: House, ours: Witnessing) -> None:
    """Each note that comes back carries both signatures, and is kept for the audit."""
    for _ in range(3):
        grow(house)
        seen = ours.ask()
        note = log.last_witnessed(house.home.records.connection)
        assert note is not None
        for vkey in (house.home.signer.vkey, other.home.signer.vkey):
            assert checkpoint.verify(note, vkey).size == seen.size
    assert (seen.name, ours.age(), ours.is_late()) == (other.home.signer.name, 0, False)
    log.audit(house.home.records.connection, house.home.signer.vkey, note)
    assert kinds(other).count(COSIGNED) == 3
    assert kinds(other).count(ACCEPTED) == 1
    seen_again = ours.ask()  # nothing new: signed once more, and worth no entry
    assert (seen_again.size, kinds(other).count(COSIGNED)) == (seen.size, 3)


def test_forgetful_home_begins_where_its_witness_stands(house: House, ours: Witnessing) -> None:
    """Our own memory of it is no evidence: it may be lost, or edited."""
    grow(house)
    ours.ask()
    grow(house)
    with house.home.records.transaction() as tx:
        tx.execute("DELETE FROM ledger_witness")
    assert ours.ask().size == log.size(house.home.records.connection)


def test_rolled_back_home_is_found_out(site: Site, other: House, door: TestClient) -> None:
    """A whole snapshot put back, adopted or not: the witness remembers more."""
    backup, spare = site.backup("older"), site.folder / "older-custody"
    shutil.copytree(site.settings.custody, spare)
    target = Target(Kind.FACEKEEP, ADDRESS, other.home.signer.vkey)
    with site.open() as house:
        other.witness_desk.accept(house.home.signer.vkey)
        grow(house, 9)
        Witnessing(house.home, target, posting(door)).ask()
    site.restore(backup)
    shutil.rmtree(site.settings.custody)
    shutil.copytree(spare, site.settings.custody)  # the anchor rolled back with it
    with site.open() as again:
        asking = Witnessing(again.home, target, posting(door))
        for _ in range(2):
            with pytest.raises(Tampered, match="longer"):
                asking.visit()
        assert kinds(again).count(DENIED) == 1
        grow(again, 30)  # longer by now, and another
        with pytest.raises(Tampered, match="another ledger"):
            asking.visit()
    assert COSIGNED in kinds(other)


def test_fork_under_one_key_is_proved_and_kept(
    house: House, other: House, ours: Witnessing, door: TestClient
) -> None:
    """Two roots of one size under one signature: an entry, with the note that proves it."""
    grow(house)
    size = ours.ask().size
    fork = checkpoint.sign(
        checkpoint.Checkpoint(house.home.signer.name, size, b"f" * 32), house.home.signer
    )
    told = door.post("/v1/witness", json={"note": fork, "since": size, "path": []})
    assert (told.status_code, told.json()["continues"], told.json()["note"]) == (200, False, None)
    assert kinds(other).count(FORKED) == 1


def test_replays_of_public_notes_write_nothing(
    house: House, other: House, ours: Witnessing, door: TestClient
) -> None:
    """Checkpoints are public: whoever repeats an old one, or a new one with a wrong proof, gets no
    signature and fills nobody's ledger."""
    old = house.seal_checkpoint()
    grow(house)
    size = ours.ask().size
    grow(house)
    new = house.seal_checkpoint()
    before = log.size(other.home.records.connection)
    for note, path in ((old, []), (new, []), (new, ["00" * 32] * 3)):
        told = door.post("/v1/witness", json={"note": note, "since": size, "path": path})
        assert (told.status_code, told.json()["continues"]) == (200, False)
    told = door.post("/v1/witness", json={"note": new, "since": 1, "path": []})
    assert told.json() == {"size": size, "note": None, "continues": True}
    assert log.size(other.home.records.connection) == before


def test_log_nobody_let_in_is_refused(house: House, other: House, door: TestClient) -> None:
    """By its key, which nobody took on; and so is what is no note at all."""
    target = Target(Kind.FACEKEEP, ADDRESS, other.home.signer.vkey)
    with pytest.raises(Refused, match="does not know"):
        Witnessing(house.home, target, posting(door)).ask()
    for note in ("", "no note", "a\n\n\u2014 b c\n"):
        told = door.post("/v1/witness", json={"note": note, "since": 0})
        assert told.status_code == 403
    assert COSIGNED not in kinds(other)


def test_home_is_no_witness_to_itself_nor_to_everybody(other: House) -> None:
    """And nobody is let in twice."""
    with pytest.raises(Misused):
        other.witness_desk.accept(other.home.signer.vkey)
    keys = [checkpoint.Signer(f"log{n}", bytes([n]) * 32).vkey for n in range(MAX_LOGS + 1)]
    for key in keys[:MAX_LOGS]:
        other.witness_desk.accept(key)
    other.witness_desk.accept(keys[0])
    assert len(other.witness_desk.logs()) == MAX_LOGS
    with pytest.raises(Misused):
        other.witness_desk.accept(keys[-1])


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((500, b""), Broken),
        ((200, b"no json"), Broken),
        ((200, b"[]"), Broken),
        ((200, canonical({"size": -1, "note": None, "continues": True})), Broken),
        ((200, canonical({"size": 0, "note": 7, "continues": True})), Broken),
        ((200, canonical({"size": 0, "note": None, "continues": True})), Broken),
        ((200, canonical({"size": 1, "note": "a\n\nb\n", "continues": True})), Tampered),
        ((200, canonical({"size": 0, "note": None, "continues": False})), Tampered),
        ((200, canonical({"size": 10**6, "note": None, "continues": True})), Tampered),
    ],
    ids=str,
)  # fmt: skip
def test_witness_that_answers_anything_else_is_no_witness(
    house: House, other: House, answer: tuple[int, bytes], error: type[Exception]
) -> None:
    """Nothing is kept of it."""
    target = Target(Kind.FACEKEEP, ADDRESS, other.home.signer.vkey)
    with pytest.raises(error):
        Witnessing(house.home, target, lambda url, body: answer).ask()
    assert log.last_witnessed(house.home.records.connection) is None


def test_signature_of_somebody_else_is_none(house: House, other: House, ours: Witnessing) -> None:
    """A man in the middle signs with a key of his own."""
    middle = checkpoint.Signer(other.home.signer.name, b"m" * 32)

    def post(url: str, body: bytes) -> tuple[int, bytes]:
        note = checkpoint.cosign(house.seal_checkpoint(), middle)
        return 200, canonical({"size": 1, "note": note, "continues": True})

    ours._post = post
    with pytest.raises(Tampered):
        ours.ask()


def test_witness_out_of_reach_is_broken_and_soon() -> None:
    """A port nobody listens at."""
    with pytest.raises(Broken, match="cannot be reached"):
        post_by_http("http://127.0.0.1:9/v1/witness", b"{}")


# -- a folder ---------------------------------------------------------------------------------


def test_folder_is_asked_by_itself_and_its_age_is_seen(
    site: Site, house: House, tmp_path: Path
) -> None:
    """Every six hours while the service runs; an age in the health; an alarm after a day."""
    folder = tmp_path / "disk"
    folder.mkdir()
    settings = house.settings.model_copy(update={"witness": f"file:{folder}"})
    house.settings = settings
    house.ticks = house.home.jobs._ticks = lambda: site.clock.now
    house.jobs.tick()
    assert house.jobs.health().witness_age == 0
    assert len(list(folder.iterdir())) == 1
    grow(house)
    site.clock.advance(EVERY_S + 1)
    house.jobs.tick()
    assert len(list(folder.iterdir())) == 2
    shutil.rmtree(folder)
    for _ in range(20):
        site.clock.advance(2 * 3600)
        house.jobs.tick()
    health = house.jobs.health()
    assert health.witness_late
    assert plan.WITNESS in health.late
    assert not health.good
    folder.mkdir()
    with pytest.raises(Tampered, match="gone"):
        house.witness.ask()


# -- paper ------------------------------------------------------------------------------------


def test_sheet_carries_the_note_and_loads_nothing(site: Site, house: House) -> None:
    """Legible, with its code; seen by whoever reads it, from today on for a week."""
    asking = Witnessing(house.home, Target(Kind.PRINTED))
    assert (asking.last(), asking.is_late()) == (None, True)
    note = asking.printed()
    page = sheet(note, site.clock.now)
    assert note.split("\n")[2] in page
    assert "<svg" in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "script" not in page
    asking.visit()
    site.clock.advance(PAPER_PATIENCE_S + DAY)
    assert asking.is_late()
    with pytest.raises(Broken, match="printed"):
        asking.visit()
    with pytest.raises(Refused):
        asking.ask()


def test_nobody_set_is_nobody_late(house: House) -> None:
    """But nobody ever saw it either."""
    asking = Witnessing(house.home, None)
    assert (asking.age(), asking.is_late(), asking.patience) == (None, False, PATIENCE_S)
    asking.visit()
    with pytest.raises(Refused):
        asking.ask()


def test_long_answers_are_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever answers without end holds nobody up."""
    import httpx

    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 65_536

    def handle(request: Any) -> Any:
        return httpx.Response(200, content=endless())

    client = httpx.Client
    monkeypatch.setattr(
        httpx, "Client", lambda **options: client(transport=httpx.MockTransport(handle))
    )
    status, answer = post_by_http("https://witness.example/v1/witness", b"{}")
    assert (status, len(answer)) == (200, witnessing.MAX_ANSWER)
