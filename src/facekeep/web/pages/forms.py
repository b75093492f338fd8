"""Reading a form that people sent: from our own page, once, every field a short text or a picture.

What is wrong with a field is a :class:`Faults` entry under its name; the page is shown again with what was
typed, the faults in a summary first.
"""

from __future__ import annotations

import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hmac import compare_digest
from threading import Lock
from time import monotonic
from typing import Annotated

from fastapi import Depends, Request, Response
from starlette.datastructures import UploadFile

from facekeep.web.bodies import FORM, kind_of, read_parts
from facekeep.web.caller import is_foreign
from facekeep.web.pages.site import cookie_of, form_token, path_of
from facekeep.web.problems import Unreadable

URLENCODED = "application/x-www-form-urlencoded"
MAX_TEXT = 4_000
MAX_FIELDS = 400
"""An impact assessment asks for a hundred and fifty."""

MAX_FILE_TEXT = 256 * 1024
LONG = frozenset({"toml", "paper", "credential"})
"""Fields that hold a whole file: a text of an officer's, a signed paper, a browser's word about a passkey."""

KEPT = 512
"""Answers to forms that are kept for whoever sends the same form again."""

SHARE = 8
"""Of these, so many a sender."""

KEPT_S = 10 * 60
_Which = tuple[str, str, str]
"""Who sent it, to which page, under which number."""


@dataclass(frozen=True, slots=True)
class Form:
    """What was filled in."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    files: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict, repr=False)

    def text(self, name: str) -> str:
        """One field, tidied; empty where it is missing."""
        return next(iter(self.fields.get(name, ())), "")

    def many(self, name: str) -> tuple[str, ...]:
        """Every value of one field."""
        return self.fields.get(name, ())

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return bool(self.text(name))

    def pictures(self, name: str) -> tuple[bytes, ...]:
        """The files of one field; an empty one was not chosen."""
        return tuple(one for one in self.files.get(name, ()) if one)

    @property
    def typed(self) -> dict[str, str]:
        """What to fill in again where the page is shown once more; never a secret."""
        return {name: values[0] for name, values in self.fields.items() if name not in SECRET}


SECRET = frozenset({"passphrase", "code", "pin", "pin_again", "token", "once", "old", "new"})
"""Fields that are never sent back to a page."""


@dataclass
class Faults:
    """What is wrong, by field, in words; the first fault of a field counts."""

    found: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, words: str) -> None:
        """One fault of one field."""
        self.found.setdefault(name, words)

    def unless(self, holds: object, name: str, words: str) -> None:
        """A fault where something does not hold."""
        if not holds:
            self.add(name, words)

    def __bool__(self) -> bool:
        return bool(self.found)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.found.items())

    def of(self, name: str) -> str:
        """What is wrong with one field; empty where nothing is."""
        return self.found.get(name, "")


async def filled(request: Request) -> Form:
    """A form of ours. Answers 403 for one that another site, page or visit made."""
    if is_foreign(request):
        raise _stale()
    form = await _read(request)
    if not compare_digest(form.text("token").encode(), form_token(request).encode()):
        raise _stale()
    return form


Filled = Annotated[Form, Depends(filled)]
"""The form of a request, checked."""


async def _read(request: Request) -> Form:
    kind = kind_of(request)
    if kind not in (URLENCODED, FORM):
        raise Unreadable(415)
    parts = await read_parts(request, MAX_FIELDS)
    fields: dict[str, tuple[str, ...]] = {}
    files: dict[str, tuple[bytes, ...]] = {}
    try:
        for name, value in parts.multi_items():
            if isinstance(value, UploadFile):
                files[name] = (*files.get(name, ()), await value.read())
            else:
                fields[name] = (
                    *fields.get(name, ()),
                    _tidy(value, MAX_FILE_TEXT if name in LONG else MAX_TEXT),
                )
    finally:
        await parts.close()
    return Form(fields, files)


def _tidy(text: str, most: int = MAX_TEXT) -> str:
    """One spelling, no control characters but line breaks, no endless texts. Answers 400 beyond."""
    tidy = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    bad = any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in tidy)
    if bad or len(tidy) > most:
        raise Unreadable("not_understood")
    return tidy


def _stale() -> Unreadable:
    return Unreadable("stale_form")


# -- once ------------------------------------------------------------------------------------


class Once:
    """The same form sent twice is carried out once: a second click gets the answer of the first.

    An answer may show what is shown once, such as a code: it is kept for :data:`KEPT_S` and no longer.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._answers: OrderedDict[_Which, tuple[float, Response]] = OrderedDict()
        self._turns: dict[_Which, tuple[Lock, int]] = {}
        self._lock = Lock()

    def __call__(self, request: Request, form: Form, act: Callable[[], Response]) -> Response:
        """What ``act`` answers; kept under the form's own number and whoever sent it."""
        number = form.text("once")
        if not number:
            raise _stale()
        which = (request.cookies.get(cookie_of(request), ""), path_of(request), number)
        with self._turn(which) as known:
            return known or self._keep(which, act())

    @contextmanager
    def _turn(self, which: _Which) -> Iterator[Response | None]:
        """One after the other; the answer that is known already."""
        with self._lock:
            self._forget()
            turn, waiting = self._turns.get(which, (Lock(), 0))
            self._turns[which] = (turn, waiting + 1)
        try:
            with turn:
                yield self._answers.get(which, (0.0, None))[1]
        finally:
            self._leave(which)

    def _leave(self, which: _Which) -> None:
        """Whoever goes last takes the turn away; the answer stays where there is one."""
        with self._lock:
            turn, waiting = self._turns.pop(which)
            if waiting > 1:
                self._turns[which] = (turn, waiting - 1)

    def _keep(self, which: _Which, answer: Response) -> Response:
        with self._lock:
            self._answers[which] = (self._clock(), answer)
            mine = [one for one in self._answers if _sender(one) == _sender(which)]
            for old in mine[:-SHARE]:  # nobody pushes out what others were answered
                del self._answers[old]
        return answer

    def _forget(self) -> None:
        horizon = self._clock() - KEPT_S
        while self._answers and (
            len(self._answers) > KEPT or next(iter(self._answers.values()))[0] < horizon
        ):
            self._answers.popitem(last=False)


def _sender(which: _Which) -> str:
    """A visit or a sign-in; before there is one, the page, which a link's secret part is in."""
    cookie, path, _ = which
    return cookie or path


once = Once()
"""Of this process."""
