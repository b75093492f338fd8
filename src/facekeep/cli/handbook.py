"""Help texts, each with an example. The first line is what the list of commands shows."""

from __future__ import annotations

HANDBOOK = {
    "help.facekeep": (
        ("合符 — 认人，但不留人脸。同意为钥，人脸不留。\n\n"
        "先建立保管库，发布目的，征得同意，再注册和验证：\n"
        "$ facekeep --home H init\n"
        "$ facekeep --home H officer add 李静 --key li.pem\n"
        "$ facekeep --home H purpose publish gate.toml --assessment gate-assessment.toml"
        " --officer 李静 --officer-key li.pem\n"
        "$ facekeep --home H consent give --subject 7 --purpose gate\n"
        "$ facekeep --home H enrol --subject 7 --purpose gate --device gate-1 photo.jpg\n"
        "$ facekeep --home H verify --subject 7 --purpose gate --device gate-1 new.jpg"),
        ("合符 — recognise people without keeping a face. No consent, no key. No key, no face.\n\n"
        "Make a home, publish a purpose, ask for consent, then enrol and verify:\n"
        "$ facekeep --home H init\n"
        "$ facekeep --home H officer add Li --key li.pem\n"
        "$ facekeep --home H purpose publish gate.toml --assessment gate-assessment.toml"
        " --officer Li --officer-key li.pem\n"
        "$ facekeep --home H consent give --subject 7 --purpose gate\n"
        "$ facekeep --home H enrol --subject 7 --purpose gate --device gate-1 photo.jpg\n"
        "$ facekeep --home H verify --subject 7 --purpose gate --device gate-1 new.jpg"),
    ),
    "help.init": (
        ("建立保管库，并给出恢复说明\n\n"
        "三个存储在 H 里；密钥槽、锚点和签名密钥在 H 之外（FACEKEEP_CUSTODY）。口令会问两遍。\n"
        "$ facekeep --home /srv/facekeep init"),
        ("Make a home and print its recovery sheet\n\n"
        "Three stores go into H; slot, anchor and signing key lie outside it (FACEKEEP_CUSTODY)."
        " The passphrase is asked for twice.\n"
        "$ facekeep --home /srv/facekeep init"),
    ),
    "help.doctor": (
        ("检查保管库：存储、封记、账本、密钥槽、模型\n\n"
        "只读不改，不需要口令。发现篡改退出码为 4，有故障为 5。\n"
        "$ facekeep --home H doctor"),
        ("Examine a home: stores, seals, ledger, slot, models\n\n"
        "It changes nothing and needs no passphrase. Tampering exits 4, a fault 5.\n"
        "$ facekeep --home H doctor"),
    ),
    "help.upgrade": (
        ("把存储升级到本程序的结构，或退回到某一版本\n\n"
        "先备份，每个存储一次事务，之后核对结构。--dry-run 只显示步骤。退回会丢掉该版本新增的内容。\n"
        "$ facekeep --home H upgrade --backup B"),
        ("Lead the stores to this program's schema, or back to an earlier one\n\n"
        "A backup first, one transaction a store, checks afterwards. --dry-run only shows the steps. Going back loses what the"
        " later revision had added.\n"
        "$ facekeep --home H upgrade --backup B"),
    ),
    "help.adopt": (
        ("认领恢复、移动或复制来的保管库\n\n"
        "换新签名密钥，重新执行删除清单上的每一次删除，并把原因记入账本。\n"
        "$ facekeep --home H adopt --because \"restored after a disk failure\""),
        ("Take in a home that was restored, moved or cloned\n\n"
        "It draws a new signing key, repeats every erasure on the list and records why.\n"
        "$ facekeep --home H adopt --because \"restored after a disk failure\""),
    ),
    "help.consent": ("同意：本人的决定", "The person's own decision"),
    "help.consent.give": (
        ("记录一项同意\n\n"
        "先显示告知书；本人在别处看过的，用 --shown 写明其摘要。每个目的单独同意；在终端之外存放还需另一项同意"
        "（--for storage）。不满十四周岁由监护人同意，并写明看过何种证明。\n"
        "$ facekeep --home H consent give --subject 7 --purpose gate -o consent.json\n"
        "$ facekeep --home H consent give -s 9 -p gate --birth-date 2016-05-01 --guardian 12"
        " --relation parent --proof-kind household-register --proof 17/4"),
        ("Record a consent\n\n"
        "The notice is shown first; where the person read it elsewhere, --shown names its digest. One"
        " for each purpose; keeping data off the terminal needs another (--for storage). Under 14 a"
        " guardian consents, and what proved it is named.\n"
        "$ facekeep --home H consent give --subject 7 --purpose gate -o consent.json\n"
        "$ facekeep --home H consent give -s 9 -p gate --birth-date 2016-05-01 --guardian 12"
        " --relation parent --proof-kind household-register --proof 17/4"),
    ),
    "help.consent.show": (
        "显示一个人对某目的的全部同意记录\n\n$ facekeep --home H consent show --subject 7 --purpose gate",
        "Every consent record of a person for a purpose\n\n$ facekeep --home H consent show --subject 7 --purpose gate",
    ),
    "help.enrol": (
        ("由一张或几张照片注册；新的替换旧的\n\n"
        "几张照片会合成一条参考数据，照片随即丢弃。没有有效同意则拒绝（退出码 3）。\n"
        "$ facekeep --home H enrol --subject 7 --purpose gate --device gate-1 a.jpg b.jpg"),
        ("Enrol from one or more photographs; a new reference replaces the old\n\n"
        "Several photographs become one reference, and the pictures are gone. Refused without a"
        " consent in force (exit 3).\n"
        "$ facekeep --home H enrol --subject 7 --purpose gate --device gate-1 a.jpg b.jpg"),
    ),
    "help.verify": (
        ("1:1 验证：是不是本人\n\n"
        "匹配退出码为 0，不匹配为 1，拒绝为 3。答复从不含分数。\n"
        "$ facekeep --home H verify --subject 7 --purpose gate --device gate-1 --device-key gate-1.key photo.jpg"),
        ("1:1 — is this the person?\n\n"
        "A match exits 0, a non-match 1, a refusal 3. No answer carries a score.\n"
        "$ facekeep --home H verify --subject 7 --purpose gate --device gate-1 --device-key gate-1.key photo.jpg"),
    ),
    "help.identify": (
        ("1:N 辨识：是其中的谁\n\n"
        "只限写明此项的目的，且须由本人发起。找到退出码为 0，没有为 1。\n"
        "$ facekeep --home H identify --purpose gate --device gate-1 photo.jpg"),
        ("1:N — who is this, among the people enrolled?\n\n"
        "Only for purposes that name it, and by the person's own act. Somebody exits 0, nobody 1.\n"
        "$ facekeep --home H identify --purpose gate --device gate-1 photo.jpg"),
    ),
    "help.renew": (
        ("重置人脸，如同更换密码；无需重新拍照\n\n"
        "不指定则更新全部。密钥泄露时用 --because keys，参考数据的存档也随之销毁。\n"
        "$ facekeep --home H renew --because leak"),
        ("Reset faces like passwords; nobody comes back to the camera\n\n"
        "Everybody's, unless a subject or purpose is named. After a key leak say --because keys:"
        " archives of references die as well.\n"
        "$ facekeep --home H renew --because leak"),
    ),
    "help.withdraw": (
        ("撤回同意：删除人脸数据，给出凭证\n\n"
        "不需要口令。凭证可以离线核对，请交给本人。\n"
        "$ facekeep --home H withdraw --subject 7 --purpose gate -o receipt.json"),
        ("Withdraw: erase the face data and give a receipt\n\n"
        "Needs no passphrase. The receipt verifies offline; give it to the person.\n"
        "$ facekeep --home H withdraw --subject 7 --purpose gate -o receipt.json"),
    ),
    "help.ledger": ("账本：发生过什么，如何证明", "What happened, and how it is proved"),
    "help.ledger.checkpoint": (
        "签封账本当前的状态\n\n$ facekeep --home H ledger checkpoint",
        "Sign the ledger as it stands\n\n$ facekeep --home H ledger checkpoint",
    ),
    "help.ledger.verify": (
        ("逐条重算账本；改动、缺失、移位都会被指出\n\n"
        "见证人另存的检查点可用 --witnessed 一并核对；导出文件可离线核对。\n"
        "$ facekeep --home H ledger verify\n"
        "$ facekeep ledger verify --export ledger.jsonl --key ledger.pub"),
        ("Recompute the ledger; an edited, missing or moved entry is named\n\n"
        "A checkpoint somebody else kept is compared with --witnessed; an export verifies without a home.\n"
        "$ facekeep --home H ledger verify\n"
        "$ facekeep ledger verify --export ledger.jsonl --key ledger.pub"),
    ),
    "help.ledger.prove": (
        "证明账本载有某一条\n\n$ facekeep --home H ledger prove 3f9a… -o proof.json",
        "Prove that the ledger holds an entry\n\n$ facekeep --home H ledger prove 3f9a… -o proof.json",
    ),
    "help.ledger.export": (
        "导出全部条目及检查点，供离线核对\n\n$ facekeep --home H ledger export ledger.jsonl",
        "Every entry and a checkpoint, to be verified elsewhere\n\n$ facekeep --home H ledger export ledger.jsonl",
    ),
    "help.ledger.witness": ("见证人：把检查点存在我们触及不到的地方", "Checkpoints kept where we cannot reach"),
    "help.ledger.witness.export": (
        "写出一个检查点交给见证人\n\n$ facekeep --home H ledger witness export today.checkpoint",
        "A checkpoint for the witness\n\n$ facekeep --home H ledger witness export today.checkpoint",
    ),
    "help.ledger.witness.import": (
        "收回见证人保存的检查点；账本必须与之相续\n\n$ facekeep --home H ledger witness import today.checkpoint",
        "Take back what the witness kept; the ledger must continue it\n\n$ facekeep --home H ledger witness import today.checkpoint",
    ),
    "help.receipt": ("凭证：撤回者手中的证明", "The proof a person keeps"),
    "help.receipt.verify": (
        ("核对删除凭证或同意回执；只需公钥，无需联网\n\n"
        "$ facekeep receipt verify receipt.json --key ledger.pub\n"
        "$ facekeep receipt verify receipt.json --key ledger.pub --against H"),
        ("Check an erasure or consent receipt with nothing but the public key\n\n"
        "$ facekeep receipt verify receipt.json --key ledger.pub\n"
        "$ facekeep receipt verify receipt.json --key ledger.pub --against H"),
    ),
    "help.models": ("模型：按摘要认文件，各有卡片", "Model files, known by digest"),
    "help.models.list": ("列出可用的模型\n\n$ facekeep models list", "The models that are present\n\n$ facekeep models list"),
    "help.models.add": (
        "加入模型文件；摘要未知的须附卡片\n\n$ facekeep models add face.onnx --card face.toml",
        "Take in a model file; an unknown digest needs a card\n\n$ facekeep models add face.onnx --card face.toml",
    ),
    "help.models.check": ("核对每个模型文件的摘要\n\n$ facekeep models check", "Hash every model file\n\n$ facekeep models check"),
    "help.evaluate": (
        ("在一批人脸上测量错误率，保护前后对照\n\n"
        "一人一个文件夹。--groups 给出各人所属的组，逐组报告。\n"
        "$ facekeep evaluate faces/ --model dlib-resnet --groups groups.tsv"),
        ("Error rates on a folder of faces, protected beside plain\n\n"
        "One folder per person. --groups names each person's group; every group is reported.\n"
        "$ facekeep evaluate faces/ --model dlib-resnet --groups groups.tsv"),
    ),
    "help.calibrate": (
        ("由一批人脸定阈值，以最差的一组为准\n\n"
        "$ facekeep calibrate faces/ --model dlib-resnet --population \"East gate, 2026\""),
        ("Thresholds from a folder of faces, the worst group governing\n\n"
        "$ facekeep calibrate faces/ --model dlib-resnet --population \"East gate, 2026\""),
    ),
    "help.bench": ("测速", "Measure speed"),
    "help.bench.match": (
        ("受保护搜索与 FAISS 明文搜索同场比较\n\n"
        "同样的行、同样的线程、轮流进行，取中位数；分数须逐位一致。内存不足时自动减少行数。\n"
        "$ facekeep bench match --n 100000 --dim 512 --threads 2"),
        ("Protected search beside FAISS over plain vectors\n\n"
        "Same rows, same threads, taking turns, medians; every score must be exact. Fewer rows"
        " where memory is short.\n"
        "$ facekeep bench match --n 100000 --dim 512 --threads 2"),
    ),
    "help.demo": (
        ("用真实照片把故事讲一遍，并写出报告\n\n"
        "同意、注册、匹配、拒绝、失窃、重置、撤回、篡改，一分钟以内。\n"
        "$ facekeep demo\n"
        "$ facekeep demo --photos people/ --report report.html"),
        ("The whole story on real pictures, and a report\n\n"
        "Consent, enrol, match, refuse, steal, reset, withdraw, alter, in under a minute.\n"
        "$ facekeep demo\n"
        "$ facekeep demo --photos people/ --report report.html"),
    ),
    # -- options -------------------------------------------------------------------------------
    "option.home": ("保管库的文件夹；也可用 FACEKEEP_HOME", "the home's folder; or FACEKEEP_HOME"),
    "option.lang": ("zh 或 en；默认随系统语言", "zh or en; by default the locale's"),
    "option.passphrase_file": (
        "口令文件，取第一行；也可用 FACEKEEP_PASSPHRASE_FILE",
        "a file whose first line is the passphrase; or FACEKEEP_PASSPHRASE_FILE",
    ),
    "option.version": ("显示版本", "show the version"),
    "option.json": ("只输出一份 JSON，出错时也是", "exactly one JSON document, on errors too"),
    "option.subject": ("人员编号，由您自定；请勿用姓名或电话", "your own reference for the person, not a name or a phone number"),
    "option.purpose": ("目的的 id，例如 gate", "the purpose's id, such as gate"),
    "option.purpose_file": ("目的文件（TOML）", "a purpose file (TOML)"),
    "option.guardian": ("监护人的编号", "the guardian's reference"),
    "option.birth_date": ("出生日期；只留下满 14 岁和 18 岁的日子", "birth date; only the days of turning 14 and 18 are kept"),
    "option.for": ("processing：使用人脸；storage：在终端之外存放", "processing: using the face; storage: keeping it off the terminal"),
    "option.photo": ("一张照片", "one photograph"),
    "option.photos": ("一张或几张照片", "one or more photographs"),
    "option.max_fmr": ("1e-3、1e-4、1e-5 或 1e-6，不得比目的更宽", "1e-3, 1e-4, 1e-5 or 1e-6, no looser than the purpose's"),
    "option.max_fpir": ("1e-1、1e-2 或 1e-3，不得比目的更宽", "1e-1, 1e-2 or 1e-3, no looser than the purpose's"),
    "option.top": ("最多给出几人；超出则一个也不给", "at most so many people; beyond it none is named"),
    "option.renew_subject": ("只更新这个人", "only this person's"),
    "option.renew_purpose": ("只更新这个目的", "only this purpose's"),
    "option.renew_because": ("keys：密钥泄露；leak：参考数据泄露；schedule：例行", "keys: keys leaked; leak: references leaked; schedule: routine"),
    "option.because": ("原因，记入账本", "why; it goes into the ledger"),
    "option.receipt_out": ("凭证写到哪里", "where the receipt goes"),
    "option.receipt": ("凭证文件", "the receipt"),
    "option.key": ("公钥：文件或文本", "the public key: a file, or itself"),
    "option.against": ("再与这个保管库核对", "check it against this home as well"),
    "option.event": ("条目编号", "the entry's id"),
    "option.proof_out": ("证明写到哪里", "where the proof goes"),
    "option.note_file": ("文件", "the file"),
    "option.witnessed": ("见证人另存的检查点", "a checkpoint somebody else kept"),
    "option.exported": ("核对导出的文件，而非保管库", "verify an export instead of a home"),
    "option.model_file": ("模型文件", "the model file"),
    "option.card": ("模型卡片（TOML）", "its model card (TOML)"),
    "option.model": ("模型卡片的 id", "the model card's id"),
    "option.faces": ("照片文件夹，一人一个子文件夹", "a folder with one folder per person"),
    "option.groups": ("以制表符分隔：path、identity、group", "tab-separated: path, identity, group"),
    "option.population": ("这批人的名称", "what these people are called"),
    "option.bench_n": ("行数；内存不足时减少", "rows; fewer where memory is short"),
    "option.bench_dim": ("维数", "dimensions"),
    "option.bench_threads": ("双方所用线程", "threads, for both"),
    "option.demo_photos": ("您的照片：一人一个文件夹", "your own pictures: one folder per person"),
    "option.demo_camera": ("用摄像头（需 facekeep[camera]）", "use the camera (needs facekeep[camera])"),
    "option.demo_home": ("演示所用的保管库；默认用后即弃", "the demo's home; by default one that is thrown away"),
    "option.demo_report": ("报告写到哪里", "where the report goes"),
}  # fmt: skip
"""Chinese, English by key; merged into ``cli.words``."""
