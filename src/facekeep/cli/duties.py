"""How duties are shown: the report of ``comply``, the page of ``explain``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from facekeep.cli.door import Door
from facekeep.cli.screen import Screen
from facekeep.oversight import explain
from facekeep.oversight.comply import Moment, Row, Status, comply
from facekeep.oversight.obligations import Obligation, Term, book
from facekeep.terms.values import Regime

SHANGHAI = timezone(timedelta(hours=8))
"""Days of the law are days there."""

MARKS = {
    Status.MET: "good",
    Status.NOT_MET: "bad",
    Status.NOT_APPLICABLE: "plain",
    Status.NOT_AUTOMATABLE: "warn",
}
UNDER_A_ROW = 4
"""Columns: what to do stands under the duty it belongs to."""


@dataclass(frozen=True, slots=True)
class Report:
    """Every row of a regime on a day."""

    regime: Regime
    moment: Moment
    rows: tuple[Row, ...]

    @property
    def unmet(self) -> int:
        """How many duties are not met."""
        return sum(row.status is Status.NOT_MET for row in self.rows)


# -- comply ---------------------------------------------------------------------------------


def report(door: Door, regime: Regime | None, day: date | None, ids: Sequence[str]) -> Report:
    """Asks the home named at the door. Raises ``Misused`` for an id nobody knows."""
    for one in ids:
        book().named(one)
    with door.house() as house:
        whose = regime or house.regime
        moment = _moment(day, house.home.journal.now())
        return Report(whose, moment, comply(book(), whose, house.questions(), moment, ids))


def report_document(report: Report, kept: Sequence[Row]) -> dict[str, Any]:
    """The report for ``--json``; counts are over all rows, whichever are kept."""
    return {
        "regime": report.regime,
        "as_of": report.moment.day.isoformat(),
        "selected_checks_not_an_assessment": not explain.is_whole(report.regime),
        "law_as_of": book().as_of.isoformat(),
        "counts": explain.counted(report.rows),
        "rows": [explain.row_document(row) for row in kept],
    }


def show_report(screen: Screen, door: Door, report: Report, kept: Sequence[Row]) -> None:
    """The verdict, the tally, then stage by stage."""
    beside = f"{door.say(f'regime.{report.regime}')} · {report.moment.day.isoformat()}"
    mark, key = _verdict(report)
    screen.headline(mark, door.say(key, n=report.unmet), beside)
    screen.paragraph(_tally(door, explain.counted(report.rows)), "muted")
    if not explain.is_whole(report.regime):
        screen.note(door.say("comply.selected"), "warn")
    for stage, found in explain.by_stage(kept):
        screen.gap()
        screen.paragraph(door.say(f"stage.{stage}"), "bold")
        for row in found:
            _show_row(screen, door, row)
    screen.gap()
    screen.note(door.say("comply.how"))


def _verdict(report: Report) -> tuple[str, str]:
    """The mark and the words of the headline: what applies to nothing is not praised."""
    if report.unmet:
        return "bad", "comply.unmet"
    if all(row.status is Status.NOT_APPLICABLE for row in report.rows):
        return "plain", "comply.nothing"
    return "good", "comply.met"


def _moment(day: date | None, now: float) -> Moment:
    """Now, or noon in Shanghai of the day asked about."""
    if day is None:
        return Moment(datetime.fromtimestamp(now, SHANGHAI).date(), int(now))
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)
    return Moment(day, int(noon.astimezone(UTC).timestamp()))


def _show_row(screen: Screen, door: Door, row: Row) -> None:
    """The duty on one line, what is missing under it, and what to do."""
    one = row.obligation
    verified = "" if one.basis != "memory" else f" · {door.say('basis.memory')}"
    status = door.say(f"status.{row.status.name.lower()}")
    screen.note(f"{one.id}  {status}{verified}  {one.of(door.language)}", MARKS[row.status])
    for gap in row.gaps:
        screen.way_out(f"{door.phrase(gap.what)} — {door.phrase(gap.next)}", UNDER_A_ROW)
    for missing in row.missing:
        name, meanwhile = missing.of(door.language), missing.meanwhile.of(door.language)
        screen.way_out(door.say("comply.missing", name=name, meanwhile=meanwhile), UNDER_A_ROW)
    if row.because:
        screen.paragraph(f"  {door.phrase(row.because)}", "muted")
    if row.status is Status.NOT_AUTOMATABLE:
        screen.way_out(explain.next_step(row, door.language), UNDER_A_ROW)


def _tally(door: Door, counts: dict[str, int]) -> str:
    told = (f"{door.say(f'status.{Status(name).name.lower()}')} {n}" for name, n in counts.items())
    return " · ".join(told)


# -- explain --------------------------------------------------------------------------------


def chosen(asked: str) -> tuple[Obligation, ...]:
    """The obligations meant. Raises ``Misused`` naming the nearest ids."""
    return book().named(asked)


def live(door: Door, chosen: Sequence[Obligation]) -> Mapping[str, Row]:
    """How they stand in the home named at the door; nothing where none is named."""
    if (door.home or door.settings.home) is None:
        return {}
    found = report(door, None, None, [one.id for one in chosen])
    return {row.obligation.id: row for row in found.rows}


def obligation_documents(
    chosen: Sequence[Obligation], rows: Mapping[str, Row]
) -> list[dict[str, Any]]:
    """The obligations for ``--json``, each with its row where there is one."""
    return [
        explain.obligation_document(book(), one)
        | {"live": explain.row_document(rows[one.id]) if one.id in rows else None}
        for one in chosen
    ]


def show_obligation(screen: Screen, door: Door, one: Obligation) -> None:
    """Both languages, how sure it is, and what holds it."""
    law = book()
    source = law.source_of(one)
    other = "en" if door.language == "zh" else "zh"
    screen.headline("plain", one.id, f"{source.of(door.language)} · {one.article}")
    screen.paragraph(one.of(door.language), "bold")
    screen.paragraph(one.of(other), "muted")
    rows = [
        ("basis", door.say(f"basis.{one.basis}")),
        ("severity", door.say(f"severity.{one.severity}")),
        ("stage", door.say(f"stage.{one.stage}")),
        ("begins", _begins(source.in_force, one.begins)),
        ("deadline", _term(door, one.deadline or one.sla)),
        ("retention_term", one.retention or one.retention_max or ""),
        ("gate", ", ".join(one.gates)),
        ("question", ", ".join(one.questions)),
        ("test", ", ".join(one.tests)),
        ("capability", _capabilities(door, one)),
        ("person_decides", one.person.of(door.language) if one.person else ""),
        ("remark", one.note.of(door.language) if one.note else ""),
    ]
    screen.facts((door.say(f"label.{key}"), value) for key, value in rows)


def _capabilities(door: Door, one: Obligation) -> str:
    named = [book().capabilities[name].of(door.language) for name in one.capability]
    return door.say("comply.not_yet", names=", ".join(named)) if named else ""


def _begins(*days: date | None) -> str:
    known = [day for day in days if day is not None]
    return max(known).isoformat() if known else ""


def _term(door: Door, term: Term | None) -> str:
    """A term in words."""
    if term is None:
        return ""
    starts = door.say(f"from.{term.starts}") if term.starts else ""
    since = door.say("term.since", starts=starts) if starts else ""
    if term.days is not None:
        return door.say(f"term.{term.unit}", n=term.days) + since
    if term.hours is not None:
        return door.say("term.hours", n=term.hours) + since
    if term.annual is not None:
        return door.say("term.annual", day=term.annual)
    if term.every is not None:
        return door.say("term.every", every=term.every)
    return door.say("term.immediate")


def show_live(screen: Screen, door: Door, row: Row) -> None:
    """How it stands in the home named, with each answer."""
    screen.gap()
    _show_row(screen, door, row)
    for question, finding in row.answers.items():
        facts = "  ".join(f"{name} {_brief(value)}" for name, value in finding.facts.items())
        screen.note(f"{question}  {facts}", "good" if finding.holds else "bad")


def _brief(value: object) -> str:
    """A fact in a few characters: a long one by its length."""
    if isinstance(value, (list, tuple, dict)):
        return str(len(value))
    return str(value)[:40]
