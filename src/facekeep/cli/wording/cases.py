"""Rights cases, officers, other ways in: the command line's words and help pages."""

from __future__ import annotations

from collections.abc import Mapping

_OFFICERS = {
    "help.officer": ("签署人：谁可以签署", "Officers: who may sign"),
    "help.officer.add": (
        ("登记签署人，并写出其私钥文件\n\n"
        "第一位由打开保管库的人登记，第二位由第一位签名；从第三位起须两位在任签署人同意：先写出私钥，得到两份同意后再运行一次。私钥文件只有本人可读，请放在保管库之外。\n"
        "$ facekeep --home H officer add 李静 --role officer --key li.pem\n"
        "$ facekeep --home H officer add 王磊 --key wang.pem --officer 李静 --officer-key li.pem"),
        ("Enter an officer and write their private key file\n\n"
        "Whoever opens the home enters the first; every later one needs the signature of an officer in"
        " office. Only its owner can read the key file; keep it outside the home.\n"
        "$ facekeep --home H officer add Li --role officer --key li.pem\n"
        "$ facekeep --home H officer add Wang --key wang.pem --officer Li --officer-key li.pem"),
    ),
    "help.officer.recover": (
        ("私钥全部遗失时，凭保管库口令登记签署人\n\n"
        "记入账本；一周之内不能参与两人同意。\n"
        "$ facekeep --home H officer recover 赵敏 --key zhao.pem"),
        ("Enter an officer by the home's passphrase, where every key is lost\n\n"
        "It is written down; for a week the newcomer approves nothing that needs two.\n"
        "$ facekeep --home H officer recover Zhao --key zhao.pem"),
    ),
    "help.officer.retire": (
        ("签署人离任\n\n此后其签名不再有效；已签署的仍可核对。最后一位不能离任。\n"
        "$ facekeep --home H officer retire 王磊 --officer 李静 --officer-key li.pem"),
        ("End an officer's office\n\nTheir signature counts no more; what they signed can still be checked."
        " The last one cannot retire.\n"
        "$ facekeep --home H officer retire Wang --officer Li --officer-key li.pem"),
    ),
    "help.officer.list": (
        "列出签署人\n\n$ facekeep --home H officer list",
        "List officers\n\n$ facekeep --home H officer list",
    ),
    "help.approve": (
        ("为须两人同意的事项签署同意\n\n"
        "两位不同的在任签署人各签一次，事项才能进行一次。open-secret 后接个案编号。\n"
        "$ facekeep --home H approve open-secret 4f1c… --officer 李静 --officer-key li.pem"),
        ("Approve an act that needs two officers\n\n"
        "Two different officers in office each sign; the act then happens once. open-secret takes a"
        " case's number.\n"
        "$ facekeep --home H approve open-secret 4f1c… --officer Li --officer-key li.pem"),
    ),
    "option.officer": ("签署人姓名", "the officer who signs"),
    "option.writer": ("记录人（签署人）姓名", "the officer who writes this down"),
    "option.officer_key": ("签署人的私钥文件", "the officer's private key file"),
    "option.officer_new": ("新签署人姓名", "the new officer's name"),
    "option.officer_new_key": ("写出新私钥的文件", "where to write the new private key"),
    "option.officer_leaving": ("离任的签署人", "the officer who leaves"),
    "option.role": (
        "职责：officer、case-officer、inspector、security",
        "duty: officer, case-officer, inspector, security",
    ),
    "option.act": ("事项，如 open-secret", "the act, such as open-secret"),
    "option.act_what": ("事项所涉，如个案编号", "what it is about, such as a case's number"),
    "option.hours": ("同意的有效小时数", "for how many hours the approval holds"),
    "label.officer": ("签署人", "officer"),
    "label.duty": ("职责", "duty"),
    "label.vouched": ("准入签署人", "let in by"),
    "label.since": ("起", "since"),
    "label.until": ("止", "until"),
    "duty.officer": ("签署人", "officer"),
    "duty.case-officer": ("个案经办人", "case officer"),
    "duty.inspector": ("检查人", "inspector"),
    "duty.security": ("安全负责人", "security officer"),
    "officer.waits": ("尚待两位在任签署人同意", "Waits for two officers in office to approve"),
    "officer.approve": (
        "由两位分别运行：facekeep approve {act} '{what}' --officer NAME --officer-key FILE；然后再运行一次本命令。",
        "Each of two runs: facekeep approve {act} '{what}' --officer NAME --officer-key FILE; then run this once more.",
    ),
    "officer.added": ("已登记签署人", "Officer entered"),
    "officer.key": ("私钥已写入 {path}，只有本人可读", "The private key is in {path}, readable by its owner alone"),
    "officer.keep": (
        "请交给本人保管，不要与保管库放在一起，也不要复制给别人。",
        "Hand it to its owner; keep it apart from the home and copy it to nobody.",
    ),
    "officer.bare": (
        "私钥没有口令保护。可用 FACEKEEP_OFFICER_PASSPHRASE_FILE 给出口令。",
        "The key is under no passphrase. Give one with FACEKEEP_OFFICER_PASSPHRASE_FILE.",
    ),
    "officer.recovered": ("已凭口令登记签署人", "Officer entered by the passphrase"),
    "officer.week": (
        "此事已记入账本。一周之内，此人不能参与两人同意。",
        "This is in the ledger. For a week this officer approves nothing that needs two.",
    ),
    "officer.retired": ("签署人已离任", "The officer has left office"),
    "officer.none": ("还没有签署人", "No officer has been entered"),
    "approve.done": ("已同意", "Approved"),
    "approve.next": ("须两位不同的签署人同意，事项才能进行一次。", "Two different officers must approve; the act then happens once."),
    "error.officer_and_key": ("--officer 与 --officer-key 须同时给出", "name --officer and --officer-key together"),
    "error.file_exists": ("文件已存在，不会覆盖：{file}", "the file exists and is not overwritten: {file}"),
    "error.key_inside": ("私钥不应放在保管库内，请换个位置", "a private key does not lie inside the home: choose another place"),
    "prompt.officer_passphrase": ("签署人私钥的口令：", "Passphrase of the officer's key: "),
}  # fmt: skip

_CASES = {
    "help.case": ("权利请求：受理、办理、答复", "Rights cases: take in, carry on, answer"),
    "help.case.open": (
        ("受理一项请求，并给出受理码\n\n"
        "种类：copy 查阅复制、correction 更正、restriction 限制、objection 拒绝、human-review 人工复核、"
        "deletion 删除、explanation 解释、porting 转移、complaint 投诉举报、deceased 逝者近亲属。"
        "核实身份无须刷脸，请写明方式。不指明目的时，对其所在的每个目的各立一案。\n"
        "$ facekeep --home H case open --kind restriction --subject 7 --purpose gate --identified 身份证\n"
        "$ facekeep --home H case open --kind complaint --text 门口没有标识"),
        ("Take a request in and give its code\n\n"
        "Kinds: copy, correction, restriction, objection, human-review, deletion, explanation, porting,"
        " complaint, deceased. No face is needed to show who somebody is: say how they did. Without a"
        " purpose, a case is opened in every purpose the person is known in.\n"
        "$ facekeep --home H case open --kind restriction --subject 7 --purpose gate --identified passport\n"
        "$ facekeep --home H case open --kind complaint --text 'there is no sign at the door'"),
    ),
    "help.case.list": (
        "列出待办个案，先到期的在前\n\n不显示姓名和内容。\n$ facekeep --home H case list",
        "List cases that wait, the next due first\n\nNobody's name, nobody's text.\n$ facekeep --home H case list",
    ),
    "help.case.show": (
        ("查看个案：本人凭受理码，签署人凭编号和签名\n\n签署人每次查看都会记入本人的账本。\n"
        "$ facekeep --home H case show --code ABCD-…\n"
        "$ facekeep --home H case show NUMBER --officer 李静 --officer-key li.pem"),
        ("Show a case: the person by their code, an officer by its number and a signature\n\n"
        "Every look of an officer is written to the person's own entries.\n"
        "$ facekeep --home H case show --code ABCD-…\n"
        "$ facekeep --home H case show NUMBER --officer Li --officer-key li.pem"),
    ),
    "help.case.move": (
        ("推进个案：acknowledged 已告知、assigned 已分派、escalated 已上报、verified 已核实\n\n"
        "后三步用于投诉举报线索。\n"
        "$ facekeep --home H case move NUMBER --to assigned --assignee 王磊 --officer 李静 --officer-key li.pem"),
        ("Move a case on: acknowledged, assigned, escalated, verified\n\nThe last three are for complaints.\n"
        "$ facekeep --home H case move NUMBER --to assigned --assignee Wang --officer Li --officer-key li.pem"),
    ),
    "help.case.extend": (
        ("延期一次，并说明理由\n\n再加 15 个工作日。\n"
        "$ facekeep --home H case extend NUMBER --text 需向设备方核实 --officer 李静 --officer-key li.pem"),
        ("Extend a case once, with its reason\n\nAnother 15 working days.\n"
        "$ facekeep --home H case extend NUMBER --text 'we ask the maker' --officer Li --officer-key li.pem"),
    ),
    "help.case.answer": (
        ("答复请求，并说明理由\n\n"
        "结果：done 已办、nothing-held 未保存；限制与拒绝：kept-stopped 保持停止、lifted 解除；"
        "人工复核：upheld 维持、overturned 推翻、other-way 改用其他方式。删除类先行删除，并交付凭证。\n"
        "$ facekeep --home H case answer NUMBER --outcome done --text 已更正 --officer 李静 --officer-key li.pem"),
        ("Answer a request, with reasons\n\n"
        "Outcomes: done, nothing-held; restriction and objection: kept-stopped, lifted; review: upheld,"
        " overturned, other-way. A deletion erases first and hands over its receipt.\n"
        "$ facekeep --home H case answer NUMBER --outcome done --text corrected --officer Li --officer-key li.pem"),
    ),
    "help.case.refuse": (
        ("拒绝请求：须有法定理由，并写明申诉途径\n\n"
        "理由：identity-not-shown、legal-duty、rights-of-others、repeated、not-ours。\n"
        "$ facekeep --home H case refuse NUMBER --reason legal-duty --text … --appeal … --officer 李静 --officer-key li.pem"),
        ("Refuse a request: with a reason that is one, and where to appeal\n\n"
        "Reasons: identity-not-shown, legal-duty, rights-of-others, repeated, not-ours.\n"
        "$ facekeep --home H case refuse NUMBER --reason legal-duty --text … --appeal … --officer Li --officer-key li.pem"),
    ),
    "help.case.lift": (
        ("应本人要求恢复比对\n\n"
        "$ facekeep --home H case lift NUMBER --text 本人要求恢复 --officer 李静 --officer-key li.pem"),
        ("End a restraint at the person's wish\n\n"
        "$ facekeep --home H case lift NUMBER --text 'they asked for it' --officer Li --officer-key li.pem"),
    ),
    "help.case.close": (
        "结案\n\n$ facekeep --home H case close NUMBER --officer 李静 --officer-key li.pem",
        "Close a case\n\n$ facekeep --home H case close NUMBER --officer Li --officer-key li.pem",
    ),
    "help.case.open-secret": (
        ("为个案打开已离开者的记录：须两人同意\n\n"
        "须口令，并须两位签署人先行同意；打开一事记入账本，本人凭凭证可见。\n"
        "$ facekeep --home H approve open-secret NUMBER --officer 李静 --officer-key li.pem\n"
        "$ facekeep --home H case open-secret NUMBER"),
        ("Open a departed person's story for a case: four eyes\n\n"
        "It needs the passphrase and the approval of two officers; the opening is written down where the"
        " person can read it.\n"
        "$ facekeep --home H approve open-secret NUMBER --officer Li --officer-key li.pem\n"
        "$ facekeep --home H case open-secret NUMBER"),
    ),
    "help.case.receipt": (
        ("为本人签发现时的办理凭证\n\n$ facekeep --home H case receipt --code ABCD-… -o case.json"),
        ("Sign the person's proof of how far their case is\n\n"
        "$ facekeep --home H case receipt --code ABCD-… -o case.json"),
    ),
    "help.case.verify": (
        "核对受理凭证\n\n只需公钥，不需要保管库。\n$ facekeep case verify case.json --key ledger.pub",
        "Check a case receipt\n\nNothing but the public key is needed.\n$ facekeep case verify case.json --key ledger.pub",
    ),
    "help.answers": (
        ("回答本人：为什么、怎样保存、有什么风险，以及发生过的一切\n\n从不显示人脸或分数。\n"
        "$ facekeep --home H answers --subject 7"),
        ("Answer a person: why, how kept, what risk, and everything that happened\n\n"
        "Never a face, never a score.\n$ facekeep --home H answers --subject 7"),
    ),
    "help.copy": (
        ("给本人一份可携带的副本\n\n含说明页、答复、经过、同意记录和告知书；不含特征和分数。\n"
        "$ facekeep --home H copy --subject 7 -o copy.zip"),
        ("Give a person a portable copy\n\n"
        "A page, the answers, the history, consents and notices; no vectors, no scores.\n"
        "$ facekeep --home H copy --subject 7 -o copy.zip"),
    ),
    "option.case": ("个案编号", "the case's number"),
    "option.case_all": ("也列出已办结的", "ended ones too"),
    "option.case_code": ("本人的受理码", "the person's code"),
    "option.case_kind": ("请求种类", "what is asked for"),
    "option.case_purpose": ("目的；不写则对其所在的每个目的各立一案", "the purpose; without it, every purpose the person is known in"),
    "option.case_text": ("写给本人或个案的话", "what is said, in words for the person"),
    "option.case_read": ("您读到的版本；其间有改动则拒绝", "the version you read; refused where it moved since"),
    "option.case_event": ("要复核的决定的账本条目", "the ledger entry of the decision to be reviewed"),
    "option.case_outcome": ("答复结果", "what the answer comes to"),
    "option.case_reason": ("拒绝的理由", "why it is refused"),
    "option.case_receipt": ("凭证写入的文件", "write the receipt to this file"),
    "option.case_receipt_file": ("受理凭证文件", "the case receipt"),
    "option.case_to": ("推进到哪一步", "how far it moves"),
    "option.identified": ("如何核实身份（无须刷脸）", "how they showed who they are, without a face"),
    "option.new_subject": ("更正后的编号", "the corrected reference"),
    "option.birth_right": ("更正后的出生日期", "the corrected birth date"),
    "option.case_relation": ("与逝者的关系", "the relation to the person who died"),
    "option.case_proof": ("证明关系的文件编号", "the document that proves the relation"),
    "option.assignee": ("分派给谁", "whom it is assigned to"),
    "option.appeal": ("申诉途径", "where the person can appeal"),
    "option.copy": ("副本写入的文件", "write the copy to this file"),
    "label.case": ("个案", "case"),
    "label.case_code": ("受理码", "code"),
    "label.case_kind": ("请求", "request"),
    "label.case_state": ("进度", "state"),
    "label.case_outcome": ("结果", "outcome"),
    "label.case_subject": ("本人", "person"),
    "label.case_text": ("内容", "text"),
    "label.case_identified": ("核实方式", "identified by"),
    "label.case_relation": ("关系", "relation"),
    "label.case_proof": ("证明文件", "proof"),
    "label.due": ("到期日", "due"),
    "case.opened": ("已受理", "Taken in"),
    "case.keep_code": (
        "受理码只显示这一次，请交给本人；凭码可随时查询。",
        "The code is shown this once: hand it to the person, who can look with it at any time.",
    ),
    "case.provisional": ("次年放假安排尚未公布，到期日为暂定，从早计算。", "Next year's holidays are not published: the day is provisional, and early."),
    "case.none": ("没有待办个案", "No case waits"),
    "case.late": ("{n} 件已逾期", "{n} overdue"),
    "case.overdue": ("已逾期", "overdue"),
    "case.receipt_holds": ("凭证有效", "The receipt holds"),
    # -- what happened, in a person's own story -----------------------------------------------
    "did.collection:consent:given": ("同意", "consented"),
    "did.collection:consent:renewed": ("再次确认同意", "confirmed the consent"),
    "did.collection:consent:ended": ("同意终止", "the consent ended"),
    "did.collection:consent:void": ("同意无效", "the consent was void"),
    "did.collection:enrolment:answered": ("登记人脸", "enrolment"),
    "did.collection:request:opened": ("询问是否同意", "was asked"),
    "did.collection:request:answered": ("答复询问", "answered the question"),
    "did.collection:delivery:settled": ("通知已了结", "a notice was settled"),
    "did.collection:link:made": ("发出采集链接", "a capture link was made"),
    "did.collection:link:used": ("使用采集链接", "a capture link was used"),
    "did.governance:notice:changed": ("告知内容有变", "the notice changed"),
    "did.governance:notice:read": ("已告知变更", "told of the change"),
    "did.use:verification:answered": ("1:1 验证", "verified 1:1"),
    "did.use:factor:set": ("设置第二验证因素", "a second factor was set"),
    "did.use:factor:removed": ("删除第二验证因素", "a second factor was removed"),
    "did.use:identification:returned": ("1:N 辨识中被找到", "found in a 1:N search"),
    "did.storage:reference:renewed": ("重置人脸", "face reset"),
    "did.rights:case:opened": ("提出权利请求", "opened a rights case"),
    "did.rights:case:kept": ("权利请求有进展", "the case moved on"),
    "did.rights:case:looked": ("工作人员查看了请求", "staff looked at the case"),
    "did.rights:case:lifted": ("限制已解除", "the stop was lifted"),
    "did.rights:restraint:lifted": ("限制已解除", "the stop was lifted"),
    "did.rights:answer:given": ("查看了全部记录", "the whole story was looked at"),
    "did.rights:copy:given": ("给出了副本", "a copy was given"),
    "did.rights:withdrawal:accepted": ("撤回已受理", "withdrawal accepted"),
    "did.rights:withdrawal:completed": ("删除已完成", "erasure completed"),
    "did.access:secret:opened": ("双人批准后打开记录", "the story was opened by four eyes"),
    "did_end.enrolled": ("已登记", "enrolled"),
    "did_end.match": ("匹配", "match"),
    "did_end.non-match": ("不匹配", "non-match"),
    "did_end.refused": ("不予办理", "refused"),
    "did_end.returned": ("已给出", "returned"),
    "did_end.answered": ("已答复", "answered"),
    "case_kind.copy": ("查阅、复制", "copy"),
    "case_kind.correction": ("更正", "correction"),
    "case_kind.restriction": ("限制处理", "restriction"),
    "case_kind.objection": ("拒绝处理", "objection"),
    "case_kind.human-review": ("人工复核", "human review"),
    "case_kind.deletion": ("删除", "deletion"),
    "case_kind.explanation": ("解释规则", "explanation"),
    "case_kind.porting": ("转移", "porting"),
    "case_kind.complaint": ("投诉举报", "complaint"),
    "case_kind.deceased": ("逝者近亲属", "for somebody who died"),
    "case_state.opened": ("已受理", "opened"),
    "case_state.acknowledged": ("已告知", "acknowledged"),
    "case_state.assigned": ("已分派", "assigned"),
    "case_state.escalated": ("已上报", "escalated"),
    "case_state.verified": ("已核实", "verified"),
    "case_state.extended": ("已延期", "extended"),
    "case_state.answered": ("已答复", "answered"),
    "case_state.refused": ("已拒绝", "refused"),
    "case_state.closed": ("已结案", "closed"),
    "case_state.lifted": ("已恢复", "lifted"),
    "case_outcome.done": ("已办", "done"),
    "case_outcome.nothing-held": ("未保存", "nothing held"),
    "case_outcome.kept-stopped": ("保持停止", "kept stopped"),
    "case_outcome.lifted": ("解除", "lifted"),
    "case_outcome.upheld": ("维持", "upheld"),
    "case_outcome.overturned": ("推翻", "overturned"),
    "case_outcome.other-way": ("改用其他方式", "another way"),
    "case_reason.identity-not-shown": ("未能核实身份", "identity not shown"),
    "case_reason.legal-duty": ("法律义务", "legal duty"),
    "case_reason.rights-of-others": ("他人权利", "rights of others"),
    "case_reason.repeated": ("重复请求", "repeated"),
    "case_reason.not-ours": ("不归我们处理", "not ours"),
    "secret.opened": ("已打开，并已记录", "Opened, and written down"),
    "answers.nothing": ("没有保存此人的任何信息", "Nothing is held about this person"),
    "answers.why": ("为什么", "Why"),
    "answers.kept": ("怎样保存", "How it is kept"),
    "answers.risk": ("有什么风险", "What the risk is"),
    "answers.held": ("现在保存着什么", "What is held now"),
    "answers.enrolled": ("拆成两半的数字，不是照片", "two halves of a number, not a picture"),
    "answers.not_enrolled": ("只有同意记录，没有人脸数据", "consent records only, no face data"),
    "answers.events": ("发生过的一切", "Everything that happened"),
    "copy.done": ("副本已写好", "The copy is ready"),
    "copy.never": ("不含照片、特征和分数。", "No picture, no vector and no score is in it."),
    "error.case_move": (
        "可推进到：acknowledged、assigned、escalated、verified",
        "a case is moved to acknowledged, assigned, escalated or verified",
    ),
}  # fmt: skip

_WAYS = {
    "help.alternative": ("其他方式：不刷脸也能办", "Other ways in: without a face"),
    "help.alternative.used": (
        ("记录一次其他方式的使用，不记姓名\n\n结果：done 完成、failed 失败、abandoned 放弃。\n"
        "$ facekeep --home H alternative used --purpose gate --way card --outcome done --seconds 6"),
        ("Count one attempt by another way, without a name\n\nOutcomes: done, failed, abandoned.\n"
        "$ facekeep --home H alternative used --purpose gate --way card --outcome done --seconds 6"),
    ),
    "help.alternative.list": (
        "列出目的的其他方式\n\n$ facekeep --home H alternative list --purpose gate",
        "List a purpose's other ways in\n\n$ facekeep --home H alternative list --purpose gate",
    ),
    "help.parity": (
        ("比较刷脸与其他方式：时间、成功率、放弃率\n\n"
        "其他方式明显更差时退出码为 1。-o 另存图和数据表。\n"
        "$ facekeep --home H parity -o parity.svg"),
        ("Compare the face with the other ways: time, success, abandonment\n\n"
        "Exits 1 where another way is plainly worse. -o writes a drawing and its table.\n"
        "$ facekeep --home H parity -o parity.svg"),
    ),
    "option.way": ("方式，如 card", "the way, such as card"),
    "option.way_outcome": ("结果：done、failed、abandoned", "done, failed or abandoned"),
    "option.seconds": ("从开始到结果的秒数", "seconds from greeting to outcome"),
    "option.way_profile": (
        "引导方式：standard、voice、large_type、no_challenge、staffed；不记姓名",
        "how they were guided: standard, voice, large_type, no_challenge, staffed; nobody is named",
    ),
    "option.parity": ("图写入的 SVG 文件，数据表写在旁边的 CSV", "write the drawing to this SVG file, its table to a CSV beside it"),
    "label.profile": ("类别", "profile"),
    "label.way": ("方式", "way"),
    "label.tries": ("次数", "tries"),
    "label.seconds": ("时间中位数（秒）", "median s"),
    "label.success": ("成功率（95% 区间）", "success (95 %)"),
    "label.abandoned": ("放弃率", "abandoned"),
    "way.counted": ("已记录", "Counted"),
    "way.nameless": ("只记次数，不记是谁。", "Only the number is kept, not who it was."),
    "way.list": ("其他方式", "Other ways in"),
    "review.event": ("账本条目", "ledger entry"),
    "review.kind": ("决定的种类", "kind of decision"),
    "review.at": ("时间", "time"),
    "review.outcome": ("结果", "outcome"),
    "review.reason": ("理由", "reason"),
    "review.max_fmr": ("当时的误认率上限", "error rate then allowed"),
    "review.max_fpir": ("当时的误报率上限", "search error rate then allowed"),
    "review.purpose_max_fmr": ("目的现行的误认率上限", "error rate the purpose allows now"),
    "review.pad": ("活体检测", "attack check"),
    "review.capture": ("采集", "capture"),
    "review.device": ("设备", "device"),
    "review.place": ("地点", "place"),
    "review.model": ("目的现行的模型", "model the purpose names now"),
    "review.quality": ("照片质量", "quality"),
    "review.calibration": ("校准", "calibration"),
    "review.ground": ("辨识依据", "ground for the search"),
    "review.alarm": ("攻击警报", "alarm"),
    "review_kind.use:verification:answered": ("1:1 验证", "1:1 verification"),
    "review_kind.use:identification:answered": ("1:N 辨识", "1:N identification"),
    "review_kind.collection:enrolment:answered": ("登记", "enrolment"),
    "review_outcome.match": ("匹配", "match"),
    "review_outcome.non-match": ("不匹配", "no match"),
    "review_outcome.found": ("已找到", "found"),
    "review_outcome.not-found": ("未找到", "not found"),
    "review_outcome.enrolled": ("已登记", "enrolled"),
    "review_outcome.refused": ("不予办理", "refused"),
    "review_pad.passed": ("已通过", "passed"),
    "review_pad.not_checked": ("未检测", "not checked"),
    "review_capture.none": ("无来源证明", "origin not proved"),
    "review_capture.device": ("已登记设备", "registered device"),
    "review_capture.attested": ("来源可证明", "attested"),
    "review_alarm.True": ("有", "yes"),
    "review_alarm.False": ("无", "no"),
    "parity.none": ("还没有记录", "Nothing has been counted yet"),
    "parity.fair": ("未发现其他方式比刷脸差（各满 20 次才比较）", "No other way was found worse than the face; each is compared from 20 tries on"),
    "parity.worse": ("有其他方式比刷脸差", "Another way is worse than the face"),
    "parity.drawn": ("图：{svg}，数据表：{csv}", "drawing: {svg}, table: {csv}"),
    "error.svg": ("图的文件名以 .svg 结尾", "the drawing's file ends in .svg"),
}  # fmt: skip

WORDS: Mapping[str, tuple[str, str]] = {**_OFFICERS, **_CASES, **_WAYS}
"""Chinese, English by key; merged into ``cli.words``."""
