"""The papers of a filing: filled from facts, gaps never invented away, the same in every form."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest

from facekeep.oversight import pack
from facekeep.oversight.papers import forms, pdf, shapes
from facekeep.oversight.papers.docx import Desk
from facekeep.oversight.papers.facts import pick, words
from facekeep.oversight.papers.model import Line, Paper, Part, Table, of
from facekeep.oversight.papers.pdf import NoChineseFont, Press, chinese_font
from facekeep.oversight.papers.words import WORDS
from facekeep.terms.errors import Broken
from facekeep.terms.messages import placeholders
from tests.rooms.oversight.paperwork import HANDLER, MADE, PURPOSE, facts

ODD = "<script>alert(1)</script> & \" ' \\ # $x$ [b] *c* _d_ @e \u202e \u200b 𠮷" + "长" * 500
"""Markup of three languages, direction marks, a character outside the BMP, no space for a break."""

PRINTABLE = ODD.replace("𠮷", "吉")


def paper(name: str, **other: object) -> Paper:
    """One paper of the pack."""
    return next(one for one in forms.papers(facts(**other)) if one.name.endswith(name))


def cells(one: Paper, language: str = "en") -> list[str]:
    """Everything in the paper's lines and tables."""
    told = shapes.shape(one, language)
    lines = [str(line["value"]) for part in told["parts"] for line in part["lines"]]
    tables = [table for part in told["parts"] for table in part["tables"]]
    return lines + [cell for table in tables for row in table["rows"] for cell in row]


# -- content ----------------------------------------------------------------------------------


def test_complete_facts_leave_nothing_missing() -> None:
    """Every item of art. 15 is filled, in both languages."""
    made = forms.papers(facts())
    assert forms.missing(made) == ()
    assert [one.name for one in made] == [
        "01-profile", "02-application", "03-assessment", "04-safeguards", "05-rules", "06-number",
        "07-undertaking", "08-authorisation", "09-checklist",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "said"),
    [("name", "Name"), ("credit_code", "credit code"), ("legal_representative", "Legal"),
     ("contact", "Contact"), ("officer", "officer: Name"), ("mlps", "level"),
     ("policies", "policies"), ("cii", "critical"), ("complaints", "Complaint"),
     ("address", "address"), ("province", "Province"), ("city", "City")],
)  # fmt: skip
def test_what_the_handler_does_not_say_is_listed(field: str, said: str) -> None:
    """One field taken away is one gap more, with the way to fill it."""
    handler = {key: value for key, value in HANDLER.items() if key != field}
    gaps = forms.missing(forms.papers(facts(handler=handler)))
    assert any(said.lower() in gap.what[1].lower() for gap in gaps), gaps
    assert {gap.way_out for gap in gaps} == {forms.SET_HANDLER}


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_an_empty_value_is_missing_and_not_a_value(empty: object) -> None:
    """Nothing is printed for nothing."""
    gaps = forms.missing(forms.papers(facts(handler={**HANDLER, "name": empty})))
    assert len(gaps) == 1


def test_a_purpose_without_assessment_and_no_purpose_are_gaps() -> None:
    """The report cannot be made; the paper says so."""
    (use,) = facts().uses
    bare = forms.missing(forms.papers(facts(uses=(replace(use, assessment=None),))))
    assert [gap.what[1] for gap in bare] == ["purpose gate has no assessment"]
    none = forms.missing(forms.papers(facts(uses=())))
    assert "no purpose is published" in [gap.what[1] for gap in none]


def test_unanswered_questions_are_gaps() -> None:
    """Nobody's word is taken for safeguards and numbers."""
    told = [g.what[1] for g in forms.missing(forms.papers(facts(findings={}, people=None)))]
    assert "nothing answers for the six safeguards" in told
    assert len([one for one in told if one.startswith("Number:")]) == 2


def test_the_four_contents_and_the_matrix() -> None:
    """Each risk stands in its cell, before treatment and after it in brackets."""
    report = paper("assessment")
    titles = [part.title[1] for part in report.parts]
    assert [title[0] for title in titles if title[0].isdigit()] == ["1", "2", "3", "4"]
    matrix = next(part for part in report.parts if part.tables and part.prose).tables[0]
    rows = {of(row[0], "en"): [of(cell, "en") for cell in row[1:]] for row in matrix.rows}
    assert rows["3"][3] == "leak"
    assert rows["1"][2] == "(leak)"
    assert rows["1"][3] == "sale"
    assert {"12 (high)", "3 (moderate)", "4 (moderate)"} <= set(cells(report))


def test_the_six_safeguards_say_what_they_lack() -> None:
    """What holds, and what does not, from the live answer."""
    told = cells(paper("safeguards"))
    assert told.count("holds") == 5
    assert "lacking: no officer is in office" in told


@pytest.mark.parametrize(
    ("people", "band"),
    [((0, 0), "under 100,000"), ((1, 99_999), "under 100,000"), ((0, 100_000), "100,000 or more"),
     ((600_000, 700_000), "500,000 or more"), ((0, 20_000_000), "10,000,000 or more")],
)  # fmt: skip
def test_the_upper_bound_gives_the_band(people: tuple[int, int], band: str) -> None:
    """A range across a line is over it."""
    assert band in cells(paper("number", people=people))


def test_the_checklist_says_where_each_material_is() -> None:
    """Filled, to be signed, to be attached, noted as ready, or with gaps."""
    told = cells(paper("checklist"))
    assert told.count("filled") == 3
    assert told.count("to be signed and stamped") == 2
    assert told.count("to be attached by you") == 2
    assert "ready (2026-08-01)" in told
    assert "has gaps" in cells(paper("checklist", handler={}))


def test_the_materials_are_the_registers() -> None:
    """The same eight slots, in the same order."""
    from facekeep.oversight.filing import SLOTS

    assert list(forms.SLOTS) == list(SLOTS)


def test_values_are_worded() -> None:
    """Pairs, lists, codes, numbers; nothing stays nothing."""
    assert words({"zh": "甲", "en": "A"}) == ("甲", "A")
    assert words([{"zh": "甲", "en": "A"}, "x", None]) == ("甲；x", "A; x")
    assert words([]) is words(None) is words("") is None
    assert words(7) == "7"
    assert words({"a": 1}) == "a: 1"
    assert pick({"a": {"b": 0}}, "x", "a.b") == 0
    assert pick({"a": "text"}, "a.b") is None
    assert forms._named("terminal") == {"zh": "终端内存储", "en": "in the terminal"}


def test_words_of_papers_want_the_same_values() -> None:
    """Both languages, the same placeholders."""
    for key, message in WORDS.items():
        assert min(len(message.zh), len(message.en)) > 0, key
        assert placeholders(message.zh) == placeholders(message.en), key


# -- HTML -------------------------------------------------------------------------------------


class Page(HTMLParser):
    """Tags and whatever would be loaded."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loaded += [value or "" for name, value in attrs if name in ("src", "srcset", "action")]
        self.loaded += [name for name, _ in attrs if name.startswith("on")]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_load_nothing_and_speak_one_language(language: str) -> None:
    """No script, no picture, nothing from elsewhere; escaped."""
    odd = facts(handler={**HANDLER, "contact": ODD, "address": ODD})
    for one in forms.papers(odd):
        page = Page(text := shapes.html(one, language, ODD, MADE, "stamp"))
        assert page.loaded == []
        assert not {"script", "img", "iframe", "link", "object", "form"} & set(page.tags)
        assert "@import" not in text
        assert "url(" not in text
        assert f'lang="{"zh-CN" if language == "zh" else "en"}"' in text
        if language == "en":
            title = re.search("<h1>(.*)</h1>", text)
            assert title
            assert not re.search("[\u4e00-\u9fff]", title[1])


# -- PDF --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def press() -> Press:
    """A press, where a Chinese font is installed."""
    try:
        return Press()
    except NoChineseFont as absent:
        pytest.skip(f"{absent.what}: {absent.remedy}")


def printed(press: Press, one: Paper, language: str, handler: str = "河畔") -> bytes:
    """One PDF."""
    data = shapes.typst_data(one, language, handler, MADE, "stamp", press.font)
    return press.print(data, MADE)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_paper_prints_in_the_chinese_font_alone(press: Press, language: str) -> None:
    """Read back by another library: the text is there, and no other font is."""
    from pypdf import PdfReader

    for one in (pack.missing_page(()), *forms.papers(facts())):
        read = PdfReader(BytesIO(printed(press, one, language)))
        text = "".join(page.extract_text() for page in read.pages)
        assert of(one.title, language).replace(" ", "") in text.replace(" ", "").replace("\n", "")
        fonts = {str(name) for page in read.pages for name in fonts_of(page)}
        assert fonts, one.name
        assert all(press.font.replace(" ", "")[:10] in name for name in fonts), fonts


def fonts_of(page: object) -> list[str]:
    """The base fonts a page names."""
    found = page["/Resources"]["/Font"]  # type: ignore[index]
    return [font.get_object()["/BaseFont"] for font in found.values()]


def test_a_pdf_is_archivable_accessible_and_has_one_form(press: Press) -> None:
    """PDF/A-2b and PDF/UA-1 in its metadata; equal papers, equal bytes."""
    one = paper("profile")
    data = printed(press, one, "zh")
    assert data == printed(press, one, "zh")
    assert b"<pdfaid:part>2</pdfaid:part>" in data
    assert b"<pdfuaid:part>1</pdfuaid:part>" in data


def test_odd_text_is_printed_as_text(press: Press) -> None:
    """What is markup elsewhere is words here."""
    from pypdf import PdfReader

    odd = PRINTABLE.replace("\u202e", "").replace("\u200b", "")
    (one,) = [
        p for p in forms.papers(facts(handler={**HANDLER, "address": odd})) if "profile" in p.name
    ]
    read = PdfReader(BytesIO(printed(press, one, "zh")))
    text = "".join(page.extract_text() for page in read.pages).replace("\n", "")
    assert "<script>alert(1)</script>" in text
    assert "$x$ [b] *c* _d_ @e" in text


def test_a_character_the_font_lacks_is_refused_not_boxed(press: Press) -> None:
    """The fallback would be silent; the standard makes it loud."""
    lacking = facts(handler={**HANDLER, "address": "ሴ emoji 😀"})
    one = next(p for p in forms.papers(lacking) if "profile" in p.name)
    with pytest.raises(Broken, match=r"the text .* cannot be shown"):
        printed(press, one, "en")


def test_without_a_chinese_font_the_remedy_is_named() -> None:
    """Before anything is printed."""
    with pytest.raises(NoChineseFont) as caught:
        chinese_font(["DejaVu Sans", "Noto Sans CJK"])
    assert "fonts-noto-cjk" in caught.value.remedy
    assert "--fonts" in caught.value.remedy
    assert chinese_font(["A", "Noto Sans CJK SC", "SimHei"]) == "Noto Sans CJK SC"


def test_without_typst_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lazy, and said."""
    monkeypatch.setitem(__import__("sys").modules, "typst", None)
    with pytest.raises(Broken) as caught:
        pdf.Press()
    assert "facekeep[filing]" in caught.value.remedy


# -- documents --------------------------------------------------------------------------------


def test_documents_hold_the_same_and_have_one_form() -> None:
    """Read back by the library they are made with."""
    docx = pytest.importorskip("docx")
    one, desk = paper("profile"), Desk()
    told, said = shapes.shape(one, "zh"), pack._said(MADE, 1, "zh")
    data = desk.write(told, "河畔", MADE, said)
    assert data == desk.write(told, "河畔", MADE, said)
    read = docx.Document(BytesIO(data))
    text = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    assert "91350100M000100Y43" in text
    assert one.title[0] in [paragraph.text for paragraph in read.paragraphs]
    assert read.core_properties.author == "河畔"


def test_without_the_document_maker_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lazy, and said."""
    monkeypatch.setitem(__import__("sys").modules, "docx", None)
    with pytest.raises(Broken, match="not installed"):
        Desk()


def test_a_document_of_nothing_but_gaps_and_wide_tables() -> None:
    """Shapes no real paper has, in every form."""
    odd = Paper(
        "x", ("题", "t"), ("述", "l"),
        (Part(("部", "p"), lines=(Line(("名", "n"), None),),
              tables=(Table((("一", "1"), ("二", "2")), (("a", "b"), (ODD, ""))),)),),
    )  # fmt: skip
    told = shapes.shape(odd, "en")
    assert told["missing"][0]["what"] == "p: n"
    assert "missing" in shapes.html(odd, "en", "h", MADE, "s")
    pytest.importorskip("docx")
    clean = PRINTABLE.replace("\u202e", "")
    assert Desk().write({**told, "lede": clean}, "h", MADE, pack._said(MADE, 1, "en"))


def test_the_example_purpose_has_the_fields_a_form_reads() -> None:
    """Control: our sample and the real purpose agree on names."""
    from facekeep.governance.purposes import Purpose

    assert set(PURPOSE) <= set(Purpose.model_fields)


def test_the_example_handler_and_assessment_are_real_ones() -> None:
    """Control: the fields the papers read are the fields the books keep."""
    from facekeep.governance.assessments import Assessment
    from facekeep.governance.handler import Handler
    from tests.rooms.oversight.paperwork import ASSESSMENT

    assert set(HANDLER) <= set(Handler.model_fields)
    assert set(ASSESSMENT) <= set(Assessment.model_fields)
    assert Path(pdf.__file__).with_name(pdf.SOURCE).is_file()
