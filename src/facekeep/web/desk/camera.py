"""The camera of the desk and the kiosk: the portal's own module, and its words."""

from __future__ import annotations

from typing import Literal

from facekeep.web.desk.wording import WORDS
from facekeep.web.portal.capture import CAMERA_SAYS


def camera_words(language: Literal["zh", "en"]) -> dict[str, str]:
    """What the module says; it has no words of its own."""
    said = {one: WORDS.say(f"camera.{one}", language, n="{n}") for one in CAMERA_SAYS}
    return {**said, "language": "zh-CN" if language == "zh" else "en-GB"}
