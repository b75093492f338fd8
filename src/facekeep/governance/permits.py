"""Permits: leave to compare once, at one threshold, one probe, one epoch. The only maker.

Whoever may choose the threshold reads the score, so it is looked up here from the calibration
at a published step no looser than the purpose's (custody rule 2). A permit is dead after one use
or a restart of the key keeper.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from facekeep.governance.consent import Consent
from facekeep.governance.purposes import Purpose
from facekeep.terms.errors import CalibrationTooWeak, Refused
from facekeep.terms.ports import Entropy
from facekeep.terms.values import (
    NORM_BOUND,
    AttackVerdict,
    Capture,
    CaptureLevel,
    Epoch,
    Operation,
    Origin,
    Permit,
)

Threshold = Callable[[float], int]
"""From a false match rate to a code threshold; raises ``CalibrationTooWeak``."""

_LEVELS = (CaptureLevel.NONE, CaptureLevel.DEVICE, CaptureLevel.ATTESTED)


@dataclass(frozen=True, slots=True)
class Ground:
    """Why somebody may be recognised: the purpose, and the consent where one is needed."""

    purpose: Purpose
    operation: Operation
    consent: Consent | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be compared: target row or gallery root, its epoch, the probe, the capture."""

    target: bytes
    epoch: Epoch
    probe_digest: bytes
    capture: Capture


class PermitOffice:
    """Makes permits out to one comparator, for one boot of the key keeper."""

    _numbers = count(1)  # of all offices in this process: a keeper takes no number twice

    def __init__(self, comparator: str, boot_id: bytes, entropy: Entropy) -> None:
        self._comparator, self._boot_id, self._entropy = comparator, boot_id, entropy

    def issue(self, ground: Ground, question: Question, fmr: float, threshold: Threshold) -> Permit:
        """A permit for one comparison at a false match rate of ``fmr``.

        Raises ``CalibrationTooWeak`` where the calibration cannot support the rate, ``Refused``
        where the capture proves less than the purpose asks for.
        """
        refuse_weak_capture(ground.purpose, question.capture.level)
        return Permit(
            id=self._id(),
            operation=ground.operation,
            purpose_hash=ground.purpose.hash,
            target=question.target,
            epoch=question.epoch,
            probe_digest=question.probe_digest,
            capture_nonce=question.capture.nonce,
            threshold=_in_range(threshold(fmr)),
            comparator=self._comparator,
            boot_id=self._boot_id,
            rho=self._rho(),
        )

    def _id(self) -> bytes:
        """A number that grows, by which the keeper tells used from unused, and eight random bytes."""
        return next(self._numbers).to_bytes(8, "big") + self._entropy(8)

    def _rho(self) -> tuple[int, int, int, int]:
        """Two pairs of ring words, the second of each odd: a non-zero check word shows."""
        a, b, c, d = struct.unpack("<4H", self._entropy(8))
        return a, b | 1, c | 1, d


def refuse_weak_capture(purpose: Purpose, level: CaptureLevel) -> None:
    """Raises ``Refused`` where a capture proves less than the purpose's minimum."""
    if _LEVELS.index(level) < _LEVELS.index(purpose.capture):
        raise Refused(
            f"this purpose needs a capture of level {purpose.capture.value}",
            "Use a registered device, or offer another way",
            article="FRM-14-1",
        )


def refuse_unchecked_file(origin: Origin, verdict: AttackVerdict) -> None:
    """Raises ``Refused`` where a picture was sent as a file and no attack check passed it."""
    if origin.from_file and verdict is not AttackVerdict.PASSED:
        raise Refused(
            "a picture sent as a file counts only where the attack check passed it",
            "Take it with the camera, or come to the desk, where somebody confirms that it is you",
            article="FRM-14-1",
        )


def _in_range(threshold: int) -> int:
    """``0 < t <= B``. A calibration that would let every other stranger pass is none."""
    if threshold < 1:
        raise CalibrationTooWeak(
            "the calibration tells people and strangers not apart at this rate", "Calibrate anew"
        )
    return min(threshold, NORM_BOUND)
