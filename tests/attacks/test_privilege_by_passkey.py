"""A passkey answers one question, of ours, at our address, in the hand of its owner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from facekeep.access.enlisting import Chosen
from facekeep.access.passkeys import CHALLENGE_S
from facekeep.assembly import House
from facekeep.settings import Settings
from facekeep.terms.errors import FacekeepError, Misused, NotSignedIn, Refused, Tampered
from tests.attacks.authenticator import Authenticator
from tests.attacks.http import at_the_door
from tests.attacks.signed_in import ADDRESS, PASSPHRASE, cheaply, employ, invite, sign_in
from tests.attacks.toolkit import Site, Turnable

ORIGIN = "https://faces.test"


@pytest.fixture
def house(site: Site) -> Iterator[House]:
    """The home, reached at an address of its own."""
    site.settings = Settings(custody=site.settings.custody, origin=ORIGIN)
    with site.open() as house:
        yield cheaply(house)


@pytest.fixture
def device() -> Authenticator:
    """Mei's."""
    return Authenticator()


@pytest.fixture
def mei(house: House, device: Authenticator) -> str:
    """Somebody who signs in by passkey alone; their account's id."""
    return taken_up(house, "Mei", device)


def taken_up(house: House, name: str, device: Authenticator) -> str:
    code = invite(house, name, "attendant")
    offer = house.enlisting.offer(code, ADDRESS)
    assert offer.passkey is not None
    chosen = Chosen(credential=device.make(dict(offer.passkey)))
    return house.enlisting.accept(code, chosen, ADDRESS).id


def show(house: House, device: Authenticator, **lies: str) -> Any:
    return house.front_desk.sign_in_by_passkey(
        device.show(house.front_desk.question(), **lies), ADDRESS
    )


def test_passkey_alone_signs_in_with_both_factors(
    house: House, device: Authenticator, mei: str
) -> None:
    """Its device checked who holds it."""
    opened = show(house, device)
    assert opened.session.staff == mei
    assert house.home.sessions.facts(opened.session.id, house.home.journal.now())[1]


@pytest.mark.parametrize(
    "lies",
    [
        {"origin": "https://faces.test.evil.example"},
        {"origin": "http://faces.test"},
        {"domain": "evil.example"},
        {"type": "webauthn.create"},
        {"challenge": "AAAA"},
    ],
    ids=["origin", "without TLS", "domain", "type", "challenge"],
)
def test_answer_to_another_question_or_address_is_refused(
    house: House, device: Authenticator, mei: str, lies: dict[str, str]
) -> None:
    """What a look-alike page collects is worth nothing here."""
    with pytest.raises(NotSignedIn):
        show(house, device, **lies)


def test_answer_is_good_once(house: House, device: Authenticator, mei: str) -> None:
    """A replay is an answer to a question that is used up."""
    answer = device.show(house.front_desk.question())
    house.front_desk.sign_in_by_passkey(answer, ADDRESS)
    with pytest.raises(NotSignedIn, match="no question of ours"):
        house.front_desk.sign_in_by_passkey(answer, ADDRESS)


def test_failed_answer_uses_the_question_up(house: House, device: Authenticator, mei: str) -> None:
    """Nobody tries two signatures at one question."""
    question = house.front_desk.question()
    stranger = Authenticator(id=device.id)
    with pytest.raises(NotSignedIn):
        house.front_desk.sign_in_by_passkey(stranger.show(question), ADDRESS)
    with pytest.raises(NotSignedIn, match="no question of ours"):
        house.front_desk.sign_in_by_passkey(device.show(question), ADDRESS)


def test_question_waits_five_minutes(
    house: House, device: Authenticator, mei: str, clock: Turnable
) -> None:
    """Not longer, and not from the future."""
    question = house.front_desk.question()
    clock.advance(CHALLENGE_S)
    with pytest.raises(NotSignedIn):
        house.front_desk.sign_in_by_passkey(device.show(question), ADDRESS)


def test_flood_of_questions_makes_nobodys_forgotten(
    house: House, device: Authenticator, mei: str
) -> None:
    """Anybody may ask, without a key: a question costs us no memory, and nobody else their sign-in."""
    question = house.front_desk.question()
    for _ in range(2_000):
        house.front_desk.question()
    assert house.front_desk.sign_in_by_passkey(device.show(question), ADDRESS).session.staff == mei


def test_device_that_asks_nobody_is_refused(house: House, device: Authenticator, mei: str) -> None:
    """Presence alone is one factor."""
    device.verifies = False
    with pytest.raises(NotSignedIn):
        show(house, device)


def test_registration_without_verification_is_refused(house: House) -> None:
    """Not even to begin with."""
    with pytest.raises(NotSignedIn):
        taken_up(house, "Mei", Authenticator(verifies=False))


def test_copied_passkey_shows_by_its_count(house: House, device: Authenticator, mei: str) -> None:
    """Two devices with one key count apart."""
    for _ in range(3):
        show(house, device)
    device.count = 1
    with pytest.raises(NotSignedIn):
        show(house, device)


def test_sign_in_of_another_matter_proves_nothing(
    house: House, device: Authenticator, mei: str
) -> None:
    """A question for signing in is none for a proof, and one session's is none for another's."""
    one, other = show(house, device).session.id, show(house, device).session.id
    with pytest.raises(NotSignedIn):
        house.front_desk.prove_by_passkey(one, device.show(house.front_desk.question()), ADDRESS)
    again = device.show(house.front_desk.question_again(other))
    with pytest.raises(NotSignedIn):
        house.front_desk.prove_by_passkey(one, again, ADDRESS)
    house.front_desk.prove_by_passkey(
        one, device.show(house.front_desk.question_again(one)), ADDRESS
    )


def test_colleagues_passkey_proves_nothing_for_me(
    house: House, device: Authenticator, mei: str
) -> None:
    """Their finger is not mine."""
    other = Authenticator(id=b"\x08" * 16)
    taken_up(house, "Bo", other)
    session = show(house, device).session.id
    with pytest.raises(NotSignedIn):
        house.front_desk.prove_by_passkey(
            session, other.show(house.front_desk.question_again(session)), ADDRESS
        )


def test_invitation_of_one_makes_no_passkey_for_another(house: House) -> None:
    """The challenge names the account."""
    mine, yours = (invite(house, name, "attendant") for name in ("Mei", "Bo"))
    offer = house.enlisting.offer(yours, ADDRESS)
    house.enlisting.offer(mine, ADDRESS)
    assert offer.passkey is not None
    credential = Authenticator().make(dict(offer.passkey))
    with pytest.raises(NotSignedIn):
        house.enlisting.accept(mine, Chosen(credential=credential), ADDRESS)


def test_passkey_of_another_account_is_not_taken_twice(
    house: House, device: Authenticator, mei: str
) -> None:
    """One id, one owner."""
    with pytest.raises(Refused, match="entered already"):
        taken_up(house, "Bo", device)


def test_retired_owner_and_removed_passkey_open_nothing(
    house: House, device: Authenticator, mei: str
) -> None:
    """However well they sign."""
    staff = house.staff.get(mei)
    with pytest.raises(Refused, match="only way"):
        house.enlisting.remove_passkey(staff, device.id)
    second = Authenticator(id=b"\x09" * 16)
    house.enlisting.add_passkey(
        staff, second.make(dict(house.enlisting.passkey_options(staff))), "b"
    )
    house.enlisting.remove_passkey(staff, device.id)
    with pytest.raises(NotSignedIn):
        show(house, device)
    show(house, second)
    with house.home.records.transaction() as tx:
        house.staff.retire(tx, mei, "Ann", int(house.home.journal.now()))
    with pytest.raises(NotSignedIn):
        show(house, second)


@pytest.mark.parametrize(
    "change",
    ["UPDATE passkey SET staff = 'ffffffffffffffff'", "UPDATE passkey SET public = x'00'",
     "UPDATE passkey_count SET count = 0", "DELETE FROM passkey_count"],
)  # fmt: skip
def test_edited_rows_open_nothing(
    house: House, device: Authenticator, mei: str, change: str
) -> None:
    """Owner, key and count are under seals; a count that is gone is no count of nought."""
    show(house, device)
    with house.home.records.transaction() as tx:
        tx.execute(change)
    with pytest.raises((Tampered, NotSignedIn)):
        show(house, device)


def test_removed_passkey_put_back_opens_nothing(
    house: House, device: Authenticator, mei: str
) -> None:
    """The ledger says that it was removed."""
    staff = house.staff.get(mei)
    before = house.home.records.one("SELECT * FROM passkey WHERE id = ?", device.id)
    assert before is not None
    second = Authenticator(id=b"\x09" * 16)
    house.enlisting.add_passkey(
        staff, second.make(dict(house.enlisting.passkey_options(staff))), "b"
    )
    house.enlisting.remove_passkey(staff, device.id)
    with house.home.records.transaction() as tx:
        tx.execute("INSERT OR REPLACE INTO passkey VALUES (?,?,?,?,?,?,?)", before)
    with pytest.raises(Tampered):
        show(house, device)


NONSENSE: list[Any] = [
    {}, {"rawId": 3}, {"rawId": "!!", "response": {}}, {"response": {"clientDataJSON": "e30"}},
    {"response": {"clientDataJSON": "W10"}}, {"response": {"clientDataJSON": "eyJjaGFsbGVuZ2UiOjN9"}},
    {"response": []}, {"rawId": "A" * 20_000},
]  # fmt: skip


@pytest.mark.parametrize("credential", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_is_refused_and_never_a_fault(house: House, credential: Any) -> None:
    """Whatever a browser sends."""
    with pytest.raises(NotSignedIn):
        house.front_desk.sign_in_by_passkey(credential, ADDRESS)


def test_question_tells_nothing_about_anybody(house: House) -> None:
    """No list of passkeys, the same form with and without staff."""
    before = house.front_desk.question()
    taken_up(house, "Mei", Authenticator())
    after = house.front_desk.question()
    assert {**before, "challenge": 0} == {**after, "challenge": 0}
    assert after["userVerification"] == "required"
    assert not after.get("allowCredentials")


def test_officer_needs_a_passphrase_beside_the_passkey(house: House) -> None:
    """Their private key lies under it."""
    code = invite(house, "Ann", "officer")
    offer = house.enlisting.offer(code, ADDRESS)
    assert offer.passkey is not None
    device = Authenticator()
    with pytest.raises(Misused, match="this role signs"):
        house.enlisting.accept(code, Chosen(credential=device.make(dict(offer.passkey))), ADDRESS)
    offer = house.enlisting.offer(code, ADDRESS)
    assert offer.passkey is not None
    chosen = Chosen(PASSPHRASE, credential=device.make(dict(offer.passkey)))
    house.enlisting.accept(code, chosen, ADDRESS)
    session = show(house, device).session.id
    assert house.front_desk.hand(session, PASSPHRASE, ADDRESS)(b"x").officer == "Ann"


def test_guessed_passphrase_does_not_lock_the_passkey(
    house: House, device: Authenticator, mei: str
) -> None:
    """Whoever guesses elsewhere keeps nobody out."""
    from facekeep.access.signin import Shown

    for n in range(5):
        with pytest.raises(NotSignedIn):
            house.front_desk.sign_in("Mei", Shown("a guess at it", "000000"), f"198.51.100.{n}")
    show(house, device)


def test_passkeys_over_http(site: Site, house: House) -> None:
    """Take up, sign in, prove again, add one and remove one."""
    device, second = Authenticator(), Authenticator(id=b"\x09" * 16)
    code = invite(house, "Mei", "attendant")
    with at_the_door(house, site.settings, site.people, key="") as client:
        offer = client.post("/v1/invitations", json={"code": code}).json()
        taken = client.post(
            "/v1/invitations/acceptances",
            json={"code": code, "credential": device.make(offer["passkey"]), "label": "phone"},
        )
        assert taken.status_code == 201, taken.text
        answer = device.show(client.post("/v1/sessions/questions").json()["options"])
        signed_in = client.post("/v1/sessions/passkeys", json={"credential": answer})
        assert signed_in.status_code == 201, signed_in.text
        assert signed_in.json()["factor"] == "passkey"
        replayed = client.post("/v1/sessions/passkeys", json={"credential": answer})
        assert replayed.status_code == 401
        cookie = {"Cookie": signed_in.headers["set-cookie"].partition(";")[0]}
        ask = client.post("/v1/sessions/current/questions", headers=cookie).json()["options"]
        proof = client.post(
            "/v1/sessions/current/passkey-proofs",
            json={"credential": device.show(ask)},
            headers=cookie,
        )
        assert proof.status_code == 204, proof.text
        options = client.post("/v1/passkeys/questions", headers=cookie).json()["options"]
        added = client.post(
            "/v1/passkeys",
            json={"credential": second.make(options), "label": "key"},
            headers=cookie,
        )
        assert added.status_code == 201, added.text
        mine = client.get("/v1/passkeys", headers=cookie).json()["items"]
        assert {one["label"] for one in mine} == {"phone", "key"}
        gone = client.delete(f"/v1/passkeys/{added.json()['id']}", headers=cookie)
        assert gone.status_code == 204
        for credential in NONSENSE:
            said = client.post("/v1/sessions/passkeys", json={"credential": credential})
            assert said.status_code in (401, 422, 429), said.text


def test_passphrase_account_has_no_passkey_of_before_a_reset(
    house: House, device: Authenticator, mei: str, clock: Turnable
) -> None:
    """Whoever is invited anew begins without the lost device."""
    from facekeep.access import totp
    from tests.attacks.staff import approve, enter
    from tests.attacks.toolkit import OFFICER

    enter(house, "Ben")
    for name in (OFFICER, "Ben"):
        approve(house, name, "staff-reset", mei)
    with house.home.records.transaction() as tx:
        house.staff.reset(tx, mei, "NEWCODE", int(house.home.journal.now()))
    with pytest.raises(FacekeepError):
        show(house, device)
    offer = house.enlisting.offer("NEWCODE", ADDRESS)
    chosen = Chosen(PASSPHRASE, totp.code(offer.secret, clock()))
    house.enlisting.accept("NEWCODE", chosen, ADDRESS)
    with pytest.raises(NotSignedIn):
        show(house, device)


def test_passphrase_session_adds_a_passkey(house: House, device: Authenticator) -> None:
    """Both ways lead in from then on."""
    person = employ(house, "Bo")
    staff = house.front_desk.owner(sign_in(house, person).session.id)
    house.enlisting.add_passkey(
        staff, device.make(dict(house.enlisting.passkey_options(staff))), "p"
    )
    assert show(house, device).session.staff == staff.id
