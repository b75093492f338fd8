"""One JSON document a line over a local socket, each bounded in size and in time."""

from __future__ import annotations

import os
import select
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from facekeep.terms.errors import Broken, Misused

MAX_LINE = 4 * 1024 * 1024
"""Bytes; Linux hands a program at most 2 MiB of arguments, and base64 makes them a third longer."""

CHUNK = 64 * 1024
LONGEST_ADDRESS = 100
"""Bytes of a socket's path that every kernel takes (unix(7): 108 on Linux)."""

_CREDENTIALS = struct.Struct("3i")

Read = TypeVar("Read")


class Peer(NamedTuple):
    """Who is at the other end, as the kernel knows them (unix(7), SO_PEERCRED)."""

    process: int
    uid: int


class Left(Broken):
    """The other side is gone."""


class Lines:
    """Both directions of one connection; reading is one thread's, and so is sending."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._rest = connection, bytearray()

    @property
    def peer(self) -> Peer:
        """Whoever connected, or listens."""
        size = _CREDENTIALS.size
        told = self._connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
        process, uid, _ = _CREDENTIALS.unpack(told)
        return Peer(process, uid)

    def send(self, message: BaseModel) -> None:
        """Raises ``Left``."""
        try:
            self._connection.sendall(message.model_dump_json().encode() + b"\n")
        except OSError:
            raise _left() from None

    def next(self, kind: TypeAdapter[Read], within: float | None = None) -> Read:
        """The next document, whole and as it must be; ``within`` is in seconds.

        Raises ``Left``, ``Misused`` for anything else than ``kind``, ``Broken`` for one too slow.
        """
        deadline = None if within is None else time.monotonic() + within
        while (end := self._rest.find(b"\n")) < 0:
            self._more(deadline)
        line = bytes(self._rest[:end])
        del self._rest[: end + 1]
        try:
            return kind.validate_json(line)
        except ValidationError:
            raise Misused("what came over the home's socket is not understood") from None

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _more(self, deadline: float | None) -> None:
        if len(self._rest) > MAX_LINE:
            raise Misused("the command line is longer than we take")
        if not self._is_ready(deadline):
            raise Broken("the rest of a message did not arrive", "Run the command again")
        try:
            got = self._connection.recv(CHUNK)
        except OSError:
            raise _left() from None
        if not got:
            raise _left()
        self._rest += got

    def _is_ready(self, deadline: float | None) -> bool:
        if deadline is None:
            return True
        try:
            poll = select.poll()
            poll.register(self._connection, select.POLLIN)
            return bool(poll.poll(max(0.0, deadline - time.monotonic()) * 1000))
        except (OSError, ValueError):  # closed meanwhile
            raise _left() from None


@contextmanager
def addressed(path: Path) -> Iterator[str]:
    """The address of a socket; one that lies deep is spoken of by its folder's descriptor."""
    if len(os.fsencode(path)) <= LONGEST_ADDRESS:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def _left() -> Left:
    return Left("the other side of the home's socket is gone", "Run the command again")
