"""What the home answers about children, about telling people, and about written releases.

Ages are two dates each; a birth date is not kept. Findings count; they name nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from facekeep.collection.consent_evidence import DOCTOR, Books, answer, entries
from facekeep.governance.consent import Consent
from facekeep.governance.deliveries import Delivery, Kind
from facekeep.governance.guardians import (
    DAY,
    REMIND_DAYS,
    Ages,
    Guardian,
    day_of,
    midnight,
    rules_for,
)
from facekeep.governance.purposes import Purpose
from facekeep.storage.home import Home
from facekeep.storage.subjects import Person
from facekeep.terms.errors import FacekeepError, Tampered
from facekeep.terms.evidence import Finding, Question
from facekeep.terms.values import StorageClass

RELEASES = ("collection:consent:given", "collection:consent:renewed")
YEARS_AFTER_INTERACTION = 3
RETURNED = "use:identification:returned"
"""What identification writes into a person's chain when it names them."""

# -- children (Measures art. 7) -----------------------------------------------------------------


def _consented(home: Home, now: int) -> Finding:
    books = Books(home, now)
    aged = [(consent, _ages(consent, home)) for consent in books.standing]
    found = Counter(why for consent, ages in aged for why in _unguarded(consent, ages, home, now))
    known = [(consent, ages) for consent, ages in aged if ages is not None]
    children = [(c, a) for c, a in known if a.is_child(day_of(now))]
    facts = {
        "children": len({consent.person for consent, _ in children}),
        "age_unknown": len({c.person for c, a in aged if a is None}),
        "due": [_coming_of_age(c, a) for c, a in children if _soon(a, now)],
    }
    return answer(facts, found, applies=bool(children) or bool(found))


def _ages(consent: Consent, home: Home) -> Ages | None:
    try:
        return home.directory.ages_of(consent.person)
    except Tampered:
        return None


def _unguarded(
    consent: Consent, ages: Ages | None, home: Home, now: int
) -> Iterator[tuple[str, str]]:
    name = consent.purpose
    if ages is None:
        return
    if ages.is_child(day_of(now)):
        guardian = _guardian(consent, home)
        if guardian is None:
            yield f"consents to {name} were given by a child alone", _ask_guardian(name)
        elif guardian.evidence is None:
            yield f"guardians for {name} were never checked", _ask_guardian(name)
        if _soon(ages, now) and not home.deliveries.has(consent.person, Kind.TURNING_14):
            yield f"children at {name} turn 14 soon and are not told", "facekeep deliveries list"
    elif consent.guardian is not None and consent.given_at < midnight(ages.turns_14):
        yield (
            f"guardians' consents to {name} outlast the child's 14th birthday",
            f"Ask the person: facekeep consent ask --purpose {name} --subject S",
        )


def _guardian(consent: Consent, home: Home) -> Guardian | None:
    """Who consented for a child; None where nobody did or the record does not open."""
    if consent.guardian is None:
        return None
    try:
        return Guardian.from_bytes(home.directory.open_about(consent.guardian, consent.person))
    except Tampered:
        return None


def _ask_guardian(purpose: str) -> str:
    return f"Ask a guardian: facekeep consent give --purpose {purpose} --guardian G --proof REF"


def _soon(ages: Ages, now: int) -> bool:
    return 0 < (ages.turns_14 - day_of(now)).days <= REMIND_DAYS


def _coming_of_age(consent: Consent, ages: Ages) -> dict[str, str | bool]:
    """A date for the agenda; the consent's first digits name it to whoever may look it up."""
    return {
        "what": f"a child at {consent.purpose} turns 14 and decides anew",
        "due": ages.turns_14.isoformat(),
        "provisional": False,
        "obligation": "FRM-07-1",
        "ref": consent.id.hex()[:12],
    }


def _rules(home: Home, now: int) -> Finding:
    books = Books(home, now)
    children = [
        consent
        for consent in books.standing
        if (ages := _ages(consent, home)) is not None and ages.is_child(day_of(now))
    ]
    found = Counter(why for consent in children for why in _too_loose(consent, books))
    known = [purpose for purpose in books.purposes.values() if purpose is not None]
    facts = {"children": len(children), "rules": {p.id: _told(p) for p in known}}
    return answer(facts, found, applies=bool(children))


def _told(purpose: Purpose) -> dict[str, int | bool]:
    rules = rules_for(purpose)
    return {
        "admitted": rules.admitted,
        "retention_days": rules.retention_days,
        "identification": rules.identification,
        "storage": rules.storage,
        "export_approvals": rules.export_approvals,
    }


def _too_loose(consent: Consent, books: Books) -> Iterator[tuple[str, str]]:
    """Where a child's consent is kept under the rules for everybody."""
    name, purpose = consent.purpose, books.purposes.get(consent.purpose)
    if purpose is None:
        return
    rules, onward = rules_for(purpose), f"State a rule under [minors]: facekeep purpose show {name}"
    if not rules.admitted:
        yield f"children are enrolled at {name}, which admits none", onward
    if consent.expires > consent.affirmed_at + rules.retention_days * DAY:
        yield f"children's consents to {name} run longer than the rule for children", onward
    if purpose.storage is not StorageClass.TERMINAL and not rules.storage:
        yield f"children's face data at {name} lies off the terminal", onward
    if not rules.identification and _was_named(consent, books.home):
        yield f"children were named in a search at {name}, which does not search for them", onward


def _was_named(consent: Consent, home: Home) -> bool:
    """Whether a search returned this child since the consent was given: its own chain tells."""
    try:
        chain = home.chain(Person(consent.person, consent.purpose, known=True))
        return any(
            told.entry.kind == RETURNED and told.entry.at >= consent.given_at
            for told in home.journal.story(chain)
        )
    except Tampered:
        return False


# -- telling people (Measures art. 5; Network Data Regulations art. 11) ----------------------------


def _delivered(home: Home, now: int) -> Finding:
    every = home.deliveries.every()
    found = Counter(
        [
            *[("records of telling people were changed in the store", DOCTOR)]
            * home.deliveries.damaged(),
            *((f"notices ({d.kind.value}) did not reach people in time",
               "facekeep deliveries list") for d, _ in every if _late(d, home, now)),
        ]
    )  # fmt: skip
    kinds = Counter(delivery.kind.value for delivery, _ in every)
    outcomes = Counter(delivery.outcome or "open" for delivery, _ in every)
    ways = Counter(str(d.proof).partition(":")[0] for d, _ in every if d.outcome == "delivered")
    facts = {
        "kinds": dict(sorted(kinds.items())),
        "outcomes": dict(sorted(outcomes.items())),
        "ways": dict(sorted(ways.items())),
        "due": [_due(d, home) for d, _ in every if d.open and home.directory.lives(d.person)],
    }
    return answer(facts, found, applies=bool(every or found))


def _late(delivery: Delivery, home: Home, now: int) -> bool:
    return delivery.overdue(now) and home.directory.lives(delivery.person)


def _due(delivery: Delivery, home: Home) -> dict[str, str | bool]:
    obligation = {Kind.NOTICE_CHANGE: "FRM-05-2", Kind.TURNING_14: "FRM-07-1"}
    return {
        "what": f"tell somebody at {delivery.purpose}: {delivery.kind.value}",
        "due": day_of(delivery.due).isoformat(),
        "provisional": False,
        "obligation": obligation.get(delivery.kind, "NDSR-11"),
        "ref": home.deliveries.shown(delivery).hex()[:12],
    }


# -- written release and the end after the last interaction (BIPA 15) -------------------------------


def _release(home: Home, now: int) -> Finding:
    books = Books(home, now)
    vouched = {str(e.public.get("record")) for kind in RELEASES for e in entries(home, kind)}
    granted = {row.grant.consent_id for row in books.grants}
    consents = [consent for consent in books.standing if consent.id in granted]
    found = Counter(why for consent in consents for why in _unreleased(consent, vouched, home))
    facts = {"releases": len(consents), "years": YEARS_AFTER_INTERACTION}
    return answer(facts, found, applies=bool(consents))


def _unreleased(consent: Consent, vouched: set[str], home: Home) -> Iterator[tuple[str, str]]:
    """The ledger vouches for the signed release; the term counts from the giving, which no later
    interaction precedes, so it ends within three years of the last one too.
    """
    name = consent.purpose
    try:
        secret = home.vault.secret(consent.person)
        record = "" if secret is None else consent.commitment(secret).hex()
    except FacekeepError:
        record = ""
    if record not in vouched:
        yield f"consents to {name} have no release the ledger vouches for", DOCTOR
    if day_of(consent.expires) > _years_later(day_of(consent.affirmed_at)):
        yield (
            f"consents to {name} run longer than three years after the last interaction",
            f"Shorten retention_days of {name} to 1095",
        )


def _years_later(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    early = day - timedelta(days=1) if leap_day else day
    return early.replace(year=early.year + YEARS_AFTER_INTERACTION)


EVIDENCE: tuple[Question[Home], ...] = (
    Question("governance.guardians.consented", _consented),
    Question("governance.guardians.rules", _rules),
    Question("governance.deliveries.delivered", _delivered),
    Question("governance.consent.release", _release),
)
