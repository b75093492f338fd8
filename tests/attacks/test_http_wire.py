"""Bytes on the wire that no honest client sends, at a real server: requests hidden in others, lines
broken in headers, bodies without end, floods. Each is answered or hung up on, and nothing is done.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator

import pytest

from tests.attacks.served import Line, Reply, Served, encoded, enrolled

PROBLEM = "application/problem+json"
HUNG_UP = 0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for the file; every test leaves it as it was."""
    with Served.found(tmp_path_factory.mktemp("wire")).at_rest_with(enrolled("anna")) as served:
        served.start()
        yield served


def exchange(server: Served, raw: bytes, *, patience: float = 3.0) -> bytes:
    """Everything the server says to these bytes until it hangs up or has said it all."""
    said = b""
    with socket.create_connection(("127.0.0.1", server.port), patience) as line:
        try:
            line.sendall(raw)
            while got := line.recv(1 << 16):
                said += got
        except (TimeoutError, ConnectionError):
            pass
    return said


def statuses(said: bytes) -> list[int]:
    """The status of every answer in what a server said."""
    return [int(piece[:3]) for piece in said.split(b"HTTP/1.1 ")[1:]]


def entries(server: Served) -> float:
    """How many verifications the server has answered."""
    with server.line() as line:
        text = line.ask("GET", "/metrics").body.decode()
    counted = [one for one in text.splitlines() if "/verifications" in one and "_total{" in one]
    return sum(float(one.rsplit(" ", 1)[1]) for one in counted if 'status="200"' in one)


def head(*lines: str, path: str = "/v1/verifications", method: str = "POST") -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode(
        "latin-1"
    )


def hidden(server: Served) -> bytes:
    """A whole verification with a valid key, to be hidden in another request's body."""
    body = encoded(server.question("anna"))
    key = f"Authorization: Bearer {server.key}"
    kind = "Content-Type: application/json"
    return head(key, kind, f"Content-Length: {len(body)}") + body


# -- requests in requests -------------------------------------------------------------------------


def test_length_and_chunks_together(server: Served) -> None:
    """CL.TE and TE.CL: two readers would end the body at two places. One answer, and hung up."""
    before, inner = entries(server), hidden(server)
    for lines in (
        (f"Content-Length: {len(inner) + 5}", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", f"Content-Length: {len(inner) + 5}"),
        ("Transfer-Encoding: chunked", "Content-Length: 4"),
    ):
        said = exchange(
            server, head(*lines, "Content-Type: application/json") + b"0\r\n\r\n" + inner
        )
        assert statuses(said) in ([], [400], [401]), said[:200]
    assert entries(server) == before


@pytest.mark.parametrize(
    "coding",
    ["xchunked", "chunked, identity", "identity, chunked", "gzip, chunked", " chunked", "\x0bchunked",
     "chunked\r\nTransfer-Encoding: x", "cow"],
)  # fmt: skip
def test_codings_nobody_agrees_on(server: Served, coding: str) -> None:
    """TE.TE: a spelling one reader overlooks."""
    before = entries(server)
    lines = (f"Transfer-Encoding: {coding}", "Content-Type: application/json", "Content-Length: 0")
    said = exchange(server, head(*lines) + b"0\r\n\r\n" + hidden(server))
    assert all(status >= 400 for status in statuses(said)[:1]), said[:200]
    assert entries(server) == before


@pytest.mark.parametrize(
    "length", ["5\r\nContent-Length: 6", "+5", "5 5", "0x5", "5,5", "-1", "５"]
)
def test_lengths_nobody_agrees_on(server: Served, length: str) -> None:
    before = entries(server)
    told = head(
        "Content-Type: application/json", f"Content-Length: {length}".encode().decode("latin-1")
    )
    said = exchange(server, told + b"{}   " + hidden(server))
    assert statuses(said) in ([], [400]), said[:200]
    assert entries(server) == before


@pytest.mark.parametrize(
    "chunks", [b"5\r\nab\r\n0\r\n\r\n", b"-1\r\n\r\n", b"ffffffffffffffffff\r\n", b"5;x=\n\r\nabcde\r\n0\r\n\r\n", b"zz\r\n"]
)  # fmt: skip
def test_chunks_of_no_size(server: Served, chunks: bytes) -> None:
    """No answer of success, and the server lives on."""
    said = exchange(
        server,
        head("Transfer-Encoding: chunked", "Content-Type: application/json",
             f"Authorization: Bearer {server.key}") + chunks + hidden(server),
    )  # fmt: skip
    assert 200 not in statuses(said), said[:200]
    assert server.answers()


def test_a_get_with_a_body_hides_nothing(server: Served) -> None:
    """What follows a GET's claimed body is the next request, what is in it is not."""
    before, inner = entries(server), hidden(server)
    said = exchange(
        server, head(f"Content-Length: {len(inner)}", path="/healthz", method="GET") + inner
    )
    assert statuses(said) == [200]
    assert entries(server) == before


# -- lines in headers, places in paths ------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    ["X-Request-Id: gate\n\rSet-Cookie: a=b", "X-Request-Id: gate\rSet-Cookie: a=b",
     "X-Request-Id: gate\x00gate", "Accept-Language: zh\nX-Evil: 1", "X-Request-Id: aaaaaaaa%0d%0aX-Evil:1",
     "Bad Name: 1", ": empty", "X-Folded: a\r\n b"],
)  # fmt: skip
def test_nothing_is_broken_into_answers(server: Served, header: str) -> None:
    """No byte of a request becomes a header of an answer."""
    said = exchange(server, head(header, "Connection: close", path="/healthz", method="GET"))
    assert b"set-cookie" not in said.lower()
    assert b"x-evil" not in said.lower()
    assert statuses(said) in ([], [200], [400], [431])


@pytest.mark.parametrize(
    "path",
    ["/../../etc/passwd", "/v1/../../etc/passwd", "/..%2f..%2fetc%2fpasswd", "/docs/../records.key",
     "/docs/%2e%2e/%2e%2e/records.key", "/docs/style.css/../../../records.key", "//etc/passwd",
     "/v1/problems/..%2f..%2frecords.key", "/v1/problems/%00", "/v1/problems/..\\..\\records.key",
     "/%252e%252e/records.key", "/v1/ledger/entries/" + "%2e" * 60],
)  # fmt: skip
def test_no_path_leads_out(server: Served, path: str) -> None:
    """Paths name things of ours, never files."""
    with server.line() as line:
        told = line.ask("GET", path)
    assert told.status in (400, 404, 422)
    assert b"root:" not in told.body


@pytest.mark.parametrize(
    "target",
    ["http://evil.example/healthz", "*", "evil.example:443", "healthz", "/health z", "/\x01", "/é", ""],
)  # fmt: skip
def test_targets_of_odd_form(server: Served, target: str) -> None:
    """Absolute, authority and asterisk form, and none at all: nobody is sent anywhere."""
    said = exchange(
        server,
        f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode("latin-1"),
    )
    assert b"evil.example" not in said
    assert all(status in (200, 400, 404) for status in statuses(said)), said[:200]
    assert server.answers()


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8430@localhost",
        "a" * 5000,
        "",
        "localhost\r\nHost: evil.example",
    ],
)
def test_the_host_header_leads_nobody_astray(server: Served, host: str) -> None:
    """No answer is built from it: no link, no redirect, no cookie."""
    for path in ("/openapi.json", "/docs", "/nothing", "/v1/problems"):
        raw = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n"
        said = exchange(server, raw.encode())
        assert b"evil.example" not in said
        assert b"location:" not in said.lower()


# -- too much -----------------------------------------------------------------------------------------


def test_sixty_megabytes_are_refused_with_a_remedy(server: Served) -> None:
    """With a length said, without one, as a form: 413 reaches the sender, and nothing is held."""
    before = server.rss()
    for path in ("/v1/verifications", "/v1/purposes"):
        told = large(server, path, chunked=False)
        assert (told.status, told.headers["content-type"]) == (413, PROBLEM)
        assert told.json["remedy"]
    assert large(server, "/v1/verifications", chunked=True).status == 413
    assert server.rss() - before < 100 * 2**20


def large(server: Served, path: str, *, chunked: bool, size: int = 60 * 2**20) -> Reply:
    """Send a large body to the end, or until the other side stops reading; then read the answer."""
    kind = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
    line = Line(server.port, timeout=20)
    with line:
        line.send(
            head(
                kind,
                "Content-Type: application/json",
                f"Authorization: Bearer {server.key}",
                path=path,
            )
        )
        piece = b"a" * 2**20
        try:
            for _ in range(size // len(piece)):
                line.send(b"100000\r\n" + piece + b"\r\n" if chunked else piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return line.reply("POST")


@pytest.mark.parametrize(("count", "size"), [(80, 10), (1_000, 10), (10, 10_000), (1, 1_000_000)])
def test_a_flood_of_headers(server: Served, count: int, size: int) -> None:
    """431, in words where it reaches us; from a hundred headers on the server itself says so."""
    lines = [f"X-Flood-{n}: {'a' * size}" for n in range(count)]
    said = exchange(server, head(*lines, path="/healthz", method="GET"))
    assert statuses(said) in ([], [400], [431]), said[:200]
    if count == 80:
        assert json.loads(said.rpartition(b"\r\n\r\n")[2])["code"] == "headers_too_large"
    assert server.answers()


def test_whoever_sends_half_a_request_holds_nobody_up(server: Served) -> None:
    """Bodies that never end: others are answered meanwhile."""
    half = (
        head(
            "Content-Type: application/json",
            "Content-Length: 100",
            f"Authorization: Bearer {server.key}",
        )
        + b"{"
    )
    waiting = []
    for _ in range(50):
        line = socket.create_connection(("127.0.0.1", server.port), 5)
        line.sendall(half)
        waiting.append(line)
    try:
        with server.line() as line:
            assert server.verify(line, "anna").json["decision"] == "match"
    finally:
        for line in waiting:
            line.close()
    assert server.answers()


@pytest.mark.long
def test_a_slow_body_is_told_at_its_deadline(server: Served) -> None:
    """A byte a second, for ever: 408 after thirty seconds (a slow loris)."""
    line = Line(server.port, timeout=60)
    line.send(
        head(
            "Content-Type: application/json",
            "Content-Length: 1000",
            f"Authorization: Bearer {server.key}",
        )
    )
    since = time.monotonic()
    for _ in range(40):
        try:
            line.send(b" ")
        except OSError:
            break
        time.sleep(1)
        if time.monotonic() - since > 31:
            break
    told = line.reply("POST")
    line.close()
    assert (told.status, told.json["code"]) == (408, "too_slow")


def test_noise_is_no_request(server: Served) -> None:
    """TLS, SSH, HTTP/0.9, HTTP/2, zeros: hung up on, and the server lives on."""
    for raw in (b"\x16\x03\x01\x02\x00\x01\x00", b"SSH-2.0-x\r\n", b"GET /\r\n\r\n", bytes(1000),
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"):  # fmt: skip
        assert statuses(exchange(server, raw, patience=1.0)) in ([], [400], [505])
    assert server.answers()


def test_the_server_says_little_of_itself(server: Served) -> None:
    """No version in any header."""
    with server.line() as line:
        told = line.ask("GET", "/healthz")
    assert not any(char.isdigit() for char in told.headers.get("server", ""))
    assert "x-powered-by" not in told.headers


def test_the_honest_request_is_answered(server: Served) -> None:
    """Control: what was hidden in all these attacks would have been answered, and counted."""
    before = entries(server)
    assert statuses(exchange(server, hidden(server), patience=1.0)) == [200]
    assert entries(server) == before + 1
