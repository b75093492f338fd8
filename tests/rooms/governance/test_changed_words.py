"""What people are told about a changed notice, as they read it."""

from __future__ import annotations

from typing import NamedTuple

from facekeep.governance.deliveries import Bilingual, changed_words


class Item(NamedTuple):
    """One changed item."""

    zh: str
    en: str


def test_sentences_are_joined_with_one_mark_each() -> None:
    """Items end in a full stop of their own; between and after them stands one mark."""
    items: list[Bilingual] = [Item("保存 30 天。", "Kept for 30 days."), Item("另有门卡", "A card")]
    for anew in (True, False):
        told = changed_words(items, asks_anew=anew)
        assert not any(twice in told.zh for twice in ("。；", "。。"))
        assert not any(twice in told.en for twice in (".;", ".."))
