"""Problem details (RFC 9457): what went wrong, which duty says so, and the way out."""

from __future__ import annotations

from facekeep.terms.wire.base import Told


class Fault(Told):
    """One field that is not as it must be; its value is never repeated."""

    at: str
    why: str


class Problem(Told):
    """``application/problem+json``. ``code`` is stable and safe to match on."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    """``urn:facekeep:request:ID``: the request id of the logs."""
    code: str
    article: str | None = None
    reason: str | None = None
    remedy: str
    why: str | None = None
    alternatives: tuple[str, ...] | None = None
    """Other ways in, where somebody was not recognised or refused."""
    faults: tuple[Fault, ...] | None = None
