"""Purposes at the console: drafted in a form, assessed, signed, put in force by four eyes, ended."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facekeep.assembly import House
from facekeep.governance import assessments
from facekeep.governance.purpose_text import Purpose, parse
from facekeep.governance.purposes import Stage
from facekeep.web.console.toml_text import written
from tests.attacks.at_the_console import Officer, console
from tests.attacks.signed_in import PASSPHRASE
from tests.attacks.toolkit import Site, assessment_text, purpose_text

HOME = "/console/purposes"
EXAMPLES = Path(__file__).parents[4] / "docs/examples"
BOTH = ("zh", "en")


def draft(o: Officer, name: str = "door", **more: Any) -> Any:
    """The least a draft needs, as somebody types it."""
    told = {
        f"{key}.{one}": f"{key} {one}"
        for key in ("title", "why", "necessity", "risk")
        for one in BOTH
    }
    told |= {f"alternatives.0.name.{one}": "a card" for one in BOTH}
    told |= {f"place.name.{one}": "the door" for one in BOTH}
    told |= {
        "id": name, "handler.name": "Riverside", "handler.contact": "desk", "model": "simulated",
        "operations": "verification", "alternatives.0.id": "card", **more,
    }  # fmt: skip
    return o.send(f"{HOME}/_new", **told)


def text_of(house: House, name: str = "door") -> Purpose:
    """The newest text."""
    return house.home.purposes.text(name, house.home.purposes.latest(name))


def finish(o: Officer, name: str = "door") -> None:
    """Every gap of the draft, closed part by part."""
    pairs = lambda key, words: {f"{key}.{one}": words for one in BOTH}  # noqa: E731
    parts = {
        "options": pairs("options.0.name", "a code") | pairs("options.0.why_not", "it is passed on"),
        "ways": pairs("alternatives.0.where", "beside it") | {"alternatives.0.working_since": "2020-01-01"},
        "how": pairs("retention_why", "leases run a year") | {"accessible": ["no_forced_movement", "voice", "staffed"]},
        "minors": {"minors.admitted": "nobody"} | pairs("minors.rule", "they use a card"),
    }  # fmt: skip
    for part, told in parts.items():
        answer = o.send(f"{HOME}/{name}/edit/{part}", **told)
        assert answer.status_code == 303, answer.text


def assess(o: Officer, name: str = "door") -> None:
    """By the file, as the command line takes it."""
    answer = o.send(f"{HOME}/{name}/assess", 2, toml=assessment_text(name).decode())
    assert answer.status_code == 303, answer.text


@pytest.fixture
def ann(site: Site, house: House) -> Iterator[Officer]:
    """An officer."""
    with console(site, house) as officer:
        yield officer


def test_list_and_dossier_show_what_is_in_force(ann: Officer) -> None:
    page = ann.get(HOME).text
    assert f'href="{HOME}/gate"' in page
    assert "in force" in page
    page = ann.get(f"{HOME}/gate").text
    assert "Director Lin" in page
    assert "/console/ledger/" in page
    assert "storage.separation.stores" in page


def test_draft_lists_its_gaps_in_the_order_of_the_law(ann: Officer, house: House) -> None:
    answer = draft(ann)
    assert answer.headers["location"] == f"{HOME}/door"
    page = ann.get(f"{HOME}/door").text
    found = [page.index(article) for article in ("FRM-04", "FRM-10-1", "FRM-08-2", "FRM-05-3", "FRM-07-2")]  # fmt: skip
    assert found == sorted(found)
    assert house.home.purposes.stage("door") is Stage.DRAFT


def test_from_an_empty_form_to_force_and_out_of_it(ann: Officer, house: House) -> None:
    draft(ann)
    finish(ann)
    assert "Nothing is missing" in ann.get(f"{HOME}/door/edit/why").text
    assess(ann)
    assert ann.sign(f"{HOME}/door/sign").status_code == 303
    assert ann.sign(f"{HOME}/door/release").status_code == 303
    book = house.home.purposes
    assert book.stage("door") is Stage.PUBLISHED
    assert [step.who for step in book.steps("door")][-2:] == ["Ann", "Ann"]
    answer = ann.sign(f"{HOME}/door/suspend", because="new gates")
    assert answer.status_code == 303
    assert book.stage("door") is Stage.SUSPENDED


def test_expert_drafts_the_whole_text(ann: Officer, house: House) -> None:
    answer = ann.send(f"{HOME}/_new", 2, toml=purpose_text("yard").decode())
    assert answer.headers["location"] == f"{HOME}/yard"
    answer = ann.send(f"{HOME}/_new", 1, files={"file": ("p.toml", purpose_text("lane"))})
    assert answer.headers["location"] == f"{HOME}/lane"
    edited = ann.form(f"{HOME}/lane/edit/why", 1)
    text = edited.fields["toml"][0].replace('"entrance"', '"office"', 1)
    assert ann.post(edited, toml=text).status_code == 303
    assert text_of(house, "lane").place.kind == "office"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("id", "Not an id", "small letter"), ("title.zh", "", "Fill this in"),
        ("retention_days", "soon", "whole number"), ("retention_days", "9999999", "too large"),
        ("place.kind", "toilet", "No camera"), ("operations", [], "at least one"),
        ("storage", "moon", "those listed"), ("id", "gate", "choose another"),
    ],
)  # fmt: skip
def test_wrong_field_loses_nothing(ann: Officer, field: str, value: str, said: str) -> None:
    """The fault stands beside the field, what was typed stands in it, and nothing is kept."""
    answer = draft(ann, **{field: value})
    assert answer.status_code == 422
    page = answer.text
    assert said in page
    assert "necessity en" in page
    assert ann.house.home.purposes.known() == ["gate"]


@pytest.mark.parametrize(
    "text", ["", "id = ", "id = 5", "x" * 70_000, 'id = "x"\n' + "[[a]]\n" * 50, "\x00"]
)
def test_file_that_is_none_is_said_so(ann: Officer, text: str) -> None:
    answer = ann.send(f"{HOME}/_new", 2, toml=text)
    assert answer.status_code in (400, 422)
    assert ann.house.home.purposes.known() == ["gate"]


def test_private_space_names_its_article(ann: Officer) -> None:
    text = purpose_text(place='{kind = "toilet", name = {zh = "门", en = "Gate"}}').decode()
    page = ann.send(f"{HOME}/_new", 2, toml=text).text
    assert "FRM-13-2" in page


def test_two_officers_at_one_text(ann: Officer, house: House) -> None:
    """Whoever comes second is told in words, and keeps what they typed."""
    draft(ann)
    mine = ann.form(f"{HOME}/door/edit/why")
    theirs = ann.send(f"{HOME}/door/edit/why", title__en="Theirs")
    assert theirs.status_code == 303
    answer = ann.post(mine, title__en="Mine alone")
    assert answer.status_code == 422
    assert "kept version 2 meanwhile" in answer.text
    assert "Mine alone" in answer.text
    assert text_of(house).title.en == "Theirs"


def test_same_form_twice_is_one_version(ann: Officer, house: House) -> None:
    draft(ann)
    form = ann.form(f"{HOME}/door/edit/why")
    first, second = (ann.post(form, title__en="Once") for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert house.home.purposes.latest("door") == 2


def test_assessment_by_its_four_contents(ann: Officer, house: House) -> None:
    """The long form: every harm assessed, a control cited, every way tried out."""
    draft(ann)
    finish(ann)
    form = ann.form(f"{HOME}/door/assess")
    told = {name: "as it is" for name in form.areas if name.endswith((".zh", ".en"))}
    told = {k: v for k, v in told.items() if not k.startswith(("safeguards.", "rights."))}
    told |= {f"risks.{n}.{one}": "2" for n in range(7) for one in ("likelihood", "impact")}
    told |= {f"risks.{n}.residual.{one}": "1" for n in range(7) for one in ("likelihood", "impact")}
    for key in ("name", "lawful", "effective", "proportionate"):
        told |= {f"safeguards.0.{key}.{one}": "halves lie apart" for one in BOTH}
    against = [kind.value for kind in assessments.RiskKind]
    told |= {
        "safeguards.0.against": against, "safeguards.0.evidence": ["storage.separation.stores"],
        "alternatives.0.works": "yes", "impact.works": "yes", "scope.cameras": "2",
    }  # fmt: skip
    answer = ann.post(form, **told)
    assert answer.status_code == 303, answer.text
    (report,) = house.home.assessments.of_purpose("door")
    assert [risk.remains for risk in report.assessment.risks] == [1] * 7
    assert report.controls[0].holds
    assert report.assessment.author == "Ann"


def test_empty_assessment_names_its_fields(ann: Officer, house: House) -> None:
    draft(ann)
    answer = ann.send(f"{HOME}/door/assess")
    assert answer.status_code == 422
    assert "to put right" in answer.text
    assert house.home.assessments.of_purpose("door") == []


def test_assessment_with_a_gap_names_every_gap(ann: Officer, house: House) -> None:
    draft(ann)
    answer = ann.send(f"{HOME}/door/assess", 2, toml=assessment_text("door").decode())
    assert answer.status_code == 422
    assert "no less intrusive option was compared" in answer.text
    assert "there is no rule for people under 14" in answer.text
    assert house.home.purposes.stage("door") is Stage.DRAFT


def test_wrong_passphrase_signs_nothing(ann: Officer, house: House) -> None:
    draft(ann)
    finish(ann)
    assess(ann)
    answer = ann.send(f"{HOME}/door/sign", passphrase="another one entirely")
    assert answer.status_code == 422
    assert "not your passphrase" in answer.text
    assert "another one entirely" not in answer.text
    assert house.home.purposes.stage("door") is Stage.ASSESSED
    assert ann.get(HOME).status_code == 200, "the session goes on"


def test_search_among_many_needs_two(site: Site, house: House, ann: Officer) -> None:
    """One officer alone never puts 1:N in force; two do it once, for this very text."""
    ann.send(f"{HOME}/_new", 2, toml=purpose_text("lane").decode())
    assess(ann, "lane")
    ann.sign(f"{HOME}/lane/sign")
    page = ann.get(f"{HOME}/lane/release").text
    assert "Nobody has approved it" in page
    answer = ann.sign(f"{HOME}/lane/release")
    assert answer.status_code == 422
    assert "two officers" in answer.text
    word = page.partition('href="/console/approvals/')[2].partition('"')[0]
    assert ann.sign(f"/console/approvals/{word}").status_code == 303
    assert ann.sign(f"{HOME}/lane/release").status_code == 422, "the same officer is one"
    with console(site, house, name="Bo") as bo:
        assert bo.sign(f"/console/approvals/{word}").status_code == 303
    assert ann.sign(f"{HOME}/lane/release").status_code == 303
    assert house.home.purposes.stage("lane") is Stage.PUBLISHED
    assert house.home.pending.waiting(house.home.journal.now()) == [], "used up"


def test_end_says_how_many_and_is_typed(site: Site, house: House, ann: Officer) -> None:
    site.enrol(house, "alice")
    page = ann.get(f"{HOME}/gate/end").text
    assert "keys of 1 people" in page
    assert "cannot be undone" in page
    assert "gate-door" in page
    answer = ann.sign(f"{HOME}/gate/end", purpose="Gate")
    assert answer.status_code == 422
    assert house.enrolled("gate") == 1
    answer = ann.send(f"{HOME}/gate/end", purpose="gate", passphrase="wrong but long enough")
    assert answer.status_code == 422
    assert house.enrolled("gate") == 1
    answer = ann.sign(f"{HOME}/gate/end", purpose="gate")
    assert answer.status_code == 200
    assert "1 people is destroyed" in answer.text
    assert house.enrolled("gate") == 0
    assert house.home.purposes.stage("gate") is Stage.ENDED
    assert "edit" not in ann.get(f"{HOME}/gate").text.partition("<main")[2]


def test_suspended_purpose_with_people_is_ended_with_them(site: Site, house: House, ann: Officer) -> None:  # fmt: skip
    site.enrol(house, "alice")
    ann.sign(f"{HOME}/gate/suspend", because="major incident")
    assert ann.sign(f"{HOME}/gate/end", purpose="gate").status_code == 200
    assert house.enrolled("gate") == 0


def test_draft_that_never_ran_just_ends(ann: Officer, house: House) -> None:
    draft(ann)
    answer = ann.sign(f"{HOME}/door/end", purpose="door", because="not needed")
    assert answer.status_code == 303
    assert house.home.purposes.stage("door") is Stage.ENDED


def test_suspend_without_a_reason(ann: Officer, house: House) -> None:
    answer = ann.sign(f"{HOME}/gate/suspend", because="")
    assert answer.status_code == 422
    assert house.home.purposes.stage("gate") is Stage.PUBLISHED


@pytest.mark.parametrize("path", ["nothing", "nothing/edit/why", "nothing/end", "nothing/assess"])
def test_purpose_nobody_drafted(ann: Officer, path: str) -> None:
    assert ann.get(f"{HOME}/{path}").status_code == 404


def test_both_factors_first(site: Site, house: House, ann: Officer) -> None:
    """An open browser writes nothing: on to both factors, and back."""
    form = ann.form(f"{HOME}/gate/end")
    site.clock.advance(11 * 60)
    answer = ann.client.get(f"{HOME}/gate/end", follow_redirects=False)
    assert answer.headers["location"] == "/staff/prove?next=/console/purposes/gate/end"
    answer = ann.post(form, purpose="gate", passphrase=PASSPHRASE)
    assert answer.headers["location"].startswith("/staff/prove")
    assert house.home.purposes.stage("gate") is Stage.PUBLISHED


@pytest.mark.parametrize("name", ["gate", "office"])
def test_text_is_the_same_out_of_its_own_toml(name: str) -> None:
    """What an expert is shown is what was kept."""
    purpose = parse((EXAMPLES / f"{name}.toml").read_bytes())
    assert parse(written(purpose.model_dump()).encode()) == purpose
    report = assessments.parse((EXAMPLES / f"{name}-assessment.toml").read_bytes())
    assert assessments.parse(written(report.model_dump()).encode()) == report


LEAF = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.booleans(), st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip
KEY = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)
TABLE = st.dictionaries(KEY, LEAF | st.lists(LEAF, max_size=3), max_size=4)


@given(st.dictionaries(KEY, LEAF | TABLE | st.lists(TABLE, min_size=1, max_size=3), max_size=5))
def test_toml_says_what_it_was_given(document: dict[str, object]) -> None:
    """Whatever stands in it: quotes, backslashes, empty lists."""
    assert tomllib.loads(written(document)) == document
