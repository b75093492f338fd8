"""Checkpoints: the tree's size and root, signed, in C2SP tlog-checkpoint form. Pure.

A note is a text, a blank line and signature lines ``— name base64(key hash || signature)``
(C2SP signed-note; Go's ``golang.org/x/mod/sumdb/note`` reads the same bytes). The signed bytes are
the text with its last newline. The text of a checkpoint is origin, size, root, extension lines.
Witnesses add signature lines of their own. The parser is stricter than C2SP asks: one text has one
form, so a changed byte of a signed note never verifies.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from facekeep.ledger.merkle import HASH_BYTES
from facekeep.terms.errors import Misused, Tampered

MAX_NOTE_BYTES = 16_384
"""A note is small: origin, size, root and at most :data:`MAX_SIGNATURES` lines."""

MAX_SIGNATURES = 100
"""As Go's note package allows."""

MAX_SIZE = 2**63 - 1
"""The largest tree size: a signed 64-bit integer, as SQLite counts."""

ED25519 = b"\x01"
"""The algorithm byte of a plain Ed25519 signature (C2SP signed-note)."""

SEED_BYTES = PUBLIC_BYTES = 32
KEY_HASH_BYTES = 4
SIGNATURE_BYTES = 64

_UNCLEAN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_DECIMAL = re.compile("0|[1-9][0-9]{0,18}", re.ASCII)
_HASH8 = re.compile("[0-9a-f]{8}", re.ASCII)
_DASH = "\u2014 "


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is signed: the log's name, its number of entries, its root (32 bytes)."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not all(_is_line(line) for line in (self.origin, *self.extensions)):
            raise Misused("a checkpoint line is empty or holds control characters")
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != HASH_BYTES:
            raise Misused("a checkpoint has a size from 0 and a root of 32 bytes")

    @property
    def text(self) -> str:
        """The signed lines, each ended by a newline."""
        return _lines(self.origin, str(self.size), _encode(self.root), *self.extensions)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line. ``value`` is what follows the four bytes of key hash."""

    name: str
    key_hash: bytes
    value: bytes

    @property
    def line(self) -> str:
        return f"{_DASH}{self.name} {_encode(self.key_hash + self.value)}"


@dataclass(frozen=True, slots=True)
class Note:
    """A signed text, taken apart and not yet verified."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + _lines(*(s.line for s in self.signatures))


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Who may sign: a name and an Ed25519 public key, written ``name+hash+base64``."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _is_name(self.name) or len(self.public) != PUBLIC_BYTES:
            raise Misused("a verifier key has a name without spaces or plus, and 32 bytes")

    @property
    def key_hash(self) -> bytes:
        """SHA-256(name || 0x0A || 0x01 || public)[:4] (C2SP signed-note)."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:KEY_HASH_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_hash.hex()}+{_encode(ED25519 + self.public)}"


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: a name and a 32-byte Ed25519 seed, withheld from ``repr``."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not _is_name(self.name) or len(self.seed) != SEED_BYTES:
            raise Misused("a signer has a name without spaces or plus, and a seed of 32 bytes")

    @property
    def key(self) -> VerifierKey:
        return VerifierKey(self.name, self._private.public_key().public_bytes_raw())

    @property
    def vkey(self) -> str:
        """The public half, to be handed to whoever verifies."""
        return str(self.key)

    def sign(self, text: str) -> Signature:
        """This signer's line under ``text``."""
        return Signature(self.name, self.key.key_hash, self._private.sign(text.encode()))

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def sign(checkpoint: Checkpoint, signer: Signer) -> str:
    """The checkpoint as a signed note."""
    return str(Note(checkpoint.text, (signer.sign(checkpoint.text),)))


def cosign(note: str, signer: Signer) -> str:
    """The note with one more signature line, by a witness.

    Verify the note and its consistency with the last one seen before calling. Raises ``Tampered``
    for a malformed note and ``Misused`` when this signer has signed it already.
    """
    parsed = parse_note(note)
    parse_checkpoint(parsed.text)
    signature = signer.sign(parsed.text)
    if _has_duplicates((*parsed.signatures, signature)):
        raise Misused("this signer has signed the checkpoint already")
    return str(Note(parsed.text, (*parsed.signatures, signature)))


def verify(note: str, vkey: str) -> Checkpoint:
    """The checkpoint, if the key's signature is on it and verifies. Raises ``Tampered``.

    Signatures by other keys are ignored.
    """
    return parse_checkpoint(verify_text(note, vkey))


def verify_text(note: str, vkey: str) -> str:
    """The text of a note of any kind, if the key's signature verifies. Raises ``Tampered``."""
    parsed, key = parse_note(note), parse_vkey(vkey)
    for signature in parsed.signatures:
        if (signature.name, signature.key_hash) == (key.name, key.key_hash):
            return _signed(parsed.text, signature.value, key)
    raise Tampered("the note is not signed by the expected key")


def parse_note(note: str) -> Note:
    """Take a signed note apart; nothing is verified. Raises ``Tampered``."""
    if len(note) > MAX_NOTE_BYTES or len(note.encode(errors="replace")) > MAX_NOTE_BYTES:
        raise Tampered("the note is too large")
    body, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n") or not all(map(_is_clean, note.split("\n"))):
        raise Tampered("the note is malformed")
    signatures = tuple(map(_parse_signature, lines[:-1].split("\n")))
    if len(signatures) > MAX_SIGNATURES or _has_duplicates(signatures):
        raise Tampered("the note has too many or repeated signatures")
    return Note(body + "\n", signatures)


def parse_checkpoint(text: str) -> Checkpoint:
    """A note's text as a checkpoint. Raises ``Tampered``."""
    try:
        origin, size, root, *extensions, end = text.split("\n")
        if end or not _DECIMAL.fullmatch(size):
            raise ValueError
        return Checkpoint(origin, int(size), _decode(root), tuple(extensions))
    except (ValueError, Misused):
        raise Tampered("the checkpoint is malformed") from None


def parse_vkey(vkey: str) -> VerifierKey:
    """``name+hash+base64(0x01 || public)`` as a key. Raises ``Tampered``."""
    try:
        name, key_hash, encoded = vkey.split("+", 2)
        raw = _decode(encoded)
        key = VerifierKey(name, raw[1:])
    except (ValueError, Misused):
        raise Tampered("the verifier key is malformed") from None
    if raw[:1] != ED25519 or not _HASH8.fullmatch(key_hash) or key.key_hash.hex() != key_hash:
        raise Tampered("the verifier key does not fit its hash")
    return key


def _parse_signature(line: str) -> Signature:
    try:
        name, encoded = line.removeprefix(_DASH).split(" ")
        raw = _decode(encoded)
    except ValueError:
        raise Tampered("a signature line is malformed") from None
    if not line.startswith(_DASH) or not _is_name(name) or len(raw) <= KEY_HASH_BYTES:
        raise Tampered("a signature line is malformed")
    return Signature(name, raw[:KEY_HASH_BYTES], raw[KEY_HASH_BYTES:])


def _signed(text: str, signature: bytes, key: VerifierKey) -> str:
    if len(signature) != SIGNATURE_BYTES:
        raise Tampered("the note's signature has the wrong length")
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        raise Tampered("the note's signature does not verify") from None
    return text


def _has_duplicates(signatures: Sequence[Signature]) -> bool:
    return len({(s.name, s.key_hash) for s in signatures}) != len(signatures)


def _is_clean(line: str) -> bool:
    return not _UNCLEAN.search(line)


def _is_line(line: str) -> bool:
    return bool(line) and _is_clean(line)


def _is_name(name: str) -> bool:
    return _is_line(name) and "+" not in name and not any(map(str.isspace, name))


def _lines(*lines: str) -> str:
    return "".join(line + "\n" for line in lines)


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decode(encoded: str) -> bytes:
    """Base64 in its one canonical form. Raises ``ValueError``."""
    try:
        raw = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise ValueError(encoded) from None
    if _encode(raw) != encoded:
        raise ValueError(encoded)
    return raw
