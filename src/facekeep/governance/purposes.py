"""Purposes: why a face is used, and how a purpose comes into force and goes out of it.

A text is drafted, assessed (Measures art. 9), signed by an officer and published; from then on it
is in force until it is suspended, replaced by a newer version, or ended. Every step is a sealed row
that is never changed, and an entry in the ledger. Only a purpose in force makes permits. The hash
of its text binds every consent, so a changed purpose asks anew (PIPL art. 14).
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from facekeep.db.diary import Diary
from facekeep.db.remembered import Remembered
from facekeep.db.store import Store
from facekeep.governance.purpose_text import (
    FORBIDDEN_PLACES,
    MAX_PURPOSE_BYTES,
    MAX_RETENTION_DAYS,
    Alternative,
    Basis,
    Comfort,
    Handler,
    LegalBasis,
    Minors,
    Name,
    Option,
    Place,
    PlaceKind,
    Prose,
    Purpose,
    Recipient,
    Route,
    Text,
    lawful,
    parse,
    step,
)
from facekeep.governance.rolls import Roll
from facekeep.protect.derive import Seal
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import CalibrationTooWeak, Misused, PurposeNotAllowed, Refused, Tampered
from facekeep.terms.values import MAX_FMR_STEPS, MAX_FPIR_STEPS, Holding

__all__ = [
    "FORBIDDEN_PLACES", "MAX_PURPOSE_BYTES", "MAX_RETENTION_DAYS", "Alternative", "Basis",
    "Comfort", "Handler", "LegalBasis", "Minors", "Name", "Option", "Place", "PlaceKind", "Prose",
    "Purpose", "PurposeBook", "Recipient", "Route", "Stage", "Step", "Text", "agreed_fmr",
    "agreed_fpir", "lawful", "parse", "sign_message", "step",
]  # fmt: skip

TABLES = (
    """CREATE TABLE purpose (
        id TEXT NOT NULL, version INTEGER NOT NULL, hash BLOB NOT NULL, body TEXT NOT NULL,
        drafted_at INTEGER NOT NULL, PRIMARY KEY (id, version)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE purpose_step (
        purpose TEXT NOT NULL, n INTEGER NOT NULL, version INTEGER NOT NULL, stage TEXT NOT NULL,
        at INTEGER NOT NULL, who TEXT NOT NULL, because TEXT NOT NULL, hash BLOB NOT NULL,
        assessment BLOB NOT NULL, officer_key BLOB NOT NULL, signature BLOB NOT NULL,
        ground TEXT NOT NULL, seal BLOB NOT NULL, PRIMARY KEY (purpose, n)
    ) STRICT, WITHOUT ROWID""",
)

HOLDINGS = (
    Holding("records", "purpose_step", "who", "names of staff who drafted, assessed and signed",
            "as long as what they decided is kept as evidence", "governance.purposes"),
)  # fmt: skip

KIND = "governance:purpose:{}"


class Stage(StrEnum):
    """How far a version of a purpose has come."""

    DRAFT = "draft"
    ASSESSED = "assessed"
    SIGNED = "signed"
    PUBLISHED = "published"
    SUSPENDED = "suspended"
    REPLACED = "replaced"
    ENDED = "ended"


_MAY_FOLLOW = {
    Stage.ASSESSED: {Stage.DRAFT, Stage.ASSESSED, Stage.SIGNED, Stage.SUSPENDED},
    Stage.SIGNED: {Stage.ASSESSED},
    Stage.PUBLISHED: {Stage.SIGNED},
    Stage.DRAFT: {Stage.ASSESSED, Stage.SIGNED},
    Stage.SUSPENDED: {Stage.PUBLISHED, Stage.ASSESSED, Stage.SIGNED},
}
"""Which stage each follows; REPLACED and ENDED may follow any that is not over."""

OVER = frozenset({Stage.REPLACED, Stage.ENDED})
_OPEN = frozenset({Stage.DRAFT, Stage.ASSESSED, Stage.SIGNED})


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one version. ``at`` in seconds since 1970; ``ground`` is what the publication
    rested on beside its text (handler, model, devices), as canonical JSON.
    """

    purpose: str
    n: int
    version: int
    stage: Stage
    at: int
    who: str
    because: str
    hash: bytes
    assessment: bytes = b""
    officer_key: bytes = field(default=b"", repr=False)
    signature: bytes = field(default=b"", repr=False)
    ground: str = ""

    @property
    def fields(self) -> tuple[bytes, ...]:
        """What the row's seal covers: everything."""
        numbers = (number.to_bytes(8, "big") for number in (self.n, self.version, self.at))
        words = (self.purpose, self.stage.value, self.who, self.because, self.ground)
        blobs = (self.hash, self.assessment, self.officer_key, self.signature)
        return (*numbers, *(word.encode() for word in words), *blobs)


def sign_message(purpose: str, purpose_hash: bytes, assessment: bytes) -> bytes:
    """What an officer signs: this text, under this assessment."""
    told = {"purpose": purpose, "hash": purpose_hash.hex(), "assessment": assessment.hex()}
    return canonical({"act": "purpose:sign", **told})


class PurposeBook:
    """Every version of every purpose and every step it took.

    Readers raise ``Tampered`` where a text was changed, or steps and ledger disagree.
    """

    def __init__(self, records: Store, key: bytes, diary: Diary) -> None:
        self._records, self._seal = records, Seal(key, "facekeep purpose step")
        self._published: Remembered[tuple[Step, Purpose]] = Remembered(records)
        self._roll = Roll(
            records, diary, "SELECT seal FROM purpose_step ORDER BY purpose, n",
            "steps of the purposes",
        )  # fmt: skip

    # -- steps ------------------------------------------------------------------------------

    def draft(
        self, tx: sqlite3.Connection, purpose: Purpose, who: str, at: int, over: int | None = None
    ) -> int:
        """Keep a text as a new version; the newest text again changes nothing. Returns the version.

        ``over`` names the version the text was made from: where another came meanwhile it is
        ``Refused``. Without it a text is refused only where another draft is still open.
        """
        latest, text = self._latest_text(purpose.id)
        self._refuse_ended(purpose.id)
        if text is not None and text.hash == purpose.hash:
            return latest
        self._refuse_overtaken(purpose.id, latest, over)
        tx.execute(
            "INSERT INTO purpose VALUES (?, ?, ?, ?, ?)",
            (purpose.id, latest + 1, purpose.hash, purpose.model_dump_json(), at),
        )
        self._take(tx, Step(purpose.id, 0, latest + 1, Stage.DRAFT, at, who, "", purpose.hash))
        return latest + 1

    def assess(
        self, tx: sqlite3.Connection, name: str, version: int, assessment: bytes, who: str, at: int
    ) -> None:
        """A version was assessed; an earlier signature counts no more."""
        last = self._last_step(name, version)
        self._follow(tx, last, Stage.ASSESSED, at, who, assessment=assessment)

    def sign(
        self, tx: sqlite3.Connection, last: Step, who: str, key: bytes, signature: bytes, at: int
    ) -> None:
        """An officer signed the text under the assessment of ``last``, the step they looked at."""
        self._refuse_moved(last)
        self._follow(tx, last, Stage.SIGNED, at, who, officer_key=key, signature=signature)

    def publish(
        self, tx: sqlite3.Connection, name: str, version: int, who: str, at: int, ground: str = ""
    ) -> None:
        """Put a signed version in force; the earlier ones are replaced with it."""
        last = self._last_step(name, version)
        for other in self._last_steps(name):
            if other.version < version and other.stage not in OVER:
                self._follow(tx, other, Stage.REPLACED, at, who, f"version {version}")
        self._follow(tx, last, Stage.PUBLISHED, at, who, ground=ground)

    def void(self, tx: sqlite3.Connection, name: str, who: str, because: str, at: int) -> list[int]:
        """Every assessment of a purpose loses its force: what is in force is suspended, what is
        under way is a draft again. Returns the versions it touched.
        """
        touched = []
        for last in self._last_steps(name):
            if last.stage in (Stage.PUBLISHED, Stage.ASSESSED, Stage.SIGNED):
                once = self._was_published(name, last.version)
                self._follow(tx, last, Stage.SUSPENDED if once else Stage.DRAFT, at, who, because)
                touched.append(last.version)
        return touched

    def end(self, tx: sqlite3.Connection, name: str, who: str, because: str, at: int) -> None:
        """The purpose is over for good; its name is not used again."""
        lasting = [last for last in self._last_steps(name) if last.stage not in OVER]
        if not lasting:
            raise self._why_not(name)
        for last in lasting:
            self._follow(tx, last, Stage.ENDED, at, who, because)

    # -- reading ----------------------------------------------------------------------------

    def get(self, name: str) -> Purpose:
        """The purpose in force. Raises ``PurposeNotAllowed`` where none of this name is."""
        return self._published.get(name, self._read_published)[1]

    def require_in_force(self, purpose: Purpose) -> None:
        """Raises ``PurposeNotAllowed`` where this very text is not in force at this moment."""
        if self.get(purpose.id).hash != purpose.hash:
            raise PurposeNotAllowed(
                "the purpose changed while this was under way", "Ask again, under the new purpose"
            )

    def in_force(self, name: str) -> Step | None:
        """The step that published what is in force."""
        return next((s for s in self._last_steps(name) if s.stage is Stage.PUBLISHED), None)

    def current(self, name: str) -> Purpose:
        """The text that was last in force, suspended and ended ones too: for whoever leaves or asks.

        Raises ``PurposeNotAllowed`` where none of this name ever was.
        """
        published = [s for s in self.steps(name) if s.stage is Stage.PUBLISHED]
        if not published:
            raise self._why_not(name)
        return self._text_of(published[-1])

    def by_hash(self, purpose_hash: bytes) -> Purpose | None:
        """The text a consent is bound to, in whatever stage it is now."""
        sql = "SELECT purpose, n FROM purpose_step WHERE hash = ? ORDER BY purpose, n"
        found = self._records.one(sql, purpose_hash)
        if found is None:
            return None
        return next(self._text_of(s) for s in self.steps(found[0]) if s.hash == purpose_hash)

    def text(self, name: str, version: int) -> Purpose:
        """One version. Raises ``Misused`` where there is none."""
        return self._text_of(self._last_step(name, version))

    def version(self, name: str) -> int:
        """The version in force; 0 where there is none."""
        step = self.in_force(name)
        return 0 if step is None else step.version

    def latest(self, name: str) -> int:
        """The newest version, whatever its stage; 0 where there is none."""
        return self._latest_text(name)[0]

    def last(self, name: str, version: int) -> Step:
        """The newest step of a version. Raises ``Misused`` where there is none."""
        return self._last_step(name, version)

    def stage(self, name: str) -> Stage | None:
        """Where a purpose stands as a whole; None where the name is unknown."""
        step = self._standing(name)
        return None if step is None else step.stage

    def names(self) -> list[str]:
        """Every purpose in force."""
        return [name for name in self.known() if self.in_force(name) is not None]

    def known(self) -> list[str]:
        """Every purpose there ever was, drafts and ended ones too."""
        rows = self._records.rows("SELECT DISTINCT purpose FROM purpose_step ORDER BY purpose")
        return [row[0] for row in rows]

    def steps(self, name: str) -> list[Step]:
        """Every step of a purpose, oldest first. Raises ``Tampered``."""
        with self._records.reading():
            self._roll.check()
            rows = self._records.rows(
                "SELECT * FROM purpose_step WHERE purpose = ? ORDER BY n", name
            )
        return [self._opened(row) for row in rows]

    # -- within -----------------------------------------------------------------------------

    def _read_published(self, name: str) -> tuple[Step, Purpose]:
        step = self.in_force(name)
        if step is None:
            raise self._why_not(name)
        return step, self._text_of(step)

    def _last_steps(self, name: str) -> list[Step]:
        """The newest step of every version, by version."""
        newest = {step.version: step for step in self.steps(name)}
        return [newest[version] for version in sorted(newest)]

    def _last_step(self, name: str, version: int) -> Step:
        found = next((s for s in self._last_steps(name) if s.version == version), None)
        if found is None:
            raise Misused("there is no such version of this purpose")
        return found

    def _was_published(self, name: str, version: int) -> bool:
        return any(s.version == version and s.stage is Stage.PUBLISHED for s in self.steps(name))

    def _standing(self, name: str) -> Step | None:
        """The step that says where the purpose stands: in force, once in force, or under way."""
        steps = [step for step in self._last_steps(name) if step.stage is not Stage.REPLACED]
        order = (
            [s for s in steps if s.stage is Stage.ENDED],
            [s for s in steps if s.stage is Stage.PUBLISHED],
            [s for s in steps if self._was_published(name, s.version)],
            sorted(steps, key=lambda s: s.n),
        )
        return next((found[-1] for found in order if found), None)

    def _follow(
        self, tx: sqlite3.Connection, last: Step, stage: Stage, at: int, who: str,
        because: str = "", **more: Any,
    ) -> None:  # fmt: skip
        """The next step after another; signature and assessment are carried on while they count."""
        if last.stage in OVER or last.stage not in _MAY_FOLLOW.get(stage, set(Stage)):
            raise _out_of_order(last, stage)
        carried = stage in (Stage.SIGNED, Stage.PUBLISHED, Stage.REPLACED, Stage.ENDED)
        kept = last if carried else replace(last, assessment=b"", officer_key=b"", signature=b"")
        fresh = replace(kept, stage=stage, at=at, who=who, because=because, ground="")
        self._take(tx, replace(fresh, **more))

    def _take(self, tx: sqlite3.Connection, step: Step) -> None:
        """The row, and the ledger's word about every step, in one transaction."""
        self._published.forget()
        (n,) = self._records.rows(
            "SELECT count(*) FROM purpose_step WHERE purpose = ?", step.purpose
        )[0]
        step = replace(step, n=n)
        tx.execute(
            f"INSERT INTO purpose_step VALUES ({','.join('?' * 13)})",
            (
                step.purpose, step.n, step.version, step.stage.value, step.at, step.who,
                step.because, step.hash, step.assessment, step.officer_key, step.signature,
                step.ground, self._seal.of(*step.fields),
            ),
        )  # fmt: skip
        told = {"who": step.who, "because": step.because, "assessment": step.assessment.hex()}
        public = {"purpose": step.purpose, "version": step.version, "hash": step.hash.hex()}
        self._roll.write(tx, KIND.format(step.stage.value), told, public)

    def _opened(self, row: tuple[Any, ...]) -> Step:
        name, n, version, stage, *rest, seal = row
        try:
            step = Step(name, n, version, Stage(stage), *rest)
            self._seal.check(seal, *step.fields)
        except (ValueError, OverflowError):
            raise Tampered("a step of a purpose was changed") from None
        return step

    def _text_of(self, step: Step) -> Purpose:
        """The text a step is about. Raises ``Tampered``."""
        row = self._records.one(
            "SELECT body FROM purpose WHERE id = ? AND version = ?", step.purpose, step.version
        )
        try:
            purpose = Purpose.model_validate_json(row[0] if row else "")
        except ValueError:
            raise Tampered("a published purpose was changed") from None
        if purpose.hash != step.hash:
            raise Tampered("a published purpose was changed")
        return purpose

    def _latest_text(self, name: str) -> tuple[int, Purpose | None]:
        steps = self._last_steps(name)
        return (steps[-1].version, self._text_of(steps[-1])) if steps else (0, None)

    def _refuse_ended(self, name: str) -> None:
        if self.stage(name) is Stage.ENDED:
            raise PurposeNotAllowed(
                "this purpose has ended", "Give the new one another id: a name is used once"
            )

    def _refuse_overtaken(self, name: str, latest: int, over: int | None) -> None:
        """Two people wrote at once: the later text does not silently win."""
        open_draft = latest and self._last_step(name, latest).stage in _OPEN
        if (over is None and open_draft) or (over is not None and over != latest):
            raise Refused(
                f"another text of this purpose was written meanwhile: version {latest}",
                f"Compare: facekeep purpose history {name}; then draft again --over {latest}",
            )

    def _refuse_moved(self, last: Step) -> None:
        if self._last_step(last.purpose, last.version) != last:
            raise Refused(
                "the purpose moved on while this was signed", "Look again, then sign what is there"
            )

    def _why_not(self, name: str) -> PurposeNotAllowed:
        return PurposeNotAllowed(*_why_not(name, self.stage(name)))


def _why_not(name: str, stage: Stage | None) -> tuple[str, str]:
    told = {
        Stage.DRAFT: (
            "this purpose is only a draft",
            f"Assess it: facekeep purpose assess {name} --assessment FILE --officer NAME",
        ),
        Stage.ASSESSED: (
            "this purpose is assessed, but nobody signed it",
            f"Sign it: facekeep purpose sign {name} --officer NAME --officer-key FILE",
        ),
        Stage.SIGNED: (
            "this purpose is signed, but not published",
            f"Publish it: facekeep purpose release {name} --officer NAME",
        ),
        Stage.SUSPENDED: (
            "this purpose is suspended",
            f"See why: facekeep purpose history {name}; then assess it anew",
        ),
        Stage.ENDED: ("this purpose has ended", "Use another way; it does not come back"),
    }
    unknown = ("no purpose of this name is published", "Publish it: facekeep purpose publish FILE")
    return unknown if stage is None else told.get(stage, unknown)


def _out_of_order(last: Step, stage: Stage) -> Refused:
    reason, remedy = _why_not(last.purpose, last.stage)
    if last.stage in (Stage.PUBLISHED, Stage.REPLACED):
        reason = f"this version is {last.stage.value}: it cannot become {stage.value}"
        remedy = f"Draft a new version: facekeep purpose draft FILE --over {last.version}"
    return Refused(reason, remedy, "FRM-09-1")


def agreed_fmr(purpose: Purpose, asked: float | None) -> float:
    """The 1:1 step to decide at: the caller's, no looser than the purpose's own."""
    return _agreed(asked, purpose.max_fmr, MAX_FMR_STEPS, "max_fmr")


def agreed_fpir(purpose: Purpose, asked: float | None) -> float:
    """The 1:N step to decide at: the caller's, no looser than the purpose's own."""
    return _agreed(asked, purpose.max_fpir, MAX_FPIR_STEPS, "max_fpir")


def _agreed(asked: float | None, own: float, steps: tuple[float, ...], name: str) -> float:
    if asked is None:
        return own
    try:
        step(asked, steps, name)
    except ValueError as error:
        raise Misused(str(error)) from None
    if asked > own:
        raise CalibrationTooWeak(
            f"{name} {asked:g} is looser than this purpose allows", f"Ask for {own:g} or stricter"
        )
    return asked
