"""What goes out to a witness and what comes back.

A witness is whoever keeps our checkpoints where we cannot reach: an auditor's mailbox, another
organisation, a public log. It needs the note alone; to cosign it checks first that the log grew.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from facekeep.ledger import checkpoint, verify
from facekeep.ledger.checkpoint import Checkpoint
from facekeep.terms.errors import Misused, Tampered

SUFFIX = ".checkpoint"
"""Of the file a witness keeps: a plain signed note, readable by any C2SP tool."""


class Kind(StrEnum):
    """Who remembers."""

    FOLDER = "file"
    FACEKEEP = "https"
    PRINTED = "printed"


@dataclass(frozen=True, slots=True)
class Target:
    """A witness as it is set: a folder on another disk, another Facekeep, or a sheet of paper.

    ``where`` is the folder or the address, ``key`` the other Facekeep's verifier key.
    """

    kind: Kind
    where: str = ""
    key: str = ""

    @property
    def name(self) -> str:
        """What its checkpoints are kept under: the witness's own name where it signs."""
        return checkpoint.parse_vkey(self.key).name if self.key else self.kind.value


def target_of(text: str) -> Target:
    """``file:FOLDER``, ``https://HOST#NAME+HASH+KEY`` or ``printed``. Raises ``Misused``.

    The part behind ``#`` is the verifier key of the other Facekeep; it is never sent.
    """
    if text == Kind.PRINTED:
        return Target(Kind.PRINTED)
    if text.startswith("file:"):
        folder = Path(text.removeprefix("file:"))
        if not folder.is_absolute():
            raise Misused("a witness's folder is named from the root: file:/FOLDER")
        return Target(Kind.FOLDER, str(folder))
    return _facekeep(text)


def _facekeep(text: str) -> Target:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
        key = str(checkpoint.parse_vkey(parts.fragment))
    except (ValueError, Tampered):
        raise Misused(_FORMS) from None
    safe = parts.scheme == "https" or (parts.scheme == "http" and _is_here(host or ""))
    if not host or parts.username or parts.query or not safe:
        raise Misused(_FORMS)
    return Target(Kind.FACEKEEP, f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/"), key)


_FORMS = "a witness is file:FOLDER, https://HOST#KEY with its verifier key, or printed"


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def cosigned(note: str, ours: str, target: Target, vkey: str) -> Checkpoint:
    """The checkpoint a witness signed, if it is the one we sent. Raises ``Tampered``."""
    signed = checkpoint.verify(note, target.key)
    if signed != verify.log_checkpoint(note, vkey) or signed != verify.log_checkpoint(ours, vkey):
        raise Tampered("the witness signed another checkpoint than the one we sent")
    return signed


def export(note: str) -> str:
    """The content of the file for the witness. Raises ``Tampered`` for what is no checkpoint."""
    parsed = checkpoint.parse_note(note)
    checkpoint.parse_checkpoint(parsed.text)
    return str(parsed)


def check(
    note: str, witnessed_note: str, consistency_proof: Sequence[bytes], vkey: str
) -> Checkpoint:
    """The checkpoint in ``note``, if its log continues what was witnessed. Raises ``Tampered``.

    ``consistency_proof`` leads from the witnessed size to the note's, as ``log.consistency`` gives
    it; ``vkey`` is the log's verifier key.
    """
    return verify.verify_growth(witnessed_note, note, consistency_proof, vkey)
