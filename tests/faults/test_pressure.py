"""Under load: leaving takes effect at once, and a stop ends nothing half-way."""

from __future__ import annotations

import select
import time
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

from tests.attacks.served import Line, Reply, Served, encoded, enrolled
from tests.faults.load import Load, Witness, crowd, leaves, verifying
from tests.flows.test_kill import check_whole

PEOPLE = [f"regular-{n}" for n in range(40)]
CALLERS = 32
QUEUE = 400
HOLDS_WITHIN_S = 1.0
"""From asking to leave until nobody is compared any more (promise of withdrawal)."""

STOPS_WITHIN_S = 30.0


def test_leaving_takes_effect_at_once_under_load(tmp_path: Path) -> None:
    """Everybody asks; somebody leaves: from their answer on, and within a second, they are refused."""
    people = enrolled(*PEOPLE, "anna", "bob", "carl")
    with Served.found(tmp_path / "site").at_rest_with(people) as server:
        server.start()
        load = Load(server, [(Witness(f"asker{n}"), verifying(PEOPLE)) for n in range(CALLERS)])
        load.begin()
        time.sleep(0.3)
        took = [left(server, subject) for subject in ("anna", "bob", "carl")]
        load.end()
    assert sorted(took)[1] < HOLDS_WITHIN_S, took  # one pause of a busy machine is none of ours
    assert [wrong for witness in load.witnesses for wrong in witness.wrong] == []


def test_leaving_passes_the_queue(tmp_path: Path) -> None:
    """Hundreds wait for their answer; whoever takes it back waits for none of them."""
    people = enrolled(*PEOPLE, "anna", "bob", "carl")
    with Served.found(tmp_path / "site").at_rest_with(people) as server, ExitStack() as queue:
        server.start()
        with server.line() as line:
            assert server.verify(line, PEOPLE[0]).status == 200  # everything is loaded
        waiting = [queue.enter_context(server.line()) for _ in range(QUEUE)]
        for number, line in enumerate(waiting):
            line.send(b"".join(halves(server, PEOPLE[number % len(PEOPLE)])))
        took = [left_alone(server, subject) for subject in ("anna", "bob", "carl")]
        still_waiting = [line for line in waiting if not answered(line)]
        assert {line.reply().status for line in waiting} == {200}
    assert sorted(took)[1] < HOLDS_WITHIN_S, took
    assert still_waiting, "the queue was gone before anybody left: it shows nothing"


def left_alone(server: Served, subject: str) -> float:
    """Seconds one withdrawal took."""
    with server.line() as line:
        since = time.monotonic()
        assert leaves(line, subject).status == 200
        return time.monotonic() - since


def answered(line: Line) -> bool:
    """Whether its answer has begun to arrive."""
    assert line.socket is not None
    return bool(select.select([line.socket], [], [], 0)[0])


def left(server: Served, subject: str) -> float:
    """Seconds until somebody's withdrawal is acknowledged, and holds."""
    with server.line() as line, server.line() as other:
        assert server.verify(other, subject).json["decision"] == "match"
        since = time.monotonic()
        assert leaves(line, subject).status == 200
        took = time.monotonic() - since
        assert server.verify(other, subject).json["code"] == "consent_withdrawn"
    return took


def test_a_stop_answers_what_it_took(tmp_path: Path) -> None:
    """SIGTERM under load: what was begun is answered, the home comes to rest, nothing is recovered."""
    with Served.found(tmp_path / "site").at_rest_with(enrolled(*PEOPLE)) as server:
        server.start()
        load = crowd(server, PEOPLE)
        load.begin()
        time.sleep(0.4)
        since = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - since < STOPS_WITHIN_S
        load.end()
        assert [wrong for witness in load.witnesses for wrong in witness.wrong] == []
        assert sum(len(witness.events) for witness in load.witnesses) > 0
        with server.house() as house:
            assert house.recovered == []
            check_whole(house)
            known = house.home.records.rows("SELECT id FROM ledger_entry")
            kept = {bytes(event).hex() for (event,) in known}
            assert {event for witness in load.witnesses for event in witness.events} <= kept


def test_a_request_on_its_way_is_answered_when_told_to_stop(tmp_path: Path) -> None:
    """Its body arrives after the word to stop: still answered, then the line is closed."""
    with Served.found(tmp_path / "site").at_rest_with(enrolled("anna")) as server:
        server.start()
        with server.line() as line:
            assert server.verify(line, "anna").status == 200
            answers: list[Reply] = []
            head, body = halves(server, "anna")
            line.send(head)
            stopping = Thread(target=server.stop)
            stopping.start()
            time.sleep(0.3)
            line.send(body)
            answers.append(line.reply())
            stopping.join()
        assert answers[0].json["decision"] == "match"
        assert server.process.returncode == 0


def halves(server: Served, subject: str) -> tuple[bytes, bytes]:
    """A verification cut within its body."""
    body = encoded(server.question(subject))
    head = (
        "POST /v1/verifications HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {server.key}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body[:10], body[10:]
