"""A second factor beside the face: both right is a match, anything else is not, and nobody learns which."""

from __future__ import annotations

from dataclasses import replace

import pytest

from facekeep.assembly import House
from facekeep.governance.purpose_text import Purpose, parse
from facekeep.ledger import log
from facekeep.rights.cases import Kind
from facekeep.storage import factor_rows
from facekeep.terms.errors import (
    ConsentMissing,
    ConsentWithdrawn,
    FacekeepError,
    FactorMissing,
    Misused,
    Restrained,
    Tampered,
)
from facekeep.terms.values import Decision
from facekeep.use.second_factors import TRIES, Factor, FactorKind, Standing
from tests.attacks.staff import opened
from tests.attacks.toolkit import DAY, Site, agree, asked, publish, purpose_text

PIN = Factor(FactorKind.PIN, "480913")
WRONG = Factor(FactorKind.PIN, "480914")
CARD = Factor(FactorKind.CARD, "04A2247F61")
FIRST_HASH = "bd1fa5408d25543f5353cd60d0a223349955bf3a0c268e3e110d924ed6a450cf"


def of(kind: str, name: str = "vault") -> bytes:
    """A purpose that asks for a factor."""
    return purpose_text(name, operations='["verification"]', second_factor=f'"{kind}"')


@pytest.fixture
def anna(site: Site, house: House) -> House:
    """Anna is enrolled for the vault, which asks for a PIN, and has set one."""
    publish(house, of("pin"))
    site.enrol(house, "anna", "vault")
    house.second_factors.set("anna", "vault", PIN)
    return house


def ask(
    site: Site, house: House, subject: str, factor: Factor | None, number: int = 100, *,
    face: str | None = None, purpose: str = "vault",
) -> Decision:  # fmt: skip
    """One verification; each ``number`` is a photograph of its own."""
    photo = site.good_photo(face or subject, number)
    question = replace(asked(house, subject, purpose, photo), factor=factor)
    return house.verifier.verify(question, site.people).decision


# -- deciding ---------------------------------------------------------------------------------


def test_both_right_is_a_match(site: Site, anna: House) -> None:
    assert ask(site, anna, "anna", PIN) is Decision.MATCH


@pytest.mark.parametrize("face", ["anna", "ben"])
@pytest.mark.parametrize("factor", [WRONG, replace(PIN, shown="48091"), replace(PIN, shown="")])
def test_anything_wrong_is_none(site: Site, anna: House, face: str, factor: Factor) -> None:
    assert ask(site, anna, "anna", factor, face=face) is Decision.NON_MATCH
    assert ask(site, anna, "anna", PIN, 300, face="ben") is Decision.NON_MATCH


def test_the_factor_of_another_opens_nothing(site: Site, anna: House) -> None:
    """The same PIN of two people is two secrets, and one's own is of no use to the other."""
    site.enrol(anna, "ben", "vault")
    anna.second_factors.set("ben", "vault", WRONG)
    assert ask(site, anna, "anna", WRONG) is Decision.NON_MATCH
    assert ask(site, anna, "ben", WRONG) is Decision.MATCH


def test_a_factor_that_was_never_set_opens_nothing(site: Site, house: House) -> None:
    publish(house, of("pin"))
    site.enrol(house, "anna", "vault")
    assert ask(site, house, "anna", PIN) is Decision.NON_MATCH


def test_a_purpose_that_asks_is_not_answered_without(site: Site, anna: House) -> None:
    """Refused alike for somebody unknown: the rule is the purpose's."""
    for subject in ("anna", "nobody"):
        for factor in (None, CARD):
            with pytest.raises(FactorMissing) as refused:
                ask(site, anna, subject, factor)
            assert refused.value.reason == "this purpose asks for a second factor: pin"


def test_any_factor_may_be_asked_for(site: Site, house: House) -> None:
    publish(house, of("any"))
    site.enrol(house, "anna", "vault")
    for factor in (PIN, CARD):
        house.second_factors.set("anna", "vault", factor)
    assert ask(site, house, "anna", PIN, 100) is Decision.MATCH
    assert ask(site, house, "anna", CARD, 200) is Decision.MATCH
    assert ask(site, house, "anna", replace(CARD, shown="04A2247F62"), 300) is Decision.NON_MATCH
    with pytest.raises(FactorMissing):
        ask(site, house, "anna", None, 400)


def test_whoever_shows_one_unasked_must_show_the_right_one(site: Site, house: House) -> None:
    """A purpose that asks for none takes one; then it counts."""
    site.enrol(house, "anna")
    house.second_factors.set("anna", "gate", PIN)
    assert ask(site, house, "anna", None, 100, purpose="gate") is Decision.MATCH
    assert ask(site, house, "anna", PIN, 200, purpose="gate") is Decision.MATCH
    assert ask(site, house, "anna", WRONG, 300, purpose="gate") is Decision.NON_MATCH


# -- guessing ---------------------------------------------------------------------------------


def test_five_wrong_tries_and_then_the_desk(site: Site, anna: House) -> None:
    """The right one opens nothing any more, and nobody is told why; set anew it does."""
    for number in range(TRIES):
        assert ask(site, anna, "anna", WRONG, 100 + 10 * number) is Decision.NON_MATCH
    assert ask(site, anna, "anna", PIN, 300) is Decision.NON_MATCH
    assert anna.second_factors.standing("anna", "vault") == [Standing(FactorKind.PIN, usable=False)]
    site.clock.advance(DAY)
    assert ask(site, anna, "anna", PIN, 400) is Decision.NON_MATCH
    anna.second_factors.set("anna", "vault", PIN)
    assert ask(site, anna, "anna", PIN, 500) is Decision.MATCH


def test_a_right_one_clears_the_count(site: Site, anna: House) -> None:
    for number in range(2 * TRIES):
        wrong = number % TRIES != TRIES - 1
        shown = WRONG if wrong else PIN
        assert (ask(site, anna, "anna", shown, 100 + 10 * number) is Decision.MATCH) is not wrong
        site.clock.advance(DAY)


def test_nobody_locks_another_person_out(site: Site, anna: House) -> None:
    """Wrong tries before another face learn nothing and count for nothing."""
    for number in range(2 * TRIES):
        assert ask(site, anna, "anna", WRONG, 100 + number, face="ben") is Decision.NON_MATCH
        site.clock.advance(DAY)
    assert ask(site, anna, "anna", PIN, 900) is Decision.MATCH


@pytest.mark.parametrize("pin", ["0000", "123456", "9876", "777777777777"])
def test_pins_that_are_tried_first_are_refused(site: Site, anna: House, pin: str) -> None:
    with pytest.raises(Misused):
        anna.second_factors.set("anna", "vault", Factor(FactorKind.PIN, pin))


# -- consent ----------------------------------------------------------------------------------


def test_it_is_set_only_with_a_consent_in_force(house: House) -> None:
    publish(house, of("pin"))
    with pytest.raises(ConsentMissing):
        house.second_factors.set("anna", "vault", PIN)
    agree(house, "anna", "vault")
    house.second_factors.set("anna", "vault", PIN)
    house.withdrawals.withdraw("anna", "vault")
    with pytest.raises(ConsentWithdrawn):
        house.second_factors.set("anna", "vault", PIN)


def test_whoever_asked_us_to_stop_still_gets_a_new_pin(site: Site, anna: House) -> None:
    """It opens their own pages; their face stays uncompared."""
    opened(anna, Kind.OBJECTION, "anna", purpose="vault")
    anna.second_factors.set("anna", "vault", WRONG)
    assert anna.second_factors.opens("anna", "vault", WRONG)
    with pytest.raises(Restrained):
        ask(site, anna, "anna", WRONG)


def test_it_dies_with_the_consent(site: Site, anna: House) -> None:
    """No row, no byte of it in the store; a new consent begins without."""
    (kept,) = anna.home.records.rows("SELECT kept FROM second_factor")
    anna.withdrawals.withdraw("anna", "vault")
    assert not anna.home.records.rows("SELECT * FROM second_factor")
    assert kept[0] not in site.file("records").read_bytes()
    assert anna.second_factors.standing("anna", "vault") == []
    site.enrol(anna, "anna", "vault")
    assert anna.second_factors.standing("anna", "vault") == []
    assert ask(site, anna, "anna", PIN) is Decision.NON_MATCH


def test_it_dies_when_the_term_is_over(site: Site, anna: House) -> None:
    site.clock.advance(366 * DAY)
    anna.withdrawals.expire_due()
    assert not anna.home.records.rows("SELECT * FROM second_factor")


def test_a_removed_one_opens_nothing(site: Site, house: House) -> None:
    site.enrol(house, "anna")
    house.second_factors.set("anna", "gate", CARD)
    house.second_factors.remove("anna", "gate", FactorKind.CARD)
    assert house.second_factors.standing("anna", "gate") == []
    assert ask(site, house, "anna", CARD, purpose="gate") is Decision.NON_MATCH


# -- rows -------------------------------------------------------------------------------------


def test_the_store_holds_nothing_to_guess_at(site: Site, anna: House) -> None:
    """Two people with the same PIN have nothing in common, and the PIN stands nowhere."""
    site.enrol(anna, "ben", "vault")
    anna.second_factors.set("ben", "vault", PIN)
    kept = [bytes(row[0]) for row in anna.home.records.rows("SELECT kept FROM second_factor")]
    assert len(set(kept)) == 2
    assert len({len(one) for one in kept}) == 1
    assert PIN.shown.encode() not in site.file("records").read_bytes()


def swap(site: Site) -> None:
    with site.sql("records") as sql:
        (one, first), (two, second) = sql.execute("SELECT person, kept FROM second_factor")
        sql.execute("UPDATE second_factor SET kept = ? WHERE person = ?", (second, one))
        sql.execute("UPDATE second_factor SET kept = ? WHERE person = ?", (first, two))


def test_rows_that_were_swapped_are_refused(site: Site, anna: House) -> None:
    site.enrol(anna, "ben", "vault")
    anna.second_factors.set("ben", "vault", WRONG)
    swap(site)
    with pytest.raises(Tampered):
        ask(site, anna, "anna", PIN)


@pytest.mark.parametrize("what", ["put back", "deleted", "moved"])
def test_a_row_other_than_the_ledgers_is_refused(site: Site, anna: House, what: str) -> None:
    """An old PIN put back, a row taken out, one kind's row under another's name."""
    older = anna.home.records.one("SELECT person, kept FROM second_factor")
    assert older is not None
    anna.second_factors.set("anna", "vault", WRONG)
    statements = {
        "put back": ("UPDATE second_factor SET kept = ? WHERE person = ?", older[::-1]),
        "deleted": ("DELETE FROM second_factor", ()),
        "moved": ("UPDATE second_factor SET kind = 'card'", ()),
    }
    with site.sql("records") as sql:
        sql.execute(*statements[what])
    with pytest.raises(Tampered):
        ask(site, anna, "anna", PIN)


# -- the ledger ---------------------------------------------------------------------------------


def details(house: House, subject: str) -> dict[str, object]:
    """What the newest entry of a person says."""
    last = house.home.journal.last(house.home.chain_of(subject, "vault"))
    assert last is not None
    return last.details


def test_the_entry_says_which_factor_was_shown(site: Site, anna: House) -> None:
    ask(site, anna, "anna", PIN)
    assert details(anna, "anna")["factor"] == "pin"


def test_everybody_gets_the_same_entries_of_the_same_length(site: Site, anna: House) -> None:
    """Right, wrong, another face, no factor set, nobody known: nothing tells them apart."""
    site.enrol(anna, "ben", "vault")
    ask(site, anna, "nobody", PIN)  # the purpose's stand-in is made once
    seen = []
    asking = [("anna", PIN, "anna"), ("anna", WRONG, "anna"), ("anna", PIN, "ben"), ("ben", PIN, "ben"),
              ("nobody", PIN, "anna")]  # fmt: skip
    for number, (subject, factor, face) in enumerate(asking):
        with anna.home.records.reading() as connection:
            before = log.size(connection)
        ask(site, anna, subject, factor, 100 + 10 * number, face=face)
        with anna.home.records.reading() as connection:
            new = [log.entry(connection, n) for n in range(before, log.size(connection))]
        seen.append([(one.kind, len(one.sealed), sorted(one.public)) for one in new])
    assert seen == [seen[0]] * len(seen)
    assert [kind for kind, _, _ in seen[0]] == ["use:factor:state", "use:verification:answered"]


def test_setting_is_refused_in_writing(house: House) -> None:
    """A refusal is an entry too."""
    publish(house, of("pin"))
    with pytest.raises(FacekeepError):
        house.second_factors.set("anna", "vault", PIN)
    assert details(house, "anna")["outcome"] == "refused"


# -- the person's own pages ---------------------------------------------------------------------


def test_a_pin_is_set_in_every_purpose_and_counts_beside_no_face_there(
    site: Site, house: House
) -> None:
    """Where a card is asked for, the PIN opens the person's pages; beside a face it is refused."""
    publish(house, of("card"))
    site.enrol(house, "anna", "vault")

    house.second_factors.set("anna", "vault", PIN)

    assert house.second_factors.opens("anna", "vault", PIN)
    with pytest.raises(FactorMissing):
        ask(site, house, "anna", PIN)


def test_a_card_is_set_only_where_it_counts(site: Site, house: House) -> None:
    """It opens no pages."""
    publish(house, of("pin"))
    site.enrol(house, "anna", "vault")

    with pytest.raises(FactorMissing):
        house.second_factors.set("anna", "vault", CARD)


def test_a_pin_asks_for_no_consent_to_storage(house: House) -> None:
    """Whoever agreed to the processing alone opens their pages, to say no to the rest; a card waits."""
    publish(house, purpose_text("vault", storage='"premises"'))
    agree(house, "anna", "vault")

    house.second_factors.set("anna", "vault", PIN)

    assert house.second_factors.opens("anna", "vault", PIN)
    with pytest.raises(ConsentMissing):
        house.second_factors.set("anna", "vault", CARD)
    with pytest.raises(ConsentMissing):
        house.second_factors.set("ben", "vault", PIN)


# -- the purpose's text -------------------------------------------------------------------------


def test_a_purpose_that_asks_for_none_hashes_as_before() -> None:
    """Purposes published before there were second factors keep their consents."""
    plain, said = parse(purpose_text()), parse(purpose_text(second_factor='"none"'))
    assert plain.hash == said.hash != parse(of("pin", "gate")).hash
    unsaid = Purpose.model_validate_json(plain.model_dump_json(exclude={"second_factor"}))
    assert unsaid.hash == plain.hash


def test_the_hash_is_the_one_of_the_first_release() -> None:
    """Taken from the program as it was before second factors."""
    assert parse(purpose_text()).hash.hex() == FIRST_HASH


def test_a_search_cannot_ask_for_one() -> None:
    """1:N would go around it."""
    with pytest.raises(Misused, match="second_factor"):
        parse(purpose_text(second_factor='"pin"'))


def test_its_table_has_a_holding() -> None:
    assert [one.table for one in factor_rows.HOLDINGS] == ["second_factor"]
