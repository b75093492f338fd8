"""Rights cases, officers, other ways in: what rooms raise in English, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {}
"""Chinese by the English sentence; ``{}`` stands for a value."""
