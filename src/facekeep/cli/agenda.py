"""What is due, how many people, which days are working days: agenda, counter, sweep."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from facekeep.cli.door import AsJson, Door
from facekeep.cli.manual import Branch, Leaf
from facekeep.cli.outputs import refuse_bad_place, write_paper
from facekeep.cli.screen import Screen
from facekeep.terms.errors import Misused

if TYPE_CHECKING:
    from facekeep.governance.workdays import Schedule
    from facekeep.oversight.agenda import Agenda


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(
        cls=Branch, help="help.agenda", invoke_without_command=True, rich_markup_mode=None
    )
    group.callback(invoke_without_command=True, help="help.agenda")(agenda)
    days = typer.Typer(
        cls=Branch, help="help.agenda.calendar", no_args_is_help=True, rich_markup_mode=None
    )
    days.command("add", cls=Leaf, help="help.agenda.calendar.add")(add)
    days.command("show", cls=Leaf, help="help.agenda.calendar.show")(show)
    group.add_typer(days, name="calendar")
    app.add_typer(group, name="agenda")
    app.command("counter", cls=Leaf, help="help.counter")(count)
    app.command("sweep", cls=Leaf, help="help.sweep")(sweep)


def agenda(
    context: typer.Context,
    ics: Annotated[Path | None, typer.Option("--ics", help="option.ics", metavar="FILE")] = None,
    as_json: AsJson = False,
) -> None:
    """Everything that is due."""
    if context.invoked_subcommand is not None:
        return
    from facekeep.oversight import agenda as of

    door = Door.at(context, as_json)
    refuse_bad_place(ics, door)
    with door.house() as house:
        now, home = house.home.journal.now(), house.home.id
        listed = of.agenda(house.questions(), int(now))
        today = house.books.today
    if ics is not None:
        write_paper(ics, of.ics(listed, home, now, door.language), door)
    document = {
        "today": today.isoformat(),
        "items": [
            {
                "what": item.what, "due": item.due.isoformat(), "provisional": item.provisional,
                "overdue": item.is_overdue(today), "obligation": item.obligation,
                "ref": item.ref, "source": item.source,
            }
            for item in listed.items
        ],
        "unanswered": list(listed.unanswered),
    }  # fmt: skip

    def screen(screen: Screen) -> None:
        _show_items(screen, listed, today, door)
        if listed.unanswered:
            named = ", ".join(listed.unanswered)
            screen.note(door.say("agenda.unanswered", questions=named), "warn")
        if ics is not None:
            screen.note(door.say("agenda.written", file=ics))

    door.answer(document, screen)


def add(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="option.calendar_file", metavar="FILE")],
    as_json: AsJson = False,
) -> None:
    """Add a published year to the calendar."""
    from facekeep.governance.workdays import MAX_TABLE_BYTES, read_table
    from facekeep.oversight.filing import add_years

    door = Door.at(context, as_json)
    years = read_table(_read(file, MAX_TABLE_BYTES, door))
    with door.house() as house:
        added, moved = add_years(house.books, years)
    document = {
        "years": added,
        "moved": [{"id": filing.id, "due": filing.due.isoformat()} for filing in moved],
    }

    def screen(screen: Screen) -> None:
        if not added:
            screen.headline("plain", door.say("calendar.known"))
            return
        screen.headline("good", door.say("calendar.added"), ", ".join(map(str, added)))
        for filing in moved:
            kind = door.word("filing_kind", filing.kind.value)
            screen.note(door.say("calendar.moved", what=kind, day=filing.due))

    door.answer(document, screen)


def show(context: typer.Context, as_json: AsJson = False) -> None:
    """Which years are known."""
    from facekeep.governance.workdays import workdays_in

    door = Door.at(context, as_json)
    with door.house() as house:
        years = house.books.calendar.years
    rows = [(year, workdays_in(year, one), one.source) for year, one in sorted(years.items())]
    document = {
        "years": [
            {"year": year, "workdays": n, "source": source, **_days(years[year])}
            for year, n, source in rows
        ]
    }

    def screen(screen: Screen) -> None:
        screen.gap()
        headings = ("year", "workdays", "schedule_source")
        screen.table([door.say(f"label.{key}") for key in headings], rows)
        screen.note(door.say("calendar.unknown"))

    door.answer(document, screen)


def count(context: typer.Context, as_json: AsJson = False) -> None:
    """Count people now, and let alarms and filings follow."""
    from facekeep.oversight import counter, filing

    door = Door.at(context, as_json)
    with door.house() as house:
        taken = counter.take(house.books)
        filing.watch(house.books)
        alarms = [dict(sheet.told) for sheet in counter.standing(house.books)]
        days = counter.history(house.books)
    document = {
        "day": taken.day.isoformat(),
        "people": {name: list(pair) for name, pair in taken.people.items()},
        "under_14": taken.under_14, "from_14_to_17": taken.from_14_to_17,
        "age_unknown": taken.age_unknown, "alarms": alarms,
        "history": [{"day": c.day.isoformat(), "stored": list(c.people["stored"])} for c in days],
    }  # fmt: skip

    def screen(screen: Screen) -> None:
        lower, upper = taken.people["stored"]
        screen.headline("good", door.say("counter.stored"), _range(lower, upper))
        screen.facts([
            (door.say("counter.handled"), _range(*taken.people["handled"])),
            (door.say("counter.under_14"), taken.under_14 or ""),
            (door.say("counter.from_14"), taken.from_14_to_17 or ""),
        ])  # fmt: skip
        for alarm in alarms:
            screen.note(door.say("counter.alarm", share=alarm["share"], line=alarm["line"]), "warn")

    door.answer(document, screen)


def sweep(context: typer.Context, as_json: AsJson = False) -> None:
    """End everything whose term is over."""
    door = Door.at(context, as_json)
    with door.house() as house:
        due, left = house.sweep()
    document = {"ended": {kind: n - left[kind] for kind, n in due.items()}, "left": left}

    def screen(screen: Screen) -> None:
        rest = sum(left.values())
        screen.headline(
            "warn" if rest else "good", door.say("sweep.rest" if rest else "sweep.clean")
        )
        shown = [(door.word("overdue", kind), n) for kind, n in left.items() if n]
        screen.facts(shown)
        ended = sum(due.values()) - rest
        screen.note(door.say("sweep.ended", n=ended) if ended else door.say("sweep.nothing"))

    door.answer(document, screen)


# -- parts ----------------------------------------------------------------------------------


def _show_items(screen: Screen, listed: Agenda, today: date, door: Door) -> None:
    if not listed.items:
        screen.headline("good", door.say("agenda.empty"))
        return
    late = sum(item.is_overdue(today) for item in listed.items)
    headline = door.say("agenda.late", n=late) if late else door.say("agenda.due")
    screen.headline("bad" if late else "good", headline)
    rows = []
    for item in listed.items:
        day = door.say("agenda.provisional", day=item.due) if item.provisional else str(item.due)
        mark = door.say("agenda.overdue") if item.is_overdue(today) else ""
        rows.append((day, mark, door.phrase(item.what), item.obligation))
    screen.table(
        [door.say(f"label.{key}") for key in ("due_on", "lateness", "to_do", "obligation_id")], rows
    )


def _days(schedule: Schedule) -> dict[str, list[str]]:
    return {
        "holidays": sorted(day.isoformat() for day in schedule.holidays),
        "makeup": sorted(day.isoformat() for day in schedule.makeup),
    }


def _range(lower: int, upper: int) -> str:
    return str(upper) if lower == upper else f"{lower} – {upper}"


def _read(file: Path, most: int, door: Door) -> bytes:
    try:
        if not file.is_file():
            raise OSError
        with file.open("rb") as opened:
            return opened.read(most + 1)
    except OSError:
        raise Misused(door.say("error.no_file", file=file)) from None
