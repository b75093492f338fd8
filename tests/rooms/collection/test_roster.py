"""Rosters: whatever another system wrote down, read as names and refused by the line."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facekeep.collection.roster import Kind, Line, Named, TooLong, read
from facekeep.terms.errors import Misused

HEADING = "subject,birth_date,guardian\n"


def names(lines: list[Line]) -> list[str]:
    return [line.named.subject for line in lines if line.named is not None]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_usual_csv_is_read(end: str, delimiter: str) -> None:
    text = end.join(["subject,guardian", "anna,", '"ben, jr",yes', ""]).replace(",", delimiter)
    if delimiter != ",":
        text = text.replace(f"ben{delimiter}", "ben,")
    lines = read(text.encode(), "csv")
    assert names(lines) == ["anna", "ben, jr"]
    assert [line.named.guardian for line in lines if line.named] == [False, True]


@pytest.mark.parametrize(
    ("encoding", "charset"),
    [
        ("utf-8", ""), ("utf-8-sig", ""), ("utf-16", ""), ("utf-16", "utf-16"), ("gb18030", "gb18030"),
        ("gbk", "GBK"), ("utf-8-sig", "UTF-8"),
    ],
)  # fmt: skip
def test_what_spreadsheets_write_is_read(encoding: str, charset: str) -> None:
    """With its byte order mark or without."""
    lines = read("subject\n李雷\n".encode(encoding), "csv", charset)
    assert names(lines) == ["李雷"]


@pytest.mark.parametrize("charset", ["latin-1", "utf-7", "rot13", "zlib_codec", "idna", "\x00"])
def test_other_character_sets_are_not_tried(charset: str) -> None:
    """Some of Python's codecs unpack or work something out."""
    with pytest.raises(Misused):
        read(b"subject\nanna\n", "csv", charset)


def test_a_wrong_character_set_is_said() -> None:
    with pytest.raises(Misused, match="another character set"):
        read("subject\n李雷\n".encode("gb18030"), "csv")


@pytest.mark.parametrize(
    "heading", ["name", "subject,subject", "", "subject,notes", "subject,birthdate", "birth_date"]
)
def test_a_heading_that_says_something_else_is_refused(heading: str) -> None:
    """A misspelt birth date would make an adult of a child; what is said is a place, not a value."""
    with pytest.raises(Misused) as refused:
        read(f"{heading}\nanna\n".encode(), "csv")
    assert "anna" not in str(refused.value)
    assert "notes" not in str(refused.value)


def test_each_line_says_why_it_cannot_be_read() -> None:
    text = HEADING + "anna,2016-05-01,\n,,\nben,1.5.2016,\ncarl,,maybe\ndora\n" + "x" * 201 + ",,\n"
    lines = read(text.encode(), "csv")
    assert [line.number for line in lines] == [2, 4, 5, 6, 7]
    assert lines[0].named == Named("anna", date(2016, 5, 1))
    assert [bool(line.why) for line in lines] == [False, True, True, True, True]


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\t=1"])
def test_a_formula_is_a_name(cell: str) -> None:
    assert names(read(f'subject\n"{cell}"\n'.encode(), "csv")) == [cell.strip()]


def test_json_says_the_same() -> None:
    told = [{"subject": "anna", "birth_date": "2016-05-01"}, {"subject": "ben", "guardian": True}]
    whole = read(json.dumps(told).encode(), "json")
    by_line = read("\n".join(map(json.dumps, told)).encode() + b"\n\n", "lines")
    assert whole == by_line
    assert names(whole) == ["anna", "ben"]


@pytest.mark.parametrize(
    "one",
    [
        {"subject": 7}, {"subject": None}, {"subject": "a", "name": "Anna"}, "anna", None, [],
        {"subject": "a", "guardian": "yes"}, {"subject": "a", "birth_date": 20160501}, {},
        {"subject": "a\nb"}, {"subject": "a\x00"}, {"subject": "\ud800"},
    ],
)  # fmt: skip
def test_an_object_that_is_no_line_is_refused_alone(one: object) -> None:
    lines = read(json.dumps([one, {"subject": "anna"}]).encode(), "json")
    assert [bool(line.why) for line in lines] == [True, False]


@pytest.mark.parametrize("text", ["{}", "7", "null", '"a"', "[", "[" * 100_000])
def test_json_that_is_no_list_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(Misused):
        read(text.encode(), "json")


def test_ten_thousand_lines_and_no_more() -> None:
    text = "subject\n" + "".join(f"resident-{n}\n" for n in range(10_000))
    assert len(read(text.encode(), "csv")) == 10_000
    with pytest.raises(TooLong):
        read(f"{text}one-more\n".encode(), "csv")


@given(raw=st.binary(max_size=300), kind=st.sampled_from(["csv", "json", "lines"]))
def test_no_bytes_do_more_than_be_refused(raw: bytes, kind: Kind) -> None:
    for text in (raw, b"subject\n" + raw):
        try:
            read(text, kind)
        except Misused:
            continue
