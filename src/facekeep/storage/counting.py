"""How many people: counted on the identity side, as a range, without a name leaving memory.

The line of Measures art. 15 counts people whose faces are stored, once each over all purposes. The
key row leads to a consent, the consent to a person, the person's sealed field to the operator's
reference: opened in memory, compared as a keyed digest, forgotten. What leads to nobody counts as one
more. Somebody erased counts on in the upper bound while a sealed copy of the key store lives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from facekeep.governance.workdays import day_of
from facekeep.storage.home import Home
from facekeep.storage.keys import STAND_IN
from facekeep.storage.subjects import Enrolled
from facekeep.terms.evidence import Finding, Gap, Question

ROUNDING_S = 600
"""Times of erasure are rounded like the ledger's; an archive as old as that holds them still."""


@dataclass(frozen=True, slots=True)
class Range:
    """At least ``lower`` people, at most ``upper``."""

    lower: int
    upper: int


@dataclass(frozen=True, slots=True)
class Census:
    """People at one moment.

    ``stored``: with a face in our stores. ``handled``: about whom anything is kept, evidence too.
    ``sensitive``: with sensitive data, which is a face or an age under 14 (PIPL art. 28).
    """

    stored: Range
    handled: Range
    sensitive: Range
    under_14: int
    from_14_to_17: int
    age_unknown: int
    untraced: int
    archived: int


def census(home: Home, now: float) -> Census:
    """Count everybody as the stores stand. Nobody's damaged row stops the count."""
    roll = {one.person: one for one in home.directory.roll()}
    people = _owners(home)
    stored, untraced = _stored(home, people, roll)
    archived = _archived(home, people, roll, now) - stored
    children, youths, unknown = _ages(roll.values(), day_of(now))
    everybody = {one.subject for one in roll.values()}
    living = {one.subject for one in roll.values() if not one.departed}
    sensitive = stored | children
    return Census(
        stored=_range(stored, untraced, len(archived)),
        handled=Range(_range(living | stored, untraced).lower, len(everybody) + untraced),
        sensitive=_range(sensitive, untraced, len(archived - sensitive)),
        under_14=len(children),
        from_14_to_17=len(youths),
        age_unknown=len(unknown),
        untraced=untraced,
        archived=len(archived),
    )


def _range(known: set[bytes], untraced: int, more: int = 0) -> Range:
    """Those known by reference; whoever is not may be one of them, or somebody each."""
    return Range(max(len(known), min(untraced, 1)), len(known) + untraced + more)


def _owners(home: Home) -> dict[bytes, bytes]:
    """Whose each consent is."""
    return {bytes(c): bytes(p) for c, p in home.records.rows("SELECT id, person FROM consent")}


def _stored(
    home: Home, people: Mapping[bytes, bytes], roll: Mapping[bytes, Enrolled]
) -> tuple[set[bytes], int]:
    """Subjects with a face in the stores, and how many references lead to nobody; a stand-in, which
    is nobody's face, is not counted."""
    rows = home.vault.store.rows("SELECT row, consent, purpose FROM subject_key")
    faces = [bytes(consent) for _, consent, purpose in rows if not purpose.endswith(STAND_IN)]
    owners = [roll.get(people.get(consent, b"")) for consent in faces]
    subjects = {one.subject for one in owners if one is not None}
    keyless = home.references.identifiers() - {bytes(row[0]) for row in rows}
    return subjects, owners.count(None) + len(keyless)


def _archived(
    home: Home, people: Mapping[bytes, bytes], roll: Mapping[bytes, Enrolled], now: float
) -> set[bytes]:
    """Whose keys were erased here and may still open from a sealed copy that lives."""
    sealed = [a.sealed_at for a in home.archives.living(int(now)) if a.store == "keys"]
    if not sealed:
        return set()
    since = min(sealed) - ROUNDING_S
    consents = {bytes.fromhex(e.consent) for e in home.custody.erasures() if e.at >= since}
    found = ((consent, roll.get(people.get(consent, b""))) for consent in consents)
    return {consent if one is None else one.subject for consent, one in found}


def _ages(roll: Iterable[Enrolled], today: date) -> tuple[set[bytes], set[bytes], set[bytes]]:
    """Subjects under 14, from 14 to 17, and those whose age nobody told."""
    everybody = list(roll)
    told = {one.subject: one.ages for one in everybody if one.ages is not None}
    children = {subject for subject, ages in told.items() if today < ages.turns_14}
    minors = {subject for subject, ages in told.items() if today < ages.turns_18}
    return children, minors - children, {one.subject for one in everybody} - told.keys()


# -- evidence -------------------------------------------------------------------------------


def _people(home: Home, now: int) -> Finding:
    counted = census(home, now)
    facts = {
        "stored": [counted.stored.lower, counted.stored.upper],
        "handled": [counted.handled.lower, counted.handled.upper],
        "sensitive": [counted.sensitive.lower, counted.sensitive.upper],
        "untraced": counted.untraced,
        "archived": counted.archived,
    }
    untraced = Gap(
        f"{counted.untraced} references lead to nobody and count as one person each",
        "Examine the home: facekeep doctor",
    )
    return Finding(facts, (untraced,) if counted.untraced else ())


def _minors(home: Home, now: int) -> Finding:
    counted = census(home, now)
    facts = {
        "under_14": counted.under_14,
        "from_14_to_17": counted.from_14_to_17,
        "age_unknown": counted.age_unknown,
    }
    return Finding(facts, applies=bool(counted.under_14 or counted.from_14_to_17))


EVIDENCE: tuple[Question[Home], ...] = (
    Question("storage.counting.people", _people),
    Question("storage.counting.minors", _minors),
)
"""Measures art. 15; Minors Regulations art. 37."""
