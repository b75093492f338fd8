"""A document as TOML: what an expert edits, and what the desks read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any


def written(document: Mapping[str, Any]) -> str:
    """Tables in the order given, one key a line; what is None is left out.

    Raises ``ValueError`` for what TOML has no word for.
    """
    plain = {key: value for key, value in document.items() if value is not None}
    lines = [f"{key} = {_value(one)}" for key, one in plain.items() if not _apart(one)]
    for key, one in plain.items():
        if isinstance(one, Mapping):
            lines += ["", f"[{key}]", *_table(one)]
        elif _apart(one):
            for row in one:
                lines += ["", f"[[{key}]]", *_table(row)]
    return "\n".join(lines) + "\n"


def _table(table: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {_value(one)}" for key, one in table.items() if one is not None]


def _apart(value: Any) -> bool:
    """Whether it is written as a table of its own."""
    rows = (
        isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)
    )
    return isinstance(value, Mapping) or rows


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(_table(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, str):
        return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    raise ValueError("TOML has no word for this")
