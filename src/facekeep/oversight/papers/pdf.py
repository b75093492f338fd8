"""Papers as PDF/A-2b and PDF/UA-1 through typst (extra ``filing``); the CJK font is checked twice.

typst falls back silently where a font lacks a glyph. So the font is looked for before, fallback is
off in the template, and the two PDF standards make typst refuse a text its font cannot show.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from facekeep.terms.errors import Broken

FONTS = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC",
    "Microsoft YaHei", "PingFang SC", "WenQuanYi Zen Hei", "SimHei",
)  # fmt: skip
"""Families that hold simplified Chinese, the first found is used."""

OTHER_FONT = "Use another font: --fonts DIR, or leave PDF out: --form html"
STANDARDS = ("a-2b", "ua-1")
SOURCE = "paper.typ"
MAX_SHOWN = 20
"""Characters of a text that is named in a refusal."""

_LACKING = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)


class NoChineseFont(Broken):
    """No font that holds Chinese; a paper would be printed as empty boxes."""

    code = "no_chinese_font"


class Press:
    """Makes PDFs with one font. Raises ``NoChineseFont`` and ``Broken`` on the way in."""

    def __init__(self, folder: Path | None = None) -> None:
        self._typst = _loaded()
        self._folders: list[str | Path] = [] if folder is None else [folder]
        self.font = chinese_font(self._families())

    def print(self, data: Mapping[str, Any], made: int) -> bytes:
        """One paper. Raises ``Broken`` where a text cannot be shown in the font."""
        source = resources.files("facekeep.oversight").joinpath("papers", SOURCE).read_bytes()
        compiler = self._typst.Compiler(font_paths=self._folders)
        try:
            printed = compiler.compile(
                input=source, format="pdf", sys_inputs={"data": json.dumps(dict(data))},
                pdf_standards=list(STANDARDS), timestamp=datetime.fromtimestamp(made, UTC),
            )  # fmt: skip
        except self._typst.TypstError as error:
            raise Broken(_why(str(error), self.font), OTHER_FONT) from None
        assert isinstance(printed, bytes)
        return printed

    def _families(self) -> list[str]:
        found = self._typst.Fonts(include_embedded_fonts=False, font_paths=self._folders)
        return list(found.families())


def chinese_font(families: list[str]) -> str:
    """The first of our families that is there. Raises ``NoChineseFont``."""
    for family in FONTS:
        if family in families:
            return family
    raise NoChineseFont(
        "no font with Chinese was found", "apt-get install fonts-noto-cjk, or name a folder: --fonts DIR"
    )  # fmt: skip


def _loaded() -> Any:
    try:
        import typst
    except ImportError:
        raise Broken("the PDF maker is not installed", "pip install 'facekeep[filing]'") from None
    return typst


def _why(told: str, font: str) -> str:
    if lacking := _LACKING.search(told):
        return f"the text {lacking[1][:MAX_SHOWN]} cannot be shown in {font}"
    return "a paper could not be printed"
