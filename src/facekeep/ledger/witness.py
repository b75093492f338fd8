"""What goes out to a witness and what comes back.

A witness is whoever keeps our checkpoints where we cannot reach: an auditor's mailbox, another
organisation, a public log. It needs the note alone; to cosign it checks first that the log grew.
"""

from __future__ import annotations

from collections.abc import Sequence

from facekeep.ledger import checkpoint, verify
from facekeep.ledger.checkpoint import Checkpoint

SUFFIX = ".checkpoint"
"""Of the file a witness keeps: a plain signed note, readable by any C2SP tool."""


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
