"""Attacks on captures: forging, replaying, re-using a picture for another question (custody rule 11)."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256

import pytest

from facekeep.assembly import House
from facekeep.client.capture import sign_capture as device_signs
from facekeep.collection.capture import REFUSED, Wish, draw_device_key, public_key_of, sign_capture
from facekeep.governance.captures import LINK_S, SESSION_S
from facekeep.terms.captures import (
    MAX_TOKEN_BYTES,
    CaptureToken,
    Challenge,
    picture_digest,
    token_from,
)
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import (
    CaptureRefused,
    FacekeepError,
    Misused,
    PurposeNotAllowed,
    Tampered,
)
from facekeep.terms.values import AttackVerdict, CaptureLevel, Decision, Operation
from facekeep.use.identification import Search
from facekeep.use.verification import Asked
from tests.attacks.toolkit import Site, device_for, device_key, publish, purpose_text, taken

WISH = Wish("gate", Operation.VERIFICATION, "alice")
PHOTO = b"alice#1"
Forge = Callable[[CaptureToken], CaptureToken]


def refused(house: House, token: CaptureToken, wish: Wish = WISH, photo: bytes = PHOTO,
            signature: bytes | None = None) -> str:  # fmt: skip
    """Why an admission was refused."""
    signed = signature or sign_capture(device_key("gate-door")[0], token, [PHOTO])[1]
    with pytest.raises(CaptureRefused) as error:
        house.captures.admit(token, signed, wish, [photo])
    assert house.home.captures.counts()[f"refused {error.value.why}"] > 0
    return error.value.why


def taken_by(house: House, device: str = "gate-door", wish: Wish = WISH) -> CaptureToken:
    """An honest token, filled in."""
    opened = house.captures.open(device, wish)
    return replace(opened, picture=picture_digest([PHOTO]))


def test_each_forgery_is_refused_for_its_own_reason(house: House) -> None:
    """Everything the token says was agreed before; the signature covers all of it."""
    device_for(house, "gate", "other")
    key = device_key("gate-door")[0]
    forgeries: dict[str, Forge] = {
        "forged": lambda t: replace(t, device="other"),
        "other_purpose_hash": lambda t: replace(t, purpose_hash=bytes(32)),
        "other_operation": lambda t: replace(t, operation=Operation.IDENTIFICATION),
        "other_subject": lambda t: replace(t, claim=bytes(32)),
        "other_picture": lambda t: replace(t, picture=bytes(32)),
        "other_challenge": lambda t: replace(t, challenge=Challenge.NONE),
        "unknown": lambda t: replace(t, nonce=bytes(16)),
    }
    for why, forge in forgeries.items():
        forged = forge(taken_by(house))
        private_signed = _signed(key, forged)
        assert refused(house, forged, signature=private_signed) == why


def _signed(key: bytes, token: CaptureToken) -> bytes:
    """A signature over the token as it is, its false picture digest too."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    private = load_pem_private_key(key, None)
    assert isinstance(private, Ed25519PrivateKey)
    return private.sign(token.message)


def test_picture_or_question_of_somebody_else_is_refused(house: House) -> None:
    """A good token for another picture, subject, purpose or operation."""
    publish(house, purpose_text("office"))
    wishes = {
        "other_subject": replace(WISH, subject="bob"),
        "other_operation": replace(WISH, operation=Operation.ENROLMENT),
        "device_purpose": replace(WISH, purpose="office"),
    }
    for why, wish in wishes.items():
        token = taken_by(house)
        assert (
            refused(house, token, wish, signature=_signed(device_key("gate-door")[0], token)) == why
        )
    token = taken_by(house)
    signature = _signed(device_key("gate-door")[0], token)
    assert refused(house, token, photo=b"bob#1", signature=signature) == "other_picture"


def test_session_is_used_up_by_whatever_is_tried_with_it(house: House) -> None:
    """A failed attempt leaves nothing to try again."""
    token = taken_by(house)
    assert refused(house, token, signature=bytes(64)) == "forged"
    good = _signed(device_key("gate-door")[0], token)
    assert refused(house, token, signature=good) == "replayed"


def test_session_dies_after_two_minutes(site: Site, house: House) -> None:
    """To the second."""
    early, late = taken_by(house), taken_by(house)
    key = device_key("gate-door")[0]
    site.clock.advance(SESSION_S - 1)
    house.captures.admit(early, _signed(key, early), WISH, [PHOTO])
    site.clock.advance(1)
    assert refused(house, late, signature=_signed(key, late)) == "expired"


def test_origin_dies_after_two_minutes_and_with_the_process(site: Site, house: House) -> None:
    """What was admitted is remembered in memory alone."""
    site.enrol(house, "alice")
    origin = house.captures.take("gate-door", WISH, [PHOTO])
    site.clock.advance(SESSION_S)
    with pytest.raises(CaptureRefused) as error:
        house.verifier.verify(Asked("alice", "gate", PHOTO, origin), site.people)
    assert error.value.why == "expired"
    kept = house.captures.take("gate-door", WISH, [PHOTO])
    house.close()
    with site.open() as again, pytest.raises(CaptureRefused) as gone:
        again.verifier.verify(Asked("alice", "gate", PHOTO, kept), site.people)
    assert gone.value.why == "replayed"


def test_one_origin_answers_one_question(site: Site, house: House) -> None:
    """Copied, pickled or kept: the second question is refused."""
    site.enrol(house, "alice")
    for copied in (lambda o: o, copy.copy, lambda o: pickle.loads(pickle.dumps(o))):
        origin = house.captures.take("gate-door", WISH, [PHOTO])
        house.verifier.verify(Asked("alice", "gate", PHOTO, origin), site.people)
        with pytest.raises(CaptureRefused) as error:
            house.verifier.verify(Asked("alice", "gate", PHOTO, copied(origin)), site.people)
        assert error.value.why == "replayed"


def test_origin_raised_to_attested_is_nobodys(site: Site, house: House) -> None:
    """The level is remembered with the origin, not believed."""
    site.enrol(house, "alice")
    origin = house.captures.take("gate-door", WISH, [PHOTO])
    for forged in (
        replace(origin, level=CaptureLevel.ATTESTED),
        replace(origin, device="other"),
        replace(origin, own_act=False),
    ):
        with pytest.raises(CaptureRefused):
            house.verifier.verify(Asked("alice", "gate", PHOTO, forged), site.people)


def test_origin_is_good_for_its_own_question_only(site: Site, house: House) -> None:
    """Not for another subject, another picture, a search, or an enrolment."""
    for name in ("alice", "bob"):
        site.enrol(house, name)

    def other_subject() -> object:
        origin = house.captures.take("gate-door", WISH, [PHOTO])
        return house.verifier.verify(Asked("bob", "gate", PHOTO, origin), site.people)

    def other_picture() -> object:
        origin = house.captures.take("gate-door", WISH, [PHOTO])
        return house.verifier.verify(Asked("alice", "gate", b"alice#2", origin), site.people)

    def as_search() -> object:
        origin = house.captures.take("gate-door", WISH, [PHOTO])
        return house.identifier.identify(Search("gate", PHOTO, origin), site.people)

    def as_enrolment() -> object:
        origin = house.captures.take("gate-door", WISH, [PHOTO])
        return house.enroller.enrol("alice", "gate", [PHOTO], site.people, origin)

    for attack in (other_subject, other_picture, as_search, as_enrolment):
        with pytest.raises(CaptureRefused) as error:
            attack()
        assert error.value.why == "other_question"


def test_device_suspended_between_capture_and_decision_is_refused(site: Site, house: House) -> None:
    """The register is read again at use."""
    site.enrol(house, "alice")
    origin = house.captures.take("gate-door", WISH, [PHOTO])
    house.register.suspend("gate-door")
    with pytest.raises(CaptureRefused) as error:
        house.verifier.verify(Asked("alice", "gate", PHOTO, origin), site.people)
    assert error.value.why == "device_suspended"


def test_purpose_changed_meanwhile_makes_the_capture_another_question(
    site: Site, house: House
) -> None:
    """A capture is bound to the purpose as it was published."""
    site.enrol(house, "alice")
    origin = house.captures.take("gate-door", WISH, [PHOTO])
    token = taken_by(house)
    publish(house, purpose_text(retention_days=10))
    with pytest.raises(CaptureRefused):
        house.verifier.verify(Asked("alice", "gate", PHOTO, origin), site.people)
    signature = _signed(device_key("gate-door")[0], token)
    assert refused(house, token, signature=signature) == "other_purpose_hash"


def test_device_without_a_key_proves_nothing(site: Site, house: House) -> None:
    """Nor does any signature for it."""
    from facekeep.governance.devices import device_of
    from tests.attacks.toolkit import activate

    told = {"kind": "desk", "place": "entrance", "zone": "whole", "purposes": ["gate"]}
    house.register.add_device(device_of(id="bare", **told))
    activate(house, "bare")
    assert house.captures.take("bare", WISH, [PHOTO]).level is CaptureLevel.NONE
    token = taken_by(house, "bare")
    assert refused(house, token, signature=_signed(draw_device_key(bytes)[0], token)) == "forged"


def test_attested_needs_trust_verdict_signature_and_our_own_check(site: Site, house: House) -> None:
    """All of it, or the decision costs the budget like any other picture."""
    site.enrol(house, "alice")
    site.people.pad = AttackVerdict.PASSED
    answer = site.ask(house, "alice", attested=True)
    assert (answer.capture, answer.decision) == ("attested", Decision.MATCH)


# -- the table ------------------------------------------------------------------------------


def test_stolen_session_names_nobody_and_joins_nobody(site: Site, house: House) -> None:
    """Two sessions of one subject share nothing; a used one keeps no digest at all."""
    for _ in range(2):
        house.captures.open("gate-door", WISH)
    token = taken_by(house)
    house.captures.admit(token, _signed(device_key("gate-door")[0], token), WISH, [PHOTO])
    with site.sql("records") as raw:
        rows = raw.execute("SELECT state, subject, text FROM capture_session").fetchall()
    fresh = [subject for state, subject, _ in rows if state == "fresh"]
    assert len(set(fresh)) == 2
    assert all("alice" not in text for *_, text in rows)
    assert [(subject, text) for state, subject, text in rows if state == "used"] == [(b"", "{}")]


def test_links_token_is_kept_as_a_digest_and_is_long(site: Site, house: House) -> None:
    """160 bits; the table does not give it back."""
    token = house.captures.link("alice", "gate")
    assert len(bytes.fromhex(token)) * 8 >= 128
    with site.sql("records") as raw:
        (row,) = raw.execute("SELECT * FROM capture_session WHERE kind = 'link'").fetchall()
    assert not any(
        token.encode() in c or bytes.fromhex(token) in c for c in row if type(c) is bytes
    )
    assert token not in str(row)


@pytest.mark.parametrize("guess", ["", "00", "x" * 40, "0" * 40, "é", "\ud800"])
def test_guessed_link_opens_nothing(site: Site, house: House, guess: str) -> None:
    """Odd text too."""
    house.captures.link("alice", "gate")
    with pytest.raises(CaptureRefused) as error:
        house.captures.through_link(guess, replace(WISH, operation=Operation.ENROLMENT), [PHOTO])
    assert error.value.why == "unknown"


def test_link_expires_and_lasts_no_longer_than_it_may(site: Site, house: House) -> None:
    """A week at most."""
    for seconds in (0, -1, 59, LINK_S + 1):
        with pytest.raises(Misused):
            house.captures.link("alice", "gate", seconds)
    token = house.captures.link("alice", "gate", 3600)
    site.clock.advance(3600)
    with pytest.raises(CaptureRefused) as error:
        house.captures.through_link(token, replace(WISH, operation=Operation.ENROLMENT), [PHOTO])
    assert error.value.why == "expired"


def test_session_and_link_do_not_stand_in_for_each_other(site: Site, house: House) -> None:
    """A link's number is no session's."""
    token = house.captures.link("alice", "gate")
    nonce = sha256(b"facekeep link" + token.encode()).digest()
    forged = replace(taken_by(house), nonce=nonce)
    assert refused(house, forged) == "unknown"


def test_session_row_edited_to_another_subject_is_tampering(site: Site, house: House) -> None:
    """Each row is under a seal."""
    bobs = house.captures.open("gate-door", replace(WISH, subject="bob"))
    token = taken_by(house)
    with site.sql("records") as raw:
        raw.execute("UPDATE capture_session SET subject = ?", (bobs.claim,))
    with pytest.raises(Tampered):
        house.captures.admit(token, bytes(64), WISH, [PHOTO])


# -- what arrives from outside --------------------------------------------------------------


def test_token_survives_its_own_json(house: House) -> None:
    """Bytes in, bytes out."""
    token = taken_by(house)
    assert token_from(canonical(token.as_dict())) == token


@pytest.mark.parametrize(
    "text",
    [b"", b"{}", b"[]", b"null", b"\xff", b"[" * 3000, b"x" * (MAX_TOKEN_BYTES + 1),
     b'{"device": 1}', b'{"nonce": "zz"}'],
)  # fmt: skip
def test_hostile_token_text_is_misuse(text: bytes) -> None:
    """Never a crash."""
    with pytest.raises(Misused):
        token_from(text)


def test_devices_own_signing_is_ours(house: House) -> None:
    """The embeddable helper signs the same bytes."""
    opened = house.captures.open("gate-door", WISH)
    key = device_key("gate-door")[0]
    assert device_signs(key, opened, [PHOTO]) == sign_capture(key, opened, [PHOTO])
    for wrong in (b"", b"no key"):
        with pytest.raises(Misused):
            sign_capture(wrong, opened, [PHOTO])


def test_public_key_is_read_from_hexadecimal_or_pem() -> None:
    """And nothing else is taken for one."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = device_key("x")[1]
    pem = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    assert public_key_of(public.encode() + b"\n") == public_key_of(pem) == public
    for wrong in (b"", b"z" * 64, device_key("x")[0], b"-----BEGIN PUBLIC KEY-----"):
        with pytest.raises(Misused):
            public_key_of(wrong)


def test_refusals_say_nothing_of_anybody(house: House) -> None:
    """Neither a name, nor a key, nor a digest."""
    token = taken_by(house)
    with pytest.raises(FacekeepError) as error:
        house.captures.admit(token, bytes(64), WISH, [PHOTO])
    told = str(error.value.as_dict())
    assert "alice" not in told
    assert not re.search(r"[0-9a-f]{16}", told)


def test_enrolment_of_a_person_whose_picture_came_for_another_is_refused(
    site: Site, house: House
) -> None:
    """Enrolments are bound, too: nobody is enrolled with pictures taken for somebody else."""
    site.enrol(house, "alice")
    origin = taken(house, "bob", "gate", [PHOTO])
    with pytest.raises(CaptureRefused):
        house.enroller.enrol("alice", "gate", [PHOTO], site.people, origin)


def test_capture_for_a_purpose_that_does_not_exist_is_refused_and_recorded(
    site: Site, house: House
) -> None:
    """By whichever way it comes in; nothing is left open."""
    nowhere = replace(WISH, purpose="nowhere", operation=Operation.ENROLMENT)
    tries: tuple[Callable[[], object], ...] = (
        lambda: house.captures.take("gate-door", nowhere, [PHOTO]),
        lambda: house.captures.open("gate-door", nowhere),
        lambda: house.captures.through_link("0" * 40, nowhere, [PHOTO]),
        lambda: house.captures.link("alice", "nowhere"),
    )
    for attempt in tries:
        with pytest.raises(PurposeNotAllowed):
            attempt()
        told = house.home.journal.last(house.home.own_chain())
        assert told is not None
        assert (told.entry.kind, told.details["reason"]) == (REFUSED, "purpose_not_allowed")
    assert house.home.captures.sessions()[0] == 0


def test_many_origins_at_once_are_each_used_once(site: Site, house: House) -> None:
    """Eight askers with one origin: one answer."""
    site.enrol(house, "alice")
    origin = house.captures.take("gate-door", WISH, [PHOTO])

    def ask(_: int) -> bool:
        try:
            house.verifier.verify(Asked("alice", "gate", PHOTO, origin), site.people)
        except CaptureRefused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(16))) == 1
