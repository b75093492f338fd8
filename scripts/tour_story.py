"""What happened at Riverside Residence in a month: people asked, choosing, passing, asking back, leaving."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path

from facekeep.assembly import House
from facekeep.collection.capture import Wish
from facekeep.collection.consents import Asking
from facekeep.collection.invitations import Invited
from facekeep.governance.consent import Scope
from facekeep.governance.consent_story import Channel
from facekeep.governance.invitations import InvitationState
from facekeep.rights.cases import Hand, Kind, Outcome, Request, State, Step
from facekeep.storage.ways import Ending
from facekeep.terms.errors import Refused
from facekeep.terms.values import Operation
from facekeep.use.factors import Attempt
from facekeep.use.second_factors import Factor, FactorKind
from facekeep.use.verification import Asked
from scripts.tour_home import (
    CASES,
    DAY,
    GATE,
    HOUR,
    MINUTE,
    OFFICE,
    STAFF,
    Past,
    Residence,
    Signatures,
    begin_approving,
    employ,
    enter_officers,
    found,
    furnish,
)
from scripts.tour_people import DrawnPeople, shown

CAMPAIGN = "move-in"
PIN = "482915"
"""What every resident of the tour chose to open their own pages with."""

RESIDENTS = tuple(f"resident-{number}" for number in range(101, 117))
"""How the operator calls the people it knows; nothing else of them is known here."""

CONSENTING, BY_CARD, REFUSING = RESIDENTS[:8], RESIDENTS[8:11], RESIDENTS[11:13]
WAITING, LOOKING = RESIDENTS[13], RESIDENTS[14]
LEAVING, RESTRICTING = CONSENTING[6], CONSENTING[7]
GUEST, COLLEAGUES = "resident-201", ("staff-31", "staff-32")

CHANGES = {
    InvitationState.REFUSED: "refuse",
    InvitationState.LATER: "defer",
    InvitationState.OTHER_WAY: "refuse",
}


@dataclass(frozen=True, slots=True)
class Tour:
    """A home with a month behind it, and the ways into its pages."""

    residence: Residence
    links: dict[str, str] = field(default_factory=dict)
    """Paths of the portal: ``choosing`` for somebody who has not chosen, ``mine`` for a resident."""
    case_code: str = field(default="", repr=False)
    """With it anybody follows one complaint."""


def tour(folder: Path, port: int) -> Tour:
    """Found the residence in an empty folder and let the month go by."""
    clock = Past()
    residence, pens = found(folder, clock, port), Signatures()
    with residence.open(clock) as house:
        enter_officers(house, pens)
        furnish(house, pens)
        staff = tuple(employ(house, pens, *one) for one in STAFF)
        month = _Month(house, clock, pens)
        month.go_by()
        begin_approving(house, pens)
        told = Tour(replace(residence, staff=staff), month.links(), month.complaint)
        house.seal_checkpoint()
        house.witness.ask()
    return told


class _Month:
    """One house and its clock."""

    def __init__(self, house: House, clock: Past, pens: Signatures) -> None:
        self._house, self._clock, self._pens = house, clock, pens
        self._eyes = DrawnPeople(house.sight(GATE))
        self.complaint = ""
        self._last: dict[str, str] = {}

    def go_by(self) -> None:
        """Four weeks."""
        self._ask_everybody()
        self._colleagues()
        for week in range(4):
            self._passes(week)
            self._ways(week)
            (self._first, self._second, self._third, self._fourth)[week]()
            self._clock.on(2 * DAY)

    def links(self) -> dict[str, str]:
        """Links that open something today."""
        invited = self._house.invitations
        return {
            "choosing": invited.invite(GUEST, GATE).path,
            "mine": invited.hand_over(CONSENTING[0], GATE).path,
        }

    # -- asked, and choosing ----------------------------------------------------------------

    def _ask_everybody(self) -> None:
        invited = {one: self._house.invitations.invite(one, GATE, CAMPAIGN) for one in RESIDENTS}
        self._clock.on(DAY)
        for resident in CONSENTING:
            self._clock.on(20 * MINUTE)
            self._consent(resident, GATE)
            self._note(invited[resident], InvitationState.CONSENTED)
            self._enrol(resident, GATE, "desk-1")
        self._answer(invited, BY_CARD, InvitationState.OTHER_WAY)
        self._answer(invited, REFUSING, InvitationState.REFUSED)
        self._answer(invited, [WAITING], InvitationState.LATER)
        self._answer(invited, [LOOKING], InvitationState.OPENED)

    def _answer(
        self, invited: dict[str, Invited], residents: Sequence[str], state: InvitationState
    ) -> None:
        for resident in residents:
            self._clock.on(35 * MINUTE)
            if state in CHANGES:
                getattr(self._house.requests, CHANGES[state])(resident, GATE)
            self._note(invited[resident], state)

    def _note(self, invited: Invited, state: InvitationState) -> None:
        desk = self._house.invitations
        desk.note(desk.open(invited.token), InvitationState.OPENED)
        desk.note(desk.open(invited.token), state)

    def _consent(self, subject: str, purpose: str, scope: Scope = Scope.PROCESSING) -> None:
        house = self._house
        seen = house.consents.shown(purpose, "zh", Channel.PORTAL)
        house.requests.give(Asking(subject, purpose, scope, shown=seen))

    def _enrol(self, subject: str, purpose: str, device: str) -> None:
        self._house.second_factors.set(subject, purpose, Factor(FactorKind.PIN, PIN))
        photos = [shown(subject, number) for number in range(3)]
        wish = Wish(purpose, Operation.ENROLMENT, subject)
        origin = self._house.captures.take(device, wish, photos)
        self._house.enroller.enrol(subject, purpose, photos, self._eyes, origin)

    def _colleagues(self) -> None:
        for one in COLLEAGUES:
            self._consent(one, OFFICE)
            self._consent(one, OFFICE, Scope.STORAGE)
            self._enrol(one, OFFICE, "office-1")

    # -- passing ----------------------------------------------------------------------------

    def _passes(self, week: int) -> None:
        """Residents pass the gate on some days; now and then somebody who is not who they say."""
        for day in range(5):
            self._clock.on(DAY - 2 * HOUR)
            for resident in CONSENTING[day % 2 :: 2]:
                self._clock.on(9 * MINUTE)
                self._pass(resident, shown(resident, 100 + 10 * week + day))
        self._pass(CONSENTING[1], shown("a stranger", week))

    def _pass(self, subject: str, photo: bytes) -> None:
        """One try at the gate. Whoever left, or wants no use for now, is refused: that belongs here too."""
        house, wish = self._house, Wish(GATE, Operation.VERIFICATION, subject)
        with suppress(Refused):
            origin = house.captures.take("gate-1", wish, [photo])
            answer = house.verifier.verify(Asked(subject, GATE, photo, origin), self._eyes)
            self._last[subject] = answer.event

    def _ways(self, week: int) -> None:
        """The gate counts how long each way takes, and names nobody."""
        times = cycle((2.1, 2.6, 3.4, 2.9, 4.2, 5.1))
        for way, tries, failed in (("face", 30, 2), ("card", 26, 1), ("desk", 8, 0)):
            for number in range(tries):
                slower = 4 if way == "desk" else 1
                ending = Ending.FAILED if number < failed else Ending.DONE
                seconds = next(times) * slower + week / 10
                self._house.ways.count(Attempt(GATE, way, ending, seconds))

    # -- asking back, and leaving -------------------------------------------------------------

    def _first(self) -> None:
        """Somebody asks for a copy, and gets it."""
        case = self._open(Kind.COPY, CONSENTING[1], "请给我一份你们保存的资料。")
        self._clock.on(DAY)
        self._step(case, State.ACKNOWLEDGED, "已收到。")
        self._step(case, State.ANSWERED, "副本已在服务台当面交付。", Outcome.DONE)

    def _second(self) -> None:
        """Somebody complains, and somebody else leaves."""
        request = Request(Kind.COMPLAINT, purpose=GATE, text="东门屏幕上的字太小，老人看不清。")
        opened = self._house.cases.open(request)
        self.complaint = opened.code
        self._step(opened.row.number, State.ACKNOWLEDGED, "已收到，将现场查看。")
        self._house.withdrawals.withdraw(LEAVING, GATE)

    def _third(self) -> None:
        """Somebody wants a person to look again; somebody wants no use for now."""
        unsure = CONSENTING[2]
        self._open(
            Kind.HUMAN_REVIEW, unsure, "早上闸机没有认出我，请人工复核。", self._last[unsure]
        )
        self._open(Kind.RESTRICTION, RESTRICTING, "外出期间请停止使用我的人脸信息。")

    def _fourth(self) -> None:
        """Somebody wants to know why; an officer approves what needs two."""
        self._open(Kind.EXPLANATION, CONSENTING[3], "为什么要保存一年？")

    def _open(self, kind: Kind, subject: str, text: str, event: str = "") -> str:
        told = Request(kind, GATE, subject, text, identified="门卡与证件", event=event)
        return self._house.cases.open(told).row.number

    def _step(self, case: str, state: State, text: str, outcome: Outcome | None = None) -> None:
        hand = Hand(CASES, lambda message: self._pens.sign(message, CASES))
        self._house.cases.take(case, Step(state, text, outcome), hand)
