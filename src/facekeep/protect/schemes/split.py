"""The split reference: ``c = x + mask mod 2^16``, and how two halves answer without meeting.

    <c, q> - <mask, q> = <x, q>   (mod 2^16, exact)

Rules, each with an attack in ``tests/attacks``:

1. A record has d + 2 ring words; the last two are masked zeros, the **check words**. A wrong
   mask, row or epoch leaves them non-zero, so a mismatch is ``Tampered`` before a score exists.
   (Noise scored against a threshold of 0.4 *accepts* four times in ten.)
2. Both halves are tagged over target, epoch, probe and permit; unequal tags are ``Tampered``.
3. The sums are padded with a stream only the two keepers know.
4. One mask makes one record: a renewal draws a new key and destroys the old one.

Boundary: this module sees no database, no clock and no policy. Who may call it, with which
threshold, is the permit's business.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from math import prod

import numpy as np

from facekeep.protect.derive import derive, stream
from facekeep.terms.encoding import prefixed
from facekeep.terms.errors import Tampered
from facekeep.terms.values import NORM_BOUND, Code, Decision, Epoch, Permit, Ring, RowId

SCHEME = "facekeep-split-1"
RING = 0xFFFF
"""Sums are taken mod 2^16: these bits remain."""

CHECK_WORDS = 2
KEY_BYTES = 32
SALT_BYTES = 16
MAC_BYTES = 32


@dataclass(frozen=True, slots=True)
class Frame:
    """What every record of one purpose shares: the tenant, the model and its dimension."""

    tenant: bytes
    model: str
    d: int

    @property
    def words(self) -> int:
        """Ring words in a record: d and the check words."""
        return self.d + CHECK_WORDS


@dataclass(frozen=True, slots=True)
class Record:
    """The pseudonymous identifier (ISO/IEC 24745): ``c``, its MAC, its epoch. Noise by itself."""

    row: RowId
    epoch: Epoch
    words: Ring = field(repr=False)
    salt: bytes = field(repr=False)
    mac: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Partial:
    """One keeper's half of an answer.

    ``sums`` is ``uint16 (N, k)``: the padded feature sum and k - 1 padded check sums a row
    (two check sums in 1:1, one in 1:N).
    """

    sums: Ring = field(repr=False)
    tag: bytes


def mask(key: bytes, frame: Frame, purpose: str, row: RowId, epoch: Epoch) -> Ring:
    """The mask ``uint16 (d + 2,)`` of one subject, purpose and epoch."""
    own = derive(key, SCHEME, frame.tenant, purpose.encode(), row, frame.model.encode(), epoch)
    return np.frombuffer(stream(own, 2 * frame.words), dtype="<u2")


def split(code: Code, mask_words: Ring) -> Ring:
    """Hide a code behind its mask; the check words hide zeros."""
    padded = np.zeros(mask_words.shape, np.uint16)
    padded[:-CHECK_WORDS] = code.astype(np.int16).view(np.uint16)
    return padded + mask_words


def authenticate(
    mac_key: bytes, frame: Frame, row: RowId, epoch: Epoch, words: Ring, salt: bytes
) -> bytes:
    """HMAC-SHA256 over row, tenant, scheme, model, d, epoch, c and salt (custody rule 1)."""
    covered = prefixed(
        row,
        frame.tenant,
        SCHEME.encode(),
        frame.model.encode(),
        frame.d.to_bytes(4, "big"),
        epoch,
        words.astype("<u2", copy=False).tobytes(),
        salt,
    )
    return hmac.digest(mac_key, covered, "sha256")


def checked(record: Record, mac_key: bytes, frame: Frame) -> Record:
    """The record itself, where its MAC holds. Raises ``Tampered``."""
    right = record.words.shape == (frame.words,)
    if not right or not hmac.compare_digest(
        record.mac,
        authenticate(mac_key, frame, record.row, record.epoch, record.words, record.salt),
    ):
        raise Tampered("a reference's authentication code does not hold")
    return record


def sums_of_one(words: Ring, probe: Code, permit: Permit) -> Ring:
    """Feature sum and two check sums of one record: ``uint16 (1, 3)``."""
    q = probe.astype(np.int16).view(np.uint16)
    a, b, c, d = permit.rho
    first, second = words[-CHECK_WORDS:].tolist()
    feature = int(np.dot(words[:-CHECK_WORDS], q))
    checks = (first * a + second * b) & RING, (first * c + second * d) & RING
    return np.array([[feature, *checks]], dtype=np.uint16)


def sums_of_many(words: Ring, probe: Code, permit: Permit) -> Ring:
    """Feature sum and one check sum of every row: ``uint16 (N, 2)``."""
    from facekeep.protect.kernels import scan  # the compiler loads in 0.3 s: only 1:N waits for it

    return scan(words, probe, permit.rho[:2])


def pad(pad_key: bytes, permit: Permit, shape: tuple[int, ...]) -> Ring:
    """The stream both keepers add, so that sums and a stolen store do not give the probe.

    What a 1:1 answer needs is the start of one HMAC; a gallery's is a cipher's stream.
    """
    length = 2 * prod(shape)
    drawn = hmac.digest(pad_key, prefixed(b"facekeep pad", permit.id), "sha256")
    drawn = drawn[:length] if length <= len(drawn) else stream(drawn, length)
    return np.frombuffer(drawn, dtype="<u2").reshape(shape)


def tag(pair_key: bytes, permit: Permit, target: bytes, epoch: Epoch, probe: bytes) -> bytes:
    """What a keeper swears it answered: target, epoch, digest of the probe it saw, permit."""
    return hmac.digest(pair_key, prefixed(target, epoch, probe, permit.id), "sha256")


def opened(reference_half: Partial, key_half: Partial) -> np.typing.NDArray[np.int16]:
    """Scores ``int16 (N,)`` where every mismatch has been refused. Raises ``Tampered``.

    The comparator's only step: tags equal, check words zero, score within the norm bound.
    """
    if not hmac.compare_digest(reference_half.tag, key_half.tag):
        raise Tampered("the two keepers answered different questions")
    if reference_half.sums.shape != key_half.sums.shape:
        raise Tampered("the two keepers answered about different rows")
    difference = reference_half.sums - key_half.sums
    if np.count_nonzero(difference[:, 1:]):
        raise Tampered("the two halves do not belong together")
    scores = np.ascontiguousarray(difference[:, 0]).view(np.int16)
    if np.count_nonzero(np.abs(scores.astype(np.int32)) > NORM_BOUND):
        raise Tampered("a score lies outside the norm bound")
    return scores


def decide(score: int, threshold: int) -> Decision:
    """Match where the score reaches the permit's threshold, ``0 < threshold <= B``."""
    if not 0 < threshold <= NORM_BOUND:
        raise Tampered("the permit's threshold is out of range")
    return Decision.MATCH if score >= threshold else Decision.NON_MATCH


def seal_of(record: Record) -> bytes:
    """HMAC(row salt, row): what the ledger knows of a record. The salt dies with the row."""
    covered = prefixed(record.row, record.epoch, record.words.tobytes(), record.mac)
    return hmac.digest(record.salt, covered, "sha256")
