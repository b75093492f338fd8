"""The core's costs: 1:1, enrolling, renewing, erasing, in process and on the disk.

    python -m benchmarks.core [--json] [--references 50000] [--erase-among 300000]

``verify`` is the whole walk with stubbed eyes: consent, permit, both keepers, comparator, the
ledger entry committed before the answer. ``renew`` writes two SQLite files with
``synchronous=FULL``; it is then killed (SIGKILL) in the middle and finished by the next start.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import Report, each_us, parser, percentile, settings_of
from benchmarks.house import (
    MODEL,
    PASSPHRASE,
    Calendar,
    NumberedEyes,
    asked,
    enrol,
    plant,
    publish,
    purpose_text,
    quantised,
    random_units,
    sealed_record,
    temporary_house,
)
from facekeep import assembly
from facekeep.assembly import House
from facekeep.governance.permits import Ground, Question
from facekeep.protect.derive import derive, stream
from facekeep.protect.encoding import encode, rotation
from facekeep.protect.keytree import PassphraseCost
from facekeep.protect.schemes import split
from facekeep.protect.schemes.split import Frame
from facekeep.settings import Settings
from facekeep.storage.keepers.pair import probe_digest
from facekeep.storage.reset import Scope
from facekeep.terms.values import (
    Capture,
    CaptureLevel,
    Decision,
    Epoch,
    Operation,
    RowId,
)

DIMENSIONS = (128, 512)
WIDE = 512


# -- one comparison -------------------------------------------------------------------------


def one_to_one(report: Report, d: int) -> None:
    """Permit, two halves and the comparator over real stores; then the whole audited walk."""
    clock, folder = Calendar(), Path(tempfile.gettempdir())
    eyes = NumberedEyes(d, {b"alice": random_units(1, d, np.random.default_rng(1))[0]})
    with temporary_house(clock, folder=folder) as house:
        enrol(house, eyes, "alice")
        ask = _comparison(house, eyes)
        assert ask() is Decision.MATCH
        report.note(**{f"one_to_one_us_{d}": each_us(ask, 200)})
        taken = [_verify_ms(house, eyes, clock) for _ in range(100)]
    report.note(**{
        f"verify_committed_ms_{d}": median(taken),
        f"verify_committed_p99_ms_{d}": percentile(taken, 0.99),
    })  # fmt: skip


def _comparison(house: House, eyes: NumberedEyes) -> Callable[[], Decision]:
    """Everything between a probe and its answer that is neither eyes, policy nor ledger."""
    keepers, home = house.keepers, house.home
    purpose = home.purposes.get("gate")
    probe = encode(eyes.vectors[b"alice"], rotation(keepers.rotation_key, eyes.dim))
    frame, (row, *_) = Frame(home.id, MODEL, eyes.dim), home.vault.of_purpose("gate")

    def ask() -> Decision:
        capture = Capture(CaptureLevel.NONE, probe_digest(probe), home.entropy(16))
        question = Question(row.row, row.epoch, capture.digest, capture)
        ground = Ground(purpose, Operation.VERIFICATION)
        permit = house._permits.issue(ground, question, 1e-3, eyes.threshold)
        key_half = keepers.keys.answer_one(permit, probe)
        reference_half = keepers.references.answer_one(permit, probe, frame)
        return keepers.comparator.one(reference_half, key_half, permit)

    return ask


def _verify_ms(house: House, eyes: NumberedEyes, clock: Calendar) -> float:
    question = asked(house, "alice", b"alice", level=CaptureLevel.ATTESTED)
    eyes.pad = eyes.pad.PASSED
    start = time.perf_counter()
    house.verifier.verify(question, eyes)
    return 1e3 * (time.perf_counter() - start)


# -- in memory ------------------------------------------------------------------------------


def in_memory(report: Report, d: int) -> None:
    """Enrolling without eyes and commit; renewing without key derivation and wrapping."""
    units = random_units(1, d, np.random.default_rng(2))
    with temporary_house(Calendar()) as house:
        plant(house, quantised(units))
        report.note(**{
            f"enrol_us_{d}": each_us(_enrolment(house, units[0]), 500),
            f"renew_in_memory_us_{d}": each_us(_renewal(house, d), 500),
        })  # fmt: skip


def _enrolment(house: House, vector: NDArray[np.float32]) -> Callable[[], object]:
    home, keepers, d = house.home, house.keepers, len(vector)
    frame, grant = Frame(home.id, MODEL, d), home.vault.of_purpose("gate")[0].grant
    matrix = rotation(keepers.rotation_key, d)

    def run() -> bytes:
        row, epoch = RowId(home.entropy(16)), Epoch(home.entropy(8))
        key, code = home.entropy(split.KEY_BYTES), encode(vector, matrix)
        keepers.keys._wrapped(key, row, epoch, grant, MODEL)
        words = split.split(code, split.mask(key, frame, grant.purpose, row, epoch))
        return split.seal_of(sealed_record(keepers, frame, row, epoch, words))

    return run


def _renewal(house: House, d: int) -> Callable[[], object]:
    """Both masks, the delta, the code before and after: what is left of a renewal in memory."""
    home, keepers = house.home, house.keepers
    frame, (row, *_) = Frame(home.id, MODEL, d), home.vault.of_purpose("gate")
    record = home.references.of_row(row.row)
    assert record is not None
    before, after, length = derive(bytes(32), "a"), derive(bytes(32), "b"), 2 * frame.words

    def run() -> object:
        old, new = (np.frombuffer(stream(key, length), "<u2") for key in (before, after))
        kept = split.checked(record, keepers.references._mac_key, frame)
        return sealed_record(keepers, frame, kept.row, kept.epoch, kept.words + (new - old))

    return run


# -- on the disk ----------------------------------------------------------------------------


def durable_renewal(report: Report, count: int, seed: int) -> None:
    """Every reference renewed once, on real files; bytes a reference while they are there."""
    with temporary_house(Calendar(), folder=Path(tempfile.gettempdir())) as house:
        plant(house, _codes(count, seed))
        report.note(**_bytes_a_reference(house, count))
        rates = []
        for _ in range(3):
            rows = house.home.vault.every()
            start = time.perf_counter()
            house.keepers.renewer.renew(rows)
            rates.append(count / (time.perf_counter() - start))
        report.note(renewed=count, renewed_per_s=median(rates), renewed_per_s_of_3=rates)


def _codes(count: int, seed: int) -> NDArray[np.int8]:
    """A few thousand codes, over and over: their values are of no account here."""
    own = quantised(random_units(min(count, 2000), WIDE, np.random.default_rng(seed)))
    return np.tile(own, (-(-count // len(own)), 1))[:count]


def _bytes_a_reference(house: House, count: int) -> dict[str, float]:
    stores = (house.home.references.store, house.home.vault.store)
    for store in stores:
        store.sweep()
    row = 16 + 8 + 2 * (WIDE + split.CHECK_WORDS) + split.SALT_BYTES + split.MAC_BYTES
    of_references, of_keys = (store.path.stat().st_size / count for store in stores)
    return {
        "reference_row_bytes_512": float(row),
        "references_db_bytes_each_512": of_references,
        "keys_db_bytes_each": of_keys,
    }


def killed_renewal(report: Report, count: int, seed: int) -> None:
    """SIGKILL in the middle of a renewal; the next start finishes it and nothing is lost."""
    with tempfile.TemporaryDirectory() as folder:
        home, settings = Path(folder) / "home", Settings(custody=Path(folder) / "custody")
        before = _found_with_references(home, settings, count, seed)
        renewed = _kill_in_the_middle(home, settings)
        start = time.perf_counter()
        with assembly.entered(home, settings, passphrase=PASSPHRASE) as house:
            seconds = time.perf_counter() - start
            after = _opened_codes(house)
            epochs = {r.row: r.epoch for r in house.home.vault.every()}
    unchanged = sum(after[row] == code for row, (_, code) in before.items())
    fresh = sum(epochs[row] != epoch for row, (epoch, _) in before.items())
    report.note(
        killed_after_rows=renewed, finished_in_s=seconds, references=count,
        codes_unchanged=unchanged, at_a_new_epoch=fresh,
    )  # fmt: skip


Opened = dict[RowId, tuple[Epoch, bytes]]


def _found_with_references(home: Path, settings: Settings, count: int, seed: int) -> Opened:
    assembly.found(home, PASSPHRASE, settings, cost=PassphraseCost.cheapest())
    with assembly.entered(home, settings, passphrase=PASSPHRASE) as house:
        publish(house, purpose_text())
        plant(house, _codes(count, seed))
        codes = _opened_codes(house)
        return {r.row: (r.epoch, codes[r.row]) for r in house.home.vault.every()}


def _opened_codes(house: House) -> dict[RowId, bytes]:
    """Every code, taken apart and put together again; the check words must come out as zeros."""
    opened = {}
    for row in house.home.vault.every():
        record = house.home.references.of_row(row.row)
        assert record is not None
        words = record.words - house.keepers.keys._mask(row)
        assert not words[-split.CHECK_WORDS :].any()
        opened[row.row] = words[: -split.CHECK_WORDS].tobytes()
    return opened


def _kill_in_the_middle(home: Path, settings: Settings) -> int:
    """Start a renewal in a process of its own and kill it after a third of its batches."""
    command = [sys.executable, "-m", "benchmarks.core", "--renew-home", str(home)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "FACEKEEP_CUSTODY": str(settings.custody)},
    ) as child:  # fmt: skip
        assert child.stdout is not None
        done = 0
        for line in child.stdout:
            done, total = map(int, line.split())
            if done > total / 3:
                time.sleep(0.05)
                child.send_signal(signal.SIGKILL)
                break
    return done


def renew_home(home: Path) -> None:
    """The child: renew everything and say how far it is."""
    with assembly.entered(home, Settings(), passphrase=PASSPHRASE) as house:
        house.resetter.renew(Scope(), "rota", lambda done, of: print(done, of, flush=True))


def erasure(report: Report, among: int, times: int = 30) -> None:
    """One reference erased among many: key row, bucket and slot, both files swept."""
    if not among:
        return
    d = 128
    with temporary_house(Calendar(), folder=Path(tempfile.gettempdir())) as house:
        plant(house, quantised(random_units(among, d, np.random.default_rng(3))))
        rows = house.home.vault.every()[:: among // times][:times]
        taken = []
        for row in rows:
            start = time.perf_counter()
            house.home.eraser.erase([row], int(house.home.clock()))
            taken.append(1e3 * (time.perf_counter() - start))
    report.note(
        erased_among=among, bucket=among / 1024, erase_ms=median(taken), erase_max_ms=max(taken)
    )


# -- together -------------------------------------------------------------------------------


def measure(report: Report, references: int, erase_among: int, seed: int) -> Report:
    """Everything, and the promises."""
    for d in DIMENSIONS:
        one_to_one(report, d)
        in_memory(report, d)
    durable_renewal(report, references, seed)
    killed_renewal(report, min(references, 20_000), seed)
    erasure(report, erase_among)
    found = report.results
    report.promise("1:1 in process, d = 512, us", found["one_to_one_us_512"], most=1000)
    report.promise("enrol without eyes and commit, d = 512, us", found["enrol_us_512"], most=100)
    report.promise("renew in memory, d = 512, us", found["renew_in_memory_us_512"], most=20)
    report.promise_at_least("renewed durably a second, d = 512", found["renewed_per_s"], 20_000)
    lost = found["references"] - min(found["codes_unchanged"], found["at_a_new_epoch"])
    report.promise("references lost or left behind by kill -9", lost, most=0)
    report.promise("bytes of a reference row, d = 512", found["reference_row_bytes_512"], most=1124)
    return report


def main() -> int:
    options_of = parser(__doc__)
    options_of.add_argument("--references", type=int, default=50_000)
    options_of.add_argument("--erase-among", type=int, default=300_000, help="0 leaves it out")
    options_of.add_argument("--renew-home", type=Path, help="for the process that is killed")
    options = options_of.parse_args()
    if options.renew_home:
        renew_home(options.renew_home)
        return 0
    report = Report("core", settings_of(options))
    measure(report, options.references, options.erase_among, options.seed)
    return report.finish(options.json)


if __name__ == "__main__":
    sys.exit(main())
