"""A device's own side of a capture: open a session, fill in what was taken, sign it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from facekeep.client.clients import Client
from facekeep.client.request import Picture, picture_of
from facekeep.terms.captures import CaptureToken, Challenge, picture_digest
from facekeep.terms.errors import Misused
from facekeep.terms.values import AttackVerdict, Operation
from facekeep.terms.wire.captures import CaptureSession, Profile, SignedCapture
from facekeep.terms.wire.factors import FactorShown
from facekeep.terms.wire.identifications import Identification
from facekeep.terms.wire.references import Reference
from facekeep.terms.wire.verifications import Verification


def sign_capture(
    key: bytes, token: CaptureToken, pictures: Sequence[bytes],
    verdict: AttackVerdict = AttackVerdict.NOT_CHECKED,
) -> tuple[CaptureToken, bytes]:  # fmt: skip
    """The token of a session with what was taken, and the device's 64-byte signature over it.

    ``key`` is the device's Ed25519 private key (PEM). Raises ``Misused`` for any other key.
    """
    filled = replace(token, picture=picture_digest(pictures), verdict=verdict)
    return filled, _private(key).sign(filled.message)


def signed_in_session(
    key: bytes, session: CaptureSession, pictures: Sequence[bytes],
    verdict: AttackVerdict = AttackVerdict.NOT_CHECKED,
) -> SignedCapture:  # fmt: skip
    """The same as it travels, for a session the service opened. ``verdict`` is what the device's own
    attack check found: ``passed`` only where it has one and ran it on these pictures.
    """
    token = CaptureToken(
        device=session.device,
        purpose_hash=bytes.fromhex(session.purpose_hash),
        operation=Operation(session.operation),
        claim=bytes.fromhex(session.claim),
        nonce=bytes.fromhex(session.nonce),
        challenge=Challenge(session.challenge),
    )
    filled, signature = sign_capture(key, token, pictures, verdict)
    return SignedCapture.model_validate({**filled.as_dict(), "signature": signature.hex()})


@dataclass(frozen=True, slots=True)
class Device:
    """A registered camera that signs what it takes. Each picture is good for one question, once.

    ``key`` is its Ed25519 private key (PEM), as ``facekeep device add --key-out`` wrote it.
    """

    client: Client
    id: str
    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _private(self.key)

    def enrol(
        self, subject: str, purpose: str, photos: Sequence[Picture], *,
        profile: Profile = "standard",
    ) -> Reference:  # fmt: skip
        """Take photographs of one person and enrol them."""
        pictures = [picture_of(photo) for photo in photos]
        capture = self._signed(purpose, "enrolment", subject, pictures, profile)
        return self.client.enrol(subject, purpose, pictures, capture=capture, profile=profile)

    def verify(
        self, subject: str, purpose: str, photo: Picture, *, max_fmr: float | None = None,
        factor: FactorShown | None = None, profile: Profile = "standard",
    ) -> Verification:  # fmt: skip
        """Take one photograph and ask whether it shows the person."""
        picture = picture_of(photo)
        capture = self._signed(purpose, "verification", subject, [picture], profile)
        return self.client.verify(
            subject, purpose, picture, capture=capture, max_fmr=max_fmr, factor=factor,
            profile=profile,
        )  # fmt: skip

    def identify(
        self, purpose: str, photo: Picture, *, max_fpir: float | None = None, top: int = 5,
        profile: Profile = "standard",
    ) -> Identification:  # fmt: skip
        """Take one photograph and ask who it shows."""
        picture = picture_of(photo)
        capture = self._signed(purpose, "identification", None, [picture], profile)
        return self.client.identify(
            purpose, picture, capture=capture, max_fpir=max_fpir, top=top, profile=profile
        )

    def _signed(
        self, purpose: str, operation: Literal["enrolment", "verification", "identification"],
        subject: str | None, pictures: Sequence[bytes], profile: Profile,
    ) -> SignedCapture:  # fmt: skip
        session = self.client.open_capture(
            self.id, purpose, operation, subject=subject, profile=profile
        )
        return signed_in_session(self.key, session, pictures)


def _private(key: bytes) -> Ed25519PrivateKey:
    try:
        private = load_pem_private_key(key, None)
    except (ValueError, TypeError):
        raise Misused("this is not the private key of a device") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise Misused("a device signs with an Ed25519 key")
    return private
