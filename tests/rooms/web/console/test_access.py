"""Access at the console: accounts, keys of officers and of programs; what is shown once is shown once."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from facekeep.access import totp
from facekeep.access.enlisting import Chosen
from facekeep.access.roles import Action
from facekeep.assembly import House
from tests.attacks.at_the_console import Officer, at_office, console, signed_in
from tests.attacks.http import question
from tests.attacks.signed_in import ADDRESS, PASSPHRASE, Person, employ, sign_in
from tests.attacks.toolkit import Site

HOME = "/console/access"
CODE = re.compile(r"\b(?:[A-Z2-7]{6}-){3}[A-Z2-7]{6}\b")
KEY = re.compile(r"fk_[0-9a-f]{8}_[a-z2-7]{52}")


@pytest.fixture
def ann(site: Site, house: House) -> Iterator[Officer]:
    """An officer."""
    with console(site, house) as officer:
        yield officer


def take_up(house: House, code: str, role: str = "case-officer") -> Person:
    """Whoever was handed the code sets up their account with a key of their own."""
    offer = house.enlisting.offer(code, ADDRESS)
    first = totp.code(offer.secret, house.home.clock())
    return Person(house.enlisting.accept(code, Chosen(PASSPHRASE, first), ADDRESS), offer.secret)


def test_invitation_is_shown_once_and_taken_up(ann: Officer, house: House) -> None:
    answer = ann.sign(f"{HOME}/staff/_new", name="Mei", role="attendant")
    assert answer.status_code == 200
    (code,) = CODE.findall(answer.text)
    assert answer.headers["cache-control"] == "no-store"
    page = ann.get(HOME).text
    assert code not in page
    assert "Mei" in page
    take_up(house, code)
    assert house.staff.named("Mei").state == "active"  # type: ignore[union-attr]


def test_double_click_invites_once(ann: Officer, house: House) -> None:
    """The second answer is the first one's: nobody loses the code by being impatient."""
    form = ann.form(f"{HOME}/staff/_new")
    pages = [ann.post(form, name="Mei", passphrase=PASSPHRASE).text for _ in range(2)]
    assert CODE.findall(pages[0]) == CODE.findall(pages[1]) != []
    assert sum(one.name == "Mei" for one in house.staff.all()) == 1


@pytest.mark.parametrize(("name", "role"), [("", "attendant"), ("x" * 61, "attendant"), ("Ann", "attendant"), ("Mei", "king")])  # fmt: skip
def test_invitation_that_cannot_be(ann: Officer, house: House, name: str, role: str) -> None:
    answer = ann.sign(f"{HOME}/staff/_new", name=name, role=role)
    assert answer.status_code == 422
    assert len(house.staff.all()) == 1


def test_retired_account_is_signed_out(site: Site, house: House, ann: Officer) -> None:
    mei = employ(house, "Mei")
    opened = sign_in(house, mei)
    page = ann.get(f"{HOME}/staff/{mei.staff.id}/retire").text
    assert "cannot be undone" in page
    assert ann.send(f"{HOME}/staff/{mei.staff.id}/retire").status_code == 303
    ann.client.cookies.clear()
    ann.client.cookies.set("__Host-facekeep", opened.token, domain="testserver.local")
    answer = ann.client.get("/console", follow_redirects=False)
    assert answer.headers["location"].startswith("/staff/sign-in")


def test_reset_needs_two_and_happens_once(site: Site, house: House, ann: Officer) -> None:
    """One officer alone could otherwise become anybody."""
    mei = employ(house, "Mei")
    path = f"{HOME}/staff/{mei.staff.id}/reset"
    page = ann.get(path).text
    assert ann.send(path).status_code == 422
    word = "/console/approvals/" + page.partition('href="/console/approvals/')[2].partition('"')[0]
    ann.sign(word)
    assert ann.send(path).status_code == 422
    assert house.staff.get(mei.staff.id).state == "active"
    with console(site, house, name="Bo") as bo:
        inbox = bo.get("/console/approvals").text
        assert "the account “Mei”" in inbox
        bo.sign(word)
    answer = ann.send(path)
    assert answer.status_code == 200
    assert len(CODE.findall(answer.text)) == 1
    assert house.staff.get(mei.staff.id).state == "invited"
    assert ann.send(path).status_code == 422


def test_newcomers_key_comes_on_the_roll_by_two(site: Site, house: House, ann: Officer) -> None:
    (code,) = CODE.findall(ann.sign(f"{HOME}/staff/_new", name="Cai", role="case-officer").text)
    cai = take_up(house, code)
    assert "waits for two" in ann.get(HOME).text
    path = f"{HOME}/staff/{cai.staff.id}/admit"
    page = ann.get(path).text
    assert ann.sign(path).status_code == 422
    word = "/console/approvals/" + page.partition('href="/console/approvals/')[2].partition('"')[0]
    ann.sign(word)
    with console(site, house, name="Bo") as bo:
        assert "Cai, case officer" in bo.get(word).text
        bo.sign(word)
    assert ann.sign(path).status_code == 303
    assert house.staff.signs(house.staff.get(cai.staff.id))


def test_officer_off_the_roll_signs_nothing(site: Site, house: House, ann: Officer) -> None:
    at_office(house, "Bo", "officer")
    bo = next(one for one in house.home.officers.living() if one.name == "Bo")
    page = ann.get(f"{HOME}/officers/{bo.fingerprint}/retire").text
    assert "2 remain in office" in page
    assert ann.sign(f"{HOME}/officers/{bo.fingerprint}/retire").status_code == 303
    assert "Bo" not in [one.name for one in house.home.officers.living()]
    assert ann.get(f"{HOME}/officers/{'0' * 64}/retire").status_code == 404


def test_key_of_a_program_opens_what_was_ticked(site: Site, house: House, ann: Officer) -> None:
    site.enrol(house, "alice")
    answer = ann.sign(f"{HOME}/keys/_new", label="gate 1", scopes=["gate:verification"], days="30")
    (text,) = KEY.findall(answer.text)
    assert text not in ann.get(HOME).text
    headers = {"Authorization": f"Bearer {text}"}
    body = question(house, "alice", site.good_photo("alice", 30))
    ann.client.cookies.clear()
    ask = lambda: ann.client.post("/v1/verifications", json=body, headers=headers).status_code  # noqa: E731
    assert ask() == 200
    assert ann.client.get("/v1/ledger/entries", headers=headers).status_code == 403
    with console(site, house, name="Bo") as bo:
        assert bo.send(f"{HOME}/keys/{text[3:11]}/revoke").status_code == 303
        assert bo.send(f"{HOME}/keys/{text[3:11]}/revoke").status_code == 422
    assert ask() == 401


@pytest.mark.parametrize(
    "told",
    [{"scopes": []}, {"scopes": ["gate:everything"]}, {"scopes": ["nothing:verification"]},
     {"scopes": ["ledger:gate"]}, {"days": "9999"}, {"days": "soon"}, {"label": ""}],
)  # fmt: skip
def test_key_that_cannot_be(ann: Officer, house: House, told: dict[str, object]) -> None:
    filled = {"label": "gate 1", "scopes": ["gate:verification"], "days": "30", **told}
    answer = ann.sign(f"{HOME}/keys/_new", **filled)
    assert answer.status_code == 422
    assert house.api_keys.all() == []


def test_roles_are_told_as_the_policies_are(ann: Officer) -> None:
    page = ann.get(f"{HOME}/roles").text
    assert page.count('<th scope="row">') == len(Action)
    assert "with factors shown anew" in page


@pytest.mark.parametrize("path", ["staff/0000000000000000/retire", "keys/00000000/revoke"])
def test_nobody_of_this_number(ann: Officer, path: str) -> None:
    assert ann.get(f"{HOME}/{path}").status_code == 404


def test_wrong_passphrase_six_times_is_made_to_wait(ann: Officer) -> None:
    """Whoever sits at an open browser guesses no better than at the sign-in."""
    answers = [
        ann.send(f"{HOME}/staff/_new", name="Mei", passphrase=f"a wrong guess {n}")
        for n in range(6)
    ]
    assert [one.status_code for one in answers[:5]] == [422] * 5
    assert answers[5].status_code == 429


def test_another_account_sees_its_own_name(site: Site, house: House, ann: Officer) -> None:
    bo = at_office(house, "Bo", "officer")
    form = ann.form(f"{HOME}/staff/_new")
    signed_in(ann, bo)
    answer = ann.post(form, name="Mei", passphrase=PASSPHRASE)
    assert answer.status_code == 403, "a form belongs to the sign-in it was shown to"
