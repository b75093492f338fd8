"""The person's own act: consent give, ask, refuse, defer, renew, show; withdraw."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from facekeep.cli.door import AsJson, Door, PurposeName, SubjectName
from facekeep.cli.manual import Branch, Leaf
from facekeep.cli.outputs import day as day
from facekeep.cli.outputs import iso as iso
from facekeep.cli.outputs import refuse_bad_place, write_paper
from facekeep.cli.screen import Screen
from facekeep.terms.errors import Misused

if TYPE_CHECKING:
    from facekeep.assembly import House
    from facekeep.collection.consents import Asking
    from facekeep.governance.consent import Consent
    from facekeep.governance.consent_story import Shown
    from facekeep.governance.guardians import Guardian
    from facekeep.rights.consent_receipts import ConsentReceipt
    from facekeep.rights.receipts import Receipt


class For(StrEnum):
    """What a consent covers."""

    PROCESSING = "processing"
    STORAGE = "storage"


class Where(StrEnum):
    """Where the person read the notice."""

    TERMINAL = "terminal"
    COUNTER = "counter"
    PORTAL = "portal"
    PAPER = "paper"


class Relation(StrEnum):
    """How a guardian is related."""

    PARENT = "parent"
    GRANDPARENT = "grandparent"
    SIBLING = "sibling"
    APPOINTED = "appointed"


class Proof(StrEnum):
    """What showed it."""

    HOUSEHOLD_REGISTER = "household-register"
    BIRTH_CERTIFICATE = "birth-certificate"
    COURT_DECISION = "court-decision"
    SCHOOL_RECORD = "school-record"
    APPOINTMENT = "appointment"


class By(StrEnum):
    """Who withdraws."""

    PERSON = "person"
    GUARDIAN = "guardian"


ScopeOption = Annotated[For, typer.Option("--for", help="option.for", metavar="SCOPE")]
GuardianOption = Annotated[
    str | None, typer.Option("--guardian", help="option.guardian", metavar="G")
]
RelationOption = Annotated[
    Relation | None, typer.Option("--relation", help="option.relation", metavar="R")
]
ProofKindOption = Annotated[
    Proof | None, typer.Option("--proof-kind", help="option.proof_kind", metavar="K")
]
ProofOption = Annotated[str | None, typer.Option("--proof", help="option.proof", metavar="REF")]
BirthOption = Annotated[
    str | None, typer.Option("--birth-date", help="option.birth_date", metavar="YYYY-MM-DD")
]
ShownOption = Annotated[str | None, typer.Option("--shown", help="option.shown", metavar="DIGEST")]
WhereOption = Annotated[Where, typer.Option("--where", help="option.where", metavar="WHERE")]
ReceiptOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="option.receipt_out", metavar="FILE")
]


def register(app: typer.Typer) -> None:
    """Add this file's commands, and the papers and questions around them."""
    from facekeep.cli import consent_papers, requests

    group = typer.Typer(
        cls=Branch, help="help.consent", no_args_is_help=True, rich_markup_mode=None
    )
    requests.register(group)
    group.command("give", cls=Leaf, help="help.consent.give")(give)
    group.command("renew", cls=Leaf, help="help.consent.renew")(renew)
    group.command("show", cls=Leaf, help="help.consent.show")(show)
    consent_papers.register(group)
    app.add_typer(group, name="consent")
    app.command("withdraw", cls=Leaf, help="help.withdraw")(withdraw)


# -- giving -----------------------------------------------------------------------------------


def give(
    context: typer.Context,
    subject: SubjectName,
    purpose: PurposeName,
    guardian: GuardianOption = None,
    relation: RelationOption = None,
    proof_kind: ProofKindOption = None,
    proof: ProofOption = None,
    birth_date: BirthOption = None,
    scope: ScopeOption = For.PROCESSING,
    shown: ShownOption = None,
    where: WhereOption = Where.TERMINAL,
    output: ReceiptOption = None,
    as_json: AsJson = False,
) -> None:
    """Show the notice and record a consent."""
    door = Door.at(context, as_json)
    birth, decider = (
        _birth(birth_date, door),
        _guardian(guardian, relation, proof_kind, proof, door),
    )
    refuse_bad_place(output, door)
    with door.house() as house:
        seen = _shown(house, purpose, shown, where, door)
        asking = _asking(subject, purpose, scope, decider, birth, seen)
        consent = house.requests.give(asking)
        receipt = None if output is None else house.consent_receipt(consent)
    _told_given("consent.given", consent, receipt, output, door)


def renew(
    context: typer.Context,
    subject: SubjectName,
    purpose: PurposeName,
    scope: ScopeOption = For.PROCESSING,
    shown: ShownOption = None,
    where: WhereOption = Where.TERMINAL,
    output: ReceiptOption = None,
    as_json: AsJson = False,
) -> None:
    """Affirm a consent that is in force once more."""
    door = Door.at(context, as_json)
    refuse_bad_place(output, door)
    with door.house() as house:
        seen = _shown(house, purpose, shown, where, door)
        consent = house.consents.renew(_asking(subject, purpose, scope, None, None, seen))
        receipt = None if output is None else house.consent_receipt(consent)
    _told_given("consent.renewed", consent, receipt, output, door)


def _asking(
    subject: str, purpose: str, scope: For, guardian: Guardian | None, birth: date | None,
    shown: Shown,
) -> Asking:  # fmt: skip
    from facekeep.collection.consents import Asking
    from facekeep.governance.consent import Scope

    return Asking(subject, purpose, Scope(scope.value), guardian, birth, shown)


def _shown(house: House, purpose: str, digest: str | None, where: Where, door: Door) -> Shown:
    """The notice as the person saw it: here and now, or elsewhere as whoever asks vouches for.

    Without a digest the text is put on the screen, and that is what the record says.
    """
    from facekeep.governance.consent_story import Channel, Shown

    now = house.consents.shown(purpose, door.language, Channel(where.value))
    if digest is None:
        notice = house.consents.notice(purpose)
        for line in notice.of(door.language).split("\n"):
            door.aside.paragraph(line)
        return now
    try:
        return Shown(bytes.fromhex(digest), now.language, now.channel, now.at)
    except ValueError:
        raise Misused(door.say("error.digest")) from None


def _guardian(
    reference: str | None, relation: Relation | None, kind: Proof | None, proof: str | None,
    door: Door,
) -> Guardian | None:  # fmt: skip
    from facekeep.governance import guardians

    given = (relation, kind, proof)
    if reference is None:
        if any(one is not None for one in given):
            raise Misused(door.say("error.guardian_alone"))
        return None
    if relation is None or kind is None or proof is None:
        if any(one is not None for one in given):
            raise Misused(door.say("error.guardian_proof"))
        return guardians.Guardian(reference)
    evidence = guardians.Evidence(
        guardians.Relation(relation.value), guardians.ProofKind(kind.value), proof
    )
    return guardians.Guardian(reference, evidence)


def _told_given(
    key: str, consent: Consent, receipt: ConsentReceipt | None, output: Path | None, door: Door
) -> None:

    if receipt is not None and output is not None:
        write_paper(output, receipt.to_json().encode(), door)

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say(key), consent.purpose)
        screen.facts(facts_of(consent, door))
        screen.note(door.say("consent.free", purpose=consent.purpose))
        if output is not None:
            screen.note(door.say("consent.receipt", path=output), "good")

    document = document_of(consent)
    door.answer(document if output is None else {**document, "receipt": str(output)}, screen)


# -- looking ----------------------------------------------------------------------------------


def show(
    context: typer.Context, subject: SubjectName, purpose: PurposeName, as_json: AsJson = False
) -> None:
    """Every consent record of a person for a purpose."""
    door = Door.at(context, as_json)
    with door.house() as house:
        consents = house.consents.show(subject, purpose)

    def screen(screen: Screen) -> None:
        if not consents:
            screen.headline("plain", door.say("consent.none"))
        for consent in consents:
            mark = "good" if consent.stands else "no"
            screen.headline(mark, door.word("state", consent.state.value), consent.purpose)
            screen.facts(facts_of(consent, door))

    door.answer({"consents": [document_of(consent) for consent in consents]}, screen)


# -- leaving ----------------------------------------------------------------------------------


def withdraw(
    context: typer.Context,
    subject: SubjectName,
    purpose: PurposeName,
    output: ReceiptOption = None,
    by: Annotated[By, typer.Option("--by", help="option.by", metavar="WHO")] = By.PERSON,
    as_json: AsJson = False,
) -> None:
    """End a person's consents for a purpose and everything they released.

    The act is over when the receipt is written or printed, not before.
    """
    door = Door.at(context, as_json)
    refuse_bad_place(output, door)
    with door.house() as house:
        house.withdrawals.withdraw(
            subject, purpose, lambda receipt: _hand_over(receipt, house, output, door), by.value
        )


def _hand_over(receipt: Receipt, house: House, output: Path | None, door: Door) -> None:
    """To a file where one was named, else to the screen."""
    from facekeep.storage.plot import PUBLIC_KEY

    text, public_key = receipt.to_json(), house.home.path / PUBLIC_KEY
    purpose, horizon = receipt.body["purpose"], receipt.body["horizon"]
    if output is not None:
        write_paper(output, text.encode(), door)

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("withdrawn"), purpose)
        screen.paragraph(door.say("withdrawn.now"))
        screen.note(_told_horizon(horizon, door))
        if output is None:
            screen.gap()
            screen.console.print(text, soft_wrap=True, markup=False)
        else:
            screen.note(door.say("withdrawn.receipt", path=output), "good")
            screen.way_out(f"facekeep receipt verify {output} --key {public_key}")

    # The receipt carries the person's secret: it goes to one place, the file or the screen.
    told = {"body": receipt.body, "signature": receipt.signature} if output is None else str(output)
    document = {"purpose": purpose, "event": receipt.event, "horizon": horizon, "receipt": told}
    door.answer(document, screen)


def _told_horizon(horizon: int | None, door: Door) -> str:
    if horizon is None:
        return door.say("horizon.none")
    return door.say("horizon.until", day=day(horizon, door))


# -- words ------------------------------------------------------------------------------------


def document_of(consent: Consent) -> dict[str, Any]:
    """A consent record, for ``--json``."""
    shown = consent.about.shown
    return {
        "purpose": consent.purpose,
        "scope": consent.scope.value,
        "state": consent.state.value,
        "given_at": iso(consent.given_at),
        "expires": iso(consent.expires),
        "notice": consent.notice.hex(),
        "shown": shown and {
            "at": iso(shown.at), "language": shown.language, "where": shown.channel.value,
        },
        "asked": not consent.about.own_act,
        "by": "guardian" if consent.guardian else "person",
    }  # fmt: skip


def facts_of(consent: Consent, door: Door) -> list[tuple[str, object]]:
    """A consent record, for people."""
    return [
        (door.say("label.scope"), door.word("scope", consent.scope.value)),
        (door.say("label.given"), day(consent.given_at, door)),
        (door.say("label.expires"), day(consent.expires, door)),
        (door.say("label.by"), door.word("by", "guardian" if consent.guardian else "person")),
        (door.say("label.notice"), consent.notice.hex()[:16]),
    ]


def _birth(text: str | None, door: Door) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise Misused(door.say("error.date")) from None
