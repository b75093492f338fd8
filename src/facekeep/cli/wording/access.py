"""Staff and API keys: the command line's words and help pages."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "help.api-key": ("API 密钥：哪些程序可以做什么", "API keys: which program may do what"),
    "help.api-key.add": (
        ("为一个程序发放 API 密钥\n\n"
        "权限写成 gate:verification 的形式，操作为 verification、identification、enrolment、consent、alternative、bulk；"
        "ledger 和 metrics 单独写。密钥只显示这一次，保管库里只存摘要。\n"
        "$ facekeep --home H api-key add \"一号闸机\" --scope gate:verification --scope gate:alternative"
        " --officer 李静 --officer-key li.pem"),
        ("Let a program in, and show its key once\n\n"
        "A scope is PURPOSE:OPERATION, the operation one of verification, identification, enrolment, consent,"
        " alternative, bulk; ledger and metrics stand alone. Only a digest of the key is kept.\n"
        "$ facekeep --home H api-key add \"gate 1\" --scope gate:verification --scope gate:alternative"
        " --officer Li --officer-key li.pem"),
    ),
    "help.api-key.list": (
        "列出所有 API 密钥，不含密钥本身\n\n$ facekeep --home H api-key list",
        "List every API key, without its text\n\n$ facekeep --home H api-key list",
    ),
    "help.api-key.revoke": (
        ("立即吊销一个 API 密钥\n\n正在处理的请求也会被拒绝。\n"
        "$ facekeep --home H api-key revoke 0dc1fa27 --officer 李静"),
        ("End an API key at once\n\nRequests under way are refused as well.\n"
        "$ facekeep --home H api-key revoke 0dc1fa27 --officer Li"),
    ),
    "help.staff": ("工作人员：谁可以登录、以什么职责", "Staff: who signs in, and what as"),
    "help.staff.invite": (
        ("邀请一位工作人员\n\n"
        "职责为 officer、attendant、case-officer、inspector、security、developer。邀请码当面交给本人，"
        "两天内有效，只能用一次。\n"
        "$ facekeep --home H staff invite 王梅 --role attendant --officer 李静 --officer-key li.pem"),
        ("Invite somebody of the staff\n\n"
        "A role is officer, attendant, case-officer, inspector, security or developer. Hand the code over"
        " yourself: it is good once, for two days.\n"
        "$ facekeep --home H staff invite Mei --role attendant --officer Li --officer-key li.pem"),
    ),
    "help.staff.accept": (
        ("凭邀请码启用自己的账户\n\n"
        "自己设定口令，把密钥输入验证器应用，再输入第一个动态验证码。已是签署人的，用 --officer-key 带上原有私钥。\n"
        "$ facekeep --home H staff accept ABCDEF-GHIJKL-MNOPQR-STUVWX"),
        ("Take up your account with the code you were given\n\n"
        "Set your own passphrase, type the secret into an authenticator app, and the first code it shows."
        " Whoever is an officer already brings their key with --officer-key.\n"
        "$ facekeep --home H staff accept ABCDEF-GHIJKL-MNOPQR-STUVWX"),
    ),
    "help.staff.list": (
        "列出所有账户\n\n$ facekeep --home H staff list",
        "List every account\n\n$ facekeep --home H staff list",
    ),
    "help.staff.admit": (
        ("让一个账户的签名生效\n\n须先由两位签署人批准（approve officer-add）；只有一位签署人时由其签名。\n"
        "$ facekeep --home H staff admit 赵安"),
        ("Let what an account signs count\n\n"
        "Two officers approve it first (approve officer-add); while there is one officer, theirs is enough.\n"
        "$ facekeep --home H staff admit Ann"),
    ),
    "help.staff.reset": (
        ("清除一个账户的全部登录方式，重新邀请本人\n\n须先由两位签署人批准（approve staff-reset 账户编号）。\n"
        "$ facekeep --home H staff reset 王梅"),
        ("Take away an account's passphrase, codes and passkeys\n\n"
        "Two officers approve it first (approve staff-reset ACCOUNT). Its owner is invited anew.\n"
        "$ facekeep --home H staff reset Mei"),
    ),
    "help.staff.retire": (
        "停用一个账户，立即退出其所有登录\n\n$ facekeep --home H staff retire 王梅 --officer 李静",
        "End an account and every session of it\n\n$ facekeep --home H staff retire Mei --officer Li",
    ),
    "option.api_key": ("密钥编号（八位）", "the key's number, eight digits"),
    "option.api_key_label": ("程序的名称", "what the program is called"),
    "option.scope": ("权限，如 gate:verification；可写多次", "a scope, such as gate:verification; may be repeated"),
    "option.key_days": ("有效天数，默认 365", "days it lives; 365 where left out"),
    "option.staff": ("姓名", "the name"),
    "option.staff_role": ("职责，如 attendant", "the role, such as attendant"),
    "option.invitation": ("邀请码", "the invitation's code"),
    "option.held_key": ("已登记签署人的私钥文件", "the private key file of an officer on the roll"),
    "prompt.staff_passphrase": ("自己的新口令：", "Your new passphrase: "),
    "prompt.first_code": ("应用显示的六位验证码：", "The six digits the app shows: "),
    "api-key.added": ("已发放 API 密钥", "API key made"),
    "api-key.text": ("密钥：{text}", "Key: {text}"),
    "api-key.once": ("只显示这一次，请现在交给程序保存。", "It is shown this once: give it to the program now."),
    "api-key.none": ("还没有 API 密钥", "No API keys yet"),
    "api-key.revoked": ("API 密钥已吊销", "API key revoked"),
    "api-key.state.open": ("有效", "in force"),
    "api-key.state.over": ("已到期", "ran out"),
    "api-key.state.revoked": ("已吊销", "revoked"),
    "staff.invited": ("已邀请", "Invited"),
    "staff.reset": ("登录方式已清除，已重新邀请", "Factors taken away, invited anew"),
    "staff.hand_over": (
        "请当面交给本人，由其运行：facekeep staff accept {code}",
        "Hand it over yourself; its owner runs: facekeep staff accept {code}",
    ),
    "staff.offer": ("账户", "Account"),
    "staff.secret": ("请把这个密钥输入验证器应用：{secret}", "Type this secret into an authenticator app: {secret}"),
    "staff.accepted": ("账户已启用", "The account is yours"),
    "staff.admit": (
        ("两位签署人批准后签名才生效：facekeep approve officer-add \"{what}\"，然后 facekeep staff admit \"{name}\""),
        ("Its signature counts once two officers approve: facekeep approve officer-add \"{what}\","
        " then facekeep staff admit \"{name}\""),
    ),
    "staff.admitted": ("此后其签名有效", "What it signs counts from now on"),
    "staff.none": ("还没有账户", "No accounts yet"),
    "staff.retired": ("账户已停用", "Account retired"),
    "staff.still_signs": (
        "其密钥仍在签署人名册上：facekeep officer retire \"{name}\"",
        "Its key is still on the roll of officers: facekeep officer retire \"{name}\"",
    ),
    "staff.state.invited": ("待启用", "invited"),
    "staff.state.active": ("在用", "active"),
    "staff.state.retired": ("已停用", "retired"),
    "duty.attendant": ("服务人员", "attendant"),
    "duty.developer": ("开发人员", "developer"),
    "label.api_key": ("密钥编号", "key"),
    "label.program": ("程序", "program"),
    "label.scopes": ("权限", "scopes"),
    "label.staff": ("姓名", "name"),
    "label.account": ("账户编号", "account"),
    "label.code": ("邀请码", "code"),
}  # fmt: skip
