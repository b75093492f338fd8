"""Whether a page speaks one language, and speaks it to the end.

Left aside: what is marked as no language (``code``, ``translate="no"``), what is marked as another one
(``lang``), and the names of a home, which are what an operator wrote. What remains must be all Chinese or
all English; a key nobody translated, a place nobody filled in and a ``None`` are faults in either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

WORDS = """() => {
  const told = document.documentElement.lang, out = [];
  const aside = 'script, noscript, style, template, code, kbd, samp, pre, [translate="no"]';
  const away = (one) => {
    const spoken = one.closest('[lang]');
    return one.closest(aside) || (spoken && spoken.lang !== told);
  };
  const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode())
    if (node.data.trim() && !away(node.parentElement)) out.push(node.data.trim());
  for (const one of document.querySelectorAll('*'))
    for (const name of ['aria-label', 'alt', 'title', 'placeholder', 'aria-description', 'summary'])
      if (one.getAttribute(name) && !away(one)) out.push(one.getAttribute(name).trim());
  for (const one of document.querySelectorAll('[value]'))
    if (['submit', 'button', 'reset'].includes(one.type) && !away(one)) out.push(one.value);
  return out;
}"""

LANGS = {"zh": "zh-CN", "en": "en"}

HAN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff01-\uff5e]+")
LATIN = re.compile(r"(?<![\w.@/-])[A-Za-z]*[a-z][A-Za-z]+(?![\w@/]|[.-]\w)")
"""A word; abbreviations in capitals are at home in both languages."""

HALF_WIDTH = re.compile(r"[\u4e00-\u9fff] ?[,;:?!]|[,;:?!] ?[\u4e00-\u9fff]")
KEY = re.compile(r"(?<![\w./@-])[a-z][a-z_]*(?:\.[a-z_]+)+(?![\w/@])")
GAP = re.compile(
    r"\{[a-z_.]*\}|\{\{|\}\}|\b(?:undefined|NaN)\b|(?:^|[:：(（] ?)None(?:$|[)），,;])"
)
LOUD = re.compile(r"[!！]")

BORROWED = frozenset({"Facekeep", "JavaScript", "iCalendar"})
"""Names that Chinese pages use as they are."""

ADDRESS = re.compile(r"https?://\S+")
KNOWN_NAMES = ("example", "localhost")
"""Ends of addresses: no key of a translation."""


def strangeness(page: Page, language: str, names: Iterable[str] = ()) -> list[str]:
    """What does not belong on a page of this language; ``names`` are the home's own."""
    spoken = page.evaluate("document.documentElement.lang")
    faults = [] if spoken == LANGS[language] else [f"the page says it is {spoken!r}"]
    ordered = sorted(names, key=len, reverse=True)
    for text in page.evaluate(WORDS):
        faults += of_text(_without(text, ordered), language)
    return faults


def of_text(text: str, language: str) -> Iterator[str]:
    """What does not belong into one text of a page."""
    for kind, pattern in (("not filled in", GAP), ("loud", LOUD)):
        if found := pattern.search(text):
            yield f"{kind}: {found[0]!r} in {text[:80]!r}"
    for found in KEY.finditer(text):
        if not found[0].endswith(KNOWN_NAMES):
            yield f"not translated: {found[0]!r} in {text[:80]!r}"
    yield from (_of_chinese if language == "zh" else _of_english)(text)


def _of_chinese(text: str) -> Iterator[str]:
    strange = [word for word in LATIN.findall(text) if word not in BORROWED]
    if strange:
        yield f"English: {' '.join(strange)!r} in {text[:80]!r}"
    if found := HALF_WIDTH.search(text):
        yield f"half-width: {found[0]!r} in {text[:80]!r}"


def _of_english(text: str) -> Iterator[str]:
    if found := HAN.findall(text):
        yield f"Chinese: {' '.join(found)!r} in {text[:80]!r}"


def _without(text: str, names: Iterable[str]) -> str:
    text = ADDRESS.sub("", text)
    for name in names:
        text = text.replace(name, "")
    return text
