"""The three stores, revision by revision, up and down (``docs/decisions/0013``).

A new home is made from the tables its rooms bring (``storage.schema``); an older one is led there by
the scripts below, which say in frozen SQL what each release changed. A test holds both to the same
schema. The revision's number is the store's ``user_version``, so opening a store asks no more than
that; Alembic is imported only where a store really moves.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

NOTHING_BEFORE = "a home has at least the tables of its first release"


def statements_of(script: str) -> tuple[str, ...]:
    """The SQL beside a revision's script, statement by statement."""
    return split(Path(script).with_suffix(".sql").read_text("utf-8"))


def split(text: str) -> tuple[str, ...]:
    """Statements as :func:`joined` wrote them, without their semicolons."""
    found, waiting = [], ""
    for line in text.splitlines(keepends=True):
        waiting += line
        if sqlite3.complete_statement(waiting):
            found.append(waiting.strip().removesuffix(";"))
            waiting = ""
    return tuple(found)


def joined(statements: Iterable[str]) -> str:
    """Statements as a file holds them."""
    return "\n".join(f"{statement.strip()};\n" for statement in statements)


def tables_of(statements: Iterable[str]) -> tuple[str, ...]:
    """The tables these statements make, the last first: what refers to others goes before them."""
    words = (statement.split() for statement in statements)
    made = [
        row[2].strip("(") for row in words if [w.upper() for w in row[:2]] == ["CREATE", "TABLE"]
    ]
    return tuple(reversed(made))
