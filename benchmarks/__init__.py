"""Measurements behind the numbers in ``docs/benchmarks.md``; run ``python -m benchmarks.NAME``."""

import os

THREADS = 2
"""Every figure is taken on two threads, the peer's too."""

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, str(THREADS))  # read once, when the libraries load
