"""What the handler's profile and the record of sharing answer: who answers for this, until when.

Every date is looked at as it stands on the day asked about; every row by its seal and the ledger's
word about all of them together. Answers name processors, recipients and rules, never staff.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Protocol

from facekeep.governance import purpose_text, workdays
from facekeep.governance.handler import (
    KEPT_S,
    MAX_SAME_AUDITOR,
    Audit,
    Decision,
    Found,
    Handler,
    HandlerBook,
    Mlps,
    Sharing,
    SharingBook,
)
from facekeep.governance.purpose_text import HOME_REGION, Purpose
from facekeep.governance.purposes import PurposeBook
from facekeep.governance.workdays import day_of
from facekeep.terms.evidence import Finding, Gap, Question

REPORT_DAYS = 15
"""Working days after a rectification in which it is reported (Audit Measures art. 11)."""

FILED_FROM = 2
"""From this protection level on a system is filed with the police and has a number."""

ASSESSED_FROM = 3
"""From this protection level on a system is assessed every year; critical infrastructure has it."""

GRACE_S = 86_400
"""A record past its three years goes when the home is next entered: a day's grace."""


class Books(Protocol):
    """What these questions read."""

    @property
    def handler(self) -> HandlerBook:
        """The profile."""
        ...

    @property
    def sharing(self) -> SharingBook:
        """What went to others."""
        ...

    @property
    def purposes(self) -> PurposeBook:
        """Purposes."""
        ...


Judge = Callable[[Books, Handler, date], Finding]
Due = Mapping[str, object]

SET = "facekeep handler set FILE --officer NAME --officer-key FILE"
NOBODY = Gap("nobody said who handles the data", SET)
_CORRECT = "Correct the profile: facekeep handler set FILE --officer NAME --officer-key FILE"
_REPORT = "Report it at once and write the day down: facekeep handler set FILE --officer NAME --officer-key FILE"  # fmt: skip


def _about(judge: Judge) -> Callable[[Books, int], Finding]:
    """A question about the profile; without one there is nothing that could hold."""

    def ask(books: Books, at: int) -> Finding:
        handler = books.handler.get()
        if handler is None:
            return Finding({}, (NOBODY,))
        return judge(books, handler, day_of(at))

    return ask


def _correct(*what: str) -> tuple[Gap, ...]:
    return tuple(Gap(one, _CORRECT) for one in what)


def _due(what: str, on: date, obligation: str, ref: str, *, provisional: bool = False) -> Due:
    """One date for the agenda."""
    return {
        "what": what, "due": on.isoformat(), "provisional": provisional,
        "obligation": obligation, "ref": ref,
    }  # fmt: skip


def _in_force(books: Books) -> list[Purpose]:
    return [books.purposes.get(name) for name in books.purposes.names()]


# -- decisions --------------------------------------------------------------------------------


def _undecided(decision: Decision | None, what: str, today: date) -> Iterator[str]:
    if decision is None:
        yield f"nobody decided {what}"
    elif decision.on > today:
        yield f"the decision {what} bears a date that is still to come"


def applicability(books: Books, handler: Handler, today: date) -> Finding:
    """Whether the Measures apply was decided, and what is done agrees with it (art. 2)."""
    decision, used = handler.applicability, books.purposes.names()
    gaps = list(_undecided(decision, "whether the Measures apply", today))
    if decision is not None and used and (decision.research or not decision.applies):
        gaps.append("the Measures are said not to apply, but purposes are in force")
    facts = {
        "applies": decision.applies if decision else None,
        "research": decision.research if decision else None,
        "decided": decision.on.isoformat() if decision else None,
        "in_force": used,
    }
    return Finding(facts, _correct(*gaps))


def identity_service(_: Books, handler: Handler, today: date) -> Finding:
    """Whether the national identity service is used, and why not, was decided (art. 11)."""
    decision = handler.identity_service
    gaps = _undecided(decision, "whether the national identity service is used", today)
    facts = {
        "used": decision.used if decision else None,
        "decided": decision.on.isoformat() if decision else None,
    }
    return Finding(facts, _correct(*gaps))


# -- the organisation ---------------------------------------------------------------------------


def mlps(_: Books, handler: Handler, today: date) -> Finding:
    """Protection level, filing number and assessment are on record (art. 14)."""
    level = handler.mlps
    facts = {
        "cii": handler.cii, "org_type": handler.org_type,
        "level": level.level if level else None,
        "filed": bool(level and level.number),
        "due": list(_assess_again(level)),
    }  # fmt: skip
    return Finding(facts, _correct(*_unprotected(handler, today)))


def _assess_again(level: Mlps | None) -> Iterator[Due]:
    if level is not None and level.assess_again_by is not None:
        what = "the protection level is assessed again"
        yield _due(what, level.assess_again_by, "FRM-14-2", "mlps")


def _unprotected(handler: Handler, today: date) -> Iterator[str]:
    level = handler.mlps
    if level is None:
        yield "nobody said which protection level (MLPS) applies"
        return
    if level.level >= FILED_FROM and level.number is None:
        yield f"protection level {level.level} has no filing number"
    if level.level >= ASSESSED_FROM and (level.assessed is None or level.assess_again_by is None):
        yield f"protection level {level.level} was never assessed, or has no next date"
    if level.assess_again_by is not None and level.assess_again_by < today:
        yield f"the protection level was to be assessed again by {level.assess_again_by}"
    if handler.cii and level.level < ASSESSED_FROM:
        yield f"critical infrastructure has protection level {ASSESSED_FROM} at least"


def region(books: Books, handler: Handler, today: date) -> Finding:
    """Data lies in the mainland, or left it by a route that holds today (PIPL art. 38-40)."""
    purposes = _in_force(books)
    gaps = [gap for purpose in purposes for gap in _without_route(purpose, today)]
    if handler.cii:
        gaps += [_kept_abroad(one.id) for one in purposes if one.region != HOME_REGION]
    if handler.region != HOME_REGION and not any(one.route for one in purposes):
        gaps.append(Gap("the handler keeps data outside the mainland without a route", _CORRECT))
    routes = [(one.id, one.route) for one in purposes if one.route is not None]
    what = "the route out of the mainland runs out"
    facts = {
        "handler": handler.region,
        "purposes": {one.id: one.region for one in purposes},
        "routes": {name: route.kind for name, route in routes},
        "due": [_due(what, route.until, "PIPL-40", name) for name, route in routes],
    }
    return Finding(facts, tuple(gaps))


def _without_route(purpose: Purpose, today: date) -> Iterator[Gap]:
    for missing in purpose_text.gaps(purpose, today):
        if missing.article == "PIPL-40":
            yield Gap(f"purpose {purpose.id}: {missing.gap.what}", missing.gap.next)


def _kept_abroad(name: str) -> Gap:
    return Gap(
        f"purpose {name} keeps data of critical infrastructure outside the mainland",
        "Keep it in the mainland: set region to CN and publish the purpose again",
    )


def officer(_: Books, handler: Handler, today: date) -> Finding:
    """An officer is appointed and can be reached (PIPL art. 52)."""
    named = handler.officer
    gaps = []
    if named is None:
        gaps.append("no personal-information protection officer is appointed")
    elif named.appointed > today:
        gaps.append("the officer's appointment bears a date that is still to come")
    facts = {
        "appointed": named.appointed.isoformat() if named else None,
        "contact": named.contact if named else None,
    }
    return Finding(facts, _correct(*gaps))


def complaint_channel(_: Books, handler: Handler, __: date) -> Finding:
    """Anybody can complain, account or not (art. 17; Network Data Regulation art. 20)."""
    channel = handler.complaints
    gaps = () if channel else ("no channel for complaints is named",)
    facts = {"answered_within_days": channel.answered_within_days if channel else None}
    return Finding(facts, _correct(*gaps))


# -- others -------------------------------------------------------------------------------------


def processors(books: Books, handler: Handler, today: date) -> Finding:
    """Whoever works for the handler has a contract that has not run out (PIPL art. 21)."""
    known = {one.id for one in handler.processors}
    entrusted = [one for one in books.sharing.all() if one.kind == "entrusted"]
    gaps = [
        Gap(
            f"the contract with processor {one.id} ran out on {one.until}",
            "Have data returned or deleted, or renew it; then: facekeep handler set FILE",
        )
        for one in handler.processors
        if one.until < today
    ]
    gaps += [_unnamed(one) for one in entrusted if one.recipient not in known]
    facts = {
        "contracts": {one.id: one.until.isoformat() for one in handler.processors},
        "audited": {one.id: str(one.audited) for one in handler.processors if one.audited},
        "records": len(entrusted),
        "due": [_contract(one.id, one.until) for one in handler.processors],
    }
    return Finding(facts, tuple(dict.fromkeys(gaps)), applies=bool(known or entrusted))


def _contract(name: str, until: date) -> Due:
    return _due(f"the contract with processor {name} runs out", until, "PIPL-21", name)


def _unnamed(sharing: Sharing) -> Gap:
    return Gap(f"data went to {sharing.recipient}, whom the handler's profile does not name", SET)


def recipients(books: Books, at: int) -> Finding:
    """Whoever receives data is known, told of in the purpose, and written down for three years.

    PIPL art. 23; Network Data Regulation art. 12.
    """
    handler = books.handler.get()
    if handler is None:
        return Finding({}, (NOBODY,))
    known = {one.id for one in handler.recipients}
    shared, told = [one for one in books.sharing.all() if one.kind == "shared"], _told_of(books)
    gaps = [*_unknown(told, known), *_untold(shared, known, told), *_dates(shared, at)]
    facts = {
        "recipients": sorted(known),
        "purposes": {name: sorted(ids) for name, ids in told.items() if ids},
        "records": len(shared),
    }
    applies = bool(known or shared or any(told.values()))
    return Finding(facts, tuple(dict.fromkeys(gaps)), applies)


def _told_of(books: Books) -> dict[str, set[str]]:
    """Recipients that people are told of, by purpose; every version that was ever in force."""
    book = books.purposes
    told: dict[str, set[str]] = {}
    for name in book.known():
        for version in {step.version for step in book.steps(name)}:
            text = book.text(name, version)
            told.setdefault(name, set()).update(one.id for one in text.recipients)
    return told


def _unknown(told: Mapping[str, Iterable[str]], known: set[str]) -> Iterator[Gap]:
    for name, ids in told.items():
        for one in sorted(set(ids) - known):
            yield Gap(f"purpose {name} names recipient {one}, whom the profile does not name", SET)


def _untold(
    shared: Iterable[Sharing], known: set[str], told: Mapping[str, set[str]]
) -> Iterator[Gap]:
    for one in shared:
        if one.recipient not in known:
            yield _unnamed(one)
        if one.recipient not in told.get(one.purpose, set()):
            yield Gap(
                f"data went to {one.recipient}, of whom purpose {one.purpose} tells nobody",
                "Stop it; name the recipient in the purpose, and ask everybody for consent",
            )


def _dates(shared: Iterable[Sharing], at: int) -> Iterator[Gap]:
    for one in shared:
        if one.at > at + GRACE_S:
            yield Gap("a record of sharing bears a date that is still to come", "facekeep doctor")
        elif one.at + KEPT_S + GRACE_S < at:
            yield Gap("records of sharing are kept past their three years", "facekeep doctor")


# -- audits ---------------------------------------------------------------------------------------


def audit_plan(_: Books, handler: Handler, today: date) -> Finding:
    """An audit is planned, not overdue, and not always by the same auditor (PIPL art. 54)."""
    plan = handler.audit
    facts = {
        "every_months": plan.every_months if plan else None,
        "last": plan.last.isoformat() if plan and plan.last else None,
        "times_running": plan.times_running if plan else None,
        "due": [_due("the next compliance audit", plan.next, "PIPL-54", "audit")] if plan else [],
    }
    return Finding(facts, _correct(*_unaudited(plan, today)))


def _unaudited(plan: Audit | None, today: date) -> Iterator[str]:
    if plan is None:
        yield "no compliance audit is planned"
        return
    if plan.next < today:
        yield f"the compliance audit was due on {plan.next}"
    if plan.last is not None and _months(plan.last, plan.next) > plan.every_months:
        yield f"the next audit is planned later than every {plan.every_months} months"
    if plan.times_running > MAX_SAME_AUDITOR:
        yield f"the same auditor audits more than {MAX_SAME_AUDITOR} times running"


def _months(start: date, end: date) -> int:
    """Whole months begun between two days."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months + (end.day > start.day)


def findings(_: Books, handler: Handler, today: date) -> Finding:
    """What an ordered audit found was reported in time after it was put right (Audit art. 11)."""
    ordered = [one for one in handler.findings if one.ordered]
    facts = {
        "findings": len(handler.findings), "ordered": len(ordered),
        "open": sum(one.rectified is None for one in handler.findings),
        "due": list(_reports(ordered)),
    }  # fmt: skip
    gaps = [gap for one in ordered for gap in _unreported(one, today)]
    return Finding(facts, tuple(gaps), applies=bool(handler.findings))


def _reports(ordered: Iterable[Found]) -> Iterator[Due]:
    for one in ordered:
        if one.rectified is not None and one.reported is None:
            due = workdays.due(one.rectified, REPORT_DAYS)
            what = f"report the rectification of finding {one.id}"
            yield _due(what, due.date, "AUD-11", one.id, provisional=due.provisional)


def _unreported(found: Found, today: date) -> Iterator[Gap]:
    if found.rectified is None:
        return
    due = workdays.due(found.rectified, REPORT_DAYS).date
    if (found.reported or today) > due:
        late = "was reported too late" if found.reported else "was not reported"
        yield Gap(
            f"the rectification of finding {found.id} {late}: it was due on {due}",
            _REPORT,
        )


# -- staff ------------------------------------------------------------------------------------------


def policies(_: Books, handler: Handler, today: date) -> Finding:
    """Internal rules have owner, version and review date, and were acknowledged (PIPL art. 51(1))."""
    gaps = [] if handler.policies else ["there are no internal rules"]
    for one in handler.policies:
        if one.review_by < today:
            gaps.append(f"rule {one.id} was to be reviewed by {one.review_by}")
        if one.acknowledged_on > today:
            gaps.append(f"rule {one.id} was not acknowledged yet")
    facts = {
        "policies": {one.id: one.version for one in handler.policies},
        "due": [_review(one.id, one.review_by) for one in handler.policies],
    }
    return Finding(facts, _correct(*gaps))


def _review(name: str, by: date) -> Due:
    return _due(f"rule {name} is reviewed", by, "PIPL-51-1", name)


def training(_: Books, handler: Handler, today: date) -> Finding:
    """Nobody works on whose training ran out (PIPL art. 51(4))."""
    gaps = [] if handler.trained else ["nobody of the staff is trained"]
    gaps += [
        f"the training of {one.role} ran out on {one.until}"
        for one in handler.trained
        if one.until < today
    ]
    facts = {
        "trained": len(handler.trained),
        "due": [
            _due(f"the training of {one.role} runs out", one.until, "PIPL-51-4", str(n))
            for n, one in enumerate(handler.trained)
        ],
    }
    return Finding(facts, _correct(*gaps))


EVIDENCE: tuple[Question[Books], ...] = (
    Question("governance.handler.applicability", _about(applicability)),
    Question("governance.handler.identity_service", _about(identity_service)),
    Question("governance.handler.mlps", _about(mlps)),
    Question("governance.handler.region", _about(region)),
    Question("governance.handler.processors", _about(processors)),
    Question("governance.handler.recipients", recipients),
    Question("governance.handler.officer", _about(officer)),
    Question("governance.handler.audit_plan", _about(audit_plan)),
    Question("governance.handler.findings", _about(findings)),
    Question("governance.handler.policies", _about(policies)),
    Question("governance.handler.training", _about(training)),
    Question("governance.handler.complaint_channel", _about(complaint_channel)),
)
