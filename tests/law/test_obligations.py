"""The book of duties: read strictly, held by something that exists, judged from answers alone."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from datetime import date
from importlib import resources
from typing import Any

import pytest
import yaml

from facekeep.assembly import House
from facekeep.oversight import explain, plain_yaml
from facekeep.oversight.comply import Moment, Row, Status, comply
from facekeep.oversight.obligations import STAGES, Obligation, book, parse
from facekeep.terms.errors import Broken, Misused, Tampered
from facekeep.terms.evidence import Finding, Gap
from facekeep.terms.messages import in_language
from facekeep.terms.values import REGIMES
from tests.house.walk import ROOT

TODAY = Moment(date(2026, 6, 15), 1_781_496_000)
LAW = (resources.files("facekeep.oversight") / "regimes" / "controls.yaml").read_bytes()
EVERY = book().obligations
WELL = Finding({"n": 1})
"""An answer with which all is well."""


def ids(obligation: Obligation) -> str:
    return obligation.id


# -- the book -------------------------------------------------------------------------------


def test_the_book_is_whole() -> None:
    """98 duties, each stage and each regime among them."""
    assert len(EVERY) == 98
    assert {obligation.stage for obligation in EVERY} == set(STAGES)
    for regime in REGIMES:
        assert list(book().of_regime(regime))


def test_standards_belong_to_every_regime() -> None:
    """Whoever follows another law protects templates too."""
    for regime in REGIMES:
        assert "I24745-TPL" in {obligation.id for obligation in book().of_regime(regime)}
    assert "FRM-04" not in {obligation.id for obligation in book().of_regime("gdpr")}


@pytest.mark.parametrize("obligation", EVERY, ids=ids)
def test_every_duty_is_held(obligation: Obligation) -> None:
    """By a gate, a question or a test; and something says whether it is met."""
    assert obligation.gates or obligation.questions or obligation.tests or not _is_ours(obligation)
    assert obligation.questions or obligation.capability or obligation.person


def _is_ours(obligation: Obligation) -> bool:
    """Whether this program can hold it: neither a missing capability nor a person's judgement."""
    return not obligation.capability and obligation.person is None


@pytest.mark.parametrize("obligation", EVERY, ids=ids)
def test_every_gate_can_be_imported(obligation: Obligation) -> None:
    """A gate that was renamed would be a gate no more."""
    for gate in obligation.gates:
        module, _, names = gate.partition(":")
        found: Any = importlib.import_module(module)
        for name in filter(None, names.split(".")):
            found = getattr(found, name)


@pytest.mark.parametrize("obligation", EVERY, ids=ids)
def test_every_test_exists(obligation: Obligation) -> None:
    """A test that was renamed would hold nothing."""
    for test in obligation.tests:
        file, _, function = test.partition("::")
        assert (ROOT / file).is_file(), test
        written = (ROOT / file).read_text("utf-8")
        assert not function or f"def {function}(" in written, test


def test_every_question_is_answered_by_a_room(house: House) -> None:
    """A question nobody exports is no evidence."""
    asked = {question for obligation in EVERY for question in obligation.questions}
    assert sorted(asked - house.questions().keys()) == []


@pytest.mark.parametrize("obligation", EVERY, ids=ids)
def test_both_languages_say_something(obligation: Obligation) -> None:
    """And neither says the other's words."""
    chinese = [c for c in obligation.zh if "一" <= c <= "鿿"]
    assert len(chinese) >= 4
    assert not [c for c in obligation.en if "一" <= c <= "鿿"]


def test_what_is_not_verified_is_marked() -> None:
    """``memory`` is told as such in every document."""
    for obligation in EVERY:
        told = explain.obligation_document(book(), obligation)
        assert told["verified"] is (obligation.basis != "memory")


# -- read strictly --------------------------------------------------------------------------


def test_a_plain_reader_would_fall_into_the_trap() -> None:
    """Control: what PyYAML makes of a bare word."""
    assert yaml.safe_load("a: on") == {"a": True}
    assert yaml.safe_load("{a: 1, a: 2}") == {"a": 2}


@pytest.mark.parametrize("word", ["on", "off", "yes", "no", "On", "NO", "y", "n"])
@pytest.mark.parametrize("form", ["top: 1\nkey: {}", "top: 1\n{}: value", "top: 1\nlist: [{}]"])
def test_a_bare_boolean_is_refused_with_its_line(word: str, form: str) -> None:
    """As a value, as a key, in a list."""
    with pytest.raises(Broken, match="line 2: a bare"):
        plain_yaml.read(form.format(word).encode(), "book")


@pytest.mark.parametrize("word", ["'on'", '"no"'])
def test_a_quoted_one_is_a_text(word: str) -> None:
    """Quoted, it is what it says."""
    assert plain_yaml.read(f"key: {word}".encode(), "book") == {"key": word.strip("'\"")}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: 1\nb: 2\na: 3", "line 3: the key a stands there twice"),
        ("a: 1\n2: b", "line 2: a key is a text"),
        ("a: 1\ntrue: b", "line 2: a key is a text"),
        ("a: &x [1]\nb: *x", "reference to another place"),
        ("a: 1\nb:", "line 2: a value is missing"),
        ("a: [1", "line 1"),
        ("a: b: c", "line 1"),
        ("a: !!python/object:os.system x\n? [1]\n: 2", "a key is a text"),
        ("", "empty"),
        ("a: 1\n---\nb: 2", "line"),
    ],
)
def test_ambiguous_yaml_is_refused(text: str, why: str) -> None:
    """Each fault has its own words and, where there is one, its line."""
    with pytest.raises(Broken, match=why):
        plain_yaml.read(text.encode(), "book")


@pytest.mark.parametrize("text", [b"\xff\xfe", b"[" * 100_000, b"a: " + b"x" * 1_000_001])
def test_hostile_bytes_are_refused(text: bytes) -> None:
    """Not UTF-8, nested without end, without end."""
    with pytest.raises(Broken):
        plain_yaml.read(text, "book")


def _changed(old: str, new: str) -> bytes:
    text = LAW.decode()
    assert old in text
    return text.replace(old, new, 1).encode()


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("in_force: 2025-06-01", "in_force: 2025-02-30", "sources.FRM.in_force"),
        ("in_force: 2025-06-01", "in_force: soon", "sources.FRM.in_force"),
        ("stage: collection", "stage: cellar", "FRM-04.stage"),
        ("severity: critical", "severity: awful", "FRM-04.severity"),
        ("basis: found\n  stage: governance", "basis: rumour\n  stage: governance", "FRM-02.basis"),
        ("source: FRM\n", "source: NOWHERE\n", "no such source"),
        ("- id: FRM-04", "- id: FRM-02", "FRM-02 stands twice"),
        ("- id: FRM-04", "- id: frm 4", "id"),
        ("capability: [export]", "capability: [flight]", "no such capability"),
        ("questions: [governance.handler.applicability]", "note: {zh: 甲, en: a}", "FRM-02: nothing says whether"),
        ("questions: [governance.handler.applicability]", "question: a", "FRM-02.question"),
        ("capability: [redaction]", "note: {zh: 甲, en: a}", "PIPL-25: nothing holds"),
        ('"days": 30, "unit": "cn_workday", "from"', '"days": 30, "from"', "counted in a unit"),
        ('{"hours": 4, "from"', '{"hours": 4, "every": "P1Y", "from"', "exactly one measure"),
        ('{"hours": 4, "from"', '{"hours": 0, "from"', "hours"),
        ('"value": 100000}', '"value": "many"}', "value"),
        ("when: cii", "when: moon", "when"),
        ("zh: \"目的特定", "yh: \"目的特定", "FRM-04"),
        ("regime: bipa", "regime: mars", "sources.BIPA.regime"),
    ],
)  # fmt: skip
def test_a_faulty_book_is_refused_by_name(old: str, new: str, why: str) -> None:
    """Unknown words, unreal days, two of one id, duties nothing holds."""
    with pytest.raises(Broken, match=why):
        parse(_changed(old, new))


def test_the_book_itself_passes() -> None:
    """Control: unchanged, it is read."""
    assert parse(LAW) == book()


# -- by name --------------------------------------------------------------------------------


def test_a_beginning_is_enough() -> None:
    """At a hyphen: FRM-1 is not FRM-10."""
    assert [o.id for o in book().named("frm-10")] == ["FRM-10-1", "FRM-10-2"]
    assert [o.id for o in book().named("PIPL-47")] == ["PIPL-47"]
    assert len(book().named("FRM")) == 30


@pytest.mark.parametrize("asked", ["FRM-1", "FMR-10-1", "", " ", "法", "x" * 10_000])
def test_an_unknown_id_names_its_neighbours(asked: str) -> None:
    """Whoever mistypes finds the way."""
    with pytest.raises(Misused, match=r"near it: [A-Z]"):
        book().named(asked)


# -- judged from answers --------------------------------------------------------------------


def judge(
    answer: Finding | Callable[[], Finding], asked: str, day: date = TODAY.day, **more: Finding
) -> Row:
    """One row, every question answered alike."""
    told = answer if callable(answer) else lambda: answer
    questions = {q for o in EVERY for q in o.questions}
    asks: Mapping[str, Any] = {q: lambda at: told() for q in questions}
    asks = {**asks, **{name.replace("__", "."): lambda at, f=f: f for name, f in more.items()}}
    (row,) = comply(book(), "cn", asks, Moment(day, TODAY.at), [asked])
    return row


def test_met_where_nothing_is_missing() -> None:
    """With its answers."""
    row = judge(WELL, "FRM-04")
    assert row.status is Status.MET
    assert row.answers == {"governance.purposes.necessity": WELL}


def test_a_gap_is_a_duty_not_met() -> None:
    """The gap and the way out are in the row."""
    gap = Gap("something is missing", "facekeep doctor")
    row = judge(Finding({}, (gap,)), "FRM-04")
    assert (row.status, row.gaps) == (Status.NOT_MET, (gap,))
    assert explain.next_step(row, "zh") == "请运行：facekeep doctor"


def _raise(error: Exception) -> Callable[[], Finding]:
    def raising() -> Finding:
        raise error

    return raising


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (Tampered("a row was changed"), "a row was changed"),
        (OSError("/secret/path"), "a store is damaged"),
        (ZeroDivisionError("by alice"), "governance.purposes.necessity could not be answered: ZeroDivisionError"),
    ],
)  # fmt: skip
def test_a_question_that_fails_is_an_answer(error: Exception, what: str) -> None:
    """Not met, the error named and nothing else of it told."""
    row = judge(_raise(error), "FRM-04")
    assert row.status is Status.NOT_MET
    assert [gap.what for gap in row.gaps] == [what]


def test_a_question_nobody_answers_is_a_duty_not_met() -> None:
    """An installation without the room that should know."""
    (row,) = comply(book(), "cn", {}, TODAY, ["FRM-04"])
    assert row.status is Status.NOT_MET
    assert row.gaps[0].what == "no room answers governance.purposes.necessity"


def test_one_failing_question_does_not_stop_the_others() -> None:
    """Every row of the regime is there."""
    questions = {q for o in EVERY for q in o.questions}
    asks: dict[str, Any] = {q: lambda at: WELL for q in questions}
    asks["storage.ledger.whole"] = lambda at: _raise(Tampered("the ledger"))()
    rows = {row.obligation.id: row for row in comply(book(), "cn", asks, TODAY)}
    unmet = {i for i, row in rows.items() if row.status is Status.NOT_MET and row.gaps}
    assert unmet == {"FRM-14-1", "PIPL-69"}
    assert len(rows) == 90


def test_each_question_is_asked_once() -> None:
    """However many duties stand on it."""
    asked: list[str] = []

    def ask(question: str) -> Callable[[int], Finding]:
        def answer(at: int) -> Finding:
            asked.append(question)
            return WELL

        return answer

    comply(book(), "cn", {q: ask(q) for o in EVERY for q in o.questions}, TODAY)
    assert len(asked) == len(set(asked)) > 40


def test_not_applicable_where_there_is_nothing_to_judge() -> None:
    """Every room says so: a missing capability then misses nothing."""
    assert judge(Finding(applies=False), "FRM-04").status is Status.NOT_APPLICABLE
    assert judge(Finding(applies=False), "PIPL-23").status is Status.NOT_APPLICABLE


def test_a_missing_capability_is_a_duty_not_met() -> None:
    """It is named, with what to do meanwhile."""
    row = judge(WELL, "PIPL-23")
    assert row.status is Status.NOT_MET
    assert [missing.en for missing in row.missing] == [
        "disclosure to a recipient under keys of its own"
    ]
    assert "incident response" in explain.next_step(judge(WELL, "PIPL-57-1"), "en")


def test_only_a_person_can_say() -> None:
    """Why, and what to do."""
    row = judge(WELL, "FRM-18")
    assert row.status is Status.NOT_AUTOMATABLE
    assert "风险登记" in explain.next_step(row, "zh")


@pytest.mark.parametrize(
    ("asked", "day", "status"),
    [
        ("FRM-04", date(2025, 5, 31), Status.NOT_APPLICABLE),
        ("FRM-04", date(2025, 6, 1), Status.MET),
        ("AIA-26", date(2027, 12, 1), Status.NOT_APPLICABLE),
        ("AIA-26", date(2027, 12, 2), Status.MET),
        ("AIA-14-5", date(2027, 12, 2), Status.NOT_MET),
        ("AIA-27", date(2027, 12, 1), Status.NOT_APPLICABLE),
        ("AIA-27", date(2027, 12, 2), Status.NOT_AUTOMATABLE),
    ],
)
def test_a_duty_binds_from_its_day_on(asked: str, day: date, status: Status) -> None:
    """Of the source, or its own."""
    assert judge(WELL, asked, day).status is status


def test_a_draft_binds_only_whoever_asks() -> None:
    """Listed, it does not apply; asked for by name, it is judged."""
    (row,) = (r for r in comply(book(), "cn", {}, TODAY) if r.obligation.id == "LNP-DRAFT")
    assert row.status is Status.NOT_APPLICABLE
    assert judge(WELL, "LNP-DRAFT").status is not Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("asked", "facts", "status"),
    [
        ("FRM-15-1", {"stored": [99_998, 99_999]}, Status.NOT_APPLICABLE),
        ("FRM-15-1", {"stored": [99_998, 100_000]}, Status.MET),
        ("AUD-04", {"handled": [0, 10_000_000]}, Status.NOT_APPLICABLE),
        ("AUD-04", {"handled": [0, 10_000_001]}, Status.MET),
        ("PIPL-52", {"handled": [1_000_000, 1_000_000]}, Status.MET),
    ],
)
def test_a_duty_binds_from_its_size_on(asked: str, facts: dict[str, Any], status: Status) -> None:
    """The upper bound of people decides, at the very line."""
    assert judge(Finding(facts), asked).status is status


def test_below_its_size_a_gap_is_still_a_gap() -> None:
    """A filing that fell due stays due when people leave."""
    row = judge(Finding({"stored": [1, 1]}, (Gap("late", "file it"),)), "FRM-15-1")
    assert row.status is Status.NOT_MET


@pytest.mark.parametrize(
    ("asked", "facts", "applies"),
    [
        ("CSIR-04-1H", {"cii": False}, False),
        ("CSIR-04-1H", {"cii": True}, True),
        ("CSIR-04-1H", {}, True),
        ("CSIR-04-2H", {"org_type": "company"}, False),
        ("CSIR-04-2H", {"org_type": "central_state_body"}, True),
    ],
)
def test_some_duties_bind_some_handlers(asked: str, facts: dict[str, Any], applies: bool) -> None:
    """Whoever has not said what they are is not let off."""
    row = judge(Finding(facts), asked)
    assert (row.status is not Status.NOT_APPLICABLE) is applies


def test_counts_and_stages() -> None:
    """The tally covers all, the stages come in the order of the loop."""
    rows = comply(book(), "cn", {}, TODAY)
    assert sum(explain.counted(rows).values()) == len(rows) == 90
    assert [stage for stage, _ in explain.by_stage(rows)] == list(STAGES)


def test_what_the_engine_says_is_said_in_chinese_too() -> None:
    """Every reason of its own."""
    for row in comply(book(), "cn", {}, TODAY):
        for sentence in filter(None, [row.because, *(gap.what for gap in row.gaps)]):
            assert in_language(sentence, "zh") != sentence
