"""Another way in, and as good as the face (Measures art. 10)."""

from __future__ import annotations

import csv
import io
import itertools
from contextlib import suppress
from xml.etree import ElementTree as ET

import pytest

from facekeep.assembly import House
from facekeep.oversight.parity import COLUMNS, as_csv, as_svg, rows_of
from facekeep.storage.ways import BUCKETS, LONGEST_S, Ending
from facekeep.terms.errors import Misused, NoFace, Restrained
from facekeep.terms.evidence import Finding
from facekeep.terms.values import CaptureProfile
from facekeep.use.factors import (
    FACE,
    LEAST_TRIES,
    SUCCESS_GAP,
    TIME_RATIO,
    Attempt,
    WayDesk,
    measures,
    wilson,
)
from tests.attacks.toolkit import DAY, Site

WELL = {Ending.DONE: 38, Ending.FAILED: 1, Ending.ABANDONED: 1}
"""Forty attempts of a way that works."""


def ask(house: House, question: str = "use.alternatives.parity") -> Finding:
    """One question now."""
    return house.evidence()[question](int(house.home.journal.now()))


def count(
    house: House,
    way: str,
    seconds: float,
    times: dict[Ending, int],
    profile: CaptureProfile = CaptureProfile.STANDARD,
) -> None:
    """So many attempts of a kind."""
    for ending, n in times.items():
        for _ in range(n):
            house.ways.count(Attempt("gate", way, ending, seconds, profile))


# -- offered --------------------------------------------------------------------------------


def test_every_purpose_in_force_offers_another_way(house: House) -> None:
    """Art. 10(1): published with one or not at all."""
    finding = ask(house, "use.alternatives.offered")
    assert finding.holds
    assert finding.facts["ways"] == {"gate": ["card"]}


def test_alternatives_are_named_in_every_answer(site: Site, house: House) -> None:
    """Match or not: the way without a face stands beside it."""
    site.enrol(house, "alice")
    for photo in (site.good_photo("alice"), site.good_photo("mallory")):
        assert site.ask(house, "alice", photo).alternatives == ("card",)


def test_purpose_edited_in_the_store_is_named(site: Site, house: House) -> None:
    """Somebody takes the other ways out of the text."""
    with site.sql("records") as raw:
        raw.execute("UPDATE purpose SET body = replace(body, 'card', 'none')")
    assert not ask(house, "use.alternatives.offered").holds


# -- counted --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("way", "seconds"),
    [("pigeon", 5), ("card", -1), ("card", LONGEST_S + 1), ("card", float("nan"))],
)
def test_odd_attempts_are_not_counted(house: House, way: str, seconds: float) -> None:
    """A way the purpose does not have, a time that is none."""
    with pytest.raises(Misused):
        house.ways.count(Attempt("gate", way, Ending.DONE, seconds))
    assert list(house.home.ways.tallies("gate")) == []


def test_counts_name_nobody_and_keep_no_time_of_day(site: Site, house: House) -> None:
    """One row for attempts alike, the day in Shanghai, a bucket of seconds."""
    count(house, "card", 4.7, {Ending.DONE: 3})
    site.clock.advance(DAY)
    count(house, "card", 4.7, {Ending.DONE: 1})
    told = [(t.day.isoformat(), t.seconds, t.n) for t in house.home.ways.tallies("gate")]
    assert told == [("2026-06-15", 5, 3), ("2026-06-16", 5, 1)]
    with site.sql("records") as raw:
        columns = {row[1] for row in raw.execute("PRAGMA table_info(way_tally)")}
    assert columns == {"purpose", "day", "way", "profile", "outcome", "seconds", "n", "mac"}


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "done"),
        (NoFace("none"), "failed"),
        (KeyboardInterrupt(), "abandoned"),
        (Restrained("x", "y"), None),
    ],
)
def test_attempt_by_face_is_timed_and_its_end_told(
    house: House, error: BaseException | None, outcome: str | None
) -> None:
    """A picture that does not serve failed, whoever left gave up; a refusal was no attempt."""
    ticks = iter((10.0, 13.5))
    desk = WayDesk(house.home, lambda: next(ticks))
    with (
        suppress(NoFace, KeyboardInterrupt, Restrained),
        desk.face("gate", CaptureProfile.VOICE) as told,
    ):
        if error is not None:
            raise error
        told(True)
    tallies = [(t.way, t.profile, t.outcome, t.seconds) for t in house.home.ways.tallies("gate")]
    assert tallies == ([(FACE, "voice", outcome, 4)] if outcome else [])


@pytest.mark.parametrize(
    ("done", "tries", "low", "high"),
    [
        (0, 0, 0, 1),
        (0, 10, 0, 0.2775),
        (10, 10, 0.7225, 1),
        (5, 10, 0.2366, 0.7634),
        (95, 100, 0.8882, 0.9785),
    ],
)
def test_wilson_agrees_with_published_values(
    done: int, tries: int, low: float, high: float
) -> None:
    """Wilson 1927; figures as statsmodels gives them."""
    assert wilson(done, tries) == pytest.approx((low, high), abs=5e-4)


def test_median_lies_in_its_bucket(house: House) -> None:
    """Half of the successful attempts were quicker; failures have no say."""
    for seconds in (2, 2, 6, 9, 9):
        count(house, "card", seconds, {Ending.DONE: 1})
    count(house, "card", 600, {Ending.FAILED: 50})
    (measure,) = measures(house.home.ways.tallies("gate"))
    assert measure.median_s == pytest.approx(5.5)
    assert measure.tries == 55


# -- as good --------------------------------------------------------------------------------


def test_nothing_counted_is_nothing_to_judge(house: House) -> None:
    """A face tried now and then has nothing to be compared with either."""
    assert not ask(house).applies
    count(house, FACE, 3, {Ending.DONE: 3})
    assert not ask(house).applies


def test_ways_that_nobody_counts_are_not_as_good(house: House) -> None:
    """The face is well tried, and nobody looks at the other ways: that is no parity (P6)."""
    count(house, FACE, 3, WELL)
    (gap,) = ask(house).gaps
    assert gap.what == "attempts by face are counted in gate and none without: parity is not known"


def test_way_as_good_as_the_face_holds(house: House) -> None:
    """Within half as long again, within five points."""
    count(house, FACE, 4, WELL)
    count(house, "card", 5, WELL)
    finding = ask(house)
    assert finding.applies
    assert finding.holds


def test_slower_way_is_flagged(house: House) -> None:
    """Half as long again is the margin."""
    count(house, FACE, 4, WELL)
    count(house, "card", 4 * TIME_RATIO * 2, WELL)
    (gap,) = ask(house).gaps
    assert gap.what == "card is worse than the face in gate for standard: slower"
    assert gap.next == "facekeep parity"


def test_way_that_fails_more_is_flagged(house: House) -> None:
    """A third turned away is no chance."""
    count(house, FACE, 4, WELL)
    count(house, "card", 4, {Ending.DONE: 26, Ending.ABANDONED: 14})
    assert [gap.what for gap in ask(house).gaps] == [
        "card is worse than the face in gate for standard: fails more"
    ]


def test_chance_is_not_blamed(house: House) -> None:
    """Lower by more than the margin, and well within what so few attempts scatter."""
    count(house, FACE, 4, {Ending.DONE: 20})
    count(house, "card", 4, {Ending.DONE: 18, Ending.FAILED: 2})
    faces, cards = (
        next(m for m in ask(house).facts["measures"] if m["way"] == way) for way in (FACE, "card")
    )
    assert faces["success"] - cards["success"] > SUCCESS_GAP
    assert ask(house).holds


def test_few_attempts_are_not_judged(house: House) -> None:
    """A median of two says nothing."""
    count(house, FACE, 2, {Ending.DONE: LEAST_TRIES - 1})
    count(house, "card", 60, {Ending.DONE: LEAST_TRIES - 1})
    assert ask(house).holds


def test_way_that_is_bad_for_some_is_flagged_for_them(house: House) -> None:
    """Fine for most, a minute for people who are guided by voice."""
    count(house, FACE, 4, WELL)
    count(house, "card", 4, WELL)
    count(house, FACE, 4, WELL, CaptureProfile.VOICE)
    count(house, "card", 60, WELL, CaptureProfile.VOICE)
    assert [gap.what for gap in ask(house).gaps] == [
        "card is worse than the face in gate for voice: slower"
    ]


def test_edited_count_is_named(site: Site, house: House) -> None:
    """Somebody makes the figures prettier."""
    count(house, FACE, 4, WELL)
    count(house, "card", 60, WELL)
    with site.sql("records") as raw:
        raw.execute("UPDATE way_tally SET seconds = 4 WHERE way = 'card'")
    assert "changed in the store" in ask(house).gaps[0].what


# -- drawn ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_drawing_is_whole_and_says_its_figures(house: House, language: str) -> None:
    """Well-formed, titled, described, every figure in words; the table has the same rows."""
    count(house, FACE, 4, WELL)
    count(house, "card", 12, WELL, CaptureProfile.VOICE)
    rows = rows_of(ask(house).facts)
    root = ET.fromstring(as_svg(rows, language))
    texts = " ".join(root.itertext())
    assert root.find("{*}title") is not None
    assert root.find("{*}desc") is not None
    for row in rows:
        assert row["way"] in texts
        assert f"{row['success']:.1%}" in texts
    told = list(csv.DictReader(io.StringIO(as_csv(rows))))
    assert [row["way"] for row in told] == [row["way"] for row in rows]
    assert set(told[0]) == set(COLUMNS)


def test_empty_drawing_says_so() -> None:
    """A state somebody designed."""
    assert "Nothing has been counted" in as_svg([], "en")


def test_hostile_names_stay_text() -> None:
    """A purpose's name cannot close a tag."""
    row = {"purpose": "<script>", "profile": '"&', "way": FACE, "tries": 1, "median_s": 2.0,
           "success": 1.0, "low": 0.2, "high": 1.0, "abandoned": 0.0}  # fmt: skip
    drawn = as_svg([row], "en")
    ET.fromstring(drawn)
    assert "<script>" not in drawn


def test_buckets_rise() -> None:
    """Each ends later than the one before, by no more than double."""
    assert list(BUCKETS) == sorted(set(BUCKETS))
    assert all(high <= 2 * low for low, high in itertools.pairwise(BUCKETS))
