"""Oversight's own questions about its papers, in the same form as the clocks' and the rooms'."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from facekeep.oversight import bundle, chapters, pack
from facekeep.oversight.obligations import book
from facekeep.storage.home import Home
from facekeep.terms.evidence import Finding

Ask = Callable[[int], Finding]


def questions(home: Home, asks: Mapping[str, Ask]) -> dict[str, Ask]:
    """``oversight.pack.complete``, ``oversight.bundle.exported``, ``oversight.audit.mapping``.

    ``asks`` are the rooms' and the clocks' questions: one of them says whether a filing is due.
    """
    return {
        "oversight.pack.complete": partial(pack.complete, home, asks.get(pack.FACE_FILING)),
        "oversight.bundle.exported": partial(bundle.exported, home),
        "oversight.audit.mapping": _mapping,
    }


def _mapping(_at: int) -> Finding:
    return chapters.mapping(obligations())


def obligations() -> dict[str, tuple[str, ...]]:
    """The questions of every obligation in the book, whatever its regime."""
    return {one.id: tuple(one.questions) for one in book().obligations}
