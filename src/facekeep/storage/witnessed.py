"""Being a witness: what we saw last of other homes' ledgers, and our word that they only grew.

A log is taken on by its verifier key; the key's signature is then all a request needs. What was seen
lies in our own ledger, sealed, so that whoever edits our store cannot make us forget (C2SP
tlog-witness does the same with a file).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from facekeep.ledger import checkpoint, verify, witness
from facekeep.storage.diary import Diary
from facekeep.storage.home import Home
from facekeep.storage.journal import Chain
from facekeep.terms.errors import Misused, Refused, Tampered

ACCEPTED = "ledger:witness:accepted"
COSIGNED = "ledger:witness:cosigned"
FORKED = "ledger:witness:forked"

MAX_LOGS = 24
"""Other homes one home is a witness for."""


@dataclass(frozen=True, slots=True)
class Witnessed:
    """Our answer: the size we remember, and the note with our line where the request began there.

    ``continues`` is False for a log that was rewritten or rolled back since.
    """

    size: int
    note: str | None = None
    continues: bool = True


class WitnessDesk:
    """Remembers other logs and signs that they grew."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._accepted = self._diary("witness")

    def accept(self, vkey: str) -> None:
        """Take on another home's log by its verifier key. Raises ``Misused``, ``Tampered``."""
        key, known = checkpoint.parse_vkey(vkey), self.logs()
        if key.name == self._home.signer.name:
            raise Misused("nobody is a witness to their own ledger")
        if str(key) in known:
            return
        if len(known) >= MAX_LOGS:
            raise Misused(f"a home is witness to {MAX_LOGS} others at most")
        with self._home.records.transaction() as tx:
            told = {"logs": [*self.logs(), str(key)]}
            self._accepted.write(tx, ACCEPTED, told, {"log": key.name})

    def logs(self) -> list[str]:
        """The verifier keys of the logs we remember."""
        told = self._accepted.last()
        return [] if told is None else [str(one) for one in told["logs"]]

    def answer(self, note: str, since: int, path: Sequence[bytes]) -> Witnessed:
        """Cosign a checkpoint that continues the one we remember.

        Where ``since`` is not the size we remember, the answer says which it is, and signs nothing.
        Raises ``Refused`` for a log we were not asked to remember.
        """
        vkey = self._known(note)
        seen = self._seen(vkey)
        try:
            return self._signed(note, vkey, since, path)
        except Tampered:
            self._note_fork(note, vkey)
            return Witnessed(seen.size if seen else 0, continues=False)

    def _signed(self, note: str, vkey: str, since: int, path: Sequence[bytes]) -> Witnessed:
        home, diary = self._home, self._diary(f"witness/{vkey}")
        with home.records.transaction() as tx:
            told = diary.last()
            seen = None if told is None else str(told["note"])
            size = verify.log_checkpoint(seen, vkey).size if seen else 0
            if since != size:
                return Witnessed(size)
            new = (
                witness.check(note, seen, path, vkey) if seen else verify.log_checkpoint(note, vkey)
            )
            if new.size > size or seen is None:
                public = {"log": new.origin, "size": new.size, "root": new.root.hex()}
                diary.write(tx, COSIGNED, {"note": _own_line(note, vkey)}, public)
        return Witnessed(new.size, checkpoint.cosign(_own_line(note, vkey), home.signer))

    def _known(self, note: str) -> str:
        """The key of the log that signed it, among those we took on."""
        try:
            names = {one.name for one in checkpoint.parse_note(note).signatures}
            keys = [key for key in self.logs() if checkpoint.parse_vkey(key).name in names]
            for key in keys:
                verify.log_checkpoint(note, key)
                return key
        except Tampered:
            pass
        raise Refused(
            "no log we were asked to remember signed this",
            "The witness takes it on first: facekeep ledger witness accept KEY",
            "PIPL-51-3",
        )

    def _seen(self, vkey: str) -> checkpoint.Checkpoint | None:
        told = self._diary(f"witness/{vkey}").last()
        return None if told is None else verify.log_checkpoint(str(told["note"]), vkey)

    def _note_fork(self, note: str, vkey: str) -> None:
        """Two roots of one size under one signature prove a fork. Anything less may be anybody's
        replay of an old note, and is worth no entry."""
        seen, told = self._seen(vkey), verify.log_checkpoint(note, vkey)
        if seen is not None and told.size == seen.size and told.root != seen.root:
            public = {"log": told.origin, "size": told.size, "root": told.root.hex()}
            self._home.note(self._home.own_chain(), FORKED, {"note": _own_line(note, vkey)}, public)

    def _diary(self, matter: str) -> Diary:
        return Diary(self._home.journal, Chain(self._home.directory.chain_secret(matter)))


def _own_line(note: str, vkey: str) -> str:
    """The note with its log's signature alone: lines of others are neither kept nor passed on."""
    parsed, key = checkpoint.parse_note(note), checkpoint.parse_vkey(vkey)
    own = [one for one in parsed.signatures if (one.name, one.key_hash) == (key.name, key.key_hash)]
    return str(checkpoint.Note(parsed.text, tuple(own)))
