"""Figures that our documents state are those of the code."""

from __future__ import annotations

import pytest

from facekeep.ledger import entries
from facekeep.protect import keytree
from facekeep.protect.schemes import split
from facekeep.rights import receipts, withdrawal
from facekeep.storage import archives, budgets
from facekeep.terms import values
from facekeep.vision import pipeline
from tests.house.walk import ROOT

CUSTODY = (ROOT / "docs" / "custody.md").read_text("utf-8")


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
