"""Jobs, renewals of everybody, witnesses: what rooms raise in English, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    # -- the queue --------------------------------------------------------------------------
    "somebody else has this job by now": "该作业已由他人接手",
    "Leave it to them": "请交给对方",
    "there is no such job": "没有这项作业",
    "there is no such job that could be tried again": "没有可以重试的这项作业",
    "the same is wanted again already, by another job": "已有另一项作业在做同样的事",
    "late: {}": "逾期：{}",
    "failed: {}": "失败：{}",
    "stumbled: {}": "停滞：{}",
    "jobs were edited in the store": "有作业在存储中被改动",
    "an ordered job is gone from the store": "有已下达的作业从存储中消失",
    "nobody outside saw the ledger for too long": "外部太久没有见过账本",
    # -- what runs by itself ----------------------------------------------------------------
    "the clock leapt ahead": "系统时钟突然超前",
    "Set it; what is over ends a day later otherwise": "请校准；否则到期的事项推迟一天清理",
    # -- renewing everybody -----------------------------------------------------------------
    "a renewal is because of one of: {}": "更新的原因只能是：{}",
    "a renewal was put in the queue that nobody ordered": "队列中有一项无人下达的更新",
    # -- having a witness -------------------------------------------------------------------
    "a witness is file:FOLDER, https://HOST#KEY with its verifier key, or printed": (
        "见证只能是 file:文件夹、https://地址#公钥 或 printed"
    ),
    "a witness's folder is named from the root: file:/FOLDER": "见证的文件夹须写绝对路径：file:/FOLDER",
    "the witness's folder is not there": "见证的文件夹不在",
    "Attach its disk, or make the folder": "请接上磁盘，或建立该文件夹",
    "the witness's disk does not take the checkpoint": "见证的磁盘无法写入检查点",
    "the witness's disk cannot be read": "见证的磁盘无法读取",
    "the witness's disk gives back another checkpoint": "见证的磁盘返回的检查点不同",
    "what the witness kept is gone": "见证所存的检查点不见了",
    "the witness remembers a longer ledger: this one was rolled back": "见证所记的账本更长：本账本曾被回退",
    "the witness remembers another ledger than this": "见证所记的是另一本账本",
    "the witness signed another checkpoint than the one we sent": "见证签署的不是我们送去的检查点",
    "the witness does not know this ledger": "见证不认识本账本",
    "Ask its keeper: facekeep ledger witness accept KEY": "请对方接受：facekeep ledger witness accept KEY",
    "the witness answered {}": "见证答复 {}",
    "the witness changes its mind": "见证前后答复不一",
    "the witness's answer cannot be read": "见证的答复无法读取",
    "the witness cannot be reached": "无法联系见证",
    "Check its address and the network": "请检查其地址和网络",
    "Try again later": "请稍后再试",
    "no witness is set that could be asked": "没有可以联系的见证",
    "Print a sheet: facekeep ledger witness print FILE, or set FACEKEEP_WITNESS": (
        "请打印检查点：facekeep ledger witness print FILE，或设定 FACEKEEP_WITNESS"
    ),
    "no sheet with a checkpoint was printed for a week": "一周没有打印过检查点",
    "Print one and hang it: facekeep ledger witness print FILE": "请打印张贴：facekeep ledger witness print FILE",
    # -- being one --------------------------------------------------------------------------
    "nobody is a witness to their own ledger": "不能为自己的账本作见证",
    "a home is witness to {} others at most": "一个保管库最多为 {} 个账本作见证",
    "no log we were asked to remember signed this": "签署者不是我们受托见证的账本",
    "The witness takes it on first: facekeep ledger witness accept KEY": "请先接受：facekeep ledger witness accept KEY",
    # -- notices ----------------------------------------------------------------------------
    "the webhook's secret cannot be read": "通知地址的密钥无法读取",
    "Check its file and rights": "请检查该文件及其权限",
}
