"""Is another way as good as the face? The comparison as a drawing and a table (Measures art. 10).

It reads the counts only through the evidence that ``use`` gives. The drawing says everything in words
and figures too, so nobody needs colour or sight of the bars.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

COLUMNS = ("purpose", "profile", "way", "tries", "median_s", "success", "low", "high", "abandoned")

WIDTH, ROW, TOP = 960, 44, 92
_BAR_X, _BAR_W = 250, 280
_DOT_X, _DOT_W = 600, 200

WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "title": "刷脸与其他方式的比较",
        "desc": "按目的和无障碍类别：所用时间的中位数、成功率及其 95% 区间、放弃率",
        "time": "时间中位数（秒）", "success": "成功率（95% 区间）", "tries": "次", "left": "放弃",
        "none": "还没有记录", "unknown": "无",
    },
    "en": {
        "title": "The face and the other ways compared",
        "desc": "By purpose and accessibility profile: median time, success with its 95 % interval, abandonment",
        "time": "median time, s", "success": "success, 95 % interval", "tries": "tries",
        "left": "abandoned", "none": "Nothing has been counted yet", "unknown": "none",
    },
}  # fmt: skip

_STYLE = """
text{font:15px system-ui,"PingFang SC","Noto Sans CJK SC",sans-serif;fill:#1c2629}
.m{fill:#566367;font-size:13px}.h{font-size:21px;font-weight:600}.f{fill:#17625d}.o{fill:#2c4a8a}
.p{fill:#fbfaf6}.l{stroke:#566367;stroke-width:1}.e{stroke:#1c2629;stroke-width:2}
@media(prefers-color-scheme:dark){text{fill:#e8e6df}.m{fill:#a3adaf}.f{fill:#6fc3b8}.o{fill:#9db6f2}
.p{fill:#12191b}.l{stroke:#a3adaf}.e{stroke:#e8e6df}}
"""


def rows_of(facts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The measures of the evidence ``use.alternatives.parity``, the face first in each group."""
    measures: Sequence[Mapping[str, Any]] = facts.get("measures", ())
    return sorted(
        measures, key=lambda m: (m["purpose"], m["profile"], m["way"] != "face", m["way"])
    )


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """The table beside the drawing."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([[row[column] for column in COLUMNS] for row in rows])
    return buffer.getvalue()


def as_svg(rows: Sequence[Mapping[str, Any]], language: str) -> str:
    """The drawing: a bar for the time, a dot with its interval for success, figures beside both."""
    word = WORDS[language]
    height = TOP + ROW * max(len(rows), 1) + 24
    longest = max((row["median_s"] or 0 for row in rows), default=0) or 1
    body = "".join(_row(row, TOP + ROW * n, longest, word) for n, row in enumerate(rows))
    empty = "" if rows else f'<text x="24" y="{TOP + 20}">{escape(word["none"])}</text>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
        f' aria-labelledby="t d" lang="{language}"><title id="t">{escape(word["title"])}</title>'
        f'<desc id="d">{escape(word["desc"])}</desc><style>{_STYLE}</style>'
        f'<rect class="p" width="{WIDTH}" height="{height}"/>'
        f'<text class="h" x="24" y="38">{escape(word["title"])}</text>'
        f'<text class="m" x="{_BAR_X}" y="74">{escape(word["time"])}</text>'
        f'<text class="m" x="{_DOT_X}" y="74">{escape(word["success"])}</text>'
        f"{body}{empty}</svg>\n"
    )


def _row(row: Mapping[str, Any], y: int, longest: float, word: Mapping[str, str]) -> str:
    own = "f" if row["way"] == "face" else "o"
    name = escape(f"{row['purpose']} · {row['way']}")
    under = escape(f"{row['profile']} · {row['tries']} {word['tries']}")
    return (
        f'<line class="l" x1="24" x2="{WIDTH - 24}" y1="{y - 8}" y2="{y - 8}" opacity=".25"/>'
        f'<text x="24" y="{y + 12}">{name}</text><text class="m" x="24" y="{y + 28}">{under}</text>'
        f"{_time(row, y, longest, own, word)}{_success(row, y, own, word)}"
    )


def _time(row: Mapping[str, Any], y: int, longest: float, own: str, word: Mapping[str, str]) -> str:
    seconds = row["median_s"]
    if seconds is None:
        return f'<text class="m" x="{_BAR_X}" y="{y + 16}">{escape(word["unknown"])}</text>'
    width = max(2, round(_BAR_W * seconds / longest))
    bar = f'<rect class="{own}" x="{_BAR_X}" y="{y + 2}" width="{width}" height="18" rx="3"/>'
    return f'{bar}<text x="{_BAR_X + width + 8}" y="{y + 16}">{seconds:g}</text>'


def _success(row: Mapping[str, Any], y: int, own: str, word: Mapping[str, str]) -> str:
    low, at, high = (_DOT_X + round(_DOT_W * row[key]) for key in ("low", "success", "high"))
    said = f"{row['success']:.1%} ({row['low']:.1%}–{row['high']:.1%})"
    left = escape(f"{word['left']} {row['abandoned']:.1%}")
    end = _DOT_X + _DOT_W
    return (
        f'<line class="l" x1="{_DOT_X}" x2="{end}" y1="{y + 6}" y2="{y + 6}" opacity=".35"/>'
        f'<text class="m" x="{end + 8}" y="{y + 11}">100 %</text>'
        f'<line class="e" x1="{low}" x2="{high}" y1="{y + 6}" y2="{y + 6}"/>'
        f'<circle class="{own}" cx="{at}" cy="{y + 6}" r="5"/>'
        f'<text class="m" x="{_DOT_X}" y="{y + 28}">{escape(said)} · {left}</text>'
    )
