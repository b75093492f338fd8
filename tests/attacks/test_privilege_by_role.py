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
from tests.attacks.toolkit import Site, Turnable, purpose_text

GUIDE = Path(__file__).parents[2] / "docs/guides/access.md"
POLICIES = Policies.shipped()
ROLES = [*StaffRole]


def table() -> dict[Action, list[str]]:
    """The guide's table: for every act, a word for each role, then the operation of a key."""
    _, _, after = GUIDE.read_text().partition("## The table")
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", after.partition("\n## ")[0], re.MULTILINE)
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

SOMEBODY = "/v1/subjects/nobody-at-all"
NONE, EVENT = "0" * 16, "0" * 32
TOML = "# a purpose that needs two"
ROUTES: dict[str, tuple[Action, str, str]] = {
    "metrics": (Action.READ_METRICS, "GET", "/metrics"),
    "show_purpose": (Action.READ_PURPOSES, "GET", "/v1/purposes/gate"),
    "show_notice": (Action.READ_NOTICES, "GET", "/v1/purposes/gate/notice"),
    "publish_purpose": (Action.PUBLISH, "POST", "/v1/purposes"),
    "give_consent": (Action.GIVE_CONSENT, "POST", f"{SOMEBODY}/consents"),
    "show_consents": (Action.READ_CONSENT, "GET", f"{SOMEBODY}/consents/gate"),
    "export_consents": (Action.READ_CONSENT, "GET", f"{SOMEBODY}/consents/gate/record"),
    "withdraw": (Action.WITHDRAW, "DELETE", f"{SOMEBODY}/consents/gate"),
    "ask": (Action.GIVE_CONSENT, "POST", f"{SOMEBODY}/requests"),
    "invite_subject": (Action.GIVE_CONSENT, "POST", f"{SOMEBODY}/invitations"),
    "answer": (Action.GIVE_CONSENT, "POST", f"{SOMEBODY}/requests/gate/answers"),
    "show_request": (Action.READ_CONSENT, "GET", f"{SOMEBODY}/requests/gate"),
    "restrain": (Action.WITHDRAW, "POST", f"{SOMEBODY}/restraints"),
    "import_subjects": (Action.IMPORT_SUBJECTS, "POST", "/v1/imports?purpose=gate"),
    "open_capture": (Action.VERIFY, "POST", "/v1/captures"),
    "make_link": (Action.ENROL, "POST", "/v1/captures/links"),
    "enrol": (Action.ENROL, "POST", f"{SOMEBODY}/references"),
    "show_reference": (Action.READ_REFERENCE, "GET", f"{SOMEBODY}/references/gate"),
    "renew": (Action.RENEW, "POST", f"{SOMEBODY}/references/gate/renewals"),
    "show_factors": (Action.READ_REFERENCE, "GET", f"{SOMEBODY}/factors/gate"),
    "set_factor": (Action.ENROL, "PUT", f"{SOMEBODY}/factors/gate"),
    "remove_factor": (Action.ENROL, "DELETE", f"{SOMEBODY}/factors/gate/pin"),
    "passkey_options": (Action.ENROL, "POST", f"{SOMEBODY}/factors/gate/challenges"),
    "verify": (Action.VERIFY, "POST", "/v1/verifications"),
    "identify": (Action.IDENTIFY, "POST", "/v1/identifications"),
    "record_alternative": (Action.RECORD_ALTERNATIVE, "POST", "/v1/alternatives"),
    "list_jobs": (Action.READ_JOBS, "GET", "/v1/jobs"),
    "job": (Action.READ_JOBS, "GET", f"/v1/jobs/{EVENT}"),
    "retry_job": (Action.MANAGE_JOBS, "POST", f"/v1/jobs/{EVENT}/retries"),
    "renew_all": (Action.RENEW_ALL, "POST", "/v1/renewals"),
    "ledger_entries": (Action.READ_LEDGER, "GET", "/v1/ledger/entries"),
    "ledger_entry": (Action.READ_LEDGER, "GET", f"/v1/ledger/entries/{EVENT}"),
    "inclusion": (Action.READ_LEDGER, "GET", f"/v1/ledger/entries/{EVENT}/proof"),
    "consistency": (Action.READ_LEDGER, "GET", "/v1/ledger/consistency?from=0"),
    "show_session": (Action.OWN_SESSION, "GET", "/v1/sessions/current"),
    "ask_for_passkey_again": (Action.OWN_SESSION, "POST", "/v1/sessions/current/questions"),
    "list_passkeys": (Action.OWN_SESSION, "GET", "/v1/passkeys"),
    "ask_for_new_passkey": (Action.OWN_FACTORS, "POST", "/v1/passkeys/questions"),
    "add_passkey": (Action.OWN_FACTORS, "POST", "/v1/passkeys"),
    "remove_passkey": (Action.OWN_FACTORS, "DELETE", "/v1/passkeys/AAAA"),
    "list_staff": (Action.READ_STAFF, "GET", "/v1/staff"),
    "invite": (Action.INVITE, "POST", "/v1/staff"),
    "retire_staff": (Action.RETIRE, "DELETE", f"/v1/staff/{NONE}"),
    "reset_staff": (Action.RESET, "POST", f"/v1/staff/{NONE}/resets"),
    "admit_staff": (Action.INVITE, "POST", f"/v1/staff/{NONE}/admissions"),
    "list_api_keys": (Action.READ_KEYS, "GET", "/v1/api-keys"),
    "make_api_key": (Action.MAKE_KEY, "POST", "/v1/api-keys"),
    "revoke_api_key": (Action.REVOKE_KEY, "DELETE", "/v1/api-keys/00000000"),
    "list_approvals": (Action.READ_APPROVALS, "GET", "/v1/approvals"),
    "approve": (Action.APPROVE, "POST", "/v1/approvals"),
    "open_story": (Action.OPEN_SECRET, "POST", "/v1/cases/none/openings"),
}
"""Operations by the act they are; a body is given where one is needed to get as far as the gate."""

ELSEWHERE = frozenset({
    "list_purposes", "list_consents", "list_references",  # show only what is one's own
    "fetch_receipt",  # 404 until there is one; then withdraw
    "sign_out", "prove", "prove_by_passkey", "change_passphrase",  # end what this test goes on with
    "export_evidence",  # two approvals come first (test_privilege_by_one_officer)
})  # fmt: skip
"""Operations that are looked at in other tests."""

PHOTO: dict[str, Any] = {"purpose": "gate", "device": "gate-door"}
BODIES: dict[str, dict[str, Any]] = {
    "publish_purpose": {
        "text": purpose_text(operations='["verification"]').decode(), "assessment": TOML,
        "passphrase": "x",
    },
    "give_consent": {"purpose": "gate", "notice": "0" * 64, "language": "zh", "channel": "counter"},
    "ask": {"purpose": "gate"},
    "invite_subject": {"purpose": "gate"},
    "answer": {"answer": "later"},
    "restrain": {"purpose": "gate", "kind": "objection", "identified": "passport"},
    "open_capture": {
        "device": "gate-door", "purpose": "gate", "operation": "verification", "subject": "nobody",
    },
    "make_link": {"subject": "nobody", "purpose": "gate"},
    "enrol": {**PHOTO, "photos": ["AAAA"]},
    "renew": {"because": "leak"},
    "set_factor": {"factor": {"kind": "pin", "pin": "480913"}},
    "verify": {**PHOTO, "subject": "nobody", "photo": "AAAA"},
    "identify": {**PHOTO, "photo": "AAAA"},
    "record_alternative": {"purpose": "gate", "way": "card", "outcome": "done", "seconds": 9.0},
    "renew_all": {"purpose": "gate", "because": "leak"},
    "add_passkey": {"credential": {}},
    "invite": {"name": "Mei", "role": "attendant", "passphrase": "x"},
    "admit_staff": {"passphrase": "x"},
    "make_api_key": {"label": "x", "scopes": ["ledger"], "passphrase": "x"},
    "approve": {"act": "export", "what": "x", "passphrase": "x"},
    "open_story": {"home_passphrase": "x"},
    "import_subjects": [{"subject": "nobody"}],  # type: ignore[dict-item] # a list of them
}  # fmt: skip


@pytest.fixture
def client(site: Site, house: House) -> Iterator[TestClient]:
    """A client that shows nothing."""
    with at_the_door(cheaply(house), site.settings, site.people, key="") as client:
        yield client


def secured(client: TestClient) -> set[str]:
    """Every operation that somebody known must ask for."""
    paths = client.get("/openapi.json").json()["paths"].values()
    found = (one for path in paths for one in path.values())
    return {one["operationId"] for one in found if one.get("security")}


def test_every_operation_is_looked_at(client: TestClient) -> None:
    """A new one takes its line here, and its act in the table."""
    assert secured(client) == {*ROUTES, *ELSEWHERE}


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
    for word_of in (("yes", "again", "trial"), ("yes", "trial")):
        for name in ROUTES:
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
    for name in ROUTES:
        needed = TABLE[ROUTES[name][0]][-1]
        allowed = needed == operation.value or (needed == "any" and operation not in HOME_WIDE)
        assert refused(client, name, Authorization=f"Bearer {text}") != allowed, name


def test_nobody_gets_nothing(client: TestClient) -> None:
    """401 for every operation that is somebody's."""
    for name in ROUTES:
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
