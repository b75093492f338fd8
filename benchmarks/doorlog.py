"""A door log joined with the exported ledger: who can still be named once the secrets are dead?

    python -m benchmarks.doorlog [--json] [--people 2000] [--days 6]

Everybody passes the door twice a day. The thief has the whole ledger and a door log with names and
seconds for all days but the last; the secrets ``s`` are dead. Ledger times are whole minutes, but
entries stand in order: on the days the log covers, the thief joins them one by one and learns what
the log already said. The question is the last day, of which there is no log: whose entries are
these? Chance is one in the number of people. Controls: the same entries under a constant
pseudonym, with seconds and with minutes, once joined through times alone.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import Report, parser, settings_of, wilson
from benchmarks.house import BEGINNING, DAY, Calendar
from facekeep.db.store import Store
from facekeep.ledger import log
from facekeep.ledger.checkpoint import Signer
from facekeep.storage import journal
from facekeep.storage.budgets import Totals
from facekeep.storage.journal import Chain, Journal

RUSH = ((8.5, 0.5), (17.5, 0.75))
"""Mean and spread of arrivals and departures, in hours."""

KIND = "use:verification:answered"
GROUP = 1000
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Passages:
    """Who passed when: one row per passage, in order of time."""

    person: Numbers
    second: Numbers
    day: Numbers

    @classmethod
    def drawn(cls, people: int, days: int, generator: np.random.Generator) -> Passages:
        """Everybody comes and goes once a day, at nobody's own hour."""
        person = np.tile(np.arange(people), days * len(RUSH))
        day = np.repeat(np.arange(days), people * len(RUSH))
        rush = np.tile(np.repeat(np.arange(len(RUSH)), people), days)
        mean, spread = (np.array(RUSH)[rush, at] for at in (0, 1))
        hours = np.clip(generator.normal(mean, spread), 0, 23.99)
        second = (BEGINNING // DAY * DAY + day * DAY + hours * 3600).astype(np.int64)
        order = np.argsort(second, kind="stable")
        return cls(person[order], second[order], day[order])


# -- the ledger -----------------------------------------------------------------------------


def exported(passages: Passages, people: int) -> list[dict[str, Any]]:
    """Our ledger of these passages, written by the journal and exported; the secrets are dropped."""
    with tempfile.TemporaryDirectory() as folder:
        tables = (*log.SCHEMA, *journal.TABLES)
        store = Store.create(Path(folder) / "records.db", "records", [tables], bytes(16), bytes(16))
        _write(store, passages, [Chain(os.urandom(32), "gate") for _ in range(people)])
        with store.transaction() as tx:
            log.seal(tx, Signer("benchmark", bytes(32)))
        entries = [entry_of(line) for line in log.export(store.connection)]
        store.close()
    return entries


def _write(store: Store, passages: Passages, chains: list[Chain]) -> None:
    clock = Calendar()
    book, totals = Journal(store, clock), [Totals() for _ in chains]
    generator = np.random.default_rng(0)
    for start in range(0, len(passages.person), GROUP):
        with store.transaction() as tx:
            for at in range(start, min(start + GROUP, len(passages.person))):
                clock.now, who = float(passages.second[at]), int(passages.person[at])
                failed = bool(generator.random() < 0.05)
                totals[who] = totals[who].after(0.0114 * failed, failed, "gate-1", clock.now)
                book.write(tx, chains[who], KIND, _details(failed, totals[who]))


def _details(failed: bool, totals: Totals) -> dict[str, Any]:
    """As ``use.verification`` seals them."""
    return {
        "outcome": "non-match" if failed else "match", "max_fmr": "0.001", "pad": "passed",
        "capture": "attested", "device": "gate-1", "alarm": False, "totals": totals.as_dict(),
    }  # fmt: skip


def entry_of(line: str) -> dict[str, Any]:
    """One line of the export as its reader sees it."""
    entry: dict[str, Any] = json.loads(line)["leaf"]
    return entry


# -- the thief ------------------------------------------------------------------------------


def named_on_the_last_day(entries: list[dict[str, Any]], passages: Passages) -> dict[str, int]:
    """For each public field: how many of the last day's entries it ascribes to the right person.

    Entries of covered days are ascribed by their order; an entry of the last day goes to whoever
    has an entry with the most similar field (equal value, else most equal bits).
    """
    last = passages.day == passages.day.max()
    return {
        name: int((_nearest(values[~last], passages.person[~last], values[last])
                   == passages.person[last]).sum())
        for name, values in _fields(entries).items()
    }  # fmt: skip


def _fields(entries: list[dict[str, Any]]) -> dict[str, NDArray[np.uint8]]:
    """What an entry shows, as bytes ``uint8 (entries, width)``."""
    texts = {
        "tag": [bytes.fromhex(e["tag"]) for e in entries],
        "id": [bytes.fromhex(e["id"]) for e in entries],
        "sealed": [bytes.fromhex(e["sealed"])[:32] for e in entries],
        "sealed_length": [len(e["sealed"]).to_bytes(4, "big") for e in entries],
        "minute_of_day": [(e["at"] % int(DAY) // 60).to_bytes(4, "big") for e in entries],
        "rest": [
            json.dumps([e["kind"], e["purpose"], e["public"]]).encode()[:32].ljust(32)
            for e in entries
        ],
    }
    return {name: np.array([list(v) for v in values], np.uint8) for name, values in texts.items()}


def _nearest(known: NDArray[np.uint8], who: Numbers, asked: NDArray[np.uint8]) -> Numbers:
    """Whose known value has the most bits in common; of several, one at random."""
    generator = np.random.default_rng(7)
    table, bits = np.unpackbits(known, axis=1).astype(np.float32), np.unpackbits(asked, axis=1)
    sides = 2 * table - 1
    found = np.empty(len(asked), np.int64)
    for start in range(0, len(asked), 500):
        common = (2 * bits[start : start + 500].astype(np.float32) - 1) @ sides.T
        common += generator.random(common.shape, dtype=np.float32) * 0.5
        found[start : start + 500] = who[common.argmax(axis=1)]
    return found


def pseudonyms_named(passages: Passages, people: int, grain: int, days: int) -> float:
    """The control: a pseudonym is a set of times; how many fit exactly one person's door log?"""
    covered = passages.day < days
    moments: dict[int, list[set[int]]] = defaultdict(list)
    times = passages.second // grain
    present: dict[int, set[int]] = defaultdict(set)
    for who, moment in zip(passages.person[covered], times[covered], strict=True):
        present[int(moment)].add(int(who))
    for who, moment in zip(passages.person[covered], times[covered], strict=True):
        moments[int(who)].append(present[int(moment)])
    return sum(len(set.intersection(*sets)) == 1 for sets in moments.values()) / people


# -- together -------------------------------------------------------------------------------


def measure(report: Report, people: int, days: int, seed: int) -> None:
    """Controls first, then our entries."""
    passages = Passages.drawn(people, days, np.random.default_rng(seed))
    controls = {
        f"pseudonym_by_{name}_{span}_days": pseudonyms_named(passages, people, grain, span)
        for name, grain in (("second", 1), ("minute", 60))
        for span in (1, days - 1)
    }
    report.note(**controls)
    entries = exported(passages, people)
    tried = int((passages.day == passages.day.max()).sum())
    ids, tags = ({entry[name] for entry in entries} for name in ("id", "tag"))
    found = named_on_the_last_day(entries, passages)
    worst = max(found.values())
    report.note(
        entries=len(entries), repeated_ids=len(entries) - len(ids),
        repeated_tags=len(entries) - len(tags),
        sealed_lengths=len({len(entry["sealed"]) for entry in entries}),
        **{f"named_by_{name}": [n, *wilson(n, tried)] for name, n in found.items()},
        asked=tried, chance=1 / people,
    )  # fmt: skip
    # Several fields are tried: the best of them may exceed chance by luck, not beyond its interval.
    low, _ = wilson(worst, tried)
    report.promise("named by the best field, lower bound, by chance", low, most=1 / people)
    report.promise("tags or ids that occur twice", 2 * len(entries) - len(ids) - len(tags), most=0)
    control = controls[f"pseudonym_by_second_{days - 1}_days"]
    report.promise_at_least("control: pseudonyms named", control, 0.99)


def main() -> int:
    options_of = parser(__doc__)
    options_of.add_argument("--people", type=int, default=2000)
    options_of.add_argument("--days", type=int, default=6)
    options = options_of.parse_args()
    report = Report("doorlog", settings_of(options))
    measure(report, options.people, options.days, options.seed)
    return report.finish(options.json)


if __name__ == "__main__":
    sys.exit(main())
