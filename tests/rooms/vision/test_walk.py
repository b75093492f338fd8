"""A folder is walked whole: what gives no features is counted, never dropped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from facekeep.terms.errors import Misused, NoFace, NotAPicture
from facekeep.terms.values import AttackVerdict, Features, Grade, Quality
from facekeep.vision.walk import acquire, pictures_of, read_groups

SEEN = Features(
    np.ones(4, np.float32) / 2, "m", Grade.PRODUCTION, Quality(9, "size", {}), AttackVerdict.PASSED
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a/1.jpg", "a/2.jpg", "b/notes.txt", "b/.hidden", "c/1.jpg"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    (tmp_path / "stray.jpg").write_bytes(b"x")
    return tmp_path


def see(path: Path) -> Features:
    if path.suffix == ".txt":
        raise NotAPicture("no")
    if path.parent.name == "c":
        raise NoFace("no")
    return SEEN


def test_failures_are_counted_by_kind(folder: Path) -> None:
    """One folder per person; a person nobody saw is still there."""
    steps: list[tuple[int, int]] = []
    acquired = acquire(folder, see, lambda done, total: steps.append((done, total)))
    assert {name: len(rows) for name, rows in acquired.features.items()} == {"a": 2, "b": 0, "c": 0}
    assert acquired.failures == {"not_a_picture": 1, "no_face": 1}
    assert (acquired.pictures, acquired.failed) == (4, 2)
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_nothing_is_written(folder: Path) -> None:
    """No cache of features on disk."""
    before = sorted(folder.rglob("*"))
    acquire(folder, see, lambda *_: None)
    assert sorted(folder.rglob("*")) == before


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """With the layout that is wanted."""
    with pytest.raises(Misused, match="one folder per person"):
        pictures_of(tmp_path)


def groups_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "groups.tsv"
    path.write_text(text, encoding="utf-8")
    return path


def test_groups_are_read(tmp_path: Path) -> None:
    """Identity to group; quotation marks are letters."""
    text = 'path\tidentity\tgroup\na/1\tO"Neil\tx\na/2\tO"Neil\tx\nb/1\tb\ty\n'
    assert read_groups(groups_file(tmp_path, text)) == {'O"Neil': "x", "b": "y"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\tb\tc\n",
        "path\tidentity\tgroup\nonly\ttwo\n",
        "path\tidentity\tgroup\n1\ta\tx\n2\ta\ty\n",
    ],
)
def test_odd_groups_are_refused(tmp_path: Path, text: str) -> None:
    """Another header, a short line, one person in two groups."""
    with pytest.raises(Misused):
        read_groups(groups_file(tmp_path, text))


def test_a_missing_groups_file_is_refused(tmp_path: Path) -> None:
    """Not a traceback."""
    with pytest.raises(Misused):
        read_groups(tmp_path / "none.tsv")
