"""A file that never ends, or never begins: named as no file, and nobody waits for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from facekeep.oversight.bundle import period

CALLS = [
    ["receipt", "verify", "FILE", "--key", "KEY"],
    ["case", "verify", "FILE", "--key", "KEY"],
    ["evidence", "verify", "FILE", "--key", "KEY"],
]
KEY = "log+07108162+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"


@pytest.mark.parametrize("kind", ["pipe", "/dev/zero"])
@pytest.mark.parametrize("call", CALLS)
def test_it_is_no_file(tmp_path: Path, kind: str, call: list[str]) -> None:
    """A pipe nobody writes to, a device without an end."""
    file = Path(kind)
    if kind == "pipe":
        file = tmp_path / "pipe"
        os.mkfifo(file)
    words = [str(file) if word == "FILE" else KEY if word == "KEY" else word for word in call]
    done = subprocess.run(
        [sys.executable, "-m", "facekeep", *words], capture_output=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert b"unforeseen" not in done.stdout + done.stderr


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-02", "1969-12-31", "9999-12-31"])
def test_a_period_at_the_end_of_time_is_no_surprise(day: str) -> None:
    """The first day that can be said, and the last."""
    days = period("0001-01-01", day, 1_700_000_000)
    assert 0 <= days.start < days.end
