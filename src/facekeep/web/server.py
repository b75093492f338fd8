"""The server: one process, one house, granian in front (it drops whoever sends headers slowly)."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

import anyio.to_thread
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from starlette.types import ASGIApp

from facekeep.assembly import House
from facekeep.settings import Settings
from facekeep.web.app import application

THREADS = 8
"""Requests that are worked on at once: more threads only wait for one another."""

HEADERS_WITHIN_MS = 8_000
"""Whoever has not sent their headers by then is let go (1,000 half-open connections within 15 s)."""


def serve(house: House, settings: Settings, started: Callable[[str], None]) -> None:
    """Answer until told to stop (SIGTERM, SIGINT). ``started`` hears the address."""
    asyncio.run(_serve(application(house, settings), settings, started))


async def _serve(app: ASGIApp, settings: Settings, started: Callable[[str], None]) -> None:
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    server = _server(app, settings)
    loop = asyncio.get_running_loop()
    for told in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(told, server.stop)
    started(address_of(settings))
    await server.serve()


def _server(app: ASGIApp, settings: Settings) -> Server:
    return Server(
        app,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_WITHIN_MS),
        log_enabled=False,
        websockets=False,
        ssl_cert=settings.tls_certificate,
        ssl_key=settings.tls_key,
    )


def address_of(settings: Settings) -> str:
    """Where we answer."""
    scheme = "https" if settings.tls_certificate else "http"
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{scheme}://{host}:{settings.port}"
