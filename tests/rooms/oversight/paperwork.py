"""A handler, a purpose and an assessment as they are read, for papers without a home."""

from __future__ import annotations

from datetime import date
from typing import Any

from facekeep.oversight.comply import Moment, comply
from facekeep.oversight.obligations import book
from facekeep.oversight.papers.facts import Facts, Use
from facekeep.terms.evidence import Finding, Gap

MADE = 1_790_000_000
SAID = {
    "zh": "只向前来的本人采集，图像随即丢弃。",
    "en": "Only who steps up is captured; the picture is dropped.",
}

HANDLER: dict[str, Any] = {
    "name": "Riverside Residence 河畔公寓",
    "credit_code": "91350100M000100Y43",
    "org_type": "company",
    "address": "福州市鼓楼区一号",
    "province": "福建省",
    "city": "福州市",
    "legal_representative": "李四",
    "contact": "privacy@riverside.example",
    "cii": False,
    "officer": {"name": "赵六", "contact": "dpo@riverside.example", "appointed": "2025-05-01"},
    "complaints": {"channel": SAID},
    "mlps": {"level": 2, "number": "35010012345"},
    "policies": [
        {"title": SAID, "owner": "赵六", "version": "2", "review_by": "2027-01-01"},
    ],
}

PURPOSE: dict[str, Any] = {
    "title": {"zh": "东门", "en": "East gate"},
    "why": SAID, "necessity": SAID, "risk": SAID,
    "operations": ["verification", "identification"],
    "model": "mobilefacenet",
    "place": {"kind": "entrance", "name": {"zh": "东门", "en": "East gate"}},
    "legal_basis": "consent", "storage": "premises", "retention_days": 365,
    "alternatives": [{"id": "card", "name": {"zh": "门卡", "en": "door card"}}],
    "minors": {"rule": SAID}, "recipients": [],
}  # fmt: skip

ASSESSMENT: dict[str, Any] = {
    "purpose": "gate", "author": "王五", "date": "2026-03-01",
    "scope": {"text": SAID, "cameras": 4},
    "ground": {"lawful": SAID, "proper": SAID, "necessary": SAID},
    "impact": {"people": SAID, "mitigation": SAID, "how_checked": SAID, "works": True},
    "risks": [
        {"kind": "leak", "likelihood": 3, "impact": 4, "harm": SAID, "treatment": SAID,
         "residual": {"likelihood": 1, "impact": 3}},
        {"kind": "sale", "likelihood": 1, "impact": 4, "harm": SAID},
    ],
    "safeguards": [
        {"name": {"zh": "分半存放", "en": "Split references"}, "against": ["leak", "sale"],
         "lawful": SAID, "effective": SAID, "proportionate": SAID, "evidence": ["a.b.c"]},
    ],
    "alternatives": [{"id": "card", "finding": SAID, "works": True}],
    "minors": SAID, "identity_service": SAID,
}  # fmt: skip

SIX = (
    "encryption", "security audit", "access control", "authorisation management",
    "intrusion detection", "intrusion prevention",
)  # fmt: skip
LACKING = Gap("access control: no officer is in office", "facekeep officer add NAME")


def posture(_at: int) -> Finding:
    """Five of six hold."""
    return Finding({name: name != "access control" for name in SIX}, (LACKING,))


def facts(**other: Any) -> Facts:
    """A complete set of facts, but for what a test takes away."""
    use = Use(
        "gate", 2, "ab" * 32, PURPOSE, ("东门\n您可以不用。", "East gate\nYou need not.\nA third."),
        ASSESSMENT, {"who": "赵六", "digest": "cd" * 32},
    )  # fmt: skip
    asks = {"storage.posture.six": posture}
    told: dict[str, Any] = {
        "home": "4f" * 16, "made": MADE, "handler": HANDLER, "uses": (use,),
        "findings": {name: ask(MADE) for name, ask in asks.items()},
        "duties": comply(book(), "cn", asks, Moment(date(2026, 9, 1), MADE)),
        "people": (99_000, 120_500), "slots": {"id_filer": {"day": "2026-08-01"}},
        "due": "2026-10-14", **other,
    }  # fmt: skip
    return Facts(**told)
