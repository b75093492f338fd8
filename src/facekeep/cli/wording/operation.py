"""Copies, upgrades, readiness: the command line's own words and help pages."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "help.backup": (
        ("备份：保管库运行时也可进行，不需要口令\n\n"
        "一个签名的文件：同意记录和账本封存在口令之下，参考数据封存在 30 天后销毁的密钥之下。密钥槽、签名密钥和口令都不在其中，"
        "人脸密钥默认也不在。要备份密钥，请用 --with-keys 指明另一个文件夹：与密钥槽一起封存，7 天后谁也打不开。\n"
        "$ facekeep --home H backup --to /media/backup"),
        ("Back up a home, also while it is at work; no passphrase is needed\n\n"
        "One signed file: consents and ledger sealed to the passphrase, references sealed to a key that dies after 30 days."
        " Slot, signing key and passphrase are not in it, and by default no face key is. To copy the keys name another folder"
        " with --with-keys: sealed together with their slot, and noise after 7 days.\n"
        "$ facekeep --home H backup --to /media/backup"),
    ),
    "help.restore": (
        ("从备份恢复到空文件夹\n\n"
        "恢复时重新执行此后的每一次删除，换新签名密钥；已撤回的人不会回来。没有比备份更新的删除清单就不予恢复，"
        "除非用 --everybody-anew 结束全部同意。--verify 在临时文件夹里真正试一遍，并说明会恢复什么。\n"
        "$ facekeep restore facekeep-1a2b3c4d.backup --verify\n"
        "$ facekeep restore facekeep-1a2b3c4d.backup --to H"),
        ("Bring a home back from a backup into an empty folder\n\n"
        "Every erasure since is repeated and a new signing key drawn: whoever withdrew stays away. Without an erasure list"
        " newer than the backup it is refused, unless --everybody-anew ends every consent. --verify really tries it in a"
        " temporary folder and says what would come back.\n"
        "$ facekeep restore facekeep-1a2b3c4d.backup --verify\n"
        "$ facekeep restore facekeep-1a2b3c4d.backup --to H"),
    ),
    "help.passphrase": ("口令", "The passphrase"),
    "help.passphrase.change": (
        ("更换口令\n\n"
        "人脸和同意都不受影响。密钥槽同时更换，旧的 keys.db 副本随即作废；此前的备份仍用旧口令打开。\n"
        "$ facekeep --home H passphrase change --new-passphrase-file new.txt"),
        ("Change the passphrase\n\n"
        "Faces and consents stay as they are. The slot is replaced with it, so older copies of keys.db are noise; earlier"
        " backups still open with the old passphrase.\n"
        "$ facekeep --home H passphrase change --new-passphrase-file new.txt"),
    ),
    "option.backup_to": ("备份放在哪个文件夹，最好在另一设备上", "the folder it goes to, best on another device"),
    "option.with_keys": ("另存密钥的文件夹，不得与备份相同", "another folder for a copy of the keys; never the same"),
    "option.keys_days": ("密钥副本几天后作废（1 至 30，默认 7）", "days after which the copy of the keys dies (1 to 30, 7)"),
    "option.backup_file": ("备份文件", "the backup"),
    "option.restore_to": ("恢复到哪个空文件夹", "the empty folder the home comes to"),
    "option.restore_verify": ("只试不留：说明会恢复什么", "only try, keep nothing: say what would come back"),
    "option.restore_keys": ("密钥副本文件（.keys）", "the copy of the keys (.keys)"),
    "option.restore_key": (
        "备份签名者的公钥或其文件；保管文件夹在时不必填写",
        "public key of whoever signed, or its file; not needed where custody still lies",
    ),
    "option.everybody_anew": (
        "删除清单已遗失：结束全部同意，重新征求每个人的意见",
        "the erasure list is lost: end every consent, everybody is asked again",
    ),
    "option.new_passphrase": ("新口令所在的文件（第一行）", "a file with the new passphrase (its first line)"),
    "option.upgrade_to": ("目标版本，如 0001；默认为最新", "the revision to come to, such as 0001; the newest where left out"),
    "option.dry_run": ("只显示会做什么", "only show what would be done"),
    "option.upgrade_backup": ("升级前把备份放在哪个文件夹", "the folder a backup goes to first"),
    "option.without_backup": ("不备份就升级", "upgrade without one"),
    "prompt.new": ("新口令：", "New passphrase: "),
    "upgrade.plan": ("将要执行的步骤", "What would be done"),
    "upgrade.backup": ("升级前的备份：{path}", "The backup made before: {path}"),
    "backup.working": ("正在备份", "backing up"),
    "backup.done": ("备份完成", "Backed up"),
    "backup.label.references": ("参考数据作废日", "references die on"),
    "backup.label.keys": ("密钥", "keys"),
    "backup.label.keys_die": ("密钥作废日", "keys die on"),
    "backup.no_keys": ("没有备份：人员需重新登记", "not copied: people enrol again"),
    "restore.working": ("正在恢复", "restoring"),
    "restore.done": ("保管库已恢复", "The home is back"),
    "restore.would": ("备份完好，可以恢复", "The backup is whole and comes back"),
    "restore.label.people": ("同意在册的人数", "people with a consent"),
    "restore.label.enrolled": ("无须重新登记的人数", "people who need not enrol again"),
    "restore.as_of": (
        "记录停在 {day}：此后离任的人员、吊销的密钥和设备、提出的限制都要再办一次。",
        "Records are of {day}: retire again whoever left office since, revoked keys and devices, and repeat restraints.",
    ),
    "ledger.label.entries": ("账本条目", "ledger entries"),
    "passphrase.changed": ("口令已更换", "The passphrase was changed"),
    "passphrase.old_copies": (
        "此前的备份仍用旧口令打开：请保存旧口令，或重新备份后删除它们。",
        "Earlier backups still open with the old one: keep it, or back up anew and delete them.",
    ),
    "error.new_passphrase": ("请用 --new-passphrase-file 指明新口令", "name the new one: --new-passphrase-file FILE"),
    "error.to_or_verify": ("请写明 --to 或 --verify 之一", "say either --to or --verify"),
    "finding.ready": ("具备正式运行的条件", "ready for production"),
    "finding.not_ready": ("正式运行的条件尚不具备", "not ready for production"),
}  # fmt: skip
"""Chinese, English by key; merged into ``cli.words``."""
