"""Nobody does what is not their role's: every act by every role, as the guide's table says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from facekeep.access.acts import ACTIONS, GRAVE, OPERATIONS
from facekeep.access.authority import Local, Member
from facekeep.access.keys import HOME_WIDE, Operation, Scope
from facekeep.access.roles import Act, Action, Facts, Policies, StaffRole
from facekeep.access.sessions import PROVED_S
from facekeep.assembly import House
from facekeep.terms.errors import NotPermitted
from tests.attacks.http import TestClient, at_the_door
from tests.attacks.signed_in import cheaply, employ, program, sign_in
from tests.attacks.toolkit import Site, Turnable

GUIDE = Path(__file__).parents[2] / "docs/guides/access.md"
POLICIES = Policies.shipped()
ROLES = [*StaffRole]


def table() -> dict[Action, list[str]]:
    """The guide's table: for every act, a word for each role, then the operation of a key."""
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", GUIDE.read_text(), re.MULTILINE)
    return {Action(name): [cell.strip() for cell in cells.split("|")] for name, cells in rows}


TABLE = table()


def may(facts: Facts, action: Action) -> bool:
    """About the home, or about a purpose."""
    return any(POLICIES.allows(facts, act) for act in (Act(action), Act(action, "gate")))


def test_every_act_is_in_the_table_and_in_words() -> None:
    """None is forgotten."""
    assert set(TABLE) == set(Action) == set(ACTIONS)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", Action)
def test_role_may_what_the_table_says(role: StaffRole, action: Action) -> None:
    """``yes`` at any time, ``again`` with fresh factors, ``trial`` in development; else never."""
    word = TABLE[action][ROLES.index(role)]
    settings = [(proved, test) for proved in (False, True) for test in (False, True)]
    found = {
        one: may(Facts("Member", role.value, proved=one[0], test=one[1]), action)
        for one in settings
    }
    expected = {
        "yes": lambda proved, test: True, "again": lambda proved, test: proved,
        "trial": lambda proved, test: test, "": lambda proved, test: False,
    }[word]  # fmt: skip
    assert found == {one: expected(*one) for one in settings}
    assert (action in GRAVE) >= (word == "again")


@pytest.mark.parametrize("action", Action)
def test_key_may_what_its_one_scope_says(action: Action) -> None:
    """Each operation alone, for its own purpose and for another."""
    needed = TABLE[action][-1]
    assert needed == (OPERATIONS[action].value if action in OPERATIONS else needed)
    for operation in Operation:
        scope = Scope("" if operation in HOME_WIDE else "gate", operation)
        facts = Facts("Program", scopes=frozenset({scope}), proved=True, test=True)
        mine = POLICIES.allows(facts, Act(action, "gate")) or POLICIES.allows(facts, Act(action))
        narrow = operation in HOME_WIDE and action is not Action.READ_DOCS
        assert mine == (needed == operation.value or (needed == "any" and not narrow)), operation
        assert not POLICIES.allows(facts, Act(action, "door")), operation


@pytest.mark.parametrize("kind", ["Member", "Program", "Nobody", ""])
@pytest.mark.parametrize("action", Action)
def test_no_role_no_scope_no_right(kind: str, action: Action) -> None:
    """Default deny; a kind nobody knows is refused too."""
    facts = Facts(kind, proved=True, test=True)
    own = kind == "Member" and action in (Action.OWN_SESSION, Action.OWN_FACTORS)
    docs = kind in ("Member", "Program") and action is Action.READ_DOCS
    assert may(facts, action) == (own or docs)


@pytest.mark.parametrize("action", ["", "everything", 'verify"', "Verify", "rules", "grave"])
def test_act_that_is_none_is_refused(action: str) -> None:
    """Neither a misspelt act nor a group of acts is one."""
    with pytest.raises(NotPermitted):
        POLICIES.require(Facts("Local"), Act(action))


def test_command_line_of_the_owner_may_everything(house: House) -> None:
    """As before there was a service; what needs a signature still needs it."""
    assert all(house.gate.allows_somewhere(Local(), action) for action in Action)


# -- over HTTP ------------------------------------------------------------------------------

SOMEBODY, EVENT = "nobody-at-all", "0" * 32
ROUTES: dict[str, tuple[Action, str, str]] = {
    "list_staff": (Action.READ_STAFF, "GET", "/v1/staff"),
    "invite": (Action.INVITE, "POST", "/v1/staff"),
    "retire_staff": (Action.RETIRE, "DELETE", f"/v1/staff/{'0' * 16}"),
    "reset_staff": (Action.RESET, "POST", f"/v1/staff/{'0' * 16}/resets"),
    "admit_staff": (Action.INVITE, "POST", f"/v1/staff/{'0' * 16}/admissions"),
    "list_api_keys": (Action.READ_KEYS, "GET", "/v1/api-keys"),
    "make_api_key": (Action.MAKE_KEY, "POST", "/v1/api-keys"),
    "revoke_api_key": (Action.REVOKE_KEY, "DELETE", "/v1/api-keys/00000000"),
    "list_approvals": (Action.READ_APPROVALS, "GET", "/v1/approvals"),
    "approve": (Action.APPROVE, "POST", "/v1/approvals"),
    "show_session": (Action.OWN_SESSION, "GET", "/v1/sessions/current"),
    "ask_for_passkey_again": (Action.OWN_SESSION, "POST", "/v1/sessions/current/questions"),
    "list_passkeys": (Action.OWN_SESSION, "GET", "/v1/passkeys"),
    "ask_for_new_passkey": (Action.OWN_FACTORS, "POST", "/v1/passkeys/questions"),
    "remove_passkey": (Action.OWN_FACTORS, "DELETE", "/v1/passkeys/AAAA"),
    "metrics": (Action.READ_METRICS, "GET", "/metrics"),
    "show_purpose": (Action.READ_PURPOSES, "GET", "/v1/purposes/gate"),
    "show_notice": (Action.READ_NOTICES, "GET", "/v1/purposes/gate/notice"),
    "show_consents": (Action.READ_CONSENT, "GET", f"/v1/subjects/{SOMEBODY}/consents/gate"),
    "withdraw": (Action.WITHDRAW, "DELETE", f"/v1/subjects/{SOMEBODY}/consents/gate"),
    "verify": (Action.VERIFY, "POST", "/v1/verifications"),
    "identify": (Action.IDENTIFY, "POST", "/v1/identifications"),
}
"""Operations by the act they are; a body is given where one is needed to get as far as the gate."""

BODIES: dict[str, dict[str, Any]] = {
    "invite": {"name": "Mei", "role": "attendant", "passphrase": "x"},
    "admit_staff": {"passphrase": "x"},
    "make_api_key": {"label": "x", "scopes": ["ledger"], "passphrase": "x"},
    "approve": {"act": "export", "what": "x", "passphrase": "x"},
    "verify": {"subject": SOMEBODY, "purpose": "gate", "photo": "AAAA", "device": "gate-door"},
    "identify": {"purpose": "gate", "photo": "AAAA", "device": "gate-door"},
}


@pytest.fixture
def client(site: Site, house: House) -> Iterator[TestClient]:
    """A client that shows nothing."""
    with at_the_door(cheaply(house), site.settings, site.people, key="") as client:
        yield client


def served(client: TestClient) -> list[str]:
    """Which of the operations above are served."""
    paths = client.get("/openapi.json").json()["paths"]
    known = {one["operationId"] for path in paths.values() for one in path.values()}
    return [name for name in ROUTES if name in known]


def refused(client: TestClient, name: str, **headers: str) -> bool:
    """Whether the role was the reason; anything else comes after the gate."""
    _, method, path = ROUTES[name]
    answer = client.request(method, path, json=BODIES.get(name), headers=headers)
    assert answer.status_code != 500, answer.text
    told = answer.json() if answer.content and "json" in answer.headers["content-type"] else {}
    return answer.status_code == 403 and told.get("code") == "not_permitted"


@pytest.mark.parametrize("role", ROLES)
def test_role_gets_over_http_what_the_table_says(
    client: TestClient, house: House, clock: Turnable, role: StaffRole
) -> None:
    """Every operation of the service, right after signing in and when that is a while ago."""
    person = employ(house, "Mei", role.value)
    cookie = f"__Host-facekeep={sign_in(house, person).token}"
    names = served(client)
    assert len(names) >= 15
    for word_of in (("yes", "again", "trial"), ("yes", "trial")):
        for name in names:
            allowed = TABLE[ROUTES[name][0]][ROLES.index(role)] in word_of
            assert refused(client, name, Cookie=cookie) != allowed, (name, word_of)
        clock.advance(PROVED_S)


@pytest.mark.parametrize("operation", [*Operation])
def test_key_gets_over_http_what_its_scope_says(
    client: TestClient, house: House, operation: Operation
) -> None:
    """One scope, every operation of the service."""
    scope = operation.value if operation in HOME_WIDE else f"gate:{operation.value}"
    text, _ = program(house, scope)
    for name in served(client):
        needed = TABLE[ROUTES[name][0]][-1]
        allowed = needed == operation.value or (needed == "any" and operation not in HOME_WIDE)
        assert refused(client, name, Authorization=f"Bearer {text}") != allowed, name


def test_nobody_gets_nothing(client: TestClient) -> None:
    """401 for every operation that is somebody's."""
    for name in served(client):
        _, method, path = ROUTES[name]
        assert client.request(method, path, json=BODIES.get(name)).status_code == 401, name


def test_role_that_changes_ends_the_session(house: House) -> None:
    """Whoever is reset or retired does not go on with what they had."""
    person = employ(cheaply(house), "Mei", "security")
    caller = Member(sign_in(house, person).session.id)
    assert house.gate.allows(caller, Act(Action.READ_METRICS))
    with house.home.records.transaction() as tx:
        house.staff.retire(tx, person.staff.id, "Ann", int(house.home.journal.now()))
    assert not house.gate.allows(caller, Act(Action.READ_METRICS))
