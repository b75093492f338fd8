"""The consent door: it shows the notice, asks once, gives papers, and tells what did not arrive."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from time import time
from typing import Any, NamedTuple

import pytest

from facekeep.cli import app
from facekeep.governance.deliveries import Kind, Words
from tests.attacks.conftest import clock, people, site
from tests.attacks.toolkit import Site, agree

__all__ = ["clock", "people", "site"]


class Said(NamedTuple):
    """What one call came to."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.out)
        return answer


class Desk:
    """Calls the command line on a home."""

    def __init__(self, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
        self.site, self._capsys = site, capsys

    def __call__(self, *words: str, lang: str = "en") -> Said:
        code = app.run(["--home", str(self.site.home), "--lang", lang, *words, "--json"])
        return Said(code, *self._capsys.readouterr())


@pytest.fixture
def desk(site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("FACEKEEP_CUSTODY", str(site.settings.custody))
    return Desk(site, capsys)


def test_giving_shows_the_notice_and_says_so(desk: Desk) -> None:
    """In the language of the call; the record names text, language and place."""
    said = desk("consent", "give", "-s", "7", "-p", "gate", lang="zh")
    assert said.code == 0
    assert "为什么收集" in said.err
    assert said.document["shown"]["language"] == "zh"
    assert said.document["shown"]["where"] == "terminal"
    assert said.document["asked"] is False


def test_notice_read_elsewhere_is_named_by_its_digest(desk: Desk) -> None:
    """The current one is taken at its word; another, or no digest at all, is refused."""
    digest = desk("purpose", "show", "gate").document["digest"]
    said = desk("consent", "give", "-s", "7", "-p", "gate", "--shown", digest, "--where", "paper")
    assert (said.code, said.document["shown"]["where"]) == (0, "paper")
    other = desk("consent", "give", "-s", "8", "-p", "gate", "--shown", "00" * 32)
    assert (other.code, other.document["article"]) == (3, "FRM-05-1")
    assert desk("consent", "give", "-s", "8", "-p", "gate", "--shown", "xyz").code == 2


def test_bundle_and_ticked_box_are_refused(desk: Desk) -> None:
    """By the article."""
    for words in (["-p", "gate", "-p", "office"], ["-p", "gate", "--default", "yes"],
                  ["-p", "gate", "--for", "processing", "--for", "storage"]):  # fmt: skip
        said = desk("consent", "ask", "-s", "7", *words)
        assert (said.code, said.document["article"]) == (3, "FRM-12")


def test_no_and_later(desk: Desk) -> None:
    """Asked, put off, reminded once, refused; then nobody asks."""
    for verb, state in (("ask", "ConsentRequested"), ("defer", "ConsentRequestDeferred"),
                        ("ask", "ConsentRequested"), ("refuse", "ConsentRefused")):  # fmt: skip
        said = desk("consent", verb, "-s", "7", "-p", "gate")
        assert (said.code, said.document["state"]) == (0, state)
    assert desk("consent", "ask", "-s", "7", "-p", "gate").document["article"] == "NDSR-22"
    assert desk("consent", "ask", "-s", "7", "-p", "gate", "--for", "x").code == 2


def test_a_link_is_made_for_one_person_and_shown_once(desk: Desk) -> None:
    """It leads to the portal; whoever said no is left alone."""
    first = desk("consent", "invite", "-s", "7", "-p", "gate").document
    second = desk("consent", "invite", "-s", "7", "-p", "gate").document
    assert first["link"].startswith("/p/")
    assert first["link"] != second["link"]
    desk("consent", "refuse", "-s", "7", "-p", "gate")
    assert desk("consent", "invite", "-s", "7", "-p", "gate").document["article"] == "NDSR-22"


def test_guardian_is_named_with_what_was_seen(desk: Desk) -> None:
    """All three or none; alone they say nothing."""
    child = ["consent", "give", "-s", "9", "-p", "gate", "--birth-date", "2020-05-01"]
    seen = ["--relation", "parent", "--proof-kind", "birth-certificate", "--proof", "17/4"]
    assert desk(*child).document["article"] == "FRM-07-1"
    assert desk(*child, "--guardian", "12").document["article"] == "FRM-07-1"
    assert desk(*child, "--guardian", "12", *seen[:4]).code == 2
    assert desk(*child, *seen).code == 2
    assert desk(*child, "--guardian", "12", *seen).document["by"] == "guardian"
    said = desk("withdraw", "-s", "9", "-p", "gate", "--by", "guardian")
    assert said.code == 0


def test_papers(desk: Desk, tmp_path: Path) -> None:
    """A receipt with the consent, once more later, the records as JSON-LD."""
    first, later, records = (tmp_path / name for name in ("a.json", "b.json", "c.jsonld"))
    assert desk("consent", "give", "-s", "7", "-p", "gate", "-o", str(first)).code == 0
    assert desk("consent", "receipt", "-s", "7", "-p", "gate", "-o", str(later)).code == 0
    key = str(desk.site.home / "ledger.pub")
    for paper in (first, later):
        assert desk("receipt", "verify", str(paper), "--key", key).document["kind"] == "consent"
    said = desk("consent", "export", "-s", "7", "-o", str(records))
    assert said.document["records"] == 1
    assert "@context" in json.loads(records.read_text(encoding="utf-8"))
    assert (
        desk("consent", "renew", "-s", "7", "-p", "gate").document["state"] == "RenewedConsentGiven"
    )
    told = desk("consent", "invalidate", "-s", "7", "-p", "gate", "--because", "misled")
    assert told.document["invalidated"] == 1
    assert desk("consent", "receipt", "-s", "7", "-p", "gate", "-o", str(later)).code == 3
    nowhere = str(tmp_path / "none" / "x.json")
    assert desk("consent", "give", "-s", "8", "-p", "gate", "-o", nowhere).code == 2
    assert desk("consent", "show", "-s", "8", "-p", "gate").document["consents"] == []


def test_deliveries(desk: Desk, tmp_path: Path) -> None:
    """Listed, written down, sent to nobody, settled by hand."""
    desk.site.clock.now = time()  # the command line has the machine's clock
    with desk.site.open() as house:
        agree(house, "=7")
        words = Words("请到前台", "Please come to the desk")
        notice = house.outbox.tell("=7", "gate", Kind.MESSAGE, words, days=1)
        shown = house.home.deliveries.shown(notice).hex()
    table, page, secret = tmp_path / "n.csv", tmp_path / "n.html", tmp_path / "hook.key"
    said = desk("deliveries", "list", "--csv", str(table), "--html", str(page))
    (listed,) = said.document["deliveries"]
    assert (listed["id"], listed["subject"]) == (shown, "=7")
    rows = list(csv.reader(table.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[1][1] == "'=7"
    assert "请到前台" in page.read_text(encoding="utf-8")
    hook = ["deliveries", "send", "--webhook", "http://127.0.0.1:9/", "--secret", str(secret)]
    assert desk(*hook).code == 2
    secret.write_text("a secret of the operator\n")
    assert desk(*hook).document == {"delivered": 0, "failed": 1, "waiting": 0}
    assert desk(*[w.replace("http://127.0.0.1", "http://example.org") for w in hook]).code == 2
    settled = desk("deliveries", "delivered", shown, "--proof", "signed list 17")
    assert settled.document["outcome"] == "delivered"
    assert desk("deliveries", "list").document == {"deliveries": []}
    for nonsense in ("00" * 16, "xyz"):
        assert desk("deliveries", "delivered", nonsense, "--proof", "x").code == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_screens_are_drawn(
    site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    """Every answer has a page in either language."""
    monkeypatch.setenv("FACEKEEP_CUSTODY", str(site.settings.custody))
    start = ["--home", str(site.home), "--lang", lang]
    for words in (["consent", "ask", "-s", "7", "-p", "gate"],
                  ["consent", "give", "-s", "7", "-p", "gate"],
                  ["consent", "show", "-s", "7", "-p", "gate"],
                  ["consent", "refuse", "-s", "8", "-p", "gate"],
                  ["deliveries", "list"]):  # fmt: skip
        assert app.run([*start, *words]) == 0
        assert capsys.readouterr().out.strip()
