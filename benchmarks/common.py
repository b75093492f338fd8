"""One shape for every measurement: what was run, on what, what came out, and against which goal."""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import THREADS

LIBRARIES = ("numpy", "numba", "cryptography", "onnxruntime", "faiss-cpu")
Z95 = 1.959964
"""97.5 % point of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One promise and what became of it; ``met`` is ``value <= limit`` or ``value >= limit``."""

    what: str
    value: float
    limit: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure keeps the promise."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        sign = ">=" if self.at_least else "<="
        return {
            "what": self.what,
            "value": self.value,
            "goal": f"{sign} {self.limit:g}",
            "met": self.met,
        }


@dataclass(slots=True)
class Report:
    """A benchmark's answer; filled as it goes."""

    benchmark: str
    settings: dict[str, Any]
    results: dict[str, Any] = field(default_factory=dict)
    goals: list[Goal] = field(default_factory=list)

    def note(self, **figures: Any) -> None:
        """Keep figures under their names."""
        self.results |= figures
        print(f"[{self.benchmark}] {_line(figures)}", file=sys.stderr, flush=True)

    def promise(self, what: str, value: float, *, most: float) -> None:
        """A figure that must not exceed ``most``."""
        self.goals.append(Goal(what, value, most))

    def promise_at_least(self, what: str, value: float, least: float) -> None:
        """A figure that must reach ``least``."""
        self.goals.append(Goal(what, value, least, at_least=True))

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "benchmark": self.benchmark,
            "environment": environment(),
            "settings": self.settings,
            "results": self.results,
            "goals": [goal.as_dict() for goal in self.goals],
            "met": all(goal.met for goal in self.goals),
        }

    def finish(self, as_json: bool) -> int:
        """Print; 0 where every goal is met, else 1."""
        told = self.as_dict()
        print(json.dumps(told) if as_json else "\n".join(_table(told)))
        return 0 if told["met"] else 1


def parser(doc: str | None) -> argparse.ArgumentParser:
    """Options every benchmark has."""
    made = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--json", action="store_true", help="print one JSON object")
    made.add_argument("--seed", type=int, default=1, help="of the synthetic material")
    return made


def settings_of(options: argparse.Namespace) -> dict[str, Any]:
    """What was asked for, without how to print it."""
    return {n: v for n, v in vars(options).items() if n != "json" and v is not None}


def environment() -> dict[str, Any]:
    """The machine in words and the versions that matter."""
    return {
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "threads": THREADS,
        "system": platform.system(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: found for name in LIBRARIES if (found := _version(name))},
    }


def cpu_model() -> str:
    """The processor's name, as the system gives it."""
    described = Path("/proc/cpuinfo")
    lines = described.read_text().splitlines() if described.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def in_turns(rounds: int, *candidates: Callable[[], object]) -> list[list[float]]:
    """Seconds of each candidate, taken in turns so that all see the same weather."""
    times: list[list[float]] = [[] for _ in candidates]
    for _ in range(rounds):
        for candidate, taken in zip(candidates, times, strict=True):
            start = time.perf_counter()
            candidate()
            taken.append(time.perf_counter() - start)
    return times


def medians(rounds: int, *candidates: Callable[[], object]) -> list[float]:
    """The median of each of :func:`in_turns`."""
    return [median(taken) for taken in in_turns(rounds, *candidates)]


def each_us(action: Callable[[], object], times: int, repeats: int = 5) -> float:
    """Microseconds of one call: the median of ``repeats`` runs of ``times`` calls."""

    def run() -> None:
        for _ in range(times):
            action()

    run()
    (taken,) = medians(repeats, run)
    return 1e6 * taken / times


def wilson(errors: int, trials: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a proportion."""
    if not trials:
        return 0.0, 1.0
    share, z2 = errors / trials, Z95**2
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = Z95 * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2)) / (1 + z2 / trials)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def mean_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Mean and its normal 95 % interval."""
    mean = sum(values) / len(values)
    spread = math.sqrt(sum((v - mean) ** 2 for v in values) / max(len(values) - 1, 1))
    half = Z95 * spread / math.sqrt(len(values))
    return mean, mean - half, mean + half


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of ``values`` do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(math.ceil(share * len(ordered)) - 1, len(ordered) - 1)]


def _table(told: dict[str, Any]) -> list[str]:
    lines = [f"{told['benchmark']}: {_line(told['environment'])}", _line(told["settings"])]
    lines += [f"  {name:46} {_short(value)}" for name, value in told["results"].items()]
    for goal in told["goals"]:
        verdict = "met" if goal["met"] else "MISSED"
        lines.append(f"  {verdict:6} {goal['what']}: {_short(goal['value'])} ({goal['goal']})")
    return lines


def _line(values: dict[str, Any]) -> str:
    return ", ".join(f"{name}={_short(value)}" for name, value in values.items())


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1e4 else f"{value:,.0f}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_short, value)) + "]"
    if isinstance(value, dict):
        return "{" + _line(value) + "}"
    return str(value)
