"""One person's whole way by a real camera path: notice, consent, picture, gate, history, leaving, refused.

The camera plays a film of a public-domain portrait; the eyes are the demonstration model's.
"""

from __future__ import annotations

import pytest

from scripts.tour_served import Served
from tests.browser import steps
from tests.browser.conftest import Enter, Open
from tests.browser.looking import faults
from tests.browser.pages import NAMES
from tests.browser.window import Window
from tests.conftest import Portraits


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

    told = steps.history(person)
    assert told >= 3, "consent, enrolment and the gate"
    in_order(person)

    steps.withdraw(person)
    in_order(person)
    assert steps.ask_kiosk(kiosk, subject) == "refused"
    person.page.go_back()
    person.open("/mine", 401)
    assert person.open(link).locator("main [name=pin]").count() == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_scripts(
    enter: Enter, look: Open, residence: Served, portraits: Portraits, language: str
) -> None:
    """The same by file, in a browser that runs no script: every right in reach."""
    subject = f"resident-by-file-{language}"
    link = steps.link_for(enter("attendant"), residence, subject)
    person = look(language=language, width=360, javascript=False)
    steps.consent(person, link)
    steps.start_capture(person)
    steps.upload(person, portraits.astronaut, "/mine/face")
    person.page.wait_for_url("**/mine/face/done")

    kiosk = enter("attendant", language=language, javascript=False)
    steps.become_kiosk(kiosk)
    assert steps.ask_kiosk(kiosk, subject, portraits.astronaut) == "yes"
    assert steps.ask_kiosk(kiosk, subject, portraits.admiral) == "no"
    assert steps.history(person) >= 3

    steps.withdraw(person)
    assert steps.ask_kiosk(kiosk, subject, portraits.astronaut) == "refused"
    person.open("/mine", 401)
