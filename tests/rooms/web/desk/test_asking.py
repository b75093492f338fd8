"""The turned screen: the person's own choice, their own PIN, and the receipt of it."""

from __future__ import annotations

import pytest

from facekeep.assembly import House
from facekeep.governance.consent_story import Channel
from facekeep.terms.values import ConsentState
from facekeep.use.second_factors import Factor, FactorKind
from tests.attacks.toolkit import People, Site, publish, purpose_text
from tests.rooms.web.desk.clerk import Clerk

PIN = "480913"
PINS = {"pin": PIN, "pin_again": PIN}


def test_three_answers_of_one_size_and_none_chosen(attendant: Clerk) -> None:
    """The same class, the same element, no tick, no other button on the page."""
    page = attendant.get(f"{attendant.meet('anna')}/ask/notice?lang=en")
    choices = page.partition('<ul class="three choices">')[2].partition("</ul>")[0]
    assert (
        choices.count("<li>")
        == choices.count('class="button quiet"') + choices.count('button class="quiet"')
        == 3
    )
    assert "checked" not in page


def test_yes_is_theirs_with_the_notice_of_this_screen(attendant: Clerk, house: House) -> None:
    """Recorded as given at the terminal, in their language, with a PIN that opens."""
    here = attendant.meet("anna")
    page = attendant.get(f"{here}/ask/consent?lang=zh")
    receipt = attendant.follow(page, f"{here}/ask/consent", PINS)
    (given,) = house.consents.show("anna", "gate")
    assert given.about.shown is not None
    assert (given.about.shown.channel, given.about.shown.language) == (Channel.TERMINAL, "zh")
    assert house.second_factors.opens("anna", "gate", Factor(FactorKind.PIN, PIN))
    assert "/papers/0" in receipt
    paper = attendant.client.get(f"{here}/papers/0")
    assert paper.json()["body"]["consent"]["purpose"] == "gate"
    assert "attachment" in paper.headers["content-disposition"]


@pytest.mark.parametrize(
    ("pins", "field"),
    [
        ({"pin": "12345", "pin_again": "12345"}, "pin"),
        ({"pin": "123456", "pin_again": "123456"}, "pin"),
        ({"pin": "480913", "pin_again": "480914"}, "pin_again"),
        ({"pin": "", "pin_again": ""}, "pin"),
        ({"pin": "４８０９１３", "pin_again": "４８０９１３"}, "pin"),
    ],
)
def test_poor_pin_is_told_before_anything_is_recorded(
    attendant: Clerk, house: House, pins: dict[str, str], field: str
) -> None:
    """422, the fault at its field, no consent, and what was typed is not sent back."""
    here = attendant.meet("anna")
    page = attendant.get(f"{here}/ask/consent")
    answer = attendant.send(page, f"{here}/ask/consent", pins)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert house.consents.show("anna", "gate") == []
    assert f'value="{pins["pin"]}"' not in answer.text or not pins["pin"]


def test_another_notice_meanwhile_is_no_consent(attendant: Clerk, house: House) -> None:
    """The purpose changed while they read: the old yes counts for nothing, and the new notice is shown."""
    here = attendant.meet("anna")
    page = attendant.get(f"{here}/ask/consent")
    publish(house, purpose_text(retention_days=30))
    answer = attendant.send(page, f"{here}/ask/consent", PINS)
    assert answer.status_code == 422
    assert house.consents.show("anna", "gate") == []


def test_forged_digest_is_refused_in_words(attendant: Clerk, house: House) -> None:
    """A hidden field is whatever somebody sends."""
    here = attendant.meet("anna")
    page = attendant.get(f"{here}/ask/consent")
    for forged in ("", "zz", "00" * 32, "<script>"):
        answer = attendant.send(page, f"{here}/ask/consent", {**PINS, "notice": forged})
        assert answer.status_code == 422, forged
        page = answer.text
    assert house.consents.show("anna", "gate") == []


def test_no_and_later_are_heard_and_a_no_is_not_pressed(attendant: Clerk, house: House) -> None:
    """The card says so to the attendant; the other ways are shown to the person."""
    here = attendant.meet("anna")
    page = attendant.get(f"{here}/ask/notice?lang=en")
    assert "<li>Gate" in attendant.follow(page, f"{here}/ask/no")
    assert house.requests.state("anna", "gate") is ConsentState.REFUSED
    assert "Do not press" in attendant.get(here)
    there = attendant.meet("ben")
    page = attendant.get(f"{there}/ask/notice")
    attendant.follow(page, f"{there}/ask/later")
    assert house.requests.state("ben", "gate") is ConsentState.UNKNOWN


def test_same_yes_twice_is_one(attendant: Clerk, house: House) -> None:
    """A second click gets the answer of the first."""
    here = attendant.meet("anna")
    page = attendant.get(f"{here}/ask/consent")
    first, second = (attendant.send(page, f"{here}/ask/consent", PINS) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert len(house.consents.show("anna", "gate")) == 1


def test_child_needs_a_guardian_with_a_proof(attendant: Clerk, house: House) -> None:
    """Each thing that is missing is told; then the guardian's yes is recorded."""
    here = attendant.meet("child")
    told = {"birth": "2016-05-04", "guardian": "mother", "relation": "parent",
            "kind": "household-register", "proof": "register 17/4", **PINS}  # fmt: skip
    page = attendant.get(f"{here}/ask/guardian")
    for missing in ("guardian", "relation", "kind", "proof"):
        answer = attendant.send(page, f"{here}/ask/guardian", {**told, missing: ""})
        assert answer.status_code == 422, missing
        page = answer.text
    answer = attendant.send(page, f"{here}/ask/guardian", {**told, "birth": "yesterday"})
    assert answer.status_code == 422
    attendant.follow(answer.text, f"{here}/ask/guardian", told)
    (given,) = house.consents.show("child", "gate")
    assert given.guardian


def test_storage_is_asked_separately(attendant: Clerk, house: House) -> None:
    """Only where it is due; a no to it leaves the first yes, and the face is not offered."""
    publish(house, purpose_text("hall", storage='"premises"'))
    here = attendant.meet("anna", "hall")
    page = attendant.get(f"{here}/ask/consent")
    page = attendant.follow(page, f"{here}/ask/consent", PINS)
    assert page.count('name="answer"') == 2
    after = attendant.follow(page, f"{here}/ask/storage", {"answer": "no"})
    assert f"{here}/face" not in after
    page = attendant.get(f"{here}/ask/storage")
    after = attendant.follow(page, f"{here}/ask/storage", {"answer": "yes"})
    assert f'href="{here}/face"' in after
    assert {one.scope.value for one in house.consents.show("anna", "hall")} == {
        "processing",
        "storage",
    }


def test_enrols_by_the_device_of_the_desk(
    attendant: Clerk, house: House, site: Site, people: People
) -> None:
    """Consent, picture, enrolled; the page says what was kept and what was thrown away."""
    here = attendant.meet("anna")
    page = attendant.get(f"{here}/ask/consent")
    attendant.follow(page, f"{here}/ask/consent", PINS)
    page = attendant.get(f"{here}/face")
    files = [("photo", ("a.jpg", site.good_photo("anna", n), "image/jpeg")) for n in (0, 10)]
    answer = attendant.send(
        page, f"{here}/face", {"device": "front-desk", "profile": "standard"}, files=files
    )
    assert answer.status_code == 200, answer.text
    assert house.enrolled("gate") == 1
    assert "proof" in answer.text
    again = attendant.send(
        page, f"{here}/face", {"device": "front-desk", "profile": "standard"}, files=files
    )
    assert again.text == answer.text
    assert "enrolled" in attendant.get(f"{here}?lang=en")


@pytest.mark.parametrize(
    ("fields", "photo", "field"),
    [
        ({"device": "front-desk"}, b"", "photo"),
        ({"device": "front-desk"}, b"no picture", "photo"),
        ({"device": "gate-door"}, b"anna#0", "device"),
        ({"device": "../../etc"}, b"anna#0", "device"),
        ({"device": "front-desk", "profile": "blink"}, b"anna#0", "profile"),
    ],
)
def test_picture_that_does_not_serve_is_told_at_its_field(
    attendant: Clerk, house: House, fields: dict[str, str], photo: bytes, field: str
) -> None:
    """Anything uploaded, any device named: words, and nobody is enrolled."""
    here = attendant.meet("anna")
    page = attendant.get(f"{here}/ask/consent")
    attendant.follow(page, f"{here}/ask/consent", PINS)
    page = attendant.get(f"{here}/face")
    answer = attendant.send(
        page, f"{here}/face", {"profile": "standard", **fields},
        files=[("photo", ("a.jpg", photo, "image/jpeg"))],
    )  # fmt: skip
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert house.enrolled("gate") == 0


def test_nobody_is_enrolled_without_consent(attendant: Clerk, house: House, site: Site) -> None:
    """The page may be opened; the law says no."""
    here = attendant.meet("anna")
    page = attendant.get(f"{here}/face")
    answer = attendant.send(
        page, f"{here}/face", {"device": "front-desk", "profile": "standard"},
        files=[("photo", ("a.jpg", site.good_photo("anna"), "image/jpeg"))],
    )  # fmt: skip
    assert answer.status_code == 422
    assert house.enrolled("gate") == 0


@pytest.mark.parametrize("factor", ["card", "passkey", "any"])
def test_pin_of_ones_own_pages_is_set_in_every_purpose(
    attendant: Clerk, house: House, factor: str
) -> None:
    """Whatever is asked for beside the face."""
    publish(
        house, purpose_text("vault", operations='["verification"]', second_factor=f'"{factor}"')
    )
    here = attendant.meet("anna", "vault")
    attendant.follow(attendant.get(f"{here}/ask/consent"), f"{here}/ask/consent", PINS)
    assert house.second_factors.opens("anna", "vault", Factor(FactorKind.PIN, PIN))


def test_answer_on_the_screen_counts_for_a_waiting_link(attendant: Clerk, house: House) -> None:
    """So that nobody is reminded who chose at the desk."""
    link = house.invitations.invite("anna", "gate", "spring")
    here = attendant.meet("anna")
    attendant.follow(attendant.get(f"{here}/ask/notice"), f"{here}/ask/no")
    assert house.invitations.open(link.token).invitation.state.value == "other-way"
