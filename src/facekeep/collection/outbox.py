"""Telling people: by the operator's webhook, a banner in the portal, or a list to print.

Facekeep holds no contacts, only the operator's own reference for somebody. The webhook carries that
reference and two texts, signed; whoever receives it knows the address. What nobody proved to have
arrived stays open, and stays visible.
"""

from __future__ import annotations

import csv
import hmac
import ipaddress
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from html import escape
from io import StringIO
from threading import Thread
from urllib.parse import urlsplit

from facekeep.governance.consent import Consent
from facekeep.governance.deliveries import (
    DELIVERED,
    VOID,
    Delivery,
    Kind,
    Try,
    Way,
    Words,
    minute,
)
from facekeep.governance.guardians import DAY, REMIND_DAYS, day_of, midnight
from facekeep.storage.home import Home
from facekeep.storage.journal import UNTOLD
from facekeep.storage.subjects import Person, normal
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Misused, Tampered

SETTLED = "collection:delivery:settled"
CONNECT_S = 5.0
READ_S = 10.0
"""Seconds to reach the webhook, and between two signs of life from it."""

WHOLE_S = 20.0
"""Seconds for one post altogether: an answer that drips byte by byte holds nobody up."""

LEAST_SECRET = 16
"""Bytes: a shorter secret is guessed."""

MAX_PROOF = 200
"""Characters an operator may write about how something was delivered."""

LEAST_NAME = 4
"""Characters of a plain reference that does not stand in a text by chance."""

SIGNATURE = "Facekeep-Signature"
FORMULA = "=+-@\t\r＝＋－＠"
"""First characters a spreadsheet would take for a formula."""

COLUMNS = ("id", "subject", "purpose", "kind", "due", "overdue", "zh", "en")

TURNING_14 = Words(
    "您即将年满十四周岁。从那天起，监护人的同意不再有效，是否刷脸由您自己决定。"
    "您可以不同意，其他方式照常可用。",
    "You are about to turn 14. From that day your guardian's consent no longer holds, and whether"
    " your face is used is for you to decide. You may say no; the other ways stay open.",
)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One open delivery with the operator's reference for its person.

    ``shown`` is the identifier that leaves the home: never the row's own, which stands beside the
    person's purposes in the store.
    """

    delivery: Delivery
    shown: bytes
    subject: str = field(repr=False)
    overdue: bool


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where notices are posted, and the secret they are signed with (HMAC-SHA256).

    Raises ``Misused`` for anything but HTTPS (or this very machine), and for a short secret.
    """

    url: str
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            host, parts = None, urlsplit("")
        plain = parts.scheme == "http" and host is not None and _is_here(host)
        if not host or parts.username or not (parts.scheme == "https" or plain):
            raise Misused("a webhook is an https address without a password in it")
        if len(self.secret) < LEAST_SECRET:
            raise Misused(f"a webhook secret has at least {LEAST_SECRET} bytes")

    def sign(self, at: int, body: bytes) -> str:
        """``t=<seconds>,v1=<hex>``: HMAC-SHA256 over time, a full stop and the body."""
        mac = hmac.digest(self.secret, str(at).encode() + b"." + body, sha256)
        return f"t={at},v1={mac.hex()}"


Post = Callable[[Webhook, dict[str, str], bytes], str]
"""Posts a body; returns ``""`` where it was taken, otherwise what came of it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a round of sending came to."""

    delivered: int
    failed: int
    waiting: int


class Outbox:
    """The open notices of a home, and the ways they leave it."""

    def __init__(self, home: Home) -> None:
        self._home = home

    # -- what is open -----------------------------------------------------------------------------

    def open(self) -> list[Outgoing]:
        """What has yet to arrive, the earliest due first, with whose it is. Only reads."""
        home, now = self._home, self._home.journal.now()
        return [
            Outgoing(
                one,
                home.deliveries.shown(one),
                home.directory.reference_of(one.person),
                one.overdue(now),
            )
            for one in home.deliveries.open()
            if home.directory.lives(one.person)
        ]

    def void_departed(self) -> int:
        """Whoever left need not be told any more; returns how many notices that were."""
        home = self._home
        with home.records.transaction() as tx:
            gone = [d for d in home.deliveries.open() if not home.directory.lives(d.person)]
            for delivery in gone:
                at = int(home.journal.now())
                home.deliveries.keep(tx, delivery.settled(at, VOID, "the person left"))
        return len(gone)

    def queue_coming_of_age(self) -> int:
        """Children who turn 14 within :data:`REMIND_DAYS` are to be told; returns how many."""
        home, queued = self._home, 0
        for consent in home.consents.by_guardians():
            turns_14 = self._turns_14_soon(consent)
            if turns_14 is None or home.deliveries.has(consent.person, Kind.TURNING_14):
                continue
            with home.records.transaction() as tx:
                home.deliveries.queue(
                    tx, consent.person, consent.purpose, Kind.TURNING_14, TURNING_14,
                    due=midnight(turns_14),
                )  # fmt: skip
            queued += 1
        return queued

    def _turns_14_soon(self, consent: Consent) -> date | None:
        """The day, where it is near. A damaged row keeps no home closed; ``doctor`` names it."""
        try:
            ages = self._home.directory.ages_of(consent.person)
        except Tampered:
            return None
        days = 0 if ages is None else (ages.turns_14 - day_of(self._home.journal.now())).days
        return ages.turns_14 if ages is not None and 0 < days <= REMIND_DAYS else None

    def tell(self, subject: str, purpose: str, kind: Kind, words: Words, days: int) -> Delivery:
        """Queue one notice for one subject. Raises ``Misused`` where nobody living is meant."""
        home = self._home
        person = home.directory.person(subject, purpose)
        if not person.known or person.departed:
            raise Misused("nobody of this reference is here for this purpose")
        _refuse_named(subject, words.zh, words.en)
        due = minute(home.journal.now()) + days * DAY
        with home.records.transaction() as tx:
            return home.deliveries.queue(tx, person.id, purpose, kind, words, due=due)

    # -- the webhook ------------------------------------------------------------------------------

    def send(self, webhook: Webhook, post: Post | None = None) -> Sent:
        """Post what is due for a try; a 2xx answer counts as delivered, anything else is tried
        again later, and the try is written down.
        """
        self.void_departed()
        now, delivered, failed = int(self._home.journal.now()), 0, 0
        waiting = self.open()
        ready = [o for o in waiting if max(o.delivery.not_before, o.delivery.next_try) <= now]
        for outgoing in ready:
            if not self._waits(outgoing.delivery.id):  # a round is long: some leave, some are told
                continue
            came = self._post(webhook, outgoing, now, post or post_by_http)
            delivered, failed = (delivered + 1, failed) if not came else (delivered, failed + 1)
        return Sent(delivered, failed, len(waiting) - len(ready))

    def _waits(self, identity: bytes) -> bool:
        delivery = self._home.deliveries.get(identity)
        still = delivery is not None and delivery.open
        return delivery is not None and still and self._home.directory.lives(delivery.person)

    def _post(self, webhook: Webhook, outgoing: Outgoing, now: int, post: Post) -> str:
        body = canonical(_document(outgoing))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": outgoing.shown.hex(),
            SIGNATURE: webhook.sign(now, body),
        }
        came = post(webhook, headers, body)
        if came:
            self._keep_try(outgoing.delivery, Try(now, Way.WEBHOOK, came))
        else:
            self._settle(outgoing.delivery.id, Way.WEBHOOK, f"{Way.WEBHOOK.value}: accepted")
        return came

    def _keep_try(self, delivery: Delivery, attempt: Try) -> None:
        """Somebody may have settled it meanwhile: then the failure says nothing any more."""
        home = self._home
        with home.records.transaction() as tx:
            current = home.deliveries.get(delivery.id)
            if current is not None and current.open:
                home.deliveries.keep(tx, current.tried(attempt))

    # -- by hand and by banner --------------------------------------------------------------------

    def delivered(self, shown: bytes, proof: str, way: Way = Way.LIST) -> Delivery:
        """Somebody told the person of ``shown``, and says how. Settled twice, the first proof stays.

        Raises ``Misused`` where there is no such notice or nothing is said.
        """
        if not proof.strip() or len(proof) > MAX_PROOF or not proof.isprintable():
            raise Misused(f"how it was delivered is said in 1 to {MAX_PROOF} characters")
        identity = self._home.deliveries.row_of(shown)
        known = self._home.deliveries.get(identity)
        if known is not None and self._home.directory.lives(known.person):
            _refuse_named(self._home.directory.reference_of(known.person), proof)
        return self._settle(identity, way, f"{way.value}: {proof.strip()}")

    def banner(self, subject: str, purpose: str | None = None) -> list[Delivery]:
        """What a subject has yet to read, for the portal."""
        home, now = self._home, self._home.journal.now()
        persons = home.directory.persons(subject, purpose)
        found = [one for person in persons for one in home.deliveries.open_of(person.id)]
        return [one for one in found if one.not_before <= now]

    def acknowledge(self, subject: str, shown: bytes) -> Delivery:
        """The subject has read it. Raises ``Misused`` where it is not theirs."""
        identity = self._home.deliveries.row_of(shown)
        if identity not in {one.id for one in self.banner(subject)}:
            raise Misused("there is no such notice for this person")
        return self._settle(identity, Way.BANNER, f"{Way.BANNER.value}: acknowledged")

    def _settle(self, identity: bytes, way: Way, proof: str) -> Delivery:
        home = self._home
        with home.records.transaction() as tx:
            delivery = home.deliveries.get(identity)
            if delivery is None:
                raise Misused("there is no such notice")
            if not delivery.open:
                return delivery
            settled = delivery.settled(minute(home.journal.now()), DELIVERED, proof)
            home.deliveries.keep(tx, settled)
            told = {"delivery": settled.id.hex(), "kind": settled.kind.value, "way": way.value}
            chain = home.chain(self._person(settled))
            if home.journal.untold(chain) == settled.id.hex():  # a later change may still wait
                told[UNTOLD] = ""
            home.journal.write(tx, chain, SETTLED, told)
        return settled

    def _person(self, delivery: Delivery) -> Person:
        departed = not self._home.directory.lives(delivery.person)
        return Person(delivery.person, delivery.purpose, known=True, departed=departed)

    # -- lists ------------------------------------------------------------------------------------

    def as_csv(self) -> str:
        """A table for a spreadsheet; no cell of it can be a formula."""
        out = StringIO()
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        writer.writerows([inert(cell) for cell in _cells(one)] for one in self.open())
        return out.getvalue()

    def as_html(self) -> str:
        """A page to print: one row a person, both texts, and a place to sign."""
        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in _cells(one)) + "<td></td></tr>"
            for one in self.open()
        )
        head = "".join(f"<th>{escape(name)}</th>" for name in (*COLUMNS, "签收 · signature"))
        return PAGE.format(head=head, rows=rows)


PAGE = """<!doctype html>
<html lang="zh"><meta charset="utf-8"><title>待送达通知 · Notices to deliver</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body{{font:11pt/1.5 serif;margin:2cm}}table{{border-collapse:collapse;width:100%}}
th,td{{border:1px solid #888;padding:.3em;text-align:left;vertical-align:top}}
td{{overflow-wrap:anywhere}}tr{{break-inside:avoid}}</style>
<h1>待送达通知 · Notices to deliver</h1><table><thead><tr>{head}</tr></thead>
<tbody>{rows}</tbody></table></html>
"""


def post_by_http(webhook: Webhook, headers: dict[str, str], body: bytes) -> str:
    """Post once, within :data:`WHOLE_S`. What arrives after that is told again, under the same key."""
    came: list[str] = []
    worker = Thread(target=lambda: came.append(_posted(webhook, headers, body)), daemon=True)
    worker.start()
    worker.join(WHOLE_S)
    return came[0] if came else "no answer in time"


def _posted(webhook: Webhook, headers: dict[str, str], body: bytes) -> str:
    """Redirects are not followed, and not a byte of the answer's body is read."""
    import httpx

    timeout = httpx.Timeout(READ_S, connect=CONNECT_S)
    client = httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False)
    try:
        with client, client.stream("POST", webhook.url, headers=headers, content=body) as answer:
            return "" if answer.is_success else f"answered {answer.status_code}"
    except httpx.TimeoutException:
        return "no answer in time"
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return "not reached"


def _document(outgoing: Outgoing) -> dict[str, str | int]:
    one = outgoing.delivery
    return {
        "id": outgoing.shown.hex(),
        "subject": outgoing.subject,
        "purpose": one.purpose,
        "kind": one.kind.value,
        "due": one.due,
        "zh": one.words.zh,
        "en": one.words.en,
    }


def _cells(outgoing: Outgoing) -> tuple[str, ...]:
    one = outgoing.delivery
    return (
        outgoing.shown.hex(), outgoing.subject, one.purpose, one.kind.value,
        day_of(one.due).isoformat(), "!" if outgoing.overdue else "", one.words.zh, one.words.en,
    )  # fmt: skip


def _refuse_named(subject: str, *texts: str) -> None:
    """These texts lie in clear as long as evidence does. Raises ``Misused`` where one names somebody.

    A short reference of plain letters and digits stands in many a text by chance.
    """
    name = normal(subject).casefold()
    telling = len(name) >= LEAST_NAME or not name.isascii()
    if telling and any(name in unicodedata.normalize("NFC", text).casefold() for text in texts):
        raise Misused("leave out who is told: this text is kept longer than the person's reference")


def inert(cell: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would compute it."""
    computed = cell.startswith(tuple(FORMULA)) or cell.lstrip().startswith(tuple(FORMULA))
    return f"'{cell}" if computed else cell


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
