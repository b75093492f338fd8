"""Having a witness: our checkpoints are brought outside, and what is remembered there is checked.

A ledger rewritten as a whole agrees with itself; only somebody outside can tell (custody rule 10). So
each witness is asked by itself every few hours, and its silence has an age that everybody sees.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

from facekeep.ledger import log, witness
from facekeep.ledger.checkpoint import MAX_NOTE_BYTES, parse_checkpoint, parse_note
from facekeep.ledger.verify import log_checkpoint
from facekeep.ledger.witness import Kind, Target
from facekeep.ledger.witness_folder import WitnessFolder
from facekeep.storage.home import Home
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Broken, Refused, Tampered

EVERY_S = 6 * 3600
"""Seconds between two visits: one may fail, or three, before the age becomes an alarm."""

PATIENCE_S = 24 * 3600
"""Seconds after which a ledger nobody outside saw is an alarm (stack.md, section 4)."""

PAPER_PATIENCE_S = 7 * 24 * 3600
"""The same where somebody has to print and hang a sheet."""

CONNECT_S, READ_S, WHOLE_S = 5.0, 10.0, 20.0
"""Seconds to reach a witness, between two signs of life, and for one answer altogether."""

MAX_ANSWER = 4 * MAX_NOTE_BYTES
DENIED = "ledger:witness:denied"
PRINTED = Kind.PRINTED.value

Post = Callable[[str, bytes], tuple[int, bytes]]
"""Posts a JSON body to an address; the status and the body of the answer. Raises ``Broken``."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is remembered outside: by whom, how many entries, since when (seconds since 1970)."""

    name: str
    size: int
    at: int


class Witnessing:
    """Brings checkpoints to the witness that is set."""

    def __init__(self, home: Home, target: Target | None, post: Post | None = None) -> None:
        self._home, self._target, self._post = home, target, post or post_by_http
        self._denied = False

    @property
    def target(self) -> Target | None:
        """Who is set; None for nobody."""
        return self._target

    @property
    def patience(self) -> int:
        """Seconds after which the witness's silence is an alarm."""
        on_paper = self._target is not None and self._target.kind is Kind.PRINTED
        return PAPER_PATIENCE_S if on_paper else PATIENCE_S

    def last(self) -> Seen | None:
        """What was last seen by whoever is set, or by anybody where nobody is."""
        name = self._target.name if self._target else ""
        row = self._home.records.one(
            "SELECT name, size, seen_at FROM ledger_witness WHERE name = ?1 OR ?1 = ''"
            " ORDER BY seen_at DESC, size DESC LIMIT 1", name,
        )  # fmt: skip
        return None if row is None else Seen(*row)

    def age(self) -> int | None:
        """Seconds since somebody outside last saw the ledger; None where nobody ever did."""
        last = self.last()
        return None if last is None else max(int(self._home.journal.now()) - last.at, 0)

    def is_late(self) -> bool:
        """A witness is set and has not seen the ledger for too long."""
        age = self.age()
        return self._target is not None and (age is None or age > self.patience)

    def ask(self) -> Seen:
        """Bring the witness the newest checkpoint, and keep what comes back.

        Raises ``Tampered`` where it remembers another ledger than this, ``Broken`` where it cannot be
        reached, ``Refused`` where it does not know us or has to be printed by somebody.
        """
        match self._target:
            case Target(kind=Kind.FOLDER):
                return self._keep(self._target.name, self._laid_down(self._target))
            case Target(kind=Kind.FACEKEEP):
                return self._keep(self._target.name, self._cosigned(self._target))
            case _:
                raise Refused(
                    "no witness is set that could be asked",
                    "Print a sheet: facekeep ledger witness print FILE, or set FACEKEEP_WITNESS",
                    "PIPL-51-3",
                )

    def visit(self) -> None:
        """The same again and again; on paper only the age is looked at. Raises ``Broken`` when late."""
        if self._target is not None and self._target.kind is not Kind.PRINTED:
            self._ask_and_tell(self._target)
        elif self.is_late():
            raise Broken(
                "no sheet with a checkpoint was printed for a week",
                "Print one and hang it: facekeep ledger witness print FILE",
            )

    def _ask_and_tell(self, target: Target) -> None:
        """A witness that denies us is the alarm this is all for: an entry, once a start."""
        try:
            self.ask()
        except Tampered:
            if not self._denied:
                self._home.note(self._home.own_chain(), DENIED, {}, {"witness": target.name})
            self._denied = True
            raise

    def printed(self) -> str:
        """A new checkpoint for a sheet of paper, noted as seen by whoever reads it."""
        note = self._home.seal_checkpoint()
        self._keep(PRINTED, note)
        return note

    # -- a folder ---------------------------------------------------------------------------------

    def _laid_down(self, target: Target) -> str:
        folder, note = WitnessFolder(Path(target.where), self._home.signer.vkey), self._note()
        if folder.last() is None and self.last() is not None:
            raise Tampered("what the witness kept is gone")
        folder.add(note, self._grown)
        return note

    # -- another Facekeep -------------------------------------------------------------------------

    def _cosigned(self, target: Target) -> str:
        """Begin where we believe the witness stands; where it says another size, once more there."""
        note, last = self._note(), self.last()
        told = self._told(target, note, last.size if last else 0)
        if told["note"] is None:
            size, ours = int(told["size"]), log_checkpoint(note, self._home.signer.vkey).size
            if size > ours:
                raise Tampered("the witness remembers a longer ledger: this one was rolled back")
            told = self._told(target, note, size)
        if told["note"] is None:
            raise Broken("the witness changes its mind", "Try again later")
        answer = str(told["note"])
        witness.cosigned(answer, note, target, self._home.signer.vkey)
        return answer

    def _told(self, target: Target, note: str, since: int) -> dict[str, Any]:
        size = log_checkpoint(note, self._home.signer.vkey).size
        path = self._grown(since, size) if 0 < since <= size else ()
        body = {"note": note, "since": since, "path": [one.hex() for one in path]}
        status, answer = self._post(f"{target.where}/v1/witness", canonical(body))
        if status == 403:
            raise Refused(
                "the witness does not know this ledger",
                "Ask its keeper: facekeep ledger witness accept KEY",
                "PIPL-51-3",
            )
        if status != 200:
            raise Broken(f"the witness answered {status}", "Try again later")
        read = _answer(answer)
        if not read["continues"]:
            raise Tampered("the witness remembers another ledger than this")
        return read

    # -- within -----------------------------------------------------------------------------------

    def _note(self) -> str:
        """The newest checkpoint, over everything there is."""
        with self._home.records.reading() as connection:
            note, size = log.last_checkpoint(connection), log.size(connection)
        sealed = parse_checkpoint(parse_note(note).text).size if note else -1
        return note if note is not None and sealed == size else self._home.seal_checkpoint()

    def _grown(self, older: int, newer: int) -> tuple[bytes, ...]:
        with self._home.records.reading() as connection:
            return log.consistency(connection, older, newer)

    def _keep(self, name: str, note: str) -> Seen:
        home = self._home
        size, at = log_checkpoint(note, home.signer.vkey).size, int(home.journal.now())
        with home.records.transaction() as tx:
            log.save_witnessed(tx, name, note, at)
        return Seen(name, size, at)


def post_by_http(url: str, body: bytes) -> tuple[int, bytes]:
    """Post once, within :data:`WHOLE_S`. Redirects are not followed; long answers are cut off."""
    came: list[tuple[int, bytes]] = []
    worker = Thread(target=lambda: came.extend(_posted(url, body)), daemon=True)
    worker.start()
    worker.join(WHOLE_S)
    if not came:
        raise Broken("the witness cannot be reached", "Check its address and the network")
    return came[0]


def _posted(url: str, body: bytes) -> list[tuple[int, bytes]]:
    import httpx

    timeout = httpx.Timeout(READ_S, connect=CONNECT_S)
    headers = {"Content-Type": "application/json"}
    client = httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False)
    try:
        with client, client.stream("POST", url, headers=headers, content=body) as answer:
            read = b""
            for piece in answer.iter_bytes():
                read += piece
                if len(read) > MAX_ANSWER:
                    break
            return [(answer.status_code, read[:MAX_ANSWER])]
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return []


def _answer(raw: bytes) -> dict[str, Any]:
    try:
        told = json.loads(raw)
        size, note, continues = told["size"], told["note"], told["continues"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Broken("the witness's answer cannot be read", "Try again later") from None
    fits = type(size) is int and size >= 0 and isinstance(note, str | None)
    if not fits or type(continues) is not bool:
        raise Broken("the witness's answer cannot be read", "Try again later")
    return {"size": size, "note": note, "continues": continues}
