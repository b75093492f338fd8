"""Words of the rules pages, in Chinese and English: of every act, and by stage in the files beside."""

from __future__ import annotations

from collections.abc import Mapping

from facekeep.web.console.words import assessing, people, purposes, rights, sites, terms

WORDS: Mapping[str, tuple[str, str]] = {
    **terms.WORDS, **purposes.WORDS, **assessing.WORDS, **sites.WORDS, **people.WORDS,
    **rights.WORDS,
    "act.passphrase": ("您的口令", "Your passphrase"),
    "act.passphrase.hint": ("签署时再次输入，用来打开您的签名密钥。", "Asked for with each signature: it opens your signing key."),
    "act.unsigned": ("这不是您的口令，什么也没有改变。", "This is not your passphrase. Nothing was changed."),
    "act.because": ("原因", "The reason"),
    "act.because.hint": ("写一行。它会留在记录中，凡查看者都能读到。", "One line. It stays in the record, and whoever looks reads it."),
    "act.alone": ("此事您一人即可办理；办理情况写入账本。", "You alone can do this; the ledger keeps that you did."),
    "ask.choose": ("请选择", "Choose"),
    "ask.in_zh": ("{what}（中文）", "{what}, in Chinese"),
    "ask.in_en": ("{what}（英文）", "{what}, in English"),
    "fault.of": ("{label}：{why}", "{label}: {why}"),
    "fault.missing": ("请填写此项", "Fill this in"),
    "fault.string_too_short": ("请填写此项", "Fill this in"),
    "fault.string_too_long": ("文字太长，请缩短", "This is too long: shorten it"),
    "fault.string_pattern_mismatch": ("请按规定的写法填写：小写字母开头，只用小写字母、数字和短横线（国家或地区代码为两个大写字母）", "Write it as asked: a small letter first, then small letters, digits and strokes (a region is two capitals)"),
    "fault.int_type": ("请填写整数", "Give a whole number"),
    "fault.int_parsing": ("请填写整数", "Give a whole number"),
    "fault.float_type": ("请填写数字", "Give a number"),
    "fault.date_type": ("请填写日期，例如 2026-11-21", "Give a date, such as 2026-11-21"),
    "fault.greater_than_equal": ("数字太小", "The number is too small"),
    "fault.less_than_equal": ("数字太大", "The number is too large"),
    "fault.too_short": ("至少填写一项", "Name at least one"),
    "fault.too_long": ("项目太多", "Too many"),
    "fault.enum": ("请从所列各项中选择", "Choose one of those listed"),
    "fault.literal_error": ("请从所列各项中选择", "Choose one of those listed"),
    "fault.other": ("此项与其他内容不一致，或写法不符", "This contradicts the rest, or is not written as asked"),
    "eyes.title": ("须两名负责人员批准", "Two officers approve this"),
    "eyes.why": ("一个人不能单独办理此事。批准各自签署，用一次即止。", "Nobody does this alone. Each approval is signed, and both are used up by one act."),
    "eyes.complete": ("两人已批准，可以办理", "Two stand behind it: it can be done"),
    "eyes.one": ("还差一人", "One more is needed"),
    "eyes.nobody": ("还没有人批准", "Nobody has approved it"),
    "eyes.word": ("去签署您的批准", "Give your word for it"),
}  # fmt: skip
"""Keys by page."""
