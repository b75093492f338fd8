"""The files that pages load: from this host, by name, nothing else."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from facekeep.web.problems import Unreadable

router = APIRouter(include_in_schema=False)
KINDS = {
    "style.css": "text/css", "mark.svg": "image/svg+xml", "camera.mjs": "text/javascript",
    "passkey.mjs": "text/javascript", "kiosk.mjs": "text/javascript",
}  # fmt: skip


@router.get("/assets/{name}")
def asset(request: Request, name: Annotated[str, Path()]) -> Response:
    """One file, kept by the browser for an hour."""
    if name not in KINDS:
        raise Unreadable(404)
    raw, tag = _read(name)
    headers = {"Cache-Control": "max-age=3600", "ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(raw, headers=headers, media_type=KINDS[name])


@cache
def _read(name: str) -> tuple[bytes, str]:
    raw = (files("facekeep.web.assets") / name).read_bytes()
    return raw, f'"{sha256(raw).hexdigest()[:16]}"'
