"""The API's own pages: made here, in two languages, from nothing but this server; every example would run."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest

from facekeep.web.guide import Guide
from facekeep.web.html import prose
from facekeep.web.wording import WORDS
from tests.attacks.http import TestClient

HAN = re.compile("[\u4e00-\u9fff]")


class Links(HTMLParser):
    """Every reference of a page, every anchor, and every element."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.references: list[str] = []
        self.anchors: list[str] = []
        self.elements: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        for name, value in attrs:
            assert name not in ("style", "onclick", "onload"), f"{tag} {name}"
            if name in ("href", "src", "action"):
                self.references.append(value or "")
            if name == "id":
                self.anchors.append(value or "")


def page(door: TestClient, path: str, language: str) -> str:
    told = door.get(path, headers={"Accept-Language": language, "Authorization": ""})
    assert told.status_code == 200
    assert told.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in told.headers["content-security-policy"]
    return told.text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", ["/docs", "/v1/problems", "/v1/problems/no_face"])
def test_nothing_is_loaded_from_elsewhere_and_nothing_runs(
    one_door: TestClient, path: str, language: str
) -> None:
    """Works with a cut cable and without JavaScript; every link leads somewhere."""
    text = page(one_door, path, language)
    links = Links(text)
    assert not links.elements & {"script", "img", "iframe", "object", "style", "form"}
    assert len(set(links.anchors)) == len(links.anchors)
    for reference in set(links.references):
        if reference.startswith("#"):
            assert reference[1:] in links.anchors, reference
        else:
            assert reference.startswith("/")
            assert not reference.startswith("//")
            assert one_door.get(reference).status_code == 200, reference


def test_every_operation_is_shown(one_door: TestClient) -> None:
    """With its path and its examples, in both languages."""
    document = one_door.get("/openapi.json").json()
    ids = [told["operationId"] for one in document["paths"].values() for told in one.values()]
    assert len(set(ids)) == len(ids) > 40
    for language in ("zh", "en"):
        text = page(one_door, "/docs", language)
        assert all(f'id="{one}"' in text for one in ids)


def test_headings_are_in_the_language_of_the_reader(one_door: TestClient) -> None:
    """And what stays in the language of the document says that it does."""
    text = page(one_door, "/docs", "zh")
    headings = re.findall(r"<(?:h1|h2|h4)>(.*?)<", text)
    assert all(HAN.search(one) for one in headings if one != "curl" and one != "Python"), headings
    assert '<html lang="zh-CN">' in text
    assert "/docs?lang=en" in text
    chosen = one_door.get("/docs?lang=en", headers={"Accept-Language": "zh"}).text
    assert '<html lang="en">' in chosen


def guide(door: TestClient) -> Guide:
    return Guide.of(door.get("/openapi.json").json())


def test_the_examples_are_python(one_door: TestClient) -> None:
    """Each parses, and names only what it imported or what the text says to fill in."""
    for chapter in guide(one_door).chapters:
        for operation in chapter.operations:
            tree = ast.parse(operation.python)
            known = {"httpx", "base64", "Path", "key", "photo", "answer"}
            named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            assert named <= known, operation.python
            if "photo" in named:
                assert "photo = base64" in operation.python


@pytest.mark.parametrize("fault", ["Extra inputs", "Field required", "Input should be"])
def test_the_examples_have_the_right_form(
    one_door: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """Run as they stand, nothing in them is unknown, missing or of another kind."""
    monkeypatch.chdir(tmp_path)
    Path("photo.jpg").write_bytes(b"a wall")
    wrong = []

    def send(method: str, address: str, **how: Any) -> httpx.Response:
        path = address.removeprefix("https://faces.example")
        answer = one_door.request(method, path, json=how.get("json"))
        wrong.extend(one["why"] for one in answer.json().get("faults", ()) if fault in one["why"])
        return httpx.Response(200, request=httpx.Request(method, address))

    monkeypatch.setattr(httpx, "request", send)
    for operation in (one for c in guide(one_door).chapters for one in c.operations):
        if "application/json" in operation.body_kinds:
            exec(operation.python, {"key": "fk_"})
    assert not wrong


def test_what_needs_no_key_says_so(one_door: TestClient) -> None:
    free = {one.id for c in guide(one_door).chapters for one in c.operations if one.open}
    assert {"alive", "ready", "checkpoint", "public_keys", "problems", "problem"} <= free
    assert not free & {"verify", "identify", "ledger_entries", "metrics", "set_factor", "enrol"}


def test_prose_is_escaped_and_code_is_code() -> None:
    told = prose("a `b<i>` <script> ``c``")
    assert told == "a <code>b&lt;i&gt;</code> &lt;script&gt; <code>c</code>"


def test_the_style_sheet_knows_light_and_dark(one_door: TestClient) -> None:
    told = one_door.get("/docs/style.css", headers={"Authorization": ""})
    assert told.headers["content-type"] == "text/css; charset=utf-8"
    assert "prefers-color-scheme: dark" in told.text
    assert not re.search(r"url\(|@import|http", told.text)


def test_every_word_is_there_in_chinese() -> None:
    for key, message in WORDS.items():
        assert HAN.search(message.zh) or message.zh in ("curl", "Python", "English"), key
