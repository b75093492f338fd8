"""No circles: counting every import, also those inside functions and under TYPE_CHECKING."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.house.walk import PACKAGE, modules


def module_name(path: Path, root: Path) -> str:
    """``facekeep.storage.keys`` for its file."""
    parts = path.relative_to(root.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def targets(node: ast.AST, here: str, is_package: bool) -> Iterator[str]:
    """Dotted names an import statement may load, longest first."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            up = here.split(".")[: len(here.split(".")) - node.level + is_package]
            base = ".".join([*up, base]) if base else ".".join(up)
        yield from (f"{base}.{alias.name}" for alias in node.names)


def graph(root: Path) -> dict[str, set[str]]:
    """Module to the modules of ours it imports, wherever the statement stands."""
    trees = {module_name(path, root): (path, tree) for path, tree in modules(root)}
    edges: dict[str, set[str]] = {name: set() for name in trees}
    for name, (path, tree) in trees.items():
        for node in ast.walk(tree):
            for target in targets(node, name, path.name == "__init__.py"):
                known = target if target in trees else target.rpartition(".")[0]
                if known in trees and known != name:
                    edges[name].add(known)
    return edges


def circles(edges: Mapping[str, set[str]]) -> list[list[str]]:
    """Strongly connected components of more than one module."""
    reach = {name: reachable(name, edges) for name in edges}
    groups = {
        tuple(sorted({other for other in reach[name] if name in reach[other]} | {name}))
        for name in edges
        if name in reach[name]
    }
    return [list(group) for group in sorted(groups)]


def reachable(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    """Everything one module leads to."""
    seen: set[str] = set()
    waiting = list(edges[start])
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(edges[name])
    return seen


def test_no_import_circles() -> None:
    """0 circles over all modules."""
    assert circles(graph(PACKAGE)) == []


def test_a_planted_circle_is_seen(tmp_path: Path) -> None:
    """Control: a circle closed inside a function is a circle."""
    house = tmp_path / "house"
    house.mkdir()
    (house / "__init__.py").touch()
    (house / "a.py").write_text("from house import b\n")
    (house / "b.py").write_text("def f():\n    from house.c import x\n")
    (house / "c.py").write_text("from . import a\n")
    assert circles(graph(house)) == [["house.a", "house.b", "house.c"]]
