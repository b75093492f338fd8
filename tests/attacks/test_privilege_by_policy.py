"""A policy that fails allows nothing, and one that means nothing keeps the service from starting."""

from __future__ import annotations

from importlib.resources import files

import pytest

from facekeep.access.acts import GRAVE
from facekeep.access.keys import Scope
from facekeep.access.roles import Act, Action, Facts, Policies
from facekeep.terms.errors import Broken, NotPermitted

FOLDER = files("facekeep.access") / "policies"
TEXT = (FOLDER / "facekeep.cedar").read_text("utf-8")
SCHEMA = (FOLDER / "facekeep.cedarschema").read_text("utf-8")
LOOSE = SCHEMA.replace("type Moment = { proved: Bool, test: Bool };", "type Moment = { proved: Bool, test: Bool, late?: Bool };")  # fmt: skip


@pytest.mark.parametrize(
    "added",
    [
        "forbid (principal, action, resource) when { context.tset };",
        'permit (principal in Role::"officer", action == Action::"readledger", resource);',
        "permit (principal is Stranger, action, resource);",
        "permit (principal, action, resource) when {",
        "forbid (principal is Program, action, resource) unless { principal.scopes == 3 };",
    ],
    ids=["attribute", "action", "kind", "torn", "type"],
)
def test_policy_that_does_not_fit_the_schema_keeps_us_from_starting(added: str) -> None:
    """A misspelt word would be a right, or the loss of one."""
    with pytest.raises(Broken, match="access policies"):
        Policies(f"{TEXT}\n{added}", SCHEMA)
    assert Policies(TEXT, SCHEMA)


def test_broken_schema_keeps_us_from_starting() -> None:
    """So does a schema."""
    with pytest.raises(Broken, match="access policies"):
        Policies(TEXT, SCHEMA.replace("entity Home;", "entity Home"))


def test_forbid_whose_condition_fails_refuses() -> None:
    """Cedar skips a failing forbid and would allow what it was to stop."""
    import cedarpy

    failing = 'permit (principal, action, resource);\n@id("f") forbid (principal, action, resource) when { 9223372036854775807 + 1 == 0 };'  # fmt: skip
    raw = cedarpy.is_authorized(
        {"principal": 'Local::"x"', "action": 'Action::"read_docs"', "resource": 'Home::"home"',
         "context": {"proved": True, "test": True}}, failing, [],
    )  # fmt: skip
    assert raw.allowed, "the trap is there: the library allows"
    with pytest.raises(NotPermitted):
        Policies(failing, SCHEMA).require(Facts("Local"), Act(Action.READ_DOCS))


def test_permit_whose_condition_fails_refuses_beside_one_that_holds() -> None:
    """Any error at all is a no."""
    failing = (
        f"{TEXT}\npermit (principal, action, resource) when {{ 9223372036854775807 + 1 == 0 }};"
    )
    policies = Policies(failing, SCHEMA)
    assert not policies.allows(Facts("Local"), Act(Action.READ_DOCS))


def test_decision_is_remembered_by_all_its_facts() -> None:
    """Another role, another scope, another moment: another decision."""
    policies = Policies.shipped()
    gate, door = Act(Action.VERIFY, "gate"), Act(Action.VERIFY, "door")
    mine = Facts("Program", scopes=frozenset({Scope.read("gate:verification")}))
    for _ in range(2):
        assert policies.allows(mine, gate)
        assert not policies.allows(mine, door)
        assert not policies.allows(Facts("Program"), gate)
        assert not policies.allows(Facts("Member", "officer"), Act(Action.PUBLISH, "gate"))
        assert policies.allows(Facts("Member", "officer", proved=True), Act(Action.PUBLISH, "gate"))


def test_what_cannot_be_taken_back_is_one_group() -> None:
    """The schema's group and the list in words are the same."""
    policies = Policies.shipped()
    local = {a for a in Action if not _by_everybody(policies, a, proved=False) and _by_everybody(policies, a, proved=True)}  # fmt: skip
    assert local == GRAVE


def _by_everybody(policies: Policies, action: Action, *, proved: bool) -> bool:
    from facekeep.access.roles import StaffRole

    return any(
        policies.allows(Facts("Member", role.value, proved=proved), act)
        for role in StaffRole
        for act in (Act(action), Act(action, "gate"))
    )
