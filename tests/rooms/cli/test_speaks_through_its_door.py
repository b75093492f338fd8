"""A command may run in a service for a caller elsewhere, so it speaks, asks and finds by its door alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.walk import PACKAGE

OWN = {"app.py", "door.py", "elsewhere.py", "serve.py", "__init__.py"}
"""Where a call begins and ends in the caller's own process."""

APART = "demo"
"""The demonstration makes homes of its own and is carried out where it was typed."""

STREAMS = {"stdin", "stdout", "stderr", "argv"}


def commands() -> list[Path]:
    """The files of the command line that may run for a caller elsewhere."""
    files = sorted((PACKAGE / "cli").glob("*.py"))
    return [file for file in files if file.name not in OWN and not file.name.startswith(APART)]


def around_the_door(source: str) -> Iterator[str]:
    """What a file says, asks or looks up past its door."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id="print" | "input" as name)):
                yield f"{name}, line {node.lineno}"
            case ast.Attribute(value=ast.Name(id="sys"), attr=stream) if stream in STREAMS:
                yield f"sys.{stream}, line {node.lineno}"
            case ast.ImportFrom(module="getpass") | ast.Attribute(attr="cwd" | "chdir" | "getcwd"):
                yield f"line {node.lineno}"
            case ast.Attribute(value=ast.Name(id="typer"), attr="echo" | "prompt" | "confirm"):
                yield f"typer, line {node.lineno}"


@pytest.mark.parametrize("file", commands(), ids=lambda file: file.stem)
def test_a_command_speaks_through_its_door(file: Path) -> None:
    """No stream of this process, no prompt of its own, no folder of its own."""
    assert list(around_the_door(file.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "planted",
    [
        "print(1)",
        "import sys\nsys.stdout.write('a')",
        "def f():\n    from getpass import getpass",
        "from pathlib import Path\nPath.cwd()",
        "import typer\ntyper.echo(1)",
    ],
)
def test_a_planted_way_around_is_seen(planted: str) -> None:
    """Control."""
    assert list(around_the_door(planted))
