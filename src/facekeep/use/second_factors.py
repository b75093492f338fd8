"""A second factor beside the face: a PIN, a card, a passkey (Measures art. 14; GB/T 38671).

Rules of this module (each has a test):

1. It is set only while a consent is in force, and dies with that consent. A PIN opens the person's own
   pages in every purpose; beside a face only the kind counts that the purpose asks for.
2. What is kept opens nothing without the person's evidence secret: a PIN is a slow digest under it, a
   card's number a keyed one, a passkey its public key.
3. A wrong factor and a wrong face are told apart to nobody: the answer is ``non-match``, after the
   same work, with the same entries, for somebody unknown as well.
4. Wrong factors count only beside the right face, or behind the person's own link to their pages: who has
   neither locks nobody out. After :data:`TRIES` of them the factor opens nothing until it is set anew at
   the desk.
5. The count and the newest row are the ledger's word: a row that was put back is refused.
6. A passkey signs the challenge of one capture session, which is used up with it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeVar

from argon2.low_level import Type, hash_secret_raw

from facekeep.access.passkeys import Ceremony, Site, credential_id
from facekeep.access.passwords import Cost, Lane
from facekeep.access.signin import NOBODYS_KEY
from facekeep.governance.purposes import Purpose
from facekeep.protect.derive import derive
from facekeep.storage.factor_rows import Kept
from facekeep.storage.home import Home
from facekeep.storage.journal import Chain
from facekeep.storage.subjects import Person
from facekeep.terms.errors import FacekeepError, FactorMissing, Misused, NotSignedIn, Tampered
from facekeep.terms.values import Decision

SET, REMOVED = "use:factor:set", "use:factor:removed"
STATE = "use:factor:state"
"""In a chain beside the person's own: which row counts, and how often it was wrong in a row."""

TRIES = 5
"""Wrong factors in a row beside the right face; a PIN of four digits is then guessed once in 2,000."""

SLOW = Cost(19_456, 2, 1)
"""argon2id as OWASP's least for sign-ins, about 30 ms: a PIN's own secret is the person's, not its cost."""

WAITING = 3
"""Whoever would wait behind more digests than these is told to come back: a flood of PINs keeps at
most four of the service's threads."""

Told = TypeVar("Told")


class FactorKind(StrEnum):
    """What somebody knows, holds, or carries in their own device."""

    PIN = "pin"
    CARD = "card"
    PASSKEY = "passkey"


OPENING = (FactorKind.PIN, FactorKind.PASSKEY)
"""What opens the person's own pages."""


@dataclass(frozen=True, slots=True)
class Factor:
    """What somebody shows beside their face. ``shown`` is the PIN, the card's number, or what a
    passkey answered (JSON) to the ``challenge`` of the capture session.
    """

    kind: FactorKind
    shown: str = field(repr=False)
    challenge: bytes = field(repr=False, default=b"")


@dataclass(frozen=True, slots=True)
class Standing:
    """One factor of a person: whether it is set, and whether it still opens."""

    kind: FactorKind
    usable: bool


@dataclass(frozen=True, slots=True)
class _State:
    """What the ledger says of one kind: the row that counts, wrong tries in a row, a passkey's count."""

    row: str = ""
    wrong: int = 0
    count: int = 0

    @classmethod
    def read(cls, details: Mapping[str, Any]) -> _State:
        return cls(details.get("row", ""), details.get("wrong", 0), details.get("count", 0))

    @property
    def as_dict(self) -> dict[str, Any]:
        return {"row": self.row, "wrong": self.wrong, "count": self.count}

    @property
    def usable(self) -> bool:
        return bool(self.row) and self.wrong < TRIES


class FactorDesk:
    """Where second factors are set, and judged beside a face."""

    def __init__(
        self, home: Home, site: Site, ceremony: Ceremony, lane: Lane | None = None
    ) -> None:
        self._home, self._site, self._ceremony = home, site, ceremony
        self._lane = lane or Lane(WAITING)

    # -- setting ------------------------------------------------------------------------------

    def set(self, subject: str, purpose: str, factor: Factor) -> None:
        """Keep a factor in place of an earlier one of its kind.

        Raises ``Refused`` without a consent in force or for a card where the purpose asks for another
        kind, ``Misused`` for a PIN that is guessed first or a passkey that does not hold.
        """

        def keep(wanted: Purpose, person: Person) -> None:
            if factor.kind is FactorKind.CARD:  # the others open the person's own pages as well
                refuse_other_kind(wanted, factor)
            chain = self._home.chain(person)
            facts = self._facts(chain, subject, wanted, factor)
            self._keep(wanted, person, chain, factor.kind, facts)

        self._for(subject, purpose, SET, keep)

    def remove(self, subject: str, purpose: str, kind: FactorKind) -> None:
        """Forget a factor. Whoever has none is answered alike."""

        def forget(_: Purpose, person: Person) -> None:
            home, chain = self._home, self._home.chain(person)
            with home.records.transaction() as tx:
                home.factors.remove(tx, person.id, kind)
                home.journal.write(tx, _beside(chain, kind), STATE, _State().as_dict)
                home.journal.write(tx, chain, REMOVED, {"factor": kind.value})
            home.records.sweep()

        self._for(subject, purpose, REMOVED, forget)

    def standing(self, subject: str, purpose: str) -> list[Standing]:
        """The factors that are set. Somebody unknown has none."""
        home = self._home
        chain = home.chain_of(subject, home.purpose(purpose, SET).id)
        with home.records.reading():
            states = {kind: self._state(_beside(chain, kind)) for kind in FactorKind}
        return [Standing(kind, state.usable) for kind, state in states.items() if state.row]

    def options(self, subject: str, purpose: str) -> dict[str, Any]:
        """What a browser needs to make a passkey (W3C WebAuthn); alike for everybody."""
        home = self._home
        named = home.directory.pseudonym(subject, home.purpose(purpose, SET).id).hex()
        return self._ceremony.registration(_about(named), named, purpose, home.journal.now())

    def _keep(
        self, purpose: Purpose, person: Person, chain: Chain, kind: FactorKind,
        facts: Mapping[str, str],
    ) -> None:  # fmt: skip
        home = self._home
        count = int(facts.get("count", "0"))
        with home.records.transaction() as tx:
            home.purposes.require_in_force(purpose)
            self._require_consent(person, purpose, kind)
            row = home.factors.keep(tx, chain, person.id, kind, facts)
            state = _State(row.hex(), 0, count)
            home.journal.write(tx, _beside(chain, kind), STATE, state.as_dict)
            home.journal.write(tx, chain, SET, {"factor": kind.value})
        home.records.sweep()

    def _require_consent(self, person: Person, purpose: Purpose, kind: FactorKind) -> None:
        """A card serves comparison alone; whoever agreed opens their pages, storage or not."""
        consents, now = self._home.consents, self._home.journal.now()
        required = consents.require if kind is FactorKind.CARD else consents.require_processing
        required(person.id, purpose, now)

    def _facts(
        self, chain: Chain, subject: str, purpose: Purpose, factor: Factor
    ) -> dict[str, str]:
        if factor.kind is FactorKind.PASSKEY:
            return self._registered(subject, purpose, factor.shown)
        if factor.kind is FactorKind.PIN:
            refuse_guessable(factor.shown)
        return {"digest": self._digest(chain, factor).hex()}

    def _registered(self, subject: str, purpose: Purpose, shown: str) -> dict[str, str]:
        named = self._home.directory.pseudonym(subject, purpose.id).hex()
        try:
            made = self._ceremony.registered(
                _about(named), json.loads(shown), self._home.journal.now()
            )
        except (NotSignedIn, ValueError, RecursionError):
            raise Misused("the passkey was not accepted") from None
        public = base64.b64encode(made.public).decode()
        return {"id": made.id.hex(), "public": public, "count": str(made.count)}

    def _for(
        self, subject: str, purpose: str, kind: str, act: Callable[[Purpose, Person], Told]
    ) -> Told:
        """Do it; a refusal is written down like any other."""
        home = self._home
        wanted = home.purpose(purpose, kind)
        try:
            return act(wanted, home.directory.person(subject, wanted.id))
        except FacekeepError as error:
            home.note_refusal(lambda: home.chain_of(subject, wanted.id), kind, error)
            raise

    # -- judging ------------------------------------------------------------------------------

    def judged(self, person: Person, chain: Chain, factor: Factor, face: Decision) -> Decision:
        """A match where both are right. The same work and one entry whatever was wrong.

        Raises ``TooMany`` in a flood, ``Tampered`` where row and ledger disagree.
        """
        home, beside = self._home, _beside(chain, factor.kind)
        digest = b"" if factor.kind is FactorKind.PASSKEY else self._digest(chain, factor)
        with home.records.transaction() as tx:
            state = self._state(beside)
            kept = self._kept(chain, person, factor.kind, state)
            count = self._right(factor, digest, kept, state)
            after = _after(state, face is Decision.MATCH, count)
            home.journal.write(tx, beside, STATE, after.as_dict)
        both = face is Decision.MATCH and count is not None and state.usable
        return Decision.MATCH if both else Decision.NON_MATCH

    def opens(self, subject: str, purpose: str, factor: Factor) -> bool:
        """Whether a factor opens the person's own pages, beside a link that only they were handed.

        A wrong one counts like one beside the right face. Raises ``TooMany`` in a flood.
        """
        person = self._home.directory.person(subject, purpose)
        chain = self._home.chain(person)
        return self.judged(person, chain, factor, Decision.MATCH) is Decision.MATCH

    def mark(self, subject: str, purpose: str) -> bytes:
        """What opens somebody's own pages now, in 32 bytes: another one whenever a PIN or passkey is set or
        forgotten, and after the consent they were set with.
        """
        person = self._home.directory.person(subject, purpose)
        chain = self._home.chain(person)
        with self._home.records.reading():
            rows = [self._state(_beside(chain, kind)).row for kind in OPENING]
        return hashlib.sha256(b"".join([person.id, *(f"/{row}".encode() for row in rows)])).digest()

    def question(self, subject: str, purpose: str) -> dict[str, Any]:
        """What a browser needs to open the person's own pages with a passkey; alike for everybody."""
        return self._ceremony.question(
            self._about_pages(subject, purpose), self._home.journal.now()
        )

    def answered(self, subject: str, purpose: str, shown: str) -> Factor:
        """What a passkey answered to :meth:`question`, which is used up with it.

        Raises ``NotSignedIn`` where it answers no question of ours.
        """
        try:
            credential = json.loads(shown)
        except (ValueError, RecursionError):
            credential = {}
        about = self._about_pages(subject, purpose)
        challenge = self._ceremony.taken(about, credential, self._home.journal.now())
        return Factor(FactorKind.PASSKEY, shown, challenge)

    def _about_pages(self, subject: str, purpose: str) -> str:
        return f"pages/{self._home.directory.pseudonym(subject, purpose).hex()}"

    def _right(self, factor: Factor, digest: bytes, kept: Kept | None, state: _State) -> int | None:
        """A passkey's new count, or the old one; None where the factor is wrong or nobody's."""
        facts = kept.facts if kept is not None else {}
        if factor.kind is FactorKind.PASSKEY:
            return self._answered(factor, facts, state)
        own = bytes.fromhex(facts.get("digest", "")) or bytes(32)
        right = hmac.compare_digest(own, digest) and kept is not None
        return state.count if right else None

    def _answered(self, factor: Factor, facts: Mapping[str, str], state: _State) -> int | None:
        """The signature is checked even where nobody has that passkey."""
        import webauthn  # slow to load, and few purposes ask for a passkey
        from webauthn.helpers.exceptions import WebAuthnException

        public = base64.b64decode(facts["public"]) if facts else NOBODYS_KEY
        try:
            credential = json.loads(factor.shown)
            shown = webauthn.verify_authentication_response(
                credential=credential, expected_challenge=factor.challenge,
                expected_rp_id=self._site.domain, expected_origin=self._site.origin,
                credential_public_key=public, credential_current_sign_count=state.count,
                require_user_verification=True,
            )  # fmt: skip
        except (WebAuthnException, ValueError, KeyError, TypeError):
            return None
        own = credential_id(credential).hex() == facts.get("id", "")
        return int(shown.new_sign_count) if own and facts else None

    def _digest(self, chain: Chain, factor: Factor) -> bytes:
        """Of what was shown, under the person's secret; slow for a PIN. 32 bytes."""
        shown, kind = factor.shown.encode(), factor.kind.encode()
        if factor.kind is FactorKind.PIN:
            salt = derive(chain.secret, "facekeep factor salt", kind, length=16)
            with self._lane.turn():
                shown = hash_secret_raw(
                    shown, salt, SLOW.passes, SLOW.memory, SLOW.lanes, 32, Type.ID
                )
        return derive(chain.secret, "facekeep factor digest", kind, shown)

    def _state(self, beside: Chain) -> _State:
        last = self._home.journal.last(beside)
        return _State.read(last.details) if last else _State()

    def _kept(self, chain: Chain, person: Person, kind: FactorKind, state: _State) -> Kept | None:
        """The row the ledger speaks of. Raises ``Tampered`` for any other, and for none."""
        kept = self._home.factors.find(chain, person.id, kind)
        if (kept.digest.hex() if kept else "") != state.row:
            raise Tampered("a second factor is other than the ledger's")
        return kept


def refuse_other_kind(purpose: Purpose, factor: Factor | None) -> None:
    """Raises ``FactorMissing`` where a purpose asks for a factor that is not shown."""
    wanted = purpose.second_factor
    if wanted == "none" or (wanted == "any" and factor is not None):
        return
    if factor is None or factor.kind != wanted:
        named = "a second factor" if wanted == "any" else f"a second factor: {wanted}"
        raise FactorMissing(f"this purpose asks for {named}", "Show it beside the face")


def _after(state: _State, face: bool, count: int | None) -> _State:
    """Beside the right face, a right factor clears the count and a wrong one adds to it."""
    if not face or not state.usable:
        return state
    if count is None:
        return replace(state, wrong=state.wrong + 1)
    return _State(state.row, 0, count)


def _beside(chain: Chain, kind: FactorKind) -> Chain:
    """Where one kind of factor of a person is remembered: it falls apart with the person's secret."""
    secret = derive(chain.secret, "facekeep factor chain", kind.encode())
    return Chain(secret, chain.purpose)


def _about(named: str) -> str:
    return f"factor/{named}"


def refuse_guessable(pin: str) -> None:
    """Raises ``Misused`` for one digit over and over, and for a straight run: tried first by anybody."""
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        raise Misused("this PIN is among the first that anybody would try")
