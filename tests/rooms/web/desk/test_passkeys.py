"""Passkeys of the staff at the pages: added, used to sign in and to prove, removed."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest

from tests.attacks.authenticator import Authenticator
from tests.attacks.toolkit import Site
from tests.rooms.web.desk.clerk import HERE, Clerk

OPTIONS = re.compile(r'data-passkey="(\w+)" data-options="([^"]*)"')


@pytest.fixture
def site(site: Site) -> Site:
    """The same at an address that passkeys are bound to."""
    site.settings = site.settings.model_copy(update={"origin": HERE})
    return site


@pytest.fixture
def device() -> Authenticator:
    """Mei's own."""
    return Authenticator(origin=HERE)


def asked(page: str) -> tuple[str, dict[str, Any]]:
    """What the page's module would hand to the browser."""
    found = OPTIONS.search(page)
    assert found
    return found[1], json.loads(unescape(found[2]))


def add(clerk: Clerk, device: Authenticator, label: str = "desk") -> Any:
    """One more passkey."""
    page = clerk.get("/staff/me/passkey")
    kind, options = asked(page)
    assert kind == "create"
    told = {"credential": json.dumps(device.make(options)), "label": label}
    return clerk.send(page, "/staff/me/passkey", told)


def show(clerk: Clerk, device: Authenticator, page: str, action: str) -> Any:
    """Show it."""
    kind, options = asked(page)
    assert kind == "get"
    return clerk.send(page, action, {"credential": json.dumps(device.show(options))})


def test_passkey_signs_in(attendant: Clerk, device: Authenticator) -> None:
    """Added with both factors shown, used in a browser that knows nothing."""
    assert add(attendant, device).headers["location"] == "/staff/me"
    attendant.client.cookies.clear()
    page = attendant.get("/staff/sign-in?next=/desk/kiosk")
    answer = show(attendant, device, page, "/staff/sign-in/passkey")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/kiosk")
    attendant.get("/desk")


def test_answer_is_good_once(attendant: Clerk, device: Authenticator) -> None:
    """Whoever sends the form again signs nobody in."""
    add(attendant, device)
    attendant.client.cookies.clear()
    page = attendant.get("/staff/sign-in")
    _, options = asked(page)
    told = {"credential": json.dumps(device.show(options))}
    attendant.send(page, "/staff/sign-in/passkey", told)
    attendant.client.cookies.clear()
    again = attendant.send(page, "/staff/sign-in/passkey", told)
    assert again.status_code == 422


def test_passkey_proves_once_more(attendant: Clerk, device: Authenticator) -> None:
    """And leads back."""
    add(attendant, device)
    attendant.clock.advance(601)
    page = attendant.get("/staff/prove?next=/staff/me/passkey")
    answer = show(attendant, device, page, "/staff/prove/passkey")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/me/passkey")
    attendant.get("/staff/me/passkey")


def test_strangers_passkey_is_nobodys(attendant: Clerk) -> None:
    """In the same words as a wrong passphrase."""
    attendant.client.cookies.clear()
    page = attendant.get("/staff/sign-in")
    answer = show(attendant, Authenticator(origin=HERE), page, "/staff/sign-in/passkey")
    assert answer.status_code == 422


def test_passkey_is_removed(attendant: Clerk, device: Authenticator) -> None:
    """It opens nothing afterwards; an odd id is told."""
    add(attendant, device, "<b>desk</b>")
    page = attendant.get("/staff/me")
    assert "<b>desk</b>" not in page
    known = attendant.hidden(page, "/staff/me/passkeys/remove")
    odd = attendant.send(page, "/staff/me/passkeys/remove", {"passkey": "é?"})
    assert odd.status_code == 404
    answer = attendant.send(attendant.get("/staff/me"), "/staff/me/passkeys/remove", {"passkey": known["passkey"]})  # fmt: skip
    assert answer.status_code == 303
    attendant.client.cookies.clear()
    page = attendant.get("/staff/sign-in")
    assert show(attendant, device, page, "/staff/sign-in/passkey").status_code == 422


def test_passkey_that_does_not_hold_is_told(attendant: Clerk, device: Authenticator) -> None:
    """Made for another site, empty, or none."""
    elsewhere = Authenticator(origin="https://evil.example")
    assert add(attendant, elsewhere).status_code == 422
    page = attendant.get("/staff/me/passkey")
    for odd in ("", "[]", "{}", "x"):
        answer = attendant.send(page, "/staff/me/passkey", {"credential": odd, "label": "a"})
        assert answer.status_code == 422, odd
        page = answer.text


def test_form_is_hidden_until_the_module_shows_it(attendant: Clerk) -> None:
    """Without scripts passphrase and code stay, and nothing useless stands there."""
    attendant.client.cookies.clear()
    page = attendant.get("/staff/sign-in")
    (form,) = re.findall(r"<form[^>]*data-passkey[^>]*>", page)
    assert form.endswith(" hidden>")
