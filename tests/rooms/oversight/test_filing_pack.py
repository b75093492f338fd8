"""The pack of a home: signed, whole, gaps loud, forms as they can be made, remembered."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

import pytest

from facekeep.assembly import House
from facekeep.ledger import parcel
from facekeep.ledger.parcel import MANIFEST, TamperedMember
from facekeep.oversight import filing, pack
from facekeep.oversight.pack import Order
from facekeep.oversight.papers import pdf
from facekeep.oversight.papers.pdf import NoChineseFont
from facekeep.oversight.trail import PACKED, Trail
from facekeep.terms.errors import Broken, Misused, PurposeNotAllowed
from tests.attacks.toolkit import publish, purpose_text

HTML_ONLY = Order(form="html")


def made(house: House, file: Path, order: Order = HTML_ONLY) -> pack.Packed:
    """The pack of a home."""
    return pack.pack(house.home, house.questions(), filing.materials(house.books), order, file)


def test_a_pack_is_a_signed_parcel(house: House, tmp_path: Path) -> None:
    """Both languages of every paper, the data, the manifest."""
    done = made(house, tmp_path / "p.zip")
    read = parcel.verify(tmp_path / "p.zip", house.home.signer.vkey)
    assert (read.digest, read.about["schema"]) == (done.digest, pack.SCHEMA)
    papers = ["00-missing", *done.papers]
    wanted = {f"{lang}/{name}.html" for lang in ("zh", "en") for name in papers}
    assert set(read.names) == {*wanted, "data.json"}
    assert list(read.about["purposes"]) == ["gate"]


def test_one_byte_changed_is_named(house: House, tmp_path: Path) -> None:
    """The pack lies long in a drawer."""
    made(house, file := tmp_path / "p.zip")
    with zipfile.ZipFile(file) as read:
        info = read.getinfo("zh/01-profile.html")
    data = bytearray(file.read_bytes())
    data[info.header_offset + 30 + len(info.filename) + 100] ^= 1
    file.write_bytes(data)
    with pytest.raises(TamperedMember) as caught:
        parcel.verify(file, house.home.signer.vkey)
    assert caught.value.member == "zh/01-profile.html"


def test_equal_facts_make_equal_packs(house: House, tmp_path: Path) -> None:
    """Nothing in it but what it says."""
    asks = house.evidence()  # oversight's own answers change with the first pack
    one, other = (
        pack.pack(house.home, asks, {}, Order(form=form), tmp_path / name)
        for form, name in (("html", "a.zip"), ("html", "b.zip"))
    )
    assert one.digest == other.digest


def test_gaps_stand_on_the_first_page_and_in_the_manifest(house: House, tmp_path: Path) -> None:
    """Where nobody answers for number and safeguards, every place says so."""
    done = pack.pack(house.home, {}, {}, HTML_ONLY, tmp_path / "p.zip")
    assert done.missing
    with zipfile.ZipFile(tmp_path / "p.zip") as read:
        page = read.read("en/00-missing.html").decode()
        manifest = json.loads(read.read(MANIFEST))
    for gap in done.missing:
        assert gap.what[1] in page
    assert [one["what"] for one in manifest["missing"]] == [gap.what[1] for gap in done.missing]


def test_one_purpose_alone(house: House, tmp_path: Path) -> None:
    """Named, or refused where there is none."""
    publish(house, purpose_text("lobby"))
    made(house, tmp_path / "all.zip")
    made(house, tmp_path / "one.zip", Order("lobby", "html"))
    told = []
    for name in ("all", "one"):
        with zipfile.ZipFile(tmp_path / f"{name}.zip") as read:
            told.append([one["id"] for one in json.loads(read.read("data.json"))["purposes"]])
    assert told == [["gate", "lobby"], ["lobby"]]
    with pytest.raises(PurposeNotAllowed):
        made(house, tmp_path / "none.zip", Order("nowhere", "html"))
    assert not (tmp_path / "none.zip").exists()


def test_what_cannot_be_made_is_said_and_left_out(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra: HTML alone, and a note of what is missing and why."""
    for name in ("typst", "docx"):
        monkeypatch.setitem(sys.modules, name, None)
    done = made(house, tmp_path / "p.zip", Order())
    assert done.forms == ("html",)
    assert set(done.skipped) == {"pdf", "docx"}
    about = parcel.verify(tmp_path / "p.zip", house.home.signer.vkey).about
    assert about["skipped"] == done.skipped


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_what_was_asked_for_by_name_must_be_made(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """A form asked for is never left out in silence."""
    for name in ("typst", "docx"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(Broken, match="not installed"):
        made(house, tmp_path / "p.zip", Order(form=form))
    assert not (tmp_path / "p.zip").exists()


def test_without_a_chinese_font_pdf_is_refused_or_left_out(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked for by name: the remedy. Otherwise: said, and the rest is made."""
    pytest.importorskip("typst")
    monkeypatch.setattr(pdf, "FONTS", ("No Such Font SC",))
    with pytest.raises(NoChineseFont) as caught:
        made(house, tmp_path / "p.zip", Order(form="pdf", fonts=tmp_path / "nowhere"))
    assert "fonts-noto-cjk" in caught.value.remedy
    assert made(house, tmp_path / "p.zip", Order()).skipped["pdf"] == caught.value.what


def test_a_place_that_cannot_be_written_is_said(house: House, tmp_path: Path) -> None:
    """And nothing is remembered as handed out."""
    with pytest.raises(Misused):
        made(house, tmp_path / "no" / "p.zip")
    assert Trail(house.home).last(PACKED) is None


def test_the_trail_remembers_the_pack(house: House, tmp_path: Path) -> None:
    """Digest, gaps and moment, on a chain of the ledger."""
    done = made(house, tmp_path / "p.zip")
    last = Trail(house.home).last(PACKED)
    assert last is not None
    assert (last.digest, last.event, last.facts["missing"]) == (
        done.digest, done.event, len(done.missing),
    )  # fmt: skip
