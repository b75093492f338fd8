"""Enrolling at the desk: pictures from a device of the desk, of somebody who consented and stands there."""

from __future__ import annotations

from fastapi import APIRouter, Response

from facekeep.collection.capture import Wish
from facekeep.collection.enrolment import Enrolled
from facekeep.terms.values import CaptureProfile, Operation
from facekeep.web.desk.camera import camera_words
from facekeep.web.desk.door import Helped, Helping, devices_of, saying
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.site import CAMERA

router = APIRouter()
MOST_PHOTOS = 8
PROFILES = tuple(one.value for one in CaptureProfile)


@router.get("/desk/people/{turn}/face")
def face_page(helping: Helped) -> Response:
    """The camera, and a file where there is none."""
    with helping.call.doing("enrol", helping.turn.purpose):
        return _page(helping, Faults(), dict(helping.request.query_params))


@router.post("/desk/people/{turn}/face")
def face(helping: Helped, form: Filled) -> Response:
    """Enrol; no picture is kept."""

    def act() -> Response:
        faults = _odd(helping, form)
        if not faults:
            with saying(faults, "photo", helping.call.language):
                done = _enrolled(helping, form)
                return helping.turned("desk/enrolled.html.j2", done=done)
        return _page(helping, faults, form.typed)

    return once(helping.request, form, act)


def _enrolled(helping: Helping, form: Form) -> Enrolled:
    turn, pictures = helping.turn, form.pictures("photo")
    profile = CaptureProfile(form.text("profile"))
    wish = Wish(turn.purpose, Operation.ENROLMENT, turn.subject, profile)
    with helping.call.doing("enrol", turn.purpose) as house:
        origin = house.captures.take(form.text("device"), wish, pictures)
        eyes = helping.call.service.eyes(turn.purpose, origin.device)
        return house.enroller.enrol(turn.subject, turn.purpose, pictures, eyes, origin)


def _odd(helping: Helping, form: Form) -> Faults:
    faults, photos = Faults(), form.pictures("photo")
    known = form.text("device") in devices_of(helping.house, helping.turn.purpose)
    faults.unless(known, "device", helping.say("desk.device.choose"))
    faults.unless(form.text("profile") in PROFILES, "profile", helping.say("desk.profile.choose"))
    faults.unless(photos, "photo", helping.say("desk.face.none"))
    faults.unless(len(photos) <= MOST_PHOTOS, "photo", helping.say("desk.face.many", n=MOST_PHOTOS))
    return faults


def _page(helping: Helping, faults: Faults, typed: dict[str, str]) -> Response:
    return helping.turned(
        "desk/face.html.j2", status=422 if faults else 200, needs=CAMERA, faults=faults,
        typed=typed, devices=[(one, one) for one in devices_of(helping.house, helping.turn.purpose)],
        profiles=[(one, helping.say(f"desk.profile.{one}")) for one in PROFILES],
        profile=_known(typed.get("profile", "")),
        words=camera_words(helping.call.language), most=MOST_PHOTOS,
    )  # fmt: skip


def _known(profile: str) -> str:
    """Whatever else was asked for is the ordinary way."""
    return profile if profile in PROFILES else CaptureProfile.STANDARD.value
