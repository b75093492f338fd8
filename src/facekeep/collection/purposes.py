"""Bringing a purpose into force, and out of it: draft → assess → sign → publish → suspend, end.

Publishing with a gap is refused, and every gap is named at once (Measures art. 4, 5, 9, 10). What a
publication rests on beside its text, who handles the data and which eyes see, is written down with it;
where that changes, use is suspended until somebody assessed it anew (Measures art. 9).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from facekeep.access.officers import Role, Signed
from facekeep.governance import assessments, notices, purpose_text
from facekeep.governance.assessments import Assessment, Control, Report, control_of
from facekeep.governance.devices import DeviceState
from facekeep.governance.notices import Change, Item, notice_of
from facekeep.governance.purpose_text import Missing, Purpose
from facekeep.governance.purposes import Stage, Step, sign_message
from facekeep.governance.workdays import day_of
from facekeep.storage.home import Home
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Misused, NotPublishable, PurposeNotAllowed, Refused
from facekeep.terms.evidence import Finding, Gap

Asks = Callable[[], Mapping[str, Callable[[int], Finding]]]
"""Every evidence question by its id, asked for when an assessment cites some."""

Fingerprint = Callable[[str], str]
"""The digest of a model's file, hexadecimal; empty where it is not installed."""

WATCH = "change watcher"
"""Who suspends a purpose whose ground changed."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a purpose is looked at together with, from rooms that collection does not know."""

    asks: Asks
    fingerprint: Fingerprint


class PurposeDesk:
    """Where officers bring purposes into force."""

    def __init__(self, home: Home, around: Surroundings) -> None:
        self._home, self._around = home, around

    # -- towards publication ------------------------------------------------------------------

    def draft(self, text: bytes, who: str, over: int | None = None) -> tuple[str, int]:
        """Keep a purpose file as a new version; returns name and version.

        Raises ``Misused`` for a file that contradicts itself, ``Refused`` where another text was
        written meanwhile.
        """
        purpose = purpose_text.parse(text)
        with self._home.records.transaction() as tx:
            return purpose.id, self._home.purposes.draft(tx, purpose, who, self._now, over)

    def assess(self, name: str, text: bytes, who: str) -> Report:
        """Record an assessment of the newest version, with what its controls answer now.

        Raises ``NotPublishable`` naming every gap of purpose, notice and assessment.
        """
        home, assessment = self._home, assessments.parse(text)
        version = self._newest(name)
        purpose = home.purposes.text(name, version)
        controls = tuple(self._examined(purpose, assessment).values())
        report = Report(assessment, version, purpose.hash, controls, self._now)
        with home.records.transaction() as tx:
            digest = home.assessments.record(tx, report)
            home.purposes.assess(tx, name, version, digest, who, self._now)
        return report

    def message(self, name: str) -> bytes:
        """What an officer signs: the newest version's text under its newest assessment."""
        return _message(self._last(name))

    def sign(self, name: str, signed: Signed) -> None:
        """An officer's signature over :meth:`message`. Raises ``Refused``."""
        home, last = self._home, self._last(name)
        with home.records.transaction() as tx:
            officer = home.officers.verify(signed.officer, _message(last), signed.signature)
            if officer.role is not Role.OFFICER:
                raise Refused(
                    "this member of staff does not sign assessments",
                    "Have somebody of the role officer sign it", "PIPL-51-4",
                )  # fmt: skip
            home.purposes.sign(tx, last, officer.name, officer.public, signed.signature, self._now)

    def release(self, name: str, who: str) -> int:
        """Put the signed version in force; returns it. Everybody concerned is told what changed.

        Everything is looked at again: a way, a ground or a control may have failed since.
        """
        home, version = self._home, self._newest(name)
        purpose, last = home.purposes.text(name, version), self._last(name)
        if last.stage is Stage.SIGNED:
            self._examined(purpose, self._signed_assessment(last))
        with home.records.transaction() as tx:
            self._publish(tx, purpose, version, who)
        home.erase_ungranted()
        return version

    def publish(
        self, text: bytes, assessment: bytes, who: str, sign: Callable[[bytes], Signed]
    ) -> tuple[str, int]:
        """Draft, assess, sign and release in one go; returns name and version in force.

        What is in force already with this very text and assessment stays as it is. A file with a gap
        leaves nothing behind, so that the corrected one can be published. Raises ``Refused`` where the
        text is in force under another assessment: nobody's findings are passed over in silence.
        """
        purpose, book = purpose_text.parse(text), self._home.purposes
        found = assessments.parse(assessment)
        if book.stage(purpose.id) is Stage.PUBLISHED and book.get(purpose.id) == purpose:
            self._refuse_other(purpose, found)
        else:
            self._examined(purpose, found)
        name, version = self.draft(text, who)
        if book.version(name) != version:
            self.assess(name, assessment, who)
            self.sign(name, sign(self.message(name)))
            self.release(name, who)
        return name, version

    # -- out of force -------------------------------------------------------------------------

    def suspend(self, name: str, who: str, because: str) -> None:
        """Stop use until somebody assesses, signs and publishes anew (Measures art. 9).

        A material change of what surrounds the purpose, or a major incident, is such a reason.
        """
        with self._home.records.transaction() as tx:
            if not self._home.purposes.void(tx, name, who, _reason(because), self._now):
                raise PurposeNotAllowed(
                    "nothing of this purpose is in force or under way",
                    "See where it stands: facekeep purpose list",
                )

    def end(self, name: str, who: str, because: str) -> None:
        """Over for good. Face data is erased by the de-registration wizard."""
        with self._home.records.transaction() as tx:
            self._home.purposes.end(tx, name, who, _reason(because), self._now)

    def check(self) -> list[tuple[str, str]]:
        """Suspend every purpose whose ground changed; returns which, and why."""
        book, stale = self._home.purposes, []
        for name in book.names():
            step = book.in_force(name)
            if step is not None and (why := self._moved(step)):
                self.suspend(name, WATCH, why)
                stale.append((name, why))
        return stale

    def controls(self) -> dict[str, Control]:
        """Every control an assessment may cite, and whether it holds now."""
        return self._controls(sorted(self._around.asks()))

    # -- within -------------------------------------------------------------------------------

    def _examined(self, purpose: Purpose, assessment: Assessment) -> dict[str, Control]:
        """What the cited controls answer now. Raises ``NotPublishable`` naming every gap."""
        controls = self._controls(assessments.cited(assessment))
        missing = [
            *purpose_text.gaps(purpose, self._today),
            *self._of_the_handler(purpose),
            *_of_the_notice(purpose),
            *assessments.gaps(assessment, purpose, self._today),
            *assessments.failing(assessment, controls),
        ]
        if missing:
            whats, remedies = zip(*((one.gap.what, one.gap.next) for one in missing), strict=True)
            raise NotPublishable(whats, remedies, missing[0].article)
        return controls

    def _refuse_other(self, purpose: Purpose, found: Assessment) -> None:
        """Another assessment of a text in force takes its place only once the text is suspended."""
        step = self._home.purposes.in_force(purpose.id)
        report = None if step is None else self._home.assessments.get(step.assessment)
        if report is not None and report.assessment != found:
            raise Refused(
                "this text is in force under another assessment",
                f"To assess it anew, suspend it first: facekeep purpose suspend {purpose.id}",
                "FRM-09-4",
            )

    def _of_the_handler(self, purpose: Purpose) -> list[Missing]:
        """The notice names who handles the data: the same as the handler's own profile."""
        handler = self._home.handler.get()
        if handler is None or handler.name == purpose.handler.name:
            return []
        gap = Gap(
            "the purpose names another handler than the handler's profile",
            "Correct handler.name in one of them: facekeep handler show",
        )
        return [Missing("FRM-05-1", "handler.name", gap)]

    def _signed_assessment(self, last: Step) -> Assessment:
        report = self._home.assessments.get(last.assessment)
        if report is None:
            raise NotPublishable(
                ["the assessment that was signed is gone"], ["Assess the purpose anew"], "FRM-09-1"
            )
        return report.assessment

    def _publish(self, tx: sqlite3.Connection, purpose: Purpose, version: int, who: str) -> None:
        home, name = self._home, purpose.id
        before = home.notices.of_purpose(name)
        home.purposes.publish(tx, name, version, who, self._now, self._ground(purpose))
        home.notices.keep(tx, notice_of(purpose), version, self._now)
        if before and (changed := notices.diff(before[-1].notice, notice_of(purpose))):
            home.deliveries.queue_notice_change(
                tx, purpose, before[-1].version, version, _told(changed)
            )

    def _ground(self, purpose: Purpose) -> str:
        """What the publication rests on beside its text."""
        handler = self._home.handler.get()
        rests_on = {
            "handler": "" if handler is None else handler.identity,
            "model": self._around.fingerprint(purpose.model),
        }
        return canonical(rests_on).decode()

    def _moved(self, step: Step) -> str:
        """What a publication rested on and is another now; empty where all is as it was."""
        then: dict[str, str] = json.loads(step.ground or "{}")
        purpose = self._home.purposes.text(step.purpose, step.version)
        now: dict[str, str] = json.loads(self._ground(purpose))
        moved = [_GROUNDS[key] for key, value in then.items() if value and value != now[key]]
        run_out = [missing.gap.what for missing in purpose_text.gaps(purpose, self._today)]
        return "; ".join([*moved, *run_out, *self._outgrown(step)])

    def _outgrown(self, step: Step) -> list[str]:
        """More cameras than were assessed."""
        home, report = self._home, self._home.assessments.get(step.assessment)
        rows = [row for name in home.devices.names() if (row := home.devices.find(name))]
        serving = [row for row in rows if step.purpose in row.device.purposes]
        active = sum(row.state is DeviceState.ACTIVE for row in serving)
        few = report is not None and active > report.assessment.scope.cameras
        return ["more devices are active than were assessed"] if few else []

    def _controls(self, ids: Iterable[str]) -> dict[str, Control]:
        asks, now = self._around.asks(), self._now
        return {one: control_of(one, asks[one](now)) for one in ids if one in asks}

    def _last(self, name: str) -> Step:
        return self._home.purposes.last(name, self._newest(name))

    def _newest(self, name: str) -> int:
        version = self._home.purposes.latest(name)
        if not version:
            raise PurposeNotAllowed(
                "no purpose of this name was ever drafted",
                "Draft it: facekeep purpose draft FILE --officer NAME",
            )
        return version

    @property
    def _now(self) -> int:
        return int(self._home.journal.now())

    @property
    def _today(self) -> date:
        return day_of(self._now)


_GROUNDS = {
    "handler": "the handler is another than when this was assessed",
    "model": "the model is another than when this was assessed",
}


def _message(last: Step) -> bytes:
    if last.stage is not Stage.ASSESSED:
        raise Refused(
            f"this version is {last.stage.value}: there is nothing to sign",
            f"Assess it first: facekeep purpose assess {last.purpose} --assessment FILE",
            "FRM-09-1",
        )
    return sign_message(last.purpose, last.hash, last.assessment)


def _of_the_notice(purpose: Purpose) -> list[Missing]:
    return [Missing("FRM-05-1", "notice", gap) for gap in notices.lint(notice_of(purpose))]


def _told(changes: Iterable[Change]) -> list[Item]:
    """The changed items as people are told them: the new words, or the old ones where they went."""
    return [item for change in changes if (item := change.after or change.before) is not None]


def _reason(because: str) -> str:
    try:
        return purpose_text.one_line(because)[:_MAX_REASON]
    except ValueError:
        raise Misused("say why in one line") from None


_MAX_REASON = 500
