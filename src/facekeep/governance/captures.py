"""Captures: where a picture comes from, and that it answers one question only (custody rule 11).

The one maker of :class:`Origin`. A registered device without a signature proves nothing (``none``); its
signature over a fresh nonce proves a key (``device``); with its own attack check passed, and this
purpose's trust in that check, the capture is ``attested``. A person's own phone comes through a link, for
an enrolment alone.

An origin made here is remembered in memory until it is spent or two minutes are over: one that anybody
else built, copied or kept opens nothing.
"""

from __future__ import annotations

import hmac
import json
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Any

from facekeep.db.store import Store
from facekeep.governance.devices import PUBLIC_SAFETY, Device, DeviceBook, short
from facekeep.governance.places import Place, sealed
from facekeep.governance.purpose_text import Purpose
from facekeep.protect.derive import Mac, Seal, derive
from facekeep.terms.captures import CaptureToken, Challenge
from facekeep.terms.encoding import prefixed
from facekeep.terms.errors import CaptureRefused, Misused, Tampered
from facekeep.terms.ports import Entropy
from facekeep.terms.values import (
    AttackVerdict,
    CaptureLevel,
    CaptureProfile,
    Holding,
    Operation,
    Origin,
)

TABLES = (
    """CREATE TABLE capture_session (
        nonce BLOB PRIMARY KEY, kind TEXT NOT NULL, subject BLOB NOT NULL, text TEXT NOT NULL,
        state TEXT NOT NULL, expires INTEGER NOT NULL, mac BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE TABLE capture_count (what TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID",
)

HOLDINGS = (
    Holding("records", "capture_session", "subject",
            "a keyed digest of who is claimed, salted by the session, while a capture is under way",
            "two minutes, a link's until it is used or expires", "governance.captures"),
)  # fmt: skip

SESSION_S = 120
"""Seconds a capture may take."""

LINK_S = 7 * 86_400
"""Seconds the longest link lasts."""

TOKEN_BYTES = 20
"""160 bits in a link; a guess is hopeless."""

LINK = "link"
"""What an entry calls a person's own phone, which has no place and is no device of ours."""

FRESH, USED = "fresh", "used"
LIVING = 10_000
"""Origins remembered at once; beyond, the oldest are dropped."""

GUIDED = (Challenge.TURN_LEFT, Challenge.TURN_RIGHT, Challenge.COME_CLOSER)


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a picture is taken for. ``subject`` is empty in a 1:N search: nobody is claimed."""

    purpose: Purpose
    operation: Operation
    subject: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Session:
    """A session or a link as it is kept, opened."""

    nonce: bytes
    kind: str
    subject: bytes = field(repr=False)
    text: str = field(repr=False)
    state: str
    expires: int

    @property
    def fields(self) -> tuple[object, ...]:
        return (self.nonce, self.kind, self.subject, self.text, self.state, self.expires)

    @property
    def told(self) -> dict[str, str]:
        told: dict[str, str] = json.loads(self.text)
        return told


class CaptureBook:
    """Sessions, links, and the origins that are good at this moment."""

    def __init__(self, records: Store, key: bytes, devices: DeviceBook, entropy: Entropy) -> None:
        self._records, self._devices, self._entropy = records, devices, entropy
        self._seal = Seal(key, "facekeep capture")
        self._claims = Mac(derive(key, "facekeep capture claims"))
        self._living: dict[bytes, tuple[Origin, int]] = {}
        self._lock = Lock()

    # -- a registered device ------------------------------------------------------------------

    def unsigned(
        self, device: str, occasion: Occasion, picture: bytes, now: float,
        profile: CaptureProfile = CaptureProfile.STANDARD, from_file: bool = False,
    ) -> Origin:  # fmt: skip
        """A picture from a registered device that proves nothing about itself: level ``none``."""
        known, place = self.admitted(device, occasion)
        level = CaptureLevel.NONE
        return self._made(known, place, level, occasion, picture, profile, now, from_file)

    def open(
        self, tx: sqlite3.Connection, device: str, occasion: Occasion, now: float,
        profile: CaptureProfile = CaptureProfile.STANDARD,
    ) -> CaptureToken:  # fmt: skip
        """A session of two minutes: the token the device is to fill in and sign."""
        known, _ = self.admitted(device, occasion)
        nonce = self._entropy(16)
        challenge = Challenge.NONE
        if profile not in (CaptureProfile.NO_CHALLENGE, CaptureProfile.STAFFED):
            challenge = GUIDED[self._entropy(1)[0] % len(GUIDED)]
        claim = self._claim(nonce, occasion)
        token = CaptureToken(
            known.id, occasion.purpose.hash, occasion.operation, claim, nonce, challenge
        )
        text = json.dumps({**_frame(token), "profile": profile.value}, sort_keys=True)
        expires = int(now) + SESSION_S
        self._write(tx, Session(nonce, "session", claim, text, FRESH, expires))
        _count(tx, "opened")
        return token

    def use_up(self, tx: sqlite3.Connection, token: CaptureToken, now: float) -> Session:
        """Use a session up, before anything else is looked at: none is tried twice.

        Raises ``CaptureRefused`` where it is unknown, over or used.
        """
        session = self._session(token.nonce, "session", now)
        self._write(tx, _used(session))
        return session

    def admit(
        self, session: Session, token: CaptureToken, signature: bytes, occasion: Occasion,
        picture: bytes, now: float,
    ) -> Origin:  # fmt: skip
        """The origin of a signed capture.

        Raises ``CaptureRefused`` with its own ``why`` for each way in which it does not hold.
        """
        known, place = self.admitted(token.device, occasion)
        if not known.key or not known.signed(token.message, signature):
            raise _no("the device's signature does not verify", "forged")
        self._refuse_mismatch(session, token, occasion, picture)
        level = _level(known, token, occasion.purpose)
        profile = CaptureProfile(session.told["profile"])
        return self._made(known, place, level, occasion, picture, profile, now)

    def _refuse_mismatch(
        self, session: Session, token: CaptureToken, occasion: Occasion, picture: bytes
    ) -> None:
        """Everything the token says is what was agreed, and what is asked now."""
        told = session.told
        agreed = {name: told[name] for name in _frame(token)}
        differing = [name for name, value in _frame(token).items() if agreed[name] != value]
        if token.purpose_hash != occasion.purpose.hash:
            differing.append("purpose_hash")
        if token.operation is not occasion.operation:
            differing.append("operation")
        own = self._claim(token.nonce, occasion)
        if not (token.claim == session.subject == own):
            differing.append("subject")
        if token.picture != picture:
            differing.append("picture")
        for name in _ORDER:
            if name in differing:
                raise _no(_MISMATCH[name], f"other_{name}")

    # -- a person's own phone -----------------------------------------------------------------

    def link(
        self, tx: sqlite3.Connection, purpose: Purpose, subject: str, now: float, seconds: int
    ) -> str:
        """A token for one enrolment of one subject from their own phone. Only its digest is kept."""
        if not 60 <= seconds <= LINK_S:
            raise Misused(f"a link lasts between 60 and {LINK_S} seconds")
        token = self._entropy(TOKEN_BYTES).hex()
        nonce = _link_nonce(token)
        occasion = Occasion(purpose, Operation.ENROLMENT, subject)
        text = json.dumps({"purpose_hash": purpose.hash.hex()})
        claim = self._claim(nonce, occasion)
        self._write(tx, Session(nonce, LINK, claim, text, FRESH, int(now) + seconds))
        _count(tx, "links")
        return token

    def through_link(
        self, tx: sqlite3.Connection, token: str, occasion: Occasion, picture: bytes, now: float,
        profile: CaptureProfile = CaptureProfile.STANDARD, from_file: bool = False,
    ) -> Origin:  # fmt: skip
        """The origin of a picture from a person's own phone: enrolment, once. Level ``none``."""
        if occasion.operation is not Operation.ENROLMENT:
            raise _no("a capture link enrols and does nothing else", "other_operation")
        nonce = _link_nonce(token)
        session = self._session(nonce, LINK, now)
        if session.told["purpose_hash"] != occasion.purpose.hash.hex():
            raise _no("this capture was made for another purpose", "other_purpose_hash")
        if session.subject != self._claim(nonce, occasion):
            raise _no("this capture was made for another subject", "other_subject")
        self._write(tx, _used(session))
        binding = self._binding(nonce, occasion, picture)
        origin = Origin(
            LINK,
            LINK,
            CaptureLevel.NONE,
            nonce,
            binding,
            profile,
            own_act=True,
            from_file=from_file,
        )
        return self._remembered(origin, now)

    # -- at use -------------------------------------------------------------------------------

    def spend(self, origin: Origin, occasion: Occasion, picture: bytes, now: float) -> None:
        """Use an origin up for the one question it was made for. Raises ``CaptureRefused``.

        The register is read again: a device suspended, or a place that turned out to be private,
        after the picture was taken is refused here.
        """
        with self._lock:
            known, expires = self._living.pop(origin.nonce, (None, 0))
        if known is None or known != origin:
            raise _no("this capture was used already, or never admitted", "replayed")
        if expires <= now:
            raise _no("this capture is too old", "expired")
        if not hmac.compare_digest(origin.binding, self._binding(origin.nonce, occasion, picture)):
            raise _no("this capture was made for another question", "other_question")
        self.stand(origin, occasion)

    def stand(self, origin: Origin, occasion: Occasion) -> None:
        """Raises ``Refused`` where the origin's device may not be used (any more)."""
        if origin.device == LINK:
            if occasion.operation is not Operation.ENROLMENT:
                raise _no("a capture link enrols and does nothing else", "other_operation")
            return
        self.admitted(origin.device, occasion)

    def admitted(self, device: str, occasion: Occasion) -> tuple[Device, Place]:
        """The device and its place, where they may be used for this. Raises ``Refused``."""
        known, place = self._devices.require(device, occasion.purpose)
        if occasion.operation is Operation.IDENTIFICATION:
            refuse_passive(known, place, occasion.purpose)
        return known, place

    # -- keeping ------------------------------------------------------------------------------

    def sweep(self, tx: sqlite3.Connection, now: float) -> None:
        """Forget what is over."""
        tx.execute("DELETE FROM capture_session WHERE expires <= ?", (int(now),))

    def note(self, tx: sqlite3.Connection, why: str) -> None:
        """Count one refusal."""
        _count(tx, f"refused {why}")

    def counts(self) -> Counter[str]:
        """How many sessions and links were opened, and how many captures refused, by reason."""
        return Counter(dict(self._records.rows("SELECT what, n FROM capture_count")))

    def sessions(self) -> tuple[int, int, int]:
        """How many rows there are, how many were changed in the store, when the oldest ends."""
        rows = self._records.rows("SELECT * FROM capture_session")
        broken = sum(not self._holds(row) for row in rows)
        return len(rows), broken, min((row[5] for row in rows), default=0)

    def _session(self, nonce: bytes, kind: str, now: float) -> Session:
        row = self._records.one("SELECT * FROM capture_session WHERE nonce = ?", nonce)
        if row is None:
            raise _no("no capture was begun under this number, or it is over", "unknown")
        if not self._holds(row):
            raise Tampered("a capture session was changed")
        session = Session(*row[:-1])
        if session.kind != kind:
            raise _no("no capture was begun under this number, or it is over", "unknown")
        if session.state != FRESH:
            raise _no("this capture was used already, or never admitted", "replayed")
        if session.expires <= now:
            raise _no("this capture is too old", "expired")
        return session

    def _write(self, tx: sqlite3.Connection, session: Session) -> None:
        fields = session.fields
        tx.execute(
            "INSERT OR REPLACE INTO capture_session VALUES (?,?,?,?,?,?,?)",
            (*fields, self._seal.of(*_flat(fields))),
        )

    def _holds(self, row: tuple[Any, ...]) -> bool:
        return hmac.compare_digest(row[-1], self._seal.of(*_flat(row[:-1])))

    def _made(
        self, device: Device, place: Place, level: CaptureLevel, occasion: Occasion,
        picture: bytes, profile: CaptureProfile, now: float, from_file: bool = False,
    ) -> Origin:  # fmt: skip
        nonce = self._entropy(16)
        binding = self._binding(nonce, occasion, picture)
        act = device.presented_to
        origin = Origin(device.id, place.id, level, nonce, binding, profile, act, from_file)
        return self._remembered(origin, now)

    def _remembered(self, origin: Origin, now: float) -> Origin:
        with self._lock:
            self._living[origin.nonce] = (origin, int(now) + SESSION_S)
            while len(self._living) > LIVING:
                self._living.pop(next(iter(self._living)))
        return origin

    def _claim(self, nonce: bytes, occasion: Occasion) -> bytes:
        """A keyed digest of who is claimed, another in every session; empty where nobody is."""
        if occasion.operation is Operation.IDENTIFICATION:
            return b""
        subject = unicodedata.normalize("NFC", occasion.subject).strip()
        told = prefixed(nonce, occasion.purpose.hash, subject.encode(errors="replace"))
        return self._claims.of(told)

    def _binding(self, nonce: bytes, occasion: Occasion, picture: bytes) -> bytes:
        told = prefixed(
            nonce,
            occasion.purpose.hash,
            occasion.operation.value.encode(),
            self._claim(nonce, occasion),
            picture,
        )
        return self._claims.of(told)


def refuse_passive(device: Device, place: Place, purpose: Purpose) -> None:
    """1:N by the person's own act, or for public safety at a public place (PIPL art. 26)."""
    public_safety = purpose.identification_ground == PUBLIC_SAFETY
    if place.public and not public_safety:
        raise CaptureRefused(
            "in a public place people are identified for public safety alone",
            "Verify 1:1, or identify at a place of your own", article="PIPL-26",
            why="public_place",
        )  # fmt: skip
    if public_safety and not place.public:
        raise CaptureRefused(
            "the public-safety ground belongs to public places only",
            "Use a device at a public place", article="PIPL-26", why="not_public",
        )  # fmt: skip
    if not public_safety and not device.presented_to:
        raise CaptureRefused(
            "nobody presents themselves to this device: searching whoever walks past is off",
            "Use a gate, a desk or a kiosk", article="G41819-COL", why="passive",
        )  # fmt: skip


def told_of(origin: Origin) -> dict[str, str]:
    """What a decision's sealed entry keeps of its capture: which device, how it was guided, which one.

    Short and of one length for every device, so that an entry's length tells nothing.
    """
    return {
        "origin": short(origin.device),
        "profile": origin.profile.value,
        "session": origin.nonce.hex()[:16],
    }


_ORDER = (
    "device",
    "purpose_hash",
    "operation",
    "subject",
    "picture",
    "claim",
    "challenge",
    "nonce",
)
_MISMATCH = {
    "device": "this capture was begun by another device",
    "purpose_hash": "this capture was made for another purpose",
    "operation": "this capture was made for another operation",
    "subject": "this capture was made for another subject",
    "picture": "the picture is not the one that was signed",
    "claim": "this capture was made for another subject",
    "challenge": "another challenge was answered than the one that was set",
    "nonce": "this capture was used already, or never admitted",
}


def _no(reason: str, why: str) -> CaptureRefused:
    return CaptureRefused(
        reason, "Take the picture again at a registered device", article="G38671-LIV", why=why
    )


def _level(device: Device, token: CaptureToken, purpose: Purpose) -> CaptureLevel:
    """A verdict counts only from whoever holds the purpose's trust."""
    passed = token.verdict is AttackVerdict.PASSED
    trusted = purpose.id in device.trusted_for
    return CaptureLevel.ATTESTED if passed and trusted else CaptureLevel.DEVICE


def _frame(token: CaptureToken) -> dict[str, str]:
    """What a session fixes before the picture is taken."""
    told = token.as_dict()
    kept = ("device", "purpose_hash", "operation", "claim", "nonce", "challenge")
    return {name: told[name] for name in kept}


def _used(session: Session) -> Session:
    """The row that remains until it expires: it names nobody any more."""
    return Session(session.nonce, session.kind, b"", "{}", USED, session.expires)


def used_link(token: str) -> str:
    """What a link is called where the ledger remembers that it was used."""
    return f"link/{_link_nonce(token).hex()}"


def _link_nonce(token: str) -> bytes:
    return sha256(b"facekeep link" + token.encode(errors="replace")).digest()


def _flat(fields: Sequence[object]) -> list[bytes]:
    return [one if isinstance(one, bytes) else sealed([one])[0] for one in fields]


def _count(tx: sqlite3.Connection, what: str) -> None:
    tx.execute(
        "INSERT INTO capture_count VALUES (?, 1) ON CONFLICT (what) DO UPDATE SET n = n + 1",
        (what,),
    )
