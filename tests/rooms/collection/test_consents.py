"""The consent desk: told first, given by whoever may, separate for purpose and storage."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count

import pytest

from facekeep.collection.consents import MINUTE, Asking
from facekeep.governance.consent import Consent, Scope
from facekeep.storage.journal import Chain
from facekeep.terms.errors import (
    ConsentMissing,
    GuardianRequired,
    Misused,
    PurposeNotAllowed,
    Refused,
)
from facekeep.terms.values import ConsentState
from tests.attacks import toolkit
from tests.attacks.toolkit import DAY, agree, guardian, purpose_text, taken
from tests.rooms.storage.conftest import Town

_numbers = count()


def somebody() -> str:
    """A name nobody in this home bears yet."""
    return f"person {next(_numbers)}"


def publish(town: Town, **fields: object) -> str:
    name = f"purpose-{next(_numbers)}"
    toolkit.publish(town.house, purpose_text(name, **fields))
    return name


def require(town: Town, subject: str, purpose: str) -> Consent:
    """The consent in force, as whoever would use it asks."""
    home = town.house.home
    person = home.directory.person(subject, purpose)
    return home.consents.require(person.id, home.purposes.get(purpose), home.journal.now())


def told(town: Town, subject: str, purpose: str = "gate") -> list[dict[str, object]]:
    home = town.house.home
    secret = home.vault.secret(home.directory.person(subject, purpose).id)
    assert secret is not None
    return [one.details for one in home.journal.story(Chain(secret, purpose))]


def at(town: Town, day: date, hour: int = 12) -> None:
    """Turn the clock to a day; days of one file only go forward."""
    town.clock.now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC).timestamp()


# -- giving ---------------------------------------------------------------------------------


def test_consent_says_what_was_agreed_to(town: Town) -> None:
    """Purpose text, notice, term, to the minute; the ledger says the same, sealed."""
    name, desk, home = somebody(), town.house.consents, town.house.home
    town.clock.advance(17.5)
    given = agree(town.house, name, "gate")
    purpose = home.purposes.get("gate")
    assert given.given_at == town.clock.now // MINUTE * MINUTE
    assert given.expires == given.given_at + 365 * DAY
    assert given.purpose_hash == purpose.hash
    assert given.notice == desk.notice("gate").digest
    assert (given.scope, given.state, given.guardian) == (
        Scope.PROCESSING, ConsentState.GIVEN, None,
    )  # fmt: skip
    (entry,) = told(town, name)
    assert entry["consent"] == given.id.hex()
    assert entry["notice"] == given.notice.hex()
    assert (entry["scope"], entry["by"]) == ("processing", "person")
    assert name not in str(entry)


def test_consent_given_again_is_the_one_in_force(town: Town) -> None:
    """Nothing new is recorded: neither record nor entry nor a longer term."""
    name, desk = somebody(), town.house.consents
    first = agree(town.house, name, "gate")
    town.clock.advance(DAY)
    assert agree(town.house, name, "gate") == first
    assert desk.show(name, "gate") == [first]
    assert len(told(town, name)) == 1


def test_consents_for_two_purposes_are_two(town: Town) -> None:
    """Each with its own person, record and chain."""
    name, other = somebody(), publish(town)
    given = [agree(town.house, name, purpose) for purpose in ("gate", other)]
    assert given[0].person != given[1].person
    assert [len(told(town, name, purpose)) for purpose in ("gate", other)] == [1, 1]


def test_consent_to_nothing_published_is_refused(town: Town) -> None:
    """And nobody is entered by it."""
    before = town.house.home.directory.everybody()
    with pytest.raises(PurposeNotAllowed):
        agree(town.house, somebody(), "nowhere")
    with pytest.raises(PurposeNotAllowed):
        town.house.consents.notice("nowhere")
    assert town.house.home.directory.everybody() == before


@pytest.mark.parametrize("subject", ["", "a\nb", "x" * 201])
def test_unusable_reference_consents_to_nothing(town: Town, subject: str) -> None:
    """A reference has 1 to 200 printable characters."""
    with pytest.raises(Misused):
        agree(town.house, subject, "gate")


def test_nobody_is_shown_for_the_unknown(town: Town) -> None:
    """An empty list, as for somebody who never came."""
    assert town.house.consents.show(somebody(), "gate") == []


def test_asking_does_not_show_who(town: Town) -> None:
    """Neither the subject nor the guardian."""
    shown = repr(Asking("alice", "gate", guardian=guardian()))
    assert "alice" not in shown
    assert "mother" not in shown


# -- storage --------------------------------------------------------------------------------


def test_storage_consent_that_nobody_asks_for_is_misused(town: Town) -> None:
    """A terminal keeps nothing elsewhere: a needless consent is no consent."""
    name = somebody()
    with pytest.raises(Misused, match="no storage consent"):
        agree(town.house, name, "gate", Scope.STORAGE)
    assert town.house.consents.show(name, "gate") == []


@pytest.mark.parametrize("storage", ["premises", "internet"])
@pytest.mark.parametrize("first", list(Scope))
def test_storage_off_the_terminal_needs_its_own_consent(
    town: Town, storage: str, first: Scope
) -> None:
    """Either alone is not enough, in whatever order they come (Measures art. 8)."""
    purpose, name, desk = publish(town, storage=f'"{storage}"'), somebody(), town.house.consents
    second = next(scope for scope in Scope if scope is not first)
    agree(town.house, name, purpose, first)
    with pytest.raises(ConsentMissing, match=second.value):
        require(town, name, purpose)
    photos = [town.site.good_photo(name)]
    origin = taken(town.house, name, purpose, photos)
    with pytest.raises(ConsentMissing):
        town.house.enroller.enrol(name, purpose, photos, town.site.people, origin)
    agree(town.house, name, purpose, second)
    assert require(town, name, purpose).scope is Scope.PROCESSING
    assert {c.scope for c in desk.show(name, purpose)} == set(Scope)
    assert {c.person for c in desk.show(name, purpose)} == {desk.show(name, purpose)[0].person}


def test_face_data_does_not_outlive_the_consent_to_store_it(town: Town) -> None:
    """Storage agreed to in January, processing in June: what is stored ends in January."""
    purpose, name = publish(town, storage='"premises"'), somebody()
    agree(town.house, name, purpose, Scope.STORAGE)
    town.clock.advance(100 * DAY)
    agree(town.house, name, purpose)
    town.site.enrol(town.house, name, purpose)
    town.clock.advance(270 * DAY)
    town.house.withdrawals.expire_due()
    town.house.home.erase_ungranted()
    assert town.house.home.vault.of_purpose(purpose) == []


# -- a changed purpose ----------------------------------------------------------------------


def test_changed_purpose_asks_anew_and_invalidates_the_older(town: Town) -> None:
    """Until then the older is without force; afterwards it says so, and its face data is gone."""
    purpose, name, desk = publish(town), somebody(), town.house.consents
    older = agree(town.house, name, purpose)
    town.site.enrol(town.house, name, purpose)
    toolkit.publish(town.house, purpose_text(purpose, retention_days=30))
    with pytest.raises(ConsentMissing, match="changed"):
        require(town, name, purpose)
    town.clock.advance(MINUTE)
    newer = agree(town.house, name, purpose)
    assert newer.id != older.id
    assert newer.person == older.person
    states = {c.id: c.state for c in desk.show(name, purpose)}
    assert states == {older.id: ConsentState.INVALIDATED, newer.id: ConsentState.GIVEN}
    assert town.house.home.vault.of_consents([older.id, newer.id]) == []
    assert require(town, name, purpose) == newer


def test_changed_purpose_asks_for_both_scopes_anew(town: Town) -> None:
    """A new consent to storage does not revive the older one to processing."""
    purpose, name, desk = publish(town, storage='"premises"'), somebody(), town.house.consents
    for scope in Scope:
        agree(town.house, name, purpose, scope)
    toolkit.publish(town.house, purpose_text(purpose, storage='"premises"', retention_days=30))
    agree(town.house, name, purpose, Scope.STORAGE)
    with pytest.raises(ConsentMissing):
        require(town, name, purpose)
    agree(town.house, name, purpose)
    require(town, name, purpose)
    assert len(desk.show(name, purpose)) == 4


def test_same_text_published_again_asks_nobody(town: Town) -> None:
    """The hash is the same: so is the consent."""
    purpose, name = publish(town), somebody()
    given = agree(town.house, name, purpose)
    toolkit.publish(town.house, purpose_text(purpose))
    assert require(town, name, purpose) == given


def test_consent_after_expiry_is_a_new_one(town: Town) -> None:
    """On the last second in force, at the term no longer; asked again, given again."""
    purpose, name = publish(town, retention_days=1), somebody()
    first = agree(town.house, name, purpose)
    town.clock.now = first.expires - 1
    assert agree(town.house, name, purpose) == first
    town.clock.now = first.expires
    with pytest.raises(Refused, match="expired"):
        require(town, name, purpose)
    assert agree(town.house, name, purpose).id != first.id


# -- guardians ------------------------------------------------------------------------------

LEAP, PLAIN = date(2012, 2, 29), date(2014, 6, 15)


def test_birth_dates_in_the_future_or_the_far_past_are_misused(town: Town) -> None:
    """And leave nobody behind."""
    name = somebody()
    for birth in (date(2100, 1, 1), date(1850, 1, 1)):
        with pytest.raises(Misused):
            agree(town.house, name, "gate", birth=birth)
    assert town.house.consents.show(name, "gate") == []


def test_another_birth_date_is_refused(town: Town) -> None:
    """For any purpose: a child does not grow older by saying so; the same date again is fine."""
    name, other = somebody(), publish(town)
    agree(town.house, name, "gate", guardian=guardian(), birth=date(2014, 6, 15))
    for purpose in ("gate", other):
        with pytest.raises(GuardianRequired, match="another birth date"):
            agree(town.house, name, purpose, birth=date(1990, 1, 1))
    agree(town.house, name, "gate", guardian=guardian(), birth=date(2014, 6, 15))
    with pytest.raises(GuardianRequired, match="under 14"):
        agree(town.house, name, other)
    agree(town.house, name, other, guardian=guardian())


def test_guardian_is_kept_sealed_and_named_in_kind_only(town: Town) -> None:
    """The record holds a sealed reference, the ledger that it was a guardian."""
    name = somebody()
    given = agree(town.house, name, "gate", guardian=guardian("mother of"), birth=date(2014, 6, 15))
    assert given.guardian is not None
    assert b"mother of" not in given.guardian
    (entry,) = told(town, name)
    assert entry["by"] == "guardian"
    assert "mother" not in str(entry)


@pytest.mark.parametrize(
    ("birth", "last_day_a_child"), [(LEAP, date(2026, 3, 1)), (PLAIN, date(2028, 6, 15))]
)
def test_child_decides_alone_from_the_day_after_the_fourteenth_birthday(
    town: Town, birth: date, last_day_a_child: date
) -> None:
    """Whoever was born on 29 February has it on 1 March; the guardian's consent ends that night."""
    name, desk = somebody(), town.house.consents
    at(town, last_day_a_child, hour=23)
    with pytest.raises(GuardianRequired):
        agree(town.house, name, "gate", birth=birth)
    assert desk.show(name, "gate") == []
    child = agree(town.house, name, "gate", guardian=guardian(), birth=birth)
    midnight = datetime.fromtimestamp(child.expires, UTC)
    assert (midnight.date() - last_day_a_child).days == 1
    assert (midnight.hour, midnight.minute) == (0, 0)
    town.clock.now = child.expires - 1
    assert require(town, name, "gate") == child
    town.clock.now = child.expires
    with pytest.raises(Refused, match="expired"):
        require(town, name, "gate")
    own = agree(town.house, name, "gate")
    assert own.guardian is None
    assert own.expires == own.given_at + 365 * DAY


def test_guardian_beside_somebody_of_unknown_age_shortens_nothing(town: Town) -> None:
    """No birth date, no fourteenth birthday."""
    given = agree(town.house, somebody(), "gate", guardian=guardian())
    assert given.expires == given.given_at + 365 * DAY
    assert given.guardian is not None


@pytest.mark.parametrize("birth", [date(2005, 1, 1), date(1950, 1, 1)])
def test_guardian_beside_an_adult_gives_a_consent_that_holds(town: Town, birth: date) -> None:
    """Its term lies ahead, not in the person's childhood."""
    given = agree(town.house, somebody(), "gate", guardian=guardian("son"), birth=birth)
    assert given.expires > given.given_at
