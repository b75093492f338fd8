"""Every page: its language, its policy, its files, its refusals."""

from __future__ import annotations

import pytest

from facekeep.web.pages.site import CAMERA, PLAIN, SCRIPT, fours, is_page, is_staff_path
from tests.attacks.http import TestClient

UNKNOWN_LINK = f"/p/{'0' * 40}"


def test_a_page_of_text_may_load_a_style_and_nothing_else() -> None:
    policy = PLAIN.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert "camera=()" in PLAIN.headers["Permissions-Policy"]


def test_only_the_cameras_page_may_ask_for_the_camera() -> None:
    assert "camera=(self)" in CAMERA.headers["Permissions-Policy"]
    assert "script-src 'self'" in CAMERA.headers["Content-Security-Policy"]
    assert "camera=()" in SCRIPT.headers["Permissions-Policy"]
    assert "media-src" not in SCRIPT.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/p/x", "/mine", "/desk", "/kiosk", "/console/ledger"])
def test_what_people_read(path: str) -> None:
    assert is_page(path)


@pytest.mark.parametrize("path", ["/v1/purposes", "/docs", "/healthz", "/pages", "/metrics"])
def test_what_programs_read(path: str) -> None:
    assert not is_page(path)


def test_what_is_the_staffs() -> None:
    assert is_staff_path("/desk/people")
    assert not is_staff_path("/desktop")
    assert not is_staff_path("/mine")


def test_a_digest_is_read_in_fours() -> None:
    assert fours("0123456789") == "0123 4567 89"


@pytest.mark.parametrize("name", ["style.css", "mark.svg"])
def test_files_of_pages(one_door: TestClient, name: str) -> None:
    first = one_door.get(f"/assets/{name}")
    assert first.status_code == 200
    again = one_door.get(f"/assets/{name}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["__init__.py", "..%2fsettings.py", "style.css.map", "%00"])
def test_no_other_file(one_door: TestClient, name: str) -> None:
    assert one_door.get(f"/assets/{name}").status_code == 404


def test_the_style_sheet_loads_nothing(one_door: TestClient) -> None:
    style = one_door.get("/assets/style.css").text
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Nothing lies here"), ("zh", "这里什么也没有")]
)
def test_an_address_that_does_not_exist_is_a_page_in_a_browser(
    one_door: TestClient, language: str, words: str
) -> None:
    answer = one_door.get(f"/nowhere?lang={language}", headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert words.lower() in answer.text.lower()
    assert "facekeep " not in answer.text


@pytest.mark.parametrize(
    ("path", "accept"), [("/nowhere", "*/*"), ("/nowhere", "application/json"), ("/v1/nowhere", "text/html")]
)  # fmt: skip
def test_a_program_is_answered_in_its_own_form(
    one_door: TestClient, path: str, accept: str
) -> None:
    answer = one_door.get(path, headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("application/problem+json")
