"""What was read from a store and verified, for as long as nobody wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from facekeep.db.store import Store

Value = TypeVar("Value")

MOST = 8_192
"""How many keys are held; beyond, the oldest are dropped: whoever makes names up fills no memory."""


class Remembered(Generic[Value]):
    """Verified values by name, good until somebody else commits or their book forgets them.

    Another connection's commit moves the store's ``data_version``; our own writes do not, so a book
    calls :meth:`forget` before each. Inside a transaction, which may be rolled back, nothing new is
    remembered. What ``read`` raises is not remembered either.
    """

    def __init__(self, store: Store) -> None:
        self._turns = store.reading()
        self._kept: dict[str, tuple[int, Value]] = {}

    def get(self, name: str, read: Callable[[str], Value]) -> Value:
        """The value of that name, read again where it may have changed."""
        with self._turns as connection:  # no other thread writes meanwhile
            version, kept = self._turns.version, self._kept.get(name)
            if kept is not None and kept[0] == version:
                return kept[1]
            value = read(name)
            if not connection.in_transaction:
                self._keep(name, version, value)
            return value

    def forget(self) -> None:
        """A write of ours is about to change what was read."""
        self._kept.clear()

    def _keep(self, name: str, version: int, value: Value) -> None:
        self._kept[name] = (version, value)
        if len(self._kept) > MOST:
            self._kept.pop(next(iter(self._kept)))


class RememberedRows(Generic[Value]):
    """Verified values of a few tables, by the key that a column of each of their rows carries.

    A value is dropped the moment a row of its key is written, in whatever way and by whichever thread
    of ours (:meth:`Store.watch`), and all of them when somebody else commits. So what is found here
    inside a transaction is what reading the rows there would have found. Nothing is remembered inside
    a transaction, nor what ``read`` raises. ``columns`` maps each table to its column.
    """

    def __init__(self, store: Store, columns: Mapping[str, str]) -> None:
        self._store, self._turns, self._columns = store, store.reading(), dict(columns)
        self._kept: dict[bytes, dict[str, Value]] = {}
        self._version: int | None = None

    def get(self, key: bytes, what: str, read: Callable[[], Value]) -> Value:
        """One value of a key, by ``what`` it is; read again where a row of the key may have changed."""
        with self._turns as connection:  # no other thread writes meanwhile
            if self._version != self._turns.version:
                self._notice_others(connection.in_transaction)
            kept = self._kept.get(key)
            if kept is not None and what in kept:
                return kept[what]
            value = read()
            if self._version is not None and not connection.in_transaction:
                self._keep(key, what, value)
            return value

    def _notice_others(self, in_transaction: bool) -> None:
        """Forget everything where somebody else has committed; begin to watch our own writes."""
        if self._version is None and in_transaction:
            return  # a watch begun here could be rolled back
        if self._version is None:
            for table, column in self._columns.items():
                self._store.watch(table, column, self._drop)
        self._kept.clear()
        self._version = self._turns.version

    def _keep(self, key: bytes, what: str, value: Value) -> None:
        self._kept.setdefault(key, {})[what] = value
        if len(self._kept) > MOST:
            self._kept.pop(next(iter(self._kept)))

    def _drop(self, key: Any) -> None:
        self._kept.pop(key, None)
