"""The two clients: what they send, when they send it again, and how a refusal comes back."""

from __future__ import annotations

import asyncio
import inspect
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from facekeep.client import AsyncClient, Client, Retries, calls, problem_of, request_id_of
from facekeep.client.errors import error_of
from facekeep.terms.errors import (
    Broken,
    CaptureRefused,
    ConsentMissing,
    FacekeepError,
    Misused,
    NoFace,
    NotPermitted,
    NotRecognised,
    Refused,
    Tampered,
    TooMany,
)

HERE = "http://127.0.0.1:8430"
KEY = "fk_secret"
MATCH = {
    "decision": "match", "max_fmr": 1e-3, "model": "m", "grade": "production", "calibration": "c",
    "pad": "not_checked", "capture": "none", "purpose": "gate", "event": "ab", "alternatives": ["card"],
}  # fmt: skip


@dataclass
class Wire:
    """A service that answers what it is told to, in turn, and remembers what it was sent."""

    answers: Iterator[httpx.Response | type[httpx.TransportError]]
    seen: list[httpx.Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        answer = next(self.answers)
        if isinstance(answer, httpx.Response):
            return answer
        raise answer(f"cannot reach {request.url}")

    @property
    def waiting(self) -> Client:
        """A client over this wire that does not really sleep."""
        client = Client(HERE, KEY, transport=httpx.MockTransport(self), retries=STEADY)
        client._sleep = self.slept.append
        return client

    @property
    def awaited(self) -> AsyncClient:
        """The same, awaited."""
        client = AsyncClient(HERE, KEY, transport=httpx.MockTransport(self), retries=STEADY)

        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)

        client._sleep = sleep
        return client


STEADY = Retries(between=lambda least, most: most)


def wire(*answers: httpx.Response | type[httpx.TransportError]) -> Wire:
    return Wire(iter(answers))


def answer(document: Any, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=document, headers=headers)


def problem(code: str, status: int, **more: Any) -> httpx.Response:
    """A refusal as the service writes it."""
    headers = {"content-type": "application/problem+json", **more.pop("headers", {})}
    told = {
        "type": f"/v1/problems/{code}", "title": "No", "status": status, "detail": "not like this",
        "instance": "urn:facekeep:request:r-17", "code": code, "remedy": "do it so", **more,
    }  # fmt: skip
    return httpx.Response(status, content=json.dumps(told), headers=headers)


def ask(client: Client) -> Any:
    return client.verify("resident-17", "gate", b"picture", device="gate-1")


# -- what is sent ----------------------------------------------------------------------------


def test_both_clients_have_every_call() -> None:
    """One list of calls, two ways to wait for them."""
    described = {
        name for name, one in vars(calls).items()
        if inspect.isfunction(one) and one.__module__ == calls.__name__ and not name.startswith("_")
    }  # fmt: skip
    for client in (Client, AsyncClient):
        assert described <= set(vars(client)), described - set(vars(client))


def test_both_clients_send_the_same_bytes() -> None:
    """Apart from the idempotency key, which is drawn anew for each thing to be done."""
    now, later = wire(answer(MATCH)), wire(answer(MATCH))
    assert ask(now.waiting).decision == "match"
    told = later.awaited.verify("resident-17", "gate", b"picture", device="gate-1")
    assert asyncio.run(_awaited(told)).decision == "match"
    (one,), (other,) = now.seen, later.seen
    assert one.content == other.content
    assert one.headers.pop("idempotency-key") != other.headers.pop("idempotency-key")
    assert set(one.headers) == set(other.headers)
    assert one.headers["authorization"] == f"Bearer {KEY}"


async def _awaited(told: Any) -> Any:
    return await told


def test_a_picture_may_be_bytes_a_path_or_a_file(tmp_path: Path) -> None:
    """All three arrive as the same base64."""
    path = tmp_path / "a.jpg"
    path.write_bytes(b"picture")
    sent = wire(*(answer(MATCH) for _ in range(4)))
    for picture in (b"picture", path, str(path), io.BytesIO(b"picture")):
        sent.waiting.verify("resident-17", "gate", picture, device="gate-1")
    assert {json.loads(request.content)["photo"] for request in sent.seen} == {"cGljdHVyZQ=="}
    with pytest.raises(Misused, match="cannot be read"):
        sent.waiting.verify("resident-17", "gate", tmp_path / "none.jpg", device="gate-1")


def test_a_subject_is_data_wherever_it_stands() -> None:
    """Slashes, dots, spaces and quotes in a reference stay inside their segment of the path."""
    sent = wire(answer({"purpose": "gate", "in_force": False, "consents": []}))
    sent.waiting.consent("../a b/?x='\u4eba", "gate")
    assert sent.seen[0].url.raw_path == (
        b"/v1/subjects/..%2Fa%20b%2F%3Fx%3D%27%E4%BA%BA/consents/gate"
    )


def test_what_cannot_be_right_is_not_sent_and_not_repeated_back() -> None:
    """Both a device and nothing, no picture, a rate out of reach: the field is named, never its value."""
    sent = wire()
    with pytest.raises(Misused) as refused:
        sent.waiting.verify("resident-17", "gate", b"", device="gate-1", max_fmr=0.5)
    assert "photo" in str(refused.value)
    assert "max_fmr" in str(refused.value)
    assert "resident-17" not in str(refused.value)
    with pytest.raises(Misused, match="name the device"):
        sent.waiting.verify("resident-17", "gate", b"picture")
    assert sent.seen == []


@pytest.mark.parametrize("url", ["http://faces.example", "ftp://localhost", "http://10.0.0.7:8430"])
def test_a_key_is_not_sent_in_clear(url: str) -> None:
    """Plain http is for this machine alone."""
    with pytest.raises(Misused, match="https"):
        Client(url, KEY)


def test_nothing_shows_the_key() -> None:
    """Neither the client nor the error of an unreachable service, nor the subject in its address."""
    sent = wire(*[httpx.ConnectError] * 4)
    client = sent.waiting
    with pytest.raises(Broken) as broken:
        client.consent("resident-17", "gate")
    assert KEY not in repr(client)
    assert "resident-17" not in str(broken.value)
    assert broken.value.__cause__ is None


# -- again, and not again --------------------------------------------------------------------


@pytest.mark.parametrize(
    "passing",
    [
        httpx.ConnectError,
        httpx.ReadTimeout,
        httpx.RemoteProtocolError,
        problem("busy", 503),
        problem("too_many", 429),
        problem("still_running", 409, headers={"retry-after": "1"}),
        httpx.Response(502, text="bad gateway"),
    ],
)
def test_what_may_pass_is_asked_again_under_the_same_key(passing: Any) -> None:
    """The service does it once and repeats its answer."""
    sent = wire(passing, passing, answer(MATCH))
    assert ask(sent.waiting).decision == "match"
    assert len({request.headers["idempotency-key"] for request in sent.seen}) == 1
    assert len({request.content for request in sent.seen}) == 1
    assert len(sent.slept) == 2


def test_pauses_grow_up_to_a_bound_and_then_it_ends() -> None:
    """Twice as long each time, by chance below that; four attempts in all."""
    sent = wire(*[httpx.ConnectError] * 4)
    with pytest.raises(Broken, match="ConnectError"):
        ask(sent.waiting)
    assert (len(sent.seen), sent.slept) == (4, [0.25, 0.5, 1.0])
    assert {Retries().wait(1, None) for _ in range(20)} != {0.25}, "clients must not march in step"


def test_retry_after_is_waited_for_unless_it_is_too_long() -> None:
    """What the service asks for comes on top of chance."""
    sent = wire(problem("too_many", 429, headers={"retry-after": "7"}), answer(MATCH))
    ask(sent.waiting)
    assert sent.slept == [7.25]
    patient = wire(problem("too_many", 429, headers={"retry-after": "3600"}))
    with pytest.raises(TooMany) as refused:
        ask(patient.waiting)
    assert (refused.value.retry_after, patient.slept) == (3600, [])


@pytest.mark.parametrize(
    "final",
    [
        problem("consent_missing", 403),
        problem("no_face", 422),
        problem("tampered", 500),
        problem("outcome_unknown", 409),
        problem("not_found", 404),
    ],
)
def test_an_answer_is_not_asked_for_twice(final: httpx.Response) -> None:
    """A no stays a no."""
    sent = wire(final)
    with pytest.raises(FacekeepError):
        ask(sent.waiting)
    assert len(sent.seen) == 1


def test_a_question_carries_no_idempotency_key() -> None:
    """A GET changes nothing."""
    sent = wire(answer({"ready": True}))
    assert sent.waiting.ready().ready
    assert "idempotency-key" not in sent.seen[0].headers


# -- lists -----------------------------------------------------------------------------------

PAGES = (
    {"items": [{"purpose": "a", "enrolled": True}], "next": "c1"},
    {"items": [{"purpose": "b", "enrolled": False}], "next": None},
)


def test_lists_are_read_page_by_page_as_they_are_walked() -> None:
    """The next page is asked for when the last item of this one was taken."""
    sent = wire(*map(answer, PAGES))
    walk = sent.waiting.references("resident-17", limit=1)
    assert (next(walk).purpose, len(sent.seen)) == ("a", 1)
    assert [one.purpose for one in walk] == ["b"]
    assert [dict(request.url.params) for request in sent.seen] == [
        {"limit": "1"}, {"limit": "1", "cursor": "c1"},
    ]  # fmt: skip


def test_awaited_lists_are_the_same() -> None:
    """``async for``."""
    sent = wire(*map(answer, PAGES))

    async def walked() -> list[str]:
        async with sent.awaited as client:
            return [one.purpose async for one in client.references("resident-17", limit=1)]

    assert asyncio.run(walked()) == ["a", "b"]


# -- refusals --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (
            problem("consent_missing", 403, article="FRM-06-1", reason="nobody agreed"),
            ConsentMissing,
        ),
        (problem("not_permitted", 403), NotPermitted),
        (problem("no_face", 422), NoFace),
        (problem("capture_refused", 403, why="nonce"), CaptureRefused),
        (problem("tampered", 500), Tampered),
        (problem("broken", 503), Broken),
        (problem("not_valid", 422, faults=[{"at": "/body/photo", "why": "too short"}]), Misused),
        (problem("of_a_newer_service", 403), Refused),
        (problem("of_a_newer_service", 418), Misused),
        (problem("of_a_newer_service", 599), Broken),
        (httpx.Response(404, text="<html>"), Broken),
        (httpx.Response(500, text="<html>"), Broken),
    ],
)
def test_a_problem_becomes_the_error_it_was(
    response: httpx.Response, kind: type[FacekeepError]
) -> None:
    """The same class, code, duty and way out; the nearest above where this program is older."""
    error = error_of(response)
    assert type(error) is kind
    assert str(error)


def test_an_error_carries_its_problem() -> None:
    """Duty, reason, remedy, request id, other ways in, fields."""
    told = problem(
        "not_recognised", 422, article=None, alternatives=["card", "desk"],
        faults=[{"at": "/body", "why": "x"}],
    )  # fmt: skip
    error = error_of(told)
    assert isinstance(error, NotRecognised)
    document = problem_of(error)
    assert document is not None
    assert document.alternatives == ("card", "desk")
    assert request_id_of(error) == "r-17"
    refused = error_of(problem("consent_missing", 403, article="FRM-06-1", reason="nobody agreed"))
    assert isinstance(refused, Refused)
    assert (refused.duty, refused.reason, refused.remedy) == (
        "FRM-06-1",
        "nobody agreed",
        "do it so",
    )
    why = error_of(problem("capture_refused", 403, why="nonce"))
    assert isinstance(why, CaptureRefused)
    assert why.why == "nonce"
    assert "/body/photo: too short" in str(
        error_of(problem("not_valid", 422, faults=[{"at": "/body/photo", "why": "too short"}]))
    )


def test_an_error_of_our_own_has_no_problem() -> None:
    """What was found here, or never answered."""
    assert problem_of(Misused("x")) is None
    assert request_id_of(Broken("x")) is None


@pytest.mark.parametrize(
    "read", [lambda client: client.ready(), lambda client: client.notice("gate")]
)
def test_an_answer_of_something_else_is_said_to_be_one(read: Callable[[Client], Any]) -> None:
    """A captive portal answers 200 too."""
    for text in ("<html>", "[]", "{}"):
        with pytest.raises(Broken, match="not one of this service"):
            read(wire(httpx.Response(200, text=text)).waiting)
