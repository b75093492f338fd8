"""Purposes on pages: what is in force and why, the editor of their texts, and how far each has come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request, Response

from facekeep.access.authority import ANY_PURPOSE
from facekeep.access.roles import Act as RoleAct
from facekeep.access.roles import Action
from facekeep.assembly import House
from facekeep.governance import notices, purpose_text
from facekeep.governance.assessments import Report
from facekeep.governance.notices import notice_of
from facekeep.governance.purpose_text import Purpose
from facekeep.governance.purposes import Stage, Step
from facekeep.terms.errors import Misused
from facekeep.terms.messages import in_language
from facekeep.web.caller import Calling
from facekeep.web.console import purpose_form
from facekeep.web.console.acting import WHOLE, caught, name_of, prove_first
from facekeep.web.console.proofs import Strip, purpose_strip
from facekeep.web.console.purpose_form import NEW, PART_OF, PARTS
from facekeep.web.console.questions import Sheet, merged, read
from facekeep.web.console.rail import render
from facekeep.web.console.toml_text import written
from facekeep.web.console.wording import WORDS
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.site import go
from facekeep.web.problems import Unreadable
from facekeep.web.service import Call

router = APIRouter()
PurposeName = Annotated[str, Path(alias="purpose", pattern=r"^[a-z][a-z0-9-]{0,39}$")]
PartName = Annotated[Literal["why", "options", "ways", "how", "minors", "law"], Path(alias="part")]
HOME = "/console/purposes"
DEFAULTS: Mapping[str, Any] = {"storage": "terminal", "retention_days": 365}


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list."""

    name: str
    title: str
    stage: str
    version: int
    newer: int
    gaps: int
    people: int


@dataclass(frozen=True, slots=True)
class Gap:
    """What still stands between a text and its publication, and the part that closes it."""

    article: str
    what: str
    part: str


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that may be done next."""

    path: str
    words: str
    grave: bool = False


@dataclass(frozen=True, slots=True)
class Dossier:
    """A purpose as it stands: the text in force, or the newest where none is."""

    purpose: Purpose
    stage: str
    version: int
    newest: int
    newest_stage: str
    steps: tuple[Step, ...]
    report: Report | None
    gaps: tuple[Gap, ...]
    strip: Strip | None


# -- looking ----------------------------------------------------------------------------------


@router.get(HOME)
def purposes(request: Request, call: Calling) -> Response:
    """Every purpose, and where it stands."""
    with call.doing(Action.READ_PURPOSES) as house:
        rows = [_listed(house, name, call.language) for name in house.home.purposes.known()]
    return render(request, call, "console/purposes.html.j2", rows=rows, may=_may_write(call))


@router.get(HOME + "/_new")
def new(request: Request, call: Calling) -> Response:
    """An empty editor."""
    return prove_first(request, call, Action.PUBLISH) or _new(request, call, DEFAULTS)


@router.get(HOME + "/{purpose}")
def dossier(request: Request, call: Calling, purpose: PurposeName) -> Response:
    """Facts, timeline, notice, assessment and proof of one purpose."""
    with call.doing(Action.READ_PURPOSES, purpose):
        found = dossier_of(call, purpose)
    may, notice = _may_write(call), notice_of(found.purpose)
    phrase = partial(in_language, language=call.language)
    return render(
        request, call, "console/purpose.html.j2", it=found, phrase=phrase, notice=notice, may=may,
        acts=list(_acts(found)) if may else [], lines=[item.of(call.language) for item in notice.items],
        questions=notices.QUESTIONS, lint=_linted(notice, call.language),
    )  # fmt: skip


def dossier_of(call: Call, name: str) -> Dossier:
    """Everything kept about a purpose. Answers 404 for one that was never drafted."""
    house, book = call.house, call.house.home.purposes
    newest = book.latest(name)
    if not newest:
        raise Unreadable(404)
    version, stage = book.version(name) or newest, book.stage(name)
    return Dossier(
        purpose=book.text(name, version),
        stage=stage.value if stage else "",
        version=version,
        newest=newest,
        newest_stage=book.last(name, newest).stage.value,
        steps=tuple(reversed(book.steps(name))),
        report=_report(house, name),
        gaps=gaps_of(house, book.text(name, newest), call.language),
        strip=purpose_strip(call, name),
    )


def gaps_of(house: House, purpose: Purpose, language: str) -> tuple[Gap, ...]:
    """Every gap of a text and its notice, in the order of the law."""
    missing = purpose_text.gaps(purpose, house.books.today)
    lint = notices.lint(notice_of(purpose))
    told = [Gap(one.article, in_language(one.gap.what, language), PART_OF[one.field]) for one in missing]  # fmt: skip
    return (*told, *(Gap("FRM-05-1", in_language(gap.what, language), "why") for gap in lint))


def _report(house: House, name: str) -> Report | None:
    kept = house.home.assessments.of_purpose(name)
    return kept[-1] if kept else None


def _listed(house: House, name: str, language: str) -> Listed:
    book = house.home.purposes
    newest, stage = book.latest(name), book.stage(name)
    version = book.version(name) or newest
    return Listed(
        name, book.text(name, version).title.of(language), stage.value if stage else "", version,
        newest, len(purpose_text.gaps(book.text(name, newest), house.books.today)),
        house.enrolled(name),
    )  # fmt: skip


def _linted(notice: notices.Notice, language: str) -> list[str]:
    return [in_language(gap.what, language) for gap in notices.lint(notice)]


def _may_write(call: Call) -> bool:
    return call.house.gate.could(call.caller, Action.PUBLISH)


def _acts(found: Dossier) -> Iterator[Act]:
    """What may be done next, in the order of the law."""
    path, stage = f"{HOME}/{found.purpose.id}", Stage(found.newest_stage)
    if found.stage == Stage.ENDED:
        return
    yield Act(f"{path}/edit/why", "purposes.act.edit")
    if stage in (Stage.DRAFT, Stage.ASSESSED, Stage.SIGNED, Stage.SUSPENDED):
        yield Act(f"{path}/assess", "purposes.act.assess")
    if stage is Stage.ASSESSED:
        yield Act(f"{path}/sign", "purposes.act.sign")
    if stage is Stage.SIGNED:
        yield Act(f"{path}/release", "purposes.act.release")
    if any(step.stage in (Stage.PUBLISHED, Stage.ASSESSED, Stage.SIGNED) for step in found.steps):
        yield Act(f"{path}/suspend", "purposes.act.suspend", grave=True)
    yield Act(f"{path}/end", "purposes.act.end", grave=True)


# -- writing ----------------------------------------------------------------------------------


@router.post(HOME + "/_new")
def draft(request: Request, call: Calling, form: Filled) -> Response:
    """A first draft, out of the fields it cannot be without."""
    return once(request, form, lambda: _draft(request, call, form))


def _draft(request: Request, call: Call, form: Form) -> Response:
    document, faults = read(NEW, form), Faults()
    purpose = purpose_form.made(document, faults, call.language)
    if purpose is not None:
        known = call.house.home.purposes.latest(purpose.id)
        faults.unless(not known, "id", WORDS.say("purposes.taken", call.language))
    if purpose is None or faults:
        return _new(request, call, document, faults)
    return _kept(call, written(purpose.model_dump()).encode(), None, faults) or _new(
        request, call, document, faults
    )


@router.post(HOME + "/_new/file")
def draft_file(request: Request, call: Calling, form: Filled) -> Response:
    """A draft, out of a file as the command line takes it: uploaded, or typed."""
    return once(request, form, lambda: _draft_file(request, call, form))


def _draft_file(request: Request, call: Call, form: Form) -> Response:
    faults = Faults()
    text = next(iter(form.pictures("file")), form.text("toml").encode())
    faults.unless(text, "toml", WORDS.say("purposes.no_file", call.language))
    over = int(form.text("over")) if form.text("over").isdecimal() else None
    done = None if faults else _kept(call, text, over, faults, "toml")
    return done or _new(request, call, DEFAULTS, faults, form.text("toml"))


@router.get(HOME + "/{purpose}/edit/{part}")
def edit(request: Request, call: Calling, purpose: PurposeName, part: PartName) -> Response:
    """One part of the newest text, with the notice as it will read beside it."""
    first = prove_first(request, call, Action.PUBLISH)
    return first or _edit(request, call, purpose, part)


@router.post(HOME + "/{purpose}/edit/{part}")
def save(
    request: Request, call: Calling, purpose: PurposeName, part: PartName, form: Filled
) -> Response:
    """That part filled in anew, as the next version; nothing where another came meanwhile."""
    return once(request, form, lambda: _save(request, call, purpose, part, form))


def _save(request: Request, call: Call, name: str, part: str, form: Form) -> Response:
    faults, over = Faults(), form.text("over")
    with call.doing(Action.PUBLISH, name) as house:
        before = _newest_text(house, name).model_dump()
    document = merged(before, PARTS[part], form)
    purpose = purpose_form.made(document, faults, call.language)
    if purpose is None:
        return _edit(request, call, name, part, document, faults)
    latest = call.house.home.purposes.latest(name)
    told = WORDS.say("purposes.overtaken", call.language, version=latest)
    faults.unless(over == str(latest), WHOLE, told)
    text = written(purpose.model_dump()).encode()
    done = None if faults else _kept(call, text, latest, faults)
    return done or _edit(request, call, name, part, document, faults)


def _kept(
    call: Call, text: bytes, over: int | None, faults: Faults, field: str = WHOLE
) -> Response | None:
    """On to the purpose whose draft was kept; None where something is wrong with it."""
    with caught(faults, call, field):
        call.house.gate.require(call.caller, RoleAct(Action.PUBLISH, ANY_PURPOSE))
        named = purpose_text.parse(text).id
        with call.doing(Action.PUBLISH, named) as house:
            name, _ = house.purposes.draft(text, name_of(call), over)
        return go(f"{HOME}/{name}")
    return None


def _new(
    request: Request, call: Call, document: Mapping[str, Any], faults: Faults | None = None,
    toml: str = "",
) -> Response:  # fmt: skip
    with call.doing(Action.PUBLISH, "new"):
        blocks = Sheet(purpose_form.WORDS, call.language, document).blocks(NEW)
    return render(
        request, call, "console/purpose_new.html.j2", status=422 if faults else 200, blocks=blocks,
        faults=faults, toml=toml,
    )  # fmt: skip


def _edit(
    request: Request, call: Call, name: str, part: str,
    document: Mapping[str, Any] | None = None, faults: Faults | None = None,
) -> Response:  # fmt: skip
    with call.doing(Action.PUBLISH, name) as house:
        purpose, over = _newest_text(house, name), house.home.purposes.latest(name)
        gaps = gaps_of(house, purpose, call.language)
    shown = purpose.model_dump() if document is None else document
    notice = notice_of(purpose)
    return render(
        request, call, "console/purpose_edit.html.j2", status=422 if faults else 200, name=name,
        part=part, every=list(PARTS), over=over, faults=faults, gaps=gaps,
        title=purpose.title.of(call.language),
        blocks=Sheet(purpose_form.WORDS, call.language, shown).blocks(PARTS[part]),
        lines=[item.of(call.language) for item in notice.items], toml=written(purpose.model_dump()),
    )  # fmt: skip


def _newest_text(house: House, name: str) -> Purpose:
    book = house.home.purposes
    try:
        return book.text(name, book.latest(name))
    except Misused:
        raise Unreadable(404) from None
