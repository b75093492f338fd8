"""What two officers approve before it happens: identification, a departed person's story, an export.

Each names an act and a matter for ``POST /v1/approvals``. The approvals are used up with the act: what
was refused by the law before anything was written uses none.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO

from fastapi import APIRouter, Depends, Request
from fastapi import Path as InPath
from fastapi.responses import Response, StreamingResponse

from facekeep.access.authority import ANY_PURPOSE
from facekeep.access.roles import Act, Action
from facekeep.assembly import House
from facekeep.governance import purpose_text
from facekeep.governance.purpose_text import Purpose
from facekeep.oversight import bundle
from facekeep.oversight.handed import obligations
from facekeep.rights.answers import event_of
from facekeep.terms.wire.access import ExportOrder, Opening, Publication, Published, Story
from facekeep.web.addresses import address_of
from facekeep.web.api.sessions import session_of
from facekeep.web.bodies import body
from facekeep.web.caller import Calling
from facekeep.web.service import Call

router = APIRouter(tags=["access"])
PublicationBody = Annotated[Publication, Depends(body(Publication))]
OpeningBody = Annotated[Opening, Depends(body(Opening))]
ExportBody = Annotated[ExportOrder, Depends(body(ExportOrder))]
CasePath = Annotated[
    str, InPath(alias="case", min_length=1, max_length=80, description="A case by its number.")
]

IDENTIFICATION = "identification"
PIECE = 256 * 1024
ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.post("/purposes", operation_id="publish_purpose", status_code=201)
def publish(call: Calling, request: Request, asked: PublicationBody) -> Published:
    """Bring a purpose into force: its file and its assessment, as `facekeep purpose publish` takes them.

    One that allows identification needs two officers: act `publish-identification`, what
    `PURPOSE/SHA256/SHA256` of the two files. Gaps are named all at once, and use no approval up.
    """
    # Whoever may publish nothing has nothing read: a file can be made that takes minutes to read.
    call.house.gate.require(call.caller, Act(Action.PUBLISH, ANY_PURPOSE))
    text, assessment = asked.text.encode(), asked.assessment.encode()
    purpose = purpose_text.parse(text)
    with call.doing(Action.PUBLISH, purpose.id) as house:
        address = address_of(request, call.service.settings)
        who = house.front_desk.owner(session_of(call)).name
        hand = house.front_desk.hand(session_of(call), asked.passphrase, address)
        with _second_officer(call, purpose, matter_of(purpose.id, text, assessment)):
            name, version = house.purposes.publish(text, assessment, who, hand)
    return Published(purpose=name, version=version)


@router.post("/cases/{case}/openings", operation_id="open_story")
def open_story(call: Calling, request: Request, case: CasePath, asked: OpeningBody) -> Story:
    """A departed person's entries, for one case. It is written down where the person reads it.

    Two officers approve it before: act `open-secret`, what the case's number.
    """
    address = address_of(request, call.service.settings)
    with (
        call.doing(Action.OPEN_SECRET) as house,
        house.front_desk.guessing(session_of(call), address),
    ):
        told = house.open_secret(case, asked.home_passphrase.encode())
    return Story(case=case, events=tuple(event_of(one) for one in told))


@router.post("/evidence/bundles", operation_id="export_evidence", response_class=Response,
             responses=ZIP)  # fmt: skip
def export(call: Calling, asked: ExportBody) -> StreamingResponse:
    """Every question answered, with the ledger of the period behind it; verified without us.

    Two officers approve it before: act `export`, what `SINCE..UNTIL`.
    """
    matter = ("export", f"{asked.since}..{asked.until}")
    with _by_two(call, Action.EXPORT_EVIDENCE, matter) as house:
        days = bundle.period(asked.since, asked.until, house.home.journal.now())
        file = exported(house, days)
    headers = {"Content-Length": str(os.fstat(file.fileno()).st_size)}
    return StreamingResponse(pieces(file), media_type="application/zip", headers=headers)


def exported(house: House, days: bundle.Period) -> BinaryIO:
    """The bundle, in a file without a name: whoever leaves before its end leaves none behind."""
    with tempfile.TemporaryDirectory(prefix="export-", dir=house.home.path) as folder:
        file = Path(folder) / "evidence.zip"
        bundle.export(house.home, house.questions(), obligations(), days, file)
        return file.open("rb")


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """A file in pieces; closed at its end, or where whoever asked leaves."""
    with file:
        while piece := file.read(PIECE):
            yield piece


def matter_of(purpose: str, text: bytes, assessment: bytes) -> str:
    """What two officers approve: this purpose, this file, this assessment."""
    digests = (hashlib.sha256(one).hexdigest() for one in (text, assessment))
    return "/".join((purpose, *digests))


@contextmanager
def _second_officer(call: Call, purpose: Purpose, matter: str) -> Iterator[None]:
    """Two approvals, where the purpose lets people be searched for."""
    if IDENTIFICATION not in purpose.operations:
        yield
        return
    with _by_two(call, Action.PUBLISH, ("publish-identification", matter), purpose.id):
        yield


@contextmanager
def _by_two(
    call: Call, action: Action, matter: tuple[str, str], purpose: str = ""
) -> Iterator[House]:
    with call.house.gate.holding_two(call.caller, Act(action, purpose), matter):
        yield call.house
