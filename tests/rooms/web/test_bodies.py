"""Reading a body: strictly, in one way only, and without a disk."""

from __future__ import annotations

import base64
import io
import json
import tempfile
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from facekeep.assembly import House
from facekeep.terms.errors import PictureTooLarge
from facekeep.terms.ports import Picture
from facekeep.terms.values import Features
from facekeep.vision.picture import read_picture
from facekeep.web import bodies
from tests.attacks.http import TestClient, api_key, application, question
from tests.attacks.toolkit import People, Site

PATH = "/v1/verifications"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def asked(one_site: Site, one_house: House) -> dict[str, Any]:
    """A body that would be answered."""
    return question(one_house, "anna", one_site.good_photo("anna"))


def problem(one_door: TestClient, raw: bytes | str, **headers: str) -> tuple[int, str, list[str]]:
    """Status, code and the places of the faults."""
    told = one_door.post(PATH, content=raw, headers={**JSON, **headers})
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json()["remedy"]
    places = [fault["at"] for fault in told.json().get("faults", [])]
    return told.status_code, told.json()["code"], places


# -- JSON -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("max_fmr", "0.001"), ("max_fmr", True), ("max_fmr", []), ("subject", 17), ("subject", None),
        ("subject", ""), ("subject", "a" * 201), ("purpose", {"id": "gate"}), ("photo", 1),
        ("photo", ""), ("photo", "not base64!"), ("photo", "YQ"), ("photo", "YQ==\n"),
        ("device", ["gate-door"]), ("profile", "Standard"), ("profile", 0), ("capture", "token"),
        ("capture", {"device": "gate-door"}), ("devise", "gate-door"), ("threshold", 0.1),
    ],
)  # fmt: skip
def test_nothing_is_coerced_and_nothing_unknown_let_in(
    one_door: TestClient, asked: dict[str, Any], field: str, value: object
) -> None:
    """ "1" is not 1, and a misspelt field would be lost silently; each is named, none repeated."""
    status, code, places = problem(one_door, json.dumps({**asked, field: value}))
    assert (status, code) == (422, "not_valid")
    assert any(place.startswith(f"/{field}") for place in places), places


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"null", b"[]", b"1", b'"a"', b"\xff\xfe{\x00}\x00", b"{}\x00", b"\xef\xbb\xbf{}",
        b'{"subject": "\xff"}', b"{'subject': 'a'}", b'{"max_fmr": NaN}', b'{"max_fmr": Infinity}',
        b'{"max_fmr": 1e}', b'{"max_fmr": ' + b"9" * 5000 + b"}", b"[" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000, b'{"subject": "\\ud800"}',
    ],
    ids=lambda raw: repr(raw[:20]),
)  # fmt: skip
def test_what_is_no_json_object_is_refused(one_door: TestClient, raw: bytes) -> None:
    status, code, _ = problem(one_door, raw)
    assert (status, code) in [(400, "not_understood"), (422, "not_valid")]


def test_a_field_that_stands_twice(one_door: TestClient, asked: dict[str, Any]) -> None:
    """Two readers would read two subjects: the proxy one, we the other."""
    told = json.dumps(asked)
    twice = told[:-1] + ', "subject": "ben"}'
    assert problem(one_door, twice)[:2] == (400, "not_understood")
    spelt_otherwise = told[:-1] + ', "\\u0073ubject": "ben"}'
    assert problem(one_door, spelt_otherwise)[:2] == (400, "not_understood")


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain", "application/xml", "application/x-www-form-urlencoded", "application/jsonx",
     "application/json; charset=gbk", "application/json; charset=utf-16", "image/jpeg"],
)  # fmt: skip
def test_only_kinds_we_read(one_door: TestClient, asked: dict[str, Any], kind: str) -> None:
    raw = json.dumps(asked)
    assert problem(one_door, raw, **{"Content-Type": kind})[:2] == (415, "unsupported_media_type")


@pytest.mark.parametrize("kind", ["application/json; charset=UTF-8", "Application/JSON"])
def test_the_same_kind_in_other_letters(
    one_door: TestClient, asked: dict[str, Any], kind: str
) -> None:
    told = one_door.post(PATH, content=json.dumps(asked), headers={"Content-Type": kind})
    assert told.status_code == 200


def test_nothing_is_unpacked(one_door: TestClient, asked: dict[str, Any]) -> None:
    """A bomb of zeros is small until somebody unpacks it."""
    bomb = zlib.compress(b" " * 10_000_000 + json.dumps(asked).encode())
    for packing in ("gzip", "deflate", "br"):
        assert problem(one_door, bomb, **{"Content-Encoding": packing})[0] == 415


def test_what_was_sent_is_never_repeated(one_door: TestClient, asked: dict[str, Any]) -> None:
    """A problem names the field and the rule, not the value; a field name is cut."""
    told = one_door.post(PATH, json={**asked, "max_fmr": "secret-value", "x" * 500: 1})
    assert "secret-value" not in told.text
    assert "x" * 100 not in told.text
    assert asked["subject"] not in told.text


def test_hundreds_of_wrong_fields_are_not_all_listed(
    one_door: TestClient, asked: dict[str, Any]
) -> None:
    told = one_door.post(PATH, json={**asked, **{f"field{n}": n for n in range(500)}})
    assert len(told.json()["faults"]) == 20


def test_large_json_is_read_beside_the_loop(
    one_door: TestClient, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And strictly all the same."""
    monkeypatch.setattr(bodies, "LARGE_BYTES", 10)
    assert one_door.post(PATH, json=asked).status_code == 200
    assert problem(one_door, json.dumps(asked)[:-1] + ', "subject": "ben"}')[0] == 400


# -- forms ------------------------------------------------------------------------------------


def form(asked: dict[str, Any], **fields: str) -> dict[str, Any]:
    """The same question as a form: its picture a file."""
    photo = base64.b64decode(asked["photo"])
    texts = {name: value for name, value in asked.items() if name != "photo"} | fields
    return {"data": texts, "files": {"photo": ("a.jpg", photo, "image/jpeg")}}


def test_a_form_asks_the_same(one_door: TestClient, one_site: Site, one_house: House) -> None:
    """Numbers are written as JSON, texts as they are, pictures are files."""
    asked = question(one_house, "anna", one_site.good_photo("anna", 900))
    told = one_door.post(PATH, **form(asked, max_fmr="0.0001", profile="staffed"))
    assert told.status_code == 200, told.text
    assert told.json()["max_fmr"] == 0.0001


@pytest.mark.parametrize(
    "fields", [{"max_fmr": "often"}, {"max_fmr": '"0.001"'}, {"devise": "x"}, {"subject": ""}]
)
def test_a_form_is_as_strict(
    one_door: TestClient, asked: dict[str, Any], fields: dict[str, str]
) -> None:
    told = one_door.post(PATH, **form(asked, **fields))
    assert (told.status_code, told.json()["code"]) == (422, "not_valid")


def test_a_form_field_that_stands_twice(one_door: TestClient, asked: dict[str, Any]) -> None:
    photo = base64.b64decode(asked["photo"])
    files = [("photo", ("a.jpg", photo)), ("photo", ("b.jpg", photo))]
    told = one_door.post(PATH, data=form(asked)["data"], files=files)
    assert (told.status_code, told.json()["faults"][0]["at"]) == (422, "/photo")


def part(name: str, value: bytes) -> bytes:
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    return head.encode() + value + b"\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"nonsense", b"--b\r\n", b"--b\r\n\r\n\r\n--b--", part("x" * 100_000, b""),
        b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n",
        b"".join(part(f"f{n}", b"x") for n in range(5_000)) + b"--b--\r\n",
        part("subject", b"x" * 100_000) + b"--b--\r\n",
        part("subject", b"\xff\xfe") + b"--b--\r\n",
        b"".join(
            b'--b\r\nContent-Disposition: form-data; name="photo"; filename="a"\r\n\r\nx\r\n'
            for _ in range(5_000)
        ) + b"--b--\r\n",
    ],
    ids=["empty", "none", "open", "nameless", "name", "anonymous", "fields", "huge", "bytes", "files"],
)  # fmt: skip
def test_hostile_forms(one_door: TestClient, raw: bytes) -> None:
    """Parts without end, without name, without number."""
    kind = "multipart/form-data; boundary=b"
    status, _, _ = problem(one_door, raw, **{"Content-Type": kind})
    assert status in (400, 422)


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary="])
def test_a_form_without_boundary(one_door: TestClient, kind: str) -> None:
    assert problem(one_door, b"--b--", **{"Content-Type": kind})[0] == 400


def test_pictures_never_touch_a_disk(
    one_door: TestClient, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large picture stays in memory from the socket to the eyes."""

    def no_disk(*_: object, **__: object) -> None:
        raise AssertionError("a file was made")

    for name in ("TemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, no_disk)
    large = base64.b64decode(asked["photo"]) + bytes(bodies.MAX_PHOTOS * 1024 * 1024)
    told = one_door.post(PATH, data=form(asked)["data"], files={"photo": ("a.jpg", large)})
    assert told.status_code == 200, told.text


def test_the_guard_sees_a_spool(
    one_door: TestClient, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: with the usual limit the same picture would lie in a temporary file."""
    made = []

    def noted(*_: object, **__: object) -> io.BytesIO:
        made.append(1)
        return io.BytesIO()

    monkeypatch.setattr(bodies._InMemory, "spool_max_size", 1024)
    monkeypatch.setattr(tempfile, "TemporaryFile", noted)
    one_door.post(PATH, data=form(asked)["data"], files={"photo": ("a.jpg", bytes(2**20))})
    assert made


# -- pictures -----------------------------------------------------------------------------------


class Reading(People):
    """Eyes that read the picture as the real ones do."""

    def features(self, source: Any) -> Features:
        seen: Picture = read_picture(source)
        return super().features(b"somebody#%d" % seen.shape[0])


def png(width: int, height: int) -> bytes:
    """A picture that says it is so large; nobody may try to believe it."""
    file = io.BytesIO()
    Image.new("1", (8, 8)).save(file, "PNG")
    raw = bytearray(file.getvalue())
    raw[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    raw[29:33] = zlib.crc32(raw[12:29]).to_bytes(4, "big")
    return bytes(raw)


def gif(frames: int) -> bytes:
    file = io.BytesIO()
    pictures = [Image.new("L", (8, 8), n) for n in range(frames)]
    pictures[0].save(file, "GIF", save_all=True, append_images=pictures[1:])
    return file.getvalue()


def solid(side: int) -> bytes:
    """Few bytes, many pixels: a bomb."""
    file = io.BytesIO()
    Image.new("1", (side, side)).save(file, "PNG", compress_level=9)
    return file.getvalue()


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: png(100_000, 100_000), PictureTooLarge.code),
        (lambda: png(2**31 - 1, 1), PictureTooLarge.code),
        (lambda: png(0, 8), "not_a_picture"),
        (lambda: solid(12_000), PictureTooLarge.code),
        (lambda: gif(20), "not_a_picture"),
        (lambda: b"GIF89a", "not_a_picture"),
        (lambda: b"%PDF-1.7", "not_a_picture"),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
        (lambda: b"PK\x03\x04" + bytes(100), "not_a_picture"),
        (lambda: bytes(1), "not_a_picture"),
    ],
    ids=["huge", "strip", "empty", "bomb", "frames", "cut", "pdf", "svg", "zip", "byte"],
)
def test_bombs_and_no_pictures(
    one_site: Site, one_house: House, make: Callable[[], bytes], code: str
) -> None:
    """Refused by what they say of themselves, before anything is decoded: 422 with a remedy."""
    app = application(one_house, one_site.settings, eyes=lambda purpose, device: Reading())
    key = api_key(one_house)
    with TestClient(app, headers={"Authorization": f"Bearer {key}"}) as one_door:
        told = one_door.post(PATH, json=question(one_house, "anna", make()))
    assert (told.status_code, told.json()["code"]) == (422, code)
    assert told.json()["remedy"]
    assert told.json()["alternatives"] == ["card"]
