"""Forms of the console that somebody else made, and words that would be a program: none gets through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.rights.cases import Kind
from facekeep.web.console.eyes import word_path
from tests.attacks.at_the_console import Form, Officer, at_office, nobody, own_forms, signed_in
from tests.attacks.signed_in import PASSPHRASE, Person, cheaply, employ, program
from tests.attacks.staff import opened
from tests.attacks.toolkit import Site, purpose_text

SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}"
ROLES = ("officer", "security", "case-officer")
SECRET = frozenset({"passphrase", "token", "once", "over", "version"})


@dataclass(frozen=True)
class Everywhere:
    """A home with something of everything, somebody of each role, and where its forms are."""

    visitor: Officer
    people: Mapping[str, Person]
    paths: tuple[str, ...]

    def forms(self) -> Iterator[tuple[Officer, str, Form]]:
        """Every form of every page that somebody may open."""
        for role in ROLES:
            who = signed_in(self.visitor, self.people[role])
            for path in self.paths:
                answer = who.client.get(path, follow_redirects=False)
                if answer.status_code == 200:
                    yield from ((who, path, one) for one in own_forms(answer.text, path))


@pytest.fixture
def everywhere(site: Site, house: House) -> Iterator[Everywhere]:
    """Forms of every stage."""
    cheaply(house)
    house.purposes.draft(purpose_text("yard"), "Director Lin")
    people = {role: at_office(house, f"of {role}", role) for role in ROLES}
    case, objection = (opened(house, kind).row.number for kind in (Kind.COMPLAINT, Kind.OBJECTION))
    mei, (_, key) = employ(house, "Mei"), program(house, "gate:verification")
    parts = ("why", "options", "ways", "how", "minors", "law")
    paths = (
        "/console/purposes/_new", *(f"/console/purposes/yard/edit/{part}" for part in parts),
        "/console/purposes/yard/assess", "/console/consents", "/console/places/_new",
        "/console/places/entrance/edit", "/console/devices/_new", f"/console/cases/{case}",
        f"/console/cases/{case}/steps/acknowledged", f"/console/cases/{case}/steps/answered",
        f"/console/cases/{case}/steps/refused", f"/console/cases/{objection}/lift",
        "/console/access/staff/_new", "/console/access/keys/_new",
        f"/console/access/staff/{mei.staff.id}/reset", f"/console/access/staff/{mei.staff.id}/retire",
        f"/console/access/keys/{key.id}/revoke", word_path("staff-reset", mei.staff.id),
        "/console/devices/gate-door/activate", "/console/devices/gate-door/retire",
        "/console/purposes/gate/suspend", "/console/purposes/gate/end", "/console/places/entrance/close",
    )  # fmt: skip
    with nobody(site, house) as visitor:
        yield Everywhere(visitor, people, paths)


def state(house: House) -> tuple[Any, ...]:
    """What acts of these pages change."""
    home = house.home
    return (
        {name: len(home.purposes.steps(name)) for name in home.purposes.known()},
        {name: home.places.row(name).version for name in home.places.names()},
        {name: home.devices.row(name).version for name in home.devices.names()},
        [(row.number, row.version) for row in home.cases.every()],
        [(one.name, one.state) for one in house.staff.all()],
        [(one.label, one.revoked) for one in house.api_keys.all()],
        home.pending.waiting(home.journal.now()),
    )


FOREIGN: tuple[tuple[str, dict[str, str], dict[str, str]], ...] = (
    ("no token", {"token": ""}, {}),
    ("another's token", {"token": "0" * 32}, {}),
    ("no number", {"once": ""}, {}),
    ("another site", {}, {"Sec-Fetch-Site": "cross-site"}),
    ("a neighbour", {}, {"Sec-Fetch-Site": "same-site"}),
    ("another origin", {}, {"Origin": "https://evil.example"}),
    ("no origin at all", {}, {"Origin": "null"}),
)


@pytest.mark.parametrize(("fields", "headers"), [one[1:] for one in FOREIGN], ids=[one[0] for one in FOREIGN])  # fmt: skip
def test_form_that_another_page_made(
    house: House, everywhere: Everywhere, fields: dict[str, str], headers: dict[str, str]
) -> None:
    """Every form there is, filled in and signed rightly, sent from elsewhere: nothing happens."""
    before, seen = state(house), 0
    for who, path, form in everywhere.forms():
        data = {**form.fields, "passphrase": PASSPHRASE, **fields}
        answer = who.client.post(form.action, data=data, headers=headers, follow_redirects=False)
        to_sign_in = answer.headers.get("location", "").startswith("/staff/sign-in")
        assert answer.status_code in (401, 403) or to_sign_in, (path, answer.status_code)
        seen += 1
    assert seen >= len(everywhere.paths)
    assert state(house) == before


def test_words_that_are_a_program(house: House, everywhere: Everywhere) -> None:
    """In every text field of every form, shown again at once and on every page afterwards."""
    reflected = 0
    for who, path, form in everywhere.forms():
        told = {name: [SCRIPT] for name in form.areas if name not in SECRET}
        data = {**form.fields, **told, "passphrase": PASSPHRASE}
        answer = who.client.post(form.action, data=data, follow_redirects=True)
        assert answer.status_code < 500, (path, answer.text[-500:])
        assert_harmless(path, answer.text)
        reflected += "&lt;script&gt;alert(1)" in answer.text
    assert reflected > 10, "what was typed is shown again, as what it is"
    assert_nothing_stored_runs(everywhere, house)


def assert_nothing_stored_runs(everywhere: Everywhere, house: House) -> None:
    """Every list and dossier, once such words are kept wherever they may be."""
    lists = ("purposes", "places", "devices", "cases?all=1", "access", "approvals", "consents")
    dossiers = [f"purposes/{name}" for name in house.home.purposes.known()]
    dossiers += [f"places/{name}" for name in house.home.places.names()]
    dossiers += [f"cases/{row.number}" for row in house.home.cases.every()]
    shown = 0
    for role in ROLES:
        who = signed_in(everywhere.visitor, everywhere.people[role])
        for path in (*lists, *dossiers):
            answer = who.get(f"/console/{path}")
            assert answer.status_code in (200, 403)
            assert_harmless(path, answer.text)
            shown += "&lt;script&gt;alert(1)" in answer.text
    assert shown > 3, "it is kept somewhere, and shown as text"


def assert_harmless(path: str, page: str) -> None:
    """No element, no handler, no template of theirs; what runs at all runs from our own files."""
    lowered = page.lower()
    assert "<script>" not in lowered, path
    assert "<img src=x" not in lowered, path
    assert "49" not in page.partition("onerror")[2][:60], path


def test_page_that_no_other_may_frame_or_script(everywhere: Everywhere) -> None:
    """The policy of every page: nothing inline, nothing from elsewhere, no frame."""
    who = signed_in(everywhere.visitor, everywhere.people["officer"])
    for path in ("/console/purposes", "/console/purposes/_new", "/console/access"):
        answer = who.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["purposes/%3Cscript%3E", "cases/%22%3E%3Cscript%3E", "access/staff/%0d%0a/reset"])  # fmt: skip
def test_path_that_is_a_program(everywhere: Everywhere, path: str) -> None:
    """Reflected nowhere."""
    who = signed_in(everywhere.visitor, everywhere.people["officer"])
    answer = who.get(f"/console/{path}")
    assert answer.status_code in (404, 422)
    assert_harmless(path, answer.text)


def test_answer_of_one_is_not_anothers(house: House, everywhere: Everywhere) -> None:
    """A form's number is good for whoever it was shown to: nobody fetches a code with it."""
    ann = signed_in(everywhere.visitor, everywhere.people["officer"])
    form = ann.form("/console/access/staff/_new")
    first = ann.post(form, name="Mia", passphrase=PASSPHRASE)
    assert "Mia" in first.text
    bo = signed_in(everywhere.visitor, at_office(house, "Bo", "officer"))
    own = bo.form("/console/access/staff/_new")
    answer = bo.post(own, once=form.fields["once"], name="Mia", passphrase=PASSPHRASE)
    assert answer.status_code == 422, "carried out for Bo, and refused: the name is taken"
    assert first.text.partition('class="card big code" translate="no">')[2][:20] not in answer.text
