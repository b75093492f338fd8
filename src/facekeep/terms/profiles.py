"""How somebody is guided through a capture; a module of its own, so that a help page loads nothing."""

from __future__ import annotations

import enum


class CaptureProfile(enum.StrEnum):
    """How somebody is guided through a capture; chosen before it begins (Measures art. 5(3))."""

    STANDARD = "standard"
    VOICE = "voice"
    LARGE_TYPE = "large_type"
    NO_CHALLENGE = "no_challenge"
    STAFFED = "staffed"
