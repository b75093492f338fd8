"""What should be gone by now and is not: the retention clock's own control (Measures art. 8).

A sweep ends what is due (``assembly.sweep``); this only looks, at what each store holds and at what
the records say should be there, so that a sweep that did not run or a row pasted back is seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from facekeep.governance.workdays import day_of
from facekeep.storage.home import Home
from facekeep.storage.keys import STAND_IN
from facekeep.terms.evidence import Finding, Gap, Question
from facekeep.terms.values import ConsentState

DAY = 86_400
GRACE_S = 3600
"""A term that ran out within the hour is due, not overdue: sweeps run at least hourly."""

ENDINGS = frozenset({"withdrawal", "deregistration"})
"""Acts of the intent log that end somebody's face data."""

SWEEP = "End what is due: facekeep sweep"

_A_FACE = f"purpose NOT LIKE '%{STAND_IN}'"
"""Rows with a person behind them."""

WHAT: Mapping[str, str] = {
    "consents": "{} consents are past their term",
    "keys": "{} face keys are past their term",
    "ended": "{} face keys outlive the consent that released them",
    "secrets": "{} evidence secrets are past the evidence term",
    "archives": "{} sealed copies are past their horizon",
    "endings": "{} endings were begun and not finished",
    "long": "{} consents run longer than their purpose allows",
}
"""The sentence for each kind of what is overdue."""


def overdue(home: Home, now: float) -> dict[str, int]:
    """How many things of each kind of :data:`WHAT` should be gone; no names."""
    before = now - GRACE_S
    return {
        "consents": _given_until(home, before),
        "keys": len(home.vault.past_grant(before)),
        "ended": _ended(home),
        "secrets": len(home.vault.past_term(before)),
        "archives": len(home.archives.past_horizon(int(before))),
        "endings": sum(intent.kind in ENDINGS for intent in home.intents.open()),
        "long": _longer_than_agreed(home),
    }


def next_end(home: Home, now: float) -> date | None:
    """The day on which the next face key runs out; None where there is none."""
    row = home.vault.store.one(
        f"SELECT min(expires) FROM subject_key WHERE expires > ? AND {_A_FACE}", int(now)
    )
    return None if row is None or row[0] is None else day_of(row[0])


def _given_until(home: Home, before: float) -> int:
    """Consents past their term that still stand as given, sealed or not."""
    row = home.records.one(
        "SELECT count(*) FROM consent WHERE state IN (?, ?) AND expires <= ?",
        ConsentState.GIVEN, ConsentState.RENEWED, int(before),
    )  # fmt: skip
    return int(row[0]) if row else 0


def _ended(home: Home) -> int:
    """Face keys whose consent is ended, gone, or somebody's who departed."""
    faces = home.vault.store.rows(f"SELECT consent FROM subject_key WHERE {_A_FACE}")
    rows = [bytes(row[0]) for row in faces]
    given = home.records.rows(
        "SELECT consent.id FROM consent JOIN person ON person.id = consent.person"
        " WHERE departed = 0 AND state IN (?, ?)",
        ConsentState.GIVEN, ConsentState.RENEWED,
    )  # fmt: skip
    living = {bytes(row[0]) for row in given}
    return sum(consent not in living for consent in rows)


def _longer_than_agreed(home: Home) -> int:
    """Consents that end later than their purpose's retention after they were last affirmed."""
    agreed, standing = _agreed_terms(home), (one for one, _ in home.consents.every() if one.stands)
    terms = ((one.purpose_hash, one.expires - one.affirmed_at) for one in standing)
    return sum(term > agreed.get(bound, term) for bound, term in terms)


def _agreed_terms(home: Home) -> dict[bytes, int]:
    """Seconds a consent may run, by the hash of the purpose it was given to."""
    purposes = [home.purposes.get(name) for name in home.purposes.names()]
    return {one.hash: one.retention_days * DAY for one in purposes}


def _overdue(home: Home, now: int) -> Finding:
    counted = overdue(home, now)
    gaps = [Gap(WHAT[kind].format(n), SWEEP) for kind, n in counted.items() if n]
    following = next_end(home, now)
    facts = {**counted, "next": following.isoformat() if following else None}
    return Finding(facts, tuple(gaps))


EVIDENCE: tuple[Question[Home], ...] = (Question("storage.retention.overdue", _overdue),)
"""Measures art. 8, PIPL art. 19."""
