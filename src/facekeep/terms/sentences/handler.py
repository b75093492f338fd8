"""The handler's profile, and what purposes and assessments answer: in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

_SET = "facekeep handler set FILE --officer NAME --officer-key FILE"

_PROFILE = {
    _SET: f"请运行：{_SET}",
    f"Correct the profile: {_SET}": f"请更正档案：{_SET}",
    f"Report it at once and write the day down: {_SET}": f"请立即报送并记下日期：{_SET}",
    "nobody said who handles the data": "没有写明谁是个人信息处理者",
    "nobody decided {}": "没有就“{}”作出决定",
    "the decision {} bears a date that is still to come": "“{}”的决定日期尚未到来",
    "whether the Measures apply": "办法是否适用",
    "whether the national identity service is used": "是否使用国家网络身份认证公共服务",
    "the Measures are said not to apply, but purposes are in force": "声称不适用办法，却有目的正在生效",
    "nobody said which protection level (MLPS) applies": "没有写明网络安全等级保护的级别",
    "protection level {} has no filing number": "等保 {} 级没有备案号",
    "protection level {} was never assessed, or has no next date": "等保 {} 级未做测评，或没有下次日期",
    "the protection level was to be assessed again by {}": "等保应于 {} 前再次测评",
    "critical infrastructure has protection level {} at least": "关键信息基础设施的等保级别至少为 {} 级",
    "the handler keeps data outside the mainland without a route": "处理者在境外存放数据，却没有合法路径",
    "purpose {} keeps data of critical infrastructure outside the mainland": "目的 {} 把关键信息基础设施的数据存放在境外",
    "Keep it in the mainland: set region to CN and publish the purpose again": "请存放在境内：把 region 设为 CN，再次发布该目的",
    "no personal-information protection officer is appointed": "没有指定个人信息保护负责人",
    "the officer's appointment bears a date that is still to come": "个人信息保护负责人的任命日期尚未到来",
    "no channel for complaints is named": "没有写明投诉举报渠道",
    "no compliance audit is planned": "没有合规审计计划",
    "the compliance audit was due on {}": "合规审计应于 {} 进行",
    "the next audit is planned later than every {} months": "下次审计的安排晚于每 {} 个月一次",
    "the same auditor audits more than {} times running": "同一审计机构连续审计超过 {} 次",
    "the rectification of finding {} was not reported: it was due on {}": "审计发现 {} 的整改没有报送：应于 {} 报送",
    "the rectification of finding {} was reported too late: it was due on {}": "审计发现 {} 的整改报送过晚：应于 {} 报送",
    "there are no internal rules": "没有内部管理制度",
    "rule {} was to be reviewed by {}": "制度 {} 应于 {} 前复审",
    "rule {} was not acknowledged yet": "制度 {} 尚未经确认",
    "nobody of the staff is trained": "没有受过培训的人员",
    "the training of {} ran out on {}": "{} 的培训已于 {} 到期",
}  # fmt: skip

_OTHERS = {
    "the contract with processor {} ran out on {}": "与受托方 {} 的合同已于 {} 到期",
    "Have data returned or deleted, or renew it; then: facekeep handler set FILE": "请要求返还或删除数据，或续签合同，然后运行：facekeep handler set FILE",
    "data went to {}, whom the handler's profile does not name": "数据提供给了 {}，而处理者档案中没有它",
    "data went to {}, of whom purpose {} tells nobody": "数据提供给了 {}，而目的 {} 没有告知任何人",
    "Stop it; name the recipient in the purpose, and ask everybody for consent": "请停止提供；在目的中写明接收方，并逐一取得同意",
    "purpose {} names recipient {}, whom the profile does not name": "目的 {} 写明了接收方 {}，而处理者档案中没有它",
    "a record of sharing bears a date that is still to come": "有提供记录的日期尚未到来",
    "records of sharing are kept past their three years": "有提供记录超过三年仍在保存",
}  # fmt: skip

_DUE = {
    "the protection level is assessed again": "等保再次测评",
    "the route out of the mainland runs out": "出境路径到期",
    "the contract with processor {} runs out": "与受托方 {} 的合同到期",
    "the next compliance audit": "下次合规审计",
    "report the rectification of finding {}": "报送审计发现 {} 的整改",
    "rule {} is reviewed": "复审制度 {}",
    "the training of {} runs out": "{} 的培训到期",
    "the legal basis of {} runs out": "目的 {} 的合法性基础文件到期",
}

_ANEW = "facekeep purpose publish FILE --assessment FILE --officer NAME --officer-key FILE"

_ASSESSED = {
    f"Assess it anew: {_ANEW}": f"请重新评估：{_ANEW}",
    "Suspend it until it was assessed anew: facekeep purpose check": "请暂停使用，直至重新评估：facekeep purpose check",
    "Bring it back from a backup: facekeep adopt": "请从备份中取回：facekeep adopt",
    "Draft it again as sensitive": "请按敏感个人信息重新起草",
    "purpose {}: {}": "目的 {}：{}",
    "more devices are active than were assessed": "启用的设备多于评估的数量",
    "purpose {} does not call face data sensitive": "目的 {} 没有把人脸信息列为敏感个人信息",
    "no notice is kept of version {} of purpose {}": "第 {} 版的告知书没有留存（目的 {}）",
    "purpose {} names another handler than the handler's profile": "目的 {} 写明的处理者与处理者档案不一致",
    "Correct handler.name in one of them: facekeep handler show": "请更正其中一处的 handler.name：facekeep handler show",
    "the notice of purpose {} is gone": "目的 {} 的告知书不见了",
    "the notice of {} says something else than the purpose": "目的 {} 的告知书与目的内容不符",
    "purpose {} is in force and its assessment is not there": "目的 {} 正在生效，却找不到它的影响评估",
    "the assessment of {} is younger than its publication": "目的 {} 的影响评估晚于发布",
    "the assessment of {} is about another text": "目的 {} 的影响评估针对的是另一文本",
    "nobody's signature stands under the assessment of {}": "目的 {} 的影响评估没有有效签名",
    "who signed the assessment of {} was no officer then": "签署目的 {} 影响评估的人当时不是签署人",
    "the assessment of {} — {}": "目的 {} 的影响评估：{}",
    "the assessment of {} cites a control that is not there: {}": "目的 {} 的影响评估引用了不存在的控制措施：{}",
    "the assessment of version {} of purpose {} went before its time": "第 {} 版的影响评估在保存期内丢失（目的 {}）",
    "purpose {} was stopped and runs again without a new assessment": "目的 {} 曾被暂停，未经重新评估又在使用",
}  # fmt: skip

_NOTICES = {
    "the notice of {} does not say {} in both languages": "目的 {} 的告知书没有用两种语言写明 {}",
    "Complete the purpose file in zh and en, and publish it again": "请补全目的文件的中英文，再次发布",
    "the notice of {} does not begin with the three questions": "目的 {} 的告知书没有以三个问题开头",
    "Publish it again: facekeep purpose publish {}.toml": "请再次发布：facekeep purpose publish {}.toml",
    "the notice of {} is too long to be read before deciding": "目的 {} 的告知书太长，无法在决定前读完",
    "Say it in fewer and shorter sentences": "请用更少、更短的句子",
    "the notice of {} presses: {}": "目的 {} 的告知书有强迫性用语：{}",
    "Say what is true without pressing anybody": "请如实说明，不要强迫",
    "a kept notice was changed": "留存的告知书被改动",
    "the {} are others than the ledger's": "{}与账本不符",
    "versions of the handler": "处理者档案的各版本",
    "sharing records": "提供记录",
    "steps of the purposes": "目的的各步骤",
}  # fmt: skip

SENTENCES: Mapping[str, str] = {**_PROFILE, **_OTHERS, **_DUE, **_ASSESSED, **_NOTICES}
"""Chinese by the English sentence; ``{}`` stands for a value."""
