"""Every failure is a problem document (RFC 9457) with a remedy, in the caller's language."""

from __future__ import annotations

import re

import pytest

from facekeep.assembly import House
from facekeep.terms import errors
from facekeep.terms.errors import Broken, CaptureRefused, FacekeepError, Misused, TooMany
from facekeep.terms.messages import SENTENCES
from facekeep.terms.wire.problems import Problem
from facekeep.web.api.problem_pages import codes, explained
from facekeep.web.problems import PLAIN, Unreadable, problem_of, status_of
from tests.attacks.http import TestClient, at_the_door
from tests.attacks.toolkit import Site

HAN = re.compile("[\u4e00-\u9fff]")


def every_error() -> list[type[FacekeepError]]:
    """The tree without its root."""
    found, waiting = [], [FacekeepError]
    while waiting:
        below = waiting.pop().__subclasses__()
        found += [kind for kind in below if kind.__module__ == errors.__name__]
        waiting += below
    return found


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/v1/nothing", 404, "not_found"),
        ("GET", "/v1/", 404, "not_found"),
        ("GET", "/healthz/", 404, "not_found"),
        ("GET", "/v1//healthz", 404, "not_found"),
        ("GET", "/v1/%2e%2e/healthz", 404, "not_found"),
        ("GET", "/v1/verifications", 405, "method_not_allowed"),
        ("DELETE", "/healthz", 405, "method_not_allowed"),
        ("TRACE", "/healthz", 405, "method_not_allowed"),
        ("POST", "/v1/verifications", 415, "unsupported_media_type"),
        ("GET", "/v1/ledger/entries?limit=0", 422, "not_valid"),
        ("GET", "/v1/problems/no_such_code", 404, "not_found"),
    ],
)
def test_what_no_route_answers(
    one_door: TestClient, method: str, path: str, status: int, code: str
) -> None:
    told = one_door.request(method, path)
    problem = Problem.model_validate(told.json())
    assert (told.status_code, problem.code, problem.status) == (status, code, status)
    assert told.headers["content-type"] == "application/problem+json"
    assert problem.instance == f"urn:facekeep:request:{told.headers['x-request-id']}"
    assert problem.remedy
    if status == 405:
        assert told.headers["allow"]


def test_nobody_known_is_told_how_to_ask(one_site: Site, one_house: House) -> None:
    with at_the_door(one_house, one_site.settings, one_site.people, key="") as one_door:
        told = one_door.get("/metrics")
    assert (told.status_code, told.json()["code"]) == (401, "not_signed_in")
    assert told.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("said", "chinese"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", True),
        ("en;q=0.1, zh;q=0.9", True),
        ("zh;q=0.1,en", False),
        ("fr", False),
        ("", False),
        ("zh;q=often,en;q=0.2", False),
        ("ZH-hant", True),
        (";;;,,,=", False),
    ],
)
def test_the_language_of_the_caller(one_door: TestClient, said: str, chinese: bool) -> None:
    told = one_door.get("/nothing", headers={"Accept-Language": said}).json()
    for field in ("title", "detail", "remedy"):
        assert bool(HAN.search(told[field])) is chinese, told


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_every_error_of_the_tree_has_a_status(kind: type[FacekeepError]) -> None:
    """Refusals and what nobody could recognise are the caller's to mend; the rest is ours."""
    status = status_of(kind)
    ours = issubclass(kind, Broken | errors.Tampered) and kind is not errors.WrongPassphrase
    assert (status >= 500) is ours
    assert status != 500 or issubclass(kind, errors.Tampered)


def test_an_error_tells_its_duty_reason_and_remedy() -> None:
    refused = CaptureRefused("this capture is too old", "Take the picture again", why="expired")
    told = problem_of(refused, "en", "r" * 8)
    assert (told.article, told.why, told.code) == ("FRM-13-1", "expired", "capture_refused")
    assert told.reason == "This capture is too old."
    assert told.remedy == "Take the picture again."
    assert told.type == "/v1/problems/capture_refused"


def test_what_nobody_foresaw_names_its_place_and_no_value() -> None:
    try:
        {}["secret"]
    except KeyError as error:
        told = problem_of(error, "en", "r" * 8)
    assert (told.status, told.code) == (503, "broken")
    assert "secret" not in told.model_dump_json()


def test_misuse_is_explained_for_programs() -> None:
    """The command line's own advice (``--help``) is of no use here."""
    assert "--help" not in problem_of(Misused("odd"), "en", "r" * 8).remedy


def test_too_many_says_when() -> None:
    """``Retry-After`` in whole seconds."""
    assert Unreadable("busy").headers == {"Retry-After": "1"}
    assert TooMany("slow down", "Wait", retry_after=7).retry_after == 7


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", sorted(codes()))
def test_every_code_has_a_page(one_door: TestClient, code: str, language: str) -> None:
    """What it means and what to do, in one language; nothing is loaded from elsewhere."""
    told = one_door.get(
        f"/v1/problems/{code}", headers={"Accept-Language": language, "Authorization": ""}
    )
    assert told.status_code == 200
    assert told.headers["content-type"] == "text/html; charset=utf-8"
    assert told.headers["content-security-policy"].startswith("default-src 'none'")
    assert told.headers["content-language"] == language
    page = told.text
    assert f"<code>{code}</code>" in page
    assert not re.search(r"<script|https?://|style=", page)
    one = explained(code, language)
    assert bool(HAN.search(one.what)) is bool(HAN.search(one.remedy)) is (language == "zh"), one


def test_the_codes_are_those_that_are_answered() -> None:
    """Of the tree and of requests no room gets to see; each once."""
    assert len(set(codes())) == len(codes())
    assert {kind.code for kind in every_error()} <= set(codes())
    assert "facekeep" not in codes()


def test_the_list_of_codes(one_door: TestClient) -> None:
    told = one_door.get("/v1/problems", headers={"Authorization": ""})
    assert all(f'href="/v1/problems/{code}"' in told.text for code in codes())


def test_every_plain_problem_has_its_chinese() -> None:
    for plain in PLAIN.values():
        assert {plain.what, plain.remedy} <= SENTENCES.keys()
