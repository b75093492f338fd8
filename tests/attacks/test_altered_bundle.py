"""The altered evidence bundle is refused at the altered place, on a machine without the home.

Against somebody with the file alone, the signature and the list name every changed byte. Against
the packer, who has the signing key, the ledger's own roots name the entry; and against a packer who
rewrote the ledger too, only a checkpoint kept elsewhere does.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from facekeep.ledger import bundle, merkle
from facekeep.ledger.bundle import BEFORE, CHECKPOINTS, ENTRIES, PROOF, Proved, verify_bundle
from facekeep.ledger.checkpoint import Checkpoint, Signer, parse_checkpoint, parse_note, sign
from facekeep.ledger.parcel import MANIFEST, SIGNATURE, TABLE, Packer, TamperedMember
from facekeep.ledger.verify import TamperedAt, export_line
from facekeep.oversight import bundle as exporter
from facekeep.oversight.handed import obligations
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Misused, Tampered
from tests.attacks.toolkit import DAY, NOON, People, Site, Turnable
from tests.house.walk import ROOT

Members = dict[str, bytes]

FORGED = Signer("facekeep/test/1", b"\x03" * 32)


@dataclass(frozen=True)
class Case:
    """One home's bundle, its key and seed, and checkpoints an outsider kept."""

    data: bytes
    signer: Signer
    early: str
    late: str

    @property
    def members(self) -> Members:
        with zipfile.ZipFile(io.BytesIO(self.data)) as read:
            return {name: read.read(name) for name in read.namelist()}


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Twelve days of entries with a checkpoint every other day; the bundle is of days 4 to 8."""
    folder = tmp_path_factory.mktemp("bundle")
    clock = Turnable(NOON)
    site = Site(folder, clock, People()).found()
    with site.open(locked=True) as house:
        home, kept = house.home, []
        for n in range(12):
            for _ in range(3):
                home.note(home.own_chain(), "storage:test:noted", {}, {"n": n})
            if n % 2:
                kept.append(house.seal_checkpoint())
            clock.advance(DAY)
        days = exporter.period("2023-11-18", "2023-11-22", home.journal.now())
        out = folder / "evidence.zip"
        exporter.export(home, house.questions(), obligations(), days, out)
        clock.advance(DAY)
        return Case(out.read_bytes(), home.signer, kept[0], house.seal_checkpoint())


def verified(data: bytes, vkey: str, witnessed: tuple[str, ...] = ()) -> Proved:
    """The bundle as an inspector verifies it."""
    return verify_bundle(io.BytesIO(data), vkey, witnessed)


def refused(data: bytes, vkey: str, witnessed: tuple[str, ...] = ()) -> Tampered:
    """The refusal."""
    with pytest.raises(Tampered) as caught:
        verified(data, vkey, witnessed)
    return caught.value


def place(data: bytes, vkey: str) -> str:
    """The member a refusal names."""
    told = refused(data, vkey)
    assert isinstance(told, TamperedMember), told
    return told.member


def test_a_bundle_holds_and_says_what_it_shows(case: Case) -> None:
    """The control of every test below."""
    proved = verified(case.data, case.signer.vkey)
    assert (proved.origin, proved.outside) == (case.signer.name, 0)
    assert proved.findings == len([n for n in case.members if "/findings/" in n]) > 0
    told = [json.loads(line)["leaf"]["at"] for line in case.members[ENTRIES].splitlines()]
    assert told[0] < proved.since <= told[1], "one entry before the period shows where it begins"
    assert proved.until <= told[-1], "and one behind it where it ends"
    assert len([at for at in told if proved.since <= at < proved.until]) == 15


# -- without the key --------------------------------------------------------------------------


def test_one_byte_in_every_member_is_named(case: Case) -> None:
    """First, middle and last byte of every file in the bundle."""
    offsets = {}
    with zipfile.ZipFile(io.BytesIO(case.data)) as read:
        for info in read.infolist():
            start = info.header_offset + 30 + len(info.filename)
            offsets[info.filename] = (start, info.file_size)
    assert len(offsets) > 60
    for name, (start, size) in offsets.items():
        for at in {start, start + size // 2, start + size - 1}:
            altered = bytearray(case.data)
            altered[at] ^= 0x04
            assert place(bytes(altered), case.signer.vkey) == name


def test_cut_short_is_refused(case: Case) -> None:
    """At any length."""
    for length in (0, 10, len(case.data) // 2, len(case.data) - 1):
        assert place(case.data[:length], case.signer.vkey) == TABLE


def test_a_wrong_key_and_another_homes_key_are_refused(case: Case) -> None:
    """Whoever signed it is not whom the inspector trusts."""
    assert place(case.data, FORGED.vkey) == SIGNATURE
    assert place(case.data, Signer(case.signer.name, b"\x05" * 32).vkey) == SIGNATURE


def test_something_else_that_is_signed_is_no_bundle(case: Case) -> None:
    """A filing pack is a parcel too."""
    with pytest.raises(Misused, match="no evidence bundle"):
        verified(repacked(case, {}, schema="facekeep-filing/1"), case.signer.vkey)


# -- with the key: the packer lies ------------------------------------------------------------


def repacked(
    case: Case, changes: dict[str, bytes | None], signer: Signer | None = None, **about: object
) -> bytes:
    """The bundle with members changed (None: left out), signed anew by whoever holds the key."""
    members = case.members
    told = json.loads(members.pop(MANIFEST))
    del members[SIGNATURE], told["members"]
    file = io.BytesIO()
    packer = Packer(file)
    for name, content in {**members, **changes}.items():
        if content is not None:
            packer.add(name, [content])
    packer.finish({**told, **about}, signer or case.signer)
    return file.getvalue()


def lines_of(case: Case) -> list[str]:
    """The entries of the bundle."""
    return case.members[ENTRIES].decode().splitlines()


def joined(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def edited(line: str, old: str, new: str) -> str:
    """An entry rewritten with a leaf hash that fits it."""
    told = json.loads(line)
    leaf = canonical(told["leaf"]).decode().replace(old, new)
    assert leaf != canonical(told["leaf"]).decode()
    return export_line(told["index"], merkle.leaf_hash(leaf.encode()), leaf.encode())


def test_the_repacker_is_honest(case: Case) -> None:
    """Control: nothing changed, signed anew, holds."""
    assert verified(repacked(case, {}), case.signer.vkey).findings > 0


@pytest.mark.parametrize("n", [0, 1, 7])
def test_an_edited_entry_is_named(case: Case, n: int) -> None:
    """Its hash left as it was: its own number is named."""
    lines = lines_of(case)
    number = json.loads(lines[n])["index"]
    lines[n] = lines[n].replace('"public":{"n":', '"public":{"n":9')
    told = refused(repacked(case, {ENTRIES: joined(lines)}), case.signer.vkey)
    assert f"entry number {number} does not hold" in str(told)


def test_an_entry_rewritten_with_its_hash_is_bounded_by_checkpoints(case: Case) -> None:
    """The roots signed before and behind it enclose it."""
    lines = lines_of(case)
    number = json.loads(lines[4])["index"]
    lines[4] = edited(lines[4], '"public":{"n":', '"public":{"n":8')
    told = refused(repacked(case, {ENTRIES: joined(lines)}), case.signer.vkey)
    assert isinstance(told, TamperedMember)
    assert told.member == ENTRIES
    first = int(str(told).split("from number ")[1].split()[0])
    last = int(str(told).rsplit("checkpoint of ", 1)[1])
    assert first <= number < last


@pytest.mark.parametrize("how", ["deleted", "swapped", "doubled", "last_deleted"])
def test_a_missing_or_moved_entry_is_named(case: Case, how: str) -> None:
    """Left out, exchanged, repeated."""
    lines = lines_of(case)
    match how:
        case "deleted":
            del lines[3]
        case "swapped":
            lines[3], lines[4] = lines[4], lines[3]
        case "doubled":
            lines.insert(3, lines[3])
        case _:
            lines.pop()
    assert place(repacked(case, {ENTRIES: joined(lines)}), case.signer.vkey) == ENTRIES


def test_a_stretch_that_begins_too_late_is_refused(case: Case) -> None:
    """Entries of the period left out at the beginning, peaks and all adjusted."""
    told = json.loads(case.members[MANIFEST])["ledger"]
    cut = repacked(case, {ENTRIES: joined(lines_of(case)[2:])},
                   ledger={**told, "first": told["first"] + 2})  # fmt: skip
    assert place(cut, case.signer.vkey) == BEFORE


def test_a_period_that_lies_is_refused(case: Case) -> None:
    """The manifest claims earlier or later days than the entries answer for."""
    period = json.loads(case.members[MANIFEST])["period"]
    early = {**period, "since": period["since"] - 3 * DAY}
    late = {**period, "until": period["until"] + 30 * DAY}
    for told in (early, late):
        assert place(repacked(case, {}, period=told), case.signer.vkey) == ENTRIES
    for told in ({}, {"since": -1, "until": 2}, {"since": "a", "until": 2}, None):
        assert place(repacked(case, {}, period=told), case.signer.vkey) == MANIFEST


def test_a_rolled_back_newest_checkpoint_is_refused(case: Case) -> None:
    """An older, genuine checkpoint in its place: the findings' proof is under another."""
    told = json.loads(case.members[CHECKPOINTS])
    told["newest"] = told["own"][-1]
    back = repacked(case, {CHECKPOINTS: canonical(told)})
    assert place(back, case.signer.vkey) in (CHECKPOINTS, PROOF)


def test_checkpoints_of_another_log_or_none_are_refused(case: Case) -> None:
    """Forged, missing, malformed."""
    told = json.loads(case.members[CHECKPOINTS])
    head = parse_checkpoint(parse_note(told["newest"]).text)
    forged = sign(Checkpoint(case.signer.name, head.size, bytes(32)), FORGED)
    another = sign(Checkpoint(case.signer.name, head.size, bytes(32)), case.signer)
    for lie in (
        {**told, "newest": forged},
        {**told, "newest": another},
        {**told, "own": []},
        {**told, "own": [forged]},
        {**told, "growth": "x"},
        {},
        [],
    ):
        lied = repacked(case, {CHECKPOINTS: canonical(lie)})
        assert place(lied, case.signer.vkey) in (CHECKPOINTS, PROOF)


def test_exchanged_findings_are_refused(case: Case) -> None:
    """A gap talked away: the digest in the file, then the digest in the ledger."""
    name = next(n for n in case.members if "/findings/" in n)
    finding = json.loads(case.members[name])
    lie = {**finding, "holds": True, "facts": {"talked": "away"}}
    assert place(repacked(case, {name: canonical(lie)}), case.signer.vkey) == name
    lie["digest"] = bundle.finding_digest(lie)
    assert place(repacked(case, {name: canonical(lie)}), case.signer.vkey) == PROOF


def test_findings_left_out_or_malformed_are_refused(case: Case) -> None:
    """The ledger remembers how many there were."""
    name = next(n for n in case.members if "/findings/" in n)
    assert place(repacked(case, {name: None}), case.signer.vkey) == PROOF
    for nonsense in (b"[]", b"{}", b'{"a": 1}', b"\xff"):
        assert place(repacked(case, {name: nonsense}), case.signer.vkey) == name


def test_another_homes_bundle_under_this_key_is_refused(case: Case) -> None:
    """The findings' entry names its home."""
    lied = repacked(case, {}, home="00" * 16)
    assert place(lied, case.signer.vkey) == PROOF


@pytest.mark.parametrize("name", [BEFORE, ENTRIES, CHECKPOINTS, PROOF])
def test_missing_evidence_is_named(case: Case, name: str) -> None:
    """A bundle without a part of the ledger proves nothing."""
    assert place(repacked(case, {name: None}), case.signer.vkey) == name


@pytest.mark.parametrize("nonsense", [b"{}", b"[]", b'{"size":0,"peaks":[]}', b"\x00"])
def test_nonsense_before_the_entries_is_named(case: Case, nonsense: bytes) -> None:
    """Peaks that are none."""
    assert place(repacked(case, {BEFORE: nonsense}), case.signer.vkey) == BEFORE


# -- the packer rewrote the ledger: witnesses ---------------------------------------------------


def test_a_checkpoint_kept_elsewhere_agrees(case: Case) -> None:
    """One inside the stretch is met on the way."""
    within = json.loads(case.members[CHECKPOINTS])["own"][-1]
    assert verified(case.data, case.signer.vkey, (within,)).outside == 1


def test_a_rewritten_ledger_is_caught_by_a_witness(case: Case) -> None:
    """The log signed another root of this size for somebody else."""
    within = json.loads(case.members[CHECKPOINTS])["own"][-1]
    size = parse_checkpoint(parse_note(within).text).size
    other = sign(Checkpoint(case.signer.name, size, b"\x11" * 32), case.signer)
    told = refused(case.data, case.signer.vkey, (other,))
    assert "witnessed checkpoint" in str(told)


def test_a_rolled_back_ledger_is_caught_by_a_witness(case: Case) -> None:
    """Somebody saw it longer than the bundle admits."""
    told = refused(case.data, case.signer.vkey, (case.late,))
    assert isinstance(told, TamperedAt)
    assert "rolled back" in str(told)


def test_a_checkpoint_that_cannot_be_compared_is_said(case: Case) -> None:
    """An older one than the bundle's entries is not passed over in silence."""
    with pytest.raises(Misused, match="older"):
        verified(case.data, case.signer.vkey, (case.early,))


# -- where it is verified -----------------------------------------------------------------------

PROBE = """
import sys
for name in ("sqlite3", "_sqlite3", "jinja2", "typst", "docx", "httpx", "typer"):
    sys.modules[name] = None
from facekeep.ledger.bundle import verify_bundle
with open(sys.argv[1], "rb") as file:
    print(verify_bundle(file, sys.argv[2]).findings)
"""


def test_it_verifies_where_there_is_no_database(case: Case, tmp_path: Path) -> None:
    """A fresh interpreter in which sqlite3 and the web libraries cannot be imported."""
    file = tmp_path / "evidence.zip"
    file.write_bytes(case.data)
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(file), case.signer.vkey],
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": ""},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0


def texts(case: Case) -> Iterator[str]:
    """Everything in the bundle that somebody could read."""
    for name, content in case.members.items():
        yield name
        yield content.decode(errors="replace")


def test_a_bundle_holds_nobody(tmp_path: Path, case: Case) -> None:
    """Neither a person's reference nor the passphrase nor a path of the machine."""
    whole = "".join(texts(case))
    for secret in ("correct horse", str(tmp_path.parent), case.signer.seed.hex()):
        assert secret not in whole


CALLS: list[Callable[[Case], bytes]] = [lambda c: b"", lambda c: b"PK\x05\x06" + bytes(18)]


@pytest.mark.parametrize("make", CALLS)
def test_nothing_is_no_bundle(case: Case, make: Callable[[Case], bytes]) -> None:
    """An empty file and an empty archive."""
    refused(make(case), case.signer.vkey)
