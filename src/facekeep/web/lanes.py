"""Lanes of their own. One for whoever leaves: thousands who ask keep nobody waiting to take it back.

A withdrawal behind a long queue would take effect seconds after it was said; it must within one (PIPL
art. 15: as easy as giving). And one for verifications in a row (``web.express``), whose queue keeps nobody
else waiting. Everybody else shares the server's threads in the order of arrival.
"""

from __future__ import annotations

import re
from asyncio import AbstractEventLoop, Future, get_running_loop
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.types import Scope

LEAVING_THREADS = 2
"""Beside those of the others: one may be waiting for a disk."""

WITHDRAWAL = re.compile(r"/v1/subjects/[^/]+/consents/[^/]+")
OWN_PAGE = "/mine/withdraw"
"""Where the person themselves takes a consent back."""

AT_THE_DESK = re.compile(r"/desk/people/[0-9a-f]{32}/withdraw")
"""Where they do it beside an attendant."""

Result = TypeVar("Result")
Act = Callable[[], Any]
_leaving = CapacityLimiter(LEAVING_THREADS)


async def to_leave(act: Callable[[], Result]) -> Result:
    """Do it in a thread that only withdrawals take."""
    return await to_thread.run_sync(act, limiter=_leaving)


def is_leaving(scope: Scope) -> bool:
    """Whether a request takes a consent back."""
    if scope["path"] == OWN_PAGE or AT_THE_DESK.fullmatch(scope["path"]):
        return True
    return scope["method"] == "DELETE" and bool(WITHDRAWAL.fullmatch(scope["path"]))


class Lane:
    """A few threads that take one act after the other, in the order in which they were asked.

    A change of threads costs a tenth of what the framework's own takes: no copied context, no
    tokens, nobody to cancel, and whoever finishes while the loop is woken already wakes it no more.
    """

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._waiting: SimpleQueue[tuple[Act, Future[Any], _Ear]] = SimpleQueue()
        self._ear: _Ear | None = None

    def do(self, act: Callable[[], Result]) -> Future[Result]:
        """What the act returns or raises."""
        if self._threads:
            self._threads -= 1
            Thread(target=self._work, name="facekeep lane", daemon=True).start()
        loop = get_running_loop()
        if self._ear is None or self._ear.loop is not loop:
            self._ear = _Ear(loop)
        future: Future[Result] = loop.create_future()
        self._waiting.put((act, future, self._ear))
        return future

    def _work(self) -> None:
        while True:
            self._take_next()

    def _take_next(self) -> None:
        """One act, in a frame that ends with it: an idle thread holds nobody's picture."""
        act, future, ear = self._waiting.get()
        try:
            told: tuple[Callable[[Any], None], Any] = (future.set_result, act())
        except Exception as error:  # noqa: BLE001 - whoever asked hears it
            told = (future.set_exception, error)
        ear.tell(future, *told)


class _Ear:
    """Where a loop hears what became of its acts."""

    def __init__(self, loop: AbstractEventLoop) -> None:
        self.loop = loop
        self._told: deque[tuple[Future[Any], Callable[[Any], None], Any]] = deque()
        self._woken = False

    def tell(self, future: Future[Any], say: Callable[[Any], None], what: Any) -> None:
        """From any thread. Kept before it is looked whether the loop comes by anyway: it first says that
        it has come and then takes all there is, so that nothing is left behind."""
        self._told.append((future, say, what))
        if not self._woken:
            self._woken = True
            with suppress(RuntimeError):  # the server stopped, and nobody listens
                self.loop.call_soon_threadsafe(self._hear)

    def _hear(self) -> None:
        self._woken = False
        while self._told:
            future, say, what = self._told.popleft()
            if not future.done():
                say(what)
