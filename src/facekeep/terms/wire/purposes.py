"""Purposes and their notices as they travel."""

from __future__ import annotations

from typing import Literal

from facekeep.terms.wire.base import Told

Language = Literal["zh", "en"]


class Bilingual(Told):
    """The same sentence in Chinese and English."""

    zh: str
    en: str


class Way(Told):
    """Another way in, as good as the face (Measures art. 10)."""

    id: str
    name: Bilingual
    where: Bilingual | None = None


class PurposeBrief(Told):
    """One purpose in force."""

    id: str
    title: Bilingual
    version: int
    operations: tuple[str, ...]


class PlaceOf(Told):
    """Where the camera is."""

    kind: str
    name: Bilingual


class HandlerOf(Told):
    """Who answers for it, and how to reach them (PIPL art. 17)."""

    name: str
    contact: str


class Consents(Told):
    """What a person is asked for, each separately, before they can be enrolled."""

    scopes: tuple[Literal["processing", "storage"], ...]
    """``storage`` where face data lies off the terminal (Measures art. 8)."""
    guardian_under: int = 14
    children: Literal["nobody", "with_guardian"]


class PurposeTold(PurposeBrief):
    """One purpose in force, with everything a program has to know to work for it."""

    why: Bilingual
    handler: HandlerOf
    place: PlaceOf
    max_fmr: float
    """1:1: how often a stranger may be taken for the person, at most."""
    max_fpir: float
    """1:N: how often a search of somebody not enrolled may name anybody, at most."""
    capture: Literal["attested", "device", "none"]
    """What a capture must prove about itself at least."""
    identification_ground: Literal["own_act", "public_safety"]
    second_factor: Literal["none", "pin", "card", "passkey", "any"] = "none"
    """What a verification shows beside the face."""
    storage: Literal["terminal", "premises", "internet"]
    region: str
    retention_days: int
    consents: Consents
    accessible: tuple[str, ...]
    alternatives: tuple[Way, ...]
    notice: str
    """The hash of the notice in force: hand it back when the person consents."""
    model: str
    grade: Literal["demonstration", "production"] | None = None
    """What the model may be used for; null where its file is not installed here."""


class NoticeItem(Told):
    """One thing a person is told; ``key`` names it across versions."""

    key: str
    text: str


class NoticeTold(Told):
    """What a person is told before deciding (Measures art. 5): show every item, in this order."""

    purpose: str
    version: int
    language: Language
    hash: str
    """SHA-256 over the whole notice in both languages, hexadecimal."""
    items: tuple[NoticeItem, ...]
    text: str
