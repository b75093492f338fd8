"""Every act of the service, in words; what each role may is in ``policies/facekeep.cedar``."""

from __future__ import annotations

from collections.abc import Mapping

from facekeep.access.keys import Operation
from facekeep.access.roles import Action

ACTIONS: Mapping[Action, tuple[str, str]] = {
    Action.VERIFY: ("1:1 验证", "verify somebody, 1:1"),
    Action.IDENTIFY: ("1:N 辨识", "identify somebody, 1:N"),
    Action.ENROL: ("登记人脸", "enrol a face"),
    Action.RECORD_ALTERNATIVE: ("记录其他方式的结果", "record how another way ended"),
    Action.READ_REFERENCE: ("查看登记状态", "see whether somebody is enrolled"),
    Action.RENEW: ("更新一个人的参考", "renew one person's reference"),
    Action.RENEW_ALL: ("更新全部参考", "renew every reference"),
    Action.READ_CONSENT: ("查看同意", "see a consent"),
    Action.GIVE_CONSENT: ("记录同意", "take a consent"),
    Action.WITHDRAW: ("受理撤回", "take a withdrawal"),
    Action.IMPORT_SUBJECTS: ("批量导入", "import people in bulk"),
    Action.READ_PURPOSES: ("查看用途", "read purposes"),
    Action.READ_NOTICES: ("查看告知书", "read notices"),
    Action.PUBLISH: ("发布用途", "publish a purpose"),
    Action.SUSPEND: ("暂停用途", "suspend a purpose"),
    Action.END_PURPOSE: ("终止用途", "end a purpose"),
    Action.READ_DEVICES: ("查看设备", "see devices"),
    Action.MANAGE_DEVICES: ("管理设备", "manage devices"),
    Action.MANAGE_PLACES: ("管理场所", "manage places"),
    Action.READ_CASES: ("查看个案", "read cases"),
    Action.WORK_CASES: ("办理个案", "work on cases"),
    Action.OPEN_SECRET: ("打开已离开者的记录", "open a departed person's story"),
    Action.READ_LEDGER: ("查看账本", "read the ledger"),
    Action.READ_EVIDENCE: ("查看证据", "read evidence"),
    Action.EXPORT_EVIDENCE: ("导出证据", "export evidence"),
    Action.FILE: ("办理备案", "file with the authority"),
    Action.READ_JOBS: ("查看后台任务", "see jobs"),
    Action.MANAGE_JOBS: ("管理后台任务", "manage jobs"),
    Action.READ_METRICS: ("查看运行指标", "read metrics"),
    Action.READ_DOCS: ("查看接口说明", "read the documentation"),
    Action.READ_KEYS: ("查看 API 密钥", "see API keys"),
    Action.MAKE_KEY: ("发放 API 密钥", "make an API key"),
    Action.REVOKE_KEY: ("吊销 API 密钥", "revoke an API key"),
    Action.READ_STAFF: ("查看工作人员", "see the staff"),
    Action.INVITE: ("邀请工作人员", "invite staff"),
    Action.RETIRE: ("停用账户", "retire an account"),
    Action.RESET: ("重置账户", "reset an account"),
    Action.READ_APPROVALS: ("查看待批事项", "see what waits for approval"),
    Action.APPROVE: ("批准", "approve"),
    Action.OWN_SESSION: ("自己的登录", "one's own sign-in"),
    Action.OWN_FACTORS: ("自己的登录方式", "one's own passkeys"),
}
"""What each act is, in Chinese and English."""

GRAVE = frozenset({
    Action.RENEW_ALL, Action.IMPORT_SUBJECTS, Action.PUBLISH, Action.END_PURPOSE, Action.MANAGE_DEVICES,
    Action.MANAGE_PLACES, Action.OPEN_SECRET, Action.EXPORT_EVIDENCE, Action.FILE, Action.MANAGE_JOBS,
    Action.MAKE_KEY, Action.INVITE, Action.RESET, Action.APPROVE, Action.OWN_FACTORS,
})  # fmt: skip
"""Acts for which the staff show both factors once more; the group ``grave`` of the policies."""

OPERATIONS: Mapping[Action, Operation] = {
    Action.VERIFY: Operation.VERIFICATION,
    Action.IDENTIFY: Operation.IDENTIFICATION,
    Action.ENROL: Operation.ENROLMENT,
    Action.READ_REFERENCE: Operation.ENROLMENT,
    Action.RENEW: Operation.ENROLMENT,
    Action.READ_CONSENT: Operation.CONSENT,
    Action.GIVE_CONSENT: Operation.CONSENT,
    Action.WITHDRAW: Operation.CONSENT,
    Action.RECORD_ALTERNATIVE: Operation.ALTERNATIVE,
    Action.IMPORT_SUBJECTS: Operation.BULK,
    Action.READ_LEDGER: Operation.LEDGER,
    Action.READ_METRICS: Operation.METRICS,
}
"""The operation an API key needs for an act; for acts not named here no key is enough, but that every
key reads the documentation, and the purpose and notice it has any scope for."""

FOUR_EYES: Mapping[str, tuple[str, str]] = {
    "publish-identification": (
        "发布允许 1:N 辨识的用途",
        "publish a purpose that allows identification",
    ),
    "renew-all": ("更新全部参考", "renew every reference"),
    "open-secret": ("打开已离开者的记录", "open a departed person's story"),
    "export": ("导出", "export"),
    "officer-add": ("登记签署人", "put somebody on the roll of officers"),
    "staff-reset": ("重置账户", "reset an account"),
}
"""Acts that two officers approve before they happen."""
