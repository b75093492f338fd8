"""Who may do what: accounts of the staff, keys of officers, API keys of programs, roles in words.

A code or the text of a key is shown once, on the page that answers the form that made it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from facekeep.access.acts import ACTIONS, GRAVE
from facekeep.access.approvals import ADMIT
from facekeep.access.keys import DAY, HOME_WIDE, ApiKey, Operation, Scope, draft
from facekeep.access.officers import Officer, add_message, retire_message, role_of
from facekeep.access.roles import Act, Action, Facts, Policies, StaffRole
from facekeep.access.staff import RESET, Staff, State, draw_code, invitation
from facekeep.assembly import House
from facekeep.terms.errors import Misused
from facekeep.web.caller import Calling
from facekeep.web.console.acting import caught, hand_of, name_of, prove_first
from facekeep.web.console.eyes import FourEyes, eyes_on
from facekeep.web.console.rail import render
from facekeep.web.console.wording import WORDS
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.site import go
from facekeep.web.problems import Unreadable
from facekeep.web.service import Call

router = APIRouter()
HOME = "/console/access"
StaffId = Annotated[str, Path(alias="staff", pattern=r"^[0-9a-f]{16}$")]
KeyId = Annotated[str, Path(alias="key", pattern=r"^[0-9a-f]{8}$")]
OfficerId = Annotated[str, Path(alias="officer", pattern=r"^[0-9a-f]{64}$")]
TERMS = (30, 90, 365, 730)
ROLES = tuple(StaffRole)


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the list shows it. ``approve`` is what two officers approve before it signs."""

    staff: Staff
    signs: bool
    approve: str


@dataclass(frozen=True, slots=True)
class KeyShown:
    """An API key as the list shows it."""

    key: ApiKey
    state: str
    used_on: int | None


@dataclass(frozen=True, slots=True)
class Allowed:
    """One act, and by role whether it is allowed: ``yes``, ``again`` with fresh factors, or nothing."""

    words: str
    by: tuple[str, ...]


# -- looking ----------------------------------------------------------------------------------


@router.get(HOME)
def access(request: Request, call: Calling) -> Response:
    """Accounts, officers' keys, API keys."""
    with call.doing(Action.READ_STAFF) as house:
        accounts = [_account(house, one) for one in house.staff.all()]
        officers = house.home.officers.all()
    keys = [_key(call.house, one) for one in call.house.api_keys.all()] if call.may(Action.READ_KEYS) else []  # fmt: skip
    return render(
        request, call, "console/access.html.j2", accounts=accounts, officers=officers, keys=keys,
        may=_mine(call),
    )  # fmt: skip


@router.get(HOME + "/roles")
def roles(request: Request, call: Calling) -> Response:
    """What each role may, as the policies say it."""
    with call.doing(Action.READ_STAFF):
        rows = list(_allowed(call))
    return render(request, call, "console/roles.html.j2", rows=rows, roles=ROLES)


def _allowed(call: Call) -> Iterator[Allowed]:
    policies, test = Policies.shipped(), call.house.settings.mode == "development"
    for action, (zh, en) in ACTIONS.items():
        words = [_word(policies, role, action, test) for role in StaffRole]
        yield Allowed(zh if call.language == "zh" else en, tuple(words))


def _word(policies: Policies, role: StaffRole, action: Action, test: bool) -> str:
    facts = Facts("Member", role.value, proved=True, test=test)
    may = any(policies.allows(facts, Act(action, about)) for about in ("", "any"))
    return ("again" if action in GRAVE else "yes") if may else ""


def _mine(call: Call) -> frozenset[str]:
    acts = (Action.INVITE, Action.RETIRE, Action.RESET, Action.MAKE_KEY, Action.REVOKE_KEY)
    return frozenset(act.value for act in acts if call.house.gate.could(call.caller, act))


def _account(house: House, staff: Staff) -> Account:
    signs = house.staff.signs(staff)
    waits = staff.state is State.ACTIVE and staff.factors.public and not signs
    return Account(staff, signs, staff.newcomer.what if waits else "")


def _key(house: House, key: ApiKey) -> KeyShown:
    over = house.home.journal.now() >= key.expires
    state = "revoked" if key.revoked else "over" if over else "open"
    return KeyShown(key, state, house.api_keys.used_on(key.id))


# -- accounts ---------------------------------------------------------------------------------


@router.get(HOME + "/staff/_new")
def invite_page(request: Request, call: Calling) -> Response:
    """Who is invited, and as what."""
    return prove_first(request, call, Action.INVITE) or _invite_page(request, call)


@router.post(HOME + "/staff/_new")
def invite(request: Request, call: Calling, form: Filled) -> Response:
    """An account; its code is shown on the answer, this once."""
    return once(request, form, lambda: _invite(request, call, form))


def _invite(request: Request, call: Call, form: Form) -> Response:
    first = prove_first(request, call, Action.INVITE)
    if first is not None:
        return first
    faults = Faults()
    with caught(faults, call, "name"), call.doing(Action.INVITE) as house:
        drawn = invitation(house.home.entropy, form.text("name"), form.text("role"))
        hand = hand_of(request, call, form)
        with house.home.records.transaction() as tx:
            at = int(house.home.journal.now())
            staff = house.staff.invite(tx, drawn, hand(drawn.message), at)
        return _code(request, call, staff, drawn.code)
    return _invite_page(request, call, faults, form)


def _invite_page(
    request: Request, call: Call, faults: Faults | None = None, form: Form | None = None
) -> Response:
    with call.doing(Action.INVITE):
        options = [(role.value, WORDS.say(f"role.{role}", call.language)) for role in StaffRole]
    return render(
        request, call, "console/staff_invite.html.j2", status=422 if faults else 200, roles=options,
        faults=faults, typed=form.typed if form else {},
    )  # fmt: skip


def _code(request: Request, call: Call, staff: Staff, code: str) -> Response:
    """The invitation's code: nobody can see it again."""
    return render(request, call, "console/staff_code.html.j2", staff=staff, code=code)


@router.get(HOME + "/staff/{staff}/retire")
def retire_page(request: Request, call: Calling, staff: StaffId) -> Response:
    """What ends with an account."""
    return _staff_page(request, call, "retire", Action.RETIRE, staff)


@router.post(HOME + "/staff/{staff}/retire")
def retire(request: Request, call: Calling, staff: StaffId, form: Filled) -> Response:
    """The account is over, and everything signed in with it."""

    def act(house: House) -> Response:
        with house.home.records.transaction() as tx:
            house.staff.retire(tx, staff, name_of(call), int(house.home.journal.now()))
        return go(HOME)

    return _staff_act(request, call, "retire", Action.RETIRE, staff, form, act)


@router.get(HOME + "/staff/{staff}/reset")
def reset_page(request: Request, call: Calling, staff: StaffId) -> Response:
    """Which two approve, and what their owner sets up anew."""
    return _staff_page(request, call, "reset", Action.RESET, staff)


@router.post(HOME + "/staff/{staff}/reset")
def reset(request: Request, call: Calling, staff: StaffId, form: Filled) -> Response:
    """Every factor goes; a new code, by four eyes."""

    def act(house: House) -> Response:
        code = draw_code(house.home.entropy)
        with house.home.records.transaction() as tx:
            after = house.staff.reset(tx, staff, code, int(house.home.journal.now()))
        return _code(request, call, after, code)

    return _staff_act(request, call, "reset", Action.RESET, staff, form, act)


@router.get(HOME + "/staff/{staff}/admit")
def admit_page(request: Request, call: Calling, staff: StaffId) -> Response:
    """Whose key comes on the roll, and who approved it."""
    return _staff_page(request, call, "admit", Action.INVITE, staff)


@router.post(HOME + "/staff/{staff}/admit")
def admit(request: Request, call: Calling, staff: StaffId, form: Filled) -> Response:
    """What the account signs counts from now on."""

    def act(house: House) -> Response:
        newcomer = house.staff.get(staff).newcomer
        hand = hand_of(request, call, form)
        word = hand(add_message(newcomer.name, role_of(newcomer.role), newcomer.public))
        with house.home.records.transaction() as tx:
            house.staff.admit(tx, staff, int(house.home.journal.now()), word)
        return go(HOME)

    return _staff_act(request, call, "admit", Action.INVITE, staff, form, act)


def _staff_act(
    request: Request, call: Call, name: str, action: Action, staff: str, form: Form,
    act: Callable[[House], Response],
) -> Response:  # fmt: skip
    """One act on an account, carried out once; the page again where something is wrong."""

    def carried_out() -> Response:
        first = prove_first(request, call, action)
        if first is not None:
            return first
        _known(call, staff)
        faults = Faults()
        with caught(faults, call), call.doing(action) as house:
            return act(house)
        return _staff_page(request, call, name, action, staff, faults)

    return once(request, form, carried_out)


def _staff_page(
    request: Request, call: Call, name: str, action: Action, staff: str,
    faults: Faults | None = None,
) -> Response:  # fmt: skip
    first = prove_first(request, call, action)
    if first is not None:
        return first
    with call.doing(action) as house:
        account = _account(house, _known(call, staff))
        eyes = _eyes(house, name, account)
    return render(
        request, call, "console/staff_act.html.j2", status=422 if faults else 200, it=account,
        act=name, eyes=eyes, faults=faults, own=account.staff.name == name_of(call),
    )  # fmt: skip


def _eyes(house: House, name: str, account: Account) -> FourEyes | None:
    if name == "reset":
        return eyes_on(house, RESET, account.staff.id)
    if name == "admit" and house.home.officers.founded and account.approve:
        return eyes_on(house, ADMIT, account.approve)
    return None


def _known(call: Call, staff: str) -> Staff:
    """Answers 404 for an account that is not there or over."""
    found = call.house.staff.find(staff)
    if found is None or found.state is State.RETIRED:
        raise Unreadable(404)
    return found


# -- officers' keys ---------------------------------------------------------------------------


@router.get(HOME + "/officers/{officer}/retire")
def retire_officer_page(request: Request, call: Calling, officer: OfficerId) -> Response:
    """Whose signature counts no more."""
    return _officer_page(request, call, officer)


@router.post(HOME + "/officers/{officer}/retire")
def retire_officer(request: Request, call: Calling, officer: OfficerId, form: Filled) -> Response:
    """A key taken off the roll; what it signed stays."""
    return once(request, form, lambda: _retire_officer(request, call, officer, form))


def _retire_officer(request: Request, call: Call, key: str, form: Form) -> Response:
    gone, faults = _officer(call, key), Faults()
    with caught(faults, call), call.doing(Action.RETIRE) as house:
        word = hand_of(request, call, form)(retire_message(gone.public))
        with house.home.records.transaction() as tx:
            house.home.officers.retire(tx, gone.name, int(house.home.journal.now()), word)
        return go(HOME)
    return _officer_page(request, call, key, faults)


def _officer_page(request: Request, call: Call, key: str, faults: Faults | None = None) -> Response:
    with call.doing(Action.RETIRE) as house:
        gone, left = _officer(call, key), len(house.home.officers.living()) - 1
    return render(
        request, call, "console/officer_retire.html.j2", status=422 if faults else 200, it=gone,
        left=left, faults=faults,
    )  # fmt: skip


def _officer(call: Call, key: str) -> Officer:
    found = [one for one in call.house.home.officers.living() if one.fingerprint == key]
    if not found:
        raise Unreadable(404)
    return found[0]


# -- API keys ---------------------------------------------------------------------------------


@router.get(HOME + "/keys/_new")
def key_page(request: Request, call: Calling) -> Response:
    """For which program, what, and how long."""
    return prove_first(request, call, Action.MAKE_KEY) or _key_page(request, call)


@router.post(HOME + "/keys/_new")
def make_key(request: Request, call: Calling, form: Filled) -> Response:
    """A key; its text is shown on the answer, this once."""
    return once(request, form, lambda: _make_key(request, call, form))


def _make_key(request: Request, call: Call, form: Form) -> Response:
    first = prove_first(request, call, Action.MAKE_KEY)
    if first is not None:
        return first
    faults, days = Faults(), form.text("days")
    scopes = form.many("scopes")
    faults.unless(scopes, "scopes", WORDS.say("keys.no_scope", call.language))
    faults.unless(days in map(str, TERMS), "days", WORDS.say("keys.no_days", call.language))
    if not faults:
        with caught(faults, call, "label"), call.doing(Action.MAKE_KEY) as house:
            now, reach = house.home.journal.now(), [_scope(house, one) for one in scopes]
            drawn = draft(house.home.entropy, form.text("label"), reach, now, int(days) * DAY)
            hand = hand_of(request, call, form)
            with house.home.records.transaction() as tx:
                key = house.api_keys.enter(tx, drawn, hand(drawn.message), int(now))
            return render(request, call, "console/key_made.html.j2", key=key, text=drawn.text)
    return _key_page(request, call, faults, form)


def _scope(house: House, text: str) -> Scope:
    """A scope of a purpose in force. Raises ``Misused``."""
    scope = Scope.read(text)
    if scope.purpose and scope.purpose not in house.home.purposes.names():
        raise Misused("a scope names a purpose by its id")
    return scope


def _key_page(
    request: Request, call: Call, faults: Faults | None = None, form: Form | None = None
) -> Response:
    with call.doing(Action.MAKE_KEY) as house:
        names = house.home.purposes.names()
    wide = [operation for operation in Operation if operation not in HOME_WIDE]
    groups = [(name, [(f"{name}:{one}", f"term.operation.{one}") for one in wide]) for name in names]  # fmt: skip
    home = [(one.value, f"term.operation.{one}") for one in sorted(HOME_WIDE)]
    days = [(str(n), WORDS.say("keys.days", call.language, n=n)) for n in TERMS]
    return render(
        request, call, "console/key_form.html.j2", status=422 if faults else 200, groups=groups,
        home=home, days=days, faults=faults, typed=form.typed if form else {},
        chosen=form.many("scopes") if form else (),
    )  # fmt: skip


@router.get(HOME + "/keys/{key}/revoke")
def revoke_page(request: Request, call: Calling, key: KeyId) -> Response:
    """Which program is kept out from then on."""
    return _revoke_page(request, call, key)


@router.post(HOME + "/keys/{key}/revoke")
def revoke(request: Request, call: Calling, key: KeyId, form: Filled) -> Response:
    """The key opens nothing any more, for requests under way too."""
    return once(request, form, lambda: _revoke(request, call, key))


def _revoke(request: Request, call: Call, key: str) -> Response:
    faults = Faults()
    with caught(faults, call), call.doing(Action.REVOKE_KEY) as house:
        _found_key(house, key)
        with house.home.records.transaction() as tx:
            house.api_keys.revoke(tx, key, name_of(call), int(house.home.journal.now()))
        return go(HOME)
    return _revoke_page(request, call, key, faults)


def _revoke_page(request: Request, call: Call, key: str, faults: Faults | None = None) -> Response:
    with call.doing(Action.REVOKE_KEY) as house:
        shown = _key(house, _found_key(house, key))
    return render(
        request, call, "console/key_revoke.html.j2", status=422 if faults else 200, it=shown,
        faults=faults,
    )  # fmt: skip


def _found_key(house: House, key: str) -> ApiKey:
    found = house.api_keys.find(key)
    if found is None:
        raise Unreadable(404)
    return found
