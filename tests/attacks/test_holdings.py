"""Erasure finds everything: each table with somebody in it has a holding (DESIGN section 4)."""

from __future__ import annotations

import re
import sqlite3

import pytest

from facekeep.assembly import HOLDINGS, STORES, House
from facekeep.storage.reset import Scope
from tests.attacks.toolkit import DAY, Site

SOMEBODY = re.compile(r"person|subject|consent|row$|^row_|seal|guardian|body|reference|face")
"""Names of columns that lead to a person."""

EXEMPT = {
    (
        "records",
        "ledger_entry",
    ): "leaves under s; cannot be erased and need not be (custody rule 6)",
    ("records", "purpose"): "the body of a purpose, written by an officer about nobody",
    ("keys", "tree"): "the table of bucket keys, sealed under the slot",
}


def without_holding(store: str, connection: sqlite3.Connection) -> list[str]:
    """Tables that name somebody and that no room has declared."""
    held = {(h.store, h.table) for h in HOLDINGS} | set(EXEMPT)
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return [
        table
        for (table,) in tables
        if (store, table) not in held
        and any(SOMEBODY.search(c[1]) for c in connection.execute(f"PRAGMA table_info({table})"))
    ]


@pytest.mark.parametrize("store", STORES)
def test_every_table_about_somebody_has_a_holding(site: Site, store: str) -> None:
    """A room that keeps somebody says so, or this fails."""
    with site.sql(store) as raw:
        assert without_holding(store, raw) == []


@pytest.mark.parametrize("column", ["subject", "person_id", "consent", "row", "face_crop"])
def test_control_an_undeclared_table_is_seen(site: Site, column: str) -> None:
    """The walk can see."""
    with site.sql("records") as raw:
        raw.execute(f"CREATE TABLE planted (n INTEGER, {column} BLOB)")
        assert without_holding("records", raw) == ["planted"]


def test_every_holding_names_a_real_table_and_column(site: Site) -> None:
    """A holding of a table that was renamed erases nothing."""
    for holding in HOLDINGS:
        with site.sql(holding.store) as raw:
            columns = {c[1] for c in raw.execute(f"PRAGMA table_info({holding.table})")}
        assert holding.subject_column in columns, holding


def contents(site: Site) -> dict[tuple[str, str], int]:
    """Rows of every held table."""
    counts = {}
    for holding in HOLDINGS:
        with site.sql(holding.store) as raw:
            (counts[holding.store, holding.table],) = raw.execute(
                f"SELECT count(*) FROM {holding.table}"
            ).fetchone()
    return counts


def test_after_withdrawal_and_evidence_term_nothing_is_held(site: Site) -> None:
    """Every holding returns to what it was before the person came."""
    with site.open() as house:
        site.ask(house, "nobody")  # makes the purpose's stand-in
        before = contents(site)
        _live(site, house)
        house.withdrawals.withdraw("alice", "gate")
    site.clock.advance(4 * 365 * DAY)
    with site.open(locked=True):
        after = contents(site)
    assert after.pop(("records", "answered")) == 0  # the stranger's question is forgotten too
    before.pop(("records", "answered"))
    lasting = ("records", "row_seal")  # keyed digests whose salt died with the row
    assert {k: n for k, n in after.items() if k != lasting} == {
        k: n for k, n in before.items() if k != lasting
    }


def _live(site: Site, house: House) -> None:
    site.enrol(house, "alice")
    site.ask(house, "alice")
    house.resetter.renew(Scope("alice", "gate"), "routine")
    site.enrol(house, "alice")
