"""A key of another purpose, of yesterday, or taken away while its request was under way."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from facekeep.access.authority import Member, Program
from facekeep.access.keys import DAY, ApiKey
from facekeep.access.roles import Act, Action
from facekeep.assembly import House
from facekeep.terms.errors import NotPermitted, NotSignedIn, Refused, Tampered
from tests.attacks.http import TestClient, at_the_door, question
from tests.attacks.signed_in import as_program, cheaply, employ, program, sign_in
from tests.attacks.staff import approve, enter
from tests.attacks.toolkit import OFFICER, Site, Turnable, publish, purpose_text

VERIFY = Act(Action.VERIFY, "gate")


def revoke(house: House, key: ApiKey) -> None:
    with house.home.records.transaction() as tx:
        house.api_keys.revoke(tx, key.id, OFFICER, int(house.home.journal.now()))


def note(house: House) -> None:
    """Something an act writes."""
    house.home.note(house.home.own_chain(), "storage:home:noted")


@pytest.fixture
def client(site: Site, house: House) -> Iterator[TestClient]:
    """A client that shows nothing."""
    with at_the_door(cheaply(house), site.settings, site.people, key="") as client:
        yield client


def test_key_of_another_purpose_verifies_nobody(
    client: TestClient, site: Site, house: House
) -> None:
    """Two purposes are two worlds."""
    publish(house, purpose_text("door"))
    site.enrol(house, "anna")
    text, _ = program(house, "door:verification")
    asked = question(house, "anna", site.good_photo("anna"))
    answer = client.post(
        "/v1/verifications", json=asked, headers={"Authorization": f"Bearer {text}"}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


def test_refusal_does_not_tell_who_is_known(client: TestClient, site: Site, house: House) -> None:
    """Somebody enrolled and somebody nobody knows: the same words."""
    site.enrol(house, "anna")
    text, _ = program(house, "door:verification")
    told = []
    for subject in ("anna", "nobody"):
        asked = question(house, subject, site.good_photo("anna"))
        answer = client.post(
            "/v1/verifications", json=asked, headers={"Authorization": f"Bearer {text}"}
        )
        told.append({k: v for k, v in answer.json().items() if k != "instance"})
    assert told[0] == told[1]


def test_purpose_list_shows_a_key_its_own(client: TestClient, house: House) -> None:
    """What a program does not work for, it does not read of."""
    publish(house, purpose_text("door"))
    text, _ = program(house, "door:verification")
    bearer = {"Authorization": f"Bearer {text}"}
    assert client.get("/v1/purposes/gate", headers=bearer).status_code == 403
    if "/v1/purposes" in client.get("/openapi.json").json()["paths"]:
        listed = client.get("/v1/purposes", headers=bearer).json()["items"]
        assert [one["id"] for one in listed] == ["door"]


@pytest.mark.parametrize(
    "shown", ["", "fk_", "Bearer", "fk_00000000_" + "a" * 52, "fk_' OR 1=1 --", "x" * 4000]
)
def test_text_that_is_no_key_is_nobody(client: TestClient, shown: str) -> None:
    """401, and the way out."""
    answer = client.get("/v1/purposes/gate", headers={"Authorization": f"Bearer {shown}"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["remedy"]


def test_key_that_ran_out_meanwhile_does_nothing_more(house: House, clock: Turnable) -> None:
    """Its term is looked at in the act's own transaction."""
    _, key = program(house, "gate:verification")
    with house.gate.holding(as_program(key), VERIFY):
        note(house)
        clock.advance(366 * DAY)
        with pytest.raises(NotSignedIn):
            note(house)


def test_key_revoked_while_its_request_was_under_way_writes_nothing(house: House) -> None:
    """Between being let in and acting, somebody took the right away."""
    _, key = program(house, "gate:verification")
    before = len(list(house.home.journal.story(house.home.own_chain())))
    with house.gate.holding(as_program(key), VERIFY):
        thread = threading.Thread(target=revoke, args=(house, key))
        thread.start()
        thread.join()
        with pytest.raises(NotSignedIn):
            note(house)
    assert len(list(house.home.journal.story(house.home.own_chain()))) == before
    note(house)  # the condition is over with the act


def test_verification_revoked_under_way_gives_no_answer(
    client: TestClient, site: Site, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The face is compared, the key is revoked, the decision is never written and never told."""
    site.enrol(house, "anna")
    text, key = program(house, "gate:verification")
    asked = question(house, "anna", site.good_photo("anna"))
    seen = site.people.features

    def slow(source: bytes) -> object:
        thread = threading.Thread(target=revoke, args=(house, key))
        thread.start()
        thread.join()
        return seen(source)

    monkeypatch.setattr(site.people, "features", slow)
    answer = client.post(
        "/v1/verifications", json=asked, headers={"Authorization": f"Bearer {text}"}
    )
    assert answer.status_code == 401, answer.text
    assert "decision" not in answer.text


def test_condition_of_one_thread_binds_no_other(house: House) -> None:
    """A revoked program's request does not stop its neighbour's."""
    _, gone = program(house, "gate:verification")
    failed: list[BaseException] = []

    def neighbour() -> None:
        try:
            note(house)
        except Refused as error:
            failed.append(error)

    with house.gate.holding(as_program(gone), VERIFY):
        revoke(house, gone)
        thread = threading.Thread(target=neighbour)
        thread.start()
        thread.join()
    assert not failed


def test_key_row_planted_by_a_thief_opens_nothing(house: House) -> None:
    """Whoever can write to the store has no key of its seals."""
    _, key = program(house, "gate:verification")
    with house.home.records.transaction() as tx:
        row = tx.execute("SELECT * FROM api_key").fetchone()
        planted = ("ffffffff", *row[1:3], "gate:identification", *row[4:])
        tx.execute(f"INSERT INTO api_key VALUES ({','.join('?' * len(row))})", planted)
    with pytest.raises(Tampered):
        house.gate.require(Program("ffffffff"), Act(Action.IDENTIFY, "gate"))
    house.gate.require(as_program(key), VERIFY)


# -- four eyes ------------------------------------------------------------------------------


def test_act_of_two_needs_two_and_happens_once(house: House) -> None:
    """The approvals are used up with the act, and only with it."""
    enter(house, "Ben")
    cheaply(house)
    caller, act = _officer(house), Act(Action.EXPORT_EVIDENCE)
    with (
        pytest.raises(Refused, match="two officers"),
        house.gate.holding_two(caller, act, ("export", "May")),
    ):
        pytest.fail("let in without two")
    for name in (OFFICER, "Ben"):
        approve(house, name, "export", "May")
    with (
        pytest.raises(ZeroDivisionError),
        house.gate.holding_two(caller, act, ("export", "May")),
        house.home.records.transaction(),
    ):
        raise ZeroDivisionError  # taken back: nothing happened, nothing is used up
    with house.gate.holding_two(caller, act, ("export", "May")):
        note(house)
        note(house)
    with (
        pytest.raises(Refused, match="two officers"),
        house.gate.holding_two(caller, act, ("export", "May")),
    ):
        pytest.fail("let in twice")


def test_act_that_writes_nothing_uses_the_approvals_too(house: House) -> None:
    """Or an export could be repeated for ever."""
    enter(house, "Ben")
    cheaply(house)
    caller, act = _officer(house), Act(Action.EXPORT_EVIDENCE)
    for name in (OFFICER, "Ben"):
        approve(house, name, "export", "May")
    with house.gate.holding_two(caller, act, ("export", "May")):
        pass
    with pytest.raises(Refused), house.gate.holding_two(caller, act, ("export", "May")):
        pytest.fail("let in twice")


def test_two_approvals_are_no_role(house: House) -> None:
    """Whoever may not export does not, whatever others signed."""
    enter(house, "Ben")
    cheaply(house)
    for name in (OFFICER, "Ben"):
        approve(house, name, "export", "May")
    _, key = program(house, "ledger")
    with pytest.raises(NotPermitted), house.gate.holding_two(as_program(key), Act(Action.EXPORT_EVIDENCE), ("export", "May")):  # fmt: skip
        pytest.fail("let in")


def _officer(house: House) -> Member:
    return Member(sign_in(house, employ(house, "Ann", "officer")).session.id)
