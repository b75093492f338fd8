"""How the service is, as it travels."""

from __future__ import annotations

from typing import Literal

from facekeep.terms.wire.base import Told


class Alive(Told):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Ready(Told):
    """Whether faces can be compared now, and if not, why."""

    ready: bool
    wrong: tuple[str, ...] = ()
