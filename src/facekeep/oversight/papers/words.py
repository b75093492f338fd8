"""What papers say, in Chinese and English side by side; one language a page."""

from __future__ import annotations

from facekeep.terms.messages import Catalogue

_COMMON = {
    "page.other": ("English", "中文"),
    "label.period": ("期间", "Period"),
    "label.made": ("生成时间", "Made"),
    "label.home": ("保管库", "Home"),
    "label.origin": ("账本名称", "Ledger"),
    "label.key": ("公钥", "Public key"),
    "label.ledger": ("账本条目", "Ledger entries"),
    "label.findings": ("查询结果", "Findings"),
    "label.question": ("查询", "Question"),
    "label.answer": ("结果", "Answer"),
    "label.missing": ("缺什么，怎么补", "What is missing, and what to do"),
    "label.file": ("文件", "File"),
    "label.bytes": ("字节", "Bytes"),
    "period.days": ("{first}至{last}", "{first} to {last}"),
    "ledger.stretch": ("{n} 条（账本共 {size} 条）", "{n} (of {size} in the ledger)"),
    "state.met": ("符合", "holds"),
    "state.unmet": ("不符合", "does not hold"),
    "state.idle": ("尚无对象", "nothing to judge yet"),
}

_BUNDLE = {
    "bundle.title": ("证据包", "Evidence bundle"),
    "bundle.lede": (
        (
            "本包由系统直接读取现行记录生成：每个查询的回答、期间内的账本条目，以及证明它们未被改动的检查点。"
            "包内没有人脸数据，没有被采集者的姓名，也没有能指向其中某个人的编号。"
        ),
        (
            "Made by asking the running system: the answer to every question, the ledger entries of the period, and"
            " the checkpoints that show they are unchanged. It holds no face data, no names of people enrolled, and no identifier"
            " that leads to one of them."
        ),
    ),
    "bundle.gaps": ("有 {n} 处不足，逐项列在下文。", "{n} gaps, each listed below."),
    "bundle.no_gaps": ("所有查询均未发现不足。", "No question found a gap."),
    "bundle.order": (
        "顺序依照{source}；章节标题凭记忆写成，未与原文核对。",
        "In the order of: {source}. Chapter titles are from memory and were not checked against the text.",
    ),
    "bundle.check": ("如何核对", "How to check it"),
    "bundle.how": (
        (
            "在任何一台装有本程序的电脑上离线核对，不需要数据库、网络或口令。公钥请从经营者今天改不了的地方取得，"
            "不要使用包内的那一份。"
        ),
        (
            "Offline, on any machine with this program; no database, no network, no passphrase. Get the public key from"
            " somewhere the operator cannot change today, not from inside the bundle."
        ),
    ),
    "bundle.limits": (
        (
            "签名证明由谁打包、打包后未被改动。账本若被持有签名密钥的人整体重写，只有保存在外部的检查点能够发现："
            "核对时请加上 --witnessed 文件。"
        ),
        (
            "The signature shows who packed it and that nothing changed since. A ledger rewritten as a whole by somebody"
            " with the signing key is found only by a checkpoint kept outside: add --witnessed FILE."
        ),
    ),
    "bundle.contents": ("目录", "Contents"),
    "bundle.obligations": ("对应义务：", "Obligations:"),
    "bundle.empty": ("本章没有查询结果。", "No finding belongs to this chapter."),
    "bundle.files": ("文件清单", "Files"),
    "bundle.foot": (
        "MANIFEST.json 列有每个文件的完整摘要，MANIFEST.sig 是账本密钥对它的签名。",
        "MANIFEST.json holds every file's full digest; MANIFEST.sig is the ledger key's signature over it.",
    ),
}

_PACK = {
    "pack.made": ("由系统依据现行记录生成：{when}", "Made from what is in force: {when}"),
    "pack.gaps": ("缺少 {n} 项，补齐后重新生成", "Missing: {n}. Fill them and make the pack again"),
    "pack.missing": ("缺少", "missing"),
    "pack.foot": (
        "本件由 Facekeep 合符生成，内容取自运行中的系统；签字盖章前请逐项核对。",
        "Made by Facekeep from the running system. Check every item before it is signed and stamped.",
    ),
    "pack.missing_title": ("缺少的项目", "What is missing"),
    "pack.missing_lede": (
        "下列项目在现行记录中没有。系统不会代为填写。",
        "These items are not in the records. Nothing is filled in for you.",
    ),
    "pack.nothing_missing": ("没有缺项。", "Nothing is missing."),
    "label.paper": ("材料", "Paper"),
    "label.item": ("项目", "Item"),
    "label.way_out": ("怎么补", "What to do"),
}

WORDS = Catalogue({**_COMMON, **_BUNDLE, **_PACK})
"""Everything papers say."""
