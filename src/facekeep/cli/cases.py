"""What a person may ask of us: case open, show, answer and the rest; answers; copy."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from facekeep.cli.consents import iso
from facekeep.cli.door import AsJson, Door, SubjectName
from facekeep.cli.manual import Branch, Leaf
from facekeep.cli.officers import MaybeKey, MaybeOfficer, OfficerKey, OfficerName, signed
from facekeep.cli.outputs import refuse_bad_place, write_paper
from facekeep.cli.screen import Screen
from facekeep.terms.errors import Misused

if TYPE_CHECKING:
    from facekeep.assembly import House
    from facekeep.rights.cases import Hand, Opened, Step
    from facekeep.storage.case_rows import CaseRow

Word = TypeVar("Word", bound=StrEnum)

Number = Annotated[str, typer.Argument(help="option.case", metavar="NUMBER")]
Text = Annotated[str, typer.Option("--text", help="option.case_text", metavar="TEXT")]
Read = Annotated[int | None, typer.Option("--read", help="option.case_read", metavar="N")]
Receipt = Annotated[Path | None, typer.Option("--output", "-o", help="option.case_receipt", metavar="FILE")]  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(cls=Branch, help="help.case", no_args_is_help=True, rich_markup_mode=None)
    group.command("open", cls=Leaf, help="help.case.open")(open_)
    group.command("list", cls=Leaf, help="help.case.list")(list_)
    group.command("show", cls=Leaf, help="help.case.show")(show)
    group.command("move", cls=Leaf, help="help.case.move")(move)
    group.command("extend", cls=Leaf, help="help.case.extend")(extend)
    group.command("answer", cls=Leaf, help="help.case.answer")(answer)
    group.command("refuse", cls=Leaf, help="help.case.refuse")(refuse)
    group.command("lift", cls=Leaf, help="help.case.lift")(lift)
    group.command("close", cls=Leaf, help="help.case.close")(close)
    group.command("open-secret", cls=Leaf, help="help.case.open-secret")(open_secret)
    group.command("receipt", cls=Leaf, help="help.case.receipt")(receipt)
    group.command("verify", cls=Leaf, help="help.case.verify")(verify)
    app.add_typer(group, name="case")
    app.command("answers", cls=Leaf, help="help.answers")(answers)
    app.command("copy", cls=Leaf, help="help.copy")(copy)


# -- the person asks ------------------------------------------------------------------------


def open_(
    context: typer.Context,
    kind: Annotated[str, typer.Option("--kind", help="option.case_kind", metavar="KIND")],
    subject: Annotated[str, typer.Option("--subject", "-s", help="option.subject", metavar="S")] = "",
    purpose: Annotated[str, typer.Option("--purpose", "-p", help="option.case_purpose", metavar="P")] = "",
    text: Text = "",
    identified: Annotated[str, typer.Option("--identified", help="option.identified", metavar="HOW")] = "",
    event: Annotated[str, typer.Option("--event", help="option.case_event", metavar="ENTRY")] = "",
    new_subject: Annotated[str, typer.Option("--new-subject", help="option.new_subject", metavar="S")] = "",
    birth_date: Annotated[str, typer.Option("--birth-date", help="option.birth_right", metavar="YYYY-MM-DD")] = "",
    relation: Annotated[str, typer.Option("--relation", help="option.case_relation", metavar="TEXT")] = "",
    proof: Annotated[str, typer.Option("--proof", help="option.case_proof", metavar="REF")] = "",
    output: Receipt = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Take a request in; its code is shown once."""
    from facekeep.rights.cases import Kind, Request
    from facekeep.rights.objections import Correction

    door = Door.at(context, as_json)
    refuse_bad_place(output, door)
    birth = _birth(birth_date, door)
    correction = Correction(new_subject, birth) if new_subject or birth else None
    request = Request(
        _one_of(Kind, kind), purpose, subject, text, identified, event, correction, relation, proof
    )
    with door.house() as house:
        opened = house.cases.open_everywhere(request)
        documents = [_opened(house, one, output, len(opened), door) for one in opened]

    def screen(screen: Screen) -> None:
        for one in opened:
            screen.headline("good", door.say("case.opened"), one.row.purpose)
            screen.facts([(door.say("label.case_code"), one.code), *_facts(one.row, door)])
        screen.note(door.say("case.keep_code"))
        if one.row.provisional:
            screen.note(door.say("case.provisional"))

    door.answer({"cases": documents}, screen)


def _opened(house: House, one: Opened, output: Path | None, n: int, door: Door) -> dict[str, Any]:
    """The document, with a signed receipt in it or in its file."""
    from facekeep.rights import case_receipts

    receipt = case_receipts.issue(house.home, one.row, one.code)
    told: Any = {"body": receipt.body, "signature": receipt.signature}
    if output is not None:
        file = (
            output
            if n == 1
            else output.with_name(f"{output.stem}-{one.row.purpose}{output.suffix}")
        )
        write_paper(file, receipt.to_json().encode(), door)
        told = str(file)
    return {**_document(one.row), "code": one.code, "receipt": told}


# -- officers look --------------------------------------------------------------------------


def list_(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="option.case_all")] = False,
    as_json: AsJson = False,
) -> None:
    """Cases that wait, the next due first; nobody's name, nobody's text."""
    from facekeep.rights.cases import AWAITED, State, overdue

    door = Door.at(context, as_json)
    with door.house() as house:
        now = house.home.journal.now()
        rows = [r for r in house.home.cases.every() if every or State(r.state) in AWAITED]
    rows.sort(key=lambda row: (row.due, row.opened))
    late = {row.number for row in rows if overdue(row, now)}

    def screen(screen: Screen) -> None:
        if not rows:
            screen.headline("plain", door.say("case.none"))
            return
        if late:
            screen.headline("bad", door.say("case.late", n=len(late)))
        screen.gap()
        keys = ("case", "case_kind", "purpose", "case_state", "due")
        screen.table(
            [door.say(f"label.{key}") for key in keys],
            [(r.number, door.word("case_kind", r.kind), r.purpose, door.word("case_state", r.state),
              _due(r, door, r.number in late)) for r in rows],
        )  # fmt: skip

    door.answer({"cases": [{**_document(r), "overdue": r.number in late} for r in rows]}, screen)


def show(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="option.case", metavar="NUMBER")] = "",
    code: Annotated[str, typer.Option("--code", help="option.case_code", metavar="CODE")] = "",
    officer: MaybeOfficer = None,
    officer_key: MaybeKey = None,
    as_json: AsJson = False,
) -> None:
    """A case: the person by their code, an officer by its number and their signature."""
    door = Door.at(context, as_json)
    with door.house() as house:
        if code:
            row, decision = house.cases.by_code(code), None
        else:
            row = house.cases.look(number, _hand(door, officer, officer_key))
            decision = _decision(house, row)
    told = {**_document(row), **_told(row), **({"decision": decision} if decision else {})}

    def screen(screen: Screen) -> None:
        screen.headline("plain", door.word("case_kind", row.kind), row.purpose)
        screen.facts(_facts(row, door))
        for key in ("subject", "text", "identified", "relation", "proof"):
            screen.facts([(door.say(f"label.case_{key}"), row.about[key])])
        screen.facts(_codes(decision or {}, door))
        for step in row.about["steps"]:
            when = datetime.fromtimestamp(step["at"], UTC).isoformat(" ", "minutes")
            screen.note(f"{when}  {door.word('case_state', step['state'])}  {step['officer']}")
            screen.paragraph(_said(step, door))

    door.answer(told, screen)


def _decision(house: House, row: CaseRow) -> dict[str, Any] | None:
    from facekeep.rights.cases import Kind
    from facekeep.rights.review import decision_of

    return decision_of(house.home, row) if row.kind == Kind.HUMAN_REVIEW else None


REVIEWED = (
    "event", "kind", "at", "outcome", "reason", "max_fmr", "max_fpir", "purpose_max_fmr", "pad",
    "capture", "device", "place", "model", "quality", "calibration", "ground", "alarm",
)  # fmt: skip
"""What a reviewer reads of a decision, in this order."""


def _codes(decision: dict[str, Any], door: Door) -> list[tuple[str, str]]:
    """The reason codes of a decision in the reader's words; never a score."""
    shown = {**decision, "at": iso(decision["at"])} if decision else {}
    return [
        (door.say(f"review.{key}"), door.word(f"review_{key}", shown[key]))
        for key in REVIEWED
        if key in shown
    ]


def _said(step: dict[str, Any], door: Door) -> str:
    words = [door.word("case_outcome", step.get("outcome", "")), door.word("case_reason", step.get("reason", ""))]  # fmt: skip
    return " · ".join(w for w in (*words, step.get("text", ""), step.get("appeal", ""), step.get("to", "")) if w)  # fmt: skip


# -- officers act ---------------------------------------------------------------------------


def move(
    context: typer.Context,
    number: Number,
    to: Annotated[str, typer.Option("--to", help="option.case_to", metavar="STATE")],
    officer: OfficerName,
    officer_key: OfficerKey,
    text: Text = "",
    assignee: Annotated[str, typer.Option("--assignee", help="option.assignee", metavar="NAME")] = "",
    read: Read = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Acknowledge, assign, escalate or verify."""
    from facekeep.rights.cases import State, Step

    door = Door.at(context, as_json)
    state = _one_of(State, to)
    if state not in (State.ACKNOWLEDGED, State.ASSIGNED, State.ESCALATED, State.VERIFIED):
        raise Misused(door.say("error.case_move"))
    _take(door, number, Step(state, text, to=assignee, version=read), (officer, officer_key))


def extend(
    context: typer.Context,
    number: Number,
    text: Text,
    officer: OfficerName,
    officer_key: OfficerKey,
    read: Read = None,
    as_json: AsJson = False,
) -> None:
    """More time, once, with its reason."""
    from facekeep.rights.cases import State, Step

    door = Door.at(context, as_json)
    _take(door, number, Step(State.EXTENDED, text, version=read), (officer, officer_key))


def answer(
    context: typer.Context,
    number: Number,
    outcome: Annotated[str, typer.Option("--outcome", help="option.case_outcome", metavar="WORD")],
    text: Text,
    officer: OfficerName,
    officer_key: OfficerKey,
    read: Read = None,
    output: Receipt = None,
    as_json: AsJson = False,
) -> None:
    """The answer, with its reasons; a deletion that is done erases first."""
    from facekeep.rights.cases import Outcome, State, Step

    door = Door.at(context, as_json)
    step = Step(State.ANSWERED, text, _one_of(Outcome, outcome), version=read)
    _take(door, number, step, (officer, officer_key), output)


def refuse(
    context: typer.Context,
    number: Number,
    reason: Annotated[str, typer.Option("--reason", help="option.case_reason", metavar="CODE")],
    text: Text,
    appeal: Annotated[str, typer.Option("--appeal", help="option.appeal", metavar="WHERE")],
    officer: OfficerName,
    officer_key: OfficerKey,
    read: Read = None,
    as_json: AsJson = False,
) -> None:
    """Refuse, with a reason that is one, and where to appeal."""
    from facekeep.rights.cases import Reason, State, Step

    door = Door.at(context, as_json)
    step = Step(State.REFUSED, text, reason=_one_of(Reason, reason), appeal=appeal, version=read)
    _take(door, number, step, (officer, officer_key))


def close(
    context: typer.Context,
    number: Number,
    officer: OfficerName,
    officer_key: OfficerKey,
    text: Text = "",
    read: Read = None,
    as_json: AsJson = False,
) -> None:
    """The person has the answer; the case is over."""
    from facekeep.rights.cases import State, Step

    door = Door.at(context, as_json)
    _take(door, number, Step(State.CLOSED, text, version=read), (officer, officer_key))


def lift(
    context: typer.Context,
    number: Number,
    text: Text,
    officer: OfficerName,
    officer_key: OfficerKey,
    as_json: AsJson = False,
) -> None:
    """The person wants to be recognised again: end what their earlier case stopped."""
    door = Door.at(context, as_json)
    with door.house() as house:
        row = house.cases.lift(number, text, _hand(door, officer, officer_key))
    door.answer(_document(row), lambda screen: _show_moved(screen, row, door))


def open_secret(context: typer.Context, number: Number, as_json: AsJson = False) -> None:
    """A departed person's story, for a case, once two officers approved it."""
    from facekeep.rights.answers import event_of

    door = Door.at(context, as_json)
    passphrase = door.passphrase()
    with door.house() as house:
        events = [event_of(told) for told in house.open_secret(number, passphrase)]

    def screen(screen: Screen) -> None:
        screen.headline("warn", door.say("secret.opened"), number)
        _show_events(screen, events, door)

    door.answer({"case": number, "events": events}, screen)


def receipt(
    context: typer.Context,
    code: Annotated[str, typer.Option("--code", help="option.case_code", metavar="CODE")],
    output: Annotated[Path, typer.Option("--output", "-o", help="option.case_receipt", metavar="FILE")],
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """The person's proof of how far their case is, signed now."""
    from facekeep.rights import case_receipts

    door = Door.at(context, as_json)
    refuse_bad_place(output, door)
    with door.house() as house:
        row = house.cases.by_code(code)
        text = case_receipts.issue(house.home, row).to_json()
    write_paper(output, text.encode(), door)
    document = {**_document(row), "receipt": str(output)}
    door.answer(document, lambda screen: _show_moved(screen, row, door))


def verify(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="option.case_receipt_file", metavar="RECEIPT")],
    key: Annotated[str, typer.Option("--key", help="option.key", metavar="PUBLIC")],
    as_json: AsJson = False,
) -> None:
    """Check a case receipt with nothing but the public key."""
    from facekeep.cli.devices import read_bounded
    from facekeep.cli.ledger import read_key
    from facekeep.rights import case_receipts

    door = Door.at(context, as_json)
    door.alarm = "receipt.alarm"
    text = read_bounded(file, case_receipts.MAX_BYTES, door).decode(errors="replace")
    proved = case_receipts.verify(case_receipts.CaseReceipt.from_json(text), read_key(key, door))

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("case.receipt_holds"), proved["purpose"])
        screen.facts(
            [
                (door.say("label.case"), proved["number"]),
                (door.say("label.case_kind"), door.word("case_kind", proved["kind"])),
                (door.say("label.case_state"), door.word("case_state", proved["state"])),
                (door.say("label.due"), proved["due"]),
            ]
        )

    door.answer({"verified": True, **proved}, screen)


def _take(
    door: Door, number: str, step: Step, who: tuple[str, Path], output: Path | None = None
) -> None:
    refuse_bad_place(output, door)
    kept: list[str] = []

    def hand_over(receipt: Any) -> None:
        kept.append(receipt.to_json())
        if output is not None:
            write_paper(output, receipt.to_json().encode(), door)

    with door.house() as house:
        row = house.cases.take(number, step, _hand(door, *who), hand_over)
    # The receipt carries the person's secret: it goes to one place, the file or the screen.
    receipt = {"receipt": str(output) if output else kept[0]} if kept else {}

    def screen(screen: Screen) -> None:
        _show_moved(screen, row, door)
        if kept and output is None:
            screen.console.print(kept[0], soft_wrap=True, markup=False)

    door.answer({**_document(row), **receipt}, screen)


# -- three questions, and a copy ------------------------------------------------------------


def answers(
    context: typer.Context, subject: SubjectName, officer: MaybeOfficer = None, officer_key: MaybeKey = None, as_json: AsJson = False
) -> None:  # fmt: skip
    """Why, how kept, what risk; what is held; everything that happened; who looked."""
    from facekeep.rights.answers import answer as answer_person
    from facekeep.rights.answers import document

    door = Door.at(context, as_json)
    with door.house() as house:
        documents = [
            document(one)
            for one in answer_person(house.home, subject, _maybe(door, officer, officer_key))
        ]

    def screen(screen: Screen) -> None:
        if not documents:
            screen.headline("plain", door.say("answers.nothing"))
        for one in documents:
            _show_answer(screen, one, door)

    door.answer({"answers": documents}, screen)


def copy(
    context: typer.Context,
    subject: SubjectName,
    output: Annotated[Path, typer.Option("--output", "-o", help="option.copy", metavar="FILE")],
    officer: MaybeOfficer = None,
    officer_key: MaybeKey = None,
    as_json: AsJson = False,
) -> None:
    """A portable copy of what is held: never a vector, never a score."""
    from facekeep.rights.access_copy import copy_of

    door = Door.at(context, as_json)
    refuse_bad_place(output, door)
    with door.house() as house:
        content = copy_of(house.home, subject, _maybe(door, officer, officer_key))
    write_paper(output, content, door)

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("copy.done"), str(output))
        screen.note(door.say("copy.never"))

    door.answer({"file": str(output), "bytes": len(content)}, screen)


def _show_answer(screen: Screen, one: dict[str, Any], door: Door) -> None:
    screen.headline("plain", one["purpose"])
    for key in ("why", "kept", "risk"):
        screen.gap()
        screen.paragraph(door.say(f"answers.{key}"), "bold")
        screen.paragraph(one[key][door.language])
    held = one["held"]
    screen.gap()
    screen.paragraph(door.say("answers.held"), "bold")
    screen.note(door.say("answers.enrolled" if held["enrolled"] else "answers.not_enrolled"))
    if held["until"]:
        screen.facts([(door.say("label.expires"), iso(held["until"])[:10])])
    for stop in held["stopped"]:
        screen.note(door.word("case_kind", stop), "warn")
    screen.gap()
    screen.paragraph(door.say("answers.events"), "bold")
    _show_events(screen, one["events"], door)
    ways = door.say("list.join").join(name[door.language] for name in one["alternatives"].values())
    screen.way_out(door.say("offer.other_ways", ways=ways))


def _show_events(screen: Screen, events: list[dict[str, Any]], door: Door) -> None:
    screen.table(
        [door.say(f"label.{key}") for key in ("time", "kind", "case_outcome")],
        [(iso(e["at"]), door.word("did", e["kind"]), _outcome(e, door)) for e in events],
    )


def _outcome(event: dict[str, Any], door: Door) -> str:
    words = [door.word("did_end", event[key]) for key in ("outcome", "state") if key in event]
    if "reason" in event:
        words.append(door.error_word(event["reason"]) or str(event["reason"]))
    words += [str(event[key]) for key in ("device", "officer") if key in event]
    both = door.say("list.join").join(event.get("officers", ()))
    return " · ".join([*words, both] if both else words)


# -- shared ---------------------------------------------------------------------------------


def _hand(door: Door, officer: str | None, key: Path | None) -> Hand:
    from facekeep.rights.cases import Hand

    if officer is None or key is None:
        raise Misused(door.say("error.officer_and_key"))
    return Hand(officer, lambda message: signed(door, key, message))


def _maybe(door: Door, officer: str | None, key: Path | None) -> Hand | None:
    """An officer at work; nobody where the person looks for themselves."""
    return None if officer is None and key is None else _hand(door, officer, key)


def _one_of(words: type[Word], text: str) -> Word:
    try:
        return words(text)
    except ValueError:
        raise Misused(f"one of: {', '.join(words)}") from None


def _birth(text: str, door: Door) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Misused(door.say("error.date")) from None


def _document(row: CaseRow) -> dict[str, Any]:
    return {
        "number": row.number, "kind": row.kind, "purpose": row.purpose, "state": row.state,
        "version": row.version, "opened": iso(row.opened), "due": row.due.isoformat(),
        "provisional": row.provisional,
    }  # fmt: skip


def _told(row: CaseRow) -> dict[str, Any]:
    return {key: row.about[key] for key in ("subject", "text", "identified", "event", "correction", "relation", "proof", "steps")}  # fmt: skip


def _facts(row: CaseRow, door: Door) -> list[tuple[str, object]]:
    return [
        (door.say("label.case"), row.number),
        (door.say("label.case_kind"), door.word("case_kind", row.kind)),
        (door.say("label.case_state"), door.word("case_state", row.state)),
        (door.say("label.due"), _due(row, door, late=False)),
        (door.say("label.version"), row.version),
    ]


def _due(row: CaseRow, door: Door, late: bool) -> str:
    return f"{row.due.isoformat()} {door.say('case.overdue')}" if late else row.due.isoformat()


def _show_moved(screen: Screen, row: CaseRow, door: Door) -> None:
    screen.headline("good", door.word("case_state", row.state), row.purpose)
    screen.facts(_facts(row, door))
