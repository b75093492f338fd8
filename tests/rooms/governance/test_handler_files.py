"""The handler's file: a credit code that adds up, no contradictions, nothing that is not asked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facekeep.governance import handler
from facekeep.terms.errors import Misused
from tests.house.walk import ROOT

EXAMPLE = (ROOT / "docs" / "examples" / "handler.toml").read_bytes()
CODE = "91990000MA1FKEEP0L"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def test_our_example_is_whole() -> None:
    """Every part the law asks for is there."""
    told = handler.parse(EXAMPLE)
    parts = (told.officer, told.mlps, told.applicability, told.identity_service, told.complaints)
    assert all(part is not None for part in (*parts, told.audit))
    assert told.processors
    assert told.policies
    assert told.trained


@given(at=st.integers(0, 17), other=st.sampled_from(ALPHABET))
@settings(deadline=None)
def test_one_wrong_character_is_always_seen(at: int, other: str) -> None:
    """31 is prime: no single slip passes (GB 32100)."""
    wrong = CODE[:at] + other + CODE[at + 1 :]
    if wrong == CODE:
        assert handler.credit_code(wrong) == CODE
        return
    with pytest.raises(ValueError, match="check character"):
        handler.credit_code(wrong)


@pytest.mark.parametrize("text", ["", CODE[:-1], CODE + "0", CODE.lower(), "I" * 18, "９" * 18])
def test_something_else_is_no_credit_code(text: str) -> None:
    """Too short, too long, letters nobody uses, full-width digits."""
    with pytest.raises(ValueError, match="18"):
        handler.credit_code(text)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('org_type = "company"', 'org_type = "individual"', "individual"),
        ('org_type = "company"', 'org_type = "club"', "org_type"),
        ('id = "incident-plan"', 'id = "face-rules"', "policies"),
        ("next = 2028-10-19", "next = 2026-10-01", "audit.next"),
        ("level = 2", "level = 6", "mlps.level"),
        ("answered_within_days = 15", "answered_within_days = 61", "answered_within_days"),
        ("cii = false", 'cii = "no"', "cii"),
        ("cii = false", "cii = false\nsurprise = 1", "surprise"),
        ("until = 2035-12-31", 'until = "soon"', "until"),
    ],
)
def test_a_contradiction_is_named(old: str, new: str, field: str) -> None:
    """By its field."""
    text = EXAMPLE.decode()
    assert old in text
    with pytest.raises(Misused, match=field):
        handler.parse(text.replace(old, new, 1).encode())


def test_findings_go_in_order() -> None:
    """Found, rectified, reported; never the other way round."""
    for dates in ("rectified = 2026-01-01", "reported = 2026-03-01"):
        found = f'\n[[findings]]\nid = "one"\non = 2026-02-01\n{dates}\ntext = {{zh = "甲", en = "A"}}\n'
        with pytest.raises(Misused, match=r"findings\.one"):
            handler.parse(EXAMPLE + found.encode())


@given(text=st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_noise_is_no_profile(text: bytes) -> None:
    """One kind of error, whatever the bytes."""
    with pytest.raises(Misused):
        handler.parse(text)


def test_identity_is_who_and_not_how() -> None:
    """Another officer is the same handler; another code is not."""
    one = handler.parse(EXAMPLE)
    assert one.model_copy(update={"officer": None}).identity == one.identity
    assert one.model_copy(update={"credit_code": None}).identity != one.identity
