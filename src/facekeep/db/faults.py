"""Any error as one of the tree. What we did not foresee names its place, never a value."""

from __future__ import annotations

import sqlite3
import traceback
from pathlib import Path

from facekeep.terms.errors import Broken, FacekeepError, Tampered

_PACKAGE = Path(__file__).resolve().parent.parent


def ours(error: BaseException) -> FacekeepError:
    """The error as doors show it."""
    match error:
        case FacekeepError():
            return error
        case sqlite3.OperationalError():
            return Broken("a store does not answer", "Run: facekeep doctor")
        case sqlite3.DatabaseError():
            return Tampered("a store is damaged")
        case OSError():
            return Broken(
                f"a file could not be read or written: {error.strerror or type(error).__name__}",
                "Check the path, the rights and the space",
            )
        case MemoryError():
            return Broken("the memory is full", "Use a smaller picture or fewer rows")
        case _:
            return Broken(
                f"something unforeseen happened ({_place_of(error)})",
                "Nothing acknowledged was lost; please report this line",
            )


def _place_of(error: BaseException) -> str:
    """Class, file and line: enough for a report, and no local value."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if Path(f.filename).resolve().is_relative_to(_PACKAGE)]
    if not own:
        return type(error).__name__
    last = own[-1]
    file = Path(last.filename).resolve().relative_to(_PACKAGE)
    return f"{type(error).__name__}, {file}:{last.lineno}"
