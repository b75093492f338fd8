"""Screens that were turned into a kiosk: each under a name of its own, which opens a kiosk and nothing else.

A kiosk stands alone with whoever comes. So the browser gives its staff sign-in away for the kiosk's name:
from the screen nobody reaches the desk, and whoever wants it back signs in. The sign-in itself lives on
here and ends as any other, by its twelve hours or with its owner's account.

One form lies on the screen at a time. A browser still holds what the last person sent, and whoever comes
next could send it again: it counts no more once the page went back to the beginning.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_urlsafe
from threading import Lock
from typing import Literal

from facekeep.terms.errors import NotSignedIn

MOST = 500
"""Kiosks at once; beyond, the oldest ends."""


@dataclass(frozen=True, slots=True)
class Kiosk:
    """One screen: for which purpose, at which device, in which language it greets."""

    session: str = field(repr=False)
    purpose: str
    device: str
    language: Literal["zh", "en"]


class Kiosks:
    """Every screen that is a kiosk now."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._here: dict[bytes, Kiosk] = {}
        self._forms: dict[bytes, tuple[str, ...]] = {}

    def begin(self, kiosk: Kiosk) -> str:
        """A new kiosk; returns its name for the browser."""
        name = token_urlsafe(32)
        with self._lock:
            while len(self._here) >= MOST:
                self._drop(next(iter(self._here)))
            self._here[_key(name)] = kiosk
        return name

    def find(self, name: str) -> Kiosk:
        """The kiosk a browser names. Raises ``NotSignedIn``."""
        kiosk = self._here.get(_key(name))
        if kiosk is None:
            raise NotSignedIn("this screen is no kiosk, or not any more", "Sign in: /staff/sign-in")
        return kiosk

    def end(self, name: str) -> Kiosk | None:
        """The screen is something else again; what it was, where it was one."""
        with self._lock:
            return self._drop(_key(name))

    def lay(self, name: str) -> str:
        """A form for whoever stands there; what was sent from earlier ones counts no more."""
        form = token_urlsafe(12)
        self._forms[_key(name)] = (form,)
        return form

    def lay_again(self, name: str) -> str:
        """The same with what is wrong on it. The one before counts still, for a second click."""
        form = token_urlsafe(12)
        self._forms[_key(name)] = (*self._forms.get(_key(name), ())[-1:], form)
        return form

    def clear(self, name: str) -> None:
        """Back at the beginning: no form lies there."""
        self._forms.pop(_key(name), None)

    def lies(self, name: str, form: str) -> bool:
        """Whether a form is the one on the screen."""
        return form in self._forms.get(_key(name), ())

    def _drop(self, key: bytes) -> Kiosk | None:
        self._forms.pop(key, None)
        return self._here.pop(key, None)


def _key(name: str) -> bytes:
    return sha256(name.encode(errors="replace")).digest()
