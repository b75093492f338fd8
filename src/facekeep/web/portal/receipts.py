"""Receipts of consents: to read, to print, to keep as a file, and to check without us."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from facekeep.governance.consent import Consent, Scope
from facekeep.governance.signs import fingerprint
from facekeep.ledger.verify import Proof
from facekeep.rights.consent_receipts import ConsentReceipt
from facekeep.storage.signed import Paper
from facekeep.web.pages.site import show
from facekeep.web.portal.door import PORTAL, Visiting, Visitor
from facekeep.web.portal.receipt_paper import is_printable, printed
from facekeep.web.portal.standing import Person
from facekeep.web.problems import Unreadable, language_of

router = APIRouter()
Identity = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


@dataclass(frozen=True, slots=True)
class Kept:
    """One receipt as it is read. Times in seconds since 1970."""

    id: str
    scope: str
    by: str
    given_at: int
    expires: int
    notice: str
    version: int
    entry: str
    size: int


@router.get("/mine/receipts")
def receipts(request: Request, visitor: Visiting) -> Response:
    """The receipts of what is in force, and what is asked next."""
    person = standing_of(visitor)
    found = [_kept(visitor.house.consent_receipt(one)) for one in _in_force(person)]
    return show(
        request, PORTAL, "portal/receipts.html.j2", receipts=found, next=person.next.value,
        title=visitor.purpose.title.of(language_of(request)), back="/mine", witness=seen_outside(visitor),
        printable=is_printable(), key=fingerprint(visitor.house.home.signer.key.public),
    )  # fmt: skip


@router.get("/mine/receipts/{consent}/file")
def file(visitor: Visiting, consent: Identity) -> Response:
    """One receipt as a file: whoever has it proves the consent, and needs nobody for it."""
    receipt = visitor.house.consent_receipt(_own(visitor, consent))
    return as_file(receipt, f"consent-{visitor.purpose.id}")


@router.get("/mine/receipts/{consent}/paper")
def paper(request: Request, visitor: Visiting, consent: Identity) -> Response:
    """The same as a sheet to print or to keep."""
    receipt = visitor.house.consent_receipt(_own(visitor, consent))
    sheet = printed(receipt, visitor.purpose, language_of(request))
    headers = {"Content-Disposition": f'attachment; filename="consent-{visitor.purpose.id}.pdf"'}
    return Response(sheet, media_type="application/pdf", headers=headers)


def as_file(paper: Paper, name: str) -> Response:
    """A signed paper to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.json"'}
    return Response(paper.to_json(), media_type="application/json", headers=headers)


def standing_of(visitor: Visitor) -> Person:
    """Whoever visits, in the purpose of their visit."""
    return Person(visitor.house, visitor.subject, visitor.purpose)


def _in_force(person: Person) -> list[Consent]:
    found = (person.consent(scope) for scope in Scope)
    return [one for one in found if one is not None]


def _own(visitor: Visitor, consent: str) -> Consent:
    """One of their own that is in force. Answers 404 for anybody else's, and for what is none."""
    for one in _in_force(standing_of(visitor)):
        if one.id.hex() == consent:
            return one
    raise Unreadable(404)


def _kept(receipt: ConsentReceipt) -> Kept:
    body, stated = receipt.body, receipt.body["consent"]
    proof = Proof.from_json(body["proof"])
    return Kept(
        stated["id"], stated["scope"], stated["by"], stated["given_at"], stated["expires"],
        stated["notice"], body["notice_version"], json.loads(proof.leaf)["id"], proof.size,
    )  # fmt: skip


def seen_outside(visitor: Visitor) -> int | None:
    """When a witness last saw the ledger (seconds since 1970); None where none ever did."""
    seen = visitor.house.witness.last()
    return None if seen is None else seen.at
