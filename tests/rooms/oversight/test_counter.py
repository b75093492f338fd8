"""The person counter: who counts once, who counts as one more, when somebody is told."""

from __future__ import annotations

import time
from datetime import date

import pytest

from facekeep.assembly import House
from facekeep.governance.clockbook import Part
from facekeep.governance.filings import Kind, Status
from facekeep.oversight import counter
from facekeep.oversight.counter import LAW, Lines
from facekeep.oversight.filing import Word, close, submit
from facekeep.storage.counting import census
from facekeep.terms.errors import Misused, Refused
from tests.attacks.toolkit import DAY, Site, agree, guardian, publish, purpose_text

TEN = Lines(stored=10, handled=20, sensitive=10, important=30, platform=40)
FIVE = Lines(stored=5, handled=1000, sensitive=5)
WORD = Word("Director Lin")


def stored(house: House) -> tuple[int, int]:
    now = census(house.home, house.home.journal.now())
    return now.stored.lower, now.stored.upper


def enrol(site: Site, house: House, number: int, purpose: str = "gate") -> None:
    for n in range(number):
        site.enrol(house, f"resident {n}", purpose)


def test_one_subject_in_two_purposes_is_one_person(site: Site, house: House) -> None:
    """De-duplicated on the identity side, over all purposes."""
    publish(house, purpose_text("canteen"))
    for purpose in ("gate", "canteen"):
        enrol(site, house, 3, purpose)
    site.enrol(house, "bob", "canteen")
    assert stored(house) == (4, 4)
    assert len(house.home.vault.every()) == 7


def test_what_leads_to_nobody_counts_as_one_more(site: Site, house: House) -> None:
    """A range: at least those we know, at most each stray as somebody else."""
    enrol(site, house, 3)
    consent = house.home.vault.every()[0].grant.consent_id
    with site.sql("records") as raw:
        raw.execute("DELETE FROM consent WHERE id = ?", (consent,))
    assert stored(house) == (2, 3)
    finding = house.questions()["storage.counting.people"](int(house.home.journal.now()))
    assert "1 references lead to nobody" in finding.gaps[0].what


def test_a_reference_without_a_key_counts_too(site: Site, house: House) -> None:
    """It is stored, whatever it is worth."""
    enrol(site, house, 2)
    with site.sql("keys") as raw:
        raw.execute("DELETE FROM subject_key WHERE row = (SELECT min(row) FROM subject_key)")
    assert stored(house) == (1, 2)


def test_an_edited_person_counts_and_stops_nobody(site: Site, house: House) -> None:
    """The seal breaks; the count goes on."""
    enrol(site, house, 2)
    with site.sql("records") as raw:
        raw.execute("UPDATE person SET about = x'00' WHERE id = (SELECT min(id) FROM person)")
    assert stored(house) == (1, 2)


def test_the_erased_count_until_the_last_copy_of_their_keys_dies(site: Site, house: House) -> None:
    """A sealed copy of the key store still opens them: the upper bound says so."""
    enrol(site, house, 3)
    home = house.home
    at = int(home.journal.now())
    home.archives.seal_keys(
        home.vault.store, home.vault.generation, site.folder / "keys.sealed", at
    )
    house.withdrawals.withdraw("resident 0", "gate")
    assert stored(house) == (2, 3)
    site.enrol(house, "resident 0")
    assert stored(house) == (3, 3)
    house.withdrawals.withdraw("resident 0", "gate")
    site.clock.advance(8 * DAY)
    assert stored(house) == (2, 2)


def test_minors_are_counted_apart(site: Site, house: House) -> None:
    """Under 14, and from 14 to 17; whoever told no age is unknown."""
    births = {"child": date(2016, 1, 1), "youth": date(2010, 1, 1), "adult": date(1990, 1, 1)}
    for name, birth in births.items():
        by = guardian() if name == "child" else None
        agree(house, name, birth=birth, guardian=by)
    agree(house, "quiet")
    now = census(house.home, house.home.journal.now())
    assert (now.under_14, now.from_14_to_17, now.age_unknown) == (1, 1, 1)
    assert (now.sensitive.upper, now.handled.upper, now.stored.upper) == (1, 4, 0)


# -- alarms and the latch -------------------------------------------------------------------


def shares(house: House) -> set[tuple[str, int]]:
    return {(s.told["counter"], s.told["share"]) for s in counter.standing(house.books)}


def test_alarms_at_70_90_and_100_per_cent(site: Site, house: House) -> None:
    """Each when the upper bound reaches it, and the filing at the line itself."""
    for n, expected in ((6, set()), (7, {70}), (8, {70}), (9, {70, 90}), (10, {70, 90, 100})):
        enrol(site, house, n)
        counter.take(house.books, TEN)
        assert {share for name, share in shares(house) if name == "stored"} == expected
    (filing,) = house.books.filings.of(Kind.FACE)
    assert (filing.day0, filing.due) == (date(2026, 6, 15), date(2026, 7, 28))
    assert filing.status is Status.OPEN


def test_the_upper_bound_governs(site: Site, house: House) -> None:
    """Strays count toward the line."""
    enrol(site, house, 5)
    with site.sql("records") as raw:
        raw.execute("DELETE FROM consent WHERE id IN (SELECT id FROM consent LIMIT 3)")
    counter.take(house.books, FIVE)
    assert house.books.filings.of(Kind.FACE)


def test_day_0_latches_though_the_count_falls(site: Site, house: House) -> None:
    """The task stays open until an officer closes it with a reason."""
    enrol(site, house, 5)
    counter.take(house.books, FIVE)
    with pytest.raises(Refused, match="not fallen"):
        close(house.books, Kind.FACE, "we would rather not", WORD, FIVE)
    house.withdrawals.withdraw("resident 1", "gate")
    site.clock.advance(2 * DAY)
    counter.take(house.books, FIVE)
    (filing,) = house.books.filings.of(Kind.FACE, Status.OPEN)
    assert filing.day0 == date(2026, 6, 15)
    assert ("stored", 100) in shares(house)
    assert ("stored", 90) not in shares(house)
    closed = close(house.books, Kind.FACE, "the count fell below the line", WORD, FIVE)
    assert closed.status is Status.CLOSED
    counter.take(house.books, FIVE)
    assert ("stored", 100) not in shares(house)


def test_a_second_rise_opens_a_second_filing(site: Site, house: House) -> None:
    """Even on the same day; the first stays as it was closed."""
    enrol(site, house, 5)
    counter.take(house.books, FIVE)
    house.withdrawals.withdraw("resident 1", "gate")
    close(house.books, Kind.FACE, "the count fell below the line", WORD, FIVE)
    counter.take(house.books, FIVE)
    site.enrol(house, "resident 1")
    counter.take(house.books, FIVE)
    first, second = sorted(house.books.filings.of(Kind.FACE), key=lambda filing: filing.id)
    assert (first.status, second.status) == (Status.CLOSED, Status.OPEN)
    assert first.id != second.id


def test_a_filing_made_early_latches_no_second_one(site: Site, house: House) -> None:
    """Whoever filed before the line has nothing more to file at it."""
    submit(house.books, Kind.FACE, "44-1", date(2026, 6, 15), WORD)
    enrol(site, house, 5)
    counter.take(house.books, FIVE)
    assert [f.status for f in house.books.filings.of(Kind.FACE)] == [Status.SUBMITTED]
    assert ("stored", 100) in shares(house)


def test_a_million_people_handled_need_an_officer_s_report(site: Site, house: House) -> None:
    """The second counter counts whoever anything is kept about."""
    for n in range(3):
        agree(house, f"resident {n}")
    counter.take(house.books, Lines(handled=3))
    (filing,) = house.books.filings.of(Kind.OFFICER)
    assert filing.rule.level == "city"
    assert not house.books.filings.of(Kind.FACE)


def test_minors_make_a_yearly_report(site: Site, house: House) -> None:
    """Due by 31 January of the next year, once a year."""
    agree(house, "youth", birth=date(2010, 1, 1))
    for _ in range(2):
        counter.take(house.books)
    (filing,) = house.books.filings.of(Kind.MINORS)
    assert (filing.id, filing.due) == ("minors_audit/2026", date(2027, 1, 31))
    site.clock.advance(365 * DAY)
    counter.take(house.books)
    assert [f.due for f in house.books.filings.of(Kind.MINORS)] == [
        date(2027, 1, 31), date(2028, 1, 31),
    ]  # fmt: skip


def test_counting_twice_changes_nothing(site: Site, house: House) -> None:
    """Idempotent: no second alarm, no second row, no entry."""
    enrol(site, house, 5)
    counter.take(house.books, FIVE)
    before = house.home.records.rows("SELECT count(*) FROM clock"), _entries(house)
    counter.take(house.books, FIVE)
    assert (house.home.records.rows("SELECT count(*) FROM clock"), _entries(house)) == before
    assert house.home.clocks.is_whole()


def _entries(house: House) -> object:
    return house.home.records.rows("SELECT count(*) FROM ledger_entry")


def test_each_day_is_counted_at_the_first_entering(site: Site) -> None:
    """And only once; the history holds numbers and dates."""
    with site.open() as house:
        enrol(site, house, 2)
    for _ in range(2):
        site.clock.advance(DAY)
        for _ in range(2):
            with site.open(locked=True) as house:
                days = counter.history(house.books)
                versions = house.home.clocks.version(Part.COUNT, house.books.today.isoformat())
    assert [count.people["stored"] for count in days] == [(0, 0), (2, 2), (2, 2)]
    assert versions == 1


def test_the_law_s_lines_cannot_be_raised() -> None:
    """Lower ones are for tests."""
    assert LAW.stored == 100_000
    for wrong in ({"stored": 100_001}, {"handled": 2_000_000}, {"sensitive": 0}):
        with pytest.raises(Misused):
            Lines(**wrong)


def test_twenty_thousand_people_are_counted_in_seconds(site: Site, house: House) -> None:
    """A sketch of a town: every fourth row is somebody of the row before, in another purpose."""
    town(house, 20_000)
    began = time.perf_counter()
    now = census(house.home, house.home.journal.now())
    took = time.perf_counter() - began
    assert now.stored.lower == now.stored.upper == 15_001
    assert now.untraced == 0
    assert took < 20, took


def town(house: House, rows: int) -> None:
    """Rows as enrolments would leave them, without the enrolling."""
    home = house.home
    with home.records.transaction() as tx, home.vault.store.transaction() as keys:
        for n in range(rows):
            purpose = "gate" if n % 4 else "canteen"
            subject = n - 1 if n % 4 == 0 and n else n
            person = home.directory.enter(tx, f"resident {subject}", purpose, None)
            consent, row = n.to_bytes(16, "big"), (n + 1).to_bytes(16, "little")
            columns = [c[1] for c in tx.execute("PRAGMA table_info(consent)")]
            told = {"id": consent, "person": person.id, "purpose": purpose}
            kinds = {c[1]: c[2] for c in tx.execute("PRAGMA table_info(consent)")}
            values = [told.get(c, _empty(kinds[c], c)) for c in columns]
            tx.execute(f"INSERT INTO consent VALUES ({','.join('?' * len(values))})", values)
            keys.execute(
                "INSERT INTO subject_key VALUES (?,?,?,?,?,?,?,?,?,1,NULL,NULL)",
                (row, b"e", b"w", purpose, b"h", consent, 2**40, "m", 128),
            )


def _empty(kind: str, column: str) -> object:
    if column == "scope":
        return "processing"
    return {"INTEGER": 0, "TEXT": ""}.get(kind, b"")
