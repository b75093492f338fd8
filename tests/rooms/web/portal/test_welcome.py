"""The first page: what this is, what it is used for, and where a link leads."""

from __future__ import annotations

import pytest

from facekeep.assembly import House
from tests.attacks.http import TestClient
from tests.attacks.toolkit import publish, purpose_text
from tests.rooms.web.portal.walking import fields_of, invited, send, text_of


def test_anybody_may_read_what_faces_are_used_for(browser: TestClient) -> None:
    """Every purpose in force with its notice, and the ways to check, to follow and to complain."""
    page = browser.get("/").text

    for path in ("/notices/gate", "/check", "/cases", "/cases/new"):
        assert f'href="{path}"' in page
    assert "Riverside" in text_of(page)


def test_a_public_notice_answers_the_three_questions_first(browser: TestClient) -> None:
    """In the order a child would ask; the whole text stands below."""
    told = text_of(browser.get("/notices/gate").text)
    at = [told.index(one) for one in ("Why is my face", "How is it kept", "What is the risk")]

    assert at == sorted(at)
    assert told.index("The whole notice") > at[-1]


def test_no_notice_of_an_unknown_purpose(browser: TestClient) -> None:
    """Refused in words."""
    answer = browser.get("/notices/nothing")

    assert answer.status_code == 403
    assert "What you can do now" in text_of(answer.text)


@pytest.mark.parametrize(
    "around", ["{}", "https://faces.example{}", "https://evil.example{}?x=1", "  {} \n"]
)
def test_a_pasted_link_leads_to_our_own_page(
    browser: TestClient, house: House, around: str
) -> None:
    """Wherever it seems to come from, it is followed on this host alone."""
    path = invited(house)

    page = browser.get("/").text
    answer = browser.post(
        "/p", data={**fields_of(page, "/p"), "link": around.format(path)}, follow_redirects=False
    )

    assert (answer.status_code, answer.headers["location"]) == (303, path)


def test_a_code_alone_is_enough(browser: TestClient, house: House) -> None:
    """In capitals too."""
    path = invited(house)

    answer = send(browser, browser.get("/").text, "/p", link=path.rpartition("/")[2].upper())

    assert answer.url.path == path


@pytest.mark.parametrize(
    "typed", ["", "hello", "0" * 39, "0" * 41, "//evil.example", '"><script>alert(1)</script>']
)
def test_what_is_no_link_is_said_beside_the_field(browser: TestClient, typed: str) -> None:
    """And what was typed stands there again, as text."""
    answer = send(browser, browser.get("/").text, "/p", link=typed)

    assert answer.status_code == 422
    assert "no link and no code" in text_of(answer.text)
    assert "<script>alert" not in answer.text


def test_a_form_of_another_site_is_refused(browser: TestClient, house: House) -> None:
    """Before anything is looked at."""
    fields = {**fields_of(browser.get("/").text, "/p"), "link": invited(house)}

    answer = browser.post("/p", data=fields, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


def test_texts_of_an_officer_are_text(browser: TestClient, house: House) -> None:
    """A purpose whose title looks like markup shows it as it is."""
    title = '{zh = "<script>门</script>", en = "<script>Gate</script>"}'
    publish(house, purpose_text("odd", title=title))

    for path in ("/", "/notices/odd", invited(house, purpose="odd")):
        page = browser.get(path).text
        assert "&lt;script&gt;Gate" in page
        assert "<script>" not in page
