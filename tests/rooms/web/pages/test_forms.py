"""Forms of pages: from our own page, once, every field a short text or a picture."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse

from facekeep.settings import Settings
from facekeep.web import problems
from facekeep.web.bodies import FORM
from facekeep.web.pages import refusals
from facekeep.web.pages.forms import Faults, Filled, Form, Once, once
from facekeep.web.pages.site import VISIT, form_token
from tests.attacks.http import TestClient

PATH = "/mine/letter"
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def written() -> list[Any]:
    """What the page was asked to write down."""
    return []


@pytest.fixture
def browser(written: list[Any]) -> Iterator[TestClient]:
    """A browser at a page with one form."""
    app, router = FastAPI(), APIRouter()
    app.state.service = SimpleNamespace(settings=Settings(origin="https://faces.example"))
    problems.install(app)
    refusals.install(app)

    @router.get(PATH)
    def letter(request: Request) -> Response:
        return JSONResponse({"token": form_token(request)})

    @router.post(PATH)
    def send(request: Request, form: Filled) -> Response:
        def act() -> Response:
            written.append(form)
            return JSONResponse({"text": form.text("text"), "n": len(written)})

        return once(request, form, act)

    app.include_router(router)
    with TestClient(
        app, base_url="https://faces.example", cookies={VISIT: "somebody"}, headers=OURS,
        raise_server_exceptions=False,
    ) as client:  # fmt: skip
        yield client


def filled(browser: TestClient, **fields: str) -> dict[str, str]:
    """The form as our own page made it."""
    return {"token": browser.get(PATH).json()["token"], "once": token_hex(8), "text": "x", **fields}


def test_our_own_form_is_read(browser: TestClient) -> None:
    answer = browser.post(PATH, data=filled(browser, text="  您好\r\nAnna  "))
    assert answer.json() == {"text": "您好\nAnna", "n": 1}


def test_pictures_come_beside_texts(browser: TestClient, written: list[Any]) -> None:
    files = {"photo": ("x.png", b"\x89PNG", "image/png"), "none": ("", b"", "image/png")}
    assert browser.post(PATH, data=filled(browser), files=files).status_code == 200
    assert written[0].pictures("photo") == (b"\x89PNG",)
    assert written[0].pictures("none") == written[0].pictures("missing") == ()


def test_sent_twice_is_carried_out_once(browser: TestClient, written: list[Any]) -> None:
    form = filled(browser)
    assert browser.post(PATH, data=form).json() == browser.post(PATH, data=form).json()
    assert browser.post(PATH, data=form | {"once": token_hex(8)}).json()["n"] == 2
    assert len(written) == 2


def test_two_clicks_at_once_are_one(browser: TestClient, written: list[Any]) -> None:
    form = filled(browser)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: browser.post(PATH, data=form).json(), range(4)))
    assert len(written) == 1
    assert answers == [answers[0]] * 4


def test_somebody_elses_number_answers_nobody_else(browser: TestClient, written: list[Any]) -> None:
    """The kept answer belongs to the visit that sent the form."""
    number = token_hex(8)
    browser.post(PATH, data=filled(browser, once=number))
    browser.cookies.set(VISIT, "another")
    browser.post(PATH, data=filled(browser, once=number))
    assert len(written) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
    ],
)
def test_another_sites_form_is_refused(
    browser: TestClient, written: list[Any], headers: dict[str, str]
) -> None:
    answer = browser.post(PATH, data=filled(browser), headers=headers)
    assert answer.status_code == 403
    assert not written


@pytest.mark.parametrize("token", ["", "0" * 32, "ü"])
def test_a_form_of_another_visit_is_refused(
    browser: TestClient, written: list[Any], token: str
) -> None:
    answer = browser.post(PATH, data=filled(browser, token=token))
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/html")
    assert not written


def test_a_form_without_its_number_is_refused(browser: TestClient, written: list[Any]) -> None:
    assert browser.post(PATH, data=filled(browser, once="")).status_code == 403
    assert not written


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 415),
        (b"a=b", "text/plain", 415),
        (b"--x\r\nbroken", f"{FORM}; boundary=x", 403),
        (b"text=%00", "application/x-www-form-urlencoded", 400),
        (b"text=" + b"a" * 5000, "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a%d=1" % n for n in range(500)), "application/x-www-form-urlencoded", 400),
    ],
)
def test_what_is_no_form_of_ours(
    browser: TestClient, written: list[Any], body: bytes, kind: str, status: int
) -> None:
    answer = browser.post(PATH, content=body, headers={"Content-Type": kind})
    assert answer.status_code in (status, 403)
    assert "<h1>" in answer.text
    assert not written


def test_an_answer_is_kept_for_ten_minutes() -> None:
    """It may show a code that is shown once."""
    now, done = [0.0], []
    keeper = Once(lambda: now[0])
    request = Request({"type": "http", "path": "/mine", "headers": []})

    def send() -> Response:
        form = Form({"once": ("n",)})
        return keeper(request, form, lambda: Response(str(len(done)) + str(done.append(1))))

    assert send() is send()
    now[0] = 601
    send()
    assert len(done) == 2


def test_nobody_pushes_out_what_another_was_answered() -> None:
    keeper, done = Once(), []

    def send(path: str, number: int) -> None:
        request = Request({"type": "http", "path": path, "headers": []})
        form = Form({"once": (str(number),)})
        keeper(request, form, lambda: Response(str(done.append(path))))

    send("/p/mine", 1)
    for number in range(600):
        send("/p/theirs", number)
    send("/p/mine", 1)
    assert done.count("/p/mine") == 1


def test_what_failed_may_be_sent_again() -> None:
    keeper, request = Once(), Request({"type": "http", "path": "/mine", "headers": []})
    form = Form({"once": ("n",)})
    with pytest.raises(ZeroDivisionError):
        keeper(request, form, lambda: Response(str(1 // 0)))
    assert keeper(request, form, lambda: Response("done")).body == b"done"


def test_the_first_fault_of_a_field_counts() -> None:
    faults = Faults()
    assert not faults
    faults.unless(True, "pin", "never")
    faults.unless("", "pin", "first")
    faults.add("pin", "second")
    assert list(faults) == [("pin", "first")]
    assert (faults.of("pin"), faults.of("other")) == ("first", "")
