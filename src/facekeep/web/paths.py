"""The parts of a path that name something. Whatever they hold is a name, never a path of ours."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import Path
from pydantic import AfterValidator
from starlette.types import Scope

SLASH = "\ue000"
"""What stands for a slash within a name, on the way to whoever reads it. No reference holds one itself:
it is not printable (``storage.subjects.normal``)."""

SLASH_QUOTED = quote(SLASH).encode()
_SLASH = re.compile(b"%2f", re.IGNORECASE)


def keep_slashes(scope: Scope) -> None:
    """A slash within a name (``%2F``) parts no path: whoever is called ``a/b`` can leave like anybody."""
    raw = scope.get("raw_path") or b""
    if _SLASH.search(raw):
        scope["path"] = unquote(_SLASH.sub(SLASH_QUOTED, raw).decode("ascii"))


def _with_slashes(name: str) -> str:
    return name.replace(SLASH, "/")


SubjectPath = Annotated[
    str,
    Path(
        alias="subject", min_length=1, max_length=200, examples=["resident-17"],
        description="The operator's own opaque reference of a person; never a name.",
    ),
    AfterValidator(_with_slashes),
]  # fmt: skip
PurposePath = Annotated[
    str,
    Path(
        alias="purpose",
        min_length=1,
        max_length=80,
        examples=["gate"],
        description="A purpose by its id.",
    ),
]
EventPath = Annotated[
    str, Path(alias="event", pattern=r"^[0-9a-f]{32}$", description="A ledger entry by its id.")
]
