"""Two processes for one home, two homes at one address, a home rolled back: refused, by name."""

from __future__ import annotations

import shutil
import socket
import time
from pathlib import Path

import pytest

from facekeep.terms.errors import AdoptionRequired, Broken, HomeBusy
from facekeep.web.server import serve
from tests.attacks.served import Served, enrolled
from tests.faults.load import leaves

BUSY_WITHIN_S = 3.0
"""Two seconds of patience with a command that is about to end, and the word."""


def test_a_second_process_is_refused_within_seconds(served: Served) -> None:
    """The home's lock is the served process's; who comes second is told, and harms nothing."""
    since = time.monotonic()
    with pytest.raises(HomeBusy) as refused:
        served.site.enter()
    assert time.monotonic() - since < BUSY_WITHIN_S
    assert refused.value.remedy
    with served.line() as line:
        assert served.verify(line, "anna").json["decision"] == "match"


def test_a_second_server_of_the_same_home_is_refused(served: Served) -> None:
    """The same of a whole process."""
    other = served.spawn()
    assert other.wait(60) != 0
    assert "another process owns this home" in served.said()
    with served.line() as line:
        assert served.verify(line, "anna").json["decision"] == "match"


def test_a_lock_dies_with_its_process(served: Served) -> None:
    """After kill -9 the next one enters at once."""
    served.kill()
    since = time.monotonic()
    with served.house() as house:
        assert time.monotonic() - since < BUSY_WITHIN_S + 2
        assert served.site.matches(house, "anna")


def test_two_homes_never_share_an_address(served: Served, tmp_path: Path) -> None:
    """The server would share its port (SO_REUSEPORT), and people's requests land at the other home."""
    with Served.found(tmp_path / "other") as other, other.house() as house:
        settings = other.site.settings.model_copy(update={"port": served.port})
        with pytest.raises(Broken, match="another program answers at") as refused:
            serve(house, settings, lambda address: pytest.fail("it was served"))
        assert refused.value.remedy


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (("192.0.2.1", 8430), "no address of this machine"),
        (None, "cannot be used"),
    ],
)
def test_an_address_that_is_not_ours_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: tuple[str, int] | None, said: str
) -> None:
    """A host of somebody else's, or of nobody's."""

    def looked_up(*_: object, **__: object) -> list[tuple[object, ...]]:
        if found is None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", found)]

    with Served.found(tmp_path / "site") as server, server.house() as house:
        monkeypatch.setattr(socket, "getaddrinfo", looked_up)
        with pytest.raises(Broken, match=said):
            serve(house, server.site.settings, lambda address: pytest.fail("it was served"))


def test_a_home_rolled_back_is_refused_until_adopted(tmp_path: Path) -> None:
    """A snapshot from before somebody left does not bring them back, however whole it is."""
    with Served.found(tmp_path / "site").at_rest_with(enrolled("anna", "bob")) as server:
        snapshot = server.site.backup("snapshot")
        server.start()
        with server.line() as line:
            assert leaves(line, "anna").status == 200
        assert server.stop() == 0
        server.site.restore(snapshot)
        assert server.spawn().wait(60) != 0
        assert "AdoptionRequired" in server.said()
        with pytest.raises(AdoptionRequired) as refused:
            server.site.enter()
        assert "facekeep adopt" in refused.value.remedy
        server.site.adopt("the disk was restored")
        with server.house() as house:
            assert house.home.directory.person("anna", "gate").departed or not server.site.matches(
                house, "anna"
            )
        shutil.rmtree(snapshot)


def test_a_home_rolled_back_under_a_running_server(served: Served) -> None:
    """Nothing more is acknowledged, so nothing is lost when the older files are believed."""
    with served.line() as line:
        assert served.verify(line, "anna").json["decision"] == "match"
        copy = served.site.backup("copy", "records", "keys", "references")
        served.site.restore(copy, "records", "keys", "references")
        refused = served.verify(line, "anna")
        assert refused.status == 503
        assert "was replaced while it was in use" in refused.json["detail"]
