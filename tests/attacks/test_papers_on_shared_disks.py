"""A paper written into a folder others write to: nothing of theirs is followed or kept open."""

from __future__ import annotations

from pathlib import Path

import pytest

from facekeep.oversight.bundle import whole_file
from facekeep.storage.custody import replace_file


@pytest.mark.parametrize("write", ["whole", "replace"])
def test_planted_neighbour_is_not_followed(tmp_path: Path, write: str) -> None:
    """A link where the half-written file will lie does not lead into the operator's own files."""
    victim, output = tmp_path / "victim", tmp_path / "paper.zip"
    victim.write_bytes(b"the operator's own")
    (tmp_path / "paper.zip.part").symlink_to(victim)
    if write == "whole":
        with whole_file(output) as file:
            file.write(b"paper")
    else:
        replace_file(output, b"paper")
    assert victim.read_bytes() == b"the operator's own"
    assert output.read_bytes() == b"paper"
    assert not output.is_symlink()


@pytest.mark.parametrize("write", ["whole", "replace"])
def test_planted_neighbour_does_not_stay_readable(tmp_path: Path, write: str) -> None:
    """Somebody made the file beforehand, open to all, and still holds it open."""
    output, planted = tmp_path / "paper.zip", tmp_path / "paper.zip.part"
    planted.touch()
    planted.chmod(0o666)
    with planted.open("rb") as held:
        if write == "whole":
            with whole_file(output) as file:
                file.write(b"paper")
        else:
            replace_file(output, b"paper")
        assert held.read() == b""
    assert output.stat().st_mode & 0o077 == 0
