"""Second factors: set at the desk or by a program, shown beside the face, gone with the consent."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from facekeep.assembly import House
from facekeep.terms.captures import factor_challenge
from facekeep.terms.wire.captures import SignedCapture
from facekeep.terms.wire.factors import (
    CardShown,
    FactorRequest,
    Factors,
    FactorStanding,
    Kind,
    PasskeyOptions,
    PasskeyShown,
    PinShown,
)
from facekeep.use.second_factors import Factor, FactorKind
from facekeep.web.bodies import body
from facekeep.web.caller import Calling
from facekeep.web.idempotency import Once
from facekeep.web.origins import token_of
from facekeep.web.paths import PurposePath, SubjectPath

router = APIRouter(tags=["use"], route_class=Once)
Body = Annotated[FactorRequest, Depends(body(FactorRequest))]
KindPath = Annotated[Kind, Path(alias="kind", description="Which factor.")]
BASE = "/subjects/{subject}/factors/{purpose}"


@router.get(BASE, operation_id="show_factors")
def show(call: Calling, subject: SubjectPath, purpose: PurposePath) -> Factors:
    """Which second factors somebody has set, and whether they still open.

    Whom nobody knows is answered like anybody who has set none.
    """
    with call.doing("read_reference", purpose) as house:
        return _told(house, subject, purpose)


@router.put(BASE, operation_id="set_factor")
def put(call: Calling, subject: SubjectPath, purpose: PurposePath, asked: Body) -> Factors:
    """Set a PIN, a card or a passkey beside somebody's face, while their consent is in force.

    It takes the place of an earlier one of its kind and clears its wrong tries: do it where the
    person stands, after you made sure who they are.
    """
    with call.doing("enrol", purpose) as house:
        house.second_factors.set(subject, purpose, factor_of(asked.factor, None))
        return _told(house, subject, purpose)


@router.delete(f"{BASE}/{{kind}}", operation_id="remove_factor")
def remove(call: Calling, subject: SubjectPath, purpose: PurposePath, kind: KindPath) -> Factors:
    """Forget a factor. Whoever has none is answered alike; the end of a consent forgets all."""
    with call.doing("enrol", purpose) as house:
        house.second_factors.remove(subject, purpose, FactorKind(kind))
        return _told(house, subject, purpose)


@router.post(f"{BASE}/challenges", operation_id="passkey_options")
def challenge(call: Calling, subject: SubjectPath, purpose: PurposePath) -> PasskeyOptions:
    """What a browser needs to make a passkey; good once, for five minutes."""
    with call.doing("enrol", purpose) as house:
        return PasskeyOptions(options=house.second_factors.options(subject, purpose))


def factor_of(shown: PinShown | CardShown | PasskeyShown, capture: SignedCapture | None) -> Factor:
    """What somebody shows, and the challenge of the capture it comes with."""
    match shown:
        case PinShown(pin=pin):
            return Factor(FactorKind.PIN, pin)
        case CardShown(number=number):
            return Factor(FactorKind.CARD, number)
        case PasskeyShown(credential=credential):
            challenge = factor_challenge(token_of(capture)) if capture is not None else b""
            return Factor(FactorKind.PASSKEY, json.dumps(credential), challenge)


def _told(house: House, subject: str, purpose: str) -> Factors:
    standing = house.second_factors.standing(subject, purpose)
    return Factors(
        purpose=purpose,
        required=house.home.purposes.get(purpose).second_factor,
        factors=tuple(FactorStanding(kind=one.kind.value, usable=one.usable) for one in standing),
    )
