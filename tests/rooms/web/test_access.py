"""Staff, keys and approvals over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from facekeep.access import totp
from facekeep.access.keys import DAY
from facekeep.assembly import House
from tests.attacks.http import TestClient
from tests.attacks.http import at_the_door as door_of
from tests.attacks.signed_in import PASSPHRASE, Person, cheaply, employ, invite
from tests.attacks.staff import approve as approve_by_file
from tests.attacks.staff import enter
from tests.attacks.toolkit import OFFICER, Site, Turnable

COOKIE = "__Host-facekeep"


class Browser:
    """Somebody of the staff at a browser: keeps the cookie, sends it as a browser would."""

    def __init__(self, client: TestClient, person: Person, clock: Turnable) -> None:
        self.client, self.person, self.clock, self.token = client, person, clock, ""

    def typed(self) -> dict[str, str]:
        """Both factors, half a minute later: a code is good once."""
        self.clock.advance(totp.STEP_S)
        code = totp.code(self.person.secret, self.clock())
        return {"passphrase": self.person.passphrase, "code": code}

    def sign_in(self) -> Any:
        answer = self.client.post("/v1/sessions", json={"name": self.person.name, **self.typed()})
        assert answer.status_code == 201, answer.text
        self.token = answer.headers["set-cookie"].partition(";")[0].partition("=")[2]
        return answer

    def ask(self, method: str, path: str, json: Any = None, **headers: str) -> Any:
        shown = {"Cookie": f"{COOKIE}={self.token}", **headers}
        return self.client.request(method, path, json=json, headers=shown)


@pytest.fixture
def nobody(site: Site, house: House) -> Iterator[TestClient]:
    """A client that shows nothing."""
    with door_of(cheaply(house), site.settings, site.people, key="") as client:
        yield client


@pytest.fixture
def officer(nobody: TestClient, house: House, clock: Turnable) -> Browser:
    """An officer signed in, whose key is on the roll."""
    return signing(nobody, house, clock, "Ann")


def signing(client: TestClient, house: House, clock: Turnable, name: str) -> Browser:
    """Somebody whose signature counts."""
    person = employ(house, name, "officer")
    enter(house, "Ben") if name == "Ann" else None
    for approver in (OFFICER, "Ben"):
        approve_by_file(house, approver, "officer-add", person.staff.newcomer.what)
    with house.home.records.transaction() as tx:
        house.staff.admit(tx, person.staff.id, int(house.home.journal.now()))
    browser = Browser(client, person, clock)
    browser.sign_in()
    return browser


def test_sign_in_gives_a_cookie_no_script_reads(
    nobody: TestClient, house: House, clock: Turnable
) -> None:
    """Name, role and acts in the answer; the session in the cookie alone."""
    answer = Browser(nobody, employ(house, "Mei"), clock).sign_in()
    told, cookie = answer.json(), answer.headers["set-cookie"]
    assert (told["name"], told["role"], told["proved"]) == ("Mei", "attendant", True)
    assert "give_consent" in told["may"]
    assert "publish" not in told["may"]
    assert all(word in cookie for word in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"))
    assert cookie.partition("=")[2].partition(";")[0] not in answer.text


def test_sign_out_ends_it_and_clears_the_browser(
    nobody: TestClient, house: House, clock: Turnable
) -> None:
    """The stolen cookie is worth nothing afterwards."""
    mei = Browser(nobody, employ(house, "Mei"), clock)
    mei.sign_in()
    assert mei.ask("GET", "/v1/sessions/current").status_code == 200
    out = mei.ask("DELETE", "/v1/sessions/current")
    assert out.status_code == 204
    assert "cookies" in out.headers["clear-site-data"]
    assert mei.ask("GET", "/v1/sessions/current").status_code == 401


@pytest.mark.parametrize("site_of", ["cross-site", "same-site"])
def test_cookie_sent_by_another_site_is_nobody(
    officer: Browser, house: House, site_of: str
) -> None:
    """A page elsewhere changes nothing here; our own pages do."""
    path = f"/v1/staff/{officer.person.staff.id}"
    assert officer.ask("DELETE", path, **{"Sec-Fetch-Site": site_of}).status_code == 401
    assert officer.ask("GET", "/v1/staff", **{"Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_invitation_is_taken_up_over_http(
    officer: Browser, nobody: TestClient, clock: Turnable
) -> None:
    """Officer invites, newcomer sets passphrase and codes, signs in."""
    invited = officer.ask(
        "POST", "/v1/staff", {"name": "Mei", "role": "attendant", "passphrase": PASSPHRASE}
    )
    assert invited.status_code == 201, invited.text
    code = invited.json()["code"]
    offer = nobody.post("/v1/invitations", json={"code": code}).json()
    assert (offer["name"], offer["role"], offer["passkey"]) == ("Mei", "attendant", None)
    import base64

    secret = base64.b32decode(offer["secret"])
    first = totp.code(secret, clock())
    taken = nobody.post(
        "/v1/invitations/acceptances",
        json={"code": code, "passphrase": "seven quiet rivers", "first_code": first},
    )
    assert taken.status_code == 201, taken.text
    mei = Browser(nobody, Person(employed(officer, "Mei"), secret, "seven quiet rivers"), clock)
    mei.sign_in()
    again = nobody.post("/v1/invitations", json={"code": code})
    assert again.status_code == 401


def employed(officer: Browser, name: str) -> Any:
    """An account of the list, by its name."""
    from types import SimpleNamespace

    found = [one for one in officer.ask("GET", "/v1/staff").json()["items"] if one["name"] == name]
    return SimpleNamespace(**found[0])


def test_wrong_passphrase_signs_for_nothing(officer: Browser) -> None:
    """An open browser is not its owner."""
    asked = {"name": "Mei", "role": "attendant", "passphrase": "another passphrase"}
    answer = officer.ask("POST", "/v1/staff", asked)
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_signed_in"


def test_both_factors_are_asked_again_after_ten_minutes(officer: Browser, clock: Turnable) -> None:
    """403 says how, and then it is done."""
    clock.advance(601)
    asked = {"name": "Mei", "role": "attendant", "passphrase": PASSPHRASE}
    refused = officer.ask("POST", "/v1/staff", asked)
    assert refused.status_code == 403
    assert "/v1/sessions/current/proofs" in refused.json()["remedy"]
    assert officer.ask("POST", "/v1/sessions/current/proofs", officer.typed()).status_code == 204
    assert officer.ask("POST", "/v1/staff", asked).status_code == 201


def test_key_is_made_shown_once_listed_and_revoked(
    officer: Browser, nobody: TestClient, house: House
) -> None:
    """And what it opens ends with the answer that revokes it."""
    asked = {
        "label": "gate 1",
        "scopes": ["gate:verification"],
        "days": 30,
        "passphrase": PASSPHRASE,
    }
    made = officer.ask("POST", "/v1/api-keys", asked)
    assert made.status_code == 201, made.text
    text, number = made.json()["text"], made.json()["id"]
    bearer = {"Authorization": f"Bearer {text}"}
    assert nobody.get("/v1/purposes/gate", headers=bearer).status_code == 200
    (told,) = officer.ask("GET", "/v1/api-keys").json()["items"]
    assert (told["label"], told["made_by"], told["scopes"]) == (
        "gate 1",
        "Ann",
        ["gate:verification"],
    )
    assert told["used_on"] is not None
    assert "text" not in told
    assert house.api_keys.get(number).expires == house.api_keys.get(number).made_at + 30 * DAY
    assert officer.ask("DELETE", f"/v1/api-keys/{number}").status_code == 204
    assert nobody.get("/v1/purposes/gate", headers=bearer).status_code == 401


def test_approvals_are_read_and_given_in_words(
    officer: Browser, nobody: TestClient, house: House, clock: Turnable
) -> None:
    """The second officer sees what the first one signed for."""
    asked = {"act": "export", "what": "evidence of May", "passphrase": PASSPHRASE}
    first = officer.ask("POST", "/v1/approvals", asked)
    assert first.status_code == 201, first.text
    assert (first.json()["by"], first.json()["complete"]) == (["Ann"], False)
    assert officer.ask("POST", "/v1/approvals", asked).status_code == 403
    other = signing(nobody, house, clock, "Cao")
    (waiting,) = [
        m for m in other.ask("GET", "/v1/approvals").json()["items"] if m["act"] == "export"
    ]
    second = other.ask("POST", "/v1/approvals", {**asked, "what": waiting["what"]})
    assert second.json()["complete"]
    clock.advance(2 * DAY)
    other.sign_in()
    assert other.ask("GET", "/v1/approvals").json()["items"] == []


def test_admission_over_http_needs_two_words(
    officer: Browser, nobody: TestClient, house: House, clock: Turnable
) -> None:
    """A new officer's signature counts once two others said so."""
    new = employ(house, "Dai", "officer")
    path = f"/v1/staff/{new.staff.id}/admissions"
    assert officer.ask("POST", path, {"passphrase": PASSPHRASE}).status_code == 403
    what = employed(officer, "Dai").approve
    asked = {"act": "officer-add", "what": what, "passphrase": PASSPHRASE}
    assert officer.ask("POST", "/v1/approvals", asked).status_code == 201
    approve_by_file(house, OFFICER, "officer-add", what)
    admitted = officer.ask("POST", path, {"passphrase": PASSPHRASE})
    assert admitted.status_code == 200, admitted.text
    assert admitted.json()["signs"]


def test_reset_over_http_needs_two_words(officer: Browser, house: House) -> None:
    """Then a new code is handed over."""
    mei = employ(house, "Mei")
    path = f"/v1/staff/{mei.staff.id}/resets"
    assert officer.ask("POST", path).status_code == 403
    asked = {"act": "staff-reset", "what": mei.staff.id, "passphrase": PASSPHRASE}
    assert officer.ask("POST", "/v1/approvals", asked).status_code == 201
    approve_by_file(house, OFFICER, "staff-reset", mei.staff.id)
    assert officer.ask("POST", path).status_code == 201


def test_retired_colleague_is_out_with_the_answer(
    officer: Browser, nobody: TestClient, house: House, clock: Turnable
) -> None:
    """Their open session too."""
    mei = Browser(nobody, employ(house, "Mei"), clock)
    mei.sign_in()
    assert officer.ask("DELETE", f"/v1/staff/{mei.person.staff.id}").status_code == 204
    assert mei.ask("GET", "/v1/sessions/current").status_code == 401


def test_own_passphrase_is_changed_and_everybody_signed_out(
    nobody: TestClient, house: House, clock: Turnable
) -> None:
    """The person's own session ends too."""
    mei = Browser(nobody, employ(house, "Mei"), clock)
    mei.sign_in()
    body = {"old": PASSPHRASE, "new": "seven quiet rivers"}
    assert mei.ask("PUT", "/v1/sessions/current/passphrase", body).status_code == 204
    assert mei.ask("GET", "/v1/sessions/current").status_code == 401


def test_program_has_no_session(site: Site, house: House) -> None:
    """An API key is refused where a person is meant."""
    with door_of(cheaply(house), site.settings, site.people) as client:
        for method, path in (("GET", "/v1/sessions/current"), ("GET", "/v1/passkeys")):
            assert client.request(method, path).status_code == 403


def test_passkeys_need_an_address(nobody: TestClient, house: House, clock: Turnable) -> None:
    """Without one, passphrase and code it is."""
    answer = nobody.post("/v1/sessions/questions")
    assert answer.status_code == 403
    assert "FACEKEEP_ORIGIN" in answer.json()["remedy"]


def test_secrets_of_an_invitation_stay_out_of_the_ledger(house: House) -> None:
    """Neither the code nor the name of a newcomer lies in the store in clear."""
    code = invite(cheaply(house), "Meilin Zhou", "attendant")
    stored = b"".join(file.read_bytes() for file in house.home.path.glob("records.db*"))
    assert code.encode() not in stored
    assert b"Meilin Zhou" not in stored
