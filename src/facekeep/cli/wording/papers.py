"""The filing pack and the evidence bundle: the command line's words and help pages."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "help.evidence": (
        ("证据包：交给检查人员，离线可核对\n\n"
        "$ facekeep --home H evidence --since 2026-01-01 -o evidence.zip\n"
        "$ facekeep evidence verify evidence.zip --key ledger.pub"),
        ("Evidence for an inspector, verified offline\n\n"
        "$ facekeep --home H evidence --since 2026-01-01 -o evidence.zip\n"
        "$ facekeep evidence verify evidence.zip --key ledger.pub"),
    ),
    "help.evidence.export": (
        ("导出证据包：每个查询的回答，加上期间内的账本\n\n"
        "不含人脸数据和被采集者的姓名，不需要口令。导出前先把各项回答的摘要记入账本，导出后再记下整包的摘要。\n"
        "$ facekeep --home H evidence export --since 2026-01-01 --until 2026-06-30 -o evidence.zip"),
        ("Export a bundle: the answer to every question, and the ledger of a period\n\n"
        "It holds no face data and nobody enrolled by name, and needs no passphrase. The answers' digest goes into the ledger"
        " before they are packed, the bundle's after.\n"
        "$ facekeep --home H evidence export --since 2026-01-01 --until 2026-06-30 -o evidence.zip"),
    ),
    "help.evidence.verify": (
        ("核对证据包，只需公钥，不需要保管库\n\n"
        "有改动会指出是哪个文件、哪一条（退出码 4）。另存于外部的检查点用 --witnessed 一并核对。\n"
        "$ facekeep evidence verify evidence.zip --key ledger.pub --witnessed may.checkpoint"),
        ("Check a bundle with the public key alone; no home is needed\n\n"
        "What was altered is named: the file and the entry (exit 4). Add checkpoints kept elsewhere with"
        " --witnessed.\n"
        "$ facekeep evidence verify evidence.zip --key ledger.pub --witnessed may.checkpoint"),
    ),
    "help.filing.pack": (
        ("生成备案材料包：基本情况、应用情况、影响评估、安全措施、规则规程\n\n"
        "内容取自现行记录；缺少的项目单列一页，不会凭空填写。HTML 总会生成，PDF 和 DOCX 需要安装 facekeep[filing]。\n"
        "$ facekeep --home H filing pack -o filing.zip"),
        ("Make the filing pack: profile, application, assessments, safeguards, rules\n\n"
        "Filled from what is in force now; what is missing stands on a page of its own and is never invented. HTML is"
        " always made, PDF and DOCX with facekeep[filing].\n"
        "$ facekeep --home H filing pack -o filing.zip"),
    ),
    "option.since": ("期间的第一天（YYYY-MM-DD，北京时间）", "the period's first day (YYYY-MM-DD, China time)"),
    "option.until": ("期间的最后一天；不写则到今天", "the period's last day; today if left out"),
    "option.bundle_out": ("写到哪个 ZIP 文件", "the ZIP file to write"),
    "option.bundle": ("证据包或材料包", "the bundle"),
    "option.pack_purpose": ("只写这一个目的", "this purpose alone"),
    "option.pack_fonts": ("中文字体所在的文件夹", "a folder with Chinese fonts"),
    "option.pack_forms": (
        "除 HTML 外还要哪种：all、html、pdf、docx（默认 all：能做的都做）",
        "which forms beside HTML: all, html, pdf, docx (all: whatever can be made)",
    ),
    "evidence.label.period": ("期间", "period"),
    "evidence.label.findings": ("查询", "findings"),
    "evidence.label.gaps": ("不足", "gaps"),
    "evidence.label.entries": ("账本条目", "ledger entries"),
    "evidence.label.size": ("账本总长", "whole ledger"),
    "evidence.pack_holds": ("材料包完整，未被改动", "The filing pack is whole and unchanged"),
    "evidence.label.made": ("生成", "made"),
    "evidence.exported": ("证据包已导出", "The evidence bundle is written"),
    "evidence.gaps": (
        "其中写明了 {n} 处不足。先用 facekeep comply 查看，再决定是否补齐后重新导出。",
        "It names {n} gaps. See them with facekeep comply before you hand it over.",
    ),
    "evidence.holds": ("证据包完整，未被改动", "The bundle is whole and unchanged"),
    "evidence.no_witness": (
        "没有外部保存的检查点：持有签名密钥的人若整体重写账本，这里看不出来。请向外部见证人索取，用 --witnessed 核对。",
        ("No checkpoint from outside: a ledger rewritten as a whole by the holder of the signing key would not show."
        " Get one from a witness and add --witnessed FILE."),
    ),
    "evidence.open": ("解压后从 index.html 读起。", "Unpack it and begin with index.en.html."),
    "evidence.alarm": (
        "这个包不可信：在所指之处被改动过，或公钥不是签发者的。请向经营者索取原件，并保留这一份。",
        ("Do not rely on this bundle: it was altered at the place named, or the key is not its maker's. Ask for the"
        " original, and keep this one."),
    ),
    "error.since_and_output": (
        "请写明 --since 日期 和 -o 文件", "say --since DATE and -o FILE",
    ),
    "pack.made": ("备案材料包已生成", "The filing pack is written"),
    "pack.label.papers": ("材料", "papers"),
    "pack.label.missing": ("缺少", "missing"),
    "pack.label.forms": ("格式", "forms"),
    "pack.missing": (
        "还缺 {n} 项，逐项列在 zh/00-missing.html。补齐后重新生成。",
        "Missing: {n}; each stands in en/00-missing.html. Fill them and make the pack again.",
    ),
    "pack.complete": ("各项均已填写；签字、盖章和扫描件由您补上。", "Every item is filled; signatures, seals and scans are yours to add."),
    "pack.skipped": ("没有生成 {form}：{why}", "{form} was not made: {why}"),
}  # fmt: skip
"""Chinese, English by key; merged into ``cli.words``."""
