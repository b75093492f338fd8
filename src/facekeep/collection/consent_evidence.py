"""What the consent records answer about themselves, against the keys they released.

Every question looks at the rows and their seals, never at a flag somebody could set. Findings count
and name purposes; they name nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from facekeep.governance.consent import Consent, Scope
from facekeep.governance.consent_record import RECORD_KEYS, record
from facekeep.governance.consent_story import LEADS_TO, Event
from facekeep.governance.deliveries import Kind
from facekeep.governance.notices import DARK_EN, DARK_ZH, notice_of
from facekeep.governance.purposes import Purpose
from facekeep.governance.requests import COOL_DOWN_DAYS, DAY, Request
from facekeep.ledger.entries import Entry, parse_leaf
from facekeep.storage.home import Home
from facekeep.storage.keys import KeyRow
from facekeep.terms.errors import FacekeepError, Misused, Tampered
from facekeep.terms.evidence import Finding, Gap, Question
from facekeep.terms.values import ConsentState, StorageClass

ACCEPTED, COMPLETED = "rights:withdrawal:accepted", "rights:withdrawal:completed"
DOCTOR = "facekeep doctor"
REWRITE = "Rewrite the purpose: facekeep purpose draft FILE"


@dataclass(frozen=True)
class Books:
    """One reading of a home for one answer: consents by identifier, purposes as they are now."""

    home: Home
    now: int

    @cached_property
    def consents(self) -> dict[bytes, tuple[Consent, bool]]:
        """Every record, and whether its seal holds."""
        return {consent.id: (consent, sealed) for consent, sealed in self.home.consents.every()}

    @cached_property
    def standing(self) -> list[Consent]:
        """Every record that nothing has ended, whatever its seal."""
        return [consent for consent, _ in self.consents.values() if consent.stands]

    @cached_property
    def grants(self) -> list[KeyRow]:
        """Every key row of a person; a purpose's stand-in belongs to nobody."""
        return [row for row in self.home.vault.every() if not row.grant.purpose.endswith("/nobody")]

    @cached_property
    def purposes(self) -> dict[str, Purpose | None]:
        """The text last in force of every purpose anybody consented to."""
        named = {consent.purpose for consent, _ in self.consents.values()}
        return {name: self._purpose(name) for name in sorted(named)}

    def _purpose(self, name: str) -> Purpose | None:
        try:
            return self.home.purposes.current(name)
        except FacekeepError:
            return None

    @cached_property
    def texts(self) -> dict[bytes, Purpose | None]:
        """The text behind every hash that a consent or a key is bound to; None where none is kept."""
        bound = {consent.purpose_hash for consent, _ in self.consents.values()}
        bound |= {row.grant.purpose_hash for row in self.grants}
        return {one: self._text(one) for one in sorted(bound)}

    def _text(self, purpose_hash: bytes) -> Purpose | None:
        try:
            return self.home.purposes.by_hash(purpose_hash)
        except Tampered:
            return None

    def is_current(self, consent: Consent) -> bool:
        """Whether a consent is to the purpose's text as it is now."""
        purpose = self.purposes.get(consent.purpose)
        return purpose is not None and purpose.hash == consent.purpose_hash

    def in_force(self, consent: Consent) -> bool:
        """Given, sealed, unexpired, to the text as it is now."""
        sealed = self.consents[consent.id][1]
        return sealed and consent.stands and consent.expires > self.now and self.is_current(consent)


def answer(facts: Mapping[str, object], found: Counter[tuple[str, str]], applies: bool) -> Finding:
    """A finding; what was found more than once is one gap, and ``found`` says how often."""
    gaps = tuple(Gap(what, onward) for what, onward in found)
    counts = {what: n for (what, _), n in found.items()}
    return Finding({**facts, "found": counts}, gaps, applies)


def entries(home: Home, kind: str) -> list[Entry]:
    """Every ledger entry of one kind, oldest first."""
    with home.records.reading() as connection:
        rows = connection.execute(
            "SELECT leaf FROM ledger_entry WHERE instr(leaf, ?) ORDER BY idx",
            (f'"kind":"{kind}"'.encode(),),
        ).fetchall()
    return [entry for entry in (parse_leaf(row[0]) for row in rows) if entry.kind == kind]


# -- every key rests on a consent of its own (Measures art. 6) ----------------------------------


def _separate(home: Home, now: int) -> Finding:
    books = Books(home, now)
    found = Counter(why for row in books.grants for why in _unfounded(row, books))
    given = Counter(consent.purpose for consent in books.standing)
    facts = {"references": len(books.grants), "consents": dict(sorted(given.items()))}
    return answer(facts, found, applies=bool(books.grants or books.consents))


def _unfounded(row: KeyRow, books: Books) -> Iterator[tuple[str, str]]:
    """Why a reference may not be kept."""
    grant, name = row.grant, row.grant.purpose
    consent, sealed = books.consents.get(grant.consent_id, (None, False))
    if consent is None:
        yield f"references for {name} rest on no consent record", DOCTOR
        return
    if not sealed:
        yield f"consent records for {name} were changed in the store", DOCTOR
    if not consent.stands or consent.expires <= books.now:
        yield f"references for {name} rest on a consent that is over", DOCTOR
    if grant.purpose_hash != consent.purpose_hash or not books.is_current(consent):
        yield f"references for {name} rest on a consent to another text", _ask_anew(name)
    if consent.scope is not Scope.PROCESSING or consent.purpose != name:
        yield f"references for {name} rest on a consent to something else", _ask_anew(name)
    shown = consent.about.shown
    if shown is None or shown.notice != consent.notice or shown.at > consent.affirmed_at:
        yield f"consents to {name} were given without a notice on display", _ask_anew(name)


def _ask_anew(purpose: str) -> str:
    return f"Ask anew: facekeep consent ask --purpose {purpose} --subject S"


# -- leaving is easy (Measures art. 6) ------------------------------------------------------------


def _withdrawal_easy(home: Home, now: int) -> Finding:
    accepted = {entry.id.hex(): entry for entry in entries(home, ACCEPTED)}
    completed = {str(e.public.get("accepted")): e for e in entries(home, COMPLETED)}
    open_ones = [entry for name, entry in accepted.items() if name not in completed]
    took = [completed[name].at - accepted[name].at for name in accepted if name in completed]
    found = Counter(
        (f"withdrawals for {entry.purpose} were accepted and never completed", DOCTOR)
        for entry in open_ones
    )
    facts = {"accepted": len(accepted), "completed": len(took), "longest_s": max(took, default=0)}
    return answer(facts, found, applies=bool(accepted))


# -- off the terminal (Measures art. 8) -----------------------------------------------------------


def _storage(home: Home, now: int) -> Finding:
    books = Books(home, now)
    agreed = {c.person for c in books.standing if c.scope is Scope.STORAGE and books.in_force(c)}
    outside = [row for row in books.grants if _leaves_terminal(row, books)]
    found = Counter(
        (f"references for {row.grant.purpose} lie off the terminal without consent to it",
         f"Ask: facekeep consent ask --purpose {row.grant.purpose} --for storage --subject S")
        for row in outside
        if _person(row, books) not in agreed
    )  # fmt: skip
    named = sorted({row.grant.purpose for row in outside})
    return answer({"off_terminal": len(outside), "purposes": named}, found, applies=bool(outside))


def _leaves_terminal(row: KeyRow, books: Books) -> bool:
    purpose = books.texts.get(row.grant.purpose_hash)
    return purpose is not None and purpose.storage is not StorageClass.TERMINAL


def _person(row: KeyRow, books: Books) -> bytes | None:
    found = books.consents.get(row.grant.consent_id)
    return None if found is None else found[0].person


# -- told of a change (Measures art. 5) -----------------------------------------------------------


def _renotified(home: Home, now: int) -> Finding:
    books = Books(home, now)
    told = [d for d, _ in home.deliveries.every() if d.kind is Kind.NOTICE_CHANGE]
    late = [d for d in told if d.overdue(now) and home.directory.lives(d.person)]
    found = Counter(
        [
            *((f"people were not told that the notice of {d.purpose} changed",
               "facekeep deliveries list") for d in late),
            *_never_queued(books, {d.person for d in told}),
        ]
    )  # fmt: skip
    waiting = sum(d.open for d in told)
    facts = {"queued": len(told), "open": waiting, "overdue": len(late)}
    changed = any(home.purposes.latest(name) > 1 for name in books.purposes)
    return answer(facts, found, applies=bool(told) or changed)


def _never_queued(books: Books, told: set[bytes]) -> Iterator[tuple[str, str]]:
    for consent in books.standing:
        purpose = books.purposes.get(consent.purpose)
        another = purpose is not None and consent.notice != notice_of(purpose).digest
        if another and consent.person not in told:
            yield (
                f"people hold an older notice of {consent.purpose} and nobody was to tell them",
                f"Publish again: facekeep purpose publish {consent.purpose}.toml",
            )


# -- bound to the purpose (PIPL art. 14) ----------------------------------------------------------


def _purpose_bound(home: Home, now: int) -> Finding:
    books = Books(home, now)
    found = Counter(
        (f"consents to an earlier text of {consent.purpose} still count as given",
         _ask_anew(consent.purpose))
        for consent in books.standing
        if not books.is_current(consent)
    )  # fmt: skip
    states = Counter(consent.state.value for consent, _ in books.consents.values())
    invalidated = states[ConsentState.INVALIDATED.value]
    facts = {"invalidated": invalidated, "states": dict(sorted(states.items()))}
    return answer(facts, found, applies=bool(books.consents))


# -- freely given (Measures art. 12, SPC 2021) ------------------------------------------------------


def _validity(home: Home, now: int) -> Finding:
    books = Books(home, now)
    found = Counter(
        why for consent, sealed in books.consents.values() for why in _invalid(consent, sealed)
    )
    every = [consent for consent, _ in books.consents.values()]
    faults = Counter(fault.value for consent in every for fault in consent.about.faults)
    own = sum(consent.about.own_act for consent in every)
    facts = {"records": len(every), "void": dict(sorted(faults.items())), "own_acts": own}
    return answer(facts, found, applies=bool(every))


def _invalid(consent: Consent, sealed: bool) -> Iterator[tuple[str, str]]:
    name, void = consent.purpose, "facekeep consent invalidate --because coerced --subject S"
    if not sealed:
        yield f"consent records for {name} were changed in the store", DOCTOR
    if consent.stands and consent.about.faults:
        yield f"consents to {name} count as given although they were bundled or pressed", void
    if consent.stands and consent.about.shown is None:
        yield f"consents to {name} were given without a notice on display", _ask_anew(name)
    if not _in_order(consent.about.events):
        yield f"consent records for {name} tell an impossible story", DOCTOR


def _in_order(events: tuple[Event, ...]) -> bool:
    """Each state may follow the one before, and time runs forward."""
    return all(b.state in LEADS_TO[a.state] and a.at <= b.at for a, b in pairwise(events))


# -- asked once (Network Data Regulations art. 22) --------------------------------------------------


def _cool_down(home: Home, now: int) -> Finding:
    try:
        requests = home.requests.every()
    except Tampered:
        changed = Gap("a record of asking was changed in the store", DOCTOR)
        return Finding({}, (changed,))
    books = Books(home, now)
    refused = [r for r in requests if r.state is ConsentState.REFUSED and r.answered_at is not None]
    found = Counter(
        (f"people were asked about {r.purpose} again too soon after saying no",
         "Stop asking; whoever wants to may come by themselves")
        for r in refused
        if _pressed(r, requests, books)
    )  # fmt: skip
    states = Counter(request.state.value for request in requests)
    facts = {"states": dict(sorted(states.items())), "rest_days": COOL_DOWN_DAYS}
    return answer(facts, found, applies=bool(requests))


def _pressed(no: Request, requests: list[Request], books: Books) -> bool:
    """Whether somebody was asked again while their "no" rested."""
    assert no.answered_at is not None
    rest = range(no.answered_at + 1, no.answered_at + COOL_DOWN_DAYS * DAY)
    same = (no.subject, no.purpose, no.scope)
    again = [r.asked_at for r in requests if (r.subject, r.purpose, r.scope) == same and r != no]
    yes = [c.about.asked_at for c in books.standing if (c.purpose, c.scope) == same[1:]
           and _pseudonym(c, books.home) == no.subject]  # fmt: skip
    return any(asked in rest for asked in (*again, *yes) if asked is not None)


def _pseudonym(consent: Consent, home: Home) -> bytes | None:
    try:
        reference = home.directory.reference_of(consent.person)
    except (Misused, Tampered):
        return None
    return home.directory.pseudonym(reference, consent.purpose)


# -- kept as the standard has it (ISO/IEC TS 27560) -------------------------------------------------


def _records(home: Home, now: int) -> Finding:
    books = Books(home, now)
    found = Counter(
        why
        for consent, sealed in books.consents.values()
        for why in _unkept(consent, sealed, books)
    )
    return answer({"records": len(books.consents)}, found, applies=bool(books.consents))


def _unkept(consent: Consent, sealed: bool, books: Books) -> Iterator[tuple[str, str]]:
    if not sealed:
        yield f"consent records for {consent.purpose} were changed in the store", DOCTOR
    purpose = books.texts.get(consent.purpose_hash)
    if purpose is None:
        yield f"consent records for {consent.purpose} are bound to a text nobody keeps", DOCTOR
        return
    written = record("", consent, purpose)
    if any(not written[key] for key in RECORD_KEYS):
        yield f"consent records for {consent.purpose} lack one of the four sections", DOCTOR


# -- saying no costs nothing (PIPL art. 16) ---------------------------------------------------------


def _not_required(home: Home, now: int) -> Finding:
    purposes = [home.purposes.get(name) for name in home.purposes.names()]
    found = Counter(why for purpose in purposes for why in _pressing(purpose))
    ways = {purpose.id: len(purpose.alternatives) for purpose in purposes}
    return answer({"alternatives": ways}, found, applies=bool(purposes))


def _pressing(purpose: Purpose) -> Iterator[tuple[str, str]]:
    """Words that make a service depend on the face, and purposes without another way."""
    if not purpose.alternatives:
        yield f"the purpose {purpose.id} offers no other way", REWRITE
    notice = notice_of(purpose)
    for word in pressing_words(notice.zh, notice.en):
        yield f"the notice of {purpose.id} presses people: {word}", REWRITE


def pressing_words(zh: str, en: str) -> list[str]:
    """Words by which a text presses, bundles or makes a service depend on a yes."""
    return [w for w in DARK_ZH if w in zh] + [w for w in DARK_EN if w in en.casefold()]


EVIDENCE: tuple[Question[Home], ...] = (
    Question("governance.consent.separate", _separate),
    Question("governance.consent.withdrawal_easy", _withdrawal_easy),
    Question("governance.consent.storage", _storage),
    Question("governance.consent.renotified", _renotified),
    Question("governance.consent.purpose_bound", _purpose_bound),
    Question("governance.consent.validity", _validity),
    Question("governance.consent.cool_down", _cool_down),
    Question("governance.consent.records", _records),
    Question("governance.consent.not_required_for_service", _not_required),
)
