"""What should be gone and is not: every kind of leftover is counted, and a sweep ends it."""

from __future__ import annotations

import pytest

from facekeep.storage.retention import GRACE_S, WHAT, next_end, overdue
from tests.attacks.toolkit import DAY, Site

YEAR = 365 * DAY


def test_a_well_run_home_has_nothing_overdue(site: Site) -> None:
    """And says when the next face key runs out."""
    with site.open() as house:
        site.enrol(house, "alice")
        now = house.home.journal.now()
        assert overdue(house.home, now) == dict.fromkeys(WHAT, 0)
        assert next_end(house.home, now) is not None


def test_a_term_that_ran_out_is_overdue_until_the_sweep(site: Site) -> None:
    """A process that runs for a year without sweeping is seen; the sweep says what it ended."""
    with site.open() as house:
        site.enrol(house, "alice")
        site.clock.advance(YEAR + 10)
        assert not sum(overdue(house.home, site.clock.now).values())  # due within the hour
        site.clock.advance(GRACE_S)
        told = overdue(house.home, site.clock.now)
        assert (told["consents"], told["keys"]) == (1, 1)
        due, left = house.sweep()
        assert due["keys"] == 1
        assert not sum(left.values())
        assert house.home.vault.every() == []


def test_secrets_and_archives_have_terms_too(site: Site) -> None:
    """The evidence secret after three years, the sealed copy after its week."""
    with site.open() as house:
        site.enrol(house, "alice")
        home = house.home
        home.archives.seal_keys(
            home.vault.store, home.vault.generation, site.folder / "copy", int(site.clock.now)
        )
        house.withdrawals.withdraw("alice", "gate")
        site.clock.advance(8 * DAY)
        assert overdue(home, site.clock.now)["archives"] == 1
        site.clock.advance(4 * YEAR)
        assert overdue(home, site.clock.now)["secrets"] == 1
        house.sweep()
        assert not sum(overdue(home, site.clock.now).values())


@pytest.mark.parametrize(
    ("kind", "store", "sql"),
    [
        ("keys", "keys", "UPDATE subject_key SET expires = 1"),
        ("consents", "records", "UPDATE consent SET expires = 1"),
        ("ended", "records", "UPDATE consent SET state = 'ConsentWithdrawn'"),
        ("ended", "records", "UPDATE person SET departed = 1"),
        ("ended", "records", "DELETE FROM consent"),
        ("long", "records", "UPDATE consent SET expires = expires + 900000"),
        ("endings", "records", "INSERT INTO intent VALUES (x'00', 'withdrawal', 'accepted', '{}', 1)"),
        ("secrets", "keys", "UPDATE person_secret SET sealed = 1, until = 5"),
    ],
)  # fmt: skip
def test_each_kind_of_leftover_is_seen(site: Site, kind: str, store: str, sql: str) -> None:
    """Planted behind the program's back, found by looking at the stores."""
    with site.open() as house:
        site.enrol(house, "alice")
        with site.sql(store) as raw:
            raw.execute(sql)
        assert overdue(house.home, house.home.journal.now())[kind] == 1
