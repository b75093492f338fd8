"""The filing pack: what the Measures ask to be filed, from live data, gaps listed (art. 15).

One signed parcel: HTML always, PDF and editable documents where the extra ``filing`` is installed,
and the same content as JSON. Its digest goes into the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from facekeep import __version__
from facekeep.governance.notices import notice_of
from facekeep.governance.purposes import Step
from facekeep.governance.workdays import day_of
from facekeep.ledger.parcel import Packer
from facekeep.oversight import asked
from facekeep.oversight.asked import Questions
from facekeep.oversight.bundle import whole_file
from facekeep.oversight.comply import Moment, comply
from facekeep.oversight.obligations import book
from facekeep.oversight.papers import forms, shapes
from facekeep.oversight.papers.docx import Desk
from facekeep.oversight.papers.facts import Facts, Use, pick, words
from facekeep.oversight.papers.model import Missing, Paper, Part, Table, of
from facekeep.oversight.papers.pdf import Press
from facekeep.oversight.papers.rendering import shown_minute
from facekeep.oversight.papers.words import WORDS
from facekeep.oversight.trail import PACKED, Trail
from facekeep.storage.home import Home
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Broken, Refused
from facekeep.terms.evidence import Finding, Gap

SCHEMA = "facekeep-filing/1"
LANGUAGES = ("zh", "en")
FORMS = ("html", "pdf", "docx")
YEAR = 366 * 86_400
"""Seconds: facts older than this are made out anew before they are filed."""

FACE_FILING = "oversight.filing.face"
PEOPLE = "storage.counting.people"


@dataclass(frozen=True, slots=True)
class Packed:
    """A pack that was written: its digest, its ledger entry, what it holds and lacks."""

    digest: str
    event: str
    papers: tuple[str, ...]
    forms: tuple[str, ...]
    missing: tuple[Missing, ...]
    skipped: Mapping[str, str]
    """Forms that were not made, and why, in English."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to make: one purpose or all, which forms, and where Chinese fonts lie.

    A form named alone must be made; with ``all`` what cannot be made is said and left out.
    """

    purpose: str = ""
    form: str = "all"
    fonts: Path | None = None


def pack(home: Home, questions: Questions, slots: Mapping[str, Any], order: Order,
         output: Path) -> Packed:  # fmt: skip
    """Gather, write, sign. ``output`` appears whole or not at all.

    Raises ``PurposeNotAllowed`` for an unknown purpose, ``Broken`` for a form that cannot be made.
    """
    facts = gather(home, questions, slots, order.purpose)
    made = forms.papers(facts)
    gaps = forms.missing(made)
    printer = _Printer(order, facts)
    with whole_file(output) as file:
        packer = Packer(file)
        for paper in (missing_page(gaps), *made):
            for name, content in printer.print(paper):
                packer.add(name, [content])
        packer.add("data.json", [canonical(_data(facts, made))])
        digest = packer.finish(_about(home, facts, printer, gaps), home.signer)
    noted = {"digest": digest, "missing": len(gaps), "purpose": order.purpose}
    entry = Trail(home).write(PACKED, noted)
    names = tuple(paper.name for paper in made)
    return Packed(digest, entry.id.hex(), names, printer.forms, gaps, printer.skipped)


# -- gathering ------------------------------------------------------------------------------


def gather(home: Home, questions: Questions, slots: Mapping[str, Any], purpose: str = "") -> Facts:
    """The live facts of a home, of one purpose or of all in force."""
    at = int(home.journal.now())
    findings = asked.ask(questions, at)
    return Facts(
        home=home.id.hex(),
        made=at,
        handler=_handler(home),
        uses=tuple(_uses(home, purpose)),
        findings=findings,
        duties=comply(book(), "cn", questions, Moment(day_of(at), at)),
        people=_people(findings.get(PEOPLE)),
        slots=slots,
        due=_due(findings.get(FACE_FILING)),
    )


def _handler(home: Home) -> Mapping[str, Any]:
    """The handler's profile; empty where none was set."""
    told = home.handler.get()
    return {} if told is None else dict(asked.plain(told.model_dump(mode="json")))


def _uses(home: Home, only: str) -> Iterator[Use]:
    for name in [only] if only else home.purposes.names():
        with suppress(*() if only else (Refused,)):  # suspended and ended ones are not filed
            yield _use(home, name)


def _use(home: Home, name: str) -> Use:
    purpose = home.purposes.get(name)
    notice = notice_of(purpose)
    assessment, signed = _assessment(home, name)
    return Use(
        name, home.purposes.version(name), purpose.hash.hex(),
        asked.plain(purpose.model_dump(mode="json")), (notice.zh, notice.en), assessment, signed,
    )  # fmt: skip


def _assessment(home: Home, name: str) -> tuple[Mapping[str, Any] | None, Mapping[str, Any]]:
    """The assessment in force and who signed it; None where there is none."""
    report, step = home.assessments.in_force(name), home.purposes.in_force(name)
    if report is None or step is None:
        return None, {}
    told = asked.plain(report.assessment.model_dump(mode="json"))
    return told, {"who": _signer(home, step), "digest": report.digest.hex(), "at": report.at}


def _signer(home: Home, step: Step) -> str:
    """Whose key signed; whoever published it may be somebody else."""
    named = (one.name for one in home.officers.all() if one.public == step.officer_key)
    return next(named, step.who)


def _people(finding: Finding | None) -> tuple[int, int] | None:
    """The counted range of people with faces stored."""
    match finding.facts.get("stored") if finding is not None else None:
        case (
            {"lower": int(low), "upper": int(high)} | [int(low), int(high)] | (int(low), int(high))
        ):
            return low, high
    return None


def _due(finding: Finding | None) -> str:
    dues = finding.facts.get("due", ()) if finding is not None else ()
    return min((str(one["due"]) for one in dues), default="")


# -- writing --------------------------------------------------------------------------------


class _Printer:
    """Every paper in every language and form that can be made here."""

    def __init__(self, order: Order, facts: Facts) -> None:
        self._facts = facts
        self.skipped: dict[str, str] = {}
        wanted = FORMS if order.form == "all" else ("html", order.form)
        strict = order.form != "all"
        self._press = self._made("pdf", partial(Press, order.fonts), wanted, strict)
        self._desk = self._made("docx", Desk, wanted, strict)
        made = {"html": True, "pdf": self._press, "docx": self._desk}
        self.forms = tuple(form for form in FORMS if made[form])

    def print(self, paper: Paper) -> Iterator[tuple[str, bytes]]:
        """Names and contents, in a fixed order."""
        for language in LANGUAGES:
            yield from self._printed(paper, language)

    def _printed(self, paper: Paper, language: str) -> Iterator[tuple[str, bytes]]:
        facts, stem = self._facts, f"{language}/{paper.name}"
        handler = self._handler(language)
        stamp = f"{facts.home[:16]} · {paper.name}"
        page = shapes.html(paper, language, handler, facts.made, stamp)
        yield f"{stem}.html", page.encode()
        if self._press is not None:
            data = shapes.typst_data(paper, language, handler, facts.made, stamp, self._press.font)
            yield f"{stem}.pdf", self._press.print(data, facts.made)
        if self._desk is not None:
            told = shapes.shape(paper, language)
            said = _said(facts.made, len(told["missing"]), language)
            yield f"{stem}.docx", self._desk.write(told, handler, facts.made, said)

    def _handler(self, language: str) -> str:
        named = words(pick(self._facts.handler, "name"))
        return of(named, language) if named else "Facekeep 合符"

    def _made(self, form: str, make: Callable[[], Any], wanted: Sequence[str], strict: bool) -> Any:
        """A maker, or None with the reason noted. Raises what it raises where it must be made."""
        if form not in wanted:
            return None
        try:
            return make()
        except Broken as error:
            if strict:
                raise
            self.skipped[form] = error.what
            return None


def _said(made: int, gaps: int, language: str) -> dict[str, str]:
    say = partial(WORDS.say, language=language)
    return {
        "absent": say("pack.missing"),
        "made": say("pack.made", when=shown_minute(made, language)),
        "gaps": say("pack.gaps", n=gaps),
        "foot": say("pack.foot"),
    }


def missing_page(gaps: Sequence[Missing]) -> Paper:
    """What is missing, on a page of its own."""
    title = (WORDS["pack.missing_title"].zh, WORDS["pack.missing_title"].en)
    lede = WORDS["pack.missing_lede" if gaps else "pack.nothing_missing"]
    heads = tuple(
        (WORDS[f"label.{k}"].zh, WORDS[f"label.{k}"].en) for k in ("paper", "item", "way_out")
    )
    rows = tuple((gap.paper, gap.what, gap.way_out) for gap in gaps)
    tables = (Table(heads, rows, (4, 5, 5)),) if rows else ()
    return Paper("00-missing", title, (lede.zh, lede.en), (Part(title, tables=tables),))


def _data(facts: Facts, made: Sequence[Paper]) -> dict[str, Any]:
    """The same content for machines."""
    return {
        "schema": SCHEMA,
        "home": facts.home,
        "made": facts.made,
        "handler": facts.handler,
        "purposes": [
            {"id": use.id, "version": use.version, "digest": use.digest, "purpose": use.told,
             "assessment": use.assessment, "signed": use.signed}
            for use in facts.uses
        ],
        "people": list(facts.people) if facts.people else None,
        "due": facts.due,
        "papers": {lang: [shapes.shape(paper, lang) for paper in made] for lang in LANGUAGES},
    }  # fmt: skip


def _about(home: Home, facts: Facts, printer: _Printer, gaps: Sequence[Missing]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "program": f"facekeep {__version__}",
        "home": facts.home,
        "origin": home.signer.name,
        "key": home.signer.vkey,
        "created": facts.made,
        "purposes": {use.id: use.digest for use in facts.uses},
        "forms": list(printer.forms),
        "skipped": dict(printer.skipped),
        "missing": [shapes.gap(gap, "en") for gap in gaps],
    }


# -- the question ---------------------------------------------------------------------------


def complete(home: Home, due: Callable[[int], Finding] | None, at: int) -> Finding:
    """Whether a pack of this year lies ready where a filing is due (Measures art. 15).

    Gaps inside a pack are listed in it and counted here; they do not make it incomplete.
    """
    trail = Trail(home)
    if alarm := trail.unreadable():
        return Finding({"alarm": alarm}, (Gap("the record of filing packs was altered", "Run facekeep doctor"),))  # fmt: skip
    last = trail.last(PACKED)
    needed = bool(due is not None and due(at).facts.get("due"))
    if last is None:
        return Finding({"needed": needed}, (_NONE,) if needed else (), applies=needed)
    facts = {"last": last.at, "day": day_of(last.at).isoformat(), **last.facts, "needed": needed}
    return Finding(facts, (_NONE,) if needed and at - last.at > YEAR else ())


_NONE = Gap(
    "a filing is due and no filing pack was made in the last year",
    "facekeep filing pack -o filing.zip",
)
