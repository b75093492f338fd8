"""Where a request comes from, as far as it can be known: for counting guesses, never for a decision."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from fastapi import Request

from facekeep.settings import Settings


def address_of(request: Request, settings: Settings) -> str:
    """The nearest address that is none of our proxies'.

    ``X-Forwarded-For`` counts only as far as proxies of ours wrote it: read from its end, and only where
    the connection itself comes from one.
    """
    peer = request.client.host if request.client else "unknown"
    said = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    path = [one.strip() for one in said if one.strip()]
    while path and _trusted(peer, settings.trusted_proxies):
        peer = path.pop()
    return peer


def _trusted(address: str, networks: Sequence[object]) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(
        ip in network
        for network in networks
        if isinstance(network, ipaddress.IPv4Network | ipaddress.IPv6Network)
        and network.version == ip.version
    )
