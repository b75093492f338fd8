"""The public page of rules: what people are told, in every version (PIPL art. 7, 17, 48).

One file in Chinese and English that loads nothing and runs nothing; whatever an officer wrote is
escaped. It can be put on any website, printed, or saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from facekeep.cli.words import WORDS

if TYPE_CHECKING:
    from facekeep.governance.handler import Handler
    from facekeep.governance.notices import Kept

LANGUAGES = ("zh", "en")
CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Rule:
    """One purpose: where it stands, and its notices, newest first."""

    name: str
    stage: str
    versions: Sequence[Kept]


def page(rules: Sequence[Rule], handler: Handler | None, at: int) -> str:
    """The page as HTML."""
    environment = Environment(
        loader=PackageLoader("facekeep.cli", "pages"), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals.update(say=_say, day=day, grouped=_grouped)
    return environment.get_template("rules.html.j2").render(
        rules=rules, handler=handler, at=at, languages=LANGUAGES
    )


def day(seconds: int, language: str) -> str:
    """A day in China, as each language writes it."""
    when = datetime.fromtimestamp(seconds, CHINA)
    if language == "zh":
        return f"{when.year}年{when.month}月{when.day}日"
    return f"{when.day} {when:%b} {when.year}"


def _say(key: str, language: str, **values: object) -> str:
    return WORDS.say(f"rules.{key}", language, **values)


def _grouped(digest: bytes) -> str:
    text = digest.hex()[:16]
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
