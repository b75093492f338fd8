"""Is it lawful: comply, explain. What they put on the screen lies in ``cli.duties``."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from facekeep.cli.door import AsJson, Door
from facekeep.cli.manual import Leaf
from facekeep.cli.screen import Screen
from facekeep.terms.errors import Misused

UNMET = 3
"""The exit code of ``comply --check`` where a duty is not met: a refusal's."""


class Regimes(StrEnum):
    """Whose law."""

    CN = "cn"
    GDPR = "gdpr"
    BIPA = "bipa"


class Only(StrEnum):
    """Which rows."""

    MET = "met"
    NOT_MET = "not-met"
    NOT_APPLICABLE = "not-applicable"
    NOT_AUTOMATABLE = "not-automatable"

    @property
    def status(self) -> str:
        """The status it stands for."""
        return self.value.replace("-", " ")


RegimeOption = Annotated[
    Regimes | None, typer.Option("--regime", help="option.regime", metavar="cn|gdpr|bipa")
]
Asked = Annotated[list[str] | None, typer.Argument(help="option.obligation", metavar="ID")]


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("comply", cls=Leaf, help="help.comply")(comply)
    app.command("explain", cls=Leaf, help="help.explain")(explain)


def comply(
    context: typer.Context,
    ids: Asked = None,
    regime: RegimeOption = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="option.as_of", metavar="DATE")
    ] = None,
    only: Annotated[
        Only | None, typer.Option("--only", help="option.only", metavar="STATUS")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="option.check")] = False,
    as_json: AsJson = False,
) -> int:
    """One row an obligation: met, not met, not applicable, not automatable."""
    from facekeep.cli import duties

    door = Door.at(context, as_json)
    day = None if as_of is None else _day(as_of, door)
    report = duties.report(door, regime.value if regime else None, day, ids or ())
    kept = [row for row in report.rows if only is None or row.status.value == only.status]
    document = duties.report_document(report, kept)

    def show(screen: Screen) -> None:
        duties.show_report(screen, door, report, kept)
        if day is not None:
            screen.note(door.say("comply.as_of"))

    door.answer(document, show)
    return UNMET if check and report.unmet else 0


def explain(
    context: typer.Context,
    obligation: Annotated[str, typer.Argument(help="option.obligation", metavar="ID")],
    as_json: AsJson = False,
) -> None:
    """What a duty says, where it stands, what holds it, and how it stands in this home."""
    from facekeep.cli import duties

    door = Door.at(context, as_json)
    chosen = duties.chosen(obligation)
    rows = duties.live(door, chosen)

    def show(screen: Screen) -> None:
        for one in chosen:
            duties.show_obligation(screen, door, one)
            if one.id in rows:
                duties.show_live(screen, door, rows[one.id])

    door.answer({"obligations": duties.obligation_documents(chosen, rows)}, show)


def _day(text: str, door: Door) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Misused(door.say("error.not_a_day", text=text[:40])) from None
    if not 2000 <= day.year <= 2100:
        raise Misused(door.say("error.not_a_day", text=text[:40]))
    return day
