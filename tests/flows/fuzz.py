"""Generated requests from the OpenAPI document, sent by several callers, judged by that document.

Half of the cases are valid by the document, half break it on purpose. Among the valid ones most speak of
people, purposes and devices that exist, so that they reach the rooms and not only the door.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_headers_conformance, response_schema_conformance, negative_data_rejection,
    missing_required_header, unsupported_method, allow_header_conformance,
]  # fmt: skip
"""Not among them: that whatever is valid by the document is accepted. A photograph without a face, a
purpose nobody published, a consent nobody gave are refused by the law, not by the form."""

REFUSED = ("400", "401", "403", "404", "405", "409", "413", "415", "422", "429")
"""How what breaks the document may be refused: some of it is too large before it is wrong."""

Answered = tuple[int, Mapping[str, str], bytes]
"""Status, headers, body."""

Send = Callable[[str, str, Mapping[str, str], bytes], Answered]
"""Method, address behind the host, headers, body."""

MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
KNOWN = {
    "subject": ("anna", "ben", "cleo", "nobody"), "purpose": ("gate", "gate", "vault", "nowhere"),
    "device": ("gate-door", "nothing"), "lang": ("zh", "en"), "code": ("no_face", "nothing"),
}  # fmt: skip
"""Names that mean something in the home that is asked."""


@dataclass
class Fuzz:
    """A run: who sends, which photographs there are, and what was seen."""

    document: dict[str, Any]
    send: Send
    callers: tuple[Mapping[str, str], ...]
    """Headers that say who asks; the first two are programs, whom nobody signs out."""
    photos: tuple[bytes, ...]
    seen: Counter[int] = field(default_factory=Counter)
    by_operation: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def operations(self) -> Iterator[APIOperation[Any, Any, Any, Any]]:
        """Every operation of the document; those that end something come last."""
        schema = schemathesis.openapi.from_dict(self.document)
        refusals = schema.config.checks.negative_data_rejection
        refusals.expected_statuses = [*REFUSED]
        found = [one.ok() for one in schema.get_all_operations()]
        return iter(sorted(found, key=lambda one: (_ends(one), one.path)))

    def run(self, each: int) -> None:
        """So many cases of every operation, the same ones in every run."""
        for operation in self.operations():
            for mode in MODES:
                with suppress(Unsatisfiable):  # nothing about a request without parts can be broken
                    self._explore(operation, mode, -(-each // 2))

    def _explore(
        self, operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, count: int
    ) -> None:
        cases = operation.as_strategy(generation_mode=mode)

        @given(cases, st.randoms(use_true_random=False))
        @settings(
            max_examples=count, derandomize=True, database=None, deadline=None,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def one(case: Case, lot: Any) -> None:
            if mode is GenerationMode.POSITIVE and lot.random() < 0.8:
                self._furnish(case, lot)
            keeps = not (_ends(operation) and "sessions" in operation.path)
            self._ask(operation, case, lot.choice(self.callers if keeps else self.callers[:2]))

        one()

    def _ask(
        self, operation: APIOperation[Any, Any, Any, Any], case: Case, caller: Mapping[str, str]
    ) -> None:
        request = _prepared(case, caller)
        if request is None:
            return
        target = request.url.removeprefix("http://testserver")
        raw = request.body.encode() if isinstance(request.body, str) else request.body or b""
        response = _response(request, self.send(request.method, target, dict(request.headers), raw))
        self.seen[response.status_code] += 1
        self.by_operation[operation.label] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as failures:
            self._note(operation, request, response, failures)

    def _note(
        self, operation: Any, request: Any, response: httpx.Response, failures: FailureGroup
    ) -> None:
        told = "; ".join(f"{type(one).__name__}: {str(one)[:400]}" for one in failures.exceptions)
        asked = f"{request.method} {request.url} {dict(request.headers)} {str(request.body)[:400]}"
        self.broken.append(
            f"{operation.label} -> {response.status_code}\n  {told}\n  {asked}\n  {response.text[:400]}"
        )

    # -- making cases mean something ------------------------------------------------------------

    def _furnish(self, case: Case, lot: Any) -> None:
        """Names that exist, pictures that show somebody."""
        for part in (case.path_parameters, case.query, case.body):
            if isinstance(part, dict):
                self._name(part, lot)

    def _name(self, part: dict[str, Any], lot: Any) -> None:
        for name, value in part.items():
            if isinstance(value, str) and name in KNOWN:
                part[name] = lot.choice(KNOWN[name])
            elif name == "photo":
                part[name] = self._photo(value, lot)
            elif name == "photos" and isinstance(value, list):
                part[name] = [self._photo(one, lot) for one in value]

    def _photo(self, value: Any, lot: Any) -> Any:
        shown = lot.choice(self.photos)
        return shown if isinstance(value, bytes) else base64.b64encode(shown).decode()


def _ends(operation: Any) -> bool:
    return operation.method.upper() == "DELETE" or "restraints" in operation.path


def _prepared(case: Case, caller: Mapping[str, str]) -> Any:
    """The request as it goes out; None where no client could send it."""
    try:
        kwargs = case.as_transport_kwargs(base_url="http://testserver")
        kwargs["headers"] = {**_unsigned(kwargs.get("headers", {}), caller), **caller}
        kwargs["cookies"] = {} if caller else kwargs.get("cookies")
        prepared = requests.Request(**{k: v for k, v in kwargs.items() if k in _SENT}).prepare()
        prepared.headers.pop("User-Agent", None)
        httpx.Headers(dict(prepared.headers))
    except (requests.exceptions.RequestException, ValueError, UnicodeError):
        return None
    return prepared


def _response(request: Any, answered: Answered) -> httpx.Response:
    status, headers, body = answered
    asked = httpx.Request(request.method, request.url)
    response = httpx.Response(status, headers=headers, content=body, request=asked)
    response.elapsed = timedelta(0)
    return response


def _unsigned(headers: Mapping[str, str], caller: Mapping[str, str]) -> dict[str, str]:
    """Without the made-up key of the case, where somebody shows their own."""
    return {k: v for k, v in headers.items() if not caller or k.lower() not in _WHO}


_WHO = ("authorization", "cookie")
_SENT = ("method", "url", "headers", "files", "data", "params", "auth", "cookies", "json")


def told(fuzz: Fuzz) -> str:
    """The figures of a run, for people."""
    statuses = json.dumps({str(k): v for k, v in sorted(fuzz.seen.items())})
    return f"{fuzz.seen.total()} cases over {len(fuzz.by_operation)} operations: {statuses}"
