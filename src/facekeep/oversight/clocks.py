"""Oversight's own clocks as questions: deadlines met, changes filed, working days known.

``questions(books)`` gives them in the form of ``House.evidence()``; the engine and the agenda ask both
alike. Each looks at the register, and at the ledger's word about it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

from facekeep.governance.filings import Filing, Kind, Status
from facekeep.governance.workdays import Calendar, day_of
from facekeep.oversight import counter
from facekeep.oversight.books import CHANGED, Ask, Books, due_fact
from facekeep.oversight.counter import LAW, Counter, Lines
from facekeep.oversight.filing import changes, materials
from facekeep.terms.errors import Refused, Tampered
from facekeep.terms.evidence import Finding, Gap

DOCTOR = "Examine the home: facekeep doctor"
ADD_YEAR = "add the working days of next year to the calendar"
COUNT = "Count and let the clocks run: facekeep counter"

Judge = Callable[[Books, Lines, int], Finding]


def questions(books: Books, lines: Lines = LAW) -> dict[str, Ask]:
    """Every question of the clocks by its id, to be asked of a moment (seconds since 1970)."""
    return {name: partial(_asked, books, lines, judge) for name, judge in _JUDGES.items()}


def _asked(books: Books, lines: Lines, judge: Judge, now: int) -> Finding:
    """The answer; a book changed behind our back is a gap, whatever else is in order."""
    try:
        finding = judge(books, lines, now)
    except Tampered:
        return Finding(gaps=(Gap(CHANGED, DOCTOR),))
    if books.clocks.is_whole():
        return finding
    return Finding(finding.facts, (*finding.gaps, Gap(CHANGED, DOCTOR)))


# -- one kind of filing ---------------------------------------------------------------------


def _judged(books: Books, kind: Kind, now: int, more: tuple[Gap, ...] = ()) -> Finding:
    """The register about one kind: open ones and what they wait for."""
    filings = books.filings.of(kind)
    gaps = tuple(_overdue(filing) for filing in filings if filing.is_overdue(day_of(now)))
    facts = {
        "filings": [_shown(filing) for filing in filings],
        "due": [due_fact(f.rule.what, f) for f in filings if f.status is Status.OPEN],
    }
    return Finding(facts, (*gaps, *more), applies=bool(filings or more))


def _overdue(filing: Filing) -> Gap:
    return Gap(
        f"{filing.kind} was due on {filing.due} and is not filed",
        f"File it: facekeep filing submitted {filing.kind} --number N --on DATE",
    )


def _shown(filing: Filing) -> Mapping[str, object]:
    return {
        "id": filing.id, "day0": filing.day0.isoformat(), "due": filing.due.isoformat(),
        "status": filing.status.value, "provisional": filing.provisional,
        "number": filing.number, "late": filing.is_late, "snapshot": filing.snapshot,
        "submitted": filing.submitted.isoformat() if filing.submitted else None,
    }  # fmt: skip


def _unlatched(books: Books, counter_: Counter, now: int) -> tuple[Gap, ...]:
    """The line is reached and nobody's clock runs."""
    reached = counter.upper(counter.look(books, now), counter_) >= counter_.line
    kept = counter_.opens and books.filings.of(counter_.opens, Status.OPEN, Status.SUBMITTED)
    if not reached or kept:
        return ()
    return (Gap(f"the line of {counter_.line} people is reached and no filing is open", COUNT),)


def _face(books: Books, lines: Lines, now: int) -> Finding:
    """FRM-15-1: filed within 30 working days of the day the line was reached."""
    counter_, *_ = lines.counters()
    finding = _judged(books, Kind.FACE, now, _unlatched(books, counter_, now))
    alarms = [dict(sheet.told) for sheet in counter.standing(books)]
    return Finding({**finding.facts, "alarms": alarms}, finding.gaps, finding.applies)


def _officer(books: Books, lines: Lines, now: int) -> Finding:
    """PIPL-52: the officer is reported within 30 working days of a million people."""
    _, counter_, *_ = lines.counters()
    return _judged(books, Kind.OFFICER, now, _unlatched(books, counter_, now))


def _change(books: Books, _lines: Lines, now: int) -> Finding:
    """FRM-15-3: what was filed is still so, or the change is on its way."""
    try:
        changed = changes(books, now)
    except Refused as error:
        return Finding(gaps=(Gap(error.reason, error.remedy),))
    told = {name for f in books.filings.of(Kind.CHANGE, Status.OPEN) for name in f.about}
    unseen = tuple(
        Gap(f"the filed fact {name} changed and no change filing runs", COUNT)
        for name in changed
        if name not in told
    )
    finding = _judged(books, Kind.CHANGE, now, unseen)
    filed = books.filings.filed()
    facts = {**finding.facts, "changed": list(changed), "filed": filed.id if filed else None}
    return Finding(facts, finding.gaps, applies=filed is not None or finding.applies)


def _deregister(books: Books, _lines: Lines, now: int) -> Finding:
    """FRM-15-4: de-registered in time, and the ended use's face data is gone."""
    from facekeep.oversight.deregister import unfinished

    gaps = tuple(
        Gap(
            f"the ending of {name} was begun and is not finished",
            f"Finish it: facekeep filing deregister {name}",
        )
        for name in unfinished(books)
    )
    return _judged(books, Kind.DEREGISTER, now, gaps)


def _minors(books: Books, _lines: Lines, now: int) -> Finding:
    """MINOR-37: a report by 31 January for every year in which anybody was under 18."""
    ages = books.ask("storage.counting.minors", now).facts
    year = str(day_of(now).year)
    known = any(f.id == f"{Kind.MINORS}/{year}" for f in books.filings.of(Kind.MINORS))
    gap = Gap("there are minors and no yearly report is scheduled", COUNT)
    missing = bool(ages["under_14"] + ages["from_14_to_17"]) and not known
    finding = _judged(books, Kind.MINORS, now, (gap,) if missing else ())
    return Finding({**finding.facts, **ages}, finding.gaps, finding.applies)


def _rectification(books: Books, _lines: Lines, now: int) -> Finding:
    """AUD-11: the report within 15 working days of the rectification."""
    return _judged(books, Kind.RECTIFICATION, now)


def _materials(books: Books, _lines: Lines, _now: int) -> Finding:
    """FRF-MAT: the eight materials of a face filing are at hand."""
    slots, filings = materials(books), books.filings.of(Kind.FACE, Status.OPEN, Status.SUBMITTED)
    gaps = tuple(
        Gap(
            f"the material {slot} is missing",
            f"Note it: facekeep filing material {slot} FILE",
        )
        for slot, told in slots.items()
        if told is None and filings
    )
    return Finding(
        {"slots": {k: dict(v) if v else None for k, v in slots.items()}}, gaps, bool(filings)
    )


# -- working days ---------------------------------------------------------------------------


def _calendar(books: Books, _lines: Lines, now: int) -> Finding:
    """Whether every open due date is what the schedules known give; guesses are marked."""
    calendar, today = books.calendar, day_of(now)
    waiting = [f for f in books.filings.every() if f.status is Status.OPEN]
    stale = [f for f in waiting if _due(f, calendar) != (f.due, f.provisional)]
    gaps = (
        Gap(f"{filing.id} keeps another due date than the calendar gives", COUNT)
        for filing in stale
    )
    facts = {
        "years": sorted(calendar.years),
        "this_year_known": calendar.knows(today.year),
        "provisional": [filing.id for filing in waiting if filing.provisional],
        "due": [] if calendar.knows(today.year + 1) else [_year_missing(today.year)],
    }
    return Finding(facts, tuple(gaps))


def _due(filing: Filing, calendar: Calendar) -> tuple[object, bool]:
    due = filing.rule.clock.due(filing.day0, calendar)
    return (due.date, due.provisional)


def _year_missing(year: int) -> Mapping[str, object]:
    """By the end of a year the next one's schedule is published, and belongs in the table."""
    return {
        "what": ADD_YEAR,
        "due": date(year, 12, 31).isoformat(),
        "provisional": False,
        "obligation": "FRM-15-1",
        "ref": f"calendar/{year + 1}",
    }


_JUDGES: Mapping[str, Judge] = {
    "oversight.filing.face": _face,
    "oversight.filing.change": _change,
    "oversight.filing.deregister": _deregister,
    "oversight.filing.officer": _officer,
    "oversight.filing.minors": _minors,
    "oversight.filing.rectification": _rectification,
    "oversight.filing.materials": _materials,
    "oversight.calendar": _calendar,
}
"""By id: ``controls.yaml`` names them."""
