"""Reads dlib's recognition network from dlib's own file, without dlib.

dlib writes a network from its output inwards: first one version number for every nested layer,
then, from the input outwards, each layer's name, settings and weights (``dlib/dnn/core.h`` and
``dlib/dnn/layers.h``, version 19 and later). Three kinds of primitive are enough to read it:

* an integer is a length byte (bit 7 = negative) and that many bytes, little-endian;
* a real number is two integers, mantissa and binary exponent;
* a tensor is a version, four dimensions, and its values as raw ``float32``.

The file is untrusted input: every length is checked before it is believed, and anything
unexpected raises :class:`~facekeep.terms.errors.Broken`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from facekeep.terms.errors import Broken
from facekeep.terms.values import Float32

MAX_TENSOR = 1 << 22
"""Most values in one tensor; the largest real one holds 590,080 (256 filters of 256 x 3 x 3)."""

MAX_NAME = 64
"""Longest layer name, in bytes."""

MAX_DEPTH = 1024
"""Most nested layers; the real network has 155 version numbers."""

TENSOR_VERSION, ALIAS_VERSION = 2, 1
INPUT_LAYER_VERSION = 3
"""The version number of the layer that sits on the input; it ends the list of versions."""


@dataclass(frozen=True, slots=True)
class Convolution:
    """``weights``: ``float32 (filters, channels, rows, columns)``; ``bias``: ``(filters,)``."""

    weights: Float32 = field(repr=False)
    bias: Float32 = field(repr=False)
    stride: int
    padding: int


@dataclass(frozen=True, slots=True)
class Affine:
    """Frozen batch normalisation: ``gamma * x + beta``, both ``float32 (channels,)``."""

    gamma: Float32 = field(repr=False)
    beta: Float32 = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pool:
    """Pooling over ``window`` x ``window`` pixels; window 0 means the whole plane."""

    kind: str
    window: int
    stride: int
    padding: int


@dataclass(frozen=True, slots=True)
class Relu:
    """Rectifier."""


@dataclass(frozen=True, slots=True)
class AddPrevious:
    """Adds the tensor that entered the residual block, zero-padded to the larger shape."""


@dataclass(frozen=True, slots=True)
class FullyConnected:
    """``weights`` is ``float32 (inputs, outputs)``, without bias."""

    weights: Float32 = field(repr=False)


Layer = Convolution | Affine | Pool | Relu | AddPrevious | FullyConnected


@dataclass(frozen=True, slots=True)
class Network:
    """What the file holds: RGB means to subtract, input side in pixels, layers input first."""

    mean: tuple[float, float, float]
    size: int
    layers: tuple[Layer, ...] = field(repr=False)


def read_network(data: bytes) -> Network:
    """The network in ``data``. Raises :class:`Broken` on anything but a whole, sane file."""
    try:
        return _network(_Reader(data))
    except (IndexError, ValueError, KeyError, OverflowError):
        raise Broken("The dlib model file is damaged", "Install it again") from None


class _Reader:
    """A cursor over dlib's primitives."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, count: int) -> bytes:
        piece = self._data[self._at : self._at + count]
        if count < 0 or len(piece) != count:
            raise ValueError("short")
        self._at += count
        return piece

    def integer(self) -> int:
        control = self.take(1)[0]
        length = control & 0x0F
        if length == 0 or length > 8:
            raise ValueError("length")
        value = int.from_bytes(self.take(length), "little")
        return -value if control & 0x80 else value

    def integers(self, count: int) -> list[int]:
        return [self.integer() for _ in range(count)]

    def real(self) -> float:
        mantissa, exponent = self.integers(2)
        return math.ldexp(mantissa, exponent)

    def text(self) -> str:
        length = self.integer()
        if length > MAX_NAME:
            raise ValueError("name")
        return self.take(length).decode("ascii")

    def expect(self, value: int) -> None:
        if self.integer() != value:
            raise ValueError("version")

    def tensor(self) -> tuple[list[int], Float32]:
        """Shape and values of one tensor; the values are copied out of the file."""
        self.expect(TENSOR_VERSION)
        shape = self.integers(4)
        count = int(np.prod([_bounded(n) for n in shape], dtype=np.int64))
        values = np.frombuffer(self.take(4 * _bounded(count)), dtype="<f4").astype(np.float32)
        if not np.isfinite(values).all():
            raise ValueError("not finite")
        return shape, values

    def alias(self) -> list[int]:
        """The shape of a view into the tensor before it."""
        self.expect(ALIAS_VERSION)
        return [_bounded(n) for n in self.integers(4)]

    @property
    def at_end(self) -> bool:
        return self._at == len(self._data)


def _bounded(count: int) -> int:
    if not 0 <= count <= MAX_TENSOR:
        raise ValueError("size")
    return count


def _network(reader: _Reader) -> Network:
    depth = _prologue(reader)
    mean, size = _input(reader)
    layers = [_layer(reader)]
    reader.integer()  # the input's sample expansion factor: training only
    while not reader.at_end:
        layers.append(_layer(reader))
        if len(layers) > depth:
            raise ValueError("depth")
    return Network(mean, size, tuple(layers))


def _prologue(reader: _Reader) -> int:
    """Skips the loss layer and the versions of all nested layers; answers how many there are."""
    reader.expect(1)
    if reader.text() != "loss_metric_2":
        raise ValueError("loss")
    reader.real()  # margin: training only
    reader.real()  # distance threshold: training only
    for depth in range(1, MAX_DEPTH):
        if reader.integer() == INPUT_LAYER_VERSION:
            return depth
    raise ValueError("depth")


def _input(reader: _Reader) -> tuple[tuple[float, float, float], int]:
    if reader.text() != "input_rgb_image_sized":
        raise ValueError("input")
    red, green, blue = reader.real(), reader.real(), reader.real()
    rows, columns = reader.integers(2)
    if rows != columns or not 0 < rows <= 1024:
        raise ValueError("input size")
    return (red, green, blue), rows


def _layer(reader: _Reader) -> Layer:
    layer = _READERS[reader.text()](reader)
    reader.take(3)  # three flags of training
    for _ in range(3):  # gradients and cached output, empty in a finished network
        reader.tensor()
    return layer


def _convolution(reader: _Reader) -> Layer:
    _, values = reader.tensor()
    filters, rows, columns, stride, stride_x, padding, padding_x = reader.integers(7)
    shape = reader.alias()
    reader.alias()
    _skip_training_rates(reader)
    square = rows == columns and stride == stride_x and padding == padding_x
    if not square or shape[0] != filters or not 0 < stride < 16 or not 0 <= padding < 16:
        raise ValueError("convolution")
    weights, bias = np.split(values, [int(np.prod(shape))])
    if len(bias) != filters:
        raise ValueError("bias")
    return Convolution(weights.reshape(shape), bias, stride, padding)


def _affine(reader: _Reader) -> Layer:
    _, values = reader.tensor()
    reader.alias()
    reader.alias()
    reader.integer()  # after a convolution or a plain layer: only the shape differs
    gamma, beta = np.split(values, 2)
    return Affine(gamma, beta)


def _pool(kind: str) -> Callable[[_Reader], Layer]:
    def read(reader: _Reader) -> Layer:
        rows, columns, stride, stride_x, padding, padding_x = reader.integers(6)
        if rows != columns or stride != stride_x or padding != padding_x:
            raise ValueError("pool")
        if not 0 <= rows < 16 or not 0 < stride < 16 or not 0 <= padding < 16:
            raise ValueError("pool")
        return Pool(kind, rows, stride, padding)

    return read


def _fully_connected(reader: _Reader) -> Layer:
    outputs, inputs = reader.integers(2)
    _, values = reader.tensor()
    reader.alias()
    reader.alias()
    reader.integer()  # bias mode: the network has none
    _skip_training_rates(reader)
    return FullyConnected(values.reshape(inputs, outputs))


def _skip_training_rates(reader: _Reader) -> None:
    for _ in range(4):
        reader.real()


_READERS: dict[str, Callable[[_Reader], Layer]] = {
    "con_4": _convolution,
    "affine_": _affine,
    "relu_": lambda _: Relu(),
    "add_prev_": lambda _: AddPrevious(),
    "max_pool_2": _pool("max"),
    "avg_pool_2": _pool("mean"),
    "fc_2": _fully_connected,
}
