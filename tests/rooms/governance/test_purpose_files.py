"""Purpose and assessment files: what contradicts itself, what is missing, and nothing else gets in."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facekeep.governance import assessments, purpose_text
from facekeep.governance.assessments import RiskKind
from facekeep.governance.notices import REQUIRED, Item, Notice, diff, lint, notice_of
from facekeep.governance.purposes import Purpose
from facekeep.terms.errors import Misused, NoAlternativeOffered, PlaceForbidden
from tests.attacks import toolkit
from tests.house.walk import ROOT

EXAMPLES = ROOT / "docs" / "examples"
TODAY = date(2026, 12, 1)


def example(name: str) -> bytes:
    return (EXAMPLES / f"{name}.toml").read_bytes()


GATE = purpose_text.parse(example("gate"))
REPORT = assessments.parse(example("gate-assessment"))


@pytest.mark.parametrize("name", ["gate", "office"])
def test_our_examples_lack_nothing(name: str) -> None:
    """And will not for years: somebody may begin with them any day."""
    purpose = purpose_text.parse(example(name))
    report = assessments.parse(example(f"{name}-assessment"))
    for day in (TODAY, TODAY + timedelta(days=3650)):
        assert purpose_text.gaps(purpose, day) == []
        assert assessments.gaps(report, purpose, day) == []
    assert lint(notice_of(purpose)) == ()


def test_the_demonstration_is_assessed_like_the_example() -> None:
    """One report in two places says the same."""
    packaged = resources.files("facekeep.cli").joinpath("pages", "gate-assessment.toml")
    assert assessments.parse(packaged.read_bytes()) == REPORT


@pytest.mark.parametrize(
    ("change", "article", "field"),
    [
        ({"options": []}, "FRM-04", "options"),
        ({"retention_why": None}, "FRM-08-2", "retention_why"),
        ({"accessible": []}, "FRM-05-3", "accessible"),
        ({"minors": None}, "FRM-07-2", "minors"),
        ({"region": "SG"}, "PIPL-40", "route"),
        ({"legal_basis": purpose_text.LegalBasis.STATUTORY}, "PIPL-13", "basis"),
    ],
)
def test_each_gap_is_named(change: dict[str, object], article: str, field: str) -> None:
    """One thing left out is one gap, by its duty and its field."""
    missing = purpose_text.gaps(GATE.model_copy(update=change), TODAY)
    assert [(one.article, one.field) for one in missing] == [(article, field)]


def test_an_alternative_that_does_not_work_yet_is_none() -> None:
    """Tomorrow's desk helps nobody today."""
    later = [way.model_copy(update={"working_since": TODAY + timedelta(1)})
             for way in GATE.alternatives]  # fmt: skip
    missing = purpose_text.gaps(GATE.model_copy(update={"alternatives": later}), TODAY)
    assert [one.article for one in missing] == ["FRM-10-1"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"verification", "identification"', '"verification", "verification"'),
        ('"own_act"', '"public_safety"'),
        ("retention_days = 180", "retention_days = 900"),
        ("retention_days = 365", "retention_days = 0"),
        ("max_fmr = 1e-3", "max_fmr = 0.5"),
        ('id = "card"', 'id = "face"'),
        ('id = "card"', 'id = "desk"'),
        ('storage = "terminal"', 'storage = "cloud"'),
        ('id = "gate"', 'id = "Gate 1"'),
        ('id = "gate"', 'id = "gate"\nsurprise = 1'),
        ('en = "East gate"', 'en = "East\\ngate"'),
        ('en = "East gate"', 'en = "East \\u202Egate"'),
        ('en = "East gate"', 'en = ""'),
    ],
)
def test_a_file_that_contradicts_itself_is_not_read(old: str, new: str) -> None:
    """By the name of the field, whatever else it says."""
    text = example("gate").decode()
    assert old in text
    with pytest.raises(Misused):
        purpose_text.parse(text.replace(old, new, 1).encode())


@pytest.mark.parametrize("kind", sorted(purpose_text.FORBIDDEN_PLACES))
def test_a_private_space_is_not_even_drafted(kind: purpose_text.PlaceKind) -> None:
    """There is no override."""
    text = toolkit.purpose_text().replace(b'"entrance"', f'"{kind.value}"'.encode())
    with pytest.raises(PlaceForbidden):
        purpose_text.parse(text)


def test_face_alone_is_not_even_drafted() -> None:
    """Nor without another way in."""
    lines = [line for line in toolkit.purpose_text().split(b"\n") if b"alternatives" not in line]
    with pytest.raises(NoAlternativeOffered):
        purpose_text.parse(b"\n".join(lines))


@pytest.mark.parametrize("parse", [purpose_text.parse, assessments.parse])
@given(text=st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_noise_is_no_file(parse: object, text: bytes) -> None:
    """Whatever the bytes: one kind of error, never another."""
    with pytest.raises(Misused):
        parse(text)  # type: ignore[operator]


@given(at=st.integers(0, 4000), junk=st.binary(min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_a_damaged_purpose_is_read_or_refused(at: int, junk: bytes) -> None:
    """Damage is a clear refusal, or harmless; what is read still agrees with itself."""
    text = example("gate")
    at %= len(text)
    try:
        read = purpose_text.parse(text[:at] + junk + text[at + len(junk) :])
    except (Misused, PlaceForbidden, NoAlternativeOffered):
        return
    assert Purpose.model_validate_json(read.model_dump_json()).hash == read.hash


def test_a_huge_or_deep_file_is_refused() -> None:
    """Before anything is made of it."""
    for text in (b"#" * (purpose_text.MAX_PURPOSE_BYTES + 1), b"a = " + b"[" * 5000):
        with pytest.raises(Misused):
            purpose_text.parse(text)
    with pytest.raises(Misused):
        assessments.parse(b"#" * (assessments.MAX_ASSESSMENT_BYTES + 1))


# -- assessments ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(RiskKind))
def test_every_kind_of_risk_is_assessed_and_answered(kind: RiskKind) -> None:
    """Leave one out and it is named."""
    fewer = [risk for risk in REPORT.risks if risk.kind is not kind]
    told = assessments.gaps(REPORT.model_copy(update={"risks": fewer}), GATE, TODAY)
    assert [one.gap.what for one in told] == [f"risks are not assessed: {kind.value}"]
    guards = [
        guard.model_copy(update={"against": [one for one in guard.against if one is not kind]})
        for guard in REPORT.safeguards
    ]
    told = assessments.gaps(REPORT.model_copy(update={"safeguards": guards}), GATE, TODAY)
    assert [one.gap.what for one in told] == [f"no safeguard answers: {kind.value}"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('zh = "人脸特征泄露', 'zh = "' + "A" * 120 + "人脸特征泄露"),
        ("residual = { likelihood = 1, impact = 4 }", "residual = { likelihood = 4, impact = 4 }"),
        ("residual = { likelihood = 1, impact = 4 }", ""),
        ('kind = "tamper"', 'kind = "leak"'),
        ("likelihood = 2", "likelihood = 5"),
        ("cameras = 4", "cameras = 0"),
        ("storage.separation.stores", "not a question"),
    ],
)
def test_an_assessment_that_contradicts_itself_is_not_read(old: str, new: str) -> None:
    """Nor one that carries something encoded, such as a picture."""
    text = example("gate-assessment").decode()
    assert old in text
    with pytest.raises(Misused):
        assessments.parse(text.replace(old, new, 1).encode())


def test_other_peoples_dates_and_purposes_do_not_count() -> None:
    """About this purpose, on a day that was."""
    other = REPORT.model_copy(update={"purpose": "office", "date": TODAY + timedelta(1)})
    told = [one.field for one in assessments.gaps(other, GATE, TODAY)]
    assert told == ["purpose", "date"]


# -- notices --------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", REQUIRED)
def test_an_item_left_out_is_named(key: str) -> None:
    """Or one that says nothing in one of the languages."""
    whole = notice_of(GATE)
    kept = tuple(item for item in whole.items if item.key != key)
    assert any(key in gap.what for gap in lint(Notice("gate", kept)))
    mute = tuple(Item(i.key, i.en, i.en) if i.key == key else i for i in whole.items)
    assert any(key in gap.what for gap in lint(Notice("gate", mute)))


@pytest.mark.parametrize(("zh", "en"), [("不同意则无法通行", "Pass"), ("通行", "You must agree")])
def test_pressure_is_seen(zh: str, en: str) -> None:
    """In either language."""
    items = (*notice_of(GATE).items, Item("more", zh, en))
    assert any("presses" in gap.what for gap in lint(Notice("gate", items)))


def test_versions_differ_by_item() -> None:
    """What changed is named, and nothing else is."""
    shorter = GATE.model_copy(update={"retention_days": 300, "minors": None})
    changed = diff(notice_of(GATE), notice_of(shorter))
    assert [one.key for one in changed] == ["kept", "minors"]
    assert changed[1].after is None
    assert diff(notice_of(GATE), notice_of(GATE)) == ()


def test_another_text_has_another_hash() -> None:
    """The hash is taken once for a frozen text; it is neither written out nor copied to a changed one."""
    told = GATE.model_dump_json()
    own = GATE.hash
    assert GATE.model_dump_json() == told
    assert Purpose.model_validate_json(told) == GATE
    changed = GATE.model_copy(update={"retention_days": GATE.retention_days + 1})
    assert changed.hash != own
    assert changed.hash == Purpose.model_validate_json(changed.model_dump_json()).hash
