"""A passkey at one's own pages: added, shown, copied, replayed; without a script the PIN stays."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from facekeep.assembly import House
from tests.attacks.authenticator import Authenticator
from tests.attacks.http import TestClient
from tests.attacks.toolkit import Site
from tests.rooms.web.portal.own import come_in, settled
from tests.rooms.web.portal.walking import ORIGIN, agree, fields_of, invited, send, text_of, walker

OPTIONS = re.compile(r'data-passkey="(\w+)" data-options="([^"]*)"')


@pytest.fixture
def site(site: Site) -> Site:
    """The same at an address that passkeys are bound to."""
    site.settings = site.settings.model_copy(update={"origin": ORIGIN})
    return site


@pytest.fixture
def device() -> Authenticator:
    """The person's own."""
    return Authenticator(origin=ORIGIN)


@pytest.fixture
def other(site: Site, house: House) -> Iterator[TestClient]:
    """Another browser."""
    with walker(house, site.settings, site.people) as client:
        yield client


def test_a_passkey_opens_without_the_pin(
    browser: TestClient, site: Site, house: House, device: Authenticator
) -> None:
    """Added with a visit, used the next time."""
    path = settled(browser, site, house)
    assert "The passkey is added" in text_of(_add(browser, device).text)
    browser.cookies.clear()

    answer = _show(browser, path, device)

    assert str(answer.url) == f"{ORIGIN}/mine"
    assert "A PIN, card or passkey was set" in text_of(browser.get("/mine/history").text)


def test_without_a_script_the_pin_stays(
    browser: TestClient, site: Site, house: House, device: Authenticator
) -> None:
    """The passkey's form is hidden until the module shows it; the PIN's is there."""
    path = settled(browser, site, house)
    _add(browser, device)
    browser.cookies.clear()

    page = browser.get(f"{path}/open")

    hidden = re.search(r"<form[^>]*data-passkey[^>]*>", page.text)
    assert hidden
    assert " hidden>" in hidden[0]
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert come_in_by_pin(browser, page.text, path).status_code == 200


def test_anothers_passkey_opens_nothing(
    browser: TestClient, site: Site, house: House, device: Authenticator
) -> None:
    """Nor one that asks nobody for finger or number, nor a copy that lags behind."""
    path = settled(browser, site, house)
    _add(browser, device)
    browser.cookies.clear()
    for stranger in (
        Authenticator(origin=ORIGIN), Authenticator(key=device.key, origin=ORIGIN, verifies=False),
    ):  # fmt: skip
        answer = _show(browser, path, stranger)
        assert answer.status_code == 422
        assert "This did not open your pages." in text_of(answer.text)
    assert browser.get("/mine").status_code == 401


def test_an_answer_opens_once(
    browser: TestClient, other: TestClient, site: Site, house: House, device: Authenticator
) -> None:
    """Whoever recorded it has nothing; nor does an answer to another person's question count."""
    path = settled(browser, site, house)
    _add(browser, device)
    elsewhere = settled(other, site, house, "bella")
    _add(other, Authenticator(origin=ORIGIN))
    browser.cookies.clear()
    other.cookies.clear()
    answered = json.dumps(device.show(_asked(browser, f"{path}/open")))
    crossed = json.dumps(device.show(_asked(other, f"{elsewhere}/open")))

    assert _send(browser, path, answered).status_code == 200
    assert _send(other, path, answered).status_code == 422
    assert _send(other, path, crossed).status_code == 422
    assert (
        _send(other, path, json.dumps(device.show({"challenge": "AAAA", "rpId": "x"}))).status_code
        == 422
    )


@pytest.mark.parametrize("shown", ["{}", "[]", "7", "null", "x", "[" * 9_000, '{"response": {}}'])
def test_what_no_browser_says_opens_nothing(
    browser: TestClient, site: Site, house: House, device: Authenticator, shown: str
) -> None:
    """In the same words."""
    path = settled(browser, site, house)
    _add(browser, device)
    browser.cookies.clear()

    answer = _send(browser, path, shown)

    assert answer.status_code == 422
    assert "This did not open your pages." in text_of(answer.text)


def test_an_answer_to_another_home_adds_nothing(
    browser: TestClient, site: Site, house: House
) -> None:
    """It is refused in words, and the PIN goes on opening."""
    path = settled(browser, site, house)

    answer = _add(browser, Authenticator(origin="https://evil.example"))

    assert answer.status_code == 422
    assert "The passkey was not accepted" in text_of(answer.text)
    browser.cookies.clear()
    assert come_in(browser, path).status_code == 200


def test_no_passkey_is_asked_for_where_none_is_set(browser: TestClient, house: House) -> None:
    """And the page needs no script then."""
    path = invited(house)
    agree(browser, path)
    browser.cookies.clear()

    page = browser.get(f"{path}/open")

    assert "data-passkey" not in page.text
    assert "script-src" not in page.headers["content-security-policy"]


def come_in_by_pin(browser: TestClient, page: str, path: str) -> Any:
    """The PIN's form of a page that has two."""
    token = re.findall(r'name="(token|once)" value="([^"]*)"', page)
    return browser.post(f"{path}/open", data={**dict(token), "pin": "480913"})


def _asked(browser: TestClient, path: str) -> dict[str, Any]:
    found = OPTIONS.search(browser.get(path).text)
    assert found
    options = json.loads(unescape(found[2]))
    assert isinstance(options, dict)
    return options


def _add(browser: TestClient, device: Authenticator) -> Any:
    page = browser.get("/mine/passkey").text
    made = device.make(_asked(browser, "/mine/passkey"))
    return send(browser, page, "/mine/passkey", credential=json.dumps(made))


def _show(browser: TestClient, path: str, device: Authenticator) -> Any:
    return _send(browser, path, json.dumps(device.show(_asked(browser, f"{path}/open"))))


def _send(browser: TestClient, path: str, credential: str) -> Any:
    page = browser.get(f"{path}/open").text
    data = {**fields_of(page, f"{path}/open"), "credential": credential}
    return browser.post(f"{path}/open", data=data)
