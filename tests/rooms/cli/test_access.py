"""Staff and API keys, as people type them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from facekeep.access import totp
from facekeep.access.passwords import Cost
from facekeep.cli import app
from facekeep.cli.door import Door
from tests.attacks import toolkit
from tests.attacks.conftest import clock, people, site
from tests.attacks.staff import enter, key_of
from tests.attacks.toolkit import Site
from tests.rooms.cli.test_places import Desk

__all__ = ["clock", "people", "site"]

PASSPHRASE = "eleven bright lanterns"


class Keyboard:
    """Somebody at the keyboard: passphrases as told, codes of the secret that is drawn meanwhile."""

    def __init__(self) -> None:
        self.secret = b""
        self.prompts: list[str] = []

    def draw(self, entropy: Any) -> bytes:
        self.secret = entropy(totp.SECRET_BYTES)
        return self.secret

    def answer(self, prompt: str) -> str:
        self.prompts.append(prompt)
        if "digits" in prompt or "验证码" in prompt:
            from time import time

            return totp.code(self.secret, time())
        return PASSPHRASE


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    """A terminal, and passphrases that cost little."""
    sitting = Keyboard()
    monkeypatch.setattr(totp, "draw", sitting.draw)
    monkeypatch.setattr(Door, "attended", True)
    monkeypatch.setattr(Door, "hidden", lambda door, prompt: sitting.answer(prompt))
    monkeypatch.setattr(Cost, "rfc9106_low_memory", Cost.cheapest)
    return sitting


@pytest.fixture
def desk(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Desk:
    monkeypatch.setenv("FACEKEEP_CUSTODY", str(site.settings.custody))
    monkeypatch.setenv("FACEKEEP_OFFICER_PASSPHRASE", "")
    return Desk(site, capsys, tmp_path)


def test_key_from_its_making_to_its_revocation(desk: Desk) -> None:
    """The text once, then never again."""
    made = desk.run("api-key", "add", "gate 1", "--scope", "gate:verification", *desk.signing)
    assert made.code == 0
    assert made.document["text"].startswith(f"fk_{made.document['id']}_")
    (listed,) = desk.run("api-key", "list").document["api_keys"]
    assert "text" not in listed
    assert (listed["scopes"], listed["made_by"]) == (["gate:verification"], toolkit.OFFICER)
    number = made.document["id"]
    gone = desk.run("api-key", "revoke", number, "--officer", toolkit.OFFICER)
    assert gone.document["revoked_at"]
    again = desk.run("api-key", "revoke", number, "--officer", toolkit.OFFICER)
    assert (again.code, again.document["article"]) == (3, "PIPL-51-4")


@pytest.mark.parametrize("scope", ["verification", "gate:everything", "gate:ledger"])
def test_scope_that_means_nothing_is_a_usage_error(desk: Desk, scope: str) -> None:
    """And says what one is."""
    told = desk.run("api-key", "add", "x", "--scope", scope, *desk.signing)
    assert told.code == 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_screens_show_keys_and_staff_in_one_language(desk: Desk, language: str) -> None:
    """Key, warning, list; invitation, list."""
    shown = desk.screen(language, "api-key", "add", "gate 1", "--scope", "ledger", *desk.signing)
    assert "fk_" in shown
    assert ("只显示这一次" if language == "zh" else "shown this once") in shown
    assert "gate 1" in desk.screen(language, "api-key", "list")
    invited = desk.screen(language, "staff", "invite", "Mei", "--role", "attendant", *desk.signing)
    assert "facekeep staff accept" in invited
    assert ("待启用" if language == "zh" else "invited") in desk.screen(language, "staff", "list")


def test_account_from_its_invitation_to_its_retirement(desk: Desk, keyboard: Keyboard) -> None:
    """Invited, taken up at a keyboard, listed, retired."""
    invited = desk.run("staff", "invite", "Mei", "--role", "attendant", *desk.signing).document
    taken = desk.run("staff", "accept", invited["code"])
    assert (taken.code, taken.document["state"], taken.document["approve"]) == (0, "active", None)
    assert len(keyboard.prompts) == 3
    assert desk.run("staff", "accept", invited["code"]).code == 3
    (listed,) = desk.run("staff", "list").document["staff"]
    assert (listed["name"], listed["role"], listed["signs"]) == ("Mei", "attendant", False)
    gone = desk.run("staff", "retire", "Mei", "--officer", toolkit.OFFICER)
    assert gone.document["state"] == "retired"
    assert desk.run("staff", "retire", "Mei", "--officer", toolkit.OFFICER).code == 3


def test_officers_account_signs_after_two_words(desk: Desk, site: Site, keyboard: Keyboard) -> None:
    """`approve officer-add` twice, then `staff admit`."""
    with site.open(locked=True) as house:
        enter(house, "Ben")
    ben = desk.folder / "ben.pem"
    ben.write_bytes(key_of("Ben"))
    code = desk.run("staff", "invite", "Ann", "--role", "officer", *desk.signing).document["code"]
    what = desk.run("staff", "accept", code).document["approve"]
    assert desk.run("staff", "admit", "Ann").code == 3
    for signing in (desk.signing, ["--officer", "Ben", "--officer-key", str(ben)]):
        assert desk.run("approve", "officer-add", what, *signing).code == 0
    admitted = desk.run("staff", "admit", "Ann")
    assert (admitted.code, admitted.document["signs"]) == (0, True)


def test_officer_on_the_roll_brings_their_key(desk: Desk, keyboard: Keyboard) -> None:
    """Nobody has to approve what was approved; another's key is refused."""
    code = desk.run(
        "staff", "invite", toolkit.OFFICER, "--role", "officer", *desk.signing
    ).document["code"]
    other = desk.folder / "other.pem"
    other.write_bytes(key_of("Ben"))
    assert desk.run("staff", "accept", code, "--officer-key", other).code == 3
    taken = desk.run("staff", "accept", code, "--officer-key", desk.officer_key)
    assert (taken.code, taken.document["signs"]) == (0, True)


def test_reset_needs_two_words(desk: Desk, site: Site, keyboard: Keyboard) -> None:
    """Then a new code is handed over."""
    with site.open(locked=True) as house:
        enter(house, "Ben")
    ben = desk.folder / "ben.pem"
    ben.write_bytes(key_of("Ben"))
    invited = desk.run("staff", "invite", "Mei", "--role", "attendant", *desk.signing).document
    desk.run("staff", "accept", invited["code"])
    assert desk.run("staff", "reset", "Mei").code == 3
    for signing in (desk.signing, ["--officer", "Ben", "--officer-key", str(ben)]):
        assert desk.run("approve", "staff-reset", invited["id"], *signing).code == 0
    assert desk.run("staff", "reset", "Mei").document["code"]


def test_nobody_at_the_keyboard_takes_up_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script has no authenticator app."""
    monkeypatch.setattr(Door, "attended", False)
    assert desk.run("staff", "accept", "AAAAAA").code == 5


def test_secrets_stay_out_of_the_json(desk: Desk, keyboard: Keyboard) -> None:
    """What `accept` answers holds neither secret nor passphrase; the terminal showed the secret."""
    code = desk.run("staff", "invite", "Mei", "--role", "developer", *desk.signing).document["code"]
    told = str(desk.run("staff", "accept", code).document)
    assert totp.spelt(keyboard.secret) not in told
    assert PASSPHRASE not in told
    assert app.NAME == "facekeep"
