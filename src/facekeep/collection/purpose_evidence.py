"""What purposes, notices and assessments answer, read from the rows and from what they rest on.

Questions of the first kind need the home alone; those of :data:`SURROUNDED` look further: at what
the controls an assessment cites answer now, and at the models as they lie there today.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from facekeep.access.officers import Role, signature_holds
from facekeep.collection.purposes import Surroundings
from facekeep.governance import assessments, notices, purpose_text
from facekeep.governance.assessments import KEPT_S, Report, control_of
from facekeep.governance.devices import DeviceState
from facekeep.governance.notices import Notice, notice_of
from facekeep.governance.purpose_text import LegalBasis, Purpose
from facekeep.governance.purposes import OVER, Stage, Step, sign_message
from facekeep.governance.workdays import day_of
from facekeep.storage.home import Home
from facekeep.terms.evidence import Finding, Gap, Question

DOCTOR = "facekeep doctor"
SHOW = "Correct handler.name in one of them: facekeep handler show"
ANEW = "Assess it anew: facekeep purpose publish FILE --assessment FILE --officer NAME --officer-key FILE"  # fmt: skip
SUSPEND = "Suspend it until it was assessed anew: facekeep purpose check"
ITSELF = "governance.assessments."
"""An assessment that cites these cites itself: they are asked nothing."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A home and what surrounds it."""

    home: Home
    around: Surroundings


def _in_force(home: Home) -> list[tuple[Step, Purpose]]:
    """What is in force: the step that published it, and its text. Raises ``Tampered``."""
    steps = (home.purposes.in_force(name) for name in home.purposes.names())
    return [(step, home.purposes.get(step.purpose)) for step in steps if step is not None]


def _published(home: Home) -> Iterator[Step]:
    """Every publication there ever was."""
    for name in home.purposes.known():
        yield from (s for s in home.purposes.steps(name) if s.stage is Stage.PUBLISHED)


# -- purposes -------------------------------------------------------------------------------


def _textual(*articles: str, tell: Callable[[Purpose], object]) -> Callable[[Home, int], Finding]:
    """A question about the texts in force: what :func:`purpose_text.gaps` finds of some duties."""

    def ask(home: Home, at: int) -> Finding:
        purposes = [purpose for _, purpose in _in_force(home)]
        found = [(p.id, m) for p in purposes for m in purpose_text.gaps(p, day_of(at))]
        gaps = tuple(
            Gap(f"purpose {name}: {missing.gap.what}", missing.gap.next)
            for name, missing in found
            if missing.article in articles
        )
        facts = {"purposes": {purpose.id: tell(purpose) for purpose in purposes}}
        return Finding(facts, gaps, applies=bool(purposes))

    return ask


necessity = _textual("FRM-04", tell=lambda p: [option.name.en for option in p.options])
"""A less intrusive option was compared (Measures art. 4)."""

alternatives = _textual("FRM-10-1", tell=lambda p: {way.id: str(way.working_since) for way in p.alternatives})  # fmt: skip
"""Another way works (Measures art. 10)."""

retention = _textual("FRM-08-2", tell=lambda p: p.retention_days)
"""The term is stated with its reason (Measures art. 8; PIPL art. 19)."""

accessible = _textual("FRM-05-3", tell=lambda p: sorted(p.accessible))
"""Older and disabled people can be captured (Measures art. 5)."""


def legal_basis(home: Home, at: int) -> Finding:
    """Every purpose has a legal basis, whose document has not run out (PIPL art. 13)."""
    found = _textual("PIPL-13", tell=lambda p: p.legal_basis.value)(home, at)
    due = [
        {"what": f"the legal basis of {purpose.id} runs out", "due": purpose.basis.until.isoformat(),
         "provisional": False, "obligation": "PIPL-13", "ref": purpose.id}
        for _, purpose in _in_force(home)
        if purpose.legal_basis is not LegalBasis.CONSENT and purpose.basis is not None
    ]  # fmt: skip
    return Finding({**found.facts, "due": due}, found.gaps, found.applies)


def classified(home: Home, _: int) -> Finding:
    """Face data bears its label wherever it is processed (PIPL art. 28)."""
    labels: dict[str, str] = {p.id: p.classification for _, p in _in_force(home)}
    gaps = tuple(
        Gap(f"purpose {name} does not call face data sensitive", "Draft it again as sensitive")
        for name, label in labels.items()
        if label != "sensitive"
    )
    return Finding({"purposes": labels}, gaps, applies=bool(labels))


def public_rules(home: Home, _: int) -> Finding:
    """The rules of every version ever in force can still be read (PIPL art. 17)."""
    steps = list(_published(home))
    kept = {name: {k.version for k in home.notices.of_purpose(name)} for name in _named(steps)}
    gaps = tuple(
        Gap(f"no notice is kept of version {step.version} of purpose {step.purpose}", DOCTOR)
        for step in steps
        if step.version not in kept[step.purpose]
    )
    facts = {"versions": {name: sorted(versions) for name, versions in kept.items()}}
    return Finding(facts, tuple(dict.fromkeys(gaps)), applies=bool(steps))


def _named(steps: list[Step]) -> list[str]:
    return list(dict.fromkeys(step.purpose for step in steps))


# -- notices --------------------------------------------------------------------------------


def _kept(home: Home, step: Step) -> Notice | None:
    """The notice people read under a version. Raises ``Tampered``."""
    kept = [k.notice for k in home.notices.of_purpose(step.purpose) if k.version == step.version]
    return kept[-1] if kept else None


def _noticed(look: Callable[[Notice, Purpose], Iterator[Gap]]) -> Callable[[Home, int], Finding]:
    """A question about the notice of every version in force."""

    def ask(home: Home, _: int) -> Finding:
        gaps: list[Gap] = []
        facts: dict[str, str] = {}
        for step, purpose in _in_force(home):
            notice = _kept(home, step)
            facts[step.purpose] = notice.digest.hex() if notice else ""
            gaps += look(notice, purpose) if notice else [_gone(step)]
        return Finding({"notices": facts}, tuple(gaps), applies=bool(facts))

    return ask


def _gone(step: Step) -> Gap:
    return Gap(f"the notice of purpose {step.purpose} is gone", DOCTOR)


def complete(home: Home, at: int) -> Finding:
    """Everything is told, and whoever is named is who handles the data (Measures art. 5)."""
    found, handler = _noticed(_complete)(home, at), home.handler.get()
    others = tuple(
        Gap(f"purpose {purpose.id} names another handler than the handler's profile", SHOW)
        for _, purpose in _in_force(home)
        if handler is not None and handler.name != purpose.handler.name
    )
    return Finding(found.facts, (*found.gaps, *others), found.applies)


def _complete(notice: Notice, purpose: Purpose) -> Iterator[Gap]:
    """Everything is there, and it is what the purpose says."""
    for key in notices.absent(notice):
        yield Gap(f"the notice of {notice.purpose} does not say {key} in both languages", ANEW)
    if notice.digest != notice_of(purpose).digest:
        yield Gap(f"the notice of {purpose.id} says something else than the purpose", ANEW)


def _three_questions(notice: Notice, _: Purpose) -> Iterator[Gap]:
    """PIPL art. 30: why, how it is kept, what it risks, before everything else."""
    if not notices.questions_come_first(notice):
        yield Gap(f"the notice of {notice.purpose} does not begin with the three questions", ANEW)


def _lint(notice: Notice, _: Purpose) -> Iterator[Gap]:
    """ISO/IEC 29184."""
    yield from notices.lint(notice)


# -- assessments ----------------------------------------------------------------------------


def approved(home: Home, _: int) -> Finding:
    """What is in force was assessed before, and signed by an officer (Measures art. 9(1))."""
    gaps: list[Gap] = []
    facts: dict[str, object] = {}
    for step, _text in _in_force(home):
        report = home.assessments.get(step.assessment)
        facts[step.purpose] = _approval(step, report)
        gaps += [*_of_the_report(step, report), *_of_the_signature(home, step)]
    return Finding({"purposes": facts}, tuple(gaps), applies=bool(facts))


def _approval(step: Step, report: Report | None) -> dict[str, object]:
    return {
        "version": step.version,
        "assessment": step.assessment.hex(),
        "dated": report.assessment.date.isoformat() if report else None,
        "published": step.at,
    }


def _of_the_report(step: Step, report: Report | None) -> Iterator[Gap]:
    name = step.purpose
    if report is None:
        yield _unassessed(step)
        return
    if report.assessment.date > day_of(step.at) or report.at > step.at:
        yield Gap(f"the assessment of {name} is younger than its publication", SUSPEND)
    if (report.hash, report.version) != (step.hash, step.version):
        yield Gap(f"the assessment of {name} is about another text", SUSPEND)


def _unassessed(step: Step) -> Gap:
    return Gap(f"purpose {step.purpose} is in force and its assessment is not there", ANEW)


def _of_the_signature(home: Home, step: Step) -> Iterator[Gap]:
    message = sign_message(step.purpose, step.hash, step.assessment)
    if not signature_holds(step.officer_key, message, step.signature):
        yield Gap(f"nobody's signature stands under the assessment of {step.purpose}", ANEW)
    elif not _was_officer(home, step):
        yield Gap(f"who signed the assessment of {step.purpose} was no officer then", ANEW)


def _was_officer(home: Home, step: Step) -> bool:
    """Whether the key belonged to an officer in office when they signed."""
    steps = home.purposes.steps(step.purpose)
    signed = [s.at for s in steps if s.version == step.version and s.stage is Stage.SIGNED]
    return any(
        one.public == step.officer_key
        and one.role is Role.OFFICER
        and bool(signed)
        and one.added_at <= signed[-1]
        and (one.in_office or one.retired_at >= signed[-1])
        for one in home.officers.all()
    )


def contents(scene: Scene, at: int) -> Finding:
    """The four contents are there, and the controls they cite exist (Measures art. 9(2))."""
    gaps: list[Gap] = []
    facts: dict[str, object] = {}
    for step, purpose in _in_force(scene.home):
        report = scene.home.assessments.get(step.assessment)
        if report is None:
            gaps.append(_unassessed(step))
            continue
        holding = _holding(scene, report, at)
        gaps += [*_lacking(report, purpose, at), *_uncontrolled(report, holding)]
        facts[step.purpose] = {
            "controls": holding,
            "then": {c.id: c.holds for c in report.controls},
        }
    return Finding({"purposes": facts}, tuple(gaps), applies=bool(facts or gaps))


def _holding(scene: Scene, report: Report, at: int) -> dict[str, bool | None]:
    """Whether each cited control holds now; None where it would answer for itself."""
    asks = scene.around.asks()
    return {
        one: None if one.startswith(ITSELF) else control_of(one, asks[one](at)).holds
        for one in assessments.cited(report.assessment)
        if one in asks
    }


def _lacking(report: Report, purpose: Purpose, at: int) -> Iterator[Gap]:
    for missing in assessments.gaps(report.assessment, purpose, day_of(at)):
        yield Gap(f"the assessment of {purpose.id} — {missing.gap.what}", missing.gap.next)


def _uncontrolled(report: Report, holding: dict[str, bool | None]) -> Iterator[Gap]:
    """Controls that nothing answers for, now or when it was recorded."""
    recorded = {control.id for control in report.controls}
    for one in assessments.cited(report.assessment):
        if one not in holding or one not in recorded:
            name = report.assessment.purpose
            yield Gap(f"the assessment of {name} cites a control that is not there: {one}", ANEW)


def kept(home: Home, at: int) -> Finding:
    """No report of anything that was ever in force went before its time (Measures art. 9(3))."""
    gaps: list[Gap] = []
    locks: dict[str, object] = {}
    for step in _published(home):
        report = home.assessments.get(step.assessment)
        if report is not None:
            locks[report.digest.hex()] = home.assessments.locked_until(report)
        elif not _is_over(home, step, at):
            gaps.append(_missing_report(step))
    facts = {"reports": len(locks), "locked_until": locks, "least_seconds": KEPT_S}
    return Finding(facts, tuple(dict.fromkeys(gaps)), applies=bool(locks or gaps))


def _is_over(home: Home, step: Step, at: int) -> bool:
    """Whether a version ended more than three years ago."""
    steps = home.purposes.steps(step.purpose)
    ends = [s.at for s in steps if s.version == step.version and s.stage in OVER]
    return bool(ends) and max(ends) + KEPT_S <= at


def _missing_report(step: Step) -> Gap:
    return Gap(
        f"the assessment of version {step.version} of purpose {step.purpose} went before its time",
        "Bring it back from a backup: facekeep adopt",
    )


def reopened(scene: Scene, _: int) -> Finding:
    """What changed, or had an incident, is used again only after a new assessment (art. 9(3))."""
    home, gaps, facts = scene.home, list[Gap](), dict[str, object]()
    for step, purpose in _in_force(home):
        gaps += [*_moved(scene, step, purpose), *_outgrown(home, step), *_unlooked(home, step)]
    for name in home.purposes.known():
        if stops := [s for s in home.purposes.steps(name) if s.stage is Stage.SUSPENDED]:
            facts[name] = {"stopped": len(stops), "because": stops[-1].because}
    in_force = bool(home.purposes.names())
    return Finding({"suspended": facts}, tuple(gaps), applies=in_force or bool(facts))


def _moved(scene: Scene, step: Step, purpose: Purpose) -> Iterator[Gap]:
    """What a publication rested on and is another today."""
    then: dict[str, str] = json.loads(step.ground or "{}")
    handler = scene.home.handler.get()
    now = {
        "handler": "" if handler is None else handler.identity,
        "model": scene.around.fingerprint(purpose.model),
    }
    for key, told in _GROUNDS.items():
        if (was := then.get(key)) and was != now[key]:
            yield Gap(f"purpose {purpose.id}: {told}", SUSPEND)


_GROUNDS = {
    "handler": "the handler is another than when this was assessed",
    "model": "the model or its calibration is another than when this was assessed",
}


def _outgrown(home: Home, step: Step) -> Iterator[Gap]:
    """More cameras than somebody assessed."""
    report = home.assessments.get(step.assessment)
    active = sum(
        row.state is DeviceState.ACTIVE and step.purpose in row.device.purposes
        for _, row in home.devices.audit()
        if row is not None
    )
    if report is not None and active > report.assessment.scope.cameras:
        yield Gap(f"purpose {step.purpose}: more devices are active than were assessed", SUSPEND)


def _unlooked(home: Home, step: Step) -> Iterator[Gap]:
    """A purpose that was stopped and runs again on what was assessed before."""
    steps = home.purposes.steps(step.purpose)
    stops = [s.at for s in steps if s.stage is Stage.SUSPENDED and s.n < step.n]
    report = home.assessments.get(step.assessment)
    if stops and (report is None or report.at < stops[-1]):
        yield Gap(f"purpose {step.purpose} was stopped and runs again without a new assessment", SUSPEND)  # fmt: skip


EVIDENCE: tuple[Question[Home], ...] = (
    Question("governance.purposes.necessity", necessity),
    Question("governance.purposes.legal_basis", legal_basis),
    Question("governance.purposes.alternatives", alternatives),
    Question("governance.purposes.retention", retention),
    Question("governance.purposes.classified", classified),
    Question("governance.purposes.public_rules", public_rules),
    Question("governance.notices.complete", complete),
    Question("governance.notices.three_questions", _noticed(_three_questions)),
    Question("governance.notices.lint", _noticed(_lint)),
    Question("governance.notices.accessible", accessible),
    Question("governance.assessments.approved", approved),
    Question("governance.assessments.kept", kept),
)

SURROUNDED: tuple[Question[Scene], ...] = (
    Question("governance.assessments.contents", contents),
    Question("governance.assessments.reopened", reopened),
)
"""These need more than the home."""
