"""A parcel: a folder of files in one ZIP that has exactly one form, signed as a whole. Pure.

Members lie uncompressed, in the order of a manifest, with fixed times and rights; the manifest
names every size and SHA-256, and a note signed with the ledger's key names the manifest. So each
byte of the file is determined by its contents: whatever was altered is refused **by its name**,
before anything is unpacked. A compressed, encrypted or nested member is never one of ours, which
leaves a decompression bomb nothing to do.

Read by any unzip; verified with the standard library, ``cryptography`` and the public key.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from facekeep.ledger import checkpoint
from facekeep.ledger.checkpoint import Note, Signer
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Misused, Tampered

MANIFEST, SIGNATURE = "MANIFEST.json", "MANIFEST.sig"
HEADER = "facekeep parcel v1"
"""First line of the signed text: no checkpoint begins so, and none has a digest for its size."""

MAX_MEMBERS = 4096
MAX_NAME = 120
MAX_DEPTH = 4
MAX_MANIFEST_BYTES = 4 * 1024 * 1024
MAX_PARCEL_BYTES = 2**32 - 2
"""The plain ZIP form ends at 4 GiB; a shorter period makes a smaller parcel."""

CHUNK = 1 << 20

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*", re.ASCII)
_LOCAL, _ROW, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION, _DATE, _UNIX_FILE = 20, 0x21, 0o100644 << 16
"""ZIP 2.0; 1980-01-01, the first day a ZIP can say; a file everybody may read."""

_ROW_BYTES, _END_BYTES = 46, 22

Chunks = Iterable[bytes]


class TamperedMember(Tampered):
    """The altered place by name: a member, or ``MANIFEST.sig``, or the table of contents."""

    def __init__(self, member: str, why: str) -> None:
        self.member = member
        super().__init__(f"altered at {member}: {why}")


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a parcel. ``size`` is in bytes, ``digest`` its SHA-256 in hexadecimal."""

    name: str
    size: int
    digest: str

    @property
    def row(self) -> dict[str, Any]:
        """As the manifest lists it."""
        return {"path": self.name, "sha256": self.digest, "size": self.size}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a member lies in the file, as the table of contents says."""

    name: str
    crc: int
    size: int
    offset: int

    @property
    def local(self) -> bytes:
        fields = struct.pack(
            "<HHHHHIIIHH", _VERSION, 0, 0, 0, _DATE, self.crc, self.size, self.size,
            len(self.name), 0,
        )  # fmt: skip
        return _LOCAL + fields + self.name.encode()

    @property
    def row(self) -> bytes:
        made_by = 3 << 8 | _VERSION
        fields = struct.pack(
            "<HHHHHHIIIHHHHHII", made_by, _VERSION, 0, 0, 0, _DATE, self.crc, self.size, self.size,
            len(self.name), 0, 0, 0, 0, _UNIX_FILE, self.offset,
        )  # fmt: skip
        return _ROW + fields + self.name.encode()

    @property
    def start(self) -> int:
        return self.offset + len(self.local)


# -- writing --------------------------------------------------------------------------------


class Packer:
    """Writes a parcel member by member into a seekable file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._places: list[_Place] = []
        self.members: list[Member] = []

    def add(self, name: str, chunks: Chunks) -> Member:
        """Append one member. Raises ``Misused`` for a name no parcel holds, or a parcel too large."""
        if (why := _bad_name(name)) or any(place.name == name for place in self._places):
            raise Misused(f"a parcel holds no member called {name!r}: {why or 'it has one'}")
        if len(self._places) >= MAX_MEMBERS:
            raise Misused(f"a parcel holds at most {MAX_MEMBERS} files")
        offset = self._file.tell()
        self._file.write(_Place(name, 0, 0, offset).local)
        crc, size, digest = self._copy(chunks)
        place = _Place(name, crc, size, offset)
        self._rewrite(offset, place.local)
        self._places.append(place)
        self.members.append(Member(name, size, digest))
        return self.members[-1]

    def finish(self, about: Mapping[str, Any], signer: Signer) -> str:
        """Sign and close; returns the manifest's SHA-256 in hexadecimal.

        ``about`` is what the manifest says beside its list: JSON without fractions.
        """
        text = canonical({**about, "members": [member.row for member in self.members]})
        digest = sha256(text).hexdigest()
        self.add(MANIFEST, [text])
        self.add(SIGNATURE, [_sign(digest, signer).encode()])
        table = b"".join(place.row for place in self._places)
        start = self._file.tell()
        self._file.write(table + _end(len(self._places), len(table), start))
        return digest

    def _copy(self, chunks: Chunks) -> tuple[int, int, str]:
        crc, size, hashed = 0, 0, sha256()
        for chunk in chunks:
            crc, size = zlib.crc32(chunk, crc), size + len(chunk)
            hashed.update(chunk)
            self._file.write(chunk)
            if self._file.tell() > MAX_PARCEL_BYTES - (1 << 24):
                raise Misused("the parcel would exceed 4 GiB: choose a shorter period")
        return crc, size, hashed.hexdigest()

    def _rewrite(self, offset: int, header: bytes) -> None:
        after = self._file.tell()
        self._file.seek(offset)
        self._file.write(header)
        self._file.seek(after)


def _sign(digest: str, signer: Signer) -> str:
    text = f"{HEADER}\n{signer.name}\n{digest}\n"
    return str(Note(text, (signer.sign(text),)))


def _end(count: int, size: int, start: int) -> bytes:
    return _END + struct.pack("<HHHHIIH", 0, 0, count, count, size, start, 0)


def _bad_name(name: str) -> str:
    """Why a name may not lie in a parcel; empty where it may."""
    if not _NAME.fullmatch(name):
        return "the name is not plain"
    if len(name) > MAX_NAME or name.count("/") >= MAX_DEPTH:
        return "the name is too long"
    return ""


# -- reading --------------------------------------------------------------------------------


class Parcel:
    """A parcel whose signature, list and every byte have been checked by :func:`opened`."""

    def __init__(self, file: BinaryIO, places: Mapping[str, _Place], about: Mapping[str, Any],
                 digest: str, signed_by: str) -> None:  # fmt: skip
        self._file, self._places = file, places
        self.about, self.digest, self.signed_by = about, digest, signed_by

    @property
    def names(self) -> list[str]:
        """Every member in order, the manifest and its signature left out."""
        return [name for name in self._places if name not in (MANIFEST, SIGNATURE)]

    def read(self, name: str, limit: int = MAX_MANIFEST_BYTES) -> bytes:
        """A member's content. Raises ``TamperedMember`` where it is missing or over the limit."""
        place = self._places.get(name)
        if place is None:
            raise TamperedMember(name, "it is missing")
        if place.size > limit:
            raise TamperedMember(name, "it is larger than it may be")
        return b"".join(_chunks(self._file, place))

    def chunks(self, name: str) -> Iterator[bytes]:
        """A member of any size, bit by bit. Raises ``TamperedMember`` where it is missing."""
        if name not in self._places:
            raise TamperedMember(name, "it is missing")
        yield from _chunks(self._file, self._places[name])

    def lines(self, name: str) -> Iterator[bytes]:
        """A member line by line, without the line ends; a line is at most :data:`CHUNK` bytes."""
        if name not in self._places:
            raise TamperedMember(name, "it is missing")
        rest = b""
        for chunk in _chunks(self._file, self._places[name]):
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole
            if len(rest) > CHUNK:
                raise TamperedMember(name, "a line is longer than it may be")
        if rest:
            raise TamperedMember(name, "it is cut short")

    def json(self, name: str) -> Any:
        """A member that is canonical JSON. Raises ``TamperedMember`` for any other."""
        return _canonical_json(name, self.read(name))


def opened(file: BinaryIO, vkey: str) -> Parcel:
    """The parcel, if it is whole and signed by the key. ``file`` stays open for its contents.

    Checked in this order: the table of contents, each header, the signature, the manifest, the
    order of members, each member's bytes. Raises ``TamperedMember`` naming the first altered place.
    """
    places = _places(file)
    about, digest = _manifest(file, places, vkey)
    listed = _listed(about)
    _compare_names([m.name for m in listed], list(places)[:-2])
    for member in listed:
        _compare_bytes(file, places[member.name], member)
    rest = {key: value for key, value in about.items() if key != "members"}
    return Parcel(file, places, rest, digest, checkpoint.parse_vkey(vkey).name)


def _places(file: BinaryIO) -> dict[str, _Place]:
    """Where members lie; the table, the headers and the end agree to the byte."""
    start, table, count = _table(file)
    places: dict[str, _Place] = {}
    offset = at = 0
    while at < len(table):
        place = _row(table, at, offset)
        if place.name in places:
            raise TamperedMember(place.name, "the parcel holds this name twice")
        _check_header(file, place, start)
        places[place.name] = place
        at, offset = at + len(place.row), place.start + place.size
    if offset != start or len(places) != count:
        raise TamperedMember(TABLE, "there are bytes no member owns")
    if list(places)[-2:] != [MANIFEST, SIGNATURE]:
        raise TamperedMember(MANIFEST, "the parcel does not end with its manifest and signature")
    return places


TABLE = "table of contents"


def _table(file: BinaryIO) -> tuple[int, bytes, int]:
    """Where the table of contents starts, the table, and how many members the end counts."""
    length = file.seek(0, 2)
    if length > MAX_PARCEL_BYTES:
        raise TamperedMember(TABLE, "the file is larger than a parcel may be")
    if length < _END_BYTES:
        raise TamperedMember(TABLE, "the file is cut short")
    file.seek(length - _END_BYTES)
    end = file.read(_END_BYTES)
    count, size, start = struct.unpack("<HII", end[10:20])
    if end != _end(count, size, start) or start + size + _END_BYTES != length:
        raise TamperedMember(TABLE, "the file is cut short, or its end was altered")
    if count > MAX_MEMBERS or size > count * (_ROW_BYTES + MAX_NAME):
        raise TamperedMember(TABLE, "it lists more than a parcel may hold")
    file.seek(start)
    return start, file.read(size), count


def _row(table: bytes, at: int, offset: int) -> _Place:
    fields = table[at : at + _ROW_BYTES]
    if len(fields) < _ROW_BYTES or fields[:4] != _ROW:
        raise TamperedMember(TABLE, "an entry was altered")
    method, crc, packed, size = struct.unpack("<H4xIII", fields[10:28])
    raw = table[at + _ROW_BYTES : at + _ROW_BYTES + int.from_bytes(fields[28:30], "little")]
    name = raw.decode("ascii", "replace")
    shown = name if not _bad_name(name) else TABLE
    if why := _bad_name(name):
        raise TamperedMember(shown, f"{why} ({ascii(name)[:MAX_NAME]})")
    if method or packed != size:
        raise TamperedMember(name, "it is compressed, and a parcel never is")
    place = _Place(name, crc, size, offset)
    if table[at : at + len(place.row)] != place.row:
        raise TamperedMember(name, "its entry in the table of contents was altered")
    return place


def _check_header(file: BinaryIO, place: _Place, start: int) -> None:
    if place.start + place.size > start:
        raise TamperedMember(place.name, "it is cut short")
    file.seek(place.offset)
    if file.read(len(place.local)) != place.local:
        raise TamperedMember(place.name, "its header was altered")


def _manifest(
    file: BinaryIO, places: Mapping[str, _Place], vkey: str
) -> tuple[Mapping[str, Any], str]:
    """What the signed manifest says, and its digest."""
    if places[SIGNATURE].size > checkpoint.MAX_NOTE_BYTES:
        raise TamperedMember(SIGNATURE, "it is larger than it may be")
    if places[MANIFEST].size > MAX_MANIFEST_BYTES:
        raise TamperedMember(MANIFEST, "it is larger than it may be")
    text = b"".join(_chunks(file, places[MANIFEST]))
    digest = sha256(text).hexdigest()
    note = b"".join(_chunks(file, places[SIGNATURE])).decode(errors="replace")
    if _signed_digest(note, vkey) != digest:
        raise TamperedMember(MANIFEST, "it was edited: the signature is over another one")
    about = _canonical_json(MANIFEST, text)
    if not isinstance(about, dict):
        raise TamperedMember(MANIFEST, "it is malformed")
    return about, digest


def _signed_digest(note: str, vkey: str) -> str:
    """The digest the key's holder signed. A wrong key and another home's key end here."""
    try:
        signed = checkpoint.verify_text(note, vkey)
    except Tampered as refused:
        raise TamperedMember(SIGNATURE, refused.where) from None
    header, origin, digest = (*signed.split("\n"), "", "", "")[:3]
    if header != HEADER or origin != checkpoint.parse_vkey(vkey).name:
        raise TamperedMember(SIGNATURE, "it is the signature of something else")
    return digest


def _listed(about: Mapping[str, Any]) -> list[Member]:
    """The manifest's list. Raises ``TamperedMember`` for one nobody of ours would write."""
    try:
        rows = [Member(r["path"], int(r["size"]), r["sha256"]) for r in about["members"]]
    except (KeyError, TypeError, ValueError):
        raise TamperedMember(MANIFEST, "its list of members is malformed") from None
    return rows


def _compare_names(listed: list[str], present: list[str]) -> None:
    """The same members in the same order; the first difference is named."""
    for name in listed:
        if name not in present:
            raise TamperedMember(name, "it is missing from the parcel")
    for name in present:
        if name not in listed:
            raise TamperedMember(name, "the manifest does not list it")
    for name, other in zip(listed, present, strict=False):
        if name != other:
            raise TamperedMember(other, "it does not lie in its place")
    if len(listed) != len(present):
        raise TamperedMember(MANIFEST, "it lists a member twice")


def _compare_bytes(file: BinaryIO, place: _Place, member: Member) -> None:
    hashed = sha256()
    for chunk in _chunks(file, place):
        hashed.update(chunk)
    if (place.size, hashed.hexdigest()) != (member.size, member.digest):
        raise TamperedMember(member.name, "its content was altered")


def _chunks(file: BinaryIO, place: _Place) -> Iterator[bytes]:
    """A member's bytes; other reads may happen in between."""
    at, left, crc = place.start, place.size, 0
    while left:
        file.seek(at)
        chunk = file.read(min(CHUNK, left))
        if not chunk:
            raise TamperedMember(place.name, "it is cut short")
        at, left, crc = at + len(chunk), left - len(chunk), zlib.crc32(chunk, crc)
        yield chunk
    if crc != place.crc:
        raise TamperedMember(place.name, "its content was altered")


def _canonical_json(name: str, text: bytes) -> Any:
    try:
        value = json.loads(text)
        same = canonical(value) == text
    except (ValueError, RecursionError):
        same, value = False, None
    if not same:
        raise TamperedMember(name, "it is not in its one canonical form")
    return value


def verify(path: Path, vkey: str) -> Parcel:
    """:func:`opened` for a file that is closed again: what it says and its digest.

    Raises ``Misused`` where the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return opened(file, vkey)
    except OSError:
        raise Misused("the parcel cannot be read") from None
