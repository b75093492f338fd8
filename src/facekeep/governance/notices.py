"""Notices: art. 5's items in plain words, built from the purpose, versioned by their bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from facekeep.governance.purposes import Purpose
from facekeep.terms.values import StorageClass


@dataclass(frozen=True, slots=True)
class Notice:
    """What a person is told before deciding: one text a language, and the digest of both."""

    purpose: str
    zh: str
    en: str

    @property
    def digest(self) -> bytes:
        """SHA-256 over both texts: a consent is bound to what was read."""
        return hashlib.sha256(f"{self.zh}\0{self.en}".encode()).digest()

    def of(self, language: str) -> str:
        """The text in one language."""
        return self.zh if language == "zh" else self.en


def notice_of(purpose: Purpose) -> Notice:
    """The notice of a purpose (Measures art. 5): the three questions first."""
    return Notice(purpose.id, _zh(purpose), _en(purpose))


_STORAGE_ZH = {
    StorageClass.TERMINAL: "只存放在识别设备内",
    StorageClass.PREMISES: "存放在本单位机房，需您另行单独同意",
    StorageClass.INTERNET: "经互联网传输存放，需您另行单独同意",
}
_STORAGE_EN = {
    StorageClass.TERMINAL: "inside the recognition device only",
    StorageClass.PREMISES: "on our premises, which needs a separate consent of its own",
    StorageClass.INTERNET: "across the internet, which needs a separate consent of its own",
}


def _zh(p: Purpose) -> str:
    ways = "或".join(a.name.zh for a in p.alternatives)
    return (
        f"{p.title.zh}\n"
        f"为什么收集：{p.why.zh} {p.necessity.zh}\n"
        f"怎样保存：只保存拆成两半的数字，不保存照片；{_STORAGE_ZH[p.storage]}；"
        f"最长 {p.retention_days} 天。\n"
        f"有什么风险：{p.risk.zh}\n"
        f"也可以不刷脸：{ways}，同样方便，不受影响。\n"
        f"您的权利：随时查看、复制、更正、撤回同意、重置人脸、要求人工处理和投诉。\n"
        f"地点：{p.place.name.zh}。处理者：{p.handler.name}，{p.handler.contact}。"
    )


def _en(p: Purpose) -> str:
    ways = " or ".join(a.name.en for a in p.alternatives)
    return (
        f"{p.title.en}\n"
        f"Why: {p.why.en} {p.necessity.en}\n"
        f"How it is kept: we keep two halves of a number, not your picture; "
        f"{_STORAGE_EN[p.storage]}; for {p.retention_days} days at most.\n"
        f"What the risk is: {p.risk.en}\n"
        f"You need not use your face: the other way is {ways}, at no disadvantage.\n"
        f"Your rights: see, copy, correct, withdraw, reset your face, ask a human, complain — "
        f"at any time.\n"
        f"Place: {p.place.name.en}. Handler: {p.handler.name}, {p.handler.contact}."
    )
