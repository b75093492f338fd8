"""1:N over protected references against FAISS Flat float32, same threads, one run, in turns.

    python -m benchmarks.search [--json] [--n 10000 100000 1000000] [--dim 128 512]

The measurement is ``facekeep bench match``'s (``facekeep.cli.bench``), over the whole grid.
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from itertools import product

from benchmarks import THREADS
from benchmarks.common import Report, parser, settings_of
from facekeep.cli.bench import MatchBench, match

GOAL_RATIO = 1.0
AT = (1_000_000, 512)
"""Where the promise is made: rows and dimension."""


def measure(report: Report, sizes: list[int], dims: list[int], runs: int) -> None:
    """The grid, each cell the median of ``runs``; every cell must be exact."""
    exact = True
    for n, d in product(sizes, dims):
        found = sorted((match(n, d, THREADS) for _ in range(runs)), key=lambda one: one.ratio)
        middle = found[len(found) // 2]
        exact &= all(one.exact for one in found)
        report.note(**{f"{n}x{d}": _told(middle, found)})
        if (n, d) == AT and middle.n == n:
            report.promise("time by FAISS's, 1,000,000 x 512", middle.ratio, most=GOAL_RATIO)
            report.promise(
                "bytes a reference, d = 512", middle.bytes_per_reference, most=2 * d + 100
            )
    report.promise_at_least("share of runs with exact scores", float(exact), 1.0)


def _told(middle: MatchBench, found: list[MatchBench]) -> dict[str, object]:
    told = {name: value for name, value in asdict(middle).items() if name not in ("faiss", "peer")}
    return told | {"ratios": [one.ratio for one in found]}


def main() -> int:
    options_of = parser(__doc__)
    options_of.add_argument("--n", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options_of.add_argument("--dim", type=int, nargs="+", default=[128, 512])
    options_of.add_argument("--runs", type=int, default=3, help="whole measurements of each cell")
    options = options_of.parse_args()
    report = Report("search", settings_of(options))
    measure(report, options.n, options.dim, options.runs)
    return report.finish(options.json)


if __name__ == "__main__":
    sys.exit(main())
