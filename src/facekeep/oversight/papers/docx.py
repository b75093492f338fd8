"""Papers as editable documents through python-docx (extra ``filing``)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from facekeep.terms.errors import Broken

FONT = "Noto Sans CJK SC"
MUTED, CINNABAR = (0x56, 0x63, 0x67), (0xA8, 0x32, 0x1F)
_EAST_ASIA = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}eastAsia"


class Desk:
    """Writes documents. Raises ``Broken`` where the library is missing."""

    def __init__(self) -> None:
        self._docx = _loaded()

    def write(
        self, told: Mapping[str, Any], handler: str, made: int, words: Mapping[str, str]
    ) -> bytes:
        """One paper; ``words`` has ``absent``, ``made``, ``gaps``, ``foot``. Equal papers, equal bytes."""
        page = self._docx.Document()
        self._dress(page, told["title"], handler, made)
        page.add_paragraph(handler)
        page.add_heading(told["title"], 1)
        for text in (told["lede"], words["made"]):
            page.add_paragraph(text)
        if told["missing"]:
            self._loud(page, words["gaps"])
            for gap in told["missing"]:
                page.add_paragraph(
                    " — ".join(filter(None, (gap["what"], gap["way_out"]))), "List Bullet"
                )
        for part in told["parts"]:
            self._part(page, part, words["absent"])
        page.add_paragraph(words["foot"])
        return _still(page)

    def _dress(self, page: Any, title: str, handler: str, made: int) -> None:
        """Fonts for both scripts; properties without a clock of their own."""
        for name in ("Normal", "Heading 1", "Heading 2"):
            font = page.styles[name].font
            font.name = FONT
            page.styles[name].element.get_or_add_rPr().get_or_add_rFonts().set(_EAST_ASIA, FONT)
        page.styles["Normal"].font.size = self._docx.shared.Pt(10.5)
        told, at = page.core_properties, datetime.fromtimestamp(made, UTC).replace(tzinfo=None)
        told.title, told.author, told.created, told.modified = title, handler, at, at

    def _loud(self, page: Any, text: str) -> None:
        run = page.add_paragraph().add_run(text)
        run.bold, run.font.color.rgb = True, self._docx.shared.RGBColor(*CINNABAR)

    def _part(self, page: Any, part: Mapping[str, Any], absent: str) -> None:
        page.add_heading(part["title"], 2)
        for text in part["prose"]:
            page.add_paragraph(text)
        if part["lines"]:
            rows = [(line["label"], line["value"] or absent) for line in part["lines"]]
            self._grid(page, rows)
        for table in part["tables"]:
            self._grid(page, [table["headings"], *table["rows"]])
        for blank in part["blanks"]:
            page.add_paragraph(f"{blank} ____________________")

    def _grid(self, page: Any, rows: list[Any]) -> None:
        grid = page.add_table(rows=0, cols=max(map(len, rows)))
        grid.style = "Table Grid"
        for row in rows:
            for cell, text in zip(grid.add_row().cells, row, strict=False):
                cell.text = text


def _still(page: Any) -> bytes:
    """The document with fixed times inside its ZIP, so that it has one form."""
    drawn, still = BytesIO(), BytesIO()
    page.save(drawn)
    with ZipFile(drawn) as old, ZipFile(still, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(ZipInfo(name), old.read(name))
    return still.getvalue()


def _loaded() -> Any:
    try:
        import docx
        import docx.shared
    except ImportError:
        raise Broken(
            "the document maker is not installed", "pip install 'facekeep[filing]'"
        ) from None
    return docx
