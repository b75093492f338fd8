"""Functions stay short: bodies have a median of at most 8 lines and a p90 of at most 30."""

from __future__ import annotations

import ast
import math
import statistics
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.house.walk import PACKAGE, Place, modules, named

MEDIAN = 8
P90 = 30
WORTH_COUNTING = 20
"""Below this many functions a percentile says nothing."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Shape(NamedTuple):
    """How long function bodies are, without signature and docstring."""

    count: int
    median: float
    p90: int
    longest: list[Place]


def body_lines(function: Function) -> int:
    """Lines from the first statement after the docstring to the last."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) else function.body
    if not body:
        return 0
    return (body[-1].end_lineno or body[-1].lineno) - body[0].lineno + 1


def shape(root: Path) -> Shape:
    """The figures of one source tree."""
    found = [
        (body_lines(node), Place(named(path), node.lineno, node.name))
        for path, tree in modules(root)
        for node in ast.walk(tree)
        if isinstance(node, Function)
    ]
    lengths = sorted(length for length, _ in found) or [0]
    longest = [
        place._replace(what=f"{place.what}: {length} lines")
        for length, place in sorted(found, reverse=True)[:5]
    ]
    p90 = lengths[math.ceil(0.9 * len(lengths)) - 1]
    return Shape(len(found), statistics.median(lengths), p90, longest)


def report(now: Shape) -> str:
    """The figures and the longest functions, for people."""
    head = f"{now.count} functions, body median {now.median}, p90 {now.p90} lines; longest:"
    return "\n".join([head, *(f"  {place}" for place in now.longest)])


def test_function_bodies_stay_short() -> None:
    """The figures are also printed by `make lint`, so that slow growth is seen before it fails."""
    now = shape(PACKAGE)
    if now.count < WORTH_COUNTING:
        pytest.skip(f"only {now.count} functions")
    assert now.median <= MEDIAN, report(now)
    assert now.p90 <= P90, report(now)


def test_the_ruler_measures(tmp_path: Path) -> None:
    """Control: docstring and signature do not count, everything else does."""
    (tmp_path / "a.py").write_text(
        'def f(\n    a,\n):\n    """Doc."""\n    b = a\n\n    return b\n'
    )
    assert shape(tmp_path)[:3] == (1, 3, 3)


if __name__ == "__main__":
    print(report(shape(PACKAGE)))
