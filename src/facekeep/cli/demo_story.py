"""The story in eight acts, told on a real home, and the proofs of what it left in the ledger."""

from __future__ import annotations

from collections.abc import Callable

from facekeep.cli.demo_end import ledger, withdraw
from facekeep.cli.demo_stage import Stage, Step
from facekeep.cli.demo_theft import reset, theft
from facekeep.cli.demo_use import consent, enrol, stranger, without_consent
from facekeep.ledger import log
from facekeep.ledger.checkpoint import parse_checkpoint, parse_note
from facekeep.ledger.verify import Proof, verify_proof
from facekeep.terms.errors import Broken, FacekeepError, Tampered

Act = Callable[[Stage], Step]

ACTS: tuple[tuple[str, Act], ...] = (
    ("consent", consent),
    ("enrol", enrol),
    ("stranger", stranger),
    ("without_consent", without_consent),
    ("theft", theft),
    ("reset", reset),
    ("withdraw", withdraw),
    ("ledger", ledger),
)

SETTING_THE_STAGE = frozenset({"consent", "enrol"})
"""Without these there is no story: what they raise is the command's error."""


def tell(stage: Stage, before: Callable[[str], None], after: Callable[[Step], None]) -> list[Step]:
    """Play every act in order; an act that ends in an error is a promise not kept."""
    steps = []
    for name, act in ACTS:
        before(name)
        step = _played(name, act, stage)
        steps.append(step)
        after(step)
    return steps


def _played(name: str, act: Act, stage: Stage) -> Step:
    try:
        return act(stage)
    except FacekeepError as error:
        if name in SETTING_THE_STAGE:
            raise
        step = Step(name, error=error)
        step.found("unexpected", False, outcome=error.code)
        return step


def prove(stage: Stage, steps: list[Step]) -> str:
    """Prove every step's entry under the newest checkpoint, offline; returns its note."""
    with stage.open() as house:
        connection, vkey = house.home.records.connection, house.home.signer.vkey
        note = log.last_checkpoint(connection)
        if note is None:
            raise Broken("the ledger has no checkpoint", "Run the demo again")
        size = parse_checkpoint(parse_note(note).text).size
        for step in steps:
            if step.event is not None and step.proof is not None:
                proof = log.prove(connection, bytes.fromhex(step.event), size)
                step.proof |= {"checkpoint": size, "proved": _holds(proof, note, vkey)}
    return note


def _holds(proof: Proof, note: str, vkey: str) -> bool:
    try:
        verify_proof(proof, note, vkey)
    except Tampered:
        return False
    return True
