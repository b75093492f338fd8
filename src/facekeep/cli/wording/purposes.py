"""Purposes, assessments, notices, the handler: the command line's words and help pages."""

from __future__ import annotations

from collections.abc import Mapping

_HELP = {
    "help.purpose": ("目的：为何使用人脸，以及须先满足的条件", "Why a face is used, and what must be true first"),
    "help.purpose.publish": (
        ("发布目的：存稿、评估、签署、生效，一步完成\n\n"
        "目的、告知书、影响评估有任何缺项都不发布，并一次列出全部缺项。改动后须重新评估、重新征得同意。\n"
        "$ facekeep --home H purpose publish docs/examples/gate.toml"
        " --assessment docs/examples/gate-assessment.toml --officer 李静 --officer-key li.pem"),
        ("Publish a purpose: draft, assess, sign and release in one go\n\n"
        "Nothing is published while purpose, notice or assessment lacks something; every gap is named at once."
        " A changed purpose is assessed anew and asks everybody anew.\n"
        "$ facekeep --home H purpose publish docs/examples/gate.toml"
        " --assessment docs/examples/gate-assessment.toml --officer Li --officer-key li.pem"),
    ),
    "help.purpose.draft": (
        ("存下目的文件，作为新版本的草稿\n\n"
        "缺项不妨碍存稿，会逐项列出。改自哪一版，用 --over 写明；期间有人另存了新版本，则拒绝。\n"
        "$ facekeep --home H purpose draft docs/examples/gate.toml --officer 李静"),
        ("Keep a purpose file as the draft of a new version\n\n"
        "A draft may be unfinished: what is missing is listed. Say with --over which version it was made from;"
        " where another came meanwhile it is refused.\n"
        "$ facekeep --home H purpose draft docs/examples/gate.toml --officer Li"),
    ),
    "help.purpose.assess": (
        ("为最新版本登记影响评估\n\n"
        "评估引用的控制措施此刻必须成立，其回答与评估一并保存。\n"
        "$ facekeep --home H purpose assess gate --assessment docs/examples/gate-assessment.toml --officer 李静"),
        ("Record an impact assessment of the newest version\n\n"
        "The controls it cites must hold now; what they answered is kept with it.\n"
        "$ facekeep --home H purpose assess gate --assessment docs/examples/gate-assessment.toml --officer Li"),
    ),
    "help.purpose.sign": (
        ("签署：此文本，依此评估\n\n"
        "$ facekeep --home H purpose sign gate --officer 李静 --officer-key li.pem"),
        ("Sign this text under this assessment\n\n"
        "$ facekeep --home H purpose sign gate --officer Li --officer-key li.pem"),
    ),
    "help.purpose.release": (
        ("使签署的版本生效；先前的版本随之被取代\n\n"
        "告知书的改动会通知所有相关的人。\n"
        "$ facekeep --home H purpose release gate --officer 李静"),
        ("Put the signed version in force; earlier ones are replaced\n\n"
        "Everybody concerned is told what changed in the notice.\n"
        "$ facekeep --home H purpose release gate --officer Li"),
    ),
    "help.purpose.suspend": (
        ("暂停：评估失去效力，停止使用，直到重新评估、签署、生效\n\n"
        "发生重大变化或重大安全事件时使用（办法第九条）。\n"
        "$ facekeep --home H purpose suspend gate --because \"闸机更换\" --officer 李静 --officer-key li.pem"),
        ("Suspend: the assessment counts no more, use stops until it is assessed, signed and released anew\n\n"
        "For a material change or a major incident (Measures art. 9).\n"
        "$ facekeep --home H purpose suspend gate --because \"new gates\" --officer Li --officer-key li.pem"),
    ),
    "help.purpose.end": (
        ("永久终止目的；名称不再使用\n\n"
        "这里只停止使用。删除人脸数据并注销备案：facekeep filing deregister\n"
        "$ facekeep --home H purpose end gate --because \"东门关闭\" --officer 李静 --officer-key li.pem"),
        ("End a purpose for good; its name is not used again\n\n"
        "This stops use. To erase the face data and de-register: facekeep filing deregister\n"
        "$ facekeep --home H purpose end gate --because \"gate closed\" --officer Li --officer-key li.pem"),
    ),
    "help.purpose.check": (
        ("核对每个目的评估时所依据的处理者和模型；有变化的随即暂停\n\n$ facekeep --home H purpose check"),
        ("Compare handler and model with those each purpose was assessed with; what moved is suspended\n\n"
        "$ facekeep --home H purpose check"),
    ),
    "help.purpose.show": (
        ("显示告知书，即本人决定之前读到的内容\n\n"
        "$ facekeep --home H purpose show gate\n"
        "$ facekeep --home H purpose show gate --version 1"),
        ("The notice: what a person reads before deciding\n\n"
        "$ facekeep --home H purpose show gate\n"
        "$ facekeep --home H purpose show gate --version 1"),
    ),
    "help.purpose.list": (
        "列出目的及其所处阶段\n\n$ facekeep --home H purpose list",
        "Every purpose, and where it stands\n\n$ facekeep --home H purpose list",
    ),
    "help.purpose.history": (
        "逐步列出一个目的的经过：谁、何时、为何，评估保存到何时\n\n$ facekeep --home H purpose history gate",
        ("Every step of a purpose: who, when, why, and how long its assessment is kept\n\n"
        "$ facekeep --home H purpose history gate"),
    ),
    "help.purpose.assessment": (
        ("显示影响评估，可另存为 JSON，含 GDPR 第35条第7款和欧盟人工智能法第27条的对照\n\n"
        "$ facekeep --home H purpose assessment gate -o assessment.json"),
        ("The impact assessment; as JSON also laid out after GDPR art. 35(7) and EU AI Act art. 27\n\n"
        "$ facekeep --home H purpose assessment gate -o assessment.json"),
    ),
    "help.purpose.controls": (
        "列出评估可以引用的控制措施，以及此刻是否成立\n\n$ facekeep --home H purpose controls",
        ("The controls an assessment may cite, and whether each holds now\n\n"
        "$ facekeep --home H purpose controls"),
    ),
    "help.purpose.rules": (
        ("写出公开的处理规则：全部告知书及历史版本，一个网页，中英文\n\n"
        "网页不加载任何外部内容，可放上网站、打印或保存（个人信息保护法第十七条）。\n"
        "$ facekeep --home H purpose rules -o rules.html"),
        ("Write the public rules: every notice and its earlier versions, one page, zh and en\n\n"
        "It loads nothing; put it on a website, print it, save it (PIPL art. 17).\n"
        "$ facekeep --home H purpose rules -o rules.html"),
    ),
    "help.handler": ("处理者：由谁处理，谁负责", "The handler: who handles the data, and who answers for it"),
    "help.handler.set": (
        ("登记处理者信息；每一版都保留\n\n"
        "名称、信用代码、联系方式等身份信息一旦变化，依旧信息评估的目的随即暂停。\n"
        "$ facekeep --home H handler set docs/examples/handler.toml --officer 李静 --officer-key li.pem"),
        ("Say who handles the data; every version is kept\n\n"
        "Where the handler becomes another (name, credit code, contact ...), purposes assessed under the old one"
        " are suspended.\n"
        "$ facekeep --home H handler set docs/examples/handler.toml --officer Li --officer-key li.pem"),
    ),
    "help.handler.show": (
        "显示处理者信息\n\n$ facekeep --home H handler show",
        "The handler as it stands\n\n$ facekeep --home H handler show",
    ),
    "help.sharing": ("对外提供与委托处理的记录", "What went to others, and why"),
    "help.sharing.record": (
        ("记录一次对外提供或委托处理；保存三年\n\n"
        "接收方须先登记在处理者信息里。只写提供了什么，不写数据本身。\n"
        "$ facekeep --home H sharing record --recipient door-care --kind entrusted --purpose gate"
        " --what \"设备日志\" --why \"检修\" --officer 李静 --officer-key li.pem"),
        ("Write down that data was shared or entrusted; kept for three years\n\n"
        "The recipient must stand in the handler's profile. Say what went, never the data itself.\n"
        "$ facekeep --home H sharing record --recipient door-care --kind entrusted --purpose gate"
        " --what \"device logs\" --why \"repair\" --officer Li --officer-key li.pem"),
    ),
    "help.sharing.list": (
        "列出对外提供与委托处理的记录\n\n$ facekeep --home H sharing list",
        "Everything that went to others\n\n$ facekeep --home H sharing list",
    ),
}  # fmt: skip

_OPTIONS = {
    "option.assessment_file": ("影响评估文件（TOML）", "an impact assessment (TOML)"),
    "option.over": ("改自哪一版", "the version this was made from"),
    "option.purpose_version": ("哪一版；默认现行版本", "which version; by default the one in force"),
    "option.assessment_out": ("写出 JSON 的文件", "where the JSON goes"),
    "option.rules_out": ("写出网页的文件", "where the page goes"),
    "option.handler_file": ("处理者文件（TOML）", "a handler file (TOML)"),
    "option.recipient": ("接收方的 id，见处理者信息", "the recipient's id in the handler's profile"),
    "option.shared_what": ("提供了什么，一行", "what went, in one line"),
    "option.shared_why": ("为什么，一行", "why, in one line"),
    "option.shared_kind": ("shared：对外提供；entrusted：委托处理", "shared: for their own ends; entrusted: to work for us"),
}  # fmt: skip

_SCREENS = {
    "purpose.published": ("目的已发布", "Purpose published"),
    "purpose.next": ("告知书：facekeep purpose show {name}", "Its notice: facekeep purpose show {name}"),
    "purpose.none": ("还没有任何目的", "There is no purpose yet"),
    "purpose.drafted": ("草稿已保存", "Draft kept"),
    "purpose.then.assess": (
        "下一步：facekeep purpose assess {name} --assessment FILE --officer NAME",
        "Next: facekeep purpose assess {name} --assessment FILE --officer NAME",
    ),
    "purpose.assessed": ("评估已登记", "Assessment recorded"),
    "purpose.then.sign": (
        "下一步：facekeep purpose sign {name} --officer NAME --officer-key FILE",
        "Next: facekeep purpose sign {name} --officer NAME --officer-key FILE",
    ),
    "purpose.signed": ("已签署", "Signed"),
    "purpose.then.release": (
        "下一步：facekeep purpose release {name} --officer NAME",
        "Next: facekeep purpose release {name} --officer NAME",
    ),
    "purpose.suspended": ("目的已暂停", "Purpose suspended"),
    "purpose.suspended.next": (
        "恢复须重新评估：facekeep purpose assess {name} --assessment FILE --officer NAME",
        "To bring it back, assess it anew: facekeep purpose assess {name} --assessment FILE --officer NAME",
    ),
    "purpose.ended": ("目的已终止", "Purpose ended"),
    "purpose.ended.next": (
        "删除人脸数据并注销：facekeep filing deregister",
        "To erase its face data and de-register: facekeep filing deregister",
    ),
    "purpose.unmoved": ("各目的评估时的依据没有变化", "What the purposes rest on is as it was"),
    "purpose.history": ("经过", "History"),
    "purpose.kept_on": ("处理结束后三年", "three years after processing ends"),
    "purpose.written": ("已写入 {file}", "written to {file}"),
    "purpose.rules": ("处理规则已写出", "The public rules are written"),
    "purpose.label.stage": ("阶段", "stage"),
    "purpose.label.because": ("原因", "because"),
    "purpose.label.assessment": ("影响评估", "assessment"),
    "purpose.label.controls": ("控制措施", "controls"),
    "purpose.label.lock": ("保存到", "kept until"),
    "purpose.label.author": ("评估人", "author"),
    "purpose.label.scope": ("范围", "scope"),
    "purpose.label.lawful": ("合法", "lawful"),
    "purpose.label.proper": ("正当", "proper"),
    "purpose.label.necessary": ("必要", "necessary"),
    "purpose.label.impact": ("对个人的影响", "impact on people"),
    "purpose.label.mitigation": ("降低影响的措施", "what softens it"),
    "purpose.label.risk": ("风险", "risk"),
    "purpose.label.before": ("处置前", "before"),
    "purpose.label.after": ("处置后", "after"),
    "purpose.label.control": ("控制措施", "control"),
    "purpose.label.now": ("此刻", "now"),
    "purpose.label.versions": ("版本数", "versions"),
    "purpose_stage.draft": ("草稿", "draft"),
    "purpose_stage.assessed": ("已评估", "assessed"),
    "purpose_stage.signed": ("已签署", "signed"),
    "purpose_stage.published": ("生效中", "in force"),
    "purpose_stage.suspended": ("已暂停", "suspended"),
    "purpose_stage.replaced": ("已被取代", "replaced"),
    "purpose_stage.ended": ("已终止", "ended"),
    "control_state.holds": ("成立", "holds"),
    "control_state.fails": ("不成立", "does not hold"),
    "control_state.idle": ("暂无对象", "nothing to judge yet"),
    "risk_kind.leak": ("泄露", "leak"),
    "risk_kind.tamper": ("篡改", "tampering"),
    "risk_kind.loss": ("丢失", "loss"),
    "risk_kind.damage": ("毁损", "damage"),
    "risk_kind.unlawful_obtaining": ("非法获取", "unlawful obtaining"),
    "risk_kind.sale": ("出售", "sale"),
    "risk_kind.misuse": ("非法使用", "misuse"),
    "handler.set": ("处理者信息已登记", "Handler set"),
    "handler.none": ("还没有登记处理者", "Nobody said yet who handles the data"),
    "handler.none.next": (
        "facekeep handler set FILE --officer NAME --officer-key FILE（填写文件路径和签署人）",
        "facekeep handler set FILE --officer NAME --officer-key FILE",
    ),
    "handler.suspended": (
        "目的 {name} 依旧处理者评估，已暂停：请重新评估",
        "Purpose {name} was assessed under the old handler and is suspended: assess it anew",
    ),
    "handler.label.credit_code": ("统一社会信用代码", "credit code"),
    "handler.label.representative": ("法定代表人", "legal representative"),
    "handler.label.contact": ("联系方式", "contact"),
    "handler.label.address": ("地址", "address"),
    "handler.label.org_type": ("类型", "kind"),
    "handler.label.region": ("数据所在", "data lies in"),
    "handler.label.officer": ("个人信息保护负责人", "protection officer"),
    "handler.label.mlps": ("网络安全等级", "protection level"),
    "handler.label.complaints": ("投诉渠道", "complaints"),
    "handler.label.audit": ("合规审计", "audit"),
    "handler.label.what": ("事项", "what"),
    "handler.label.who": ("名称", "name"),
    "handler.label.until": ("到期", "until"),
    "handler.label.processors": ("受托人", "processor"),
    "handler.label.policies": ("制度", "policy"),
    "handler.label.trained": ("培训", "training"),
    "org_type.company": ("企业", "company"),
    "org_type.public_body": ("公共机构", "public body"),
    "org_type.central_state_body": ("中央国家机关", "central state body"),
    "org_type.individual": ("个人", "individual"),
    "sharing.recorded": ("已记录", "Recorded"),
    "sharing.none": ("没有对外提供或委托处理的记录", "Nothing went to others"),
    "sharing.one_line": ("请用一行可见文字说明", "say it in one visible line"),
    "sharing.label.n": ("序号", "number"),
    "sharing.label.day": ("日期", "day"),
    "sharing.label.recipient": ("接收方", "recipient"),
    "sharing.label.kind": ("方式", "kind"),
    "sharing.label.what": ("内容", "what"),
    "sharing.label.why": ("原因", "why"),
    "sharing_kind.shared": ("对外提供", "shared"),
    "sharing_kind.entrusted": ("委托处理", "entrusted"),
}  # fmt: skip

_RULES = {
    "rules.title": ("人脸信息处理规则", "Rules for face data"),
    "rules.lede": (
        "我们为何使用人脸、怎样保存、您有什么选择。每一版告知书都保留在这里，可以保存和打印。",
        ("Why we use faces, how we keep them, and what you may choose. Every version of every notice stays here,"
        " to be saved and printed."),
    ),
    "rules.handler": ("处理者", "Handler"),
    "rules.credit_code": ("统一社会信用代码", "Credit code"),
    "rules.contact": ("联系方式", "Contact"),
    "rules.officer": ("个人信息保护负责人", "Protection officer"),
    "rules.complaints": ("投诉渠道", "Complaints"),
    "rules.none": ("目前没有使用人脸的目的。", "No purpose uses faces at present."),
    "rules.stage.published": ("生效中", "In force"),
    "rules.stage.suspended": ("已暂停，不再使用", "Suspended, not in use"),
    "rules.stage.ended": ("已终止", "Ended"),
    "rules.version": ("第 {n} 版", "version {n}"),
    "rules.earlier": ("先前的版本", "Earlier versions"),
    "rules.digest": ("摘要", "Digest"),
    "rules.made": ("生成于 {day}（北京时间）", "Made on {day} (China time)"),
}  # fmt: skip

WORDS: Mapping[str, tuple[str, str]] = {**_HELP, **_OPTIONS, **_SCREENS, **_RULES}
"""Chinese, English by key; merged into ``cli.words``."""
