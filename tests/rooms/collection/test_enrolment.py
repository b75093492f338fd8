"""Enrolment: consent before pixels, one reference for all photographs, or nothing left behind."""

from __future__ import annotations

import dataclasses
from itertools import count
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.collection import enrolment
from facekeep.collection.capture import Wish
from facekeep.collection.enrolment import Enrolled, Enroller
from facekeep.terms.errors import (
    ConsentMissing,
    ConsentWithdrawn,
    FacekeepError,
    NoFace,
    PurposeNotAllowed,
    Refused,
    TooPoor,
)
from facekeep.terms.values import AttackVerdict, CaptureLevel, Operation, Origin
from tests.attacks.toolkit import People, Site, agree, publish, purpose_text, taken
from tests.rooms.storage.conftest import Town

_numbers = count()


def somebody(town: Town) -> str:
    """A new name with a consent."""
    name = f"person {next(_numbers)}"
    agree(town.house, name, "gate")
    return name


def held(house: House) -> tuple[set[bytes], set[bytes], int]:
    """Which rows lie in either store, and how many acts are open."""
    home = house.home
    keyed = {row.row for row in home.vault.every()}
    return keyed, set(home.references.identifiers()), len(home.intents.open())


def outcomes(house: House, name: str) -> list[Any]:
    chain = house.home.chain(house.home.directory.person(name, "gate"))
    return [one.details.get("outcome") for one in house.home.journal.story(chain)]


class Blind(People):
    """Eyes that must not be used."""

    def for_enrolment(self, source: object) -> Any:
        raise AssertionError("a pixel was read")


def test_enrolled_has_exactly_these_fields(town: Town) -> None:
    """Never a vector, a score or a row's identifier."""
    fields = {field.name for field in dataclasses.fields(Enrolled)}
    assert fields == {"event", "purpose", "model", "grade", "pad", "capture", "quality",
                      "photos_used", "photos_left_out"}  # fmt: skip
    told = town.site.enrol(town.house, somebody(town))
    assert (told.purpose, told.model, told.grade, told.pad, told.capture) == (
        "gate", "simulated", "production", "not_checked", "none",
    )  # fmt: skip


def test_several_photographs_make_one_reference(town: Town) -> None:
    """One row in either store; those that do not serve are told by reason."""
    name, site, before = somebody(town), town.site, held(town.house)
    photos = [b"", site.good_photo(name), b"nobody", site.good_photo(name, 20)]
    told = town.house.enroller.enrol(
        name, "gate", photos, site.people, taken(town.house, name, "gate", photos)
    )
    assert told.photos_used == 2
    assert told.photos_left_out == ("no_face", "no_face")
    after = held(town.house)
    assert len(after[0] - before[0]) == len(after[1] - before[1]) == 1
    assert site.matches(town.house, name)


def test_event_is_the_persons_newest_entry(town: Town) -> None:
    """The reference's seal is written with it."""
    name, home = somebody(town), town.house.home
    told = town.site.enrol(town.house, name)
    last = home.journal.last(home.chain(home.directory.person(name, "gate")))
    assert last is not None
    assert last.entry.id.hex() == told.event
    assert last.entry.public["rows"] == 1
    assert last.details["outcome"] == "enrolled"


@pytest.mark.parametrize("stranger", [True, False])
def test_no_pixel_is_read_without_a_consent_in_force(town: Town, stranger: bool) -> None:
    """For somebody unknown and somebody who left alike; the refusal is recorded."""
    name = f"person {next(_numbers)}"
    if not stranger:
        agree(town.house, name, "gate")
        town.house.withdrawals.withdraw(name, "gate")
    before = held(town.house)
    origin = taken(town.house, name, "gate", [b"x#1"])
    with pytest.raises(ConsentMissing if stranger else ConsentWithdrawn):
        town.house.enroller.enrol(name, "gate", [b"x#1"], Blind(), origin)
    assert held(town.house) == before
    assert outcomes(town.house, name)[-1] == "refused"


def test_no_pixel_is_read_by_other_eyes_or_under_a_weak_capture(town: Town) -> None:
    """The purpose names its model and the least capture."""
    name = somebody(town)
    origin = taken(town.house, name, "gate", [b"x#1"])
    with pytest.raises(PurposeNotAllowed):
        town.house.enroller.enrol(name, "gate", [b"x#1"], Blind(model="another"), origin)
    publish(town.house, purpose_text("strict", capture='"attested"'))
    agree(town.house, name, "strict")
    origin = taken(town.house, name, "strict", [b"x#1"], CaptureLevel.DEVICE)
    with pytest.raises(Refused, match="attested"):
        town.house.enroller.enrol(name, "strict", [b"x#1"], Blind(), origin)
    photos = [town.site.good_photo(name)]
    origin = taken(town.house, name, "strict", photos, CaptureLevel.ATTESTED)
    told = town.house.enroller.enrol(name, "strict", photos, town.site.people, origin)
    assert told.capture == "attested"


def test_unpublished_purpose_is_refused_in_the_homes_own_story(town: Town) -> None:
    """There is nobody whose chain it could stand in."""
    home = town.house.home
    origin = taken(town.house, "anybody", "nowhere", [b"x#1"])
    with pytest.raises(PurposeNotAllowed):
        town.house.enroller.enrol("anybody", "nowhere", [b"x#1"], Blind(), origin)
    last = home.journal.last(home.own_chain())
    assert last is not None
    assert (last.entry.kind, last.details["reason"]) == (enrolment.KIND, "purpose_not_allowed")


@pytest.mark.parametrize(
    ("photos", "error"), [([], TooPoor), ([b""], NoFace), ([b"", b""], NoFace)]
)
def test_photographs_that_do_not_serve_leave_the_earlier_reference(
    town: Town, photos: list[bytes], error: type[FacekeepError]
) -> None:
    """Refused, recorded, and whoever was enrolled still is."""
    name = somebody(town)
    town.site.enrol(town.house, name)
    before = held(town.house)
    origin = taken(town.house, name, "gate", photos)
    with pytest.raises(error):
        town.house.enroller.enrol(name, "gate", photos, town.site.people, origin)
    assert held(town.house) == before
    assert town.site.matches(town.house, name)


def test_photographs_of_two_people_enrol_nobody(town: Town) -> None:
    """They may show different people."""
    name, site = somebody(town), town.site
    photos = [site.good_photo(name), site.good_photo("other")]
    origin = taken(town.house, name, "gate", photos)
    with pytest.raises(TooPoor, match="different people"):
        town.house.enroller.enrol(name, "gate", photos, site.people, origin)
    assert outcomes(town.house, name) == [None, "refused"]


# -- replacing ------------------------------------------------------------------------------


def test_new_enrolment_replaces_the_older(town: Town) -> None:
    """One row for one row; the older is remembered as erased, the consent as living."""
    name, house = somebody(town), town.house
    town.site.enrol(house, name)
    older = town.site.row(house, name)
    before = held(house)
    town.site.enrol(house, name)
    newer = town.site.row(house, name)
    after = held(house)
    assert (before[0] - after[0], after[0] - before[0]) == ({older.row}, {newer.row})
    assert (before[1] - after[1], after[1] - before[1]) == ({older.row}, {newer.row})
    (listed,) = [e for e in house.home.custody.erasures() if e.row == older.row.hex()]
    assert not listed.departed
    assert town.site.matches(house, name)


def test_enrolment_after_consenting_anew_replaces_the_reference_of_the_older_consent(
    town: Town,
) -> None:
    """A changed purpose: nothing of the older consent is left."""
    house, name = town.house, f"person {next(_numbers)}"
    publish(house, purpose_text("office"))
    town.site.enrol(house, name, "office")
    older = town.site.row(house, name, "office")
    publish(house, purpose_text("office", retention_days=10))
    town.site.enrol(house, name, "office")
    newer = town.site.row(house, name, "office")
    assert newer.grant.purpose_hash != older.grant.purpose_hash
    assert [row.row for row in house.home.vault.of_purpose("office")] == [newer.row]
    assert house.home.references.of_row(older.row) is None


# -- interrupted ----------------------------------------------------------------------------


@pytest.mark.parametrize("breaks", ["_split", "_complete"])
def test_failed_enrolment_leaves_nothing_and_the_earlier_reference(
    town: Town, monkeypatch: pytest.MonkeyPatch, breaks: str
) -> None:
    """Key row, reference and intent are gone; the person goes on as before."""
    name, house = somebody(town), town.house
    town.site.enrol(house, name)
    before, entries = held(house), outcomes(house, name)
    real = getattr(Enroller, breaks)

    def then_fail(*arguments: Any) -> None:
        if breaks == "_split":
            real(*arguments)
        raise OSError("power")

    with monkeypatch.context() as patched:
        patched.setattr(Enroller, breaks, then_fail)
        with pytest.raises(OSError, match="power"):
            town.site.enrol(house, name)
    assert held(house) == before
    assert outcomes(house, name) == entries
    assert town.site.matches(house, name)


def test_withdrawal_between_the_picture_and_the_entry_rolls_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Consent is read again in the transaction that makes the enrolment count."""
    name, house = somebody(town), town.house
    before, real = held(house), Enroller._split

    def meanwhile(self: Enroller, *arguments: Any) -> Any:
        record = real(self, *arguments)
        house.withdrawals.withdraw(name, "gate")
        return record

    with monkeypatch.context() as patched:
        patched.setattr(Enroller, "_split", meanwhile)
        with pytest.raises(ConsentWithdrawn):
            town.site.enrol(house, name)
    assert held(house) == before


@pytest.mark.parametrize(
    ("breaks", "told", "counts"),
    [("_complete", "enrolment rolled back", False), ("finish", "enrolment completed", True)],
)
def test_crash_is_completed_or_rolled_back_at_the_next_start(
    site: Site, house: House, monkeypatch: pytest.MonkeyPatch, breaks: str, told: str, counts: bool
) -> None:
    """Before the entry the older reference stays, after it the newer one counts; never both."""
    site.enrol(house, "alice")
    older = site.row(house, "alice")
    with monkeypatch.context() as patched:
        fail: Any = lambda *_: (_ for _ in ()).throw(OSError("power"))  # noqa: E731
        patched.setattr(enrolment, "roll_back", lambda *_: None)
        patched.setattr(Enroller if breaks == "_complete" else enrolment, breaks, fail)
        with pytest.raises(OSError, match="power"):
            site.enrol(house, "alice")
    house.close()
    with site.open() as again:
        assert again.recovered == [told]
        keyed, references, acts = held(again)
        assert (site.row(again, "alice").row != older.row) is counts
        assert older.row in keyed or counts
        stand_ins = keyed - {site.row(again, "alice").row}
        assert not stand_ins
        assert keyed == references
        assert acts == 0
        assert site.matches(again, "alice")


# -- a picture sent as a file -------------------------------------------------------------------


def from_phone(town: Town, name: str, *, from_file: bool) -> tuple[bytes, Origin]:
    """A picture through a link of the person's own, and its origin."""
    house, photo = town.house, town.site.good_photo(name)
    wish = Wish("gate", Operation.ENROLMENT, name, from_file=from_file)
    return photo, house.captures.through_link(house.captures.link(name, "gate"), wish, [photo])


def test_a_file_that_no_attack_check_passed_is_not_kept(town: Town) -> None:
    """Refused before anything is; the refusal is in the person's story."""
    name, house = somebody(town), town.house
    photo, origin = from_phone(town, name, from_file=True)
    before = held(house)

    with pytest.raises(Refused, match="sent as a file"):
        house.enroller.enrol(name, "gate", [photo], People(), origin)

    assert held(house) == before
    assert outcomes(house, name)[-1] == "refused"


def test_a_file_that_passed_is_kept_and_so_is_what_was_taken_on_the_spot(town: Town) -> None:
    """The verdict is asked of files alone."""
    passed = People(pad=AttackVerdict.PASSED)
    for eyes, from_file in ((passed, True), (People(), False)):
        name = somebody(town)
        photo, origin = from_phone(town, name, from_file=from_file)
        assert town.house.enroller.enrol(name, "gate", [photo], eyes, origin).photos_used == 1


def test_an_origin_does_not_change_its_mind(town: Town) -> None:
    """One that was made for a file cannot be passed off as taken on the spot."""
    name = somebody(town)
    photo, origin = from_phone(town, name, from_file=True)
    changed = dataclasses.replace(origin, from_file=False)

    with pytest.raises(Refused):
        town.house.enroller.enrol(name, "gate", [photo], People(), changed)
