"""Obligations, what is met and what is not: the command line's words and help pages."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {}
"""Chinese, English by key; merged into ``cli.words``."""
