"""Devices: every picture comes from one that is registered, signed for and in use (Measures art. 13).

``registered -> active -> suspended -> active -> retired``; retired is final. No sign, no activation:
a public place needs a photograph of it. A device serves purposes written for a place of its kind, and
a device of a public-safety purpose serves nothing else (PIPL art. 26).
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Annotated, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from facekeep.db.remembered import Remembered
from facekeep.db.store import Store
from facekeep.governance.places import (
    Diaries,
    Place,
    PlaceBook,
    SignEvidence,
    Zone,
    conflict,
    refuse_groundless,
    refuse_known,
    refuse_other,
    sealed,
    tell,
)
from facekeep.governance.purpose_text import Name, Purpose
from facekeep.protect.derive import Seal
from facekeep.terms.errors import CaptureRefused, Misused, Refused, Tampered

TABLES = (
    """CREATE TABLE device (
        id TEXT PRIMARY KEY, version INTEGER NOT NULL, text TEXT NOT NULL, state TEXT NOT NULL,
        sign TEXT NOT NULL, at INTEGER NOT NULL, mac BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
)

PUBLIC_SAFETY = "public_safety"
SHORT = 8
"""Hexadecimal digits by which a sealed entry names its device: equally long for every device."""


class DeviceKind(StrEnum):
    """What a device is. Before a ``camera`` nobody presents themselves: people walk past it."""

    GATE = "gate"
    DESK = "desk"
    KIOSK = "kiosk"
    CAMERA = "camera"
    PHONE = "phone"


class DeviceState(StrEnum):
    """Where a device is in its life."""

    REGISTERED = "registered"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    RETIRED = "retired"


NEXT = {
    DeviceState.REGISTERED: (DeviceState.ACTIVE, DeviceState.RETIRED),
    DeviceState.ACTIVE: (DeviceState.SUSPENDED, DeviceState.RETIRED),
    DeviceState.SUSPENDED: (DeviceState.ACTIVE, DeviceState.RETIRED),
    DeviceState.RETIRED: (),
}
"""Which state may follow which."""


class Device(BaseModel):
    """One device as its officer registered it.

    ``key`` is its Ed25519 public key (64 hexadecimal digits), or empty: then its captures prove
    nothing. ``trusted_for`` names the purposes for which its own attack check counts.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    kind: Annotated[DeviceKind, Field(strict=False)]
    place: Name
    zone: Name
    purposes: Annotated[list[Name], Field(min_length=1, max_length=16)]
    key: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    trusted_for: list[Name] = []

    @field_validator("purposes", "trusted_for")
    @classmethod
    def _once_each(cls, value: list[str]) -> list[str]:
        if len(set(value)) != len(value):
            raise ValueError("a purpose is named twice")
        return value

    @property
    def presented_to(self) -> bool:
        """Whether being seen by it is the person's own act."""
        return self.kind is not DeviceKind.CAMERA

    @property
    def short(self) -> str:
        """How sealed entries name it."""
        return short(self.id)

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether the device's key signed the message."""
        try:
            public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.key))
            public.verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device as it is kept. ``at`` in seconds since 1970."""

    device: Device
    version: int
    state: DeviceState
    sign: SignEvidence | None
    at: int


def short(name: str) -> str:
    """Eight hexadecimal digits of a device's name."""
    return sha256(name.encode()).hexdigest()[:SHORT]


def device_of(**told: Any) -> Device:
    """A device out of plain values. Raises ``Misused``."""
    try:
        return Device.model_validate(told)
    except ValidationError as error:
        named = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise Misused(f"the device is not described: {named}") from None


class DeviceBook:
    """The register of devices."""

    def __init__(self, records: Store, key: bytes, places: PlaceBook, diaries: Diaries) -> None:
        self._records, self._places, self._diaries = records, places, diaries
        self._seal = Seal(key, "facekeep device")
        self._rows: Remembered[DeviceRow] = Remembered(records)

    # -- changing ---------------------------------------------------------------------------

    def register(self, tx: sqlite3.Connection, device: Device, at: int) -> DeviceRow:
        """Enter a new device. Raises ``Refused`` where the name is taken, for good if retired."""
        if self.find(device.id) is not None:
            raise Refused(
                "a device of this name is registered already", "Choose another name",
                article="FRM-13-1",
            )  # fmt: skip
        refuse_known(self._diaries(device.id))
        place = self._places.require(device.place)
        if place.zone(device.zone) is None:
            raise Misused("this place has no zone of that name")
        if set(device.trusted_for) - set(device.purposes):
            raise Misused("a device is trusted only for purposes it serves")
        return self._write(tx, DeviceRow(device, 1, DeviceState.REGISTERED, None, at))

    def activate(
        self, tx: sqlite3.Connection, name: str, sign: SignEvidence, at: int, *, version: int = 0
    ) -> DeviceRow:
        """Put a device to use, its sign hanging. Raises ``Refused`` without what the law asks."""
        row = self._at(name, version)
        refuse_unsigned(self._places.require(row.device.place), sign)
        return self._move(tx, row, DeviceState.ACTIVE, at, sign)

    def move(
        self, tx: sqlite3.Connection, name: str, state: DeviceState, at: int, *, version: int = 0
    ) -> DeviceRow:
        """Suspend or retire a device."""
        row = self._at(name, version)
        return self._move(tx, row, state, at, row.sign)

    def _at(self, name: str, version: int) -> DeviceRow:
        row = self.row(name)
        if version not in (0, row.version):
            raise conflict("device")
        return row

    def _move(
        self,
        tx: sqlite3.Connection,
        row: DeviceRow,
        state: DeviceState,
        at: int,
        sign: SignEvidence | None,
    ) -> DeviceRow:
        if state is row.state is DeviceState.ACTIVE:
            raise Refused(
                "this device is in use already",
                f"For a new sign put it out of use first: facekeep device suspend {row.device.id}",
                article="FRM-13-1",
            )
        if state not in NEXT[row.state]:
            raise Refused(
                f"this device is {row.state.value} and does not become {state.value}",
                "Register another device", article="FRM-13-1",
            )  # fmt: skip
        return self._write(tx, DeviceRow(row.device, row.version + 1, state, sign, at))

    # -- asking -----------------------------------------------------------------------------

    def find(self, name: str) -> DeviceRow | None:
        """The device of that name. Raises ``Tampered`` where its row was edited."""
        row = self._records.one("SELECT * FROM device WHERE id = ?", name)
        return None if row is None else self._opened(row)

    def row(self, name: str) -> DeviceRow:
        """The device of that name. Raises ``CaptureRefused`` where none is registered."""
        return self._rows.get(name, self._registered)

    def _registered(self, name: str) -> DeviceRow:
        found = self.find(name)
        if found is None:
            raise CaptureRefused(
                "no device of this name is registered",
                "Register it: facekeep device add NAME --place P --purpose P",
                why="device_unknown",
            )
        return found

    def zone(self, name: str) -> Zone | None:
        """The collection zone of a device; None where there is none to be found."""
        row = self.find(name)
        place = self._places.find(row.device.place) if row else None
        return place.place.zone(row.device.zone) if row and place else None

    def audit(self) -> list[tuple[str, DeviceRow | None]]:
        """Every row's name as it lies there; the row where its seal holds, else None."""
        rows = self._records.rows("SELECT * FROM device ORDER BY id")
        return [(row[0], self._where_whole(row)) for row in rows]

    def _where_whole(self, row: tuple[Any, ...]) -> DeviceRow | None:
        try:
            return self._opened(row)
        except (Tampered, ValueError):
            return None

    def names(self) -> list[str]:
        """Every device's name."""
        return [row[0] for row in self._records.rows("SELECT id FROM device ORDER BY id")]

    def require(self, name: str, purpose: Purpose) -> tuple[Device, Place]:
        """The device and its place, where it may see somebody for this purpose now.

        Raises ``CaptureRefused`` or ``PlaceForbidden``; asked again at every use.
        """
        row = self.row(name)
        if row.state is not DeviceState.ACTIVE or row.sign is None:
            raise CaptureRefused(
                f"this device is {row.state.value}, not active",
                "Hang its sign, then: facekeep device activate NAME",
                why=f"device_{row.state.value}",
            )
        place = self._places.require(row.device.place)
        refuse_unsigned(place, row.sign)
        refuse_misplaced(row.device, place, purpose)
        return row.device, place

    # -- rows -------------------------------------------------------------------------------

    def _write(self, tx: sqlite3.Connection, row: DeviceRow) -> DeviceRow:
        self._rows.forget()
        sign = row.sign.model_dump_json() if row.sign else ""
        text = row.device.model_dump_json()
        fields = (row.device.id, row.version, text, row.state.value, sign, row.at)
        tx.execute(
            "INSERT OR REPLACE INTO device VALUES (?,?,?,?,?,?,?)",
            (*fields, mac := self._seal.of(*sealed(fields))),
        )
        tell(self._diaries(row.device.id), tx, "governance:device:kept", mac)
        return row

    def _opened(self, row: tuple[Any, ...]) -> DeviceRow:
        self._seal.check(row[-1], *sealed(row[:-1]))
        refuse_other(self._diaries(row[0]), row[-1])
        _, version, text, state, sign, at, _ = row
        evidence = SignEvidence.model_validate_json(sign) if sign else None
        return DeviceRow(_stored(text), version, DeviceState(state), evidence, at)


@lru_cache(1024)
def _stored(text: str) -> Device:
    """A device as its row holds it, read once for every text there is."""
    return Device.model_validate_json(text)


def refuse_unsigned(place: Place, sign: SignEvidence) -> None:
    """A public place needs public safety as its ground, and a photograph of the sign."""
    refuse_groundless(place)
    if place.public and not sign.photo:
        raise Refused(
            "a sign in a public place is proved by its photograph", "Name it: --sign-photo FILE",
            article="FRM-13-1",
        )  # fmt: skip


def refuse_misplaced(device: Device, place: Place, purpose: Purpose) -> None:
    """A device serves the purposes it names, at a place of the kind they were written for."""
    if purpose.id not in device.purposes:
        raise CaptureRefused(
            "this device does not serve this purpose", "Register a device that does",
            article="PIPL-26", why="device_purpose",
        )  # fmt: skip
    if purpose.place.kind is not place.kind:
        raise CaptureRefused(
            "this purpose was written for another kind of place",
            "Use a device at such a place, or publish a purpose for this one",
            why="device_place",
        )
    if purpose.identification_ground == PUBLIC_SAFETY and len(device.purposes) > 1:
        raise CaptureRefused(
            "a device of a public-safety purpose serves nothing else",
            "Register another device for the other purpose",
            article="PIPL-26", why="device_shared",
        )  # fmt: skip
