"""What leaves by webhook, list or screen is joined to no row of a stolen store.

Whoever receives notices knows the operator's references and the identifiers that came with them.
Beside a stolen ``records.db`` they would learn whose row is whose, and join purposes by it.
"""

from __future__ import annotations

import json

import pytest

from facekeep.assembly import House
from facekeep.collection.outbox import Webhook
from facekeep.governance.deliveries import Kind, Words
from facekeep.terms.errors import Misused
from tests.attacks.toolkit import Site, agree

WORDS = Words("请到前台", "Please come to the desk")


def handed_out(house: House) -> tuple[str, bytes]:
    """Everything that leaves the home about one open notice: its identifier, and all of it."""
    heard: list[bytes] = []

    def post(_: Webhook, headers: dict[str, str], body: bytes) -> str:
        heard.extend([repr(headers).encode(), body])
        return "answered 503"

    house.outbox.send(Webhook("https://notify.example/", bytes(16)), post)
    papers = [house.outbox.as_csv().encode(), house.outbox.as_html().encode()]
    return json.loads(heard[1])["id"], b"".join(heard + papers)


def test_identifier_of_a_notice_lies_in_no_store(site: Site, house: House) -> None:
    """Neither the row's identifier outside, nor the shown one inside; and one is not the other."""
    agree(house, "alice")
    notice = house.outbox.tell("alice", "gate", Kind.MESSAGE, WORDS, days=1)
    shown, outside = handed_out(house)
    assert notice.id.hex() not in outside.decode()
    assert notice.person.hex() not in outside.decode()
    stores = b"".join(f.read_bytes() for f in site.home.rglob("*") if f.is_file())
    assert notice.id in stores
    assert bytes.fromhex(shown) not in stores
    assert shown.encode() not in stores


def test_shown_identifier_settles_and_the_row_s_own_does_not(house: House) -> None:
    """The one who was handed the list settles by it; whoever read the store does not."""
    agree(house, "alice")
    notice = house.outbox.tell("alice", "gate", Kind.MESSAGE, WORDS, days=1)
    shown, _ = handed_out(house)
    for stranger in (notice.id, bytes(16), b"", bytes(15), bytes(17), bytes(32)):
        with pytest.raises(Misused):
            house.outbox.delivered(stranger, "by telephone")
    assert house.outbox.delivered(bytes.fromhex(shown), "by telephone").id == notice.id
