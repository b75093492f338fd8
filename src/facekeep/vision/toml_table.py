"""Strict reading of a TOML table: every key is asked for, and none may be left over."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path

from facekeep.terms.errors import Broken

MAX_CARD_BYTES = 1 << 20
"""Largest card or calibration file read."""


def read_toml(path: Path) -> Table:
    """The file's table. Raises :class:`Broken` when it is missing, too large or not TOML."""
    try:
        with path.open("rb") as file:
            text = file.read(MAX_CARD_BYTES + 1)
    except OSError:
        raise _bad("cannot be opened") from None
    if len(text) > MAX_CARD_BYTES:
        raise _bad("is larger than a card can be")
    return parse_toml(text)


def parse_toml(text: bytes) -> Table:
    """The text's table. Raises :class:`Broken` when it is not TOML in UTF-8."""
    try:
        return Table(tomllib.loads(text.decode("utf-8")))
    except (ValueError, RecursionError):
        raise _bad("is not TOML") from None


def _bad(problem: str) -> Broken:
    return Broken(f"The model card {problem}", "Correct the card and try again")


class Table:
    """One TOML table. Each method takes a key out; a wrong kind of value raises :class:`Broken`."""

    def __init__(self, values: dict[str, object], name: str = "") -> None:
        self._values, self._name = dict(values), name

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str, *allowed: str) -> str:
        """A string that is not empty, one of ``allowed`` when any are given."""
        value = self._take(key)
        if not isinstance(value, str) or not value.strip() or (allowed and value not in allowed):
            raise self._wrong(key, " or ".join(allowed) or "a text")
        return value

    def number(self, key: str) -> float:
        """A finite number."""
        return self._finite(key, self._take(key))

    def integer(self, key: str, low: int, high: int) -> int:
        """A whole number in ``low..high``."""
        value = self._take(key)
        if type(value) is not int or not low <= value <= high:
            raise self._wrong(key, f"a whole number in {low}..{high}")
        return value

    def numbers(self, key: str, count: int) -> tuple[float, ...]:
        """Exactly ``count`` finite numbers."""
        value = self._take(key)
        if not isinstance(value, list) or len(value) != count:
            raise self._wrong(key, f"{count} numbers")
        return tuple(self._finite(key, item) for item in value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings."""
        value = self._take(key)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._wrong(key, "a list of texts")
        return tuple(value)

    def table(self, key: str) -> Table:
        """A table inside this one."""
        value = self._take(key)
        if not isinstance(value, dict):
            raise self._wrong(key, "a table")
        return Table(value, self._path(key))

    def tables(self, key: str) -> list[Table]:
        """A list of tables."""
        value = self._take(key)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self._wrong(key, "a list of tables")
        return [Table(item, self._path(key)) for item in value]

    def done(self) -> None:
        """Raises :class:`Broken` when a key was not asked for."""
        if self._values:
            raise _bad(f"has unknown keys: {', '.join(map(self._path, sorted(self._values)))}")

    def wrong(self, key: str, wanted: str) -> Broken:
        """The error for a value of the right kind that makes no sense."""
        return self._wrong(key, wanted)

    def _take(self, key: str) -> object:
        if key not in self._values:
            raise _bad(f"lacks {self._path(key)}")
        return self._values.pop(key)

    def _finite(self, key: str, value: object) -> float:
        if type(value) not in (int, float) or not math.isfinite(value):  # type: ignore[arg-type]
            raise self._wrong(key, "a finite number")
        return float(value)  # type: ignore[arg-type]

    def _path(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key

    def _wrong(self, key: str, wanted: str) -> Broken:
        return _bad(f"needs {wanted} in {self._path(key)}")
