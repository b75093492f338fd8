"""The edge's arithmetic: rotate a feature vector and quantise it to ``int8``.

Rotation is defence in depth only; secrecy comes from the mask.
"""

from __future__ import annotations

from functools import lru_cache
from math import isfinite, sqrt
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from facekeep.protect.derive import stream
from facekeep.terms.errors import Misused
from facekeep.terms.values import NORM_BOUND, NORM_SLACK, Code, Float32

SCALE = 127.0
"""s: the largest coordinate a code can hold."""

SHRINK = 0.999
MAX_SHRINKS = 50
"""Rounding may push the norm over the bound; shrink the scale until it fits."""

ONE_THREAD = 9_215
"""Elements of a matrix up to which OpenBLAS multiplies it in one thread (interface/gemv.c)."""

_MAKING = Lock()

Rotation = Float32
"""``float32 (d, d)``: half the memory to read at each encoding, far finer than the quantiser."""


def rotation(tenant_key: bytes, d: int) -> Rotation:
    """A Haar orthogonal ``d x d`` matrix from a 32-byte tenant key, made once.

    Box-Muller over AES-256-CTR, QR, columns signed by the diagonal of R. QR may differ in its
    last bits between BLAS builds: compare scores across machines, not bytes.
    """
    with _MAKING:  # eight threads that ask at once would make eight, 20 MB each on the way
        return _made(tenant_key, d)


@lru_cache(maxsize=8)
def _made(tenant_key: bytes, d: int) -> Rotation:
    words = np.frombuffer(stream(tenant_key, 8 * d * d), dtype="<u4").astype(np.float64)
    uniform = words / 2.0**32 + 2.0**-33
    radius, angle = np.sqrt(-2.0 * np.log(uniform[0::2])), 2.0 * np.pi * uniform[1::2]
    q, r = np.linalg.qr((radius * np.cos(angle)).reshape(d, d))
    return np.ascontiguousarray(q * np.sign(np.diag(r)), dtype=np.float32)


def encode(vector: Float32, matrix: Rotation) -> Code:
    """Normalise, rotate and quantise ``float (d,)`` to ``int8 (d,)`` with norm at most 127.

    Raises ``Misused`` for NaN, infinity, a zero vector or a wrong dimension.
    """
    if vector.shape != (matrix.shape[0],):
        raise Misused("the feature vector does not have this model's dimension")
    wide = vector.astype(np.float64)
    length = sqrt(float(wide @ wide))
    if not isfinite(length) or length == 0.0:
        raise Misused("the feature vector has no direction")
    rotated = _turned(matrix, (wide / length).astype(np.float32))
    return quantise(rotated.astype(np.float64))


def _turned(matrix: Rotation, vector: Float32) -> Float32:
    """``matrix @ vector``, bit for bit, in blocks that BLAS does not share out among its threads: waking
    them costs more than the product, and they go on spinning for the next one."""
    d = len(vector)
    turned: Float32 = (matrix.reshape(-1, _block(d), d) @ vector).reshape(-1)
    return turned


@lru_cache(maxsize=8)
def _block(d: int) -> int:
    """The most rows, dividing ``d``, of a product that OpenBLAS keeps in one thread."""
    return next(rows for rows in range(max(ONE_THREAD // d, 1), 0, -1) if d % rows == 0)


def quantise(unit: NDArray[np.float64]) -> Code:
    """Round a unit vector to ``int8`` with squared norm at most :data:`NORM_BOUND`."""
    scale = SCALE
    for _ in range(MAX_SHRINKS):
        rounded = np.rint(scale * unit)
        if float(rounded @ rounded) <= NORM_BOUND:
            return rounded.astype(np.int8)
        scale *= SHRINK
    raise Misused("the feature vector cannot be quantised")


def squared_norm(code: Code) -> int:
    """The squared norm as an exact integer."""
    wide = code.astype(np.int64)
    return int(wide @ wide)


def in_norm_window(code: Code) -> bool:
    """Whether a probe's length gives nothing away: ``B - 512 <= |y|^2 <= B`` (custody rule 2)."""
    return NORM_BOUND - NORM_SLACK <= squared_norm(code) <= NORM_BOUND
