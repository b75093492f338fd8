"""Working days, counters, deadlines: the command line's words and help pages."""

from __future__ import annotations

from collections.abc import Mapping

_AGENDA = {
    "help.agenda": (
        ("待办：一切到期事项，可导出日历文件\n\n"
        "包括备案、报送、评估复审、个案等的截止日；暂定日期偏早，节假日安排公布后会重算。日历文件不含任何个人。\n"
        "$ facekeep --home H agenda\n"
        "$ facekeep --home H agenda --ics due.ics"),
        ("Everything that is due, also as a calendar file\n\n"
        "Filings, reports, reviews, cases. A provisional date is early and is computed again when the year's"
        " holidays are published. The calendar file names nobody.\n"
        "$ facekeep --home H agenda\n"
        "$ facekeep --home H agenda --ics due.ics"),
    ),
    "help.agenda.calendar": ("工作日表：已公布的年份", "Working days: the years that are published"),
    "help.agenda.calendar.add": (
        ("加入一年的节假日安排\n\n"
        "文件为 YAML，列出放假的工作日和上班的周末。自相矛盾的表会被拒绝并指出日期；旧版本一律保留。\n"
        "$ facekeep --home H agenda calendar add 2027.yaml"),
        ("Add a year's schedule\n\n"
        "A YAML file with the weekdays off and the weekend days at work. A table that contradicts itself is"
        " refused, naming the day; earlier versions stay.\n"
        "$ facekeep --home H agenda calendar add 2027.yaml"),
    ),
    "help.agenda.calendar.show": (
        "列出已知年份及其工作日数\n\n$ facekeep --home H agenda calendar show",
        "List the years known and their working days\n\n$ facekeep --home H agenda calendar show",
    ),
    "help.counter": (
        ("统计人数，并让提醒和期限随之启动\n\n"
        "给出上下限：同一人跨目的只计一次，无法对应到人的逐条计入。达到十万人的 70%、90%、100% 时提醒。每天首次打开保管库时也会自动统计。\n"
        "$ facekeep --home H counter"),
        ("Count people, and let alarms and deadlines follow\n\n"
        "A range: one person counts once over all purposes, what leads to nobody counts as one more. It alarms"
        " at 70, 90 and 100 % of 100,000. The first opening of a home each day counts too.\n"
        "$ facekeep --home H counter"),
    ),
    "help.sweep": (
        ("结束一切到期的内容\n\n到期的同意、密钥、封存副本和证据密钥。打开保管库时也会自动进行。\n"
        "$ facekeep --home H sweep"),
        ("End everything whose term is over\n\n"
        "Consents, keys, sealed copies, evidence secrets. Opening a home does it too.\n"
        "$ facekeep --home H sweep"),
    ),
    "option.ics": ("写出日历文件（iCalendar）", "write a calendar file (iCalendar)"),
    "option.calendar_file": ("节假日安排（YAML）", "a year's schedule (YAML)"),
    "agenda.empty": ("没有到期事项", "Nothing is due"),
    "agenda.due": ("待办", "Due"),
    "agenda.late": ("逾期 {n} 项", "Overdue: {n}"),
    "agenda.overdue": ("已逾期", "overdue"),
    "agenda.provisional": ("{day}（暂定）", "{day} (provisional)"),
    "agenda.unanswered": ("有问题未能回答：{questions}", "Not answered: {questions}"),
    "agenda.written": ("日历文件：{file}", "Calendar file: {file}"),
    "calendar.added": ("节假日安排已加入", "The schedule is in the calendar"),
    "calendar.known": ("这些安排已在表中", "The calendar has this already"),
    "calendar.moved": ("{what}：截止日改为 {day}", "{what}: now due {day}"),
    "calendar.unknown": (
        "未列出的年份按周一至周五计算并提前三天，标为暂定。",
        "Other years are counted Monday to Friday, three days early, and marked provisional.",
    ),
    "counter.stored": ("存有人脸信息的人数", "People with a face stored"),
    "counter.handled": ("处理其信息的人数", "people handled"),
    "counter.under_14": ("不满十四周岁", "under 14"),
    "counter.from_14": ("十四至十七周岁", "14 to 17"),
    "counter.alarm": ("已达 {line} 人的 {share}%", "{share} % of {line} people is reached"),
    "sweep.clean": ("没有逾期内容", "Nothing is overdue"),
    "sweep.rest": ("仍有逾期内容", "Something is still overdue"),
    "sweep.ended": ("本次结束 {n} 项。", "Ended now: {n}."),
    "sweep.nothing": ("本次没有到期内容。", "Nothing was due."),
    "overdue.consents": ("到期的同意", "consents past their term"),
    "overdue.keys": ("到期的密钥", "face keys past their term"),
    "overdue.ended": ("同意已终止而仍在的密钥", "face keys whose consent ended"),
    "overdue.secrets": ("过期的证据密钥", "evidence secrets past their term"),
    "overdue.archives": ("过期的封存副本", "sealed copies past their horizon"),
    "overdue.endings": ("未完成的终止", "endings not finished"),
    "overdue.long": ("期限过长的同意", "consents that run too long"),
    "label.year": ("年份", "year"),
    "label.workdays": ("工作日", "working days"),
    "label.schedule_source": ("来源", "source"),
    "label.due_on": ("截止日", "due"),
    "label.lateness": ("状态", "state"),
    "label.to_do": ("事项", "what"),
    "label.obligation_id": ("义务", "duty"),
}  # fmt: skip

_FILING = {
    "help.filing": ("备案与报送：登记簿、材料、注销", "What is told to authorities: register, materials, de-registration"),
    "help.filing.status": (
        ("列出备案与报送的状态\n\n并对照已备案的事实，指出有哪些变更。\n$ facekeep --home H filing status"),
        ("Every filing as it stands\n\nWhat was filed is compared with what is so now.\n"
        "$ facekeep --home H filing status"),
    ),
    "help.filing.submitted": (
        ("登记已提交的备案及其受理编号\n\n同时保存所备案事实的快照，此后的变更会自动提示。\n"
        "$ facekeep --home H filing submitted face_filing --number 44-2026-17 --on 2026-12-01"
        " --officer 李静 --officer-key li.pem"),
        ("Note a filing that was made, with its receipt number\n\n"
        "The facts filed are kept as a snapshot; a change to them is seen from then on.\n"
        "$ facekeep --home H filing submitted face_filing --number 44-2026-17 --on 2026-12-01"
        " --officer Li --officer-key li.pem"),
    ),
    "help.filing.close": (
        ("说明理由，关闭无须提交的备案\n\n引起它的情形仍在时会被拒绝。\n"
        "$ facekeep --home H filing close face_filing --because \"人数已回落，经与网信部门确认\""
        " --officer 李静 --officer-key li.pem"),
        ("Close a filing without a receipt, with a reason\n\nRefused while what opened it still stands.\n"
        "$ facekeep --home H filing close face_filing --because \"the count fell; agreed with the authority\""
        " --officer Li --officer-key li.pem"),
    ),
    "help.filing.rectified": (
        "监管审计整改完成，开始计算报告期限\n\n$ facekeep --home H filing rectified --on 2026-11-20",
        "An ordered audit was rectified: start the report's clock\n\n$ facekeep --home H filing rectified --on 2026-11-20",
    ),
    "help.filing.material": (
        ("登记一份备案材料的摘要\n\n不保存文件本身；身份证件扫描件只记摘要和日期。\n"
        "$ facekeep --home H filing material undertaking undertaking.pdf --where \"保险柜 2\""),
        ("Note the digest of a filing material\n\n"
        "The file is not kept; of an identity scan only digest and date are noted.\n"
        "$ facekeep --home H filing material undertaking undertaking.pdf --where \"safe 2\""),
    ),
    "help.filing.deregister": (
        ("终止使用：停止采集、删除人脸数据、销毁密钥、出具证明\n\n"
        "不可恢复。中断后会继续完成。已备案的，须在三十个工作日内注销备案。\n"
        "$ facekeep --home H filing deregister gate --officer 李静 --officer-key li.pem -o end.json"),
        ("End a use: stop capture, erase face data, destroy keys, certify\n\n"
        "It cannot be undone, and continues after an interruption. Where it was filed, de-registration is due"
        " in 30 working days.\n"
        "$ facekeep --home H filing deregister gate --officer Li --officer-key li.pem -o end.json"),
    ),
    "help.filing.certificate": (
        "核对终止使用的证明，不需要保管库\n\n$ facekeep filing certificate end.json --key ledger.pub",
        "Check a certificate of the end of a use, without the home\n\n$ facekeep filing certificate end.json --key ledger.pub",
    ),
    "option.filing_kind": ("类别，如 face_filing", "its kind, such as face_filing"),
    "option.filing_number": ("受理编号", "the receipt's number"),
    "option.filed_on": ("日期 YYYY-MM-DD", "the day, YYYY-MM-DD"),
    "option.filing_because": ("理由", "why"),
    "option.material_slot": ("材料名称，如 undertaking", "which material, such as undertaking"),
    "option.material_file": ("文件，只计算摘要", "the file, of which only the digest is taken"),
    "option.material_where": ("原件存放处", "where the original is kept"),
    "option.every_purpose": ("终止所有目的，并销毁封存副本的密钥", "end every purpose, and the keys of sealed copies"),
    "option.certificate_out": ("证明写入此文件", "write the certificate here"),
    "option.certificate": ("证明文件", "the certificate"),
    "option.certificate_key": ("账本公钥文件", "the ledger's public key file"),
    "filing.none": ("没有备案事项", "Nothing has to be filed"),
    "filing.changed": ("已备案的事实有变更：{facts}", "Filed facts have changed: {facts}"),
    "filing.submitted": ("已登记提交", "Noted as filed"),
    "filing.closed": ("已关闭", "Closed"),
    "filing.opened": ("期限开始计算", "The clock runs"),
    "filing.material": ("材料已登记", "Material noted"),
    "filing.ended": ("已终止使用，人脸数据已删除", "The use has ended; its face data is erased"),
    "filing.ended.next": ("请在截止日前注销备案。", "De-register it by the day it is due."),
    "filing.ended.none": ("没有备案记录，无须注销。", "It was never filed, so nothing is to be de-registered."),
    "filing.certificate": ("证明属实", "The certificate holds"),
    "error.filing_kind": ("类别只能是：{kinds}", "a kind is one of {kinds}"),
    "error.purpose_or_all": ("请指明一个目的，或用 --all", "name one purpose, or use --all"),
    "recovered.ending completed": ("上次中断的终止使用已完成。", "An interrupted end of use was completed."),
    "filing_kind.face_filing": ("人脸识别应用备案", "face recognition filing"),
    "filing_kind.face_change": ("变更备案", "change of filing"),
    "filing_kind.face_deregister": ("注销备案", "de-registration"),
    "filing_kind.pi_officer": ("个人信息保护负责人报送", "protection officer report"),
    "filing_kind.minors_audit": ("未成年人年度审计报送", "yearly audit on minors"),
    "filing_kind.audit_rectification": ("审计整改报告", "rectification report"),
    "filing_state.open": ("待提交", "open"),
    "filing_state.submitted": ("已提交", "filed"),
    "filing_state.closed": ("已关闭", "closed"),
    "filing_state.overdue": ("已逾期", "overdue"),
    "fact.purposes": ("目的", "purposes"),
    "fact.method": ("方式", "method"),
    "fact.storage": ("存储类别", "storage class"),
    "fact.recipients": ("接收方", "recipients"),
    "fact.handler": ("处理者", "handler"),
    "fact.rules": ("处理规则", "rules"),
    "fact.safeguards": ("安全措施", "safeguards"),
    "fact.number": ("人数区间", "number of people"),
    "fact.minors": ("未成年人", "minors"),
    "slot.profile_form": ("基本情况表", "profile form"),
    "slot.application_form": ("应用情况备案表", "application form"),
    "slot.pipia_report": ("影响评估报告", "impact assessment report"),
    "slot.credit_code_certificate": ("统一社会信用代码证", "credit-code certificate"),
    "slot.id_legal_representative": ("法定代表人身份证件", "identity card of the legal representative"),
    "slot.id_filer": ("经办人身份证件", "identity card of the person filing"),
    "slot.authorisation": ("授权委托书", "authorisation letter"),
    "slot.undertaking": ("承诺书", "undertaking"),
    "label.filing": ("事项", "filing"),
    "label.day0": ("起算日", "day 0"),
    "label.state": ("状态", "state"),
    "label.receipt_number": ("受理编号", "receipt number"),
    "label.certificate": ("证明", "certificate"),
}  # fmt: skip

WORDS: Mapping[str, tuple[str, str]] = {**_AGENDA, **_FILING}
"""Chinese, English by key; merged into ``cli.words``."""
