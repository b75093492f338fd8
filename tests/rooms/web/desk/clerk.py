"""A browser without scripts, as the staff use it: keeps cookies, sends forms with what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from typing import Any

from facekeep.access import totp
from facekeep.assembly import House
from facekeep.settings import Settings
from facekeep.web.app import application
from tests.attacks.http import TestClient
from tests.attacks.signed_in import Person, employ
from tests.attacks.toolkit import People, Turnable

HERE = "https://testserver"
_FORM = re.compile(r"<form[^>]*>.*?</form>", re.DOTALL)
_ACTION = re.compile(r'<form[^>]* action="([^"]*)"')
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


class Clerk:
    """Whoever sits before the desk's pages."""

    def __init__(self, client: TestClient, house: House, clock: Turnable) -> None:
        self.client, self.house, self.clock = client, house, clock
        self.person: Person | None = None

    # -- pages ------------------------------------------------------------------------------

    def get(self, path: str, status: int = 200) -> str:
        """A page's text."""
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return answer.text

    def send(
        self, page: str, action: str, fields: Mapping[str, Any] | None = None, *,
        files: Any = None,
    ) -> Any:  # fmt: skip
        """The form of a page that leads to ``action``, filled in; the answer itself, redirections not
        followed."""
        known = self.hidden(page, action)
        filled = {**known, **(fields or {})}
        return self.client.post(action, data=filled, files=files, follow_redirects=False)

    def follow(
        self, page: str, action: str, fields: Mapping[str, Any] | None = None, **more: Any
    ) -> str:
        """The same, and the page it leads to."""
        answer = self.send(page, action, fields, **more)
        assert answer.status_code == 303, (action, answer.status_code, answer.text)
        return self.get(answer.headers["location"])

    def hidden(self, page: str, action: str) -> dict[str, str]:
        """The hidden fields of the form that leads there."""
        for form in _FORM.findall(page):
            found = _ACTION.match(form)
            if found and unescape(found[1]) == action and 'method="post"' in form:
                return {unescape(name): unescape(value) for name, value in _HIDDEN.findall(form)}
        raise AssertionError(f"no form leads to {action}")

    # -- the staff --------------------------------------------------------------------------

    def as_one_of_the_staff(self, name: str, role: str) -> Clerk:
        """Signed in, as somebody new."""
        self.person = employ(self.house, name, role)
        self.sign_in()
        return self

    def sign_in(self, **fields: str) -> Any:
        """At the page, half a minute later."""
        page = self.get("/staff/sign-in")
        answer = self.send(page, "/staff/sign-in", {**self.typed(), **fields})
        assert answer.status_code == 303, answer.text
        return answer

    def typed(self) -> dict[str, str]:
        """Name and both factors of this moment; a code is good once."""
        assert self.person is not None
        self.clock.advance(totp.STEP_S)
        code = totp.code(self.person.secret, self.clock())
        return {"name": self.person.name, "passphrase": self.person.passphrase, "code": code}

    # -- somebody comes -----------------------------------------------------------------------

    def meet(self, subject: str, purpose: str = "gate") -> str:
        """The next person; returns where their page lies."""
        page = self.get("/desk")
        told = {"reference": subject, "purpose": purpose}
        answer = self.send(page, "/desk/people", told)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])


@contextmanager
def desk_of(house: House, settings: Settings, people: People, clock: Turnable) -> Iterator[Clerk]:
    """A browser before a house's pages, in English."""
    app = application(house, settings, eyes=lambda purpose, device: people)
    headers = {"Accept-Language": "en", "Sec-Fetch-Site": "same-origin"}
    with TestClient(app, base_url=HERE, raise_server_exceptions=False, headers=headers) as client:
        yield Clerk(client, house, clock)
