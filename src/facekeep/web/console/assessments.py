"""The impact assessment on pages: written by the four contents of article 9, its controls asked now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from facekeep.access.roles import Action
from facekeep.assembly import House
from facekeep.governance.assessments import Assessment, Control
from facekeep.governance.purpose_text import Purpose
from facekeep.terms.errors import NotPublishable
from facekeep.terms.messages import in_language
from facekeep.web.caller import Calling
from facekeep.web.console import assessment_form
from facekeep.web.console.acting import WHOLE, caught, name_of, prove_first
from facekeep.web.console.purposes import HOME, PurposeName, dossier_of
from facekeep.web.console.questions import Sheet, blame, read
from facekeep.web.console.rail import render
from facekeep.web.console.toml_text import written
from facekeep.web.console.wording import WORDS
from facekeep.web.pages.forms import Faults, Filled, Form, once
from facekeep.web.pages.site import go
from facekeep.web.service import Call

router = APIRouter()


@router.get(HOME + "/{purpose}/assess")
def assess_page(request: Request, call: Calling, purpose: PurposeName) -> Response:
    """The last assessment to begin from, or an empty one with every harm the article names."""
    first = prove_first(request, call, Action.PUBLISH)
    return first or _page(request, call, purpose)


@router.post(HOME + "/{purpose}/assess")
def assess(request: Request, call: Calling, purpose: PurposeName, form: Filled) -> Response:
    """Recorded, with what its controls answer at this moment."""
    return once(request, form, lambda: _assess(request, call, purpose, form))


@router.post(HOME + "/{purpose}/assess/file")
def assess_file(request: Request, call: Calling, purpose: PurposeName, form: Filled) -> Response:
    """The same out of a file as the command line takes it."""
    return once(request, form, lambda: _assess_file(request, call, purpose, form))


def _assess(request: Request, call: Call, name: str, form: Form) -> Response:
    faults = Faults()
    document = {"purpose": name, **_read(call, form)}
    try:
        text = written(Assessment.model_validate(document).model_dump()).encode()
    except ValidationError as error:
        blame(error, faults, call.language, assessment_form.WORDS)
        return _page(request, call, name, document, faults)
    return _recorded(call, name, text, faults) or _page(request, call, name, document, faults)


def _assess_file(request: Request, call: Call, name: str, form: Form) -> Response:
    faults = Faults()
    text = next(iter(form.pictures("file")), form.text("toml").encode())
    faults.unless(text, "toml", WORDS.say("purposes.no_file", call.language))
    done = None if faults else _recorded(call, name, text, faults, "toml")
    return done or _page(request, call, name, None, faults, form.text("toml"))


def _recorded(
    call: Call, name: str, text: bytes, faults: Faults, field: str = WHOLE
) -> Response | None:
    with caught(faults, call, field):
        try:
            with call.doing(Action.PUBLISH, name) as house:
                house.purposes.assess(name, text, name_of(call))
        except NotPublishable as error:
            for n, what in enumerate(error.whats):
                faults.add(f"gap-{n}", in_language(what, call.language))
            return None
        return go(f"{HOME}/{name}")
    return None


def _read(call: Call, form: Form) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for part in assessment_form.parts(sorted(call.house.questions())).values():
        document |= read(part, form)
    works = {"works": form.ticked("impact.works")}
    return {
        "risks": [],
        "safeguards": [],
        **document,
        "impact": {**document.get("impact", {}), **works},
    }


def _page(
    request: Request, call: Call, name: str, document: Mapping[str, Any] | None = None,
    faults: Faults | None = None, toml: str = "",
) -> Response:  # fmt: skip
    with call.doing(Action.PUBLISH, name) as house:
        found = dossier_of(call, name)
        newest = house.home.purposes.text(name, found.newest)
        controls = house.purposes.controls()
        begun = document if document is not None else _begun(house, call, newest)
    sheet = Sheet(assessment_form.WORDS, call.language, begun)
    parts = assessment_form.parts(sorted(controls))
    return render(
        request, call, "console/purpose_assess.html.j2", status=422 if faults else 200, it=found,
        content={key: sheet.blocks(part) for key, part in parts.items()}, faults=faults, toml=toml,
        failing=_failing(controls),
        gaps=[one for one in faults or () if one[0].startswith("gap-")],
    )  # fmt: skip


def _failing(controls: Mapping[str, Control]) -> list[str]:
    """Controls that do not hold now: whoever cites one is told before they sign."""
    return [one.id for one in controls.values() if not one.holds]


def _begun(house: House, call: Call, purpose: Purpose) -> dict[str, Any]:
    """What to begin from: the last assessment, its date and ways brought up to now."""
    kept = house.home.assessments.of_purpose(purpose.id)
    today = {"date": house.books.today, "author": name_of(call)}
    if kept:
        return {**kept[-1].assessment.model_dump(), **today}
    risks = [{"kind": kind} for kind in assessment_form.KINDS]
    ways = [{"id": way.id} for way in purpose.alternatives]
    return {**today, "risks": risks, "alternatives": ways}
