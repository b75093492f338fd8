"""The parts of a path that name something. Whatever they hold is a name, never a path of ours."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

SubjectPath = Annotated[
    str,
    Path(
        alias="subject", min_length=1, max_length=200, examples=["resident-17"],
        description="The operator's own opaque reference of a person; never a name.",
    ),
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
