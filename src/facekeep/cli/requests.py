"""Asking: consent ask, invite, refuse, defer. One purpose and one scope a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from facekeep.cli.door import AsJson, Door, PurposeName, SubjectName
from facekeep.cli.manual import Leaf
from facekeep.cli.outputs import day, iso
from facekeep.cli.screen import Screen

if TYPE_CHECKING:
    from facekeep.governance.requests import Request

Purposes = Annotated[
    list[str], typer.Option("--purpose", "-p", help="option.purpose_one", metavar="P")
]
Scopes = Annotated[list[str] | None, typer.Option("--for", help="option.for_one", metavar="SCOPE")]
ScopeName = Annotated[str, typer.Option("--for", help="option.for", metavar="SCOPE")]


def register(group: typer.Typer) -> None:
    """Add this file's commands to ``consent``."""
    group.command("ask", cls=Leaf, help="help.consent.ask")(ask)
    group.command("invite", cls=Leaf, help="help.consent.invite")(invite)
    group.command("refuse", cls=Leaf, help="help.consent.refuse")(refuse)
    group.command("defer", cls=Leaf, help="help.consent.defer")(defer)


def ask(
    context: typer.Context,
    subject: SubjectName,
    purpose: Purposes,
    scope: Scopes = None,
    default: Annotated[
        str | None, typer.Option("--default", help="option.default_answer", metavar="ANSWER")
    ] = None,
    guardian: Annotated[bool, typer.Option("--guardian", help="option.ask_guardian")] = False,
    as_json: AsJson = False,
) -> None:
    """Open a request for consent; the notice is shown with it."""
    from facekeep.collection.requests import Question
    from facekeep.governance.consent import Scope

    door = Door.at(context, as_json)
    scopes = tuple(_scope(one, door) for one in scope or [Scope.PROCESSING.value])
    question = Question(subject, tuple(purpose), scopes, default, guardian)
    with door.house() as house:
        request = house.requests.ask(question)
        notice = house.consents.notice(purpose[0])
    for line in notice.of(door.language).split("\n"):
        door.aside.paragraph(line)
    _told(request, "consent.asked", door)


def invite(
    context: typer.Context,
    subject: SubjectName,
    purpose: PurposeName,
    guardian: Annotated[bool, typer.Option("--guardian", help="option.ask_guardian")] = False,
    as_json: AsJson = False,
) -> None:
    """A link to the portal for one person, shown this once."""
    door = Door.at(context, as_json)
    with door.house() as house:
        made = house.invitations.invite(subject, purpose, guardian=guardian)
        link = f"{house.settings.origin.rstrip('/')}{made.path}"

    def screen(screen: Screen) -> None:
        screen.headline("good", door.say("consent.invited"), purpose)
        screen.facts([
            (door.say("label.portal_link"), link), (door.say("label.expires"), day(made.expires, door)),
        ])  # fmt: skip
        screen.note(door.say("consent.invited.hand"))

    door.answer({"purpose": purpose, "link": link, "expires": iso(made.expires)}, screen)


def refuse(
    context: typer.Context,
    subject: SubjectName,
    purpose: PurposeName,
    scope: ScopeName = "processing",
    as_json: AsJson = False,
) -> None:
    """The person says no."""
    door = Door.at(context, as_json)
    with door.house() as house:
        request = house.requests.refuse(subject, purpose, _scope(scope, door))
    _told(request, "consent.refused", door)


def defer(
    context: typer.Context,
    subject: SubjectName,
    purpose: PurposeName,
    scope: ScopeName = "processing",
    as_json: AsJson = False,
) -> None:
    """The person says later."""
    door = Door.at(context, as_json)
    with door.house() as house:
        request = house.requests.defer(subject, purpose, _scope(scope, door))
    _told(request, "consent.deferred", door)


def _scope(text: str, door: Door) -> Any:
    from facekeep.governance.consent import Scope
    from facekeep.terms.errors import Misused

    try:
        return Scope(text)
    except ValueError:
        raise Misused(door.say("error.scope")) from None


def _told(request: Request, key: str, door: Door) -> None:
    def screen(screen: Screen) -> None:
        screen.headline("good", door.say(key), request.purpose)
        screen.facts(
            [
                (door.say("label.scope"), door.word("scope", request.scope.value)),
                (door.say("label.rests_until"), day(request.until, door)),
            ]
        )
        screen.note(door.say("consent.no_harm"))

    document = {
        "purpose": request.purpose, "scope": request.scope.value, "state": request.state.value,
        "until": iso(request.until),
    }  # fmt: skip
    door.answer(document, screen)
