"""Words of the staff pages, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    # -- signing in -------------------------------------------------------------------------
    "staff.sign_in": ("工作人员登录", "Staff sign-in"),
    "staff.sign_in.lede": (
        "请填写姓名、口令，以及验证器应用此刻显示的动态码。",
        "Your name, your passphrase, and the code your authenticator app shows at this moment.",
    ),
    "staff.sign_in.do": ("登录", "Sign in"),
    "staff.sign_out": ("退出登录", "Sign out"),
    "staff.name": ("姓名", "Name"),
    "staff.role": ("角色", "Role"),
    "staff.passphrase": ("口令", "Passphrase"),
    "staff.code": ("动态码", "Code"),
    "staff.code.hint": ("六位数字，每个只能用一次。", "Six digits; each is good once."),
    "staff.passkey.or": ("或使用通行密钥", "Or use a passkey"),
    "staff.passkey.hint": (
        "通行密钥由您的设备核对您本人，因此一步即可。需要浏览器允许脚本。",
        "The device that holds it checks that it is you, so one step is enough. It needs scripts.",
    ),
    "staff.passkey.failed": (
        "没有成功，请重试，或填写口令和动态码。",
        "Nothing came of it. Try again, or type passphrase and code.",
    ),
    "staff.passkey.needs_script": (
        "新建通行密钥需要浏览器允许脚本。",
        "Making a passkey needs scripts, and they are off in this browser.",
    ),
    "staff.passkey.do": ("使用通行密钥", "Use a passkey"),
    # -- once more --------------------------------------------------------------------------
    "staff.prove": ("请再次确认是您本人", "Show once more that it is you"),
    "staff.prove.lede": (
        "{name}，接下来的操作不能撤销。请再次填写口令和动态码，十分钟内有效。",
        "{name}, what comes next cannot be taken back. Show both factors again: it counts for ten minutes.",
    ),
    "staff.prove.do": ("确认", "Confirm"),
    # -- taking up an account ---------------------------------------------------------------
    "staff.accept": ("启用账户", "Take up your account"),
    "staff.accept.link": (
        "我拿到了邀请码，要启用账户",
        "I was given a code and take up my account",
    ),
    "staff.accept.lede": (
        "请填写负责人员当面交给您的邀请码。它两天内有效，只能用一次。",
        "Type the code that an officer handed you. It is good for two days, and once.",
    ),
    "staff.invitation": ("邀请码", "Code of the invitation"),
    "staff.accept.for": ("{name}，您的角色是{role}。", "{name}, your role is {role}."),
    "staff.accept.app": ("一、验证器应用", "First, your authenticator app"),
    "staff.accept.scan": (
        "用手机上的验证器应用扫描下面的二维码。十分钟内有效。",
        "Scan this with the authenticator app on your phone. It waits ten minutes.",
    ),
    "staff.accept.qr": ("验证器应用的二维码", "Code for the authenticator app"),
    "staff.accept.type": ("也可以手动输入：", "Or type this into it:"),
    "staff.accept.own": ("二、您自己的口令", "Then, a passphrase of your own"),
    "staff.accept.same": (
        "请沿用验证器应用里刚才添加的条目。",
        "Use the entry you have just added to your app.",
    ),
    "staff.accept.anew": ("重新开始", "Begin anew"),
    "staff.accept.do": ("启用账户", "Take up the account"),
    "staff.code.first": ("应用此刻显示的动态码", "The code the app shows now"),
    "staff.passphrase.new": ("新口令", "New passphrase"),
    "staff.passphrase.again": ("再次输入新口令", "The new passphrase again"),
    "staff.passphrase.old": ("现在的口令", "The passphrase you have now"),
    "staff.passphrase.hint": (
        "几个不相干的词比一串符号更好记，也更难猜。",
        "A few unrelated words are easier to keep and harder to guess than signs.",
    ),
    "staff.passphrase.missing": ("请填写口令", "Type a passphrase"),
    "staff.passphrase.differs": ("两次输入的口令不一致", "The two passphrases differ"),
    # -- one's own account ------------------------------------------------------------------
    "staff.me": ("我的账户", "My account"),
    "staff.passkeys": ("通行密钥", "Passkeys"),
    "staff.passkeys.lede": (
        "有了通行密钥，登录时不必再填口令和动态码。",
        "With a passkey you sign in without typing passphrase and code.",
    ),
    "staff.passkeys.none": ("还没有通行密钥。", "You have no passkey yet."),
    "staff.passkey.label": ("名称", "Name of the passkey"),
    "staff.passkey.label.hint": (
        "例如它所在的设备，方便日后辨认。",
        "Such as the device it lies on, so that you know it again.",
    ),
    "staff.passkey.added": ("添加日期", "Added"),
    "staff.passkey.act": ("操作", "What to do"),
    "staff.passkey.remove": ("移除", "Remove"),
    "staff.passkey.remove.of": ("移除通行密钥：{label}", "Remove the passkey {label}"),
    "staff.passkey.add": ("添加通行密钥", "Add a passkey"),
    "staff.passkey.add.lede": (
        "浏览器会请您的设备新建一个通行密钥。需要浏览器允许脚本。",
        "Your browser asks your device to make one. It needs scripts.",
    ),
    "staff.passkey.make": ("新建通行密钥", "Make a passkey"),
    "staff.passkey.no_address": (
        "本系统尚未设定对外地址，无法绑定通行密钥。请继续使用口令和动态码。",
        "This home has no address yet that a passkey could be bound to. Use passphrase and code.",
    ),
    "staff.passphrase.change": ("更换口令", "Change the passphrase"),
    "staff.passphrase.ends": (
        "更换后，您在所有设备上的登录都会结束，包括这里。",
        "It ends your sign-in everywhere, here too.",
    ),
    "staff.role.officer": ("负责人员", "officer"),
    "staff.role.attendant": ("现场人员", "attendant"),
    "staff.role.case-officer": ("个案办理人员", "case officer"),
    "staff.role.inspector": ("检查人员", "inspector"),
    "staff.role.security": ("安全人员", "security"),
    "staff.role.developer": ("开发人员", "developer"),
}
"""Keys by page."""
