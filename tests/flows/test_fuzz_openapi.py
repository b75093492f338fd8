"""Bad input: whatever is sent, no answer is a 5xx and none is other than the document says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from facekeep.access.roles import StaffRole
from facekeep.assembly import House
from facekeep.web.caller import COOKIE
from tests.attacks import signed_in
from tests.attacks.http import api_key, at_the_door, everything
from tests.attacks.served import Line, Served
from tests.attacks.toolkit import Site, publish, purpose_text
from tests.flows.fuzz import Answered, Fuzz, told

QUICK = 6
"""Cases of each operation in every run."""

FULL = 20_000
"""Cases of the whole document in the full count."""

SUBJECTS = ("anna", "ben", "cleo")


def furnish(site: Site, house: House) -> str:
    """A second purpose that asks for a PIN, three people; returns a key that may do everything."""
    publish(house, purpose_text("vault", operations='["verification"]', second_factor='"pin"'))
    for subject in SUBJECTS:
        site.enrol(house, subject)
    house.seal_checkpoint()
    return api_key(house, *everything("gate", "vault"))


def program(key: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {key}"}


def photos(site: Site) -> tuple[bytes, ...]:
    """Somebody known, somebody else, and nobody."""
    return site.good_photo("anna"), site.good_photo("stranger"), b"a wall"


def staff(house: House, role: StaffRole) -> Mapping[str, str]:
    """Somebody of that role, signed in a moment ago."""
    person = signed_in.employ(house, f"one {role.value}", role.value)
    return {"Cookie": f"{COOKIE}={signed_in.sign_in(house, person).token}"}


def test_generated_requests_are_answered_as_documented(site: Site, house: House) -> None:
    """Every operation, valid and broken on purpose, by programs, every role of the staff, and nobody."""
    key = furnish(site, house)
    members = [staff(signed_in.cheaply(house), role) for role in StaffRole]
    with at_the_door(house, site.settings, site.people, key="") as door:

        def send(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answered:
            door.cookies.clear()
            answer = door.request(method, target, headers=dict(headers), content=body)
            return answer.status_code, answer.headers, answer.content

        document = door.get("/openapi.json").json()
        callers = (program(key), program(key), *members, {})
        fuzz = Fuzz(document, send, callers, photos(site))
        fuzz.run(QUICK)
    assert not fuzz.broken, "\n\n".join([told(fuzz), *fuzz.broken[:10]])
    assert fuzz.seen[200] > 20, told(fuzz)
    assert len(fuzz.by_operation) == len(list(fuzz.operations())) > 50, told(fuzz)


def test_the_judge_is_awake(site: Site, house: House) -> None:
    """Control: a 500, an undocumented status, another kind of body and a broken schema are all seen."""
    with at_the_door(house, site.settings, site.people) as door:
        document = door.get("/openapi.json").json()
    kept = {"/v1/keys": document["paths"]["/v1/keys"]}
    odd: list[Answered] = [
        (500, {"content-type": "application/problem+json"}, b"{}"),
        (418, {"content-type": "application/json"}, b"{}"),
        (200, {"content-type": "image/png"}, b"{}"),
        (200, {"content-type": "application/json"}, json.dumps({"keys": 1}).encode()),
    ]
    for answered in odd:
        fuzz = Fuzz({**document, "paths": kept}, lambda *_, a=answered: a, ({}, {}), (b"x",))
        fuzz.run(2)
        assert fuzz.broken, answered


@pytest.mark.long
def test_twenty_thousand_requests_to_a_real_server(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The goal's count: 0 answers of 5xx, 0 breaches of the document, and the process lives on."""
    keys: list[str] = []
    served = Served.found(tmp_path / "served")
    with served.at_rest_with(lambda site, house: keys.append(furnish(site, house))) as server:
        server.start()
        line = Line(server.port)

        def send(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answered:
            return _asked(line, method, target, headers, body)

        document = json.loads(send("GET", "/openapi.json", {}, b"")[2])
        operations = sum(len(one) for one in document["paths"].values())
        callers = (program(keys[0]), program(keys[0]), {})
        fuzz = Fuzz(document, send, callers, photos(server.site))
        fuzz.run(-(-FULL // operations) + 30)
        line.close()
        assert server.running
        assert server.answers()
    with capsys.disabled():
        print("\n" + told(fuzz))
    assert not fuzz.broken, "\n\n".join([told(fuzz), *fuzz.broken[:20]])
    assert fuzz.seen.total() >= FULL, told(fuzz)


def _asked(
    line: Line, method: str, target: str, headers: Mapping[str, str], body: bytes
) -> Answered:
    """Over one connection, byte for byte; another one where the server ended the first."""
    named = {"Host": "testserver", **headers, "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    raw = f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body
    for again in (True, False):
        try:
            line.send(raw)
            reply = line.reply(method)
        except ConnectionError:
            line.close()
            if not again:
                raise
        else:
            return reply.status, reply.headers, reply.body
    raise AssertionError
