"""Unlinkability of stolen references: D_sys, bytes, and two purposes joined by any column or order.

    python -m benchmarks.unlinkability [--json] [--mated 200000] [--non-mated 1000000]

D_sys after Gomez-Barrero et al. (2018; arXiv 2311.04633), omega = 1: 0 is unlinkable, 1 fully
linkable. An estimate from histograms is above 0 even where nothing is to be found, so labels are
shuffled to see how far (null floor). With several comparisons the 95th percentile is also taken
over the largest of them (family floor). A control without masks shows that the estimate can see.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from os import urandom
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import Report, parser, settings_of
from benchmarks.house import (
    DAY,
    Calendar,
    publish,
    purpose_text,
    quantised,
    random_units,
    temporary_house,
)
from benchmarks.people import Crowd
from facekeep.assembly import House
from facekeep.protect.schemes import split
from facekeep.protect.schemes.split import Frame
from facekeep.terms.values import Code, Epoch, Grant, Ring, RowId

BINS = 100
NULLS = 200
BLOCK = 20_000
GOAL_D_SYS, GOAL_AUC = 0.01, 0.55
TENANT, MODEL = bytes(16), "numbered"

Scores = NDArray[np.float64]
Linkage = Callable[[Ring, Ring], Scores]


# -- linkage functions: what a thief computes from two stolen rows ---------------------------


def cosine(a: Ring, b: Ring) -> Scores:
    """Of the words read as signed numbers."""
    x, y = (one.view(np.int16).astype(np.float32) for one in (a, b))
    dot: Scores = np.einsum("ij,ij->i", x, y)
    return dot / (np.linalg.norm(x, axis=1) * np.linalg.norm(y, axis=1))


def hamming(a: Ring, b: Ring) -> Scores:
    """Equal bits."""
    return -np.bitwise_count(a ^ b).sum(axis=1).astype(np.float64)


def distance(a: Ring, b: Ring) -> Scores:
    """Small differences mod 2^16, word by word."""
    return -np.abs((a - b).view(np.int16).astype(np.float32)).sum(axis=1, dtype=np.float64)


LINKAGES: dict[str, Linkage] = {"cosine": cosine, "hamming": hamming, "distance": distance}


# -- D_sys ----------------------------------------------------------------------------------


def d_sys(mated: Scores, non_mated: Scores) -> float:
    """The global measure: the local measure D(s) weighed by how often mated scores fall on s."""
    edges = np.linspace(
        min(mated.min(), non_mated.min()), max(mated.max(), non_mated.max()), BINS + 1
    )
    return _of_histograms(np.histogram(mated, edges)[0], np.histogram(non_mated, edges)[0])


def _of_histograms(mated: NDArray[np.int64], non_mated: NDArray[np.int64]) -> float:
    """D(s) = 2 LR / (1 + LR) - 1 where the likelihood ratio LR exceeds 1, else 0."""
    p, q = mated / mated.sum(), non_mated / non_mated.sum()
    ratio = np.divide(p, q, out=np.full(len(p), np.inf), where=q > 0)
    local = np.where(ratio > 1, 1 - 2 / (1 + ratio), 0.0)
    return float((local * p).sum())


def null_floor(mated: Scores, non_mated: Scores, generator: np.random.Generator) -> Scores:
    """D_sys of shuffled labels, :data:`NULLS` times: histograms drawn without replacement."""
    pooled = np.concatenate([mated, non_mated])
    counts = np.histogram(pooled, BINS)[0]
    draws = generator.multivariate_hypergeometric(counts, len(mated), NULLS, method="marginals")
    return np.array([_of_histograms(draw, counts - draw) for draw in draws])


# -- stolen words ---------------------------------------------------------------------------


def stolen_words(report: Report, d: int, mated: int, non_mated: int, seed: int) -> list[Scores]:
    """c of one code under two renewals, and of two pictures of a person in two purposes."""
    floors = []
    for name, pair in (("renewed", _renewed), ("two_purposes", _two_purposes)):
        scores = _linked(lambda n, g, pair=pair: pair(n, d, g), mated, non_mated, seed)
        floors += _judge(report, f"{name}_{d}", scores, seed)
    return floors


Pairs = Callable[[int, np.random.Generator], tuple[Ring, Ring]]
BothScores = dict[str, tuple[Scores, Scores]]


def _linked(pairs: Pairs, mated: int, non_mated: int, seed: int) -> BothScores:
    """Every linkage function over mated pairs and, rows shifted, over non-mated ones."""
    generator, found = np.random.default_rng(seed), {name: ([], []) for name in LINKAGES}
    shifts = range(1, -(-non_mated // mated) + 1)
    for start in range(0, mated, BLOCK):
        a, b = pairs(min(BLOCK, mated - start), generator)
        for name, linkage in LINKAGES.items():
            found[name][0].append(linkage(a, b))
            found[name][1].extend(linkage(a, np.roll(b, shift, axis=0)) for shift in shifts)
    return {name: (np.concatenate(m), np.concatenate(n)) for name, (m, n) in found.items()}


def _masked(codes: NDArray[np.int8], purpose: str) -> Ring:
    """Each code behind the mask of a fresh key, row and epoch, as the keepers make it."""
    frame = Frame(TENANT, MODEL, codes.shape[1])
    out = np.empty((len(codes), frame.words), np.uint16)
    for at, code in enumerate(codes):
        key, row, epoch = urandom(32), RowId(urandom(16)), Epoch(urandom(8))
        out[at] = split.split(code, split.mask(key, frame, purpose, row, epoch))
    return out


def _renewed(count: int, d: int, generator: np.random.Generator) -> tuple[Ring, Ring]:
    codes = quantised(random_units(count, d, generator))
    return _masked(codes, "gate"), _masked(codes, "gate")


def _two_purposes(count: int, d: int, generator: np.random.Generator) -> tuple[Ring, Ring]:
    crowd = Crowd.of(d, generator)
    people = crowd.people(count, generator)
    first, second = (quantised(crowd.pictures(people, generator)) for _ in range(2))
    return _masked(first, "gate"), _masked(second, "canteen")


def _unmasked(count: int, d: int, generator: np.random.Generator) -> tuple[Ring, Ring]:
    """The control: two pictures without masks."""
    crowd = Crowd.of(d, generator)
    people = crowd.people(count, generator)
    first, second = (quantised(crowd.pictures(people, generator)) for _ in range(2))
    return first.astype(np.int16).view(np.uint16), second.astype(np.int16).view(np.uint16)


def _judge(report: Report, name: str, scores: BothScores, seed: int) -> list[Scores]:
    floors = []
    for linkage, (mated, non_mated) in scores.items():
        floor = null_floor(mated, non_mated, np.random.default_rng(seed))
        found = d_sys(mated, non_mated)
        report.note(**{f"d_sys_{name}_{linkage}": {
            "value": found, "null_median": float(np.median(floor)),
            "null_p95": float(np.percentile(floor, 95)), "auc": auc(mated, non_mated),
        }})  # fmt: skip
        floors.append(floor)
    return floors


def auc(mated: Scores, non_mated: Scores) -> float:
    """The chance that a mated score exceeds a non-mated one; ties count half."""
    ordered = np.sort(non_mated)
    below = np.searchsorted(ordered, mated, "left") + np.searchsorted(ordered, mated, "right")
    return float(below.mean() / (2 * len(ordered)))


def bytes_of_c(report: Report, rows: int, seed: int) -> None:
    """Whether bytes of c are even: chi-squared on 255 degrees of freedom."""
    generator = np.random.default_rng(seed)
    words = _masked(quantised(random_units(rows, 512, generator)), "gate")
    counts = np.bincount(words.view(np.uint8).ravel(), minlength=256)
    expected = counts.sum() / 256
    chi2 = float(((counts - expected) ** 2 / expected).sum())
    report.note(bytes_counted=int(counts.sum()), chi2_255_dof=chi2)
    # Wilson-Hilferty: 99.9 % of even bytes stay below.
    limit = 255 * (1 - 2 / (9 * 255) + 3.0902 * (2 / (9 * 255)) ** 0.5) ** 3
    report.promise("chi-squared of the bytes of c (255 dof, 99.9 %)", chi2, most=limit)


# -- a stolen store -------------------------------------------------------------------------


def stolen_store(report: Report, people: int, seed: int) -> None:
    """Everybody enrolled in two purposes, one after the other; then references.db is stolen."""
    with temporary_house(Calendar(), folder=Path(tempfile.gettempdir())) as house:
        publish(house, purpose_text("canteen"))
        columns = _stolen(house, _enrolled_twice(house, people, seed))
    worst = 0.0
    for name, (first, second) in columns.items():
        found = _joined(first, second)
        worst = max(worst, abs(found - 0.5))
        report.note(**{f"join_by_{name}_auc": found})
    report.promise("two purposes joined by any column or order, AUC", 0.5 + worst, most=GOAL_AUC)


def _enrolled_twice(house: House, people: int, seed: int) -> tuple[list[RowId], list[RowId]]:
    """Row identifiers in the order of persons, who enrol in both purposes back to back."""
    generator = np.random.default_rng(seed)
    crowd = Crowd.of(128, generator)
    persons = crowd.people(people, generator)
    pictures = [quantised(crowd.pictures(persons, generator)) for _ in range(2)]
    rows: tuple[list[RowId], list[RowId]] = ([], [])
    for person in range(people):
        for at, purpose in enumerate(("gate", "canteen")):
            rows[at].append(_kept(house, pictures[at][person], purpose))
    return rows


def _kept(house: House, code: Code, purpose: str) -> RowId:
    """One reference by way of both keepers, as an enrolment keeps it."""
    home, keepers = house.home, house.keepers
    published, frame = home.purposes.get(purpose), Frame(home.id, MODEL, len(code))
    grant = Grant(purpose, published.hash, urandom(16), int(home.clock() + DAY))
    row = RowId(urandom(16))
    epoch, mask = keepers.keys.draw(row, grant, MODEL, len(code))
    keepers.references.keep(frame, row, epoch, split.split(code, mask))
    return row


Columns = dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]


def _stolen(house: House, rows: tuple[list[RowId], list[RowId]]) -> Columns:
    """Each column and order as numbers, for both purposes in the order of persons."""
    references = house.home.references
    wal = Path(f"{references.store.path}-wal").read_bytes()
    references.store.sweep()
    file = references.store.path.read_bytes()
    records = {record.row: record for record in references.every()}
    order = {row: at for at, row in enumerate(records)}
    told: dict[str, Callable[[RowId], object]] = {
        "row": lambda r: r,
        "epoch": lambda r: records[r].epoch,
        "salt": lambda r: records[r].salt,
        "mac": lambda r: records[r].mac,
        "words": lambda r: records[r].words.tobytes(),
        "order_of_rows": lambda r: float(order[r]),
        "place_in_file": lambda r: float(file.find(r)),
        "place_in_log": lambda r: float(wal.find(r)),
        "size": lambda r: float(len(records[r].words)),
    }
    return {n: tuple(_numbers([of(r) for r in one]) for one in rows) for n, of in told.items()}  # type: ignore[misc]


def _numbers(values: list[object]) -> NDArray[np.float64]:
    if isinstance(values[0], bytes):
        return np.array([list(value) for value in values], np.float64)  # type: ignore[call-overload]
    return np.array(values, np.float64)[:, None]


def _joined(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """AUC of closeness, and of correlation for long fields: the farther from one half counts."""
    found = [auc(*_closeness(first, second))]
    if first.shape[1] > 1:
        found.append(auc(*_correlation(first, second)))
    return max(found, key=lambda value: abs(value - 0.5))


def _closeness(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[Scores, Scores]:
    others = [-np.abs(a - np.roll(b, shift, axis=0)).sum(axis=1) for shift in _shifts(len(a))]
    return -np.abs(a - b).sum(axis=1), np.concatenate(others)


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[Scores, Scores]:
    x, y = (one - one.mean(axis=1, keepdims=True) for one in (a, b))
    others = [(x * np.roll(y, shift, axis=0)).sum(axis=1) for shift in _shifts(len(a))]
    return (x * y).sum(axis=1), np.concatenate(others)


def _shifts(count: int) -> Iterator[int]:
    yield from (count * part // 21 for part in range(1, 21))


# -- together -------------------------------------------------------------------------------


def measure(
    report: Report, dims: list[int], mated: int, non_mated: int, people: int, seed: int
) -> None:
    """Everything, and the promises."""
    floors: list[Scores] = []
    for d in dims:
        floors += stolen_words(report, d, mated, non_mated, seed)
    found = [v for name, v in report.results.items() if name.startswith("d_sys")]
    family = float(np.percentile(np.max(floors, axis=0), 95))
    worst = max(one["value"] for one in found)
    above = sum(one["value"] > one["null_p95"] for one in found)
    report.note(d_sys_largest=worst, comparisons=len(found), above_own_null_p95=above)
    report.promise("largest D_sys", worst, most=GOAL_D_SYS)
    report.promise("largest D_sys by the null floor's p95 over all", worst, most=family)
    seen = _linked(lambda n, g: _unmasked(n, dims[0], g), BLOCK, 5 * BLOCK, seed)
    report.note(control_without_masks=d_sys(*seen["cosine"]))
    bytes_of_c(report, 20_000, seed)
    stolen_store(report, people, seed)


def main() -> int:
    options_of = parser(__doc__)
    options_of.add_argument("--mated", type=int, default=200_000)
    options_of.add_argument("--non-mated", type=int, default=1_000_000)
    options_of.add_argument("--people", type=int, default=2_000)
    options_of.add_argument("--dim", type=int, nargs="+", default=[128, 512])
    options = options_of.parse_args()
    report = Report("unlinkability", settings_of(options))
    measure(
        report, options.dim, options.mated, options.non_mated, options.people, options.seed
    )  # fmt: skip
    return report.finish(options.json)


if __name__ == "__main__":
    sys.exit(main())
