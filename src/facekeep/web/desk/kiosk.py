"""The kiosk: 1:1 at a tablet that stands alone. The other way is offered first to last, as large as the face;
what was typed and answered is gone with the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from facekeep.collection.capture import Wish
from facekeep.governance.devices import DeviceKind
from facekeep.governance.purposes import Purpose
from facekeep.terms.errors import (
    CaptureRefused,
    FacekeepError,
    FactorMissing,
    NotPermitted,
    NotRecognised,
    NotSignedIn,
    PlaceForbidden,
    PurposeNotAllowed,
    Refused,
    TooMany,
)
from facekeep.terms.messages import told
from facekeep.terms.values import Decision, Operation
from facekeep.use.decisions import Answer
from facekeep.use.second_factors import Factor, FactorKind
from facekeep.use.verification import Asked
from facekeep.web import cookies
from facekeep.web.api.sessions import session_of
from facekeep.web.caller import COOKIE, Calling, Serving
from facekeep.web.desk.books import books_of
from facekeep.web.desk.camera import camera_words
from facekeep.web.desk.door import devices_of
from facekeep.web.desk.frame import render
from facekeep.web.desk.kiosks import Kiosk, Kiosks
from facekeep.web.desk.people import purposes_of
from facekeep.web.desk.wording import WORDS
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.site import CAMERA, KIOSK, SCRIPT, Needs, Site, go, show
from facekeep.web.portal.capture import CAMERA_TAKEN, profile_of
from facekeep.web.problems import language_of
from facekeep.web.service import Call

router = APIRouter()
SITE = Site("kiosk", WORDS, "/kiosk")
KINDS = (DeviceKind.KIOSK, DeviceKind.GATE, DeviceKind.DESK)
ANSWER_S = 15
"""Seconds an answer stays on the screen: long enough to read twice, short enough for whoever comes next."""

IDLE_S = 90
"""Seconds without a touch until a page that somebody left half filled in is empty again."""

LEFT_S = 5 * 60
"""The same where no script can tell who is still typing: long enough for whoever types slowly."""

NOBODYS = (CaptureRefused, FactorMissing, NotPermitted, PlaceForbidden, PurposeNotAllowed, TooMany)
"""Refusals that hold for everybody who stands there."""

SHOWN = ("none", "any", "pin", "card")
"""Second factors that can be shown here; a passkey answers a device that signs, not a form."""


# -- turning a screen into one ------------------------------------------------------------------


@router.get("/desk/kiosk")
def kiosk_page(call: Calling, request: Request) -> Response:
    """Which device is this, and for which purpose?"""
    return _setup(call, request, Faults())


@router.post("/desk/kiosk")
def begin(call: Calling, request: Request, form: Filled) -> Response:
    """The browser gives its sign-in away for the kiosk's own name, and can open nothing else.

    Raises ``NotSignedIn`` for a program, which has none to give.
    """
    session_of(call)
    purpose, _, device = form.text("device").partition("/")

    def act() -> Response:
        if (purpose, device) not in [(name, one) for name, _, one in _choices(call)]:
            faults = Faults()
            faults.add("device", WORDS.say("kiosk.device.choose", call.language))
            return _setup(call, request, faults)
        with call.doing("verify", purpose):
            kiosk = Kiosk(request.cookies[COOKIE], purpose, device, call.language)
        response = go(f"/kiosk?lang={call.language}")
        cookies.keep(response, books_of(request).kiosks.begin(kiosk), KIOSK)
        cookies.clear(response)
        return response

    return once(request, form, act)


def _setup(call: Call, request: Request, faults: Faults) -> Response:
    status = 422 if faults else 200
    return render(
        request, call, "desk/kiosk_setup.html.j2", status=status, faults=faults,
        choices=[(f"{name}/{one}", f"{one} · {title}") for name, title, one in _choices(call)],
    )  # fmt: skip


def _choices(call: Call) -> list[tuple[str, str, str]]:
    """Purpose, its title, and a device in use that serves it."""
    book = call.house.home.purposes
    return [
        (name, title, device)
        for name, title in purposes_of(call, "verify")
        if book.get(name).second_factor in SHOWN and "verification" in book.get(name).operations
        for device in devices_of(call.house, name, KINDS)
    ]


# -- at the kiosk -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AtKiosk:
    """The kiosk, and the sign-in under which it asks."""

    request: Request
    call: Call
    kiosk: Kiosk

    @property
    def purpose(self) -> Purpose:
        """What one comes in for."""
        return self.call.house.home.purposes.current(self.kiosk.purpose)

    @property
    def again(self) -> str:
        """Where it begins."""
        return f"/kiosk?lang={self.kiosk.language}"

    @property
    def name(self) -> str:
        """What the browser calls it."""
        return self.request.cookies.get(KIOSK, "")

    @property
    def kiosks(self) -> Kiosks:
        """Every screen that is one."""
        return books_of(self.request).kiosks

    def show(
        self, template: str, *, status: int = 200, needs: Needs = SCRIPT, clear: int = IDLE_S,
        left: int = LEFT_S, **context: Any,
    ) -> Response:  # fmt: skip
        """A page that goes back to the beginning by itself, without a script."""
        response = show(
            self.request, SITE, template, status=status, needs=needs, again=self.again, clear=clear,
            purpose=self.purpose, **context,
        )  # fmt: skip
        response.headers["Refresh"] = f"{left}; url={self.again}"
        return response


def at_kiosk(service: Serving, request: Request) -> AtKiosk:
    """The kiosk this browser is. Raises ``NotSignedIn``."""
    kiosk = books_of(request).kiosks.find(request.cookies.get(KIOSK, ""))
    caller = service.house.gate.caller("", kiosk.session)
    if caller is None:
        raise NotSignedIn("this screen is no kiosk, or not any more", "Sign in: /staff/sign-in")
    id_ = request.scope["state"]["request_id"]
    return AtKiosk(request, Call(service, caller, id_, language_of(request)), kiosk)


Here = Annotated[AtKiosk, Depends(at_kiosk)]


@router.get("/kiosk")
def first(service: Serving, request: Request) -> Response:
    """Two ways, one as large as the other. A screen that is no kiosk yet becomes one at the desk."""
    if not request.cookies.get(KIOSK) and request.cookies.get(COOKIE):
        return go("/desk/kiosk")
    here = at_kiosk(service, request)
    here.kiosks.clear(here.name)
    return here.show("desk/kiosk.html.j2", clear=LEFT_S)


@router.get("/kiosk/face")
def face_page(here: Here) -> Response:
    """Who one says one is, and the camera."""
    return _face_page(here, Faults(), here.kiosks.lay(here.name))


@router.post("/kiosk/face")
def face(here: Here, form: Filled) -> Response:
    """Yes or no, large and plain, and no number. Whatever went wrong, the other way is open.

    What the last person sent is not taken from whoever finds it in the browser.
    """
    if not here.kiosks.lies(here.name, form.text("form")):
        return go(here.again)

    def act() -> Response:
        faults = _odd(here, form)
        if faults:
            return _face_page(here, faults, here.kiosks.lay_again(here.name))
        try:
            yes = _verified(here, form).decision is Decision.MATCH
        except NotSignedIn:
            raise
        except FacekeepError as error:
            if not _tells_of_somebody(error):
                return _not_now(here, error)
            yes = False
        return here.show(
            "desk/kiosk_answer.html.j2", clear=ANSWER_S, left=ANSWER_S, yes=yes,
            from_file=_from_file(form),
        )  # fmt: skip

    return once(here.request, form, act)


@router.get("/kiosk/other-way")
def other_way(here: Here) -> Response:
    """How the other ways go."""
    return here.show("desk/kiosk_ways.html.j2")


def _verified(here: AtKiosk, form: Form) -> Answer:
    subject, photo, purpose = form.text("reference"), form.pictures("photo")[0], here.kiosk.purpose
    profile = profile_of(form)
    wish = Wish(purpose, Operation.VERIFICATION, subject, profile, _from_file(form))
    with here.call.doing("verify", purpose) as house:
        origin = house.captures.take(here.kiosk.device, wish, [photo])
        with house.ways.face(purpose, profile) as attempt:
            asked = Asked(subject, purpose, photo, origin, factor=_factor(here, form))
            eyes = here.call.service.eyes(purpose, origin.device)
            return house.verifier.verify(asked, eyes, attempt.beside)


def _from_file(form: Form) -> bool:
    """Nobody stands beside it who could see whether a file shows the person who chose it."""
    return form.text("source") != CAMERA_TAKEN


def _factor(here: AtKiosk, form: Form) -> Factor | None:
    wanted, shown = here.purpose.second_factor, form.text("pin")
    if wanted == "none" or not shown:
        return None
    kind = FactorKind.CARD if wanted == "card" else FactorKind.PIN
    return Factor(kind, shown)


def _odd(here: AtKiosk, form: Form) -> Faults:
    faults, language = Faults(), here.call.language
    faults.unless(
        form.text("reference"), "reference", WORDS.say("kiosk.reference.needed", language)
    )
    faults.unless(form.pictures("photo"), "photo", WORDS.say("kiosk.photo.needed", language))
    return faults


def _tells_of_somebody(error: FacekeepError) -> bool:
    """Whether a refusal would tell something of whoever the reference names, such as that they withdrew: at a
    screen where anybody may type any reference, that is answered like a face nobody knows."""
    return isinstance(error, Refused) and not isinstance(error, NOBODYS)


def _not_now(here: AtKiosk, error: FacekeepError) -> Response:
    """A picture in which nothing is to be seen is taken again; anything else is told in words."""
    said, again = told(error, here.call.language), isinstance(error, NotRecognised)
    return here.show(
        "desk/kiosk_not_now.html.j2", status=422 if again else 403, clear=ANSWER_S, left=ANSWER_S, said=said,
        try_again=again,
    )  # fmt: skip


def _face_page(here: AtKiosk, faults: Faults, form: str) -> Response:
    """What was typed is never sent back: somebody else may read the page."""
    return here.show(
        "desk/kiosk_face.html.j2", status=422 if faults else 200, needs=CAMERA, faults=faults,
        factor=here.purpose.second_factor, words=camera_words(here.call.language), form=form,
    )  # fmt: skip
