"""Roles cannot reach each other's data (templates.md section 1, traps 6 and 10).

Not built yet, and so not attacked here: ``split2`` over hosts (trap 6 beyond ``embedded``), ``split3``
(trap 9), ``held`` (custody rule 9), capture tokens (rule 11), officer escrow two of three (rule 10).
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import FunctionType, MethodType, ModuleType
from typing import Any, get_type_hints

import pytest

from facekeep.assembly import House
from facekeep.protect.comparator import Comparator
from facekeep.protect.keytree import Root
from facekeep.storage.custody import Custody
from facekeep.storage.keepers.keys import KeyKeeper
from facekeep.storage.keepers.references import ReferenceKeeper
from facekeep.storage.keys import KeyVault
from facekeep.storage.references import ReferenceStore
from tests.attacks.toolkit import Site

PLAIN = (str, bytes, bytearray, int, float, bool, type(None), type, ModuleType)


def neighbours(thing: Any) -> Iterator[Any]:
    """Everything one attribute, item, closure or bound object away."""
    if isinstance(thing, MethodType):
        yield thing.__self__
    if isinstance(thing, FunctionType | MethodType):
        function = getattr(thing, "__func__", thing)
        yield from (cell.cell_contents for cell in function.__closure__ or ())
        return
    if isinstance(thing, dict):
        yield from thing.values()
    elif isinstance(thing, list | tuple | set | frozenset):
        yield from thing
    yield from getattr(thing, "__dict__", {}).values()
    for kind in type(thing).__mro__:
        slots = getattr(kind, "__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if hasattr(thing, name):
                yield getattr(thing, name)


def within_reach(start: Any) -> list[Any]:
    """Everything an attacker with a reference to ``start`` can walk to."""
    seen: dict[int, Any] = {}
    todo = [start]
    while todo:
        thing = todo.pop()
        if id(thing) in seen or isinstance(thing, PLAIN):
            continue
        seen[id(thing)] = thing
        todo.extend(neighbours(thing))
    return list(seen.values())


@pytest.mark.parametrize(
    ("role", "forbidden"),
    [
        ("references", (KeyVault, KeyKeeper, Root, Custody, Comparator)),
        ("keys", (ReferenceStore, ReferenceKeeper, Comparator)),
        ("comparator", (KeyVault, KeyKeeper, Root, ReferenceStore, ReferenceKeeper, Custody)),
    ],
)
def test_no_attribute_path_leads_to_another_roles_data(
    site: Site, house: House, role: str, forbidden: tuple[type, ...]
) -> None:
    """From a keeper nobody walks to the other half, from the comparator to neither."""
    site.enrol(house, "alice")
    site.ask(house, "alice")
    reached = within_reach(getattr(house.keepers, role))
    assert not [thing for thing in reached if isinstance(thing, forbidden)]
    names = {"references": "keys", "keys": "references"}
    paths = {str(getattr(thing, "path", "")) for thing in reached}
    assert not any(path.endswith(f"{names.get(role, 'keys')}.db") for path in paths)


def test_control_the_walk_finds_a_planted_path(house: House) -> None:
    """A closure, a bound method or a list of a dictionary does not hide the other half."""
    vault = house.home.vault
    for hidden in (lambda: vault, vault.every, {"a": [(vault,)]}):
        house.keepers.references.planted = hidden  # type: ignore[attr-defined]
        assert vault in within_reach(house.keepers.references)


def test_comparator_holds_only_its_name(house: House) -> None:
    """Nothing else to steal."""
    assert vars(house.keepers.comparator) == {"name": "embedded"}


def types_of(verb: Any) -> str:
    return str(get_type_hints(verb, include_extras=True))


@pytest.mark.parametrize("verb", [Comparator.one, Comparator.many])
def test_comparator_never_sees_a_probe_or_a_record(verb: Any) -> None:
    """Two halves and a permit: no code, no vector, no words."""
    assert list(inspect.signature(verb).parameters) == [
        "self", "reference_half", "key_half", "permit"
    ]  # fmt: skip


@pytest.mark.parametrize("keeper", [KeyKeeper, ReferenceKeeper])
def test_no_keeper_receives_a_score_or_a_decision(keeper: type) -> None:
    """A key keeper that compares solves the gallery with d passers-by."""
    for name, verb in inspect.getmembers(keeper, inspect.isfunction):
        told = types_of(verb) + " ".join(inspect.signature(verb).parameters)
        assert "Decision" not in told, name
        assert "score" not in told, name


@pytest.mark.parametrize(
    ("keeper", "foreign"),
    [(KeyKeeper, "Record"), (ReferenceKeeper, "KeyRow"), (ReferenceKeeper, "Grant")],
)
def test_no_keeper_is_handed_the_other_half(keeper: type, foreign: str) -> None:
    """Not even in passing."""
    for name, verb in inspect.getmembers(keeper, inspect.isfunction):
        assert f".{foreign}'" not in types_of(verb), name
