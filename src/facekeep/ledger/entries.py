"""What a ledger entry is: public enough to be proved, closed enough to be no movement profile.

Custody rule 6. ``s`` is the secret of one person *and purpose*, 32 bytes. An entry's tag is
HMAC-SHA256(s, id): without ``s`` no two entries of a person can be joined. Its details (reason,
device, place) are sealed under ``s`` and padded, so that they die with it and their length tells
nothing. Its time is rounded down to a minute or more. Inclusion proofs outlive ``s``. Pure.
"""

from __future__ import annotations

import hmac
import json
import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Misused, Tampered

VERSION = 1
INTERVAL = 60
"""Seconds: the finest time an entry may carry (custody rule 6: at least a minute)."""

ID_BYTES = 16
SECRET_BYTES = 32
TAG_BYTES = 32
SIV_BYTES = 16
BLOCK = 384
"""Sealed details are padded to a multiple of this many bytes: a match, a refusal and a failed
capture each fit one, so their lengths are the same."""

MAX_DETAILS_BYTES = 4096
MAX_PUBLIC_BYTES = 4096
MAX_LEAF_BYTES = 16_384
MAX_KIND = 64
MAX_PURPOSE = 128
MAX_AT = 253_402_300_740
"""Seconds: the last whole minute of the year 9999."""

MAX_INTEGER = 2**53 - 1
"""The largest integer every JSON reader keeps exact (RFC 7493)."""

_INFO = b"facekeep ledger details"
_KIND = re.compile(r"[a-z][a-z0-9_-]*(:[a-z][a-z0-9_-]*){1,3}", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNCLEAN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_HEAD = re.compile(rb'\{"at":(0|[1-9][0-9]{0,11}),"id":"([0-9a-f]{32})",')
_FIELDS = {"at", "id", "kind", "public", "purpose", "sealed", "tag", "v"}


class Secret:
    """One person's ``s`` with the cipher derived from it, once, when first asked for.

    It lives no longer than whoever holds it; its ``repr`` says nothing.
    """

    __slots__ = ("_cipher", "_s")

    def __init__(self, s: bytes) -> None:
        self._s = s
        self._cipher: AESSIV | None = None

    @property
    def bytes(self) -> bytes:
        """The 32 bytes. Raises ``Misused`` where there are more or fewer."""
        if len(self._s) != SECRET_BYTES:
            raise Misused(f"a person's ledger secret has {SECRET_BYTES} bytes")
        return self._s

    @property
    def cipher(self) -> AESSIV:
        """AES-256-SIV under the key of the details."""
        if self._cipher is None:
            self._cipher = AESSIV(HKDF(SHA256(), 64, None, _INFO).derive(self.bytes))
        return self._cipher


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened.

    ``id`` is 16 random bytes, ``kind`` a tag ``stage:object:action``, ``at`` seconds since 1970 in
    whole minutes, ``purpose`` a purpose's id or empty, ``tag`` 32 bytes, ``sealed`` the details
    under ``s``, ``public`` a small JSON object of facts without personal data.
    Raises ``Misused`` for anything else.
    """

    id: bytes
    kind: str
    at: int
    purpose: str
    tag: bytes
    sealed: bytes = field(repr=False)
    public: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if broken := next(_broken_rules(self), ""):
            raise Misused(f"ledger entry: {broken}")


def make(
    s: bytes | Secret,
    *,
    event_id: bytes,
    kind: str,
    at: float,
    purpose: str = "",
    details: Mapping[str, Any] | None = None,
    public: Mapping[str, Any] | None = None,
    interval: int = INTERVAL,
) -> Entry:
    """The entry of an event at ``at`` (seconds since 1970), tagged and sealed under ``s``.

    ``interval`` is the checkpoint interval in seconds, a multiple of :data:`INTERVAL`.
    """
    s = _secret(s)
    if interval < INTERVAL or interval % INTERVAL:
        raise Misused(f"ledger times are rounded to a multiple of {INTERVAL} s")
    sealed = seal(s, event_id, kind, details or {})
    rounded = int(at // interval) * interval
    return Entry(event_id, kind, rounded, purpose, tag_of(s, event_id), sealed, dict(public or {}))


def tag_of(s: bytes | Secret, event_id: bytes) -> bytes:
    """HMAC-SHA256(s, event id), 32 bytes: recognised by whoever holds ``s``, noise to others."""
    return hmac.digest(_secret(s).bytes, event_id, "sha256")


def seal(s: bytes | Secret, event_id: bytes, kind: str, details: Mapping[str, Any]) -> bytes:
    """Details under AES-256-SIV (RFC 5297), key from HKDF(s), bound to the entry's id and kind.

    The id is drawn once, so the deterministic mode never meets one input twice. The size is 16
    bytes and a multiple of :data:`BLOCK`.
    """
    if not _is_object(details):
        raise Misused("ledger details are a JSON object without fractions")
    plain = canonical(details)
    if len(plain) > MAX_DETAILS_BYTES:
        raise Misused(f"ledger details exceed {MAX_DETAILS_BYTES} bytes")
    return _secret(s).cipher.encrypt(_pad(plain), [event_id, kind.encode()])


def open_sealed(s: bytes | Secret, entry: Entry) -> dict[str, Any]:
    """The details of an entry. Raises ``Tampered`` when ``s`` or any byte is not its own.

    The tag is checked first: it commits to ``s``, which the cipher alone does not.
    """
    s = _secret(s)
    if not hmac.compare_digest(tag_of(s, entry.id), entry.tag):
        raise Tampered("ledger entry does not belong to this secret")
    try:
        padded = _secret(s).cipher.decrypt(entry.sealed, [entry.id, entry.kind.encode()])
        return _object(_unpad(padded))
    except (InvalidTag, ValueError):
        raise Tampered("sealed ledger details do not open") from None


def leaf_bytes(entry: Entry) -> bytes:
    """The entry as it enters the tree: canonical JSON, byte fields in hexadecimal."""
    public, purpose = _public(entry).decode(), encode_basestring(entry.purpose)
    return (
        f'{{"at":{entry.at},"id":"{entry.id.hex()}","kind":"{entry.kind}","public":{public},'
        f'"purpose":{purpose},"sealed":"{entry.sealed.hex()}","tag":"{entry.tag.hex()}","v":{VERSION}}}'
    ).encode()


def _public(entry: Entry) -> bytes:
    """The public facts as they are written; most entries have none."""
    return canonical(entry.public) if entry.public else b"{}"


MOST = 4_096
"""Leaves remembered at once, about 3 KiB each."""

_KNOWN: OrderedDict[bytes, Entry] = OrderedDict()


def remember(leaf: bytes, entry: Entry) -> bytes:
    """Keep in mind which entry a leaf is of, so that it is not parsed when it is read again.

    The newest entries of a few chains are read at every question: byte for byte, their details still
    sealed.
    """
    _KNOWN[leaf] = entry
    if len(_KNOWN) > MOST:
        _KNOWN.popitem(last=False)
    return leaf


def parse_leaf(leaf: bytes) -> Entry:
    """The entry of a leaf; one entry has exactly one leaf. Raises ``Tampered``."""
    known = _KNOWN.get(leaf)
    if known is None:
        known = _parsed(leaf)
        remember(leaf, known)
    return known


def _parsed(leaf: bytes) -> Entry:
    if len(leaf) > MAX_LEAF_BYTES:
        raise Tampered("ledger leaf is too large")
    try:
        entry = _entry(_object(leaf))
        if leaf_bytes(entry) != leaf:
            raise ValueError
    except (ValueError, TypeError, RecursionError, Misused):
        raise Tampered("ledger leaf is malformed") from None
    return entry


def head_of(leaf: bytes) -> tuple[int, bytes]:
    """A leaf's time and id, read without parsing the rest. Raises ``Tampered``."""
    if found := _HEAD.match(leaf):
        return int(found[1]), bytes.fromhex(found[2].decode())
    raise Tampered("ledger leaf is malformed")


def _entry(value: dict[str, Any]) -> Entry:
    if value.keys() != _FIELDS or value["v"] != VERSION:
        raise ValueError
    return Entry(
        bytes.fromhex(value["id"]),
        value["kind"],
        value["at"],
        value["purpose"],
        bytes.fromhex(value["tag"]),
        bytes.fromhex(value["sealed"]),
        value["public"],
    )


def _broken_rules(entry: Entry) -> Iterator[str]:
    """What is wrong with an entry, in words."""
    if len(entry.id) != ID_BYTES or len(entry.tag) != TAG_BYTES:
        yield "the id has 16 bytes and the tag 32"
    if len(entry.kind) > MAX_KIND or not _KIND.fullmatch(entry.kind):
        yield "the kind reads stage:object:action"
    if type(entry.at) is not int or not 0 <= entry.at <= MAX_AT or entry.at % INTERVAL:
        yield f"the time is a multiple of {INTERVAL} s since 1970"
    if len(entry.purpose) > MAX_PURPOSE or _UNCLEAN.search(entry.purpose):
        yield "the purpose is an id"
    if not _is_padded(entry.sealed):
        yield "the details are not sealed"
    if not _is_object(entry.public) or not _is_small_line(_public(entry)):
        yield "the public facts are a small JSON object without fractions"


def _is_padded(sealed: bytes) -> bool:
    length = len(sealed) - SIV_BYTES
    return BLOCK <= length <= MAX_DETAILS_BYTES + BLOCK and length % BLOCK == 0


def _is_object(value: object) -> bool:
    """A JSON object of texts, exact integers, truth values, lists and objects."""
    return isinstance(value, dict) and _is_json(value)


def _is_json(value: object) -> bool:
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, str):
            if not one.isascii() and _SURROGATE.search(one):
                return False
        elif isinstance(one, int):  # a truth value too
            if abs(one) > MAX_INTEGER:
                return False
        elif isinstance(one, dict):
            if set(map(type, one)) - {str}:
                return False
            left += one.values()
            left.append("".join(one))
        elif isinstance(one, list):
            left += one
        elif one is not None:
            return False
    return True


def _is_small_line(encoded: bytes) -> bool:
    """Short, and in one line: an export puts one entry on each."""
    return len(encoded) <= MAX_PUBLIC_BYTES and not _UNCLEAN.search(encoded.decode())


def _object(data: bytes) -> dict[str, Any]:
    value = json.loads(data)
    if not isinstance(value, dict):
        raise ValueError
    return value


def _secret(s: bytes | Secret) -> Secret:
    return s if isinstance(s, Secret) else Secret(s)


def _pad(plain: bytes) -> bytes:
    """0x80 and zeros up to the block (ISO/IEC 7816-4)."""
    return plain + b"\x80" + bytes(-(len(plain) + 1) % BLOCK)


def _unpad(padded: bytes) -> bytes:
    plain, mark, zeros = padded.rpartition(b"\x80")
    if not mark or zeros.strip(b"\x00"):
        raise ValueError
    return plain
