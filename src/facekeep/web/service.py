"""What every request works with: the open house, its eyes, and who is asking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Literal

from facekeep.access.authority import Caller
from facekeep.access.roles import Act
from facekeep.assembly import House
from facekeep.settings import Settings
from facekeep.terms.errors import FacekeepError, NotRecognised, Refused
from facekeep.terms.ports import Sight

Eyes = Callable[[str, str | None], Sight]
"""The eyes of a purpose behind a device; loading them takes seconds, so they stay open."""


@dataclass(frozen=True, slots=True)
class Service:
    """A house that answers over HTTP."""

    house: House
    settings: Settings
    eyes: Eyes


@dataclass(frozen=True, slots=True)
class Call:
    """One request on its way in."""

    service: Service
    caller: Caller
    id: str
    language: Literal["zh", "en"] = "en"

    @property
    def house(self) -> House:
        """The open house."""
        return self.service.house

    def may(self, action: str, purpose: str = "") -> bool:
        """Whether whoever asks may do it now: for lists that show only what is one's own."""
        return self.service.house.gate.allows(self.caller, Act(action, purpose))

    @contextmanager
    def doing(self, action: str, purpose: str = "") -> Iterator[House]:
        """The house, for one act: whoever asks may do it now, and still may in every transaction
        of the act. Raises ``NotPermitted``.
        """
        house = self.service.house
        with (
            _room(house, action),
            house.gate.holding(self.caller, Act(action, purpose)),
            _naming_other_ways(house, purpose),
        ):
            yield house


def _room(house: House, action: str) -> AbstractContextManager[None]:
    """The last of a full disk is for withdrawals."""
    if action == "withdraw":
        return nullcontext()
    return house.home.records.under(house.home.ballast.require)


@contextmanager
def _naming_other_ways(house: House, purpose: str) -> Iterator[None]:
    """Whoever is refused or not recognised is told the other ways in (Measures art. 10)."""
    try:
        yield
    except (Refused, NotRecognised) as error:
        with suppress(FacekeepError):
            ways = house.home.purposes.get(purpose).alternatives
            error.alternatives = tuple(way.id for way in ways)
        raise


_Which = tuple[bytes, str, int]
"""The purpose as published, the device, the version of its row."""


@dataclass
class OpenEyes:
    """The eyes of purposes, opened once each.

    Another text of the purpose, another zone of the device or another file of the model opens new
    ones; a swapped model file is the watch's to find (``purposes.check``).
    """

    house: House
    _open: dict[_Which, Sight] = field(default_factory=dict)
    _opening: defaultdict[_Which, Lock] = field(default_factory=lambda: defaultdict(Lock))

    def __call__(self, purpose: str, device: str | None) -> Sight:
        home = self.house.home
        version = home.devices.row(device).version if device else 0
        key = (home.purposes.get(purpose).hash, device or "", version)
        with self._opening[key]:  # others' eyes are not waited for
            if key not in self._open:
                self._open[key] = self.house.sight(purpose, device)
            return self._open[key]
