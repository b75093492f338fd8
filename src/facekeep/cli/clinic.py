"""What the doctor says of each finding, and what can be done about it."""

from __future__ import annotations

CLINIC = {
    "finding.store_whole": ("{name}.db 完整", "{name}.db is whole"),
    "finding.store_damaged": ("{name}.db 已损坏", "{name}.db is damaged"),
    "fix.store_damaged": (
        "请从备份恢复，再用 facekeep adopt 认领",
        "Restore a backup, then facekeep adopt",
    ),
    "finding.rows_sealed": (
        "{n} 条参考数据都有账本封记和密钥",
        "references with their seal and key: {n}, none without",
    ),
    "finding.rows_unsealed": (
        "{n} 条参考数据与账本封记不符：被改动过",
        "references that do not match their seal in the ledger: {n}. They were changed",
    ),
    "fix.rows_unsealed": (
        "这些人的验证会被拒绝；请恢复备份并认领，或请他们重新注册",
        "Using them is refused. Restore a backup and adopt it, or let these people enrol again",
    ),
    "finding.rows_widowed": ("{n} 把密钥没有对应的参考数据", "keys without a reference: {n}"),
    "fix.rows_widowed": (
        "参考数据被删过；请恢复备份并认领，或请这些人重新注册",
        "References were taken away. Restore a backup and adopt it, or let these people enrol again",
    ),
    "finding.rows_orphaned": (
        "{n} 条参考数据没有密钥：只是噪声",
        "references without a key: {n}. They are noise",
    ),
    "fix.rows_orphaned": ("facekeep adopt 会清除它们", "facekeep adopt sweeps them away"),
    "finding.act_unfinished": ("有一次{kind}被中断", "an interrupted {kind} waits"),
    "fix.act_unfinished": (
        "下次打开保管库时会完成或撤销它",
        "The next command that enters the home completes it or rolls it back",
    ),
    "finding.renewal_unfinished": ("{n} 条更新没有做完", "unfinished renewals: {n}"),
    "fix.renewal_unfinished": (
        "下次用口令打开时会做完：facekeep renew",
        "The next command with the passphrase finishes them: facekeep renew",
    ),
    "finding.nothing_unfinished": ("没有未完成的操作", "nothing is unfinished"),
    "finding.ledger_whole": ("账本完整，共 {n} 条", "the ledger is whole, entries: {n}"),
    "finding.ledger_shorter": ("账本比锚点所记的短", "the ledger is shorter than the anchor remembers"),
    "fix.ledger_shorter": (
        "可能恢复了旧备份；若是您所为：facekeep adopt --because …",
        "An older copy may lie here. If that was you: facekeep adopt --because …",
    ),
    "finding.ledger_other": ("账本与锚点所记的不是同一份", "the ledger is not the one the anchor remembers"),
    "fix.ledger_other": ("请保留现场并查明原因", "Keep everything as it is and find out why"),
    "finding.witness_none": ("还没有外部见证人", "no outside witness has seen the ledger"),
    "fix.witness_none": (
        "facekeep ledger witness export FILE，交给审计员，再 import 回来",
        "facekeep ledger witness export FILE, give it to an auditor, import what comes back",
    ),
    "finding.witness_old": ("见证人上次看到账本是 {days} 天前", "a witness last saw the ledger {days} days ago"),
    "fix.witness_old": ("facekeep ledger witness export FILE", "facekeep ledger witness export FILE"),
    "finding.witness_seen": ("见证人 {days} 天前看过账本", "a witness saw the ledger {days} days ago"),
    "finding.clock_behind": (
        "本机时钟比账本晚了 {minutes} 分钟",
        "this machine's clock lies {minutes} minutes behind the ledger",
    ),
    "fix.clock_behind": (
        "请校准时钟；在追上之前，到期时间按账本计算",
        "Set the clock. Until it catches up, terms are counted by the ledger",
    ),
    "finding.clock_ahead": ("时钟与账本相符", "the clock agrees with the ledger"),
    "finding.slot_opens": ("密钥槽能打开密钥树", "the slot opens the key tree"),
    "finding.anchor_agrees": ("锚点与三个存储一致", "the anchor agrees with the three stores"),
    "finding.anchor_foreign": ("锚点属于另一个保管库", "the anchor is another home's"),
    "fix.anchor_foreign": ("请核对密钥槽所在的文件夹", "Check which custody folder home.toml names"),
    "finding.other_machine": ("保管库上次在另一台机器上打开", "the home was last open on another machine"),
    "fix.other_machine": ("若是您移动的：facekeep adopt --because …", "If you moved it: facekeep adopt --because …"),
    "finding.other_place": ("保管库上次在另一个位置打开", "the home was last open in another place"),
    "fix.other_place": ("若是您移动的：facekeep adopt --because …", "If you moved it: facekeep adopt --because …"),
    "finding.store_older": ("{name}.db 比另外两个存储旧", "{name}.db is older than its twins"),
    "fix.store_older": ("若是您恢复的：facekeep adopt --because …", "If you restored it: facekeep adopt --because …"),
    "finding.custody_missing": ("密钥槽所在的文件夹不见了：{path}", "the slot's folder is gone: {path}"),
    "fix.custody_missing": (
        "请接上它所在的设备；确已遗失则 facekeep adopt，人员重新注册",
        "Attach its device. If it is lost: facekeep adopt, and people enrol again",
    ),
    "finding.slot_beside": (
        "密钥槽与保管库在同一设备上",
        "the slot lies on the same device as the home",
    ),
    "fix.slot_beside": (
        "整盘备份会把两者一起带走；请用 FACEKEEP_CUSTODY 指向另一设备",
        "An image of the disk takes both. Point FACEKEEP_CUSTODY to another device",
    ),
    "finding.slot_apart": ("密钥槽与保管库分在两个设备上", "slot and home lie on different devices"),
    "finding.passphrase_inside": (
        "口令文件就在保管库或密钥槽的文件夹里",
        "the passphrase file lies inside the home or beside the slot",
    ),
    "fix.passphrase_inside": ("请移到别处，最好在另一设备上", "Move it elsewhere, best to another device"),
    "finding.passphrase_beside": ("口令文件就在保管库旁边", "the passphrase file lies beside the home"),
    "fix.passphrase_beside": ("请移到别处，最好在另一设备上", "Move it elsewhere, best to another device"),
    "finding.passphrase_apart": ("口令文件与保管库分开存放", "the passphrase file lies apart from the home"),
    "finding.file_open": ("其他用户可以读取 {path}", "other users may read {path}"),
    "fix.file_open": ("chmod go-rwx", "chmod go-rwx"),
    "finding.files_closed": ("文件只有所有者可读", "only the owner may read the files"),
    "finding.disk_full": ("磁盘只剩 {gb} GB", "only {gb} GB are free"),
    "fix.disk_full": ("请腾出空间：删除也需要空间", "Free some space: erasing needs room too"),
    "finding.disk_free": ("磁盘剩余 {gb} GB", "{gb} GB are free"),
    "finding.models_whole": ("{n} 个模型文件与摘要一致", "model files that match their digest: {n}"),
    "finding.model_missing": ("目的所用的模型 {model} 没有安装", "model {model}, which a purpose names, is not installed"),
    "fix.model_missing": ("facekeep models add FILE", "facekeep models add FILE"),
    "finding.model_demonstration": ("在用的模型 {model} 是演示级", "model {model}, in use, is of demonstration grade"),
    "fix.model_demonstration": (
        "请加入生产级模型并校准，再发布引用它的目的",
        "Add a production model, calibrate it, and publish the purpose with it",
    ),
    "finding.calibration_none": ("模型 {model} 没有校准", "model {model} has no calibration"),
    "fix.calibration_none": ("facekeep calibrate DIR --model …", "facekeep calibrate DIR --model …"),
    "finding.calibration_here": (
        "模型 {model} 已校准：{population}，{date}",
        "model {model} is calibrated: {population}, {date}",
    ),
    "finding.attack_none": ("没有安装活体检测：判定会注明“未检测”", "no attack check is installed: answers say “not checked”"),
    "fix.attack_none": (
        "加入两个 MiniFASNet 模型文件：facekeep models add FILE",
        "Add the two MiniFASNet files: facekeep models add FILE",
    ),
    "finding.attack_here": ("活体检测已安装", "the attack check is installed"),
}  # fmt: skip
"""Chinese, English by key; merged into ``cli.words``."""
