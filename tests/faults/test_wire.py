"""Bad bytes on a real connection: a 4xx or a hang-up, little memory, and the next caller is served."""

from __future__ import annotations

import resource
import select
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from facekeep.web.limits import ARRIVES_WITHIN_S, JSON_BYTES, MAX_HEADERS, PATH_BYTES, WAITING
from tests.attacks.served import Line, Served, enrolled

MB = 1024 * 1024
MEMORY = 100 * MB
"""How much more the process may hold after all of this."""

GONE_WITHIN_S = 15.0
HEALTHY_WITHIN_S = 0.1
PATIENCE_S = 40.0

Request = Callable[[Served], bytes]


@pytest.fixture(scope="module")
def hardy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for every kind of bytes; each test finds it alive, and leaves it so."""
    folder = tmp_path_factory.mktemp("wire") / "site"
    with Served.found(folder).at_rest_with(enrolled("anna")) as server:
        server.start()
        with server.line() as line:
            assert server.verify(line, "anna").status == 200  # everything is loaded
        yield server


# -- requests -------------------------------------------------------------------------------


def raw(text: str) -> Request:
    """These very characters."""
    return lambda server: text.encode("latin-1")


def asking(headers: str, body: bytes = b"", path: str = "/v1/verifications") -> Request:
    """A request by somebody with a key."""

    def made(server: Served) -> bytes:
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.key}\r\n"
        return f"{head}Content-Type: application/json\r\n{headers}\r\n\r\n".encode() + body

    return made


def by_nobody(headers: str, body: bytes) -> Request:
    """The same without a key."""
    head = "POST /v1/verifications HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    return lambda server: f"{head}{headers}\r\n\r\n".encode() + body


def chunked(length: int) -> bytes:
    """A body of so many bytes that does not say how long it is."""
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    return chunk * (length // 0x10000) + b"0\r\n\r\n"


SIXTY = 60_000_000
GET = "GET /healthz HTTP/1.1\r\nHost: x\r\n"
POST = "POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"

BAD: dict[str, tuple[Request, set[int]]] = {
    "garbage": (raw("\x00\xff\x16\x03\x01" * 50), {400}),
    "a version without a name": (raw("GET /healthz\r\n\r\n"), {400}),
    "a version of the future": (raw("GET /healthz HTTP/3.7\r\nHost: x\r\n\r\n"), {400}),
    "HTTP/2 by prior knowledge": (raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\0" * 9), {0, 400}),
    "an unknown method": (raw("FROB /healthz HTTP/1.1\r\nHost: x\r\n\r\n"), {405}),
    "a method that is none": (raw("G\x01T /healthz HTTP/1.1\r\nHost: x\r\n\r\n"), {400}),
    "one huge header": (raw(f"{GET}A: {'a' * 2_000_000}\r\n\r\n"), {431}),
    "thousands of headers": (raw(GET + "A: b\r\n" * 5000 + "\r\n"), {431}),
    "some headers too many": (raw(GET + "A: b\r\n" * (MAX_HEADERS + 1) + "\r\n"), {431}),
    "an endless path": (raw(f"GET /{'a' * 200_000} HTTP/1.1\r\nHost: x\r\n\r\n"), {414}),
    "a long path": (raw(f"GET /{'a' * PATH_BYTES} HTTP/1.1\r\nHost: x\r\n\r\n"), {414}),
    "a header folded": (raw(GET + "A: b\r\n  c\r\n\r\n"), {200, 400}),
    "a header without a colon": (raw(GET + "Abc\r\n\r\n"), {400}),
    "a NUL in a header": (raw(GET + "A: b\0c\r\n\r\n"), {400}),
    "two lengths": (asking("Content-Length: 5\r\nContent-Length: 6", b"{}    "), {400}),
    "a negative length": (asking("Content-Length: -5", b"{}   "), {400}),
    "a length that is a word": (asking("Content-Length: five", b"{}   "), {400}),
    "an enormous length": (asking(f"Content-Length: {'9' * 30}", b"{}   "), {400, 413}),
    "a length and chunks": (
        asking("Content-Length: 5\r\nTransfer-Encoding: chunked", b"0\r\n\r\n" + GET.encode()),
        {400},
    ),
    "chunks that are none": (asking("Transfer-Encoding: chunked", b"ZZ\r\n{}   "), {400}),
    "an encoding nobody knows": (asking("Transfer-Encoding: rot13", b"{}   "), {400, 501}),
    "60 MB with a length": (asking(f"Content-Length: {SIXTY}", b"a" * SIXTY), {413}),
    "60 MB in chunks": (asking("Transfer-Encoding: chunked", chunked(SIXTY)), {413}),
    "60 MB by nobody": (by_nobody(f"Content-Length: {SIXTY}", b"a" * SIXTY), {401, 413}),
    "60 MB in chunks by nobody": (by_nobody("Transfer-Encoding: chunked", chunked(SIXTY)), {401}),
    "60 MB where nothing is read": (
        raw(f"{POST}Content-Length: {SIXTY}\r\n\r\n" + "a" * SIXTY), {405, 413},
    ),
    "too much without pictures": (
        asking(f"Content-Length: {JSON_BYTES + 1}", b"a" * (JSON_BYTES + 1), "/v1/captures"), {413},
    ),
    "bytes that are no text": (asking("Content-Length: 5", b"\xff\xfe\xfd\xfc\xfb"), {400}),
    "garbage behind a request": (raw(GET + "\r\n" + "\x00\xff garbage\r\n\r\n"), {200}),
}  # fmt: skip
"""What is sent, and how its first request may be answered; 0 for a hang-up without a word."""


@pytest.mark.parametrize("name", BAD)
def test_bad_bytes_are_refused_and_harm_nobody(hardy: Served, name: str) -> None:
    """4xx or closed; afterwards the process is there, no larger, and answers."""
    request, statuses = BAD[name]
    before = hardy.rss()
    assert status_of(hardy, request(hardy)) in statuses
    assert hardy.rss() - before < MEMORY
    assert hardy.answers()


def test_nothing_unforeseen_was_said(hardy: Served) -> None:
    """After all that: no trace of an error nobody thought of."""
    assert "Traceback" not in hardy.said()
    assert "unforeseen" not in hardy.said()


def test_many_requests_at_once_on_one_line(hardy: Served) -> None:
    """Pipelined requests are answered in order, each whole."""
    with hardy.line() as line:
        line.send((GET + "\r\n").encode() * 100)
        assert {line.reply().status for _ in range(100)} == {200}


def test_a_flood_of_bodies_is_held_within_memory(hardy: Served) -> None:
    """Ten bodies of 60 MB at the same time."""
    before = hardy.rss()
    with ExitStack() as open_lines:
        lines = [open_lines.enter_context(hardy.line()) for _ in range(10)]
        for line in lines:
            with suppress(OSError):  # hung up on, and rightly
                line.send(asking(f"Content-Length: {SIXTY}", b"a" * MB)(hardy))
        assert hardy.rss() - before < MEMORY
        assert hardy.answers()


# -- whoever is slow ------------------------------------------------------------------------

SLOW: dict[str, bytes] = {
    "says nothing": b"",
    "half a head": b"GET /healthz HTTP/1.1\r\nHos",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
    "idle after an answer": (GET + "\r\n").encode(),
}


def test_half_open_connections_are_let_go(hardy: Served) -> None:
    """A few of each kind, and one that drips a byte now and then."""
    slow_ones = [connect(hardy, sent) for sent in SLOW.values() for _ in range(5)]
    dripping = connect(hardy, b"GET /healthz HTTP/1.1\r\n")
    slowest, left = until_closed(hardy, [*slow_ones, dripping], dripping)
    assert left == 0
    assert slowest < PATIENCE_S


@pytest.mark.long
@pytest.mark.parametrize("kind", SLOW)
def test_a_thousand_half_open_connections(
    hardy: Served, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    """Closed within 15 s; meanwhile everybody else is answered within 100 ms."""
    with many_files():
        before = hardy.rss()
        slow_ones = [connect(hardy, SLOW[kind]) for _ in range(1000)]
        slowest, left = until_closed(hardy, slow_ones, within=GONE_WITHIN_S)
    with capsys.disabled():
        print(f"\n1,000 x {kind}: worst /healthz {slowest * 1e3:.0f} ms, {left} still open")
    assert left == 0
    assert slowest <= HEALTHY_WITHIN_S
    assert hardy.rss() - before < MEMORY


@pytest.mark.long
def test_a_body_that_drips_is_cut_off(hardy: Served) -> None:
    """The whole request has its time, however diligently it drips."""
    with hardy.line() as line:
        line.send(asking("Content-Length: 600")(hardy))
        since = time.monotonic()
        with suppress(OSError):
            while time.monotonic() - since < ARRIVES_WITHIN_S + 10 and not readable(line):
                line.send(b"{")
                time.sleep(0.5)
        assert line.reply().status == 408
        assert time.monotonic() - since < ARRIVES_WITHIN_S + 10


@pytest.mark.long
def test_one_request_too_many_hears_it(hardy: Served) -> None:
    """More than may wait: 503 with Retry-After at once, and the rest is not harmed."""
    with many_files(), ExitStack() as waiting:
        for _ in range(WAITING):
            waiting.enter_context(hardy.line()).send(asking("Content-Length: 600")(hardy))
        reply = until_refused(hardy)
        assert reply == (503, "busy")
    assert hardy.answers()
    with hardy.line() as line:
        assert hardy.verify(line, "anna").status == 200


# -- the other end --------------------------------------------------------------------------


def status_of(server: Served, request: bytes) -> int:
    """How the first request was answered; 0 where the server just hung up."""
    with server.line(timeout=PATIENCE_S) as line:
        with suppress(OSError):  # it need not listen to the end
            line.send(request)
        try:
            return line.reply().status
        except ConnectionError:
            return 0


def connect(server: Served, sent: bytes) -> socket.socket:
    """A connection on which so much was said."""
    opened = socket.create_connection(("127.0.0.1", server.port), PATIENCE_S)
    opened.sendall(sent)
    if sent.endswith(b"\r\n\r\n") and sent.startswith(b"GET"):
        assert opened.recv(65_536)
    return opened


def until_closed(
    server: Served, slow_ones: Sequence[socket.socket], dripping: socket.socket | None = None,
    within: float = PATIENCE_S,
) -> tuple[float, int]:  # fmt: skip
    """The longest that ``/healthz`` took meanwhile, and how many were still open in the end."""
    left, slowest, since = set(slow_ones), 0.0, time.monotonic()
    with server.line() as line:
        while left and time.monotonic() - since < within:
            left -= {one for one in ready(left) if hung_up(one)}
            if dripping in left:
                with suppress(OSError):
                    dripping.sendall(b"A: b\r\n")
            slowest = max(slowest, timed(line))
            time.sleep(0.05)
    for one in slow_ones:
        one.close()
    return slowest, len(left)


def ready(connections: set[socket.socket]) -> list[socket.socket]:
    """Those on which there is something to read."""
    poll, by_number = select.poll(), {one.fileno(): one for one in connections}
    for number in by_number:
        poll.register(number, select.POLLIN)
    return [by_number[number] for number, _ in poll.poll(0)]


def hung_up(connection: socket.socket) -> bool:
    """Whether nothing more will come."""
    try:
        return not connection.recv(65_536)
    except OSError:
        return True


def timed(line: Line) -> float:
    """Seconds one ``/healthz`` took."""
    since = time.monotonic()
    assert line.ask("GET", "/healthz").status == 200
    return time.monotonic() - since


def readable(line: Line) -> bool:
    """Whether an answer has begun to arrive."""
    assert line.socket is not None
    return bool(select.select([line.socket], [], [], 0)[0])


def until_refused(server: Served) -> tuple[int, str]:
    """Ask until somebody says that it is too much; the last waiting may still be on their way."""
    last = (0, "")
    for _ in range(100):
        with server.line() as line:
            reply = line.ask("GET", "/healthz")
        if reply.status != 200:
            assert int(reply.headers["retry-after"]) >= 1
            return reply.status, reply.json["code"]
        last = (reply.status, "")
        time.sleep(0.1)
    return last


class many_files:  # noqa: N801 - reads as a sentence
    """This process may hold thousands of connections for a while."""

    def __enter__(self) -> None:
        self._before = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = self._before[1]
        if most != resource.RLIM_INFINITY and most < 2 * WAITING:
            pytest.skip(f"this machine allows {most} open files")
        resource.setrlimit(resource.RLIMIT_NOFILE, (2 * WAITING, most))

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, self._before)


def test_files_are_raised(tmp_path: Path) -> None:
    """A system that starts processes with few open files does not starve the stores."""
    with Served.found(tmp_path / "site") as server:
        few, (_, most) = 256, resource.getrlimit(resource.RLIMIT_NOFILE)
        if most < 4 * few:
            pytest.skip(f"this machine allows {most} open files")
        server.start(files=few)
        allowed, _ = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
        assert allowed > few
