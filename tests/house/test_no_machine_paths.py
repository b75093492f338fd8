"""The tree names no machine: no absolute path of somebody's disk, no private address."""

from __future__ import annotations

import re

import pytest

from tests.house.walk import ROOT, tree_files

ROOTS = ("work", "home", "root", "Users", "mnt", "workspace", "workspaces", "builds")
MACHINE_PATH = re.compile(rf"(?<![\w.~$}}>)/*-])/(?:{'|'.join(ROOTS)})/[\w.-]+")
"""An absolute path that starts in a folder only one machine has; one below ``~`` is none."""

TEXT = frozenset(
    [
        ".py",
        ".toml",
        ".md",
        ".txt",
        ".in",
        ".lock",
        ".cfg",
        ".ini",
        ".yaml",
        ".yml",
        ".json",
        ".html",
        ".css",
        ".js",
        ".j2",
        ".sh",
        ".svg",
        ".csv",
        ".tsv",
        ".po",
        ".sql",
    ]
)
LONGEST = 2_000_000


def machine_paths(text: str) -> list[str]:
    """Every such path in a text."""
    return MACHINE_PATH.findall(text)


def test_no_file_names_a_machine() -> None:
    """Whoever clones the repository finds only paths that exist there."""
    seen = [
        f"{path.relative_to(ROOT)}: {found}"
        for path in tree_files()
        if (path.suffix in TEXT or not path.suffix) and path.stat().st_size < LONGEST
        for found in machine_paths(path.read_text("utf-8", errors="replace"))
    ]
    assert not seen, "\n".join(seen)


@pytest.mark.parametrize("folder", ROOTS)
def test_a_planted_path_is_seen(folder: str) -> None:
    """Control: the pattern sees each kind, and leaves URLs and relative paths alone."""
    planted = "/".join(["", folder, "somebody", "x.py"])
    assert machine_paths(f'open("{planted}")')
    assert not machine_paths(f"https://host.example{planted} ..{planted} ~{planted}")
