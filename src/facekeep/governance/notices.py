"""Notices: art. 5's items in plain words, built from the purpose, versioned by their bytes.

The three questions come first (why, how it is kept, what it risks: PIPL art. 30). A notice is a
list of items, so that two versions differ by name (:func:`diff`) and each item can be looked for
(:func:`lint`, after ISO/IEC 29184). What was published is kept word for word with its digest.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from facekeep.db.store import Store
from facekeep.governance.purpose_text import Comfort, LegalBasis, Minors, Purpose, Recipient
from facekeep.protect.derive import Seal
from facekeep.terms.errors import Tampered
from facekeep.terms.evidence import Gap
from facekeep.terms.values import Holding, StorageClass

TABLES = (
    """CREATE TABLE notice (
        purpose TEXT NOT NULL, version INTEGER NOT NULL, digest BLOB NOT NULL,
        items TEXT NOT NULL, kept_at INTEGER NOT NULL, seal BLOB NOT NULL,
        PRIMARY KEY (purpose, version, digest)
    ) STRICT, WITHOUT ROWID""",
)

HOLDINGS = (
    Holding("records", "notice", "seal", "notices as they were published, about nobody in particular",
            "as long as consents to them are kept as evidence", "governance.notices"),
)  # fmt: skip

QUESTIONS = ("why", "kept", "risk")
"""The three questions of PIPL art. 30, in this order before everything else."""

REQUIRED = (*QUESTIONS, "alternative", "method", "rights", "complaint", "who")
"""The items of Measures art. 5 that no notice may lack."""

MAX_ZH = 2400
"""Characters a Chinese notice may have: about six minutes of reading aloud (our limit)."""

MAX_EN = 900
"""Words an English notice may have: about six minutes of reading aloud (our limit)."""

MAX_SENTENCE_EN = 60
"""Words an English sentence may have."""

MAX_SENTENCE_ZH = 140
"""Characters a Chinese sentence may have."""

DARK_ZH = (
    "必须同意", "须同意方可", "视为同意", "默认同意", "即表示同意", "不同意则无法", "否则不予", "否则无法",
    "一经使用即", "最终解释权", "保证安全", "绝对安全",
)  # fmt: skip
DARK_EN = (
    "must agree", "must consent", "have to agree", "deemed to", "by continuing", "by using",
    "no choice", "or else", "otherwise you cannot", "will be refused", "guaranteed", "anonymous",
)  # fmt: skip
"""Words that press, bundle or promise too much (Measures art. 12)."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a person is told, in both languages. ``key`` names it across versions."""

    key: str
    zh: str
    en: str

    def of(self, language: str) -> str:
        """The line in one language."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Notice:
    """What a person is told before deciding: a title and a line an item, in two languages."""

    purpose: str
    items: tuple[Item, ...]

    @property
    def zh(self) -> str:
        """The whole text in Chinese."""
        return "\n".join(item.zh for item in self.items)

    @property
    def en(self) -> str:
        """The whole text in English."""
        return "\n".join(item.en for item in self.items)

    @property
    def digest(self) -> bytes:
        """SHA-256 over both texts: a consent is bound to what was read."""
        return hashlib.sha256(f"{self.zh}\0{self.en}".encode()).digest()

    def of(self, language: str) -> str:
        """The text in one language."""
        return self.zh if language == "zh" else self.en

    def item(self, key: str) -> Item | None:
        """One item by its key."""
        return next((item for item in self.items if item.key == key), None)


@dataclass(frozen=True, slots=True)
class Change:
    """One item that differs between two notices; None where it was not there."""

    key: str
    before: Item | None
    after: Item | None


def notice_of(purpose: Purpose) -> Notice:
    """The notice of a purpose (Measures art. 5): the three questions first."""
    return Notice(purpose.id, tuple(_items(purpose)))


def diff(old: Notice, new: Notice) -> tuple[Change, ...]:
    """What changed between two notices, item by item, in the new one's order (Measures art. 5)."""
    keys = [item.key for item in new.items]
    keys += [item.key for item in old.items if item.key not in keys]
    pairs = ((key, old.item(key), new.item(key)) for key in keys)
    return tuple(Change(*pair) for pair in pairs if pair[1] != pair[2])


# -- building -------------------------------------------------------------------------------

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
_METHOD_ZH = {
    "verification": "只与您本人的记录比对（1:1）",
    "identification": "与登记在此目的下的所有记录比对（1:N）",
}
_METHOD_EN = {
    "verification": "your face is compared with your own record only (1:1)",
    "identification": "your face is compared with every record of this purpose (1:N)",
}
_BASIS_ZH = {
    LegalBasis.CONSENT: "依据您的单独同意",
    LegalBasis.PUBLIC_SAFETY: "为维护公共安全所必需",
    LegalBasis.STATUTORY: "为履行法定职责或义务所必需",
}
_BASIS_EN = {
    LegalBasis.CONSENT: "on the ground of your separate consent",
    LegalBasis.PUBLIC_SAFETY: "because public safety needs it",
    LegalBasis.STATUTORY: "because a statutory duty needs it",
}
_COMFORT_ZH = {
    Comfort.NO_FORCED_MOVEMENT: "不要求眨眼或转头",
    Comfort.VOICE: "有语音提示",
    Comfort.LARGE_TYPE: "有大字提示",
    Comfort.STAFFED: "有工作人员协助",
}
_COMFORT_EN = {
    Comfort.NO_FORCED_MOVEMENT: "no blinking or turning is asked for",
    Comfort.VOICE: "voice guidance",
    Comfort.LARGE_TYPE: "large type",
    Comfort.STAFFED: "somebody there to help",
}


def _items(p: Purpose) -> Iterator[Item]:
    yield Item("title", p.title.zh, p.title.en)
    yield Item(
        "why", f"为什么收集：{p.why.zh} {p.necessity.zh}", f"Why: {p.why.en} {p.necessity.en}"
    )
    yield _kept(p)
    yield Item("risk", f"有什么风险：{p.risk.zh}", f"What the risk is: {p.risk.en}")
    yield _alternative(p)
    yield _method(p)
    if p.recipients:
        yield _recipients(p.recipients)
    if p.minors is not None:
        yield _minors(p.minors)
    if p.accessible:
        yield _accessible(p)
    yield Item(
        "rights",
        "您的权利：随时查看、复制、更正、撤回同意、重置人脸、要求人工处理和投诉，找下面的联系方式即可。",
        "Your rights: see, copy, correct, withdraw, reset your face, ask a human, complain — "
        "at any time, through the contact below.",
    )
    yield _complaint(p)
    yield Item(
        "who",
        f"地点：{p.place.name.zh}。处理者：{p.handler.name}，{p.handler.contact}。",
        f"Place: {p.place.name.en}. Handler: {p.handler.name}, {p.handler.contact}.",
    )


def _kept(p: Purpose) -> Item:
    zh, en = kept(p)
    return Item("kept", f"怎样保存：{zh}", f"How it is kept: {en}")


def kept(p: Purpose) -> tuple[str, str]:
    """How a purpose's face data is kept, zh and en, to stand under a heading or after one."""
    why_zh = f"{p.retention_why.zh}" if p.retention_why else ""
    why_en = f" {p.retention_why.en}" if p.retention_why else ""
    abroad_zh = "" if p.region == "CN" else f"数据存放在境外（{p.region}）。"
    abroad_en = "" if p.region == "CN" else f" Data lies outside the mainland ({p.region})."
    zh = f"只保存拆成两半的数字，不保存照片；{_STORAGE_ZH[p.storage]}；最长 {p.retention_days} 天。"
    en = (
        f"we keep two halves of a number, not your picture; {_STORAGE_EN[p.storage]};"
        f" for {p.retention_days} days at most."
    )
    return f"{zh}{why_zh}{abroad_zh}", f"{en}{why_en}{abroad_en}"


def _alternative(p: Purpose) -> Item:
    ways_zh = "或".join(
        a.name.zh + (f"（{a.where.zh}）" if a.where else "") for a in p.alternatives
    )
    ways_en = " or ".join(
        a.name.en + (f" ({a.where.en})" if a.where else "") for a in p.alternatives
    )
    return Item(
        "alternative",
        f"也可以不刷脸：{ways_zh}，同样方便，不受影响。",
        f"You need not use your face: the other way is {ways_en}, at no disadvantage.",
    )


def _method(p: Purpose) -> Item:
    zh = "；".join(_METHOD_ZH[one] for one in p.operations)
    en = "; ".join(_METHOD_EN[one] for one in p.operations)
    return Item(
        "method",
        f"处理方式：{zh}；{_BASIS_ZH[p.legal_basis]}。人脸信息属于敏感个人信息。",
        f"Method: {en}; {_BASIS_EN[p.legal_basis]}. Face data is sensitive personal data.",
    )


def _recipients(recipients: list[Recipient]) -> Item:
    zh = "；".join(f"{r.name}（{r.contact}）：{r.what.zh} {r.why.zh}" for r in recipients)
    en = "; ".join(f"{r.name} ({r.contact}): {r.what.en} {r.why.en}" for r in recipients)
    return Item(
        "recipients",
        f"提供给谁：{zh}；每一个都需您另行单独同意。",
        f"Who else receives it: {en}; each needs a separate consent of its own.",
    )


def _minors(minors: Minors) -> Item:
    if minors.admitted == "nobody":
        zh, en = "不满十四周岁者不使用人脸", "nobody under 14 uses their face here"
    else:
        zh, en = "不满十四周岁者由父母或监护人同意", "under 14 a parent or guardian consents"
    shorter = minors.retention_days
    days_zh = f"，最长保存 {shorter} 天" if shorter else ""
    days_en = f", for {shorter} days at most" if shorter else ""
    return Item(
        "minors",
        f"孩子：{zh}{days_zh}。{minors.rule.zh}",
        f"Children: {en}{days_en}. {minors.rule.en}",
    )


def _accessible(p: Purpose) -> Item:
    return Item(
        "accessible",
        f"老年人和残疾人：{'，'.join(_COMFORT_ZH[c] for c in p.accessible)}。",
        f"For older and disabled people: {', '.join(_COMFORT_EN[c] for c in p.accessible)}.",
    )


def _complaint(p: Purpose) -> Item:
    zh = p.complaints.zh if p.complaints else f"请联系 {p.handler.contact}。"
    en = p.complaints.en if p.complaints else f"Write to {p.handler.contact}."
    return Item(
        "complaint",
        f"投诉举报：{zh}也可以向网信部门、公安机关投诉举报，无需先找我们。",
        f"To complain: {en} You may also turn to the cyberspace administration or the police, "
        "without asking us first.",
    )


# -- looking at it ----------------------------------------------------------------------------


def lint(notice: Notice) -> tuple[Gap, ...]:
    """What makes a notice hard to read, incomplete or pressing (ISO/IEC 29184, Measures art. 12)."""
    return (*_absent(notice), *_out_of_order(notice), *_too_long(notice), *_dark(notice))


def absent(notice: Notice) -> list[str]:
    """Required items that are missing or say nothing in one of the languages."""
    found = {item.key for item in notice.items if _speaks_both(item)}
    return [key for key in REQUIRED if key not in found]


def questions_come_first(notice: Notice) -> bool:
    """Whether the three questions follow the title at once."""
    return tuple(item.key for item in notice.items[1:4]) == QUESTIONS


def _speaks_both(item: Item) -> bool:
    chinese = re.search(r"[\u4e00-\u9fff]", item.zh)
    latin = re.search(r"[A-Za-z]{2}", item.en)
    return bool(chinese and latin and item.zh != item.en)


def _absent(notice: Notice) -> Iterator[Gap]:
    for key in absent(notice):
        yield Gap(
            f"the notice of {notice.purpose} does not say {key} in both languages",
            "Complete the purpose file in zh and en, and publish it again",
        )


def _out_of_order(notice: Notice) -> Iterator[Gap]:
    if not questions_come_first(notice):
        yield Gap(
            f"the notice of {notice.purpose} does not begin with the three questions",
            f"Publish it again: facekeep purpose publish {notice.purpose}.toml",
        )


def _too_long(notice: Notice) -> Iterator[Gap]:
    sentences_en = re.split(r"[.;:!?\n]", notice.en)
    sentences_zh = re.split(r"[。；：！？\n]", notice.zh)
    long = (
        len(notice.zh) > MAX_ZH
        or len(notice.en.split()) > MAX_EN
        or any(len(sentence.split()) > MAX_SENTENCE_EN for sentence in sentences_en)
        or any(len(sentence) > MAX_SENTENCE_ZH for sentence in sentences_zh)
    )
    if long:
        yield Gap(
            f"the notice of {notice.purpose} is too long to be read before deciding",
            "Say it in fewer and shorter sentences",
        )


def _dark(notice: Notice) -> Iterator[Gap]:
    english = notice.en.casefold()
    for word in (
        *(word for word in DARK_ZH if word in notice.zh),
        *(word for word in DARK_EN if word in english),
    ):
        yield Gap(
            f"the notice of {notice.purpose} presses: {word}",
            "Say what is true without pressing anybody",
        )


# -- keeping --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kept:
    """A notice as it was published. ``at`` in seconds since 1970."""

    notice: Notice
    version: int
    at: int


class NoticeBook:
    """Published notices, word for word: a consent's digest leads back to what was read."""

    def __init__(self, records: Store, key: bytes) -> None:
        self._records, self._seal = records, Seal(key, "facekeep notice")

    def keep(self, tx: sqlite3.Connection, notice: Notice, version: int, at: int) -> None:
        """Keep a notice under the purpose's version; the same again changes nothing."""
        body = _written(notice)
        fields = _fields(notice.purpose, version, body, at)
        tx.execute(
            "INSERT OR IGNORE INTO notice VALUES (?, ?, ?, ?, ?, ?)",
            (notice.purpose, version, notice.digest, body, at, self._seal.of(*fields)),
        )

    def by_digest(self, digest: bytes) -> Notice | None:
        """The notice a consent is bound to. Raises ``Tampered``."""
        rows = self._records.rows("SELECT * FROM notice WHERE digest = ? ORDER BY version", digest)
        return self._opened(rows[0]).notice if rows else None

    def of_purpose(self, purpose: str) -> list[Kept]:
        """Every notice of a purpose, oldest first. Raises ``Tampered``."""
        rows = self._records.rows(
            "SELECT * FROM notice WHERE purpose = ? ORDER BY version, kept_at", purpose
        )
        return [self._opened(row) for row in rows]

    def _opened(self, row: tuple[Any, ...]) -> Kept:
        purpose, version, digest, body, at, seal = row
        self._seal.check(seal, *_fields(purpose, version, body, at))
        notice = _read(purpose, body)
        if notice.digest != digest:
            raise Tampered("a kept notice was changed")
        return Kept(notice, version, at)


def _fields(purpose: str, version: int, body: str, at: int) -> tuple[bytes, ...]:
    return purpose.encode(), version.to_bytes(8, "big"), body.encode(), at.to_bytes(8, "big")


def _written(notice: Notice) -> str:
    return "\n".join(f"{item.key}\t{item.zh}\t{item.en}" for item in notice.items)


def _read(purpose: str, body: str) -> Notice:
    return Notice(purpose, tuple(Item(*line.split("\t")) for line in body.split("\n")))
