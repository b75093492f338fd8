"""The server: one process, one house, granian in front (it drops whoever sends headers slowly)."""

from __future__ import annotations

import asyncio
import resource
import signal
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from errno import EACCES, EADDRINUSE, EADDRNOTAVAIL

import anyio.to_thread
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from starlette.types import ASGIApp

from facekeep import __version__
from facekeep.assembly import House
from facekeep.settings import Settings
from facekeep.terms.cores import settle
from facekeep.terms.errors import Broken
from facekeep.web.app import application
from facekeep.web.logs import RequestLog, service_log
from facekeep.web.service import Eyes

THREADS = 8
"""Requests that are worked on at once: more threads only wait for one another."""

HEADERS_WITHIN_MS = 8_000
"""Whoever has not sent their headers by then is let go (1,000 half-open connections within 15 s)."""

CONNECTIONS = 8_192
"""Open at once; the next one waits to be accepted. More than requests may wait (``limits.WAITING``), so
that one too many hears a 503 and not silence, and silent connections keep nobody out."""

FILES = 2 * CONNECTIONS
"""What a process may hold open; many systems start with 1,024, which connections would use up, and
then no store opens its log."""


def serve(
    house: House, settings: Settings, started: Callable[[str], None], eyes: Eyes | None = None
) -> None:
    """Answer until told to stop (SIGTERM, SIGINT). ``started`` hears the address; ``eyes`` stand in
    for the models of the purposes. Raises ``Broken`` where the address cannot be ours.
    """
    _refuse_taken(settings.host, settings.port)
    _allow_files()
    house.home.ballast.lay()
    house.jobs.start()  # until the house is closed
    log = service_log(settings)
    app = application(house, settings, eyes, RequestLog(log, settings))
    log.info("started", address=address_of(settings), version=__version__)
    try:
        asyncio.run(_serve(app, settings, started))
    finally:
        log.info("stopped")


async def _serve(app: ASGIApp, settings: Settings, started: Callable[[str], None]) -> None:
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    server, loop = _server(app, settings), asyncio.get_running_loop()
    for told in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(told, server.stop)
    serving = asyncio.create_task(server.serve())
    await _first_answer(serving, settings)
    settle()  # granian's own threads stand by now, and keep every core
    server.stand()
    started(address_of(settings))
    await serving


class _Standing(Server):
    """granian falls over where it is stopped before it stands: whoever says so early is heard then."""

    stands, told = False, False

    def signal_handler_interrupt(self, *signals: object) -> None:
        self.told = True
        if self.stands:
            super().signal_handler_interrupt(*signals)  # type: ignore[no-untyped-call]

    def stand(self) -> None:
        """It answers: from here on it may be stopped."""
        self.stands = True
        if self.told:
            super().signal_handler_interrupt()  # type: ignore[no-untyped-call]


async def _first_answer(serving: asyncio.Task[None], settings: Settings) -> None:
    """Until somebody who asks is answered, or nobody ever will be."""
    while not serving.done():
        with suppress(OSError, EOFError):
            reader, writer = await _connected(settings)
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            await reader.readline()
            writer.close()
            return
        await asyncio.sleep(0.02)


async def _connected(settings: Settings) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to ourselves; whose certificate that is, nobody has to prove to us."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what an operator wrote
    tls = None
    if settings.tls_certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    host = everywhere.get(settings.host, settings.host)
    return await asyncio.open_connection(host, settings.port, ssl=tls)


def _server(app: ASGIApp, settings: Settings) -> _Standing:
    return _Standing(
        app,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,  # telling HTTP/2 apart would wait for a first byte, for ever
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_WITHIN_MS),
        log_enabled=False,
        websockets=False,
        ssl_cert=settings.tls_certificate,
        ssl_key=settings.tls_key,
    )


def _refuse_taken(host: str, port: int) -> None:
    """The server shares its port with whoever asks for the same (SO_REUSEPORT): the requests of one
    home would land at another's. A plain bind tells.
    """
    family, kind, protocol, _, address = _resolved(host, port)
    with socket.socket(family, kind, protocol) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(address)
        except OSError as error:
            raise _unusable(f"{host}:{port}", error) from error


def _resolved(host: str, port: int) -> tuple[int, int, int, str, tuple[object, ...]]:
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError as error:
        raise _unusable(f"{host}:{port}", error) from error


def _unusable(address: str, error: OSError) -> Broken:
    match error.errno:
        case code if code == EADDRINUSE:
            return Broken(
                f"another program answers at {address}", "Stop it, or choose another --port"
            )
        case code if code == EADDRNOTAVAIL:
            return Broken(f"{address} is no address of this machine", "Choose another --host")
        case code if code == EACCES:
            return Broken(f"{address} is for the administrator alone", "Choose a --port above 1023")
        case _:
            return Broken(f"{address} cannot be used: {error.strerror}", "Choose another --host")


def _allow_files() -> None:
    """Take as many as the system lets us, up to what we need."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    if allowed != resource.RLIM_INFINITY and allowed < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def address_of(settings: Settings) -> str:
    """Where we answer."""
    scheme = "https" if settings.tls_certificate else "http"
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{scheme}://{host}:{settings.port}"
