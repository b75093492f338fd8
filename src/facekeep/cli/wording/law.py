"""Obligations, what is met and what is not: the command line's words and help pages."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    # -- help -------------------------------------------------------------------------------
    "help.comply": (
        ("逐项核对法定义务：已满足、未满足、不适用、须由人判断\n\n"
        "每一行都现查各处存储，未满足的写明下一步。只读不改，不需要口令；加 --check 则有未满足时退出码为 3。\n"
        "$ facekeep --home H comply\n"
        "$ facekeep --home H comply FRM-10 --as-of 2027-12-02\n"
        "$ facekeep --home H comply --only not-met --check"),
        ("Every duty of the law: met, not met, not applicable, for a person to decide\n\n"
        "Each row is looked up in the stores now; what is not met says what to do. Changes nothing,"
        " needs no passphrase. With --check it exits 3 where something is not met.\n"
        "$ facekeep --home H comply\n"
        "$ facekeep --home H comply FRM-10 --as-of 2027-12-02\n"
        "$ facekeep --home H comply --only not-met --check"),
    ),
    "help.explain": (
        ("解释一项义务：出处、依据、由什么保证、现状如何\n\n"
        "只写编号的开头也可以。给出保管库时一并说明现状。\n"
        "$ facekeep explain FRM-10\n"
        "$ facekeep --home H explain PIPL-47"),
        ("Explain a duty: where it stands, how sure that is, what holds it, how it stands\n\n"
        "The beginning of an id is enough. With a home, it says how the duty stands there.\n"
        "$ facekeep explain FRM-10\n"
        "$ facekeep --home H explain PIPL-47"),
    ),
    "option.regime": (
        "适用哪一法域；不写则按建库时所选",
        "whose law; the home's own where nothing is named",
    ),
    "option.init_regime": (
        "本库遵循的法域；十项承诺在任何法域都有效",
        "whose law this home follows; the ten promises bind under each of them",
    ),
    "option.as_of": (
        "按这一天有效的义务核对（存储仍按现在读取）",
        "judge by the duties in force on this day; the stores are read as they are now",
    ),
    "option.only": (
        "只列这种状态：met、not-met、not-applicable、not-automatable",
        "only this status: met, not-met, not-applicable, not-automatable",
    ),
    "option.check": ("有未满足时退出码为 3", "exit 3 where something is not met"),
    "option.obligation": ("义务编号或其开头", "an obligation's id, or its beginning"),
    "error.not_a_day": (
        "“{text}”不是日期，请写成 2027-12-02",
        "“{text}” is not a day; write it as 2027-12-02",
    ),
    # -- comply -----------------------------------------------------------------------------
    "comply.met": ("可由程序核对的义务都已满足", "Every duty that can be checked is met"),
    "comply.nothing": ("目前尚不适用", "Nothing here applies yet"),
    "comply.unmet": ("未满足的义务：{n} 项", "Duties not met: {n}"),
    "comply.selected": (
        "只是选取的核对项，不是合规评估",
        "selected checks, not an assessment",
    ),
    "comply.as_of": (
        "义务按该日判断；存储只能按现在的样子读取",
        "Duties are judged at that day; the stores can only be read as they are now",
    ),
    "comply.how": (
        "facekeep explain 编号，可看出处、依据和由什么保证。这不是法律意见",
        "facekeep explain ID says where a duty stands and what holds it. This is not legal advice",
    ),
    "comply.missing": (
        "本程序尚不具备：{name}。{meanwhile}",
        "This program cannot do it yet: {name}. {meanwhile}",
    ),
    "comply.not_yet": ("尚不具备：{names}", "not there yet: {names}"),
    "status.met": ("已满足", "met"),
    "status.not_met": ("未满足", "not met"),
    "status.not_applicable": ("不适用", "not applicable"),
    "status.not_automatable": ("须由人判断", "for a person to decide"),
    "regime.cn": ("中国法", "the law of China"),
    "regime.gdpr": ("欧盟法", "the law of the European Union"),
    "regime.bipa": ("伊利诺伊州法", "the law of Illinois"),
    "stage.governance": ("治理", "Governance"),
    "stage.collection": ("采集", "Collection"),
    "stage.storage": ("存储", "Storage"),
    "stage.use": ("使用", "Use"),
    "stage.rights": ("权利", "Rights"),
    "stage.response": ("响应", "Response"),
    "severity.critical": ("极重", "critical"),
    "severity.high": ("重", "high"),
    "severity.medium": ("中", "medium"),
    "severity.low": ("轻", "low"),
    "basis.found": ("见于官方文本或其引用", "seen in an official text or a quotation of it"),
    "basis.secondary": ("见于第三方说明", "from a note by a third party"),
    "basis.memory": ("未经核对", "not verified"),
    # -- explain ----------------------------------------------------------------------------
    "label.basis": ("依据", "basis"),
    "label.severity": ("轻重", "severity"),
    "label.stage": ("环节", "stage"),
    "label.begins": ("生效", "binds from"),
    "label.deadline": ("期限", "time allowed"),
    "label.retention_term": ("保存", "kept for"),
    "label.gate": ("运行时由此把关", "gate"),
    "label.question": ("以此查证", "evidence"),
    "label.test": ("由此测试", "test"),
    "label.capability": ("能力", "capability"),
    "label.person_decides": ("由人判断", "a person decides"),
    "label.remark": ("说明", "remark"),
    "label.regime": ("法域", "regime"),
    "term.cn_workday": ("{n} 个工作日", "{n} working days of China"),
    "term.calendar_day": ("{n} 个自然日", "{n} calendar days"),
    "term.hours": ("{n} 小时", "{n} hours"),
    "term.annual": ("每年 {day} 之前", "each year by {day}"),
    "term.every": ("周期 {every}", "every {every}"),
    "term.immediate": ("立即", "at once"),
    "term.since": ("，自{starts}起", " from {starts}"),
    "from.awareness": ("知悉", "becoming aware"),
    "from.discovery": ("发现", "discovery"),
    "from.end_of_use": ("终止使用", "the end of use"),
    "from.handled_persons_reached_1000000": ("处理达 100 万人", "the day 1,000,000 people are handled"),
    "from.handling_closed": ("处置结束", "the close of handling"),
    "from.material_change": ("实质变更", "the material change"),
    "from.rectification_done": ("完成整改", "the end of rectification"),
    "from.stored_persons_reached_100000": ("存储达 10 万人", "the day 100,000 people are stored"),
}  # fmt: skip
"""Chinese, English by key; merged into ``cli.words``."""
