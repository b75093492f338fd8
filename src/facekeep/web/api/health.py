"""Is it alive, can it answer, how much does it do."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from facekeep.storage.home import Home
from facekeep.terms.errors import FacekeepError
from facekeep.terms.wire.health import Alive, Ready
from facekeep.web.caller import Calling, Serving
from facekeep.web.meters import MEDIA_TYPE, Meters

router = APIRouter(tags=["operation"])


def meters_of(request: Request) -> Meters:
    """What this application counts."""
    meters = request.app.state.meters
    assert isinstance(meters, Meters)
    return meters


@router.get("/healthz", operation_id="alive")
async def alive() -> Alive:  # in no thread's queue: it answers while all of them wait for a disk
    """The process answers. Needs no key."""
    return Alive()


@router.get("/readyz", operation_id="ready", responses={503: {"model": Ready}})
def ready(service: Serving, response: Response) -> Ready:
    """Every store answers and faces can be compared; else 503 with the cause. Needs no key."""
    wrong = _wrong(service)
    response.status_code = 503 if wrong else 200
    attention = () if wrong else _attention(service)
    return Ready(ready=not wrong, wrong=tuple(wrong), attention=attention)


@router.get("/metrics", operation_id="metrics", response_class=Response,
            responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}})  # fmt: skip
def metrics(call: Calling, meters: Annotated[Meters, Depends(meters_of)]) -> Response:
    """Counts and times for Prometheus; about nobody."""
    with call.doing("read_metrics") as house:
        meters.work(house.jobs.health())
        return Response(meters.text(), media_type=MEDIA_TYPE)


def _attention(service: Serving) -> tuple[str, ...]:
    """What runs by itself and does not run well."""
    try:
        return service.house.jobs.health().attention
    except FacekeepError as error:
        return (error.code,)


def _wrong(service: Serving) -> list[str]:
    home, causes = service.house.home, []
    for store in (home.records, home.references.store, home.vault.store):
        try:
            store.require_there()
            _ = store.version
        except FacekeepError as error:
            causes.append(str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is not ready
            causes.append(f"{store.name}: {type(error).__name__}")
    return [*causes, *_no_room(home)]


def _no_room(home: Home) -> list[str]:
    try:
        home.ballast.require_room()
    except FacekeepError as error:
        return [str(error)]
    return []
