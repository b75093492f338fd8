"""What the cases say about themselves: answered in time, with reasons, and erased where it was due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from statistics import median

from facekeep.governance.restraints import Restriction
from facekeep.ledger import log
from facekeep.rights.cases import AWAITED, Kind, State, due_fact, overdue
from facekeep.rights.review import overturned
from facekeep.rights.withdrawal import COMPLETED, EVIDENCE_TERM_DAYS, INTENT
from facekeep.storage.case_rows import CaseRow
from facekeep.storage.home import Home
from facekeep.terms.errors import FacekeepError
from facekeep.terms.evidence import Finding, Gap, Question

DAY = 86_400
_STOPS = frozenset(Restriction)


def _read(home: Home) -> tuple[list[CaseRow], list[Gap]]:
    """Every case that can be read, and a gap for each that was changed or is missing."""
    rows, gaps = [], []
    for case in home.cases.identifiers():
        try:
            rows.append(home.cases.get(case))
        except FacekeepError:
            gaps.append(Gap(f"case {case.hex()} was changed in the store", "facekeep doctor"))
    gaps += [
        Gap(f"case {number} was removed from the store", "facekeep doctor")
        for number in home.cases.missing()
    ]
    return rows, gaps


def _late(rows: Iterable[CaseRow], now: int) -> list[Gap]:
    return [
        Gap(f"case {row.number} is overdue", f"facekeep case answer {row.number}")
        for row in rows
        if overdue(row, now)
    ]


def _bare(rows: Iterable[CaseRow]) -> list[Gap]:
    """Ended cases whose answer has no reasons, or whose refusal names no appeal."""
    return [
        Gap(
            f"case {row.number} ended without reasons or appeal", f"facekeep case show {row.number}"
        )
        for row in rows
        if State(row.state) not in AWAITED and not _is_reasoned(row)
    ]


def _is_reasoned(row: CaseRow) -> bool:
    steps = {step["state"]: step for step in row.about["steps"]}
    if "refused" in steps:
        return all(steps["refused"].get(key) for key in ("text", "reason", "appeal"))
    return all(steps.get("answered", {}).get(key) for key in ("text", "outcome"))


def _unstopped(home: Home, rows: Iterable[CaseRow]) -> list[Gap]:
    """Restrictions and objections whose restraint is not where their case put it."""
    return [
        Gap(f"the restraint of case {row.number} is gone", "facekeep doctor")
        for row in rows
        if row.kind in _STOPS and _should_stop(home, row) and not _stands(home, row)
    ]


def _should_stop(home: Home, row: CaseRow) -> bool:
    """While the case waits, and after it where the answer kept it and nobody lifted it since."""
    if State(row.state) in AWAITED:
        return bool(row.person)
    said = [step.get("outcome") or step["state"] for step in row.about["steps"]]
    kept = "kept-stopped" in said and "lifted" not in said
    return kept and home.directory.lives(row.person)


def _stands(home: Home, row: CaseRow) -> bool:
    try:
        restraint = home.restraints.of_case(row.id)
    except FacekeepError:
        return False
    return restraint is not None and restraint.stands


def _answered(home: Home, now: int) -> Finding:
    """None overdue, none changed, each ended one reasoned (PIPL art. 44-46, 50)."""
    rows, gaps = _read(home)
    gaps += [*_late(rows, now), *_bare(rows), *_unstopped(home, rows)]
    ended = [row for row in rows if row.ended]
    days = [round((row.ended - row.opened) / DAY, 1) for row in ended]
    facts = {
        "cases": len(rows), "kinds": dict(Counter(row.kind for row in rows)),
        "states": dict(Counter(row.state for row in rows)), "waiting": len(rows) - len(ended),
        "median_days": str(median(days)) if days else None,
    }  # fmt: skip
    return Finding(facts, tuple(gaps))


def _due(home: Home, now: int) -> Finding:
    """What is due when (for the agenda)."""
    rows, _ = _read(home)
    waiting = [row for row in rows if State(row.state) in AWAITED]
    return Finding({"due": [due_fact(row) for row in waiting]}, tuple(_late(waiting, now)), applies=bool(waiting))  # fmt: skip


def _deceased(home: Home, now: int) -> Finding:
    """Relatives' cases: the relation is proved, and they are answered in time (PIPL art. 49)."""
    rows, gaps = _read(home)
    own = [row for row in rows if row.kind == Kind.DECEASED]
    gaps += _late(own, now)
    gaps += [
        Gap(f"case {row.number} has no proof of relation", f"facekeep case show {row.number}")
        for row in own
        if not (row.about["relation"] and row.about["proof"])
    ]
    return Finding({"cases": len(own)}, tuple(gaps), applies=bool(own))


def _review(home: Home, now: int) -> Finding:
    """A human looks again at whatever a person disputes (PIPL art. 24)."""
    rows, gaps = _read(home)
    own = [row for row in rows if row.kind == Kind.HUMAN_REVIEW]
    gaps += [*_late(own, now), *_bare(own)]
    answered, changed = overturned(own)
    rate = f"{changed / answered:.3f}" if answered else None
    facts = {"reviews": len(own), "answered": answered, "overturned": changed, "overturn_rate": rate, "route": "facekeep case open --kind human-review"}  # fmt: skip
    return Finding(facts, tuple(gaps))


def _complaints(home: Home, now: int) -> Finding:
    """The ledger of clues: assigned, verified, closed in time (Measures art. 17)."""
    rows, gaps = _read(home)
    own = [row for row in rows if row.kind == Kind.COMPLAINT]
    gaps += [*_late(own, now), *_bare(own)]
    gaps += [
        Gap(f"complaint {row.number} was answered and never verified", f"facekeep case show {row.number}")
        for row in own
        if State(row.state) in (State.ANSWERED, State.CLOSED) and not _was(row, State.VERIFIED)
    ]  # fmt: skip
    closing = [round((row.ended - row.opened) / DAY, 1) for row in own if row.ended]
    facts = {"complaints": len(own), "closed": len(closing), "median_days": str(median(closing)) if closing else None}  # fmt: skip
    return Finding(facts, tuple(gaps))


def _was(row: CaseRow, state: State) -> bool:
    return any(step["state"] == state.value for step in row.about["steps"])


def _deletion(home: Home, now: int) -> Finding:
    """Whoever left has left: no key, no consent in force, and an entry for it (PIPL art. 47)."""
    departed = home.directory.everybody() - set(home.directory.living())
    consents = {c: person for person in departed for c in home.consents.identifiers(person)}
    keys = home.vault.of_consents(consents)
    given = home.consents.persons_of_given(consents) & departed
    gaps = [Gap("a key of an ended consent is in the key store", "facekeep doctor") for _ in keys]
    gaps += [
        Gap("a consent of a departed person is called given", "facekeep doctor") for _ in given
    ]
    completed = _completions(home, now)
    gaps += _unwritten(home, len(departed), completed)
    facts = {"departed": len(departed), "completed": completed}
    return Finding(facts, tuple(gaps), applies=bool(departed))


def _unwritten(home: Home, departed: int, completed: int) -> list[Gap]:
    gaps = []
    if completed < departed:
        gaps.append(Gap("a departure has no completion entry", "facekeep doctor"))
    if any(intent.kind == INTENT for intent in home.intents.open()):
        gaps.append(Gap("a withdrawal is not completed", "facekeep doctor"))
    orphans = home.references.identifiers() - {row.row for row in home.vault.every()}
    if orphans:
        gaps.append(Gap("a reference without a key lies in the store", "facekeep doctor"))
    return gaps


def _completions(home: Home, now: int) -> int:
    """Entries that complete a departure within the evidence term: whoever left before is forgotten,
    and their entry stands for nobody else.
    """
    since = now - (EVIDENCE_TERM_DAYS + 1) * DAY
    with home.records.reading() as connection:
        return sum(
            (entry := log.entry(connection, index)).kind == COMPLETED and entry.at >= since
            for (index,) in connection.execute(
                "SELECT idx FROM ledger_entry WHERE instr(leaf, CAST(? AS BLOB)) > 0", (COMPLETED,)
            ).fetchall()
        )


EVIDENCE: tuple[Question[Home], ...] = (
    Question("rights.cases.answered", _answered),
    Question("rights.cases.due", _due),
    Question("rights.cases.deceased", _deceased),
    Question("rights.deletion.complete", _deletion),
    Question("rights.review.route", _review),
    Question("rights.complaints.handled", _complaints),
)
