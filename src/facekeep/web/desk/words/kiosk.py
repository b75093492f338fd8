"""Words of the kiosk, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "kiosk.setup": ("把这块屏幕变成自助机", "Make this screen a kiosk"),
    "kiosk.setup.lede": (
        "请选择这台设备和用途。之后本浏览器只能打开自助机页面；要收回屏幕，请重新登录。",
        "Choose the device and the purpose. From then on this browser opens the kiosk alone: to take it back, sign in.",
    ),
    "kiosk.setup.why": (
        "自助机旁边可能没有人，所以登录凭证不留在浏览器里。最长十二小时后须重新登录。",
        "Nobody may stand beside it, so your sign-in does not stay in the browser. It lasts twelve hours at most.",
    ),
    "kiosk.setup.do": ("变成自助机", "Make it a kiosk"),
    "kiosk.device": ("设备与用途", "Device and purpose"),
    "kiosk.device.choose": ("请选择一台在用的设备", "Choose a device that is in use"),
    "kiosk.device.none": ("没有可用的设备。", "There is no device to choose."),
    "kiosk.device.none.more": (
        "须有一台已启用的设备，且用途允许 1:1 验证。要求出示通行密钥的用途不能用自助机。",
        "One in use is needed, for a purpose of 1:1. A purpose that asks for a passkey cannot be served here.",
    ),
    "kiosk.title": ("请选择方式", "Choose your way"),
    "kiosk.lede": (
        "两种方式同样有效，选哪种都可以。",
        "Both are as good. Take either.",
    ),
    "kiosk.face": ("刷脸", "With my face"),
    "kiosk.face.why": ("须已经同意并登记。", "If you agreed to it and are enrolled."),
    "kiosk.way": ("用其他方式", "Another way"),
    "kiosk.way.why": ("不用人脸，不用说明理由。", "Without a face, and without a reason."),
    "kiosk.staff": ("工作人员：登录以收回屏幕", "Staff: sign in to take this screen back"),
    "kiosk.face.title": ("刷脸", "With your face"),
    "kiosk.face.lede": (
        "填写编号，打开摄像头，自己按下。照片看过就丢，不保存。",
        "Type your reference, open the camera, press yourself. The picture is looked at and thrown away.",
    ),
    "kiosk.reference": ("您的编号", "Your reference"),
    "kiosk.reference.needed": ("请填写编号", "Type your reference"),
    "kiosk.photo": ("照片", "Picture"),
    "kiosk.photo.needed": ("没有收到照片，请重试", "No picture arrived. Try again"),
    "kiosk.photo.hint": (
        "只有您一个人，正面，光线均匀。",
        "Of you alone, from the front, in even light.",
    ),
    "kiosk.pin": ("您的 PIN", "Your PIN"),
    "kiosk.card": ("卡号", "Number of your card"),
    "kiosk.factor.hint": (
        "这个用途除人脸外还要这一项。",
        "This purpose asks for it beside the face.",
    ),
    "kiosk.factor.any": (
        "这个用途除人脸外还要 PIN。用卡或通行密钥的，请用其他方式。",
        "This purpose asks for a PIN beside the face. With a card or a passkey, take another way.",
    ),
    "kiosk.send": ("核对", "Check"),
    "kiosk.yes": ("核对通过", "Recognised"),
    "kiosk.yes.lede": ("请进。", "Please go on."),
    "kiosk.no": ("没有通过", "Not recognised"),
    "kiosk.no.lede": (
        "可以再试一次，或用其他方式。没有登记、已经撤回的，也是这个结果；详情请到服务台询问。",
        "Try again, or take another way. Whoever is not enrolled or has withdrawn is told the same; ask at the desk.",
    ),
    "kiosk.no.file": (
        "这张照片是选取的文件，不是现场拍的：没有通过攻击检测的文件不算数。请用摄像头再试。",
        "This picture was a file, not taken here: a file counts only where the attack check passed it. Use the camera.",
    ),
    "kiosk.again": ("再试一次", "Try again"),
    "kiosk.not_now": ("这次不能刷脸", "Not by face this time"),
    "kiosk.done": ("完成", "Done"),
    "kiosk.clears": ("{n} 秒后本页自动清空。", "This page clears itself in {n} seconds."),
    "kiosk.ways": ("用其他方式", "Another way"),
    "kiosk.ways.lede": (
        "以下方式与刷脸同样有效，不受影响：",
        "These are as good as your face, at no disadvantage:",
    ),
    "kiosk.ways.contact": ("需要帮忙请找：{contact}", "For help ask: {contact}"),
    "kiosk.back": ("回到开头", "To the beginning"),
}
"""Keys by page."""
