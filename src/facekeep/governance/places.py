"""Places: where a camera may be, and the zone it may see (Measures art. 13, PIPL art. 26).

A private space is refused with no override: neither a role nor a flag nor an edit of the row lets a
device of one be used, since the kind is looked at again at every use. Every row is under a seal.
"""

from __future__ import annotations

import math
import sqlite3
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import combinations
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from facekeep.db.diary import Diary
from facekeep.db.remembered import Remembered
from facekeep.db.store import Store
from facekeep.governance.purpose_text import FORBIDDEN_PLACES, Name, PlaceKind, Prose, Text
from facekeep.protect.derive import Seal
from facekeep.terms.errors import CaptureRefused, Misused, PlaceForbidden, Refused, Tampered

TABLES = (
    """CREATE TABLE place (
        id TEXT PRIMARY KEY, version INTEGER NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL,
        state TEXT NOT NULL, at INTEGER NOT NULL, mac BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
)

MAX_PLACE_BYTES = 64 * 1024
MAX_POINTS = 64
MAX_SQUARE_METRES = 2_000.0
"""A larger zone is no gate: it is surveillance of an area."""

PUBLIC_KINDS = frozenset({PlaceKind.PUBLIC, PlaceKind.STATION, PlaceKind.SHOP})
"""Kinds that are open to everybody, whatever their file says."""

Point = tuple[float, float]


class PlaceState(StrEnum):
    """Whether a place is in use."""

    OPEN = "open"
    CLOSED = "closed"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Zone(_Part):
    """The area a device may see: one closed line of at least three corners.

    ``unit`` ``metres``: on the floor, from a corner of the drawing; ``picture``: shares of the
    picture's width and height, 0..1 from the top left.
    """

    label: Name
    unit: Literal["metres", "picture"]
    points: Annotated[list[tuple[float, float]], Field(min_length=3, max_length=MAX_POINTS + 1)]

    @field_validator("points", mode="before")
    @classmethod
    def _as_pairs(cls, value: object) -> object:
        """TOML has lists; corners given as whole numbers are numbers too."""
        if not isinstance(value, list):
            return value
        return [_pair(one) for one in value]

    @model_validator(mode="after")
    def _is_sane(self) -> Zone:
        corners = self.corners
        if any(not math.isfinite(v) or abs(v) > 1e6 for corner in corners for v in corner):
            raise ValueError("a corner lies nowhere")
        if len(set(corners)) != len(corners) or len(corners) < 3:
            raise ValueError("a zone has at least three corners, each of them once")
        if self.unit == "picture" and any(not 0 <= v <= 1 for c in corners for v in c):
            raise ValueError("corners in a picture lie between 0 and 1")
        if _crosses_itself(corners):
            raise ValueError("the zone's line crosses itself")
        if not 1e-6 < self.area <= (1.0 if self.unit == "picture" else MAX_SQUARE_METRES):
            raise ValueError(f"a zone's area lies above 0 and within {MAX_SQUARE_METRES:g} m²")
        return self

    @property
    def corners(self) -> list[Point]:
        """The corners, the closing one (where it was written again) left out."""
        points = list(self.points)
        return points[:-1] if len(points) > 3 and points[0] == points[-1] else points

    @property
    def area(self) -> float:
        """Square metres, or the share of the picture."""
        corners = self.corners
        turned = zip(corners, corners[1:] + corners[:1], strict=True)
        return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in turned)) / 2

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside: what the mask keeps of a picture. The border counts as out."""
        corners, inside = self.corners, False
        for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
        return inside


class PublicSafety(_Part):
    """Why public safety needs a device here: the document that says so, and its SHA-256."""

    document: Prose
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Place(_Part):
    """One place as its officer wrote it."""

    id: Name
    kind: Annotated[PlaceKind, Field(strict=False)]
    name: Text
    address: Prose
    public: bool
    zones: Annotated[list[Zone], Field(min_length=1, max_length=16)]
    drawing: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    """SHA-256 of the drawing the zones are measured on; empty where there is none."""
    public_safety: PublicSafety | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Place:
        labels = [zone.label for zone in self.zones]
        if len(set(labels)) != len(labels):
            raise ValueError("two zones have one label")
        if self.kind in PUBLIC_KINDS and not self.public:
            raise ValueError(f"a place of kind {self.kind.value} is public")
        if self.public_safety is not None and not self.public:
            raise ValueError("the public-safety ground belongs to public places only")
        return self

    def zone(self, label: str) -> Zone | None:
        """The zone of that name."""
        return next((zone for zone in self.zones if zone.label == label), None)


class SignEvidence(_Part):
    """That a sign hangs: the SHA-256 of its photograph (empty: printed, and seen by the officer)."""

    photo: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
    day: Annotated[date, Field(strict=False)]
    officer: Annotated[str, Field(min_length=1, max_length=120)]


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place as it is kept. ``at`` in seconds since 1970."""

    place: Place
    version: int
    state: PlaceState
    at: int


def parse(text: bytes) -> Place:
    """Read a place file (TOML). Raises ``Misused`` or ``PlaceForbidden``."""
    if len(text) > MAX_PLACE_BYTES:
        raise Misused("the place file is too large")
    try:
        place = Place.model_validate(tomllib.loads(text.decode()))
    except ValidationError as error:
        raise Misused(f"the place file is not complete: {_told(error)}") from None
    except (ValueError, RecursionError) as error:
        raise Misused(f"the place file is not TOML: {error}") from None
    return lawful(place)


def lawful(place: Place) -> Place:
    """The place, where a camera may be in it (Measures art. 13(2))."""
    if place.kind in FORBIDDEN_PLACES:
        raise PlaceForbidden(
            "no camera may be in a private space", "Choose another place; there is no override"
        )
    return place


def refuse_groundless(place: Place) -> None:
    """Raises ``Refused`` for a public place without the public-safety ground (Measures art. 13)."""
    if place.public and place.public_safety is None:
        raise Refused(
            "a device in a public place needs the public-safety ground",
            "Add [public_safety] with its document to the place's file, or choose another place",
            article="FRM-13-1",
        )


Diaries = Callable[[str], Diary]
"""The ledger's chain about one row of a register, by the row's name."""


class PlaceBook:
    """The register of places."""

    def __init__(self, records: Store, key: bytes, diaries: Diaries) -> None:
        self._records, self._seal = records, Seal(key, "facekeep place")
        self._diaries = diaries
        self._rows: Remembered[PlaceRow] = Remembered(records)

    def put(self, tx: sqlite3.Connection, place: Place, at: int, replaces: int = 0) -> PlaceRow:
        """Enter a place, or its next version in place of version ``replaces``.

        Raises ``Refused`` where somebody else wrote meanwhile, or a public place names no ground.
        """
        refuse_groundless(place)
        known = self.find(place.id)
        if (known.version if known else 0) != replaces:
            raise conflict("place")
        if known is None:
            refuse_known(self._diaries(place.id))
        return self._write(tx, PlaceRow(lawful(place), replaces + 1, PlaceState.OPEN, at))

    def close(self, tx: sqlite3.Connection, name: str, at: int) -> PlaceRow:
        """Nothing is captured here any more."""
        known = self.row(name)
        return self._write(tx, PlaceRow(known.place, known.version + 1, PlaceState.CLOSED, at))

    def find(self, name: str) -> PlaceRow | None:
        """The row of that name. Raises ``Tampered`` where it was edited."""
        row = self._records.one("SELECT * FROM place WHERE id = ?", name)
        return None if row is None else self._opened(row)

    def row(self, name: str) -> PlaceRow:
        """The row of that name. Raises ``CaptureRefused`` where there is none."""
        return self._rows.get(name, self._registered)

    def _registered(self, name: str) -> PlaceRow:
        found = self.find(name)
        if found is None:
            raise CaptureRefused(
                "no place of this name is registered", "Register it: facekeep place add FILE",
                why="place_unknown",
            )  # fmt: skip
        return found

    def require(self, name: str) -> Place:
        """The place, where something may be captured in it now: open, and no private space."""
        row = self.row(name)
        if row.state is not PlaceState.OPEN:
            raise CaptureRefused(
                "this place is closed", "Use a device of another place", why="place_closed"
            )
        return lawful(row.place)

    def audit(self) -> list[tuple[str, str, PlaceRow | None]]:
        """Every row's name and kind as they lie there; the row where its seal holds, else None."""
        rows = self._records.rows("SELECT * FROM place ORDER BY id")
        return [(row[0], row[2], self._where_whole(row)) for row in rows]

    def _where_whole(self, row: tuple[Any, ...]) -> PlaceRow | None:
        try:
            return self._opened(row)
        except (Tampered, ValueError):
            return None

    def names(self) -> list[str]:
        """Every place's name."""
        return [row[0] for row in self._records.rows("SELECT id FROM place ORDER BY id")]

    def _write(self, tx: sqlite3.Connection, row: PlaceRow) -> PlaceRow:
        self._rows.forget()
        text = row.place.model_dump_json()
        fields = (row.place.id, row.version, row.place.kind.value, text, row.state.value, row.at)
        tx.execute(
            "INSERT OR REPLACE INTO place VALUES (?,?,?,?,?,?,?)",
            (*fields, mac := self._seal.of(*sealed(fields))),
        )
        tell(self._diaries(row.place.id), tx, "governance:place:kept", mac)
        return row

    def _opened(self, row: tuple[Any, ...]) -> PlaceRow:
        self._seal.check(row[-1], *sealed(row[:-1]))
        refuse_other(self._diaries(row[0]), row[-1])
        return PlaceRow(_stored(row[3]), row[1], PlaceState(row[4]), row[5])


@lru_cache(256)
def _stored(text: str) -> Place:
    """A place as its row holds it, read once for every text there is."""
    return Place.model_validate_json(text)


def tell(diary: Diary, tx: sqlite3.Connection, kind: str, mac: bytes) -> None:
    """The ledger's word about a register's row as it lies now."""
    diary.write(tx, kind, {"seal": mac.hex()}, {})


def refuse_other(diary: Diary, mac: bytes) -> None:
    """Raises ``Tampered`` for a row the ledger does not know as the newest: an older one put back."""
    last = diary.last()
    if last is None or last["seal"] != mac.hex():
        raise Tampered("a register's row is another than the ledger's")


def refuse_known(diary: Diary) -> None:
    """Raises ``Tampered`` where the ledger remembers a row that is not there any more."""
    if diary.last() is not None:
        raise Tampered("a register's row is gone")


def sealed(fields: Sequence[object]) -> list[bytes]:
    """The columns of a row as a seal covers them."""
    return [str(one).encode() for one in fields]


def conflict(what: str) -> Refused:
    """Two officers wrote at once: the later one looks again."""
    return Refused(
        f"somebody changed this {what} meanwhile", "Look at it again, then repeat the change",
        article="FRM-13-1",
    )  # fmt: skip


def _pair(value: object) -> object:
    if isinstance(value, list | tuple) and len(value) == 2:
        return tuple(_number(v) for v in value)
    return value


def _number(value: object) -> object:
    if type(value) is not int:
        return value
    try:
        return float(value)
    except OverflowError:
        raise ValueError("a corner lies nowhere") from None


def _crosses_itself(corners: Sequence[Point]) -> bool:
    sides = list(zip(corners, [*corners[1:], corners[0]], strict=True))
    for (at, one), (other_at, other) in combinations(enumerate(sides), 2):
        neighbours = other_at - at in (1, len(sides) - 1)
        if not neighbours and _cross(*one, *other):
            return True
        if neighbours and _folds_back(one, other):
            return True
    return False


def _folds_back(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Neighbouring sides that lie upon each other."""
    shared = one[1] if one[1] == other[0] else one[0]
    a = one[0] if one[1] == shared else one[1]
    b = other[1] if other[0] == shared else other[0]
    straight = _turn(shared, a, b) == 0
    ahead = (a[0] - shared[0]) * (b[0] - shared[0]) + (a[1] - shared[1]) * (b[1] - shared[1])
    return straight and ahead > 0


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether the stretches a-b and c-d meet."""
    turns = [_turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)]
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    ends = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    touching = (_between(*e) for e, t in zip(ends, turns, strict=True) if t == 0)
    return any(touching)


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _between(a: Point, b: Point, c: Point) -> bool:
    """Whether c, which lies on the line through a and b, lies between them."""
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def _told(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, e['loc'])) or 'place'}: {e['msg']}" for e in error.errors()
    )
