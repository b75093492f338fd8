"""Clients: each a process with one kept-alive connection that asks, waits for the answer and asks again.

Bytes on a socket and nothing else, so that a client costs a fraction of what it measures.
"""

from __future__ import annotations

import multiprocessing
import random
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.queues import Queue as Channel
from typing import Any

Requests = Callable[[int], Iterator[bytes]]
"""From a client's number to the requests it sends, without end."""


@dataclass(slots=True)
class Heard:
    """What clients saw: seconds of each answer in the measured time, and how often each status."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    matches: int = 0
    bad: list[str] = field(default_factory=list)

    def add(self, other: Heard) -> None:
        """Two clients' hearing."""
        self.seconds += other.seconds
        self.matches += other.matches
        self.bad += other.bad[:3]
        for status, count in other.statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + count


class Line:
    """One connection, kept alive."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of one answer."""
        self._socket.sendall(request)
        head, _, body = self._until(b"\r\n\r\n").partition(b"\r\n\r\n")
        length = int(_header(head, b"content-length") or 0)
        while len(body) < length:
            body += self._more()
        return int(head[9:12]), body

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _until(self, end: bytes) -> bytes:
        got = self._more()
        while end not in got:
            got += self._more()
        return got

    def _more(self) -> bytes:
        got = self._socket.recv(65_536)
        if not got:
            raise ConnectionError("the server hung up")
        return got


def _header(head: bytes, name: bytes) -> bytes:
    for line in head.split(b"\r\n"):
        found, _, value = line.partition(b":")
        if found.strip().lower() == name:
            return value.strip()
    return b""


def post(path: str, body: bytes, headers: dict[str, str] | None = None) -> bytes:
    """The bytes of one POST with a JSON body."""
    told = {"Host": "localhost", "Content-Type": "application/json", **(headers or {})}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def get(path: str, headers: dict[str, str] | None = None) -> bytes:
    """The bytes of one GET."""
    told = {"Host": "localhost", **(headers or {})}
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def heard_by(clients: int, port: int, requests: Requests, seconds: float, warm: float) -> Heard:
    """Let so many clients ask for ``warm`` seconds uncounted and ``seconds`` counted."""
    context = multiprocessing.get_context("fork")
    told: Channel[Heard] = context.Queue()
    begin = time.monotonic() + 0.5
    told_to = (port, requests, begin + warm, begin + warm + seconds, told)
    processes = [context.Process(target=_client, args=(n, *told_to)) for n in range(clients)]
    for process in processes:
        process.start()
    heard = Heard()
    for _ in processes:
        heard.add(told.get(timeout=warm + seconds + 120))
    for process in processes:
        process.join()
    return heard


def _client(
    number: int, port: int, requests: Requests, counted: float, end: float, told: Any
) -> None:
    heard, line = Heard(), Line(port)
    random.seed(number)
    for request in requests(number):
        begun = time.monotonic()
        if begun >= end:
            break
        try:
            status, body = line.ask(request)
        except OSError as error:
            heard.bad.append(repr(error))
            line.close()
            line = Line(port)
            continue
        heard.statuses[status] = heard.statuses.get(status, 0) + 1
        heard.matches += b'"match"' in body
        if status >= 300:
            heard.bad.append(body.decode(errors="replace")[:300])
        if begun >= counted:
            heard.seconds.append(time.monotonic() - begun)
    line.close()
    told.put(heard)


def at(share: float, seconds: Sequence[float]) -> float:
    """The quantile, in milliseconds."""
    ordered = sorted(seconds)
    return round(1e3 * ordered[min(int(share * len(ordered)), len(ordered) - 1)], 2)
