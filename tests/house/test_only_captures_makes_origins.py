"""An origin says that a registered device took the picture: only one module may say so.

The attack: a door that has no registered device builds, copies or alters an origin and so walks around
the register. What the syntax tree cannot see (pickles, reflection) is refused at run time, since an
origin nobody admitted is remembered nowhere.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.walk import PACKAGE, Place, dotted, modules, named

MAKER = "governance/captures.py"
ORIGIN = "Origin"
COPIERS = frozenset({"replace", "__replace__", "copy", "deepcopy", "__new__", "__setattr__"})


def names_of(tree: ast.Module) -> set[str]:
    """Names the class goes by in one module; none where another class of that name is at home."""
    if has_its_own(tree):
        return set()
    found = {ORIGIN}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found |= {a.asname for a in node.names if a.name == ORIGIN and a.asname}
        elif isinstance(node, ast.Assign) and dotted(node.value).split(".")[-1] in found:
            found |= {t.id for t in node.targets if isinstance(t, ast.Name)}
    return found


def has_its_own(tree: ast.Module) -> bool:
    """Whether a module defines its own class of that name and imports ours under no name."""
    defined = any(isinstance(n, ast.ClassDef) and n.name == ORIGIN for n in ast.walk(tree))
    imported = any(
        isinstance(n, ast.ImportFrom) and any(a.name in (ORIGIN, "values") for a in n.names)
        for n in ast.walk(tree)
    )
    return defined and not imported


def annotated(tree: ast.Module, names: set[str]) -> set[str]:
    """Parameters and variables whose annotation names the class."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            words = {dotted(n).split(".")[-1] for n in ast.walk(node.annotation)}
            if words & names or ast.unparse(node.annotation).strip("'\"") in names:
                target = node.arg if isinstance(node, ast.arg) else dotted(node.target)
                found.add(target.split(".")[-1])
    return found


def makes(call: ast.Call, names: set[str], held: set[str]) -> bool:
    """Whether a call builds, copies or alters an origin."""
    called = dotted(call.func).split(".")
    if called[-1] in names:
        return True
    if called[-1] not in COPIERS:
        return False
    first = [dotted(a).split(".")[-1] for a in call.args[:1]]
    owner = called[-2:-1]
    return any(name in names | held or "origin" in name.lower() for name in [*first, *owner])


def makers(root: Path) -> list[Place]:
    """Every place outside the maker that makes an origin or subclasses it."""
    seen: list[Place] = []
    for path, tree in modules(root):
        if path.relative_to(root).as_posix() == MAKER:
            continue
        names = names_of(tree)
        held = annotated(tree, names)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and makes(node, names, held):
                seen.append(Place(named(path), node.lineno, ast.unparse(node)[:60]))
            elif isinstance(node, ast.ClassDef):
                bases = {dotted(b).split(".")[-1] for b in node.bases}
                if bases & names:
                    seen.append(Place(named(path), node.lineno, f"class {node.name}"))
    return seen


def test_only_captures_makes_origins() -> None:
    """Nothing outside governance/captures.py builds, copies, alters or subclasses an origin."""
    found = makers(PACKAGE)
    assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize(
    "attack",
    [
        "from facekeep.terms.values import Origin\nOrigin(1)",
        "from facekeep.terms.values import Origin as O\nO(1)",
        "from facekeep.terms import values\nvalues.Origin(1)",
        "from facekeep.terms.values import Origin\nMake = Origin\nMake(1)",
        "from dataclasses import replace\ndef f(o: Origin): return replace(o, level=1)",
        "import dataclasses\ndef f(origin): return dataclasses.replace(origin, level=1)",
        "import copy\ndef f(asked): return copy.copy(asked.origin)",
        "def f(): return object.__new__(Origin)",
        "def f(o: Origin | None): object.__setattr__(o, 'level', 1)",
        "class Mine(Origin): ...",
    ],
)
def test_a_planted_maker_is_seen(attack: str, tmp_path: Path) -> None:
    """Control: the walker sees every way we could think of."""
    (tmp_path / "planted.py").write_text(attack, "utf-8")
    assert makers(tmp_path)


def test_the_maker_itself_and_honest_uses_pass(tmp_path: Path) -> None:
    """Control: reading an origin is no offence, and the maker may make."""
    (tmp_path / "governance").mkdir()
    (tmp_path / MAKER).write_text("from facekeep.terms.values import Origin\nOrigin(1)")
    (tmp_path / "reader.py").write_text("def f(origin: Origin) -> str: return origin.device")
    assert makers(tmp_path) == []
