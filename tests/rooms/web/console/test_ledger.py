"""The ledger explorer: what it lists, what it proves in front of the reader, what it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from facekeep.assembly import House
from facekeep.governance.workdays import day_of
from facekeep.ledger import log, merkle
from facekeep.ledger.checkpoint import cosign, parse_checkpoint, parse_note
from facekeep.ledger.verify import Proof, verify_proof
from facekeep.web.console import ledger
from facekeep.web.console.climbing import growth_steps, inclusion_steps
from tests.attacks.toolkit import Site, Turnable
from tests.rooms.web.console.reader import Reader, plain, reading

DAY = 86_400


@pytest.fixture
def inspector(site: Site, house: House) -> Iterator[Reader]:
    """Somebody who reads and changes nothing, over a ledger with something in it."""
    site.enrol(house, "anna")
    site.ask(house, "anna")
    house.seal_checkpoint()
    with reading(site, house, "inspector") as reader:
        house.seal_checkpoint()
        yield reader


def entries(house: House) -> list[str]:
    """Identifiers under the newest checkpoint, oldest first."""
    with house.home.records.reading() as connection:
        return [log.entry(connection, n).id.hex() for n in range(log.covered(connection))]


def sizes(house: House) -> list[int]:
    with house.home.records.reading() as connection:
        return [parse_checkpoint(parse_note(n).text).size for n in log.checkpoints(connection)]


# -- proofs step by step -----------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 13, 64, 65])
def test_steps_of_an_inclusion_lead_to_the_root(size: int) -> None:
    """The last value shown is the root that the verifier finds, for every leaf."""
    nodes, hashes = merkle.MemoryNodes(), [merkle.leaf_hash(bytes([n])) for n in range(size)]
    merkle.append(nodes, 0, hashes)
    root = merkle.root(nodes, size)
    for index in range(size):
        path = merkle.inclusion_proof(nodes, index, size)
        steps = list(inclusion_steps(hashes[index], index, size, path))
        assert len(steps) == len(path)
        assert (steps[-1].value if steps else hashes[index].hex()) == root.hex()


@pytest.mark.parametrize("new", [1, 2, 5, 8, 13, 33])
def test_steps_of_a_growth_lead_to_both_roots(new: int) -> None:
    """From every older size."""
    nodes = merkle.MemoryNodes()
    merkle.append(nodes, 0, [merkle.leaf_hash(bytes([n])) for n in range(new)])
    for old in range(new + 1):
        path, before = merkle.consistency_proof(nodes, old, new), merkle.root(nodes, old)
        steps = list(growth_steps(old, new, path, before))
        if old in (0, new):
            assert not steps
        else:
            assert (steps[-1].old, steps[-1].new) == (before.hex(), merkle.root(nodes, new).hex())


# -- the list ----------------------------------------------------------------------------------


def test_newest_entries_come_first_and_every_page_leads_on(inspector: Reader, house: House) -> None:
    """Nothing is left out and nothing shown twice."""
    known, seen, path = entries(house), [], "/console/ledger"
    while path:
        page = inspector.get(path)
        found = [one for one in known if f'href="/console/ledger/{one}"' in page]
        seen = found + seen
        path = f"/console/ledger?before={len(known) - len(seen)}" if len(seen) < len(known) else ""
    assert seen == known


def test_a_filter_stands_in_the_address(inspector: Reader) -> None:
    """By room and by kind."""
    page = inspector.get("/console/ledger?kind=use")
    assert "use:verification:answered" in page
    assert "collection:consent:given" not in page
    only = inspector.get("/console/ledger?kind=collection:consent:given")
    assert "collection:consent:given" in only
    assert "collection:enrolment" not in only


def test_entries_until_a_day(inspector: Reader, house: House) -> None:
    """The last entry of a day begins the list; before the first day there is none."""
    today = day_of(house.home.journal.now())
    assert entries(house)[-1] in inspector.get(f"/console/ledger?until={today}")
    assert "No entry fits" in inspector.get("/console/ledger?until=2001-01-01")


def test_a_filter_looks_so_far_and_says_so(
    inspector: Reader, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rare kind in a long ledger does not keep anybody waiting; the next page goes on."""
    monkeypatch.setattr(ledger, "LOOKED", 5)
    page = inspector.get("/console/ledger?kind=storage:home:founded")
    assert f"Looked down to entry {len(entries(house)) - 5}" in page
    assert f"before={len(entries(house)) - 5}&amp;kind=storage:home:founded" in page


def test_an_entry_is_found_as_it_is_written_on_paper(inspector: Reader, house: House) -> None:
    """In groups of four, in capitals."""
    event = entries(house)[0]
    spaced = " ".join(event[n : n + 4] for n in range(0, 32, 4)).upper()
    answer = inspector.ask(f"/console/ledger?event={spaced}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/console/ledger/{event}")
    inspector.get("/console/ledger?event=nonsense", status=404)


@pytest.mark.parametrize(
    "query", ["before=-1", "before=x", "kind=%3Cscript%3E", "until=tomorrow", "until=2026-13-41",
              "kind=" + "a" * 90, "before=99999999999999999999"],
)  # fmt: skip
def test_what_is_no_filter_is_told_in_words(inspector: Reader, query: str) -> None:
    page = inspector.get(f"/console/ledger?{query}", status=422)
    assert "<h1>" in page
    assert "<script" not in page


# -- one entry ---------------------------------------------------------------------------------


def test_an_entry_is_proved_in_front_of_the_reader(inspector: Reader, house: House) -> None:
    """The page's last value is the signed root; the file beside it verifies without us."""
    event = entries(house)[3]
    page = inspector.get(f"/console/ledger/{event}")
    assert "Verified just now: entry 3" in plain(page)
    told = json.loads(inspector.ask(f"/console/ledger/{event}/proof.json").text)
    text = json.dumps(told["proof"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    entry = verify_proof(Proof.from_json(text), told["checkpoint"], told["key"])
    assert entry.id.hex() == event
    root = parse_checkpoint(parse_note(told["checkpoint"]).text).root.hex()
    assert "".join(root[n : n + 4] + " " for n in range(0, 64, 4)).strip() in page


def test_no_entry_names_anybody(inspector: Reader, house: House) -> None:
    """Whoever reads every page of the explorer has not learnt who was here."""
    pages = [inspector.get(f"/console/ledger/{event}") for event in entries(house)]
    assert not any("anna" in page.lower() for page in pages)


def test_an_edited_entry_is_an_alarm_and_no_page(
    inspector: Reader, site: Site, house: House
) -> None:
    """Somebody with the file changed a letter: nothing is shown as proved."""
    event = entries(house)[3]
    with site.sql("records") as connection:
        connection.execute(
            "UPDATE ledger_entry SET leaf ="
            " CAST(replace(CAST(leaf AS TEXT), 'public', 'publiC') AS BLOB) WHERE idx = 3"
        )
    answer = inspector.ask(f"/console/ledger/{event}")
    assert answer.status_code >= 400
    assert "Verified" not in answer.text


@pytest.mark.parametrize("event", ["0" * 32, "A" * 32, "..%2f..", "x", "0" * 31])
def test_an_entry_nobody_wrote(inspector: Reader, event: str) -> None:
    assert inspector.ask(f"/console/ledger/{event}").status_code in (404, 422)


def test_an_entry_that_no_checkpoint_covers_yet(inspector: Reader, house: House) -> None:
    """It comes within ten seconds: said so, and when to ask again."""
    entry = house.home.note(house.home.own_chain(), "storage:home:adopted", {}, {})
    answer = inspector.ask(f"/console/ledger/{entry.id.hex()}")
    assert (answer.status_code, answer.headers["retry-after"]) == (409, "10")
    assert "1 more wait for the next checkpoint" in plain(inspector.get("/console/ledger"))


# -- checkpoints and witnesses -----------------------------------------------------------------


def test_growth_between_two_checkpoints_is_verified(inspector: Reader, house: House) -> None:
    """Both ends, every step, both roots."""
    first, *_, last = sizes(house)
    page = plain(inspector.get(f"/console/ledger/growth?from={first}&to={last}"))
    assert f"Verified just now: {last} entries continue {first}" in page


def test_growth_from_what_a_witness_kept(inspector: Reader, house: House, site: Site) -> None:
    """The witness's own note is shown with its signature, on the page of today too."""
    from facekeep.ledger.checkpoint import Signer

    note = cosign(house.seal_checkpoint(), Signer("witness.example/1", b"\x07" * 32))
    size = parse_checkpoint(parse_note(note).text).size
    with house.home.records.transaction() as tx:
        log.save_witnessed(tx, "north", note, int(house.home.journal.now()))
    house.home.note(house.home.own_chain(), "storage:home:adopted", {}, {})
    house.seal_checkpoint()
    page = inspector.get(f"/console/ledger/growth?from={size}")
    assert "witness.example/1" in page
    assert f"Verified just now: {size + 1} entries continue {size}" in plain(page)
    assert f"/console/ledger/growth?from={size}" in inspector.get("/console")
    assert "witness.example/1" in inspector.get("/console/ledger/checkpoints")


def test_a_ledger_that_does_not_continue_the_witness_is_an_alarm(
    inspector: Reader, house: House, site: Site
) -> None:
    """The stored root was exchanged behind our back: no page says that anything was verified."""
    first = sizes(house)[0]
    with site.sql("records") as connection:
        connection.execute("UPDATE ledger_node SET hash = zeroblob(32)")
    answer = inspector.ask(f"/console/ledger/growth?from={first}")
    assert answer.status_code == 503 or "Verified just now" not in answer.text


def test_no_checkpoint_of_that_size(inspector: Reader) -> None:
    """Said in words, with the way to choose others."""
    page = inspector.get("/console/ledger/growth?from=1", status=404)
    assert "There are no signed checkpoints over 1" in page
    assert "Two other checkpoints" in inspector.get(
        "/console/ledger/growth?from=99&to=2", status=404
    )


# -- everything --------------------------------------------------------------------------------


def test_everything_is_verified_at_once(inspector: Reader, house: House) -> None:
    """By whoever reads the ledger; it writes nothing."""
    before = len(entries(house))
    answer = inspector.send("/console/ledger", "/console/ledger/verify")
    assert answer.status_code == 200
    assert "The ledger is whole" in answer.text
    assert len(entries(house)) == before


def test_a_changed_ledger_does_not_verify(inspector: Reader, site: Site) -> None:
    hidden = inspector.hidden("/console/ledger")
    with site.sql("records") as connection:
        connection.execute("UPDATE ledger_entry SET hash = zeroblob(32) WHERE idx = 2")
    answer = inspector.post("/console/ledger/verify", **hidden)
    assert answer.status_code >= 400
    assert "The ledger is whole" not in answer.text


def test_a_ledger_too_long_to_wait_for_is_verified_elsewhere(
    inspector: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said in words, with where."""
    monkeypatch.setattr(ledger, "MOST", 3)
    answer = inspector.send("/console/ledger", "/console/ledger/verify")
    assert answer.status_code == 403
    assert "facekeep ledger verify" in answer.text


def test_while_somebody_else_verifies_the_next_comes_back_later(inspector: Reader) -> None:
    """A crowd of clicks takes one core, not every lane."""
    with ledger._alone():
        answer = inspector.send("/console/ledger", "/console/ledger/verify")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert inspector.send("/console/ledger", "/console/ledger/verify").status_code == 200


def test_another_site_cannot_let_us_verify(inspector: Reader) -> None:
    """It is work: a form of ours asks for it, nobody else's."""
    assert inspector.post("/console/ledger/verify", token="", once="x").status_code == 403


def test_whoever_may_not_read_the_ledger(site: Site, house: House) -> None:
    """No page of it, in any way."""
    with reading(site, house, "attendant") as attendant:
        for path in ("", "/checkpoints", "/growth", f"/{'0' * 32}", f"/{'0' * 32}/proof.json"):
            assert attendant.ask(f"/console/ledger{path}").status_code == 403


def test_both_languages(inspector: Reader, house: House, clock: Turnable) -> None:
    page = inspector.get(f"/console/ledger/{entries(house)[0]}", "zh")
    assert "刚才已当场核验" in page
    assert "账本不说什么" in page
