"""Every page of the portal, in both languages, both themes and three widths."""

from __future__ import annotations

import pytest

from scripts.tour_served import Served
from tests.browser.conftest import Enter
from tests.browser.looking import faults
from tests.browser.pages import NAMES, PORTAL, Listed


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("listed", PORTAL, ids=lambda one: one.name)
def test_page(enter: Enter, residence: Served, listed: Listed, language: str) -> None:
    window = enter(listed.door, language=language)
    window.open(listed.at(window, residence), listed.status)
    found = faults(window, NAMES)
    assert not found, "\n".join(found)
