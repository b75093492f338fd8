"""The arithmetic of the scheme is exact for every input (DESIGN section 9: bit-exact)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from facekeep.protect.encoding import encode, in_norm_window, quantise, rotation, squared_norm
from facekeep.protect.kernels import scan
from facekeep.protect.schemes import split
from facekeep.terms.errors import Misused
from facekeep.terms.values import NORM_BOUND, Epoch, Operation, Permit

DIMENSIONS = (2, 3, 64, 127, 128, 256, 512)
KEY = bytes(range(32))

floats = st.floats(-1e6, 1e6, width=32).filter(lambda x: x == 0 or abs(x) > 1e-6)
words = st.integers(0, 2**16 - 1)


def permit(rho: tuple[int, int, int, int]) -> Permit:
    return Permit(
        b"i" * 16, Operation.VERIFICATION, b"", b"r" * 16, Epoch(b"e" * 8), b"", b"", 6000, "c",
        b"b" * 16, rho,
    )  # fmt: skip


@given(hnp.arrays(np.float32, 128, elements=floats))
def test_every_vector_with_a_direction_lands_in_the_norm_window(
    vector: NDArray[np.float32],
) -> None:
    """An honest code is never refused by the keepers, whatever the features."""
    if not np.linalg.norm(vector.astype(np.float64)):
        with pytest.raises(Misused):
            encode(vector, rotation(KEY, 128))
    else:
        assert in_norm_window(encode(vector, rotation(KEY, 128)))


@given(st.sampled_from(DIMENSIONS), st.integers(0, 127), st.booleans())
def test_vectors_on_an_axis_land_in_the_window_too(d: int, axis: int, negative: bool) -> None:
    """The worst case of rounding: everything in one coordinate."""
    unit = np.zeros(d)
    unit[axis % d] = -1.0 if negative else 1.0
    assert squared_norm(quantise(unit)) == NORM_BOUND


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 0.0])
@pytest.mark.parametrize("d", [127, 128, 129])
def test_vectors_without_a_direction_are_refused(bad: float, d: int) -> None:
    """NaN, infinity, zero and a wrong dimension make no code."""
    vector = np.full(d, bad, np.float32)
    with pytest.raises(Misused):
        encode(vector, rotation(KEY, 128))


@given(st.data(), st.sampled_from(DIMENSIONS), st.tuples(words, words, words, words))
def test_split_halves_give_the_exact_product(
    data: st.DataObject, d: int, rho: tuple[int, int, int, int]
) -> None:
    """<c, q> - <mask, q> = <x, q>, and the check words cancel, for any mask and any rho."""
    generator = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    x, q = (quantise(_unit(generator, d)) for _ in range(2))
    mask = generator.integers(0, 2**16, d + split.CHECK_WORDS, dtype=np.uint16)
    halves = [
        split.Partial(split.sums_of_one(w, q, permit(rho)), b"tag")
        for w in (split.split(x, mask), mask)
    ]
    (score,) = split.opened(*halves)
    assert score == int(x.astype(np.int64) @ q.astype(np.int64))


@pytest.mark.parametrize("products", [10**6, pytest.param(10**8, marks=pytest.mark.long)])
def test_scan_is_exact_over_many_products(products: int) -> None:
    """A million (with --long a hundred million) comparisons equal int64, modulo nothing."""
    generator = np.random.default_rng(2)
    d, rows = 128, 10_000
    codes = np.array([quantise(_unit(generator, d)) for _ in range(rows)])
    plain = codes.astype(np.float64)
    for _ in range(products // rows):
        q = quantise(_unit(generator, d))
        masks = generator.integers(0, 2**16, (rows, d + 2), dtype=np.uint16)
        c = masks.copy()
        c[:, :d] += codes.astype(np.int16).view(np.uint16)
        found = (scan(c, q, (7, 9)) - scan(masks, q, (7, 9))).view(np.int16)
        exact = plain @ q.astype(np.float64)  # integers below 2^53
        assert (found[:, 0] == exact).all()
        assert not found[:, 1].any()


@given(st.integers(0, 20), st.integers(1, 70), st.integers(0, 2**32), words, words)
def test_scan_equals_numpy(rows: int, d: int, seed: int, a: int, b: int) -> None:
    """Any words, any probe, any shape: the kernel is arithmetic mod 2^16."""
    generator = np.random.default_rng(seed)
    table = generator.integers(0, 2**16, (rows, d + 2), dtype=np.uint16)
    probe = generator.integers(-128, 128, d).astype(np.int8)
    wide = table.astype(object)
    features = wide[:, :d] @ probe.astype(object) if rows else np.array([], object)
    checks = wide[:, d] * a + wide[:, d + 1] * b
    expected = np.array([features % 2**16, checks % 2**16], np.uint16).T.reshape(rows, 2)
    assert (scan(table, probe, (a, b)) == expected).all()


@given(st.integers(1, 600))
def test_rotation_is_orthogonal_and_the_keys_own(d: int) -> None:
    """Lengths and angles survive; another key is another rotation."""
    size = min(d, 48)
    matrix = rotation(KEY, size)
    assert np.allclose(matrix @ matrix.T, np.eye(size), atol=1e-6)  # kept in float32
    if size > 1:
        assert not np.allclose(matrix, rotation(bytes(32), size))


def _unit(generator: np.random.Generator, d: int) -> NDArray[np.float64]:
    drawn = generator.standard_normal(d)
    unit: NDArray[np.float64] = drawn / np.linalg.norm(drawn)
    return unit
