"""The key tree: erasure that reaches every older copy of the key store.

    slot ──▶ table of 1,024 bucket keys ──▶ every row of a bucket        (outer layer)
    root ──▶ row key                     ──▶ a subject key inside a row  (inner layer)

A subject key is wrapped twice: inside under the **root** (the passphrase), outside under its
**bucket key**, whose table hangs on the **slot** — 32 bytes that lie outside every store, backup
and escrow. Both are needed to open a key. To erase, a row goes, its bucket gets a new bucket
key and the table a new slot: every older copy of the key store is then noise, and a row pasted
back does not open. The outer layer alone is re-keyed for that, so erasing needs no passphrase
(``docs/decisions/0003-two-layers.md``).

A person's **evidence secret** hangs on the slot only while consent lives, and is sealed to the
evidence officer's public key afterwards (custody rule 6).

Pure: bytes in, bytes out. ``storage.keys`` keeps the rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from facekeep.protect.derive import derive
from facekeep.protect.envelope import Envelope
from facekeep.terms.encoding import prefixed
from facekeep.terms.errors import Tampered, WrongPassphrase
from facekeep.terms.ports import Entropy
from facekeep.terms.values import Epoch, Grant, RowId

BUCKETS = 1024
SECRET_BYTES = 32

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def bucket_of(identifier: bytes) -> int:
    """The bucket of a row: its first ten bits. Identifiers are random, so buckets are even."""
    return int.from_bytes(identifier[:2], "big") >> 6


def bucket_range(number: int) -> tuple[bytes, bytes]:
    """The identifiers of one bucket: from the first inclusive to the second exclusive."""
    low = (number << 6).to_bytes(2, "big")
    last = number == BUCKETS - 1
    return low, b"\xff" * 17 if last else ((number + 1) << 6).to_bytes(2, "big")


@dataclass(frozen=True, slots=True)
class PassphraseCost:
    """argon2id parameters (RFC 9106): memory in KiB, passes, lanes."""

    memory_kib: int
    passes: int
    lanes: int

    @classmethod
    def owasp_high(cls) -> PassphraseCost:
        """64 MiB, 3 passes, 1 lane: RFC 9106's second recommendation, about 0.2 s."""
        return cls(64 * 1024, 3, 1)

    @classmethod
    def cheapest(cls) -> PassphraseCost:
        """For tests only."""
        return cls(64, 1, 1)


@dataclass(frozen=True, slots=True)
class SealedRoot:
    """What the key store keeps of the root: noise without the passphrase."""

    salt: bytes
    cost: PassphraseCost
    wrapped: bytes = field(repr=False)
    evidence_public: bytes = field(repr=False)


class Root:
    """The secret behind the passphrase. Opens rows together with the slot's table."""

    __slots__ = ("_rows", "_secret")

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._rows = Envelope(secret, "facekeep rows")

    @classmethod
    def open(cls, sealed: SealedRoot, passphrase: bytes) -> Root:
        """Raises ``WrongPassphrase``."""
        try:
            return cls(
                _passphrase_envelope(sealed.salt, sealed.cost, passphrase).unwrap(sealed.wrapped)
            )
        except Tampered:
            raise WrongPassphrase(
                "the passphrase does not open this home", "Check it; a lost one cannot be recovered"
            ) from None

    @classmethod
    def draw(
        cls, passphrase: bytes, cost: PassphraseCost, entropy: Entropy
    ) -> tuple[Root, SealedRoot]:
        """A new root and what to keep of it."""
        root = cls(entropy(SECRET_BYTES))
        return root, root.sealed(passphrase, cost, entropy)

    def sealed(self, passphrase: bytes, cost: PassphraseCost, entropy: Entropy) -> SealedRoot:
        """This root closed by a passphrase: what to keep of it."""
        salt = entropy(16)
        wrapped = _passphrase_envelope(salt, cost, passphrase).wrap(self._secret)
        public = self._evidence_private().public_key().public_bytes_raw()
        return SealedRoot(salt, cost, wrapped, public)

    def derived(self, label: str) -> bytes:
        """32 bytes for another role of this home: the edge's rotation, a keeper's MAC key."""
        return derive(self._secret, label)

    def wrap_key(self, key: bytes, binding: bytes) -> bytes:
        """The inner layer around a subject key."""
        return self._rows.wrap(key, binding)

    def unwrap_key(self, wrapped: bytes, binding: bytes) -> bytes:
        """Raises ``Tampered`` where the row, its grant or the root is another."""
        return self._rows.unwrap(wrapped, binding)

    def open_evidence(self, sealed: bytes, person: bytes) -> bytes:
        """A departed person's evidence secret, for a case. Raises ``Tampered``."""
        try:
            return _SUITE.decrypt(sealed, self._evidence_private(), info=person)
        except (InvalidTag, ValueError):
            raise Tampered("a sealed evidence secret does not open") from None

    def _evidence_private(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(self.derived("facekeep evidence"))


def _passphrase_envelope(salt: bytes, cost: PassphraseCost, passphrase: bytes) -> Envelope:
    kdf = Argon2id(
        salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib
    )
    return Envelope(kdf.derive(passphrase), "facekeep root")


def seal_evidence(secret: bytes, evidence_public: bytes, person: bytes) -> bytes:
    """Seal an evidence secret to the officer's key (HPKE, RFC 9180): no passphrase needed."""
    return _SUITE.encrypt(secret, X25519PublicKey.from_public_bytes(evidence_public), info=person)


def row_binding(tenant: bytes, row: RowId, model: str, epoch: Epoch, grant: Grant) -> bytes:
    """What a wrapped subject key is bound to (custody rule 4)."""
    return prefixed(
        tenant,
        row,
        model.encode(),
        epoch,
        grant.purpose.encode(),
        grant.purpose_hash,
        grant.consent_id,
        grant.expires.to_bytes(8, "big"),
    )


class Table:
    """The 1,024 bucket keys, alive in memory; sealed under a slot at rest."""

    __slots__ = ("_envelopes", "_keys")

    def __init__(self, keys: list[bytes]) -> None:
        self._keys = keys
        self._envelopes: dict[int, Envelope] = {}

    @classmethod
    def draw(cls, entropy: Entropy) -> Table:
        """A fresh table."""
        return cls([entropy(SECRET_BYTES) for _ in range(BUCKETS)])

    @classmethod
    def open(cls, sealed: bytes, slot: bytes) -> Table:
        """Raises ``Tampered`` where the slot is another: this copy of the store is noise."""
        joined = Envelope(slot, "facekeep slot").unwrap(sealed)
        return cls([joined[i : i + SECRET_BYTES] for i in range(0, len(joined), SECRET_BYTES)])

    def seal(self, slot: bytes) -> bytes:
        """The table under a slot: 32 KiB and a tag."""
        return Envelope(slot, "facekeep slot").wrap(b"".join(self._keys))

    def bucket(self, number: int) -> Envelope:
        """The outer layer of one bucket, derived when first asked for."""
        if number not in self._envelopes:
            self._envelopes[number] = Envelope(self._keys[number], "facekeep bucket")
        return self._envelopes[number]

    def redrawn(self, buckets: Iterable[int], entropy: Entropy) -> Table:
        """The same table with new keys for some buckets."""
        keys = list(self._keys)
        for number in buckets:
            keys[number] = entropy(SECRET_BYTES)
        return Table(keys)
