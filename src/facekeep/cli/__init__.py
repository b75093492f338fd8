"""The command line: a thin door, one file a stage of the loop.

``facekeep --home H COMMAND``. Every command takes ``--json`` and then writes exactly one JSON
document to standard output, errors too. Exit codes: 0 done or match, 1 non-match or not
recognised, 2 usage, 3 refused, 4 tampered, 5 broken, 130 interrupted.
"""

from __future__ import annotations

import sys


def main() -> None:
    """The console script."""
    from facekeep.cli.app import run

    sys.exit(run(sys.argv[1:]))
