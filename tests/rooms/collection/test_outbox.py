"""Notices leave by webhook, banner or list; what did not arrive stays open."""

from __future__ import annotations

import csv
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from itertools import count

import pytest

from facekeep.collection import outbox
from facekeep.collection.outbox import COLUMNS, MAX_PROOF, SIGNATURE, Outbox, Webhook
from facekeep.governance.deliveries import (
    FIRST_PAUSE_S,
    LONGEST_PAUSE_S,
    Delivery,
    Kind,
    Words,
)
from facekeep.terms.errors import FacekeepError, Misused
from tests.attacks.toolkit import DAY, agree
from tests.rooms.storage.conftest import Town

SECRET = b"a secret of the operator"
WORDS = Words("请到前台", "Please come to the desk")

_numbers = count()


@dataclass
class Receiver:
    """A real server on this machine that answers as it is told and keeps what it heard."""

    url: str = ""
    answer: str = "200"
    done: threading.Event = field(default_factory=threading.Event)
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.receiver.heard.append((dict(self.headers.items()), body))
        getattr(self, f"_{self.receiver.answer}", self._status)()

    def _status(self) -> None:
        self.send_response(int(self.receiver.answer))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _redirect(self) -> None:
        self.send_response(307)
        self.send_header("Location", self.receiver.url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _huge(self) -> None:
        """Promises ten gigabytes and sends a little."""
        self.send_response(200)
        self.send_header("Content-Length", str(10 * 2**30))
        self.end_headers()
        self.wfile.write(b"x" * 65536)

    def _silent(self) -> None:
        """Says nothing until the other side has had enough."""
        self.connection.settimeout(5)
        self.rfile.read(1)

    def _drip(self) -> None:
        """One byte at a time, never silent long enough to be called silent."""
        for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"y" * 200:
            self.wfile.write(bytes([byte]))
            if self.receiver.done.wait(0.05):
                return

    def _garbage(self) -> None:
        self.wfile.write(b"\x00\xff not http\r\n\r\n")

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    told = Receiver()
    handler = type("Handler", (_Handler,), {"receiver": told})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        told.url = f"http://127.0.0.1:{server.server_port}/hook"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield told
        told.done.set()
        server.shutdown()


@pytest.fixture
def box(town: Town) -> Outbox:
    """The town's outbox, emptied."""
    for one in town.house.outbox.open():
        town.house.outbox.delivered(one.shown, "emptied")
    return town.house.outbox


def notice(town: Town, name: str | None = None, days: int = 3) -> tuple[str, Delivery]:
    """Somebody new who is to be told something."""
    subject = name or f"person {next(_numbers)}"
    agree(town.house, subject)
    return subject, town.house.outbox.tell(subject, "gate", Kind.MESSAGE, WORDS, days)


def kept(town: Town, delivery: Delivery) -> Delivery:
    """The row as it is now."""
    now = town.house.home.deliveries.get(delivery.id)
    assert now is not None
    return now


# -- the webhook ------------------------------------------------------------------------------


def test_accepted_post_is_delivered_once(town: Town, box: Outbox, receiver: Receiver) -> None:
    """Signed, with a key against doubles, both texts, the operator's reference; never again."""
    subject, delivery = notice(town)
    hook = Webhook(receiver.url, SECRET)
    assert (box.send(hook).delivered, box.send(hook).delivered) == (1, 0)
    ((headers, body),) = receiver.heard
    told = json.loads(body)
    assert told == {
        "id": town.house.home.deliveries.shown(delivery).hex(), "subject": subject, "purpose": "gate", "kind": "message",
        "due": delivery.due, "zh": WORDS.zh, "en": WORDS.en,
    }  # fmt: skip
    assert headers["Idempotency-Key"] == told["id"]
    stamp, mac = (part.partition("=")[2] for part in headers[SIGNATURE].split(","))
    assert mac == hmac.digest(SECRET, stamp.encode() + b"." + body, sha256).hex()
    settled = kept(town, delivery)
    assert (settled.outcome, settled.proof) == ("delivered", "webhook: accepted")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("500", "answered 500"), ("404", "answered 404"), ("redirect", "answered 307"),
     ("silent", "no answer in time"), ("garbage", "not reached")],
)  # fmt: skip
def test_anything_but_yes_is_tried_again(
    town: Town, box: Outbox, receiver: Receiver, monkeypatch: pytest.MonkeyPatch,
    answer: str, outcome: str,
) -> None:  # fmt: skip
    """The try is written down, the notice stays open, and the next try comes later."""
    monkeypatch.setattr(outbox, "READ_S", 0.3)
    _, delivery = notice(town)
    receiver.answer = answer
    hook = Webhook(receiver.url, SECRET)
    assert box.send(hook).failed == 1
    after = kept(town, delivery)
    assert after.open
    assert [one.outcome for one in after.tries] == [outcome]
    assert box.send(hook) == outbox.Sent(0, 0, 1)
    assert len(receiver.heard) == 1
    town.clock.advance(FIRST_PAUSE_S + 60)
    receiver.answer = "204"
    assert box.send(hook).delivered == 1


def test_answer_that_drips_is_no_answer(
    town: Town, box: Outbox, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each byte arrives in time, and all of them never."""
    monkeypatch.setattr(outbox, "WHOLE_S", 0.4)
    _, delivery = notice(town)
    receiver.answer = "drip"
    assert box.send(Webhook(receiver.url, SECRET)).failed == 1
    assert kept(town, delivery).tries[0].outcome == "no answer in time"


def test_body_of_an_answer_is_never_read(town: Town, box: Outbox, receiver: Receiver) -> None:
    """Ten gigabytes promised: the status is enough."""
    notice(town)
    receiver.answer = "huge"
    assert box.send(Webhook(receiver.url, SECRET)).delivered == 1


def test_nobody_at_home_is_a_try(town: Town, box: Outbox) -> None:
    """A closed port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    _, delivery = notice(town)
    assert box.send(Webhook(f"http://127.0.0.1:{port}/", SECRET)).failed == 1
    assert kept(town, delivery).tries[0].outcome == "not reached"


def test_pauses_double_and_end_at_a_day(town: Town, box: Outbox) -> None:
    """Twenty tries are kept; the row does not grow for ever."""
    _, delivery = notice(town)
    hook = Webhook("http://127.0.0.1:9/", SECRET)
    pauses = []
    for _ in range(24):
        box.send(hook, lambda *_: "answered 503")
        now = kept(town, delivery)
        pauses.append(now.next_try - now.tries[-1].at)
        town.clock.now = now.next_try
    assert pauses[:3] == [FIRST_PAUSE_S, 2 * FIRST_PAUSE_S, 4 * FIRST_PAUSE_S]
    assert pauses[-1] == LONGEST_PAUSE_S
    assert len(kept(town, delivery).tries) == 20


def test_somebody_told_meanwhile_stays_told(town: Town, box: Outbox) -> None:
    """The webhook fails while a colleague settles it: the settling stands."""
    _, delivery = notice(town)

    def meanwhile(*_: object) -> str:
        box.delivered(town.house.home.deliveries.shown(delivery), "at the desk")
        return "answered 500"

    box.send(Webhook("http://127.0.0.1:9/", SECRET), meanwhile)
    assert kept(town, delivery).proof == "list: at the desk"
    assert kept(town, delivery).tries == ()


@pytest.mark.parametrize(
    "url",
    ["http://example.org/hook", "ftp://127.0.0.1/", "https://", "https://name:word@example.org/",
     "javascript:alert(1)", "", "http://127.0.0.1.example.org/", "http://[::1", "//example.org",
     "http://localhost.example/", "https://example.org:port/"],
)  # fmt: skip
def test_only_https_or_this_machine(url: str) -> None:
    """No plain text over a network, no password in an address."""
    with pytest.raises(Misused):
        Webhook(url, SECRET)


def test_good_addresses_and_short_secrets() -> None:
    """HTTPS anywhere; plain on loopback; a secret of sixteen bytes."""
    for url in ("https://notify.example/x", "http://localhost:1/x", "http://[::1]:1/"):
        assert SECRET.decode() not in repr(Webhook(url, SECRET))
    with pytest.raises(Misused):
        Webhook("https://notify.example/x", b"short")


# -- by hand, banner, list ----------------------------------------------------------------------


def test_banner_shows_only_ones_own(town: Town, box: Outbox) -> None:
    """Somebody else's identifier acknowledges nothing."""
    alice, hers = notice(town)
    bob, his = notice(town)
    assert [one.id for one in box.banner(alice)] == [hers.id]
    with pytest.raises(Misused):
        box.acknowledge(alice, town.house.home.deliveries.shown(his))
    assert (
        box.acknowledge(bob, town.house.home.deliveries.shown(his)).proof == "banner: acknowledged"
    )
    assert box.banner(bob) == []
    assert box.banner("nobody at all") == []


@pytest.mark.parametrize("proof", ["", "   ", "x" * (MAX_PROOF + 1), "a\nb"])
def test_delivery_says_how(town: Town, box: Outbox, proof: str) -> None:
    """Nothing said is nothing delivered."""
    _, delivery = notice(town)
    with pytest.raises(Misused):
        box.delivered(town.house.home.deliveries.shown(delivery), proof)
    assert kept(town, delivery).open
    with pytest.raises(Misused):
        box.delivered(bytes(16), "to whom")


def test_first_proof_stays(town: Town, box: Outbox) -> None:
    """Settled twice, told once."""
    _, delivery = notice(town)
    box.delivered(town.house.home.deliveries.shown(delivery), "first")
    assert (
        box.delivered(town.house.home.deliveries.shown(delivery), "second").proof == "list: first"
    )


@pytest.mark.parametrize("name", ["=1+1", "+cmd", "-2", "@SUM(A1)", "＝1", " =HYPERLINK(1)"])
def test_no_cell_is_a_formula(town: Town, box: Outbox, name: str) -> None:
    """An apostrophe stands before what a spreadsheet would compute."""
    subject, _ = notice(town, name)
    (header, row) = csv.reader(StringIO(box.as_csv()))
    assert tuple(header) == COLUMNS
    assert row[1] == f"'{subject.strip()}"


def test_page_is_text_and_nothing_else(town: Town, box: Outbox) -> None:
    """Markup in a reference stays a reference."""
    notice(town, "<script>alert(1)</script>&")
    page = box.as_html()
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;" in page
    assert WORDS.zh in page


def test_whoever_left_is_told_no_more(town: Town, box: Outbox) -> None:
    """The notice is void, not overdue, and neither posted nor listed."""
    subject, delivery = notice(town)
    town.house.withdrawals.withdraw(subject, "gate")
    assert box.open() == []
    assert box.send(Webhook("http://127.0.0.1:9/", SECRET)) == outbox.Sent(0, 0, 0)
    assert kept(town, delivery).outcome == "void"


def test_notice_before_its_day_waits(town: Town, box: Outbox) -> None:
    """Neither on the banner nor posted."""
    subject, _ = notice(town)
    home = town.house.home
    person = home.directory.person(subject, "gate")
    now = int(home.journal.now())
    with home.records.transaction() as tx:
        later = home.deliveries.queue(
            tx, person.id, "gate", Kind.REMINDER, WORDS, due=now + 9 * DAY, not_before=now + DAY
        )
    assert later.id not in {one.id for one in box.banner(subject)}
    box.send(Webhook("http://127.0.0.1:9/", SECRET), lambda *_: "")
    assert kept(town, later).open


@pytest.mark.parametrize(
    "edit",
    [
        'words = \'["a","b"]\'',
        "due = due + 1",
        "tries = 'x'",
        "kind = 'x'",
        "person = zeroblob(16)",
    ],
)
def test_edited_row_is_refused(town: Town, box: Outbox, edit: str) -> None:
    """Words put into our mouth are not sent."""
    _, delivery = notice(town)
    with town.site.sql("records") as raw:
        (before,) = raw.execute("SELECT quote(words) FROM delivery WHERE id = ?", [delivery.id])
        raw.execute(f"UPDATE delivery SET {edit} WHERE id = ?", [delivery.id])
    assert before
    assert delivery.id not in {one.delivery.id for one in box.open()}
    assert town.house.home.deliveries.damaged() == 1
    with town.site.sql("records") as raw:
        raw.execute("DELETE FROM delivery WHERE id = ?", [delivery.id])


@pytest.mark.parametrize("words", [("", "x"), ("x", ""), ("x" * 8001, "y")])
def test_notice_has_words_in_both_languages(words: tuple[str, str]) -> None:
    """Neither empty nor endless."""
    with pytest.raises(Misused):
        Words(*words)


def test_nobody_can_be_told_who_is_not_here(town: Town, box: Outbox) -> None:
    """And the refusal is ours."""
    with pytest.raises(FacekeepError):
        box.tell("nobody at all", "gate", Kind.MESSAGE, WORDS, 1)
