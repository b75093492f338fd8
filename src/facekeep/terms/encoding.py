"""Bytes two parties agree on: canonical JSON and length-prefixed fields."""

from __future__ import annotations

import json
from typing import Any


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8, no NaN: equal values have equal bytes.

    A subset of RFC 8785 (no floating-point numbers are ever signed here).
    """
    return _CANONICAL.encode(value).encode()


_CANONICAL = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)

_LENGTHS = [length.to_bytes(4, "big") for length in range(4096)]
"""Ready-made prefixes: every field we frame in bulk is shorter than this."""


def prefixed(*fields: bytes) -> bytes:
    """Each field behind its length (4 bytes, big-endian), so no two lists share an encoding."""
    parts = []
    for field in fields:
        length = len(field)
        parts.append(_LENGTHS[length] if length < 4096 else length.to_bytes(4, "big"))
        parts.append(field)
    return b"".join(parts)
