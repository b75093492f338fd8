"""A folder of faces to features by identity: one folder per person, nothing kept on disk."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from facekeep.terms.errors import Misused, NotRecognised
from facekeep.terms.ports import Progress
from facekeep.terms.values import Features, Float32

COLUMNS = ("path", "identity", "group")
"""Columns of the groups file, tab-separated, named in its first line."""


@dataclass(frozen=True, slots=True)
class Acquired:
    """What a folder gave.

    ``features`` maps identity to vectors; an identity none of whose pictures could be used maps
    to an empty list. ``failures`` counts failures to acquire by error code.
    """

    features: Mapping[str, Sequence[Float32]] = field(repr=False)
    failures: Mapping[str, int]
    pictures: int

    @property
    def failed(self) -> int:
        """Pictures that gave no features."""
        return sum(self.failures.values())


def acquire(root: Path, see: Callable[[Path], Features], progress: Progress) -> Acquired:
    """The features of every picture in ``root``'s folders, in alphabetical order.

    ``see`` is :meth:`facekeep.vision.pipeline.Eyes.features`. Every file counts, whatever it is,
    but for names that begin with a dot. Raises :class:`Misused` when there are no files.
    """
    files = pictures_of(root)
    features: dict[str, list[Float32]] = {path.parent.name: [] for path in files}
    failures: Counter[str] = Counter()
    for done, path in enumerate(files, start=1):
        try:
            features[path.parent.name].append(see(path).vector)
        except NotRecognised as failure:
            failures[failure.code] += 1
        progress(done, len(files))
    return Acquired(features, failures, len(files))


def pictures_of(root: Path) -> list[Path]:
    """Every file of every person's folder. Raises :class:`Misused` when there are none."""
    found = [path for path in root.glob("*/*") if path.is_file() and path.name[0] != "."]
    if not found:
        raise Misused("The folder holds no folders with pictures: one folder per person")
    return sorted(found)


def read_groups(path: Path) -> dict[str, str]:
    """Identity to group from a tab-separated file with columns :data:`COLUMNS`.

    Raises :class:`Misused` for another header, a short line, or an identity in two groups.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return _groups(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise Misused("The groups file cannot be read") from None


def _groups(rows: Iterator[list[str]]) -> dict[str, str]:
    if tuple(next(rows, ())) != COLUMNS:
        raise Misused(f"The groups file needs the columns {', '.join(COLUMNS)}")
    groups: dict[str, str] = {}
    for row in rows:
        if len(row) != len(COLUMNS):
            raise Misused("The groups file has a line without three columns")
        if groups.setdefault(row[1], row[2]) != row[2]:
            raise Misused("The groups file puts one identity into two groups")
    return groups
