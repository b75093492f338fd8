"""The profile of a handler who keeps everything in order, and one field of it made wrong."""

from __future__ import annotations

from typing import Any

from facekeep.assembly import House
from facekeep.governance.handler import Handler, parse
from tests.attacks.toolkit import OFFICER

HANDLER = """
name = "Riverside"
credit_code = "91990000MA1FKEEP0L"
legal_representative = "Lin"
contact = "desk"
org_type = "company"

[officer]
name = "Zhao"
contact = "privacy@riverside.example"
appointed = 2020-01-01
document = "Decision 1"

[mlps]
level = 3
number = "9900-1"
assessed = 2025-12-01
assess_again_by = 2026-12-01

[applicability]
applies = true
decided_by = "Zhao"
on = 2020-01-01
why = {zh = "开门", en = "It opens a gate"}

[identity_service]
used = false
decided_by = "Zhao"
on = 2020-01-01
why = {zh = "不需要", en = "No legal identity is needed"}

[complaints]
answered_within_days = 15
channel = {zh = "服务台", en = "the desk"}

[[processors]]
id = "door-care"
name = "Door Care"
service = {zh = "维护", en = "looks after the gate"}
contract = "Contract 3"
until = 2027-12-31

[audit]
every_months = 24
auditor = "North Audit"
times_running = 1
last = 2025-09-01
next = 2027-09-01

[[findings]]
id = "door-sign"
on = 2026-05-01
text = {zh = "标牌不清", en = "The sign was worn"}
ordered = true
rectified = 2026-05-11
reported = 2026-05-20

[[policies]]
id = "face-rules"
title = {zh = "规则", en = "Rules for face data"}
owner = "Zhao"
version = "1.0"
review_by = 2027-06-01
acknowledged_on = 2026-01-05

[[trained]]
role = "guard"
until = 2027-06-01
""".encode()


def set_profile(house: House, **changed: Any) -> Handler:
    """Keep the profile through the book, some fields replaced; no change watcher looks at it."""
    home = house.home
    told = {**parse(HANDLER).model_dump(), **changed}
    handler = Handler.model_validate(told)
    with home.records.transaction() as tx:
        home.handler.set(tx, handler, OFFICER, int(home.journal.now()))
    return handler


def part_of(name: str, **changed: Any) -> dict[str, Any]:
    """One table of the profile, some fields replaced; of a list, its only member."""
    told = parse(HANDLER).model_dump()[name]
    (only,) = told if isinstance(told, list) else (told,)
    return {**only, **changed}
