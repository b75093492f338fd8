"""The desk of captures: opens sessions, admits pictures, keeps the register of places and devices.

Every act of an officer is in the ledger in the transaction of the act; every refused capture is in the
ledger with its reason, and counted.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from facekeep.access.officers import Signed
from facekeep.governance import places
from facekeep.governance.captures import LINK_S, Occasion, used_link
from facekeep.governance.devices import Device, DeviceRow, DeviceState, refuse_misplaced
from facekeep.governance.places import PlaceRow, SignEvidence
from facekeep.storage.home import Home
from facekeep.storage.journal import Chain
from facekeep.terms.captures import CaptureToken, picture_digest
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import CaptureRefused, FacekeepError, Misused, PlaceForbidden, Refused
from facekeep.terms.ports import Entropy
from facekeep.terms.values import AttackVerdict, CaptureProfile, Operation, Origin

REFUSED = "collection:capture:refused"
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a picture is wanted for. ``subject`` is empty in a 1:N search; ``from_file`` says that the
    picture was not taken for it but sent as a file.
    """

    purpose: str
    operation: Operation
    subject: str = field(default="", repr=False)
    profile: CaptureProfile = CaptureProfile.STANDARD
    from_file: bool = False


class CaptureDesk:
    """Where pictures come in."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def take(self, device: str, wish: Wish, pictures: Sequence[bytes]) -> Origin:
        """From a registered device that signs nothing: level ``none``. Raises ``Refused``."""
        captures, picture = self._home.captures, picture_digest(pictures)
        with self._home.records.reading():  # one look at purpose, device and place
            occasion = self._occasion(wish)
            return self._told(
                lambda: captures.unsigned(
                    device, occasion, picture, self._now, wish.profile, wish.from_file
                )
            )

    def open(self, device: str, wish: Wish) -> CaptureToken:
        """A session of two minutes for a device that signs. Raises ``Refused``."""
        home, occasion = self._home, self._occasion(wish)

        def begin() -> CaptureToken:
            with home.records.transaction() as tx:
                home.captures.sweep(tx, self._now)
                return home.captures.open(tx, device, occasion, self._now, wish.profile)

        return self._told(begin)

    def admit(
        self, token: CaptureToken, signature: bytes, wish: Wish, pictures: Sequence[bytes]
    ) -> Origin:
        """The origin of what a device signed. Raises ``CaptureRefused`` and says why."""
        home, picture = self._home, picture_digest(pictures)
        occasion = self._occasion(wish)

        def judge() -> Origin:
            with home.records.transaction() as tx:
                session = home.captures.use_up(tx, token, self._now)
            return home.captures.admit(session, token, signature, occasion, picture, self._now)

        return self._told(judge)

    def link(self, subject: str, purpose: str, seconds: int = LINK_S) -> str:
        """A token by which one subject enrols once from their own phone; shown this once."""
        home, wanted = self._home, self._home.purpose(purpose, REFUSED)
        with home.records.transaction() as tx:
            home.captures.sweep(tx, self._now)
            token = home.captures.link(tx, wanted, subject, self._now, seconds)
            public = {"seconds": seconds}
            home.journal.write(tx, home.purpose_chain(purpose), "collection:link:made", {}, public)
        return token

    def through_link(self, token: str, wish: Wish, pictures: Sequence[bytes]) -> Origin:
        """The origin of a picture from a person's own phone. Raises ``CaptureRefused``."""
        home, picture = self._home, picture_digest(pictures)
        occasion = self._occasion(wish)

        def admit() -> Origin:
            with home.records.transaction() as tx:
                origin = home.captures.through_link(
                    tx, token, occasion, picture, self._now, wish.profile, wish.from_file
                )
                self._once(tx, token)
            return origin

        return self._told(admit)

    def _once(self, tx: sqlite3.Connection, token: str) -> None:
        """The ledger remembers a link that was used, whatever its row says later."""
        home = self._home
        chain = Chain(home.directory.chain_secret(used_link(token)))
        if home.journal.length(chain):
            raise CaptureRefused(
                "this capture was used already, or never admitted",
                "Take the picture again at a registered device", article="G38671-LIV",
                why="replayed",
            )  # fmt: skip
        home.journal.write(tx, chain, "collection:link:used")

    @property
    def _now(self) -> float:
        return self._home.journal.now()

    def _occasion(self, wish: Wish) -> Occasion:
        """Raises ``PurposeNotAllowed``, written down."""
        purpose = self._home.purpose(wish.purpose, REFUSED)
        return Occasion(purpose, wish.operation, wish.subject)

    def _told(self, act: Callable[[], Done]) -> Done:
        """Do it; a capture that is refused is written down and counted."""
        try:
            return act()
        except Refused as error:
            note_refusal(self._home, error)
            raise


class Register:
    """Where officers enter places and devices. Each act is in the ledger with who did it."""

    def __init__(self, home: Home) -> None:
        self._home = home

    # -- places -----------------------------------------------------------------------------

    def add_place(self, text: bytes, replaces: int = 0) -> PlaceRow:
        """Enter a place file; ``replaces`` is the version it takes the place of. Raises ``Refused``."""
        home = self._home
        try:
            place = places.parse(text)
        except PlaceForbidden as error:
            note_refusal(home, error)
            raise
        with home.records.transaction() as tx:
            row = home.places.put(tx, place, self._at, replaces)
            public = {"place": place.id, "version": row.version, "kind": place.kind.value}
            self._write(tx, "governance:place:entered", public)
        return row

    def close_place(self, name: str) -> PlaceRow:
        """Nothing is captured there any more."""
        home = self._home
        with home.records.transaction() as tx:
            row = home.places.close(tx, name, self._at)
            self._write(tx, "governance:place:closed", {"place": name, "version": row.version})
        return row

    # -- devices ----------------------------------------------------------------------------

    def add_device(self, device: Device) -> DeviceRow:
        """Register a device; it is not used before it is activated. Raises ``Refused``."""
        home = self._home
        try:
            self._refuse_misplaced(device)
        except CaptureRefused as error:
            note_refusal(home, error)
            raise
        with home.records.transaction() as tx:
            row = home.devices.register(tx, device, self._at)
            public = {
                "device": device.id, "place": device.place, "purposes": device.purposes,
                "key": hashlib.sha256(bytes.fromhex(device.key)).hexdigest() if device.key else "",
            }  # fmt: skip
            self._write(tx, "governance:device:registered", public)
        return row

    def _refuse_misplaced(self, device: Device) -> None:
        place = self._home.places.require(device.place)
        for name in device.purposes:
            refuse_misplaced(device, place, self._home.purposes.get(name))

    def activate(
        self, name: str, photo: bytes, signed: Signed, day: date | None = None, version: int = 0
    ) -> DeviceRow:
        """Put a device to use: its sign hangs, an officer has seen it. Raises ``Refused``.

        ``photo`` is the sign's photograph, or empty where a printed sign was only seen: not enough
        in a public place. The officer signs :func:`activation`.
        """
        home = self._home
        seen = day or datetime.fromtimestamp(self._at, UTC).date()
        digest = hashlib.sha256(photo).hexdigest() if photo else ""
        read = home.devices.row(name).version
        message = activation(name, digest, read)
        home.officers.decide(signed.officer, message, signed.signature)
        evidence = SignEvidence(photo=digest, day=seen, officer=signed.officer)
        with home.records.transaction() as tx:
            row = home.devices.activate(tx, name, evidence, self._at, version=version or read)
            public = {"device": name, "sign": digest, "day": seen.isoformat()}
            self._write(tx, "governance:device:activated", public)
        return row

    def suspend(self, name: str, version: int = 0) -> DeviceRow:
        """Out of use until it is activated again."""
        return self._move(name, DeviceState.SUSPENDED, version)

    def retire(self, name: str, version: int = 0) -> DeviceRow:
        """Out of use for good."""
        return self._move(name, DeviceState.RETIRED, version)

    def _move(self, name: str, state: DeviceState, version: int) -> DeviceRow:
        home = self._home
        with home.records.transaction() as tx:
            row = home.devices.move(tx, name, state, self._at, version=version)
            self._write(tx, f"governance:device:{state.value}", {"device": name})
        return row

    def _write(self, tx: sqlite3.Connection, kind: str, public: Mapping[str, Any]) -> None:
        self._home.journal.write(tx, self._home.own_chain(), kind, {}, public)

    @property
    def _at(self) -> int:
        return int(self._home.journal.now())


def note_refusal(home: Home, error: FacekeepError) -> None:
    """A refused capture in the ledger, by its reason; it says nothing of anybody."""
    why = error.why if isinstance(error, CaptureRefused) else error.code
    with home.records.transaction() as tx:
        home.captures.note(tx, why)
        home.journal.write(tx, home.own_chain(), REFUSED, {}, {"why": why})


def activation(device: str, photo: str, version: int) -> bytes:
    """What an officer signs to put a device to use: the device as it stands at this version of its
    row, and the SHA-256 of the sign's photo. After a suspension the word is given anew.
    """
    told = {"act": "device:activate", "device": device, "photo": photo, "version": version}
    return canonical(told)


def draw_device_key(entropy: Entropy) -> tuple[bytes, str]:
    """A device's new key: PEM for the device, 64 hexadecimal digits for the register."""
    private = Ed25519PrivateKey.from_private_bytes(entropy(32))
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem, private.public_key().public_bytes_raw().hex()


def sign_capture(
    key: bytes, token: CaptureToken, pictures: Sequence[bytes],
    verdict: AttackVerdict = AttackVerdict.NOT_CHECKED,
) -> tuple[CaptureToken, bytes]:  # fmt: skip
    """What a device does with a session, for one that is this very machine. Raises ``Misused``."""
    try:
        private = load_pem_private_key(key, None)
    except (ValueError, TypeError):
        raise Misused("the device's key file holds no private key") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise Misused("a device signs with an Ed25519 key")
    filled = replace(token, picture=picture_digest(pictures), verdict=verdict)
    return filled, private.sign(filled.message)


def public_key_of(text: bytes) -> str:
    """A device's public key out of a PEM file or 64 hexadecimal digits. Raises ``Misused``."""
    line = text.strip()
    try:
        if len(line) == 64:
            return _raw(bytes.fromhex(line.decode()))
        public = load_pem_public_key(text)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Misused("the device's key file holds no public key") from None
    if not isinstance(public, Ed25519PublicKey):
        raise Misused("a device signs with an Ed25519 key")
    return public.public_bytes_raw().hex()


def _raw(public: bytes) -> str:
    return Ed25519PublicKey.from_public_bytes(public).public_bytes_raw().hex()
