"""The command line's own words, Chinese and English side by side.

Help texts (``help.…``, ``option.…``) lie in :mod:`facekeep.cli.handbook`; findings of the doctor
(``finding.…``, ``fix.…``) in :mod:`facekeep.cli.clinic`; what belongs to one area in
:mod:`facekeep.cli.wording`.
"""

from __future__ import annotations

from facekeep.cli.clinic import CLINIC
from facekeep.cli.handbook import HANDBOOK
from facekeep.cli.wording import (
    access,
    cases,
    clocks,
    consents,
    jobs,
    law,
    operation,
    papers,
    places,
    purposes,
    service,
)
from facekeep.terms.messages import Catalogue

_SCREENS = {
    "list.join": ("、", ", "),
    # -- labels -----------------------------------------------------------------------------
    "label.auc": ("AUC：明文 · 受保护", "AUC, plain · protected"),
    "label.eer": ("EER：明文 · 受保护", "EER, plain · protected"),
    "label.by": ("同意人", "by"),
    "label.calibration": ("校准", "calibration"),
    "label.capture": ("采集", "capture"),
    "label.checkpoint": ("检查点", "checkpoint"),
    "label.custody": ("密钥槽所在", "slot, anchor, signing key"),
    "label.digest": ("SHA-256", "SHA-256"),
    "label.erased": ("删除日期", "erased on"),
    "label.error_rate": ("错误率上限", "error rate"),
    "label.event": ("账本条目", "ledger entry"),
    "label.expires": ("到期", "expires"),
    "label.failed": ("未能提取", "not usable"),
    "label.file": ("文件", "file"),
    "label.fingerprint": ("公钥指纹", "public key fingerprint"),
    "label.given": ("同意日期", "given on"),
    "label.governed_by": ("由谁决定", "governed by"),
    "label.grade": ("级别", "grade"),
    "label.group": ("分组", "group"),
    "label.home": ("保管库编号", "home id"),
    "label.kind": ("事项", "kind"),
    "label.licence": ("许可证", "licence"),
    "label.model": ("模型", "model"),
    "label.notice": ("告知书摘要", "notice digest"),
    "label.pad": ("活体检测", "attack check"),
    "label.pairs": ("同人对 · 异人对", "mated · non-mated pairs"),
    "label.path": ("位置", "path"),
    "label.people": ("人数", "people"),
    "label.photos": ("采用照片", "photographs used"),
    "label.pictures": ("照片", "pictures"),
    "label.place_in_log": ("位置", "place in the ledger"),
    "label.plain": ("明文 FNMR", "plain FNMR"),
    "label.protected": ("受保护 FNMR", "protected FNMR"),
    "label.public_key": ("公钥文件", "public key file"),
    "label.purpose": ("目的", "purpose"),
    "label.quality": ("照片质量", "quality"),
    "label.references": ("删除的参考数据", "references erased"),
    "label.role": ("用途", "role"),
    "label.root": ("根", "root"),
    "label.scope": ("范围", "scope"),
    "label.searched": ("搜索人数", "people searched"),
    "label.size": ("条目", "size"),
    "label.threshold": ("阈值", "threshold"),
    "label.time": ("时间", "time"),
    "label.title": ("名称", "title"),
    "label.version": ("版本", "version"),
    "label.witness": ("见证", "witness"),
    # -- values -----------------------------------------------------------------------------
    "decision.match": ("合符 · 匹配", "Match"),
    "decision.non-match": ("不匹配", "No match"),
    "grade.demonstration": ("演示级", "demonstration grade"),
    "grade.production": ("生产级", "production grade"),
    "grade.warning": (
        "演示级模型：只可用于演示，不可用于真实通行。",
        "Demonstration grade: for trying out only, never for a real door.",
    ),
    "grade.warning.dlib-resnet": (
        "演示级模型：在其常用阈值下，约四成东亚陌生人会被误认为同一人。只可用于演示，不可用于真实通行。",
        ("Demonstration grade: at this model's usual threshold about 4 in 10 pairs of East Asian"
        " strangers match. For trying out only, never for a real door."),
    ),
    "pad.passed": ("已通过", "passed"),
    "pad.not_checked": ("未检测", "not checked"),
    "capture.none": ("无来源证明", "origin not proved"),
    "capture.device": ("已登记设备", "registered device"),
    "capture.attested": ("来源可证明", "attested"),
    "calibration.none": ("无", "none"),
    "part.size": ("人脸尺寸", "size"),
    "part.sharpness": ("清晰度", "sharpness"),
    "part.pose": ("姿态", "pose"),
    "part.exposure": ("曝光", "exposure"),
    "role.embedder": ("识别", "recognition"),
    "role.detector": ("检测", "detection"),
    "role.attack": ("活体检测", "attack check"),
    "scope.processing": ("为该目的使用人脸", "using the face for this purpose"),
    "scope.storage": ("在终端之外存放", "keeping face data off the terminal"),
    "by.person": ("本人", "the person"),
    "by.guardian": ("监护人", "a guardian"),
    "group.all": ("全体", "everybody"),
    "group.rest": ("其余", "the rest"),
    "act.enrolment": ("注册", "enrolment"),
    "act.withdrawal": ("撤回", "withdrawal"),
    "act.renewal": ("更新", "renewal"),
    "state.ConsentGiven": ("已同意", "Consent given"),
    "state.ConsentWithdrawn": ("已撤回", "Consent withdrawn"),
    "state.ConsentExpired": ("已到期", "Consent expired"),
    "state.ConsentInvalidated": ("已失效", "Consent without force"),
    "state.ConsentRefused": ("已拒绝", "Consent refused"),
    "state.ConsentRequested": ("已征询", "Consent asked for"),
    # -- the person's way ----------------------------------------------------------------------
    "consent.given": ("已记录同意", "Consent recorded"),
    "consent.free": (
        "随时可以撤回：facekeep withdraw --purpose {purpose} --subject …",
        "It can be withdrawn at any time: facekeep withdraw --purpose {purpose} --subject …",
    ),
    "consent.none": ("没有同意记录", "No consent record"),
    "withdrawn": ("已撤回，人脸数据已删除", "Withdrawn; the face data is erased"),
    "withdrawn.now": (
        "密钥已销毁，参考数据已成噪声并已清除。从此刻起，任何判定都不再给出。",
        ("The key is destroyed, the reference is noise and swept away. From now on no decision"
        " about this person is released."),
    ),
    "withdrawn.receipt": (
        "凭证已写入 {path}，请交给本人保存。",
        "The receipt is in {path}. Give it to the person.",
    ),
    "horizon.none": ("我们没有封存过密钥库的副本：没有什么还要等它到期。", "We have sealed no copy of the key store: nothing is left to expire."),
    "horizon.until": (
        "密钥库的最后一份封存副本将于 {day} 失效。",
        "The last sealed copy of the key store dies on {day}.",
    ),
    "receipt.holds": ("凭证属实", "The receipt holds"),
    "receipt.against": (
        "该保管库的账本载有凭证中的条目，且没有密钥复活。",
        "The home's ledger holds these entries, and no key has come back.",
    ),
    "receipt.limits": (
        "它证明截至该检查点，我们的存储中已删除；不能证明别处没有副本。",
        "It proves the erasure in our stores as of the checkpoint, not that no copy exists elsewhere.",
    ),
    "receipt.alarm": (
        "这份凭证不可信：可能被改动过，或公钥不是签发者的。请向签发者索取原件。",
        "Do not rely on this receipt: it was changed, or the key is not its issuer's. Ask the issuer for the original.",
    ),
    "receipt.alarm_home": (
        "凭证与该保管库不符。请保留两者，联系个人信息保护负责人。",
        "Receipt and home do not agree. Keep both as they are and ask the officer.",
    ),
    # -- faces ---------------------------------------------------------------------------------
    "enrolled": ("已注册", "Enrolled"),
    "enrolled.halves": (
        "我们只保存一个数字的两半，分处两地；照片已经丢弃。",
        "We keep two halves of a number, apart from each other. The picture is gone.",
    ),
    "enrolled.left_out": ("有一张照片没有采用：{why}", "One photograph was left out: {why}"),
    "quality.good": ("{value}／100", "{value} of 100"),
    "quality.said": ("{value}／100，最弱项：{weakest}", "{value} of 100, weakest in {weakest}"),
    "rate.fmr": ("每 {n} 名陌生人至多误认 1 人", "at most 1 stranger in {n} would match"),
    "rate.fpir": ("每 {n} 次陌生人搜索至多误报 1 次", "at most 1 search in {n} by a stranger returns anybody"),
    "found": ("已辨识", "Found"),
    "found.nobody": ("没有找到", "Nobody found"),
    "found.dies": ("没有匹配的照片不留下任何数据。", "A probe that matches nobody dies with this answer."),
    "found.order": ("次序是随机的，不代表相似程度。", "In random order: it says nothing about likeness."),
    "offer.other_ways": ("同样可用：{ways}", "Just as good: {ways}"),
    "renewed": ("已更新", "Renewed"),
    "renewed.count": ("{n} 条参考数据", "references: {n}"),
    "renewed.stale": (
        "旧密钥已销毁；以前的任何副本都已过时，会被拒绝。无需重新拍照。",
        "The old keys are destroyed. Every earlier copy is stale and refused; nobody comes back to the camera.",
    ),
    "renewed.archives": ("已销毁 {n} 份参考数据存档的密钥。", "Keys of reference archives destroyed: {n}."),
    "renew.working": ("正在更新", "renewing"),
    # -- ledger --------------------------------------------------------------------------------
    "ledger.whole": ("账本完整", "The ledger is whole"),
    "ledger.entries": ("{n} 条", "entries: {n}"),
    "ledger.no_witness": (
        "还没有外部见证人：整本重写的账本无法由它自身发现。",
        "No outside witness yet: a ledger rewritten as a whole would agree with itself.",
    ),
    "witness.none": ("无", "none"),
    "witness.exported": ("已交出检查点", "Checkpoint for the witness"),
    "witness.imported": ("见证人所存与账本一致", "The ledger continues what the witness kept"),
    "checkpoint.sealed": ("检查点已签封", "Checkpoint sealed"),
    "checkpoint.give": (
        "请交给我们触及不到的人保存：审计员、另一机构或公共日志。",
        "Give it to somebody who keeps it where we cannot reach: an auditor, another organisation, a public log.",
    ),
    "proof.holds": ("账本载有这一条", "The ledger holds this entry"),
    "proof.place": ("第 {n} 条，共 {size} 条", "{n} of {size}"),
    "proof.details": (
        "条目的细节是密封的，只有持有其密文秘密的人能打开。",
        "Its details are sealed; only whoever holds their secret opens them.",
    ),
    "export.done": ("账本已导出", "Ledger exported"),
    "export.alarm": (
        "这份导出不可信：请向保管者重新索取，并与见证人所存的检查点核对。",
        "Do not rely on this export. Ask its keeper for a new one, and compare it with what a witness kept.",
    ),
    # -- homes ---------------------------------------------------------------------------------
    "init.done": ("保管库已建立", "The home is ready"),
    "init.sheet": ("恢复说明，请打印保存", "recovery sheet: print it and keep it"),
    "init.working": ("正在建立", "founding"),
    "init.keep": ("请保存", "Keep"),
    "init.keep.passphrase": (
        "口令：写下来，与这台机器分开存放。",
        "The passphrase, written down, away from this machine.",
    ),
    "init.keep.public": (
        "公钥文件 ledger.pub：交给任何要核对凭证或账本的人。",
        "ledger.pub, handed to whoever checks receipts or the ledger.",
    ),
    "init.keep.home": (
        "保管库文件夹：可以备份；恢复后用 facekeep adopt 认领，全部删除会重新执行。早于最近一次删除或重置的备份只能带回同意记录和账本，人脸须重新登记。",
        "The home folder may be backed up; after a restore facekeep adopt takes it in and repeats every erasure. A copy older than the last erasure or renewal brings back consents and ledger, not faces: people enrol again.",
    ),
    "init.never": ("切勿", "Never"),
    "init.never.slot": (
        "备份密钥槽所在的文件夹：备份了它，删除就不再是删除。",
        "Back up the slot's folder: with a copy of it, erasing is no longer erasing.",
    ),
    "init.never.together": (
        "把口令、保管库和密钥槽放进同一份备份或同一个云盘。",
        "Put passphrase, home and slot into one backup or one cloud folder.",
    ),
    "init.lost": ("如果遗失", "If something is lost"),
    "init.lost.passphrase": (
        "口令：无法找回，人员须重新注册；撤回、凭证和账本照常可用。",
        "The passphrase: it cannot be recovered and people enrol again. Withdrawals, receipts and the ledger go on.",
    ),
    "init.lost.slot": (
        "密钥槽：所有参考数据立即成为噪声，人员须重新注册。",
        "The slot: every reference becomes noise at once and people enrol again.",
    ),
    "init.lost.home": (
        "保管库：请从备份恢复并认领；没有备份则重新建立。",
        "The home: restore a backup and adopt it; without one, begin anew.",
    ),
    "init.flash": (
        ("实话：在闪存盘、虚拟磁盘和带快照的文件系统上，被覆盖的密钥槽可能残留在备用块或快照里。"
        "要让删除可靠，请把它放在专用芯片或可物理销毁的介质上。"),
        ("Honestly: on flash, virtual disks and file systems with snapshots an overwritten slot may"
        " survive in spare blocks. Where erasure must be certain, keep it on a chip or on a medium"
        " you can destroy."),
    ),
    "upgrade.done": ("存储已升级", "The stores were upgraded"),
    "upgrade.none": ("存储已是最新", "The stores are up to date"),
    "upgrade.steps": ("{n} 步", "steps: {n}"),
    "adopt.done": ("保管库已认领", "The home is adopted"),
    "adopt.new_key": (
        "签名密钥已换新，请把新的公钥交给核对者：{path}",
        "It signs with a new key from now on. Hand out the new public half: {path}",
    ),
    "recovered.enrolment completed": ("上次中断的注册已完成。", "An interrupted enrolment was completed."),
    "recovered.enrolment rolled back": ("上次中断的注册已撤销，没有留下数据。", "An interrupted enrolment was rolled back; nothing of it is left."),
    "recovered.withdrawal completed": ("上次中断的撤回已完成。", "An interrupted withdrawal was completed."),
    "recovered.renewal completed": ("上次中断的更新已完成。", "An interrupted renewal was completed."),
    "recovered.receipt": ("其凭证在 {path}，请交给本人。", "Its receipt is in {path}. Give it to the person."),
    # -- models and measures -------------------------------------------------------------------
    "models.added": ("模型已加入", "Model added"),
    "models.working": ("正在校验模型", "checking the model"),
    "models.whole": ("模型文件完整", "Every model file is whole"),
    "models.count": ("{n} 个", "files: {n}"),
    "models.calibrate": (
        "请先校准：facekeep calibrate DIR --model {id} --population NAME",
        "Calibrate it: facekeep calibrate DIR --model {id} --population NAME",
    ),
    "models.no_attack_check": (
        "没有活体检测模型：每次判定都会注明“未检测”。",
        "No attack check is installed: every answer says “not checked”.",
    ),
    "measure.looking": ("正在提取特征", "looking at faces"),
    "measure.pairs": ("正在比对", "comparing pairs"),
    "evaluated": ("评测完成", "Evaluated"),
    "evaluated.overall": ("全体：给定 FMR 下的 FNMR", "Overall: FNMR at a given FMR"),
    "evaluated.groups": (
        "各组：用全体在 FMR {fmr} 处的阈值",
        "By group, at everybody's threshold for FMR {fmr}",
    ),
    "evaluated.intervals": (
        "方括号内为 95% 区间（威尔逊区间与按人自助法，取宽）。",
        "In brackets: 95 % intervals, the wider of Wilson's and a bootstrap over people.",
    ),
    "calibrated": ("校准完成", "Calibrated"),
    "calibrated.strictest": (
        "这批人最多支持到错误匹配率 {fmr}；更严的要求会被拒绝。",
        "These people support a false match rate of {fmr} and no stricter; stricter requests are refused.",
    ),
    "bench.ratio": ("所用时间为 FAISS 的 {ratio} 倍", "{ratio} × the time of FAISS"),
    "bench.rows": ("行 × 维", "rows × dimensions"),
    "bench.threads": ("线程", "threads"),
    "bench.ours": ("受保护搜索", "protected search"),
    "bench.faiss": ("FAISS 明文搜索", "FAISS, plain"),
    "bench.exact": ("逐位一致", "exact scores"),
    "bench.yes": ("是", "yes"),
    "bench.no": ("否", "no"),
    "bench.bytes": ("每条参考数据字节数", "bytes a reference"),
    "bench.reduced": (
        "可用内存不足 {asked} 行，已减少。",
        "The free memory does not hold {asked} rows; fewer were used.",
    ),
    "bench.working": ("正在生成", "making rows"),
    # -- doctor --------------------------------------------------------------------------------
    "doctor.ok": ("一切正常", "All is well"),
    "doctor.warn": ("可用，有几点请留意", "In order, with remarks"),
    "doctor.bad": ("有问题，请先处理", "Something is wrong"),
    # -- asking and complaining ----------------------------------------------------------------
    "prompt.passphrase": ("口令：", "Passphrase: "),
    "prompt.again": ("再输一次：", "Once more: "),
    "error.no_home": (
        "没有指明保管库：请用 --home H 或 FACEKEEP_HOME",
        "no home was named: use --home H or FACEKEEP_HOME",
    ),
    "error.no_file": ("文件无法读取：{file}", "the file cannot be read: {file}"),
    "error.output_inside": (
        "文件不能写到保管库或其保管文件夹内，请换个位置",
        "no paper is written inside the home or its custody folder: choose another place",
    ),
    "error.no_folder": ("没有这个文件夹：{folder}", "there is no such folder: {folder}"),
    "error.date": ("日期请写成 YYYY-MM-DD", "a date is written YYYY-MM-DD"),
    "error.event": ("条目编号是 32 位十六进制数", "an entry's id is 32 hexadecimal digits"),
    "error.key_needed": ("核对导出文件需要公钥：--key", "an export is verified with a public key: --key"),
    "error.photos_or_camera": ("--photos 与 --camera 只能选一个", "choose --photos or --camera, not both"),
    "usage.MissingParameter": ("缺少 {subject}", "{subject} is missing"),
    "usage.NoSuchOption": ("没有 {subject} 这个选项", "there is no option {subject}"),
    "usage.other": ("参数有误：{detail}", "{detail}"),
    # -- help pages ----------------------------------------------------------------------------
    "manual.commands": ("命令", "Commands"),
    "manual.arguments": ("参数", "Arguments"),
    "manual.options": ("选项", "Options"),
    "manual.help": ("显示本页", "show this page"),
}  # fmt: skip

WORDS = Catalogue(
    {
        **_SCREENS,
        **HANDBOOK,
        **CLINIC,
        **purposes.WORDS,
        **consents.WORDS,
        **places.WORDS,
        **clocks.WORDS,
        **jobs.WORDS,
        **papers.WORDS,
        **service.WORDS,
        **access.WORDS,
        **operation.WORDS,
        **cases.WORDS,
        **law.WORDS,
    }
)
"""Everything the command line says."""
