"""Words of the frame around every page of the console, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "rail": ("本系统各处", "Places in this system"),
    "rail.overview": ("概览", "Overview"),
    "rail.today": ("今日", "Today"),
    "rail.collection": ("收 · 采集", "Collection"),
    "rail.purposes": ("用途", "Purposes"),
    "rail.consents": ("同意", "Consents"),
    "rail.places": ("场所", "Places"),
    "rail.devices": ("设备", "Devices"),
    "rail.campaigns": ("批量邀请", "Campaigns"),
    "rail.storage": ("存 · 存储", "Storage"),
    "rail.jobs": ("后台任务", "Jobs"),
    "rail.use": ("用 · 使用", "Use"),
    "rail.models": ("模型与校准", "Models and calibration"),
    "rail.parity": ("方式对等", "Parity of ways"),
    "rail.response": ("应 · 处置", "Response"),
    "rail.cases": ("个案", "Cases"),
    "rail.governance": ("治 · 治理", "Governance"),
    "rail.compliance": ("合规", "Compliance"),
    "rail.filing": ("备案", "Filing"),
    "rail.ledger": ("账本", "Ledger"),
    "rail.access": ("权限", "Access"),
    "rail.approvals": ("待批事项", "Approvals"),
    "frame.signed_in": ("已登录：{name}（{role}）", "Signed in: {name}, {role}"),
    "frame.account": ("我的账户", "My account"),
    "frame.sign_out": ("退出登录", "Sign out"),
    "role.officer": ("负责人员", "officer"),
    "role.attendant": ("现场人员", "attendant"),
    "role.case-officer": ("个案办理人员", "case officer"),
    "role.inspector": ("检查人员", "inspector"),
    "role.security": ("安全人员", "security"),
    "role.developer": ("开发人员", "developer"),
}
"""Keys by page."""
