"""A permit is a plain object that anyone in the process could build: only one module may.

The attack: a room that needs a looser threshold or a longer life builds, copies or unpickles its
own permit and so walks around consent.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.walk import PACKAGE, Place, dotted, modules, named

MAKER = "governance/permits.py"
PERMIT = "Permit"
COPIERS = frozenset({"replace", "__replace__", "copy", "deepcopy", "__new__", "__setattr__"})


def permit_names(tree: ast.Module) -> set[str]:
    """Names the class goes by in one module: itself and its aliases."""
    found = {PERMIT}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found |= {a.asname for a in node.names if a.name == PERMIT and a.asname}
        elif isinstance(node, ast.Assign) and dotted(node.value).split(".")[-1] in found:
            found |= {t.id for t in node.targets if isinstance(t, ast.Name)}
    return found


def holds_permit(node: ast.expr, permits: set[str]) -> bool:
    """Whether an argument is a permit as far as its name tells."""
    name = dotted(node).split(".")[-1]
    return name in permits or "permit" in name.lower()


def makes_permit(call: ast.Call, names: set[str], permits: set[str]) -> bool:
    """Whether a call builds, copies or alters a permit."""
    called = dotted(call.func).split(".")
    if called[-1] in names:
        return True
    if called[-1] not in COPIERS:
        return False
    owner = called[-2:-1]
    return bool(owner and owner[0] in names | permits) or any(
        holds_permit(a, names | permits) for a in call.args[:1]
    )


def annotated_permits(tree: ast.Module, names: set[str]) -> set[str]:
    """Variables and parameters whose annotation names the class."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            mentioned = {dotted(n).split(".")[-1] for n in ast.walk(node.annotation)}
            text = ast.unparse(node.annotation)
            if mentioned & names or any(text.strip("'\"") == n for n in names):
                target = node.arg if isinstance(node, ast.arg) else dotted(node.target)
                found.add(target.split(".")[-1])
    return found


def makers(root: Path) -> list[Place]:
    """Every place outside the maker that makes a permit, or hides one behind a subclass."""
    seen: list[Place] = []
    for path, tree in modules(root):
        if path.relative_to(root).as_posix() == MAKER:
            continue
        names = permit_names(tree)
        permits = annotated_permits(tree, names)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and makes_permit(node, names, permits):
                seen.append(Place(named(path), node.lineno, ast.unparse(node)[:60]))
            elif (
                isinstance(node, ast.ClassDef)
                and {dotted(b).split(".")[-1] for b in node.bases} & names
            ):
                seen.append(Place(named(path), node.lineno, f"class {node.name}"))
    return seen


def test_only_permits_makes_permits() -> None:
    """Nothing outside governance/permits.py builds, copies, alters or subclasses a permit."""
    found = makers(PACKAGE)
    assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize(
    "attack",
    [
        "from facekeep.terms.values import Permit\nPermit(1)",
        "from facekeep.terms.values import Permit as P\nP(1)",
        "from facekeep.terms import values\nvalues.Permit(1)",
        "from facekeep.terms.values import Permit\nMake = Permit\nMake(1)",
        "import dataclasses\ndef f(permit): return dataclasses.replace(permit, threshold=1)",
        "from dataclasses import replace\ndef f(p: Permit): return replace(p, threshold=1)",
        "import copy\ndef f(p: 'Permit'): return copy.copy(p)",
        "def f(): return object.__new__(Permit)",
        "def f(p: Permit | None): object.__setattr__(p, 'threshold', 1)",
        "class Mine(Permit): ...",
    ],
)
def test_a_planted_permit_maker_is_seen(attack: str, tmp_path: Path) -> None:
    """Control: the walker sees every way we could think of."""
    (tmp_path / "planted.py").write_text(attack, "utf-8")
    assert makers(tmp_path)


def test_the_maker_itself_and_honest_uses_pass(tmp_path: Path) -> None:
    """Control: reading a permit is no offence, and the maker may make."""
    (tmp_path / "governance").mkdir()
    (tmp_path / MAKER).write_text("from facekeep.terms.values import Permit\nPermit(1)")
    (tmp_path / "reader.py").write_text(
        "def f(permit: Permit) -> str: return str(permit.threshold).replace('.', ',')"
    )
    assert makers(tmp_path) == []
