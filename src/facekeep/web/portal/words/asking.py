"""Words of the pages that take requests in and follow them, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

_ASKING = {
    "cases.title": ("请人处理", "Ask a human"),
    "cases.lede": (
        "每项诉求都由人答复，最迟 15 个工作日；拒绝须写明理由和申诉途径。请选一项。",
        "A human answers each request within 15 working days; a refusal names its reason and where to appeal. Choose one.",
    ),
    "cases.anybody": ("投诉，或询问规则", "Complain, or ask about the rules"),
    "cases.anybody_lede": (
        "不需要账号、姓名或链接。受理后会给您一个受理码，凭它查看答复。",
        "No account, no name and no link is needed. You get a code, and with it you read the answer.",
    ),
    "cases.which": ("您要做什么", "What it is"),
    "cases.purpose": ("关于哪个用途", "About which purpose"),
    "cases.purpose_hint": (
        "投诉可以不选；询问规则须选一个。",
        "A complaint needs none; the rules are explained for one.",
    ),
    "cases.no_purpose": ("不指明用途", "none in particular"),
    "cases.text": ("请说明", "Say it in your words"),
    "cases.text_hint": (
        "不超过 4000 字。请勿写入他人的信息，也不要附照片。",
        "Up to 4000 characters. Leave out what is about others, and send no picture.",
    ),
    "cases.anybody_hint": (
        "发生了什么、何时、在哪里。不必写您是谁；需要我们联系您时才写联系方式。",
        "What happened, when and where. You need not say who you are; write how to reach you only if you want that.",
    ),
    "cases.birth": ("正确的出生日期", "The right birth date"),
    "cases.birth_hint": ("出生日期有误时填写。", "Where the birth date on record is wrong."),
    "cases.reference": ("正确的编号", "The right reference"),
    "cases.reference_hint": (
        "处理者称呼您的编号有误时填写，不要写姓名。",
        "Where the number by which the handler knows you is wrong. Not your name.",
    ),
    "cases.decision": ("要复核的决定", "The decision"),
    "cases.send": ("提交", "Send it"),
    "cases.term": (
        "最迟 15 个工作日答复；如需延长，只延长一次并说明理由。",
        "Answered within 15 working days; extended once at most, and then with the reason.",
    ),
    "cases.choose": ("请选一项", "Choose one"),
    "cases.choose_purpose": ("请选一个用途", "Choose a purpose"),
    "cases.say_what": ("请说明发生了什么", "Say what happened"),
    "cases.correct_what": ("请填写要更正的内容", "Say what is to be corrected"),
    "cases.wrong_birth": ("出生日期须为真实的日期", "A birth date is a real day"),
    "cases.wrong_reference": (
        "编号为 1 至 200 个可打印字符",
        "A reference has 1 to 200 printable characters",
    ),
    "cases.opened": ("您的诉求已受理", "Your request is taken in"),
    "cases.opened_lede": (
        "这是您的受理码，只显示这一次：",
        "This is your code. It is shown this once:",
    ),
    "cases.keep_code": (
        "请抄下或保存：没有它，我们也无法替您查询。凭码可查看进度和答复。",
        "Write it down or save it: without it not even we can look for you. It shows how far your request is, and its answer.",
    ),
    "cases.kind": ("诉求", "Request"),
    "cases.number": ("个案编号", "Number of the case"),
    "cases.due": ("最迟答复日", "Answer due"),
    "cases.provisional": (
        "次年放假安排尚未公布，日期为暂定，从早计算。",
        "Next year's holidays are not published: the day is provisional, and early.",
    ),
    "cases.holds_now": (
        "从现在起不比对您的人脸，等候答复期间也是如此。其他方式照常可用。",
        "From now on your face is not compared, also while you wait for the answer. The other ways stay open.",
    ),
    "cases.appeal": (
        "逾期未答复，或不服答复的，可以向网信部门等履行个人信息保护职责的部门投诉、举报，也可以向人民法院起诉。",
        "Where no answer comes in time, or you disagree with it, complain to the authority for personal information (the cyberspace administration), or go to court.",
    ),
    "cases.no_such": ("没有这个受理码，请核对", "There is no such code. Please check it"),
}

_FOLLOW = {
    "follow.title": ("查询我的诉求", "Follow a request"),
    "follow.lede": (
        "请输入受理时给您的受理码。",
        "Enter the code you were shown when it was taken in.",
    ),
    "follow.code": ("受理码", "Code"),
    "follow.hint": (
        "26 个字母和数字，大小写和连字符不限。",
        "26 letters and digits; capitals and strokes do not matter.",
    ),
    "follow.look": ("查询", "Look"),
    "follow.lost": (
        "受理码遗失的，我们无法找回；您可以重新提出诉求。",
        "A lost code cannot be found again. You may send the request anew.",
    ),
    "follow.late": ("已逾期", "overdue"),
    "follow.late_text": (
        "我们没有按期答复。您可以现在就向监管部门投诉，或向人民法院起诉；请保存下面的凭证。",
        "We did not answer in time. You may complain to the authority or go to court now; keep the receipt below.",
    ),
    "follow.opened": ("受理日期", "Taken in"),
    "follow.asked": ("您提出的诉求", "What you asked"),
    "follow.answers": ("进度和答复", "Steps and answer"),
    "follow.appeal": ("申诉途径", "Where to appeal"),
    "follow.nothing_yet": (
        "还没有答复，最迟{day}答复您。",
        "No answer yet. You have one by {day}.",
    ),
    "follow.paper": ("保存现时的凭证", "Save a receipt of how it stands"),
}

_KINDS = {
    "ask.copy": ("给我一份副本", "Give me a copy"),
    "ask_about.copy": (
        "请人整理并交给您。您也可以随时自行下载。",
        "A human puts it together for you. You can also download one yourself at any time.",
    ),
    "ask.correction": ("更正我的信息", "Correct what is wrong"),
    "ask_about.correction": ("出生日期或编号有误。", "A birth date or a reference that is wrong."),
    "ask.restriction": ("限制处理", "Restrict the use"),
    "ask_about.restriction": (
        "提交后立即停止比对您的人脸，直到答复。",
        "Your face is not compared from the moment you send it, until it is answered.",
    ),
    "ask.objection": ("拒绝处理", "Object to the use"),
    "ask_about.objection": (
        "您不接受这项处理。提交后立即停止比对您的人脸。",
        "You do not accept this use. Your face is not compared from the moment you send it.",
    ),
    "ask.deletion": ("请人删除", "Have it erased"),
    "ask_about.deletion": (
        "请人删除。想立即删除，请直接撤回同意。",
        "A human erases it. To have it erased at once, withdraw.",
    ),
    "ask.explanation": ("解释规则", "Have the rules explained"),
    "ask_about.explanation": (
        "请人解释处理规则：收集什么、怎样用、给谁、多久。",
        "A human explains the rules: what is collected, how it is used, who gets it, for how long.",
    ),
    "ask.porting": ("转移到别处", "Take it elsewhere"),
    "ask_about.porting": (
        "把您的记录转移给您指定的处理者。人脸数据离开本系统没有意义，因此不转移。",
        "Your records go to the handler you name. Face data means nothing elsewhere and is not moved.",
    ),
    "ask.complaint": ("投诉", "Complain"),
    "ask_about.complaint": (
        "强迫刷脸、捆绑同意、没有其他方式、人脸被冒用，或其他任何问题。",
        "A face that was forced, a bundled consent, no other way, a face that was misused, or anything else.",
    ),
    "ask.human-review": ("请人复核一次决定", "Have a decision looked at again"),
    "ask_about.human-review": (
        "在记录中打开那一次，再请人复核。复核的人看到理由，看不到人脸和分数。",
        "Open it in your history and ask there. Whoever reviews it sees reasons, never a face or a score.",
    ),
    "case_kind.copy": ("查阅、复制", "copy"),
    "case_kind.correction": ("更正", "correction"),
    "case_kind.restriction": ("限制处理", "restriction"),
    "case_kind.objection": ("拒绝处理", "objection"),
    "case_kind.human-review": ("人工复核", "human review"),
    "case_kind.deletion": ("删除", "deletion"),
    "case_kind.explanation": ("解释规则", "explanation of the rules"),
    "case_kind.porting": ("转移", "porting"),
    "case_kind.complaint": ("投诉", "complaint"),
    "case_kind.deceased": ("逝者近亲属的诉求", "request for somebody who died"),
    "case_kind.other": ("其他诉求", "another request"),
    "case_state.opened": ("已受理", "taken in"),
    "case_state.acknowledged": ("已告知收到", "acknowledged"),
    "case_state.assigned": ("已分派", "assigned"),
    "case_state.escalated": ("已上报", "escalated"),
    "case_state.verified": ("已核实", "verified"),
    "case_state.extended": ("已延期", "extended"),
    "case_state.answered": ("已答复", "answered"),
    "case_state.refused": ("已拒绝", "refused"),
    "case_state.closed": ("已结案", "closed"),
    "case_state.lifted": ("限制已解除", "the stop was lifted"),
    "case_state.other": ("有进展", "moved on"),
    "case_outcome.done": ("已办", "done"),
    "case_outcome.nothing-held": ("未保存任何信息", "nothing is held"),
    "case_outcome.kept-stopped": ("保持停止", "kept stopped"),
    "case_outcome.lifted": ("解除限制", "the stop is lifted"),
    "case_outcome.upheld": ("维持原决定", "the decision stands"),
    "case_outcome.overturned": ("推翻原决定", "the decision is overturned"),
    "case_outcome.other-way": ("改用其他方式", "another way is used"),
    "case_reason.identity-not-shown": ("未能核实身份", "identity not shown"),
    "case_reason.legal-duty": ("履行法定义务", "a legal duty"),
    "case_reason.rights-of-others": ("涉及他人权利", "the rights of others"),
    "case_reason.repeated": ("重复提出", "asked before"),
    "case_reason.not-ours": ("不归我们处理", "not ours to handle"),
}

WORDS: Mapping[str, tuple[str, str]] = {**_ASKING, **_FOLLOW, **_KINDS}
"""Keys by page."""
