"""What a person may always know (PIPL art. 44, 45, 48): three questions, and everything that happened.

Why, how kept, what risk; then what is held (never the face), for what, until when, every use with its
time, place or device and outcome, who of the staff looked, and the other ways in. Read from the
person's own chain, which nobody else can follow.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from facekeep.governance import notices
from facekeep.governance.consent import Consent
from facekeep.governance.purposes import Purpose
from facekeep.rights.cases import Hand
from facekeep.rights.review import codes
from facekeep.storage.home import Home
from facekeep.storage.journal import Told
from facekeep.storage.subjects import Person
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import FacekeepError
from facekeep.terms.evidence import Finding, Gap, Question

GIVEN = "rights:answer:given"
SEEN = frozenset({"access:secret:opened", "rights:case:looked", GIVEN, "rights:copy:given"})  # fmt: skip
"""Events in which somebody of the staff looked."""

_WHO = ("officer", "officers", "case", "state", "scope", "by", "purpose")


@dataclass(frozen=True, slots=True)
class Held:
    """What is kept of a person for one purpose. Times in seconds since 1970; never a face."""

    purpose: str
    enrolled: bool
    model: str
    storage: str
    until: int | None
    consents: tuple[Consent, ...] = field(repr=False)
    stopped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """One purpose's answer to one person."""

    why: Mapping[str, str]
    kept: Mapping[str, str]
    risk: Mapping[str, str]
    alternatives: tuple[tuple[str, Mapping[str, str]], ...]
    held: Held
    events: tuple[dict[str, Any], ...] = field(repr=False)
    cases: tuple[dict[str, Any], ...] = ()

    @property
    def looked(self) -> tuple[dict[str, Any], ...]:
        """Who of the staff looked, and when."""
        return tuple(event for event in self.events if event["kind"] in SEEN)


def answer(
    home: Home, subject: str, hand: Hand | None = None, purpose: str | None = None
) -> list[Answered]:
    """Every purpose a subject is known in, or the one that is named, answered; empty for somebody
    unknown.

    The look itself is written to the person's chain, so that the next answer shows it. Raises
    ``Refused`` where an officer's signature does not hold.
    """
    told = looked_by(home, subject, hand)
    persons = home.directory.persons(subject, purpose)
    for person in persons:
        home.note(home.chain(person), GIVEN, told)
    return [_of_purpose(home, person) for person in persons]


def again(home: Home, subject: str, purpose: str) -> list[Answered]:
    """The same for somebody who looks at their own pages once more: right after a look of their own
    another one says nothing new, and only what is new is written down.
    """
    persons = home.directory.persons(subject, purpose)
    if all(_just_looked(home, person) for person in persons):
        return unnoted(home, subject, purpose)
    return answer(home, subject, purpose=purpose)


def unnoted(home: Home, subject: str, purpose: str) -> list[Answered]:
    """The same where nothing more can be written: a full disk hides from nobody what is theirs."""
    return [_of_purpose(home, person) for person in home.directory.persons(subject, purpose)]


def _just_looked(home: Home, person: Person) -> bool:
    last = home.journal.last(home.chain(person))
    return last is not None and last.entry.kind == GIVEN and "officer" not in last.details


def looked_by(home: Home, subject: str, hand: Hand | None) -> dict[str, str]:
    """Which officer looks, by their own signature; nobody where the person looks at the desk."""
    if hand is None:
        return {}
    about = hashlib.sha256(subject.encode()).hexdigest()
    message = canonical({"act": "answers", "about": about, "at": int(home.journal.now())})
    signed = hand.under(message)
    return {"officer": home.officers.verify(signed.officer, message, signed.signature).name}


def explain(purpose: Purpose) -> dict[str, dict[str, str]]:
    """The three questions about a purpose, zh and en, for anybody who asks (PIPL art. 48)."""
    return {
        "why": _both(purpose, "why", "necessity"),
        "kept": _kept(purpose),
        "risk": _both(purpose, "risk"),
    }


def document(answered: Answered) -> dict[str, Any]:
    """The same as JSON values."""
    held = answered.held
    return {
        "purpose": held.purpose, "why": dict(answered.why), "kept": dict(answered.kept),
        "risk": dict(answered.risk),
        "alternatives": {way: dict(name) for way, name in answered.alternatives},
        "held": {
            "enrolled": held.enrolled, "face": None, "model": held.model, "storage": held.storage,
            "until": held.until, "stopped": list(held.stopped),
            "consents": [_consent(consent) for consent in held.consents],
        },
        "events": list(answered.events), "looked": list(answered.looked),
        "cases": list(answered.cases),
    }  # fmt: skip


def _of_purpose(home: Home, person: Person) -> Answered:
    purpose = home.purposes.current(person.purpose)
    told = explain(purpose)
    ways = tuple((way.id, {"zh": way.name.zh, "en": way.name.en}) for way in purpose.alternatives)
    cases = tuple(
        {"number": row.number, "kind": row.kind, "state": row.state, "due": row.due.isoformat()}
        for row in home.cases.of_person(person.id)
    )
    held = _held(home, person, purpose)
    return Answered(told["why"], told["kept"], told["risk"], ways, held, _events(home, person), cases)  # fmt: skip


def _held(home: Home, person: Person, purpose: Purpose) -> Held:
    consents = tuple(home.consents.of_person(person.id))
    rows = home.vault.of_consents(consent.id for consent in consents)
    until = max((row.grant.expires for row in rows), default=None)
    stands = (r.kind.value for r in home.restraints.of_person(person.id) if r.stands)
    model = rows[0].model if rows else purpose.model
    return Held(
        purpose.id, bool(rows), model, purpose.storage.value, until, consents, tuple(stands)
    )


def _events(home: Home, person: Person) -> tuple[dict[str, Any], ...]:
    """The person's own story: reason codes and who acted, never totals."""
    return tuple(told_to(home, home.journal.story(home.chain(person))))


def told_to(home: Home, story: Iterable[Told]) -> Iterator[dict[str, Any]]:
    """Entries of a person's story as they may read them, with the place where they were seen."""
    known = places_of(home)
    for told in story:
        yield {**event_of(told), **known.get(told.details.get("origin", ""), {})}


def places_of(home: Home) -> dict[str, dict[str, str]]:
    """Devices by the short name that sealed entries give them, each with the place it hangs at."""
    rows = (row for _, row in home.devices.audit() if row is not None)
    return {row.device.short: {"device": row.device.id, "place": row.device.place} for row in rows}


def event_of(told: Told) -> dict[str, Any]:
    """One entry as anybody concerned may read it."""
    who = {key: told.details[key] for key in _WHO if key in told.details}
    return {**codes(told), **who}


def _both(purpose: Purpose, *keys: str) -> dict[str, str]:
    texts = [getattr(purpose, key) for key in keys]
    return {
        "zh": "".join(text.zh for text in texts),
        "en": " ".join(text.en for text in texts),
    }


def _kept(purpose: Purpose) -> dict[str, str]:
    """The notice's own words, without its heading: every page here has one."""
    zh, en = notices.kept(purpose)
    return {"zh": zh, "en": f"{en[:1].upper()}{en[1:]}"}


def _consent(consent: Consent) -> dict[str, Any]:
    return {
        "scope": consent.scope.value, "state": consent.state.value, "given_at": consent.given_at,
        "expires": consent.expires, "notice": consent.notice.hex(),
        "by": "guardian" if consent.guardian else "person",
    }  # fmt: skip


# -- evidence -------------------------------------------------------------------------------


def _available(home: Home, now: int) -> Finding:
    """Every purpose in force answers the three questions in both languages (PIPL art. 48)."""
    try:
        names = home.purposes.names()
    except FacekeepError:
        return Finding({}, (_unreadable("?"),))
    gaps = tuple(_unreadable(name) for name in names if not _speaks(home, name))
    return Finding({"purposes": names}, gaps, applies=bool(names))


def _speaks(home: Home, name: str) -> bool:
    try:
        told = explain(home.purposes.get(name))
    except FacekeepError:
        return False
    return all(text.strip() for texts in told.values() for text in texts.values())


def _unreadable(name: str) -> Gap:
    return Gap(f"the three questions about purpose {name} have no answer", "facekeep doctor")


EVIDENCE: tuple[Question[Home], ...] = (Question("rights.answers.available", _available),)
