"""Passkeys (W3C WebAuthn Level 3): a key in the person's own device, bound to our address.

A passkey with user verification counts as both factors. Every challenge is ours, is good once and
for five minutes, and only for what it was drawn for: a registration is no sign-in, one sign-in no
other. What a browser may ask about is told alike to everybody: nobody's passkeys are listed.
"""

from __future__ import annotations

import base64
import hmac
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from facekeep.access.register import Diaries, Margin, Register, Row
from facekeep.db.store import Store
from facekeep.terms.encoding import prefixed
from facekeep.terms.errors import Misused, NotSignedIn, Refused
from facekeep.terms.ports import Entropy
from facekeep.terms.values import Holding

TABLES = (
    """CREATE TABLE passkey (
        id BLOB PRIMARY KEY, staff TEXT NOT NULL, public BLOB NOT NULL, label TEXT NOT NULL,
        added_at INTEGER NOT NULL, removed_at INTEGER NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX passkey_by_staff ON passkey (staff)",
    """CREATE TABLE passkey_count (
        id BLOB PRIMARY KEY, count INTEGER NOT NULL, seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
)

HOLDINGS = (
    Holding("records", "passkey", "staff", "the public keys by which staff sign in",
            "as long as what they did is kept as evidence", "access.passkeys"),
    Holding("records", "passkey_count", "id", "how often a passkey says it was used",
            "as long as the passkey is kept", "access.passkeys"),
)  # fmt: skip

CHALLENGE_S = 5 * 60
NONCE_BYTES, TIME_BYTES = 16, 8

MAX_CREDENTIAL_BYTES = 16 * 1024
MAX_PASSKEYS = 10
"""Of one person: a device lost is a device removed."""

IN_USE = 0
"""``removed_at`` of a passkey that opens."""

_WRONG = "Choose another passkey, or sign in by passphrase and code"


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey of one person. Times in seconds since 1970; ``removed_at`` 0 in use."""

    id: bytes
    staff: str
    public: bytes = field(repr=False)
    label: str
    added_at: int
    removed_at: int = IN_USE

    @property
    def name(self) -> str:
        """The id in base64url, as browsers write it."""
        return base64.urlsafe_b64encode(self.id).decode().rstrip("=")

    @property
    def row(self) -> Row:
        """The columns, in the table's order."""
        return (self.id, self.staff, self.public, self.label, self.added_at, self.removed_at)


@dataclass(frozen=True, slots=True)
class Site:
    """The address that passkeys are bound to, such as ``https://faces.example``."""

    origin: str

    @property
    def domain(self) -> str:
        """The relying party's id: the host alone. Raises ``Refused`` where no address is set."""
        host = urlsplit(self.origin).hostname
        if not host:
            raise Refused(
                "passkeys need an address to be bound to",
                "Set FACEKEEP_ORIGIN, such as https://faces.example; until then use passphrase and code",
                "PIPL-51-3",
            )
        return host


@dataclass(frozen=True, slots=True)
class Shown:
    """What a device proved: which passkey, and how often it was used."""

    id: bytes
    public: bytes = field(repr=False)
    count: int


class Challenges:
    """Challenges of ours: each says when it was drawn, and a code under a key that dies with the process
    says what for. None waits here, so that a flood of questions makes nobody's forgotten; what was
    answered is remembered for as long as it would count, and answers are few (``access.throttle``).
    """

    def __init__(self, entropy: Entropy) -> None:
        self._entropy, self._key = entropy, entropy(32)
        self._answered: dict[bytes, float] = {}
        self._lock = Lock()

    def draw(self, about: str, now: float) -> bytes:
        """A new challenge for one matter."""
        head = self._entropy(NONCE_BYTES) + int(now).to_bytes(TIME_BYTES, "big")
        return head + self._code(head, about)

    def take(self, challenge: bytes, about: str, now: float) -> None:
        """Use a challenge up. Raises ``NotSignedIn`` for one used, late, or drawn for another matter."""
        head = challenge[: NONCE_BYTES + TIME_BYTES]
        since = int.from_bytes(head[NONCE_BYTES:], "big")
        ours = hmac.compare_digest(challenge, head + self._code(head, about))
        if not ours or not since <= now < since + CHALLENGE_S or not self._first(head, now):
            raise NotSignedIn("this passkey answered no question of ours", "Begin the sign-in anew")

    def _first(self, head: bytes, now: float) -> bool:
        """Whether nobody answered it before."""
        with self._lock:
            for late in [one for one, at in self._answered.items() if at <= now - CHALLENGE_S]:
                del self._answered[late]
            if head in self._answered:
                return False
            self._answered[head] = now
            return True

    def _code(self, head: bytes, about: str) -> bytes:
        return hmac.digest(self._key, prefixed(head, about.encode()), "sha256")


class Ceremony:
    """The two walks of WebAuthn (sections 7.1 and 7.2), without any store.

    The library is loaded where one of them begins: most of what a home does needs none of it.
    """

    def __init__(self, site: Site, challenges: Challenges) -> None:
        self._site, self._challenges = site, challenges

    def registration(self, about: str, staff: str, name: str, now: float) -> dict[str, Any]:
        """What a browser needs to make a passkey for somebody."""
        import webauthn
        from webauthn.helpers import structs

        options = webauthn.generate_registration_options(
            rp_id=self._site.domain, rp_name="Facekeep", user_name=name, user_id=staff.encode(),
            challenge=self._challenges.draw(about, now),
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.REQUIRED,
                user_verification=structs.UserVerificationRequirement.REQUIRED,
            ),
        )  # fmt: skip
        return _document(webauthn.options_to_json(options))

    def registered(self, about: str, credential: Mapping[str, Any], now: float) -> Shown:
        """The passkey a browser made. Raises ``NotSignedIn`` where anything does not hold."""
        import webauthn
        from webauthn.helpers.exceptions import WebAuthnException

        challenge = self.taken(about, credential, now)
        try:
            made = webauthn.verify_registration_response(
                credential=dict(credential), expected_challenge=challenge,
                expected_rp_id=self._site.domain, expected_origin=self._site.origin,
                require_user_verification=True,
            )  # fmt: skip
        except (WebAuthnException, ValueError, KeyError, TypeError):
            raise _refusal() from None
        return Shown(made.credential_id, made.credential_public_key, made.sign_count)

    def question(self, about: str, now: float) -> dict[str, Any]:
        """What a browser needs to sign in: the same for everybody."""
        import webauthn
        from webauthn.helpers import structs

        options = webauthn.generate_authentication_options(
            rp_id=self._site.domain, challenge=self._challenges.draw(about, now),
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        )  # fmt: skip
        return _document(webauthn.options_to_json(options))

    def answered(
        self, about: str, credential: Mapping[str, Any], public: bytes, count: int, now: float
    ) -> int:
        """The new count of a passkey that answered. Raises ``NotSignedIn`` where anything does not hold.

        The signature is checked against ``public`` even where nobody has that passkey.
        """
        import webauthn
        from webauthn.helpers.exceptions import WebAuthnException

        challenge = self.taken(about, credential, now)
        try:
            shown = webauthn.verify_authentication_response(
                credential=dict(credential), expected_challenge=challenge,
                expected_rp_id=self._site.domain, expected_origin=self._site.origin,
                credential_public_key=public, credential_current_sign_count=count,
                require_user_verification=True,
            )  # fmt: skip
        except (WebAuthnException, ValueError, KeyError, TypeError):
            raise _refusal() from None
        return int(shown.new_sign_count)

    def taken(self, about: str, credential: Mapping[str, Any], now: float) -> bytes:
        """The challenge a browser signed, used up before anything else is looked at."""
        if len(json.dumps(credential)) > MAX_CREDENTIAL_BYTES:
            raise _refusal()
        try:
            client = json.loads(unpadded(credential["response"]["clientDataJSON"]))
            challenge = unpadded(client["challenge"])
        except (ValueError, KeyError, TypeError, RecursionError):
            raise _refusal() from None
        self._challenges.take(challenge, about, now)
        return challenge


class PasskeyBook:
    """The passkeys of the staff. Every reader raises ``Tampered`` where row and ledger disagree."""

    def __init__(self, records: Store, key: bytes, diaries: Diaries) -> None:
        self._records = records
        self._register = Register("passkey", 6, key, diaries)
        self._counts = Margin("passkey_count", key)

    def add(self, tx: sqlite3.Connection, staff: str, shown: Shown, label: str, at: int) -> Passkey:
        """Keep a new passkey. Raises ``Refused`` for one that is known or one too many."""
        if self._register.knows(shown.id):
            raise Refused("this passkey is entered already", "Make another one", "PIPL-51-4")
        if len(self.of(staff)) >= MAX_PASSKEYS:
            raise Refused(
                f"nobody has more than {MAX_PASSKEYS} passkeys", "Remove one", "PIPL-51-4"
            )
        if not 1 <= len(label) <= 60 or not label.isprintable():
            raise Misused("a passkey is named in 1 to 60 printable characters")
        passkey = Passkey(shown.id, staff, shown.public, label, at)
        self._write(tx, passkey, "access:passkey:added")
        self._counts.write(tx, shown.id, shown.count)
        return passkey

    def remove(self, tx: sqlite3.Connection, staff: str, identity: bytes, at: int) -> None:
        """It opens nothing any more. Raises ``Refused`` where the person has none of that id."""
        found = [one for one in self.of(staff) if one.id == identity]
        if not found:
            raise Refused("you have no passkey of this id", "See your passkeys", "PIPL-51-4")
        self._write(tx, replace(found[0], removed_at=max(at, 1)), "access:passkey:removed")

    def of(self, staff: str) -> list[Passkey]:
        """A person's passkeys in use, oldest first."""
        rows = self._records.rows(
            "SELECT * FROM passkey WHERE staff = ? ORDER BY added_at, id", staff
        )
        return [one for row in rows if (one := self._opened(row)).removed_at == IN_USE]

    def find(self, identity: bytes) -> Passkey | None:
        """The passkey of that id while it is in use."""
        row = self._records.one("SELECT * FROM passkey WHERE id = ?", identity)
        found = self._opened(row) if row else None
        return found if found and found.removed_at == IN_USE else None

    def count(self, identity: bytes) -> int:
        """How often a passkey says it was used. A missing row counts as very often: refused."""
        with self._records.reading() as connection:
            count = self._counts.read(connection, identity)
        return (1 << 32) if count is None else count

    def counted(self, tx: sqlite3.Connection, identity: bytes, count: int) -> None:
        """Remember how often, so that a copy of the passkey shows."""
        self._counts.write(tx, identity, count)

    def _write(self, tx: sqlite3.Connection, passkey: Passkey, kind: str) -> None:
        self._register.write(tx, passkey.row, kind, {"staff": passkey.staff}, {})

    def _opened(self, row: tuple[Any, ...]) -> Passkey:
        return Passkey(*self._register.opened(row))  # type: ignore[arg-type] # as sealed


def credential_id(credential: Mapping[str, Any]) -> bytes:
    """Which passkey a browser says it used; empty where it says nothing readable."""
    try:
        return unpadded(credential["rawId"])[:1024]
    except (ValueError, KeyError, TypeError):
        return b""


def unpadded(text: str) -> bytes:
    """Base64url without padding (RFC 4648 section 5). Raises ``ValueError`` or ``TypeError``."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _refusal() -> NotSignedIn:
    return NotSignedIn("the passkey was not accepted", _WRONG)


def _document(text: str) -> dict[str, Any]:
    document = json.loads(text)
    assert isinstance(document, dict)
    return document
