"""What every act on these pages shares: both factors shown lately, the signer's word, faults in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request, Response

from facekeep.access.signin import Hand
from facekeep.rights import cases
from facekeep.terms.errors import Misused, NotPermitted, NotSignedIn, Refused, TooMany
from facekeep.terms.messages import told
from facekeep.web.addresses import address_of
from facekeep.web.api.sessions import session_of
from facekeep.web.console.wording import WORDS
from facekeep.web.pages import proving
from facekeep.web.pages.forms import Faults, Form
from facekeep.web.pages.site import path_of
from facekeep.web.service import Call

WHOLE = "content"
"""Where a fault of no single field is shown: the page itself."""

TYPED = "facekeep "
"""A way out that is a command to type helps nobody on a page."""


class Unsigned(Exception):
    """The passphrase is not the signer's; their session goes on."""


def prove_first(request: Request, call: Call, action: str) -> Response | None:
    """On to showing both factors once more and back to this page; None where nothing is missing."""
    return proving.prove_first(call, action, path_of(request))


def name_of(call: Call) -> str:
    """Who is signed in. Raises ``NotSignedIn``."""
    return call.house.front_desk.owner(session_of(call)).name


def hand_of(request: Request, call: Call, form: Form) -> Hand:
    """The signature of whoever is signed in, for one act. Raises ``Unsigned``, ``Refused``."""
    desk, session = call.house.front_desk, session_of(call)
    desk.owner(session)
    try:
        return desk.hand(
            session, form.text("passphrase"), address_of(request, call.service.settings)
        )
    except NotSignedIn:
        raise Unsigned from None


@contextmanager
def guessing(request: Request, call: Call) -> Iterator[None]:
    """An attempt at the home's own passphrase, counted like a sign-in. Raises ``Unsigned``."""
    desk, session = call.house.front_desk, session_of(call)
    desk.owner(session)
    try:
        with desk.guessing(session, address_of(request, call.service.settings)):
            yield
    except NotSignedIn:
        raise Unsigned from None


def signed(request: Request, call: Call, form: Form, message: bytes) -> str:
    """Who is signed in, having signed a message whose signature holds against the roll.

    Raises ``Unsigned``, ``Refused``.
    """
    word = hand_of(request, call, form)(message)
    return call.house.home.officers.decide(word.officer, message, word.signature).name


def case_hand(request: Request, call: Call, form: Form) -> cases.Hand:
    """The same as those who work on cases sign."""
    hand = hand_of(request, call, form)
    return cases.Hand(name_of(call), lambda message: hand(message).signature)


class Catching:
    """Turns what an act refuses into a fault of the form, so that nothing typed is lost.

    Who may not, or not now, is told on a page of its own.
    """

    def __init__(self, faults: Faults, call: Call, field: str) -> None:
        self._faults, self._language, self._field = faults, call.language, field

    def __enter__(self) -> None:
        """Nothing is asked before."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        """Whether what was raised is told on the form."""
        match error:
            case Unsigned():
                self._faults.add("passphrase", WORDS.say("act.unsigned", self._language))
            case NotSignedIn() | NotPermitted() | TooMany():
                return False
            case Misused() | Refused():
                self._faults.add(self._field, in_words(error, self._language))
            case _:
                return False
        return True


def caught(faults: Faults, call: Call, field: str = WHOLE) -> Catching:
    """An act whose refusal is shown on the form, beside ``field``."""
    return Catching(faults, call, field)


def in_words(error: Misused | Refused, language: str) -> str:
    """What is wrong, what to do where it is nothing to type, and the duty behind it."""
    said = told(error, language)
    remedy = "" if TYPED in said.remedy else said.remedy
    article = f"[{said.article}]" if said.article else ""
    return " ".join(part for part in (said.what, remedy, article) if part)
