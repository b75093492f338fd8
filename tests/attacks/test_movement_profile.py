"""The ledger is no movement profile (custody rule 6).

The attacker has the exported ledger and the door log of a building: who passed, to the second. A
constant pseudonym gives everybody away after a day. Here every entry has a tag of its own, so the
attacker can only group entries by what is visible and guess; the measure is the share of people
whose group of entries the attacker attributes to the right name. Chance is the same attacker over
the same groups with their members drawn by lot.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from facekeep.assembly import House
from facekeep.ledger import entries, log
from facekeep.ledger.entries import INTERVAL, Entry, leaf_bytes, parse_leaf
from facekeep.storage.journal import Chain
from facekeep.terms.errors import FacekeepError
from tests.attacks.toolkit import DAY, NOON, Site, agree, publish, purpose_text, search

KIND = "use:verification:answered"
Key = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True)
class Passage:
    """One line of the door log."""

    who: int
    at: float


def days(people: int, days: int) -> list[Passage]:
    """Everybody comes in and leaves once a day, at habits of their own."""
    generator = np.random.default_rng(5)
    habit = generator.uniform(6 * 3600, 10 * 3600, people)
    return sorted(
        (
            Passage(who, day * DAY + habit[who] + stay + generator.normal(0, 600))
            for day in range(days)
            for who in range(people)
            for stay in (0, 9 * 3600)
        ),
        key=lambda passage: passage.at,
    )


def ledger_of(passages: list[Passage]) -> list[dict[str, Any]]:
    """What the export shows of decisions about these passages, made by the product's own code."""
    secrets: dict[int, Chain] = {}
    counts: Counter[int] = Counter()
    shown = []
    for passage in passages:
        chain = secrets.setdefault(
            passage.who, Chain(np.random.default_rng(passage.who).bytes(32), "gate")
        )
        entry = entries.make(
            chain.secret, event_id=chain.event_id(counts[passage.who]), kind=KIND,
            at=NOON + passage.at, purpose="gate",
            details={"outcome": "match", "totals": {"spent": 0, "day": 1, "failures": {}}},
        )  # fmt: skip
        counts[passage.who] += 1
        shown.append(json.loads(leaf_bytes(entry)))
    return shown


def re_identified(shown: list[dict[str, Any]], passages: list[Passage], key: Key) -> float:
    """Share of people whose largest group under ``key`` is attributed to their own name."""
    minutes: dict[int, set[int]] = defaultdict(set)
    for passage in passages:
        minutes[int((NOON + passage.at) // INTERVAL)].add(passage.who)
    groups: dict[Any, list[int]] = defaultdict(list)
    for index, entry in enumerate(shown):
        groups[key(entry)].append(index)
    own: dict[int, list[int]] = defaultdict(list)
    for index, passage in enumerate(passages):
        own[passage.who].append(index)
    right = 0
    for who, indexes in own.items():
        group = max((groups[key(shown[i])] for i in indexes), key=len)
        votes = Counter(name for i in group for name in minutes[shown[i]["at"] // INTERVAL])
        best = votes.most_common(1)[0][1]
        winners = [name for name, n in votes.items() if n == best]
        linked = len(group) >= len(indexes) > 1
        right += linked and winners == [who]
    return right / len(own)


VISIBLE: dict[str, Key] = {
    "tag": lambda e: e["tag"],
    "first byte of the tag": lambda e: e["tag"][:2],
    "first byte of the id": lambda e: e["id"][:2],
    "sealed details": lambda e: e["sealed"],
    "first block of the details": lambda e: e["sealed"][:32],
    "length of the details": lambda e: len(e["sealed"]),
    "public facts": lambda e: json.dumps(e["public"]),
    "everything constant": lambda e: (e["kind"], e["purpose"], e["v"], len(e["sealed"])),
}


@pytest.mark.parametrize("people", [150, pytest.param(2_000, marks=pytest.mark.long)])
@pytest.mark.parametrize("by", VISIBLE)
def test_door_log_join_re_identifies_nobody(by: str, people: int) -> None:
    """Joined by time after five days, no visible field links a person's entries: at most chance."""
    passages = days(people, 5)
    shown, key = ledger_of(passages), VISIBLE[by]
    drawn = np.random.default_rng(9)
    by_lot = []
    for _ in range(4):
        lots = drawn.permutation([str(key(entry)) for entry in shown])
        lot_of = dict(zip((entry["id"] for entry in shown), lots, strict=True))
        by_lot.append(re_identified(shown, passages, lambda entry, of=lot_of: of[entry["id"]]))
    rate, spread = re_identified(shown, passages, key), 3 * (max(by_lot) / people) ** 0.5
    assert rate <= max(by_lot) + spread


def test_control_a_constant_pseudonym_re_identifies_everybody() -> None:
    """The danger is real: with one pseudonym a person, the same attacker is right every time."""
    passages = days(300, 5)
    shown = ledger_of(passages)
    for entry, passage in zip(shown, passages, strict=True):
        entry["tag"] = str(passage.who)
    assert re_identified(shown, passages, VISIBLE["tag"]) > 0.95


# -- the product's own ledger ---------------------------------------------------------------


def exported(house: House) -> list[Entry]:
    house.home.seal_checkpoint()
    lines = log.export(house.home.records.connection)
    return [
        parse_leaf(
            json.dumps(json.loads(line)["leaf"], separators=(",", ":"), ensure_ascii=False).encode()
        )
        for line in lines
    ]


@pytest.fixture
def lived(site: Site, house: House) -> House:
    """A few people in two purposes, with all that can happen to them."""
    publish(house, purpose_text("bank"))
    for purpose in ("gate", "bank"):
        for name in ("alice", "bob"):
            site.enrol(house, name, purpose)
            site.ask(house, name, purpose=purpose)
            site.ask(house, name, site.good_photo("zoe"), purpose=purpose)
    for photo in (site.good_photo("zoe"), b"a wall"):
        for name in ("alice", "nobody"):
            try:
                site.ask(house, name, photo)
            except FacekeepError:
                continue
    house.identifier.identify(search(house, "gate", site.good_photo("alice")), site.people)
    return house


def test_no_field_is_constant_across_a_persons_entries(lived: House) -> None:
    """Ids, tags and sealed details never come twice."""
    told = exported(lived)
    for field in ("id", "tag", "sealed"):
        assert len({getattr(entry, field) for entry in told}) == len(told)


def test_times_are_rounded_to_the_minute(site: Site, lived: House) -> None:
    """No second stamps to join with."""
    site.clock.advance(61.7)
    site.ask(lived, "alice")
    assert all(entry.at % INTERVAL == 0 for entry in exported(lived))


def test_lengths_do_not_tell_match_from_non_match_or_refusal(lived: House) -> None:
    """Decisions, failed captures and refusals about known and unknown people are equally long."""
    lengths = {len(entry.sealed) for entry in exported(lived) if entry.kind == KIND}
    assert len(lengths) == 1


def test_public_facts_of_decisions_are_empty(lived: House) -> None:
    """Nothing about a person is said in clear."""
    assert all(not dict(e.public) for e in exported(lived) if e.kind.startswith("use:"))


def test_unknown_subject_leaves_as_many_entries(site: Site, lived: House) -> None:
    """One question, one entry, for anybody."""
    counts = {}
    for name in ("alice", "nobody", "nobody else"):
        before = len(exported(lived))
        site.ask(lived, name, site.good_photo("zoe"))
        counts[name] = len(exported(lived)) - before
    assert set(counts.values()) == {1}


def test_two_purposes_of_one_subject_share_no_identifier(site: Site, lived: House) -> None:
    """Outside the sealed identity tables nothing joins gate and bank."""
    values: dict[str, set[bytes]] = {}
    for purpose in ("gate", "bank"):
        row = site.row(lived, "alice", purpose)
        (person,) = lived.home.directory.persons("alice", purpose)
        record = lived.home.references.of_row(row.row)
        consents = lived.consents.show("alice", purpose)
        assert record is not None
        secret = lived.home.vault.secret(person.id)
        assert secret is not None
        values[purpose] = {
            row.row, row.epoch, row.wrapped, person.id, record.salt, record.mac, secret,
            *(c.id for c in consents), *(c.purpose_hash for c in consents),
        }  # fmt: skip
    assert not values["gate"] & values["bank"]


def test_chain_falls_apart_when_s_is_gone(site: Site, lived: House) -> None:
    """After the evidence term nobody, we included, can tell the person's entries from others'."""
    (person,) = lived.home.directory.persons("alice", "gate")
    lived.withdrawals.withdraw("alice", "gate")
    assert lived.home.vault.secret(person.id) is None
    assert lived.home.vault.sealed_secret(person.id) is not None
    lived.close()
    site.clock.advance(4 * 365 * DAY)
    with site.open() as later:
        assert later.home.vault.sealed_secret(person.id) is None
        assert later.consents.show("alice", "gate") == []
        log.audit(later.home.records.connection, later.home.signer.vkey)


def test_whoever_consents_again_is_a_new_person(site: Site, lived: House) -> None:
    """The old story stays apart from the new one."""
    (old,) = lived.home.directory.persons("alice", "gate")
    lived.withdrawals.withdraw("alice", "gate")
    agree(lived, "alice", "gate")
    (new,) = lived.home.directory.persons("alice", "gate")
    assert old.id != new.id
    assert lived.home.vault.secret(new.id) is not None
