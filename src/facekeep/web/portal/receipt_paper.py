"""A consent receipt as a sheet of paper (PDF), where the maker of PDFs and a Chinese font are installed."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from facekeep.governance.purposes import Purpose
from facekeep.governance.signs import fingerprint
from facekeep.ledger.checkpoint import parse_vkey
from facekeep.oversight.papers.model import Line, Paper, Part, Words
from facekeep.oversight.papers.pdf import Press
from facekeep.oversight.papers.rendering import shown_day, shown_minute
from facekeep.oversight.papers.shapes import typst_data
from facekeep.rights.consent_receipts import WORDS as SAID
from facekeep.rights.consent_receipts import ConsentReceipt
from facekeep.terms.errors import Broken
from facekeep.web.pages.site import fours
from facekeep.web.portal.wording import WORDS
from facekeep.web.problems import Unreadable


def is_printable() -> bool:
    """Whether a sheet can be made here; otherwise the browser prints the page."""
    return _press() is not None


def printed(receipt: ConsentReceipt, purpose: Purpose, language: Literal["zh", "en"]) -> bytes:
    """One receipt on A4. Answers 404 where no sheet can be made."""
    press = _press()
    if press is None:
        raise Unreadable(404)
    stated, handler = receipt.body["consent"], purpose.handler.name
    made = stated["given_at"]
    stamp = f"SHA-256 {stated['notice'][:16]} · {stated['id']}"
    data = typst_data(_paper(receipt, purpose), language, handler, made, stamp, press.font)
    foot = WORDS.say("receipt.paper.foot", language)
    day = WORDS.say("receipt.paper.made", language, when=shown_minute(made, language))
    return press.print({**data, "foot": foot, "made": day}, made)


def _paper(receipt: ConsentReceipt, purpose: Purpose) -> Paper:
    stated, body = receipt.body["consent"], receipt.body
    place, title = purpose.place.name, purpose.title
    lines = (
        _line("receipt.purpose", (title.zh, title.en)),
        _line("notice.place", (place.zh, place.en)),
        _line("receipt.scope", _said(f"receipt.scope.{stated['scope']}")),
        _line("receipt.by", _said(f"receipt.by.{stated['by']}")),
        _line("receipt.given", _both(shown_minute, stated["given_at"])),
        _line("receipt.until", _both(shown_day, stated["expires"])),
        _line("receipt.notice", _said("receipt.notice.version", version=body["notice_version"])),
        _line("receipt.paper.digest", fours(stated["notice"])),
        _line("receipt.paper.number", fours(stated["id"])),
        _line("receipt.paper.key", fours(fingerprint(parse_vkey(body["key"]).public))),
    )
    part = Part(_said("receipt.paper.what"), lines=lines)
    return Paper("receipt", _said("receipt.title"), (SAID["zh"], SAID["en"]), (part,))


def _line(label: str, value: Words) -> Line:
    return Line(_said(label), value)


def _said(key: str, **values: object) -> tuple[str, str]:
    return WORDS.say(key, "zh", **values), WORDS.say(key, "en", **values)


def _both(shown: Any, seconds: int) -> tuple[str, str]:
    return shown(seconds, "zh"), shown(seconds, "en")


@cache
def _press() -> Press | None:
    try:
        return Press()
    except Broken:
        return None
