"""The sign beside a device: one A4 page in Chinese and English, and the page that checks its code.

Drawn as SVG by hand, so that nothing is loaded; as PDF through typst where it is installed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from unicodedata import east_asian_width

import segno

from facekeep.governance.devices import DeviceRow
from facekeep.governance.places import Place
from facekeep.governance.purpose_text import Purpose
from facekeep.governance.signs import SignFacts, check, fingerprint, payload
from facekeep.storage.home import Home
from facekeep.terms.errors import Broken, Misused, Tampered

INK, MUTED, CELADON, CINNABAR, HAIR = "#1c2629", "#566367", "#17625d", "#a8321f", "#c9c4b6"
SANS = "system-ui, 'PingFang SC', 'Noto Sans CJK SC', 'Microsoft YaHei', 'Noto Serif CJK SC', sans-serif"
MONO = "ui-monospace, 'DejaVu Sans Mono', 'Noto Sans Mono', monospace"

LEFT, RIGHT = 18.0, 192.0
"""Margins of the page, in millimetres."""

QR_MM = 62.0
"""Side of the code; a phone reads it from half a metre."""

FOOT = 297 - 16 - QR_MM
"""Where the code begins, in millimetres from the top."""

SCALES = (1.1, 1.0, 0.9, 0.8, 0.7, 0.6)
"""How large the rows are set: three millimetres for Chinese is the least."""

QUIET = 4
"""Modules of white around the code."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What hangs beside one device. ``text`` is the QR code's, ``fingerprint`` the key's."""

    facts: SignFacts
    text: str
    fingerprint: str
    purpose: Purpose


def make(home: Home, device: str, purpose: str | None, notice: bytes) -> Sign:
    """The sign of a device for one of its purposes, signed by the home. Raises ``Refused``.

    ``notice`` is the digest of the notice in force.
    """
    row = home.devices.row(device)
    wanted = home.purposes.get(_purpose_of(row, purpose))
    place = home.places.require(row.device.place)
    facts = _facts(wanted, row, place, notice, home.journal.now())
    return Sign(facts, payload(facts, home.signer), fingerprint(home.signer.key.public), wanted)


def purpose_of(home: Home, device: str, purpose: str | None) -> str:
    """The purpose a device's sign is about. Raises ``Misused`` where it has to be named."""
    return _purpose_of(home.devices.row(device), purpose)


def _purpose_of(row: DeviceRow, purpose: str | None) -> str:
    served = row.device.purposes
    if purpose is None and len(served) > 1:
        raise Misused("this device serves several purposes; name the sign's: --purpose P")
    if purpose is not None and purpose not in served:
        raise Misused("this device does not serve this purpose")
    return purpose or served[0]


def _facts(purpose: Purpose, row: DeviceRow, place: Place, notice: bytes, now: float) -> SignFacts:
    return SignFacts(
        operator=purpose.handler.name,
        purpose=purpose.id,
        purpose_hash=purpose.hash.hex(),
        title_zh=purpose.title.zh,
        title_en=purpose.title.en,
        device=row.device.id,
        place=place.id,
        place_zh=place.name.zh,
        place_en=place.name.en,
        notice=notice.hex(),
        day=datetime.fromtimestamp(now, UTC).date().isoformat(),
    )


# -- the sheet ------------------------------------------------------------------------------


def svg(sign: Sign) -> str:
    """The page as SVG, 210 by 297 millimetres."""
    body = [*_head(sign), *_items(sign), *_foot(sign)]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" '
        f'viewBox="0 0 210 297" font-family="{SANS}" fill="{INK}">\n'
        f"<title>{escape(sign.facts.title_zh)} · {escape(sign.facts.title_en)}</title>\n"
        '<rect width="210" height="297" fill="#ffffff"/>\n' + "\n".join(body) + "\n</svg>\n"
    )


def _head(sign: Sign) -> Iterator[str]:
    yield _mark(LEFT, 17)
    yield _line(LEFT + 20, 28, "此处使用人脸识别", 13, weight=700)
    yield _line(LEFT + 20, 37, "Face recognition is used here", 7)
    yield _rule(46)
    yield from _block(LEFT, 57, sign.facts.operator, 6.2, RIGHT - LEFT, weight=700)[1]


def _mark(x: float, y: float) -> str:
    """The seal in two halves, a hair apart."""
    return (
        f'<g transform="translate({x} {y})" fill="{CELADON}">'
        '<path d="M3 0 H7.6 V6.4 H5.2 V12 H7.6 V16 H3 A3 3 0 0 1 0 13 V3 A3 3 0 0 1 3 0 Z"/>'
        '<path d="M8.4 0 H13 A3 3 0 0 1 16 3 V13 A3 3 0 0 1 13 16 H8.4 V11.2 H6 V7.2 H8.4 Z"/></g>'
    )


def _items(sign: Sign) -> list[str]:
    """What a person is told, one row a matter, as large as the page lets it be."""
    for scale in SCALES:
        lines, lowest = _rows_at(sign, scale)
        if lowest < FOOT - 8:
            return lines
    raise Misused("the purpose's texts are too long for a sign of one page")


def _rows_at(sign: Sign, scale: float) -> tuple[list[str], float]:
    """The rows, Chinese above and English below, and where they end."""
    y, drawn, width = 70.0, [], RIGHT - LEFT - 38
    for zh, en, said_zh, said_en in _told(sign):
        drawn += [_line(LEFT, y, zh, 4.4, MUTED, 700), _line(LEFT, y + 5, en, 3.4, MUTED)]
        lower, lines = _block(LEFT + 38, y, said_zh, 5.0 * scale, width)
        drawn += lines
        lower, lines = _block(LEFT + 38, lower, said_en, 3.9 * scale, width, MUTED)
        drawn += lines
        y = max(lower, y + 10) + 4.0
    return drawn, y - 4.0


def _told(sign: Sign) -> list[tuple[str, str, str, str]]:
    purpose, facts = sign.purpose, sign.facts
    ways_zh = "、".join(way.name.zh for way in purpose.alternatives)
    ways_en = ", ".join(way.name.en for way in purpose.alternatives)
    return [
        ("目的", "Purpose", facts.title_zh, facts.title_en),
        ("为何", "Why", purpose.why.zh, purpose.why.en),
        ("地点与设备", "Place, device", f"{facts.place_zh} · {facts.device}",
         f"{facts.place_en} · {facts.device}"),
        ("保存", "Kept for", f"自同意起至多 {purpose.retention_days} 天；不保存照片",
         f"at most {purpose.retention_days} days from consent; no picture is kept"),
        ("其他方式", "Instead", f"{ways_zh}，同样方便", f"{ways_en}: just as good"),
        ("拒绝与询问", "Refuse, ask",
         f"您可以不刷脸。查询、撤回、删除或投诉：{purpose.handler.contact}",
         f"You need not show your face. To ask, withdraw, erase or complain: {purpose.handler.contact}"),
    ]  # fmt: skip


def _foot(sign: Sign) -> Iterator[str]:
    top = FOOT
    yield _rule(top - 7)
    yield _code(sign.text, LEFT, top)
    x = LEFT + QR_MM + 8
    yield _line(x, top + 6, "扫码核对这块标识", 5.0, CELADON, 700)
    yield _line(x, top + 11.5, "Scan to check this sign", 3.8, CELADON)
    width, y = RIGHT - x, top + 19
    for text, size in (
        ("核对页会显示处理者、目的、设备和地点。签名密钥的指纹须与下面一致；不一致就是伪造。", 3.7),
        (("The check page shows operator, purpose, device and place. The key's fingerprint must be the"
         " one below; another one is a forgery."), 3.3),
    ):  # fmt: skip
        y, lines = _block(x, y, text, size, width, MUTED)
        yield from lines
    y += 2.5
    for part in _grouped(sign.fingerprint):
        yield _line(x, y, part, 4.0, family=MONO)
        y += 5.6
    yield _line(LEFT, 290, f"{sign.facts.day} · {sign.facts.purpose}", 3.0, MUTED)
    notice = f"告知书 notice {_spaced(sign.facts.notice[:32])}"
    yield _line(RIGHT, 290, notice, 3.0, MUTED, family=MONO, anchor="end")


def _grouped(digits: str) -> list[str]:
    """A digest by fours, sixteen digits a line."""
    return [_spaced(digits[at : at + 16]) for at in range(0, len(digits), 16)]


def _spaced(digits: str) -> str:
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def _code(text: str, x: float, y: float) -> str:
    """The QR code as one path: a rectangle for each run of dark modules."""
    rows = [list(row) for row in segno.make_qr(text, error="m").matrix]
    size = len(rows) + 2 * QUIET
    scale = QR_MM / size
    runs = [
        f"M{at + QUIET} {down + QUIET}h{length}v1h-{length}z"
        for down, row in enumerate(rows)
        for at, length in _runs(row)
    ]
    return (
        f'<g transform="translate({x} {y}) scale({scale:.5f})">'
        f'<rect width="{size}" height="{size}" fill="#ffffff"/>'
        f'<path fill="#000000" shape-rendering="crispEdges" d="{"".join(runs)}"/></g>'
    )


def _runs(row: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = None
    for at, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = at
        elif not dark and start is not None:
            yield start, at - start
            start = None


def _line(
    x: float, y: float, text: str, size: float, colour: str = INK, weight: int = 400, *,
    family: str = "", anchor: str = "start",
) -> str:  # fmt: skip
    more = f' font-family="{family}"' if family else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" font-weight="{weight}" fill="{colour}" '
        f'text-anchor="{anchor}"{more}>{escape(text)}</text>'
    )


def _rule(y: float) -> str:
    return f'<path d="M{LEFT} {y:g}H{RIGHT}" stroke="{HAIR}" stroke-width=".3"/>'


def _block(
    x: float, y: float, text: str, size: float, width: float, colour: str = INK, weight: int = 400
) -> tuple[float, list[str]]:
    """Text broken into lines; where the next one would stand, and the lines."""
    lines = _broken(text, width / size)
    drawn = [
        _line(x, y + at * size * 1.4, line, size, colour, weight) for at, line in enumerate(lines)
    ]
    return y + len(lines) * size * 1.4, drawn


def _broken(text: str, ems: float) -> list[str]:
    """Lines of at most so many ems, broken between words or Chinese characters."""
    lines, now = [], ""
    for piece in _pieces(text):
        if now and _ems(now + piece.rstrip()) > ems:
            lines.append(now.rstrip())
            now = ""
        now += piece if now else piece.lstrip()
    return [*lines, now.rstrip()]


def _pieces(text: str) -> Iterator[str]:
    """Words with their space, single wide characters; closing marks stay with what they close."""
    piece = ""
    for one in text:
        wide, before = _is_wide(one), piece[-1:]
        closes = one in "，。；：、！？）》”’"
        if piece and not closes and (wide or before == " " or _is_wide(before)):
            yield piece
            piece = ""
        piece += one
    if piece:
        yield piece


def _is_wide(one: str) -> bool:
    return bool(one) and east_asian_width(one) in "WF"


def _ems(text: str) -> float:
    """About how wide a text is: a Chinese character is one em, a letter a little over half."""
    return sum(1.0 if _is_wide(one) else 0.62 if one.isupper() else 0.53 for one in text)


def pdf(sign: Sign) -> bytes:
    """The page as PDF. Raises ``Broken`` where typst is not installed."""
    try:
        import typst
    except ImportError:
        raise Broken(
            "PDF needs typst, which is not installed", "Install facekeep[filing], or write an .svg"
        ) from None
    from pathlib import Path
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        (Path(folder) / "sign.svg").write_text(svg(sign), "utf-8")
        source = Path(folder) / "sign.typ"
        source.write_text(
            '#set page(paper: "a4", margin: 0pt)\n#image("sign.svg", width: 210mm)\n', "utf-8"
        )
        return bytes(typst.compile(str(source)))


# -- the page that checks -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a code: the facts where it is genuine, None where it is forged."""

    facts: SignFacts | None
    fingerprint: str


def checked(text: str, public: bytes) -> Checked:
    """Check a sign's code against a public key (32 bytes)."""
    try:
        return Checked(check(text, public), fingerprint(public))
    except Tampered:
        return Checked(None, fingerprint(public))


def page(result: Checked) -> str:
    """A page of its own, in Chinese and English, that loads nothing."""
    good = result.facts is not None
    colour = CELADON if good else CINNABAR
    sections = "".join(_section(result, language) for language in ("zh", "en"))
    return (
        '<!doctype html>\n<html lang="zh"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{'标识属实 · The sign is genuine' if good else '标识是伪造的 · The sign is forged'}</title>"
        f"<style>{_STYLE.replace('VERDICT', colour)}</style></head><body><main>{sections}</main>"
        "</body></html>\n"
    )


_STYLE = (
    "body{margin:0;background:#fbfaf6;color:#1c2629;font:17px/1.6 system-ui,'PingFang SC',"
    "'Noto Sans CJK SC','Microsoft YaHei',sans-serif}main{max-width:34em;margin:0 auto;"
    "padding:32px 20px 52px}section+section{margin-top:52px;border-top:1px solid #c9c4b6;"
    "padding-top:32px}h1{font-size:27px;line-height:1.3;color:VERDICT;margin:0 0 12px}"
    "p{margin:0 0 20px}dl{margin:0;display:grid;grid-template-columns:8em 1fr;gap:8px 12px}"
    "dt{color:#566367}dd{margin:0;overflow-wrap:anywhere}.key{font-family:ui-monospace,monospace;"
    "font-variant-numeric:tabular-nums}@media(max-width:30em){dl{grid-template-columns:1fr}"
    "dd{margin-bottom:8px}}@media(prefers-color-scheme:dark){body{background:#12191b;color:#e8e6df}"
    "dt{color:#a3adaf}h1{color:#e8e6df}}"
)

_VERDICTS = {
    ("zh", True): ("✓ 标识属实", "这个二维码由下面指纹的密钥签名。请核对它与标识上印的指纹一致。"),
    ("zh", False): (
        "✗ 标识是伪造的",
        "这个二维码不是用该密钥签名的，或已被改动。请勿相信这块标识，不要在此刷脸，并告知现场人员。",
    ),
    ("en", True): (
        "✓ The sign is genuine",
        "The code was signed with the key below. Compare it with the fingerprint printed on the sign.",
    ),
    ("en", False): (
        "✗ The sign is forged",
        (
            "The code was not signed with this key, or it was changed. Do not rely on this sign, do not show"
            " your face here, and tell somebody on site."
        ),
    ),
}

_LABELS = {
    "zh": ("处理者", "目的", "设备", "地点", "日期", "告知书摘要", "密钥指纹"),
    "en": ("Operator", "Purpose", "Device", "Place", "Date", "Notice digest", "Key fingerprint"),
}


def _section(result: Checked, language: str) -> str:
    headline, text = _VERDICTS[language, result.facts is not None]
    rows = "".join(
        f"<dt>{label}</dt><dd{css}>{escape(value)}</dd>"
        for label, value, css in _rows(result, language)
    )
    return f'<section lang="{language}"><h1>{headline}</h1><p>{text}</p><dl>{rows}</dl></section>'


def _rows(result: Checked, language: str) -> list[tuple[str, str, str]]:
    labels, facts, mono = _LABELS[language], result.facts, ' class="key"'
    key = (labels[6], _spaced(result.fingerprint), mono)
    if facts is None:
        return [key]
    title, place = (
        (facts.title_zh, facts.place_zh) if language == "zh" else (facts.title_en, facts.place_en)
    )
    values = (facts.operator, f"{title}（{facts.purpose}）" if language == "zh" else f"{title} ({facts.purpose})",
              facts.device, place, facts.day)  # fmt: skip
    told = [(label, value, "") for label, value in zip(labels, values, strict=False)]
    return [*told, (labels[5], _spaced(facts.notice), mono), key]
