"""Models: what is here, what it may be used for, how often it errs; a demonstration says so loudly."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from facekeep.assembly import House
from facekeep.vision.cards import shipped_cards
from facekeep.web.console.models import group_name
from tests.attacks.toolkit import Site, publish, purpose_text
from tests.rooms.web.console.reader import Reader, plain, reading

MODELS = "/console/models"
MODEL = f"{MODELS}/dlib-resnet"


@pytest.fixture(scope="module")
def inspector(one_site: Site, one_house: House) -> Iterator[Reader]:
    with reading(one_site, one_house, "inspector") as reader:
        yield reader


def test_every_model_present_is_listed(inspector: Reader) -> None:
    page = inspector.get(MODELS)
    assert f'href="{MODEL}"' in page
    assert "demonstration" in page


def test_a_purpose_whose_model_is_not_here_is_named(inspector: Reader) -> None:
    """The purpose of these tests relies on eyes that no file holds."""
    assert "A purpose relies on a model that is not installed: simulated" in plain(inspector.get(MODELS))  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_rates_stand_group_by_group_with_their_intervals(inspector: Reader, language: str) -> None:
    """Population, date and size beside them; drawn and tabled alike."""
    page = inspector.get(MODEL, language)
    (card,) = [one for one in shipped_cards() if one.id == "dlib-resnet"]
    figures = card.calibration.held_out  # type: ignore[union-attr]
    assert page.count('role="img"') == 4
    for one in figures:
        assert page.count(group_name(one.group, language)) >= 2
    assert len(re.findall(r"\([\d.]+–[\d.]+ %\)", plain(page))) >= 4 * len(figures)
    assert "399" in page


def test_a_demonstration_says_so_loudly(inspector: Reader) -> None:
    assert "Demonstration grade: for trying out only, never for a real door." in inspector.get(
        MODEL
    )
    assert "不可用于真实通行" in inspector.get(MODEL, "zh")


def test_a_demonstration_in_use_is_said_on_the_list(site: Site, house: House) -> None:
    """Once a purpose in force relies on it, beside which rate it asks for."""
    publish(house, purpose_text("lift", model="dlib-resnet"))
    with reading(site, house, "inspector") as reader:
        page = plain(reader.get(MODELS))
    assert "A demonstration model is in use" in page
    assert "lift (false match rate at most" in page


def test_a_detector_has_no_rates_and_no_empty_drawing(inspector: Reader) -> None:
    page = inspector.get(f"{MODELS}/centerface")
    assert 'role="img"' not in page
    assert "SHA-256" in page


@pytest.mark.parametrize("name", ["nobody", "DLIB", "a" * 70, "%3Cscript%3E"])
def test_a_model_nobody_has(inspector: Reader, name: str) -> None:
    answer = inspector.ask(f"{MODELS}/{name}")
    assert answer.status_code in (404, 422)
    assert "<script" not in answer.text


def test_a_group_of_the_operators_own_keeps_its_name() -> None:
    assert group_name("night shift", "zh") == "night shift"
    assert group_name("EA", "zh") == "东亚"


@pytest.mark.parametrize("role", ["attendant", "case-officer", "security"])
def test_others_read_none_of_it(one_site: Site, one_house: House, role: str) -> None:
    with reading(one_site, one_house, role, f"another {role}") as reader:
        assert reader.ask(MODELS).status_code == 403
        assert reader.ask(MODEL).status_code == 403
