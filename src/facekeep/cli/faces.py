"""What is done with a face: enrol, verify, identify, renew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from facekeep.cli.devices import (
    Camera,
    DeviceKey,
    DeviceName,
    Guided,
    read_picture_file,
    wish_of,
)
from facekeep.cli.door import AsJson, Door, PurposeName, SubjectName
from facekeep.cli.manual import Leaf
from facekeep.cli.screen import Screen
from facekeep.terms.profiles import CaptureProfile

if TYPE_CHECKING:
    from facekeep.collection.enrolment import Enrolled
    from facekeep.storage.reset import Reset
    from facekeep.use.decisions import Answer, Found

Photo = Annotated[Path, typer.Argument(help="option.photo", metavar="PHOTO")]
NON_MATCH = 1
GOOD_QUALITY = 80
"""Of 100: above it nothing needs to be said about the picture."""


class Because(StrEnum):
    """Why faces are reset."""

    KEYS = "keys"
    LEAK = "leak"
    SCHEDULE = "schedule"


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("enrol", cls=Leaf, help="help.enrol")(enrol)
    app.command("verify", cls=Leaf, help="help.verify")(verify)
    app.command("identify", cls=Leaf, help="help.identify")(identify)
    app.command("renew", cls=Leaf, help="help.renew")(renew)


# -- enrol ----------------------------------------------------------------------------------


def enrol(
    context: typer.Context,
    subject: SubjectName,
    purpose: PurposeName,
    photos: Annotated[list[Path], typer.Argument(help="option.photos", metavar="PHOTO...")],
    device: DeviceName = None,
    device_key: DeviceKey = None,
    link: Annotated[str | None, typer.Option("--link", help="option.link", metavar="TOKEN")] = None,
    profile: Guided = CaptureProfile.STANDARD,
    as_json: AsJson = False,
) -> None:
    """One new reference from one or more photographs."""
    door = Door.at(context, as_json)
    with door.house(unlocked=True) as house:
        door.offer_other_ways(house, purpose)
        wish = wish_of(purpose, "enrolment", profile, subject)
        pictures = [read_picture_file(photo, door) for photo in photos]
        origin = Camera(device, device_key, link).origin(door, house, wish, pictures)
        enrolled = house.enroller.enrol(
            subject, purpose, pictures, house.sight(purpose, device), origin
        )
    door.answer(asdict(enrolled), lambda screen: _show_enrolled(screen, enrolled, door))


def _show_enrolled(screen: Screen, enrolled: Enrolled, door: Door) -> None:
    screen.headline("good", door.say("enrolled"), enrolled.purpose)
    screen.paragraph(door.say("enrolled.halves"))
    screen.gap()
    screen.facts(
        [
            (door.say("label.photos"), enrolled.photos_used),
            (door.say("label.quality"), _quality(enrolled, door)),
            *_eyes(enrolled, door),
            (door.say("label.event"), enrolled.event),
        ]
    )  # fmt: skip
    for code in enrolled.photos_left_out:
        screen.note(door.say("enrolled.left_out", why=door.error_word(code)), "warn")
    _say_grade(screen, enrolled, door)


def _quality(enrolled: Enrolled, door: Door) -> str:
    """The figure, and what to improve where something is worth improving."""
    quality = enrolled.quality
    if quality.value >= GOOD_QUALITY:
        return door.say("quality.good", value=quality.value)
    weakest = door.word("part", quality.weakest)
    return door.say("quality.said", value=quality.value, weakest=weakest)


# -- verify ---------------------------------------------------------------------------------


def verify(
    context: typer.Context,
    subject: SubjectName,
    purpose: PurposeName,
    photo: Photo,
    max_fmr: Annotated[
        float | None, typer.Option("--max-fmr", help="option.max_fmr", metavar="RATE")
    ] = None,
    device: DeviceName = None,
    device_key: DeviceKey = None,
    profile: Guided = CaptureProfile.STANDARD,
    as_json: AsJson = False,
) -> int:
    """Is this the person? Match exits 0, non-match 1."""
    from facekeep.terms.values import Decision
    from facekeep.use.verification import Asked

    door = Door.at(context, as_json)
    with door.house(unlocked=True) as house:
        door.offer_other_ways(house, purpose)
        wish = wish_of(purpose, "verification", profile, subject)
        picture = read_picture_file(photo, door)
        origin = Camera(device, device_key).origin(door, house, wish, [picture])
        asked = Asked(subject, purpose, picture, origin, max_fmr)
        with house.ways.face(purpose, profile) as succeeded:
            answer = house.verifier.verify(asked, house.sight(purpose, device))
            succeeded(answer.decision is Decision.MATCH)
    door.answer(asdict(answer), lambda screen: _show_answer(screen, answer, door))
    return 0 if answer.decision is Decision.MATCH else NON_MATCH


def _show_answer(screen: Screen, answer: Answer, door: Door) -> None:
    matches = answer.decision.value == "match"
    screen.headline(
        "good" if matches else "no", door.word("decision", answer.decision.value), answer.purpose
    )
    screen.facts(
        [
            (door.say("label.error_rate"), door.say("rate.fmr", n=f"{1 / answer.max_fmr:,.0f}")),
            *_eyes(answer, door),
            (door.say("label.calibration"), _calibration(answer.calibration, door)),
            (door.say("label.event"), answer.event),
        ]
    )
    if not matches:
        _offer(screen, door)
    _say_grade(screen, answer, door)


# -- identify -------------------------------------------------------------------------------


def identify(
    context: typer.Context,
    purpose: PurposeName,
    photo: Photo,
    max_fpir: Annotated[
        float | None, typer.Option("--max-fpir", help="option.max_fpir", metavar="RATE")
    ] = None,
    top: Annotated[int, typer.Option("--top", help="option.top", metavar="N")] = 5,
    device: DeviceName = None,
    device_key: DeviceKey = None,
    profile: Guided = CaptureProfile.STANDARD,
    as_json: AsJson = False,
) -> int:
    """Who is this, among the people enrolled for a purpose? Nobody exits 1."""
    from facekeep.use.identification import Search

    door = Door.at(context, as_json)
    with door.house(unlocked=True) as house:
        door.offer_other_ways(house, purpose)
        wish = wish_of(purpose, "identification", profile)
        picture = read_picture_file(photo, door)
        origin = Camera(device, device_key).origin(door, house, wish, [picture])
        search = Search(purpose, picture, origin, max_fpir, top)
        with house.ways.face(purpose, profile) as succeeded:
            found = house.identifier.identify(search, house.sight(purpose, device))
            succeeded(bool(found.subjects))
    door.answer(asdict(found), lambda screen: _show_found(screen, found, door))
    return 0 if found.subjects else NON_MATCH  # fmt: skip


def _show_found(screen: Screen, found: Found, door: Door) -> None:
    if found.subjects:
        screen.headline("good", door.say("found"), door.say("list.join").join(found.subjects))
    else:
        screen.headline("no", door.say("found.nobody"), found.purpose)
        screen.paragraph(door.say("found.dies"))
    if len(found.subjects) > 1:
        screen.note(door.say("found.order"))
    screen.facts(
        [
            (door.say("label.error_rate"), door.say("rate.fpir", n=f"{1 / found.max_fpir:,.0f}")),
            (door.say("label.searched"), found.searched_range),
            *_eyes(found, door),
            (door.say("label.calibration"), _calibration(found.calibration, door)),
            (door.say("label.event"), found.event),
        ]
    )
    if not found.subjects:
        _offer(screen, door)
    _say_grade(screen, found, door)


# -- renew ----------------------------------------------------------------------------------


def renew(
    context: typer.Context,
    subject: Annotated[
        str | None, typer.Option("--subject", "-s", help="option.renew_subject", metavar="S")
    ] = None,
    purpose: Annotated[
        str | None, typer.Option("--purpose", "-p", help="option.renew_purpose", metavar="P")
    ] = None,
    because: Annotated[
        Because, typer.Option("--because", help="option.renew_because", metavar="WHY")
    ] = (Because.SCHEDULE),
    as_json: AsJson = False,
) -> None:
    """Reset faces like passwords: nobody comes back to the camera."""
    from facekeep.storage.reset import Scope

    door = Door.at(context, as_json)
    label = door.say("renew.working")
    with door.house(unlocked=True) as house, door.aside.progress(label) as progress:
        reset = house.resetter.renew(Scope(subject, purpose), because.value, progress)
    document = {**asdict(reset), "because": because.value}
    door.answer(document, lambda screen: _show_reset(screen, reset, because, door))


def _show_reset(screen: Screen, reset: Reset, because: Because, door: Door) -> None:
    screen.headline("good", door.say("renewed"), door.say("renewed.count", n=reset.references))
    screen.paragraph(door.say("renewed.stale"))
    if because is Because.KEYS:
        screen.note(door.say("renewed.archives", n=reset.archives_ended))
    screen.facts([(door.say("label.event"), reset.event)])


# -- said on every screen -------------------------------------------------------------------


def _eyes(seen: Enrolled | Answer | Found, door: Door) -> Sequence[tuple[str, object]]:
    """Which model looked, whether an attack was looked for, what the capture proves."""
    grade = door.word("grade", seen.grade)
    return (
        (door.say("label.model"), f"{seen.model} · {grade}"),
        (door.say("label.pad"), door.word("pad", seen.pad)),
        (door.say("label.capture"), door.word("capture", seen.capture)),
    )


def _calibration(name: str, door: Door) -> str:
    return door.word("calibration", name)


def _say_grade(screen: Screen, answer: Answer | Enrolled | Found, door: Door) -> None:
    if answer.grade == "demonstration":
        screen.gap()
        screen.note(door.grade_warning(answer.model), "warn")


def _offer(screen: Screen, door: Door) -> None:
    if door.offer:
        screen.way_out(door.offer)
