"""One person's whole way by a real camera path: notice, consent, picture, gate, history, leaving, refused.

The camera plays a film of a public-domain portrait; the eyes are the demonstration model's.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.tour_served import Served
from tests.browser import steps
from tests.browser.conftest import ALLOWED, CAMERA, Enter, Launch, Open, watching
from tests.browser.looking import faults
from tests.browser.pages import NAMES
from tests.browser.window import Window
from tests.conftest import Portraits

LEAST_TOLD = 3
"""Consent, enrolment and the gate."""


def in_order(window: Window) -> None:
    """No fault on a page that only a form leads to."""
    found = faults(window, NAMES)
    assert not found, "\n".join(found)
    window.resize(window.view.width)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_by_camera(enter: Enter, look: Open, residence: Served, language: str) -> None:
    subject = f"resident-by-camera-{language}"
    desk = enter("attendant", language=language)
    link = steps.link_for(desk, residence, subject)
    in_order(desk)
    person = look(language=language, width=360)

    steps.consent(person, link)
    in_order(person)
    steps.start_capture(person)
    in_order(person)
    steps.photograph(person)
    person.page.wait_for_url("**/mine/face/done")
    in_order(person)

    kiosk = enter("attendant", language=language, width=768)
    steps.become_kiosk(kiosk)
    assert steps.ask_kiosk(kiosk, subject) == "yes"
    in_order(kiosk)

    assert steps.history(person) >= LEAST_TOLD
    in_order(person)

    steps.withdraw(person)
    in_order(person)
    assert steps.ask_kiosk(kiosk, subject) == "no", "how somebody stands is told to no stranger"
    person.page.go_back()
    person.open("/mine", 401)
    assert person.open(link).locator("main [name=pin]").count() == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_scripts(
    enter: Enter, look: Open, residence: Served, portraits: Portraits, language: str
) -> None:
    """The same by file, in browsers that run no script: every right in reach.

    A file proves nothing of its origin where no attack check is installed: the page says so, the desk, where
    somebody sees that it is them, takes it, and the kiosk lets nobody in by it.
    """
    subject = f"resident-by-file-{language}"
    link = steps.link_for(enter("attendant"), residence, subject)
    person = look(language=language, width=360, javascript=False)
    steps.consent(person, link)
    steps.start_capture(person)
    steps.upload(person, portraits.astronaut, "/mine/face")
    person.page.wait_for_selector("main .refused")
    desk = enter("attendant", language=language, javascript=False)
    steps.enrol_at_desk(desk, residence, subject, portraits.astronaut)

    gate, still = enter("attendant", language=language), enter("attendant", javascript=False)
    steps.become_kiosk(gate)
    assert steps.ask_kiosk(gate, subject) == "yes"
    steps.become_kiosk(still)
    assert steps.ask_kiosk(still, subject, portraits.astronaut) == "no", "a file let somebody in"
    still.open("/kiosk/other-way")
    assert steps.history(person) >= LEAST_TOLD

    steps.withdraw(person)
    assert steps.ask_kiosk(gate, subject) == "no"
    person.open("/mine", 401)
    refusal = steps.refused_at_desk(desk, residence, subject, portraits.astronaut)
    assert ("撤回" if language == "zh" else "withdr") in refusal


def test_somebody_else_is_not_let_in(
    enter: Enter, launch: Launch, residence: Served, somebody_else: Path
) -> None:
    """Control: before the same gate, under a resident's name, another face."""
    subject = "resident-and-not-the-admiral"
    link = steps.link_for(enter("attendant"), residence, subject)
    person = enter("open", width=360)
    steps.consent(person, link)
    steps.start_capture(person)
    steps.photograph(person)
    person.page.wait_for_url("**/mine/face/done")
    door = enter("attendant")
    steps.become_kiosk(door)
    kept = door.cookies()
    other = launch(ALLOWED, CAMERA, f"--use-file-for-fake-video-capture={somebody_else}")
    with watching(other, residence.origin) as opened:
        assert steps.ask_kiosk(opened(kept), subject) == "no"
    assert steps.ask_kiosk(door, subject) == "yes"
