"""Under 14: a parent or guardian decides, at the desk, where somebody can see that they are one.

Nothing is asked here that the desk will ask: a proof that nobody checked proves nothing.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from facekeep.governance.guardians import ProofKind, Relation, rules_for
from facekeep.terms.values import StorageClass
from facekeep.web.pages.site import go, show
from facekeep.web.portal.door import PORTAL, Linked
from facekeep.web.portal.leads import may_choose
from facekeep.web.portal.telling import ways
from facekeep.web.problems import language_of

router = APIRouter()


@router.get("/p/{token}/guardian")
def guardian(request: Request, guest: Linked) -> Response:
    """Who decides, what they bring, and the ways that stay open without a face."""
    if not may_choose(guest):
        return go(guest.path)
    language, purpose = language_of(request), guest.purpose
    rules = rules_for(purpose)
    stays = purpose.storage is StorageClass.TERMINAL or rules.storage
    return show(
        request, PORTAL, "portal/guardian.html.j2", path=guest.path, back=f"{guest.path}/choice",
        title=purpose.title.of(language), ways=ways(purpose, language),
        rule=purpose.minors.rule.of(language) if purpose.minors else "",
        admitted=rules.admitted and stays, days=rules.retention_days,
        relations=[one.value for one in Relation], proofs=[one.value for one in ProofKind],
        place=purpose.place.name.of(language), contact=purpose.handler.contact,
    )  # fmt: skip
