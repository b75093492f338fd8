"""Subjects: one spelling, one person per purpose, sealed, and new whenever they come back."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from facekeep.db.store import Store
from facekeep.governance.guardians import Ages
from facekeep.storage.schema import STORES
from facekeep.storage.subjects import BLOCK, MAX_REFERENCE, Directory, Person, normal
from facekeep.terms.errors import Misused, Tampered

AGES = Ages(date(2030, 1, 2), date(2034, 1, 2))


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path: Path = tmp_path_factory.mktemp("subjects") / "records.db"
    store = Store.create(path, "records", STORES["records"], b"h" * 16, b"m" * 16)
    yield store
    store.close()


@pytest.fixture
def directory(records: Store) -> Directory:
    with records.transaction() as tx:
        tx.execute("DELETE FROM person")
        tx.execute("DELETE FROM consent")
    return Directory(records, b"k" * 32, os.urandom)


def enter(
    records: Store, directory: Directory, name: str, purpose: str = "gate", ages: Ages | None = None
) -> Person:
    with records.transaction() as tx:
        return directory.enter(tx, name, purpose, ages)


def depart(records: Store, directory: Directory, person: Person) -> None:
    with records.transaction() as tx:
        directory.depart(tx, person.id)


# -- references -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reference",
    ["", " ", "\t\n", "a" * (MAX_REFERENCE + 1), "a\x00b", "a\nb", "a\x7fb", "a\x85b", "a\u200bb",
     "a\u2028b", "\ud800", "a\udfffb", "\ue000", "\u202ealice"],
    ids=ascii,
)  # fmt: skip
def test_unusable_reference_is_misused(
    records: Store, directory: Directory, reference: str
) -> None:
    """Nothing, too much, controls, invisible marks, separators and halves of characters."""
    with pytest.raises(Misused, match="1 to 200 printable"):
        directory.person(reference, "gate")
    with pytest.raises(Misused, match="1 to 200 printable"):
        enter(records, directory, reference)


@pytest.mark.parametrize(
    "reference",
    ["a", "a" * MAX_REFERENCE, "😀", "😀" * MAX_REFERENCE, "张三", "O'Neil; DROP", "a b"],
)
def test_usable_reference_comes_back(records: Store, directory: Directory, reference: str) -> None:
    """Up to 200 characters, counted as characters, emoji and quotes included."""
    person = enter(records, directory, reference)
    assert directory.reference_of(person.id) == reference
    assert directory.person(reference, "gate") == person


def test_reference_that_grows_beyond_the_limit_when_composed_is_refused() -> None:
    """The limit holds for what is kept, not for what was typed."""
    grows = "\u0958"  # never composed again: NFC writes it as two
    assert normal(grows * (MAX_REFERENCE // 2)) == "\u0915\u093c" * (MAX_REFERENCE // 2)
    with pytest.raises(Misused):
        normal(grows * MAX_REFERENCE)


def test_reference_that_shrinks_when_composed_is_accepted() -> None:
    """200 letters with accents typed apart are 200 characters."""
    assert len(normal("e\u0301" * MAX_REFERENCE)) == MAX_REFERENCE


@pytest.mark.parametrize(
    "spelling", ["Zo\u00eb", "Zoe\u0308", "  Zoe\u0308 ", "Zo\u00eb\u00a0", "\u3000Zo\u00eb"]
)
def test_every_spelling_names_the_same_person(
    records: Store, directory: Directory, spelling: str
) -> None:
    """Composed or not, with or without space around."""
    person = enter(records, directory, "Zo\u00eb")
    assert directory.person(spelling, "gate") == person
    assert enter(records, directory, spelling) == person
    assert directory.reference_of(person.id) == "Zo\u00eb"


def test_case_and_width_are_other_names(records: Store, directory: Directory) -> None:
    """References are opaque: only canonical equivalence is folded."""
    enter(records, directory, "alice")
    for other in ("Alice", "ａｌｉｃｅ", "al ice"):
        assert not directory.person(other, "gate").known


@given(text=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40))
def test_normal_form_is_one_for_all_equivalent_texts(text: str) -> None:
    """Normal is idempotent, and NFD of a text is as normal as the text."""
    try:
        kept = normal(text)
    except Misused:
        assume(False)
    assert normal(kept) == kept == normal(unicodedata.normalize("NFD", text))
    assert 1 <= len(kept) <= MAX_REFERENCE


# -- persons --------------------------------------------------------------------------------


def rows(records: Store) -> list[tuple[bytes, bytes, str, int, bytes]]:
    return records.rows("SELECT id, lookup, purpose, departed, about FROM person")  # type: ignore[return-value]


def test_two_purposes_share_no_bytes(records: Store, directory: Directory) -> None:
    """Identifier, lookup and sealed field: no eight bytes of one lie in the other."""
    for purpose in ("gate", "bank"):
        enter(records, directory, "alice", purpose, AGES)
    one, two = (b"|".join((r[0], r[1], r[4])) for r in rows(records))
    assert not any(one[n : n + 8] in two for n in range(len(one) - 7))


def test_reference_and_purpose_do_not_run_together(directory: Directory) -> None:
    """``ab`` for ``c`` is not ``a`` for ``bc``."""
    assert directory.person("ab", "c").id != directory.person("a", "bc").id


def test_unknown_subject_gets_a_steady_stand_in(records: Store, directory: Directory) -> None:
    """The same each time, another for each purpose and name, and never written."""
    first = directory.person("nobody", "gate")
    assert first == directory.person("nobody", "gate")
    assert not first.known
    assert not first.departed
    assert (
        len({first.id, *(directory.person(*a).id for a in (("nobody", "b"), ("x", "gate")))}) == 3
    )
    assert directory.persons("nobody", "gate") == directory.persons("nobody", None) == []
    assert rows(records) == []
    assert directory.stranger_secret(first) == directory.stranger_secret(first)


def test_stand_in_of_another_key_is_another(records: Store, directory: Directory) -> None:
    """Without ``records.key`` nobody finds or invents anybody."""
    alice = enter(records, directory, "alice")
    other = Directory(records, b"o" * 32, os.urandom)
    assert not other.person("alice", "gate").known
    assert other.person("x", "gate").id != directory.person("x", "gate").id
    with pytest.raises(Tampered):
        other.reference_of(alice.id)


def test_entering_again_is_the_same_person(records: Store, directory: Directory) -> None:
    """One living person per subject and purpose."""
    first = enter(records, directory, "alice")
    assert enter(records, directory, "alice") == first
    assert len(rows(records)) == 1
    assert directory.living() == [first.id]
    assert directory.lives(first.id)


def test_departed_person_who_enters_again_is_new(records: Store, directory: Directory) -> None:
    """The old story stays apart: another identifier, both rows kept, the living one found."""
    old = enter(records, directory, "alice", ages=AGES)
    depart(records, directory, old)
    assert not directory.lives(old.id)
    gone = directory.person("alice", "gate")
    assert (gone.id, gone.known, gone.departed) == (old.id, True, True)
    assert directory.persons("alice", "gate") == directory.living() == []
    new = enter(records, directory, "alice")
    assert new.id != old.id
    assert directory.person("alice", "gate") == new
    assert directory.everybody() == {old.id, new.id}
    assert directory.persons("alice", None) == [new]
    assert directory.reference_of(old.id) == directory.reference_of(new.id) == "alice"


def test_departing_leaves_other_purposes_and_can_be_repeated(
    records: Store, directory: Directory
) -> None:
    """Each purpose ends for itself; nobody departs nobody."""
    gate, bank = (enter(records, directory, "alice", p) for p in ("gate", "bank"))
    for _ in range(2):
        depart(records, directory, gate)
    depart(records, directory, Person(b"?" * 16, "gate", known=False))
    assert directory.persons("alice", None) == [bank]


def test_erased_person_is_unknown_and_consents_went_too(
    records: Store, directory: Directory
) -> None:
    """Rows of that person only, in both tables."""
    alice, bob = (enter(records, directory, name) for name in ("alice", "bob"))
    with records.transaction() as tx:
        for person in (alice, bob):
            tx.execute(
                "INSERT INTO consent VALUES (?, ?, 'gate', 'processing', x'', x'', '', 0, 0, NULL, '{}', x'')",
                (person.id, person.id),
            )
        directory.erase_person(tx, alice.id)
        directory.erase_person(tx, alice.id)
    assert not directory.person("alice", "gate").known
    assert directory.everybody() == {bob.id}
    assert records.rows("SELECT person FROM consent") == [(bob.id,)]
    with pytest.raises(Misused):
        directory.reference_of(alice.id)


# -- ages -----------------------------------------------------------------------------------


def test_ages_are_known_across_purposes_and_after_departure(
    records: Store, directory: Directory
) -> None:
    """A birth date is stated once."""
    assert directory.ages("alice") is None
    person = enter(records, directory, "alice", ages=AGES)
    enter(records, directory, "alice", "bank")
    enter(records, directory, "bob")
    depart(records, directory, person)
    assert directory.ages("alice") == AGES
    assert directory.ages("bob") is None


def test_sealed_field_does_not_show_whether_ages_or_how_long_a_name(
    records: Store, directory: Directory
) -> None:
    """Padded to the same block with and without dates, for one letter and for two hundred."""
    for name, ages in (("a", None), ("b", AGES), ("c" * MAX_REFERENCE, AGES)):
        enter(records, directory, name, ages=ages)
    assert len({len(row[4]) for row in rows(records)}) == 1
    file = b"".join(path.read_bytes() for path in records.path.parent.iterdir())
    assert b"2030-01-02" not in file
    assert b"c" * 20 not in file
    enter(records, directory, "门" * MAX_REFERENCE)
    lengths = sorted({len(row[4]) for row in rows(records)})
    assert (lengths[1] - lengths[0]) % BLOCK == 0


# -- seals ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "edit", ["id = randomblob(16)", "purpose = 'bank'", "departed = 1", "about = randomblob(300)",
             "lookup = randomblob(32)"],
)  # fmt: skip
def test_row_edited_anywhere_is_tampered(records: Store, directory: Directory, edit: str) -> None:
    """The sealed field covers the whole row."""
    enter(records, directory, "alice")
    with records.transaction() as tx:
        tx.execute(f"UPDATE person SET {edit}")
    with pytest.raises(Tampered):
        [directory.reference_of(person) for person in directory.everybody()]


def test_sealed_text_is_bound_to_its_person(directory: Directory) -> None:
    """A guardian's reference opens for nobody else, and is normal like any other."""
    sealed = directory.seal(" Zoe\u0308 ", b"p" * 16)
    opened = directory._envelope.unwrap(sealed, b"about", b"p" * 16)
    assert opened.decode() == "Zo\u00eb"
    with pytest.raises(Tampered):
        directory._envelope.unwrap(sealed, b"about", b"q" * 16)
    with pytest.raises(Misused):
        directory.seal("a\nb", b"p" * 16)


def test_chain_secrets_differ_by_name_and_key(records: Store, directory: Directory) -> None:
    """The home's own story is not a purpose's."""
    other = Directory(records, b"o" * 32, os.urandom)
    names = ("home", "purpose/gate", "purpose/bank")
    assert len({d.chain_secret(n) for d in (directory, other) for n in names}) == 6
