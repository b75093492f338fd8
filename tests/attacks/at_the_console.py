"""Staff before the console, without scripts: pages opened, forms filled in as they stand on the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from facekeep.access import totp
from facekeep.access.enlisting import Chosen
from facekeep.access.staff import SIGNING, StaffRole
from facekeep.assembly import House
from facekeep.web.app import application
from facekeep.web.caller import COOKIE
from tests.attacks import staff
from tests.attacks.http import TestClient
from tests.attacks.signed_in import ADDRESS, PASSPHRASE, Person, cheaply, employ, invite, sign_in
from tests.attacks.toolkit import Site

ORIGIN = "https://testserver"
DIRECTOR = "Director Lin"


@dataclass
class Form:
    """One form of a page: where it leads, and what it would send as it stands."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)


class Forms(HTMLParser):
    """The forms of a page as a browser reads them."""

    def __init__(self, page: str, here: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._here, self._open, self._area, self._select = here, False, "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(told.get("action") or self._here))
            self._open = True
        if not self._open or ("name" not in told and tag != "option"):
            return
        self._field(tag, told)

    def _field(self, tag: str, told: Mapping[str, str]) -> None:
        form, kind = self.found[-1], told.get("type", "text")
        if tag == "input" and kind == "file":
            form.files.append(told["name"])
        elif tag == "input" and (kind not in ("checkbox", "radio") or "checked" in told):
            form.fields.setdefault(told["name"], []).append(told.get("value", ""))
            form.areas += [told["name"]] if kind in ("text", "date") else []
        elif tag == "textarea":
            self._area = told["name"]
            form.fields[self._area] = [""]
            form.areas.append(self._area)
        elif tag == "select":
            self._select = told["name"]
        elif tag == "option" and self._select:
            first = self._select not in form.fields
            if first or "selected" in told:
                form.fields[self._select] = [told.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[-1].fields[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag == "select":
            self._select = ""
        if tag == "form":
            self._open = False


def own_forms(page: str, here: str) -> list[Form]:
    """The forms of a page, without the frame's."""
    return [one for one in Forms(page, here).found if not one.action.startswith("/staff/")]


@dataclass
class Officer:
    """Somebody of the staff at the console."""

    client: TestClient
    house: House
    person: Person | None

    def get(self, path: str) -> Any:
        """A page."""
        return self.client.get(path)

    def form(self, path: str, n: int = 0) -> Form:
        """The n-th form of a page. Fails where the page or the form is not there."""
        answer = self.client.get(path)
        assert answer.status_code == 200, (answer.status_code, answer.text[-600:])
        return own_forms(answer.text, path)[n]

    def send(
        self, path: str, n: int = 0, files: Any = None, follow: bool = False, **filled: Any
    ) -> Any:
        """Fill in the n-th form of a page and send it; the answer itself, not where it leads."""
        return self.post(self.form(path, n), files, follow, **filled)

    def post(self, form: Form, files: Any = None, follow: bool = False, **filled: Any) -> Any:
        """Send a form that was read before."""
        named = {name.replace("__", "."): value for name, value in filled.items()}
        data = {**form.fields, **named}
        return self.client.post(form.action, data=data, files=files, follow_redirects=follow)

    def sign(self, path: str, n: int = 0, **filled: Any) -> Any:
        """The same with one's passphrase."""
        return self.send(path, n, passphrase=PASSPHRASE, **filled)


def at_office(house: House, name: str, role: str) -> Person:
    """Somebody whose account signs, where the role does: their key is on the roll."""
    if StaffRole(role) not in SIGNING:
        return employ(house, name, role)
    known = {one.name for one in house.home.officers.living()}
    if name not in known:
        enter(house, name, role)
    code = invite(house, name, role)
    offer = house.enlisting.offer(code, ADDRESS)
    first = totp.code(offer.secret, house.home.clock())
    chosen = Chosen(PASSPHRASE, first, key_pem=staff.key_of(name))
    return Person(house.enlisting.accept(code, chosen, ADDRESS), offer.secret)


def enter(house: House, name: str, role: str) -> None:
    """On the roll: the second by the director's word, whoever follows by two."""
    from facekeep.access.officers import Newcomer, Signed, add_message, public_of, role_of, sign

    newcomer = Newcomer(name, role, public_of(staff.key_of(name)))
    if house.home.officers.founded:
        staff.admit(house, newcomer)
        return
    message = add_message(name, role_of(role), newcomer.public)
    word = Signed(DIRECTOR, sign(staff.key_of(DIRECTOR), message))
    with house.home.records.transaction() as tx:
        at = int(house.home.journal.now())
        house.home.officers.add(tx, name, role, newcomer.public, at, word)


@contextmanager
def console(
    site: Site, house: House, role: str = "officer", name: str = "Ann", language: str = "en"
) -> Iterator[Officer]:
    """Somebody signed in, both factors shown just now."""
    cheaply(house)
    person = at_office(house, name, role)
    with nobody(site, house, language) as visitor:
        yield signed_in(visitor, person)


def signed_in(visitor: Officer, person: Person) -> Officer:
    """The same browser, with somebody signed in."""
    opened = sign_in(visitor.house, person)
    visitor.client.cookies.set(COOKIE, opened.token, domain="testserver.local", path="/")
    return Officer(visitor.client, visitor.house, person)


@contextmanager
def nobody(site: Site, house: House, language: str = "en") -> Iterator[Officer]:
    """A browser nobody is signed in with."""
    app = application(house, site.settings, eyes=lambda purpose, device: site.people)
    headers = {"Accept-Language": language}
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False, headers=headers) as client:
        yield Officer(client, house, None)
