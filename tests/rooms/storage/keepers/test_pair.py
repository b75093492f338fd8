"""The pair: padding cancels between two halves and nowhere else; unfit probes go no further."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest

from facekeep.governance.permits import Ground, PermitOffice, Question
from facekeep.governance.purposes import parse
from facekeep.protect.encoding import quantise
from facekeep.storage.keepers.pair import KeeperPair, probe_digest, refuse_unfit_probe
from facekeep.terms.errors import Tampered
from facekeep.terms.values import Capture, CaptureLevel, Code, Epoch, Operation, Permit
from tests.attacks.toolkit import purpose_text


def probe(seed: int = 0, d: int = 64) -> Code:
    direction = np.random.default_rng(seed).standard_normal(d)
    return quantise(direction / np.linalg.norm(direction))


def permit(of: Code) -> Permit:
    digest = probe_digest(of)
    question = Question(
        b"r" * 16, Epoch(b"e" * 8), digest, Capture(CaptureLevel.NONE, digest, b"n")
    )
    ground = Ground(parse(purpose_text()), Operation.VERIFICATION)
    return PermitOffice("here", b"b" * 16, os.urandom).issue(ground, question, 1e-3, lambda _: 99)


def sums(*values: int) -> np.ndarray:
    return np.array([values], np.uint16)


def test_each_start_draws_other_keys() -> None:
    """Two of 32 bytes, not one twice, and never shown."""
    one, other = (KeeperPair.draw(os.urandom) for _ in range(2))
    assert len({one.tag_key, one.pad_key, other.tag_key, other.pad_key}) == 4
    assert "key" not in repr(one)


def test_padding_cancels_between_two_halves_of_one_permit() -> None:
    """Their tags agree; the difference is the bare one."""
    pair, shown = KeeperPair.draw(os.urandom), probe()
    leave = permit(shown)
    one, other = pair.half(leave, shown, sums(50, 7, 9)), pair.half(leave, shown, sums(20, 3, 4))
    assert ((one.sums - other.sums) == sums(30, 4, 5)).all()
    assert (one.sums != sums(50, 7, 9)).any()
    assert one.tag == other.tag


def test_halves_of_two_permits_probes_or_pairs_disagree() -> None:
    """In their tags: nobody subtracts what does not belong together."""
    pair, shown = KeeperPair.draw(os.urandom), probe()
    leave = permit(shown)
    half = pair.half(leave, shown, sums(1, 2, 3))
    strangers = [
        pair.half(permit(shown), shown, sums(1, 2, 3)),
        pair.half(leave, probe(1), sums(1, 2, 3)),
        pair.half(replace(leave, epoch=Epoch(b"x" * 8)), shown, sums(1, 2, 3)),
        KeeperPair.draw(os.urandom).half(leave, shown, sums(1, 2, 3)),
    ]
    assert all(half.tag != stranger.tag for stranger in strangers)


def test_fit_probe_passes_and_any_other_is_refused() -> None:
    """Another's, a changed, a short and a long one."""
    shown = probe()
    leave = permit(shown)
    refuse_unfit_probe(shown, leave)
    nudged = shown.copy()
    nudged[np.argmax(np.abs(nudged) < 5)] += 1
    for other in (probe(1), nudged, (shown // 2).astype(np.int8), np.zeros_like(shown)):
        with pytest.raises(Tampered):
            refuse_unfit_probe(other, leave)
        with pytest.raises(Tampered):
            refuse_unfit_probe((shown // 2).astype(np.int8), permit((shown // 2).astype(np.int8)))
