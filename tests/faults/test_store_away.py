"""A store that is away, replaced or cut: closed within two seconds, by name; leaving stays open."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from facekeep.terms.errors import FacekeepError
from tests.attacks.served import Line, Reply, Served, enrolled
from tests.faults.load import consents, leaves
from tests.flows.test_kill import check_whole

CLOSED_WITHIN_S = 2.0
COMPLETED_WITHIN_S = 60.0
STORES = ("keys", "references", "records")

Harm = Callable[[Path], Callable[[], None]]


def moved(path: Path) -> Callable[[], None]:
    """Somebody moved it, or its disk went away."""
    away = path.rename(path.with_name(f"{path.name}.away"))
    return lambda: away.rename(path) and None


def replaced(path: Path) -> Callable[[], None]:
    """A copy lies in its place: what we write is written to nobody."""
    away = path.rename(path.with_name(f"{path.name}.away"))
    shutil.copy2(away, path)
    return lambda: away.replace(path) and None


def noise(path: Path) -> Callable[[], None]:
    """Something that is no store lies in its place."""
    away = path.rename(path.with_name(f"{path.name}.away"))
    path.write_bytes(os.urandom(100_000))
    return lambda: away.replace(path) and None


def cut(path: Path) -> Callable[[], None]:
    """Its tail is gone."""
    whole = path.read_bytes()
    os.truncate(path, 4096)

    def back() -> None:
        with path.open("r+b") as file:
            file.write(whole)

    return back


def log_removed(path: Path) -> Callable[[], None]:
    """Somebody tidied up its log, with everything that is not in the file yet."""
    return moved(path.with_name(f"{path.name}-wal"))


SAYS: dict[Harm, str] = {
    moved: "{}.db is missing",
    replaced: "{}.db was replaced while it was in use",
    noise: "{}.db was replaced while it was in use",
    cut: "{}.db is truncated",
    log_removed: "{}.db-wal is missing",
}


@contextmanager
def harmed(server: Served, store: str, harm: Harm) -> Iterator[str]:
    """The fault, and what it is called; afterwards everything lies where it lay."""
    back = harm(server.site.file(store))
    try:
        yield SAYS[harm].format(store)
    finally:
        back()


def test_every_fault_is_named_within_two_seconds(served: Served) -> None:
    """Nobody is recognised, ``/readyz`` says why, and it goes on by itself once it is mended."""
    with served.line() as line:
        for store in STORES:
            for harm in SAYS:
                assert served.verify(line, "anna").json["decision"] == "match"
                with harmed(served, store, harm) as cause:
                    refused = promptly(lambda: served.verify(line, "anna"))
                    ready = promptly(lambda: line.ask("GET", "/readyz"))
                assert refused.status == 503, cause
                assert cause.lower() in refused.json["detail"].lower()
                assert refused.json["remedy"]
                assert int(refused.headers["retry-after"]) >= 1
                assert ready.status == 503
                assert any(cause in wrong for wrong in wrong_of(ready)), ready.body
        assert line.ask("GET", "/readyz").status == 200


@pytest.mark.parametrize(
    ("store", "harm"),
    [
        ("keys", moved),
        ("references", cut),
        *(
            pytest.param(store, harm, marks=pytest.mark.long)
            for store in ("keys", "references")
            for harm in (moved, replaced, noise, cut, log_removed)
        ),
    ],
)
def test_leaving_stays_open(served: Served, store: str, harm: Harm) -> None:
    """A withdrawal is taken, holds at once, outlives a kill -9, and is completed later."""
    with served.line() as line:
        with harmed(served, store, harm):
            waiting = promptly(lambda: leaves(line, "anna"))
            assert waiting.status == 202
            assert promptly(lambda: served.verify(line, "bob")).status == 503
            line.close()
            served.kill()
        served.start()
        assert served.verify(line, "anna").json["code"] == "consent_withdrawn"
        assert served.verify(line, "bob").json["decision"] == "match"
        receipt = line.ask("GET", waiting.json["receipt"])
        assert receipt.status == 200, receipt.body
        assert receipt.json["body"]["consents"]
    assert served.stop() == 0
    with served.house() as house:
        check_whole(house)


def test_leaving_is_completed_without_a_restart(served: Served) -> None:
    """Once the key store is back, within a minute."""
    with served.line() as line:
        with harmed(served, "keys", moved):
            waiting = leaves(line, "anna")
            assert waiting.status == 202
        receipt = until(lambda: line.ask("GET", waiting.json["receipt"]), COMPLETED_WITHIN_S)
        assert receipt.status == 200


def test_consenting_waits_for_the_key_store(served: Served) -> None:
    """A consent that was acknowledged stands; one that could not be kept was not acknowledged."""
    with served.line() as line:
        with harmed(served, "keys", moved):
            refused = promptly(lambda: consents(line, "carl"))
        assert refused.status == 503
        assert not standing(line, "carl")
        assert consents(line, "carl").status == 201
        line.close()
        served.kill()
        served.start()
        assert standing(line, "carl")


@pytest.mark.parametrize("store", STORES)
def test_a_start_without_it_is_refused_by_name(tmp_path: Path, store: str) -> None:
    """The next start names it too; nothing of the home is changed by it."""
    server = Served.found(tmp_path / "site").at_rest_with(enrolled("anna"))
    for harm in (moved, noise, cut):
        with harmed(server, store, harm), pytest.raises(FacekeepError) as refused:
            server.site.enter()
        assert f"{store}.db" in str(refused.value)
    with server.house() as house:
        assert server.site.matches(house, "anna")


def promptly(act: Callable[[], Reply]) -> Reply:
    """An answer that may not keep anybody waiting."""
    since = time.monotonic()
    reply = act()
    assert time.monotonic() - since < CLOSED_WITHIN_S
    return reply


def until(act: Callable[[], Reply], patience: float) -> Reply:
    """Ask until it is there."""
    since = time.monotonic()
    while (reply := act()).status != 200 and time.monotonic() - since < patience:
        time.sleep(0.2)
    return reply


def wrong_of(ready: Reply) -> list[str]:
    """What ``/readyz`` complains of."""
    return [str(one) for one in ready.json["wrong"]]


def standing(line: Line, subject: str) -> bool:
    """Whether somebody's consent is in force."""
    return bool(line.ask("GET", f"/v1/subjects/{subject}/consents/gate").json["in_force"])
