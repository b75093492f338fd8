"""The papers of a filing (Measures art. 15; the eight materials of the filing notices).

The regulator's own form fields are not published where we could read them: these papers hold the
content the Measures name, and the online form is filled from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from facekeep.oversight.comply import Row, Status
from facekeep.oversight.filing import BANDS
from facekeep.oversight.papers.facts import Facts, Plain, Use, pick, words
from facekeep.oversight.papers.model import Line, Missing, Pair, Paper, Part, Table, Words
from facekeep.terms.evidence import Finding
from facekeep.terms.messages import in_language

SET_HANDLER = "facekeep handler set FILE --officer NAME --officer-key FILE"
ASSESS = "facekeep purpose publish FILE --assessment FILE --officer NAME --officer-key FILE"
COUNT = "facekeep filing status"

SLOTS: dict[str, Pair] = {
    "profile_form": ("个人信息处理者基本情况表（电子版）", "Handler profile form (electronic)"),
    "application_form": ("人脸识别技术应用情况备案表（电子版）", "Application data form (electronic)"),
    "pipia_report": ("个人信息保护影响评估报告（电子版）", "Impact assessment report (electronic)"),
    "credit_code_certificate": ("统一社会信用代码证件（扫描件）", "Credit-code certificate (scan)"),
    "id_legal_representative": ("法定代表人身份证件（扫描件）", "Identity document of the legal representative (scan)"),
    "id_filer": ("经办人身份证件（扫描件）", "Identity document of the person filing (scan)"),
    "authorisation": ("授权委托书（盖章扫描件）", "Authorisation letter, stamped (scan)"),
    "undertaking": ("承诺书（盖章扫描件）", "Undertaking, stamped (scan)"),
}  # fmt: skip
"""The eight materials, by the names the filing register keeps them under."""

SIX: tuple[tuple[Pair, str], ...] = (
    (("数据加密", "Data encryption"), "encryption"),
    (("安全审计", "Security audit"), "security audit"),
    (("访问控制", "Access control"), "access control"),
    (("授权管理", "Authorisation management"), "authorisation management"),
    (("入侵检测", "Intrusion detection"), "intrusion detection"),
    (("入侵防御", "Intrusion prevention"), "intrusion prevention"),
)
"""Measures art. 14, and the fact of ``storage.posture.six`` that shows each."""

HOW: dict[str, Pair] = {
    "Data encryption": (
        "人脸特征分为两半，分别存放在两个存储中；每人每目的一把密钥，密钥由口令保护的根密钥封装。",
        ("A reference is split in two halves kept in two stores; every person and purpose has a key of its own,"
        " wrapped under a root that needs the passphrase."),
    ),
    "Security audit": (
        "每次注册、验证、拒绝、撤回都写入只增账本，签名检查点可交外部见证人保存。",
        ("Every enrolment, comparison, refusal and withdrawal is an entry of an append-only ledger with signed"
        " checkpoints for outside witnesses."),
    ),
    "Access control": (
        "没有有效同意就没有密钥；每次比对须有一次性的许可，绑定目的、阈值和采集设备。",
        ("Without a consent in force there is no key; each comparison needs a permit for one purpose, threshold and"
        " capture."),
    ),
    "Authorisation management": (
        "工作人员以各自的密钥签字；敏感操作须两人批准。",
        "Staff sign with keys of their own; sensitive acts need two of them.",
    ),
    "Intrusion detection": (
        "每行数据带校验标签，改动、调换、回退在使用前即被发现并告警。",
        "Every row carries a check tag; an edited, exchanged or older row is found before it is used.",
    ),
    "Intrusion prevention": (
        "校验不符即拒绝作答；试探次数受限；可立即重置全部人脸而无需重新拍照。",
        "What does not verify is refused; probing is limited; all faces can be reset at once without new pictures.",
    ),
}  # fmt: skip


def papers(facts: Facts) -> tuple[Paper, ...]:
    """Every paper of the pack, in the order of the materials."""
    made = (
        profile(facts), application(facts), assessments(facts), safeguards(facts), rules(facts),
        number(facts), undertaking(facts), authorisation(facts),
    )  # fmt: skip
    return (*made, checklist(facts, made))


def missing(made: Iterable[Paper]) -> tuple[Missing, ...]:
    """Every gap of every paper, each once."""
    return tuple(dict.fromkeys(gap for paper in made for gap in paper.missing()))


# -- who ------------------------------------------------------------------------------------


IDENTITY = (
    ("名称", "Name", "name"),
    ("统一社会信用代码", "Unified social credit code", "credit_code"),
    ("机构类型", "Kind of organisation", "org_type"),
    ("住所", "Registered address", "address"),
    ("所在省级行政区", "Province", "province"),
    ("所在设区的市", "City", "city"),
    ("法定代表人", "Legal representative", "legal_representative"),
    ("联系方式", "Contact", "contact"),
)
OFFICER = (
    ("姓名", "Name", "officer.name"),
    ("联系方式", "Contact", "officer.contact"),
    ("任命日期", "Appointed", "officer.appointed"),
    ("投诉举报渠道", "Complaint channel", "complaints.channel"),
)
LEVEL = ("网络安全等级保护级别", "Multi-level protection level", "mlps.level")
LEVEL_NUMBER = ("等级保护备案号", "Multi-level protection filing number", "mlps.number")
"""Labels in both languages, and where the handler's profile says it."""


def profile(facts: Facts) -> Paper:
    """主体基本情况: who the handler is."""
    who = facts.handler
    parent = words(pick(who, "parent")) or ("无", "none")
    group = Line(("代为备案的母公司", "Group company that files for it"), parent)
    critical = ("是否关键信息基础设施运营者", "Operator of critical information infrastructure")
    return Paper(
        "01-profile",
        ("个人信息处理者基本情况表", "Handler profile"),
        ("《办法》第十五条：主体基本情况。", "Measures art. 15: who the handler is."),
        (
            Part(("主体", "Handler"), lines=(*_lines(who, IDENTITY), group)),
            Part(
                ("个人信息保护负责人", "Personal-information protection officer"),
                lines=_lines(who, OFFICER),
            ),
            Part(
                ("安全保护义务", "Security duties"),
                lines=(_flag(who, *critical, "cii"), *_lines(who, (LEVEL, LEVEL_NUMBER))),
            ),
        ),
        slot="profile_form",
    )


def _lines(told: Plain, rows: Iterable[tuple[str, str, str]]) -> tuple[Line, ...]:
    return tuple(_line(told, *row) for row in rows)


def _line(told: Plain, zh: str, en: str, path: str) -> Line:
    return Line((zh, en), _worded(pick(told, path)), SET_HANDLER)


def _flag(told: Plain, zh: str, en: str, path: str) -> Line:
    value = told.get(path)
    said: Words | None = None if value is None else (("是", "yes") if value else ("否", "no"))
    return Line((zh, en), said, SET_HANDLER)


# -- what for, and how ----------------------------------------------------------------------


def application(facts: Facts) -> Paper:
    """应用情况: each purpose and method."""
    none = Missing(
        ("应用情况备案表", "Application data"),
        ("没有已发布的目的", "no purpose is published"),
        ASSESS,
    )
    return Paper(
        "02-application",
        ("人脸识别技术应用情况备案表", "Application data"),
        ("《办法》第十五条：处理目的和方式。", "Measures art. 15: purpose and method of each use."),
        tuple(_use(use) for use in facts.uses),
        slot="application_form",
        more=() if facts.uses else (none,),
    )


def _use(use: Use) -> Part:
    told = use.told
    title = words(pick(told, "title"))
    named = title if isinstance(title, tuple) else (use.id, use.id)
    return Part(
        (f"{named[0]}（{use.id}）", f"{named[1]} ({use.id})"), lines=tuple(_use_lines(use, told))
    )


def _use_lines(use: Use, told: Plain) -> Iterator[Line]:
    way = "facekeep purpose show " + use.id
    for zh, en, paths in (
        ("处理目的", "Purpose", ("why",)),
        ("必要性", "Necessity", ("necessity",)),
        ("处理方式", "Method", ("operations",)),
        ("算法模型", "Model", ("model",)),
        ("应用场所", "Place", ("place.name",)),
        ("场所类型", "Kind of place", ("place.kind",)),
        ("法律依据", "Legal basis", ("legal_basis",)),
        ("存储方式", "Storage class", ("storage",)),
        ("保存期限（天）", "Retention (days)", ("retention_days",)),
        ("其他验证方式", "Other ways in", ("alternatives",)),
        ("未成年人处理规则", "Rules for minors", ("minors.rule",)),
        ("对个人的影响", "Risk for people", ("risk",)),
    ):
        yield Line((zh, en), _worded(pick(told, *paths)), way)
    recipients = pick(told, "recipients")
    yield Line(("接收方", "Recipients"), _worded(recipients) or ("无", "none"))
    yield Line(("版本与摘要", "Version and digest"), f"{use.version} · {use.digest[:16]}")


def _worded(value: object) -> Words | None:
    """Known codes in words; a list of named things by their names."""
    if isinstance(value, list):
        return words([_named(one) for one in value])
    return words(_named(value))


def _named(value: object) -> object:
    if isinstance(value, dict) and "name" in value:
        return value["name"]
    if isinstance(value, str) and value in CODES:
        return {"zh": CODES[value][0], "en": CODES[value][1]}
    return value


CODES: dict[str, Pair] = {
    "verification": ("1:1 验证", "1:1 verification"),
    "identification": ("1:N 辨识", "1:N identification"),
    "terminal": ("终端内存储", "in the terminal"),
    "premises": ("本单位场所内存储", "on the premises"),
    "internet": ("经互联网传输存储", "over the Internet"),
    "consent": ("单独同意", "separate consent"),
    "public_safety": ("维护公共安全所必需", "necessary for public safety"),
    "statutory": ("法律、行政法规规定", "required by law"),
    "entrance": ("出入口", "entrance"),
    "counter": ("柜台", "counter"),
    "office": ("办公室", "office"),
    "home": ("住所", "home"),
    "public": ("公共场所", "public place"),
    "school": ("学校", "school"),
    "workplace": ("工作场所", "workplace"),
    "residential_gate": ("住宅小区出入口", "residential gate"),
    "station": ("车站", "station"),
    "shop": ("商店", "shop"),
    "company": ("企业", "company"),
    "public_body": ("机关、事业单位", "public body"),
    "central_state_body": ("中央和国家机关", "central state body"),
    "individual": ("个人", "individual"),
    "hospital_ward": ("病房区", "hospital ward"),
}


# -- impact ---------------------------------------------------------------------------------

TITLE: Pair = ("个人信息保护影响评估报告", "Impact assessment report")
DEGREES = (1, 2, 3, 4)
HIGH = 9
"""From this product of likelihood and impact on a risk is high (GB/T 39335, our mapping)."""


def assessments(facts: Facts) -> Paper:
    """影响评估报告: the four contents of art. 9 for every purpose."""
    parts = [part for use in facts.uses for part in _assessed(use)]
    absent = [
        Missing(
            TITLE, (f"目的 {use.id} 没有影响评估", f"purpose {use.id} has no assessment"), ASSESS
        )
        for use in facts.uses
        if not use.assessment
    ]
    return Paper(
        "03-assessment", TITLE,
        ("《办法》第九条的四项内容；附当前控制措施的实测结果。",
         "The four contents of Measures art. 9, with the live results of the controls."),
        (*parts, _live(facts)), slot="pipia_report", more=tuple(absent),
    )  # fmt: skip


def _assessed(use: Use) -> Iterator[Part]:
    """Frame, four contents, and what else an assessment holds."""
    told = use.assessment
    if not told:
        return
    risks = [risk for risk in pick(told, "risks") or [] if isinstance(risk, dict)]
    yield Part((f"目的 {use.id}", f"Purpose {use.id}"), lines=tuple(_frame(use, told)))
    yield Part(
        (
            "一、目的和方式是否合法、正当、必要",
            "1. Whether purpose and method are lawful, proper and necessary",
        ),
        lines=_said(told, "ground.lawful", "ground.proper", "ground.necessary"),
    )
    yield Part(
        (
            "二、对个人权益的影响，降低措施是否有效",
            "2. Impact on people, and whether mitigation works",
        ),
        lines=_said(
            told, "impact.people", "impact.mitigation", "impact.how_checked", "impact.works"
        ),
    )
    yield Part(
        ("三、泄露、篡改、丢失、毁损或者被非法获取、出售、使用的风险和危害",
         "3. Risk and harm of leak, tampering, loss, damage, unlawful obtaining, sale or use"),
        prose=(MATRIX,), tables=(_matrix(risks), _risks(risks)),
    )  # fmt: skip
    yield Part(
        (
            "四、保护措施是否合法、有效并与风险程度相适应",
            "4. Whether safeguards are lawful, effective and proportionate",
        ),
        tables=(_safeguards(told),),
    )
    yield Part(("其他事项", "Further"), lines=_said(told, "minors", "identity_service"),
               tables=(_alternatives(told),))  # fmt: skip


MATRIX: Pair = (
    "风险矩阵：行为可能性，列为影响，数值越大越高；处置前写在格内，处置后以括号标出。乘积达到 9 为高风险。",
    (
        "Risk matrix: rows are likelihood, columns impact, 4 is highest; before treatment as it stands, after"
        " treatment in brackets. From a product of 9 on a risk is high."
    ),
)


def _frame(use: Use, told: Plain) -> Iterator[Line]:
    """Who assessed what, and who signed."""
    for zh, en, source, path in (
        ("评估范围", "Scope", told, "scope.text"),
        ("摄像设备上限", "Cameras, at most", told, "scope.cameras"),
        ("评估人", "Author", told, "author"),
        ("评估日期", "Date", told, "date"),
        ("签字人", "Signed by", use.signed, "who"),
        ("报告摘要", "Digest of the report", use.signed, "digest"),
    ):
        yield Line((zh, en), _worded(pick(source, path)), ASSESS)


def _said(told: Plain, *paths: str) -> tuple[Line, ...]:
    return tuple(Line(LABELS[path], _said_at(told, path), ASSESS) for path in paths)


def _said_at(told: Plain, path: str) -> Words | None:
    value = pick(told, path)
    if isinstance(value, bool):
        return ("有效", "yes") if value else ("无效", "no")
    return _worded(value)


LABELS: dict[str, Pair] = {
    "ground.lawful": ("合法性", "Lawful"),
    "ground.proper": ("正当性", "Proper"),
    "ground.necessary": ("必要性", "Necessary"),
    "impact.people": ("对个人权益的影响", "Impact on people"),
    "impact.mitigation": ("降低措施", "Mitigation"),
    "impact.how_checked": ("如何检验", "How it was checked"),
    "impact.works": ("降低措施是否有效", "Whether mitigation works"),
    "minors": ("未成年人", "Minors"),
    "identity_service": ("国家网络身份认证公共服务", "National online identity service"),
}

HARMS: dict[str, Pair] = {
    "leak": ("泄露", "leak"),
    "tamper": ("篡改", "tampering"),
    "loss": ("丢失", "loss"),
    "damage": ("毁损", "damage"),
    "unlawful_obtaining": ("非法获取", "unlawful obtaining"),
    "sale": ("非法出售", "sale"),
    "misuse": ("非法使用", "misuse"),
}


def _matrix(risks: Sequence[Plain]) -> Table:
    """Likelihood by impact, each harm in its cell; after treatment in brackets."""
    heads = (("可能性 ＼ 影响", "Likelihood \\ impact"), *((str(n), str(n)) for n in DEGREES))
    rows = tuple(
        (str(high), *(_cell(risks, high, grave) for grave in DEGREES)) for high in reversed(DEGREES)
    )
    return Table(heads, rows)


def _cell(risks: Sequence[Plain], likelihood: int, impact: int) -> Words:
    spot = {"likelihood": likelihood, "impact": impact}
    before = [_harm(r) for r in risks if spot.items() <= r.items()]
    after = [_harm(r) for r in risks if spot.items() <= (r.get("residual") or {}).items()]
    brackets = [(f"（{zh}）", f"({en})") for zh, en in after]
    found = [*before, *brackets]
    return "、".join(zh for zh, _ in found), ", ".join(en for _, en in found)


def _harm(risk: Plain) -> Pair:
    kind = str(risk.get("kind", ""))
    return HARMS.get(kind, (kind, kind))


def _risks(risks: Sequence[Plain]) -> Table:
    heads = (
        ("风险", "Risk"), ("危害", "Harm"), ("等级", "Level"), ("处置", "Treatment"), ("剩余", "Remains"),
    )  # fmt: skip
    return Table(heads, tuple(_risk(risk) for risk in risks), (2, 5, 2, 5, 2))


def _risk(risk: Plain) -> tuple[Words, ...]:
    residual = risk.get("residual") or risk
    return (
        _harm(risk), _worded(risk.get("harm")) or "", _level(risk),
        _worded(risk.get("treatment")) or ("不处置", "none"), _level(residual),
    )  # fmt: skip


def _level(told: Plain) -> Pair:
    value = int(told.get("likelihood", 0)) * int(told.get("impact", 0))
    word: Pair = ("高", "high") if value >= HIGH else ("一般", "moderate")
    return f"{value}（{word[0]}）", f"{value} ({word[1]})"


def _safeguards(told: Plain) -> Table:
    heads = (
        ("措施", "Measure"), ("针对", "Against"), ("合法", "Lawful"), ("有效", "Effective"),
        ("相适应", "Proportionate"),
    )  # fmt: skip
    rows = [one for one in pick(told, "safeguards") or [] if isinstance(one, dict)]
    return Table(heads, tuple(_safeguard(one) for one in rows), (3, 2, 4, 4, 4))


def _safeguard(one: Plain) -> tuple[Words, ...]:
    against = [HARMS.get(kind, (kind, kind)) for kind in one.get("against", ())]
    named = "、".join(zh for zh, _ in against), ", ".join(en for _, en in against)
    rest = (_worded(one.get(key)) or "" for key in ("lawful", "effective", "proportionate"))
    return (_worded(one.get("name")) or "", named, *rest)


def _alternatives(told: Plain) -> Table:
    heads = (("其他验证方式", "Other way in"), ("试用结论", "Finding"), ("可用", "Works"))
    rows = [one for one in pick(told, "alternatives") or [] if isinstance(one, dict)]
    yes, no = ("是", "yes"), ("否", "no")
    return Table(
        heads,
        tuple((str(o.get("id", "")), _worded(o.get("finding")) or "", yes if o.get("works") else no)
              for o in rows),
        (2, 6, 1),
    )  # fmt: skip


def _live(facts: Facts) -> Part:
    """How each duty stood at the moment the report was made."""
    rows = tuple(_duty(row) for row in facts.duties if row.status is not Status.NOT_APPLICABLE)
    heads = (("义务", "Duty"), ("结果", "Result"), ("不足", "Gaps"))
    return Part(
        ("控制措施的当前结果", "Live results of the controls"),
        tables=(Table(heads, rows, (5, 2, 6)),),
    )


STATUS: dict[Status, Pair] = {
    Status.MET: ("符合", "met"),
    Status.NOT_MET: ("不符合", "not met"),
    Status.NOT_APPLICABLE: ("不适用", "not applicable"),
    Status.NOT_AUTOMATABLE: ("须由人判断", "a person decides"),
}


def _duty(row: Row) -> tuple[Words, ...]:
    one = row.obligation
    absent = [(missing.zh, missing.en) for missing in row.missing]
    gaps = [(in_language(gap.what, "zh"), gap.what) for gap in row.gaps] + absent
    told = "；".join(zh for zh, _ in gaps), "; ".join(en for _, en in gaps)
    return (f"{one.id}　{one.zh}", f"{one.id} · {one.en}"), STATUS[row.status], told


def _state(finding: Finding) -> Pair:
    if not finding.holds:
        return "不符合", "does not hold"
    return ("符合", "holds") if finding.applies else ("尚无对象", "nothing to judge yet")


# -- safeguards, rules, number --------------------------------------------------------------


def safeguards(facts: Facts) -> Paper:
    """安全措施: the six of art. 14 with what the running system answers."""
    posture = facts.findings.get("storage.posture.six")
    rows = tuple((six, HOW[six[1]], _shown(posture, name)) for six, name in SIX)
    heads = (("措施", "Safeguard"), ("实现方式", "How"), ("当前结果", "Now"))
    gaps = () if posture is not None else (_unasked(),)
    title = ("人脸信息安全保护措施", "Safeguards")
    return Paper(
        "04-safeguards", title,
        ("《办法》第十四条的六项措施。", "The six safeguards of Measures art. 14."),
        (
            Part(("六项措施", "The six"), tables=(Table(heads, rows, (2, 5, 3)),)),
            Part(("等级保护与关键信息基础设施", "Multi-level protection and critical infrastructure"),
                 lines=(_line(facts.handler, "等级保护级别", "Level", "mlps.level"),)),
        ),
        more=gaps,
    )  # fmt: skip


def _unasked() -> Missing:
    return Missing(
        ("人脸信息安全保护措施", "Safeguards"),
        ("系统未回答六项措施的查询", "nothing answers for the six safeguards"),
        "facekeep comply FRM-14",
    )


def _shown(posture: Finding | None, name: str) -> Words:
    """What the posture question says about one safeguard, and what it lacks."""
    if posture is None or name not in posture.facts:
        return "未查询", "not asked"
    if posture.facts[name] is True:
        return "有效", "holds"
    lacking = [gap.what for gap in posture.gaps if gap.what.startswith(f"{name}: ")]
    zh = "；".join(in_language(what, "zh") for what in lacking)
    return f"不足：{zh}", "lacking: " + "; ".join(what.partition(": ")[2] for what in lacking)


def rules(facts: Facts) -> Paper:
    """处理规则和操作规程: the notice of each purpose, and the walks the software enforces."""
    notices = tuple(
        Part((f"告知书：{use.id}", f"Notice: {use.id}"), prose=_paragraphs(use.notice))
        for use in facts.uses
    )
    policies = pick(facts.handler, "policies") or []
    rows = tuple(
        tuple(_worded(one.get(key)) or "" for key in ("title", "owner", "version", "review_by"))
        for one in policies
    )
    heads = (("制度", "Policy"), ("负责人", "Owner"), ("版本", "Version"), ("复审", "Review"))
    return Paper(
        "05-rules",
        ("处理规则和操作规程", "Rules and procedures"),
        ("《办法》第十五条：处理规则和操作规程。", "Measures art. 15: rules and procedures."),
        (Part(("操作规程", "Procedures"), prose=PROCEDURES), *notices,
         Part(("内部制度", "Internal policies"),
              lines=() if rows else (Line(("内部制度", "Internal policies"), None, SET_HANDLER),),
              tables=(Table(heads, rows),) if rows else ())),
    )  # fmt: skip


PROCEDURES: tuple[Pair, ...] = (
    ("注册：先告知，再征得单独同意；采集须由登记在册的设备进行；照片提取特征后立即丢弃。",
     ("Enrolment: notice first, then separate consent; captured by a registered device; the picture is dropped once"
     " its features are taken.")),
    ("比对：每次比对核验同意是否有效并写入账本，之后才给出结果；结果只有是或否，没有分数。",
     ("Comparison: consent is read again and the ledger written before the answer is released; the answer is yes or no,"
     " never a score.")),
    ("撤回：一步完成，无需理由和口令；先销毁密钥，再删除数据，并出具可离线核对的凭证。",
     ("Withdrawal: one step, without reason or passphrase; the key is destroyed, the data erased, and a receipt given"
     " that verifies offline.")),
    ("到期：同意到期或目的终止，人脸数据自动删除。",
     "Expiry: face data is erased when the consent's term or the purpose ends."),
    ("泄露：立即重置全部人脸，无需重新拍照；按规定报告并通知个人。",
     "Leak: all faces are reset at once without new pictures; authority and people are told as the law says."),
)  # fmt: skip


def _paragraphs(notice: Pair) -> tuple[Words, ...]:
    """The notice's lines in both languages, side by side."""
    zh, en = (text.strip().split("\n") for text in notice)
    longest = max(len(zh), len(en))
    padded = [lines + [""] * (longest - len(lines)) for lines in (zh, en)]
    return tuple((a, b) for a, b in zip(*padded, strict=True) if a or b)


def number(facts: Facts) -> Paper:
    """人脸信息存储数量: the counted range of people, and its band."""
    low, high = facts.people if facts.people is not None else (None, None)
    counted = None if low is None else f"{low:,} – {high:,}"
    return Paper(
        "06-number",
        ("人脸信息存储数量", "Number of people stored"),
        ("按人计数，不按模板计数；无法去重的按上限计。", ("People are counted, not templates; what cannot be"
         " de-duplicated counts in full, and the upper bound governs.")),
        (Part(("数量", "Number"), lines=(
            Line(("已存储人脸信息的人数（下限至上限）", "People with faces stored (lower – upper)"), counted, COUNT),
            Line(("数量档次", "Band"), None if high is None else _band(high), COUNT),
            Line(("备案截止日", "Filing due"), facts.due or ("未达 10 万人", "100,000 not reached")),
        )),),
    )  # fmt: skip


def _band(people: int) -> Pair:
    below = [line for line in BANDS if people >= line]
    if not below:
        return f"不满 {BANDS[0]:,} 人", f"under {BANDS[0]:,}"
    return f"{below[-1]:,} 人以上", f"{below[-1]:,} or more"


# -- to be signed ---------------------------------------------------------------------------

BY_HAND: tuple[Pair, ...] = (
    ("单位（盖章）", "Organisation (seal)"),
    ("法定代表人（签字）", "Legal representative (signature)"),
    ("日期", "Date"),
)


def undertaking(facts: Facts) -> Paper:
    """承诺书: a template to be read, signed and stamped."""
    name = words(pick(facts.handler, "name"))
    zh, en = name if isinstance(name, tuple) else (name or "________", name or "________")
    return Paper(
        "07-undertaking",
        ("承诺书（模板）", "Undertaking (template)"),
        ("请核对后由法定代表人签字并加盖公章。", "To be checked, signed and stamped."),
        (Part(("承诺", "We undertake"), prose=(
            (f"{zh}承诺：所提交的备案材料真实、准确、完整。",
             f"{en} undertakes that the filed materials are true, accurate and complete."),
            ("备案信息发生实质性变更的，自变更之日起三十个工作日内办理变更；终止应用的，三十个工作日内办理注销，并依法处置人脸信息。",
             ("A material change is filed within 30 working days; an end of use is de-registered within 30 working days and"
             " the face information disposed of according to law.")),
            ("不将人脸识别作为唯一的验证方式，不以误导、欺诈、胁迫等方式取得同意。",
             "Face is not made the only way in, and no consent is obtained by misleading, cheating or coercion."),
        ), blanks=BY_HAND),), slot="undertaking",
    )  # fmt: skip


def authorisation(facts: Facts) -> Paper:
    """授权委托书: a template for whoever files."""
    name = words(pick(facts.handler, "name"))
    zh, en = name if isinstance(name, tuple) else (name or "________", name or "________")
    return Paper(
        "08-authorisation",
        ("授权委托书（模板）", "Authorisation letter (template)"),
        ("请填写经办人并加盖公章。", "To be completed with the person filing, and stamped."),
        (Part(("授权", "Authorisation"), prose=(
            (f"{zh}授权下列经办人办理人脸识别技术应用备案，提交和领取相关材料。",
             (f"{en} authorises the person named below to file its use of face recognition, and to hand in and receive"
             " the papers concerned.")),
        ), blanks=(("经办人姓名", "Name of the person filing"), ("经办人联系方式", "Contact"), *BY_HAND)),),
        slot="authorisation",
    )  # fmt: skip


# -- what is needed -------------------------------------------------------------------------


def checklist(facts: Facts, made: Iterable[Paper]) -> Paper:
    """The eight materials: which are in the pack, which somebody must scan."""
    ours = {paper.slot: paper for paper in made if paper.slot}
    rows = tuple(_slot(slot, name, ours.get(slot), facts) for slot, name in SLOTS.items())
    heads = (("材料", "Material"), ("本包内", "In this pack"), ("状态", "State"))
    return Paper(
        "09-checklist",
        ("备案材料清单", "Checklist of materials"),
        ("身份证件扫描件不存入本系统，只登记摘要；备案受理后请删除。",
         "Scans of identity documents are never kept here, only their digest; delete them once the filing is accepted."),
        (Part(("八项材料", "The eight materials"), tables=(Table(heads, rows, (5, 2, 2)),)),),
    )  # fmt: skip


def _slot(slot: str, name: Pair, paper: Paper | None, facts: Facts) -> tuple[Words, ...]:
    kept = facts.slots.get(slot)
    where: Words = paper.name if paper else ("—", "—")
    if kept:
        return name, where, (f"已备（{kept.get('day', '')}）", f"ready ({kept.get('day', '')})")
    if paper is None:
        return name, where, ("由您附上", "to be attached by you")
    if any(paper.missing()):
        return name, where, ("有缺项", "has gaps")
    signed = bool(paper.parts and paper.parts[-1].blanks)
    state = ("待签字盖章", "to be signed and stamped") if signed else ("已填写", "filled")
    return name, where, state
