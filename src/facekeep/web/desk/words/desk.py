"""Words of the desk pages, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    # -- where one can go ---------------------------------------------------------------------
    "desk.nav.people": ("现场工作台", "Desk"),
    "desk.nav.campaigns": ("批量邀请", "Campaigns"),
    "desk.nav.kiosk": ("自助机", "Kiosk"),
    "desk.nav.console": ("管理台", "Console"),
    # -- whom are you helping -----------------------------------------------------------------
    "desk.title": ("现场工作台", "Desk"),
    "desk.lede": (
        "请填写来人的编号。这里只显示办事所需：同意、登记和其他方式，从不显示人脸或使用记录。",
        "Type the reference of whoever stands before you. You see what helping takes, and never a face or a story.",
    ),
    "desk.reference": ("编号", "Reference"),
    "desk.reference.hint": (
        "贵单位自己的编号，例如房号或工号，不是姓名。",
        "Your own reference for the person, such as a flat or staff number; not a name.",
    ),
    "desk.purpose": ("用途", "Purpose"),
    "desk.purpose.choose": ("请选择用途", "Choose a purpose"),
    "desk.begin": ("开始", "Begin"),
    "desk.none": (
        "目前没有您可以办理的用途。",
        "There is no purpose in force that you may help with.",
    ),
    "desk.none.more": (
        "用途由负责人员发布，发布后会出现在这里。",
        "An officer publishes a purpose; then it appears here.",
    ),
    "desk.also": ("还可以", "Also here"),
    "desk.check": ("核对凭证或标识", "Check a sign or a receipt"),
    "desk.follow": ("凭受理码查询诉求", "Follow a request by its code"),
    # -- how they stand -----------------------------------------------------------------------
    "desk.card": ("来人", "The person before you"),
    "desk.card.never": (
        "离开前请按“办理完毕”。十五分钟无操作会自动结束。",
        "Press “Done” before the next person comes. A quarter of an hour without a click ends it too.",
    ),
    "desk.consent": ("同意", "Consent"),
    "desk.consent.yes": ("有效", "in force"),
    "desk.consent.none": ("没有", "none"),
    "desk.consent.refused": ("已拒绝", "said no"),
    "desk.consent.refused.more": (
        "请勿再劝；本人改变主意时可以自己来。",
        "Do not press. If they change their mind, they come by themselves.",
    ),
    "desk.until": ("有效期至{day}", "until {day}"),
    "desk.since": ("自{day}起", "since {day}"),
    "desk.face": ("人脸登记", "Face"),
    "desk.face.yes": ("已登记", "enrolled"),
    "desk.face.no": ("未登记", "not enrolled"),
    "desk.face.anew": ("须重新登记", "to be enrolled anew"),
    "desk.stopped": ("暂不比对", "Not compared at present"),
    "desk.stopped.restrained": ("本人要求停止", "stopped at their request"),
    "desk.stopped.restrained.more": (
        "个案有结果之前，请用其他方式。",
        "Until their case is decided, another way is open.",
    ),
    "desk.stopped.untold": ("告知事项未读", "a notice is unread"),
    "desk.stopped.untold.more": (
        "请给本人一个链接，在自己的页面上阅读后恢复。",
        "Hand over a link: once they have read it on their own pages, they are compared again.",
    ),
    "desk.pin": ("PIN", "PIN"),
    "desk.pin.set": ("已设置", "set"),
    "desk.pin.unset": ("未设置", "not set"),
    "desk.pin.locked": ("输错次数过多，须重设", "wrong too often: set it anew"),
    "desk.do": ("可以办理", "What you can do"),
    "desk.do.ask": ("请本人选择", "Turn the screen: their choice"),
    "desk.do.ask.more": (
        "把屏幕转向本人，由本人阅读、选择、设 PIN。",
        "They read, they choose, they set their PIN.",
    ),
    "desk.do.face": ("登记人脸", "Enrol their face"),
    "desk.do.face.anew": ("重新登记人脸", "Enrol their face anew"),
    "desk.do.face.more": ("用服务台的设备拍照。", "With the camera of the desk."),
    "desk.do.link": ("给本人一个链接", "Hand over a link"),
    "desk.do.link.more": (
        "带二维码，可打印，回家再选。",
        "With a code to print: they choose at home.",
    ),
    "desk.do.pin": ("重设 PIN", "Set the PIN anew"),
    "desk.do.pin.more": ("须当面核对身份。", "They stand here, and you checked who they are."),
    "desk.do.way": ("协助使用其他方式", "Help with another way"),
    "desk.do.way.more": (
        "记下用时和结果，不记是谁。",
        "How long it took and how it ended is counted; nobody is named.",
    ),
    "desk.do.case": ("受理诉求", "Take a request"),
    "desk.do.case.more": (
        "查阅、限制、拒绝、投诉等。",
        "A copy, a restriction, an objection, a complaint.",
    ),
    "desk.do.withdraw": ("撤回同意", "Withdraw the consent"),
    "desk.do.withdraw.more": (
        "本人在场，当场生效，当场拿凭证。",
        "They stand here; it holds at once, with a receipt.",
    ),
    "desk.end": ("办理完毕", "Done"),
    "desk.back": ("返回来人页面", "Back to the person"),
    # -- the screen is turned -----------------------------------------------------------------
    "desk.turned.back": ("工作人员：把屏幕转回来", "Staff: turn the screen back"),
    "desk.ask.language": ("请选择语言", "Choose a language"),
    "desk.ask.later.why": (
        "什么也不改变，随时可以再来。",
        "Nothing changes. Come back whenever you like.",
    ),
    "desk.ask.changed": (
        "如果以后改变主意，请告诉工作人员。",
        "If you change your mind later, tell the staff.",
    ),
    "desk.ask.meanwhile": ("您现在就可以用：", "Meanwhile you can use:"),
    "desk.ask.pin.why": (
        "请您自己输入，不要告诉任何人，包括工作人员。以后凭链接和这个 PIN 查看、撤回。",
        "Type it yourself and tell nobody, the staff neither. With a link it opens your own pages.",
    ),
    "desk.agreed.none": (
        "这次办理没有新的同意，所以没有凭证。",
        "Nothing was agreed to this time, so there is no receipt.",
    ),
    "desk.agreed.link": (
        "请工作人员给您一个链接，以后凭链接和 PIN 查看、撤回。",
        "Ask the staff for a link: with your PIN it opens your own pages, to look or to withdraw.",
    ),
    # -- a guardian ---------------------------------------------------------------------------
    "desk.guardian.lede": (
        "由监护人阅读告知书并决定。工作人员查看证明，只记下种类和编号。",
        "The guardian reads the notice and decides. The staff look at the proof and note its kind and number.",
    ),
    "desk.guardian.birth": ("孩子的出生日期", "The child’s date of birth"),
    "desk.guardian.birth.hint": (
        "只用来算出满 14 周岁和 18 周岁的日期，不保存出生日期本身。",
        "It tells when they turn 14 and 18; the day itself is not kept.",
    ),
    "desk.guardian.reference": ("监护人的编号", "The guardian’s reference"),
    "desk.guardian.reference.hint": (
        "贵单位自己的编号，不是姓名。",
        "Your own reference for the guardian; not a name.",
    ),
    "desk.guardian.kind": ("看过哪一种证明", "Which proof was seen"),
    "desk.guardian.proof": ("证明的编号", "Number of the proof"),
    "desk.guardian.proof.hint": (
        "例如户口簿的户号。不复印，不拍照。",
        "Such as the number of the register. No copy and no photograph is made.",
    ),
    "desk.guardian.pin": (
        "由监护人设置，以后凭链接和这个 PIN 查看、撤回。",
        "The guardian sets it. With a link it opens the child’s pages, to look or to withdraw.",
    ),
    "desk.guardian.yes": ("我是监护人，我同意", "I am the guardian, and I agree"),
    # -- the camera ---------------------------------------------------------------------------
    "desk.face.lede": (
        "请本人面对镜头。按下之前不会拍摄。",
        "Look at the camera. Nothing is taken before you press.",
    ),
    "desk.face.none": (
        "没有收到照片，请先拍照或选择照片",
        "No picture arrived. Take one, or choose one",
    ),
    "desk.face.many": ("最多 {n} 张照片", "At most {n} pictures"),
    "desk.face.left_out": (
        "有 {n} 张照片不合用，没有采用。",
        "{n} of the pictures did not serve and were left out.",
    ),
    "desk.device": ("拍摄设备", "Device"),
    "desk.device.hint": (
        "请选择拍下这些照片的登记设备。",
        "The registered device that takes these pictures.",
    ),
    "desk.device.choose": ("请选择本服务台的设备", "Choose a device of this desk"),
    "desk.device.none": (
        "没有为这个用途启用的服务台设备。请负责人员先登记并启用一台，标识也要张贴。",
        "No device of a desk is in use for this purpose. An officer registers one and puts it to use, with its sign.",
    ),
    "desk.profile.change": ("更换提示方式", "Guide them so"),
    "desk.profile.choose": ("请选择提示方式", "Choose how they are guided"),
    "desk.profile.standard": ("文字提示", "In words on the screen"),
    "desk.profile.voice": ("语音提示", "Spoken"),
    "desk.profile.large_type": ("大字提示", "In large type"),
    "desk.profile.no_challenge": ("不做任何动作", "No movement at all"),
    "desk.profile.staffed": ("由工作人员协助", "Helped by the staff"),
    # -- a link -------------------------------------------------------------------------------
    "desk.link.lede": (
        "链接只给本人。还没有选择的，打开后看到告知书和选择；已经同意的，凭 PIN 打开自己的页面。",
        "A link is for them alone. It opens the notice and the choice, or with their PIN their own pages.",
    ),
    "desk.link.ends": (
        "新链接一生成，之前的链接就打不开了。",
        "Earlier links open nothing any more as soon as there is a new one.",
    ),
    "desk.link.guardian": ("未满 14 周岁，由监护人决定", "Under 14: a guardian decides"),
    "desk.link.make": ("生成链接", "Make the link"),
    "desk.slip": ("您的链接", "Your link"),
    "desk.slip.lede": (
        "{handler}给您的链接。用手机扫描，或在浏览器中输入地址。",
        "From {handler}. Scan it with your phone, or type the address.",
    ),
    "desk.slip.qr": ("链接的二维码", "The link as a code"),
    "desk.slip.until": ("有效期至", "Opens until"),
    "desk.slip.yours": (
        "请勿转给别人。我们不会打电话向您要这个链接或 PIN。",
        "Keep it to yourself. We never call to ask for this link or for your PIN.",
    ),
    "desk.slip.once": (
        "这张纸条只显示这一次，请现在打印或让本人扫描。",
        "This slip is shown this once. Print it now, or let them scan it.",
    ),
    # -- a PIN --------------------------------------------------------------------------------
    "desk.pin.check.lede": (
        "PIN 只能当面重设。请先核对来人就是编号所属的本人，不能只凭人脸。",
        "A PIN is set anew only where its owner stands. Make sure who they are, and not by their face alone.",
    ),
    "desk.pin.check.ends": (
        "重设后，旧 PIN 失效，用旧 PIN 打开的页面随即关闭。",
        "The old PIN ends with it, and so does every visit that it opened.",
    ),
    "desk.pin.check": ("我已当面核对身份", "I have checked who they are"),
    "desk.pin.check.needed": ("请先核对身份", "Check first who they are"),
    "desk.pin.turn": ("请本人输入", "Turn the screen"),
    "desk.pin.keep": ("保存 PIN", "Keep this PIN"),
    "desk.pin.done": ("新 PIN 已生效", "Your new PIN holds"),
    "desk.pin.done.lede": (
        "旧 PIN 已失效。请把屏幕转回给工作人员。",
        "The old one opens nothing any more. Turn the screen back to the staff.",
    ),
    # -- another way --------------------------------------------------------------------------
    "desk.way.lede": (
        "其他方式与刷脸同样有效，不得让人多等。",
        "Another way is as good as the face, and nobody waits longer for it.",
    ),
    "desk.way.count": ("办完后记一下", "Count how it went"),
    "desk.way.why": (
        "用时从来人开始办理算起，不记是谁。这样才看得出其他方式是不是更慢。",
        "Time runs from when they came; nobody is named. So it shows where another way is slower.",
    ),
    "desk.way": ("用了哪种方式", "Which way"),
    "desk.way.choose": ("请选择方式", "Choose the way"),
    "desk.way.outcome": ("结果", "How it ended"),
    "desk.way.outcome.choose": ("请选择结果", "Choose how it ended"),
    "desk.way.done": ("办成了", "It worked"),
    "desk.way.failed": ("没有办成", "It did not work"),
    "desk.way.abandoned": ("本人放弃", "They gave up"),
    "desk.way.profile": ("需要怎样的协助", "How they are helped"),
    "desk.way.do": ("记下", "Count it"),
    "desk.way.counted": ("已记下", "Counted"),
    "desk.way.counted.lede": (
        "已计入当天的统计，没有记下是谁。",
        "It is in the count of the day, and nobody is named in it.",
    ),
    # -- a request ----------------------------------------------------------------------------
    "desk.case.lede": (
        "代本人提出诉求。限制处理或拒绝处理，从受理那一刻起生效。",
        "Take down what they ask of us. A restriction or an objection holds from this moment.",
    ),
    "desk.case.kind": ("诉求种类", "What they ask for"),
    "desk.case.choose": ("请选择诉求种类", "Choose what they ask for"),
    "desk.case.text": ("说明", "In their words"),
    "desk.case.text.hint": ("投诉须写明事由。", "A complaint says what it is about."),
    "desk.case.text.needed": ("请写明投诉什么", "Say what the complaint is about"),
    "desk.case.identified": ("怎样核对的身份", "How they showed who they are"),
    "desk.case.identified.hint": (
        "例如“当面查看门禁卡”。不写证件号码，不用人脸。",
        "Such as “showed their card at the desk”. No document number, and no face.",
    ),
    "desk.case.identified.needed": ("请写明怎样核对的身份", "Say how they showed who they are"),
    "desk.case.do": ("受理", "Take it in"),
    "desk.case.taken": ("诉求已受理", "The request is taken in"),
    "desk.case.taken.lede": (
        "请打印，或抄下受理码交给本人。它只显示这一次。",
        "Print this, or copy the code for them: it is shown this once.",
    ),
    "desk.case.number": ("个案编号", "Number"),
    "desk.case.due": ("最迟答复日", "An answer is due by"),
    "desk.case.code": ("受理码", "Code"),
    "desk.case.follow": (
        "凭受理码可以在本系统的网页上查询进展，不需要账户。",
        "With this code they follow it on our pages; no account is needed.",
    ),
    "desk.case.file": ("下载受理凭证", "Download the receipt"),
    "desk.kind.copy": ("查阅、复制本人数据", "A copy of what is kept"),
    "desk.kind.restriction": ("限制处理", "Restrict the use"),
    "desk.kind.objection": ("拒绝处理", "Object to the use"),
    "desk.kind.deletion": ("删除", "Delete"),
    "desk.kind.explanation": ("解释规则", "An explanation"),
    "desk.kind.porting": ("转移到别处", "Carry the data elsewhere"),
    "desk.kind.complaint": ("投诉", "A complaint"),
    # -- leaving ------------------------------------------------------------------------------
    "desk.withdraw": ("撤回同意", "Withdraw your consent"),
    "desk.withdraw.1": (
        "按下之后，任何人都不能再比对您的人脸。",
        "From the moment you press, nobody compares your face.",
    ),
    "desk.withdraw.2": (
        "保存的半个数字和打开它的密钥当场删除，您会拿到删除凭证。",
        "The half of a number that we keep is erased with its key, and you get a receipt for it.",
    ),
    "desk.withdraw.3": (
        "其他方式照常可用，不受任何影响：",
        "Another way stays open to you, at no disadvantage:",
    ),
    "desk.withdraw.do": ("撤回同意", "Withdraw"),
    "desk.withdrawn": ("已撤回", "You have withdrawn"),
    "desk.withdrawn.lede": (
        "撤回已生效，数据已删除。请保存好删除凭证。",
        "It holds, and what was kept is erased. Keep the receipt.",
    ),
    "desk.withdrawn.copies": (
        "备份中的副本没有密钥，打不开，最迟在{day}消失。",
        "Copies in backups cannot be opened without the key, and are gone by {day}.",
    ),
    "desk.withdrawn.no_copies": ("没有留在备份中的副本。", "No backup holds a copy."),
    "desk.withdrawn.file": ("下载删除凭证", "Download the receipt"),
    "desk.withdrawn.check": (
        "凭证带有本系统的签名，不依靠我们也能核验。",
        "It is signed by this system, and can be checked without us.",
    ),
    "desk.withdrawn.waits": (
        "撤回已生效。一处存储暂时没有应答，删除会自动完成，凭证请稍后再来领取。",
        "It holds. A store does not answer at present: the erasure is finished by itself, and the receipt then lies here for you.",
    ),
}
"""Keys by page."""
