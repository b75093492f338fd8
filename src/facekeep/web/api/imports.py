"""Importing whom to ask, from another system's list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request

from facekeep.collection import roster
from facekeep.collection.imports import RosterDesk, Taken
from facekeep.terms.messages import in_language
from facekeep.terms.wire.imports import MAX_IMPORT_BYTES, MAX_LINES, Import, Line
from facekeep.web.caller import Calling
from facekeep.web.idempotency import Once
from facekeep.web.problems import Unreadable
from facekeep.web.service import Call

router = APIRouter(tags=["consent"], route_class=Once)
KINDS: dict[str, roster.Kind] = {
    "text/csv": "csv",
    "application/json": "json",
    "application/x-ndjson": "lines",
    "application/jsonl": "lines",
}
PurposeQuery = Annotated[str, Query(alias="purpose", min_length=1, max_length=80)]
Mode = Annotated[
    Literal["each", "all"],
    Query(description="`all`: nobody is asked where one line is refused; `each`: the others are."),
]
_OBJECT = {
    "type": "object", "required": ["subject"], "additionalProperties": False,
    "properties": {
        "subject": {"type": "string", "minLength": 1, "maxLength": 200},
        "birth_date": {"type": "string", "format": "date"},
        "guardian": {"type": "boolean"},
    },
}  # fmt: skip
_LINES = {"schema": {"type": "string", "format": "binary"}}
CONTENT = {
    "text/csv": _LINES,
    "application/x-ndjson": _LINES,
    "application/jsonl": _LINES,
    "application/json": {"schema": {"type": "array", "items": _OBJECT, "maxItems": MAX_LINES}},
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A list as it was sent."""

    kind: roster.Kind
    charset: str
    raw: bytes


async def sent(request: Request) -> Sent:
    """The list. Answers 413 where it is too large, 415 for another kind."""
    named, *parameters = request.headers.get("content-type", "").lower().split(";")
    kind = KINDS.get(named.strip())
    if kind is None or "content-encoding" in request.headers:
        raise Unreadable(415)
    told = dict(part.strip().partition("=")[::2] for part in parameters)
    raw = await request.body()
    if len(raw) > MAX_IMPORT_BYTES:
        raise Unreadable(413)
    return Sent(kind, told.get("charset", "").strip('" '), raw)


@router.post(
    "/imports", operation_id="import_subjects", status_code=201,
    openapi_extra={"requestBody": {"required": True, "content": CONTENT}},
)  # fmt: skip
def import_subjects(
    call: Calling, given: Annotated[Sent, Depends(sent)], purpose: PurposeQuery, mode: Mode = "each"
) -> Import:
    """Write down whom you are going to ask for their consent: a request for each, and nothing more.

    CSV with a heading (`subject`, and `birth_date` or `guardian` where children are among them), a
    JSON array, or an object a line; at most 10,000 lines and 4 MiB, in UTF-8, UTF-16 or GB 18030
    (`charset=`). A birth date tells only whether a guardian is asked, and is not kept. Names, notes and
    other columns are refused: they have no business here.

    `unchanged` are people who were asked before or have answered, however they did; sending a list
    again changes nothing.
    """
    with call.doing("import_subjects", purpose) as house:
        lines = _lines(given)
        desk = RosterDesk(house.home, house.requests)
        taken = (desk.take_all if mode == "all" else desk.take)(purpose, lines)
    return _told(call, purpose, taken)


def _lines(given: Sent) -> list[roster.Line]:
    try:
        return roster.read(given.raw, given.kind, given.charset, MAX_LINES)
    except roster.TooLong:
        raise Unreadable(413) from None


def _told(call: Call, purpose: str, taken: Taken) -> Import:
    lines = (
        Line(line=d.line, outcome=d.outcome, why=in_language(d.why, call.language) or None)
        for d in taken.lines
    )
    return Import(
        purpose=purpose,
        done=taken.carried_out,
        requested=taken.count("requested"),
        unchanged=taken.count("unchanged"),
        refused=taken.count("refused"),
        lines=tuple(lines),
    )
