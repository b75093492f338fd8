"""Consent receipts (ISO/IEC TS 27560): what the person agreed to, checkable without us.

Given when a consent is given. The ledger entry of the giving carries a commitment to what the
receipt says, under a salt that only the receipt and the person's evidence secret know: the receipt
proves its entry, and the entry betrays no record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from facekeep.governance.consent import Consent, commitment
from facekeep.ledger import log
from facekeep.ledger.checkpoint import parse_checkpoint, parse_note
from facekeep.ledger.entries import Entry
from facekeep.ledger.verify import Proof, verify_proof
from facekeep.storage.home import Home
from facekeep.storage.journal import Chain, Told
from facekeep.storage.signed import Paper, holds, read_paper, signature_of
from facekeep.storage.subjects import Person
from facekeep.terms.errors import ConsentMissing, Tampered
from facekeep.terms.values import ConsentState

SCHEMA = "facekeep-consent-receipt-1"
KINDS = ("collection:consent:given", "collection:consent:renewed")
STATED = frozenset(
    {"id", "purpose", "scope", "purpose_hash", "notice", "language", "channel", "shown_at",
     "given_at", "expires", "by"}
)  # fmt: skip

WORDS = {
    "zh": "本回执证明：您在所示时间同意了所示用途和范围，并在此前看到了所示告知书。您可随时撤回，不影响其他服务。",
    "en": "This receipt proves that you agreed to this purpose and scope at this time, having been"
    " shown this notice. You can withdraw at any time, and no other service depends on it.",
}


@dataclass(frozen=True, slots=True)
class ConsentReceipt(Paper):
    """A signed receipt of a consent."""

    @classmethod
    def from_json(cls, text: str) -> ConsentReceipt:
        """Read a file. Raises ``Tampered`` for anything that is not a consent receipt."""
        return cls(*read_paper(text, SCHEMA, "this is not a consent receipt"))


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a consent receipt proves, for the reader. ``state`` is what the home says now, where
    one was asked.
    """

    purpose: str
    scope: str
    by: str
    given_at: int
    expires: int
    notice: str
    checkpoint_size: int
    state: str | None = None


def issue(home: Home, consent: Consent) -> ConsentReceipt:
    """Seal a checkpoint over the entry of the giving and sign the receipt.

    Raises ``ConsentMissing`` where the consent is not in force or its entry is not to be found.
    """
    if not consent.stands or not home.directory.lives(consent.person):
        raise ConsentMissing("there is no consent to give a receipt for", "Give one first")
    chain = home.chain(Person(consent.person, consent.purpose, known=True))
    event = _entry_of(home, chain, consent)
    note = home.seal_checkpoint()
    size = parse_checkpoint(parse_note(note).text).size
    with home.records.reading() as connection:
        proof = log.prove(connection, event, size)
    body = {
        "schema": SCHEMA,
        "record_schema": "ISO/IEC TS 27560:2023",
        "home": home.id.hex(),
        "key": home.signer.vkey,
        "consent": consent.stated(),
        "salt": consent.salt(chain.secret).hex(),
        "notice_version": home.purposes.version(consent.purpose),
        "withdraw": f"facekeep withdraw --subject … --purpose {consent.purpose}",
        "proof": proof.to_json(),
        "checkpoint": note,
        "words": WORDS,
    }
    return ConsentReceipt(body, signature_of(home, body))


def _entry_of(home: Home, chain: Chain, consent: Consent) -> bytes:
    """The newest entry that vouches for the record as it stands."""
    wanted = consent.commitment(chain.secret).hex()
    found = [told for told in home.journal.story(chain) if _vouches(told, wanted)]
    if not found:
        raise ConsentMissing(
            "the ledger holds no entry of this consent", "Look at: facekeep doctor"
        )
    return found[-1].entry.id


def _vouches(told: Told, record: str) -> bool:
    return told.entry.kind in KINDS and told.entry.public.get("record") == record


def verify(receipt: ConsentReceipt, vkey: str) -> Agreed:
    """Check signature, checkpoint, inclusion proof and commitment, offline.

    Raises ``Tampered`` naming what does not hold.
    """
    receipt.check(vkey)
    body = receipt.body
    try:
        proof = Proof.from_json(body["proof"])
        entry = verify_proof(proof, body["checkpoint"], vkey)
        stated = body["consent"]
        _refuse_another_entry(entry, stated)
        _refuse_another_record(entry, body, vkey)
        return Agreed(
            stated["purpose"], stated["scope"], stated["by"], stated["given_at"],
            stated["expires"], stated["notice"], proof.size,
        )  # fmt: skip
    except (KeyError, ValueError, TypeError, AttributeError):
        raise Tampered("the receipt cannot be read") from None


def verify_against(receipt: ConsentReceipt, vkey: str, home: Home) -> Agreed:
    """The same, and that the home's log continues the receipt's; says how the consent stands."""
    agreed = verify(receipt, vkey)
    proof = Proof.from_json(receipt.body["proof"])
    with home.records.reading() as connection:
        if not holds(connection, proof):
            raise Tampered("the home's ledger does not hold the receipt's entries")
    kept = home.consents.by_id(bytes.fromhex(receipt.body["consent"]["id"]))
    state = ConsentState.UNKNOWN if kept is None else kept.state
    return Agreed(
        agreed.purpose, agreed.scope, agreed.by, agreed.given_at, agreed.expires, agreed.notice,
        agreed.checkpoint_size, state.value,
    )  # fmt: skip


def _refuse_another_entry(entry: Entry, stated: dict[str, Any]) -> None:
    if entry.kind not in KINDS or entry.purpose != stated["purpose"]:
        raise Tampered("the receipt's entry is not a consent to this purpose")


def _refuse_another_record(entry: Entry, body: dict[str, Any], vkey: str) -> None:
    stated = body["consent"]
    if frozenset(stated) != STATED or body["key"] != vkey.strip():
        raise Tampered("the receipt says other than its entries")
    if commitment(stated, bytes.fromhex(body["salt"])).hex() != entry.public["record"]:
        raise Tampered("the receipt names another consent than its entry")
