"""Telling people and leaving at the same moment: nobody's reference goes out after they left (P4)."""

from __future__ import annotations

import json

from facekeep.assembly import House
from facekeep.collection.outbox import Webhook
from facekeep.governance.deliveries import Kind, Words
from tests.attacks.toolkit import Site, agree

HOOK = Webhook("https://operator.example/hook", b"sixteen bytes or more")
WORDS = Words("请注意", "Please note")


def queued(house: House, *subjects: str) -> None:
    for subject in subjects:
        agree(house, subject)
        house.outbox.tell(subject, "gate", Kind.MESSAGE, WORDS, 3)


def test_whoever_withdraws_during_a_round_is_not_posted(house: House) -> None:
    """A long round: after the first post everybody else withdraws, and nobody else is posted."""
    everybody = ("alice", "bob", "cat")
    queued(house, *everybody)
    posted: list[str] = []

    def post(_: Webhook, headers: dict[str, str], body: bytes) -> str:
        posted.append(json.loads(body)["subject"])
        if len(posted) == 1:
            for subject in everybody:
                if subject not in posted:
                    house.withdrawals.withdraw(subject, "gate")
        return ""

    sent = house.outbox.send(HOOK, post)
    assert len(posted) == 1
    assert sent.delivered == 1


def test_whoever_was_told_meanwhile_is_not_posted(house: House) -> None:
    """Two rounds at once, or a counter that told them: one telling is enough."""
    queued(house, "alice", "bob")
    posted: list[str] = []

    def post(_: Webhook, headers: dict[str, str], body: bytes) -> str:
        posted.append(json.loads(body)["subject"])
        for one in house.outbox.open():
            if one.subject not in posted:
                house.outbox.delivered(one.shown, "told at the desk")
        return ""

    house.outbox.send(HOOK, post)
    assert len(posted) == 1


def test_no_second_of_a_persons_act_is_kept(site: Site, house: House) -> None:
    """A portal's log knows the second at which somebody read a banner; the store does not."""
    site.clock.advance(17)
    queued(house, "alice")
    site.clock.advance(6)
    (waiting,) = house.outbox.banner("alice")
    house.outbox.acknowledge("alice", house.home.deliveries.shown(waiting))
    rows = house.home.records.rows("SELECT created, settled_at FROM delivery")
    assert [at % 60 for row in rows for at in row] == [0, 0]
