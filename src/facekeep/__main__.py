"""``facekeep``: the command line, which alone of the doors is told of another, the server."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from facekeep.cli import main as command_line

if TYPE_CHECKING:
    from facekeep.assembly import House
    from facekeep.settings import Settings


def main() -> None:
    """The console script."""
    command_line(_serve)


def _serve(house: House, settings: Settings, started: Callable[[str], None]) -> None:
    """Over HTTP, and from then on for the command line at the home's socket."""
    from facekeep.cli.app import within
    from facekeep.web.server import serve
    from facekeep.web.socket import answering

    with ExitStack() as open_doors:

        def opened(address: str) -> None:
            carry_out = partial(within, house, settings)
            open_doors.enter_context(answering(house.home.path, carry_out))
            started(address)

        serve(house, settings, opened)


if __name__ == "__main__":
    main()
