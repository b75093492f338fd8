"""Asking every question of a home at one moment, and answers as plain JSON with their digest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from facekeep.ledger.bundle import finding_digest
from facekeep.oversight.comply import Inquiry
from facekeep.terms.evidence import Finding

Questions = Mapping[str, Callable[[int], Finding]]
"""Questions by id, each bound to an open home; asked with a moment in seconds since 1970."""

Told = Mapping[str, Any]
"""A finding as JSON."""


AT_HOME = frozenset({"due"})
"""Facts for the agenda alone: among its dates are days on which children turn 14."""


def ask(questions: Questions, at: int) -> dict[str, Finding]:
    """Every question's answer. One that cannot be answered is a gap, never a silence."""
    return Inquiry(questions, at).answers(sorted(questions))


def told(name: str, finding: Finding, at: int) -> Told:
    """A finding as JSON without fractions, with its digest."""
    bare = {
        "id": name,
        "asked_at": at,
        "applies": finding.applies,
        "holds": finding.holds,
        "facts": plain({k: v for k, v in finding.facts.items() if k not in AT_HOME}),
        "gaps": [{"what": gap.what, "next": gap.next} for gap in finding.gaps],
    }
    return {**bare, "digest": finding_digest(bare)}


def plain(value: object) -> Any:
    """JSON with texts for fractions, so that equal answers have equal bytes."""
    return json.loads(json.dumps(value, default=_text, ensure_ascii=False), parse_float=str)


def _text(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Iterable):
        return sorted(map(str, value)) if isinstance(value, set | frozenset) else list(value)
    return str(value)
