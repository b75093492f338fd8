"""Purposes put in force past the desk, as somebody with the home's keys and no scruples would."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from facekeep.access import officers
from facekeep.assembly import House
from facekeep.governance import assessments
from facekeep.governance.assessments import Assessment, Report, cited, control_of
from facekeep.governance.notices import Notice, notice_of
from facekeep.governance.purposes import Purpose, parse, sign_message
from tests.attacks.staff import key_of
from tests.attacks.toolkit import OFFICER, assessment_text, purpose_text

NAME = "annex"


def lacking(*fields: str) -> bytes:
    """A purpose file without some of its lines."""
    lines = purpose_text(NAME).decode().splitlines()
    return "\n".join(line for line in lines if line.split(" = ")[0] not in fields).encode()


def looked_at(**changed: object) -> Assessment:
    """An assessment of it, some fields replaced."""
    return assessments.parse(assessment_text(NAME)).model_copy(update=changed)


@dataclass(frozen=True)
class Forged:
    """What is put in force, and what is wrong about how."""

    text: bytes = field(default_factory=lambda: purpose_text(NAME))
    assessment: Assessment = field(default_factory=looked_at)
    signer: str = OFFICER
    signature: bytes = b""
    notice: Notice | None = None
    cites: tuple[str, ...] | None = None
    report: Report | None = None

    def publish(self, house: House) -> Purpose:
        """Every step in the books, none at the desk."""
        home, purpose = house.home, parse(self.text)
        at = int(home.journal.now())
        with home.records.transaction() as tx:
            version = home.purposes.draft(tx, purpose, self.signer, at)
            report = self.report or self._report(house, purpose, version, at)
            digest = home.assessments.record(tx, report)
            home.purposes.assess(tx, purpose.id, version, digest, self.signer, at)
            last = home.purposes.last(purpose.id, version)
            key = key_of(self.signer)
            message = sign_message(purpose.id, purpose.hash, digest)
            signature = self.signature or officers.sign(key, message)
            public = officers.public_of(key)
            home.purposes.sign(tx, last, self.signer, public, signature, at)
            ground = house.purposes._ground(purpose)
            home.purposes.publish(tx, purpose.id, version, self.signer, at, ground)
            home.notices.keep(tx, self.notice or notice_of(purpose), version, at)
        return purpose

    def _report(self, house: House, purpose: Purpose, version: int, at: int) -> Report:
        asks = house.evidence()
        named = cited(self.assessment) if self.cites is None else self.cites
        controls = tuple(control_of(one, asks[one](at)) for one in named if one in asks)
        return Report(self.assessment, version, purpose.hash, controls, at)


def told_otherwise(key: str, zh: str, en: str) -> Notice:
    """The notice of the purpose with one item said in other words."""
    notice = notice_of(parse(purpose_text(NAME)))
    items = (replace(i, zh=zh, en=en) if i.key == key else i for i in notice.items)
    return Notice(NAME, tuple(items))


def reordered() -> Notice:
    """The notice of the purpose with the three questions at its end."""
    notice = notice_of(parse(purpose_text(NAME)))
    title, *rest = notice.items
    return Notice(NAME, (title, *rest[3:], *rest[:3]))
