"""At the desk: a choice on the turned screen, a face by the desk's camera, a campaign from list to slips."""

from __future__ import annotations

import pytest

from scripts.tour_served import Served
from tests.browser import steps
from tests.browser.conftest import Enter
from tests.browser.looking import faults
from tests.browser.pages import NAMES
from tests.browser.window import Window


def in_order(window: Window) -> None:
    """No fault on a page that only a form leads to."""
    found = faults(window, NAMES)
    assert not found, "\n".join(found)
    window.resize(window.view.width)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_choice_at_the_desk(enter: Enter, residence: Served, language: str) -> None:
    """The person reads and chooses on the attendant's screen, sets a PIN, and is enrolled by the camera."""
    desk = enter("attendant", language=language)
    begun = steps.turn_of(f"resident-at-the-desk-{language}")(desk, residence)
    page = desk.open(f"{begun}/ask")
    page.click(f"a[href='{begun}/ask/notice?lang={language}']")
    in_order(desk)
    page.click(f"a[href='{begun}/ask/consent']")
    page.fill("[name=pin]", steps.PIN)
    page.fill("[name=pin_again]", steps.PIN)
    page.click(f"form[action='{begun}/ask/consent'] button")
    page.wait_for_url("**/ask/agreed")
    in_order(desk)
    page.click(f"main a[href='{begun}/face']")
    steps.photograph(desk)
    page.wait_for_selector("main .proof")
    in_order(desk)
    card = desk.open(begun)
    assert card.locator("main dd .tag.good").count() == 3, "consented, enrolled, a PIN"
    in_order(desk)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_another_way_at_the_desk(enter: Enter, residence: Served, language: str) -> None:
    """A no is one click, and as large as a yes."""
    desk = enter("attendant", language=language)
    begun = steps.turn_of(f"resident-by-card-{language}")(desk, residence)
    page = desk.open(f"{begun}/ask/notice?lang={language}")
    assert len(set(steps.answer_sizes(desk))) == 1, steps.answer_sizes(desk)
    page.click(f"form[action='{begun}/ask/no'] button")
    page.wait_for_url("**/ask/ways")
    assert not desk.open(begun).locator(f"main a[href='{begun}/face']").count()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_campaign(enter: Enter, residence: Served, language: str) -> None:
    """A list becomes slips; whoever was asked before is left alone."""
    officer = enter("officer", language=language)
    page = officer.open("/desk/campaigns")
    for attempt in range(2):
        page.fill("[name=name]", f"spring-{language}")
        page.select_option("[name=purpose]", "gate")
        page.fill("[name=references]", f"resident-401-{language}\nresident-402-{language}")
        page.click("form[action='/desk/campaigns'] button")
        if "/staff/prove" not in page.url:
            break
        assert not attempt, "asked for both factors twice"
        steps.prove(officer, residence.account("officer"))
        page = officer.open("/desk/campaigns")
    if "/slips/" not in page.url:
        in_order(officer)
        page.click("main a.button[href*='/slips/']")
    page.wait_for_url("**/slips/*")
    assert len(steps.LINK.findall(page.inner_text("main"))) == 2
    in_order(officer)
