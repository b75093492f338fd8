"""Protected search against FAISS Flat float32: same rows, same threads, one run, taking turns.

Ours is the whole answer: both keepers' scans, both paddings, tags, check words, norm bound and
threshold. Theirs is a top-5 search over plain vectors. Rows are made chunk by chunk, so a
million rows of 512 need about 4.2 GB and no second copy. Masks come from one long AES-256-CTR
stream instead of one key a row: a scan cannot tell, and a million keys would take ten seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes
from statistics import median
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from facekeep.protect.comparator import Comparator
from facekeep.protect.derive import stream
from facekeep.protect.schemes import split
from facekeep.terms.errors import Broken
from facekeep.terms.ports import Progress
from facekeep.terms.values import NORM_BOUND, Code, Epoch, Float32, Permit, Ring

if TYPE_CHECKING:
    from numpy.typing import NDArray

REPETITIONS = 7
CHUNK = 50_000
"""Rows made at once: 100 MB of float32 at 512 dimensions."""

TOP = 5
SHARE_OF_MEMORY = 0.6
"""Of the memory that is free now."""

LEAST_ROWS = 1_000
SAMPLE = 1_000
"""Rows whose scores are also computed in 64-bit integers."""

THRESHOLD = 6_000
SCALE = 126.0
"""Codes of this length stay within the norm bound after rounding; a longer one is shortened."""

ROW_BYTES, EPOCH_BYTES = 16, 8


@dataclass(frozen=True, slots=True)
class MatchBench:
    """What was measured. ``ratio`` is our time by FAISS's; times are medians of one query."""

    ratio: float
    exact: bool
    n: int
    dim: int
    threads: int
    ours_ms: float
    faiss_ms: float
    bytes_per_reference: int
    repetitions: int
    faiss: str
    peer: str = "IndexFlatIP float32, top 5"


@dataclass(frozen=True, slots=True)
class _Question:
    """As much of a permit as a scan needs. It opens nothing: keepers refuse what has no target."""

    id: bytes
    rho: tuple[int, int, int, int]
    comparator: str
    threshold: int


@dataclass(frozen=True)
class _Rows:
    """Both halves of n references, the plain index beside them, and the true scores."""

    references: Ring = field(repr=False)
    masks: Ring = field(repr=False)
    index: Any = field(repr=False)
    truth: NDArray[np.int32] = field(repr=False)


def match(
    n: int, dim: int, threads: int, progress: Progress = lambda done, total: None
) -> MatchBench:
    """Measure. Raises ``Broken`` without FAISS."""
    faiss, numba = _peers()
    n = rows_that_fit(n, dim)
    faiss.omp_set_num_threads(threads)
    numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
    generator = np.random.default_rng(20_261_122)
    (query,), (probe,) = _people(generator, 1, dim)
    rows = _made(generator, n, probe, faiss.IndexFlatIP(dim), progress)
    ours, theirs, scores = _raced(rows, probe, query)
    return MatchBench(
        ratio=round(ours / theirs, 3),
        exact=bool((scores == rows.truth).all()) and _agrees_in_64_bits(rows, probe, scores),
        n=n,
        dim=dim,
        threads=threads,
        ours_ms=round(ours * 1e3, 3),
        faiss_ms=round(theirs * 1e3, 3),
        bytes_per_reference=bytes_per_reference(dim),
        repetitions=REPETITIONS,
        faiss=str(faiss.__version__),
    )


def bytes_per_reference(dim: int) -> int:
    """What ``references.db`` keeps of one face: words, MAC, salt, epoch, identifier."""
    words = 2 * (dim + split.CHECK_WORDS)
    return words + split.MAC_BYTES + split.SALT_BYTES + EPOCH_BYTES + ROW_BYTES


def rows_that_fit(n: int, dim: int) -> int:
    """``n``, or as many rows as the free memory holds twice over: ours and theirs."""
    free = _free_memory()
    if free is None:
        return n
    each = 4 * dim + 2 * 2 * (dim + split.CHECK_WORDS) + 64
    fitting = int(SHARE_OF_MEMORY * free / each)
    return n if n <= fitting else max(LEAST_ROWS, fitting // 10_000 * 10_000)


def _free_memory() -> int | None:
    """Bytes, as the kernel says; None where it does not."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return int(found[0]) * 1024 if found else None


def _peers() -> tuple[Any, Any]:
    try:
        import faiss
        import numba
    except ImportError:
        raise Broken("FAISS is not installed", "pip install 'facekeep[bench]'") from None
    return faiss, numba


def _people(generator: np.random.Generator, n: int, dim: int) -> tuple[Float32, NDArray[np.int8]]:
    """Unit vectors ``float32 (n, d)`` and their codes, both within the norm bound."""
    units = generator.standard_normal((n, dim), dtype=np.float32)
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    codes = np.rint(units * SCALE).astype(np.int8)
    for row in np.flatnonzero((codes.astype(np.int32) ** 2).sum(axis=1) > NORM_BOUND):
        codes[row] = np.rint(units[row] * (SCALE - 3)).astype(np.int8)
    return units, codes


def _made(
    generator: np.random.Generator, n: int, probe: Code, index: Any, progress: Progress
) -> _Rows:
    dim = len(probe)
    shape = (n, dim + split.CHECK_WORDS)
    references, masks = np.empty(shape, np.uint16), np.empty(shape, np.uint16)
    truth = np.empty(n, np.int32)
    exact_probe = probe.astype(np.float32)
    for start, stop in _chunks(n):
        units, codes = _people(generator, stop - start, dim)
        noise = stream(token_bytes(32), 2 * (stop - start) * shape[1])
        masks[start:stop] = np.frombuffer(noise, "<u2").reshape(-1, shape[1])
        references[start:stop] = masks[start:stop]
        references[start:stop, :dim] += codes.astype(np.int16).view(np.uint16)
        # No partial sum leaves 2^24 (Cauchy-Schwarz), so float32 holds every score exactly.
        truth[start:stop] = codes.astype(np.float32) @ exact_probe
        index.add(units)
        progress(stop, n)
    return _Rows(references, masks, index, truth)


def _chunks(n: int) -> Iterator[tuple[int, int]]:
    for start in range(0, n, CHUNK):
        yield start, min(n, start + CHUNK)


def _raced(rows: _Rows, probe: Code, query: Float32) -> tuple[float, float, NDArray[np.int16]]:
    """Median seconds of ours and of FAISS, taking turns after one warm-up each; our scores."""
    keys = token_bytes(32), token_bytes(32)
    comparator = Comparator("bench")
    plain = np.ascontiguousarray(query[None, :], np.float32)
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(1 + REPETITIONS):
        times[0].append(_timed(lambda: _answered(rows, probe, keys, comparator)))
        times[1].append(_timed(lambda: rows.index.search(plain, TOP)))
    scores = split.opened(*_halves(rows, probe, keys, _question(comparator)))
    return median(times[0][1:]), median(times[1][1:]), scores


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _answered(
    rows: _Rows, probe: Code, keys: tuple[bytes, bytes], comparator: Comparator
) -> object:
    permit = _question(comparator)
    return comparator.many(*_halves(rows, probe, keys, permit), permit)


def _halves(
    rows: _Rows, probe: Code, keys: tuple[bytes, bytes], permit: Permit
) -> tuple[split.Partial, split.Partial]:
    pad_key, tag_key = keys
    return (
        _half(rows.references, probe, pad_key, tag_key, permit),
        _half(rows.masks, probe, pad_key, tag_key, permit),
    )


def _half(
    words: Ring, probe: Code, pad_key: bytes, tag_key: bytes, permit: Permit
) -> split.Partial:
    sums = split.sums_of_many(words, probe, permit)
    padded = sums + split.pad(pad_key, permit, sums.shape)
    return split.Partial(padded, split.tag(tag_key, permit, b"bench", Epoch(bytes(8)), b""))


def _question(comparator: Comparator) -> Permit:
    first, second = (int.from_bytes(token_bytes(2), "little") for _ in range(2))
    rho = (first, second | 1, 1, 1)
    return cast("Permit", _Question(token_bytes(16), rho, comparator.name, THRESHOLD))


def _agrees_in_64_bits(rows: _Rows, probe: Code, scores: NDArray[np.int16]) -> bool:
    """A sample again, unmasked and multiplied in 64-bit integers."""
    at = np.linspace(0, len(scores) - 1, min(SAMPLE, len(scores))).astype(np.intp)
    codes = (rows.references[at] - rows.masks[at])[:, : len(probe)].view(np.int16)
    return bool((codes.astype(np.int64) @ probe.astype(np.int64) == scores[at]).all())
