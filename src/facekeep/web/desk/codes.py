"""QR codes as inline SVG: nothing is loaded, and black on white in either theme."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr(text: str) -> Markup:
    """One code as a single path. Its frame (``.qr``) says how large it is and what it is for."""
    code = segno.make_qr(text, error="m")
    svg = code.svg_inline(omitsize=True, border=4, svgclass=None, lineclass=None, dark="#000000")
    return Markup(svg)  # noqa: S704 - drawn here, of squares alone
