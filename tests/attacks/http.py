"""The HTTP door over a home to attack: a client, and keys of any reach."""

from __future__ import annotations

import base64
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from facekeep.access import keys
from facekeep.access.keys import HOME_WIDE, Operation, Scope
from facekeep.assembly import House
from facekeep.settings import Settings
from facekeep.web.app import application
from tests.attacks.toolkit import People, device_for, signed

with warnings.catch_warnings():  # Starlette would rather have another client under its own
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient as TestClient

PURPOSE_WIDE = frozenset(Operation) - HOME_WIDE


def everything(*purposes: str) -> tuple[str, ...]:
    """Every scope there is for these purposes."""
    each = [f"{purpose}:{operation}" for purpose in purposes for operation in PURPOSE_WIDE]
    return (*sorted(each), *sorted(HOME_WIDE))


def api_key(house: House, *scopes: str) -> str:
    """The text of a new API key, signed for by the officer of these tests."""
    home, now = house.home, house.home.journal.now()
    reach = [Scope.read(text) for text in scopes or everything("gate")]
    drawn = keys.draft(home.entropy, f"program {len(home.api_keys.all())}", reach, now)
    with home.records.transaction() as tx:
        home.api_keys.enter(tx, drawn, signed(house, drawn.message), int(now))
    return drawn.text


@contextmanager
def at_the_door(
    house: House, settings: Settings, people: People, *scopes: str, key: str | None = None
) -> Iterator[TestClient]:
    """A client that shows a key: by default one that may do everything in ``gate``."""
    app = application(house, settings, eyes=lambda purpose, device: people)
    shown = api_key(house, *scopes) if key is None else key
    headers = {"Authorization": f"Bearer {shown}"} if shown else {}
    with TestClient(app, raise_server_exceptions=False, headers=headers) as client:
        yield client


def question(house: House, subject: str, photo: bytes, **fields: Any) -> dict[str, Any]:
    """The JSON body of a verification by the purpose's own device."""
    purpose = str(fields.get("purpose", "gate"))
    return {
        "subject": subject, "purpose": purpose, "photo": base64.b64encode(photo).decode(),
        "device": device_for(house, purpose), **fields,
    }  # fmt: skip
