"""Filing pack (Measures art. 15), inspection (art. 16), burden of proof (PIPL 69), audit order.

Each question holds on a well-run home and names a planted breach.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from facekeep.assembly import House
from facekeep.ledger.entries import leaf_bytes, parse_leaf
from facekeep.oversight import bundle, chapters, filing, handed, pack
from facekeep.oversight.pack import Order
from facekeep.oversight.trail import EXPORTED, PACKED, Trail
from facekeep.terms.evidence import Finding
from tests.attacks.toolkit import DAY, PASSPHRASE, Site, Turnable

DUE = Finding({"due": [{"what": "file", "due": "2026-07-28", "obligation": "FRM-15-1"}]})


def ask(house: House, question: str) -> Finding:
    """One question of oversight's own."""
    return house.questions()[question](int(house.home.journal.now()))


def complete(house: House, *, due: bool) -> Finding:
    """The pack's question, with or without a filing that is due."""
    answer = DUE if due else Finding()
    return pack.complete(house.home, lambda _at: answer, int(house.home.journal.now()))


def export(house: House, file: Path) -> bundle.Exported:
    """A bundle of this year."""
    days = bundle.period("2026-01-01", None, house.home.journal.now())
    return bundle.export(house.home, house.questions(), handed.obligations(), days, file)


def make_pack(house: House, file: Path) -> pack.Packed:
    """A pack of everything in force."""
    slots = filing.materials(house.books)
    return pack.pack(house.home, house.questions(), slots, Order(form="html"), file)


def edit_last(site: Site, kind: str, change: dict[str, object]) -> None:
    """Rewrite the public facts of the newest entry of a kind, as whoever holds the file could."""
    with site.sql("records") as raw:
        rows = raw.execute("SELECT idx, leaf FROM ledger_entry ORDER BY idx DESC").fetchall()
        idx, leaf = next(row for row in rows if parse_leaf(row[1]).kind == kind)
        told = json.loads(leaf)
        told.update(change)
        raw.execute("UPDATE ledger_entry SET leaf = ? WHERE idx = ?", (_leaf(told), idx))


def _leaf(told: dict[str, object]) -> bytes:
    return leaf_bytes(parse_leaf(json.dumps(told, sort_keys=True, separators=(",", ":"),
                                            ensure_ascii=False).encode()))  # fmt: skip


# -- FRM-16, PIPL-69 ----------------------------------------------------------------------------


def test_a_home_without_a_bundle_does_not_hold(house: House) -> None:
    """Evidence that was never put out of reach proves little afterwards."""
    finding = ask(house, "oversight.bundle.exported")
    assert finding.applies
    assert [gap.what for gap in finding.gaps] == [
        "no evidence bundle was exported in the last year"
    ]


def test_an_exported_bundle_holds_for_a_year(house: House, clock: Turnable, tmp_path: Path) -> None:
    """Its digest is in the ledger; after a year it is stale."""
    done = export(house, tmp_path / "e.zip")
    finding = ask(house, "oversight.bundle.exported")
    assert finding.holds
    assert (finding.facts["digest"], finding.facts["event"]) == (done.digest, done.event)
    clock.advance(367 * DAY)
    assert not ask(house, "oversight.bundle.exported").holds


def test_an_exported_bundle_without_any_purpose_is_nobodys_duty(tmp_path: Path) -> None:
    """A home that does nothing yet."""
    from facekeep import assembly
    from facekeep.protect.keytree import PassphraseCost
    from facekeep.settings import Settings

    settings = Settings(custody=tmp_path / "custody")
    assembly.found(tmp_path / "home", PASSPHRASE, settings, cost=PassphraseCost.cheapest())
    with assembly.entered(tmp_path / "home", settings) as house:
        assert not ask(house, "oversight.bundle.exported").applies


@pytest.mark.parametrize("field", ["id", "sealed", "tag", "kind"])
def test_an_edited_record_of_a_bundle_shows(
    site: Site, house: House, tmp_path: Path, field: str
) -> None:
    """Somebody wants another bundle to have been the one."""
    export(house, tmp_path / "e.zip")
    house.close()
    forged = {"id": "00" * 16, "tag": "11" * 32, "kind": "oversight:evidence:forged"}
    with site.sql("records") as raw:
        leaves = [row[0] for row in raw.execute("SELECT leaf FROM ledger_entry ORDER BY idx")]
    last = next(parse_leaf(x) for x in reversed(leaves) if parse_leaf(x).kind == EXPORTED)
    flipped = bytes([last.sealed[0] ^ 1]) + last.sealed[1:]
    edit_last(site, EXPORTED, {field: forged.get(field, flipped.hex())})
    with site.open(locked=True) as house:
        (gap,) = ask(house, "oversight.bundle.exported").gaps
        assert gap.what == "the record of exported evidence was altered"


def test_a_deleted_record_of_a_bundle_shows(site: Site, house: House, tmp_path: Path) -> None:
    """Then no bundle was made, as far as anybody can show."""
    done = export(house, tmp_path / "e.zip")
    house.home.note(house.home.own_chain(), "storage:test:noted")  # else the home will not open
    house.close()
    with site.sql("records") as raw:
        raw.execute("DELETE FROM ledger_entry WHERE id = ?", (bytes.fromhex(done.event),))
    with site.open(locked=True) as house:
        assert not ask(house, "oversight.bundle.exported").holds


# -- FRM-15-2 -----------------------------------------------------------------------------------


def test_nothing_is_due_and_nothing_was_made(house: House) -> None:
    """Below the line there is nothing to file."""
    assert not complete(house, due=False).applies
    assert not ask(house, "oversight.pack.complete").applies


def test_a_due_filing_without_a_pack_does_not_hold(house: House) -> None:
    """The gap names the command."""
    (gap,) = complete(house, due=True).gaps
    assert gap.next.startswith("facekeep filing pack")


def test_a_pack_of_this_year_holds(house: House, clock: Turnable, tmp_path: Path) -> None:
    """Hash and date are in the ledger; an old pack is not enough for a due filing."""
    done = make_pack(house, tmp_path / "p.zip")
    finding = complete(house, due=True)
    assert finding.holds
    assert (finding.facts["digest"], finding.facts["day"]) == (done.digest, "2026-06-15")
    assert finding.facts["missing"] == len(done.missing), "gaps are listed, not hidden"
    clock.advance(367 * DAY)
    assert not complete(house, due=True).holds
    assert complete(house, due=False).holds


def test_a_pack_talked_complete_shows(site: Site, house: House, tmp_path: Path) -> None:
    """The public count of gaps edited: what is sealed beside it still says the truth."""
    make_pack(house, tmp_path / "p.zip")
    house.close()
    edit_last(site, PACKED, {"public": {"digest": "00" * 32, "missing": 0, "purpose": ""}})
    with site.open(locked=True) as house:
        (gap,) = complete(house, due=True).gaps
        assert gap.what == "the record of filing packs was altered"
        assert "altered" in Trail(house.home).unreadable()


# -- AUD-ANNEX ----------------------------------------------------------------------------------


def test_the_audit_order_holds(house: House) -> None:
    """Every topic leads to obligations that exist; its wording is said to be from memory."""
    finding = ask(house, "oversight.audit.mapping")
    assert finding.holds
    assert finding.facts["basis"] == "memory"


def test_an_order_that_lost_an_obligation_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """A topic that leads nowhere is named."""
    lame = chapters.parse(
        b"basis: memory\nsource: {zh: a, en: b}\nchapters:\n"
        b"- {id: other, annex: false, zh: a, en: b, obligations: [FRM-99]}\n"
    )
    monkeypatch.setattr(chapters, "annex", lambda: lame)
    (gap,) = chapters.mapping(handed.obligations()).gaps
    assert "FRM-99" in gap.what
