"""The law as data: sources, obligations, and what holds each of them.

``regimes/controls.yaml`` is checked against this schema whenever it is loaded. An obligation names
a gate that refuses at run time, questions that produce evidence, or tests; what no machine can
decide says why and what a person must do; what this program cannot do yet names the capability.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from facekeep.oversight import plain_yaml
from facekeep.terms.errors import Broken, Misused
from facekeep.terms.values import Regime

FILE = "controls.yaml"

WHOLE: tuple[Regime, ...] = ("cn",)
"""Regimes we list as a whole; the others are selected checks, not an assessment."""

Stage = Literal["collection", "storage", "use", "response", "governance", "rights"]
STAGES: tuple[Stage, ...] = ("governance", "collection", "storage", "use", "rights", "response")
"""In the order of the loop."""

Id = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$", max_length=24)]
Text = Annotated[str, Field(min_length=1, max_length=600)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=48)]
QuestionId = Annotated[str, Field(pattern=r"^[a-z]+\.[a-z_]+\.[a-z_]+$")]
GatePath = Annotated[str, Field(pattern=r"^facekeep(\.[a-z_]+)+(:[A-Za-z_]+(\.[A-Za-z_]+)*)?$")]
TestPath = Annotated[str, Field(pattern=r"^tests/[a-z_/]+\.py(::test_[a-z0-9_]+)?$")]
Duration = Annotated[str, Field(pattern=r"^P[1-9][0-9]*[YMD](_[a-z_]+)?$")]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Words(_Strict):
    """One text in both languages."""

    zh: Text
    en: Text

    def of(self, language: str) -> str:
        """The text in one language."""
        return self.zh if language == "zh" else self.en


class Source(_Strict):
    """A law, a standard or a notice. ``every`` regime uses the international standards."""

    regime: Literal["cn", "gdpr", "bipa", "every"]
    zh: Text
    en: Text
    force: Literal["binding", "recommended", "standard", "draft"]
    number: Text | None = None
    in_force: date | None = None
    issued: date | None = None
    url: Annotated[str, Field(pattern=r"^https://")] | None = None
    note: Text | None = None

    def of(self, language: str) -> str:
        """The name in one language."""
        return self.zh if language == "zh" else self.en

    def binds(self, regime: Regime) -> bool:
        """Whether the regime counts this source."""
        return self.regime in (regime, "every")


class Capability(Words):
    """Something this program cannot do yet, and what a handler does meanwhile."""

    meanwhile: Words


class Term(_Strict):
    """How long one has: exactly one measure. Days are counted in ``unit``."""

    days: Annotated[int, Field(ge=1, le=366)] | None = None
    hours: Annotated[int, Field(ge=1, le=366 * 24)] | None = None
    every: Duration | None = None
    annual: Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")] | None = (
        None
    )
    immediate: Literal[True] | None = None
    unit: Literal["cn_workday", "calendar_day"] | None = None
    starts: Annotated[str | None, Field(alias="from", max_length=60)] = None
    note: Text | None = None

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        given = (self.days, self.hours, self.every, self.annual, self.immediate)
        if sum(measure is not None for measure in given) != 1:
            raise ValueError("a term has exactly one measure")
        if (self.days is None) != (self.unit is None):
            raise ValueError("days are counted in a unit, and nothing else is")
        return self


class Threshold(_Strict):
    """From which size on a duty binds: a number of people."""

    metric: Literal[
        "stored_persons", "handled_persons", "sensitive_persons", "incident_sensitive_persons"
    ]
    op: Literal[">=", ">"]
    value: Annotated[int, Field(ge=1)]

    def reached_by(self, people: int) -> bool:
        """Whether so many people are enough."""
        return people > self.value if self.op == ">" else people >= self.value


class Obligation(_Strict):
    """One duty: where it stands, how well that is known, and what holds it."""

    id: Id
    source: str
    article: Text
    basis: Literal["found", "secondary", "memory"]
    stage: Stage
    severity: Literal["critical", "high", "medium", "low"]
    zh: Text
    en: Text
    control: Text
    evidence: Text
    deadline: Term | None = None
    sla: Term | None = None
    threshold: Threshold | None = None
    retention: Duration | None = None
    retention_max: Duration | None = None
    when: Literal["cii", "central_state_body"] | None = None
    begins: Annotated[date | None, Field(alias="from")] = None
    gates: tuple[GatePath, ...] = ()
    questions: tuple[QuestionId, ...] = ()
    tests: tuple[TestPath, ...] = ()
    capability: tuple[Name, ...] = ()
    person: Words | None = None
    note: Words | None = None

    @model_validator(mode="after")
    def _is_held_by_something(self) -> Self:
        if not (self.gates or self.questions or self.tests or self.capability or self.person):
            raise ValueError("nothing holds it: no gate, no question, no test")
        if not (self.questions or self.capability or self.person):
            raise ValueError("nothing says whether it is met")
        for named in (self.gates, self.questions, self.tests, self.capability):
            if len(set(named)) != len(named):
                raise ValueError("something is named twice")
        return self

    def of(self, language: str) -> str:
        """The duty in one language."""
        return self.zh if language == "zh" else self.en

    @property
    def is_automatable(self) -> bool:
        """Whether a machine can say that it is met."""
        return bool(self.questions or self.capability)


class Book(_Strict):
    """Every source and every obligation."""

    version: Text
    as_of: date
    sources: dict[Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]*$")], Source]
    capabilities: dict[Name, Capability]
    obligations: tuple[Obligation, ...]

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        ids = [obligation.id for obligation in self.obligations]
        if twice := sorted({one for one in ids if ids.count(one) > 1}):
            raise ValueError(f"{', '.join(twice)} stands twice")
        for obligation in self.obligations:
            if obligation.source not in self.sources:
                raise ValueError(f"{obligation.id}: no such source: {obligation.source}")
            if unknown := set(obligation.capability) - set(self.capabilities):
                raise ValueError(f"{obligation.id}: no such capability: {min(unknown)}")
        return self

    def source_of(self, obligation: Obligation) -> Source:
        """Where it stands."""
        return self.sources[obligation.source]

    def of_regime(self, regime: Regime) -> Iterator[Obligation]:
        """The obligations of one regime, stage by stage, in the order of the book."""
        for stage in STAGES:
            for obligation in self.obligations:
                if obligation.stage == stage and self.source_of(obligation).binds(regime):
                    yield obligation

    def named(self, asked: str) -> tuple[Obligation, ...]:
        """The obligation of this id, or all that begin with it: ``FRM-10`` is ``FRM-10-1`` and -2.

        Case does not matter. Raises ``Misused`` naming the nearest ids.
        """
        wanted = asked.strip().upper()
        exact = tuple(o for o in self.obligations if o.id == wanted)
        found = exact or tuple(
            o for o in self.obligations if wanted and f"{o.id}-".startswith(f"{wanted}-")
        )
        if not found:
            raise Misused(f"no obligation is called {asked[:40]}; near it: {self._near(wanted)}")
        return found

    def _near(self, wanted: str) -> str:
        ids = [obligation.id for obligation in self.obligations]
        begins = [one for one in ids if wanted and one.startswith(wanted[:4])]
        return ", ".join((get_close_matches(wanted, ids, 5, 0.4) or begins or ids)[:5])


def parse(text: bytes, name: str = FILE) -> Book:
    """A book of obligations. Raises ``Broken`` naming the place."""
    plain = plain_yaml.read(text, name)
    try:
        return Book.model_validate_json(json.dumps(plain))
    except ValidationError as error:
        raise Broken(f"{name}: {_told(error, plain)}", "Correct the file") from None


@cache
def book() -> Book:
    """The book that comes with this program."""
    file = resources.files("facekeep.oversight") / "regimes" / FILE
    return parse(file.read_bytes())


def _told(error: ValidationError, plain: plain_yaml.Plain) -> str:
    """The first fault, its place named by the obligation's id instead of its number."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(
        str(_called(step, at, first["loc"], plain)) for at, step in enumerate(first["loc"])
    )
    why = first["msg"].removeprefix("Value error, ")
    return f"{where}: {why}" if where else why


def _called(
    step: int | str, at: int, place: tuple[int | str, ...], plain: plain_yaml.Plain
) -> int | str:
    if at != 1 or place[0] != "obligations" or not isinstance(step, int):
        return step
    rows = plain.get("obligations") if isinstance(plain, dict) else None
    row = rows[step] if isinstance(rows, list) else None
    name = row.get("id") if isinstance(row, dict) else None
    return name if isinstance(name, str) else step
