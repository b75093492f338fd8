"""What holds for every request before anybody reads it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from facekeep.web import limits
from facekeep.web.limits import Limits

OK = Response("fine")
UNTOUCHED = Response("nobody read it")


@dataclass
class Seen:
    """What went through: bodies the application got, what the watcher heard, what was sent."""

    bodies: list[bytes] = field(default_factory=list)
    heard: list[tuple[int, float]] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> dict[str, str]:
        return {k.decode(): v.decode() for k, v in self.sent[0]["headers"]}

    @property
    def problem(self) -> Any:
        return json.loads(b"".join(one["body"] for one in self.sent[1:]))


@dataclass
class Door:
    """``Limits`` around an application that reads the whole body, and a client made of messages."""

    seen: Seen = field(default_factory=Seen)
    options: dict[str, Any] = field(default_factory=dict)
    error: Exception | None = None

    def __post_init__(self) -> None:
        self.limits = Limits(self.app, self.watcher, **self.options)

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.seen.bodies.append(await Request(scope, receive).body())
        if self.error is not None:
            raise self.error
        await OK(scope, receive, send)

    def watcher(self, scope: Scope, status: int, seconds: float) -> None:
        self.seen.heard.append((status, seconds))

    def ask(
        self, *chunks: bytes, path: str = "/v1/purposes", headers: Iterable[tuple[str, str]] = (),
        pace: float = 0.0, last: str = "http.request",
    ) -> Seen:  # fmt: skip
        """One request; what was sent back is in the answer."""
        self.seen.sent.clear()
        messages = self._messages(chunks, last)

        async def receive() -> Message:
            await asyncio.sleep(pace)
            return next(messages)

        async def send(message: Message) -> None:
            self.seen.sent.append(message)

        asyncio.run(self.limits(_scope(path, headers), receive, send))
        return self.seen

    def _messages(self, chunks: tuple[bytes, ...], last: str) -> Iterator[Message]:
        for chunk in chunks:
            yield {"type": "http.request", "body": chunk, "more_body": True}
        yield {"type": last, **({"body": b""} if last == "http.request" else {})}


def _scope(path: str, headers: Iterable[tuple[str, str]]) -> Scope:
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(),
        "query_string": b"", "headers": raw, "scheme": "http",
    }  # fmt: skip


@pytest.fixture
def door() -> Door:
    return Door()


# -- size -------------------------------------------------------------------------------------


def test_a_body_within_its_limit_passes(door: Door) -> None:
    """Whole, in the order it came, and no more is held afterwards."""
    assert door.ask(b"one ", b"two", headers=[("content-length", "7")]).status == 200
    assert door.seen.bodies == [b"one two"]
    assert door.limits._taken == 0


def test_a_long_body_that_says_so_is_not_read_at_all(door: Door) -> None:
    """60 MB: refused by its first line; the connection ends with the answer."""
    seen = door.ask(b"x", headers=[("content-length", str(60 * 2**20))])
    assert (seen.status, seen.problem["code"]) == (413, "too_large")
    assert seen.headers["connection"] == "close"
    assert seen.problem["remedy"]
    assert not seen.bodies


def test_a_long_body_that_does_not_say_so_is_cut(door: Door) -> None:
    """Chunked: counted as it arrives, and never held beyond the limit."""
    chunk = bytes(256 * 1024)
    seen = door.ask(*[chunk] * 240)
    assert (seen.status, seen.problem["code"]) == (413, "too_large")
    assert not seen.bodies
    assert door.limits._taken == 0


@pytest.mark.parametrize(
    "path", ["/v1/verifications", "/v1/identifications", "/v1/subjects/a/references", "/v1/imports"]
)
def test_pictures_may_be_larger(door: Door, path: str) -> None:
    """And no other path: what takes no pictures takes no large bodies."""
    large = bytes(limits.JSON_BYTES + 1)
    assert door.ask(large, path=path).status == 200
    assert door.ask(large, path=path + "/x").status == 413
    assert door.ask(bytes(limits.PICTURES_BYTES + 1), path=path).status == 413


@pytest.mark.parametrize("said", ["abc", "-1", "+7", "7 7", "0x7", "7,7", "", "9" * 20, "７"])
def test_a_length_that_is_none(door: Door, said: str) -> None:
    raw = said.encode("utf-8").decode("latin-1")
    seen = door.ask(b"one two", headers=[("content-length", raw)])
    assert (seen.status, seen.problem["code"]) == (400, "not_understood")
    assert not seen.bodies


@pytest.mark.parametrize("said", ["6", "8", "0"])
def test_a_body_of_another_length_than_it_said(door: Door, said: str) -> None:
    """What stands behind the end of a body is how one request hides in another."""
    seen = door.ask(b"one two", headers=[("content-length", said)])
    assert seen.status == 400
    assert not seen.bodies


def test_two_headers_may_not_tell_the_end_differently(door: Door) -> None:
    """``Content-Length`` beside ``Transfer-Encoding`` (RFC 9112, 6.1), or twice."""
    length, chunked = ("content-length", "7"), ("transfer-encoding", "chunked")
    for headers in ([length, chunked], [length, length]):
        seen = door.ask(b"one two", headers=headers)
        assert (seen.status, seen.headers["connection"]) == (400, "close")
    assert not door.seen.bodies


# -- pace -------------------------------------------------------------------------------------


def test_a_body_that_drips_is_let_go() -> None:
    """Each piece is quick, the whole is not: the deadline is the request's."""
    seen = Door(options={"patience": 0.1}).ask(*[b"x"] * 50, pace=0.02)
    assert (seen.status, seen.problem["code"]) == (408, "too_slow")
    assert seen.headers["connection"] == "close"
    assert not seen.bodies


def test_after_the_body_nobody_is_hurried() -> None:
    """The work may take longer than the request took to arrive."""

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await Request(scope, receive).body()
        await asyncio.sleep(0.2)
        await OK(scope, receive, send)

    door = Door(options={"patience": 0.1})
    door.limits = Limits(slow, door.watcher, patience=0.1)
    assert door.ask(b"x").status == 200


def test_whoever_hangs_up_in_the_middle_leaves_nothing(door: Door) -> None:
    """No answer is owed, nothing is held, and nothing was done."""
    door.ask(b"half", headers=[("content-length", "8")], last="http.disconnect")
    assert not door.seen.bodies
    assert door.limits._taken == door.limits._present == 0


# -- number -----------------------------------------------------------------------------------


def test_one_too_many_is_told_to_come_back() -> None:
    seen = Door(options={"waiting": 0}).ask(b"")
    assert (seen.status, seen.problem["code"]) == (503, "busy")
    assert seen.headers["retry-after"] == "1"


def test_bodies_together_have_a_limit() -> None:
    """Many large bodies at once would fill the memory, each within its own limit."""
    door = Door(options={"room": 10})
    assert door.ask(b"x" * 11).status == 503
    assert door.ask(b"x" * 10).status == 200
    assert door.limits._taken == 0


@pytest.mark.parametrize(
    "headers",
    [[("x-a", "b")] * 65, [("x-a", "b" * 17_000)], [("b" * 17_000, "")]],
    ids=["many", "value", "name"],
)
def test_a_flood_of_headers(door: Door, headers: list[tuple[str, str]]) -> None:
    seen = door.ask(b"", headers=headers)
    assert (seen.status, seen.problem["code"]) == (431, "headers_too_large")


def test_an_endless_path(door: Door) -> None:
    seen = door.ask(b"", path="/" + "a" * 9_000)
    assert (seen.status, seen.problem["code"]) == (414, "path_too_long")


# -- name, headers, watcher ---------------------------------------------------------------------


@pytest.mark.parametrize("said", ["gate-17_b", "A" * 64])
def test_the_callers_own_request_id_is_kept(door: Door, said: str) -> None:
    assert door.ask(b"", headers=[("x-request-id", said)]).headers["x-request-id"] == said


@pytest.mark.parametrize("said", ["", "short", "a" * 65, "a b c d e", "line\nbreak!", "é" * 10])
def test_a_request_id_that_is_unfit_for_a_log_is_ours(door: Door, said: str) -> None:
    named = door.ask(b"", headers=[("x-request-id", said)]).headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{32}", named)


@pytest.mark.parametrize("length", ["0", "99999999999"])
def test_every_answer_carries_the_security_headers(door: Door, length: str) -> None:
    """A refusal too."""
    headers = door.ask(b"", headers=[("content-length", length)]).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers


def test_the_watcher_hears_how_it_ended(door: Door) -> None:
    door.ask(b"")
    door.ask(b"", headers=[("content-length", "x")])
    assert [status for status, _ in door.seen.heard] == [200, 400]


def test_an_error_nobody_answered_is_answered(door: Door) -> None:
    """Whatever the application lets out, the caller gets a problem and not a broken connection."""
    door.error = RuntimeError("unforeseen")
    assert door.ask(b"").status == 503
    assert "unforeseen" not in json.dumps(door.seen.problem)
