"""A passkey device in software: makes and uses one P-256 key, as an honest device or a dishonest one.

The bytes follow W3C WebAuthn Level 3 (6.1 authenticator data, 6.5.4 attestation ``none``) and CBOR
(RFC 8949), written by hand so that no second opinion of the library under test is borrowed.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class Authenticator:
    """One passkey. ``verifies`` is False for a device that asks nobody for finger or number."""

    origin: str = "https://faces.test"
    verifies: bool = True
    count: int = 0
    id: bytes = b"\x07" * 16
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, options: dict[str, Any], **lies: str) -> dict[str, Any]:
        """Answer a registration."""
        client = self._client("webauthn.create", options["challenge"], lies)
        held = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self._cose()
        data = self._data(options["rp"]["id"], ATTESTED) + held
        attestation = b"\xa3" + _text("fmt") + _text("none") + _text("attStmt") + b"\xa0"
        attestation += _text("authData") + _bytes(data)
        return self._credential(
            {"clientDataJSON": text(client), "attestationObject": text(attestation)}
        )

    def show(self, options: dict[str, Any], **lies: str) -> dict[str, Any]:
        """Answer a sign-in."""
        self.count += 1
        client = self._client("webauthn.get", options["challenge"], lies)
        data = self._data(lies.get("domain", options["rpId"]), 0)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._credential(
            {
                "clientDataJSON": text(client),
                "authenticatorData": text(data),
                "signature": text(signature),
            }
        )

    def _client(self, kind: str, challenge: str, lies: dict[str, str]) -> bytes:
        told = {
            "type": lies.get("type", kind),
            "challenge": lies.get("challenge", challenge),
            "origin": lies.get("origin", self.origin),
        }
        return json.dumps(told).encode()

    def _data(self, domain: str, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return (
            hashlib.sha256(domain.encode()).digest()
            + bytes([flags])
            + self.count.to_bytes(4, "big")
        )

    def _cose(self) -> bytes:
        point = self.key.public_key().public_numbers()
        x, y = (n.to_bytes(32, "big") for n in (point.x, point.y))
        return b"\xa5\x01\x02\x03\x26\x20\x01\x21" + _bytes(x) + b"\x22" + _bytes(y)

    def _credential(self, response: dict[str, str]) -> dict[str, Any]:
        own = text(self.id)
        return {"id": own, "rawId": own, "type": "public-key", "response": response}


def _text(word: str) -> bytes:
    return bytes([0x60 + len(word)]) + word.encode()


def _bytes(raw: bytes) -> bytes:
    if len(raw) < 256:
        return b"\x58" + bytes([len(raw)]) + raw
    return b"\x59" + len(raw).to_bytes(2, "big") + raw
