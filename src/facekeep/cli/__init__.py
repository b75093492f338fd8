"""The command line: a thin door, one file a stage of the loop.

``facekeep --home H COMMAND``. Every command takes ``--json`` and then writes exactly one JSON
document to standard output, errors too. Exit codes: 0 done or match, 1 non-match or not
recognised, 2 usage, 3 refused, 4 tampered, 5 broken, 130 interrupted.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from facekeep.cli.door import Server


def main(server: Server) -> None:
    """The console script; ``server`` answers over HTTP, and is another door's."""
    from facekeep.cli.app import run

    sys.exit(run(sys.argv[1:], server))
