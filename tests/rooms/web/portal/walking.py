"""A person at the portal: pages opened, forms filled in as they stand on the page, nothing more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

from facekeep.assembly import House
from facekeep.settings import Settings
from facekeep.web.app import application
from tests.attacks.http import TestClient
from tests.attacks.toolkit import People

ORIGIN = "https://testserver"
PIN = "480913"
_FORM = re.compile(r"<form\b(.*?)>(.*?)</form>", re.DOTALL)
_INPUT = re.compile(r"<(?:input|button)\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_TEXT = re.compile(r"<[^>]+>")


@contextmanager
def walker(
    house: House, settings: Settings, people: People, language: str = "en"
) -> Iterator[TestClient]:
    """A browser without scripts: keeps cookies, follows redirects."""
    app = application(house, settings, eyes=lambda purpose, device: people)
    headers = {"Accept-Language": language}
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False, headers=headers) as client:
        yield client


def fields_of(page: str, action: str) -> dict[str, str]:
    """What the form that leads to ``action`` would send as it stands. Fails where there is none."""
    for head, body in _FORM.findall(page):
        if dict(_ATTRIBUTE.findall(head)).get("action") == action:
            told = (dict(_ATTRIBUTE.findall(one)) for one in _INPUT.findall(body))
            return {one["name"]: unescape(one.get("value", "")) for one in told if "name" in one}
    raise AssertionError(f"no form leads to {action}")


def send(client: TestClient, page: str, action: str, files: Any = None, **filled: str) -> Any:
    """Fill in a form of a page and send it."""
    return client.post(action, data={**fields_of(page, action), **filled}, files=files)


def text_of(page: str) -> str:
    """What stands on a page, without its tags."""
    return unescape(" ".join(_TEXT.sub(" ", page).split()))


def invited(house: House, subject: str = "anna", purpose: str = "gate", **how: Any) -> str:
    """Where a new link of somebody leads."""
    return house.invitations.invite(subject, purpose, **how).path


def agree(client: TestClient, path: str, pin: str = PIN) -> Any:
    """Consent as the pages ask for it; the answer of the last form."""
    page = client.get(f"{path}/consent").text
    return send(client, page, f"{path}/consent", pin=pin, pin_again=pin)


def start_capture(client: TestClient, profile: str = "standard") -> Any:
    """Press start; the page with the camera."""
    page = client.get("/mine/face").text
    return send(client, page, "/mine/face/start", profile=profile)


def send_pictures(client: TestClient, page: str, *photos: bytes, source: str = "camera") -> Any:
    """Send pictures as the camera module does, or as files."""
    files = [("photo", (f"{n}.jpg", photo, "image/jpeg")) for n, photo in enumerate(photos)]
    return send(client, page, "/mine/face", files=files, source=source)
