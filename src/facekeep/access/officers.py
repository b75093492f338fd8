"""Officers: the few people who may sign, each with an Ed25519 key of their own (PIPL art. 51).

A row is sealed, and the ledger's last word about the whole roll is compared with the rows on every
look: an officer planted, or a retired one pasted back, is refused. The first officer is entered by
whoever opens the home, the second by the first one's signature; from the third on two officers
approve (``access.approvals``), or one could make themselves two. The last one cannot retire.
"""

from __future__ import annotations

import hashlib
import sqlite3
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from facekeep.db.diary import Diary
from facekeep.db.store import Store
from facekeep.protect.derive import Seal
from facekeep.terms.encoding import canonical, prefixed
from facekeep.terms.errors import Misused, Refused, Tampered, WrongPassphrase
from facekeep.terms.ports import Entropy
from facekeep.terms.values import Holding

TABLES = (
    """CREATE TABLE officer (
        public BLOB PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL,
        added_at INTEGER NOT NULL, added_by TEXT NOT NULL, retired_at INTEGER NOT NULL,
        seal BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE UNIQUE INDEX one_officer_in_office ON officer (name) WHERE retired_at = 0",
)

HOLDINGS = (
    Holding("records", "officer", "name", "names and public keys of staff who sign",
            "as long as what they signed is kept as evidence", "access.officers"),
)  # fmt: skip

ARTICLE = "PIPL-51-4"
IN_OFFICE = 0
"""``retired_at`` of whoever may still sign."""

BY_HOME = "*home"
"""``added_by`` of an officer entered because every key was lost. No officer's name begins so."""

RECOVERY_S = 7 * 86_400
"""How long an officer entered by the passphrase alone approves nothing."""

LEAST_OFFICERS = 2
"""Four eyes need two people."""

MAX_NAME = 60
MAX_KEY_BYTES = 8192
"""A private key file is half a page, not a document."""

_DOMAIN = b"facekeep officer signature 1\n"
"""Before every signed message: what an officer signs here means nothing elsewhere."""


class Role(StrEnum):
    """What an officer is there for."""

    OFFICER = "officer"
    CASE_OFFICER = "case-officer"
    INSPECTOR = "inspector"
    SECURITY = "security"


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody of the staff who may sign. Times in seconds since 1970; ``retired_at`` 0 in office."""

    public: bytes
    name: str
    role: Role
    added_at: int
    added_by: str
    retired_at: int = IN_OFFICE

    @property
    def in_office(self) -> bool:
        """Whether they may sign."""
        return self.retired_at == IN_OFFICE

    def may_approve(self, now: float) -> bool:
        """Whether they may be one of two: not in the first week after a recovery."""
        return self.added_by != BY_HOME or now >= self.added_at + RECOVERY_S

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key, hex: what an officer compares on the telephone."""
        return hashlib.sha256(self.public).hexdigest()

    @property
    def fields(self) -> tuple[bytes, ...]:
        """What the row's seal covers: everything."""
        times = (self.added_at.to_bytes(8, "big"), self.retired_at.to_bytes(8, "big"))
        words = (self.name.encode(), self.role.encode(), self.added_by.encode())
        return (self.public, *words, *times)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who is to be entered: a name, a role by its name, a public key of 32 bytes."""

    name: str
    role: str
    public: bytes

    @property
    def what(self) -> str:
        """What two officers approve: name, role and the key's fingerprint. Raises ``Misused``."""
        fingerprint = hashlib.sha256(self.public).hexdigest()
        return f"{clean_name(self.name)}/{role_of(self.role)}/{fingerprint}"


@dataclass(frozen=True, slots=True)
class Signed:
    """An officer's word: who, and the signature over a message both sides know."""

    officer: str
    signature: bytes


# -- keys -----------------------------------------------------------------------------------


def draw_key(entropy: Entropy, passphrase: bytes | None = None) -> bytes:
    """A new private key as PKCS #8 PEM, under a passphrase where one is given."""
    around: KeySerializationEncryption = (
        BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    )
    key = Ed25519PrivateKey.from_private_bytes(entropy(32))
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, around)


def public_of(key_pem: bytes, passphrase: bytes | None = None) -> bytes:
    """The public half, 32 bytes. Raises ``Misused`` or ``WrongPassphrase``."""
    return _private(key_pem, passphrase).public_key().public_bytes_raw()


def sign(key_pem: bytes, message: bytes, passphrase: bytes | None = None) -> bytes:
    """An officer's signature, 64 bytes. Raises ``Misused`` or ``WrongPassphrase``."""
    return _private(key_pem, passphrase).sign(_DOMAIN + message)


def rewrapped(key_pem: bytes, passphrase: bytes | None, under: bytes) -> bytes:
    """The same private key under another passphrase. Raises ``Misused`` or ``WrongPassphrase``."""
    return _private(key_pem, passphrase).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(under)
    )


def opened(key_pem: bytes, passphrase: bytes | None) -> bytes:
    """The same private key without a passphrase, to be kept by nobody. Raises as :func:`sign` does."""
    private = _private(key_pem, passphrase)
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def is_encrypted(key_pem: bytes) -> bool:
    """Whether a private key file asks for a passphrase."""
    return b"ENCRYPTED PRIVATE KEY" in key_pem


def _private(key_pem: bytes, passphrase: bytes | None) -> Ed25519PrivateKey:
    if len(key_pem) > MAX_KEY_BYTES:
        raise Misused("this is not an officer's private key")
    needed = passphrase if is_encrypted(key_pem) else None
    if is_encrypted(key_pem) and not needed:
        raise WrongPassphrase("the officer's key asks for its passphrase", _HOW_TO_OPEN)
    try:
        key = load_pem_private_key(key_pem, needed)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        if needed:
            raise WrongPassphrase("the passphrase does not open the officer's key", _HOW_TO_OPEN) from None  # fmt: skip
        raise Misused("this is not an officer's private key") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise Misused("an officer's key is an Ed25519 key")
    return key


_HOW_TO_OPEN = "Set FACEKEEP_OFFICER_PASSPHRASE_FILE, or type it when asked"


# -- the roll -------------------------------------------------------------------------------


def add_message(name: str, role: Role, public_key: bytes) -> bytes:
    """What an officer in office signs to let another one in."""
    told = {"act": "officer:add", "name": name, "role": role.value, "public": public_key.hex()}
    return canonical(told)


def retire_message(public_key: bytes) -> bytes:
    """What an officer in office signs to end another's office, or their own."""
    return canonical({"act": "officer:retire", "public": public_key.hex()})


class OfficerBook:
    """The roll of officers. Every reader raises ``Tampered`` where rows and ledger disagree."""

    def __init__(self, records: Store, key: bytes, diary: Diary) -> None:
        self._records, self._diary = records, diary
        self._seal = Seal(key, "facekeep officer")

    def add(
        self, tx: sqlite3.Connection, name: str, role: str, public_key: bytes, at: int,
        vouched: Signed | None = None,
    ) -> Officer:  # fmt: skip
        """Enter one of the first two; ``vouched`` is a colleague's signature over :func:`add_message`.

        The first officer needs none. Raises ``Refused`` for a name or key that is taken, a
        signature that does not hold or a third officer, ``Misused`` for an unusable name, role or
        key.
        """
        name, duty = clean_name(name), role_of(role)
        _refuse_bad_key(public_key)
        self._refuse_taken(name, public_key)
        by = self._vouched(vouched, add_message(name, duty, public_key)) if self.all() else ""
        self._refuse_founded()
        officer = Officer(public_key, name, duty, at, by)
        self._write(tx, officer, "access:officer:added")
        return officer

    @property
    def founded(self) -> bool:
        """Whether two who may decide were ever entered: from then on two let a newcomer in."""
        deciding = [officer for officer in self.all() if officer.role is not Role.INSPECTOR]
        return len(deciding) >= LEAST_OFFICERS

    def admit(
        self, tx: sqlite3.Connection, newcomer: Newcomer, at: int, approved: tuple[str, str]
    ) -> Officer:
        """Enter whom two officers approved; ``access.approvals`` alone calls this, and checks them.

        Raises ``Refused`` or ``Misused`` as :meth:`add` does.
        """
        name, duty = clean_name(newcomer.name), role_of(newcomer.role)
        _refuse_bad_key(newcomer.public)
        self._refuse_taken(name, newcomer.public)
        officer = Officer(newcomer.public, name, duty, at, " + ".join(approved))
        self._write(tx, officer, "access:officer:added")
        return officer

    def recover(self, tx: sqlite3.Connection, newcomer: Newcomer, at: int) -> Officer:
        """Enter an officer where every key is lost; whoever calls has opened the home's root.

        It is written down as what it is, and for :data:`RECOVERY_S` the newcomer approves nothing:
        time for everybody else to notice. Raises ``Refused`` or ``Misused`` as :meth:`add` does.
        """
        name, duty = clean_name(newcomer.name), role_of(newcomer.role)
        _refuse_bad_key(newcomer.public)
        self._refuse_taken(name, newcomer.public)
        officer = Officer(newcomer.public, name, duty, at, BY_HOME)
        self._write(tx, officer, "access:officer:recovered")
        return officer

    def retire(
        self, tx: sqlite3.Connection, name: str, at: int, vouched: Signed | None = None
    ) -> Officer:
        """End an office; ``vouched`` signs :func:`retire_message`. Raises ``Refused``."""
        officer = self.get(name)
        self._vouched(vouched, retire_message(officer.public))
        if len(self.living()) == 1:
            raise Refused(
                "the last officer cannot retire",
                "Add another officer first: facekeep officer add NAME --role officer --key FILE",
                ARTICLE,
            )
        retired = replace(officer, retired_at=max(at, 1))
        self._write(tx, retired, "access:officer:retired")
        return retired

    def get(self, name: str) -> Officer:
        """The officer in office of this name. Raises ``Refused``."""
        wanted = unicodedata.normalize("NFC", name).strip()
        for officer in self.living():
            if officer.name == wanted:
                return officer
        raise Refused(
            "no officer of this name is in office", "See who is: facekeep officer list", ARTICLE
        )

    def living(self) -> list[Officer]:
        """Everybody in office, by name."""
        return [officer for officer in self.all() if officer.in_office]

    def all(self) -> list[Officer]:
        """Everybody, retired ones too, by name. Raises ``Tampered``."""
        rows = self._records.rows("SELECT * FROM officer ORDER BY name, added_at, public")
        officers = [self._opened(row) for row in rows]
        told = self._diary.last()
        if (told is None) != (not officers) or (told and told["roll"] != _roll(officers)):
            raise Tampered("the roll of officers is another than the ledger's")
        return officers

    def verify(self, name: str, message: bytes, signature: bytes) -> Officer:
        """The officer in office who signed. Raises ``Refused`` where the signature does not hold."""
        officer = self.get(name)
        if not signature_holds(officer.public, message, signature):
            raise Refused(
                "the signature is not this officer's",
                "Sign with the key that was entered for this officer",
                ARTICLE,
            )
        return officer

    def decide(self, name: str, message: bytes, signature: bytes) -> Officer:
        """:meth:`verify` for a word that changes something: an inspector reads and changes nothing.

        Raises ``Refused``.
        """
        officer = self.verify(name, message, signature)
        if officer.role is Role.INSPECTOR:
            raise Refused(
                "an inspector reads and changes nothing",
                "Have an officer of another role sign",
                ARTICLE,
            )
        return officer

    def _vouched(self, vouched: Signed | None, message: bytes) -> str:
        if vouched is None:
            raise Refused(
                "this needs the signature of an officer in office",
                "Name one: --officer NAME --officer-key FILE",
                ARTICLE,
            )
        return self.decide(vouched.officer, message, vouched.signature).name

    def _refuse_founded(self) -> None:
        if self.founded:
            raise Refused(
                "from the third officer on, two officers approve whoever is let in",
                "Draw the key and see what to approve: facekeep officer add NAME --key FILE",
                ARTICLE,
            )

    def _refuse_taken(self, name: str, public_key: bytes) -> None:
        for officer in self.all():
            if officer.public == public_key:
                raise Refused("this key is entered already", "Draw a key for each officer", ARTICLE)
            if officer.in_office and officer.name == name:
                raise Refused(
                    "an officer of this name is in office", "Choose another name", ARTICLE
                )

    def _write(self, tx: sqlite3.Connection, officer: Officer, kind: str) -> None:
        """The row, and the ledger's word about the whole roll, in one transaction."""
        others = [other for other in self.all() if other.public != officer.public]
        roll = _roll([*others, officer])
        tx.execute(
            "INSERT OR REPLACE INTO officer VALUES (?,?,?,?,?,?,?)",
            (
                officer.public,
                officer.name,
                officer.role.value,
                officer.added_at,
                officer.added_by,
                officer.retired_at,
                self._seal.of(*officer.fields),
            ),
        )
        told = {"name": officer.name, "by": officer.added_by, "roll": roll}
        public = {"role": officer.role.value, "key": officer.fingerprint}
        self._diary.write(tx, kind, told, public)

    def _opened(self, row: tuple[Any, ...]) -> Officer:
        public, name, role, added_at, added_by, retired_at, seal = row
        try:
            officer = Officer(public, name, Role(role), added_at, added_by, retired_at)
            self._seal.check(seal, *officer.fields)
        except (ValueError, OverflowError):
            raise Tampered("an officer's row was changed") from None
        return officer


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature over a message is a key's."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _DOMAIN + message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _roll(officers: list[Officer]) -> str:
    """A digest of every row together, in any order of them."""
    rows = sorted(prefixed(*officer.fields) for officer in officers)
    return hashlib.sha256(prefixed(*rows)).hexdigest()


def clean_name(name: str) -> str:
    """One spelling of an officer's name (Unicode NFC). Raises ``Misused``."""
    text = unicodedata.normalize("NFC", name).strip()
    if not text or len(text) > MAX_NAME or not text.isprintable() or text.startswith("*"):
        raise Misused(f"an officer's name has 1 to {MAX_NAME} printable characters")
    return text


def role_of(role: str) -> Role:
    """A role by its name. Raises ``Misused``."""
    try:
        return Role(role)
    except ValueError:
        raise Misused(f"a role is one of {', '.join(Role)}") from None


def _refuse_bad_key(public_key: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public_key)
    except ValueError:
        raise Misused("an officer's public key has 32 bytes") from None
