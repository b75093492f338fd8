"""Words of the pages that show and prove: today, compliance, filing, parity, models, ledger, jobs."""

from __future__ import annotations

from collections.abc import Mapping

_SHARED = {
    "asked.at": ("查问于 {at}", "Asked {at}"),
    "age.hours": ("{n} 小时前", "{n} hours ago"),
    "table.csv": ("下载为表格（CSV）", "Download as a table (CSV)"),
    "list.join": ("、", ", "),
}

_TODAY = {
    "today.title": ("今日", "Today"),
    "today.wrong": ("有没有问题", "Is anything wrong?"),
    "today.wrong.n": ("{n} 处需要查看", "{n} to look at"),
    "today.wrong.none": ("没有发现", "Nothing found"),
    "today.wrong.calm": (
        "后台任务、安全措施和见证都正常，没有需要处理的提醒。",
        "Jobs, safeguards and the witness are in order; no alarm is waiting.",
    ),
    "today.look": ("需要查看", "look"),
    "today.see": ("查看", "See"),
    "today.see_jobs": ("在后台任务中查看原因并重试。", "See the reason among the jobs, and try again."),
    "today.no_witness": (
        "没有外部见证：整本账本若被重写，无人能发现",
        "Nobody outside remembers the ledger: were it rewritten as a whole, nobody could tell",
    ),
    "today.name_witness": (
        "请设定见证：另一磁盘上的文件夹、另一套本系统，或打印张贴。",
        "Name a witness: a folder on another disk, another Facekeep, or a printed sheet.",
    ),
    "today.unanswered": ("有一个问题未能回答：{question}", "A question could not be answered: {question}"),
    "today.due": ("有什么到期", "What is due?"),
    "today.due.none": ("没有到期事项", "Nothing is due"),
    "today.due.empty": (
        "备案、评估复审、合同、培训和诉求的期限都会自动列在这里。",
        "Filings, reviews, contracts, training and cases put their dates here by themselves.",
    ),
    "today.overdue.n": ("逾期 {n} 项", "{n} overdue"),
    "today.by": ("截止日", "Due"),
    "today.what": ("事项", "What"),
    "today.state": ("状态", "State"),
    "today.duty": ("依据", "Duty"),
    "today.overdue": ("已逾期 {n} 天", "overdue by {n} days"),
    "today.left": ("还有 {n} 天", "{n} days left"),
    "today.provisional": ("暂定", "provisional"),
    "today.more": ("另有 {n} 项较晚到期，见日历文件。", "{n} more are due later; the calendar file has them."),
    "today.ics": ("下载日历文件（iCalendar）", "Download as a calendar (iCalendar)"),
    "today.people": ("存有人脸信息的人数", "People with a face stored"),
    "today.people.said": ("{range} 人，备案线 {line} 人", "{range} people; the line is {line}"),
    "today.people.desc": (
        "存有人脸信息的人数为 {range}，对照法定备案线 {line}，标出 70%、90% 和 100%。",
        "{range} people have a face stored, against the line of {line}, with marks at 70, 90 and 100 per cent.",
    ),
    "today.people.lower": ("至少", "At least"),
    "today.people.upper": ("至多（以此为准）", "At most (this one governs)"),
    "today.people.line": ("备案线", "The line"),
    "today.people.asked": ("统计时间", "Counted"),
    "today.people.alarm": ("已达备案线 {line} 人的 {share}%。", "{share} % of the line of {line} is reached."),
    "today.people.latched": (
        "备案期限自 {day0} 起算，{due} 前完成；人数回落也不停止。",
        "The clock of the filing runs since {day0}; it is due by {due}, even if the count falls again.",
    ),
    "today.people.how": (
        "同一人跨用途只计一次；无法对应到人的逐条计入，所以给出上下限。达到备案线之日起算 30 个工作日。",
        (
            "One person counts once over all purposes; what leads to nobody counts as one more, hence a range. On"
            " the day the line is reached 30 working days begin to run."
        ),
    ),
    "today.posture": ("六项安全措施", "The six safeguards"),
    "today.posture.how": (
        "每一项都当场抽样查验，不以任何人的说法为准。依据：",
        "Each is looked at where it must show; nobody's word is taken. Duty: ",
    ),
    "today.holds": ("有效", "holds"),
    "today.lacks": ("有缺", "lacking"),
    "posture.encryption": ("加密", "Encryption"),
    "posture.security_audit": ("安全审计", "Security audit"),
    "posture.access_control": ("访问控制", "Access control"),
    "posture.authorisation_management": ("授权管理", "Authorisation management"),
    "posture.intrusion_detection": ("入侵检测", "Intrusion detection"),
    "posture.intrusion_prevention": ("入侵防御", "Intrusion prevention"),
    "today.proof": ("能不能证明", "Can I prove it?"),
    "today.seen": (
        "{name} 于 {at} 见过账本的前 {size} 条。此后若有改动，与其所存不符。",
        (
            "{name} saw the first {size} entries on {at}. Whatever is changed in them since no longer agrees with"
            " what is kept there."
        ),
    ),
    "today.seen.n": ("前 {size} 条有见证", "{size} entries seen outside"),
    "today.seen.none": ("尚无外部见证", "Nobody outside yet"),
    "today.seen.how": (
        "账本自身一致可以核验；整本重写只有外部见证能发现。",
        "That the ledger agrees with itself can be verified; that it was not rewritten as a whole only somebody outside can tell.",
    ),
    "today.seen.late": ("太久未见", "too long ago"),
    "today.elsewhere": (
        "您的职责所及的页面在导航中。",
        "The pages of your role are in the rail.",
    ),
}

_DUTY = {
    "duty.title": ("合规", "Compliance"),
    "duty.lede": (
        "按{regime}逐项核对法定义务（义务清单截至 {law}）。每一行都现查各处存储，不以任何人的说法为准。",
        "Every duty under {regime} (listed as of {law}). Each row is looked up in the stores; nobody's word is taken.",
    ),
    "duty.selected": ("只是选取的核对项，不是合规评估。", "These are selected checks, not an assessment."),
    "duty.shown": ("共列出 {n} 项。", "{n} listed."),
    "duty.id": ("编号", "Duty"),
    "duty.status": ("状态", "State"),
    "duty.text": ("义务", "What it asks"),
    "duty.empty": ("没有符合条件的义务", "No duty fits"),
    "duty.empty.how": ("请放宽上面的条件。", "Widen the choice above."),
    "duty.advice": ("本页不是法律意见。", "This is not legal advice."),
    "duty.source": ("出处", "Source"),
    "duty.original": ("原文", "the text"),
    "duty.basis": ("依据", "How sure"),
    "duty.begins": ("生效", "Binds from"),
    "duty.term": ("期限", "Time allowed"),
    "duty.severity": ("轻重", "Severity"),
    "duty.person": ("须由人判断", "A person decides"),
    "duty.note": ("说明", "Remark"),
    "duty.gaps": ("缺什么，怎么办", "What is missing, and what to do"),
    "duty.not_yet": ("尚不具备", "not there yet"),
    "duty.evidence": ("证据：各处存储的回答", "Evidence: what the stores answered"),
    "duty.idle": ("尚无对象", "nothing to be about yet"),
    "duty.no_facts": ("没有更多事实。", "No further facts."),
    "duty.digest": ("本答复的摘要", "Digest of this answer"),
    "duty.no_question": ("程序不能代替人判断这一项", "No program can answer this one"),
    "duty.held": ("由什么保证", "What holds it"),
    "duty.gate": ("运行时把关：", "Gate: "),
    "duty.test": ("测试：", "Test: "),
    "filter.stage": ("环节", "Stage"),
    "filter.status": ("状态", "State"),
    "filter.kind": ("类别", "Kind"),
    "filter.since": ("自", "Since"),
    "filter.all": ("全部", "All"),
    "filter.show": ("筛选", "Show"),
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
    "stage.response": ("处置", "Response"),
    "severity.critical": ("极重", "critical"),
    "severity.high": ("重", "high"),
    "severity.medium": ("中", "medium"),
    "severity.low": ("轻", "low"),
    "basis.found": ("见于官方文本或其引用", "seen in an official text or a quotation of it"),
    "basis.secondary": ("见于第三方说明", "from a note by a third party"),
    "basis.memory": ("未经核对", "not verified"),
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
}

_LEDGER = {
    "ledger.title": ("账本", "Ledger"),
    "ledger.lede": (
        "每件事发生时记下一条，只增不改。这里列出检查点已签署的条目，最新的在前。",
        "Each thing is written down as it happens, and never changed. Listed is what a checkpoint signed for, newest first.",
    ),
    "ledger.root": ("根", "Root"),
    "ledger.key": ("账本公钥", "The ledger's public key"),
    "ledger.checkpoints": ("检查点", "Checkpoints"),
    "ledger.waiting": ("另有 {n} 条待签署，十秒内完成。", "{n} more wait for the next checkpoint, within ten seconds."),
    "ledger.verify": ("全部核验", "Verify everything"),
    "ledger.verify.what": (
        "从条目重新计算整本账本（已签署 {n} 条），与存储的每一个值、每一个检查点和见证逐一比对。",
        "Recompute the whole ledger from its entries ({n} signed for), and compare every value stored, every checkpoint and every witness.",
    ),
    "ledger.verify.now": ("现在核验", "Verify now"),
    "ledger.entries": ("条目", "Entries"),
    "ledger.until": ("截至", "Until"),
    "ledger.event": ("条目编号", "Entry by its identifier"),
    "ledger.only": ("只列：", "Only "),
    "ledger.number": ("序号", "No."),
    "ledger.when": ("时间", "When"),
    "ledger.what": ("事件", "What"),
    "ledger.purpose": ("用途", "Purpose"),
    "ledger.proof": ("核验", "Check"),
    "ledger.older": ("更早的", "Older"),
    "ledger.empty": ("没有符合条件的条目", "No entry fits"),
    "ledger.empty.how": ("请放宽条件，或从较晚的日期开始。", "Widen the choice, or begin at a later day."),
    "ledger.cut": ("已查到第 {n} 条为止；可继续查看更早的。", "Looked down to entry {n}; go on with older ones."),
    "ledger.silent": ("账本不说什么", "What the ledger does not say"),
    "ledger.silent.what": (
        (
            "账本不写任何人的姓名、面容、特征、分数或密钥。涉及个人的条目只带一个标记，没有本人的密钥，"
            "无法认出哪些条目属于同一个人；细节已加密，密钥销毁后不能再打开。时间精确到分钟以上。"
        ),
        (
            "No name, face, feature, score or key stands in it. An entry about somebody carries a tag: without that"
            " person's own secret nobody can tell which entries belong together, and once the secret is destroyed the"
            " details never open again. Times are rounded to a minute or more."
        ),
    ),
    "entry.title": ("第 {n} 条", "Entry {n}"),
    "entry.verified": (
        "刚才已当场核验：第 {n} 条在前 {size} 条的检查点之下，一字未改。",
        "Verified just now: entry {n} lies under the checkpoint over {size} entries, unchanged to the letter.",
    ),
    "entry.rounded": ("（已取整）", "(rounded)"),
    "entry.no_purpose": ("本系统自身", "the home itself"),
    "entry.tag": ("标记", "Tag"),
    "entry.tag.what": ("（没有本人的密钥即为随机数）", "(noise to whoever lacks the person's secret)"),
    "entry.sealed": ("细节", "Details"),
    "entry.sealed.what": ("已加密，{n} 字节；只有本人的密钥能打开。", "sealed, {n} bytes; only the person's own secret opens them."),
    "entry.public": ("公开的事实", "Public facts"),
    "entry.proof": ("证明，逐步计算", "The proof, step by step"),
    "entry.proof.what": (
        "从条目的摘要开始，{n} 次合并，得出签署的根。每一步都由服务器刚刚重新计算。",
        "From the entry's digest {n} hashings lead to the root that was signed. Each was computed just now.",
    ),
    "entry.witnessed": ("见证所存已包含本条", "the witness's copy covers this entry"),
    "entry.unwitnessed": ("本条晚于见证所存", "this entry is younger than the witness's copy"),
    "entry.without": ("不依靠本系统核验", "Check it without us"),
    "entry.without.what": (
        "带走证明文件，在任何装有本软件的电脑上离线核验；公钥请与现场告示牌或负责人员当面核对。",
        (
            "Take the proof with you and verify it on any computer that has this program, offline; compare the public"
            " key with the sign on site or with an officer in person."
        ),
    ),
    "entry.take": ("下载证明（JSON）", "Download the proof (JSON)"),
    "entry.note": ("检查点原文", "The checkpoint as signed"),
    "step.leaf": ("条目的摘要", "Digest of the entry"),
    "step.hash": ("第 {n} 步", "Step {n}"),
    "step.left": ("（左侧由证明给出）", "(the proof gives the left one)"),
    "step.right": ("（右侧由证明给出）", "(the proof gives the right one)"),
    "step.and": ("与", "and"),
    "step.root": ("检查点中的根", "The checkpoint's root"),
    "step.equal": ("一致", "the same"),
    "step.signed": ("检查点的签名", "The checkpoint's signatures"),
    "step.valid": ("有效", "valid"),
    "checkpoints.lede": (
        "检查点是对账本长度和根的签名。见证保存在我们改不到的地方；账本须始终与其相续。",
        (
            "A checkpoint signs how long the ledger is, and its root. Witnesses keep theirs where we cannot reach;"
            " the ledger must continue every one of them."
        ),
    ),
    "checkpoints.outside": ("外部见证所存", "Kept by witnesses"),
    "checkpoints.own": ("本系统签署", "Signed here"),
    "checkpoints.none": ("尚无检查点", "No checkpoint yet"),
    "checkpoints.size": ("条目数", "Entries"),
    "checkpoints.signed": ("签名", "Signed by"),
    "checkpoints.seen": ("见证", "Witness"),
    "growth.title": ("只增未改", "Only grown"),
    "growth.since": ("核验至今", "Verify up to now"),
    "growth.lede": (
        "从较早的检查点到较晚的检查点，账本只添加、没有改动或删去。",
        "From the older checkpoint to the newer, the ledger was added to; nothing was changed or taken out.",
    ),
    "growth.verified": (
        "刚才已当场核验：前 {new} 条延续前 {old} 条。两个签名有效，两个根都由同一条路径算出。",
        "Verified just now: {new} entries continue {old}. Both signatures hold, and one path leads to both roots.",
    ),
    "growth.older": ("较早：前 {n} 条", "Older: {n} entries"),
    "growth.newer": ("较晚：前 {n} 条", "Newer: {n} entries"),
    "growth.steps": ("逐步计算", "Step by step"),
    "growth.step.old": ("较早的根：", "older root:"),
    "growth.step.new": ("较晚的根：", "newer root:"),
    "growth.both": ("两个根与签署的一致", "Both roots are those that were signed"),
    "growth.same": ("两端相同，或自空账本起，无须计算。", "Both ends are the same, or the older is empty: nothing is to be computed."),
    "growth.none": ("前 {old} 条与前 {new} 条没有两个签署的检查点", "There are no signed checkpoints over {old} and {new} entries"),
    "growth.none.how": ("请从检查点列表中选取。", "Choose from the list of checkpoints."),
    "growth.choose": ("另选两个检查点", "Two other checkpoints"),
    "growth.from": ("较早的条目数", "Entries of the older"),
    "growth.to": ("较晚的条目数", "Entries of the newer"),
    "verified.title": ("全部核验完毕", "Everything was verified"),
    "verified.whole": ("账本完整：{n} 条，一字未改。", "The ledger is whole: {n} entries, unchanged to the letter."),
    "verified.at": ("核验时间", "Verified"),
    "verified.took": ("用时", "It took"),
    "verified.seconds": ("{n} 秒", "{n} s"),
    "verified.outside": ("与外部见证比对", "Compared with a witness"),
    "verified.what": ("核验了什么", "What was verified"),
    "verified.compared": (
        "每个条目的摘要和编号、树中每个节点、每个检查点的签名和根、见证所存的每个检查点。",
        "Every entry's digest and identifier, every node of the tree, every checkpoint's signature and root, and every checkpoint that witnesses kept.",
    ),
    "room.access": ("访问权限", "Access"),
    "room.collection": ("采集", "Collection"),
    "room.governance": ("治理", "Governance"),
    "room.ledger": ("账本与见证", "Ledger and witnesses"),
    "room.oversight": ("监督", "Oversight"),
    "room.rights": ("个人权利", "Rights"),
    "room.storage": ("存储", "Storage"),
    "room.use": ("使用", "Use"),
}

_MODELS = {
    "model.title": ("模型与校准", "Models and calibration"),
    "model.lede": (
        "本系统只装三种模型：检测人脸、比对人脸、识破照片。没有模型判断情绪、年龄、性别、民族或健康。",
        (
            "Three kinds of models are installed here: to find a face, to compare it, to tell a photograph. None"
            " judges mood, age, sex, origin or health."
        ),
    ),
    "model.demonstrated": (
        "正在使用演示级模型：只可用于演示，不可用于真实通行。",
        "A demonstration model is in use: for trying out only, never for a real door.",
    ),
    "model.warning": (
        "演示级模型：只可用于演示，不可用于真实通行。",
        "Demonstration grade: for trying out only, never for a real door.",
    ),
    "model.absent": ("有用途所需的模型没有安装：", "A purpose relies on a model that is not installed:"),
    "model.name": ("模型", "Model"),
    "model.role": ("用途类别", "What for"),
    "model.grade": ("级别", "Grade"),
    "model.calibrated": ("校准", "Calibrated"),
    "model.uncalibrated": ("未校准", "not calibrated"),
    "model.uncalibrated.what": (
        "没有校准就没有已知的错误率，发布用途时会被拒绝。",
        "Without a calibration no error rate is known, and no purpose is published with it.",
    ),
    "model.uses": ("使用它的用途", "Used by"),
    "model.asked": ("（误识率不高于 {rate}）", "(false match rate at most {rate})"),
    "model.none": ("没有安装模型", "No model is installed"),
    "model.none.how": ("由安装本系统的人员加入模型文件。", "Whoever runs this installation adds their files."),
    "model.licence": ("许可", "Licence"),
    "model.source": ("来源", "Source"),
    "model.calibration": ("校准", "Calibration"),
    "model.population": ("人群", "Population"),
    "model.day": ("日期", "Day"),
    "model.size": ("规模", "Size"),
    "model.people": ("{n} 人，{m} 张", "{n} people, {m} pictures"),
    "model.pairs": ("比对次数", "Pairs"),
    "model.pairs.n": ("同一人 {mated} 对，不同人 {other} 对", "{mated} of one person, {other} of two"),
    "model.detector": ("检测模型", "Faces found by"),
    "model.failures": ("无法采集的照片", "Pictures that could not be used"),
    "model.held_out": ("陌生人群的错误率", "Error rates for strangers"),
    "model.held_out.what": (
        "一半人定阈值，另一半人检验，再互换；误识率以 {at} 为准。括号内为 95% 区间。",
        "Thresholds from one half of the people, judged on the other and the other way round, at a false match rate of {at}. In brackets the 95 % interval.",
    ),
    "model.operating": ("校准人群的错误率", "Error rates of the calibration's own people"),
    "model.operating.what": (
        "阈值与检验用同一人群；误识率以 {at} 为准。括号内为 95% 区间。",
        "Thresholds and figures from the same people, at a false match rate of {at}. In brackets the 95 % interval.",
    ),
    "model.fmr": ("误识率（FMR）", "False match rate (FMR)"),
    "model.fmr.desc": (
        "各人群中，两个不同的人被当成同一人的比例，及其 95% 区间。",
        "How often two different people are taken for one, by group, with the 95 per cent interval.",
    ),
    "model.fnmr": ("拒识率（FNMR）", "False non-match rate (FNMR)"),
    "model.fnmr.desc": (
        "各人群中，本人被当成别人的比例，及其 95% 区间。",
        "How often somebody is not taken for themselves, by group, with the 95 per cent interval.",
    ),
    "model.of": ("共 {n} 对", "of {n} pairs"),
    "model.group": ("人群", "Group"),
    "model.steps": ("支持到哪一级误识率", "Which rates it supports"),
    "model.steps.what": (
        "每一级由表现最差的人群决定阈值；样本太少的级别不列出，也不能用于用途。",
        "The worst group sets the threshold of each step; what too few pairs support is not listed, and no purpose can ask for it.",
    ),
    "model.governed": ("由此人群决定", "Set by"),
    "model.supported": ("样本足够的人群", "Groups with enough pairs"),
    "model.method": ("测量方法（原文为英文）", "How it was measured"),
    "role.embedder": ("比对", "comparison"),
    "role.detector": ("检测", "detection"),
    "role.attack": ("识破照片", "attack check"),
    "grade.demonstration": ("演示级", "demonstration"),
    "grade.production": ("生产级", "production"),
    "group.all": ("全体", "everybody"),
    "group.rest": ("其余", "everybody else"),
    "group.ea": ("东亚", "East Asian names"),
    "group.sea": ("东南亚", "South-East Asian names"),
    "group.sa": ("南亚", "South Asian names"),
    "group.black": ("非洲裔", "Black people"),
}

_JOBS = {
    "jobs.lede": (
        "到期清理、人数统计、通知和见证由本系统定时进行；全体更新由两位负责人员批准后分批进行。",
        (
            "Endings, counts, notices and witnesses run by themselves; a renewal of everybody runs in lots once two"
            " officers approved it."
        ),
    ),
    "jobs.calm": ("都正常，没有逾期、失败或被改动的任务。", "All is well: nothing is late, failed or was edited."),
    "jobs.what": ("任务", "Job"),
    "jobs.state": ("状态", "State"),
    "jobs.progress": ("进度", "Progress"),
    "jobs.deadline": ("期限", "Deadline"),
    "jobs.ended": ("上次完成", "Last done"),
    "jobs.id": ("编号", "Identifier"),
    "jobs.kind": ("类别", "Kind"),
    "jobs.attempts": ("尝试次数", "Tries"),
    "jobs.made": ("提出于", "Wanted since"),
    "jobs.none": ("没有任务", "No jobs"),
    "jobs.none.how": ("服务运行后会自动列出。", "They appear once the service has run."),
    "jobs.retry": ("立即重试", "Try again at once"),
    "jobs.retry.what": ("会记入账本，由服务进行；已完成的部分不会重复。", "It is written in the ledger and carried out by the service; what is done is not done twice."),
    "job.oversight.sweep": ("到期清理", "Ending what is due"),
    "job.oversight.forget": ("清理过期证据与个案", "Forgetting what is past its term"),
    "job.oversight.count": ("人数统计", "The day's count"),
    "job.oversight.witness": ("见证", "The witness"),
    "job.access.tidy": ("清理会话与回执", "Old sessions and replies"),
    "job.collection.ground": ("核对用途的依据", "What purposes rest on"),
    "job.collection.deliveries": ("发送通知", "Notices to people"),
    "job.storage.renewal": ("全体更新", "Renewing everybody"),
    "job_state.queued": ("等待", "waiting"),
    "job_state.leased": ("进行中", "under way"),
    "job_state.done": ("完成", "done"),
    "job_state.failed": ("失败，待查看", "failed, wants a look"),
    "job_state.rests": ("正常，定时进行", "well, comes round again"),
    "job_state.late": ("逾期", "late"),
}

_PARITY = {
    "parity.lede": (
        "刷脸不能是唯一方式，其他方式须同样合理、便捷。这里比较实际用时和成功率，不涉及任何个人。",
        "A face must never be the only way, and the others as good. Here is how long each took and how often it worked; nobody is named.",
    ),
    "parity.fair": ("没有一种其他方式比刷脸差。", "No other way is worse than the face."),
    "parity.worse": ("不对等", "not equal"),
    "parity.worse.now": (
        "请查明原因并改善；不改善即未满足《人脸识别技术应用安全管理办法》第十条。",
        "Find out why and mend it: until then Measures art. 10 is not met.",
    ),
    "parity.face": ("刷脸", "Face"),
    "parity.way": ("方式", "Way"),
    "parity.tries": ("次数", "Tries"),
    "parity.time": ("成功用时（中位数）", "Time of success (median)"),
    "parity.time.desc": ("每种方式成功时所用时间的中位数。", "The median time of attempts that succeeded, way by way."),
    "parity.success": ("成功率", "Success"),
    "parity.success.desc": (
        "每种方式的成功率及其 95% 区间（Wilson）。",
        "How often each way worked, with the 95 per cent interval (Wilson).",
    ),
    "parity.left": ("放弃", "Abandoned"),
    "parity.seconds": ("{n} 秒", "{n} s"),
    "parity.unknown": ("无", "none"),
    "parity.table": ("{purpose}，{profile}", "{purpose}, {profile}"),
    "parity.none": ("还没有记录", "Nothing has been counted yet"),
    "parity.none.how": (
        "每次刷脸会自动计入；其他方式由闸机、接口或现场人员计入。",
        "Each use of a face counts by itself; other ways are counted by the gate, the API or the desk.",
    ),
    "parity.how": (
        (
            "用时超过刷脸的 {ratio} 倍，或成功率低 {points} 以上且超出偶然，即为不对等；各方式至少 {least} 次才比较。"
            "括号内为 95% 区间。"
        ),
        (
            "A way is worse where it takes more than {ratio} times as long, or succeeds {points} less often beyond"
            " chance; compared are ways with at least {least} tries. In brackets the 95 % interval."
        ),
    ),
    "profile.standard": ("一般", "Standard"),
    "profile.voice": ("语音引导", "Guided by voice"),
    "profile.large_type": ("大字", "Large type"),
    "profile.no_challenge": ("不做动作", "No movement asked"),
    "profile.staffed": ("人工协助", "Helped by staff"),
}

WORDS: Mapping[str, tuple[str, str]] = {**_SHARED, **_TODAY, **_DUTY, **_LEDGER, **_MODELS, **_JOBS, **_PARITY}
"""Keys by page."""
