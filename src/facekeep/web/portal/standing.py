"""How far somebody has come with one purpose: what they agreed to, and what is still to be asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from facekeep.assembly import House
from facekeep.governance.consent import Consent, Scope
from facekeep.governance.consent_story import Channel
from facekeep.governance.purposes import Purpose
from facekeep.storage.standing import standing_of
from facekeep.terms.values import CaptureLevel, ConsentState, StorageClass
from facekeep.use.second_factors import FactorKind


class Next(StrEnum):
    """The next page of somebody who consented."""

    STORAGE = "/mine/storage"
    FACE = "/mine/face"
    DONE = "/mine"


@dataclass(frozen=True, slots=True)
class Person:
    """One person and one purpose, in the text last in force."""

    house: House
    subject: str = field(repr=False)
    purpose: Purpose

    def consent(self, scope: Scope = Scope.PROCESSING) -> Consent | None:
        """The consent in force; None where there is none."""
        home = self.house.home
        latest = home.consents.latest(self._id, scope)
        in_force = latest is not None and latest.in_force(self.purpose, home.journal.now())
        return latest if in_force else None

    @property
    def consented(self) -> bool:
        """Whether they agreed to the use of their face."""
        return self.consent() is not None

    @property
    def storage_due(self) -> bool:
        """Whether face data would lie off the terminal, to which nobody agreed (yet)."""
        off = self.purpose.storage is not StorageClass.TERMINAL
        return off and self.consent(Scope.STORAGE) is None

    @property
    def refused_storage(self) -> bool:
        """Whether they said no to that."""
        state = self.house.requests.state(self.subject, self.purpose.id, Scope.STORAGE)
        return state is ConsentState.REFUSED

    @property
    def enrolled(self) -> bool:
        """Whether a reference of theirs is kept."""
        return standing_of(self.house.home, self.subject, self.purpose).enrolled

    @property
    def own_phone(self) -> bool:
        """Whether the purpose takes pictures that prove nothing about where they come from."""
        return self.purpose.capture is CaptureLevel.NONE

    @property
    def next(self) -> Next:
        """What is asked next; nothing is asked twice."""
        if self.storage_due:
            return Next.DONE if self.refused_storage else Next.STORAGE
        return Next.DONE if self.enrolled else Next.FACE

    @property
    def agreed_here(self) -> bool:
        """Whether the consent in force was given at the portal."""
        consent = self.consent()
        shown = consent.about.shown if consent else None
        return shown is not None and shown.channel is Channel.PORTAL

    @property
    def own_factors(self) -> frozenset[FactorKind]:
        """What opens their own pages, as far as it is set."""
        found = self.house.second_factors.standing(self.subject, self.purpose.id)
        return frozenset(one.kind for one in found) & {FactorKind.PIN, FactorKind.PASSKEY}

    @property
    def _id(self) -> bytes:
        return self.house.home.directory.person(self.subject, self.purpose.id).id
