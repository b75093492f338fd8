"""The words of the API's own pages, in Chinese and English."""

from __future__ import annotations

from facekeep.terms.messages import Catalogue

WORDS = Catalogue(
    {
        "brand": ("合符 Facekeep", "Facekeep 合符"),
        "other": ("English", "中文"),
        "skip": ("跳到正文", "Skip to the content"),
        # -- problems -----------------------------------------------------------------------
        "problem.status": ("HTTP 状态", "HTTP status"),
        "problem.code": ("代码", "Code"),
        "problem.means": ("含义", "What it means"),
        "problem.do": ("怎么办", "What to do"),
        "problem.duty": ("依据", "The duty behind it"),
        "problem.kind": ("类别", "Kind"),
        "problem.answer": (
            (
                "每个问题答复都是一个 application/problem+json 文档（RFC 9457），带有 code、remedy 和 instance；"
                "instance 是这次请求在日志中的编号。"
            ),
            (
                "Every problem is an application/problem+json document (RFC 9457) with code, remedy and "
                "instance; the instance is the number of the request in the log."
            ),
        ),
        "problem.all": ("全部问题代码", "Every problem code"),
        "problem.docs": ("接口说明", "API"),
        "problem.request": ("看不懂或不能接受的请求", "The request itself"),
        # -- the API ------------------------------------------------------------------------
        "docs.title": ("接口说明", "API"),
        "docs.lede": (
            "人脸识别，但不保留人脸。无同意则无钥，无钥则无脸。",
            "Face recognition that never keeps a face. No consent, no key. No key, no face.",
        ),
        "docs.keys": (
            (
                "除标明无须密钥的路径外，每个请求都带上 API 密钥（Authorization: Bearer fk_…），或由工作人员登录。"
                "可能要重发的请求请带 Idempotency-Key：同一个键不会办两次。"
            ),
            (
                "Every request shows an API key (Authorization: Bearer fk_…) or a staff sign-in, unless its "
                "path says that it needs none. Send an Idempotency-Key with whatever you may have to repeat: "
                "it is not done twice."
            ),
        ),
        "docs.problems": (
            "出错时的答复是问题文档（RFC 9457），写明依据、理由和办法：",
            "Whatever goes wrong is a problem document (RFC 9457) with the article, the reason and the remedy:",
        ),
        "docs.open": ("无须密钥", "Needs no key"),
        "docs.language": (
            "各操作的说明与 OpenAPI 文档相同，为英文。",
            "",
        ),
        "docs.document": ("OpenAPI 3.1 文档", "The OpenAPI 3.1 document"),
        "docs.contents": ("目录", "Contents"),
        "docs.parameters": ("参数", "Parameters"),
        "docs.body": ("请求正文", "Body"),
        "docs.answer": ("答复", "Answer"),
        "docs.required": ("必填", "required"),
        "docs.field": ("字段", "Field"),
        "docs.type": ("类型", "Type"),
        "docs.about": ("说明", "What it is"),
        "docs.where": ("位置", "Where"),
        "docs.examples": ("示例：{operation}", "Examples: {operation}"),
        "docs.curl": ("curl", "curl"),
        "docs.python": ("Python", "Python"),
        "docs.models": ("数据结构", "Structures"),
        "tag.use": ("使用人脸", "Use"),
        "tag.captures": ("采集", "Captures"),
        "tag.references": ("注册", "Enrolment"),
        "tag.consent": ("同意", "Consents"),
        "tag.ledger": ("账本", "Ledger"),
        "tag.operation": ("运行", "Operation"),
        "tag.rules": ("规则", "Rules"),
        "tag.problems": ("问题", "Problems"),
        "tag.storage": ("存储", "Storage"),
        "tag.rights": ("个人权利", "Rights"),
        "tag.access": ("访问权限", "Access"),
        "tag.jobs": ("后台任务", "Jobs"),
    }
)
"""Keys by page."""
