"""What is asked about a purpose, part by part, and what of a duty each part answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import ValidationError

from facekeep.governance.purpose_text import (
    FORBIDDEN_PLACES,
    Comfort,
    LegalBasis,
    PlaceKind,
    Purpose,
)
from facekeep.terms.values import MAX_FMR_STEPS, MAX_FPIR_STEPS, CaptureLevel, StorageClass
from facekeep.web.console.questions import Ask, Part, Rows, blame, pair
from facekeep.web.pages.forms import Faults

WORDS = "purpose_form"
OPERATIONS = ("verification", "identification")
PLACES = tuple(kind.value for kind in PlaceKind if kind not in FORBIDDEN_PLACES)


def _choices(field: str) -> tuple[str, ...]:
    return get_args(Purpose.model_fields[field].annotation)


_WAY = (
    Ask("id"), *pair("name", "line"), *pair("where", "line", needed=False),
    Ask("working_since", "day", needed=False),
)  # fmt: skip

_WHY = (
    *pair("title", "line"), *pair("why"), *pair("necessity"), *pair("risk"),
    Ask("handler.name"), Ask("handler.contact"),
    Ask("place.kind", "one", PLACES, "place_kind"), *pair("place.name", "line"),
    *pair("complaints", needed=False),
)  # fmt: skip

_METHOD = (
    Ask("model"), Ask("operations", "many", OPERATIONS, "operation"),
    Ask("storage", "one", tuple(StorageClass), "storage"), Ask("retention_days", "number"),
)  # fmt: skip

PARTS: Mapping[str, Part] = {
    "why": _WHY,
    "options": (Rows("options", (*pair("name", "line"), *pair("why_not"))),),
    "ways": (Rows("alternatives", _WAY),),
    "how": (
        *_METHOD, *pair("retention_why", needed=False),
        Ask("identification_ground", "one", _choices("identification_ground"), "ground"),
        Ask("max_fmr", "one", tuple(f"{one:g}" for one in MAX_FMR_STEPS)),
        Ask("max_fpir", "one", tuple(f"{one:g}" for one in MAX_FPIR_STEPS)),
        Ask("capture", "one", tuple(CaptureLevel), "capture"), Ask("least_quality", "number"),
        Ask("second_factor", "one", _choices("second_factor"), "second_factor"),
        Ask("accessible", "many", tuple(Comfort), "comfort"),
    ),
    "minors": (
        Ask("minors.admitted", "one", ("", "nobody", "with_guardian"), "minors", needed=False),
        *pair("minors.rule", needed=False), Ask("minors.retention_days", "number", needed=False),
        Ask("minors.identification", "yes", needed=False), *pair("minors.storage", needed=False),
    ),
    "law": (
        Ask("legal_basis", "one", tuple(LegalBasis), "basis"),
        Ask("basis.document", needed=False), Ask("basis.until", "day", needed=False),
        Ask("region"),
        Ask("route.kind", "one", ("", "security_assessment", "standard_contract", "certification"), "route", needed=False),
        Ask("route.document", needed=False), Ask("route.until", "day", needed=False),
        Rows("recipients", (
            Ask("id"), Ask("name"), Ask("contact"), *pair("what"), *pair("why"), Ask("region"),
        ), 1),
    ),
}  # fmt: skip
"""The parts of the editor, by their name in its path."""

NEW: Part = (Ask("id"), *_WHY[:-2], *_METHOD, Rows("alternatives", _WAY, 1))
"""What a draft cannot be without; the rest may come later."""

PART_OF = {
    "options": "options", "alternatives": "ways", "basis": "law", "basis.until": "law",
    "route": "law", "route.until": "law", "retention_why": "how", "accessible": "how",
    "minors": "minors", "handler.name": "why", "notice": "why",
}  # fmt: skip
"""Where a gap is closed."""

_RATES = ("max_fmr", "max_fpir")


def made(document: Mapping[str, Any], faults: Faults, language: str) -> Purpose | None:
    """The purpose that a document describes; None where it does not fit, each fault by its field."""
    told = {key: _rate(one) if key in _RATES else one for key, one in document.items()}
    try:
        return Purpose.model_validate(told)
    except ValidationError as error:
        blame(error, faults, language, WORDS)
        return None


def _rate(value: Any) -> Any:
    """A step as the form has it; what is none stays, to be named."""
    try:
        return float(value)
    except ValueError:
        return value
