"""Purposes, assessments, notices, the handler: what rooms raise in English, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    # -- a purpose file that contradicts itself
    "one visible line of text": "须是一行可见文字",
    "{}: named twice": "{}：重复列出",
    "route: nothing leaves the mainland": "route：没有数据出境，不需要出境路径",
    "alternatives: the face is no alternative to the face": "alternatives：人脸不能作为人脸的替代方式",
    "minors.retention_days: longer than everybody's": "minors.retention_days：比其他人的更长",
    "minors.identification: the purpose does not name identification": (
        "minors.identification：该目的不包含 1:N 辨识"
    ),
    "legal_basis: the public-safety ground belongs to public places only": (
        "legal_basis：公共安全依据只限公共场所"
    ),
    "identification_ground: the public-safety ground belongs to public places only": (
        "identification_ground：公共安全依据只限公共场所"
    ),
    "identification_ground: the purpose does not name identification": (
        "identification_ground：该目的不包含 1:N 辨识"
    ),
    "basis: consent needs no document": "basis：以同意为依据，不需要文件",
    # -- what stands before publication
    "no less intrusive option was compared": "没有比较过侵害更小的方式",
    "Add at least one [[options]] with name and why_not": (
        "请至少写一个 [[options]]，含 name 和 why_not"
    ),
    "no alternative is said to work": "没有写明任何一种其他方式已经可用",
    "Say where it is and since when it works: alternatives.where, alternatives.working_since": (
        "请写明在哪里、何时起可用：alternatives.where、alternatives.working_since"
    ),
    "the legal basis has no document and no last day": "合法性基础没有写明文件和截止日",
    "Add [basis] with document and until": "请写 [basis]，含 document 和 until",
    "the legal basis has run out": "合法性基础已经到期",
    "Renew the document, or end the purpose": "请更新文件，或终止该目的",
    "data leaves the mainland without a lawful route": "数据出境，但没有写明合法路径",
    "Add [route] with kind, document and until, or keep it in CN": (
        "请写 [route]，含 kind、document 和 until；或把数据留在境内（CN）"
    ),
    "the route out of the mainland has run out": "出境路径已经到期",
    "Renew it, or keep data in CN": "请更新，或把数据留在境内（CN）",
    "nobody said why it is kept so long": "没有说明保存期限的理由",
    "Add [retention_why] in zh and en": "请写 [retention_why]，中英文",
    "no accessible capture is offered": "没有为老年人和残疾人提供无障碍采集",
    "Add accessible: no_forced_movement, staffed, and voice or large_type": (
        "请写 accessible：no_forced_movement、staffed，以及 voice 或 large_type"
    ),
    "there is no rule for people under 14": "没有对不满十四周岁者的规则",
    "Add [minors] with admitted and rule": "请写 [minors]，含 admitted 和 rule",
    # -- the life of a purpose
    "draft": "草稿",
    "assessed": "已评估",
    "signed": "已签署",
    "published": "已生效",
    "suspended": "已暂停",
    "replaced": "已被取代",
    "ended": "已终止",
    "this purpose is only a draft": "该目的还只是草稿",
    "Assess it: facekeep purpose assess {} --assessment FILE --officer NAME": (
        "请先评估：facekeep purpose assess {} --assessment FILE --officer NAME"
    ),
    "this purpose is assessed, but nobody signed it": "该目的已评估，但还没有人签署",
    "Sign it: facekeep purpose sign {} --officer NAME --officer-key FILE": (
        "请先签署：facekeep purpose sign {} --officer NAME --officer-key FILE"
    ),
    "this purpose is signed, but not published": "该目的已签署，但还没有生效",
    "Publish it: facekeep purpose release {} --officer NAME": (
        "请使其生效：facekeep purpose release {} --officer NAME"
    ),
    "this purpose is suspended": "该目的已暂停",
    "See why: facekeep purpose history {}; then assess it anew": (
        "请先查看原因：facekeep purpose history {}；然后重新评估"
    ),
    "this purpose has ended": "该目的已经终止",
    "Use another way; it does not come back": "请使用其他方式；该目的不会恢复",
    "Give the new one another id: a name is used once": "请给新目的另取 id；名称只用一次",
    "this version is {}: it cannot become {}": "该版本{}，不能变为{}",
    "Draft a new version: facekeep purpose draft FILE --over {}": (
        "请另存新版本：facekeep purpose draft FILE --over {}"
    ),
    "the purpose changed while this was under way": "办理期间，该目的发生了变更",
    "Ask again, under the new purpose": "请依新的目的重新办理",
    "there is no such version of this purpose": "该目的没有这一版",
    "another text of this purpose was written meanwhile: version {}": (
        "期间有人另存了该目的的文本：第 {} 版"
    ),
    "Compare: facekeep purpose history {}; then draft again --over {}": (
        "请先比较：facekeep purpose history {}；再用 --over {} 重新存稿"
    ),
    "the purpose moved on while this was signed": "签署期间，该目的有了新的进展",
    "Look again, then sign what is there": "请重新查看，再签署现有的内容",
    "a step of a purpose was changed": "目的的步骤记录被改动",
    "version {}": "第 {} 版",
    # -- bringing it into force, and out of it
    "this version is {}: there is nothing to sign": "该版本{}，没有可签署的内容",
    "Assess it first: facekeep purpose assess {} --assessment FILE": (
        "请先评估：facekeep purpose assess {} --assessment FILE"
    ),
    "the assessment that was signed is gone": "签署所依据的评估已不存在",
    "Assess the purpose anew": "请重新评估该目的",
    "no purpose of this name was ever drafted": "没有这个名称的目的",
    "Draft it: facekeep purpose draft FILE --officer NAME": (
        "请先存稿：facekeep purpose draft FILE --officer NAME"
    ),
    "this member of staff does not sign assessments": "该人员的角色不能签署评估",
    "this member of staff does not decide for the handler": "该人员的角色不能代表处理者作决定",
    "Have somebody of the role officer sign it": "请由角色为 officer 的人签署",
    "nothing of this purpose is in force or under way": "该目的没有生效中或办理中的版本",
    "See where it stands: facekeep purpose list": "请查看所处阶段：facekeep purpose list",
    "say why in one line": "请用一行文字说明原因",
    "the handler is another than when this was assessed": "处理者与评估时不同",
    "the model is another than when this was assessed": "模型与评估时不同",
    "no notice of this version was ever published": "没有发布过这一版的告知书",
    "nobody assessed this purpose yet": "该目的还没有评估",
    # -- assessments
    "the assessment file is too large": "评估文件过大",
    "the assessment file is not complete: {}": "评估文件不完整（{}）",
    "the assessment file is not TOML: {}": "评估文件不是有效的 TOML（{}）",
    "risks: a kind is named twice": "risks：同一类风险重复列出",
    "risks.{}: treatment and residual belong together": "risks.{}：treatment 和 residual 须同时写明",
    "risks.{}.residual: higher than before the treatment": "risks.{}.residual：比处置前更高",
    "text: an encoded picture or vector has no place here": "文本：不得含有编码的图片或特征",
    "the assessment is about another purpose": "评估针对的是另一个目的",
    "Assess this one": "请评估该目的",
    "the assessment bears a date that is still to come": "评估的日期还没有到",
    "Date it on the day it was finished": "请写完成评估的日期",
    "the mitigation does not work by the author's own word": "评估人写明降低影响的措施无效",
    "Change what is done for people, and look again": "请改进对个人的措施，再行评估",
    "alternatives were not found to work: {}": "其他方式没有写明可用：{}",
    "Try each out and write down what was found, or take it out of the purpose": (
        "请逐一试用并写明结果，或从目的中删去"
    ),
    "risks are not assessed: {}": "没有评估的风险：{}",
    "Add a [[risks]] table for each": "请逐项写 [[risks]]",
    "no safeguard answers: {}": "没有对应的保护措施：{}",
    "Add a [[safeguards]] table against each": "请逐项写 [[safeguards]]",
    "a high risk remains: {}": "仍有高风险：{}",
    "Treat it until it is lower, or do not use faces here": "请处置到较低，或不在此使用人脸",
    "no such control: {}": "没有这项控制措施：{}",
    "Cite a control that exists: facekeep purpose controls": (
        "请引用存在的控制措施：facekeep purpose controls"
    ),
    "cited controls do not hold now: {}": "所引用的控制措施此刻不成立：{}",
    "Mend them first: facekeep comply": "请先改正：facekeep comply",
    "there is no such assessment": "没有这份评估",
    "assessments are kept for three years after the end of processing": (
        "评估须保存到处理结束后三年"
    ),
    "Wait until the lock ends: facekeep purpose history NAME": (
        "请等到保存期满：facekeep purpose history NAME"
    ),
    "an assessment was changed": "评估被改动",
    "this text is in force under another assessment": "这一文本正依据另一份评估生效",
    "To assess it anew, suspend it first: facekeep purpose suspend {}": (
        "重新评估前请先暂停：facekeep purpose suspend {}"
    ),
    # -- notices
    # -- the handler
    "a unified social credit code has 18 digits and capital letters": (
        "统一社会信用代码是 18 位数字和大写字母"
    ),
    "the check character of the credit code does not hold": "统一社会信用代码的校验位不符",
    "credit_code: an individual has none": "credit_code：个人没有统一社会信用代码",
    "cii: an individual operates no critical infrastructure": "cii：个人不是关键信息基础设施运营者",
    "audit.next: not after the last one": "audit.next：不晚于上一次",
    "findings.{}.rectified: before it was found": "findings.{}.rectified：早于发现日期",
    "findings.{}.reported: before it was rectified": "findings.{}.reported：早于整改",
    "the handler file is too large": "处理者文件过大",
    "the handler file is not complete: {}": "处理者文件不完整（{}）",
    "the handler file is not TOML: {}": "处理者文件不是有效的 TOML（{}）",
    "the handler's profile was changed meanwhile: version {}": "处理者信息期间有改动：第 {} 版",
    "Compare: facekeep handler show; then set it again with --over": (
        "请先比较：facekeep handler show；再用 --over 重新登记"
    ),
    "there is no such version of the handler's profile": "处理者信息没有这一版",
    "the handler's profile was changed": "处理者信息被改动",
    "nobody set the handler's profile yet": "还没有登记处理者信息",
    "this recipient is not in the handler's profile": "接收方没有登记在处理者信息里",
}  # fmt: skip
"""Chinese by the English sentence; ``{}`` stands for a value."""
