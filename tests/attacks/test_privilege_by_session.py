"""A stolen, planted or ended session is nobody's; guessing and asking around tell nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from facekeep.access import passwords, totp
from facekeep.access.authority import Member
from facekeep.access.passwords import Cost, Lane, Passwords
from facekeep.access.roles import Act, Action
from facekeep.access.sessions import IDLE_S
from facekeep.access.throttle import FAILURES
from facekeep.assembly import House
from facekeep.terms.errors import NotSignedIn, Tampered, TooMany
from tests.attacks.http import TestClient, at_the_door
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
from tests.attacks.toolkit import DAY, Site, Turnable

OWN = Act(Action.OWN_SESSION)
COOKIE = "__Host-facekeep"


@pytest.fixture
def client(site: Site, house: House) -> Iterator[TestClient]:
    """A client that shows nothing."""
    with at_the_door(cheaply(house), site.settings, site.people, key="") as client:
        yield client


def credentials(house: House, person: Person) -> dict[str, str]:
    typed = shown(house, person)
    return {"name": person.name, "passphrase": typed.passphrase, "code": typed.code}


def current(client: TestClient, token: str) -> int:
    answer = client.get("/v1/sessions/current", headers={"Cookie": f"{COOKIE}={token}"})
    return int(answer.status_code)


# -- sessions -------------------------------------------------------------------------------


def test_stolen_session_ends_with_the_sign_out(client: TestClient, house: House) -> None:
    """Whoever copied the cookie is out when its owner leaves, and after a restart as well."""
    person = employ(house, "Mei")
    opened = sign_in(house, person)
    assert current(client, opened.token) == 200
    client.delete("/v1/sessions/current", headers={"Cookie": f"{COOKIE}={opened.token}"})
    assert current(client, opened.token) == 401


def test_session_and_its_end_outlive_a_restart(site: Site, clock: Turnable) -> None:
    """Nobody is thrown out by it, and nobody comes back."""
    with site.open() as house:
        person = employ(cheaply(house), "Mei")
        gone, stays = sign_in(house, person), sign_in(house, person)
        house.front_desk.sign_out(gone.session.id)
    with site.open() as house:
        house.home.sessions.known(stays.token, clock())
        with pytest.raises(NotSignedIn):
            house.home.sessions.known(gone.token, clock())
        assert house.home.sessions.facts(stays.session.id, clock()) == ("attendant", False)
    clock.advance(IDLE_S)
    with site.open() as house, pytest.raises(NotSignedIn):
        house.home.sessions.known(stays.token, clock())


def test_session_planted_before_the_sign_in_is_not_taken_up(
    client: TestClient, house: House
) -> None:
    """Session fixation: the sign-in makes a new name, whatever the browser brought."""
    planted = sign_in(house, employ(house, "Mallory")).token
    person = employ(house, "Mei")
    house.home.clock.advance(30)  # type: ignore[attr-defined]
    answer = client.post(
        "/v1/sessions", json=credentials(house, person), headers={"Cookie": f"{COOKIE}={planted}"}
    )
    mine = answer.headers["set-cookie"].partition(";")[0].partition("=")[2]
    assert mine != planted
    told = client.get("/v1/sessions/current", headers={"Cookie": f"{COOKIE}={planted}"}).json()
    assert told["name"] == "Mallory"


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "../../etc/passwd", "' OR ''='", "A" * 5000])
def test_made_up_session_is_nobody(client: TestClient, token: str) -> None:
    """256 bits are not found by trying."""
    assert current(client, token) == 401


def test_session_row_planted_by_a_thief_opens_nothing(house: House) -> None:
    """A session for somebody else's account, in their hand but not under their seal."""
    cheaply(house)
    mei, boss = employ(house, "Mei"), employ(house, "Ann", "officer")
    opened = sign_in(house, mei)
    with house.home.records.transaction() as tx:
        tx.execute("UPDATE session SET staff = ?, epoch = ?", (boss.staff.id, boss.staff.epoch))
    house.home.sessions._kept.forget()
    with pytest.raises(Tampered):
        house.gate.require(Member(opened.session.id), OWN)


def test_account_row_of_before_put_back_is_refused(house: House) -> None:
    """Retired, then pasted back as it was: the ledger knows better."""
    person = employ(cheaply(house), "Mei", "security")
    before = house.home.records.one("SELECT * FROM staff")
    assert before is not None
    opened = sign_in(house, person)
    with house.home.records.transaction() as tx:
        house.staff.retire(tx, person.staff.id, "Ann", int(house.home.journal.now()))
    with house.home.records.transaction() as tx:
        tx.execute("DELETE FROM staff")
        tx.execute(f"INSERT INTO staff VALUES ({','.join('?' * len(before))})", before)
    house.home.staff._kept.forget()
    with pytest.raises(Tampered):
        house.gate.require(Member(opened.session.id), OWN)
    with pytest.raises(Tampered):
        sign_in(house, person)


def test_right_lost_while_a_request_was_under_way(house: House) -> None:
    """Signed out in another window between the gate and the act."""
    person = employ(cheaply(house), "Mei")
    opened = sign_in(house, person)
    with house.gate.holding(Member(opened.session.id), OWN):
        thread = threading.Thread(target=house.front_desk.sign_out, args=(opened.session.id,))
        thread.start()
        thread.join()
        with pytest.raises(NotSignedIn):
            house.home.note(house.home.own_chain(), "storage:home:noted")


# -- one-time codes -------------------------------------------------------------------------


def test_code_seen_over_a_shoulder_is_used_up(client: TestClient, house: House) -> None:
    """Also for showing both factors again, and also by whoever knows the passphrase."""
    person = employ(house, "Mei")
    house.home.clock.advance(30)  # type: ignore[attr-defined]
    typed = credentials(house, person)
    assert client.post("/v1/sessions", json=typed).status_code == 201
    assert client.post("/v1/sessions", json=typed).status_code == 401
    session = sign_in(house, person).session.id
    with pytest.raises(NotSignedIn):
        house.front_desk.prove(session, shown(house, person), ADDRESS)


def test_same_code_twice_at_once_opens_one_session(house: House) -> None:
    """Two requests, one code: the step is used up in one transaction."""
    person = employ(cheaply(house), "Mei")
    house.home.clock.advance(30)  # type: ignore[attr-defined]
    typed, outcomes = shown(house, person), []

    def enter() -> None:
        try:
            outcomes.append(house.front_desk.sign_in("Mei", typed, ADDRESS))
        except NotSignedIn:
            outcomes.append(None)

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one is not None for one in outcomes) == 1


def test_clock_set_back_a_day_makes_no_old_code_good(house: House, clock: Turnable) -> None:
    """The last step is kept; earlier ones are past."""
    person = employ(cheaply(house), "Mei")
    yesterday = totp.code(person.secret, clock() + 30)
    clock.advance(DAY)
    sign_in(house, person)
    clock.advance(-DAY)
    with pytest.raises(NotSignedIn):
        house.front_desk.sign_in("Mei", shown(house, person), ADDRESS)
    with pytest.raises(NotSignedIn):
        house.front_desk.sign_in("Mei", passwords_and(yesterday), ADDRESS)


def passwords_and(code: str) -> Any:
    from facekeep.access.signin import Shown

    return Shown(PASSPHRASE, code)


# -- asking around --------------------------------------------------------------------------


class Counting(Passwords):
    """Counts evaluations of argon2id and at what cost."""

    def __init__(self, house: House) -> None:
        super().__init__(house.home.entropy, Cost.cheapest())
        self.work: list[Cost] = []

    def _halves(self, passphrase: str, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
        self.work.append(cost)
        return super()._halves(passphrase, salt, cost)


def test_unknown_account_answers_and_works_like_a_known_one(
    client: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody learns who works here: not by words, headers, status, hashing, codes or transactions."""
    for name, role in (("Mei", "attendant"), ("Bo", "attendant")):
        employ(house, name, role)
    invite(house, "Invited", "attendant")
    retired = employ(house, "Gone").staff.id
    with house.home.records.transaction() as tx:
        house.staff.retire(tx, retired, "Ann", int(house.home.journal.now()))
    counting = Counting(house)
    house.front_desk._guard = replace(house.front_desk._guard, passwords=counting)
    codes: list[int] = []
    plain = totp.accepted
    monkeypatch.setattr(totp, "accepted", lambda *a: (codes.append(1), plain(*a))[1])
    seen = []
    for name in ("Mei", "Nobody", "Invited", "Gone", "\u0000", "x" * 60):
        counting.work.clear()
        codes.clear()
        house.front_desk._guard.throttle._failures.clear()
        before = len(house.home.records.rows("SELECT id FROM ledger_entry"))
        asked = {"name": name, "passphrase": "a guess at it", "code": "000000"}
        answer = client.post("/v1/sessions", json=asked)
        written = len(house.home.records.rows("SELECT id FROM ledger_entry")) - before
        told = {k: v for k, v in answer.json().items() if k != "instance"}
        headers = {k: v for k, v in answer.headers.items() if k != "x-request-id"}
        seen.append((answer.status_code, told, headers, list(counting.work), len(codes), written))
    assert all(one == seen[0] for one in seen), seen
    assert seen[0][3] == [Cost.cheapest()]
    assert seen[0][4] == 1


def test_right_passphrase_with_a_wrong_code_is_not_told_from_a_wrong_one(
    client: TestClient, house: House
) -> None:
    """Half of the factors are worth nothing."""
    person = employ(house, "Mei")
    answers = [
        client.post("/v1/sessions", json={"name": "Mei", "passphrase": said, "code": "000000"})
        for said in (person.passphrase, "a guess at it")
    ]
    told = [{k: v for k, v in one.json().items() if k != "instance"} for one in answers]
    assert told[0] == told[1]


def test_invitation_that_never_was_is_like_one_that_was_used(
    client: TestClient, house: House, clock: Turnable
) -> None:
    """Codes are not found by asking around either."""
    code = invite(house, "Mei", "attendant")
    offer = house.enlisting.offer(code, ADDRESS)
    from facekeep.access.enlisting import Chosen

    house.enlisting.accept(code, Chosen(PASSPHRASE, totp.code(offer.secret, clock())), ADDRESS)
    told = []
    for shown_code in (code, "AAAAAA-BBBBBB-CCCCCC-DDDDDD"):
        answer = client.post("/v1/invitations", json={"code": shown_code})
        told.append((answer.status_code, answer.json()["detail"], answer.json()["remedy"]))
    assert told[0] == told[1]


# -- floods ---------------------------------------------------------------------------------


def test_flood_of_sign_ins_is_turned_away_and_leaves_others_alone(house: House) -> None:
    """One at work, four waiting; the sixth is told to come back; everybody else goes on."""
    person = employ(cheaply(house), "Mei")
    caller = Member(sign_in(house, person).session.id)
    lane, gate = Lane(), threading.Event()
    slow = Passwords(house.home.entropy, Cost.cheapest(), lane)
    began = threading.Semaphore(0)

    def occupy() -> None:
        with lane.turn():
            began.release()
            gate.wait(30)

    def wait() -> None:
        slow.open(None, "a guess at it")

    threads = [threading.Thread(target=occupy), *(threading.Thread(target=wait) for _ in range(4))]
    for thread in threads:
        thread.start()
    assert began.acquire(timeout=30)
    try:
        turned_away = _until_full(lane)
        assert turned_away.retry_after == passwords.RETRY_AFTER_S
        house.gate.require(caller, OWN)
        house.home.note(house.home.own_chain(), "storage:home:noted")
    finally:
        gate.set()
        for thread in threads:
            thread.join()
    slow.open(None, "a guess at it")


def _until_full(lane: Lane) -> TooMany:
    """Come in until somebody is turned away: those who wait need a moment to arrive."""
    while True:
        if not lane._room.acquire(blocking=False):
            break
        lane._room.release()
    with pytest.raises(TooMany) as caught, lane.turn():
        pytest.fail("let in")
    return caught.value


def test_flood_does_not_use_up_the_owners_own_tries(house: House) -> None:
    """Being turned away for want of room is no failure of anybody's."""
    person = employ(cheaply(house), "Mei")
    lane = Lane(waiting=0)
    busy = Passwords(house.home.entropy, Cost.cheapest(), lane)
    house.front_desk._guard = replace(house.front_desk._guard, passwords=busy)
    house.home.clock.advance(30)  # type: ignore[attr-defined]
    with lane.turn():
        for _ in range(FAILURES + 1):
            with pytest.raises(TooMany, match="at this moment"):
                house.front_desk.sign_in("Mei", shown(house, person), ADDRESS)
    house.front_desk.sign_in("Mei", shown(house, person), ADDRESS)


def test_guesses_at_once_are_counted_one_by_one(house: House) -> None:
    """Twenty threads have five guesses between them."""
    employ(cheaply(house), "Mei")
    tried: list[str] = []

    def guess(n: int) -> None:
        try:
            house.front_desk.sign_in("Mei", passwords_and("000000"), f"198.51.100.{n}")
        except NotSignedIn:
            tried.append("tried")
        except TooMany:
            pass

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tried) <= FAILURES


def test_flood_is_answered_with_when_to_come_back(client: TestClient, house: House) -> None:
    """429 and Retry-After, as any client understands."""
    employ(house, "Mei")
    asked = {"name": "Mei", "passphrase": "a guess at it", "code": "000000"}
    statuses = [client.post("/v1/sessions", json=asked).status_code for _ in range(FAILURES + 1)]
    assert statuses == [401] * FAILURES + [429]
    answer = client.post("/v1/sessions", json=asked)
    assert 0 < int(answer.headers["retry-after"]) <= 900


@pytest.mark.parametrize(
    ("proxies", "counted"), [((), "192.0.2.1"), (("192.0.2.0/24",), "203.0.113.5")]
)
def test_address_is_counted_as_far_as_it_can_be_trusted(
    proxies: tuple[str, ...], counted: str
) -> None:
    """A header anybody can write moves no count; our proxy's does, and only its own part."""
    from fastapi import Request

    from facekeep.settings import Settings
    from facekeep.web.addresses import address_of

    said = b"198.51.100.1, 203.0.113.5, 192.0.2.9"
    request = Request(
        {"type": "http", "client": ("192.0.2.1", 1), "headers": [(b"x-forwarded-for", said)]}
    )
    settings = Settings(trusted_proxies=proxies)  # type: ignore[arg-type] # parsed
    assert address_of(request, settings) == counted
