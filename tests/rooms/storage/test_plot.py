"""The plot: where parts lie, read as written, and whose key signs."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facekeep.storage.custody import Custody
from facekeep.storage.plot import HOME_FILE, LOCK, Plot, _quoted
from facekeep.terms.errors import AdoptionRequired, Broken, StoreMissing, Tampered


@pytest.fixture
def plot(tmp_path: Path) -> Plot:
    home = tmp_path / "home"
    home.mkdir()
    Custody.create(tmp_path / "custody", home)
    return Plot(home, b"i" * 16, tmp_path / "custody")


@pytest.mark.parametrize(
    "folder",
    [
        "/c",
        "/with space",
        "/门禁/自托管",
        '/a"b',
        "/a\\b",
        "/a'b",
        "/tab\tnew\nline",
        "/é",
        "/a\x7fb",
    ],
)
def test_plot_is_read_as_written(plot: Plot, folder: str) -> None:
    """Whatever the custody folder is called."""
    written = Plot(plot.path, plot.id, Path(folder))
    written.write()
    assert Plot.read(plot.path) == written
    assert stat.S_IMODE((plot.path / HOME_FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize("folder", ["/\U00020bb7野家", "/🔑"])
def test_plot_beyond_the_basic_plane_is_read_as_written(plot: Plot, folder: str) -> None:
    """Rare Chinese characters and emoji are characters like others."""
    written = Plot(plot.path, plot.id, Path(folder))
    written.write()
    assert Plot.read(plot.path) == written


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_quoted_text_is_one_line_and_reads_back(text: str) -> None:
    """Whatever a path is called, it opens no second field and comes back as it was."""
    quoted = _quoted(text)
    assert "\n" not in quoted
    assert tomllib.loads(f"path = {quoted}\n") == {"path": text}


def test_folder_without_a_home_is_said_plainly(tmp_path: Path) -> None:
    """With the way to make one."""
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(Broken, match="init"):
            Plot.read(path)


@pytest.mark.parametrize(
    "text", ["", "home", 'home = "zz"\ncustody = "/c"', 'home = "aa"', "home = 1\ncustody = 2",
             'home = "aa"\ncustody = 5', 'home = ["aa"]\ncustody = "/c"'],
)  # fmt: skip
def test_home_file_that_cannot_be_read_is_tampered(plot: Plot, text: str) -> None:
    """Empty, no TOML, no hex, fields missing or of another kind."""
    (plot.path / HOME_FILE).write_text(text)
    with pytest.raises(Tampered, match=HOME_FILE):
        Plot.read(plot.path)


def test_occupied_folder_is_refused(plot: Plot, tmp_path: Path) -> None:
    """Only a lock, left by whoever tried before, is nothing."""
    plot.refuse_occupied()
    Plot(tmp_path / "nowhere", b"", plot.custody).refuse_occupied()
    (plot.path / LOCK).touch()
    plot.refuse_occupied()
    (plot.path / ".hidden").touch()
    for path in (plot.path, plot.path / LOCK):
        with pytest.raises(Broken):
            Plot(path, b"", plot.custody).refuse_occupied()


def test_records_key_is_drawn_and_missed(plot: Plot) -> None:
    """32 bytes, closed to others; without it nobody is found."""
    with pytest.raises(StoreMissing, match=r"records\.key"):
        plot.records_key()
    plot.draw_records_key(os.urandom)
    assert len(plot.records_key()) == 32


def test_each_instance_signs_under_its_own_name_and_key(plot: Plot) -> None:
    """The public half lies in the home; earlier ones beside it, whatever is repeated."""
    plot.draw_signer(1, os.urandom)
    first = plot.signer(1)
    assert (plot.path / "ledger.pub").read_text().strip() == first.vkey
    plot.refuse_other_signer(1)
    for _ in range(2):  # an adoption that was interrupted and run again
        plot.draw_signer(2, os.urandom)
    second = plot.signer(2)
    assert second.vkey != first.vkey
    assert (first.name, second.name) == tuple(f"facekeep/{plot.id.hex()[:16]}/{n}" for n in (1, 2))
    assert (plot.path / "ledger-1.pub").read_text().strip() == first.vkey
    assert (plot.path / "ledger.pub").read_text().strip() == second.vkey


def test_interrupted_adoption_is_found_by_its_key(plot: Plot) -> None:
    """Drawn, but the anchor still names the earlier instance."""
    plot.draw_signer(1, os.urandom)
    plot.draw_signer(2, os.urandom)
    with pytest.raises(AdoptionRequired, match="interrupted"):
        plot.refuse_other_signer(1)
    plot.refuse_other_signer(2)
    (plot.path / "ledger.pub").unlink()
    plot.refuse_other_signer(1)
