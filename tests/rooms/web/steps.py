"""The ordinary steps of a life, over HTTP."""

from __future__ import annotations

import base64
from typing import Any

from facekeep.assembly import House
from facekeep.client.capture import sign_capture
from facekeep.terms.captures import CaptureToken, Challenge
from facekeep.terms.values import AttackVerdict, Operation
from tests.attacks.http import TestClient
from tests.attacks.toolkit import Site, device_key

DOOR = "gate-door"


def text(photo: bytes) -> str:
    """A picture in JSON."""
    return base64.b64encode(photo).decode()


def notice(door: TestClient, purpose: str = "gate") -> str:
    """The hash of the notice in force."""
    return str(door.get(f"/v1/purposes/{purpose}/notice").json()["hash"])


def yes(door: TestClient, purpose: str = "gate", **fields: Any) -> dict[str, Any]:
    """The body of a consent."""
    shown = {"notice": notice(door, purpose), "language": "zh", "channel": "counter"}
    return {"purpose": purpose, **shown, **fields}


def consent(door: TestClient, subject: str, purpose: str = "gate", **fields: Any) -> dict[str, Any]:
    """Show the notice and take a yes; returns the receipt."""
    body = yes(door, purpose, **fields)
    answer = door.post(f"/v1/subjects/{subject}/consents", json=body)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def photos(site: Site, subject: str) -> list[bytes]:
    """Three good photographs."""
    return [site.good_photo(subject, start) for start in (0, 10, 20)]


def faces(site: Site, subject: str, purpose: str = "gate", **fields: Any) -> dict[str, Any]:
    """The body of an enrolment."""
    pictures = [text(photo) for photo in photos(site, subject)]
    return {"purpose": purpose, "photos": pictures, "device": f"{purpose}-door", **fields}


def enrol(door: TestClient, site: Site, subject: str, purpose: str = "gate") -> dict[str, Any]:
    """Consent and enrol."""
    consent(door, subject, purpose)
    answer = door.post(f"/v1/subjects/{subject}/references", json=faces(site, subject, purpose))
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def verify(
    door: TestClient, site: Site, subject: str, photo: bytes | None = None, **fields: Any
) -> Any:
    """One 1:1 question; the whole answer."""
    shown = site.good_photo(subject) if photo is None else photo
    body = {"subject": subject, "purpose": "gate", "photo": text(shown), "device": DOOR, **fields}
    return door.post("/v1/verifications", json=body)


def signed(session: dict[str, Any], pictures: list[bytes], device: str = DOOR) -> dict[str, Any]:
    """What a device sends of a session it was given."""
    token = CaptureToken(
        device=session["device"],
        purpose_hash=bytes.fromhex(session["purpose_hash"]),
        operation=Operation(session["operation"]),
        claim=bytes.fromhex(session["claim"]),
        nonce=bytes.fromhex(session["nonce"]),
        challenge=Challenge(session["challenge"]),
    )
    filled, signature = sign_capture(device_key(device)[0], token, pictures, AttackVerdict.PASSED)
    return {**filled.as_dict(), "signature": signature.hex()}


def session(door: TestClient, operation: str = "verification", **fields: Any) -> dict[str, Any]:
    """Open a capture session."""
    body = {"device": DOOR, "purpose": "gate", "operation": operation, **fields}
    answer = door.post("/v1/captures", json=body)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def entries(house: House) -> int:
    """How many entries the ledger has."""
    row = house.home.records.one("SELECT count(*) FROM ledger_entry")
    assert row is not None
    return int(row[0])
