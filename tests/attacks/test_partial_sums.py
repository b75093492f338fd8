"""Padded partial sums (custody rule 8): one query's sums and a stolen store must not give the probe."""

from __future__ import annotations

import numpy as np
import pytest

from facekeep.protect.schemes import split
from facekeep.terms.values import Epoch, Operation, Permit, Ring

D = 128
ROWS = 700
MODULUS = 2**16


def solved(words: Ring, sums: Ring) -> np.ndarray | None:
    """Gaussian elimination mod 2^16: q from <c_i, q> = s_i, or None where nothing fits."""
    a = np.column_stack([words, sums]).astype(np.int64)
    for column in range(D):
        odd = np.flatnonzero(a[column:, column] & 1)
        if not len(odd):
            return None
        pivot = column + int(odd[0])
        a[[column, pivot]] = a[[pivot, column]]
        a[column] = a[column] * pow(int(a[column, column]), -1, MODULUS) % MODULUS
        factors = a[:, column].copy()
        factors[column] = 0
        a = (a - factors[:, None] * a[column]) % MODULUS
    if a[D:, D].any():
        return None
    found: np.ndarray = a[:D, D].astype(np.uint16).view(np.int16)
    return found


@pytest.fixture
def stolen() -> tuple[Ring, np.ndarray]:
    """A stolen reference store of 700 rows, and the probe of one search."""
    generator = np.random.default_rng(11)
    words = generator.integers(0, MODULUS, (ROWS, D + split.CHECK_WORDS), dtype=np.uint16)
    return words, generator.integers(-40, 40, D).astype(np.int8)


def permit() -> Permit:
    return Permit(
        b"i" * 16, Operation.IDENTIFICATION, b"", b"g" * 32, Epoch(b"e" * 8), b"", b"", 6000, "c",
        b"b" * 16, (3, 5, 7, 9),
    )  # fmt: skip


def test_padded_sums_do_not_give_the_probe(stolen: tuple[Ring, np.ndarray]) -> None:
    """The comparator sees its one query's padded sums: no probe fits them."""
    words, probe = stolen
    sums = split.sums_of_many(words, probe, permit())
    padded = sums + split.pad(b"k" * 32, permit(), sums.shape)
    found = solved(words[:, :D], padded[:, 0])
    assert found is None or (found != probe).any()


def test_control_without_padding_the_probe_is_solved_exactly(
    stolen: tuple[Ring, np.ndarray],
) -> None:
    """The danger is real: bare sums give every coordinate of the probe."""
    words, probe = stolen
    found = solved(words[:, :D], split.sums_of_many(words, probe, permit())[:, 0])
    assert found is not None
    assert (found == probe).all()


def test_padding_leaves_the_difference_alone(stolen: tuple[Ring, np.ndarray]) -> None:
    """Both keepers add the same stream: the score does not notice."""
    words, probe = stolen
    sums = split.sums_of_many(words, probe, permit())
    stream = split.pad(b"k" * 32, permit(), sums.shape)
    assert ((sums + stream) - stream == sums).all()


def test_padding_is_new_for_every_permit(stolen: tuple[Ring, np.ndarray]) -> None:
    """A stream used twice would cancel out of two answers."""
    from dataclasses import replace

    streams = [
        split.pad(b"k" * 32, replace(permit(), id=bytes([n]) * 16), (9, 2)) for n in range(50)
    ]
    assert len({stream.tobytes() for stream in streams}) == len(streams)
