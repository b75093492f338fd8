"""What the stores answer about themselves: well on an honest home, and each fault by its name.

Faults that break a duty are planted in ``tests/law/test_breaches.py``; here are the edges.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facekeep.assembly import House
from facekeep.storage import evidence, posture
from facekeep.storage.custody import Custody
from facekeep.storage.evidence import EVIDENCE
from facekeep.terms.evidence import Finding
from tests.attacks.toolkit import DAY, Site


def asked(house: House, question: str) -> Finding:
    """One answer, now."""
    (found,) = (q for q in EVIDENCE if q.id == question)
    return found.ask(house.home, int(house.home.journal.now()))


def says(finding: Finding) -> str:
    """Every gap in one text."""
    return "; ".join(gap.what for gap in finding.gaps)


@pytest.fixture
def lived_in(site: Site, house: House) -> House:
    """Three people and a day of use."""
    for name in ("alice", "bob", "carol"):
        site.enrol(house, name)
    site.ask(house, "alice")
    return house


@pytest.mark.parametrize(
    "question",
    ["storage.separation.stores", "storage.pictures.none", "storage.templates.protected"],
)
def test_an_honest_home_holds(lived_in: House, question: str) -> None:
    """After enrolments and answers, also while somebody is unknown."""
    finding = asked(lived_in, question)
    assert finding.gaps == ()
    assert finding.applies


def test_nothing_to_judge_in_an_empty_home(house: House) -> None:
    """No reference, no archive."""
    assert not asked(house, "storage.templates.protected").applies
    assert not asked(house, "storage.archives.follow").applies


def test_six_safeguards_six_lines(lived_in: House) -> None:
    """Each by the name the law gives it."""
    facts = asked(lived_in, "storage.posture.six").facts
    assert list(facts) == list(posture.SAFEGUARDS)
    assert facts["authorisation management"] is False  # one officer has two eyes
    assert all(facts[name] for name in facts if name != "authorisation management")


def test_renewal_and_withdrawal_leave_the_answers_well(site: Site, lived_in: House) -> None:
    """Rows change and go; nothing is left over."""
    from facekeep.storage.reset import Scope

    lived_in.resetter.renew(Scope(None, None), "routine")
    lived_in.withdrawals.withdraw("alice", "gate")
    for question in ("storage.separation.stores", "storage.templates.protected"):
        assert asked(lived_in, question).gaps == ()


def test_an_archive_is_judged_by_its_horizon(site: Site, lived_in: House) -> None:
    """Sealed for thirty days it holds; a key that outlived its day does not."""
    home = lived_in.home
    home.archives.seal_references(home.references.store, site.folder / "a", int(home.clock()))
    assert asked(lived_in, "storage.archives.follow").gaps == ()
    site.clock.advance(31 * DAY)
    assert "outlived" in says(asked(lived_in, "storage.archives.follow"))


def test_an_archive_nobody_listed(site: Site, lived_in: House) -> None:
    """An erasure could not be repeated over it."""
    home = lived_in.home
    home.archives.seal_references(home.references.store, site.folder / "a", int(home.clock()))
    (key,) = (home.custody.folder / "archive-keys").iterdir()
    told = json.loads(key.read_bytes())
    told["archive"]["id"] = "0" * 32
    key.write_bytes(json.dumps(told).encode())
    assert "erasure list" in says(asked(lived_in, "storage.archives.follow"))


def _shared_salt(house: House) -> None:
    house.home.references.store.connection.execute("UPDATE reference SET salt = zeroblob(16)")


def _unfinished(house: House) -> None:
    house.home.vault.store.connection.execute(
        "UPDATE subject_key SET pending = wrapped, pending_epoch = epoch"
    )


def _keyless(house: House) -> None:
    house.home.vault.store.connection.execute("DELETE FROM subject_key")


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (_shared_salt, "share their salt"),
        (_unfinished, "not finished"),
        (_keyless, "having no key"),
    ],
)
def test_templates_that_link_or_cannot_be_renewed(
    lived_in: House, spoil: Callable[[House], None], what: str
) -> None:
    """Each by name."""
    spoil(lived_in)
    assert what in says(asked(lived_in, "storage.templates.protected"))


def test_masked_words_pass_and_plain_codes_do_not() -> None:
    """At 130 words: ten thousand honest records pass, every plain code is seen."""
    generator = np.random.default_rng(11)

    def record(words: Any) -> Any:
        return type("Words", (), {"words": words})()

    honest = generator.integers(0, 2**16, (10_000, 130), dtype=np.uint16)
    assert not any(evidence._is_plain(record(words)) for words in honest)
    codes = np.rint(generator.standard_normal((500, 130)) * 11).astype(np.int16).view(np.uint16)
    assert all(evidence._is_plain(record(words)) for words in codes)


def test_the_slot_inside_the_home(lived_in: House, site: Site) -> None:
    """A copy of the folder would take both halves."""
    inside = lived_in.home.path / "custody"
    inside.mkdir()
    for file in lived_in.home.custody.folder.iterdir():
        if file.is_file():
            (inside / file.name).write_bytes(file.read_bytes())
    object.__setattr__(lived_in.home, "custody", Custody(inside))
    assert "inside the home" in says(asked(lived_in, "storage.separation.stores"))


def test_receipts_kept_for_somebody_are_no_pictures(lived_in: House) -> None:
    """Files of ours beside the stores are read, and are none."""
    folder = lived_in.home.path / "receipts"
    folder.mkdir(mode=0o700)
    (folder / "a.json").write_text('{"event": "00"}')
    finding = asked(lived_in, "storage.pictures.none")
    assert finding.holds
    assert finding.facts["files"] > 5
    assert finding.facts["values"] > 10


def test_the_answers_name_nobody(lived_in: House) -> None:
    """No subject, no identifier in any fact or gap."""
    people = ("alice", "bob", "carol")
    for question in EVIDENCE:
        told = json.dumps(
            [dict(asked(lived_in, question.id).facts), says(asked(lived_in, question.id))]
        )
        assert not [name for name in people if name in told]


def test_looking_changes_nothing(lived_in: House) -> None:
    """Not one row, not one entry."""
    stores = (lived_in.home.records, lived_in.home.references.store, lived_in.home.vault.store)
    before = [store.connection.total_changes for store in stores]
    for question in EVIDENCE:
        asked(lived_in, question.id)
    assert [store.connection.total_changes for store in stores] == before


def test_a_scan_opens_no_store_file(lived_in: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing one would drop the locks SQLite holds on it."""
    read: list[str] = []
    original = Path.read_bytes

    def reading(path: Path) -> bytes:
        read.append(path.name)
        return original(path)

    monkeypatch.setattr(Path, "read_bytes", reading)
    asked(lived_in, "storage.pictures.none")
    assert read
    assert not [name for name in read if ".db" in name]
