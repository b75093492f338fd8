"""A paper takes no place of ours and is written through no link.

The attacks: ``-o`` names a store, the slot or another file of the custody folder; a link lies where
the paper is to lie, in a folder that others write to.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from time import time

import pytest

from facekeep.cli import app
from tests.attacks.toolkit import PASSPHRASE, Site

PAPERS = (
    ("agenda", "--ics"),
    ("parity", "-o"),
    ("filing", "pack", "-o"),
    ("evidence", "export", "--since", "2026-01-01", "-o"),
    ("ledger", "export"),
    ("ledger", "witness", "export"),
    ("consent", "export", "-s", "alice", "-o"),
    ("consent", "receipt", "-s", "alice", "-p", "gate", "-o"),
    ("deliveries", "list", "--csv"),
    ("deliveries", "list", "--html"),
    ("copy", "--subject", "alice", "-o"),
    ("sign", "make", "gate-door", "-o"),
)


@pytest.fixture
def kept(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Alice is enrolled; the command line reads the machine's clock."""
    site.clock.now = time()
    monkeypatch.setenv("FACEKEEP_CUSTODY", str(site.settings.custody))
    monkeypatch.setenv("FACEKEEP_PASSPHRASE", PASSPHRASE.decode())
    with site.open() as house:
        site.enrol(house, "alice")
    return site


def call(site: Site, *words: str) -> int:
    """One call; its exit code."""
    return app.run(["--home", str(site.home), *words, "--json"])


def digests(folder: Path) -> dict[str, bytes]:
    """What lies in a folder now."""
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.name: sha256(file.read_bytes()).digest() for file in files}


@pytest.mark.parametrize("words", PAPERS, ids=" ".join)
def test_no_paper_inside_the_home_or_the_custody_folder(kept: Site, words: tuple[str, ...]) -> None:
    """Refused before anything is written: not over the slot, not beside it, not by a way around."""
    custody = kept.settings.custody
    (slot,) = custody.rglob("slot")
    around = kept.home.parent / "link"
    around.symlink_to(slot.parent)
    before = digests(custody)
    for place in (slot, slot.parent / "new.svg", kept.home / "new.svg", around / "new.svg"):
        assert call(kept, *words, str(place)) == 2
        assert place.exists() == (place == slot)
    assert digests(custody) == before


@pytest.mark.parametrize("words", PAPERS[:1] + PAPERS[4:8] + PAPERS[-1:], ids=" ".join)
def test_planted_link_is_replaced_and_not_followed(
    kept: Site, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """The operator's own file behind the link stays what it was."""
    victim, output = tmp_path / "victim", tmp_path / "paper.svg"
    victim.write_bytes(b"the operator's own")
    output.symlink_to(victim)
    assert call(kept, *words, str(output)) == 0
    assert victim.read_bytes() == b"the operator's own"
    assert not output.is_symlink()
