"""The integration guide, run from an empty folder: every block, in order, exactly as it is written.

Two things are this machine's and not the reader's: the checkout lies where the guide says by a link, and
the port is one that is free. A Python block goes into the file its first line names; what a grey box under
a block says is what the block must print.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE, CHINESE = ROOT / "docs" / "integrate.md", ROOT / "docs" / "integrate.zh.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PORT = "8430"
MARK = "\x1e"
"""Between what two blocks print."""

PATIENCE_S = 300


@dataclass(frozen=True)
class Block:
    """One block of the guide, and what it must print where the guide says."""

    kind: str
    text: str
    prints: str | None = None

    @property
    def as_shell(self) -> str:
        """How the reader carries it out: types it, or saves it."""
        if self.kind == "sh":
            return self.text
        name = self.text.partition("\n")[0].removeprefix("# ")
        return f"cat > {name} <<'END OF FILE'\n{self.text}END OF FILE\n"


def blocks(guide: Path) -> Iterator[Block]:
    """The blocks of a guide in order, with the grey box under each."""
    found = [(match[1], match[2]) for match in BLOCK.finditer(guide.read_text("utf-8"))]
    for (kind, text), (below, printed) in zip(found, [*found[1:], ("", "")], strict=True):
        if kind != "text":
            yield Block(kind, text, printed if below == "text" else None)


def reader(folder: Path) -> dict[str, str]:
    """A reader's environment: a home directory with the checkout in it, and nothing of ours set."""
    checkout = folder / "facekeep"
    (checkout / ".venv").mkdir(parents=True)
    for name in ("docs", "src", "README.md"):
        (checkout / name).symlink_to(ROOT / name)
    _programs(checkout / ".venv" / "bin")
    (checkout / ".venv" / "lib").symlink_to(Path(sys.prefix) / "lib")
    return {
        "HOME": str(folder),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "src"),
        "LC_ALL": "C.UTF-8",
    }


def _programs(folder: Path) -> None:
    """``python`` and ``facekeep`` of this very environment."""
    folder.mkdir()
    for name, words in (("python", ""), ("facekeep", "-m facekeep ")):
        (folder / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {words}"$@"\n')
        (folder / name).chmod(0o755)


def script(guide: Path, port: int) -> str:
    """The whole guide as one sitting at a shell, stopped at the first thing that fails."""
    sitting = [f"{block.as_shell}printf '{MARK}'\n" for block in blocks(guide)]
    begin = "set -eu -o pipefail; set -m; trap 'kill $(jobs -p) 2> /dev/null || true' EXIT\n"
    return (begin + "".join(sitting)).replace(PORT, str(port))


def free_port() -> int:
    """One nobody listens at."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port: int = server.getsockname()[1]
        return port


def require_tools() -> None:
    """What the guide uses besides the program."""
    for tool in ("bash", "curl", "openssl"):
        if shutil.which(tool) is None:
            pytest.skip(f"the guide is followed with {tool}, which is not installed")


@pytest.mark.parametrize("guide", [GUIDE, CHINESE], ids=["en", "zh"])
def test_the_guide_works_as_written(guide: Path, tmp_path: Path, portraits: Any) -> None:
    """From an empty folder to a face that is recognised, leaves, and is refused."""
    require_tools()
    folder = tmp_path / "empty"
    folder.mkdir()
    done = subprocess.run(
        ["bash", "-c", script(guide, free_port())], cwd=folder, env=reader(tmp_path / "reader"),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    printed = done.stdout.split(MARK)
    for block, said in zip(blocks(guide), printed, strict=False):
        if block.prints is not None:
            assert said == block.prints, f"{block.text}\n{said}\n{done.stderr[-3000:]}"
    left = f"stopped after block {len(printed) - 1}\n{printed[-1]}\n{done.stderr[-3000:]}"
    assert (done.returncode, len(printed)) == (0, len(list(blocks(guide))) + 1), left


def test_both_languages_do_the_same() -> None:
    """The Chinese guide has the same blocks; only comments in them may differ."""
    english, chinese = ([without_comments(block) for block in blocks(g)] for g in (GUIDE, CHINESE))
    assert english == chinese


def without_comments(block: Block) -> Block:
    """A block as a machine reads it."""
    text = re.sub(r"  # .*$|^ +# .*\n", "", block.text, flags=re.MULTILINE)
    return Block(block.kind, text, block.prints)


def test_a_planted_wrong_output_is_seen(tmp_path: Path) -> None:
    """Control: blocks and what they print are told apart."""
    planted = tmp_path / "guide.md"
    planted.write_text(
        "```sh\necho a\n```\n\n```text\nb\n```\n\n```python\n# x.py\nprint(1)\n```\n"
    )
    first, second = blocks(planted)
    assert (first.prints, second.prints) == ("b\n", None)
    assert second.as_shell.startswith("cat > x.py")
