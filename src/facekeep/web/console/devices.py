"""What takes pictures: registered, put to use once its sign hangs, suspended, retired; its sign to print."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from facekeep.access.roles import Action
from facekeep.assembly import House
from facekeep.collection import signs
from facekeep.collection.capture import activation, public_key_of
from facekeep.governance.devices import NEXT, DeviceKind, DeviceRow, device_of
from facekeep.governance.signs import fingerprint
from facekeep.vision.picture import MAX_BYTES
from facekeep.web.caller import Calling
from facekeep.web.console.acting import caught, hand_of, prove_first
from facekeep.web.console.proofs import own_strip
from facekeep.web.console.rail import render
from facekeep.web.console.wording import WORDS
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.site import go
from facekeep.web.problems import Unreadable
from facekeep.web.service import Call

router = APIRouter()
HOME = "/console/devices"
DeviceName = Annotated[str, Path(alias="device", pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
KINDS = tuple(DeviceKind)


@router.get(HOME)
def devices(request: Request, call: Calling) -> Response:
    """Every device and where it is in its life."""
    with call.doing(Action.READ_DEVICES) as house:
        rows = [house.home.devices.row(name) for name in house.home.devices.names()]
    return render(request, call, "console/devices.html.j2", rows=rows, may=_may(call))


@router.get(HOME + "/_new")
def new(request: Request, call: Calling) -> Response:
    """An empty form."""
    return prove_first(request, call, Action.MANAGE_DEVICES) or _form(request, call)


@router.post(HOME + "/_new")
def add(request: Request, call: Calling, form: Filled) -> Response:
    """A device registered; it takes no picture before it is put to use."""
    return once(request, form, lambda: _add(request, call, form))


@router.get(HOME + "/{device}")
def device(request: Request, call: Calling, device: DeviceName) -> Response:
    """One device: where it hangs, what for, its key's fingerprint, its sign."""
    with call.doing(Action.READ_DEVICES) as house:
        row, strip = _row(house, device), own_strip(call, "device", device)
    key = fingerprint(bytes.fromhex(row.device.key)) if row.device.key else ""
    steps = [state.value for state in NEXT[row.state]] if _may(call) else []
    return render(
        request, call, "console/device.html.j2", row=row, key=key, steps=steps, strip=strip
    )


@router.get(HOME + "/{device}/sign.{kind}")
def sign(
    call: Calling, device: DeviceName, kind: Annotated[Literal["svg", "pdf"], Path()],
    purpose: Annotated[str | None, Query(max_length=80)] = None,
) -> Response:  # fmt: skip
    """The sign to hang beside it, A4, its code signed by this home."""
    with call.doing(Action.READ_DEVICES) as house:
        _row(house, device)
        wanted = purpose or house.home.devices.row(device).device.purposes[0]
        made = signs.make(house.home, device, wanted, house.consents.notice(wanted).digest)
    if kind == "pdf":
        return _file(signs.pdf(made), "application/pdf", f"{device}-sign.pdf")
    return _file(signs.svg(made).encode(), "image/svg+xml", f"{device}-sign.svg")


@router.get(HOME + "/{device}/activate")
def activate_page(request: Request, call: Calling, device: DeviceName) -> Response:
    """The sign's photograph, and one's word that it hangs."""
    return prove_first(request, call, Action.MANAGE_DEVICES) or _activate_page(
        request, call, device
    )


@router.post(HOME + "/{device}/activate")
def activate(request: Request, call: Calling, device: DeviceName, form: Filled) -> Response:
    """In use: its sign hangs, whoever signs has seen it."""
    return once(request, form, lambda: _activate(request, call, device, form))


@router.get(HOME + "/{device}/{step}")
def step_page(
    request: Request, call: Calling, device: DeviceName,
    step: Annotated[Literal["suspend", "retire"], Path()],
) -> Response:  # fmt: skip
    """What stops, and whether it can be undone."""
    first = prove_first(request, call, Action.MANAGE_DEVICES)
    return first or _step_page(request, call, device, step)


@router.post(HOME + "/{device}/{step}")
def take_step(
    request: Request, call: Calling, device: DeviceName,
    step: Annotated[Literal["suspend", "retire"], Path()], form: Filled,
) -> Response:  # fmt: skip
    """Out of use, for now or for good."""
    return once(request, form, lambda: _take_step(request, call, device, step, form))


# -- acts -------------------------------------------------------------------------------------


def _add(request: Request, call: Call, form: Form) -> Response:
    first = prove_first(request, call, Action.MANAGE_DEVICES)
    if first is not None:
        return first
    faults = Faults()
    with caught(faults, call), call.doing(Action.MANAGE_DEVICES) as house:
        key = public_key_of(form.text("key").encode()) if form.text("key") else ""
        made = device_of(**_told(form), key=key)
        house.register.add_device(made)
        return go(f"{HOME}/{made.id}")
    return _form(request, call, form, faults)


def _told(form: Form) -> dict[str, Any]:
    place, _, zone = form.text("where").partition("/")
    purposes = list(form.many("purposes"))
    trusted = purposes if form.ticked("trusted") else []
    return {
        "id": form.text("id"), "kind": form.text("kind"), "place": place, "zone": zone,
        "purposes": purposes, "trusted_for": trusted,
    }  # fmt: skip


def _activate(request: Request, call: Call, name: str, form: Form) -> Response:
    first = prove_first(request, call, Action.MANAGE_DEVICES)
    if first is not None:
        return first
    faults, photo = Faults(), next(iter(form.pictures("photo")), b"")
    say: Callable[[str], str] = lambda key: WORDS.say(key, call.language)  # noqa: E731
    faults.unless(photo or form.ticked("seen"), "photo", say("devices.no_sign"))
    faults.unless(len(photo) <= MAX_BYTES, "photo", say("devices.large"))
    if not faults:
        with caught(faults, call, "photo"), call.doing(Action.MANAGE_DEVICES) as house:
            digest = sha256(photo).hexdigest() if photo else ""
            version = _row(house, name).version
            word = hand_of(request, call, form)(activation(name, digest, version))
            house.register.activate(name, photo, word, version=version)
            return go(f"{HOME}/{name}")
    return _activate_page(request, call, name, faults)


def _take_step(request: Request, call: Call, name: str, step: str, form: Form) -> Response:
    first = prove_first(request, call, Action.MANAGE_DEVICES)
    if first is not None:
        return first
    faults = Faults()
    if step == "retire":
        told = WORDS.say("devices.not_typed", call.language)
        faults.unless(form.text("device") == name, "device", told)
    if not faults:
        with caught(faults, call), call.doing(Action.MANAGE_DEVICES) as house:
            _row(house, name)
            act = house.register.retire if step == "retire" else house.register.suspend
            act(name)
            return go(f"{HOME}/{name}")
    return _step_page(request, call, name, step, faults)


# -- pages ------------------------------------------------------------------------------------


def _form(
    request: Request, call: Call, form: Form | None = None, faults: Faults | None = None
) -> Response:
    typed: Mapping[str, str] = form.typed if form else {}
    with call.doing(Action.MANAGE_DEVICES) as house:
        book = house.home.places
        rows = [book.row(name) for name in book.names()]
        names = house.home.purposes.names()
        titles = [(one, house.home.purposes.get(one).title.of(call.language)) for one in names]
    wheres = [(f"{r.place.id}/{z.label}", f"{r.place.name.of(call.language)} · {z.label}") for r in rows if r.state == "open" for z in r.place.zones]  # fmt: skip
    kinds = [(kind.value, WORDS.say(f"term.device_kind.{kind}", call.language)) for kind in KINDS]
    return render(
        request, call, "console/device_form.html.j2", status=422 if faults else 200, wheres=wheres,
        kinds=kinds, purposes=titles, typed=typed, faults=faults,
        chosen=form.many("purposes") if form else (),
    )  # fmt: skip


def _activate_page(
    request: Request, call: Call, name: str, faults: Faults | None = None
) -> Response:
    with call.doing(Action.MANAGE_DEVICES) as house:
        row = _row(house, name)
        public = house.home.places.row(row.device.place).place.public
    return render(
        request, call, "console/device_activate.html.j2", status=422 if faults else 200, row=row,
        public=public, faults=faults,
    )  # fmt: skip


def _step_page(
    request: Request, call: Call, name: str, step: str, faults: Faults | None = None
) -> Response:
    with call.doing(Action.MANAGE_DEVICES) as house:
        row = _row(house, name)
    return render(
        request, call, "console/device_step.html.j2", status=422 if faults else 200, row=row,
        step=step, faults=faults,
    )  # fmt: skip


def _row(house: House, name: str) -> DeviceRow:
    found = house.home.devices.find(name)
    if found is None:
        raise Unreadable(404)
    return found


def _may(call: Call) -> bool:
    return call.house.gate.could(call.caller, Action.MANAGE_DEVICES)


def _file(raw: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(raw, media_type=kind, headers=headers)
