"""The picture, in the person's own browser: an enrolment and nothing else, bound to a link of ten minutes.

Looking at the page opens nothing. Starting makes the link; what is sent with it is looked at once and dies.
A browser proves nothing about where a picture comes from, camera or not: its level is ``none``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter, Request, Response

from facekeep.collection.capture import Wish
from facekeep.terms.errors import CaptureRefused, NotRecognised
from facekeep.terms.messages import told
from facekeep.terms.values import CaptureProfile, Operation
from facekeep.terms.wire.base import MAX_PHOTO_BYTES
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.site import CAMERA, go, show
from facekeep.web.portal.acting import acting
from facekeep.web.portal.door import PORTAL, Visiting, Visitor
from facekeep.web.portal.notice import steps
from facekeep.web.portal.receipts import seen_outside, standing_of
from facekeep.web.portal.telling import ways
from facekeep.web.problems import language_of

router = APIRouter()
LINK_S = 600
"""Seconds to take a picture at ease, with a break."""

MOST = 3
"""Pictures of one enrolment at home."""

PROFILES = (
    CaptureProfile.STANDARD, CaptureProfile.VOICE, CaptureProfile.LARGE_TYPE,
    CaptureProfile.NO_CHALLENGE,
)  # fmt: skip
"""How somebody is guided without anybody beside them. None asks for a movement of the eyes."""

CAMERA_TAKEN = "camera"


@dataclass(frozen=True, slots=True)
class Sent:
    """What the form of the picture page brings."""

    link: str
    profile: CaptureProfile
    from_file: bool
    photos: tuple[bytes, ...]


@router.get("/mine/face")
def face(request: Request, visitor: Visiting) -> Response:
    """What will happen, before anything does. No picture is taken here."""
    return _ready(request, visitor, Faults())


@router.post("/mine/face/start")
def start(request: Request, visitor: Visiting, form: Filled) -> Response:
    """The visible start: a link for one enrolment, and the page with the camera."""
    return once(request, form, lambda: _started(request, visitor, profile_of(form)))


@router.get("/mine/face/start")
def begin_anew() -> Response:
    """Somebody came back to the picture page, whose link is not shown twice."""
    return go("/mine/face")


@router.post("/mine/face")
def send(request: Request, visitor: Visiting, form: Filled) -> Response:
    """The pictures. Sent twice, it is one enrolment."""
    return once(request, form, lambda: _sent(request, visitor, form))


@router.get("/mine/face/done")
def done(request: Request, visitor: Visiting) -> Response:
    """What is kept now, and what was thrown away."""
    home = visitor.house.home
    story = home.journal.story(home.chain_of(visitor.subject, visitor.purpose.id))
    enrolled = [told.entry.id.hex() for told in story if told.details.get("outcome") == "enrolled"]
    if not enrolled or not standing_of(visitor).enrolled:
        return go("/mine/face")
    return show(
        request, PORTAL, "portal/face_done.html.j2", entry=enrolled[-1], back="/mine",
        title=visitor.purpose.title.of(language_of(request)), witness=seen_outside(visitor),
    )  # fmt: skip


def _ready(request: Request, visitor: Visitor, faults: Faults) -> Response:
    person, language = standing_of(visitor), language_of(request)
    return show(
        request, PORTAL, "portal/face.html.j2", status=422 if faults else 200, faults=faults,
        why_not=_why_not(visitor), again=person.enrolled, profiles=[p.value for p in PROFILES],
        title=visitor.purpose.title.of(language), ways=ways(visitor.purpose, language),
        contact=visitor.purpose.handler.contact, back="/mine",
        steps=steps(request, 3),
    )  # fmt: skip


def _why_not(visitor: Visitor) -> str:
    """Why no picture is taken here; empty where one may be."""
    person = standing_of(visitor)
    if not person.consented:
        return "consent"
    if person.storage_due:
        return "storage"
    return "" if person.own_phone else "desk"


def _started(
    request: Request, visitor: Visitor, profile: CaptureProfile, faults: Faults | None = None
) -> Response:
    if _why_not(visitor):
        return go("/mine/face")
    with acting(visitor.house, visitor.purpose, language_of(request)) as house:
        link = house.captures.link(visitor.subject, visitor.purpose.id, LINK_S)
    return show(
        request, PORTAL, "portal/face_take.html.j2", status=422 if faults else 200, needs=CAMERA,
        camera_words=_camera_words(language_of(request)), link=link, profile=profile.value, most=MOST, faults=faults or Faults(), back="/mine/face",
        ways=ways(visitor.purpose, language_of(request)), minutes=LINK_S // 60, steps=steps(request, 3),
    )  # fmt: skip


def _sent(request: Request, visitor: Visitor, form: Form) -> Response:
    sent, faults = _read(form), _picture_faults(request, form)
    if faults:
        return _started(request, visitor, sent.profile, faults)
    try:
        _enrol(request, visitor, sent)
    except NotRecognised as reason:
        faults.add("photo", _advice(request, reason))
        return _started(request, visitor, sent.profile, faults)
    except CaptureRefused:
        faults.add("start", PORTAL.words.say("face.over", language_of(request)))
        return _ready(request, visitor, faults)
    return go("/mine/face/done")


def _advice(request: Request, reason: NotRecognised) -> str:
    """What was wrong with the pictures, and what helps."""
    language, key = language_of(request), f"face.help.{reason.code}"
    what = told(reason, language).what
    helps = PORTAL.words.say(key, language) if key in PORTAL.words else ""
    return f"{what}{'' if language == 'zh' else ' '}{helps}".strip()


def _enrol(request: Request, visitor: Visitor, sent: Sent) -> None:
    """The link is used up before a picture is looked at."""
    name = visitor.purpose.id
    wish = Wish(name, Operation.ENROLMENT, visitor.subject, sent.profile, sent.from_file)
    with acting(visitor.house, visitor.purpose, language_of(request)) as house:
        origin = house.captures.through_link(sent.link, wish, sent.photos)
        eyes = visitor.service.eyes(name, None)
        house.enroller.enrol(visitor.subject, name, sent.photos, eyes, origin)


CAMERA_SAYS = (
    "asking", "ready", "ready.voice", "dark", "bright", "moving", "good", "taken", "taken.voice",
    "full", "dropped", "sending", "closed", "refused", "none", "lost", "busy", "cannot", "shot",
)  # fmt: skip
"""What the module beside the page says; it has no words of its own."""


def _camera_words(language: Literal["zh", "en"]) -> dict[str, str]:
    said = {one: PORTAL.words.say(f"camera.{one}", language, n="{n}") for one in CAMERA_SAYS}
    return {**said, "language": "zh-CN" if language == "zh" else "en-GB"}


def _read(form: Form) -> Sent:
    """A picture counts as sent from a file unless the page with the camera says it took it."""
    taken = form.text("source") == CAMERA_TAKEN
    return Sent(form.text("link"), profile_of(form), not taken, form.pictures("photo"))


def profile_of(form: Form) -> CaptureProfile:
    """How they are guided; whatever else was sent is the ordinary way."""
    named = form.text("profile")
    return next((one for one in PROFILES if one.value == named), CaptureProfile.STANDARD)


def _picture_faults(request: Request, form: Form) -> Faults:
    faults, language, photos = Faults(), language_of(request), form.pictures("photo")
    faults.unless(photos, "photo", PORTAL.words.say("face.none", language))
    faults.unless(len(photos) <= MOST, "photo", PORTAL.words.say("face.many", language, most=MOST))
    large = any(len(photo) > MAX_PHOTO_BYTES for photo in photos)
    faults.unless(not large, "photo", PORTAL.words.say("face.large", language))
    return faults
