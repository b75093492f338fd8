"""The order in which an auditor asks: topics of the audit guide, and our obligations under each.

Packaged as data; its wording is from memory and every copy of it says so (``basis``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from facekeep.oversight import plain_yaml
from facekeep.terms.errors import Broken
from facekeep.terms.evidence import Finding, Gap

FILE = "annex.yaml"
OTHER = "other"

Obligations = Mapping[str, Sequence[str]]
"""The questions that answer for each obligation, by the obligation's id."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One topic. ``number`` counts from 1; ``annex`` is False for topics we added behind it."""

    number: int
    id: str
    zh: str
    en: str
    annex: bool
    obligations: tuple[str, ...]

    @property
    def folder(self) -> str:
        """Where the topic lies in a bundle."""
        return f"{self.number:02d}-{self.id}"

    def title(self, language: str) -> str:
        """The topic in one language."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Annex:
    """All topics in order, and how well their wording is sourced."""

    basis: str
    source_zh: str
    source_en: str
    chapters: tuple[Chapter, ...]

    def source(self, language: str) -> str:
        """Which guide this follows, in one language."""
        return self.source_zh if language == "zh" else self.source_en

    def questions(self, chapter: Chapter, asks: Obligations) -> list[str]:
        """The questions of a chapter's obligations, each once, in their order."""
        found = (question for duty in chapter.obligations for question in asks.get(duty, ()))
        return list(dict.fromkeys(found))

    def home_of(self, questions: Iterable[str], asks: Obligations) -> dict[str, Chapter]:
        """The first chapter each question belongs to; the last one takes what has none."""
        homes: dict[str, Chapter] = {}
        for chapter in self.chapters:
            for question in self.questions(chapter, asks):
                homes.setdefault(question, chapter)
        last = self.chapters[-1]
        return {question: homes.get(question, last) for question in questions}


@cache
def annex() -> Annex:
    """The packaged order. Raises ``Broken`` for a file that is not what it should be."""
    text = resources.files("facekeep.oversight").joinpath("papers", FILE).read_bytes()
    return parse(text)


def parse(text: bytes) -> Annex:
    """Read an order of topics. Raises ``Broken``."""
    told = plain_yaml.read(text, FILE)
    try:
        chapters = tuple(_chapters(told["chapters"]))  # type: ignore[call-overload, index]
        source = told["source"]  # type: ignore[call-overload, index]
        basis = str(told["basis"])  # type: ignore[call-overload, index]
        read = Annex(basis, str(source["zh"]), str(source["en"]), chapters)  # type: ignore[call-overload, index]
    except (KeyError, TypeError, IndexError, AttributeError):
        raise Broken(f"{FILE} is not complete", "Use the file that comes with Facekeep") from None
    ids = [chapter.id for chapter in chapters]
    if not chapters or chapters[-1].id != OTHER or len(set(ids)) != len(ids):
        raise Broken(f"{FILE} is not complete", "Use the file that comes with Facekeep")
    return read


def _chapters(rows: object) -> Iterator[Chapter]:
    if not isinstance(rows, list):
        raise TypeError
    for number, row in enumerate(rows, 1):
        duties = tuple(map(str, row["obligations"]))
        yield Chapter(number, row["id"], row["zh"], row["en"], row["annex"] is True, duties)


def mapping(asks: Obligations) -> Finding:
    """Whether every topic of the audit leads to obligations we know (Audit Measures, annex).

    Topics nobody's obligations answer are listed as facts: they do not concern a face home.
    """
    book = annex()
    known = set(asks)
    gaps = [
        Gap(
            f"the audit order names {duty}, and no regime has it",
            "Correct oversight/papers/annex.yaml, or load the regime that has it",
        )
        for chapter in book.chapters
        for duty in chapter.obligations
        if duty not in known
    ]
    placed = {duty for chapter in book.chapters for duty in chapter.obligations}
    facts = {
        "basis": book.basis,
        "topics": sum(chapter.annex for chapter in book.chapters),
        "without_obligation": [c.id for c in book.chapters if c.annex and not c.obligations],
        "obligations": len(placed),
        "under_other": sorted(known - placed),
    }
    return Finding(facts, tuple(gaps), applies=bool(known))
