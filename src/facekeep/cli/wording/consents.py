"""Consent, guardians, notices sent out: the command line's words and help pages."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    # -- help ---------------------------------------------------------------------------------
    "help.consent.ask": (
        ("征询同意：一次只问一个目的、一个范围\n\n"
        "告知书随即显示。本人刚拒绝过的，一段时间内不再征询；捆绑或预先勾选的征询会被拒绝。\n"
        "$ facekeep --home H consent ask --subject 7 --purpose gate\n"
        "$ facekeep --home H consent ask -s 7 -p office --for storage"),
        ("Ask for consent: one purpose and one scope at a time\n\n"
        "The notice is shown with it. Whoever said no is not asked again for a while; a bundle or an"
        " answer chosen beforehand is refused.\n"
        "$ facekeep --home H consent ask --subject 7 --purpose gate\n"
        "$ facekeep --home H consent ask -s 7 -p office --for storage"),
    ),
    "help.consent.invite": (
        ("给一个人开一个通往门户的链接：看告知书、自己选择，以后查看自己的人脸数据\n\n"
        "链接只显示这一次；请用只有本人能收到的方式交给本人。同一人同一目的的旧链接随即失效。\n"
        "$ facekeep --home H consent invite --subject 7 --purpose gate"),
        ("A link to the portal for one person: the notice, a real choice, later their own pages\n\n"
        "It is shown this once; hand it over by a way that reaches nobody else. An earlier link of the same"
        " person and purpose opens nothing any more.\n"
        "$ facekeep --home H consent invite --subject 7 --purpose gate"),
    ),
    "consent.invited": ("链接已开好", "The link is made"),
    "consent.invited.hand": (
        "请交给本人，不要经过别人；本系统只保存它的摘要。",
        "Hand it to the person alone; only its digest is kept here.",
    ),
    "label.portal_link": ("链接", "Link"),
    "help.consent.refuse": (
        ("记录本人说“不”；不会登记任何人，其他方式照常\n\n"
        "$ facekeep --home H consent refuse --subject 7 --purpose gate"),
        ("The person says no; nobody is enrolled by it, the other ways stay open\n\n"
        "$ facekeep --home H consent refuse --subject 7 --purpose gate"),
    ),
    "help.consent.defer": (
        ("记录本人说“以后再说”；只提醒一次\n\n"
        "$ facekeep --home H consent defer --subject 7 --purpose gate"),
        ("The person says later; one reminder, no more\n\n"
        "$ facekeep --home H consent defer --subject 7 --purpose gate"),
    ),
    "help.consent.renew": (
        ("再次确认有效的同意，期限重新计算\n\n"
        "$ facekeep --home H consent renew --subject 7 --purpose gate"),
        ("Affirm a consent in force once more; its term begins anew\n\n"
        "$ facekeep --home H consent renew --subject 7 --purpose gate"),
    ),
    "help.consent.receipt": (
        ("再开一份有效同意的签名回执\n\n"
        "$ facekeep --home H consent receipt --subject 7 --purpose gate -o consent.json"),
        ("The signed receipt of a consent in force, once more\n\n"
        "$ facekeep --home H consent receipt --subject 7 --purpose gate -o consent.json"),
    ),
    "help.consent.export": (
        ("把一个人的同意记录导出为 JSON-LD（ISO/IEC TS 27560，DPV 词汇）\n\n"
        "$ facekeep --home H consent export --subject 7 -o consents.jsonld"),
        ("A subject's consent records as JSON-LD (ISO/IEC TS 27560 in DPV terms)\n\n"
        "$ facekeep --home H consent export --subject 7 -o consents.jsonld"),
    ),
    "help.consent.invalidate": (
        ("宣告不当取得的同意无效，并删除由它放行的人脸数据\n\n"
        "$ facekeep --home H consent invalidate --subject 7 --purpose gate --because coerced"),
        ("Declare a wrongly obtained consent void and erase what it released\n\n"
        "$ facekeep --home H consent invalidate --subject 7 --purpose gate --because coerced"),
    ),
    "help.deliveries": ("送达：须告知本人的事项", "What people must be told, and whether it arrived"),
    "help.deliveries.list": (
        ("列出尚未送达的通知，也可写成表格或可打印的页面\n\n"
        "$ facekeep --home H deliveries list\n"
        "$ facekeep --home H deliveries list --csv notices.csv --html notices.html"),
        ("What people have yet to be told; as a table or a page to print as well\n\n"
        "$ facekeep --home H deliveries list\n"
        "$ facekeep --home H deliveries list --csv notices.csv --html notices.html"),
    ),
    "help.deliveries.send": (
        ("经单位的 webhook 发出；答复 2xx 才算送达，否则稍后重试\n\n"
        "内容以密钥文件签名（HMAC-SHA256）。只用 HTTPS，本机除外；不跟随跳转。\n"
        "$ facekeep --home H deliveries send --webhook https://notify.example/facekeep --secret hook.key"),
        ("Post what is due to your webhook; only a 2xx answer counts, the rest is tried again\n\n"
        "Signed with the secret in a file (HMAC-SHA256). HTTPS only, but for this machine; no"
        " redirects.\n"
        "$ facekeep --home H deliveries send --webhook https://notify.example/facekeep --secret hook.key"),
    ),
    "help.deliveries.delivered": (
        ("记录某条通知已由人送达，以及怎样送达\n\n"
        "$ facekeep --home H deliveries delivered 3f9a… --proof \"签收单 17 号\""),
        ("Somebody told the person, and says how\n\n"
        "$ facekeep --home H deliveries delivered 3f9a… --proof \"signed list, no. 17\""),
    ),
    # -- options ------------------------------------------------------------------------------
    "option.relation": (
        "与本人的关系：parent 父母、grandparent 祖父母、sibling 成年兄姐、appointed 指定监护人",
        "how the guardian is related: parent, grandparent, sibling, appointed",
    ),
    "option.proof_kind": (
        "看过何种证明：household-register 户口簿、birth-certificate、court-decision、school-record、appointment",
        "what was seen: household-register, birth-certificate, court-decision, school-record, appointment",
    ),
    "option.proof": (
        "证明的编号或摘要；证明本身由您保存，不存进来",
        "the proof's number or digest; you keep the document, we do not",
    ),
    "option.shown": (
        "本人在别处看过的告知书摘要；不写则在此显示",
        "digest of the notice the person read elsewhere; without it, it is shown here",
    ),
    "option.where": (
        "在何处看到告知书：terminal、counter、portal、paper",
        "where the notice was read: terminal, counter, portal, paper",
    ),
    "option.by": ("由谁撤回：person 本人或 guardian 监护人", "who withdraws: person or guardian"),
    "option.purpose_one": ("目的的 id；一次一个", "the purpose's id; one at a time"),
    "option.for_one": ("processing 或 storage；一次一个", "processing or storage; one at a time"),
    "option.default_answer": (
        "预先选定的答复；任何预选都会被拒绝",
        "an answer chosen beforehand; any such is refused",
    ),
    "option.ask_guardian": ("征询的是监护人", "it is the guardian who is asked"),
    "option.jsonld_out": ("JSON-LD 写到哪里", "where the JSON-LD goes"),
    "option.fault": (
        "bundled 捆绑、preticked 预先勾选、coerced 胁迫、misled 误导",
        "bundled, preticked, coerced or misled",
    ),
    "option.csv_out": ("表格写到哪里", "where the table goes"),
    "option.html_out": ("可打印的页面写到哪里", "where the page to print goes"),
    "option.webhook": ("webhook 的地址（https）", "the webhook's address (https)"),
    "option.webhook_secret": (
        "签名密钥文件，取第一行，至少 16 字节",
        "a file whose first line is the signing secret, 16 bytes at least",
    ),
    "option.delivery": ("通知编号", "the notice's id"),
    "option.delivery_proof": ("怎样送达的", "how it was delivered"),
    # -- labels and values --------------------------------------------------------------------
    "label.rests_until": ("在此之前不再征询", "not asked again before"),
    "label.not_delivered": ("未送达", "not delivered"),
    "label.waiting": ("未到时间", "not due for a try"),
    "label.delivery": ("通知编号", "notice"),
    "label.subject": ("人员编号", "subject"),
    "label.due_by": ("最迟", "due by"),
    "label.state": ("状态", "state"),
    "state.ConsentUnknown": ("不明", "Not known"),
    "state.ConsentRequestDeferred": ("以后再说", "Put off"),
    "state.RenewedConsentGiven": ("已再次同意", "Consent renewed"),
    "state.ConsentRevoked": ("已终止", "Consent revoked"),
    "delivery.notice-change": ("告知事项变更", "a changed notice"),
    "delivery.turning-14": ("年满十四周岁", "turning 14"),
    "delivery.reminder": ("提醒", "a reminder"),
    "delivery.incident": ("安全事件", "an incident"),
    "delivery.message": ("消息", "a message"),
    # -- screens ------------------------------------------------------------------------------
    "consent.renewed": ("同意已再次确认", "Consent renewed"),
    "consent.receipt": ("回执：{path}", "Receipt: {path}"),
    "consent.asked": ("已征询", "Asked"),
    "consent.refused": ("已记录：不同意", "Recorded: no"),
    "consent.deferred": ("已记录：以后再说", "Recorded: later"),
    "consent.no_harm": (
        "其他方式照常可用，服务不受影响；本人随时可以自己改变主意。",
        "The other ways stay open and no service depends on it; the person may change their mind.",
    ),
    "consent.exported": ("已导出 {n} 条同意记录", "Consent records exported: {n}"),
    "consent.invalidated": ("{n} 项同意已宣告无效", "Consents declared void: {n}"),
    "consent.ask_anew": (
        "人脸数据已删除。如需再次征询，请一次一个目的、不预选、不施压。",
        "The face data is erased. If you ask anew: one purpose, nothing chosen, no pressure.",
    ),
    "deliveries.none": ("没有待送达的通知", "Nothing is waiting to be told"),
    "deliveries.open": ("{n} 条通知尚未送达", "Notices that have not arrived: {n}"),
    "deliveries.overdue": ("{n} 条已过期限", "Past their day: {n}"),
    "deliveries.written": ("已写入 {path}", "Written: {path}"),
    "deliveries.sent": ("送达 {n} 条", "Delivered: {n}"),
    "deliveries.settled": ("已记录送达", "Recorded as delivered"),
    "receipt.consent_holds": ("回执有效", "The consent receipt holds"),
    "receipt.consent_limits": (
        "它证明曾经同意，不证明此刻仍然同意；请用 --against 对照保管库。",
        "It proves that consent was given, not that it still stands; ask the home with --against.",
    ),
    "error.digest": ("告知书摘要是 64 个十六进制字符", "a notice digest is 64 hexadecimal digits"),
    "error.scope": ("范围是 processing 或 storage", "a scope is processing or storage"),
    "error.guardian_alone": (
        "关系和证明须与 --guardian 一起给出",
        "a relation and its proof go with --guardian",
    ),
    "error.guardian_proof": (
        "请同时给出 --relation、--proof-kind 和 --proof",
        "name --relation, --proof-kind and --proof together",
    ),
}  # fmt: skip
"""Chinese, English by key; merged into ``cli.words``."""
