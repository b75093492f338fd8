"""dlib's file is read whole or refused; nothing in it is believed unchecked."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facekeep.terms.errors import Broken
from facekeep.vision import dlib_file as module
from facekeep.vision.dlib_file import Convolution, FullyConnected, Pool, read_network
from facekeep.vision.dlib_graph import dlib_to_onnx


class File(NamedTuple):
    """Held in a tuple's clothes so that a failing example does not print 22 MB."""

    whole: bytes

    def __repr__(self) -> str:
        return "File(...)"


@pytest.fixture(scope="module")
def file(dlib_file: Path) -> File:
    return File(dlib_file.read_bytes())


def test_the_network_is_dlibs(file: File) -> None:
    """29 convolutions, the published means, 128 numbers out."""
    network = read_network(file.whole)
    convolutions = [layer for layer in network.layers if isinstance(layer, Convolution)]
    assert len(convolutions) == 29
    assert convolutions[0].weights.shape == (32, 3, 7, 7)
    assert network.size == 150
    assert network.mean == pytest.approx((122.782, 117.001, 104.298), abs=1e-4)
    assert sum(isinstance(layer, Pool) and layer.kind == "mean" for layer in network.layers) == 5
    last = network.layers[-1]
    assert isinstance(last, FullyConnected)
    assert last.weights.shape == (256, 128)


@settings(max_examples=60, deadline=None)
@given(end=st.one_of(st.integers(0, 2000), st.integers(0, 22_466_065)))
def test_a_truncated_file_is_refused(file: File, end: int) -> None:
    """Wherever it ends too early."""
    with pytest.raises(Broken):
        dlib_to_onnx(file.whole[:end])


@settings(max_examples=100, deadline=None)
@given(changes=st.dictionaries(st.integers(0, 339), st.integers(0, 255), min_size=1, max_size=4))
def test_damaged_headers_are_read_or_refused(file: File, changes: dict[int, int]) -> None:
    """Bytes changed in the settings of the first layers never raise anything but ours."""
    head = bytearray(file.whole[:340])
    for at, value in changes.items():
        head[at] = value
    try:
        read_network(bytes(head) + file.whole[340:])
    except Broken:
        return


@given(st.binary(max_size=300))
def test_noise_is_refused(noise: bytes) -> None:
    """Bytes of any kind."""
    with pytest.raises(Broken):
        read_network(noise)


def test_trailing_bytes_are_refused(file: File) -> None:
    """A file with more than the network is another file."""
    with pytest.raises(Broken):
        read_network(file.whole + b"\x01\x07relu_")


def test_a_tensor_longer_than_its_file_is_not_allocated() -> None:
    """Sizes are checked before memory is asked for."""
    claim = b"\x01\x02" + b"\x04\xff\xff\xff\x7f" * 4
    with pytest.raises(ValueError, match="size"):
        module._Reader(claim).tensor()


def test_weights_that_are_no_numbers_are_refused() -> None:
    """NaN would make every comparison false, and some code reads that as a match."""
    tensor = b"\x01\x02" + b"\x01\x01" * 4 + np.float32(np.nan).tobytes()
    with pytest.raises(ValueError, match="finite"):
        module._Reader(tensor).tensor()


@given(st.integers(-(2**60), 2**60))
def test_integers_are_read_as_dlib_writes_them(value: int) -> None:
    """A length byte with the sign in bit 7, then the magnitude."""
    size = max(1, (abs(value).bit_length() + 7) // 8)
    written = bytes([size | (0x80 if value < 0 else 0)]) + abs(value).to_bytes(size, "little")
    assert module._Reader(written).integer() == value
