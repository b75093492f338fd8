"""The filing pack and the evidence bundle: what rooms raise in English, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "altered at {}: {}": "改动之处 {}：{}",
    "table of contents": "目录表",
    # -- the parcel: the altered place, and what is wrong there
    "it is missing": "文件缺失",
    "it is missing from the parcel": "包内缺少这个文件",
    "the manifest does not list it": "清单里没有这个文件",
    "it does not lie in its place": "位置不对",
    "its content was altered": "内容被改动",
    "its header was altered": "文件头被改动",
    "its entry in the table of contents was altered": "它在目录表中的记录被改动",
    "it is compressed, and a parcel never is": "经过压缩，而本程序的包从不压缩",
    "it is cut short": "文件不完整",
    "it is larger than it may be": "超过允许的大小",
    "it is malformed": "格式有误",
    "it is not in its one canonical form": "不是规定的唯一写法",
    "a line is longer than it may be": "有一行过长",
    "the parcel holds this name twice": "包内有两个同名文件",
    "it was edited: the signature is over another one": "被改动，签名对应的是另一份",
    "it is the signature of something else": "这是别的内容的签名",
    "the note is not signed by the expected key": "不是用所给公钥对应的密钥签名的",
    "the note's signature does not verify": "签名不符",
    "the note's signature has the wrong length": "签名长度有误",
    "the note is malformed": "签名文件格式有误",
    "the note is too large": "签名文件过大",
    "the note has too many or repeated signatures": "签名过多或重复",
    "a signature line is malformed": "签名行格式有误",
    "its list of members is malformed": "文件清单格式有误",
    "it lists a member twice": "清单重复列出同一文件",
    "{} ({})": "{}（{}）",
    "the name is not plain": "文件名不合规",
    "the name is too long": "文件名过长",
    "the parcel does not end with its manifest and signature": "包的末尾不是清单和签名",
    "there are bytes no member owns": "有不属于任何文件的字节",
    "the file is larger than a parcel may be": "文件超过允许的大小",
    "the file is cut short": "文件不完整",
    "the file is cut short, or its end was altered": "文件不完整，或末尾被改动",
    "it lists more than a parcel may hold": "所列文件过多",
    "an entry was altered": "有一条记录被改动",
    "a parcel holds no member called {}: {}": "包内不能有名为 {} 的文件：{}",
    "a parcel holds at most {} files": "一个包最多 {} 个文件",
    "the parcel would exceed 4 GiB: choose a shorter period": "包将超过 4 GiB：请缩短期间",
    # -- the bundle
    "this is no evidence bundle": "这不是证据包",
    "its digest is not its own": "摘要与内容不符",
    "the ledger remembers other findings": "账本记下的查询结果与包内不同",
    "it is of another home": "属于另一个保管库",
    "the newest checkpoint was rolled back": "最新的检查点被回退",
    "a witnessed checkpoint lacks its proof of growth": "见证检查点缺少增长证明",
    "it names no period": "没有写明期间",
    "its period is no period": "期间有误",
    "it is not the tree before the entries": "不是这些条目之前的树",
    "entries are missing from number {} on": "从第 {} 条起缺失",
    "entries from number {} on differ from {}": "从第 {} 条起与检查点不符（{}）",
    "no checkpoint vouches for entry number {}": "没有检查点为第 {} 条作证",
    "no checkpoint ends where the entries end": "没有检查点与条目的末尾相合",
    "entries before the first may belong to the period": "第一条之前可能还有属于期间的条目",
    "entries behind the last may belong to the period": "最后一条之后可能还有属于期间的条目",
    "entry number {} does not hold ({})": "第 {} 条有误（{}）",
    "the proof is for another checkpoint": "证明属于另一个检查点",
    "ledger proof is malformed": "账本证明格式有误",
    "the ledger was rolled back: between {} and {}": "账本被回退：在 {} 与 {} 之间",
    "the ledger was rolled back: first bad index {}": "账本被回退：从第 {} 条起",
    "the witnessed checkpoint is older than this bundle's entries": (
        "这个见证检查点早于包内的条目，无法核对"
    ),
    "the period ends before it begins, or has not begun": "期间的终点早于起点，或尚未开始",
    "a date is written YYYY-MM-DD": "日期请写成 YYYY-MM-DD",
    "the file cannot be written there": "无法写到那里",
    # -- the questions
    "no evidence bundle was exported in the last year": "最近一年没有导出过证据包",
    "facekeep evidence export --since 2026-01-01 -o evidence.zip, and keep the file elsewhere": (
        "运行 facekeep evidence export --since 2026-01-01 -o evidence.zip，并把文件存放在别处"
    ),
    "the record of exported evidence was altered": "证据包的导出记录被改动",
    "the audit order names {}, and no regime has it": "审计顺序提到 {}，但没有任何法域有这项义务",
    "Correct oversight/papers/annex.yaml, or load the regime that has it": (
        "改正 oversight/papers/annex.yaml，或加载含有它的法域"
    ),
    "a record of what was handed out was altered": "对外提供材料的记录被改动",
    # -- the filing pack
    "a filing is due and no filing pack was made in the last year": (
        "备案已到期限，但最近一年没有生成过备案材料包"
    ),
    "facekeep filing pack -o filing.zip": "运行 facekeep filing pack -o filing.zip",
    "the record of filing packs was altered": "备案材料包的记录被改动",
    "no font with Chinese was found": "没有找到含中文的字体",
    "apt-get install fonts-noto-cjk, or name a folder: --fonts DIR": (
        "apt-get install fonts-noto-cjk，或用 --fonts 指明字体文件夹"
    ),
    "the text {} cannot be shown in {}": "文字 {} 无法用 {} 显示",
    "a paper could not be printed": "有一份材料无法排印",
    "Use another font: --fonts DIR, or leave PDF out: --form html": (
        "请换用其他字体：--fonts DIR，或不生成 PDF：--form html"
    ),
    "the PDF maker is not installed": "没有安装 PDF 排版组件",
    "the document maker is not installed": "没有安装文档组件",
    "pip install 'facekeep[filing]'": "pip install 'facekeep[filing]'",
    "{} is not complete": "{} 不完整",
    "Use the file that comes with Facekeep": "使用随程序提供的文件",
}  # fmt: skip
"""Chinese by the English sentence; ``{}`` stands for a value."""
