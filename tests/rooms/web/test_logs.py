"""Log lines: one a request, of known fields, about nobody, whatever is thrown at them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from facekeep.settings import Settings
from facekeep.web.logs import FIELDS, RequestLog, hush_libraries, log_to, network_of

SUBJECT = "resident-7-zhang-wei"
HOSTILE = [
    "plain\nlevel=error event=forged", "\r\n2026-01-01T00:00:00Z error request status=200",
    '","status":200,"x":"', "\x1b[31mred\x1b[0m", "a\u2028b\u2029c\x85d", "\x00\x07", "name=张伟",
    "'; DROP TABLE person; --", "../../etc/passwd", "%0a%0dforged", "\ud800", "x" * 10_000,
]  # fmt: skip


def scope(**other: Any) -> dict[str, Any]:
    """A request about somebody, with their name wherever a caller can put it."""
    return {
        "type": "http", "method": "GET", "path": f"/v1/subjects/{SUBJECT}/consents",
        "raw_path": f"/v1/subjects/{SUBJECT}/consents".encode(),
        "query_string": f"purpose=gate&key=fk_secret&name={SUBJECT}".encode(),
        "headers": [(b"authorization", b"Bearer fk_secret"), (b"user-agent", SUBJECT.encode()),
                    (b"x-forwarded-for", SUBJECT.encode())],
        "route": SimpleNamespace(path="/v1/subjects/{subject}/consents"),
        "client": ("203.0.113.77", 4711), "server": ("127.0.0.1", 1), "scheme": "https",
        "state": {"request_id": "0" * 32, "problem": None}, **other,
    }  # fmt: skip


def line(style: Any, clients: str = "none", status: int = 200, **other: Any) -> str:
    """What one request leaves in the log."""
    stream = io.StringIO()
    settings = Settings(log_format=style, log_clients=clients)  # type: ignore[arg-type]
    RequestLog(log_to(stream, style), settings)(scope(**other), status, 0.01234)
    return stream.getvalue()


@pytest.mark.parametrize("style", ["json", "console"])
def test_a_line_is_about_nobody(style: str) -> None:
    """Route, status and time; neither path, query, header, key nor address."""
    told = line(style)
    for secret in (SUBJECT, "fk_secret", "gate", "203.0.113", "4711", "Bearer"):
        assert secret not in told
    assert "/v1/subjects/{subject}/consents" in told
    assert "12.3" in told


def test_json_lines_have_their_fields_in_order() -> None:
    """And no others; the time is UTC with milliseconds."""
    told = json.loads(line("json"))
    assert list(told) == [name for name in FIELDS if name in told]
    assert told["time"].endswith("Z")
    assert (told["level"], told["event"], told["status"], told["ms"]) == (
        "info",
        "request",
        200,
        12.3,
    )


@pytest.mark.parametrize(("status", "level"), [(200, "info"), (404, "info"), (401, "warning"),
                                               (429, "warning"), (500, "error")])  # fmt: skip
def test_levels(status: int, level: str) -> None:
    """What a watch should wake for."""
    assert json.loads(line("json", status=status))["level"] == level


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("style", ["json", "console"])
def test_hostile_values_make_no_second_line(style: str, value: str) -> None:
    """In every field a caller could reach, and in fields that do not exist."""
    stream = io.StringIO()
    log = log_to(stream, style)  # type: ignore[arg-type]
    log.info("request", route=value, problem=value, method=value, client=value, subject=SUBJECT,
             **{"name\nforged": value})  # fmt: skip
    told = stream.getvalue()
    assert told.count("\n") == 1
    assert told.endswith("\n")
    assert all(" " <= letter <= "~" for letter in told[:-1])
    assert SUBJECT not in told
    assert len(told) < 1_500
    if style == "json":
        assert json.loads(told)["event"] == "request"
        assert "status" not in json.loads(told)


@pytest.mark.parametrize(
    ("request_id", "shown"),
    [("0123456789abcdef" * 2, True), ("6f1c2a3e-1111-4222-8333-abcdefabcdef", True),
     ("01ARZ3NDEKTSV4RRFFQ69G5FAV", True), (SUBJECT, False), ("zhang_wei_1990", False)],
)  # fmt: skip
def test_request_ids_are_written_where_they_are_random(request_id: str, shown: bool) -> None:
    """A caller may name theirs after a person."""
    told = line("json", state={"request_id": request_id})
    assert (request_id in told) is shown


def test_the_client_stands_last_and_as_a_network() -> None:
    """A pattern anchored at the end of the line meets what we wrote, never what was sent."""
    assert line("console", "network").rstrip("\n").endswith(" client=203.0.113.0/24")
    assert list(json.loads(line("json", "network")))[-1] == "client"


@pytest.mark.parametrize(
    ("address", "network"),
    [("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
     ("unknown", "-"), ("1.2.3.4\nx", "-")],
)  # fmt: skip
def test_networks(address: str, network: str) -> None:
    """IPv4 /24, IPv6 /48, and what is no address."""
    assert network_of(address) == network


def test_unknown_methods_are_not_repeated() -> None:
    """A method is a word the caller chose."""
    assert json.loads(line("json", method="ZHANGWEI"))["method"] == "other"


def test_objects_are_named_by_their_kind() -> None:
    """Bytes and exceptions say nothing of what they hold."""
    stream = io.StringIO()
    log_to(stream, "json").error("fault", error=ValueError(SUBJECT), route=SUBJECT.encode())
    assert SUBJECT not in stream.getvalue()
    assert json.loads(stream.getvalue())["error"] == "ValueError"


@pytest.fixture
def quiet() -> Iterator[io.StringIO]:
    """Libraries hushed, and given their voice back."""
    root, stream = logging.getLogger(), io.StringIO()
    before, level = root.handlers[:], root.level
    hush_libraries(log_to(stream, "json"))
    yield stream
    logging.captureWarnings(False)
    root.handlers[:] = before
    root.setLevel(level)


def test_libraries_say_who_and_what_kind(quiet: io.StringIO) -> None:
    """Their words and tracebacks may hold anything."""
    try:
        raise KeyError(SUBJECT)
    except KeyError:
        logging.getLogger("some.library").exception("looking for %s", SUBJECT)
    logging.getLogger("some.library").info("not even heard")
    (told,) = map(json.loads, quiet.getvalue().splitlines())
    assert (told["library"], told["error"], told["level"]) == ("some.library", "KeyError", "error")
    assert SUBJECT not in quiet.getvalue()
