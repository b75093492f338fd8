"""Who is known here? Unknown, never enrolled, somebody else: one answer, one entry, one amount of work.

Times are not measured in the ordinary run but what makes them: SQL statements, digests, seals and
comparisons. A long run then compares the distributions of the times themselves.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import permutations
from statistics import median
from time import perf_counter
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.ledger import log
from facekeep.protect.comparator import Comparator
from tests.attacks.http import TestClient, api_key, at_the_door, question
from tests.attacks.toolkit import Site, agree

PATH = "/v1/verifications"
SUBJECTS = ("nobody", "consented", "enrolled")
"""Never seen; agreed and never photographed; enrolled, with another face before the camera."""


@pytest.fixture
def door(site: Site, house: House) -> Iterator[TestClient]:
    """People of each sort; the first question of all is asked, and its stand-in made."""
    agree(house, "consented")
    site.enrol(house, "enrolled")
    with at_the_door(house, site.settings, site.people) as client:
        for number, subject in enumerate(SUBJECTS):
            ask(client, site, house, subject, number)
        yield client


def ask(door: TestClient, site: Site, house: House, subject: str, number: int) -> Any:
    """A question about a subject with a stranger's face; each number is another picture."""
    photo = site.people.photo("stranger", number)
    return door.post(PATH, json=question(house, subject, photo))


def size(house: House) -> int:
    with house.home.records.reading() as connection:
        return log.size(connection)


def seen(house: House, answer: Any, before: int) -> dict[str, Any]:
    """Everything the caller and a reader of the ledger can see of one answer."""
    body = answer.json()
    body.pop("event", None)
    body.pop("instance", None)
    headers = {k: v for k, v in answer.headers.items() if k not in ("x-request-id", "date")}
    with house.home.records.reading() as connection:
        entries = [log.entry(connection, index) for index in range(before, size(house))]
    written = [
        (one.kind, one.purpose, len(one.sealed), json.dumps(dict(one.public))) for one in entries
    ]
    return {"status": answer.status_code, "body": body, "headers": headers, "entries": written}


def test_the_answers_are_one(door: TestClient, site: Site, house: House) -> None:
    """Status, body, headers, length, ledger entries with their kinds and lengths."""
    told = []
    for number, subject in enumerate(SUBJECTS, 100):
        before = size(house)
        told.append(seen(house, ask(door, site, house, subject, number), before))
    assert told == [told[0]] * len(told)
    assert told[0]["body"]["decision"] == "non-match"
    assert len(told[0]["entries"]) == 1


@pytest.mark.parametrize("photo", [b"a wall", b""], ids=["no face", "nothing"])
def test_the_problems_are_one(door: TestClient, site: Site, house: House, photo: bytes) -> None:
    """A picture that does not serve: the same problem for everybody."""
    told = []
    for subject in SUBJECTS:
        before = size(house)
        told.append(seen(house, door.post(PATH, json=question(house, subject, photo)), before))
    assert told == [told[0]] * len(told)
    assert told[0]["status"] == 422


def test_whoever_left_is_refused_by_the_same_kind_of_entry(
    door: TestClient, site: Site, house: House
) -> None:
    """A withdrawal is not hidden from the program that took it: 403, no comparison, one entry more."""
    house.withdrawals.withdraw("enrolled", "gate")
    before = size(house)
    told = seen(house, ask(door, site, house, "enrolled", 200), before)
    assert (told["status"], told["body"]["code"]) == (403, "consent_withdrawn")
    assert told["body"]["alternatives"] == ["card"]
    unknown = size(house)
    other = seen(house, ask(door, site, house, "nobody", 201), unknown)
    assert told["entries"] == other["entries"]


# -- work -----------------------------------------------------------------------------------------


@contextmanager
def counted(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """What an act costs: statements by their text, comparisons, keyed digests."""
    work: Counter[str] = Counter()
    stores = [house.home.records, house.home.references.store, house.home.vault.store]
    connections: list[sqlite3.Connection] = [one.connection for one in stores]

    def note(sql: str) -> None:
        work[sql.split("'")[0].split("X'")[0][:60].split("= ")[0]] += 1

    plain = Comparator.one

    def one(self: Comparator, *halves: Any) -> Any:
        work["comparison"] += 1
        return plain(self, *halves)

    with monkeypatch.context() as patch:
        patch.setattr(Comparator, "one", one)
        for connection in connections:
            connection.set_trace_callback(note)
        try:
            yield work
        finally:
            for connection in connections:
                connection.set_trace_callback(None)


def test_the_work_is_one(
    door: TestClient, site: Site, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many statements of each store within one in twenty, one comparison for everybody.

    A person's own consent is read besides: that is what a consent is for. It adds a handful of
    indexed look-ups, microseconds among milliseconds, and no commit, no digest, no comparison.
    """
    works: dict[str, Counter[str]] = {}
    for number, subject in enumerate(SUBJECTS, 300):
        with counted(house, monkeypatch) as work:
            ask(door, site, house, subject, number)
        works[subject] = work
    for work in works.values():
        assert work["comparison"] == 1, works
        assert work["COMMIT"] == works["nobody"]["COMMIT"], works
    totals = {subject: work.total() for subject, work in works.items()}
    assert max(totals.values()) - min(totals.values()) <= 6, (totals, works)


def test_the_count_sees_a_difference(
    door: TestClient, site: Site, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: a refusal before the comparison is counted as less work."""
    with counted(house, monkeypatch) as work:
        door.post(PATH, json=question(house, "nobody", b"a wall"))
    assert work["comparison"] == 0


SORTS = ("nobody", "consented", "enrolled")
PEOPLE, EACH = 15, 40
"""So many of each sort, asked so often: few enough that no enrolment's budget is spent."""


@pytest.mark.long
def test_the_times_are_one(site: Site, house: House) -> None:
    """The medians of 600 answers each, taken in turns, lie within a tenth of one another.

    Nor do their distributions differ by more than chance lets those of 600 equal draws (Kolmogorov-
    Smirnov distance: .08 at one in twenty, .12 at one in ten thousand).
    """
    for person in range(PEOPLE):
        agree(house, f"consented-{person}")
        site.enrol(house, f"enrolled-{person}")
    times: dict[str, list[float]] = {sort: [] for sort in SORTS}
    with at_the_door(house, site.settings, site.people) as door:
        for number in range(PEOPLE * EACH):
            for sort in permutation(SORTS, number):
                taken = timed(door, site, house, f"{sort}-{number // EACH}", number)
                times[sort].append(taken)
            if number % 9 == 8:
                site.clock.advance(86_400)  # ten failures a day close a device
    middle = {sort: median(taken) for sort, taken in times.items()}
    assert max(middle.values()) < 1.1 * min(middle.values()), middle
    for sort in SORTS[1:]:
        assert distance(times["nobody"], times[sort]) < 0.15, middle


def permutation(sorts: tuple[str, ...], number: int) -> tuple[str, ...]:
    """Whoever comes first after a pause is slower: everybody takes every place in turn."""
    orders = list(permutations(sorts))
    return orders[number % len(orders)]


def timed(door: TestClient, site: Site, house: House, subject: str, number: int) -> float:
    """Seconds one answer took; the question was made out before."""
    photo = site.people.photo("stranger", 1_000 + number)
    body = json.dumps(question(house, subject, photo)).encode()
    since = perf_counter()
    answer = door.post(PATH, content=body, headers={"Content-Type": "application/json"})
    taken = perf_counter() - since
    assert answer.status_code == 200, answer.text
    return taken


def distance(one: list[float], other: list[float]) -> float:
    """The largest gap between two empirical distributions."""
    marks = sorted([*one, *other])
    return max(abs(_share(one, mark) - _share(other, mark)) for mark in marks[:: len(marks) // 200])


def _share(values: list[float], mark: float) -> float:
    return sum(value <= mark for value in values) / len(values)


# -- other doors ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/v1/subjects/{}/consents", "/v1/subjects/{}/consents/gate", "/v1/subjects/{}/references",
     "/v1/subjects/{}/references/gate", "/v1/subjects/{}/factors/gate"],
)  # fmt: skip
def test_reading_tells_no_two_strangers_apart(door: TestClient, path: str) -> None:
    """Whom nobody knows is answered like whom somebody else does not know."""
    told = [door.get(path.format(subject)) for subject in ("nobody", "someone-else")]
    bodies = [json.loads(one.text.replace("someone-else", "nobody")) for one in told]
    for body in bodies:
        body.pop("instance", None)
    assert bodies[0] == bodies[1]
    assert told[0].status_code == told[1].status_code


def test_wrong_keys_are_one(site: Site, house: House) -> None:
    """No key, an unknown one, one of the right number with other letters: one answer."""
    real = api_key(house)
    other = real[:-4] + ("aaaa" if not real.endswith("aaaa") else "bbbb")
    told = set()
    for shown in ("fk_00000000_" + "a" * 52, other, "fk_x", "x" * 200):
        with at_the_door(house, site.settings, site.people, key=shown) as door:
            answer = door.get("/v1/ledger/entries")
            told.add((answer.status_code, answer.json()["code"], answer.json()["detail"]))
    assert len(told) == 1
    assert hashlib.sha256(real.encode()).hexdigest() not in str(told)
