"""Backups, restorations, upgrades and readiness: what rooms raise in English, in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    # -- verifying
    "the ledger is too long to be recomputed while somebody waits": "账本太长，无法在等待中重新计算",
    "Verify it where it lies: facekeep ledger verify": "请在本机核验：facekeep ledger verify",
    # -- copies
    "{} could not be copied": "{} 无法复制",
    "Free some space": "请腾出空间",
    "{} already exists": "{} 已存在",
    "Choose another folder, or move it away": "请换一个文件夹，或先把它移走",
    "Choose another name for the home": "请给保管库换一个名字",
    "there is no such folder": "没有这个文件夹",
    "the disk is full": "磁盘已满",
    "the folder may not be written to": "不能写入这个文件夹",
    "Choose another, or change its rights": "请换一个，或修改其权限",
    "the disk does not answer": "磁盘没有响应",
    "there is no room for a backup": "没有存放备份的空间",
    "Free {} MB and try again": "请腾出 {} MB 后重试",
    "a backup inside the home or its custody folder protects nothing": "备份放在保管库或其保管文件夹内，起不到保护作用",
    "copies of keys and of references never lie in one folder": "密钥与参考数据的副本不得放在同一个文件夹",
    "an archive's key dies after 1 to {} days": "封存副本的密钥在 1 至 {} 天后销毁",
    # -- restorations
    "the backup cannot be read": "备份无法读取",
    "a home beside its slot protects nothing: choose another folder": "保管库不得放在密钥槽旁边：请换一个文件夹",
    "this is not a backup of a home": "这不是保管库的备份",
    "this is not an archive of keys": "这不是密钥的封存副本",
    "nobody here knows who signed this backup": "这里没有人知道这份备份由谁签名",
    "Name the public key you kept: --key ledger.pub": "请指明您另存的公钥：--key ledger.pub",
    "no erasure list tells who withdrew since this backup was made": "没有删除清单能说明备份之后谁撤回了同意",
    "Bring the newest custody folder, or end every consent: --everybody-anew": (
        "请带来最新的保管文件夹；或结束全部同意：--everybody-anew"
    ),
    "the home these keys belong to still stands": "这些密钥所属的保管库仍在",
    "Two homes under one key are one too many: move it away first": "同一把密钥下不能有两个保管库：请先把它移走",
    "the key of its references has died: people enrol again": "参考数据的封存密钥已销毁：人员需重新登记",
    "no copy of the keys was given: people enrol again": "没有提供密钥副本：人员需重新登记",
    "{} enrolments that the records do not know erased": "已删除记录中没有的登记 {} 项",
    "{} API keys revoked: make new ones": "已吊销 {} 个 API 密钥：请重新签发",
    "{} links to the portal ended: hand out new ones": "已终止 {} 个自助页面链接：请重新发放",
    "{} staff accounts are as they were then: retire whoever left since": "{} 个工作人员账户仍是当时的状态：此后离职者请重新停用",
    "{} people's consents ended: nobody knows who withdrew since": "已结束 {} 人的同意：此后谁撤回过已无从得知",
    # -- upgrades
    "no backup was made before": "升级之前没有备份",
    "Name a folder for one: --backup FOLDER, or say --without-backup": (
        "请指明备份文件夹：--backup FOLDER；或声明 --without-backup"
    ),
    "there is no revision {}": "没有 {} 这个版本",
    "{} is of a newer program": "{} 属于更新的程序",
    "Restore the backup that was made before": "请恢复升级前的备份",
    "rows of {} refer to rows that are gone": "{} 中有记录指向已不存在的记录",
    "the {} store is not what its revision says": "{} 存储与其版本不符",
    "Nothing was changed": "没有作任何改动",
    "a home has at least the tables of its first release": "保管库至少要有首个版本的表",
    # -- readiness
    "the model of {} is not installed": "目的 {} 所用的模型没有安装",
    "Add it: facekeep models add FILE": "请加入：facekeep models add FILE",
    "the model of {} is for demonstration only": "目的 {} 所用的模型仅供演示",
    "Add a production model and publish the purpose with it": "请加入生产级模型，并用它发布该目的",
    "the model of {} has no calibration": "目的 {} 所用的模型没有校准",
    "no calibration supports the error rate of {}": "没有校准能支持目的 {} 的错误率",
    "no attack check where nobody looks on: {}": "无人值守处没有活体检测：{}",
    "Add both networks (facekeep models add FILE), or register devices that check by themselves": (
        "请加入两个网络（facekeep models add FILE），或登记自带检测的设备"
    ),
    "the passphrase is empty": "口令为空",
    "the passphrase is among everybody's first guesses": "口令过于常见",
    "the passphrase is shorter than {} characters": "口令不足 {} 个字符",
    "Choose a new one of several words: facekeep passphrase change": "请换成由多个词组成的口令：facekeep passphrase change",
    "the slot lies inside the home": "密钥槽位于保管库内",
    "Move the custody folder out of it, then facekeep adopt": "请把保管文件夹移出，然后 facekeep adopt",
    "the custody folder is not there": "保管文件夹不在",
    "Attach the device it lies on": "请接上它所在的设备",
    "the passphrase file lies beside the home or the slot": "口令文件就在保管库或密钥槽旁边",
    "Move it to another folder, best to another device": "请移到别的文件夹，最好在另一设备上",
    "there is neither TLS nor a trusted proxy": "既没有 TLS，也没有可信代理",
    "Set FACEKEEP_TLS_CERTIFICATE and FACEKEEP_TLS_KEY, or FACEKEEP_TRUSTED_PROXIES": (
        "请设置 FACEKEEP_TLS_CERTIFICATE 和 FACEKEEP_TLS_KEY，或 FACEKEEP_TRUSTED_PROXIES"
    ),
    "the TLS certificate and its key cannot be read, or are not a pair": "TLS 证书与私钥无法读取，或不成对",
    "Name both as PEM files without a passphrase": "请指明两者的 PEM 文件，私钥不设口令",
    "the TLS certificate has expired": "TLS 证书已过期",
    "Renew it, then start again": "请续期后重新启动",
    "nobody outside remembers the ledger": "外部没有人记住账本",
    "the witness file lies on the disk of the home": "见证文件与保管库在同一磁盘上",
    "the witness is of no kind we know": "不认识这种见证方式",
    "Set FACEKEEP_WITNESS: file:FOLDER on another disk, https://HOST#KEY, or printed": (
        "请设置 FACEKEEP_WITNESS：另一磁盘上的 file:文件夹、https://主机#公钥，或 printed"
    ),
    "there is no room in memory to try keys and references together": "内存中没有空间把密钥与参考放在一起试恢复",
    "Try it without --keys, or where more memory is free": "请去掉 --keys 再试，或在空闲内存更多的机器上试",
}
