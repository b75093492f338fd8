"""The benchmark measures the real scan, is exact, and adapts to the memory there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from facekeep.cli import bench
from facekeep.terms.errors import Broken


def test_scores_are_exact_and_the_document_is_whole() -> None:
    """Every score equals the integer dot product."""
    pytest.importorskip("faiss", reason="extra `bench` is not installed")
    result = bench.match(2_000, 64, 1)
    assert result.exact
    assert (result.n, result.dim, result.threads) == (2_000, 64, 1)
    assert result.ratio > 0
    assert result.bytes_per_reference <= 2 * 64 + 100


def test_a_wrong_score_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: one flipped bit in one row, and the benchmark does not call itself exact."""
    pytest.importorskip("faiss", reason="extra `bench` is not installed")
    made = bench._made

    def spoilt(*given: object) -> bench._Rows:
        rows = made(*given)  # type: ignore[arg-type]
        rows.truth[7] ^= 1
        return rows

    monkeypatch.setattr(bench, "_made", spoilt)
    assert not bench.match(1_000, 32, 1).exact


def test_rows_shrink_to_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """60 % of what is free, in round numbers; an unknown system is taken at its word."""
    monkeypatch.setattr(bench, "_free_memory", lambda: 1 << 30)
    assert bench.rows_that_fit(10_000_000, 512) == 150_000
    assert bench.rows_that_fit(1_000, 512) == 1_000
    monkeypatch.setattr(bench, "_free_memory", lambda: None)
    assert bench.rows_that_fit(10_000_000, 512) == 10_000_000


def test_free_memory_is_read_where_the_kernel_tells() -> None:
    """In bytes."""
    if not Path("/proc/meminfo").exists():
        pytest.skip("no /proc/meminfo here")
    free = bench._free_memory()
    assert free is not None
    assert free > 1 << 20


def test_without_faiss_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """An extra is an extra."""
    monkeypatch.setitem(__import__("sys").modules, "faiss", None)
    with pytest.raises(Broken) as missing:
        bench.match(1_000, 32, 1)
    assert "facekeep[bench]" in missing.value.remedy
