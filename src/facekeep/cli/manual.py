"""Help pages in our own hand: one language a page, an example in each.

Commands carry the *key* of their help text; it is looked up when the page is drawn, in the
language of the call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text
from typer import core

from facekeep.cli.door import Door
from facekeep.cli.screen import Screen
from facekeep.cli.words import WORDS
from facekeep.terms.errors import HomeBusy

ORDER = (
    "init", "officer", "approve", "staff", "api-key", "handler", "purpose", "place", "device", "sign", "capture", "consent", "enrol", "verify", "identify", "renew", "withdraw", "receipt", "deliveries", "sharing", "case", "answers", "copy",
    "alternative", "parity",
    "ledger", "evidence", "comply", "explain", "agenda", "counter", "filing", "sweep", "jobs", "backup", "restore", "passphrase", "doctor", "adopt", "upgrade", "models", "evaluate", "calibrate", "bench", "serve", "demo",
)  # fmt: skip
"""The loop: begin, ask, use, reset, leave, prove, look after, measure, show."""


class Leaf(core.TyperCommand):
    """A command whose help page is ours. Where a service owns the home, it is carried out there."""

    def invoke(self, ctx: Any) -> Any:
        """Carry it out, wherever that is."""
        return _carried_out(super().invoke, ctx)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Draw the page."""
        draw(self, ctx)


class Alone(Leaf):
    """A command that needs the home to itself."""

    def invoke(self, ctx: Any) -> Any:
        """Raises ``HomeBusy`` where a service owns the home."""
        from facekeep.cli.elsewhere import service

        with service(ctx.obj) as running:
            if running is not None:
                raise HomeBusy(
                    "this needs the home to itself, and a service owns it",
                    "Stop the service, then run this again",
                )
        return core.TyperCommand.invoke(self, ctx)


class Apart(Leaf):
    """A command that works on files of its own, or looks at a home from outside."""

    def invoke(self, ctx: Any) -> Any:
        """Always here."""
        return core.TyperCommand.invoke(self, ctx)


class Branch(core.TyperGroup):
    """A group of commands whose help page is ours."""

    def invoke(self, ctx: Any) -> Any:
        """A group that is a command too is carried out like one."""
        is_command = ctx.parent is not None and not (ctx._protected_args or ctx.args)
        return _carried_out(super().invoke, ctx) if is_command else super().invoke(ctx)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Draw the page."""
        draw(self, ctx)

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order of the loop, not of the alphabet; Typer would put groups last."""
        names = list(self.commands)
        return sorted(names, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))


def _carried_out(here: Callable[[Any], Any], context: Any) -> Any:
    """In the service that owns the home; here where none does, and where this is the service."""
    from facekeep.cli.elsewhere import service

    door = context.obj
    assert isinstance(door, Door)
    with service(door) as running:
        if running is not None:
            return running.carry_out(door)
    context.params = {name: _meant(value, door) for name, value in context.params.items()}
    return here(context)


def _meant(value: Any, door: Door) -> Any:
    """Paths as the caller means them; anything else as it is."""
    if isinstance(value, Path):
        return door.meant(value)
    if isinstance(value, list | tuple):
        return type(value)(_meant(one, door) for one in value)
    return value


def draw(command: Any, context: Any) -> None:
    """Usage, what it does with an example, then arguments, options and commands."""
    door = context.obj
    assert isinstance(door, Door)
    screen = door.out
    screen.gap()
    screen.console.print(Text.assemble((f"{_usage(command, context)}", "bold")))
    screen.gap()
    _prose(screen, _text(command.help, door.language))
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option"]
    children = [command.commands[name] for name in command.list_commands(context)] if _is_group(
        command
    ) else []  # fmt: skip
    _section(screen, door.say("manual.commands"), [(c.name, _first(c, door)) for c in children])
    _section(screen, door.say("manual.arguments"), [_row(p, door) for p in arguments])
    help_row = ("--help", door.say("manual.help"))
    _section(screen, door.say("manual.options"), [*(_row(p, door) for p in options), help_row])


def _is_group(command: Any) -> bool:
    return isinstance(command, core.TyperGroup)


def _usage(command: Any, context: Any) -> str:
    pieces = [metavar_of(p) for p in command.params if p.param_type_name == "argument"]
    required = [
        f"{p.opts[0]} {metavar_of(p)}"
        for p in command.params
        if p.param_type_name == "option" and p.required
    ]
    follow = ["COMMAND"] if _is_group(command) else []
    return " ".join([context.command_path, *required, *pieces, *follow])


def metavar_of(param: Any) -> str:
    """How a value is called on help pages."""
    return str(param.metavar or param.name.upper())


def _row(param: Any, door: Door) -> tuple[str, str]:
    text = _text(param.help, door.language)
    if param.param_type_name == "argument":
        return metavar_of(param), text
    named = ", ".join(sorted(param.opts, key=lambda opt: opt.startswith("--")))
    return named if getattr(param, "is_flag", False) else f"{named} {metavar_of(param)}", text


def _section(screen: Screen, title: str, rows: Sequence[tuple[str, str]]) -> None:
    if not rows:
        return
    screen.gap()
    screen.console.print(Text(title, "muted"))
    grid = Table.grid(padding=(0, 3))
    grid.add_column(style="celadon", no_wrap=True)
    grid.add_column()
    for name, text in rows:
        grid.add_row(f"  {name}", Text(text))
    screen.console.print(grid)


def _prose(screen: Screen, text: str) -> None:
    """Paragraphs; a line that begins with ``$`` is an example to type."""
    for line in text.split("\n"):
        screen.paragraph(line or " ", "indigo" if line.startswith("$") else "")


def _first(command: Any, door: Door) -> str:
    return _text(command.help, door.language).split("\n", 1)[0]


def _text(key: str | None, language: str) -> str:
    if not key:
        return ""
    return WORDS[key].of(language) if key in WORDS else key
