"""Log lines that tell an operator how the service is, and nobody about anybody.

A line is made of the fields in :data:`FIELDS` and no others; whatever else is handed in is dropped
here, in one place, so that a careless line elsewhere cannot name a person. There are no bodies, no
paths (only the route's template), no query strings, no subjects, no keys. Texts are escaped, a line
is one line. The client's address is left out, or its network stands **last**: whoever matches lines
for a firewall anchors the pattern at the end, where nothing a client sends can come after it.

A request's id is written where it is random; a caller may name theirs after a person.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import re
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

import structlog
from starlette.requests import Request
from starlette.types import Scope

from facekeep.settings import Settings
from facekeep.web.addresses import address_of
from facekeep.web.meters import route_of

FIELDS = (
    "time", "level", "event", "request", "method", "route", "status", "problem", "ms", "library",
    "error", "address", "version", "client",
)  # fmt: skip
"""Everything a line may hold, in this order."""

LONGEST = 120
"""Characters of a text; more is cut."""

NETWORK_BITS = {4: 24, 6: 48}
"""How much of a client's address is told: an IPv4 /24 or an IPv6 /48, which is no household."""

_RANDOM = re.compile(
    r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9A-HJKMNP-TV-Z]{26}", re.ASCII
)
"""Hexadecimal, UUID and ULID: ids that were drawn, not chosen."""

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_UNSEEN = re.compile(r"[^\x20-\x7e]")
_WARNED = frozenset({401, 403, 429})

Event = MutableMapping[str, Any]
_Levels: Any = structlog.make_filtering_bound_logger(logging.INFO)


class Log(_Levels):  # type: ignore[misc]  # made by structlog
    """A log of our fields: ``info``, ``warning`` and ``error``, and a short way for what is asked a
    thousand times a second."""

    def line(self, level: str, event: Event) -> None:
        """Write an event whose fields are ours, in their order, and may be written as they are."""
        self._logger.msg(self._processors[-1](None, level, event))


def log_to(stream: TextIO, style: Literal["console", "json"]) -> Log:
    """A log that writes lines to a stream."""
    log: Log = structlog.wrap_logger(
        structlog.WriteLogger(stream),
        processors=[_timed, _only_fields, _json if style == "json" else _console],
        wrapper_class=Log,
        context_class=dict,
    ).bind()  # once: a logger that is bound at every line costs as much as the line
    return log


def service_log(settings: Settings) -> Log:
    """The service's own, to standard error; libraries speak through it too, without their words."""
    log = log_to(sys.stderr, settings.log_format)
    hush_libraries(log)
    return log


class RequestLog:
    """Writes a line for each request; a watcher of ``web.limits``."""

    def __init__(self, log: Log, settings: Settings) -> None:
        self._log, self._settings = log, settings

    def __call__(self, scope: Scope, status: int, seconds: float) -> None:
        state, level = scope["state"], _level(status)
        told: Event = {"time": _now(), "level": level, "event": "request"}
        if request := _random(state.get("request_id")):
            told["request"] = request
        told["method"] = scope["method"] if scope["method"] in _METHODS else "other"
        told["route"], told["status"] = _plain(route_of(scope)), status
        if problem := state.get("problem"):
            told["problem"] = _plain(problem)
        told["ms"] = round(seconds * 1000, 1)
        if self._settings.log_clients != "none":
            told["client"] = network_of(address_of(Request(scope), self._settings))
        self._log.line(level, told)


def _level(status: int) -> str:
    if status >= 500:
        return "error"
    return "warning" if status in _WARNED else "info"


def network_of(address: str) -> str:
    """The network of an address; ``-`` for what is none."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "-"
    return str(ipaddress.ip_network((ip, NETWORK_BITS[ip.version]), strict=False))


# -- libraries ------------------------------------------------------------------------------


def hush_libraries(log: Log) -> None:
    """What libraries log is told by who and what kind of error; their words may hold anything."""
    root = logging.getLogger()
    root.handlers[:] = [_Library(log)]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(True)


class _Library(logging.Handler):
    """One line for whatever a library says."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0] if record.exc_info else None
        say = self._log.error if record.levelno >= logging.ERROR else self._log.warning
        say("library", library=record.name, error=kind.__name__ if kind else None)


# -- rendering ------------------------------------------------------------------------------


def _timed(_: Any, level: str, event: Event) -> Event:
    event["level"] = level
    event["time"] = _now()
    return event


def _now() -> str:
    """UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def _only_fields(_: Any, __: str, event: Event) -> Event:
    """The fields we know, in their order; whatever else came is dropped."""
    told = [(name, _plain(event[name])) for name in FIELDS if name in event]
    return {name: value for name, value in told if value is not None}


def _json(_: Any, __: str, event: Event) -> str:
    return _written(event)


_written = json.JSONEncoder(ensure_ascii=True).encode


def _plain(value: object) -> str | int | float | None:
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else type(value).__name__
    if len(text) <= LONGEST and text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text[:LONGEST])


def _random(request_id: object) -> str | None:
    return request_id if isinstance(request_id, str) and _RANDOM.fullmatch(request_id) else None


def _console(_: Any, __: str, event: Event) -> str:
    """For people: time, level and event, then ``name=value``; values with spaces in quotes."""
    head = [str(event.pop("time")), f"{event.pop('level'):7}", str(event.pop("event"))]
    return " ".join([*head, *(f"{name}={_quoted(value)}" for name, value in event.items())])


def _quoted(value: object) -> str:
    text = str(value)
    if re.fullmatch(r"[^\s\"=\\]+", text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
