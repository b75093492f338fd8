"""Scans over many references at once, bit-exact mod 2^16.

``int16 x int16`` into ``int32`` of which the low 16 bits are kept: whatever overflows above does
not reach them. No index is possible over noise, so a search is always one scan of every row.
"""

from __future__ import annotations

from threading import Lock
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from facekeep.terms.cores import spread
from facekeep.terms.values import Code, Ring

_ONE_SCAN = Lock()
"""Where neither OpenMP nor TBB is installed, numba ends the process when two threads scan at once;
a scan is bound by memory, so taking turns costs nothing."""


def _compiled(function: Any) -> Any:
    """Compile once and keep the result on disk; without a writable cache, compile every start."""
    options: dict[str, Any] = {"parallel": True, "nogil": True, "boundscheck": False}
    try:
        return numba.njit(cache=True, **options)(function)
    except RuntimeError:
        return numba.njit(**options)(function)


@_compiled
def _scan(
    words: NDArray[np.int16], probe: NDArray[np.int16], rho: NDArray[np.int16]
) -> NDArray[np.uint16]:
    rows, d = words.shape[0], probe.shape[0]
    sums = np.empty((rows, 2), np.uint16)
    for row in numba.prange(rows):
        total = np.int32(0)
        for j in range(d):
            total += np.int32(words[row, j]) * np.int32(probe[j])
        check = np.int32(words[row, d]) * np.int32(rho[0])
        check += np.int32(words[row, d + 1]) * np.int32(rho[1])
        sums[row, 0] = np.uint16(total & 0xFFFF)
        sums[row, 1] = np.uint16(check & 0xFFFF)
    return sums


def scan(words: Ring, probe: Code, rho: tuple[int, int]) -> Ring:
    """Partial sums of every row: ``uint16 (N, 2)`` = feature sum and check sum.

    ``words`` is ``uint16 (N, d + 2)`` row-major, ``probe`` ``int8 (d,)``, ``rho`` two ring words.
    """
    pair = np.array(rho, dtype=np.uint16).view(np.int16)
    with _ONE_SCAN, spread():
        sums: Ring = _scan(words.view(np.int16), probe.astype(np.int16), pair)
    return sums
