"""A checkpoint on paper: a sheet to print and hang, legible for people and for a phone.

Whoever keeps the sheet can tell later whether the ledger is still the one it was.
"""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from io import BytesIO

import segno

from facekeep.ledger.checkpoint import Checkpoint, parse_checkpoint, parse_note

GROUP = 4
"""Characters of a root set together: what people compare by eye."""


def sheet(note: str, at: float) -> str:
    """The page for a signed note; ``at`` in seconds since 1970. Raises ``Tampered`` for no note."""
    head = parse_checkpoint(parse_note(note).text)
    day = datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%d %H:%M UTC")
    return PAGE.format(
        origin=escape(head.origin), size=f"{head.size:,}", root=_grouped(head), day=day,
        note=escape(note), code=_code(note),
    )  # fmt: skip


def _grouped(head: Checkpoint) -> str:
    text = head.root.hex()
    return " ".join(text[at : at + GROUP] for at in range(0, len(text), GROUP))


def _code(note: str) -> str:
    """The whole note as a QR code, drawn into the page: nothing is loaded from anywhere."""
    drawn = BytesIO()
    segno.make_qr(note, error="m").save(
        drawn,
        kind="svg",
        xmldecl=False,
        svgns=True,
        scale=4,
        border=4,
        dark="#1c2629",
        light="#fff",
    )
    return drawn.getvalue().decode()


PAGE = """<!doctype html>
<html lang="zh"><meta charset="utf-8"><title>账本检查点 · Ledger checkpoint</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body{{font:12pt/1.6 serif;margin:2cm;color:#1c2629}}h1{{font-size:20pt}}
dt{{color:#566367;margin-top:.6em}}dd{{margin:0}}code,pre{{font:11pt/1.5 monospace}}
pre{{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #c9c4b6;padding:.8em}}
svg{{width:70mm;height:auto}}</style>
<h1>账本检查点 · Ledger checkpoint</h1>
<p>请将本页张贴或存放在账本保管者触及不到的地方。日后核对：账本须仍与此相续。</p>
<p lang="en">Hang or keep this sheet where the ledger's keeper cannot reach it. Later the ledger must still
continue what is printed here: <code>facekeep ledger verify --witnessed FILE</code></p>
<dl><dt>账本 · ledger</dt><dd><code>{origin}</code></dd>
<dt>条目 · entries</dt><dd>{size}</dd>
<dt>根 · root (SHA-256)</dt><dd><code>{root}</code></dd>
<dt>打印时间 · printed</dt><dd>{day}</dd></dl>
{code}
<pre>{note}</pre></html>
"""
