"""Consent, guardians, notices sent out: what rooms raise in English, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {}
"""Chinese by the English sentence; ``{}`` stands for a value."""
