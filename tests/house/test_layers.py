"""The folder tree is the closed loop: a room imports only from lower lines."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.house.walk import PACKAGE, ROOT, Place, modules, named

LINT = "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"

PURE = (
    "protect",
    "vision",
    "redaction",
    "ledger.merkle",
    "ledger.checkpoint",
    "ledger.entries",
    "ledger.verify",
    "ledger.parcel",
    "ledger.bundle",
)
"""What may know no database: the mathematics, the eyes, and what an inspector runs offline."""


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """import-linter in a process of its own, over the sources of that folder."""
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src"), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_the_order_of_the_house_is_kept() -> None:
    """Layers, engines without a database, doors and clients apart: 0 broken contracts."""
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("terms/planted.py", "import facekeep.db"),
        ("db/planted.py", "import facekeep.ledger"),
        ("protect/planted.py", "import facekeep.db"),
        ("protect/planted.py", "import sqlite3"),
        ("vision/planted.py", "import facekeep.protect"),
        ("storage/planted.py", "import facekeep.rights"),
        ("rights/planted.py", "import facekeep.response"),
        ("governance/planted.py", "import facekeep.access"),
        ("use/planted.py", "import facekeep.settings"),
        ("redaction/planted.py", "import jinja2"),
        ("attic/__init__.py", ""),
    ],
)
def test_a_planted_import_upwards_or_sideways_is_caught(
    file: str, line: str, tmp_path: Path
) -> None:
    """Control: the contracts see what they forbid, also a room that has no line."""
    house = tmp_path / "src" / "facekeep"
    rooms = "terms db ledger protect vision governance access storage use redaction rights"
    for room in [*rooms.split(), "response", "client"]:
        (house / room).mkdir(parents=True)
        (house / room / "__init__.py").touch()
    (house / "__init__.py").touch()
    (house / "settings.py").touch()
    for module in ("merkle", "checkpoint", "entries", "verify", "parcel", "bundle"):
        (house / "ledger" / f"{module}.py").touch()
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8"), "utf-8")
    before = lint(tmp_path)
    assert before.returncode == 0, before.stdout + before.stderr
    planted = house / file
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f"{line}\n", "utf-8")
    assert lint(tmp_path).returncode == 1


def contract(identity: str) -> dict[str, Any]:
    """One import contract as written in pyproject.toml."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts: list[dict[str, Any]] = config["tool"]["importlinter"]["contracts"]
    return next(c for c in contracts if c["id"] == identity)


def test_every_room_of_the_source_has_a_line() -> None:
    """The contract is exhaustive: it cannot be passed by a folder nobody listed."""
    layers = contract("layers")
    assert layers["exhaustive"] is True
    assert "exhaustive_ignores" not in layers


@pytest.mark.parametrize("module", PURE)
def test_every_pure_module_is_under_the_engines_contract(module: str) -> None:
    """A module that must know no database is named in the contract as soon as it exists."""
    path = PACKAGE / module.replace(".", "/")
    if not path.with_suffix(".py").exists() and not (path / "__init__.py").exists():
        pytest.skip(f"facekeep.{module} is not written yet")
    sources = contract("engines")["source_modules"]
    assert {f"facekeep.{module}", f"facekeep.{module}.**"} & set(sources)


def client_imports(root: Path) -> list[Place]:
    """What ``client`` imports of ours beside ``terms`` and itself."""
    ours = [
        Place(named(path), node.lineno, name)
        for path, tree in modules(root)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in imported(node)
        if name.split(".")[0] == "facekeep"
    ]
    return [p for p in ours if not p.what.startswith(("facekeep.terms", "facekeep.client"))]


def imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The modules or names one import statement reaches."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [f"{node.module}.{alias.name}" for alias in node.names]


def test_the_client_imports_only_terms() -> None:
    """Other programs embed the client: it may not drag the house along."""
    assert client_imports(PACKAGE / "client") == []


def test_a_planted_client_import_is_caught(tmp_path: Path) -> None:
    """Control: the walker sees a client that reaches into the house."""
    (tmp_path / "planted.py").write_text(
        "from facekeep.terms import errors\nfrom facekeep import db\nimport facekeep.storage.keys\n"
    )
    seen = [p.what for p in client_imports(tmp_path)]
    assert seen == ["facekeep.db", "facekeep.storage.keys"]
