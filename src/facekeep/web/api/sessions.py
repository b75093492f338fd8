"""The staff's sign-in: passphrase and one-time code, or a passkey; and proving it once more."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from facekeep.access.authority import Member
from facekeep.access.passkeys import Passkey, unpadded
from facekeep.access.roles import Action
from facekeep.access.sessions import Session
from facekeep.access.signin import Opened, Shown
from facekeep.assembly import House
from facekeep.terms.errors import NotSignedIn
from facekeep.terms.wire.access import (
    ByPasskey,
    NewPasskey,
    NewPassphrase,
    PasskeyTold,
    Proof,
    Question,
    SessionTold,
    SignIn,
)
from facekeep.terms.wire.base import Page
from facekeep.web import cookies
from facekeep.web.addresses import address_of
from facekeep.web.bodies import body
from facekeep.web.caller import Calling, Serving
from facekeep.web.moments import moment
from facekeep.web.problems import Unreadable
from facekeep.web.service import Call

router = APIRouter(tags=["access"])

SignInBody = Annotated[SignIn, Depends(body(SignIn))]
ByPasskeyBody = Annotated[ByPasskey, Depends(body(ByPasskey))]
ProofBody = Annotated[Proof, Depends(body(Proof))]
NewPassphraseBody = Annotated[NewPassphrase, Depends(body(NewPassphrase))]
NewPasskeyBody = Annotated[NewPasskey, Depends(body(NewPasskey))]
PasskeyPath = Annotated[
    str,
    Path(alias="passkey", pattern=r"^[A-Za-z0-9_-]{1,1400}$", description="Its id, in base64url."),
]


@router.post("/sessions", operation_id="sign_in", status_code=201)
def sign_in(
    service: Serving, request: Request, response: Response, asked: SignInBody
) -> SessionTold:
    """Sign in. The session lives in the cookie of the answer, which no script can read.

    It ends by sign-out, half an hour after the last request, twelve hours after it began. Five failures
    in a quarter of an hour, of an account or an address, are followed by 429 with `Retry-After`.
    """
    desk, address = service.house.front_desk, address_of(request, service.settings)
    opened = desk.sign_in(asked.name, Shown(asked.passphrase, asked.code), address)
    return _signed_in(service.house, opened, response)


@router.post("/sessions/questions", operation_id="ask_for_passkey")
def ask_for_passkey(service: Serving) -> Question:
    """What a browser needs to sign in by passkey: the same for everybody, good once for five minutes."""
    return Question(options=service.house.front_desk.question())


@router.post("/sessions/passkeys", operation_id="sign_in_by_passkey", status_code=201)
def sign_in_by_passkey(
    service: Serving, request: Request, response: Response, asked: ByPasskeyBody
) -> SessionTold:
    """Sign in by passkey; its device has checked who holds it, so it counts as both factors."""
    desk, address = service.house.front_desk, address_of(request, service.settings)
    return _signed_in(service.house, desk.sign_in_by_passkey(asked.credential, address), response)


@router.get("/sessions/current", operation_id="show_session")
def show(call: Calling) -> SessionTold:
    """Who is signed in here, and what they may do at this moment."""
    with call.doing("own_session") as house:
        return _told(house, session_of(call))


@router.delete("/sessions/current", operation_id="sign_out", status_code=204)
def sign_out(call: Calling) -> Response:
    """End this session, here and in the browser."""
    with call.doing("own_session") as house:
        house.front_desk.sign_out(session_of(call))
    response = Response(status_code=204, headers={"Clear-Site-Data": '"cookies", "storage"'})
    cookies.clear(response)
    return response


@router.post("/sessions/current/proofs", operation_id="prove", status_code=204)
def prove(call: Calling, request: Request, asked: ProofBody) -> None:
    """Both factors once more: for ten minutes what cannot be taken back may be done."""
    session, address = session_of(call), address_of(request, call.service.settings)
    with call.doing("own_session") as house:
        house.front_desk.prove(session, Shown(asked.passphrase, asked.code), address)


@router.post("/sessions/current/questions", operation_id="ask_for_passkey_again")
def ask_again(call: Calling) -> Question:
    """What a browser needs to show a passkey again, for this session alone."""
    with call.doing("own_session") as house:
        return Question(options=house.front_desk.question_again(session_of(call)))


@router.post("/sessions/current/passkey-proofs", operation_id="prove_by_passkey", status_code=204)
def prove_by_passkey(call: Calling, request: Request, asked: ByPasskeyBody) -> None:
    """The same as `prove`, by one of your passkeys."""
    session, address = session_of(call), address_of(request, call.service.settings)
    with call.doing("own_session") as house:
        house.front_desk.prove_by_passkey(session, asked.credential, address)


@router.put("/sessions/current/passphrase", operation_id="change_passphrase", status_code=204)
def change_passphrase(call: Calling, asked: NewPassphraseBody) -> None:
    """Another passphrase. Every session of your account ends, this one too."""
    with call.doing("own_session") as house:
        staff = house.front_desk.owner(session_of(call))
        house.enlisting.change_passphrase(staff, asked.old, asked.new)


# -- one's own passkeys ---------------------------------------------------------------------


@router.get("/passkeys", operation_id="list_passkeys")
def list_passkeys(call: Calling) -> Page[PasskeyTold]:
    """Your passkeys, oldest first."""
    with call.doing("own_session") as house:
        mine = house.home.passkeys.of(house.front_desk.owner(session_of(call)).id)
    return Page(items=[_passkey(one) for one in mine])


@router.post("/passkeys/questions", operation_id="ask_for_new_passkey")
def ask_for_new_passkey(call: Calling) -> Question:
    """What a browser needs to make one more passkey."""
    with call.doing("own_factors") as house:
        staff = house.front_desk.owner(session_of(call))
        return Question(options=dict(house.enlisting.passkey_options(staff)))


@router.post("/passkeys", operation_id="add_passkey", status_code=201)
def add_passkey(call: Calling, asked: NewPasskeyBody) -> PasskeyTold:
    """One more passkey. Both factors must have been shown within the last ten minutes."""
    with call.doing("own_factors") as house:
        staff = house.front_desk.owner(session_of(call))
        added = house.enlisting.add_passkey(staff, asked.credential, asked.label)
    return _passkey(added)


@router.delete("/passkeys/{passkey}", operation_id="remove_passkey", status_code=204)
def remove_passkey(call: Calling, passkey: PasskeyPath) -> None:
    """One passkey less. The last way to sign in stays."""
    try:
        identity = unpadded(passkey)
    except ValueError:
        raise Unreadable(404) from None
    with call.doing("own_factors") as house:
        house.enlisting.remove_passkey(house.front_desk.owner(session_of(call)), identity)


def session_of(call: Call) -> bytes:
    """The session of whoever asks. Raises ``NotSignedIn`` for a program."""
    if not isinstance(call.caller, Member):
        raise NotSignedIn("this is for the staff: no API key does it", "Sign in: POST /v1/sessions")
    return call.caller.session


def _signed_in(house: House, opened: Opened, response: Response) -> SessionTold:
    cookies.keep(response, opened.token)
    return _told(house, opened.session.id)


def _told(house: House, identity: bytes) -> SessionTold:
    now = house.home.journal.now()
    session, staff = house.home.sessions.living(identity, now)
    return SessionTold(
        name=staff.name,
        role=staff.role.value,
        factor="passkey" if session.factor == "passkey" else "passphrase",
        opened_at=moment(session.opened_at),
        proved=house.home.sessions.facts(identity, now)[1],
        may=_may(house, session),
    )


def _may(house: House, session: Session) -> tuple[str, ...]:
    caller = Member(session.id)
    return tuple(action for action in Action if house.gate.allows_somewhere(caller, action))


def _passkey(passkey: Passkey) -> PasskeyTold:
    return PasskeyTold(
        id=passkey.name, label=passkey.label, added_at=moment(passkey.added_at)
    )  # fmt: skip
