"""Only ``settings`` reads the environment, so that one object says how a home runs."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.walk import PACKAGE, Place, dotted, modules, named

READER = "settings.py"
FORBIDDEN = frozenset({"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"})
SETTINGS_BASES = frozenset({"BaseSettings"})


def readings(root: Path) -> list[Place]:
    """Every place outside settings that reaches for the environment."""
    seen: list[Place] = []
    for path, tree in modules(root):
        if path.relative_to(root).as_posix() == READER:
            continue
        for node in ast.walk(tree):
            what = reading(node)
            if what:
                seen.append(Place(named(path), getattr(node, "lineno", 0), what))
    return seen


def reading(node: ast.AST) -> str:
    """What a node reads of the environment; empty when nothing."""
    if isinstance(node, ast.Attribute) and node.attr in FORBIDDEN:
        return dotted(node)
    if isinstance(node, ast.ImportFrom) and node.module in {"os", "posix"}:
        return ", ".join(a.name for a in node.names if a.name in FORBIDDEN)
    if isinstance(node, ast.ClassDef):
        return ", ".join(
            dotted(b) for b in node.bases if dotted(b).split(".")[-1] in SETTINGS_BASES
        )
    if isinstance(node, ast.keyword) and node.arg == "envvar":
        return "envvar="
    return ""


def test_environment_is_read_in_settings_only() -> None:
    """No other module reads os.environ, calls getenv, or lets a library do it."""
    found = readings(PACKAGE)
    assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize(
    "attack",
    [
        "import os\nos.environ['A']",
        "import os as o\no.getenv('A')",
        "from os import environ as e",
        "from pydantic_settings import BaseSettings\nclass S(BaseSettings): ...",
        "import typer\ntyper.Option(envvar='A')",
    ],
)
def test_a_planted_reading_is_seen(attack: str, tmp_path: Path) -> None:
    """Control: the walker sees every way we could think of."""
    (tmp_path / "planted.py").write_text(attack, "utf-8")
    assert readings(tmp_path)
