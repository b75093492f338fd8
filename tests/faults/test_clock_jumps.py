"""The wall clock jumps while the service answers: nothing comes back to life, nothing dies early."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from facekeep.access import totp
from facekeep.assembly import House
from facekeep.collection.capture import sign_capture
from facekeep.terms.captures import CaptureToken, Challenge
from facekeep.terms.values import Operation
from tests.attacks.http import api_key, everything
from tests.attacks.served import Line, Reply, Served, enrolled
from tests.attacks.signed_in import Person, employ
from tests.attacks.toolkit import DAY, Site, device_for, device_key, publish, purpose_text
from tests.flows.test_kill import check_whole

HALF_AN_HOUR = 1_860


class Staffed:
    """Fills a home with people who enrolled and one of the staff, and remembers the latter."""

    person: Person

    def __call__(self, site: Site, house: House) -> None:
        enrolled("anna", "bob")(site, house)
        self.person = employ(house, "Attendant Wu")


@pytest.fixture
def staffed(tmp_path: Path) -> Iterator[tuple[Served, Person]]:
    """A running server and somebody of its staff."""
    furnish = Staffed()
    with Served.found(tmp_path / "site").at_rest_with(furnish) as server:
        server.turn_clock(totp.STEP_S)  # the code of enlisting is spent
        server.start()
        yield server, furnish.person


def test_a_day_ahead_and_back(staffed: tuple[Served, Person]) -> None:
    """A session, a code and a capture that ended stay ended; faces stay, and time does not run back."""
    server, person = staffed
    with server.line() as line:
        typed = credentials(server, person)
        cookie = signed_in(line, typed)
        capture = signed(server, line, "anna")
        assert current(server, cookie).status == 200

        server.turn_clock(DAY)
        assert current(server, cookie).status == 401
        assert refused_as(server, line, capture) == "capture_refused"
        assert server.verify(line, "anna").json["decision"] == "match"

        server.turn_clock(0)
        assert current(server, cookie).status == 401
        assert refused_as(server, line, capture) == "capture_refused"
        assert line.ask("POST", "/v1/sessions", typed).status in (401, 403)
        assert server.verify(line, "anna").json["decision"] == "match"
        assert server.verify(line, "bob").json["decision"] == "match"
    nothing_lost(server)


def test_a_day_behind(staffed: tuple[Served, Person]) -> None:
    """A session that idled out does not come back with an earlier hour; everything else goes on."""
    server, person = staffed
    with server.line() as line:
        cookie = signed_in(line, credentials(server, person))
        server.turn_clock(HALF_AN_HOUR)
        assert current(server, cookie).status == 401
        used = signed(server, line, "anna")
        assert ask_with(server, line, used).json["decision"] == "match"

        server.turn_clock(-DAY)
        assert current(server, cookie).status == 401
        assert refused_as(server, line, used) == "capture_refused"
        fresh = signed(server, line, "anna")
        assert ask_with(server, line, fresh).json["decision"] == "match"
        assert server.verify(line, "bob").json["decision"] == "match"
    nothing_lost(server)


def test_a_consent_ends_by_the_clock_and_its_face_is_not_erased_on_a_leap(tmp_path: Path) -> None:
    """Past the term nobody is compared; a leap alone erases nothing, and revives nothing."""
    server = Served.found(tmp_path / "site").at_rest_with(short_stay)
    with server:
        server.start()
        key = (server.site.folder / "key").read_text()
        with server.line(key) as line:
            assert asked_short(server, line).json["decision"] == "match"
            server.turn_clock(2 * DAY)
            assert asked_short(server, line).json["code"] == "consent_expired"
            assert len(keys_of(server)) == len({*keys_of(server)}) > 0
            server.turn_clock(0)
            assert asked_short(server, line).status == 403
            assert server.verify(line, "anna").json["decision"] == "match"
    assert not server.running


def short_stay(site: Site, house: House) -> None:
    """Somebody enrolled for a day, under a purpose of its own, and a key that may ask about it."""
    publish(house, purpose_text("short", retention_days=1))
    site.enrol(house, "anna")
    site.enrol(house, "guest", "short")
    device_for(house, "short")
    key = api_key(house, *everything("gate", "short"))
    (site.folder / "key").write_text(key)


def asked_short(server: Served, line: Line) -> Reply:
    """About the guest."""
    return server.verify(line, "guest", purpose="short", device="short-door")


def keys_of(server: Served) -> list[bytes]:
    """The key rows of the short purpose."""
    with server.site.sql("keys") as keys:
        found = keys.execute("SELECT row FROM subject_key WHERE purpose = 'short'").fetchall()
    return [row for (row,) in found]


# -- staff ----------------------------------------------------------------------------------


def credentials(server: Served, person: Person) -> dict[str, str]:
    """What somebody types at the server's hour."""
    code = totp.code(person.secret, server.site.clock())
    return {"name": person.name, "passphrase": person.passphrase, "code": code}


def signed_in(line: Line, typed: dict[str, str]) -> str:
    """The cookie of a new session."""
    reply = line.ask("POST", "/v1/sessions", typed)
    assert reply.status == 201, reply.body
    return reply.headers["set-cookie"].partition(";")[0]


def current(server: Served, cookie: str) -> Reply:
    """What the session says of itself."""
    with server.line(key="") as line:
        return line.ask("GET", "/v1/sessions/current", Cookie=cookie)


# -- captures -------------------------------------------------------------------------------


def signed(server: Served, line: Line, subject: str) -> dict[str, Any]:
    """A question with a capture that the device has signed, ready to be asked."""
    wanted = {"device": server.device, "purpose": "gate", "operation": "verification"}
    told = line.ask("POST", "/v1/captures", {**wanted, "subject": subject}).json
    photo = server.site.good_photo(subject)
    token, signature = sign_capture(device_key(server.device)[0], token_of(told), [photo])
    question = server.question(subject)
    del question["device"]
    return {**question, "capture": {**token.as_dict(), "signature": signature.hex()}}


def token_of(told: dict[str, Any]) -> CaptureToken:
    """A session as the device reads it."""
    return CaptureToken(
        device=told["device"], purpose_hash=bytes.fromhex(told["purpose_hash"]),
        operation=Operation(told["operation"]), claim=bytes.fromhex(told["claim"]),
        nonce=bytes.fromhex(told["nonce"]), challenge=Challenge(told["challenge"]),
    )  # fmt: skip


def ask_with(server: Served, line: Line, question: dict[str, Any]) -> Reply:
    """Ask it."""
    return line.ask("POST", "/v1/verifications", question)


def refused_as(server: Served, line: Line, question: dict[str, Any]) -> str:
    """The code of the refusal."""
    return str(ask_with(server, line, question).json["code"])


# -- afterwards -----------------------------------------------------------------------------


def nothing_lost(server: Served) -> None:
    """Ledger time never ran backwards, and everybody is still there."""
    with server.site.sql("records") as records:
        leaves = records.execute("SELECT leaf FROM ledger_entry ORDER BY idx").fetchall()
    times = [json.loads(leaf)["at"] for (leaf,) in leaves]
    assert times == sorted(times)
    assert server.stop() == 0
    with server.house() as house:
        check_whole(house)
        assert server.site.matches(house, "anna")
        assert server.site.matches(house, "bob")
