"""A portable copy of what is held about a person (PIPL art. 45): one zip, readable without us.

A page to read, the answers and the history as JSON, consents as JSON-LD, the notices that were
read. Never a vector, a reference, a key or a score: they say nothing outside this home, and inside
it they are the face.
"""

from __future__ import annotations

import hashlib
import html
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from facekeep.governance import consent_record
from facekeep.governance.consent import Consent
from facekeep.governance.notices import Notice, notice_of
from facekeep.governance.purposes import Purpose
from facekeep.rights.answers import answer, document, looked_by
from facekeep.rights.cases import Hand
from facekeep.storage.home import Home
from facekeep.terms.errors import Refused

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the zip: equal content has equal bytes."""


def copy_of(
    home: Home, subject: str, hand: Hand | None = None, purpose: str | None = None
) -> bytes:
    """The zip's bytes, of every purpose or of the one that is named.

    Raises ``Refused`` where nothing is held about the subject.
    """
    answers = [document(one) for one in answer(home, subject, hand, purpose)]
    if not answers:
        raise Refused("nothing is held about this person", "Nothing needs to be done", "PIPL-44-46")
    files = {
        "answers.json": _json([_without_events(one) for one in answers]),
        "history.json": _json({one["purpose"]: one["events"] for one in answers}),
        "consents.jsonld": _json(_consents(home, subject, purpose)),
        **_notices(home, subject, purpose),
        "README.html": _page(answers).encode(),
    }
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    files["manifest.json"] = _json({"home": home.id.hex(), "files": digests})
    for person in home.directory.persons(subject, purpose):
        home.note(home.chain(person), "rights:copy:given", looked_by(home, subject, hand))
    return _zipped(files)


def _without_events(one: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in one.items() if key != "events"}


def _consents(home: Home, subject: str, purpose: str | None) -> dict[str, Any]:
    """Consent records with W3C DPV terms (ISO/IEC TS 27560), each with the text it was given to."""
    consents = [
        consent
        for person in home.directory.persons(subject, purpose)
        for consent in home.consents.of_person(person.id)
    ]
    return consent_record.document(subject, [(one, _text_of(home, one)) for one in consents])


def _text_of(home: Home, consent: Consent) -> Purpose:
    """The version a consent is bound to; the last one in force where that text is not kept."""
    bound = home.purposes.by_hash(consent.purpose_hash)
    return bound or home.purposes.current(consent.purpose)


def _notices(home: Home, subject: str, purpose: str | None) -> dict[str, bytes]:
    """The notices in force, and earlier ones that were read before a consent."""
    files: dict[str, bytes] = {}
    for person in home.directory.persons(subject, purpose):
        now = notice_of(home.purposes.current(person.purpose))
        files |= _texts(person.purpose, now)
        for digest in {consent.notice for consent in home.consents.of_person(person.id)}:
            read = home.notices.by_digest(digest)
            if read is not None and digest != now.digest:
                files |= _texts(f"{person.purpose}-{digest.hex()[:8]}", read)
    return files


def _texts(name: str, notice: Notice) -> dict[str, bytes]:
    return {f"notices/{name}.{lang}.txt": notice.of(lang).encode() for lang in ("zh", "en")}


def _page(answers: list[dict[str, Any]]) -> str:
    """A page in both languages, one after the other; nothing in it is loaded from elsewhere."""
    style = "body{font:17px/1.6 system-ui,sans-serif;max-width:68ch;margin:2rem auto;color:#1c2629;background:#fbfaf6}h2{color:#17625d}table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left;border-bottom:1px solid #ddd}"  # fmt: skip
    parts = [_of_language(answers, language) for language in ("zh", "en")]
    return f'<!doctype html><html lang="zh"><meta charset="utf-8"><title>合符 · Facekeep</title><style>{style}</style>{"<hr>".join(parts)}</html>'  # fmt: skip


_WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("您的信息副本", "Your copy"),
    "never": (
        "我们从不保存您的照片。保存的两半数字离开本系统没有意义，因此不在副本之内。",
        "We never keep your picture. The two halves of a number that we keep mean nothing elsewhere.",
    ),
    "why": ("为什么", "Why"),
    "kept": ("怎样保存", "How it is kept"),
    "risk": ("有什么风险", "What the risk is"),
    "history": ("发生过什么", "What happened"),
}  # fmt: skip


def _of_language(answers: list[dict[str, Any]], language: str) -> str:
    word = {key: pair[language == "en"] for key, pair in _WORDS.items()}
    text = f'<section lang="{language}"><h1>{word["title"]}</h1><p>{word["never"]}</p>'
    for one in answers:
        text += f"<h2>{_safe(one['purpose'])}</h2>"
        for key in ("why", "kept", "risk"):
            text += f"<h3>{word[key]}</h3><p>{_safe(one[key][language])}</p>"
        rows = "".join(_row(event) for event in one["events"])
        text += f"<h3>{word['history']}</h3><table>{rows}</table>"
    return text + "</section>"


def _row(event: Mapping[str, Any]) -> str:
    when = datetime.fromtimestamp(event["at"], UTC).isoformat()
    said = " · ".join(
        str(event[k]) for k in ("outcome", "reason", "device", "officer") if k in event
    )
    return f"<tr><td>{when}</td><td>{_safe(event['kind'])}</td><td>{_safe(said)}</td></tr>"


def _safe(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"


def _zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), files[name])
    return buffer.getvalue()
