"""Words of the campaigns, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "campaign.title": ("批量邀请", "Campaigns"),
    "campaign.lede": (
        "一份名单，每人一个链接。打开的人先看告知书，再自己选择；不回答的，最多提醒一次。",
        "A list of people, a link for each. They read the notice and choose; whoever is silent is reminded once at most.",
    ),
    "campaign.known": ("已有的邀请", "Those there are"),
    "campaign.none": ("还没有邀请过谁。", "Nobody has been invited yet."),
    "campaign.name.column": ("名称", "Name"),
    "campaign.purpose.column": ("用途", "Purpose"),
    "campaign.made.column": ("链接", "Links"),
    "campaign.new": ("新的一批", "A new list"),
    "campaign.name": ("名称", "Name of the campaign"),
    "campaign.name.hint": (
        "小写字母、数字和连字符，例如 `spring-2027`。同名的算同一批。",
        "Small letters, digits and hyphens, such as `spring-2027`. The same name adds to the same campaign.",
    ),
    "campaign.name.needed": ("请填写名称", "Give it a name"),
    "campaign.purpose": ("用途", "Purpose"),
    "campaign.purpose.choose": ("请选择用途", "Choose a purpose"),
    "campaign.list": ("名单文件", "The list, as a file"),
    "campaign.list.hint": (
        "CSV 或 JSON，最多 {most} 人。第一列标题为 `subject`；有未满 14 周岁的，加 `birth_date` 或 `guardian` 列。不收姓名。",
        "CSV or JSON, at most {most} people. The heading is `subject`; add `birth_date` or `guardian` for children. No names.",
    ),
    "campaign.list.needed": ("请选择文件，或粘贴编号", "Choose a file, or paste references"),
    "campaign.references": ("或者粘贴编号", "Or paste references"),
    "campaign.references.hint": (
        "每行一个编号。较长的名单请用文件。",
        "One a line. A longer list goes in a file.",
    ),
    "campaign.charset": ("文件编码", "Character set of the file"),
    "campaign.charset.choose": ("请选择文件编码", "Choose the character set of the file"),
    "campaign.charset.utf-8": ("UTF-8（或 UTF-16）", "UTF-8, or UTF-16 with its mark"),
    "campaign.charset.gb18030": ("GB 18030（GBK）", "GB 18030 (GBK)"),
    "campaign.make": ("生成链接", "Make the links"),
    "campaign.grave": (
        "这会联系到名单上的每一个人，所以要再次确认是您本人。",
        "This reaches everybody on the list, so you show once more who you are.",
    ),
    "campaign.not_yours": (
        "生成链接由负责人员办理；您可以查看进展。",
        "Making links is the officers’; you may see what came of them.",
    ),
    # -- what became of a list ----------------------------------------------------------------
    "campaign.asked": ("名单已处理", "The list is done"),
    "campaign.asked.requested": ("新链接", "New links"),
    "campaign.asked.unchanged": ("无须再问", "Left alone"),
    "campaign.asked.unchanged.why": (
        "已经有链接或已经答复的，不再打扰；不说明是哪一种。",
        "They have a link or have answered already, and are not asked again. It is not said which.",
    ),
    "campaign.asked.refused": ("无法读取", "Could not be read"),
    "campaign.asked.line": ("行", "Line"),
    "campaign.asked.why": ("原因", "Why"),
    "campaign.asked.more": ("只列出前 {n} 行。", "The first {n} are listed."),
    "campaign.slips.go": ("打印纸条", "Print the slips"),
    "campaign.slips.now": (
        "链接只在这里显示一刻钟，请现在打印。",
        "The links are shown here for a quarter of an hour. Print them now.",
    ),
    # -- one campaign -------------------------------------------------------------------------
    "campaign.one": ("邀请：{name}", "Campaign {name}"),
    "campaign.counts": ("进展", "What came of it"),
    "campaign.counts.what": ("情况", "What happened"),
    "campaign.counts.n": ("次数", "How often"),
    "campaign.counts.how": (
        "先说“以后再说”、后来又答复的，两项都计。这里没有任何人的姓名或编号。",
        "Whoever said “not now” and answered later counts in both. No name and no reference is here.",
    ),
    "campaign.counts.few": (
        "人数太少：数字本身就会透露谁怎样回答，所以不显示。",
        "Too few people: a count would tell what each of them answered, so it is not shown.",
    ),
    "campaign.count.made": ("生成链接", "Link made"),
    "campaign.count.opened": ("打开", "Opened"),
    "campaign.count.later": ("以后再说", "Not now"),
    "campaign.count.consented": ("同意", "Consented"),
    "campaign.count.other-way": ("用其他方式", "Another way"),
    "campaign.count.refused": ("拒绝", "Refused"),
    "campaign.count.reminded": ("提醒", "Reminded"),
    "campaign.made": ("链接总数", "Links made"),
    "campaign.ends": ("未答复的链接最迟关闭", "The last unanswered link closes"),
    "campaign.ended": ("没有还在等待答复的链接", "No link waits for an answer any more"),
    "campaign.remind": ("提醒一次", "Remind once"),
    "campaign.remind.lede": (
        "{n} 人满 {days} 天没有答复。提醒会换新链接，旧链接随即失效；每人只提醒一次。",
        "{n} people have not answered for {days} days. A reminder makes a new link and ends the old; each gets one.",
    ),
    "campaign.remind.nobody": (
        "目前没有可以提醒的人：已经答复、已经提醒过，或链接发出不满 {days} 天。",
        "Nobody can be reminded now: they answered, were reminded, or have had their link for less than {days} days.",
    ),
    "campaign.remind.do": ("生成提醒用的链接", "Make the reminders"),
    "campaign.old": ("旧系统怎样清除", "Clearing the old system"),
    # -- slips --------------------------------------------------------------------------------
    "campaign.slips": ("链接纸条", "Slips with links"),
    "campaign.slips.lede": (
        "共 {n} 张，每页 A4 八张，沿虚线裁开，当面或封口交给本人。链接指向 {origin}。",
        "{n} slips, eight on a page of A4. Cut along the lines; hand each to its person, or in a closed envelope. They lead to {origin}.",
    ),
    "campaign.slips.csv": ("下载表格（CSV）", "Download as a table (CSV)"),
    "campaign.slip.for": ("编号", "For"),
    "campaign.slip.what": ("请您选择：{title}", "Your choice: {title}"),
    "campaign.slip.until": ("有效期至{day}", "Opens until {day}"),
    "campaign.slip.qr": ("{reference} 的链接二维码", "The link of {reference} as a code"),
    "campaign.csv.reference": ("编号", "reference"),
    "campaign.csv.link": ("链接", "link"),
    "campaign.csv.until": ("有效期至", "opens until"),
    "campaign.back": ("返回这一批", "Back to the campaign"),
    # -- the system of before -----------------------------------------------------------------
    "old.title": ("旧系统怎样清除", "Clearing the old system"),
    "old.lede": (
        "人脸不能从旧系统搬过来：当时的同意不是给本系统的，照片和模板也不该再用。每个人重新选择，旧数据全部删除。",
        "Faces cannot be carried over: nobody agreed to that, and old pictures and templates are not to be used again. Everybody chooses anew, and the old data is erased.",
    ),
    "old.1": ("一、只带走编号", "1. Take the references alone"),
    "old.1.text": (
        "从旧系统只导出人员编号，做成一列标题为 `subject` 的 CSV。不导出姓名、照片、模板和出入记录。",
        "Export the references of the people and nothing else, as a CSV with the heading `subject`. No names, pictures, templates or door logs.",
    ),
    "old.2": ("二、同时停用旧的识别", "2. Stop the old recognition"),
    "old.2.text": (
        "新链接发出之日起，旧系统不再比对人脸；没有答复的人用其他方式。",
        "From the day the links go out, the old system compares no face. Whoever has not answered uses another way.",
    ),
    "old.3": ("三、全部删除", "3. Erase everything"),
    "old.3.text": (
        "删除照片、特征模板、缩略图、缓存、日志中的图像，门禁终端里的本地库，备份和异机副本，以及供应商一侧的数据。",
        "Pictures, templates, thumbnails, caches, images in logs, the local store of every terminal, backups, copies on other machines, and whatever the supplier holds.",
    ),
    "old.4": ("四、请供应商书面确认", "4. Have the supplier confirm it in writing"),
    "old.4.text": (
        "由供应商和执行人签署下面的证明，至少保存三年。",
        "The supplier and whoever did it sign the certificate below. Keep it for three years at least.",
    ),
    "old.5": ("五、抽查", "5. Try it"),
    "old.5.text": (
        "找一位旧用户到每台旧终端前试一次，确认认不出来。",
        "Let somebody who was enrolled before stand at every old terminal: none may recognise them.",
    ),
    "old.certificate": ("人脸数据删除证明", "Certificate of erasure of face data"),
    "old.certificate.says": (
        "兹证明：下列系统中与人脸识别有关的全部照片、特征模板及其副本，已于所填日期删除，不可恢复。",
        "This certifies that all pictures, templates and copies of them held for face recognition in the system named below were erased on the day given, beyond recovery.",
    ),
    "old.certificate.system": ("系统名称与版本", "System and version"),
    "old.certificate.supplier": ("供应商", "Supplier"),
    "old.certificate.terminals": ("终端数量与编号", "Terminals, by number"),
    "old.certificate.people": ("涉及人数", "People concerned"),
    "old.certificate.how": ("删除方法", "How it was erased"),
    "old.certificate.copies": ("备份与副本", "Backups and copies"),
    "old.certificate.day": ("删除日期", "Day of the erasure"),
    "old.certificate.by": ("执行人签字", "Signed by whoever did it"),
    "old.certificate.for": ("供应商签章", "Signed for the supplier"),
    "old.certificate.seen": ("负责人员签字", "Signed by the officer"),
}
"""Keys by page."""
