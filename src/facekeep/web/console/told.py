"""Sentences that rooms return, on a page of one language.

What is to be typed and what things are called in this home stand apart as code, so that a Chinese sentence is
Chinese throughout and nobody takes a command for prose.
"""

from __future__ import annotations

import re

from markupsafe import Markup

from facekeep.terms.messages import in_language

_COMMAND = r"(?:facekeep|pip|chmod) [^。；;，（）()]*[^。；;，（）()\s.]"
_NAME = r"[A-Za-z][\w.:/@+-]*\w|[A-Za-z]"
_HAN = r"[\u3400-\u9fff\u3000-\u303f\uff01-\uff5e]+"
_APART = {
    "zh": re.compile(f"(?P<code>{_COMMAND}|{_NAME})"),
    "en": re.compile(f"(?P<code>{_COMMAND})|(?P<zh>{_HAN})"),
}
BORROWED = frozenset({"API", "CSV", "JSON", "PDF", "PIN", "QR", "TLS", "PIPIA", "Facekeep"})
"""Words that Chinese uses as they are."""


def sentence(english: str, language: str) -> Markup:
    """A sentence in one language, with what is to be typed as code."""
    return apart(in_language(english, language), language)


def apart(text: str, language: str) -> Markup:
    """The same for a text that is in the language already."""
    parts, at = [], 0
    for found in _APART[language].finditer(text):
        parts += [Markup.escape(text[at : found.start()]), _shown(found)]
        at = found.end()
    return Markup("").join([*parts, Markup.escape(text[at:])])


def tongue_of(text: str) -> str:
    """The language of a text that somebody wrote into a file once."""
    return "zh-CN" if re.search(_HAN, text) else "en"


def _shown(found: re.Match[str]) -> Markup:
    if found["code"] is None:
        return Markup('<span lang="zh-CN">{}</span>').format(found[0])
    if found[0] in BORROWED:
        return Markup.escape(found[0])
    return Markup("<code>{}</code>").format(found[0])
