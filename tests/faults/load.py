"""Callers who keep a server busy and remember what it acknowledged: nothing of that may be lost.

A :class:`Witness` knows the events it was told and, for each person of its own, where they stood when
the last answer came. An act whose answer never came is *in doubt*: it may hold or not, wholly.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from threading import Event, Thread
from typing import Any

from tests.attacks.served import Line, Reply, Served


class Stand(Enum):
    """Where somebody stands to the purpose, as far as we were told."""

    STRANGER = "stranger"
    CONSENTED = "consented"
    ENROLLED = "enrolled"
    GONE = "gone"


@dataclass
class Witness:
    """What one caller was told. Nobody else acts for its people."""

    name: str
    events: list[str] = field(default_factory=list)
    stands: dict[str, Stand] = field(default_factory=dict)
    in_doubt: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    drawn: int = 0

    def newcomer(self) -> str:
        """Somebody who never came before."""
        self.drawn += 1
        return f"{self.name}-{self.drawn}"

    def settled(self, stand: Stand) -> list[str]:
        """Everybody of whom we know that they stand so."""
        known = (who for who, at in self.stands.items() if at is stand)
        return [who for who in known if who not in self.in_doubt]


Act = Callable[[Served, Line, Witness], None]


def verifying(subjects: Sequence[str]) -> Act:
    """Ask about enrolled people, one after the other."""

    def act(server: Served, line: Line, witness: Witness) -> None:
        witness.drawn += 1
        subject = subjects[witness.drawn % len(subjects)]
        reply = server.verify(line, subject)
        if _fits(witness, reply, 200):
            witness.events.append(reply.json["event"])

    return act


def consenting(server: Served, line: Line, witness: Witness) -> None:
    """Somebody consents; every second one leaves again."""
    subject = witness.newcomer()
    if _consents(server, line, witness, subject) and witness.drawn % 2:
        _leaves(line, witness, subject)


def living(server: Served, line: Line, witness: Witness) -> None:
    """Somebody consents, enrols, is recognised; every second one leaves again."""
    subject = witness.newcomer()
    if not (_consents(server, line, witness, subject) and _enrols(server, line, witness, subject)):
        return
    reply = server.verify(line, subject)
    if _fits(witness, reply, 200):
        witness.events.append(reply.json["event"])
        if reply.json["decision"] != "match":
            witness.wrong.append(f"{subject} was not recognised")
    if witness.drawn % 2:
        _leaves(line, witness, subject)


def _consents(server: Served, line: Line, witness: Witness, subject: str) -> bool:
    with _doubted(witness, subject):
        reply = consents(line, subject)
    return _now(witness, reply, 201, subject, Stand.CONSENTED)


def _enrols(server: Served, line: Line, witness: Witness, subject: str) -> bool:
    with _doubted(witness, subject):
        reply = line.ask("POST", f"/v1/subjects/{subject}/references", server.photographs(subject))
    if reply.status == 201:
        witness.events.append(reply.json["event"])
    return _now(witness, reply, 201, subject, Stand.ENROLLED)


def _leaves(line: Line, witness: Witness, subject: str) -> bool:
    with _doubted(witness, subject):
        reply = leaves(line, subject)
    if reply.status == 200:
        witness.events.extend(_proved(reply))
    return _now(witness, reply, 200, subject, Stand.GONE)


def _proved(receipt: Reply) -> list[str]:
    """The events an erasure receipt proves."""
    proofs = [json.loads(proof) for proof in receipt.json["body"]["proofs"]]
    return [json.loads(proof["leaf"])["id"] for proof in proofs]


def consents(line: Line, subject: str) -> Reply:
    """Somebody who was shown the notice says yes."""
    body = {"purpose": "gate", "notice": notice_of(line), "language": "zh", "channel": "counter"}
    return line.ask("POST", f"/v1/subjects/{subject}/consents", body)


def leaves(line: Line, subject: str) -> Reply:
    """Somebody takes their consent back."""
    return line.ask("DELETE", f"/v1/subjects/{subject}/consents/gate")


def notice_of(line: Line) -> str:
    """What whoever consents has to be shown."""
    return str(line.ask("GET", "/v1/purposes/gate/notice?lang=zh").json["hash"])


@contextmanager
def _doubted(witness: Witness, subject: str) -> Iterator[None]:
    """In doubt from the first byte sent until the answer is here."""
    witness.in_doubt.add(subject)
    yield
    witness.in_doubt.discard(subject)


def _now(witness: Witness, reply: Reply, hoped: int, subject: str, stand: Stand) -> bool:
    fits = _fits(witness, reply, hoped)
    if fits:
        witness.stands[subject] = stand
        witness.counts[stand.value] += 1
    else:
        witness.in_doubt.add(subject)
    return fits


def _fits(witness: Witness, reply: Reply, hoped: int) -> bool:
    if reply.status != hoped:
        witness.wrong.append(f"{reply.status} {reply.body[:300]!r}")
    return reply.status == hoped


@dataclass
class Load:
    """Callers at work, each with a connection and a memory of its own."""

    server: Served
    callers: list[tuple[Witness, Act]]
    _stop: Event = field(default_factory=Event)
    _threads: list[Thread] = field(default_factory=list)

    @property
    def witnesses(self) -> list[Witness]:
        """What every caller was told."""
        return [witness for witness, _ in self.callers]

    def begin(self) -> None:
        """Everybody starts."""
        self._stop.clear()
        self._threads = [Thread(target=self._work, args=caller) for caller in self.callers]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Everybody goes home after the answer they wait for."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _work(self, witness: Witness, act: Act) -> None:
        with self.server.line(timeout=20) as line:
            try:
                while not self._stop.is_set():
                    act(self.server, line, witness)
            except OSError as error:
                if not self._stop.is_set() and not isinstance(error, ConnectionError):
                    witness.wrong.append(repr(error))


def crowd(server: Served, enrolled: Sequence[str], verifiers: int = 4) -> Load:
    """Ten callers: most ask, some consent and leave, some live a whole life."""
    asking: list[tuple[Witness, Act]] = [
        (Witness(f"asker{n}"), verifying(enrolled)) for n in range(verifiers)
    ]
    yes: list[tuple[Witness, Act]] = [(Witness(f"yes{n}"), consenting) for n in range(3)]
    lives: list[tuple[Witness, Act]] = [(Witness(f"life{n}"), living) for n in range(3)]
    return Load(server, [*asking, *yes, *lives])


def told(load: Load) -> dict[str, Any]:
    """The counts of a run."""
    counts: Counter[str] = Counter()
    for witness in load.witnesses:
        counts.update(witness.counts)
        counts["events"] += len(witness.events)
    return dict(counts)
