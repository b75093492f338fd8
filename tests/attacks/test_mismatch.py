"""A mismatch is refused, never scored (custody rule 1; templates.md traps 1, 3, 4, 5, 8, 11).

With a wrong mask, row, epoch or probe the difference is uniform noise, and noise scored against a
threshold of .4 *accepts* four times in ten: the control below shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
import pytest

from facekeep.assembly import House
from facekeep.protect.schemes import split
from facekeep.storage.gallery import Gallery
from facekeep.storage.keys import KeyRow
from facekeep.storage.reset import Scope
from facekeep.terms.errors import FacekeepError, Retry, Tampered
from facekeep.terms.values import NORM_BOUND, Code, Decision, Epoch, Permit, RowId
from tests.attacks.toolkit import Site, publish, purpose_text, search

WORDS = 2 * (128 + split.CHECK_WORDS)
ROUNDS = 1_000
AT_TAU_04 = int(0.4 * NORM_BOUND)


@pytest.fixture
def enrolled(site: Site, house: House) -> House:
    """Alice and Bob, who match themselves."""
    for name in ("alice", "bob"):
        site.enrol(house, name)
        assert site.matches(house, name)
    return house


def halves(
    site: Site, house: House, permit: Permit, mine: Code, theirs: Code
) -> tuple[split.Partial, split.Partial]:
    """What both keepers answer, each to the probe it was given."""
    reference_half = house.keepers.references.answer_one(permit, mine, site.frame(house))
    return reference_half, house.keepers.keys.answer_one(permit, theirs)


def compared(site: Site, house: House, row: KeyRow, probe: Code) -> Decision:
    """One honest comparison, role by role."""
    permit = site.permit(house, row, probe)
    reference_half, key_half = halves(site, house, permit, probe, probe)
    return house.keepers.comparator.one(reference_half, key_half, permit)


def swap(site: Site, store: str, table: str, column: str, key: str, a: bytes, b: bytes) -> None:
    """Exchange one column of two rows behind the product's back."""
    with site.sql(store) as raw:
        query = f"SELECT {column} FROM {table} WHERE {key} = ?"
        first, second = raw.execute(query, (a,)).fetchone(), raw.execute(query, (b,)).fetchone()
        update = f"UPDATE {table} SET {column} = ? WHERE {key} = ?"
        raw.executemany(update, [(*second, a), (*first, b)])


# -- rows and bytes -------------------------------------------------------------------------


def test_stale_row_restored_after_a_renewal_is_refused(site: Site, enrolled: House) -> None:
    """Renew, restore the old reference store: refused as stale, not scored."""
    site.file("references")
    stale = site.backup("stale", "references")
    enrolled.resetter.renew(Scope(), "routine")
    with site.sql("references") as raw:
        raw.execute("ATTACH ? AS old", (str(stale / "references.db"),))
        raw.execute("INSERT OR REPLACE INTO reference SELECT * FROM old.reference")
    with pytest.raises(Tampered, match="stale"):
        site.ask(enrolled, "alice")
    with pytest.raises(Tampered, match="stale"):
        enrolled.identifier.identify(
            search(enrolled, "gate", site.good_photo("alice")), site.people
        )


@pytest.mark.parametrize("column", ["words", "mac", "salt", "epoch"])
def test_swapped_reference_columns_are_refused(site: Site, enrolled: House, column: str) -> None:
    """A reference moved under another identifier, salt or epoch is tampered."""
    rows = [site.row(enrolled, name).row for name in ("alice", "bob")]
    swap(site, "references", "reference", column, "row", *rows)
    with pytest.raises(Tampered):
        site.ask(enrolled, "alice")


def test_whole_reference_rows_swapped_between_people_are_refused(
    site: Site, enrolled: House
) -> None:
    """The identifier is authenticated: c, salt, epoch and MAC together do not move."""
    rows = [site.row(enrolled, name).row for name in ("alice", "bob")]
    for column in ("words", "mac", "salt", "epoch"):
        swap(site, "references", "reference", column, "row", *rows)
    with pytest.raises(Tampered):
        site.ask(enrolled, "bob", site.good_photo("alice"))


@pytest.mark.parametrize("column", ["wrapped", "consent", "epoch", "purpose_hash"])
def test_swapped_key_columns_never_match(site: Site, enrolled: House, column: str) -> None:
    """A wrapped key is bound to its row, grant and epoch: another's place does not open it."""
    publish(enrolled, purpose_text("bank"))
    site.enrol(enrolled, "carol", "bank")
    rows = site.row(enrolled, "alice").row, site.row(enrolled, "carol", "bank").row
    swap(site, "keys", "subject_key", column, "row", *rows)
    with pytest.raises(FacekeepError) as refused:
        site.ask(enrolled, "alice", site.good_photo("carol"))
    assert refused.value.code in {"tampered", "permit_expired"}


@pytest.mark.parametrize("change", ["purpose = 'bank'", "model = 'other'", "expires = expires + 1"])
def test_a_key_row_moved_to_another_purpose_model_or_term_does_not_open(
    site: Site, enrolled: House, change: str
) -> None:
    """Purpose, model and expiry are bound to the wrapped key."""
    with site.sql("keys") as raw:
        raw.execute(f"UPDATE subject_key SET {change}")
    with pytest.raises(Tampered):
        site.ask(enrolled, "alice")


def test_row_of_another_home_is_refused(
    site: Site, enrolled: House, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The tenant is authenticated: another home's reference under our identifier is tampered."""
    other = Site(tmp_path_factory.mktemp("other"), site.clock, site.people).found()
    with other.open() as neighbours:
        other.enrol(neighbours, "alice")
        foreign = neighbours.home.references.of_row(other.row(neighbours, "alice").row)
    assert foreign is not None
    with site.sql("references") as raw:
        raw.execute(
            "UPDATE reference SET words = ?, salt = ?, mac = ? WHERE row = ?",
            (foreign.words.tobytes(), foreign.salt, foreign.mac, site.row(enrolled, "alice").row),
        )
    with pytest.raises(Tampered):
        site.ask(enrolled, "alice")


@pytest.mark.parametrize("byte", [0, 1, 127, 255, WORDS - 1])
def test_flipped_byte_of_c_is_seen_by_mac_and_ledger(
    site: Site, enrolled: House, byte: int
) -> None:
    """Both the MAC and the ledger's seal of the row object to one changed bit."""
    row = site.row(enrolled, "alice").row
    record = enrolled.home.references.of_row(row)
    assert record is not None
    flipped = bytearray(record.words.tobytes())
    flipped[byte] ^= 1
    with site.sql("references") as raw:
        raw.execute("UPDATE reference SET words = ? WHERE row = ?", (bytes(flipped), row))
    with pytest.raises(Tampered, match="authentication"):
        site.ask(enrolled, "alice")
    forged = enrolled.home.references.of_row(row)
    assert forged is not None
    seals = {seal for (seal,) in enrolled.home.records.rows("SELECT seal FROM row_seal")}
    assert split.seal_of(record) in seals
    assert split.seal_of(forged) not in seals


def test_flipped_byte_blocks_a_search_instead_of_scoring(site: Site, enrolled: House) -> None:
    """1:N verifies every row when it loads it."""
    with site.sql("references") as raw:
        raw.execute("UPDATE reference SET words = zeroblob(?)", (WORDS,))
    with pytest.raises(Tampered):
        enrolled.identifier.identify(
            search(enrolled, "gate", site.good_photo("alice")), site.people
        )


def test_reference_changed_between_load_and_answer_is_confirmed_again(
    site: Site, enrolled: House
) -> None:
    """1:N opens the MAC of every returned row once more, from the store."""
    references = enrolled.keepers.references
    gallery = site.gallery(enrolled)
    probe = site.code(enrolled, site.good_photo("alice"))
    permit = replace(
        site.permit(enrolled, site.row(enrolled, "alice"), probe),
        target=gallery.root,
        epoch=gallery.epoch,
    )
    references.answer_many(permit, probe, gallery)
    with site.sql("references") as raw:
        raw.execute("UPDATE reference SET mac = zeroblob(32)")
    with pytest.raises(Tampered):
        references.confirm(gallery, [0])


# -- probes and permits ---------------------------------------------------------------------


def test_two_valid_probes_one_to_each_keeper_are_refused(site: Site, enrolled: House) -> None:
    """Each keeper compares its probe's digest with the permit's."""
    alice, bob = (site.code(enrolled, site.good_photo(name)) for name in ("alice", "bob"))
    row = site.row(enrolled, "alice")
    with pytest.raises(Tampered, match="another probe"):
        halves(site, enrolled, site.permit(enrolled, row, alice), alice, bob)
    with pytest.raises(Tampered, match="another probe"):
        halves(site, enrolled, site.permit(enrolled, row, alice), bob, alice)


def test_halves_of_two_questions_do_not_meet(site: Site, enrolled: House) -> None:
    """Tags over row, epoch, probe and permit differ: the comparator refuses the pair."""
    row = site.row(enrolled, "alice")
    probes = [site.code(enrolled, site.good_photo(name)) for name in ("alice", "bob")]
    first, second = (site.permit(enrolled, row, probe) for probe in probes)
    mine, _ = halves(site, enrolled, first, probes[0], probes[0])
    _, theirs = halves(site, enrolled, second, probes[1], probes[1])
    with pytest.raises(Tampered, match="different questions"):
        enrolled.keepers.comparator.one(mine, theirs, first)


def test_wrong_mask_with_a_forged_tag_meets_the_check_words(site: Site, enrolled: House) -> None:
    """Even a tag that agrees does not let noise through: masked zeros are not zero any more."""
    probe = site.code(enrolled, site.good_photo("alice"))
    permits = [site.permit(enrolled, site.row(enrolled, n), probe) for n in ("alice", "bob")]
    mine, _ = halves(site, enrolled, permits[0], probe, probe)
    _, other = halves(site, enrolled, permits[1], probe, probe)
    with pytest.raises(Tampered, match="do not belong together"):
        split.opened(mine, replace(other, tag=mine.tag))


def test_score_beyond_the_norm_bound_is_tampered() -> None:
    """|score| > 16129 cannot come from two codes."""
    sums = np.array([[NORM_BOUND + 1, 0, 0]], np.uint16)
    with pytest.raises(Tampered, match="norm bound"):
        split.opened(split.Partial(sums, b"t"), split.Partial(np.zeros_like(sums), b"t"))


@pytest.mark.parametrize("keeper", ["keys", "references"])
def test_malformed_probe_is_refused_by_each_keeper(
    site: Site, enrolled: House, keeper: str
) -> None:
    """A random ring vector would be accepted with p = .4: both keepers check its length."""
    row = site.row(enrolled, "alice")
    noise = np.random.default_rng(1).integers(-128, 128, 128).astype(np.int8)
    permit = site.permit(enrolled, row, noise)
    answer = {
        "keys": lambda: enrolled.keepers.keys.answer_one(permit, noise),
        "references": lambda: enrolled.keepers.references.answer_one(
            permit, noise, site.frame(enrolled)
        ),
    }
    with pytest.raises(Tampered, match="norm window"):
        answer[keeper]()


# -- galleries ------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["order", "version", "missing"])
def test_gallery_of_another_order_or_version_is_refused(
    site: Site, enrolled: House, damage: str
) -> None:
    """Both keepers must mean the same rows at the same epochs in the same order."""
    keepers = enrolled.keepers
    gallery = site.gallery(enrolled)
    other = {
        "order": Gallery(gallery.frame, gallery.rows[::-1], gallery.epochs[::-1]),
        "version": Gallery(gallery.frame, gallery.rows, (Epoch(bytes(8)),) * 2),
        "missing": Gallery(gallery.frame, gallery.rows[1:], gallery.epochs[1:]),
    }[damage]
    probe = site.code(enrolled, site.good_photo("alice"))
    honest = site.permit(enrolled, site.row(enrolled, "alice"), probe)
    permit = replace(honest, target=gallery.root, epoch=gallery.epoch)
    with pytest.raises(Tampered, match="another gallery"):
        keepers.references.answer_many(permit, probe, other)
    with pytest.raises(Tampered, match="another gallery"):
        keepers.keys.answer_many(permit, probe, other)
    theirs = replace(permit, id=b"x" * 16, target=other.root, epoch=other.epoch)
    mine = split.Partial(np.zeros((2, 2), np.uint16), b"mine")
    with pytest.raises(FacekeepError):
        keepers.comparator.many(mine, keepers.keys.answer_many(theirs, probe, other), permit)


# -- renewal --------------------------------------------------------------------------------


def test_delta_applied_twice_is_refused(site: Site, enrolled: House) -> None:
    """Compare-and-set on the epoch: the second application finds another epoch."""
    row = site.row(enrolled, "alice")
    (renewal,) = enrolled.keepers.keys.begin_renewal([row])
    change = [(renewal.row, renewal.before, renewal.after, renewal.delta)]
    enrolled.keepers.references.renew(site.frame(enrolled), change)
    with pytest.raises(Retry):
        enrolled.keepers.references.renew(site.frame(enrolled), change)
    enrolled.keepers.renewer.resume()
    assert site.matches(enrolled, "alice")


def test_delta_drawn_twice_is_the_same_delta(site: Site, enrolled: House) -> None:
    """A lost answer is repeated with the same next key, never with a second one."""
    row = site.row(enrolled, "alice")
    (first,) = enrolled.keepers.keys.begin_renewal([row])
    (again,) = enrolled.keepers.keys.begin_renewal([site.row(enrolled, "alice")])
    assert (first.after, first.delta.tolist()) == (again.after, again.delta.tolist())


def test_delta_drawn_twice_from_a_stale_row_is_refused_or_the_same(
    site: Site, enrolled: House
) -> None:
    """Two renewers that read the row before either began must not overwrite each other's key."""
    stale = site.row(enrolled, "alice")
    (first,) = enrolled.keepers.keys.begin_renewal([stale])
    try:
        (again,) = enrolled.keepers.keys.begin_renewal([stale])
    except Retry:
        return
    assert first.delta.tolist() == again.delta.tolist()


def test_renewal_never_reuses_a_mask(site: Site, enrolled: House, monkeypatch: Any) -> None:
    """No two-time pad: every enrolment and renewal draws a new key, epoch and mask."""
    drawn: list[tuple[bytes, bytes, bytes]] = []
    real = split.mask

    def watched(key: bytes, frame: Any, purpose: str, row: RowId, epoch: Epoch) -> Any:
        words = real(key, frame, purpose, row, epoch)
        drawn.append((key, epoch, words.tobytes()))
        return words

    monkeypatch.setattr(split, "mask", watched)
    for _ in range(10):
        enrolled.resetter.renew(Scope(), "routine")
    for _ in range(3):
        site.enrol(enrolled, "alice")
    unique = set(drawn)
    lives = 2 + 10 * 2 + 3  # two people, renewed ten times, and three enrolments
    assert len(unique) >= lives
    for part in zip(*unique, strict=True):
        assert len(set(part)) == len(unique)


# -- the measured attack --------------------------------------------------------------------


def mismatches(site: Site, house: House) -> Iterator[Decision | None]:
    """Verifications amid renewals with split probes, stale and swapped rows; None: refused."""
    names = [f"p{n}" for n in range(6)]
    for name in names:
        site.enrol(house, name)
    probes = {name: site.code(house, site.good_photo(name)) for name in names}
    for turn in count():
        name, other = names[turn % 6], names[(turn + 1) % 6]
        row, foreign = site.row(house, name), site.row(house, other)
        probe = probes[name]
        try:
            match turn % 4:
                case 0:  # split probes
                    mine, theirs = halves(
                        site, house, site.permit(house, row, probe), probe, probes[other]
                    )
                case 1:  # stale: the reference has moved on, the key has not
                    permit = site.permit(house, row, probe)
                    half = house.keepers.keys.answer_one(permit, probe)
                    house.resetter.renew(Scope(name, "gate"), "routine")
                    mine = house.keepers.references.answer_one(permit, probe, site.frame(house))
                    theirs = half
                case 2:  # swapped: this row's mask against another's reference
                    permits = [site.permit(house, r, probe) for r in (row, foreign)]
                    mine = house.keepers.references.answer_one(permits[1], probe, site.frame(house))
                    theirs = house.keepers.keys.answer_one(permits[0], probe)
                case _:  # mid-renewal
                    house.keepers.keys.begin_renewal([row])
                    permit = site.permit(house, row, probe)
                    mine, theirs = halves(site, house, permit, probe, probe)
            yield house.keepers.comparator.one(mine, theirs, site.permit(house, row, probe))
        except (Tampered, Retry):
            house.keepers.renewer.resume()
            yield None


@pytest.mark.parametrize("rounds", [200, pytest.param(ROUNDS, marks=pytest.mark.long)])
def test_mismatches_amid_renewals_accept_nothing(site: Site, house: House, rounds: int) -> None:
    """1,000 mismatched verifications: 0 accepted, every one ``Tampered`` or retried."""
    outcomes = [outcome for _, outcome in zip(range(rounds), mismatches(site, house), strict=False)]
    assert outcomes == [None] * rounds


def test_control_without_the_checks_four_in_ten_would_match() -> None:
    """The danger is real: raw differences of mismatched halves pass tau = .4 about .40."""
    generator = np.random.default_rng(3)
    masks = generator.integers(0, 2**16, (2, 4000, 128), dtype=np.uint16)
    probe = generator.integers(-20, 20, 128).astype(np.int16).view(np.uint16)
    with np.errstate(over="ignore"):
        raw = ((masks[0] - masks[1]) @ probe).view(np.int16)
    accepted = float((raw >= AT_TAU_04).mean())
    assert 0.37 < accepted < 0.43


def test_honest_comparison_still_matches(site: Site, enrolled: House) -> None:
    """Control: the refusals above refuse only mismatches."""
    probe = site.code(enrolled, site.good_photo("alice"))
    assert compared(site, enrolled, site.row(enrolled, "alice"), probe) is Decision.MATCH
    assert compared(site, enrolled, site.row(enrolled, "bob"), probe) is Decision.NON_MATCH
