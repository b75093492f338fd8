"""Asking: one at a time, "no" and "later" heard, nobody pressed and nobody enrolled by it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import pytest

from facekeep.collection.consents import Asking
from facekeep.collection.requests import Question
from facekeep.governance.consent import Scope
from facekeep.governance.requests import COOL_DOWN_DAYS, OPEN_DAYS
from facekeep.terms.errors import (
    AskedTooSoon,
    ConsentMissing,
    FacekeepError,
    GuardianRequired,
    Misused,
    PurposeNotAllowed,
    Refused,
    Tampered,
)
from facekeep.terms.values import ConsentState
from tests.attacks.toolkit import DAY, agree, guardian, publish, purpose_text
from tests.rooms.storage.conftest import Town

_numbers = count()


def somebody() -> str:
    """A name nobody in this home bears yet."""
    return f"person {next(_numbers)}"


def ask(town: Town, name: str, purpose: str = "gate", guardian: bool = False) -> ConsentState:
    """One honest request."""
    return town.house.requests.ask(Question(name, (purpose,), guardian=guardian)).state


def rows(town: Town) -> int:
    with town.site.sql("records") as raw:
        ((n,),) = raw.execute("SELECT count(*) FROM consent_request")
    return int(n)


def test_yes_lives_in_the_consent_and_nowhere_else(town: Town) -> None:
    """The record tells that it was asked for and when; the request is gone."""
    name, before = somebody(), rows(town)
    ask(town, name)
    town.clock.advance(3600)
    given = agree(town.house, name)
    assert rows(town) == before
    assert not given.about.own_act
    assert [e.state for e in given.about.events] == [ConsentState.REQUESTED, ConsentState.GIVEN]
    assert given.about.asked_at == given.given_at - 3600


def test_refusal_enrols_nobody(town: Town) -> None:
    """No person, no consent, only a pseudonym that leads nowhere without the key."""
    name, everybody = somebody(), town.house.home.directory.everybody()
    ask(town, name)
    town.house.requests.refuse(name, "gate")
    assert town.house.home.directory.everybody() == everybody
    assert town.house.consents.show(name, "gate") == []
    assert town.house.requests.state(name, "gate") is ConsentState.REFUSED
    with town.site.sql("records") as raw:
        found = raw.execute("SELECT * FROM consent_request").fetchall()
    assert name not in str(found)


def test_refusal_is_forgotten_when_it_protects_nobody_any_more(town: Town) -> None:
    """After the rest, the row goes."""
    name = somebody()
    town.house.requests.refuse(name, "gate")
    town.clock.advance(COOL_DOWN_DAYS * DAY)
    assert town.house.requests.forget_due() >= 1
    assert town.house.requests.state(name, "gate") is ConsentState.UNKNOWN


def test_later_is_reminded_once(town: Town) -> None:
    """The second "later" is the last."""
    name, desk = somebody(), town.house.requests
    ask(town, name)
    desk.defer(name, "gate")
    assert ask(town, name) is ConsentState.REQUESTED
    desk.defer(name, "gate")
    with pytest.raises(AskedTooSoon, match="reminded"):
        ask(town, name)
    assert agree(town.house, name).stands


def test_open_request_is_not_asked_twice_and_lapses(town: Town) -> None:
    """Silence is not consent; after a week it counts as "later": one reminder, then rest."""
    name, desk = somebody(), town.house.requests
    ask(town, name)
    with pytest.raises(AskedTooSoon, match="not answered"):
        ask(town, name)
    town.clock.advance(OPEN_DAYS * DAY)
    assert desk.state(name, "gate") is ConsentState.DEFERRED
    assert ask(town, name) is ConsentState.REQUESTED
    for _ in range(COOL_DOWN_DAYS // OPEN_DAYS):
        town.clock.advance(OPEN_DAYS * DAY)
        with pytest.raises(AskedTooSoon):
            ask(town, name)
    town.clock.advance(OPEN_DAYS * DAY)
    assert ask(town, name) is ConsentState.REQUESTED


def test_silence_is_still_answered(town: Town) -> None:
    """A yes or a no that comes late is heard."""
    yes, no = somebody(), somebody()
    for name in (yes, no):
        ask(town, name)
    town.clock.advance(OPEN_DAYS * DAY)
    assert agree(town.house, yes).stands
    town.house.requests.refuse(no, "gate")
    assert town.house.requests.state(no, "gate") is ConsentState.REFUSED


def test_scopes_and_purposes_rest_apart(town: Town) -> None:
    """A no to one is a no to one."""
    publish(town.house, purpose_text("office", storage='"premises"'))
    name, desk = somebody(), town.house.requests
    desk.refuse(name, "office", Scope.STORAGE)
    assert ask(town, name, "office") is ConsentState.REQUESTED
    assert ask(town, name, "gate") is ConsentState.REQUESTED
    with pytest.raises(AskedTooSoon):
        desk.ask(Question(name, ("office",), (Scope.STORAGE,)))


def test_answers_to_nothing(town: Town) -> None:
    """Later answers a question; a storage consent nobody needs is not asked for."""
    with pytest.raises(ConsentMissing):
        town.house.requests.defer(somebody(), "gate")
    with pytest.raises(Misused, match="no storage consent"):
        town.house.requests.ask(Question(somebody(), ("gate",), (Scope.STORAGE,)))
    with pytest.raises(PurposeNotAllowed):
        ask(town, somebody(), "nowhere")
    with pytest.raises(Misused):
        ask(town, "a\nb")


def test_consent_in_force_is_ended_by_withdrawing_only(town: Town) -> None:
    """A late "no" at another door does not stand beside a yes."""
    name = somebody()
    agree(town.house, name)
    with pytest.raises(Misused, match="withdrawing"):
        town.house.requests.refuse(name, "gate")
    with pytest.raises(Misused, match="in force"):
        ask(town, name)


def test_answer_at_another_door_is_not_overruled(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A "no" that arrives while a "yes" is being written down stands; nothing is recorded over it."""
    name, desk = somebody(), town.house.consents
    ask(town, name)
    admitted = desk._admit

    def slowly(asking: Asking) -> Any:
        case = admitted(asking)
        town.house.requests.refuse(name, "gate")
        return case

    monkeypatch.setattr(desk, "_admit", slowly)
    with pytest.raises(Refused, match="another door"):
        agree(town.house, name)
    monkeypatch.undo()
    assert town.house.requests.state(name, "gate") is ConsentState.REFUSED
    assert agree(town.house, name).about.own_act


def test_two_doors_hear_one_answer(town: Town) -> None:
    """A yes and a no at once: one of them counts, none is lost, and nobody is in both states."""
    for _ in range(8):
        name, start = somebody(), threading.Barrier(2)
        ask(town, name)

        def yes(name: str = name, start: threading.Barrier = start) -> None:
            start.wait()
            with suppress(Refused):
                agree(town.house, name)

        def no(name: str = name, start: threading.Barrier = start) -> None:
            start.wait()
            with suppress(FacekeepError):
                town.house.requests.refuse(name, "gate")

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(yes), pool.submit(no)]:
                done.result()
        given = town.house.consents.show(name, "gate")
        refused = town.house.requests.state(name, "gate") is ConsentState.REFUSED
        assert given or refused
        assert not refused or all(one.about.own_act for one in given)


def test_two_doors_give_one_consent(town: Town) -> None:
    """Eight doors, one record."""
    name, start = somebody(), threading.Barrier(8)

    def yes() -> bytes:
        start.wait()
        return agree(town.house, name).id

    with ThreadPoolExecutor(8) as pool:
        given = {done.result() for done in [pool.submit(yes) for _ in range(8)]}
    assert len(given) == 1
    assert len(town.house.consents.show(name, "gate")) == 1


def test_edited_request_is_refused(town: Town) -> None:
    """A refusal turned into an open request is no question."""
    name = somebody()
    town.house.requests.refuse(name, "gate")
    subject = town.house.home.directory.pseudonym(name, "gate")
    with town.site.sql("records") as raw:
        raw.execute("UPDATE consent_request SET reminders = 9 WHERE subject = ?", [subject])
    with pytest.raises(Tampered):
        ask(town, name)
    with town.site.sql("records") as raw:
        raw.execute("DELETE FROM consent_request WHERE subject = ?", [subject])


def test_child_turns_14_between_question_and_answer(town: Town) -> None:
    """The guardian was asked, the person decides."""
    name, birth = somebody(), date(2012, 6, 15)
    town.clock.now = datetime(2026, 6, 14, 12, tzinfo=UTC).timestamp()
    ask(town, name, guardian=True)
    town.clock.now = datetime(2026, 6, 16, 12, tzinfo=UTC).timestamp()
    with pytest.raises(GuardianRequired, match="turned 14"):
        agree(town.house, name, birth=birth, guardian=guardian())
    own = agree(town.house, name, birth=birth)
    assert own.guardian is None


def test_clock_moved_back_neither_shortens_a_rest_nor_backdates(town: Town) -> None:
    """The ledger's time only goes forward."""
    name = somebody()
    town.house.requests.refuse(name, "gate")
    now = town.clock.now
    town.clock.now = now - 100 * DAY
    try:
        with pytest.raises(AskedTooSoon):
            ask(town, name)
        other = agree(town.house, somebody())
        assert other.given_at >= now // 60 * 60 - 60
    finally:
        town.clock.now = now
