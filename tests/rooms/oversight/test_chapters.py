"""The audit order: read strictly, every topic leads somewhere known, nothing is lost."""

from __future__ import annotations

import pytest

from facekeep.oversight.chapters import annex, mapping, parse
from facekeep.oversight.handed import obligations
from facekeep.terms.errors import Broken

SMALL = """
basis: memory
source: {zh: "源", en: "source"}
chapters:
- {id: basis, annex: true, zh: "甲", en: "A", obligations: [FRM-04]}
- {id: notice, annex: true, zh: "乙", en: "B", obligations: [FRM-05-1, FRM-04]}
- {id: other, annex: false, zh: "丙", en: "C", obligations: []}
"""
ASKS = {"FRM-04": ("a.b.c",), "FRM-05-1": ("a.b.c", "a.b.d")}


def test_the_packaged_order_is_the_annex_and_what_we_added() -> None:
    """27 topics, said to be from memory, then ours; the last takes what has no topic."""
    book = annex()
    assert book.basis == "memory"
    assert sum(chapter.annex for chapter in book.chapters) == 27
    assert [chapter.number for chapter in book.chapters] == list(range(1, len(book.chapters) + 1))
    assert book.chapters[-1].id == "other"
    assert all(chapter.zh and chapter.en for chapter in book.chapters)
    assert book.chapters[0].folder == "01-legal-basis"


def test_every_obligation_has_a_topic_and_every_topic_known_obligations() -> None:
    """The map and the law agree in both directions, but for the few that have no topic."""
    finding = mapping(obligations())
    assert finding.holds, finding.gaps
    assert finding.facts["under_other"] == []


def test_a_planted_unknown_obligation_is_named() -> None:
    """A duty the regimes lost is a gap with its id."""
    known = {duty: asks for duty, asks in obligations().items() if duty != "FRM-04"}
    (gap,) = mapping(known).gaps
    assert "FRM-04" in gap.what


def test_nothing_to_map_does_not_apply() -> None:
    """Without any law there is nothing to order."""
    assert not mapping({}).applies


def test_a_question_lies_in_its_first_topic() -> None:
    """Once; what no topic asks lies under the last."""
    book = parse(SMALL.encode())
    homes = book.home_of(["a.b.c", "a.b.d", "z.z.z"], ASKS)
    assert {q: c.id for q, c in homes.items()} == {
        "a.b.c": "basis", "a.b.d": "notice", "z.z.z": "other",
    }  # fmt: skip
    assert book.questions(book.chapters[1], ASKS) == ["a.b.c", "a.b.d"]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "a: 1", "chapters: 7", SMALL.replace("other", "others"),
     SMALL.replace("id: notice", "id: basis"), SMALL.replace("obligations: [FRM-04]", "x: []"),
     SMALL.replace("basis: memory", "base: memory"), SMALL.replace("annex: true", "annex: yes")],
)  # fmt: skip
def test_a_broken_order_is_refused(text: str) -> None:
    """Missing fields, repeated topics, traps of YAML."""
    with pytest.raises(Broken):
        parse(text.encode())
