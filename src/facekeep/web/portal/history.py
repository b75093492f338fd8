"""Everything that happened, newest first: each entry in words, with its proof checked before the reader's eyes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import SEEK_END, StringIO
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from facekeep.collection.outbox import inert
from facekeep.governance.signs import fingerprint
from facekeep.ledger import log, verify
from facekeep.ledger.checkpoint import Checkpoint
from facekeep.ledger.merkle import leaf_hash
from facekeep.ledger.verify import Proof
from facekeep.rights.answers import GIVEN, told_to
from facekeep.storage.journal import Chain, Told
from facekeep.terms.errors import FacekeepError, NotSignedIn, Tampered
from facekeep.terms.messages import MESSAGES
from facekeep.web.moments import moment
from facekeep.web.pages.site import Language, show
from facekeep.web.paths import EventPath
from facekeep.web.portal.door import PORTAL, Visiting, Visitor
from facekeep.web.portal.receipts import seen_outside
from facekeep.web.problems import Unreadable, language_of

router = APIRouter()
PAGE = 25
"""Entries on one page."""

MOST_PAGES = 1_000_000
DECISIONS = ("use:verification:", "use:identification:", "collection:enrolment:")
"""What a human may be asked to look at again (PIPL art. 24)."""

GOOD = frozenset({"match", "enrolled", "returned"})
BAD = frozenset({"refused"})
COLUMNS = ("time", "entry", "kind", "what", "outcome", "where", "who")

Number = Annotated[int, Query(alias="page", ge=1, le=MOST_PAGES)]


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in the reader's words."""

    event: str
    kind: str
    at: int
    what: str
    outcome: str
    tone: str
    where: str
    who: str

    @property
    def decision(self) -> bool:
        """Whether a human may be asked to look at it again."""
        return self.kind.startswith(DECISIONS)


@dataclass(frozen=True, slots=True)
class Proved:
    """An entry's proof as it was checked just now. Digests in hexadecimal."""

    proof: Proof
    checkpoint: Checkpoint
    note: str
    key: str

    @property
    def leaf(self) -> str:
        """What the entry is called in the tree."""
        return leaf_hash(self.proof.leaf).hex()

    @property
    def document(self) -> str:
        """What anybody can check without us: the proof and the checkpoint."""
        return json.dumps({"proof": self.proof.to_json(), "checkpoint": self.note})


@router.get("/mine/history")
def history(request: Request, visitor: Visiting, number: Number = 1) -> Response:
    """One page of entries."""
    chain, language = _chain(visitor), language_of(request)
    length = visitor.house.home.journal.length(chain)
    lines = newest(visitor, language, (number - 1) * PAGE, PAGE)
    return show(
        request, PORTAL, "portal/history.html.j2", back="/mine", purpose=visitor.purpose,
        lines=lines, at=number, pages=-(-length // PAGE), length=length,
        covered=_covered(visitor), witness=seen_outside(visitor),
    )  # fmt: skip


@router.get("/mine/history.csv")
def table(request: Request, visitor: Visiting) -> Response:
    """The same for a spreadsheet; no cell of it can be a formula."""
    language = language_of(request)
    every = visitor.house.home.journal.length(_chain(visitor))
    text = _as_csv(newest(visitor, language, 0, every), language)
    headers = {"Content-Disposition": 'attachment; filename="facekeep-history.csv"'}
    return Response(text, headers=headers, media_type="text/csv; charset=utf-8")


@router.get("/mine/history/{event}")
def entry(request: Request, visitor: Visiting, event: EventPath) -> Response:
    """One entry of one's own, and its proof. Whoever else's there is, is nothing that lies here."""
    told = find(visitor, event)
    if told is None:
        raise Unreadable(404)
    line = one_line(visitor, language_of(request), told)
    proved, failed = _proof(visitor, told)
    return show(
        request, PORTAL, "portal/entry.html.j2", back="/mine/history", purpose=visitor.purpose,
        line=line, told=told, proved=proved, failed=failed, witness=seen_outside(visitor),
    )  # fmt: skip


def newest(visitor: Visitor, language: Language, after: int, count: int) -> list[Line]:
    """So many entries after the newest ones, newest first."""
    journal, chain = visitor.house.home.journal, _chain(visitor)
    top = journal.length(chain) - after
    found = (journal.told(chain, n) for n in range(top - 1, max(top - count, 0) - 1, -1))
    return _lines(visitor, language, [told for told in found if told is not None])


def find(visitor: Visitor, event: str) -> Told | None:
    """An entry of the visitor's own by its identifier; None where it is nobody's or another's."""
    journal, chain, wanted = visitor.house.home.journal, _chain(visitor), bytes.fromhex(event)
    own = (n for n in range(journal.length(chain)) if chain.event_id(n) == wanted)
    place = next(own, None)
    return None if place is None else journal.told(chain, place)


def one_line(visitor: Visitor, language: Language, told: Told) -> Line:
    """An entry in the reader's words."""
    return _lines(visitor, language, [told])[0]


# -- words ----------------------------------------------------------------------------------


def word(prefix: str, value: object, language: str) -> str:
    """What a code is called; an unknown one in words that hold for any."""
    key = f"{prefix}.{value}"
    return PORTAL.words.say(key if key in PORTAL.words else f"{prefix}.other", language)


def _lines(visitor: Visitor, language: Language, story: list[Told]) -> list[Line]:
    home = visitor.house.home
    return [_line(visitor, language, one) for one in told_to(home, story)]


def _line(visitor: Visitor, language: Language, event: dict[str, Any]) -> Line:
    outcome = str(event.get("outcome", ""))
    tone = "good" if outcome in GOOD else "grave" if outcome in BAD else "plain"
    return Line(
        event["event"], event["kind"], event["at"], word("did", _kind(event), language),
        _outcome(event, language), tone, _where(visitor, event, language), _who(event, language),
    )  # fmt: skip


def _kind(event: dict[str, Any]) -> str:
    """Whoever looked at their own pages is told so: nobody else did."""
    own = event["kind"] == GIVEN and "officer" not in event
    return f"{GIVEN}:own" if own else str(event["kind"])


def _outcome(event: dict[str, Any], language: str) -> str:
    words = [word("end", event["outcome"], language)] if "outcome" in event else []
    if "state" in event:
        words.append(word("step", event["state"], language))
    if f"error.{event.get('reason')}" in MESSAGES:
        words.append(MESSAGES[f"error.{event['reason']}"].of(language))
    return _joined(words, language)


def _where(visitor: Visitor, event: dict[str, Any], language: str) -> str:
    if "device" not in event:
        return ""
    place = _place(visitor, str(event.get("place", "")), language)
    return _joined([*place, str(event["device"])], language)


def _place(visitor: Visitor, name: str, language: str) -> list[str]:
    """What a place is called; a row that somebody damaged hides no history."""
    with suppress(Tampered):
        row = visitor.house.home.places.find(name)
        return [] if row is None else [row.place.name.of(language)]
    return []


def _who(event: dict[str, Any], language: str) -> str:
    named = [str(event["officer"])] if "officer" in event else []
    return _joined([*named, *map(str, event.get("officers", ()))], language)


def _joined(words: list[str], language: str) -> str:
    return ("，" if language == "zh" else ", ").join(words)


def _as_csv(lines: list[Line], language: Language) -> str:
    """With a mark in front by which spreadsheets know UTF-8."""
    out = StringIO("\ufeff")
    out.seek(0, SEEK_END)
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([PORTAL.words.say(f"column.{name}", language) for name in COLUMNS])
    writer.writerows([inert(cell) for cell in _cells(line)] for line in lines)
    return out.getvalue()


def _cells(line: Line) -> Iterator[str]:
    yield from (moment(line.at), line.event, line.kind, line.what)
    yield from (line.outcome, line.where, line.who)


# -- proof ----------------------------------------------------------------------------------


def _proof(visitor: Visitor, told: Told) -> tuple[Proved | None, bool]:
    """The entry's proof, checked; None where no checkpoint vouches yet, True where it fails."""
    home = visitor.house.home
    with home.records.reading() as connection:
        size = log.covered(connection)
        note = log.checkpoint_of(connection, size)
        if told.index >= size or note is None:
            return None, False
        proof = log.prove(connection, told.entry.id, size)
    try:
        verify.verify_proof(proof, note, home.signer.vkey)
        opened = verify.log_checkpoint(note, home.signer.vkey)
    except FacekeepError:
        return None, True
    return Proved(proof, opened, note, fingerprint(home.signer.key.public)), False


def _covered(visitor: Visitor) -> int:
    with visitor.house.home.records.reading() as connection:
        return log.covered(connection)


def _chain(visitor: Visitor) -> Chain:
    """The visitor's own. Raises ``NotSignedIn`` where their consent ended under their eyes: a stand-in's
    story is nobody's."""
    home = visitor.house.home
    person = home.directory.person(visitor.subject, visitor.visit.purpose)
    if not person.known or person.departed:
        raise NotSignedIn("your visit is over", "Open your link again")
    return home.chain(person)
