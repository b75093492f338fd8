"""Every call of the client, against the very application that is served."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import httpx
import pytest

from facekeep.assembly import House
from facekeep.client import (
    AsyncClient,
    Client,
    Device,
    check_growth,
    check_inclusion,
    head_of,
    problem_of,
)
from facekeep.terms.errors import (
    CaptureRefused,
    ConsentMissing,
    ConsentWithdrawn,
    Misused,
    NotPermitted,
    NotSignedIn,
    Tampered,
)
from facekeep.terms.wire.consents import Receipt
from facekeep.terms.wire.factors import PinShown
from facekeep.web.app import application
from tests.attacks.http import api_key, at_the_door, everything
from tests.attacks.toolkit import Site, device_for, device_key, publish, purpose_text

HERE = "http://127.0.0.1:8430"
WHO = ("resident-17", "gate")


def client_of(site: Site, house: House, *scopes: str) -> Iterator[Client]:
    """A client whose transport is the application."""
    key = api_key(house, *(scopes or everything("gate", "safe")))
    with at_the_door(house, site.settings, site.people, key=key) as door:
        yield Client(HERE, key, transport=door._transport)


@pytest.fixture
def facekeep(site: Site, house: House) -> Iterator[Client]:
    """May do everything in the purposes ``gate`` and ``safe``."""
    yield from client_of(site, house)


def agreed(facekeep: Client, subject: str = WHO[0], purpose: str = WHO[1]) -> Receipt:
    """Told, and said yes."""
    told = facekeep.notice(purpose, language="en")
    return facekeep.give_consent(
        subject, purpose, notice=told.hash, language="en", channel="counter"
    )


def photos(site: Site, subject: str = WHO[0]) -> list[bytes]:
    """Three good photographs."""
    return [site.good_photo(subject, start) for start in (0, 10, 20)]


def test_a_life_through_the_client(facekeep: Client, site: Site, house: House) -> None:
    """Told, agreed, enrolled, recognised, renewed, left, refused."""
    door, photo = device_for(house), site.good_photo(WHO[0])
    assert [one.id for one in facekeep.purposes()] == ["gate"]
    assert facekeep.purpose("gate").alternatives[0].id == "card"
    assert facekeep.ask(*WHO).purpose == "gate"
    assert agreed(facekeep).signature
    assert facekeep.consent(*WHO).in_force
    assert [one.purpose for one in facekeep.consents(WHO[0])] == ["gate"]
    assert facekeep.enrol(*WHO, photos(site), device=door).photos_used == 3
    assert facekeep.status(*WHO).enrolled
    assert [one.enrolled for one in facekeep.references(WHO[0])] == [True]
    assert facekeep.verify(*WHO, photo, device=door).decision == "match"
    assert facekeep.verify("nobody", "gate", photo, device=door).decision == "non-match"
    assert facekeep.identify("gate", photo, device=door).subjects == (WHO[0],)
    assert facekeep.renew(*WHO, because="leak").references == 1
    assert facekeep.verify(*WHO, photo, device=door).decision == "match"
    counted = facekeep.record_alternative("gate", "card", outcome="done", seconds=6)
    assert counted.way == "card"
    assert isinstance(facekeep.withdraw(*WHO), Receipt)
    with pytest.raises(ConsentWithdrawn) as refused:
        facekeep.verify(*WHO, photo, device=door)
    problem = problem_of(refused.value)
    assert problem is not None
    assert problem.status == 403


def test_a_device_signs_what_it_takes(facekeep: Client, site: Site, house: House) -> None:
    """Enrols, verifies and searches; another key's signature is refused."""
    named, photo = device_for(house), site.good_photo(WHO[0])
    device = Device(facekeep, named, device_key(named)[0])
    agreed(facekeep)
    assert device.enrol(*WHO, photos(site)).capture == "device"
    assert device.verify(*WHO, photo).decision == "match"
    assert device.identify("gate", photo).subjects == (WHO[0],)
    thief = Device(facekeep, named, device_key("another")[0])
    with pytest.raises(CaptureRefused):
        thief.verify(*WHO, photo)
    with pytest.raises(Misused):
        Device(facekeep, named, b"no key")


def test_a_second_factor_beside_the_face(facekeep: Client, site: Site, house: House) -> None:
    """Face and PIN together are a match, either alone is none."""
    text = purpose_text("safe", operations='["verification"]', second_factor='"pin"')
    publish(house, text)
    door, photo = device_for(house, "safe"), site.good_photo(WHO[0])
    who = (WHO[0], "safe")
    agreed(facekeep, *who)
    facekeep.enrol(*who, photos(site), device=door)
    pin, wrong = PinShown(kind="pin", pin="480913"), PinShown(kind="pin", pin="111111")
    assert facekeep.factors(*who).required == "pin"
    assert [one.kind for one in facekeep.set_factor(*who, pin).factors] == ["pin"]
    assert facekeep.verify(*who, photo, device=door, factor=pin).decision == "match"
    assert facekeep.verify(*who, photo, device=door, factor=wrong).decision == "non-match"
    stranger = site.good_photo("stranger")
    assert facekeep.verify(*who, stranger, device=door, factor=pin).decision == "non-match"
    assert facekeep.remove_factor(*who, "pin").factors == ()


def test_others_are_asked_linked_restrained_and_imported(facekeep: Client) -> None:
    """The rest of the stages answer what their models say."""
    assert facekeep.make_link("resident-18", "gate").token
    assert "/p/" in facekeep.invite_subject("resident-18", "gate").link
    told = facekeep.restrain("resident-18", "gate", kind="objection", identified="passport")
    assert told.case
    imported = facekeep.import_subjects("gate", b"subject\nresident-20\nresident-21\n")
    assert (imported.requested, imported.done) == (2, True)
    assert facekeep.ready().ready
    officers_alone: list[Callable[[], object]] = [
        lambda: next(facekeep.jobs()),
        lambda: facekeep.job("0f" * 16),
        lambda: facekeep.renew_all("leak"),
    ]
    for ask in officers_alone:
        with pytest.raises(NotPermitted):
            ask()


def test_the_ledger_is_checked_without_trusting_it(
    facekeep: Client, site: Site, house: House
) -> None:
    """Signature, inclusion and growth hold under the public key; a changed one is refused."""
    kept = house.seal_checkpoint()
    agreed(facekeep)
    house.seal_checkpoint()
    vkey = facekeep.keys().keys[0].vkey
    now = facekeep.checkpoint()
    grown = facekeep.consistency(head_of(kept, vkey).size)
    assert check_growth(kept, grown, now, vkey) == head_of(now, vkey)
    entries = list(facekeep.entries(limit=3))
    assert len(entries) == head_of(now, vkey).size
    for one in entries:
        assert check_inclusion(facekeep.proof(one.leaf["id"]), vkey) == one.leaf
    assert facekeep.entry(entries[0].leaf["id"]) == entries[0]
    proof = facekeep.proof(entries[1].leaf["id"])
    other = proof.proof.model_copy(update={"leaf": proof.proof.leaf.replace("kind", "kine")})
    for wrong in (
        proof.model_copy(update={"proof": other}),
        proof.model_copy(update={"proof": proof.proof.model_copy(update={"index": 0})}),
        proof.model_copy(update={"checkpoint": proof.checkpoint.replace("\n", "0\n", 1)}),
    ):
        with pytest.raises(Tampered):
            check_inclusion(wrong, vkey)
    rewritten = grown.model_copy(update={"path": grown.path[:-1]})
    with pytest.raises(Tampered):
        check_growth(kept, rewritten, now, vkey)
    with pytest.raises(Tampered):
        head_of(now, vkey[:-4] + "AAA=")


def test_what_a_key_may_not_do_is_said(site: Site, house: House) -> None:
    """No key, and a key of another scope."""
    for client in client_of(site, house, "gate:verification"):
        with pytest.raises(NotPermitted):
            agreed(client)
    with at_the_door(house, site.settings, site.people) as door:
        nobody = Client(HERE, transport=door._transport)
        with pytest.raises(NotSignedIn):
            nobody.purpose("gate")


def test_nobody_is_enrolled_unasked(facekeep: Client, site: Site, house: House) -> None:
    """The refusal names the duty and the way out."""
    with pytest.raises(ConsentMissing) as refused:
        facekeep.enrol("visitor-4", "gate", photos(site), device=device_for(house))
    assert refused.value.duty == "FRM-06-1"
    assert refused.value.remedy


def test_awaited_against_the_same_door(site: Site, house: House) -> None:
    """Several questions at once."""
    site.enrol(house, WHO[0])
    app = application(house, site.settings, eyes=lambda purpose, device: site.people)
    door, key = device_for(house), api_key(house)
    shown = [site.good_photo(WHO[0]), site.good_photo("stranger")]

    async def asked() -> list[str]:
        transport = httpx.ASGITransport(app=app)
        async with AsyncClient(HERE, key, transport=transport) as client:
            answers = [client.verify(*WHO, photo, device=door) for photo in shown]
            return [answer.decision for answer in await asyncio.gather(*answers)]

    assert asyncio.run(asked()) == ["match", "non-match"]
