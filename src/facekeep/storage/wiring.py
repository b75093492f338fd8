"""Opening a home: its rooms one after the other, each handed what it may use and no more."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from time import time
from typing import TypedDict

from facekeep.access.approvals import ApprovalBook
from facekeep.access.keys import ApiKeyBook
from facekeep.access.officers import OfficerBook
from facekeep.access.passkeys import PasskeyBook
from facekeep.access.pending import PendingBook
from facekeep.access.sessions import SessionBook
from facekeep.access.staff import StaffBook
from facekeep.db.queue import Queue, steady
from facekeep.db.store import Store
from facekeep.governance.assessments import AssessmentBook
from facekeep.governance.captures import CaptureBook
from facekeep.governance.clockbook import ClockBook
from facekeep.governance.consent import ConsentBook
from facekeep.governance.deliveries import DeliveryBook
from facekeep.governance.devices import DeviceBook
from facekeep.governance.handler import HandlerBook, SharingBook
from facekeep.governance.intents import IntentLog
from facekeep.governance.invitations import InvitationBook
from facekeep.governance.notices import NoticeBook
from facekeep.governance.places import PlaceBook
from facekeep.governance.purposes import PurposeBook
from facekeep.governance.requests import RequestBook
from facekeep.governance.restraints import RestraintBook
from facekeep.protect.derive import Seal
from facekeep.storage.archives import Archives
from facekeep.storage.ballast import Ballast
from facekeep.storage.case_rows import CaseRows
from facekeep.storage.custody import Custody
from facekeep.storage.diary import Diary
from facekeep.storage.erasure import Eraser
from facekeep.storage.factor_rows import FactorRows
from facekeep.storage.home import Home
from facekeep.storage.journal import Chain, Journal
from facekeep.storage.keys import KeyVault
from facekeep.storage.plot import Plot
from facekeep.storage.references import ReferenceStore
from facekeep.storage.replies import ReplyBook
from facekeep.storage.subjects import Directory
from facekeep.storage.waiting import Waiting
from facekeep.storage.ways import WayBook
from facekeep.terms.ports import Clock, Entropy


def home_of(
    plot: Plot, instance: int, stores: dict[str, Store], clock: Clock, entropy: Entropy
) -> Home:
    """The rooms of an opened home, wired; finishes a half-done re-keying on the way."""
    records, references = stores["records"], ReferenceStore(stores["references"])
    custody, desk = Custody(plot.custody), _desk(records, plot.records_key(), clock, entropy)
    vault = KeyVault(stores["keys"], custody, entropy)
    return Home(
        path=plot.path,
        id=plot.id,
        records=records,
        references=references,
        vault=vault,
        custody=custody,
        archives=Archives(custody, entropy),
        eraser=Eraser(vault, references, records),
        ballast=Ballast(plot.ballast),
        directory=desk.directory,
        intents=IntentLog(records),
        journal=desk.journal,
        cases=CaseRows(records, desk.key, desk.directory, desk.journal),
        ways=WayBook(records, desk.key),
        clocks=ClockBook(records, desk.key, desk.diary("clocks")),
        replies=ReplyBook(records, desk.key, desk.directory),
        jobs=Queue(records, Seal(desk.key, "facekeep job"), entropy(16), steady, entropy),
        signer=plot.signer(instance),
        clock=clock,
        entropy=entropy,
        **_uses(desk),
        **_people(desk, vault),
        **_captures(desk),
        **_staff(desk),
    )


def purposes_in(records: Store, key: bytes) -> PurposeBook:
    """The purposes alone, to be read where the other stores may be damaged or away."""
    return _uses(_desk(records, key, time, os.urandom))["purposes"]


def devices_in(records: Store, key: bytes) -> DeviceBook:
    """The devices alone, likewise."""
    return _captures(_desk(records, key, time, os.urandom))["devices"]


# -- what every book is opened with ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where the rows lie, the key of their seals, and the ledger's chains."""

    records: Store
    key: bytes
    directory: Directory
    journal: Journal
    entropy: Entropy

    def diary(self, matter: str) -> Diary:
        """The chain of the ledger that one book alone writes."""
        return Diary(self.journal, Chain(self.directory.chain_secret(matter)))

    def diaries(self, matter: str) -> Callable[[str], Diary]:
        """The same for each row of a register, by the row's name."""
        return lambda name: self.diary(f"{matter}/{name}")


def _desk(records: Store, key: bytes, clock: Clock, entropy: Entropy) -> _Desk:
    return _Desk(records, key, Directory(records, key, entropy), Journal(records, clock), entropy)


# -- room by room ---------------------------------------------------------------------------


class _Uses(TypedDict):
    """What faces are used for, and by whom."""

    purposes: PurposeBook
    notices: NoticeBook
    assessments: AssessmentBook
    handler: HandlerBook
    sharing: SharingBook


def _uses(desk: _Desk) -> _Uses:
    purposes = PurposeBook(desk.records, desk.key, desk.diary("purposes"))
    return {
        "purposes": purposes,
        "notices": NoticeBook(desk.records, desk.key),
        "assessments": AssessmentBook(desk.records, desk.key, purposes),
        "handler": HandlerBook(desk.records, desk.key, desk.diary("handler")),
        "sharing": SharingBook(desk.records, desk.key, desk.diary("sharing")),
    }


class _People(TypedDict):
    """What people said, asked, and were told."""

    consents: ConsentBook
    requests: RequestBook
    invitations: InvitationBook
    deliveries: DeliveryBook
    restraints: RestraintBook
    factors: FactorRows


def _people(desk: _Desk, vault: KeyVault) -> _People:
    consents, waiting = ConsentBook(desk.records, desk.key), Waiting(vault, desk.journal)
    now = desk.journal.now
    return {
        "consents": consents,
        "requests": RequestBook(desk.records, desk.key),
        "invitations": InvitationBook(desk.records, desk.key),
        "deliveries": DeliveryBook(desk.records, desk.key, consents, waiting, now, desk.entropy),
        "restraints": RestraintBook(desk.records, desk.key),
        "factors": FactorRows(desk.records),
    }


class _Captures(TypedDict):
    """Where, and by what, a face may be seen."""

    places: PlaceBook
    devices: DeviceBook
    captures: CaptureBook


def _captures(desk: _Desk) -> _Captures:
    places = PlaceBook(desk.records, desk.key, desk.diaries("place"))
    devices = DeviceBook(desk.records, desk.key, places, desk.diaries("device"))
    captures = CaptureBook(desk.records, desk.key, devices, desk.entropy)
    return {"places": places, "devices": devices, "captures": captures}


class _Staff(TypedDict):
    """Who may sign, what needs two of them, who signs in, and which programs are let in."""

    officers: OfficerBook
    approvals: ApprovalBook
    api_keys: ApiKeyBook
    staff: StaffBook
    sessions: SessionBook
    passkeys: PasskeyBook
    sign_ins: Diary
    pending: PendingBook


def _staff(desk: _Desk) -> _Staff:
    officers = OfficerBook(desk.records, desk.key, desk.diary("officers"))
    approvals = ApprovalBook(desk.records, desk.key, officers, desk.diary("approvals"))
    staff = StaffBook(desk.records, desk.key, officers, approvals, desk.diaries("staff"))
    return {
        "officers": officers,
        "approvals": approvals,
        "api_keys": ApiKeyBook(desk.records, desk.key, officers, desk.diaries("api-key")),
        "staff": staff,
        "sessions": SessionBook(
            desk.records, desk.key, staff, desk.diaries("session"), desk.entropy
        ),
        "passkeys": PasskeyBook(desk.records, desk.key, desk.diaries("passkey")),
        "sign_ins": desk.diary("sign-ins"),
        "pending": PendingBook(desk.records, desk.key, approvals, officers),
    }
