"""Write a store's newest revision from the tables its rooms bring: run it when they changed.

    python scripts/freeze_schema.py records 2

writes ``storage/migrations/records/versions/r0002_*.sql``. A released revision is never frozen
again: homes have seen it. Whatever moves rows is written by hand.
"""

from __future__ import annotations

import sys
from pathlib import Path

from facekeep.storage import migrations
from facekeep.storage.schema import STORES

FOLDER = Path(migrations.__file__).parent


def main(store: str, number: str) -> None:
    """Freeze one revision."""
    (script,) = (FOLDER / store / "versions").glob(f"r{int(number):04d}_*.py")
    statements = STORES[store][int(number) - 1]
    script.with_suffix(".sql").write_text(migrations.joined(statements), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
