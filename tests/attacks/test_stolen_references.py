"""A stolen reference store (custody rule 7, DESIGN section 9): noise, without times, joined to nothing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from facekeep.assembly import House
from facekeep.storage.reset import Scope
from tests.attacks.toolkit import People, Site, Turnable, purpose_text

Estate = tuple[Site, House]

AUC = 0.55
"""DESIGN section 9; for few people, what chance alone reaches is allowed beside it."""

CHI2_SIGMAS = 5


LARGE = pytest.mark.long


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((128, 60), id="d128"),
        pytest.param((512, 60), id="d512"),
        pytest.param((128, 600), id="d128-large", marks=LARGE),
        pytest.param((512, 600), id="d512-large", marks=LARGE),
    ],
)
def estate(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Estate]:
    """Everybody is enrolled for the gate and, at the same visit, for the bank."""
    dim, people = request.param
    site = Site(tmp_path_factory.mktemp("estate"), Turnable(), People(dim=dim)).found()
    with site.open() as house:
        house.publish(purpose_text("bank"))
        for n in range(people):
            for purpose in ("gate", "bank"):
                site.enrol(house, f"p{n}", purpose, site.people.photo(f"p{n}", 1))
        house.home.references.store.sweep()
        yield site, house


@pytest.fixture
def site(estate: Estate) -> Site:
    return estate[0]


@pytest.fixture
def two_purposes(estate: Estate) -> House:
    return estate[1]


def rows_of(site: Site, house: House, purpose: str) -> list[bytes]:
    """Row ids in order of people: what the thief wants to know."""
    people = len(house.home.directory.living()) // 2
    return [site.row(house, f"p{n}", purpose).row for n in range(people)]


def auc(mated: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """The chance that a mated pair looks closer than another, whichever sign is the better."""
    order = (mated[:, None] > other).mean() + (mated[:, None] == other).mean() / 2
    return float(max(order, 1 - order))


def linkage(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """AUC of joining two purposes by closeness of one visible quantity."""
    closeness = -np.abs(a[:, None] - b)
    same = np.eye(len(a), dtype=bool)
    return auc(closeness[same], closeness[~same])


def chance(people: int) -> float:
    """Three deviations of an AUC that knows nothing."""
    return float(3 * (12 * people) ** -0.5)


def number(value: bytes) -> float:
    return int.from_bytes(value[:8], "big") / 2**64


@pytest.mark.parametrize("column", ["row", "epoch", "salt", "mac", "words"])
def test_no_column_joins_two_purposes(site: Site, two_purposes: House, column: str) -> None:
    """Every column is random: near in value does not mean the same person."""
    with site.sql("references") as raw:
        values = dict(raw.execute(f"SELECT row, {column} FROM reference").fetchall())
    a, b = (
        np.array([number(values[row]) for row in rows_of(site, two_purposes, purpose)])
        for purpose in ("gate", "bank")
    )
    assert linkage(a, b) <= max(AUC, 0.5 + chance(len(a)))


def test_no_size_joins_two_purposes(site: Site, two_purposes: House) -> None:
    """Every row of a model has the same length in every column."""
    with site.sql("references") as raw:
        shapes = raw.execute(
            "SELECT DISTINCT length(row), length(epoch), length(words), length(salt), length(mac)"
            " FROM reference"
        ).fetchall()
    assert len(shapes) == 1


def places_on_disk(site: Site, column: str, rows: list[bytes]) -> NDArray[np.float64]:
    """Where the end of a column lies in the file: the order in which cells were written."""
    content = site.file("references").read_bytes()
    with site.sql("references") as raw:
        ends = dict(raw.execute(f"SELECT row, substr({column}, -8) FROM reference").fetchall())
    return np.array([content.find(ends[row]) for row in rows], np.float64)


@pytest.mark.parametrize("column", ["row", "mac"])
@pytest.mark.parametrize("moment", ["after enrolment", "after a renewal"])
def test_no_place_in_the_file_joins_two_purposes(
    site: Site, two_purposes: House, moment: str, column: str
) -> None:
    """The thief reads pages, not SQL: neither page nor cell order tells who came together."""
    if moment == "after a renewal":
        two_purposes.resetter.renew(Scope(), "routine")
    two_purposes.home.references.store.sweep()
    rows = [rows_of(site, two_purposes, purpose) for purpose in ("gate", "bank")]
    a, b = (places_on_disk(site, column, of) for of in rows)
    assert a.min() > 0 < b.min()
    assert linkage(a, b) <= max(AUC, 0.5 + chance(len(a)))


def test_no_times_and_no_names(site: Site, two_purposes: House) -> None:
    """Columns: identifier, epoch, c, salt, MAC, all of random bytes; nothing counts or dates."""
    with site.sql("references") as raw:
        columns = raw.execute("PRAGMA table_info(reference)").fetchall()
        ids = [row for (row,) in raw.execute("SELECT row FROM reference")]
    assert [(c[1], c[2]) for c in columns] == [
        (name, "BLOB") for name in ("row", "epoch", "words", "salt", "mac")
    ]
    assert len({row[:4] for row in ids}) == len(ids)
    assert b"p1" not in site.file("references").read_bytes()[:4096]


def test_bytes_of_c_are_uniform(site: Site, two_purposes: House) -> None:
    """Chi-squared over the 256 byte values stays within five sigmas of 255."""
    for _ in range(10):
        two_purposes.resetter.renew(Scope(), "routine")
    joined = b"".join(r.words.tobytes() for r in two_purposes.home.references.every())
    counts = np.bincount(np.frombuffer(joined, np.uint8), minlength=256)
    expected = len(joined) / 256
    chi2 = float(((counts - expected) ** 2 / expected).sum())
    assert abs(chi2 - 255) < CHI2_SIGMAS * (2 * 255) ** 0.5


def test_stolen_references_show_no_similarity(site: Site, two_purposes: House) -> None:
    """Ring distance between the two references of one person is that of strangers."""
    words = {r.row: r.words[:-2].astype(np.int32) for r in two_purposes.home.references.every()}
    a, b = (
        np.array([words[row] for row in rows_of(site, two_purposes, purpose)])
        for purpose in ("gate", "bank")
    )
    gaps = (a[:, None] - b).astype(np.int16).astype(np.float64)
    nearness = -np.abs(gaps).mean(axis=2)
    same = np.eye(len(a), dtype=bool)
    assert auc(nearness[same], nearness[~same]) <= max(AUC, 0.5 + chance(len(a)))


def test_raw_store_scores_like_noise(site: Site, two_purposes: House) -> None:
    """Scored directly with the true probe, c says nothing: yes and no fall alike."""
    probe = site.code(two_purposes, site.people.photo("p0", 1)).astype(np.int16).view(np.uint16)
    words = np.array([r.words[:-2] for r in two_purposes.home.references.every()])
    with np.errstate(over="ignore"):
        scores = (words @ probe).view(np.int16)
    assert 0.2 < float((scores > 0.4 * 16129).mean()) < 0.6
