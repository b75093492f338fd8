"""The five rules of the queue, and what the worker makes of whatever a handler does."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from facekeep.db import queue as room
from facekeep.db.queue import LEASE_S, PATIENCE_S, Job, LeaseLost, Queue, State, Task
from facekeep.db.store import Store
from facekeep.db.worker import FAULT, TRIES_OF_DAMAGE, Hold, Lane, Standing, Worker
from facekeep.protect.derive import Seal
from facekeep.terms.errors import Broken, Misused, Refused, Tampered

DAY = 86_400
NOON = 1_700_000_000
OURS, EARLIER = b"o" * 16, b"e" * 16
EFFECTS = "CREATE TABLE effect (job BLOB, n INTEGER) STRICT"


@dataclass
class Bench:
    """A store with a queue, a wall clock and a steady one, both turned by hand."""

    store: Store
    wall: float = NOON
    steady: float = 100.0
    queue: Queue = field(init=False)

    def __post_init__(self) -> None:
        self.queue = self.of(OURS)

    def of(self, owner: bytes) -> Queue:
        """The same jobs, as another owner of the home sees them."""
        seal = Seal(b"k" * 32, "facekeep job")
        return Queue(self.store, seal, owner, lambda: self.steady, os.urandom)

    def put(self, kind: str = "work", key: str = "", **more: Any) -> Job:
        with self.store.transaction() as tx:
            task = Task(kind, key or os.urandom(4).hex(), more.pop("body", {}), **more)
            return self.queue.put(tx, task, self.wall)

    def lease(self, kind: str = "work", queue: Queue | None = None) -> Job:
        found = (queue or self.queue).lease(self.wall, [kind])
        assert found is not None
        return found

    def finish(self, lease: Job, queue: Queue | None = None) -> None:
        """An effect, and the completion, together."""
        with self.store.transaction() as tx:
            tx.execute("INSERT INTO effect VALUES (?, 1)", (lease.id,))
            (queue or self.queue).finish(tx, lease, self.wall)

    def effects(self) -> int:
        return len(self.store.rows("SELECT * FROM effect"))

    def worker(self, *standing: Standing, **handlers: Callable[[Hold], object]) -> Worker:
        return Worker(self.store, self.queue, lambda: self.wall, handlers, standing)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    store = Store.create(tmp_path / "r.db", "r", [(*room.TABLES, EFFECTS)], b"h" * 16, b"m" * 16)
    yield Bench(store)
    store.close()


# -- rule 1: wanted in the transaction of the act ---------------------------------------------


def test_a_job_is_kept_with_its_act_or_not_at_all(bench: Bench) -> None:
    """What is rolled back wants nothing."""

    def fail() -> None:
        with bench.store.transaction() as tx:
            bench.queue.put(tx, Task("work", "a"), NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert bench.queue.all() == []
    assert bench.put(key="a").state is State.QUEUED


def test_the_same_is_wanted_once_at_a_time(bench: Bench) -> None:
    """Until it is done: then it may be wanted again."""
    first = bench.put(key="a")
    assert bench.put(key="a") == first
    assert bench.put("other", key="a").id != first.id
    bench.finish(bench.lease())
    assert bench.queue.wanted("work", "a") is None
    assert bench.queue.wanted("other", "a") is not None
    assert bench.put(key="a").id != first.id


def test_a_job_due_later_waits(bench: Bench) -> None:
    """Not before its time, and its patience is counted from there."""
    job = bench.put(due=NOON + 60, patience=30)
    assert (job.due, job.deadline) == (NOON + 60, NOON + 90)
    assert bench.queue.lease(NOON + 59, ["work"]) is None
    assert bench.queue.lease(NOON + 60, ["work"]) is not None


def test_only_kinds_that_were_asked_for_are_leased(bench: Bench) -> None:
    """A lane takes its own work."""
    bench.put("post")
    assert bench.queue.lease(NOON, ["work"]) is None
    assert bench.queue.lease(NOON, []) is None
    assert bench.lease("post").kind == "post"


# -- rule 2: the fence ------------------------------------------------------------------------


def test_each_lease_raises_the_fence(bench: Bench) -> None:
    """A number that only goes up, so that the one who held it last can be told."""
    bench.put()
    fences = []
    for _ in range(3):
        fences.append(bench.lease().fence)
        bench.steady += LEASE_S + 1
    assert fences == [1, 2, 3]


def test_stale_fence_takes_no_effect(bench: Bench) -> None:
    """The slow worker wakes up after another has taken over: its whole transaction goes back."""
    bench.put()
    slow = bench.lease()
    bench.steady += LEASE_S + 1
    quick = bench.lease()
    with pytest.raises(LeaseLost):
        bench.finish(slow)
    assert bench.effects() == 0
    bench.finish(quick)
    with pytest.raises(LeaseLost):
        bench.finish(quick)
    assert bench.effects() == 1


@pytest.mark.parametrize("act", ["keep", "advance", "postpone", "give_up", "rest"])
def test_nothing_is_said_with_a_stale_fence(bench: Bench, act: str) -> None:
    """Neither progress nor failure."""
    bench.put()
    slow = bench.lease()
    bench.steady += LEASE_S + 1
    quick = bench.lease()

    def say() -> None:
        if act == "advance":
            with bench.store.transaction() as tx:
                bench.queue.advance(tx, slow, 1, 2)
        elif act == "rest":
            bench.queue.rest(slow, NOON, 1, 1)
        else:
            getattr(bench.queue, act)(slow, *([] if act == "keep" else ["broken"]))

    with pytest.raises(LeaseLost):
        say()
    assert bench.queue.get(quick.id) == quick


def test_a_lease_that_ran_out_counts_until_it_is_taken(bench: Bench) -> None:
    """Late but alone is in time."""
    bench.put()
    lease = bench.lease()
    bench.steady += 10 * LEASE_S
    bench.finish(lease)
    assert bench.effects() == 1


def test_two_workers_share_the_work(bench: Bench) -> None:
    """Forty jobs, two threads: forty effects, and nobody sees the other's job."""
    for _ in range(40):
        bench.put()

    def drain(worker: Worker) -> None:
        while worker.run_one() is not None:
            pass

    def handler(hold: Hold) -> None:
        with bench.store.transaction() as tx:
            tx.execute("INSERT INTO effect VALUES (?, ?)", (hold.job.id, hold.job.fence))
            hold.done(tx)

    threads = [threading.Thread(target=drain, args=[bench.worker(work=handler)]) for _ in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = bench.store.rows("SELECT job, n FROM effect")
    assert (len(rows), len({job for job, _ in rows})) == (40, 40)
    assert {fence for _, fence in rows} == {1}


# -- rule 3: clocks ---------------------------------------------------------------------------


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_clock_jump_frees_no_lease(bench: Bench, jump: int) -> None:
    """The wall clock has no say in who holds what."""
    bench.put()
    lease = bench.lease()
    bench.wall += jump
    assert bench.queue.lease(bench.wall, ["work"]) is None
    bench.finish(lease)
    assert bench.effects() == 1


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_clock_jump_loses_and_delays_no_retry(bench: Bench, jump: int) -> None:
    """A pause is as long as it was to be, whatever the wall says meanwhile."""
    job = bench.put()
    bench.queue.postpone(bench.lease(), "broken")
    bench.wall += jump
    (late,) = [one.late(bench.wall) for one in bench.queue.all()]
    assert late is (jump > PATIENCE_S - 1 and bench.wall > job.deadline)
    assert bench.queue.lease(max(bench.wall, job.due), ["work"]) is None
    bench.steady += room.FIRST_PAUSE_S
    assert bench.queue.lease(max(bench.wall, job.due), ["work"]) is not None


def test_next_owner_takes_over_at_once(bench: Bench) -> None:
    """The home's lock proves the earlier one gone: nobody waits for its leases or its pauses."""
    bench.put("a"), bench.put("b")
    held = bench.lease("a")
    bench.queue.postpone(bench.lease("b"), "broken")
    following = bench.of(EARLIER)
    assert bench.lease("a", following).fence == held.fence + 1
    assert bench.lease("b", following).attempts == 2
    with pytest.raises(LeaseLost):
        bench.finish(held)


def test_steady_clock_goes_forward() -> None:
    """Seconds since the machine started."""
    assert 0 < room.steady() <= room.steady()


# -- rule 4: nothing is dropped ---------------------------------------------------------------


def test_failure_is_tried_again_after_a_growing_pause(bench: Bench) -> None:
    """Five seconds, ten, twenty, never more than fifteen minutes; and never given up."""
    bench.put()
    for attempt in range(1, 14):
        bench.queue.postpone(bench.lease(), "broken")
        pause = room.pause_after(attempt)
        assert pause == min(5.0 * 2 ** (attempt - 1), 900.0)
        bench.steady += pause - 0.1
        assert bench.queue.lease(NOON, ["work"]) is None
        bench.steady += 0.2
    assert bench.lease().attempts == 14


def test_past_its_deadline_a_job_is_late_by_name_and_still_done(bench: Bench) -> None:
    """The alarm sounds once; the work goes on."""
    told: list[str] = []
    job = bench.put(patience=60)
    worker = Worker(
        bench.store, bench.queue, lambda: bench.wall, {}, (), lambda tx, job: told.append(job.kind)
    )
    assert worker.tell_late() == []
    bench.wall += 61
    (late,) = worker.tell_late()
    assert (late.id, told, worker.tell_late()) == (job.id, ["work"], [])
    bench.finish(bench.lease())
    assert (bench.effects(), bench.queue.late(bench.wall)) == (1, [])


def test_alarm_and_its_note_are_one(bench: Bench) -> None:
    """Where the alarm cannot be written it is tried again."""

    def fail(tx: sqlite3.Connection, job: Job) -> None:
        raise Broken("the disk is full")

    bench.put(patience=1)
    bench.wall += 2
    worker = Worker(bench.store, bench.queue, lambda: bench.wall, {}, (), fail)
    with pytest.raises(Broken):
        worker.tell_late()
    assert bench.queue.late(bench.wall)[0].told_late == 0


def test_somebody_may_say_again(bench: Bench) -> None:
    """In its full time, from now on."""
    bench.put(patience=60)
    bench.queue.give_up(bench.lease(), "refused")
    bench.wall += 1000
    (failed,) = bench.queue.late(bench.wall)
    assert bench.queue.lease(bench.wall, ["work"]) is None
    with bench.store.transaction() as tx:
        again = bench.queue.retry(tx, failed.id, bench.wall)
    assert (again.state, again.deadline) == (State.QUEUED, bench.wall + 60)
    assert bench.lease().attempts == 1


def test_what_is_done_or_unknown_is_not_tried_again(bench: Bench) -> None:
    """Nor what is under way, nor what is wanted anew by another job."""
    job = bench.put(key="a")
    lease = bench.lease()

    def retry(identity: bytes) -> None:
        with bench.store.transaction() as tx:
            bench.queue.retry(tx, identity, NOON)

    for identity in (b"?" * 16, job.id):
        with pytest.raises(Misused):
            retry(identity)
    bench.queue.give_up(lease, "refused")
    bench.put(key="a")
    with pytest.raises(Misused, match="wanted again"):
        retry(job.id)


def test_what_ended_long_ago_is_forgotten(bench: Bench) -> None:
    """And nothing else."""
    bench.put("old"), bench.put("open")
    bench.finish(bench.lease("old"))
    bench.wall += room.KEPT_S + 1
    with bench.store.transaction() as tx:
        assert bench.queue.forget_old(tx, bench.wall) == 1
    assert [job.kind for job in bench.queue.all()] == ["open"]


def test_progress_is_kept_with_its_effect(bench: Bench) -> None:
    """Where a job stands is where its effects stand."""
    bench.put(body={"next": 0})
    lease = bench.lease()
    with bench.store.transaction() as tx:
        lease = bench.queue.advance(tx, lease, 3, 9, {"next": 3})
    assert bench.queue.get(lease.id) == lease
    assert (lease.done, lease.total, lease.body) == (3, 9, {"next": 3})
    bench.steady += LEASE_S - 1
    held = bench.queue.keep(lease)
    bench.steady += LEASE_S - 1
    assert bench.queue.lease(NOON, ["work"]) is None
    bench.finish(held)


# -- rule 5: seals ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "edit",
    ["body = '{\"purpose\":\"bank\"}'", "kind = 'other'", "key = 'x'", "state = 'done'", "fence = 9",
     "attempts = -1", "due = 0", "deadline = deadline + 1", "free_at = 99", "error = 'x'",
     "owner = x'00'", "done = 7", "told_late = 1", "made = 0", "ended = 5", "total = 1",
     "seal = zeroblob(32)"],
)  # fmt: skip
def test_edited_row_is_never_carried_out(bench: Bench, edit: str) -> None:
    """Named, left alone, and in nobody's way."""
    job = bench.put()
    with bench.store.transaction() as tx:
        tx.execute(f"UPDATE job SET {edit} WHERE id = ?", (job.id,))
    other = bench.put("other")
    assert bench.queue.lease(NOON, ["work", "other"]) == bench.queue.get(other.id)
    assert bench.queue.lease(NOON, ["work", "other"]) is None
    assert bench.queue.edited() == [job.id]
    assert [one.id for one in bench.queue.all()] == [other.id]
    with pytest.raises(Tampered):
        bench.queue.get(job.id)


def test_swapped_rows_are_two_edited_rows(bench: Bench) -> None:
    """Each seal is about its own identifier."""
    one, other = bench.put(body={"n": 1}), bench.put(body={"n": 2})
    with bench.store.transaction() as tx:
        tx.execute("UPDATE job SET id = x'aa' WHERE id = ?", (one.id,))
        tx.execute("UPDATE job SET id = ? WHERE id = ?", (one.id, other.id))
        tx.execute("UPDATE job SET id = ? WHERE id = x'aa'", (other.id,))
    assert sorted(bench.queue.edited()) == sorted([one.id, other.id])


def test_numbers_and_texts_are_told_apart(bench: Bench) -> None:
    """A seal over ``1`` is none over ``"1"``."""
    assert len({room._bytes(value) for value in (1, "1", b"1")}) == 3


# -- standing jobs ----------------------------------------------------------------------------


def test_standing_job_rests_and_comes_back(bench: Bench) -> None:
    """Round after round in one row; a clock that jumps calls it neither late nor early."""
    rounds: list[float] = []
    worker = bench.worker(Standing("sweep", 60, 600, lambda: rounds.append(bench.steady)))
    worker.stand()
    assert worker.run_all() == 1
    bench.wall += DAY
    assert (worker.run_all(), worker.tell_late()) == (0, [])
    bench.wall -= 2 * DAY
    bench.steady += 61
    bench.wall = NOON + 61
    assert worker.run_all() == 1
    worker.stand()
    assert (len(rounds), len(bench.queue.all())) == (2, 1)
    assert bench.queue.all()[0].fence == 2


@pytest.mark.parametrize("damage", ["DELETE FROM job", "UPDATE job SET state = 'done'"])
def test_standing_job_stands_again_after_somebody_removed_it(bench: Bench, damage: str) -> None:
    """What is to be done is known without its row."""
    rounds: list[int] = []
    worker = bench.worker(Standing("sweep", 60, 600, lambda: rounds.append(1)))
    worker.stand()
    with bench.store.transaction() as tx:
        tx.execute(damage)
    worker.stand()
    worker.run_all()
    assert rounds == [1]


def test_standing_job_that_fails_goes_on_and_is_late(bench: Bench) -> None:
    """Not even a refusal ends it."""

    def refuse() -> None:
        raise Refused("no", "Ask")

    worker = bench.worker(Standing("sweep", 60, 600, refuse))
    worker.stand()
    for _ in range(8):
        assert worker.run_one() is not None
        bench.steady += 901
        bench.wall += 901
    (job,) = bench.queue.late(bench.wall)
    assert (job.state, job.error, job.attempts) == (State.QUEUED, "refused", 8)


# -- the worker -------------------------------------------------------------------------------


def _raising(error: BaseException) -> Callable[[Hold], None]:
    def handler(hold: Hold) -> None:
        raise error

    return handler


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (Refused("no", "Ask"), State.FAILED, "refused"),
        (Misused("what"), State.FAILED, "usage"),
        (Broken("the disk is full"), State.QUEUED, "broken"),
        (Tampered("a row"), State.QUEUED, "tampered"),
        (ZeroDivisionError("12345 is a score"), State.QUEUED, FAULT),
    ],
    ids=lambda value: str(value),
)
def test_handler_that_raises_is_named_and_holds_up_nobody(
    bench: Bench, error: Exception, state: State, code: str
) -> None:
    """By its code alone: what an error says may hold values."""
    bench.put("bad", patience=9), bench.put("good")
    worker = bench.worker(bad=_raising(error), good=lambda hold: None)
    assert worker.run_all() == 2
    bad, good = sorted(bench.queue.all(), key=lambda job: job.kind)
    assert (bad.state, bad.error, good.state) == (state, code, State.DONE)


def test_damage_is_looked_at_a_few_times(bench: Bench) -> None:
    """Then somebody has to."""
    bench.put("bad")
    worker = bench.worker(bad=_raising(Tampered("a row")))
    for _ in range(TRIES_OF_DAMAGE):
        worker.run_one()
        bench.steady += 1000
    assert bench.queue.all()[0].state is State.FAILED
    assert worker.run_one() is None


def test_handler_whose_lease_was_stolen_ends_quietly(bench: Bench) -> None:
    """Whoever took over says how it went."""
    bench.put()
    thieves: list[Job] = []

    def slow(hold: Hold) -> None:
        bench.steady += LEASE_S + 1
        thieves.append(bench.lease())
        with bench.store.transaction() as tx:
            tx.execute("INSERT INTO effect VALUES (?, 1)", (hold.job.id,))
            hold.advance(tx, 1, 1)

    worker = bench.worker(work=slow)
    assert worker.run_one() == thieves[0]
    assert bench.effects() == 0
    bench.finish(thieves[0])
    assert bench.effects() == 1


def test_handler_that_fails_after_it_is_done_is_done(bench: Bench) -> None:
    """The effect stands; nothing is done again."""

    def handler(hold: Hold) -> None:
        with bench.store.transaction() as tx:
            hold.done(tx)
        raise Broken("a reader keeps the log")

    bench.put()
    assert bench.worker(work=handler).run_all() == 1
    assert bench.queue.all()[0].state is State.DONE


def test_lane_outlives_what_its_turn_raises() -> None:
    """And says what it stumbled over, by its code."""
    turns, gone_on = [], threading.Event()

    def turn() -> None:
        turns.append(1)
        if len(turns) == 1:
            raise Broken("the disk is full")
        if len(turns) == 2:
            raise ZeroDivisionError
        gone_on.set()

    lane = Lane("clock", turn, pause=0.0)
    lane.start()
    assert gone_on.wait(30)
    lane.ask_to_stop()
    lane.join()
    assert not lane.alive
    assert lane.stumbled == ""


def test_bodies_are_canonical(bench: Bench) -> None:
    """Equal jobs have equal rows, whatever order their fields came in."""
    job = bench.put(body={"b": 1, "a": "x"})
    (text,) = bench.store.one("SELECT body FROM job WHERE id = ?", job.id) or ("",)
    assert text == '{"a":"x","b":1}'
