"""A life over HTTP, against a real server process: told, asked, enrolled, recognised, reset, gone.

First with made-up people, killed and started again on the way; then through the command line and on
real faces, as an operator would run it.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from facekeep.rights import consent_receipts, receipts
from facekeep.rights.consent_receipts import ConsentReceipt
from facekeep.rights.receipts import Receipt
from tests.attacks.served import Line, Reply, Served, encoded, free_port
from tests.flows.test_cli_story import ROOT, Town, founded

__all__ = ["founded"]
PHOTOS = (0, 10, 20)


class Life:
    """One person's way through a served home."""

    def __init__(self, line: Line, device: str) -> None:
        self.line, self.device = line, device

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """Under a key drawn for it, as a careful program would."""
        drawn = {} if method == "GET" else {"idempotency_key": str(uuid4())}
        return self.line.ask(method, f"/v1{path}", body, **{**drawn, **headers})

    def consent(self, subject: str) -> Reply:
        """Told first, then asked."""
        notice = self.ask("GET", "/purposes/gate/notice?lang=en").json
        assert {"why", "kept", "risk", "alternative"} <= {item["key"] for item in notice["items"]}
        yes = {"notice": notice["hash"], "language": "en", "channel": "terminal"}
        return self.ask("POST", f"/subjects/{subject}/consents", {"purpose": "gate", **yes})

    def enrol(self, subject: str, *photos: bytes) -> Reply:
        return self.ask("POST", f"/subjects/{subject}/references", self.pictures(photos))

    def verify(self, subject: str, photo: bytes) -> Reply:
        return self.ask("POST", "/verifications", {"subject": subject, **self.picture(photo)})

    def identify(self, photo: bytes) -> Reply:
        return self.ask("POST", "/identifications", self.picture(photo))

    def renew(self, subject: str) -> Reply:
        return self.ask(
            "POST", f"/subjects/{subject}/references/gate/renewals", {"because": "leak"}
        )

    def withdraw(self, subject: str) -> Reply:
        return self.ask("DELETE", f"/subjects/{subject}/consents/gate")

    def picture(self, photo: bytes) -> dict[str, Any]:
        return {"purpose": "gate", "device": self.device, "photo": _text(photo)}

    def pictures(self, photos: tuple[bytes, ...]) -> dict[str, Any]:
        return {"purpose": "gate", "device": self.device, "photos": [*map(_text, photos)]}


def _text(photo: bytes) -> str:
    return base64.b64encode(photo).decode()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with Served.found(tmp_path / "served") as server:
        yield server


def test_a_life_over_http(served: Served) -> None:
    """Every step as a stranger's program would take it; the server is killed once on the way."""
    served.start()
    with served.line() as line:
        life = Life(line, served.device)
        own = [served.site.good_photo("anna", start) for start in PHOTOS]
        assert life.enrol("anna", *own).json["code"] == "consent_missing"
        given = life.consent("anna")
        assert given.status == 201
        assert life.enrol("anna", *own).json["photos_used"] == 3
        assert life.verify("anna", served.site.good_photo("anna")).json["decision"] == "match"
        assert life.verify("anna", served.site.good_photo("ben")).json["decision"] == "non-match"
        assert life.verify("ben", served.site.good_photo("ben")).json["decision"] == "non-match"
        assert life.identify(served.site.good_photo("anna", 200)).json["subjects"] == ["anna"]
    served.kill()
    served.start()
    with served.line() as line:
        life = Life(line, served.device)
        assert life.renew("anna").json["references"] == 1
        assert life.verify("anna", served.site.good_photo("anna", 300)).json["decision"] == "match"
        gone = life.withdraw("anna")
        assert gone.status == 200
        refused = life.verify("anna", served.site.good_photo("anna", 400))
        assert (refused.status, refused.json["code"]) == (403, "consent_withdrawn")
        assert refused.json["article"] == "FRM-06-2"
        assert life.identify(served.site.good_photo("anna", 500)).json["subjects"] == []
    assert served.stop() == 0
    _prove(served, given.body.decode(), gone.body.decode())


def _prove(served: Served, given: str, gone: str) -> None:
    """Both papers verify offline, and nothing of the face is left."""
    with served.house() as house:
        key = house.home.signer.vkey
        assert consent_receipts.verify(ConsentReceipt.from_json(given), key).purpose == "gate"
        erased = receipts.verify_against(Receipt.from_json(gone), key, house.home)
        assert erased.references == 1
        assert house.home.vault.of_purpose("gate") == []


def test_an_answer_that_was_lost_with_the_server_is_given_again(served: Served) -> None:
    """The act was done and answered; killed before the client read it; asked again, done once."""
    served.start()
    again = {"idempotency_key": str(uuid4())}
    body = {"purpose": "gate", "way": "card", "outcome": "done", "seconds": 3}
    with served.line() as line:
        first = line.ask("POST", "/v1/alternatives", body, **again)
    served.kill()
    served.start()
    with served.line() as line:
        second = line.ask("POST", "/v1/alternatives", body, **again)
        assert (second.status, second.body) == (201, first.body)
        assert second.headers["idempotent-replayed"] == "true"
        other = line.ask("POST", "/v1/alternatives", {**body, "seconds": 4}, **again)
        assert (other.status, other.json["code"]) == (422, "key_reused")
    served.stop()
    with served.house() as house:
        assert sum(tally.n for tally in house.home.ways.tallies("gate")) == 1


def test_killed_in_the_middle_nothing_is_done_twice(served: Served) -> None:
    """Whatever a kill -9 hits, the same key afterwards never does it a second time."""
    served.start()
    body = {"purpose": "gate", "way": "card", "outcome": "done", "seconds": 3}
    keys = [str(uuid4()) for _ in range(60)]
    with served.line(timeout=10) as line, suppress(OSError):
        for number, key in enumerate(keys):
            _send(line, served, body, key)
            if number == 40:
                served.kill()
            line.reply("POST")
    served.start()
    with served.line() as line:
        told = [line.ask("POST", "/v1/alternatives", body, idempotency_key=key) for key in keys]
    assert {one.status for one in told} <= {201, 409}
    assert all(one.json["code"] == "outcome_unknown" for one in told if one.status == 409)
    served.stop()
    with served.house() as house:
        counted = sum(tally.n for tally in house.home.ways.tallies("gate"))
    answered = sum(one.status == 201 for one in told)
    unknown = len(told) - answered
    assert answered <= counted <= answered + unknown


def _send(line: Line, served: Served, body: dict[str, Any], key: str) -> None:
    """A request whose answer is not waited for."""
    raw = encoded(body)
    head = (
        f"POST /v1/alternatives HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {served.key}\r\n"
        f"Idempotency-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n"
    )
    line.send(head.encode() + raw)


# -- real faces -------------------------------------------------------------------------------


@contextmanager
def serving(town: Town, key: str) -> Iterator[Life]:
    """``facekeep serve`` over a home that was made by typing, and a program with an API key."""
    port = free_port()
    command = [sys.executable, "-m", "facekeep", "serve", "--port", str(port)]
    said = town.folder / "served.txt"
    with said.open("wb") as told:
        process = subprocess.Popen(
            command, env=_environment(town), cwd=town.folder,
            stdin=subprocess.DEVNULL, stdout=told, stderr=told,
        )  # fmt: skip
    try:
        _await(process, port, said)
        with Line(port, key, timeout=120) as line:
            yield Life(line, "gate-1")
    finally:
        process.terminate()
        assert process.wait(60) == 0, said.read_text()


def _environment(town: Town) -> dict[str, str]:
    return {
        "PATH": os.defpath,
        "PYTHONPATH": str(ROOT / "src"),
        "HOME": str(town.folder),
        "LC_ALL": "C.UTF-8",
        "FACEKEEP_HOME": str(town.home),
        "FACEKEEP_CUSTODY": str(town.folder / "custody"),
        "FACEKEEP_MODELS": str(town.folder / "models"),
        "FACEKEEP_CACHE": str(town.folder / "cache"),
        "FACEKEEP_PASSPHRASE": "open, 芝麻",
    }


def _await(process: subprocess.Popen[bytes], port: int, said: Path) -> None:
    for _ in range(3000):
        assert process.poll() is None, said.read_text()
        with suppress(OSError), Line(port, timeout=5) as line:
            if line.ask("GET", "/healthz").status == 200:
                return
        time.sleep(0.02)
    raise AssertionError(said.read_text())


def test_a_life_over_http_on_real_faces(founded: Town) -> None:
    """The demonstration model and two people in the public domain; nobody's eyes are simulated."""
    scopes = [f"gate:{one}" for one in ("verification", "identification", "enrolment", "consent")]
    wanted = [word for scope in scopes for word in ("--scope", scope)]
    key = founded.ask("api-key", "add", "gate controller", *wanted, *founded.officer).told["text"]
    resident, another_day, stranger = (
        founded.pictures[name].read_bytes() for name in ("resident", "another_day", "stranger")
    )
    try:
        with serving(founded, key) as life:
            assert life.consent("resident-9").status == 201
            told = life.enrol("resident-9", resident)
            assert (told.status, told.json["grade"]) == (201, "demonstration")
            assert life.verify("resident-9", another_day).json["decision"] == "match"
            assert life.verify("resident-9", stranger).json["decision"] == "non-match"
            assert "resident-9" in life.identify(another_day).json["subjects"]
            assert life.renew("resident-9").json["references"] == 1
            assert life.verify("resident-9", resident).json["decision"] == "match"
            assert life.withdraw("resident-9").status == 200
            assert life.verify("resident-9", another_day).json["code"] == "consent_withdrawn"
            bomb = life.enrol("resident-9", b"\x89PNG not a picture")
            assert bomb.status in (403, 422)
    finally:
        founded.restore()
