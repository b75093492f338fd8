"""Words of the proof pages, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {}
"""Keys by page."""
