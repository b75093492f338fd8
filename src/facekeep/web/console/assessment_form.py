"""What an impact assessment is asked, by the four contents of the Measures' article 9."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from facekeep.governance.assessments import RiskKind
from facekeep.web.console.questions import Ask, Part, Rows, pair

WORDS = "assess_form"
DEGREES = ("1", "2", "3", "4")
KINDS = tuple(kind.value for kind in RiskKind)

FRAME: Part = (
    Ask("author"),
    Ask("date", "day"),
    *pair("scope.text"),
    Ask("scope.cameras", "number"),
)
GROUND: Part = (*pair("ground.lawful"), *pair("ground.proper"), *pair("ground.necessary"))
IMPACT: Part = (
    *pair("impact.people"), *pair("impact.mitigation"), *pair("impact.how_checked"),
    Ask("impact.works", "yes", needed=False),
)  # fmt: skip
RISKS: Part = (
    Rows("risks", (
        Ask("kind", "one", KINDS, "risk_kind"), *pair("harm"), Ask("likelihood", "number"),
        Ask("impact", "number"), *pair("treatment", needed=False),
        Ask("residual.likelihood", "number", needed=False),
        Ask("residual.impact", "number", needed=False),
    ), 0),
)  # fmt: skip
REST: Part = (
    *pair("minors"), *pair("identity_service"), *pair("rights.groups", needed=False),
    *pair("rights.oversight", needed=False), *pair("rights.if_it_goes_wrong", needed=False),
    Rows("alternatives", (Ask("id"), *pair("finding"), Ask("works", "yes", needed=False)), 0),
)  # fmt: skip


def safeguards(controls: Sequence[str]) -> Part:
    """Measures, each against some harms and shown at work by controls that exist here."""
    return (
        Rows("safeguards", (
            *pair("name", "line"), Ask("against", "many", KINDS, "risk_kind"), *pair("lawful"),
            *pair("effective"), *pair("proportionate"), Ask("evidence", "many", tuple(controls)),
        ), 1),
    )  # fmt: skip


def parts(controls: Sequence[str]) -> Mapping[str, Part]:
    """In the order of the article."""
    return {
        "frame": FRAME, "ground": GROUND, "impact": IMPACT, "risks": RISKS,
        "safeguards": safeguards(controls), "rest": REST,
    }  # fmt: skip
