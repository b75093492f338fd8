"""Signs: a code that another key signed is forged, in words; the sheet says what a person needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from facekeep.assembly import House
from facekeep.collection import signs
from facekeep.collection.signs import Sign
from facekeep.governance.signs import PREFIX, SignFacts, base45, check, payload, unbase45
from facekeep.ledger.checkpoint import Signer
from facekeep.terms.errors import Misused, Tampered
from tests.attacks.toolkit import People, Site, Turnable, publish, purpose_text

SIGNER, OTHER = Signer("home", b"a" * 32), Signer("home", b"b" * 32)
FACTS = SignFacts(
    "Riverside 河畔", "gate", "ab" * 32, "东门", "East gate", "gate-1", "lobby", "大堂", "Lobby",
    "cd" * 32, "2026-11-21",
)  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    site = Site(tmp_path_factory.mktemp("signs"), Turnable(), People()).found()
    with site.open() as house:
        yield house


def drawn(house: House, device: str = "gate-door") -> Sign:
    return signs.make(house.home, device, None, house.consents.notice("gate").digest)


# -- the code -------------------------------------------------------------------------------


@given(st.binary(max_size=200))
def test_base45_round_trip(data: bytes) -> None:
    """Every byte string, in the QR code's own alphabet."""
    assert unbase45(base45(data)) == data


@pytest.mark.parametrize(
    ("data", "text"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0")]
)  # fmt: skip
def test_base45_of_the_standard(data: bytes, text: str) -> None:
    """The examples of RFC 9285."""
    assert base45(data) == text
    assert unbase45(text) == data


@pytest.mark.parametrize("text", ["GGW", "ZZZ", ":::", "A", "ABCD", "::"])
def test_base45_that_says_more_than_its_bytes_is_refused(text: str) -> None:
    """One text has one meaning."""
    with pytest.raises(ValueError, match=r"."):
        unbase45(text)


def test_genuine_code_says_its_facts() -> None:
    """With the key that signed it."""
    text = payload(FACTS, SIGNER)
    assert text.startswith(PREFIX)
    assert check(text, SIGNER.key.public) == FACTS
    assert check(f" {text}\n", SIGNER.key.public) == FACTS


def test_code_of_another_key_is_forged() -> None:
    """Somebody else's sticker over ours."""
    with pytest.raises(Tampered):
        check(payload(FACTS, OTHER), SIGNER.key.public)


def test_every_changed_character_is_forged() -> None:
    """Each place in turn, several ways."""
    text = payload(FACTS, SIGNER)
    for at in range(len(PREFIX), len(text)):
        for other in {"A", "0", ":"} - {text[at]}:
            with pytest.raises(Tampered):
                check(text[:at] + other + text[at + 1 :], SIGNER.key.public)


@given(st.text(max_size=120))
def test_any_text_is_checked_without_a_crash(text: str) -> None:
    """Prefix or not."""
    for hostile in (text, PREFIX + text):
        with pytest.raises(Tampered):
            check(hostile, SIGNER.key.public)


def test_compression_bomb_is_refused() -> None:
    """A signed code does not unpack without end."""
    import zlib

    bomb = PREFIX + base45(bytes(64) + zlib.compress(bytes(10**6)))
    with pytest.raises(Tampered):
        check(bomb, SIGNER.key.public)


@pytest.mark.parametrize("change", [{"operator": ""}, {"title_zh": "a\nb"}, {"day": "someday"}])
def test_facts_that_cannot_be_printed_are_refused(change: dict[str, str]) -> None:
    """Before they are signed."""
    import dataclasses

    with pytest.raises((Misused, ValueError)):
        dataclasses.replace(FACTS, **change)


# -- the sheet ------------------------------------------------------------------------------


def texts(svg: str) -> str:
    root = ET.fromstring(svg)
    return "\n".join(node.text or "" for node in root.iter("{http://www.w3.org/2000/svg}text"))


def test_sheet_is_a4_and_says_who_why_where_how_long_and_what_instead(house: House) -> None:
    """In both languages, with the fingerprint in groups of four."""
    sign = drawn(house)
    svg = signs.svg(sign)
    said = texts(svg)
    assert 'width="210mm" height="297mm"' in svg
    for word in ("Riverside", "gate-door", "365", "desk", "门", "Gate", "此处使用人脸识别"):
        assert word in said
    assert sign.fingerprint == re.sub(
        r"\s", "", "".join(re.findall(r"^(?:[0-9a-f]{4} ){3}[0-9a-f]{4}$", said, re.M))
    )


def test_code_on_the_sheet_is_the_signed_one(house: House) -> None:
    """Its modules, drawn again from the path, are those of the text."""
    sign = drawn(house)
    path = re.search(r'crispEdges" d="([^"]+)"', signs.svg(sign))
    assert path is not None
    dark = {
        (int(y), int(x) + n)
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)", path[1])
        for n in range(int(length))
    }
    rows = segno.make_qr(sign.text, error="m").matrix
    wanted = {
        (y + 4, x + 4) for y, row in enumerate(rows) for x, module in enumerate(row) if module
    }
    assert dark == wanted
    assert check(sign.text, house.home.signer.key.public).device == "gate-door"
    assert signs.QR_MM / (len(rows) + 8) > 0.5  # millimetres a module


def test_sheet_escapes_what_an_officer_wrote(house: House) -> None:
    """A purpose's text is text."""
    import dataclasses

    sign = drawn(house)
    hostile = sign.purpose.why.model_copy(update={"en": "<script>&\"'"})
    purpose = sign.purpose.model_copy(update={"why": hostile})
    svg = signs.svg(dataclasses.replace(sign, purpose=purpose))
    assert "<script" not in svg
    assert "<script>&" in texts(svg)


def test_long_texts_are_set_smaller_and_never_over_the_code(house: House) -> None:
    """Or refused, where no size would do."""
    import dataclasses

    sign = drawn(house)

    def with_why(length: int) -> Sign:
        why = sign.purpose.why.model_copy(
            update={"zh": "字" * length, "en": "word " * (length // 2)}
        )
        return dataclasses.replace(sign, purpose=sign.purpose.model_copy(update={"why": why}))

    tops = [float(y) for y in re.findall(r'<text x="56" y="([\d.]+)"', signs.svg(with_why(150)))]
    assert max(tops) < signs.FOOT - 7
    with pytest.raises(Misused):
        signs.svg(with_why(1900))


def test_pdf_is_one_page(house: House, tmp_path: Path) -> None:
    """Where typst is installed."""
    pytest.importorskip("typst")
    from io import BytesIO

    pypdf = pytest.importorskip("pypdf")
    reader = pypdf.PdfReader(BytesIO(signs.pdf(drawn(house))))
    (page,) = reader.pages
    assert [round(float(v)) for v in page.mediabox[2:]] == [595, 842]


def test_pdf_without_typst_is_refused_loudly(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the way out."""
    import sys

    from facekeep.terms.errors import Broken

    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(Broken, match=r"svg"):
        signs.pdf(drawn(house))


def test_sign_of_a_device_of_several_purposes_names_one(house: House) -> None:
    """Nobody guesses."""
    from facekeep.governance.devices import device_of

    publish(house, purpose_text("second"))
    told = {"kind": "desk", "place": "entrance", "zone": "whole", "purposes": ["gate", "second"]}
    house.register.add_device(device_of(id="busy", **told))
    with pytest.raises(Misused):
        signs.purpose_of(house.home, "busy", None)
    with pytest.raises(Misused):
        signs.purpose_of(house.home, "busy", "third")
    assert signs.purpose_of(house.home, "busy", "second") == "second"


# -- the check page -------------------------------------------------------------------------


def test_check_page_of_a_genuine_code_shows_the_facts_in_both_languages() -> None:
    """Operator, purpose, device, place, fingerprint; it loads nothing."""
    page = signs.page(signs.checked(payload(FACTS, SIGNER), SIGNER.key.public))
    for word in (
        "标识属实",
        "genuine",
        "Riverside 河畔",
        "East gate",
        "东门",
        "gate-1",
        "大堂",
        "Lobby",
    ):
        assert word in page
    assert "src=" not in page
    assert "href=" not in page
    assert "default-src 'none'" in page


def test_check_page_of_a_forged_code_says_so_and_shows_none_of_its_claims() -> None:
    """A forger's words are not repeated."""
    page = signs.page(signs.checked(payload(FACTS, OTHER), SIGNER.key.public))
    for word in ("标识是伪造的", "The sign is forged"):
        assert word in page
    for claim in ("Riverside", "East gate", "gate-1", "genuine"):
        assert claim not in page
