"""A reader of the service's log learns how it is, and nobody's name, key, picture or whereabouts."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest

from facekeep.assembly import House
from facekeep.web.app import application
from facekeep.web.logs import RequestLog, log_to
from tests.attacks.http import api_key, question
from tests.attacks.toolkit import Site

NAME = "zhang-wei-1990"


@pytest.mark.parametrize("style", ["json", "console"])
def test_a_day_at_the_door(site: Site, house: House, style: Any) -> None:
    """Enrolled, verified, refused, lost, attacked: each leaves its line, and nothing of anybody."""
    from starlette.testclient import TestClient

    site.enrol(house, NAME)
    stream, key, photo = io.StringIO(), api_key(house), site.good_photo(NAME)
    settings = site.settings.model_copy(update={"log_clients": "none"})
    log = RequestLog(log_to(stream, style), settings)
    body, picture = question(house, NAME, photo), base64.b64encode(photo).decode()
    app = application(house, settings, lambda purpose, device: site.people, log)  # type: ignore[arg-type,return-value]
    with TestClient(app, raise_server_exceptions=False) as client:
        shown = {"Authorization": f"Bearer {key}", "X-Request-Id": NAME, "User-Agent": NAME}
        client.get(
            f"/v1/subjects/{NAME}/consents", params={"purpose": "gate", "q": NAME}, headers=shown
        )
        assert client.post("/v1/verifications", json=body, headers=shown).status_code == 200
        client.post("/v1/verifications", content=NAME.encode(), headers=shown)
        client.get(f"/{NAME}%0A%0Dlevel=info/x", headers={"Authorization": f"Bearer {key}x"})
        client.request("ZHANGWEI", f"/v1/{NAME}", headers=shown)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 5
    told = stream.getvalue().casefold()
    for secret in (NAME, "zhang", key.casefold(), picture[:24].casefold(), "testclient", "bearer"):
        assert secret not in told
    if style == "json":
        assert all(json.loads(line)["event"] == "request" for line in lines)
