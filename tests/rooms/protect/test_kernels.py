"""The scan under threads: no thread layer may end the process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

THREADS = """
from concurrent.futures import ThreadPoolExecutor
import numpy as np
from facekeep.protect.kernels import scan
words, probe = np.ones((5000, 130), np.uint16), np.ones(128, np.int8)
with ThreadPoolExecutor(4) as pool:
    sums = list(pool.map(lambda _: int(scan(words, probe, (1, 1)).sum()), range(40)))
assert set(sums) == {5000 * 130}
"""


@pytest.mark.parametrize("layer", ["workqueue", "default"])
def test_searches_at_once_take_turns(layer: str) -> None:
    """On a slim image there is no OpenMP: two searches at once would abort the whole process."""
    environment = {**os.environ, "NUMBA_THREADING_LAYER": layer, "PYTHONPATH": str(ROOT / "src")}
    child = subprocess.run(
        [sys.executable, "-c", THREADS],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 0, child.stderr[-500:]
