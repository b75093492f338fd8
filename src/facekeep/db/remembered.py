"""What was read from a store and verified, for as long as nobody wrote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from facekeep.db.store import Store

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """Verified values by name, good until somebody else commits or their book forgets them.

    Another connection's commit moves the store's ``data_version``; our own writes do not, so a book
    calls :meth:`forget` before each. Inside a transaction, which may be rolled back, nothing new is
    remembered. What ``read`` raises is not remembered either.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[str, tuple[int, Value]] = {}

    def get(self, name: str, read: Callable[[str], Value]) -> Value:
        """The value of that name, read again where it may have changed."""
        with self._store.reading() as connection:  # no other thread writes meanwhile
            version, kept = self._store.data_version, self._kept.get(name)
            if kept is not None and kept[0] == version:
                return kept[1]
            value = read(name)
            if not connection.in_transaction:
                self._kept[name] = (version, value)
            return value

    def forget(self) -> None:
        """A write of ours is about to change what was read."""
        self._kept.clear()
