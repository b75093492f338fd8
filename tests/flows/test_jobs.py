"""What runs by itself: terms end on time, checkpoints are sealed, late work is named."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from facekeep.access.approvals import digest_of
from facekeep.access.pending import PendingBook
from facekeep.access.sessions import SessionBook
from facekeep.assembly import House
from facekeep.collection import outbox
from facekeep.collection.outbox import Outbox, Webhook
from facekeep.collection.purposes import PurposeDesk
from facekeep.db.queue import State
from facekeep.governance.captures import CaptureBook
from facekeep.governance.deliveries import Kind, Words
from facekeep.governance.intents import Intent
from facekeep.ledger import log
from facekeep.ledger.checkpoint import parse_checkpoint, parse_note
from facekeep.oversight import counter, plan
from facekeep.oversight import jobs as jobs_room
from facekeep.oversight.jobs import LATE, REPLACED, RETRIED
from facekeep.oversight.upkeep import (
    HELD_S,
    JUMP_S,
    ClockGuard,
    ClockJumped,
    Completion,
    Lingering,
    each,
)
from facekeep.protect.keytree import bucket_of
from facekeep.rights.withdrawal import WithdrawalDesk
from facekeep.storage import bulk
from facekeep.storage.bulk import ACT, COMPLETED, KIND, LOT_BUCKETS, ORDERED, about
from facekeep.storage.renewal import Renewer
from facekeep.storage.replies import ReplyBook
from facekeep.terms.errors import Broken, Misused, PurposeNotAllowed, Refused, Tampered
from tests.attacks.staff import approve, enter
from tests.attacks.toolkit import DAY, NOON, Site, agree, publish, purpose_text

PATIENCE_S = 60.0
"""For a thread on a busy machine; a good run waits a second."""


def kinds(house: House) -> list[str]:
    """What the ledger tells of, in order."""
    connection = house.home.records.connection
    return [log.entry(connection, n).kind for n in range(log.size(connection))]


def running_with_the_wall(site: Site, house: House) -> House:
    """The steady clock goes with the wall clock: time passes, and nobody sets a clock."""

    def ticks() -> float:
        return 1000.0 + site.clock.now - NOON

    house.ticks = house.home.jobs._ticks = ticks
    return house


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)


# -- terms ------------------------------------------------------------------------------------


def test_one_tick_does_all_that_is_planned(house: House) -> None:
    """Each standing job had its round, rests, and is neither late nor failed."""
    house.jobs.tick()
    jobs = {job.kind: job for job in house.jobs.list()}
    assert set(jobs) == {plan.SWEEP, plan.FORGET, plan.TIDY, plan.GROUND, plan.COUNT}
    assert all(job.ended and not job.error for job in jobs.values())
    assert all(job.state is State.QUEUED for job in jobs.values())
    assert house.jobs.health().good
    assert house.jobs.run_one() is None


def test_consent_ends_while_the_service_runs(site: Site, house: House) -> None:
    """Nobody has to start anything: the term is over, and with it the face; no one else's is."""
    running_with_the_wall(site, house)
    site.enrol(house, "alice")
    site.clock.advance(300 * DAY)
    site.enrol(house, "bob")
    house.jobs.tick()
    site.clock.advance(70 * DAY)
    house.jobs.tick()
    assert [one.grant.expires for one in house.home.vault.of_purpose("gate")] == [
        site.row(house, "bob").grant.expires
    ]
    with pytest.raises(Refused):
        site.ask(house, "alice")
    assert site.matches(house, "bob")
    assert house.jobs.health().good


def test_clock_that_leaps_ends_nothing_early(site: Site, house: House) -> None:
    """A day too far: what that day would end still stands, the job says why, and the clock is set."""
    steady = [1000.0]
    house.ticks = house.home.jobs._ticks = lambda: steady[0]
    site.enrol(house, "alice")
    house.jobs.tick()
    row = site.row(house, "alice")
    site.clock.now = row.grant.expires + 1.0
    steady[0] += 61
    house.jobs.tick()
    (sweep,) = [job for job in house.jobs.list() if job.kind == plan.SWEEP]
    assert (sweep.error, sweep.state) == ("clock_jumped", State.QUEUED)
    assert house.home.vault.of_row(row.row) is not None
    assert plan.SWEEP in house.jobs.health().failed
    with pytest.raises(Refused):
        site.ask(house, "alice")  # refused by the wall clock all the while
    steady[0] += HELD_S + 1
    house.jobs.tick()
    assert house.home.vault.of_row(row.row) is None


@pytest.mark.parametrize("leap", [JUMP_S + 1, DAY])
def test_guard_believes_a_clock_that_is_set_back_or_stays(leap: float) -> None:
    """Ahead: refused until it is set, or stayed for a day. Behind: nothing is over yet anyway."""
    wall, steady = [float(NOON)], [50.0]
    guard = ClockGuard(lambda: wall[0], lambda: steady[0])
    wall[0] += JUMP_S - 1
    guard.refuse_jump()
    wall[0] += leap - JUMP_S + 1
    with pytest.raises(ClockJumped):
        guard.refuse_jump()
    wall[0] -= leap
    guard.refuse_jump()
    wall[0] -= DAY
    guard.refuse_jump()
    wall[0] += DAY
    for _ in range(2):
        with pytest.raises(ClockJumped):
            guard.refuse_jump()
        steady[0], wall[0] = steady[0] + HELD_S / 2, wall[0] + HELD_S / 2
    guard.refuse_jump()


def test_one_step_that_fails_keeps_no_other_from_being_taken() -> None:
    """And the first error is told in the end."""
    taken: list[int] = []

    def fail(code: str) -> Callable[[], None]:
        def step() -> None:
            taken.append(0)
            raise Broken(code)

        return step

    with pytest.raises(Broken, match="first"):
        each([lambda: taken.append(1), fail("first"), fail("second"), lambda: taken.append(2)])
    assert taken == [1, 0, 0, 2]


def test_damaged_part_of_the_sweep_holds_up_no_other(
    site: Site, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Captures cannot be swept: consents end all the same."""
    running_with_the_wall(site, house)
    site.enrol(house, "alice")

    def full(*_: object) -> None:
        raise Broken("the disk is full")

    monkeypatch.setattr(CaptureBook, "sweep", full)
    monkeypatch.setattr(Outbox, "queue_coming_of_age", full)
    site.clock.advance(400 * DAY)
    house.jobs.tick()
    assert house.home.vault.of_purpose("gate") == []
    assert set(house.jobs.health().failed) == {plan.SWEEP, plan.FORGET}


# -- acts that stayed half done ---------------------------------------------------------------


def test_withdrawal_a_busy_store_held_up_is_finished_without_a_new_start(
    site: Site, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within a minute of the steady clock the face is gone, and its receipt lies in the home."""
    running_with_the_wall(site, house)
    site.enrol(house, "alice")
    row = site.row(house, "alice")
    house.jobs.tick()

    def busy(*_: object) -> None:
        raise Broken("another process holds the store")

    with monkeypatch.context() as patched:
        patched.setattr(WithdrawalDesk, "_erase", busy)
        with pytest.raises(Broken):
            house.withdrawals.withdraw("alice", "gate")
        house.jobs.tick()
    assert house.home.vault.of_row(row.row) is not None
    site.clock.advance(19)
    house.jobs.tick()
    assert house.home.intents.open() != []
    site.clock.advance(2)
    house.jobs.tick()
    assert house.home.intents.open() == []
    assert house.home.vault.of_row(row.row) is None
    assert house.home.references.of_row(row.row) is None
    assert len(house.recovered_receipts) == 1


def test_act_under_way_is_left_alone(house: House) -> None:
    """It is finished by whoever began it, until it took too long."""
    now, finished = [0.0], list[bytes]()
    lingering = Lingering(
        house.home, lambda: now[0], {"act": Completion(20, lambda one: finished.append(one.id))}
    )
    for name in (b"a" * 16, b"b" * 16):
        with house.home.records.transaction() as tx:
            house.home.intents.begin(tx, Intent(name, "act", "begun", {}), 0)
        lingering.finish()
        now[0] += 15
    house.home.close(Intent(b"b" * 16, "act", "", {}))
    lingering.finish()
    assert finished == [b"a" * 16]


# -- checkpoints ------------------------------------------------------------------------------


def test_checkpoint_follows_new_entries_and_the_anchor_with_it(house: House) -> None:
    """And none is sealed where nothing came."""
    home = house.home
    house.jobs.tick()
    home.note(home.own_chain(), "storage:home:looked-at")
    house.jobs.tick()
    size = log.size(home.records.connection)
    sealed = log.checkpoints(home.records.connection)
    assert parse_checkpoint(parse_note(sealed[-1]).text).size == size
    assert home.custody.anchor().ledger_size == size
    house.jobs.tick()
    assert log.checkpoints(home.records.connection) == sealed


# -- late, failed, changed, gone --------------------------------------------------------------


def test_late_work_is_an_entry_once_and_visible_until_it_is_done(
    site: Site, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its kind; about nobody."""
    running_with_the_wall(site, house)

    def full(*_: object) -> None:
        raise Broken("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(CaptureBook, "sweep", full)
        house.jobs.tick()
        for _ in range(4):
            site.clock.advance(600)
            house.jobs.tick()
        health = house.jobs.health()
        assert (health.late, health.failed, health.good) == ((plan.SWEEP,), (plan.SWEEP,), False)
        assert kinds(house).count(LATE) == 1
    site.clock.advance(1000)
    house.jobs.tick()
    assert house.jobs.health().good


def test_lanes_work_by_themselves_and_stop_with_the_house(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started once, however often; laid down before the stores are closed."""
    monkeypatch.setattr(jobs_room, "LOOK_PAUSE_S", 0.01)
    monkeypatch.setattr(jobs_room, "SEAL_PAUSE_S", 0.01)
    home, jobs = house.home, house.jobs
    jobs.start()
    jobs.start()
    wait_until(lambda: sum(bool(job.ended) for job in jobs.list()) == 5)
    home.note(home.own_chain(), "storage:home:looked-at")
    wait_until(lambda: home.custody.anchor().ledger_size == log.size(home.records.connection))
    assert jobs.health().good
    lanes = jobs._lanes
    house.close()
    assert not any(lane.alive for lane in lanes)


def test_lane_that_ended_is_named(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that stands still is no quiet matter."""
    monkeypatch.setattr(jobs_room, "LOOK_PAUSE_S", 0.01)
    house.jobs.start()
    house.jobs._lanes[0].ask_to_stop()
    wait_until(lambda: not house.jobs._lanes[0].alive)
    assert house.jobs.health().stumbled == ("clock: ended",)


def test_edited_row_is_counted_and_replaced_where_it_stands(site: Site, house: House) -> None:
    """A standing job is put back; nothing a thief wrote is carried out."""
    house.jobs.tick()
    with house.home.records.transaction() as tx:
        tx.execute("UPDATE job SET deadline = deadline + 1000000000")
    assert house.jobs.health().edited == 5
    house.jobs.tick()
    assert house.jobs.health().good
    assert kinds(house).count(REPLACED) == 5
    with house.home.records.transaction() as tx:
        tx.execute("DELETE FROM job")
    house.jobs.tick()
    assert len(house.jobs.list()) == 5
    assert kinds(house).count(REPLACED) == 5


def test_job_is_named_by_the_beginning_of_its_identifier(house: House) -> None:
    """As long as that is one job's alone."""
    house.jobs.tick()
    job = house.jobs.list()[0]
    assert house.jobs.get(job.id.hex()[:8]) == house.jobs.get(job.id.hex()) == job


@pytest.mark.parametrize("name", ["", "z", "zz" * 16, "00" * 16, "0000"])
def test_job_nobody_knows(house: House, name: str) -> None:
    """Said, and nothing else."""
    house.jobs.tick()
    for act in (house.jobs.get, house.jobs.retry):
        with pytest.raises(Misused):
            act(name)


# -- renewing everybody -----------------------------------------------------------------------


def ordered(house: House, purpose: str = "gate", because: str = "schedule") -> Any:
    """Two officers approve, and it is ordered."""
    known = {officer.name for officer in house.home.officers.living()}
    enter(house, *(name for name in ("Ann", "Ben") if name not in known))
    for name in ("Ann", "Ben"):
        approve(house, name, ACT, about(purpose, because))
    return house.jobs.renewals.order(purpose, because)


def town(site: Site, house: House, count: int = 12) -> list[str]:
    """People at the gate; their rows lie in several lots."""
    names = [f"person{n}" for n in range(count)]
    for name in names:
        site.enrol(house, name)
    return names


def epochs(site: Site, house: House, names: list[str], purpose: str = "gate") -> list[bytes]:
    return [site.row(house, name, purpose).epoch for name in names]


def test_everybody_of_a_purpose_is_renewed_in_lots(site: Site, house: House) -> None:
    """Each row once; each lot sealed; nobody comes back to the camera; another purpose stands."""
    publish(house, purpose_text("bank"))
    site.enrol(house, "person0", "bank")
    names = town(site, house)
    before, bank = epochs(site, house, names), epochs(site, house, ["person0"], "bank")
    buckets = {bucket_of(site.row(house, n).row) // LOT_BUCKETS for n in names}
    job = ordered(house)
    assert (job.kind, job.state, job.body["purpose"]) == (KIND, State.QUEUED, "gate")
    house.jobs.tick()
    done = house.jobs.get(job.id.hex())
    assert (done.state, done.done, done.total) == (State.DONE, 12, 12)
    assert bulk.progress(done) == 1.0
    after = epochs(site, house, names)
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert epochs(site, house, ["person0"], "bank") == bank
    assert all(site.matches(house, name) for name in names)
    told = kinds(house)
    assert told.count("storage:reference:renewed") == len(buckets) > 1
    assert (told.count(ORDERED), told.count(COMPLETED)) == (1, 1)
    assert house.jobs.renewals.ordered() == []
    house.jobs.tick()
    assert epochs(site, house, names) == after


def test_renewal_of_all_needs_two_officers_and_uses_them_up(site: Site, house: House) -> None:
    """One word is none; two are one renewal."""
    enter(house, "Ann", "Ben")
    approve(house, "Ann", ACT, about("gate", "keys"))
    with pytest.raises(Refused, match="two officers"):
        house.jobs.renewals.order("gate", "keys")
    approve(house, "Ben", ACT, about("gate", "keys"))
    with pytest.raises(Refused, match="two officers"):
        house.jobs.renewals.order("gate", "leak")  # approved for another reason
    job = house.jobs.renewals.order("gate", "keys")
    assert house.jobs.renewals.order("gate", "keys") == job  # under way: asked for once
    house.jobs.tick()
    now = int(house.home.journal.now())
    assert house.home.approvals.given(ACT, digest_of(ACT, about("gate", "keys")), now) == []
    with pytest.raises(Refused, match="two officers"):
        house.jobs.renewals.order("gate", "keys")


def test_renewal_of_nothing_that_exists_is_refused(house: House) -> None:
    """A purpose nobody published, a reason that is none."""
    with pytest.raises(PurposeNotAllowed):
        house.jobs.renewals.order("nowhere", "keys")
    with pytest.raises(Misused):
        house.jobs.renewals.order("gate", "habit")


def test_locked_home_renews_later(site: Site) -> None:
    """The order is kept; the work waits for the passphrase."""
    with site.open() as house:
        names = town(site, house, 3)
        before = epochs(site, house, names)
        job = ordered(house, "")
    with site.open(locked=True) as locked:
        locked.jobs.tick()
        waiting = locked.jobs.get(job.id.hex())
        assert (waiting.state, waiting.error) == (State.QUEUED, "broken")
    with site.open() as again:
        again.jobs.tick()
        assert again.jobs.get(job.id.hex()).state is State.DONE
        assert not set(before) & set(epochs(site, again, names))


def test_row_that_does_not_authenticate_holds_up_nobody(site: Site, house: House) -> None:
    """Left out, counted, and refused as before."""
    names = town(site, house, 4)
    forged = site.row(house, names[0]).row
    with house.home.references.store.transaction() as tx:
        tx.execute("UPDATE reference SET mac = zeroblob(32) WHERE row = ?", (forged,))
    before = epochs(site, house, names)
    job = ordered(house)
    house.jobs.tick()
    done = house.jobs.get(job.id.hex())
    assert (done.state, done.done, done.body["damaged"]) == (State.DONE, 3, 1)
    after = epochs(site, house, names)
    assert [old == new for old, new in zip(before, after, strict=True)] == [
        True,
        False,
        False,
        False,
    ]
    with pytest.raises(Tampered):
        site.ask(house, names[0])
    assert site.matches(house, names[1])


def test_whoever_withdraws_under_the_renewal_is_gone_and_the_rest_is_renewed(
    site: Site, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the next key and the delta: their half is gone, the others go on."""
    names = town(site, house, 5)
    leaver, apply = [names[2]], Renewer._apply

    def apply_late(renewer: Renewer, rows: Any) -> None:
        if leaver and site.row(house, leaver[0]).row in {row.row for row in rows}:
            begin = renewer._keys.begin_renewal

            def begun(given: Any) -> Any:
                found = begin(given)
                if leaver:
                    house.withdrawals.withdraw(leaver.pop(), "gate")
                return found

            monkeypatch.setattr(renewer._keys, "begin_renewal", begun)
        apply(renewer, rows)

    monkeypatch.setattr(Renewer, "_apply", apply_late)
    before = dict(zip(names, epochs(site, house, names), strict=True))
    job = ordered(house)
    house.jobs.tick()
    assert leaver == []
    assert house.jobs.get(job.id.hex()).state is State.DONE
    staying = [name for name in names if name != names[2]]
    assert all(site.row(house, name).epoch != before[name] for name in staying)
    assert all(site.matches(house, name) for name in staying)
    with pytest.raises(Refused):
        site.ask(house, names[2])


def test_failed_job_is_tried_again_when_somebody_says_so(
    site: Site, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Visible until then, and the word is written down."""
    town(site, house, 2)
    job = ordered(house)

    def refuse(*_: object) -> None:
        raise Refused("no", "Ask")

    with monkeypatch.context() as patched:
        patched.setattr(Renewer, "resume", refuse)
        house.jobs.tick()
    failed = house.jobs.get(job.id.hex())
    assert (failed.state, failed.error) == (State.FAILED, "refused")
    assert house.jobs.health().failed == (KIND,)
    assert house.jobs.renewals.lost() == []
    house.jobs.retry(job.id.hex())
    house.jobs.tick()
    assert house.jobs.get(job.id.hex()).state is State.DONE
    assert kinds(house).count(RETRIED) == 1
    assert house.jobs.health().good


def test_renewal_is_late_after_a_day(site: Site, house: House) -> None:
    """A locked home carries nothing out; the alarm says so."""
    running_with_the_wall(site, house)
    agree(house, "alice")
    ordered(house)
    house._keepers = None
    house.jobs.tick()
    site.clock.advance(DAY + 60)
    house.jobs.tick()
    assert KIND in house.jobs.health().late
    assert LATE in kinds(house)


# -- the rest of the plan ---------------------------------------------------------------------


def test_each_day_is_counted_and_the_ground_is_looked_at(
    site: Site, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For days on end, in one process that nobody starts anew."""
    running_with_the_wall(site, house)
    house.jobs.tick()
    for _ in range(3):
        site.clock.advance(DAY)
        assert not counter.taken_today(house.books)
        house.jobs.tick()
        assert counter.taken_today(house.books)
    assert house.home.purposes.in_force("gate") is not None
    monkeypatch.setattr(PurposeDesk, "_moved", lambda desk, step: "the model is another")
    site.clock.advance(601)
    house.jobs.tick()
    assert house.home.purposes.in_force("gate") is None


def test_notices_leave_by_themselves(
    site: Site, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a webhook is set; signed with its secret, tried again until it is taken."""
    secret = tmp_path / "secret"
    secret.write_bytes(b"a secret of the operator\r\n")
    answers, heard = ["not reached", ""], list[str]()

    def post(webhook: Webhook, headers: dict[str, str], body: bytes) -> str:
        assert webhook.secret == b"a secret of the operator"
        heard.append(headers["Idempotency-Key"])
        return answers.pop(0)

    monkeypatch.setattr(outbox, "post_by_http", post)
    house.settings = house.settings.model_copy(
        update={"webhook": "https://desk.example/notices", "webhook_secret_file": secret}
    )
    running_with_the_wall(site, house)
    agree(house, "alice")
    words = Words("请到前台", "Please come to the desk")
    house.outbox.tell("alice", "gate", Kind.MESSAGE, words, days=1)
    house.jobs.tick()
    site.clock.advance(3 * 3600)
    house.jobs.tick()
    assert len(heard) == 2
    assert len(set(heard)) == 1
    assert house.outbox.open() == []


def test_webhook_without_a_secret_is_refused(house: House, tmp_path: Path) -> None:
    """And one whose secret cannot be read."""
    address = {"webhook": "https://desk.example/notices"}
    house.settings = house.settings.model_copy(update=address)
    with pytest.raises(Misused):
        _ = house.jobs
    gone = {"webhook_secret_file": tmp_path / "gone"}
    house.settings = house.settings.model_copy(update=gone)
    with pytest.raises(Broken):
        _ = house.jobs


def test_replies_sessions_and_words_past_their_horizon_go(
    site: Site, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each, though another cannot be forgotten."""
    running_with_the_wall(site, house)
    forgotten: list[str] = []

    def fail(*_: object) -> None:
        raise Broken("the disk is full")

    monkeypatch.setattr(SessionBook, "sweep", fail)
    monkeypatch.setattr(PendingBook, "sweep", lambda *_: forgotten.append("words"))
    monkeypatch.setattr(ReplyBook, "forget_due", lambda *_: forgotten.append("replies"))
    house.jobs.tick()
    assert forgotten == ["words", "replies"]
    assert house.jobs.health().failed == (plan.TIDY,)
