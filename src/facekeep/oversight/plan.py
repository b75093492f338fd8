"""The plan: what a home does again and again, how often, and when it is late.

Withdrawals end face data at once, in the call of whoever withdraws; what a busy store left half done
is finished within a minute. Terms end within minutes. Nothing here needs the passphrase.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from facekeep.collection.outbox import Webhook
from facekeep.collection.purposes import PurposeDesk
from facekeep.db.queue import Ticks
from facekeep.db.worker import Standing
from facekeep.oversight import upkeep
from facekeep.oversight.books import Books
from facekeep.oversight.jobs import Plan
from facekeep.oversight.upkeep import ClockGuard, Completion, Desks, Lingering
from facekeep.oversight.witnessing import EVERY_S, Witnessing
from facekeep.storage.home import Home

MINUTE, HOUR = 60, 3600

SWEEP = "oversight.sweep"
FORGET = "oversight.forget"
GROUND = "collection.ground"
COUNT = "oversight.count"
TIDY = "access.tidy"
DELIVERIES = "collection.deliveries"
WITNESS = "oversight.witness"


@dataclass(frozen=True, slots=True)
class Rooms:
    """Who does what is planned. ``webhook`` is None where notices leave by hand."""

    desks: Desks
    purposes: PurposeDesk
    books: Books
    completions: Mapping[str, Completion]
    webhook: Webhook | None = None
    witness: Witnessing | None = None


def plan(home: Home, rooms: Rooms, ticks: Ticks) -> Plan:
    """What runs by itself in this home."""
    guard = ClockGuard(home.journal.now, ticks)
    return Plan(
        clock=(
            Standing(SWEEP, MINUTE, 10 * MINUTE, lambda: _sweep(home, rooms.desks, guard)),
            Standing(FORGET, 10 * MINUTE, HOUR, lambda: _forget(home, rooms.desks, guard)),
            Standing(TIDY, 10 * MINUTE, HOUR, lambda: upkeep.tidy(home)),
            Standing(GROUND, 10 * MINUTE, HOUR, lambda: upkeep.look_at_the_ground(rooms.purposes)),
            Standing(COUNT, 15 * MINUTE, HOUR, lambda: upkeep.count_the_day(rooms.books)),
        ),
        post=tuple(_post(rooms)),
        seal=lambda: upkeep.seal_growth(home),
        look_after=Lingering(home, ticks, rooms.completions).finish,
    )


def _sweep(home: Home, desks: Desks, guard: ClockGuard) -> None:
    guard.refuse_jump()
    upkeep.end_terms(home, desks)


def _forget(home: Home, desks: Desks, guard: ClockGuard) -> None:
    guard.refuse_jump()
    upkeep.forget(home, desks)


def _post(rooms: Rooms) -> Iterator[Standing]:
    """What speaks to others, where anybody is set to be spoken to."""
    if (webhook := rooms.webhook) is not None:
        yield Standing(DELIVERIES, MINUTE, HOUR, lambda: rooms.desks.outbox.send(webhook))
    if (witness := rooms.witness) is not None and witness.target is not None:
        yield Standing(WITNESS, EVERY_S, witness.patience - EVERY_S, witness.visit)
