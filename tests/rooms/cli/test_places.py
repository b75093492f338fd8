"""Places, devices, signs, links: as people type them."""

from __future__ import annotations

import json
import stat
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from facekeep.cli import app
from facekeep.cli.screen import grouped
from tests.attacks import toolkit
from tests.attacks.conftest import clock, people, site
from tests.attacks.toolkit import Site, place_text

__all__ = ["clock", "people", "site"]


class Told(NamedTuple):
    """What a call came to."""

    code: int
    document: dict[str, Any]


class Desk:
    """The command line at a home; answers are JSON."""

    def __init__(self, site: Site, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self.site, self._capsys, self.folder = site, capsys, folder
        self.officer_key = folder / "lin.pem"
        self.officer_key.write_bytes(toolkit.OFFICER_KEY)
        self.photo = folder / "photo.jpg"
        self.photo.write_bytes(b"the sign on its wall")
        self.place = folder / "hall.toml"
        self.place.write_bytes(place_text("hall"))

    @property
    def signing(self) -> list[str]:
        return ["--officer", toolkit.OFFICER, "--officer-key", str(self.officer_key)]

    def run(self, *words: object) -> Told:
        """One call."""
        typed = [str(word) for word in words]
        code = app.run(["--home", str(self.site.home), "--lang", "en", *typed, "--json"])
        return Told(code, json.loads(self._capsys.readouterr().out))

    def screen(self, language: str, *words: object) -> str:
        """What a person sees."""
        typed = [str(word) for word in words]
        app.run(["--home", str(self.site.home), "--lang", language, *typed])
        told = self._capsys.readouterr()
        return told.out + told.err

    def add(self, name: str = "door", *more: object) -> Told:
        """A device in the hall."""
        return self.run("device", "add", name, "--place", "hall", "--purpose", "gate", *more)


@pytest.fixture
def desk(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Desk:
    monkeypatch.setenv("FACEKEEP_CUSTODY", str(site.settings.custody))
    made = Desk(site, capsys, tmp_path)
    assert made.run("place", "add", made.place).document["id"] == "hall"
    return made


def test_a_device_from_its_place_to_its_retirement(desk: Desk) -> None:
    """Registered, signed for, in use, suspended, in use again, retired."""
    key = desk.folder / "door.key"
    added = desk.add("door", "--key-out", key)
    assert (added.code, added.document["state"]) == (0, "registered")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    active = desk.run("device", "activate", "door", "--sign-photo", desk.photo, *desk.signing)
    assert (active.document["state"], active.document["sign"]["officer"]) == (
        "active", toolkit.OFFICER,
    )  # fmt: skip
    twice = desk.run("device", "activate", "door", "--sign-photo", desk.photo, *desk.signing)
    assert (twice.code, twice.document["article"]) == (3, "FRM-13-1")
    assert "in use already" in twice.document["reason"]
    for command, state in (("suspend", "suspended"), ("retire", "retired")):
        assert desk.run("device", command, "door").document["state"] == state
    again = desk.run("device", "activate", "door", "--sign-printed", *desk.signing)
    assert (again.code, again.document["article"]) == (3, "FRM-13-1")
    listed = desk.run("device", "list").document["devices"]
    assert {d["id"]: d["state"] for d in listed}["door"] == "retired"


def test_private_space_is_refused_in_both_languages(desk: Desk) -> None:
    """With the article, and no way around it."""
    desk.place.write_bytes(place_text("room", "hotel_room"))
    refused = desk.run("place", "add", desk.place)
    assert (refused.code, refused.document["article"]) == (3, "FRM-13-2")
    assert "不得安装摄像头" in desk.screen(
        "zh", "place", "add", desk.place
    ) or "私密空间" in desk.screen("zh", "place", "add", desk.place)


def test_place_changed_by_two_is_a_conflict(desk: Desk) -> None:
    """Whoever did not look at the latest version is told."""
    assert desk.run("place", "add", desk.place).code == 3
    assert desk.run("place", "add", desk.place, "--replaces", 1).document["version"] == 2
    assert desk.run("place", "add", desk.place, "--replaces", 1).code == 3
    assert desk.run("place", "close", "hall").document["state"] == "closed"
    assert {p["id"] for p in desk.run("place", "list").document["places"]} == {"hall", "entrance"}


def test_sign_is_drawn_checked_and_a_forged_one_shows(desk: Desk) -> None:
    """Genuine exits 0; forged exits 4 and leaves its page, which says so."""
    desk.add()
    drawn = desk.folder / "sign.svg"
    made = desk.run("sign", "make", "door", "-o", drawn)
    assert made.code == 0
    assert drawn.read_text("utf-8").startswith("<svg")
    key, page = desk.site.home / "ledger.pub", desk.folder / "page.html"
    text = made.document["text"]
    genuine = desk.run("sign", "check", text, "--key", key, "-o", page)
    assert (genuine.code, genuine.document["device"]) == (0, "door")
    assert "标识属实" in page.read_text("utf-8")
    code = desk.folder / "code.txt"
    code.write_text(text[:-1] + ("0" if text[-1] != "0" else "1"))
    forged = desk.run("sign", "check", code, "--key", key, "-o", page)
    assert (forged.code, forged.document["error"]) == (4, "tampered")
    assert "标识是伪造的" in page.read_text("utf-8")
    assert "伪造" in desk.screen("zh", "sign", "check", code, "--key", key)
    assert desk.run("sign", "make", "door", "-o", desk.folder / "sign.docx").code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("device", "add", "x", "--place", "nowhere", "--purpose", "gate"),
        ("device", "add", "x", "--place", "hall", "--purpose", "nothing"),
        ("device", "add", "Not A Name", "--place", "hall", "--purpose", "gate"),
        ("device", "add", "x" * 65, "--place", "hall", "--purpose", "gate"),
        ("device", "add", "x", "--place", "hall", "--purpose", "gate", "--kind", "drone"),
        ("device", "add", "x", "--place", "hall", "--purpose", "gate", "--zone", "none"),
        ("device", "add", "x", "--place", "hall", "--purpose", "gate", "--public-key", "missing"),
        ("device", "suspend", "nobody"),
        ("place", "add", "missing.toml"),
        ("place", "close", "nowhere"),
        ("sign", "make", "nobody", "-o", "x.svg"),
        ("sign", "check", "FK1:", "--key", "missing"),
        ("capture", "link", "--subject", "7", "--purpose", "nothing"),
        ("capture", "link", "--subject", "7", "--purpose", "gate", "--hours", "0"),
        ("capture", "link", "--subject", "7", "--purpose", "gate", "--hours", "100000"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(desk: Desk, words: tuple[str, ...]) -> None:
    """Exit 2 or 3, never a crash."""
    told = desk.run(*words)
    assert told.code in (2, 3), told
    assert told.document["error"] != "broken"


@pytest.mark.parametrize(("language", "label"), [("zh", "公钥指纹"), ("en", "fingerprint")])
def test_a_devices_key_is_shown_by_its_fingerprint(desk: Desk, language: str, label: str) -> None:
    """SHA-256 of the public key, as of every other key; no file is meant."""
    key = desk.folder / "door.key"
    words = ("device", "add", "door", "--place", "hall", "--purpose", "gate", "--key-out", key)
    page = desk.screen(language, *words)
    (door,) = (d for d in desk.run("device", "list").document["devices"] if d["id"] == "door")
    assert label in page
    assert grouped(sha256(bytes.fromhex(door["key"])).hexdigest())[:19] in page
    assert "public key file" not in page


def test_a_public_place_without_its_ground_is_not_entered(desk: Desk) -> None:
    """Told at once, with the remedy: not when the device is to be activated."""
    text = place_text("plaza", "public", public=True).split(b"[public_safety]", maxsplit=1)[0]
    desk.place.write_bytes(text)
    told = desk.run("place", "add", desk.place)
    assert (told.code, told.document["article"]) == (3, "FRM-13-1")
    assert "[public_safety]" in told.document["remedy"]


def test_device_key_never_lands_in_the_home_or_over_a_file(desk: Desk) -> None:
    """Nor are two keys named at once; the device is not registered then."""
    inside = desk.site.home / "door.key"
    taken = desk.folder / "taken"
    taken.write_text("mine")
    for words in (
        ("--key-out", inside),
        ("--key-out", taken),
        ("--key-out", desk.folder / "k", "--public-key", taken),
        ("--public-key", taken),
    ):
        assert desk.add("door", *words).code == 2
    assert taken.read_text() == "mine"
    assert "door" not in {d["id"] for d in desk.run("device", "list").document["devices"]}


def test_activation_names_one_kind_of_evidence(desk: Desk) -> None:
    """A photograph or a printed sign that was seen; not both, not neither."""
    desk.add()
    both = ("--sign-photo", desk.photo, "--sign-printed")
    for evidence in ((), both):
        assert desk.run("device", "activate", "door", *evidence, *desk.signing).code == 2
    assert desk.run("device", "activate", "door", "--sign-printed", *desk.signing).code == 0


def test_link_is_shown_once_and_screens_speak_both_languages(desk: Desk) -> None:
    """The token is not to be had again."""
    told = desk.run("capture", "link", "--subject", "7", "--purpose", "gate", "--hours", "2")
    assert len(told.document["link"]) == 40
    for language, word in (("zh", "口令"), ("en", "Token")):
        shown = desk.screen(language, "capture", "link", "--subject", "7", "--purpose", "gate")
        assert word in shown
    for language, word in (("zh", "出入口"), ("en", "entrance")):
        assert word in desk.screen(language, "place", "list")
        assert "gate-door" in desk.screen(language, "device", "list")
