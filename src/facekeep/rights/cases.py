"""Rights cases: what a person asks of us, until they have an answer (PIPL art. 44-50).

A case has a number for officers and a code for the person, a day by which it is due (15 working
days of ours; PIPL names none), and one way through its states. Every step is an officer's own,
signed, taken from the version they read, and written to the case's chain and the person's. A
refusal names its reason and where to appeal. No step asks for a face: identity is shown otherwise,
and the case says how.
"""

from __future__ import annotations

import base64
import hashlib
import sqlite3
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from facekeep.access.officers import Signed
from facekeep.governance.calendars import calendar_of
from facekeep.governance.restraints import Restriction
from facekeep.governance.workdays import begin_of, day_of
from facekeep.rights.objections import Correction, correct
from facekeep.rights.withdrawal import HandOver, WithdrawalDesk
from facekeep.storage.case_rows import CaseRow
from facekeep.storage.home import Home
from facekeep.storage.journal import STOPS, Chain
from facekeep.storage.subjects import Person, normal
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Misused, Refused, Tampered

ARTICLE = "PIPL-50"
DUE_WORKDAYS = 15
"""Working days to an answer: our own, after the rules for apps; PIPL art. 50 names no number."""

LONGER_WORKDAYS = 15
"""An extension, given once and with its reason, adds as many again."""

KEPT_DAYS = 3 * 365
"""A case is kept this long after its end: the time in which it may be disputed."""

MAX_TEXT = 4000
CODE_BYTES = 16
"""128 bits: nobody finds somebody else's case by trying."""

DAY = 86_400


class Kind(StrEnum):
    """What is asked for."""

    COPY = "copy"
    CORRECTION = "correction"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    HUMAN_REVIEW = "human-review"
    DELETION = "deletion"
    EXPLANATION = "explanation"
    PORTING = "porting"
    COMPLAINT = "complaint"
    DECEASED = "deceased"


class State(StrEnum):
    """How far a case has come."""

    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    ASSIGNED = "assigned"
    ESCALATED = "escalated"
    VERIFIED = "verified"
    EXTENDED = "extended"
    ANSWERED = "answered"
    REFUSED = "refused"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What an answer comes to."""

    DONE = "done"
    NOTHING_HELD = "nothing-held"
    KEPT_STOPPED = "kept-stopped"
    LIFTED = "lifted"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
    OTHER_WAY = "other-way"


class Reason(StrEnum):
    """Why a request is refused; nothing else is a reason (PIPL art. 50)."""

    IDENTITY_NOT_SHOWN = "identity-not-shown"
    LEGAL_DUTY = "legal-duty"
    RIGHTS_OF_OTHERS = "rights-of-others"
    REPEATED = "repeated"
    NOT_OURS = "not-ours"


AWAITED = frozenset({State.OPENED, State.ACKNOWLEDGED, State.ASSIGNED, State.ESCALATED, State.VERIFIED, State.EXTENDED})  # fmt: skip
"""States in which the person waits for us."""

_ENDS = frozenset({State.ANSWERED, State.REFUSED})
_CLUE = frozenset({State.ASSIGNED, State.ESCALATED, State.VERIFIED})
"""Steps of a complaint alone: a clue is assigned, escalated, verified, then answered (FRM-17)."""

NEXT: Mapping[State, frozenset[State]] = {
    State.OPENED: frozenset({State.ACKNOWLEDGED, State.EXTENDED, *_CLUE, *_ENDS}),
    State.ACKNOWLEDGED: frozenset({State.EXTENDED, *_CLUE, *_ENDS}),
    State.ASSIGNED: frozenset({State.ESCALATED, State.VERIFIED, State.EXTENDED, *_ENDS}),
    State.ESCALATED: frozenset({State.ASSIGNED, State.VERIFIED, State.EXTENDED, *_ENDS}),
    State.VERIFIED: frozenset({State.ESCALATED, State.EXTENDED, *_ENDS}),
    State.EXTENDED: frozenset({State.ESCALATED, State.VERIFIED, *_ENDS}),
    State.ANSWERED: frozenset({State.CLOSED}),
    State.REFUSED: frozenset({State.CLOSED}),
    State.CLOSED: frozenset(),
}

OUTCOMES: Mapping[Kind, frozenset[Outcome]] = {
    Kind.RESTRICTION: frozenset({Outcome.KEPT_STOPPED, Outcome.LIFTED, Outcome.NOTHING_HELD}),
    Kind.OBJECTION: frozenset({Outcome.KEPT_STOPPED, Outcome.LIFTED, Outcome.NOTHING_HELD}),
    Kind.HUMAN_REVIEW: frozenset({Outcome.UPHELD, Outcome.OVERTURNED, Outcome.OTHER_WAY}),
}
_USUAL = frozenset({Outcome.DONE, Outcome.NOTHING_HELD})

_STOPS = {Kind.RESTRICTION: Restriction.RESTRICTION, Kind.OBJECTION: Restriction.OBJECTION}
_WITHOUT_IDENTITY = frozenset({Kind.COMPLAINT, Kind.EXPLANATION})
"""Anybody may complain, and the rules are explained to whoever asks."""


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for, as the door heard it.

    ``identified`` says how they showed who they are, without a face; ``event`` is the decision to
    be reviewed (hex); ``relation`` and ``proof`` are a relative's, for somebody who died (art. 49).
    """

    kind: Kind
    purpose: str = ""
    subject: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    identified: str = field(default="", repr=False)
    event: str = ""
    correction: Correction | None = field(default=None, repr=False)
    relation: str = field(default="", repr=False)
    proof: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A case and the code that only the person has from now on."""

    row: CaseRow
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Hand:
    """An officer at work: their name, and their signature over a message."""

    officer: str
    sign: Callable[[bytes], bytes] = field(repr=False)

    def under(self, message: bytes) -> Signed:
        """Their word."""
        return Signed(self.officer, self.sign(message))


@dataclass(frozen=True, slots=True)
class Step:
    """One step an officer takes: where to, and what is said with it.

    ``outcome`` belongs to an answer, ``reason`` and ``appeal`` to a refusal; ``to`` names the
    officer a clue is assigned to. ``version`` is the one that was read; None takes the newest.
    """

    state: State
    text: str = field(default="", repr=False)
    outcome: Outcome | None = None
    reason: Reason | None = None
    appeal: str = ""
    to: str = ""
    version: int | None = None

    @property
    def told(self) -> dict[str, str]:
        """What the case keeps of it."""
        said = {
            "state": self.state.value,
            "text": clean(self.text),
            "outcome": self.outcome.value if self.outcome else "",
            "reason": self.reason.value if self.reason else "",
            "appeal": clean(self.appeal),
            "to": self.to,
        }
        return {key: value for key, value in said.items() if value}


def step_message(case: CaseRow, told: Mapping[str, str]) -> bytes:
    """What an officer signs with a step: the case, the version they read, and what is said."""
    digest = hashlib.sha256(canonical(dict(told))).hexdigest()
    return canonical({"act": "case", "case": case.number, "version": case.version, "told": digest})


class CaseDesk:
    """Opens cases and carries them to their end."""

    def __init__(self, home: Home) -> None:
        self._home = home

    # -- the person -------------------------------------------------------------------------

    def open(self, request: Request) -> Opened:
        """Take a request in. A restriction or an objection holds from this moment.

        Raises ``Misused`` for a request that misses something, ``Refused`` for a purpose nobody
        knows.
        """
        refuse_incomplete(request)
        self._refuse_unknown(request.purpose)
        home, code = self._home, _draw_code(self._home)
        with home.records.transaction() as tx:
            now = int(home.journal.now())
            today = begin_of(day_of(now))  # a second would join a person's cases in every purpose
            person, chain = self._whose(request.subject, request.purpose)
            row = self._row(request, person, code, now)
            home.cases.open(tx, row)
            stops: dict[str, Any] = {}
            if request.kind in _STOPS and chain is not None:
                stops = {STOPS: self._stops(chain) + 1}
                home.restraints.place(tx, row.id, person, _STOPS[request.kind], today)
            if chain is not None:
                home.journal.write(tx, chain, "rights:case:opened", {"case": row.number, "kind": row.kind, **stops})  # fmt: skip
        return Opened(row, code)

    def open_everywhere(self, request: Request) -> list[Opened]:
        """The same request in every purpose the subject is known in, a case each.

        Raises ``Misused`` where they are known in none: then a purpose must be named.
        """
        if request.purpose or request.kind is Kind.COMPLAINT:
            return [self.open(request)]
        known = self._home.directory.persons(required(request.subject, "name the person"), None)
        if not known:
            raise Misused("name the purpose")
        return [self.open(replace(request, purpose=person.purpose)) for person in known]

    def by_code(self, code: str) -> CaseRow:
        """The person's own look at their case. Raises ``Misused`` for a code nobody gave out."""
        return self._home.cases.by_code(self._home.cases.code_digest(plain_code(code)))

    # -- the officer ------------------------------------------------------------------------

    def row(self, number: str) -> CaseRow:
        """A case by its number. Raises ``Misused`` or ``Tampered``."""
        return self._home.cases.get(_number(number))

    def look(self, number: str, hand: Hand) -> CaseRow:
        """Open a case's text; who looked, and when, is written down for the person."""
        home, row = self._home, self.row(number)
        told = {"state": "looked"}
        officer = self._reader(hand, row, told)
        with home.records.transaction() as tx:
            self._note(tx, row, "rights:case:looked", {"officer": officer})
            home.cases.note(tx, row, "rights:case:looked", {"officer": officer})
        return row

    def take(
        self, number: str, step: Step, hand: Hand, hand_over: HandOver = lambda receipt: None
    ) -> CaseRow:
        """Take one step; a deletion that is done withdraws first, its receipt handed over.

        Raises ``Refused`` for a step that is not open from here, a signature that
        does not hold, or a case that moved meanwhile; ``Misused`` where something is missing.
        """
        home, row = self._home, self.row(number)
        refuse_step(row, step)
        step = self._assigned(step)
        officer = self._officer(hand, row, step.told)
        if row.kind == Kind.DELETION and step.outcome is Outcome.DONE:
            self._erase(row, hand_over)
        with home.records.transaction() as tx:
            now = int(home.journal.now())
            self._effect(tx, row, step, now)
            moved = home.cases.change(tx, row, self._after(row, step, officer, now), f"rights:case:{step.state}")  # fmt: skip
            public = {"case": row.number, "state": step.state.value, "officer": officer}
            self._note(tx, row, f"rights:case:{step.state}", public)
        home.erase_ungranted()
        return moved

    def lift(self, number: str, text: str, hand: Hand) -> CaseRow:
        """End a restraint that an earlier answer kept: the person wants to be recognised again."""
        home, row = self._home, self.row(number)
        told = {"state": "lifted", "text": required(text, "say why it is lifted")}
        officer = self._officer(hand, row, told)
        with home.records.transaction() as tx:
            now = int(home.journal.now())
            self._lift(tx, row, now)
            steps = [*row.about["steps"], {**told, "at": now, "officer": officer}]
            lifted = replace(row, about={**row.about, "steps": steps})
            moved = home.cases.change(tx, row, lifted, "rights:case:lifted")
            self._note(tx, row, "rights:case:lifted", {"case": row.number, "officer": officer})
        return moved

    # -- the clock --------------------------------------------------------------------------

    def forget_due(self) -> int:
        """Cases past their term are forgotten; returns how many. One that still stops something for
        somebody living stays: only it can lift that.
        """
        home = self._home
        past = home.cases.ended_before(home.journal.now() - KEPT_DAYS * DAY)
        old = [case for case in past if self._may_go(case)]
        if old:
            with home.records.transaction() as tx:
                home.cases.forget(tx, old)
                for case in old:
                    home.restraints.forget_case(tx, case)
            home.records.sweep()
        return len(old)

    def _may_go(self, case: bytes) -> bool:
        """Whether a case is over by its sealed row; one that was changed stays, and is named."""
        try:
            return bool(self._home.cases.get(case).ended) and not self._still_stops(case)
        except Tampered:
            return False

    def _still_stops(self, case: bytes) -> bool:
        restraint = self._home.restraints.of_case(case)
        if restraint is None or not restraint.stands:
            return False
        return self._home.directory.lives(restraint.person)

    # -- inside -----------------------------------------------------------------------------

    def _whose(self, subject: str, purpose: str) -> tuple[bytes, Chain | None]:
        """The person a case is about and their chain; nobody and None for a general complaint."""
        if not subject:
            return b"", None
        person = self._home.directory.person(subject, purpose)
        return person.id, self._home.chain(person)

    def _refuse_unknown(self, purpose: str) -> None:
        """A right outlives its purpose, so an ended one is as good as one in force.

        Raises ``PurposeNotAllowed``.
        """
        if purpose:
            self._home.purposes.current(purpose)

    def _row(self, request: Request, person: bytes, code: str, now: int) -> CaseRow:
        home = self._home
        due = calendar_of(home.clocks).due(day_of(now), DUE_WORKDAYS)
        about: dict[str, Any] = {
            "subject": normal(request.subject) if request.subject else "",
            "text": clean(request.text),
            "identified": clean(request.identified),
            "event": request.event,
            "correction": request.correction.as_body() if request.correction else None,
            "relation": clean(request.relation),
            "proof": clean(request.proof),
            "steps": [],
        }
        return CaseRow(
            id=home.entropy(16), code=home.cases.code_digest(plain_code(code)),
            kind=request.kind.value, purpose=request.purpose, person=person,
            state=State.OPENED.value, version=1, opened=begin_of(day_of(now)), due=due.date,
            provisional=due.provisional, about=about,
        )  # fmt: skip

    def _officer(self, hand: Hand, row: CaseRow, told: Mapping[str, str]) -> str:
        message = step_message(row, told)
        signed = hand.under(message)
        return self._home.officers.decide(signed.officer, message, signed.signature).name

    def _assigned(self, step: Step) -> Step:
        """A clue goes to somebody in office, in their one spelling. Raises ``Refused``."""
        return replace(step, to=self._home.officers.get(step.to).name) if step.to else step

    def _reader(self, hand: Hand, row: CaseRow, told: Mapping[str, str]) -> str:
        """Whoever looks, an inspector too."""
        message = step_message(row, told)
        signed = hand.under(message)
        return self._home.officers.verify(signed.officer, message, signed.signature).name

    def _after(self, row: CaseRow, step: Step, officer: str, now: int) -> CaseRow:
        steps = [*row.about["steps"], {**step.told, "at": now, "officer": officer}]
        moved = replace(row, state=step.state.value, about={**row.about, "steps": steps})
        if step.state is State.EXTENDED:
            due = calendar_of(self._home.clocks).due(row.due, LONGER_WORKDAYS)
            return replace(moved, due=due.date, provisional=due.provisional)
        return replace(moved, ended=begin_of(day_of(now))) if step.state in _ENDS else moved

    def _erase(self, row: CaseRow, hand_over: HandOver) -> None:
        """A first try may have been interrupted after the withdrawal: then it is done already."""
        if self._home.directory.lives(row.person):
            subject = self._home.directory.reference_of(row.person)
            WithdrawalDesk(self._home).withdraw(subject, row.purpose, hand_over)

    def _effect(self, tx: sqlite3.Connection, row: CaseRow, step: Step, now: int) -> None:
        """What the step does beside being written down, in the same transaction."""
        home, kind = self._home, Kind(row.kind)
        over = step.state is State.REFUSED or step.outcome is Outcome.LIFTED
        if kind in _STOPS and over and home.restraints.of_case(row.id) is not None:
            self._lift(tx, row, now)
        if kind is Kind.CORRECTION and step.outcome is Outcome.DONE:
            correct(home, tx, home.directory.reference_of(row.person), row.about["correction"])
        if kind is Kind.DELETION and step.outcome is not None and home.directory.lives(row.person):
            raise Refused(
                "the person's face data is still held",
                f"Withdraw first: facekeep withdraw --subject S --purpose {row.purpose}",
                "PIPL-47",
            )

    def _lift(self, tx: sqlite3.Connection, row: CaseRow, now: int) -> None:
        """The restraint's row, and the ledger's word that one fewer holds."""
        standing = self._home.restraints.of_case(row.id)
        held = standing is not None and standing.stands
        self._home.restraints.lift(tx, row.id, now)
        if held:
            left = self._stops(self._home.chain(self._person(row))) - 1
            self._note(tx, row, "rights:restraint:lifted", {STOPS: max(left, 0)})

    def _stops(self, chain: Chain) -> int:
        """How many restraints hold, by the ledger's word."""
        last = self._home.journal.last(chain)
        return int(last.details.get(STOPS, 0)) if last else 0

    def _note(
        self, tx: sqlite3.Connection, row: CaseRow, kind: str, told: Mapping[str, Any]
    ) -> None:
        """The person's own chain tells them everything that happened to their case."""
        if row.person:
            chain = self._home.chain(self._person(row))
            self._home.journal.write(tx, chain, kind, {**told, "case": row.number})

    def _person(self, row: CaseRow) -> Person:
        """Whom a case is about, as they stand now: their reference may have been corrected."""
        directory = self._home.directory
        known = row.person in directory.everybody()
        departed = known and not directory.lives(row.person)
        return Person(row.person, row.purpose, known, departed)


# -- what makes sense -----------------------------------------------------------------------


def refuse_incomplete(request: Request) -> None:
    """Raises ``Misused`` where a request misses what its kind needs."""
    if request.kind is not Kind.COMPLAINT:
        required(request.subject or ("-" if request.kind is Kind.EXPLANATION else ""), "name the person")  # fmt: skip
        required(request.purpose, "name the purpose")
    if request.kind not in _WITHOUT_IDENTITY:
        required(request.identified, "say how the person showed who they are; no face is needed")
    if request.kind is Kind.COMPLAINT:
        required(request.text, "say what the complaint is about")
    if request.kind is Kind.DECEASED:
        required(request.relation, "name the relation to the person who died")
        required(request.proof, "name the document that proves the relation")
    if request.kind is Kind.HUMAN_REVIEW:
        _event(request.event)
    if (request.kind is Kind.CORRECTION) != (request.correction is not None):
        raise Misused("a correction says what is to be corrected, and nothing else does")


def refuse_step(row: CaseRow, step: Step) -> None:
    """Raises where a step is not open from here or misses what it needs."""
    kind, state = Kind(row.kind), State(row.state)
    if step.version is not None and step.version != row.version:
        raise Refused(
            "somebody else changed this case meanwhile",
            f"Look at it again: facekeep case show {row.number}",
            ARTICLE,
        )
    if step.state not in NEXT[state] or (step.state in _CLUE and kind is not Kind.COMPLAINT):
        raise Refused(
            f"a case that is {state} cannot become {step.state}",
            f"See how far it is: facekeep case show {row.number}",
            ARTICLE,
        )
    _refuse_bare_step(kind, row, step)


def _refuse_bare_step(kind: Kind, row: CaseRow, step: Step) -> None:
    if step.state in (State.EXTENDED, State.ANSWERED, State.REFUSED, State.ESCALATED):
        required(step.text, "say why, in words for the person")
    if step.state is State.EXTENDED and any(s["state"] == "extended" for s in row.about["steps"]):
        raise Refused("a case is extended once", "Answer or refuse it", ARTICLE)
    if step.state is State.ASSIGNED:
        required(step.to, "name the officer it goes to")
    if step.state is State.REFUSED:
        if step.reason is None:
            raise Refused("a refusal names its reason", f"One of: {', '.join(Reason)}", ARTICLE)
        required(step.appeal, "say where the person can appeal")
    if step.state is State.ANSWERED and step.outcome not in OUTCOMES.get(kind, _USUAL):
        allowed = ", ".join(sorted(OUTCOMES.get(kind, _USUAL)))
        raise Misused(f"an answer comes to one of {allowed}")


def required(text: str, what: str) -> str:
    """The text, tidied. Raises ``Misused`` saying what is missing."""
    tidy = clean(text)
    if not tidy:
        raise Misused(what)
    return tidy


def clean(text: str) -> str:
    """One spelling (Unicode NFC) of a text of several lines. Raises ``Misused``."""
    tidy = unicodedata.normalize("NFC", text).strip()
    if len(tidy) > MAX_TEXT or not all(c.isprintable() or c == "\n" for c in tidy):
        raise Misused(f"a text has at most {MAX_TEXT} printable characters")
    return tidy


def overdue(row: CaseRow, now: float) -> bool:
    """Whether a case still waits after the day it was due."""
    return State(row.state) in AWAITED and day_of(now) > row.due


def _event(text: str) -> bytes:
    try:
        event = bytes.fromhex(text)
        if len(event) != 16:
            raise ValueError
    except ValueError:
        raise Misused("name the decision by its ledger entry, 32 hexadecimal digits") from None
    return event


def _number(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Misused("a case's number is 32 hexadecimal digits") from None


def _draw_code(home: Home) -> str:
    """A code in groups of four, as people read it out: 26 characters, 128 bits."""
    text = base64.b32encode(home.entropy(CODE_BYTES)).decode().rstrip("=")
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def plain_code(code: str) -> str:
    """One spelling of a code: capitals, no strokes; what is easily mistaken is put right."""
    return "".join(c for c in code.upper() if c.isalnum()).replace("0", "O").replace("1", "I")


def due_fact(row: CaseRow) -> dict[str, Any]:
    """What an agenda needs to know of a case: no name, no text."""
    return {
        "what": f"answer case {row.number[:8]}: {row.kind}", "due": row.due.isoformat(),
        "provisional": row.provisional, "obligation": "PIPL-50", "ref": row.number,
        "id": row.number, "kind": row.kind, "opened": _day(row.opened), "state": row.state,
    }  # fmt: skip


def _day(seconds: int) -> str:
    day: date = day_of(seconds)
    return day.isoformat()
