"""Words of the choosing pages, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    # -- the frame --------------------------------------------------------------------------------
    "choosing.way": ("返回", "Way back"),
    "choosing.steps": ("步骤", "Steps"),
    "choosing.step.notice": ("告知书", "Notice"),
    "choosing.step.choice": ("选择", "Choice"),
    "choosing.step.consent": ("同意", "Consent"),
    "choosing.step.face": ("登记人脸", "Your face"),
    # -- the first page ---------------------------------------------------------------------------
    "welcome.title": ("您的人脸，由您决定", "Your face, your decision"),
    "welcome.1": (
        "在这里，只有经您同意，才会使用您的人脸。",
        "Here your face is used only where you agreed to it.",
    ),
    "welcome.2": (
        "我们不保存照片，只保存拆成两半的数字；只有一半，什么也认不出来。",
        "We keep no photograph: only a number split in two halves, and neither half tells anything alone.",
    ),
    "welcome.3": (
        "您随时可以查看、复制、重置和撤回。",
        "You can look, take a copy, reset and withdraw at any time.",
    ),
    "welcome.4": (
        "不愿刷脸，照样可以用其他方式办理，不受任何影响。",
        "If you would rather not use your face, another way is open, at no disadvantage.",
    ),
    "welcome.5": (
        "每一次使用都记在账本里，您可以自己核验。",
        "Every use is written to a ledger that you can check yourself.",
    ),
    "welcome.link.title": ("我有链接或编码", "I have a link or a code"),
    "welcome.link.label": ("链接或编码", "Link or code"),
    "welcome.link.hint": (
        "请粘贴您收到的整个链接，或其中 40 位的编码。",
        "Paste the whole link that you were given, or the 40 characters of its code.",
    ),
    "welcome.link.go": ("打开", "Open"),
    "welcome.link.wrong": (
        "这里面没有找到链接或 40 位的编码，请重新粘贴",
        "There is no link and no code of 40 characters in this. Paste it again",
    ),
    "welcome.purposes": ("这里把人脸用在哪里", "What faces are used for here"),
    "welcome.at": ("{place}，{handler}", "{place}, {handler}"),
    "welcome.no_purposes": (
        "目前没有把人脸用在任何地方。",
        "Faces are used for nothing at present.",
    ),
    "welcome.more": ("您还可以", "You can also"),
    "welcome.check": ("核对凭证或标识", "Check a sign or a receipt"),
    "welcome.follow": ("凭受理码查询我的诉求", "Follow a request by its code"),
    "welcome.complain": ("投诉，或询问规则", "Complain, or ask about the rules"),
    # -- the notice -------------------------------------------------------------------------------
    "notice.kind": ("告知书", "Notice"),
    "notice.for_you": ("请先看，再决定", "Read first, then decide"),
    "notice.why": ("为什么收集我的人脸", "Why is my face collected"),
    "notice.kept": ("怎样保存", "How is it kept"),
    "notice.risk": ("有什么风险", "What is the risk"),
    "notice.ways": ("其他方式", "Other ways"),
    "notice.ways.equal": (
        "不刷脸也可以，同样方便，不受影响：",
        "You need not use your face. These ways are as good, at no disadvantage:",
    ),
    "notice.where": ("：{where}", ": {where}"),
    "notice.who": ("由谁负责", "Who is responsible"),
    "notice.handler": ("处理者", "Handler"),
    "notice.contact": ("联系方式", "Contact"),
    "notice.place": ("地点", "Place"),
    "notice.whole": ("告知书全文（第 {version} 版）", "The whole notice (version {version})"),
    "notice.digest": ("告知书摘要（SHA-256）：", "Digest of the notice (SHA-256):"),
    "notice.changed": ("与您上次看到的相比，有变化", "What changed since you last read it"),
    "notice.before": ("原来", "Before"),
    "notice.now": ("现在", "Now"),
    "notice.gone": ("这一项已删去", "This is no longer said"),
    "notice.choose": ("去选择", "Go to the choice"),
    "notice.nothing_yet": (
        "到现在为止，还没有采集任何人脸信息。",
        "Up to here, nothing about your face has been collected.",
    ),
    "notice.answered.no": (
        "您之前选择了其他方式。您可以保持不变，也可以重新选择。",
        "You chose another way before. You can leave it so, or choose again.",
    ),
    "notice.answered.later": (
        "您之前选择了以后再说。",
        "You said “not now” before.",
    ),
    # -- the choice -------------------------------------------------------------------------------
    "choice.title": ("您的选择", "Your choice"),
    "choice.free": (
        "三种选择都可以，选哪一种都不影响您办事，以后也可以改。",
        "All three are fine. None puts you at a disadvantage, and you can change your mind later.",
    ),
    "choice.face": ("用我的人脸", "Use my face"),
    "choice.face.why": (
        "先看清同意的内容，设一个 PIN，再拍照登记。",
        "You read what you agree to, set a PIN, then take a picture.",
    ),
    "choice.face.do": ("用我的人脸", "Use my face"),
    "choice.other": ("用其他方式", "Use another way"),
    "choice.other.why": ("{ways}。不采集人脸。", "{ways}. Nothing about your face is collected."),
    "choice.other.do": ("用其他方式", "Use another way"),
    "choice.or": ("、", ", "),
    "choice.later": ("以后再说", "Not now"),
    "choice.later.why": (
        "什么也不改变，链接到期前随时可以再来。",
        "Nothing changes. Come back while the link is open, if you like.",
    ),
    "choice.later.do": ("以后再说", "Not now"),
    "choice.child": ("我未满 14 周岁", "I am under 14"),
    # -- another way, later -----------------------------------------------------------------------
    "other.title": ("用其他方式", "Use another way"),
    "other.noted": (
        "已记下：您不用人脸。我们不会再来问您。",
        "Noted: your face is not used. We will not ask you again.",
    ),
    "other.equal": (
        "以下方式与刷脸同样有效，不受影响：",
        "These ways are as good as the face, at no disadvantage:",
    ),
    "other.how": ("怎样使用", "How to use it"),
    "other.how.text": (
        "到现场告诉工作人员您用其他方式即可，不需要说明理由。联系方式：{contact}。",
        "Tell the staff on the spot that you use another way; no reason is needed. Contact: {contact}.",
    ),
    "other.change": (
        "如果以后改变主意，可以返回重新选择。",
        "If you change your mind, go back and choose again.",
    ),
    "later.title": ("以后再说", "Not now"),
    "later.noted": ("已记下：以后再说。", "Noted: not now."),
    "later.until": (
        "这个链接在{day}之前都可以打开。到期后什么也不会发生。",
        "This link opens until {day}. If you let it pass, nothing happens.",
    ),
    "later.meanwhile": ("在此期间可以用", "Meanwhile you can use"),
    # -- consent ----------------------------------------------------------------------------------
    "consent.title": ("同意使用我的人脸", "Agree to the use of my face"),
    "consent.sentence": (
        "我同意{handler}在“{place}”为“{title}”这一用途使用我的人脸，最长 {days} 天。",
        "I agree that {handler} uses my face for “{title}” at “{place}”, for {days} days at most.",
    ),
    "consent.withdraw": (
        "您随时可以撤回，步骤不比同意多。",
        "You can withdraw at any time, in no more steps than this.",
    ),
    "consent.outdated": (
        "告知书在您阅读期间有更新，请先看变化，再决定",
        "The notice changed while you were reading. Read what changed, then decide",
    ),
    "consent.resumed": (
        "您的同意已经记录，但 PIN 还没有设好。请在这里设置，完成最后一步。",
        "Your consent is recorded, but your PIN is not set yet. Set it here to finish.",
    ),
    "consent.pin.title": ("设一个 PIN", "Set a PIN"),
    "consent.pin.why": (
        "以后凭这个链接和 PIN 查看、撤回。光凭人脸打不开您的页面；忘了 PIN 可以到服务台重设。",
        (
            "Your link and this PIN open your own pages later, to look or to withdraw. Your face alone"
            " never opens them. If you forget the PIN, it is set anew at the desk."
        ),
    ),
    "consent.pin": ("PIN", "PIN"),
    "consent.pin.hint": (
        "6 到 12 位数字，不要用生日，不要用连续或相同的数字。",
        "6 to 12 digits. Not your birthday, no run such as 123456, not one digit over and over.",
    ),
    "consent.pin.again": ("再输入一次 PIN", "The PIN once more"),
    "consent.pin.digits": ("PIN 须为 6 到 12 位数字", "A PIN has 6 to 12 digits"),
    "consent.pin.differs": ("两次输入的 PIN 不一致", "The two PINs differ"),
    "consent.pin.guessable": (
        "这个 PIN 太容易猜到，请换一个",
        "This PIN is among the first that anybody would try. Choose another",
    ),
    "consent.pin.yours": ("您的 PIN", "Your PIN"),
    "consent.pin.yours.why": (
        "您以前设过 PIN。请输入它，这样别人拿到链接也不能替您同意。",
        "You set a PIN before. Enter it, so that nobody who finds your link agrees in your name.",
    ),
    "consent.pin.wrong": (
        "PIN 不对；连续错五次后须到服务台重新设定",
        "This is not your PIN. After five wrong tries in a row it is set anew at the desk",
    ),
    "consent.yes": ("我同意", "I agree"),
    "consent.back": ("回到选择", "Back to the choice"),
    # -- a link whose consent ended ---------------------------------------------------------------
    "spent.title": ("这个链接已经用完", "This link has done its work"),
    "spent.text": (
        "通过它作出的同意已经结束，您的人脸不再使用。为了不让别人替您同意，这个链接不能再用来同意。",
        (
            "What was agreed to by it has ended, and the face is not used any more. So that nobody"
            " agrees in your name, this link takes no further consent."
        ),
    ),
    "spent.again": (
        "如果您想重新同意，请到服务台领取新的链接。联系方式：{contact}。",
        "If you want to agree anew, ask at the desk for a new link. Contact: {contact}.",
    ),
    # -- under 14 ---------------------------------------------------------------------------------
    "guardian.title": ("未满 14 周岁，由监护人决定", "Under 14, a parent or guardian decides"),
    "guardian.who": (
        "孩子的人脸能不能用，由父母或其他监护人决定。这件事在服务台当面办理，因为要有人看过证明。",
        (
            "Whether a child’s face is used is for a parent or guardian to decide. It is done at the desk,"
            " together, because somebody has to see a proof."
        ),
    ),
    "guardian.days": (
        "孩子的人脸数据最长保存 {days} 天，年满 14 周岁后由本人重新决定。",
        "A child’s face data is kept for {days} days at most. From 14 on, the child decides anew.",
    ),
    "guardian.come": ("一起到服务台来", "Come to the desk together"),
    "guardian.come.text": (
        "地点：{place}。联系方式：{contact}。",
        "Place: {place}. Contact: {contact}.",
    ),
    "guardian.may": ("谁可以决定", "Who may decide"),
    "guardian.relation.parent": ("父亲或母亲", "Father or mother"),
    "guardian.relation.grandparent": (
        "祖父母、外祖父母，作为监护人时",
        "A grandparent who is the guardian",
    ),
    "guardian.relation.sibling": (
        "成年的兄、姐，作为监护人时",
        "A grown-up brother or sister who is the guardian",
    ),
    "guardian.relation.appointed": (
        "由法院、居民委员会、村民委员会或民政部门指定的监护人",
        "A guardian appointed by a court, a residents’ committee or the civil affairs department",
    ),
    "guardian.bring": ("请带上其中一样", "Bring one of these"),
    "guardian.proof.household-register": ("户口簿", "The household register"),
    "guardian.proof.birth-certificate": ("出生医学证明", "The birth certificate"),
    "guardian.proof.court-decision": ("法院的判决或裁定", "A court’s decision"),
    "guardian.proof.school-record": ("学校的学籍记录", "A record of the school"),
    "guardian.proof.appointment": ("指定监护人的文书", "The document of appointment"),
    "guardian.seen": (
        "证明只在当场查看，我们不复印、不保存，只记下看过哪一种证明和它的编号。",
        (
            "The proof is only looked at: we make no copy. What is noted is which kind of proof was seen,"
            " and its number."
        ),
    ),
    "guardian.nobody": (
        "这个用途不接受未满 14 周岁的人使用人脸，请用其他方式。",
        "Nobody under 14 uses their face here. Another way is open.",
    ),
    "guardian.ways": ("不用人脸也可以", "Without a face"),
    # -- receipts ---------------------------------------------------------------------------------
    "receipt.title": ("您的同意凭证", "The receipt of your consent"),
    "receipt.keep": (
        "请保存好。凭证带有本系统的签名，不依靠我们也能核验。",
        "Keep it. It is signed by this system, and it can be checked without us.",
    ),
    "receipt.scope.processing": ("同意使用人脸", "Consent to the use of your face"),
    "receipt.scope.storage": (
        "同意在识别设备以外存储",
        "Consent to storage outside the recognition device",
    ),
    "receipt.purpose": ("用途", "Purpose"),
    "receipt.by": ("由谁同意", "Given by"),
    "receipt.by.person": ("本人", "yourself"),
    "receipt.by.guardian": ("监护人", "a guardian"),
    "receipt.given": ("同意时间", "Given"),
    "receipt.until": ("有效期至", "Until"),
    "receipt.notice": ("所看告知书", "Notice you read"),
    "receipt.notice.version": ("第 {version} 版", "version {version}"),
    "receipt.file": ("下载凭证文件", "Download the receipt"),
    "receipt.paper": ("下载 PDF", "Download as PDF"),
    "receipt.scope": ("范围", "Scope"),
    "receipt.paper.what": ("同意的内容", "What was agreed to"),
    "receipt.paper.digest": ("告知书摘要", "Digest of the notice"),
    "receipt.paper.number": ("同意编号", "Number of the consent"),
    "receipt.paper.key": (
        "本系统公钥指纹（SHA-256）",
        "Fingerprint of this system's key (SHA-256)",
    ),
    "receipt.paper.made": ("同意时间：{when}", "Given: {when}"),
    "receipt.paper.foot": (
        "这张纸便于阅读。要核验真伪，请使用同时下载的凭证文件。",
        "This sheet is for reading. To check that it is genuine, use the file that goes with it.",
    ),
    "receipt.check": (
        "文件是否真实，可以在这里核对：",
        "Whether a file is genuine can be checked here:",
    ),
    "receipt.key": ("本系统公钥指纹（SHA-256）：", "Fingerprint of this system’s key (SHA-256):"),
    "receipt.none": ("目前没有有效的同意。", "No consent is in force."),
    "receipt.none.more": (
        "没有同意，就不会使用您的人脸。",
        "Without one, your face is not used.",
    ),
    "receipt.next.storage": ("下一个问题：存储", "Next question: storage"),
    "receipt.next.face": ("接下来：登记人脸", "Next: your face"),
    "receipt.next.mine": ("我的人脸信息", "My face data"),
    # -- storage off the terminal -----------------------------------------------------------------
    "storage.title": ("数据可以存放在识别设备以外吗", "May the data lie outside the device"),
    "storage.where.premises": (
        "这个用途需要把拆成两半的数字存放在本单位的机房里，而不是识别设备里。",
        (
            "For this purpose the two halves of the number lie on the premises of the handler, not inside"
            " the recognition device."
        ),
    ),
    "storage.where.internet": (
        "这个用途需要把拆成两半的数字经互联网传输，存放在识别设备以外。",
        (
            "For this purpose the two halves of the number are sent over the internet and lie outside the"
            " recognition device."
        ),
    ),
    "storage.where.terminal": (
        "数据只存放在识别设备内。",
        "The data lies inside the recognition device only.",
    ),
    "storage.separate": (
        "这是单独的一个问题，与您刚才的同意分开。您可以只同意其中一项。",
        (
            "This is a question of its own, apart from what you agreed to before. You may say yes to one"
            " and no to the other."
        ),
    ),
    "storage.without": (
        "如果不同意，您的人脸不会登记，请用其他方式；您之前的同意不受影响，也可以随时撤回。",
        (
            "If you say no, your face is not enrolled and you use another way. What you agreed to before"
            " is not affected, and you can withdraw it at any time."
        ),
    ),
    "storage.yes": ("同意", "Yes"),
    "storage.yes.why": (
        "数据可以存放在识别设备以外，接下来可以登记人脸。",
        "The data may lie outside the device. Your face can be enrolled next.",
    ),
    "storage.yes.do": ("同意存储", "Agree to storage"),
    "storage.no": ("不同意", "No"),
    "storage.no.why": (
        "不登记人脸，用其他方式，同样方便。",
        "Your face is not enrolled. Another way is as good.",
    ),
    "storage.no.do": ("不同意存储", "Refuse storage"),
    "storage.agreed": (
        "您已同意在识别设备以外存储。要结束这项同意，请到“我的人脸信息”撤回。",
        "You agreed to storage outside the device. To end it, withdraw under “My face data”.",
    ),
    "storage.refused": (
        "您之前没有同意存储，所以没有登记人脸。您可以保持不变，也可以改变主意。",
        (
            "You said no to storage before, so your face was not enrolled. You can leave it so, or change"
            " your mind."
        ),
    ),
    # -- before the picture -----------------------------------------------------------------------
    "face.title": ("登记人脸", "Enrol your face"),
    "face.before": (
        "在您按下“开始”之前，不会打开摄像头，也不会拍任何照片。",
        "Before you press “Start”, no camera is opened and no picture is taken.",
    ),
    "face.taken": (
        "要用的：一到三张您自己的正面照片。",
        "What is taken: one to three pictures of you alone, from the front.",
    ),
    "face.kept": (
        "保存的：由照片算出的一串数字，拆成两半分开存放。",
        "What is kept: a number computed from them, split in two halves that lie apart.",
    ),
    "face.thrown": (
        "丢弃的：照片本身。计算完就从内存里清除，不写入磁盘。",
        "What is thrown away: the pictures. They die in memory and are written to no disk.",
    ),
    "face.still": (
        "不要求眨眼或做任何动作。",
        "You are never asked to blink, nor to do anything you cannot.",
    ),
    "face.again": (
        "您已经登记过。重新登记会替换原来的数字。",
        "Your face is enrolled already. Doing it again replaces the earlier number.",
    ),
    "face.profile": ("怎样提示我", "How I am guided"),
    "face.profile.standard": ("文字提示", "In words on the screen"),
    "face.profile.voice": (
        "语音提示，自动倒数拍照（适合看不清屏幕的人）",
        "Spoken, with a countdown (if you cannot see the screen)",
    ),
    "face.profile.large_type": (
        "大字提示，没有倒数",
        "In large type, no countdown",
    ),
    "face.profile.no_challenge": (
        "不做任何动作，请别人按键也可以",
        "No movement at all; somebody else may press for you",
    ),
    "face.start": ("开始", "Start"),
    "face.elsewhere": ("不想在这里拍", "Not here"),
    "face.elsewhere.text": (
        "可以到服务台，由工作人员协助登记，或者用其他方式。联系方式：{contact}。",
        "Come to the desk, where somebody helps you, or use another way. Contact: {contact}.",
    ),
    "face.not.consent": (
        "目前没有有效的同意，所以不拍照。",
        "No consent is in force, so no picture is taken.",
    ),
    "face.not.storage": (
        "还有一项没有同意：数据是否可以存放在识别设备以外。没有这项同意，就不登记人脸。",
        (
            "One question is open: whether the data may lie outside the device. Without that consent your"
            " face is not enrolled."
        ),
    ),
    "face.not.desk": (
        "这个用途只接受经登记的设备拍摄，请到服务台办理。联系方式：{contact}。",
        "For this purpose pictures are taken by a registered device. Come to the desk. Contact: {contact}.",
    ),
    "face.none": (
        "没有收到照片，请先拍照或选择照片",
        "No picture arrived. Take one, or choose one",
    ),
    "face.many": ("最多 {most} 张照片", "At most {most} pictures"),
    "face.large": ("照片文件太大，请换一张", "The picture’s file is too large. Choose another"),
    "face.help.no_face": (
        "请把整张脸放在画面中间，光从前面来，再拍一次。",
        "Put your whole face in the middle, with the light in front of you, and take it again.",
    ),
    "face.help.several_faces": (
        "请让旁边的人离开画面，再拍一次。",
        "Ask others to step out of the picture, and take it again.",
    ),
    "face.help.too_poor": (
        "请再拍一次，或到服务台由工作人员协助。",
        "Take it again, or come to the desk, where somebody helps you.",
    ),
    "face.help.presentation_attack": (
        "请不要翻拍照片或屏幕，换个光线再拍一次；仍不行，请到服务台。",
        (
            "Show your face itself, not a picture or a screen, and try another light. If it still fails,"
            " come to the desk."
        ),
    ),
    "face.help.not_a_picture": (
        "请选择一张 JPEG 或 PNG 照片。",
        "Choose a photograph, as JPEG or PNG.",
    ),
    "face.help.picture_too_large": (
        "请选择小一些的照片。",
        "Choose a smaller photograph.",
    ),
    "face.over": (
        "这次拍照的时间已过或已经用过，请重新开始",
        "The time for this picture is over, or it was used already. Start again",
    ),
    # -- taking it --------------------------------------------------------------------------------
    "take.title": ("拍照", "Take the picture"),
    "take.minutes": (
        "请在 {minutes} 分钟内完成，超时可以重新开始。",
        "You have {minutes} minutes. If they pass, start again.",
    ),
    "take.camera": ("用摄像头", "With the camera"),
    "take.camera.text": (
        "按“打开摄像头”后，浏览器会请您允许。画面只在您的设备上显示，按“发送”之前不会离开。",
        (
            "When you press “Open the camera”, your browser asks you to allow it. What you see stays on"
            " your device until you press “Send”."
        ),
    ),
    "take.aloud": ("读出提示", "Read the guidance aloud"),
    "take.mirror": ("摄像头画面", "What the camera sees"),
    "take.off": ("摄像头未打开。", "The camera is off."),
    "take.shots": ("已拍的照片", "Pictures taken"),
    "take.start": ("打开摄像头", "Open the camera"),
    "take.take": ("拍照", "Take a picture"),
    "take.send": ("发送", "Send"),
    "take.again": ("重拍", "Take again"),
    "take.stop": ("关闭摄像头", "Close the camera"),
    "take.file": ("用照片文件", "With a picture file"),
    "take.file.text": (
        (
            "没有摄像头，或浏览器打不开摄像头时，可以上传一张刚拍的照片。照片文件须通过攻击检测，"
            "没有通过的请到服务台，由工作人员当面确认。"
        ),
        (
            "Without a camera, or where the browser opens none, send a picture that you have just taken. A"
            " file has to pass the attack check; where it does not, come to the desk, where somebody"
            " confirms that it is you."
        ),
    ),
    "take.file.label": ("照片", "Picture"),
    "take.file.hint": (
        "一到 {most} 张，只有您一个人，正面，光线均匀。",
        "One to {most}, of you alone, from the front, in even light.",
    ),
    "take.file.send": ("上传照片", "Send the picture"),
    "take.level": (
        "浏览器传来的照片无法证明由哪台设备拍摄，因此记为来源等级“无”。",
        "A picture from a browser proves nothing about where it was taken: its capture level is “none”.",
    ),
    # -- what the camera module says --------------------------------------------------------------
    "camera.asking": ("正在请求使用摄像头。", "Asking for the camera."),
    "camera.ready": (
        "请把脸放在画面中间，看着镜头，准备好就拍照。",
        "Put your face in the middle, look at the camera, and take the picture when you are ready.",
    ),
    "camera.ready.voice": (
        "摄像头已打开。请把设备举到面前一臂远，面对它。随后会倒数，自动拍照。",
        (
            "The camera is open. Hold the device an arm’s length in front of your face. A"
            " countdown follows, then the picture is taken."
        ),
    ),
    "camera.dark": (
        "太暗了，前面开一盏灯会好些。",
        "It is too dark. A lamp in front of you helps.",
    ),
    "camera.bright": (
        "太亮了，避开强光会好些。",
        "It is too bright. Less light in front of you helps.",
    ),
    "camera.moving": ("请保持不动。", "Hold still."),
    "camera.good": ("光线合适。", "The light is right."),
    "camera.taken": (
        "拍好了。请看一看：可以再拍一张，可以重拍，也可以发送。",
        "Taken. Look at it: take one more, take it again, or send.",
    ),
    "camera.taken.voice": (
        "拍好了，摄像头已关闭。可以发送，也可以重拍。",
        "Taken, and the camera is closed. Send it, or take it again.",
    ),
    "camera.full": ("已拍满，请发送或重拍。", "That is enough. Send, or take again."),
    "camera.dropped": ("照片已丢弃。", "The pictures were thrown away."),
    "camera.sending": (
        "正在发送。摄像头已关闭，设备上的照片已丢弃。",
        "Sending. The camera is closed, and the pictures on this device are thrown away.",
    ),
    "camera.closed": ("摄像头已关闭。", "The camera is closed."),
    "camera.refused": (
        "摄像头没有获准使用。您可以在浏览器里允许后再试，或在下面上传照片，或用其他方式。",
        (
            "The camera was not allowed. Allow it in your browser and try again, send a picture below, or"
            " use another way."
        ),
    ),
    "camera.none": (
        "没有找到摄像头。请在下面上传照片，或用其他方式。",
        "No camera was found. Send a picture below, or use another way.",
    ),
    "camera.lost": (
        "摄像头断开了。请接好后再试，或在下面上传照片。",
        "The camera went away. Connect it and try again, or send a picture below.",
    ),
    "camera.busy": (
        "摄像头正被其他程序使用。请关闭它们后再试。",
        "Another program holds the camera. Close it and try again.",
    ),
    "camera.cannot": (
        "这个浏览器打不开摄像头。请在下面上传照片，或换一个浏览器打开链接。",
        "This browser opens no camera here. Send a picture below, or open your link in another browser.",
    ),
    "camera.shot": ("第 {n} 张照片", "Picture {n}"),
    # -- done -------------------------------------------------------------------------------------
    "done.title": ("登记完成", "Your face is enrolled"),
    "done.kept": ("保存了什么", "What is kept"),
    "done.kept.text": (
        "只保存一串数字，拆成两半分开存放。不是您的照片，任何一半单独都认不出您。",
        "A number, split in two halves that lie apart. Not your picture; neither half knows you alone.",
    ),
    "done.thrown": ("丢弃了什么", "What was thrown away"),
    "done.thrown.text": (
        "您的照片已经丢弃，没有写入磁盘。",
        "Your pictures are gone. They were written to no disk.",
    ),
}
"""Keys by page."""
