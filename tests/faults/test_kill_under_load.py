"""``kill -9`` under load: nothing that was acknowledged is lost, and nothing is left half done.

The ordinary suite kills a few times, ``--long`` a hundred times and more. Counts are printed.
"""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from facekeep.governance.consent import ConsentState
from facekeep.ledger import log
from facekeep.storage.keys import STAND_IN
from tests.attacks.served import Served, enrolled
from tests.faults.load import Load, Stand, Witness, crowd, told
from tests.flows.test_kill import check_whole

FEW, MANY = 10, 110
RESTART_S = 5.0
"""From the start of the process to its first answer, of the process's own time: what else a machine
does meanwhile is not ours."""

LEAST_LOAD_S, MOST_LOAD_S = 0.15, 0.6
ASKED_ANEW = 12
"""People of each kind who are asked about after every restart; everybody is at the end."""

_RELEASED = "SELECT consent FROM subject_key WHERE instr(purpose, ?) = 0"
"""A stand-in's key is nobody's, under no consent."""


@pytest.mark.parametrize("kills", [FEW, pytest.param(MANY, marks=pytest.mark.long)])
def test_nothing_acknowledged_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kills: int
) -> None:
    """Callers verify, consent, enrol and withdraw; the process dies again and again."""
    lot, starts, work = random.Random(kills), [], []
    people = [f"regular-{n}" for n in range(kills + 2)]  # nobody's budget of pictures is spent
    with Served.found(tmp_path / "site").at_rest_with(enrolled(*people)) as server:
        server.start()
        load = crowd(server, people)
        for _ in range(kills):
            load.begin()
            time.sleep(lot.uniform(LEAST_LOAD_S, MOST_LOAD_S))
            server.kill()
            load.end()
            starts.append(server.start())
            work.append(server.worked())
            check_served(server, load)
        assert server.stop() == 0
        check_at_rest(server, load)
    with capsys.disabled():
        print(
            f"\n{kills} kills: {told(load)}; longest start {max(starts):.1f} s, "
            f"of which at work {max(work):.1f} s"
        )
    assert max(work) <= RESTART_S
    counts = told(load)
    assert all(counts[stand.value] for stand in (Stand.CONSENTED, Stand.ENROLLED, Stand.GONE))
    assert counts["events"] > kills


def test_a_lost_event_would_be_noticed() -> None:
    """The control: one that nobody kept."""
    witness = Witness("asker", events=["aa", "bb"])
    assert missing([witness], {"aa"}) == ["bb"]


def check_served(server: Served, load: Load) -> None:
    """Right after a restart, over the wire and in the files, before anybody else comes."""
    assert [wrong for witness in load.witnesses for wrong in witness.wrong] == []
    check_files(server, load)
    with server.line() as line:
        for witness in load.witnesses:
            for subject in witness.settled(Stand.GONE)[-ASKED_ANEW:]:
                reply = server.verify(line, subject)
                assert reply.status == 403, subject
                assert reply.json["code"] == "consent_withdrawn", subject
            for subject in [*witness.settled(Stand.CONSENTED), *witness.settled(Stand.ENROLLED)][
                -ASKED_ANEW:
            ]:
                shown = line.ask("GET", f"/v1/subjects/{subject}/consents/gate")
                assert shown.json["in_force"], subject
            for subject in witness.settled(Stand.ENROLLED)[-ASKED_ANEW:]:
                assert server.verify(line, subject).json["decision"] == "match", subject


def check_files(server: Served, load: Load) -> None:
    """Every acknowledged event is there, nothing is under way, no key lives without a consent."""
    given = ConsentState.GIVEN.value
    with server.site.sql("records") as records, server.site.sql("keys") as keys:
        kept = {bytes(one).hex() for (one,) in records.execute("SELECT id FROM ledger_entry")}
        assert missing(load.witnesses, kept) == []
        assert records.execute("SELECT kind, stage FROM intent").fetchall() == []
        alive = {
            one for (one,) in records.execute("SELECT id FROM consent WHERE state = ?", (given,))
        }
        released = {one for (one,) in keys.execute(_RELEASED, (STAND_IN,))}
        assert released <= alive
        assert records.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)


def missing(witnesses: list[Witness], kept: set[str]) -> list[str]:
    """Acknowledged events that are not kept."""
    return [event for one in witnesses for event in one.events if event not in kept]


def check_at_rest(server: Served, load: Load) -> None:
    """The whole home, and everybody in it, once nobody serves it any more."""
    with server.house() as house:
        assert house.recovered == []
        check_whole(house)
        log.audit(house.home.records.connection, house.home.signer.vkey)
        for witness in load.witnesses:
            for subject in witness.settled(Stand.GONE):
                assert house.home.directory.person(subject, "gate").departed, subject
            for subject in witness.settled(Stand.ENROLLED):
                assert server.site.matches(house, subject), subject
