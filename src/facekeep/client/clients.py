"""The two clients: the same calls over the same requests, one waiting and one awaited."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import Any, Concatenate, Generic, Literal, ParamSpec, Self, TypeVar
from uuid import uuid4

import httpx

from facekeep.client import calls
from facekeep.client.errors import error_of
from facekeep.client.request import Request
from facekeep.client.retries import Retries
from facekeep.terms.errors import Broken, Misused
from facekeep.terms.wire.base import Page

TIMEOUT_S = 30.0
"""An enrolment of eight large photographs on a small machine takes some seconds."""

CONNECT_S = 5.0

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the service is, and how we show who we are.

    ``ca`` is a file of the authority that signed its certificate, where that is not one the system
    knows. A certificate is always checked; without TLS a key travels in clear, so plain ``http`` is
    for this machine alone.
    """

    url: str
    key: str = field(repr=False, default="")
    ca: Path | None = None
    language: Literal["zh", "en"] = "en"
    timeout_s: float = TIMEOUT_S

    def options(self) -> dict[str, Any]:
        """What httpx is told. Raises ``Misused`` for an address a key must not be sent to."""
        url = httpx.URL(self.url)
        local = url.host in ("localhost", "127.0.0.1", "::1")
        if url.scheme != "https" and not (url.scheme == "http" and local):
            raise Misused("an API key is sent over https alone, or to this machine")
        headers: dict[str, str] = {"Accept-Language": self.language}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        trust = ssl.create_default_context(cafile=self.ca)
        timeout = httpx.Timeout(self.timeout_s, connect=CONNECT_S)
        return {"base_url": url, "headers": headers, "verify": trust, "timeout": timeout}


@dataclass(slots=True)
class _Sending(Generic[Answer]):
    """One request under way: the same bytes and the same idempotency key at every attempt."""

    request: Request[Answer]
    retries: Retries
    headers: dict[str, str] = field(init=False)
    attempts: int = 0
    response: httpx.Response | None = None
    failure: str = ""

    def __post_init__(self) -> None:
        self.headers = {"Accept": f"{self.request.accept}, application/problem+json"}
        if self.request.content is not None:
            self.headers["Content-Type"] = self.request.kind
        if self.request.changes:
            self.headers["Idempotency-Key"] = str(uuid4())

    def built(self, client: httpx.Client | httpx.AsyncClient) -> httpx.Request:
        """The same request once more."""
        asked = self.request
        return client.build_request(
            asked.method, asked.path, params=dict(asked.parameters), content=asked.content,
            headers=self.headers,
        )  # fmt: skip

    def heard(self, response: httpx.Response) -> float | None:
        """Seconds until the next attempt; None where this was the last."""
        self.attempts, self.response = self.attempts + 1, response
        return None if response.is_success else self.retries.wait(self.attempts, response)

    def missed(self, error: httpx.TransportError) -> float | None:
        """The same where nothing was answered."""
        self.attempts, self.response = self.attempts + 1, None
        self.failure = type(error).__name__  # its text holds the address, and that a subject
        return self.retries.wait(self.attempts, None)

    def answer(self) -> Answer:
        """What was answered last. Raises whatever the service refused it with."""
        if self.response is None:
            raise Broken(
                f"the service does not answer ({self.failure})",
                "Check the address, and that it runs",
            )
        if self.response.is_success:
            return self.request.read(self.response)
        raise error_of(self.response)


def _now(
    describe: Callable[Given, Request[Answer]],
) -> Callable[Concatenate[Client, Given], Answer]:
    @wraps(describe)
    def call(self: Client, /, *given: Given.args, **named: Given.kwargs) -> Answer:
        return self.send(describe(*given, **named))

    return call


def _later(
    describe: Callable[Given, Request[Answer]],
) -> Callable[Concatenate[AsyncClient, Given], Awaitable[Answer]]:
    @wraps(describe)
    def call(self: AsyncClient, /, *given: Given.args, **named: Given.kwargs) -> Awaitable[Answer]:
        return self.send(describe(*given, **named))

    return call


def _each(
    describe: Callable[Given, Request[Page[Item]]],
) -> Callable[Concatenate[Client, Given], Iterator[Item]]:
    @wraps(describe)
    def call(self: Client, /, *given: Given.args, **named: Given.kwargs) -> Iterator[Item]:
        return self.pages(describe(*given, **named))

    return call


def _each_later(
    describe: Callable[Given, Request[Page[Item]]],
) -> Callable[Concatenate[AsyncClient, Given], AsyncIterator[Item]]:
    @wraps(describe)
    def call(
        self: AsyncClient, /, *given: Given.args, **named: Given.kwargs
    ) -> AsyncIterator[Item]:
        return self.pages(describe(*given, **named))

    return call


class Client:
    """The service, for a program that waits for its answers. Safe to share between threads.

    Every call raises an error of ``facekeep.terms.errors``: ``Refused`` and its kinds where the law, the
    person or a role says no, ``NotRecognised`` where the picture does not serve, ``Misused`` where the
    request is wrong, ``Broken`` where the service is out of order or out of reach.
    """

    def __init__(
        self, url: str, key: str = "", *, ca: Path | None = None,
        language: Literal["zh", "en"] = "en", timeout_s: float = TIMEOUT_S,
        retries: Retries | None = None, transport: httpx.BaseTransport | None = None,
    ) -> None:  # fmt: skip
        address = Address(url, key, ca, language, timeout_s)
        self._http = httpx.Client(**address.options(), transport=transport)
        self._retries = retries or Retries()
        self._sleep: Callable[[float], object] = time.sleep

    def send(self, request: Request[Answer]) -> Answer:
        """Send what one of :mod:`facekeep.client.calls` described, and read its answer."""
        sending = _Sending(request, self._retries)
        while (wait := self._attempt(sending)) is not None:
            self._sleep(wait)
        return sending.answer()

    def pages(self, request: Request[Page[Item]]) -> Iterator[Item]:
        """Every item of a list, page by page."""
        while True:
            page = self.send(request)
            yield from page.items
            if page.next is None:
                return
            request = request.at(page.next)

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()

    def _attempt(self, sending: _Sending[Any]) -> float | None:
        try:
            return sending.heard(self._http.send(sending.built(self._http)))
        except httpx.TransportError as error:
            return sending.missed(error)

    purposes = _each(calls.purposes)
    purpose = _now(calls.purpose)
    notice = _now(calls.notice)

    ask = _now(calls.ask)
    give_consent = _now(calls.give_consent)
    consents = _each(calls.consents)
    consent = _now(calls.consent)
    withdraw = _now(calls.withdraw)
    receipt = _now(calls.receipt)
    restrain = _now(calls.restrain)
    import_subjects = _now(calls.import_subjects)

    open_capture = _now(calls.open_capture)
    invite_subject = _now(calls.invite_subject)
    make_link = _now(calls.make_link)
    enrol = _now(calls.enrol)
    references = _each(calls.references)
    status = _now(calls.status)
    renew = _now(calls.renew)
    verify = _now(calls.verify)
    identify = _now(calls.identify)
    record_alternative = _now(calls.record_alternative)

    factors = _now(calls.factors)
    set_factor = _now(calls.set_factor)
    remove_factor = _now(calls.remove_factor)

    keys = _now(calls.keys)
    checkpoint = _now(calls.checkpoint)
    entries = _each(calls.entries)
    entry = _now(calls.entry)
    proof = _now(calls.proof)
    consistency = _now(calls.consistency)
    jobs = _each(calls.jobs)
    job = _now(calls.job)
    renew_all = _now(calls.renew_all)
    ready = _now(calls.ready)


class AsyncClient:
    """The same for a program that awaits its answers."""

    def __init__(
        self, url: str, key: str = "", *, ca: Path | None = None,
        language: Literal["zh", "en"] = "en", timeout_s: float = TIMEOUT_S,
        retries: Retries | None = None, transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:  # fmt: skip
        address = Address(url, key, ca, language, timeout_s)
        self._http = httpx.AsyncClient(**address.options(), transport=transport)
        self._retries = retries or Retries()
        self._sleep: Callable[[float], Awaitable[object]] = asyncio.sleep

    async def send(self, request: Request[Answer]) -> Answer:
        """Send what one of :mod:`facekeep.client.calls` described, and read its answer."""
        sending = _Sending(request, self._retries)
        while (wait := await self._attempt(sending)) is not None:
            await self._sleep(wait)
        return sending.answer()

    async def pages(self, request: Request[Page[Item]]) -> AsyncIterator[Item]:
        """Every item of a list, page by page."""
        while True:
            page = await self.send(request)
            for item in page.items:
                yield item
            if page.next is None:
                return
            request = request.at(page.next)

    async def close(self) -> None:
        """Let the connections go."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        await self.close()

    async def _attempt(self, sending: _Sending[Any]) -> float | None:
        try:
            return sending.heard(await self._http.send(sending.built(self._http)))
        except httpx.TransportError as error:
            return sending.missed(error)

    purposes = _each_later(calls.purposes)
    purpose = _later(calls.purpose)
    notice = _later(calls.notice)

    ask = _later(calls.ask)
    give_consent = _later(calls.give_consent)
    consents = _each_later(calls.consents)
    consent = _later(calls.consent)
    withdraw = _later(calls.withdraw)
    receipt = _later(calls.receipt)
    restrain = _later(calls.restrain)
    import_subjects = _later(calls.import_subjects)

    open_capture = _later(calls.open_capture)
    invite_subject = _later(calls.invite_subject)
    make_link = _later(calls.make_link)
    enrol = _later(calls.enrol)
    references = _each_later(calls.references)
    status = _later(calls.status)
    renew = _later(calls.renew)
    verify = _later(calls.verify)
    identify = _later(calls.identify)
    record_alternative = _later(calls.record_alternative)

    factors = _later(calls.factors)
    set_factor = _later(calls.set_factor)
    remove_factor = _later(calls.remove_factor)

    keys = _later(calls.keys)
    checkpoint = _later(calls.checkpoint)
    entries = _each_later(calls.entries)
    entry = _later(calls.entry)
    proof = _later(calls.proof)
    consistency = _later(calls.consistency)
    jobs = _each_later(calls.jobs)
    job = _later(calls.job)
    renew_all = _later(calls.renew_all)
    ready = _later(calls.ready)
