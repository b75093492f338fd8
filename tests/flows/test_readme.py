"""README, typed line by line from a bare folder: every command ends as it says there."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.flows.test_integrate import PATIENCE_S, PORT, free_port, reader, require_tools
from tests.house.test_docs_commands import CHINESE, ENGLISH, shell_lines

MARK = "\x1e"
"""Before the exit code of each line."""

OF_MAKE = "make "
"""Installing has its own test: a machine that runs the suite was installed by it."""

NOT_ZERO = {
    "facekeep verify --subject resident-17 --purpose gate --device gate-1"
    " --device-key trial/gate-1.key trial/stranger.jpg": [1],
    "facekeep enrol --subject visitor-4 --purpose gate --device gate-1 trial/stranger.jpg": [3],
    "facekeep verify --subject resident-17 --purpose gate --device gate-1"
    " --device-key trial/gate-1.key trial/ana.png": [0, 0, 3],
}  # fmt: skip
"""Exit codes of the lines that do not all end well, in the order in which they are typed."""


def lines(readme: Path) -> list[str]:
    """What is typed."""
    typed = [line for _, line in shell_lines(readme.read_text("utf-8"))]
    return [line for line in typed if not line.startswith(OF_MAKE)]


@pytest.mark.long
@pytest.mark.parametrize("readme", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_the_readme_works_as_written(readme: Path, tmp_path: Path, portraits: Any) -> None:
    """A first home, a gate behind HTTP, and the end of both; the stranger and the departed are refused."""
    require_tools()
    environment, port = reader(tmp_path), str(free_port())
    sitting = "".join(f"{line}\nprintf '{MARK}%s\\n' $?\n" for line in lines(readme))
    done = subprocess.run(
        ["bash", "-c", sitting.replace(PORT, port)], cwd=tmp_path / "facekeep",
        env=environment | {"FACEKEEP_PORT": port}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    codes = [int(said.split("\n", 1)[0]) for said in done.stdout.split(MARK)[1:]]
    assert list(zip(lines(readme), codes, strict=True)) == expected(readme), done.stderr[-3000:]
    assert '"decision":"match"' in done.stdout


def expected(readme: Path) -> list[tuple[str, int]]:
    """Every line with its exit code."""
    left = {line: list(codes) for line, codes in NOT_ZERO.items()}
    return [(line, left[line].pop(0) if left.get(line) else 0) for line in lines(readme)]


def test_what_is_not_to_end_well_is_in_the_readme() -> None:
    """Control: the lines named here are typed there, as often as they have codes."""
    typed = lines(ENGLISH)
    assert {line: typed.count(line) for line in NOT_ZERO} == {
        line: len(codes) for line, codes in NOT_ZERO.items()
    }
