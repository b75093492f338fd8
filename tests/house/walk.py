"""Reading our own source as syntax: what the structure tests share."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "facekeep"
MADE = frozenset({"build", "dist", "node_modules", "__pycache__", "demo-home", "htmlcov"})
OURS_HIDDEN = frozenset({".ci", ".github", ".gitignore", ".gitattributes"})


class Place(NamedTuple):
    """Where something was seen."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


def modules(root: Path = PACKAGE) -> Iterator[tuple[Path, ast.Module]]:
    """Every module with its syntax tree."""
    for path in sorted(root.rglob("*.py")):
        yield path, _parsed(path.read_text("utf-8"), str(path))


@cache
def _parsed(text: str, name: str) -> ast.Module:
    """Many tests look at the same tree; nobody changes it."""
    return ast.parse(text, name)


def dotted(node: ast.AST) -> str:
    """``a.b.c`` for a name or an attribute chain; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = dotted(node.value)
        return f"{head}.{node.attr}" if head else f".{node.attr}"
    return ""


def named(path: Path, root: Path = ROOT) -> str:
    """The path as people write it."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def tree_files(*suffixes: str) -> Iterator[Path]:
    """Files of the working tree, without what make, tools or git made."""
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if any(map(was_made, parts)):
            continue
        if path.is_file() and (not suffixes or path.suffix in suffixes):
            yield path


def was_made(part: str) -> bool:
    """Whether a folder or file of that name is not ours to keep."""
    hidden = part.startswith(".") and part not in OURS_HIDDEN
    return hidden or part in MADE or part.endswith(".egg-info")
