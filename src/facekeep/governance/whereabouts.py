"""What the registers and the ledger say about places, devices and captures, asked from outside.

Every question looks at the rows as they lie there, seals included, and at the newest decisions of
the ledger, opened: a device that was deleted from its register is missed by the decisions it took.
"""

from __future__ import annotations

import pkgutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Any, Protocol

from facekeep.governance.captures import LINK, CaptureBook
from facekeep.governance.devices import PUBLIC_SAFETY, DeviceBook, DeviceRow, DeviceState, short
from facekeep.governance.places import PlaceBook, PlaceRow
from facekeep.governance.purpose_text import FORBIDDEN_PLACES, Purpose
from facekeep.governance.purposes import PurposeBook, Stage
from facekeep.terms.errors import FacekeepError, Tampered
from facekeep.terms.evidence import Finding, Gap, Question
from facekeep.terms.values import CaptureProfile

DECIDED = frozenset({"match", "non-match", "enrolled", "answered"})
"""Outcomes of entries that rest upon a capture of their own."""

SEEN = DECIDED | {"returned"}
GRACE_S = 3_600
"""Seconds after which a session that is over should have been swept, since the home was opened."""

OWN_ACT = "own_act"
_REGISTER = "Register it: facekeep device add NAME --place P --purpose P"
_ASK_LEDGER = "See what happened: facekeep ledger verify"


class Told(Protocol):
    """An entry with its details opened."""

    @property
    def details(self) -> Mapping[str, Any]: ...


class Books(Protocol):
    """What these questions read."""

    @property
    def places(self) -> PlaceBook: ...
    @property
    def devices(self) -> DeviceBook: ...
    @property
    def captures(self) -> CaptureBook: ...
    @property
    def purposes(self) -> PurposeBook: ...

    def recent(self) -> Iterator[Told]:
        """The newest entries of living persons and of purposes."""
        ...


@dataclass(frozen=True, slots=True)
class _Register:
    """Both registers as they lie there."""

    places: Mapping[str, PlaceRow]
    devices: Mapping[str, DeviceRow]
    broken_places: tuple[str, ...]
    broken_devices: tuple[str, ...]
    kinds: Mapping[str, str]

    @property
    def active(self) -> list[DeviceRow]:
        return [row for row in self.devices.values() if row.state is DeviceState.ACTIVE]

    def by_short(self) -> dict[str, DeviceRow]:
        return {short(name): row for name, row in self.devices.items()}


def _register(books: Books) -> _Register:
    places, devices = books.places.audit(), books.devices.audit()
    return _Register(
        {name: row for name, _, row in places if row},
        {name: row for name, row in devices if row},
        tuple(name for name, _, row in places if row is None),
        tuple(name for name, row in devices if row is None),
        {name: kind for name, kind, _ in places},
    )


def _changed(register: _Register) -> list[Gap]:
    """Rows that were edited in the store."""
    remedy = "Do not use it; adopt a backup, or register it anew: facekeep place add FILE"
    return [
        *(Gap(f"the row of place {name} was changed", remedy) for name in register.broken_places),
        *(Gap(f"the row of device {name} was changed", remedy) for name in register.broken_devices),
    ]


def _decisions(books: Books, outcomes: frozenset[str] = DECIDED) -> list[Mapping[str, Any]]:
    """The details of recent decisions. Raises ``Tampered`` where one does not open."""
    return [one.details for one in books.recent() if one.details.get("outcome") in outcomes]


def _in_force(books: Books) -> list[Purpose]:
    found = []
    for name in books.purposes.names():
        try:
            found.append(books.purposes.get(name))
        except FacekeepError:
            continue
    return found


# -- places ---------------------------------------------------------------------------------


def lawful(books: Books, _: int) -> Finding:
    """No device in a private space (Measures art. 13(2))."""
    register = _register(books)
    gaps = [*_changed(register), *_private(register)]
    refused = books.captures.counts()["refused place_forbidden"]
    kinds = Counter(register.kinds.values())
    facts = {"places": len(register.kinds), "kinds": dict(kinds), "refused": refused}
    return Finding(facts, tuple(gaps), applies=bool(register.kinds) or refused > 0)


def _private(register: _Register) -> list[Gap]:
    forbidden = {kind.value for kind in FORBIDDEN_PLACES}
    return [
        Gap(
            f"place {name} is a private space",
            f"Take every camera out of it, then: facekeep place close {name}",
        )
        for name, kind in register.kinds.items()
        if kind in forbidden
    ]


def signed(books: Books, at: int) -> Finding:
    """Every active device has a place, a zone and a sign; public ones public safety (art. 13(1))."""
    register = _register(books)
    gaps = [gap for row in register.active for gap in _missing(row, register, at)]
    gaps += [gap for row in register.active for gap in _outdated(row, books.purposes)]
    facts = {
        "active": [row.device.id for row in register.active],
        "signs": {r.device.id: r.sign.model_dump(mode="json") for r in register.active if r.sign},
        "public": sorted(n for n, row in register.places.items() if row.place.public),
    }
    gaps = [*_changed(register), *gaps]
    return Finding(facts, tuple(gaps), applies=bool(register.devices) or bool(gaps))


def _missing(row: DeviceRow, register: _Register, at: int) -> Iterator[Gap]:
    name, sign = row.device.id, row.sign
    known = register.places.get(row.device.place)
    if known is None or known.place.zone(row.device.zone) is None:
        yield Gap(
            f"device {name} has no registered place or collection zone",
            f"Put it out of use: facekeep device suspend {name}",
        )
        return
    today = datetime.fromtimestamp(at, UTC).date()
    hang = f"Hang one, photograph it, then: facekeep device activate {name} --sign-photo FILE"
    if sign is None or (known.place.public and not sign.photo):
        yield Gap(f"device {name} is in use without proof of its sign", hang)
    elif (sign.day - today).days > 1:
        yield Gap(f"the sign of device {name} is dated in the future", hang)
    if known.place.public and known.place.public_safety is None:
        yield Gap(
            f"device {name} is in a public place without a public-safety document",
            f"Put it out of use: facekeep device suspend {name}",
        )


def _outdated(row: DeviceRow, purposes: PurposeBook) -> Iterator[Gap]:
    """The sign was hung before the text in force was published: it tells an earlier one."""
    for name in row.device.purposes:
        published = [step for step in purposes.steps(name) if step.stage is Stage.PUBLISHED]
        told = [step for step in published if step.at <= row.at]
        if published and (not told or told[-1].hash != published[-1].hash):
            yield Gap(
                f"the sign of device {row.device.id} tells an earlier text of {name}",
                f"Print and hang the new one: facekeep sign make {row.device.id} -o sign.svg; "
                f"then suspend and activate the device",
            )


def public_safety(books: Books, _: int) -> Finding:
    """What public safety needs serves nothing else, and the other way round (PIPL art. 26)."""
    register, purposes = _register(books), {p.id: p for p in _in_force(books)}
    safety = {name for name, p in purposes.items() if p.identification_ground == PUBLIC_SAFETY}
    public = {name for name, row in register.places.items() if row.place.public}
    gaps = [
        Gap(
            f"device {row.device.id} serves public safety and something else",
            "Register another device for the other purpose",
        )
        for row in register.devices.values()
        if safety & set(row.device.purposes) and len(row.device.purposes) > 1
    ]
    searched = Counter[str]()
    by_short = register.by_short()
    for details in _decisions(books, frozenset({"answered"})):
        row = by_short.get(str(details.get("origin", "")))
        if row is not None and row.device.place in public:
            searched[str(details.get("ground", ""))] += 1
    other = sum(n for ground, n in searched.items() if ground != PUBLIC_SAFETY)
    if other:
        gaps.append(
            Gap(
                f"{other} searches at public places were not for public safety",
                "Suspend their devices: facekeep device suspend NAME",
            )
        )
    refused = books.captures.counts()["refused public_place"]
    facts = {"purposes": sorted(safety), "places": sorted(public), "searches": dict(searched)}
    return Finding(facts | {"refused": refused}, tuple(gaps), applies=bool(safety or public))


def video(books: Books, at: int) -> Finding:
    """No camera where privacy can be seen; whoever is published in a video is masked."""
    banned = lawful(books, at)
    gaps = [*banned.gaps]
    masks = _masks()
    if not masks:
        gaps.append(
            Gap(
                "this program cannot mask bystanders in a video yet",
                "Publish no video; the redaction capability is to come",
            )
        )
    return Finding({**banned.facts, "masking": masks}, tuple(gaps))


def _masks() -> bool:
    """Whether the room that masks faces in videos has anything in it."""
    room = find_spec("facekeep.redaction")
    folders = list(room.submodule_search_locations or ()) if room else []
    return any(pkgutil.iter_modules(folders))


# -- devices and captures -------------------------------------------------------------------


def registered(books: Books, _: int) -> Finding:
    """Every recent decision and enrolment came from a registered device, or through a link."""
    register = _register(books)
    known = {**{s: row.device.kind.value for s, row in register.by_short().items()}}
    known |= {short(name): "unreadable" for name in register.broken_devices} | {short(LINK): LINK}
    decided = _decisions(books)
    origins = Counter(known.get(str(d.get("origin", "")), "unregistered") for d in decided)
    gaps = _changed(register)
    if lost := origins["unregistered"]:
        gaps.append(Gap(f"{lost} decisions came from no registered device", _REGISTER))
    refused = books.captures.counts()["refused device_unknown"]
    facts = {"decisions": len(decided), "origins": dict(origins), "refused": refused}
    return Finding(facts, tuple(gaps), applies=bool(decided or register.devices or gaps))


def bound(books: Books, at: int) -> Finding:
    """Captures are bound to one question and used once; replays are refused."""
    counts, (rows, broken, oldest) = books.captures.counts(), books.captures.sessions()
    sessions = Counter(str(d["session"]) for d in _decisions(books) if "session" in d)
    gaps = []
    if broken:
        gaps.append(Gap(f"{broken} capture sessions were changed in the store", _ASK_LEDGER))
    if rows and oldest < at - GRACE_S:
        gaps.append(
            Gap(
                "capture sessions that are over were not swept",
                "Open the home once: facekeep doctor",
            )
        )
    if again := sum(n > 1 for n in sessions.values()):
        gaps.append(Gap(f"{again} captures were used for more than one decision", _ASK_LEDGER))
    unbound = sum("session" not in details for details in _decisions(books))
    if unbound:
        gaps.append(Gap(f"{unbound} decisions are bound to no capture", _ASK_LEDGER))
    refused = {k.removeprefix("refused "): n for k, n in counts.items() if k.startswith("refused ")}
    facts = {"opened": counts["opened"], "links": counts["links"], "refused": refused}
    used = bool(sessions or counts or gaps)
    return Finding(facts | {"decisions": sum(sessions.values())}, tuple(gaps), applies=used)


def least_data(books: Books, _: int) -> Finding:
    """Nobody is searched for while walking past, and nothing else is read from a face."""
    register, purposes = _register(books), {p.id: p for p in _in_force(books)}
    gaps = [
        Gap(
            f"device {row.device.id} would search whoever walks past it",
            f"Put it out of use: facekeep device suspend {row.device.id}",
        )
        for row in register.active
        if not row.device.presented_to and any(_passive(purposes, p) for p in row.device.purposes)
    ]
    by_short = register.by_short()
    passive = sum(
        row is not None and not row.device.presented_to and d.get("ground") == OWN_ACT
        for d in _decisions(books, frozenset({"answered"}))
        for row in [by_short.get(str(d.get("origin", "")))]
    )
    if passive:
        gaps.append(
            Gap(
                f"{passive} searches were made of people who did not present themselves",
                "Suspend their devices: facekeep device suspend NAME",
            )
        )
    facts = {"passive_searches": passive, "refused": books.captures.counts()["refused passive"],
             "attributes_read": []}  # fmt: skip
    return Finding(facts, tuple(gaps), applies=bool(purposes))


def _passive(purposes: Mapping[str, Purpose], name: str) -> bool:
    purpose = purposes.get(name)
    return (
        purpose is not None
        and "identification" in purpose.operations
        and purpose.identification_ground == OWN_ACT
    )


def accessible(books: Books, _: int) -> Finding:
    """How people were guided is chosen before a capture and recorded (Measures art. 5(3))."""
    profiles = {profile.value for profile in CaptureProfile}
    guided = Counter(str(d.get("profile", "")) for d in _decisions(books))
    gaps = []
    if unknown := sum(n for profile, n in guided.items() if profile not in profiles):
        gaps.append(
            Gap(
                f"{unknown} decisions do not say how the person was guided",
                "Capture with one of the profiles: facekeep verify --profile PROFILE",
            )
        )
    gaps += [
        Gap(
            f"purpose {purpose.id} has no other way in for whoever cannot be captured",
            "Name one in its file, then publish it again",
        )
        for purpose in _in_force(books)
        if not purpose.alternatives
    ]
    facts = {"profiles": sorted(profiles), "guided": dict(guided)}
    return Finding(facts, tuple(gaps), applies=bool(guided or gaps))


Ask = Callable[[Books, int], Finding]


def _told(question: Ask) -> Ask:
    """A question whose ledger does not open answers with that."""

    def ask(books: Books, at: int) -> Finding:
        try:
            return question(books, at)
        except Tampered as error:
            return Finding({}, (Gap(error.where, _ASK_LEDGER),))

    return ask


EVIDENCE: tuple[Question[Books], ...] = (
    Question("governance.places.lawful", _told(lawful)),
    Question("governance.places.signed", _told(signed)),
    Question("governance.places.public_safety", _told(public_safety)),
    Question("governance.places.video", _told(video)),
    Question("governance.devices.registered", _told(registered)),
    Question("governance.captures.bound", _told(bound)),
    Question("governance.captures.least_data", _told(least_data)),
    Question("governance.captures.accessible", _told(accessible)),
)
