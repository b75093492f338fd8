"""Signing in: both factors or none, a code once, a session that ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from facekeep.access import totp
from facekeep.access.enlisting import Chosen
from facekeep.access.passwords import Cost, Passwords
from facekeep.access.sessions import IDLE_S, LONGEST_S, PROVED_S
from facekeep.access.signin import Shown
from facekeep.access.staff import CODE_S
from facekeep.access.throttle import FAILURES, WINDOW_S
from facekeep.assembly import House
from facekeep.terms.errors import Misused, NotSignedIn, Refused, Tampered, TooMany
from tests.attacks.signed_in import (
    ADDRESS,
    PASSPHRASE,
    Person,
    cheaply,
    employ,
    invite,
    shown,
    sign_in,
)
from tests.attacks.staff import approve, enter
from tests.attacks.toolkit import DAY, OFFICER, Turnable


@pytest.fixture
def house(house: House) -> House:  # type: ignore[misc]
    """A founded home whose passphrases cost little."""
    return cheaply(house)


def now(house: House) -> float:
    return house.home.journal.now()


def facts(house: House, session: bytes) -> tuple[str, bool]:
    return house.home.sessions.facts(session, now(house))


def test_both_factors_open_a_session(house: House, clock: Turnable) -> None:
    """Its name is known by its digest alone."""
    person = employ(house, "Mei")
    opened = sign_in(house, person)
    assert house.home.sessions.known(opened.token, now(house)) == opened.session.id
    assert facts(house, opened.session.id) == ("attendant", True)
    assert opened.token.encode() not in (house.home.path / "records.db").read_bytes()


@pytest.mark.parametrize("wrong", ["name", "passphrase", "code", "both"])
def test_one_wrong_factor_opens_nothing_and_says_no_more(house: House, wrong: str) -> None:
    """The same words for every mistake."""
    person = employ(house, "Mei")
    house.home.clock.advance(30)  # type: ignore[attr-defined]
    typed = shown(house, person)
    if wrong in ("passphrase", "both"):
        typed = replace(typed, passphrase="another passphrase")
    if wrong in ("code", "both"):
        typed = replace(typed, code="000000")
    with pytest.raises(NotSignedIn, match="does not sign anybody in"):
        house.front_desk.sign_in("Nobody" if wrong == "name" else "Mei", typed, ADDRESS)


def test_code_is_good_once(house: House) -> None:
    """Whoever looked over a shoulder comes too late."""
    person = employ(house, "Mei")
    house.home.clock.advance(30)  # type: ignore[attr-defined]
    typed = shown(house, person)
    house.front_desk.sign_in("Mei", typed, ADDRESS)
    with pytest.raises(NotSignedIn):
        house.front_desk.sign_in("Mei", typed, ADDRESS)


def test_first_code_signs_nobody_in(house: House) -> None:
    """It was used where the account was taken up."""
    code = invite(house, "Mei", "attendant")
    first = totp.code(house.enlisting.offer(code, ADDRESS).secret, house.home.clock())
    house.enlisting.accept(code, Chosen(PASSPHRASE, first), ADDRESS)
    with pytest.raises(NotSignedIn):
        house.front_desk.sign_in("Mei", Shown(PASSPHRASE, first), ADDRESS)


@pytest.mark.parametrize(("off", "taken"), [(-30, True), (0, True), (30, True), (-90, False), (90, False)])  # fmt: skip
def test_code_of_half_a_minute_ago_is_taken_and_no_older_one(
    house: House, off: int, taken: bool
) -> None:
    """Clocks differ a little."""
    person = employ(house, "Mei")
    house.home.clock.advance(600)  # type: ignore[attr-defined]
    code = totp.code(person.secret, house.home.clock() + off)
    if taken:
        house.front_desk.sign_in("Mei", Shown(PASSPHRASE, code), ADDRESS)
    else:
        with pytest.raises(NotSignedIn):
            house.front_desk.sign_in("Mei", Shown(PASSPHRASE, code), ADDRESS)


def test_clock_that_jumps_a_day_revives_no_code_and_no_session(
    house: House, clock: Turnable
) -> None:
    """Backwards or forwards."""
    person = employ(house, "Mei")
    opened = sign_in(house, person)
    used = shown(house, person)
    clock.advance(DAY)
    with pytest.raises(NotSignedIn):
        house.home.sessions.known(opened.token, now(house))
    clock.advance(-DAY)
    with pytest.raises(NotSignedIn):
        house.home.sessions.known(opened.token, now(house))
    with pytest.raises(NotSignedIn):
        house.front_desk.sign_in("Mei", used, ADDRESS)


def test_session_ends_when_nobody_uses_it_and_after_half_a_day(
    house: House, clock: Turnable
) -> None:
    """Every request keeps it, but not for ever."""
    opened = sign_in(house, employ(house, "Mei"))
    began = clock.now
    while clock.now < began + LONGEST_S - IDLE_S:
        clock.advance(IDLE_S - 1)
        house.home.sessions.known(opened.token, now(house))
    clock.now = began + LONGEST_S
    with pytest.raises(NotSignedIn):
        house.home.sessions.known(opened.token, now(house))
    idle = sign_in(house, employ(house, "Bo"))
    clock.advance(IDLE_S)
    with pytest.raises(NotSignedIn):
        house.home.sessions.known(idle.token, now(house))


def test_proof_of_both_factors_lasts_ten_minutes(house: House, clock: Turnable) -> None:
    """Then they are shown again; the session goes on meanwhile."""
    person = employ(house, "Mei")
    session = sign_in(house, person).session.id
    clock.advance(PROVED_S)
    assert facts(house, session) == ("attendant", False)
    house.front_desk.prove(session, shown(house, person), ADDRESS)
    assert facts(house, session) == ("attendant", True)


def test_sign_out_ends_this_session_alone(house: House) -> None:
    """The other browser stays."""
    person = employ(house, "Mei")
    one, other = sign_in(house, person), sign_in(house, person)
    house.front_desk.sign_out(one.session.id)
    house.front_desk.sign_out(one.session.id)
    with pytest.raises(NotSignedIn):
        facts(house, one.session.id)
    assert facts(house, other.session.id)


def test_new_passphrase_ends_every_session(house: House) -> None:
    """Whoever had the old one is out."""
    person = employ(house, "Mei")
    session = sign_in(house, person).session.id
    house.enlisting.change_passphrase(
        house.front_desk.owner(session), PASSPHRASE, "quite another one"
    )
    with pytest.raises(NotSignedIn):
        facts(house, session)
    sign_in(house, replace(person, passphrase="quite another one"))
    with pytest.raises(NotSignedIn):
        sign_in(house, person)


def test_retired_account_is_out_at_once_and_its_factors_are_gone(house: House) -> None:
    """The name is free again."""
    person = employ(house, "Mei")
    session = sign_in(house, person).session.id
    with house.home.records.transaction() as tx:
        gone = house.staff.retire(tx, person.staff.id, OFFICER, int(now(house)))
    assert gone.factors.passphrase is None
    assert not gone.factors.totp
    with pytest.raises(NotSignedIn):
        facts(house, session)
    with pytest.raises(NotSignedIn):
        sign_in(house, person)
    employ(house, "Mei", "inspector")


def test_passphrase_kept_at_an_older_cost_is_raised_at_the_next_sign_in(house: House) -> None:
    """And the key under it still opens; nobody is signed out by that."""
    person = employ(house, "Ann", "officer")
    before = sign_in(house, person).session.id
    house.front_desk._guard = replace(
        house.front_desk._guard, passwords=Passwords(house.home.entropy, Cost(16, 1, 1))
    )
    after = sign_in(house, person).session.id
    kept = house.front_desk.owner(after).factors.passphrase
    assert kept is not None
    assert kept.cost == Cost(16, 1, 1)
    assert facts(house, before)
    signed = house.front_desk.hand(after, PASSPHRASE, ADDRESS)(b"a word")
    assert signed.officer == "Ann"


# -- guessing -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Mei", "Nobody"])
def test_sixth_guess_waits_whoever_it_is(house: House, clock: Turnable, name: str) -> None:
    """By account, from as many addresses as one likes."""
    employ(house, "Mei")
    for n in range(FAILURES):
        with pytest.raises(NotSignedIn):
            house.front_desk.sign_in(name, Shown("a guess at it", "000000"), f"198.51.100.{n}")
    with pytest.raises(TooMany) as caught:
        house.front_desk.sign_in(name, Shown("a guess at it", "000000"), "203.0.113.9")
    assert 0 < caught.value.retry_after <= WINDOW_S
    clock.advance(WINDOW_S)
    with pytest.raises(NotSignedIn):
        house.front_desk.sign_in(name, Shown("a guess at it", "000000"), "203.0.113.9")


def test_one_address_guesses_five_times_whatever_names_and_factors(house: House) -> None:
    """Names, codes of invitations, passphrases: one count. IPv6 counts by its network."""
    for n in range(2):
        with pytest.raises(NotSignedIn):
            house.front_desk.sign_in(f"Guess {n}", Shown("a guess", "000000"), "2001:db8::1")
    for _ in range(3):
        with pytest.raises(NotSignedIn):
            house.enlisting.offer("AAAAAA-AAAAAA", "2001:db8::2")
    with pytest.raises(TooMany):
        house.front_desk.sign_in("Mei", Shown("a guess", "000000"), "2001:db8::ffff")
    with pytest.raises(NotSignedIn):
        house.front_desk.sign_in("Mei", Shown("a guess", "000000"), "2001:db8:0:1::1")


def test_guessing_is_written_down_once(house: House) -> None:
    """The fifth failure is an entry; a mistyped code is not."""
    for _ in range(FAILURES - 1):
        with pytest.raises(NotSignedIn):
            house.front_desk.sign_in("Mei", Shown("a guess", "000000"), ADDRESS)
    assert house.home.sign_ins.last() is None
    with pytest.raises(NotSignedIn):
        house.front_desk.sign_in("Mei", Shown("a guess", "000000"), ADDRESS)
    told = house.home.sign_ins.last()
    assert told is not None
    assert f"address/{ADDRESS}" in told["whose"]


def test_success_between_takes_nothing_off_the_count(house: House) -> None:
    """Four guesses, the owner's own sign-in, one more: that was five."""
    person = employ(house, "Mei")
    for n in range(FAILURES - 1):
        with pytest.raises(NotSignedIn):
            house.front_desk.sign_in("Mei", Shown("a guess", "000000"), f"198.51.100.{n}")
    sign_in(house, person)
    with pytest.raises(NotSignedIn):
        house.front_desk.sign_in("Mei", Shown("a guess", "000000"), "203.0.113.9")
    with pytest.raises(TooMany):
        sign_in(house, person)


# -- taking up an account -------------------------------------------------------------------


def test_invitation_is_good_once_and_for_two_days(house: House, clock: Turnable) -> None:
    """Afterwards its code is like any other nobody knows."""
    code = invite(house, "Mei", "attendant")
    offer = house.enlisting.offer(code, ADDRESS)
    chosen = Chosen(PASSPHRASE, totp.code(offer.secret, clock()))
    house.enlisting.accept(code, chosen, ADDRESS)
    with pytest.raises(NotSignedIn, match="invitation"):
        house.enlisting.accept(code, chosen, ADDRESS)
    late = invite(house, "Bo", "attendant")
    clock.advance(CODE_S)
    with pytest.raises(NotSignedIn, match="invitation"):
        house.enlisting.offer(late, ADDRESS)


@pytest.mark.parametrize(
    "chosen",
    [Chosen(), Chosen(PASSPHRASE), Chosen(code="000000"), Chosen("too short", "000000")],
    ids=["nothing", "one", "other", "short"],
)
def test_second_factor_is_always_needed(house: House, chosen: Chosen) -> None:
    """Nobody begins with half of them."""
    code = invite(house, "Mei", "attendant")
    house.enlisting.offer(code, ADDRESS)
    with pytest.raises((Misused, NotSignedIn)):
        house.enlisting.accept(code, chosen, ADDRESS)


def test_invitation_needs_a_signature_and_a_free_name(house: House) -> None:
    """Letter case makes no second person."""
    employ(house, "Mei")
    with pytest.raises(Refused, match="has an account"):
        invite(house, "MEI", "officer")
    with pytest.raises(Misused):
        invite(house, "Bo", "king")


def test_officers_account_signs_once_officers_let_it(house: House) -> None:
    """One mechanism for every signature: the roll of officers."""
    person = employ(house, "Ann", "officer")
    assert not house.staff.signs(person.staff)
    enter(house, "Ben")
    what = person.staff.newcomer.what
    with house.home.records.transaction() as tx, pytest.raises(Refused, match="two officers"):
        house.staff.admit(tx, person.staff.id, int(now(house)))
    for name in (OFFICER, "Ben"):
        approve(house, name, "officer-add", what)
    with house.home.records.transaction() as tx:
        house.staff.admit(tx, person.staff.id, int(now(house)))
    assert house.staff.signs(person.staff)
    session = sign_in(house, person).session.id
    word = house.front_desk.hand(session, PASSPHRASE, ADDRESS)(b"a word")
    assert house.home.officers.decide(word.officer, b"a word", word.signature).name == "Ann"
    with pytest.raises(NotSignedIn):
        house.front_desk.hand(session, "another passphrase", ADDRESS)


def test_role_that_signs_nothing_holds_no_key(house: House) -> None:
    """An attendant's passphrase opens nothing."""
    session = sign_in(house, employ(house, "Mei")).session.id
    with pytest.raises(Refused, match="no key"):
        house.front_desk.hand(session, PASSPHRASE, ADDRESS)


def test_reset_needs_four_eyes_and_takes_every_factor(house: House, clock: Turnable) -> None:
    """Whoever resets an account could become its owner."""
    person = employ(house, "Mei")
    session = sign_in(house, person).session.id
    enter(house, "Ben")
    with house.home.records.transaction() as tx, pytest.raises(Refused, match="two officers"):
        house.staff.reset(tx, person.staff.id, "NEW", int(now(house)))
    for name in (OFFICER, "Ben"):
        approve(house, name, "staff-reset", person.staff.id)
    with house.home.records.transaction() as tx:
        after = house.staff.reset(tx, person.staff.id, "NEWCOD-ENEWCO", int(now(house)))
    assert after.factors.passphrase is None
    with pytest.raises(NotSignedIn):
        facts(house, session)
    offer = house.enlisting.offer("newcode newco", ADDRESS)
    chosen = Chosen(PASSPHRASE, totp.code(offer.secret, clock()))
    house.enlisting.accept("NEWCODENEWCO", chosen, ADDRESS)
    sign_in(house, Person(person.staff, offer.secret))


def test_account_whose_key_is_on_the_roll_is_not_reset(house: House) -> None:
    """Two who reset it could otherwise sign under its name: the office ends first."""
    person = employ(house, "Ann", "officer")
    enter(house, "Ben")
    for name in (OFFICER, "Ben"):
        approve(house, name, "officer-add", person.staff.newcomer.what)
        approve(house, name, "staff-reset", person.staff.id)
    with house.home.records.transaction() as tx:
        house.staff.admit(tx, person.staff.id, int(now(house)))
    with house.home.records.transaction() as tx, pytest.raises(Refused, match="on the roll"):
        house.staff.reset(tx, person.staff.id, "NEWCOD", int(now(house)))


# -- rows -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    ["UPDATE staff SET role = 'officer'", "UPDATE session SET opened_at = opened_at + 1",
     "UPDATE staff_step SET step = 0", "DELETE FROM staff_step", "UPDATE session_seen SET at = at + 9"],
)  # fmt: skip
def test_edited_rows_sign_nobody_in(house: House, change: str) -> None:
    """Role, session, last code and last request are under seals."""
    person = employ(house, "Mei")
    opened = sign_in(house, person)
    with house.home.records.transaction() as tx:
        tx.execute(change)
    home = house.home
    for kept in (home.staff._kept, home.sessions._kept):
        kept.forget()
    home.sessions._seen.clear()
    with pytest.raises(Tampered):
        _any_way_in(house, opened.token, person)


def _any_way_in(house: House, token: str, person: Person) -> None:
    house.home.sessions.known(token, now(house))
    sign_in(house, person)


def test_ended_session_put_back_opens_nothing(house: House) -> None:
    """The row is as it was; the ledger says that it ended."""
    opened = sign_in(house, employ(house, "Mei"))
    before = house.home.records.one("SELECT * FROM session")
    assert before is not None
    house.front_desk.sign_out(opened.session.id)
    with house.home.records.transaction() as tx:
        tx.execute("DELETE FROM session")
        tx.execute("INSERT INTO session VALUES (?,?,?,?,?,?,?)", before)
    house.home.sessions._kept.forget()
    with pytest.raises(Tampered):
        house.home.sessions.known(opened.token, now(house))


def test_names_of_the_staff_lie_wrapped(house: House) -> None:
    """A stolen store names nobody who signs in, and holds no secret of theirs."""
    person = employ(house, "Meilin Zhou")
    sign_in(house, person)
    stolen = (house.home.path / "records.db").read_bytes()
    stolen += (house.home.path / "records.db-wal").read_bytes()
    for plain in (b"Meilin Zhou", person.secret, totp.spelt(person.secret).encode()):
        assert plain not in stolen


def test_sessions_long_over_are_forgotten(house: House, clock: Turnable) -> None:
    """A day after their end."""
    sign_in(house, employ(house, "Mei"))
    clock.advance(LONGEST_S + 2 * DAY)
    with house.home.records.transaction() as tx:
        house.home.sessions.sweep(tx, now(house))
    assert house.home.records.rows("SELECT * FROM session") == []
    assert house.home.records.rows("SELECT * FROM session_seen") == []
