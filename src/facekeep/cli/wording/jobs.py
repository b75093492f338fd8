"""Work that waits, and witnesses: the command line's words and help pages."""

from __future__ import annotations

from collections.abc import Mapping

_HELP = {
    "help.jobs": ("作业：自动进行的工作，及其进度", "Jobs: what runs by itself, and how it goes"),
    "help.jobs.list": (
        ("列出作业，并指出需要查看的\n\n"
        "到期清理、人数统计、通知、见证等由服务定时进行；全体更新由两位签署人批准后分批进行。有逾期、失败或被改动的，"
        "退出码为 1。\n"
        "$ facekeep --home H jobs list"),
        ("Every job, and what wants a look\n\n"
        "Endings, counts, notices and witnesses run by themselves while the service does; a renewal of everybody"
        " runs in lots once two officers approved it. Exits 1 where anything is late, failed or was edited.\n"
        "$ facekeep --home H jobs list"),
    ),
    "help.jobs.show": (
        "查看一项作业及其进度\n\n$ facekeep --home H jobs show JOB",
        "One job and how far it came\n\n$ facekeep --home H jobs show JOB",
    ),
    "help.jobs.retry": (
        ("立即重试一项失败或等待中的作业\n\n记入账本；由服务进行。\n$ facekeep --home H jobs retry JOB"),
        ("Try a failed or waiting job again at once\n\n"
        "Written in the ledger; the service carries it out.\n$ facekeep --home H jobs retry JOB"),
    ),
    "help.ledger.witness.show": (
        ("谁在外部见过账本，距今多久\n\n超过时限退出码为 1。\n$ facekeep --home H ledger witness show"),
        ("Who outside saw the ledger, and how long ago\n\n"
        "Exits 1 where it is too long ago.\n$ facekeep --home H ledger witness show"),
    ),
    "help.ledger.witness.ask": (
        ("把新的检查点交给所设的见证\n\n"
        "在 FACEKEEP_WITNESS 中设定：file:另一磁盘上的文件夹、https://另一处#公钥 或 printed。服务每六小时自动进行。\n"
        "$ facekeep --home H ledger witness ask"),
        ("Bring the witness that is set a new checkpoint\n\n"
        "FACEKEEP_WITNESS names it: file:FOLDER on another disk, https://ANOTHER#KEY, or printed. The service does"
        " it every six hours.\n"
        "$ facekeep --home H ledger witness ask"),
    ),
    "help.ledger.witness.print": (
        ("写出可打印张贴的检查点，带二维码\n\n$ facekeep --home H ledger witness print sheet.html"),
        ("A checkpoint to print and hang, with its QR code\n\n$ facekeep --home H ledger witness print sheet.html"),
    ),
    "help.ledger.witness.accept": (
        ("为另一个保管库的账本作见证\n\n"
        "给出其公钥（ledger.pub）；此后只记得它增长到哪里，不含任何个人。\n"
        "$ facekeep --home H ledger witness accept other.pub"),
        ("Be a witness to another home's ledger\n\n"
        "By its public key (ledger.pub). What is remembered is how far it grew, and nothing personal.\n"
        "$ facekeep --home H ledger witness accept other.pub"),
    ),
    "option.job": ("作业的编号，或其开头", "the job's id, or the beginning of it"),
    "option.witness_log": ("对方账本的公钥，或存有它的文件", "the other ledger's public key, or its file"),
}  # fmt: skip

_SAID = {
    "label.job": ("作业", "job"),
    "label.job_state": ("状态", "state"),
    "label.job_progress": ("进度", "progress"),
    "label.job_said": ("问题", "went wrong"),
    "label.job_attempts": ("尝试次数", "tries"),
    "label.job_made": ("提出于", "wanted since"),
    "label.job_deadline": ("期限", "deadline"),
    "label.job_ended": ("上次完成", "last done"),
    "jobs.none": ("没有作业；服务尚未运行过", "No jobs; no service has run yet"),
    "jobs.listed": ("共 {n} 项作业", "{n} jobs"),
    "jobs.retried": ("将立即重试", "It is tried again at once"),
    "jobs.carried_out": ("由服务进行：facekeep serve", "The service carries it out: facekeep serve"),
    "job.oversight.sweep": ("到期清理", "ending what is due"),
    "job.oversight.forget": ("清理过期证据与个案", "forgetting what is past its term"),
    "job.oversight.count": ("人数统计", "the day's count"),
    "job.oversight.witness": ("见证", "the witness"),
    "job.access.tidy": ("清理会话与回执", "old sessions and replies"),
    "job.collection.ground": ("核对目的的依据", "what purposes rest on"),
    "job.collection.deliveries": ("发送通知", "notices to people"),
    "job.storage.renewal": ("全体更新", "renewing everybody"),
    "job_state.queued": ("等待", "waiting"),
    "job_state.leased": ("进行中", "under way"),
    "job_state.done": ("完成", "done"),
    "job_state.failed": ("失败，待查看", "failed, wants a look"),
    "job_state.rests": ("正常，定时进行", "well, comes round again"),
    "job_state.late": ("逾期", "late"),
    "witness.seen": ("外部见过账本", "The ledger was seen outside"),
    "witness.never": ("还没有外部见证", "Nobody outside has seen the ledger yet"),
    "witness.age": ("{hours} 小时前", "{hours} hours ago"),
    "witness.printed": ("检查点已写出，请打印", "The sheet is written; print it"),
    "witness.hang": (
        "请张贴或存放在账本保管者触及不到的地方。",
        "Hang or keep it where the ledger's keeper cannot reach it.",
    ),
    "witness.accepted": ("已为其作见证", "We remember this ledger from now on"),
    "witness.give_key": (
        "对方设定：FACEKEEP_WITNESS=https://…#{vkey}",
        "They set: FACEKEEP_WITNESS=https://…#{vkey}",
    ),
    "witness.alarm": (
        "账本与外部所记不符：请停用，保留现场，对照见证所存的检查点。",
        ("The ledger is not the one remembered outside: stop, keep everything as it is, and compare it with what the"
        " witness kept."),
    ),
}  # fmt: skip

WORDS: Mapping[str, tuple[str, str]] = {**_HELP, **_SAID}
"""Chinese, English by key; merged into ``cli.words``."""
