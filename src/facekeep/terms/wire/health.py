"""How the service is, as it travels."""

from __future__ import annotations

from typing import Literal

from facekeep.terms.wire.base import Told


class Alive(Told):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Ready(Told):
    """Whether faces can be compared now, and if not, why. ``attention`` names work that is late or
    failed by its kind, and an outside witness who has not seen the ledger for too long.
    """

    ready: bool
    wrong: tuple[str, ...] = ()
    attention: tuple[str, ...] = ()
