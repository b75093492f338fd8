"""``make tour`` as a process: it founds, serves, prints ways in that work, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import time

import pytest

from facekeep.access import totp
from scripts.tour_home import NAME, STAFF
from scripts.tour_people import DrawnPeople
from scripts.tour_story import CONSENTING, LEAVING, PIN, REFUSING, tour
from tests.attacks.served import Line, free_port

ROOT = Path(__file__).resolve().parents[2]
LAST_LINE = "Ctrl-C"
PATIENCE_S = 60


@dataclass(frozen=True)
class Begun:
    """A tour under way."""

    process: subprocess.Popen[str]
    said: str
    port: int
    folder: Path


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Begun]:
    folder, port = tmp_path_factory.mktemp("tour"), free_port()
    process = subprocess.Popen(
        [sys.executable, "-u", "scripts/tour.py", "--port", str(port)], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(folder)},
    )  # fmt: skip
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if LAST_LINE in line:
            break
    yield Begun(process, "".join(lines), port, folder)
    if process.poll() is None:
        process.kill()
    process.communicate()


def test_it_prints_ways_in_for_everybody(begun: Begun) -> None:
    assert begun.process.poll() is None, begun.said
    assert NAME.split(" ")[0] in begun.said
    assert PIN in begun.said
    assert all(name in begun.said and words in begun.said for name, _, words in STAFF)
    assert "█" in begun.said, "no QR code"
    for door in ("/p/", "/desk", "/kiosk", "/console"):
        assert f"http://localhost:{begun.port}{door}" in begun.said


def test_the_ways_in_lead_somewhere(begun: Begun) -> None:
    """A page for whoever has a link, the sign-in for the staff."""
    paths = re.findall(rf"http://localhost:{begun.port}(\S+)", begun.said)
    assert len(paths) == 5
    with Line(begun.port) as line:
        for path in paths:
            reply = line.ask("GET", path)
            if reply.status == 303:  # to the sign-in, or to the PIN
                reply = line.ask("GET", reply.headers["location"])
            assert reply.status == 200, path
            assert reply.headers["content-type"].startswith("text/html")


def test_enter_gives_fresh_codes(begun: Begun) -> None:
    assert begun.process.stdin is not None
    assert begun.process.stdout is not None
    begun.process.stdin.write("\n")
    begun.process.stdin.flush()
    fresh = begun.process.stdout.readline()
    assert len(re.findall(r"\b\d{6}\b", fresh)) == len(STAFF)


def test_the_end_leaves_nothing(begun: Begun) -> None:
    assert list(begun.folder.glob("facekeep-tour-*"))
    begun.process.send_signal(signal.SIGINT)
    assert begun.process.wait(PATIENCE_S) == 0
    assert not list(begun.folder.glob("facekeep-tour-*"))


# -- the story ------------------------------------------------------------------------------------


def test_the_story_is_whole(tmp_path: Path) -> None:
    """A month of it: choices, uses, cases, somebody who left; staff who can sign in; a sound ledger."""
    told = tour(tmp_path, 8430)
    with told.residence.open() as house:
        (came,) = house.home.invitations.campaigns().values()
        assert {"consented", "refused", "other-way", "later", "opened"} <= set(came)
        assert not house.consents.show(REFUSING[0], "gate")
        assert not any(one.stands for one in house.consents.show(LEAVING, "gate"))
        assert any(one.stands for one in house.consents.show(CONSENTING[0], "gate"))
        assert house.cases.by_code(told.case_code).kind == "complaint"
        assert len(house.home.officers.living()) == 3
        officer = told.residence.account("officer")
        kept = house.staff.named(officer.name)
        assert kept is not None
        assert kept.factors.totp
        assert house.staff.signs(kept)
        assert totp.code(officer.secret, time()) == officer.code(time())


def test_nobody_in_the_story_has_a_face(tmp_path: Path) -> None:
    """Control: the people of the tour are seen only by eyes that draw; a real picture shows nobody."""
    told = tour(tmp_path, 8430)
    with told.residence.open() as house:
        drawn = DrawnPeople(house.sight("gate"))
        one, again = drawn.features(b"a/1").vector, drawn.features(b"a/2").vector
        other = drawn.features(b"b/1").vector
    assert float(one @ again) > 0.7 > 0.4 > float(one @ other)
    pictures = [p for p in tmp_path.rglob("*") if p.suffix in (".jpg", ".png", ".jpeg")]
    assert not pictures
