"""Roles: what each may do, decided by Cedar policies that lie beside this file as text.

Rules of this module (each has a test):

1. Policies are validated against their schema when they are read: a misspelt attribute, or an act
   that no policy knows, keeps the service from starting.
2. What no policy permits is refused. A condition that *fails to evaluate* refuses as well: Cedar
   skips a failing ``forbid``, and would allow what it was to stop.
3. A decision is remembered only by the complete facts it was made from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any

import cedarpy

from facekeep.access.keys import Scope
from facekeep.terms.errors import Broken, NotPermitted

REMEMBERED = 4096
"""How many decisions are kept: more than there are keys, roles and acts in any home we know of."""


class StaffRole(StrEnum):
    """What somebody of the staff is there for."""

    OFFICER = "officer"
    ATTENDANT = "attendant"
    CASE_OFFICER = "case-officer"
    INSPECTOR = "inspector"
    SECURITY = "security"
    DEVELOPER = "developer"


class Action(StrEnum):
    """Every kind of act of the service. A capture session is opened for one of the first four."""

    VERIFY = "verify"
    IDENTIFY = "identify"
    ENROL = "enrol"
    RECORD_ALTERNATIVE = "record_alternative"
    READ_REFERENCE = "read_reference"
    RENEW = "renew"
    RENEW_ALL = "renew_all"
    READ_CONSENT = "read_consent"
    GIVE_CONSENT = "give_consent"
    WITHDRAW = "withdraw"
    IMPORT_SUBJECTS = "import_subjects"
    READ_PURPOSES = "read_purposes"
    READ_NOTICES = "read_notices"
    PUBLISH = "publish"
    SUSPEND = "suspend"
    END_PURPOSE = "end_purpose"
    READ_DEVICES = "read_devices"
    MANAGE_DEVICES = "manage_devices"
    MANAGE_PLACES = "manage_places"
    READ_CASES = "read_cases"
    WORK_CASES = "work_cases"
    OPEN_SECRET = "open_secret"  # noqa: S105 - an act
    READ_LEDGER = "read_ledger"
    READ_EVIDENCE = "read_evidence"
    EXPORT_EVIDENCE = "export_evidence"
    FILE = "file"
    READ_JOBS = "read_jobs"
    MANAGE_JOBS = "manage_jobs"
    READ_METRICS = "read_metrics"
    READ_DOCS = "read_docs"
    READ_KEYS = "read_keys"
    MAKE_KEY = "make_key"
    REVOKE_KEY = "revoke_key"
    READ_STAFF = "read_staff"
    INVITE = "invite"
    RETIRE = "retire"
    RESET = "reset"
    READ_APPROVALS = "read_approvals"
    APPROVE = "approve"
    OWN_SESSION = "own_session"
    OWN_FACTORS = "own_factors"


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody asks for; ``purpose`` is empty where it is about the home as a whole.

    ``action`` is one of :class:`Action`; any other is refused.
    """

    action: str
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Who asks, as it was read inside the transaction of the act.

    ``kind`` is ``Member``, ``Program`` or ``Local``; ``proved`` says that a member showed both factors
    a short while ago, ``test`` that the home is in mode ``development``.
    """

    kind: str
    role: str = ""
    scopes: frozenset[Scope] = frozenset()
    proved: bool = False
    test: bool = False


class Policies:
    """One text of policies under one schema. Raises ``Broken`` where they do not fit together."""

    def __init__(self, policies: str, schema: str) -> None:
        _refuse_invalid(policies, schema)
        self._policies = cedarpy.PolicySet.from_str(policies)
        self._schema = cedarpy.Schema.from_str(schema)
        self._refusals = lru_cache(REMEMBERED)(self._evaluated)

    @classmethod
    def shipped(cls) -> Policies:
        """Ours."""
        folder = files("facekeep.access") / "policies"
        return cls(*((folder / f"facekeep.{end}").read_text("utf-8") for end in ("cedar", "cedarschema")))  # fmt: skip

    def require(self, facts: Facts, act: Act) -> None:
        """Raises ``NotPermitted`` where no policy lets whoever asks do this."""
        refusal = self._refusals(facts, act)
        if refusal is not None:
            raise NotPermitted(*refusal)

    def allows(self, facts: Facts, act: Act) -> bool:
        """Whether :meth:`require` would let it pass."""
        return self._refusals(facts, act) is None

    def _evaluated(self, facts: Facts, act: Act) -> tuple[str, str] | None:
        """Why not, and what to do about it; None where it is allowed."""
        if self._permitted(facts, act):
            return None
        return _PROVE if self._permitted(replace(facts, proved=True), act) else _NOT_YOURS

    def _permitted(self, facts: Facts, act: Act) -> bool:
        answer = self._asked(facts, act)
        return answer.allowed and not answer.diagnostics.errors

    def _asked(self, facts: Facts, act: Act) -> cedarpy.AuthzResult:
        principal, resource = {"type": facts.kind, "id": "asking"}, _resource(act)
        request = {
            "principal": principal,
            "action": {"type": "Action", "id": str(act.action)},
            "resource": resource,
            "context": {"proved": facts.proved, "test": facts.test},
        }
        entities = [_principal(facts, principal), _about(act, resource)]
        return cedarpy.is_authorized(request, self._policies, entities, self._schema)


_NOT_YOURS = ("this is not among what you may do", "Ask somebody whose role it is, or an officer")
_PROVE = (
    "this needs both factors shown within the last ten minutes",
    "Show them again: POST /v1/sessions/current/proofs",
)


def _principal(facts: Facts, uid: dict[str, str]) -> dict[str, Any]:
    parents = [{"type": "Role", "id": facts.role}] if facts.role else []
    scopes = [{"purpose": one.purpose, "operation": one.operation.value} for one in facts.scopes]
    attrs = {"scopes": scopes} if facts.kind == "Program" else {}
    return {"uid": uid, "attrs": attrs, "parents": parents}


def _resource(act: Act) -> dict[str, str]:
    return {"type": "Purpose", "id": act.purpose} if act.purpose else {"type": "Home", "id": "home"}


def _about(act: Act, uid: dict[str, str]) -> dict[str, Any]:
    return {"uid": uid, "attrs": {"name": act.purpose} if act.purpose else {}, "parents": []}


def _refuse_invalid(policies: str, schema: str) -> None:
    try:
        checked = cedarpy.validate_policies(policies, schema)
    except ValueError as error:
        raise Broken(f"the access policies cannot be read: {error}", _REINSTALL) from None
    if not checked.validation_passed:
        said = "; ".join(str(error) for error in checked.errors)
        raise Broken(f"the access policies do not hold together: {said}", _REINSTALL)


_REINSTALL = "Install Facekeep again; its policies are part of it"
