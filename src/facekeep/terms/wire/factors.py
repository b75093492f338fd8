"""Second factors as they travel: a PIN, a card, a passkey beside the face."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from facekeep.terms.wire.base import Asked, Told

Kind = Literal["pin", "card", "passkey"]
Credential = Annotated[
    dict[str, Any],
    Field(max_length=12, description="What the browser returned (W3C WebAuthn, `toJSON`)."),
]


class PinShown(Asked):
    """Digits the person knows."""

    kind: Literal["pin"]
    pin: Annotated[str, Field(pattern=r"^[0-9]{4,12}$", examples=["480913"])]


class CardShown(Asked):
    """The number a card's reader reads; keep what can be copied off its face to yourself."""

    kind: Literal["card"]
    number: Annotated[str, Field(pattern=r"^[!-~]{4,128}$", examples=["04A2247F61"])]


class PasskeyShown(Asked):
    """A passkey of the person's own device.

    Set: what the browser made with the options of `…/challenges`. Shown at a verification: its
    answer to the challenge `SHA-256("facekeep factor 1\\n" + fields)`, where the fields are nonce,
    purpose hash and claim of the capture session, each behind its length (4 bytes, big-endian).
    """

    kind: Literal["passkey"]
    credential: Credential


FactorShown = Annotated[PinShown | CardShown | PasskeyShown, Field(discriminator="kind")]


class FactorRequest(Asked):
    """Set one factor, in place of an earlier one of its kind."""

    factor: FactorShown


class FactorStanding(Told):
    """One factor that is set. After five wrong tries beside the right face it opens nothing more."""

    kind: Kind
    usable: bool


class Factors(Told):
    """The factors of somebody in one purpose; none for whoever is not known."""

    purpose: str
    required: Literal["none", "pin", "card", "passkey", "any"]
    """What the purpose asks for beside every face."""
    factors: tuple[FactorStanding, ...]


class PasskeyOptions(Told):
    """What `navigator.credentials.create` takes as `publicKey` (W3C WebAuthn)."""

    options: dict[str, Any]
