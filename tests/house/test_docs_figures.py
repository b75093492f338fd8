"""Figures that our documents state are those of the code."""

from __future__ import annotations

import pytest

from facekeep.access import sessions
from facekeep.governance import invitations, requests
from facekeep.ledger import entries
from facekeep.protect import keytree
from facekeep.protect.schemes import split
from facekeep.rights import receipts, withdrawal
from facekeep.storage import archives, budgets
from facekeep.terms import values
from facekeep.use import second_factors
from facekeep.vision import pipeline
from facekeep.web.desk import kiosk
from facekeep.web.portal import capture, consent, pace, visits
from tests.house.walk import ROOT

CUSTODY = (ROOT / "docs" / "custody.md").read_text("utf-8")
PAGES = " ".join((ROOT / "docs" / "guides" / "pages.md").read_text("utf-8").split())


@pytest.mark.parametrize(
    "said",
    [
        f"B = 127² = {values.NORM_BOUND:,}",
        f"`B − {values.NORM_SLACK} ≤ |y|² ≤ B`",
        f"table of {keytree.BUCKETS:,} bucket keys",
        f"scheme `{split.SCHEME}`",
        f"2 (d + {split.CHECK_WORDS}) + 72 bytes",
        f"to a multiple of {entries.BLOCK} bytes",
        f"three years ({withdrawal.EVIDENCE_TERM_DAYS:,} days)",
        f"`{receipts.SCHEMA}`",
        f"at most {receipts.MAX_RECEIPT_BYTES // 1024} KiB",
        f"`references` ({archives.REFERENCES_HORIZON_DAYS}\ndays)",
        f"`keys` ({archives.KEYS_HORIZON_DAYS} days;",
        f"at most {budgets.MAX_DEVICES} devices",
        f"{pipeline.LEAST_ENROLMENT_QUALITY} is asked for in any case",
        "64 MiB, 3 passes, 1 lane",
    ],
)
def test_the_custody_page_states_the_codes_figures(said: str) -> None:
    """Whoever implements from the page meets the same limits."""
    assert said in CUSTODY


def test_the_cost_of_a_passphrase_is_the_one_stated() -> None:
    """The page's words and the parameters of a founded home."""
    cost = keytree.PassphraseCost.owasp_high()
    assert (cost.memory_kib, cost.passes, cost.lanes) == (64 * 1024, 3, 1)


@pytest.mark.parametrize("steps", [values.MAX_FMR_STEPS, values.MAX_FPIR_STEPS])
def test_steps_of_error_rates_are_the_ones_stated(steps: tuple[float, ...]) -> None:
    """Published steps, in the order in which the page names them."""
    named = ", ".join(f"{step:.0e}".replace("e-0", "e-") for step in steps)
    assert f"{{{named}}}" in CUSTODY


@pytest.mark.parametrize(
    "said",
    [
        f"It waits {invitations.OPEN_DAYS} days for an answer",
        f"Whoever said no is not asked again for {requests.COOL_DOWN_DAYS} days",
        f"leaves the screen after {kiosk.ANSWER_S} seconds; a page left half filled in after {kiosk.IDLE_S}",
    ],
)
def test_the_guide_to_the_pages_states_the_codes_figures(said: str) -> None:
    """Whoever prepares for people reads what will happen."""
    assert said in PAGES


@pytest.mark.parametrize(
    ("said", "true"),
    [
        ("after five in a row it opens nothing", second_factors.TRIES == 5),
        ("Twenty wrong ones at one link in a quarter of an hour", (pace.MOST, pace.WINDOW_S) == (20, 900)),
        ("after a quarter of an hour without a page, after two hours", (visits.IDLE_S, visits.LONGEST_S) == (900, 7200)),
        ("Six to twelve digits", consent.PIN.pattern == "[0-9]{6,12}"),
        ("They have ten minutes", capture.LINK_S == 600),
        ("up to three stills are sent", capture.MOST == 3),
        ("for twelve hours at most and half an hour asleep", (sessions.LONGEST_S, sessions.IDLE_S) == (43_200, 1_800)),
    ],
)  # fmt: skip
def test_figures_in_words_are_the_codes_too(said: str, true: bool) -> None:
    """The same page, where it spells its figures out."""
    assert said in PAGES
    assert true
