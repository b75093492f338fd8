"""Frozen values that travel between rooms. A secret's ``repr`` is withheld."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Literal, NewType

import numpy as np
from numpy.typing import NDArray

from facekeep.terms.profiles import CaptureProfile as CaptureProfile

Code = NDArray[np.int8]
"""A quantised feature code: ``int8``, shape ``(d,)``, squared norm at most :data:`NORM_BOUND`."""

Float32 = NDArray[np.float32]
Ring = NDArray[np.uint16]
"""Integers mod 2^16, little-endian."""

NORM_BOUND = 127 * 127
"""B: the largest squared norm of a code, so that a dot product fits ``int16`` (Cauchy-Schwarz)."""

NORM_SLACK = 512
"""A probe's squared norm lies in ``[B - 512, B]``; a shorter one is a score oracle (custody rule 2)."""

MAX_FMR_STEPS = (1e-3, 1e-4, 1e-5, 1e-6)
"""The published steps of ``max_fmr`` for 1:1 (custody rule 2)."""

MAX_FPIR_STEPS = (1e-1, 1e-2, 1e-3)
"""The published steps of ``max_fpir`` for 1:N (custody rule 2)."""

RowId = NewType("RowId", bytes)
"""16 random bytes naming one enrolment's reference; joined only inside the key store."""

Epoch = NewType("Epoch", bytes)
"""8 random bytes naming one life of a reference between renewals."""


Regime = Literal["cn", "gdpr", "bipa"]
"""Whose law a home follows: China, the European Union, Illinois."""

REGIMES: tuple[Regime, ...] = ("cn", "gdpr", "bipa")


class Operation(enum.StrEnum):
    """What a permit allows."""

    ENROLMENT = "enrolment"
    VERIFICATION = "verification"
    IDENTIFICATION = "identification"
    RENEWAL = "renewal"


class CaptureLevel(enum.StrEnum):
    """How much a capture proves about where it came from (custody rule 11)."""

    ATTESTED = "attested"
    DEVICE = "device"
    NONE = "none"


class AttackVerdict(enum.StrEnum):
    """Outcome of presentation-attack detection (ISO/IEC 30107-3)."""

    PASSED = "passed"
    NOT_CHECKED = "not_checked"


class StorageClass(enum.StrEnum):
    """Where face data may lie; the last two each need their own separate consent (art. 8)."""

    TERMINAL = "terminal"
    PREMISES = "premises"
    INTERNET = "internet"


class Grade(enum.StrEnum):
    """What a model may be used for."""

    DEMONSTRATION = "demonstration"
    PRODUCTION = "production"


class Decision(enum.StrEnum):
    """The comparator's word (ISO/IEC 2382-37)."""

    MATCH = "match"
    NON_MATCH = "non-match"


class ConsentState(enum.StrEnum):
    """W3C DPV consent states; ``governance.consent.LEADS_TO`` says which may follow which."""

    UNKNOWN = "ConsentUnknown"
    REQUESTED = "ConsentRequested"
    DEFERRED = "ConsentRequestDeferred"
    REFUSED = "ConsentRefused"
    GIVEN = "ConsentGiven"
    RENEWED = "RenewedConsentGiven"
    EXPIRED = "ConsentExpired"
    INVALIDATED = "ConsentInvalidated"
    WITHDRAWN = "ConsentWithdrawn"
    REVOKED = "ConsentRevoked"


@dataclass(frozen=True, slots=True)
class Box:
    """A face box in picture pixels: left, top, width, height."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Face:
    """One detected face.

    ``landmarks`` is ``float32 (5, 2)``: eye at the viewer's left, other eye, nose tip, mouth
    corner at the viewer's left, other mouth corner. ``confidence`` lies in 0..1.
    """

    box: Box
    landmarks: Float32 = field(repr=False)
    confidence: float


@dataclass(frozen=True, slots=True)
class Quality:
    """Sample quality 0..100 (ISO/IEC 29794-5 in spirit) and the weakest component's name.

    ``components`` maps ``size, sharpness, pose, exposure`` to 0..100.
    """

    value: int
    weakest: str
    components: dict[str, int]


@dataclass(frozen=True, slots=True)
class Features:
    """What leaves the eyes: a unit vector and what was seen of the capture, never pixels.

    ``vector`` is ``float32 (d,)`` with unit norm; ``model`` is the model card's id.
    """

    vector: Float32 = field(repr=False)
    model: str
    grade: Grade
    quality: Quality
    pad: AttackVerdict


@dataclass(frozen=True, slots=True)
class Capture:
    """A picture's origin as far as it can be proved, and its digest."""

    level: CaptureLevel
    digest: bytes = field(repr=False)
    nonce: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a picture comes from. Made only by ``governance.captures``; a syntax-tree test holds that.

    Good for one question: the one its ``binding`` was made for. ``own_act`` is True where the person
    presents themselves (a gate, a desk), False for a camera people walk past; ``from_file`` where a
    picture was sent as a file instead of taken on the spot, as far as whoever sent it admits.
    """

    device: str
    place: str
    level: CaptureLevel
    nonce: bytes = field(repr=False)
    binding: bytes = field(repr=False)
    profile: CaptureProfile = CaptureProfile.STANDARD
    own_act: bool = True
    from_file: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """What a subject key was released for: bound to the wrapped key as associated data."""

    purpose: str
    purpose_hash: bytes
    consent_id: bytes
    expires: int
    """Seconds since 1970; consent expiry."""


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to compare once. Made only by ``governance.permits``; a syntax-tree test holds that.

    ``target`` is the row id for 1:1 and the gallery root for 1:N. ``rho`` holds four ring words,
    two pairs of which the second word is odd (custody rule 1). ``threshold`` lies in 1..B.
    """

    id: bytes
    operation: Operation
    purpose_hash: bytes
    target: bytes
    epoch: Epoch
    probe_digest: bytes
    capture_nonce: bytes
    threshold: int
    comparator: str
    boot_id: bytes
    rho: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Holding:
    """Personal data a room keeps: where, about whom, until when, and what ends it."""

    store: str
    table: str
    subject_column: str
    what: str
    until: str
    erased_by: str
