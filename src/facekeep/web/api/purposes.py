"""What faces are used for here, and what people are told about it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import PlainTextResponse

from facekeep.assembly import House
from facekeep.governance.notices import Notice
from facekeep.governance.purposes import Alternative, Purpose, Text
from facekeep.terms.values import StorageClass
from facekeep.terms.wire.base import Page
from facekeep.terms.wire.purposes import (
    Bilingual,
    Consents,
    HandlerOf,
    Language,
    NoticeItem,
    NoticeTold,
    PlaceOf,
    PurposeBrief,
    PurposeTold,
    Way,
)
from facekeep.web.caller import Calling
from facekeep.web.paging import DEFAULT, Cursor, Limit, page_of
from facekeep.web.paths import PurposePath

router = APIRouter(tags=["rules"])
LanguageQuery = Annotated[
    Language | None,
    Query(alias="lang", description="Where left out, the language you prefer (Accept-Language)."),
]
AS_TEXT = {
    "text/plain": {"schema": {"type": "string"}},
    "text/markdown": {"schema": {"type": "string"}},
}


@router.get("/purposes", operation_id="list_purposes")
def list_purposes(
    call: Calling, cursor: Cursor = None, limit: Limit = DEFAULT
) -> Page[PurposeBrief]:
    """The purposes in force that you may work for, by name."""
    book = call.house.home.purposes
    mine = [name for name in book.names() if call.may("read_purposes", name)]
    page = page_of(mine, str, cursor, limit)
    return Page(items=[_brief(call.house, book.get(name)) for name in page.items], next=page.next)


@router.get("/purposes/{purpose}", operation_id="show_purpose")
def show_purpose(call: Calling, purpose: PurposePath) -> PurposeTold:
    """One purpose in force: why, how exact, under which consents, and the other ways in.

    `max_fmr` and `max_fpir` are the loosest error rates it allows; a caller may ask for stricter ones.
    """
    with call.doing("read_purposes", purpose) as house:
        return _told(house, house.home.purposes.get(purpose))


@router.get(
    "/purposes/{purpose}/notice", operation_id="show_notice", response_model=NoticeTold,
    responses={200: {"content": AS_TEXT}},
)  # fmt: skip
def show_notice(
    call: Calling, request: Request, purpose: PurposePath, lang: LanguageQuery = None
) -> NoticeTold | Response:
    """The notice in force. Show it whole before anybody decides, and hand its `hash` back with the
    consent. `Accept: text/plain` or `text/markdown` gives the text alone, its hash in `ETag`.
    """
    with call.doing("read_notices", purpose) as house:
        notice, version = house.consents.notice(purpose), house.home.purposes.version(purpose)
    language = lang or call.language
    if (kind := _text_kind(request.headers.get("accept", ""))) is not None:
        return _as_text(notice, language, kind)
    items = tuple(NoticeItem(key=item.key, text=item.of(language)) for item in notice.items)
    return NoticeTold(
        purpose=purpose, version=version, language=language, hash=notice.digest.hex(),
        items=items, text=notice.of(language),
    )  # fmt: skip


def ways_of(purpose: Purpose) -> tuple[Way, ...]:
    """The other ways in, as they travel."""
    return tuple(_way(way) for way in purpose.alternatives)


def _brief(house: House, purpose: Purpose) -> PurposeBrief:
    return PurposeBrief(
        id=purpose.id,
        title=_both(purpose.title),
        version=house.home.purposes.version(purpose.id),
        operations=tuple(purpose.operations),
    )


def _told(house: House, purpose: Purpose) -> PurposeTold:
    place, handler = purpose.place, purpose.handler
    return PurposeTold(
        **_brief(house, purpose).model_dump(),
        why=_both(purpose.why),
        handler=HandlerOf(name=handler.name, contact=handler.contact),
        place=PlaceOf(kind=place.kind.value, name=_both(place.name)),
        max_fmr=purpose.max_fmr,
        max_fpir=purpose.max_fpir,
        capture=purpose.capture.value,
        identification_ground=purpose.identification_ground,
        second_factor=purpose.second_factor,
        storage=purpose.storage.value,
        region=purpose.region,
        retention_days=purpose.retention_days,
        consents=_consents(purpose),
        accessible=tuple(comfort.value for comfort in purpose.accessible),
        alternatives=ways_of(purpose),
        notice=house.consents.notice(purpose.id).digest.hex(),
        model=purpose.model,
        grade=house.grade(purpose.model),
    )


def _consents(purpose: Purpose) -> Consents:
    away = purpose.storage is not StorageClass.TERMINAL
    admitted = purpose.minors.admitted if purpose.minors else "with_guardian"
    return Consents(
        scopes=("processing", "storage") if away else ("processing",), children=admitted
    )


def _way(way: Alternative) -> Way:
    return Way(id=way.id, name=_both(way.name), where=_both(way.where) if way.where else None)


def _both(text: Text) -> Bilingual:
    return Bilingual(zh=text.zh, en=text.en)


def _text_kind(accept: str) -> str | None:
    """The kind of text that was asked for before JSON; None where JSON will do."""
    for asked in accept.split(","):
        kind = asked.partition(";")[0].strip().lower()
        if kind in ("application/json", "*/*", "application/*"):
            return None
        if kind in AS_TEXT:
            return kind
    return None


def _as_text(notice: Notice, language: str, kind: str) -> Response:
    title, *lines = [item.of(language) for item in notice.items]
    text = "\n".join([title, *lines]) if kind == "text/plain" else _markdown(title, lines)
    headers = {"ETag": f'"{notice.digest.hex()}"', "Content-Language": language}
    return PlainTextResponse(text + "\n", media_type=kind, headers=headers)


def _markdown(title: str, lines: list[str]) -> str:
    """Characters that Markdown would read as its own are shown as they stand."""
    return "\n".join([f"# {_plain(title)}", "", *(f"- {_plain(line)}" for line in lines)])


def _plain(text: str) -> str:
    return "".join(f"\\{c}" if c in r"\`*_[]<>#|" else c for c in text)
