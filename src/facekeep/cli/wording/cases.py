"""Rights cases, officers, other ways in: the command line's words and help pages."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {}
"""Chinese, English by key; merged into ``cli.words``."""
