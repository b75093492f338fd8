from __future__ import annotations
import time, json, base64, threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4
import pytest
from facekeep.assembly import House
from facekeep.web.caller import COOKIE
from tests.attacks import signed_in
from tests.attacks.http import TestClient, api_key, at_the_door, everything
from tests.attacks.toolkit import Site, publish, purpose_text, device_for
from tests.rooms.web.steps import *
from tests.rooms.web.conftest import *
from facekeep.terms.errors import *

def test_p5(site, house, door):
    object.__setattr__(house.settings, "origin", "https://faces.example") if False else None
    print(house.settings.origin)
    r = door.post("/v1/sessions/questions"); print(r.status_code, r.text[:200])
    for body in [
        {"credential": {}}, {"credential": {"rawId": "AA", "response": {"clientDataJSON": "e30"}}},
        {"credential": {"rawId": ["x"], "response": []}}, {"credential": {"rawId": "é", "response": {"clientDataJSON": "é"}}},
        {"credential": {"rawId": "AA", "response": {"clientDataJSON": base64.urlsafe_b64encode(b'{"challenge": {"a":1}}').decode().rstrip("=")}}},
        {"credential": {"rawId": "AA", "response": {"clientDataJSON": base64.urlsafe_b64encode(b'[' * 5000).decode().rstrip("=")}}},
        {"credential": {"rawId": "AA", "response": {"clientDataJSON": base64.urlsafe_b64encode(b'{"challenge": "%s"}' % (b"A"*9)).decode().rstrip("=")}}},
    ]:
        r = door.post("/v1/sessions/passkeys", json=body); print(r.status_code, r.text[:120]); assert r.status_code < 500
    assert 0

def test_p7(site, house, door, monkeypatch):
    signed_in.cheaply(house)
    enrol(door, site, "anna")
    mia = signed_in.employ(house, "Mia", "attendant")
    token = signed_in.sign_in(house, mia).token
    site.clock.advance(120)
    from facekeep.access.register import Margin
    w = Margin.write
    def full(self, *a, **k): raise DiskFull("records: the disk is full", "x")
    monkeypatch.setattr(Margin, "write", full)
    r = door.delete("/v1/subjects/anna/consents/gate", headers={"Authorization": "", "Cookie": f"{COOKIE}={token}"})
    print(r.status_code, r.text)
    assert r.status_code == 200

def test_p15(site, house, door):
    signed_in.cheaply(house)
    mia = signed_in.employ(house, "Mia", "attendant")
    token = signed_in.sign_in(house, mia).token
    h = {"Authorization": "", "Cookie": f"{COOKIE}={token}"}
    r = door.delete("/v1/sessions/current", headers={**h, "Origin": "https://evil.example"})
    print(r.status_code)
    assert r.status_code == 401

def test_p16(site, house, door):
    enrol(door, site, "anna")
    pic = site.good_photo("anna")
    accepted = []
    for _ in range(6):
        s = session(door, subject="anna")
        body = {"subject": "anna", "purpose": "gate", "photo": text(pic), "capture": signed(s, [pic])}
        with ThreadPoolExecutor(6) as pool:
            rs = list(pool.map(lambda _: door.post("/v1/verifications", json=body).status_code, range(6)))
        accepted.append(rs.count(200))
    print(accepted)
    assert accepted == [1]*6

def test_reuse_invite_race(site, house):
    signed_in.cheaply(house)
    from facekeep.access import totp
    from facekeep.access.enlisting import Chosen
    code = signed_in.invite(house, "Mia", "attendant")
    offer = house.enlisting.offer(code, "192.0.2.9")
    first = totp.code(offer.secret, house.home.clock())
    def go(i):
        try: return house.enlisting.accept(code, Chosen(signed_in.PASSPHRASE + str(i), first), f"192.0.2.{i}")
        except Exception as e: return e
    with ThreadPoolExecutor(4) as p: out = list(p.map(go, range(4)))
    print([type(o).__name__ for o in out])
    assert sum(not isinstance(o, Exception) for o in out) == 1

def test_totp_race(site, house):
    signed_in.cheaply(house)
    mia = signed_in.employ(house, "Mia", "attendant")
    house.home.clock.advance(60)
    sh = signed_in.shown(house, mia)
    def go(i):
        try: return house.front_desk.sign_in("Mia", sh, f"192.0.2.{i}")
        except Exception as e: return e
    with ThreadPoolExecutor(4) as p: out = list(p.map(go, range(4)))
    print([type(o).__name__ for o in out])
    assert sum(not isinstance(o, Exception) for o in out) == 1

def test_offer_overwrites(site, house):
    """somebody who sees the code calls offer twice: replaced secret"""

def test_methods(door):
    for m in ("HEAD", "OPTIONS", "TRACE", "FOO", "PUT"):
        r = door.request(m, "/v1/purposes"); print(m, r.status_code, r.headers.get("allow"), r.headers.get("content-type"))
        r = door.request(m, "/healthz"); print(m, r.status_code)
        r = door.request(m, "/docs"); print(m, r.status_code)
    print(door.get("/metrics").text[:1500])
    assert 0
