"""The desk's way in: whoever is signed in, and the person whose turn it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Path, Request, Response

from facekeep.assembly import House
from facekeep.governance.devices import DeviceKind, DeviceState
from facekeep.governance.purposes import Purpose
from facekeep.terms.errors import (
    Misused,
    NotPermitted,
    NotRecognised,
    NotSignedIn,
    Refused,
    TooMany,
)
from facekeep.terms.messages import told
from facekeep.web.api.sessions import session_of
from facekeep.web.caller import Calling
from facekeep.web.desk.attended import Attended, Turns
from facekeep.web.desk.books import books_of
from facekeep.web.desk.frame import render
from facekeep.web.desk.wording import WORDS
from facekeep.web.pages.forms import Faults
from facekeep.web.pages.site import PLAIN, Needs, Site, show
from facekeep.web.service import Call

TurnPath = Annotated[str, Path(alias="turn", pattern=r"^[0-9a-f]{32}$")]
DESK_KINDS = (DeviceKind.DESK, DeviceKind.KIOSK)
"""Devices an attendant stands beside."""


@dataclass(frozen=True, slots=True)
class Helping:
    """An attendant and the person they help."""

    request: Request
    call: Call
    turns: Turns
    turn: Attended

    @property
    def house(self) -> House:
        """The open house."""
        return self.call.house

    @property
    def purpose(self) -> Purpose:
        """What it is about, in the text last in force."""
        return self.house.home.purposes.current(self.turn.purpose)

    def may(self, action: str) -> bool:
        """Whether the attendant may do it for this purpose."""
        return self.call.may(action, self.turn.purpose)

    def say(self, key: str, **values: object) -> str:
        """The desk's own words, in the language of the page."""
        return WORDS.say(key, self.call.language, **values)

    def render(
        self, template: str, *, status: int = 200, needs: Needs = PLAIN, **context: Any
    ) -> Response:
        """A page for the attendant."""
        return render(
            self.request, self.call, template, status=status, needs=needs, turn=self.turn,
            purpose=self.purpose, **context,
        )  # fmt: skip

    def turned(
        self, template: str, *, status: int = 200, needs: Needs = PLAIN, **context: Any
    ) -> Response:
        """A page for the person, who has the screen now: it leads nowhere but through their choice."""
        site = Site("desk", WORDS, f"{self.turn.path}/ask")
        return show(
            self.request, site, template, status=status, needs=needs, turn=self.turn,
            purpose=self.purpose, **context,
        )  # fmt: skip


def helping(request: Request, call: Calling, turn: TurnPath) -> Helping:
    """The attendant with the person of that number. Raises ``NotSignedIn``, ``Refused``."""
    turns = books_of(request).turns
    return Helping(request, call, turns, turns.find(turn, session_of(call)))


Helped = Annotated[Helping, Depends(helping)]


@contextmanager
def saying(faults: Faults, name: str, language: str) -> Iterator[None]:
    """What the law, the picture or the form says no to stands beside the field that it is about; who may not
    be here at all is told so by a page of its own."""
    try:
        yield
    except (NotSignedIn, NotPermitted, TooMany):
        raise
    except NotRecognised as error:
        said = told(error, language)
        faults.add(name, f"{said.what} {said.remedy}".strip())
    except (Refused, Misused) as error:  # their remedies are for the command line
        faults.add(name, told(error, language).what)


def devices_of(house: House, purpose: str, kinds: tuple[DeviceKind, ...] = DESK_KINDS) -> list[str]:
    """Devices in use that serve a purpose, of these kinds and in their order."""
    home = house.home
    rows = [row for name in home.devices.names() if (row := home.devices.find(name)) is not None]
    fit = [one for one in rows if one.state is DeviceState.ACTIVE and one.device.kind in kinds]
    fit.sort(key=lambda row: kinds.index(row.device.kind))
    return [row.device.id for row in fit if purpose in row.device.purposes]
