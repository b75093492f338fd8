"""One-time codes (RFC 6238): six digits every thirty seconds, each good once.

The last step that was used is kept, and nothing at or before it counts again: a code is not good
twice, and a clock that jumps back revives none.
"""

from __future__ import annotations

import base64
import hmac

from pyotp import TOTP

from facekeep.terms.ports import Entropy

STEP_S = 30
DRIFT_STEPS = 1
"""A clock may be one step off, either way."""

SECRET_BYTES = 20
DIGITS = 6
NEVER = 0
"""The last step of whoever has used no code yet."""


def draw(entropy: Entropy) -> bytes:
    """A new secret, 20 bytes (RFC 4226 section 4, R6: 160 bits recommended)."""
    return entropy(SECRET_BYTES)


def code(secret: bytes, now: float) -> str:
    """The code of this moment."""
    return _totp(secret).generate_otp(int(now) // STEP_S)


def accepted(secret: bytes, shown: str, now: float, last: int) -> int | None:
    """The step that a code belongs to; None where it is wrong, too old, too new or used.

    Every step of the window is computed, whatever the first one says.
    """
    current, totp = int(now) // STEP_S, _totp(secret)
    fitting = [
        step
        for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1)
        if hmac.compare_digest(totp.generate_otp(step).encode(), shown.encode("utf-8", "replace"))
    ]
    return next((step for step in fitting if step > last), None)


def uri(secret: bytes, name: str) -> str:
    """What an authenticator app reads, as text or QR code."""
    return _totp(secret).provisioning_uri(name=name, issuer_name="Facekeep")


def spelt(secret: bytes) -> str:
    """The secret as one types it into an authenticator app."""
    return base64.b32encode(secret).decode()


def _totp(secret: bytes) -> TOTP:
    return TOTP(spelt(secret), digits=DIGITS, interval=STEP_S)
