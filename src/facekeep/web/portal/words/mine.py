"""Words of the mine pages, in Chinese and English: opening, what is held, leaving, resetting, PIN and passkey."""

from __future__ import annotations

from collections.abc import Mapping

from facekeep.web.portal.words import asking, happened

_OPEN = {
    "open.title": ("打开我的人脸信息", "Open my face data"),
    "open.lede": (
        "请出示您同意时设定的 PIN 或通行密钥。这里从不要求刷脸。",
        "Show the PIN or the passkey you set when you agreed. Your face is never asked for here.",
    ),
    "open.pin": ("PIN", "PIN"),
    "open.pin_hint": (
        "您设定的数字。连续错五次后，这个 PIN 便打不开任何内容，请到服务台重新设定。",
        "The digits you chose. After five wrong tries in a row the PIN opens nothing; set it anew at the desk.",
    ),
    "open.go": ("打开", "Open"),
    "open.wrong": (
        "没有打开。请核对 PIN 或通行密钥；连续错五次后须到服务台重新设定。",
        "This did not open your pages. Check the PIN or passkey; after five wrong tries set it anew at the desk.",
    ),
    "open.passkey": ("用通行密钥打开", "Open with a passkey"),
    "open.passkey_failed": (
        "通行密钥没有完成。您可以再试一次，或使用 PIN。",
        "The passkey did not finish. Try again, or use the PIN.",
    ),
    "open.needs_script": (
        "您只设定了通行密钥，使用它需要开启 JavaScript。也可以到服务台设定 PIN。",
        "You set a passkey alone, and a passkey needs JavaScript. Or have a PIN set at the desk.",
    ),
    "open.none": (
        "您还没有设定 PIN 或通行密钥。请到服务台由工作人员核实身份并设定，不需要刷脸。",
        "No PIN and no passkey is set. Ask at the desk: they make sure who you are and set one, without a face.",
    ),
    "open.else": ("打不开时", "If it does not open"),
    "open.else_text": (
        "请联系：{contact}。您的权利不因打不开而减少。",
        "Ask: {contact}. No right of yours depends on this page.",
    ),
    "open.complain": (
        "提出投诉或询问规则，无须身份",
        "Complain, or have the rules explained, without a name",
    ),
    "open.follow": ("凭受理码查询进度", "Follow a request by its code"),
    "left.title": ("您已离开", "You have left"),
    "left.text": (
        "这次访问已结束。返回键打不开刚才的页面；需要时请再次打开您的链接。",
        "This visit is over. Going back opens none of its pages; open your link again when you need them.",
    ),
    "left.home": ("回到首页", "To the first page"),
    "to_mine": ("回到我的人脸信息", "Back to my face data"),
}

_MINE = {
    "mine.title": ("我的人脸信息", "My face data"),
    "mine.notice": ("请先阅读这条通知", "Please read this notice"),
    "mine.read": ("我已阅读", "I have read it"),
    "mine.stopped": (
        "您已要求停止比对：现在没有人比对您的人脸，其他方式照常可用。",
        "You asked us to stop: nobody compares your face now, and the other ways stay open.",
    ),
    "mine.not_in_force": (
        "您的同意目前不生效，因此不会比对您的人脸。",
        "No consent of yours is in force, so your face is not compared.",
    ),
    "mine.decide_anew": ("阅读告知书，重新决定", "Read the notice and decide anew"),
    "mine.held": ("现在保存着什么", "What is held now"),
    "mine.picture": ("照片", "Picture"),
    "mine.no_picture": (
        "不保存。照片在采集时即丢弃，这里没有可以显示的人脸。",
        "None. It was thrown away at capture, and there is no face to show here.",
    ),
    "mine.reference": ("参考（一半）", "Reference (one half)"),
    "mine.reference_text": (
        "一串经过拆分的数字的一半，{where}。单独一半看不出任何人。",
        "One half of a split number, {where}. Alone it shows nobody.",
    ),
    "mine.key": ("密钥（另一半）", "Key (the other half)"),
    "mine.key_text": (
        "另外存放。只有在您的同意有效期间，两半才会在比对的一瞬间相合。",
        "Kept apart. The two halves meet only for the moment of a comparison, while your consent holds.",
    ),
    "mine.model": ("识别模型", "Model"),
    "mine.nothing": ("只有同意记录，没有人脸数据。", "Consent records only, no face data."),
    "mine.take": ("登记人脸", "Enrol my face"),
    "mine.for": ("用途", "Purpose"),
    "mine.until": ("最迟保存到", "Kept until at the latest"),
    "mine.who": ("谁在处理", "Who handles it"),
    "mine.consents": ("我的同意", "My consents"),
    "mine.scope_of": ("同意{scope}", "Consent to {scope}"),
    "mine.given": ("同意时间", "Given"),
    "mine.expires": ("到期", "Ends"),
    "mine.by": ("由谁同意", "By"),
    "mine.three": ("三个问题", "Three questions"),
    "mine.why": ("为什么收集我的人脸信息", "Why is my face collected"),
    "mine.how": ("我的人脸信息怎样保存", "How is it kept"),
    "mine.risk": ("有什么风险", "What is the risk"),
    "mine.happened": ("最近发生了什么", "What happened last"),
    "mine.all": ("查看全部记录", "See everything that happened"),
    "mine.cases": ("我的诉求", "My requests"),
    "mine.due": ("最迟{day}答复", "Answered by {day}"),
    "mine.follow": ("凭受理码查询进度", "Follow a request by its code"),
    "mine.can": ("我可以做什么", "What I can do"),
    "mine.can.history": ("查看每一次使用和每一次查看", "See every use, and who looked"),
    "mine.can.receipts": ("我的同意凭证", "My consent receipts"),
    "mine.can.ask": (
        "请人处理：更正、拒绝、复核、解释或投诉",
        "Ask a human: correct, object, review, explain, complain",
    ),
    "mine.can.other_way": ("改用其他方式", "Switch to another way"),
    "mine.can.reset": ("重置我的人脸", "Reset my face"),
    "mine.can.pin": ("更改 PIN", "Change the PIN"),
    "mine.can.passkey": ("添加通行密钥", "Add a passkey"),
    "mine.can.check": ("核对凭证或标识", "Check a receipt or a sign"),
    "mine.copy_text": (
        "副本是一个压缩包：可读的说明页、全部记录和同意记录（JSON-LD）。其中没有人脸、分数和密钥。",
        "The copy is a zip: a page to read, your history, your consents as JSON-LD. No face, no score and no key is in it.",
    ),
    "mine.copy": ("下载我的副本", "Download my copy"),
    "mine.withdraw": ("撤回同意并删除", "Withdraw and erase"),
    "mine.leave_text": (
        "在别人的手机或电脑上，请在看完后离开。",
        "On somebody else's device, leave when you are done.",
    ),
    "mine.leave": ("离开", "Leave"),
    "scope.processing": ("使用人脸", "the use of the face"),
    "scope.storage": ("在识别设备以外存储", "storage outside the recognition device"),
    "scope.other": ("其他范围", "another scope"),
    "by.person": ("本人", "the person"),
    "by.guardian": ("监护人", "a guardian"),
    "by.other": ("他人", "somebody else"),
    "storage.terminal": ("存放在识别设备内", "inside the recognition device"),
    "storage.premises": ("存放在处理者的机房", "on the handler's premises"),
    "storage.internet": ("经互联网传输存放", "stored across the internet"),
    "state.in-force": ("有效", "in force"),
    "state.ConsentUnknown": ("没有记录", "unknown"),
    "state.ConsentRequested": ("已询问", "asked"),
    "state.ConsentRequestDeferred": ("以后再说", "not now"),
    "state.ConsentRefused": ("不同意", "refused"),
    "state.ConsentGiven": ("已同意", "given"),
    "state.RenewedConsentGiven": ("已再次同意", "given again"),
    "state.ConsentExpired": ("已到期", "expired"),
    "state.ConsentInvalidated": ("已失效", "no longer valid"),
    "state.ConsentWithdrawn": ("已撤回", "withdrawn"),
    "state.ConsentRevoked": ("已终止", "ended by the handler"),
    "state.other": ("其他状态", "another state"),
}

_LEAVING = {
    "withdraw.title": ("撤回同意并删除", "Withdraw and erase"),
    "withdraw.one": (
        "按下按钮的那一刻起，不再比对您的人脸。",
        "From the moment you press the button nobody compares your face.",
    ),
    "withdraw.two": (
        "密钥随即销毁，参考随即删除，您得到一份经签名的删除凭证。",
        "The key is destroyed and the reference erased at once, and you get a signed receipt.",
    ),
    "withdraw.three": (
        "其他方式照常可用：{ways}；以后您也可以重新同意。",
        "The other ways stay open: {ways}. You may agree again later.",
    ),
    "withdraw.copies": (
        "封存的备份中的密钥最迟于{day}失效，此前也没有人能单独用它。",
        "Keys in sealed backups die by {day}; until then a backup alone opens nothing.",
    ),
    "withdraw.do": ("撤回并删除", "Withdraw and erase"),
    "withdraw.not": ("不撤回，返回", "Keep it, go back"),
    "erased.title": (
        "您的同意已结束，人脸数据已删除",
        "Your consent has ended and your face data is erased",
    ),
    "erased.lede": (
        "这是您的删除凭证。请现在保存，以后不能再次出示。",
        "This is your erasure receipt. Save it now: it cannot be shown again later.",
    ),
    "erased.when": ("删除时间", "Erased"),
    "erased.references": ("删除的参考", "References erased"),
    "erased.horizon": ("备份中的副本", "Copies in backups"),
    "erased.horizon_day": ("最迟{day}失效", "dead by {day} at the latest"),
    "erased.no_copy": ("没有封存的备份含有您的密钥", "no sealed backup holds your key"),
    "erased.elsewhere": ("凭证不能证明的", "What it cannot prove"),
    "erased.elsewhere_text": (
        "别处没有副本。凭证只证明我们的存储。",
        "That no copy exists elsewhere. It speaks of our stores alone.",
    ),
    "erased.keep": ("请保存凭证", "Keep the receipt"),
    "erased.keep_text": (
        "凭证里有一个只属于您的秘密，凭它才能认出账本中与您有关的条目。请勿公开。",
        "It holds a secret that is yours alone: with it, and only with it, your ledger entries are told from others'. Do not publish it.",
    ),
    "erased.no_secret": (
        "删除由系统事后完成，凭证里没有属于您的秘密；它同样证明删除。",
        "The erasure was finished later by the system, so the receipt lacks the secret of your own; it proves the erasure all the same.",
    ),
    "erased.now": ("现在怎样通行", "What now"),
    "erased.ways": ("其他方式照常可用：{ways}。", "The other ways are open to you: {ways}."),
    "erased.check": ("随时核对这份凭证", "Check this receipt at any time"),
    "paper.save": ("保存凭证文件", "Save the receipt"),
    "paper.show": ("查看凭证原文", "Show the receipt as it is"),
    "paper.sheet": ("保存为 PDF", "Save as PDF"),
    "sheet.consent": ("同意凭证", "Consent receipt"),
    "sheet.erasure": ("删除凭证", "Erasure receipt"),
    "sheet.case": ("受理凭证", "Case receipt"),
    "sheet.what": ("凭证所载", "What it says"),
    "sheet.made": ("打印时间：{when}", "Printed: {when}"),
    "sheet.foot": (
        "这张纸便于阅读。要核验真伪，请使用凭证文件；页脚是该文件的摘要。",
        "This sheet is for reading. To check that it is genuine, use the receipt's file, whose digest stands in the footer.",
    ),
    "erasing.title": (
        "您的同意已结束，删除正在完成",
        "Your consent has ended; the erasure is being completed",
    ),
    "erasing.lede": (
        "撤回已生效：现在没有人能比对您的人脸。",
        "The withdrawal holds: nobody can compare your face now.",
    ),
    "erasing.wait": (
        "有一处存储此刻没有应答，删除会在它恢复后自动完成，凭证也会随之生成。",
        "One store does not answer at this moment. The erasure is finished by itself when it does, and your receipt with it.",
    ),
    "erasing.number": ("凭证编号", "Number of the receipt"),
    "erasing.look": ("查看凭证是否已生成", "See whether the receipt is ready"),
    "erasing.keep": (
        "请保存上面的地址或抄下编号；凭编号也可以到服务台领取凭证。",
        "Keep that address or write the number down; with the number the desk can hand you the receipt too.",
    ),
}

_RESET = {
    "reset.title": ("重置我的人脸", "Reset my face"),
    "reset.lede": (
        "像更换密码一样，更换保存的两半数字。不需要重新拍照。",
        "Both halves of the number are exchanged, like a password. Nobody takes your picture again.",
    ),
    "reset.one": (
        "旧的一半与新的一半不再相合，旧副本从此无用。",
        "The old half no longer fits the new one: an old copy is worthless from then on.",
    ),
    "reset.two": (
        "您照常使用，无须做任何事。",
        "You go on as before; there is nothing for you to do.",
    ),
    "reset.three": ("重置会记入您的记录。", "The reset is written into your history."),
    "reset.do": ("现在重置", "Reset now"),
    "reset.nothing": ("没有可以重置的人脸数据。", "No face data is kept that could be reset."),
    "reset.nothing_more": (
        "登记之后才能重置。",
        "There is something to reset once you are enrolled.",
    ),
    "reset.done": ("已重置", "Your face is reset"),
    "reset.done_text": (
        "两半数字都已更换，旧副本从此无用。",
        "Both halves were exchanged. An old copy is worthless from now on.",
    ),
    "other_way.title": ("改用其他方式", "Switch to another way"),
    "other_way.lede": (
        "以下方式与刷脸同样可用，随时可以使用，无须说明理由。",
        "These ways are as good as the face. Use them at any time, without giving a reason.",
    ),
    "other_way.what": ("已保存的人脸信息怎么办", "And what is kept of your face"),
    "other_way.what_text": ("由您决定：", "That is for you to decide:"),
    "other_way.erase": ("删除", "Erase it"),
    "other_way.erase_text": (
        "撤回同意，密钥和参考随即删除。以后想再刷脸，须重新同意并登记。",
        "You withdraw; key and reference are erased at once. To use your face again you agree and enrol anew.",
    ),
    "other_way.erase_do": ("去撤回", "To the withdrawal"),
    "other_way.stop": ("保留但停用", "Keep it, and stop using it"),
    "other_way.stop_text": (
        "从现在起不比对您的人脸，保存期限不变；想恢复时联系我们即可。",
        "From now on your face is not compared, and the term stays as it is. Ask us when you want it back.",
    ),
    "other_way.stop_do": ("停用我的人脸", "Stop using my face"),
}

_FACTORS = {
    "pin.title": ("更改 PIN", "Change the PIN"),
    "pin.lede": (
        "更改后，其他设备上打开的页面随即关闭。忘记旧 PIN 的，请到服务台重新设定。",
        "Pages that are open on other devices close at once. If you forgot the old PIN, have it set anew at the desk.",
    ),
    "pin.old": ("现在的 PIN", "PIN you have now"),
    "pin.new": ("新的 PIN", "New PIN"),
    "pin.new_hint": (
        "6 至 12 位数字，不要用连号或同一数字。",
        "6 to 12 digits; no straight run, not one digit over and over.",
    ),
    "pin.again": ("再输入一次新的 PIN", "The new PIN once more"),
    "pin.do": ("更改", "Change it"),
    "pin.form": ("新的 PIN 为 6 至 12 位数字", "A new PIN has 6 to 12 digits"),
    "pin.differs": ("两次输入的新 PIN 不一致", "The new PIN differs from its repetition"),
    "pin.wrong": (
        "没有更改。请核对现在的 PIN；连续错五次后须到服务台重新设定。",
        "Nothing was changed. Check the PIN you have now; after five wrong tries set it anew at the desk.",
    ),
    "pin.set": ("PIN 已更改", "The PIN is changed"),
    "pin.set_text": (
        "从现在起请使用新的 PIN。其他设备上的访问已结束。",
        "Use the new PIN from now on. Visits on other devices have ended.",
    ),
    "passkey.title": ("添加通行密钥", "Add a passkey"),
    "passkey.lede": (
        "通行密钥存放在您自己的手机或电脑里，用它打开本页时不必输入 PIN。我们只保存它的公钥。",
        "A passkey lies in your own phone or computer and opens these pages without a PIN. We keep its public half alone.",
    ),
    "passkey.do": ("在这台设备上添加", "Add one on this device"),
    "passkey.needs_script": (
        "添加通行密钥需要开启 JavaScript；PIN 不需要。",
        "Adding a passkey needs JavaScript; the PIN does not.",
    ),
    "passkey.none": (
        "这里暂不能添加通行密钥，请继续使用 PIN。",
        "No passkey can be added here. Go on using your PIN.",
    ),
    "passkey.set": ("通行密钥已添加", "The passkey is added"),
    "passkey.set_text": (
        "下次打开时可直接使用。它取代您以前在这里添加的通行密钥。",
        "Use it the next time you come. It takes the place of one you added here before.",
    ),
}

_CHECK = {
    "check.title": ("核对凭证或标识", "Check a receipt or a sign"),
    "check.lede": (
        "粘贴标识二维码的内容，或粘贴、选择一份凭证文件。核对在本系统内完成，不保存您提交的内容。",
        "Paste what a sign's code says, or paste or choose a receipt. It is checked here and not kept.",
    ),
    "check.paper": ("二维码内容或凭证内容", "The code's text, or the receipt's"),
    "check.paper_hint": (
        "二维码的全部文字（开头是 FK1:），或 JSON 文件的全文。",
        "Text that begins with FK1:, or the whole of a JSON file.",
    ),
    "check.file": ("或选择凭证文件", "Or choose a receipt file"),
    "check.file_hint": ("不超过 64 KB 的 JSON 文件。", "A JSON file of at most 64 KB."),
    "check.do": ("核对", "Check"),
    "check.nothing": ("请粘贴内容或选择文件", "Paste something, or choose a file"),
    "check.another": ("再核对一份", "Check another one"),
    "check.key": ("本系统签名密钥的指纹", "Fingerprint of this home's signing key"),
    "check.key_text": (
        "请与标识上印的指纹比对。指纹不一致的标识或页面就是伪造的。",
        "Compare it with the one printed on the sign. Where they differ, the sign or this page is a forgery.",
    ),
    "check.compare": (
        "请与标识或您手中凭证上的指纹比对：伪造的页面也会自称属实。",
        "Compare it with the one on the sign or in your papers: a forged page would call itself genuine too.",
    ),
    "check.held": ("核对了什么", "What was checked"),
    "check.why": ("不符之处：{why}", "What does not hold: {why}"),
    "check.genuine.sign": ("标识属实", "The sign is genuine"),
    "check.genuine_text.sign": (
        "这个二维码由本系统的密钥签名。请再核对指纹和您所在的地点、设备。",
        "The code was signed with this home's key. Compare the fingerprint, and the place and device before you.",
    ),
    "check.genuine.consent": ("同意凭证有效", "The consent receipt holds"),
    "check.genuine_text.consent": (
        "它证明在所示时间作出了所示同意。",
        "It proves that this consent was given at this time.",
    ),
    "check.genuine.erasure": ("删除凭证有效", "The erasure receipt holds"),
    "check.genuine_text.erasure": (
        "它证明截至检查点，这些人脸数据已从我们的存储中删除。它不能证明别处没有副本。",
        "It proves that, as of its checkpoint, this face data was erased from our stores. It cannot prove that no copy exists elsewhere.",
    ),
    "check.genuine.case": ("受理凭证有效", "The case receipt holds"),
    "check.genuine_text.case": (
        "它证明我们已受理这项诉求，并记入账本。",
        "It proves that we took this request and wrote it into the ledger.",
    ),
    "check.forged.sign": ("标识是伪造的", "The sign is forged"),
    "check.forged_text.sign": (
        "这个二维码不是用本系统的密钥签名的，或已被改动。请勿相信这块标识，不要在此刷脸，并告知现场人员。",
        "The code was not signed with this home's key, or it was changed. Do not rely on this sign, do not show your face there, and tell somebody on site.",
    ),
    "check.forged.consent": ("同意凭证不成立", "The consent receipt does not hold"),
    "check.forged.erasure": ("删除凭证不成立", "The erasure receipt does not hold"),
    "check.forged.case": ("受理凭证不成立", "The case receipt does not hold"),
    "check.forged_text.consent": (
        "请勿依据它行事。如果它来自我们，请投诉。",
        "Do not rely on it. If it came from us, complain.",
    ),
    "check.forged_text.erasure": (
        "请勿依据它行事。如果它来自我们，请投诉。",
        "Do not rely on it. If it came from us, complain.",
    ),
    "check.forged_text.case": (
        "请勿依据它行事。如果它来自我们，请投诉。",
        "Do not rely on it. If it came from us, complain.",
    ),
    "check.forged.unknown": ("这不是我们的标识或凭证", "This is no sign and no receipt of ours"),
    "check.forged_text.unknown": (
        "它不是标识二维码的文字（开头是 FK1:），也不是我们签发的凭证文件，或已损坏。",
        "It is neither a sign's text that begins with FK1: nor a receipt as we sign them, or it is damaged.",
    ),
    "check.held.signature": ("签名由本系统的密钥作出", "the signature is by this home's key"),
    "check.held.entry": (
        "账本条目在经签名的检查点之下",
        "its ledger entry lies under a signed checkpoint",
    ),
    "check.held.entries": (
        "撤回和删除两个账本条目都在经签名的检查点之下",
        "both ledger entries, withdrawal and erasure, lie under a signed checkpoint",
    ),
    "check.held.record": (
        "凭证所述就是账本条目所承诺的同意",
        "what it says is the consent its entry commits to",
    ),
    "check.held.ledger": (
        "现在的账本仍是当时账本的延续",
        "today's ledger continues the one of then",
    ),
    "check.held.no_key": (
        "这些同意的密钥现在不在保管库里",
        "no key of these consents is in the home now",
    ),
    "check.operator": ("处理者", "Operator"),
    "check.purpose": ("用途", "Purpose"),
    "check.device": ("设备", "Device"),
    "check.place": ("地点", "Place"),
    "check.day": ("日期", "Date"),
    "check.notice": ("告知书摘要", "Notice digest"),
    "check.scope": ("范围", "Scope"),
    "check.by": ("由谁同意", "By"),
    "check.given": ("同意时间", "Given"),
    "check.until": ("到期", "Ends"),
    "check.state": ("现在的状态", "How it stands now"),
    "check.checkpoint": ("检查点条目数", "Entries under the checkpoint"),
    "check.key_used": ("签名密钥指纹", "Fingerprint of the signing key"),
    "check.erased": ("删除时间", "Erased"),
    "check.horizon": ("备份中的副本最迟失效", "Copies in backups dead by"),
    "check.no_copy": ("没有封存的副本", "no sealed copy"),
    "check.case": ("个案编号", "Number of the case"),
    "check.kind": ("诉求", "Request"),
    "check.opened": ("受理日期", "Taken in"),
    "check.due": ("最迟答复日", "Answer due"),
    "check.recorded": ("记入账本", "Recorded"),
}

WORDS: Mapping[str, tuple[str, str]] = {
    **_OPEN, **_MINE, **_LEAVING, **_RESET, **_FACTORS, **_CHECK, **asking.WORDS, **happened.WORDS,
}  # fmt: skip
"""Keys by page."""
