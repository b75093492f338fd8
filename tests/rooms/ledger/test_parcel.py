"""A parcel has exactly one form: each altered byte is refused by the name of what it belongs to."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from facekeep.ledger import parcel
from facekeep.ledger.checkpoint import Signer
from facekeep.ledger.parcel import MANIFEST, SIGNATURE, TABLE, Packer, TamperedMember, opened
from facekeep.terms.errors import Misused, Tampered

SIGNER = Signer("facekeep/test/1", b"\x07" * 32)
STRANGER = Signer("facekeep/test/1", b"\x08" * 32)
CONTENTS = {"01-a/one.json": b'{"a":1}', "02-b.txt": b"two\nlines\n", "03-c.bin": bytes(40)}


def packed(contents: dict[str, bytes] = CONTENTS, signer: Signer = SIGNER) -> bytes:
    """A parcel of these files."""
    file = io.BytesIO()
    packer = Packer(file)
    for name, content in contents.items():
        packer.add(name, [content])
    packer.finish({"schema": "test/1"}, signer)
    return file.getvalue()


@dataclass(frozen=True)
class Owned:
    """Bytes ``start <= at < end`` of a parcel and the member they belong to."""

    start: int
    end: int
    name: str


def owners(data: bytes) -> Iterator[Owned]:
    """Header and content of every member, as an independent reader finds them."""
    for info in zipfile.ZipFile(io.BytesIO(data)).infolist():
        start = info.header_offset
        yield Owned(start, start + 30 + len(info.filename) + info.file_size, info.filename)


def refused(data: bytes, vkey: str = SIGNER.vkey) -> TamperedMember:
    """The refusal an altered parcel earns."""
    with pytest.raises(TamperedMember) as caught:
        opened(io.BytesIO(data), vkey)
    return caught.value


def test_a_parcel_opens_and_says_what_it_holds() -> None:
    """Names in order, contents, what was said beside the list."""
    pack = opened(io.BytesIO(packed()), SIGNER.vkey)
    assert pack.names == list(CONTENTS)
    assert [pack.read(name) for name in pack.names] == list(CONTENTS.values())
    assert (pack.about, pack.signed_by) == ({"schema": "test/1"}, SIGNER.name)
    assert list(pack.lines("02-b.txt")) == [b"two", b"lines"]
    assert pack.json("01-a/one.json") == {"a": 1}


def test_any_unzip_reads_it_and_equal_contents_have_equal_bytes() -> None:
    """It is a plain ZIP, without a clock in it."""
    data = packed()
    assert data == packed()
    with zipfile.ZipFile(io.BytesIO(data)) as read:
        assert read.testzip() is None
        assert read.namelist() == [*CONTENTS, MANIFEST, SIGNATURE]
        assert {info.date_time for info in read.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("flip", [0x01, 0x20, 0x80, 0xFF])
def test_every_single_byte_is_refused_by_name(flip: int) -> None:
    """All bytes of a parcel, headers and table included."""
    data = packed()
    spans = list(owners(data))
    for at in range(len(data)):
        altered = data[:at] + bytes([data[at] ^ flip]) + data[at + 1 :]
        told = refused(altered)
        owner = next((one.name for one in spans if one.start <= at < one.end), None)
        if owner in CONTENTS:
            assert told.member == owner, (at, str(told))
        elif owner is not None:
            assert told.member in (MANIFEST, SIGNATURE), (at, str(told))


@pytest.mark.parametrize("length", [0, 1, 21, 22, 100])
def test_a_parcel_cut_short_is_refused(length: int) -> None:
    """From nothing at all to almost everything."""
    assert refused(packed()[:length]).member == TABLE
    assert refused(packed()[: -length or None] + b"x" * (length == 0)).member == TABLE


def test_bytes_before_between_and_behind_are_refused() -> None:
    """A parcel is nothing but its members."""
    data = packed()
    end = data.index(b"PK\x01\x02")
    for altered in (b"x" + data, data + b"x", data[:end] + b"x" + data[end:]):
        refused(altered)


# -- members, re-packed by somebody without the key -------------------------------------------


def rebuilt(change: Callable[[list[tuple[str, bytes]]], None]) -> bytes:
    """The same parcel with its members changed, manifest and signature left as they were."""
    with zipfile.ZipFile(io.BytesIO(packed())) as read:
        members = [(name, read.read(name)) for name in read.namelist()]
    change(members)
    file = io.BytesIO()
    packer = Packer(file)
    places = packer._places
    for name, content in members:
        if any(place.name == name for place in places):
            packer.add("spare", [content])
            places[-1] = parcel._Place(name, places[-1].crc, places[-1].size, places[-1].offset)
            packer._rewrite(places[-1].offset, places[-1].local)
            continue
        packer.add(name, [content])
    table = b"".join(place.row for place in places)
    start = file.tell()
    file.write(table + parcel._end(len(places), len(table), start))
    return file.getvalue()


def test_the_rebuilder_is_honest() -> None:
    """Control: unchanged members make the same bytes."""
    assert rebuilt(lambda members: None) == packed()


@pytest.mark.parametrize(
    ("change", "member"),
    [
        (lambda m: m.pop(1), "02-b.txt"),
        (lambda m: m.insert(1, ("01-a/two.json", b"{}")), "01-a/two.json"),
        (lambda m: m.__setitem__(1, ("02-z.txt", m[1][1])), "02-b.txt"),
        (lambda m: m.__setitem__(slice(0, 2), [m[1], m[0]]), "02-b.txt"),
        (lambda m: m.__setitem__(1, ("02-b.txt", b"two\nlinez\n")), "02-b.txt"),
        (lambda m: m.pop(), MANIFEST),
        (lambda m: m.pop(-2), MANIFEST),
        (lambda m: m.append(("99-late", b"x")), MANIFEST),
    ],
    ids=["removed", "added", "renamed", "reordered", "edited", "unsigned", "unlisted", "appended"],
)
def test_changed_members_are_named(
    change: Callable[[list[tuple[str, bytes]]], None], member: str
) -> None:
    """Removed, added, renamed, reordered, edited."""
    assert refused(rebuilt(change)).member == member


def test_a_name_that_stands_twice_is_refused() -> None:
    """Two readers would see two files."""
    altered = rebuilt(lambda m: m.insert(2, ("02-b.txt", b"other")))
    told = refused(altered)
    assert (told.member, "twice" in told.where) == ("02-b.txt", True)


def test_a_manifest_edited_and_repacked_is_refused() -> None:
    """The signature is over the other one."""

    def lie(members: list[tuple[str, bytes]]) -> None:
        members[-2] = (MANIFEST, members[-2][1].replace(b"test/1", b"test/2"))

    assert refused(rebuilt(lie)).member == MANIFEST


def test_a_swapped_signature_is_refused() -> None:
    """That of another parcel by the same signer, and that of another signer."""
    other = zipfile.ZipFile(io.BytesIO(packed({"x": b"y"}))).read(SIGNATURE)
    strange = zipfile.ZipFile(io.BytesIO(packed(signer=STRANGER))).read(SIGNATURE)
    assert refused(rebuilt(lambda m: m.__setitem__(-1, (SIGNATURE, other)))).member == MANIFEST
    assert refused(rebuilt(lambda m: m.__setitem__(-1, (SIGNATURE, strange)))).member == SIGNATURE


def test_a_checkpoint_is_no_signature_of_a_parcel() -> None:
    """The log's key signs other texts too; none passes for this one."""
    from facekeep.ledger.checkpoint import Checkpoint, sign

    note = sign(Checkpoint(SIGNER.name, 1, bytes(32)), SIGNER).encode()
    told = refused(rebuilt(lambda m: m.__setitem__(-1, (SIGNATURE, note))))
    assert (told.member, "something else" in told.where) == (SIGNATURE, True)


def test_a_wrong_key_is_refused() -> None:
    """Another home's key, and a key of the same name."""
    assert refused(packed(), STRANGER.vkey).member == SIGNATURE
    assert refused(packed(), Signer("facekeep/other/1", b"\x07" * 32).vkey).member == SIGNATURE
    with pytest.raises(Tampered):
        opened(io.BytesIO(packed()), "no key")


# -- hostile archives -------------------------------------------------------------------------


def zipped(names: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    """What an ordinary packer would make."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as written:
        for name, content in names.items():
            written.writestr(zipfile.ZipInfo(name), content, how)
    return file.getvalue()


def test_a_decompression_bomb_is_refused_unopened() -> None:
    """A thousandfold of zeros; nothing is ever unpacked."""
    bomb = zipped({"bomb": bytes(10_000_000)}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    told = refused(bomb)
    assert (told.member, "compressed" in told.where) == ("bomb", True)


@pytest.mark.parametrize(
    "name",
    ["../up", "/abs", "a//b", "a/../b", ".hidden", "a\\b", "con:x", "é", "a/b/c/d/e", "x" * 121],
)
def test_names_that_lead_astray_are_refused(name: str) -> None:
    """Neither written nor read."""
    refused(zipped({name: b"x"}))
    with pytest.raises(Misused):
        Packer(io.BytesIO()).add(name, [b"x"])


def test_more_members_than_a_parcel_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the table is walked."""
    data = packed()
    monkeypatch.setattr(parcel, "MAX_MEMBERS", 4)
    assert refused(data).member == TABLE
    packer = Packer(io.BytesIO())
    for n in range(4):
        packer.add(f"f{n}", [b""])
    with pytest.raises(Misused):
        packer.add("f5", [b""])


def test_a_table_that_lies_about_its_size_is_refused() -> None:
    """The end names a table larger than the file."""
    data = packed()
    count, size, start = struct.unpack("<HII", data[-12:-2])
    for told in ((count, size, start + 1), (count, size + 46, start), (count + 1, size, start)):
        end = parcel._end(*told)
        assert refused(data[:-22] + end).member == TABLE


def test_limits_of_what_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A member, a line and the manifest have limits; they are named where they are passed."""
    pack = opened(io.BytesIO(packed()), SIGNER.vkey)
    with pytest.raises(TamperedMember, match="larger"):
        pack.read("03-c.bin", limit=10)
    with pytest.raises(TamperedMember, match="missing"):
        pack.read("04")
    with pytest.raises(TamperedMember, match="missing"):
        list(pack.lines("04"))
    with pytest.raises(TamperedMember, match="cut short"):
        list(pack.lines("03-c.bin"))
    monkeypatch.setattr(parcel, "CHUNK", 8)
    with pytest.raises(TamperedMember, match="longer"):
        list(pack.lines("03-c.bin"))
    monkeypatch.setattr(parcel, "MAX_MANIFEST_BYTES", 10)
    assert refused(packed()).member == MANIFEST


def test_a_parcel_beyond_four_gibibytes_is_refused_while_writing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Said before the plain form would break."""
    monkeypatch.setattr(parcel, "MAX_PARCEL_BYTES", (1 << 24) + 100)
    with pytest.raises(Misused, match="4 GiB"):
        packed()


def test_a_signed_manifest_of_another_form_is_refused() -> None:
    """Whoever has the key may sign nonsense: it is nonsense still."""
    for rows in ([{"path": "02-b.txt"}], "rows", [{"path": "x", "sha256": "y", "size": "z"}]):
        file = io.BytesIO()
        packer = Packer(file)
        packer.add("02-b.txt", [b"x"])
        packer.members = []
        text = parcel.canonical({"members": rows})
        packer.add(MANIFEST, [text])
        signature = parcel._sign(parcel.sha256(text).hexdigest(), SIGNER)
        packer.add(SIGNATURE, [signature.encode()])
        table = b"".join(place.row for place in packer._places)
        start = file.tell()
        file.write(table + parcel._end(3, len(table), start))
        assert refused(file.getvalue()).member == MANIFEST
