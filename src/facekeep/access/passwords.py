"""Passphrases of the staff: argon2id in a lane of its own.

One evaluation of argon2id yields two secrets: one is compared, the other opens what lies under the
passphrase (an officer's private key), so that guessing at the key file costs as much as guessing at
the sign-in. Parameters travel with each digest and are raised at the next sign-in.

A flood of sign-ins waits here and nowhere else: one at work, four waiting, everybody else is told to
come back (measured without a lane: 60 sign-ins at once held every other answer for 5.8 seconds).
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Lock
from typing import NamedTuple

from argon2.low_level import Type, hash_secret_raw

from facekeep.protect.derive import derive
from facekeep.terms.cores import spread
from facekeep.terms.errors import Misused, Tampered, TooMany
from facekeep.terms.ports import Entropy

SALT_BYTES = 16
SHORTEST, LONGEST = 12, 256
"""Characters of a passphrase (NIST SP 800-63B-4: at least 15 where it stands alone, 8 beside a second
factor; ours always stands beside one)."""

AT_WORK, WAITING = 1, 4
RETRY_AFTER_S = 2


class Cost(NamedTuple):
    """Parameters of argon2id: memory in KiB, passes, lanes."""

    memory: int
    passes: int
    lanes: int

    @classmethod
    def rfc9106_low_memory(cls) -> Cost:
        """64 MiB and three passes, as the second choice of RFC 9106 section 4, in one lane."""
        return cls(65_536, 3, 1)

    @classmethod
    def cheapest(cls) -> Cost:
        """For tests only."""
        return cls(8, 1, 1)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a passphrase."""

    cost: Cost
    salt: bytes = field(repr=False)
    digest: bytes = field(repr=False)

    def __str__(self) -> str:
        numbers = ",".join(map(str, self.cost))
        return f"argon2id:{numbers}:{self.salt.hex()}:{self.digest.hex()}"

    @classmethod
    def read(cls, text: str) -> Kept:
        """Raises ``Tampered`` for anything that :meth:`__str__` did not write."""
        try:
            kind, numbers, salt, digest = text.split(":")
            cost = Cost(*map(int, numbers.split(",")))
            if kind != "argon2id":
                raise ValueError
            return cls(cost, bytes.fromhex(salt), bytes.fromhex(digest))
        except (ValueError, TypeError):
            raise Tampered("a kept passphrase cannot be read") from None


class Lane:
    """One at work, four waiting. Raises ``TooMany`` for whoever comes after them."""

    def __init__(self, waiting: int = WAITING) -> None:
        self._room, self._turn = BoundedSemaphore(AT_WORK + waiting), Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn."""
        if not self._room.acquire(blocking=False):
            raise TooMany(
                "too many sign-ins at this moment",
                "Try again in a moment",
                retry_after=RETRY_AFTER_S,
            )
        try:
            with self._turn, spread():
                yield
        finally:
            self._room.release()


class Passwords:
    """Makes and opens what is kept of passphrases, at today's cost."""

    def __init__(self, entropy: Entropy, cost: Cost, lane: Lane | None = None) -> None:
        self._entropy, self._cost, self._lane = entropy, cost, lane or Lane()
        self._nobodys = Kept(cost, entropy(SALT_BYTES), entropy(32))

    def keep(self, passphrase: str) -> tuple[Kept, bytes]:
        """What to keep of a new passphrase, and the key of what lies under it (32 bytes).

        Raises ``Misused`` for one that is too short or too long, ``TooMany`` in a flood.
        """
        if not SHORTEST <= len(passphrase) <= LONGEST:
            raise Misused(f"a passphrase has {SHORTEST} to {LONGEST} characters")
        salt = self._entropy(SALT_BYTES)
        digest, key = self._halves(passphrase, salt, self._cost)
        return Kept(self._cost, salt, digest), key

    def open(self, kept: Kept | None, passphrase: str) -> bytes | None:
        """The key of what lies under a passphrase; None where it is another, or nobody's.

        Where nothing is kept the same work is done. Raises ``TooMany`` in a flood.
        """
        against = kept or self._nobodys
        digest, key = self._halves(passphrase[:LONGEST], against.salt, against.cost)
        right = hmac.compare_digest(digest, against.digest)
        return key if right and kept is not None and len(passphrase) <= LONGEST else None

    def turn(self) -> AbstractContextManager[None]:
        """The lane, for other slow work with secrets. Raises ``TooMany`` in a flood."""
        return self._lane.turn()

    def outgrown(self, kept: Kept) -> bool:
        """Whether it was made at another cost than today's."""
        return kept.cost != self._cost

    def _halves(self, passphrase: str, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
        """Digest and key, of one evaluation."""
        with self._lane.turn():
            root = hash_secret_raw(
                passphrase.encode("utf-8", "surrogatepass"), salt, cost.passes, cost.memory,
                cost.lanes, 32, Type.ID,
            )  # fmt: skip
        return derive(root, "facekeep staff digest"), derive(root, "facekeep staff key")
