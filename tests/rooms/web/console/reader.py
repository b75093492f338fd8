"""Somebody of the staff who reads the console: keeps the cookie, sends the forms of its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

from facekeep.access import totp
from facekeep.access.signin import Shown
from facekeep.assembly import House
from facekeep.web.app import application
from facekeep.web.caller import COOKIE
from tests.attacks.http import TestClient
from tests.attacks.signed_in import ADDRESS, Person, cheaply, employ, sign_in
from tests.attacks.staff import approve, enter
from tests.attacks.toolkit import OFFICER, Site, Turnable

_HIDDEN = re.compile(r'<input type="hidden" name="(token|once)" value="([^"]*)">')


class Reader:
    """A signed-in browser without scripts."""

    def __init__(self, client: TestClient, house: House, person: Person) -> None:
        self.client, self.house, self.person = client, house, person

    def get(self, path: str, language: str = "en", status: int = 200) -> str:
        """A page's text."""
        answer = self.ask(path, language)
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return str(answer.text)

    def ask(self, path: str, language: str = "en") -> Any:
        """The answer itself, redirections not followed."""
        headers = {"Accept-Language": language}
        return self.client.get(path, headers=headers, follow_redirects=False)

    def send(self, page: str, path: str, files: Any = None, **fields: str) -> Any:
        """A form of a page, filled in."""
        hidden = dict(_HIDDEN.findall(self.get(page)))
        return self.post(path, files=files, **{**hidden, **fields})

    def post(self, path: str, files: Any = None, **fields: str) -> Any:
        """What somebody sends, whatever page they have."""
        headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}
        return self.client.post(
            path, data=fields, files=files, headers=headers, follow_redirects=False
        )

    def hidden(self, page: str) -> dict[str, str]:
        """The hidden fields of a page's forms."""
        return dict(_HIDDEN.findall(self.get(page)))


@contextmanager
def reading(site: Site, house: House, role: str, name: str = "") -> Iterator[Reader]:
    """A browser of somebody new with a role."""
    app = application(cheaply(house), site.settings, eyes=lambda purpose, device: site.people)
    person = (
        signing(house, name or "Ann") if role == "officer" else employ(house, name or role, role)
    )
    base = "https://testserver"
    with TestClient(app, base_url=base, raise_server_exceptions=False) as client:
        client.cookies.set(COOKIE, sign_in(house, person).token)
        yield Reader(client, house, person)


def signing(house: House, name: str) -> Person:
    """An officer with an account whose signature counts; Ben is another, by his key alone."""
    person = employ(house, name, "officer")
    if "Ben" not in [one.name for one in house.home.officers.living()]:
        enter(house, "Ben")
    for approver in (OFFICER, "Ben"):
        approve(house, approver, "officer-add", person.staff.newcomer.what)
    with house.home.records.transaction() as tx:
        house.staff.admit(tx, person.staff.id, int(house.home.journal.now()))
    return person


def prove(reader: Reader, clock: Turnable) -> None:
    """Both factors once more, half a minute later."""
    clock.advance(totp.STEP_S)
    session = reader.house.home.sessions.known(reader.client.cookies[COOKIE], clock())
    code = totp.code(reader.person.secret, clock())
    reader.house.front_desk.prove(session, Shown(reader.person.passphrase, code), ADDRESS)


def plain(page: str) -> str:
    """A page's text without its marks."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page)))
