"""The words that all pages share, in Chinese and English."""

from __future__ import annotations

from facekeep.terms.messages import Catalogue

WORDS = Catalogue(
    {
        "brand": ("合符 Facekeep", "Facekeep"),
        "site": ("本站", "This site"),
        "motto": ("同意为钥，人脸不留", "No consent, no key. No key, no face."),
        "other": ("English", "中文"),
        "skip": ("跳到正文", "Skip to the content"),
        "back": ("返回", "Back"),
        "on": ("继续", "Continue"),
        "print": ("请用浏览器的打印功能打印本页。", "Print this page with your browser."),
        "yes": ("是", "yes"),
        "no": ("否", "no"),
        "none": ("无", "none"),
        "faults.title": ("有 {n} 处需要修改", "{n} to put right"),
        "optional": ("（选填）", " (optional)"),
        "refused.why": ("依据", "The rule behind it"),
        "refused.now": ("您现在可以", "What you can do now"),
        "refused.beyond": (
            "请返回上一页重试；仍不行时，请到服务台办理。",
            "Go back and try again; if it stays so, ask at the desk.",
        ),
        "refused.beyond.staff": (
            "请返回上一页，检查填写的内容后再试。",
            "Go back, look at what was filled in, and try again.",
        ),
        "refused.ways": ("其他方式照常可用：", "Another way is open to you: "),
        "refused.number": ("本次请求编号", "Number of this request"),
        "refused.home": ("回到首页", "To the first page"),
        "proof.entry": ("账本条目", "Ledger entry"),
        "proof.checkpoint": ("检查点：前 {size} 条", "Checkpoint over {size} entries"),
        "proof.witness": ("见证：{age}", "Witness: {age}"),
        "proof.check": ("当场核验", "Check it"),
        "demonstration": (
            "本系统正在使用演示模型，识别结果不可用于实际场合。",
            "A demonstration model is in use here: its answers are not fit for real use.",
        ),
    }
)
"""Keys by page."""
