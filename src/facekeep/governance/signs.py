"""The sign's signed word: who runs which device where, for what (Measures art. 13, art. 5).

``FK1:`` and base45 (RFC 9285) of a signature and a small compressed list, so that a phone reads it from
paper. It is signed with the key whose fingerprint is printed on the sign: another operator's QR code
pasted over ours does not verify.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import astuple, dataclass, fields
from datetime import date

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from facekeep.ledger.checkpoint import SIGNATURE_BYTES, Signer
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Misused, Tampered

PREFIX = "FK1:"
DOMAIN = "facekeep sign 1\n"
"""Before what is signed: the ledger's key says nothing else in this form."""

MAX_TEXT = 4_296
"""Characters the largest QR code holds."""

MAX_FACTS_BYTES = 8_192
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


@dataclass(frozen=True, slots=True)
class SignFacts:
    """What a sign says, and its QR code proves. ``day`` is when it was drawn."""

    operator: str
    purpose: str
    purpose_hash: str
    title_zh: str
    title_en: str
    device: str
    place: str
    place_zh: str
    place_en: str
    notice: str
    day: str

    def __post_init__(self) -> None:
        told = astuple(self)
        if not all(
            isinstance(one, str) and one.isprintable() and 0 < len(one) <= 2000 for one in told
        ):
            raise Misused("a sign's facts are short printable texts")
        date.fromisoformat(self.day)


def payload(facts: SignFacts, signer: Signer) -> str:
    """The text of the QR code."""
    told = canonical(list(astuple(facts)))
    signature = signer.sign(DOMAIN + told.decode()).value
    return PREFIX + base45(signature + zlib.compress(told, 9))


def check(text: str, public: bytes) -> SignFacts:
    """What a QR code says, where the key (32 bytes) signed it. Raises ``Tampered``: it is forged."""
    blob = _opened(text)
    signature, told = blob[:SIGNATURE_BYTES], _inflated(blob[SIGNATURE_BYTES:])
    try:
        key = Ed25519PublicKey.from_public_bytes(public)
        key.verify(signature, DOMAIN.encode() + told)
        values = json.loads(told)
        if len(values) != len(fields(SignFacts)):
            raise ValueError
        return SignFacts(*values)
    except (InvalidSignature, ValueError, TypeError, Misused):
        raise Tampered("the sign's code was not signed with this key") from None


def fingerprint(public: bytes) -> str:
    """SHA-256 of a public key, 64 hexadecimal digits."""
    return hashlib.sha256(public).hexdigest()


def base45(data: bytes) -> str:
    """RFC 9285: two bytes in three characters of a QR code's own alphabet."""
    parts = []
    for at in range(0, len(data) - 1, 2):
        n = data[at] << 8 | data[at + 1]
        parts.append(ALPHABET[n % 45] + ALPHABET[n // 45 % 45] + ALPHABET[n // 2025])
    if len(data) % 2:
        parts.append(ALPHABET[data[-1] % 45] + ALPHABET[data[-1] // 45])
    return "".join(parts)


def unbase45(text: str) -> bytes:
    """The bytes again. Raises ``ValueError``."""
    digits = [ALPHABET.index(one) for one in text]
    if len(digits) % 3 == 1:
        raise ValueError("a character is missing")
    whole = bytearray()
    for at in range(0, len(digits), 3):
        three = digits[at : at + 3]
        n = sum(digit * 45**power for power, digit in enumerate(three))
        whole += n.to_bytes(len(three) - 1, "big") if n < 256 ** (len(three) - 1) else _too_large()
    return bytes(whole)


def _too_large() -> bytes:
    raise ValueError("three characters say more than two bytes")


def _opened(text: str) -> bytes:
    line = text.strip("\r\n\t ")
    try:
        if not line.startswith(PREFIX) or len(line) > MAX_TEXT:
            raise ValueError
        blob = unbase45(line.removeprefix(PREFIX))
    except ValueError:
        raise Tampered("this is no code of a sign of ours") from None
    if len(blob) <= SIGNATURE_BYTES:
        raise Tampered("this is no code of a sign of ours")
    return blob


def _inflated(data: bytes) -> bytes:
    """What was compressed, and no more of it than a sign says."""
    stream = zlib.decompressobj()
    try:
        told = stream.decompress(data, MAX_FACTS_BYTES)
    except zlib.error:
        raise Tampered("this is no code of a sign of ours") from None
    if stream.unconsumed_tail or stream.unused_data or not stream.eof:
        raise Tampered("this is no code of a sign of ours")
    return told
