"""No byte is left: every file is searched after enrolment, renewal and withdrawal (P2, P4, trap 10)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facekeep.assembly import House
from facekeep.db import store as db_store
from facekeep.protect.schemes import split
from facekeep.storage.keepers.keys import KeyKeeper
from facekeep.storage.keys import KeyRow
from facekeep.storage.reset import Scope
from tests.attacks.toolkit import Site

PIECE = 16
"""Bytes: a run this long of a secret is the secret."""


@dataclass
class Secrets:
    """What must lie in no file, caught where it is made."""

    held: dict[str, list[bytes]] = field(default_factory=dict)

    def add(self, name: str, value: bytes) -> None:
        self.held.setdefault(name, []).append(value)

    def forms(self) -> Iterator[tuple[str, bytes]]:
        """Each secret's pieces as it is, in hexadecimal and in base64."""
        for name, values in self.held.items():
            for value in values:
                for start in (0, len(value) // 2 // 4 * 4):
                    piece = value[start : start + PIECE]
                    yield name, piece
                    yield f"{name} in hex", piece.hex().encode()
                    yield f"{name} in base64", base64.b64encode(piece)[: PIECE // 3 * 4]


def found(folder: Path, secrets: Secrets) -> set[str]:
    """Names of the secrets that lie in any file, whatever its name."""
    contents = [p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()]
    return {name for name, piece in secrets.forms() if any(piece in c for c in contents)}


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Secrets:
    """Codes, vectors, masks, keys and deltas, from the moment the fixture is there."""
    caught = Secrets()
    real_split, real_mask, real_renewal = split.split, split.mask, KeyKeeper._renewal

    def watched_split(code: Any, mask: Any) -> Any:
        caught.add("int8 template", code.tobytes())
        caught.add("int16 template", code.astype(np.int16).tobytes())
        return real_split(code, mask)

    def watched_mask(key: bytes, *place: Any) -> Any:
        words = real_mask(key, *place)
        caught.add("subject key", key)
        caught.add("mask", words.tobytes())
        return words

    def watched_renewal(self: KeyKeeper, *of: Any) -> Any:
        renewal = real_renewal(self, *of)
        caught.add("delta", renewal.delta.tobytes())
        return renewal

    monkeypatch.setattr(split, "split", watched_split)
    monkeypatch.setattr(split, "mask", watched_mask)
    monkeypatch.setattr(KeyKeeper, "_renewal", watched_renewal)
    return caught


def add_vectors(site: Site, secrets: Secrets, name: str) -> None:
    """The float features of every photograph seen, and their sum, in both widths."""
    vectors = [v for photo, v in site.people.seen.items() if photo.startswith(name.encode())]
    fused = np.sum(vectors, axis=0) / np.linalg.norm(np.sum(vectors, axis=0))
    for vector in [*vectors, fused]:
        secrets.add("float32 template", vector.astype(np.float32).tobytes())
        secrets.add("float64 template", vector.astype(np.float64).tobytes())


def test_nothing_lies_about_at_any_stage(site: Site, secrets: Secrets) -> None:
    """After enrolment, renewal, search and withdrawal: open, closed, and opened again."""
    with site.open() as house:
        site.enrol(house, "alice")
        site.enrol(house, "bob")
        add_vectors(site, secrets, "alice")
        assert found(site.folder, secrets) == set()
        house.resetter.renew(Scope(), "keys")
        site.ask(house, "alice")
        assert {"delta", "mask", "subject key", "int8 template"} <= secrets.held.keys()
        assert found(site.folder, secrets) == set()
        house.withdrawals.withdraw("alice", "gate")
        assert found(site.folder, secrets) == set()
    assert found(site.folder, secrets) == set()


@pytest.mark.parametrize("end", ["withdraw", "enrol again", "renew"])
def test_wrapped_key_and_reference_are_gone_to_the_last_byte(
    site: Site, house: House, end: str
) -> None:
    """Even what is noise: the wrapped key, c, its MAC and salt, in pages, free list and log."""
    site.enrol(house, "alice")
    row = site.row(house, "alice")
    record = house.home.references.of_row(row.row)
    assert record is not None
    gone = Secrets()
    kept = {"wrapped key": row.wrapped, "c": record.words.tobytes(), "mac": record.mac}
    for name, value in {**kept, "salt": record.salt}.items():
        gone.add(name, value)
    assert set(kept) <= found(site.home, gone)
    match end:
        case "withdraw":
            house.withdrawals.withdraw("alice", "gate")
        case "enrol again":
            site.enrol(house, "alice")
        case _:
            house.resetter.renew(Scope("alice", "gate"), "routine")
            house.home.references.store.sweep()
    assert found(site.folder, gone) == set()


@pytest.mark.parametrize("name", ["template.npy", "a/b.tmp", "home/keys.db-journal"])
def test_control_planted_secret_is_seen(site: Site, secrets: Secrets, name: str) -> None:
    """The searcher can see: in any file, raw, as float, in hex or base64."""
    with site.open() as house:
        site.enrol(house, "alice")
    add_vectors(site, secrets, "alice")
    code = secrets.held["int8 template"][-1]
    path = site.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    for form, content in {
        "int8 template": code,
        "int8 template in hex": b"x" + code.hex().encode(),
        "int8 template in base64": base64.b64encode(code),
        "float32 template": secrets.held["float32 template"][-1],
    }.items():
        path.write_bytes(b"padding" + content)
        assert form in found(site.folder, secrets)


@pytest.mark.parametrize(
    "weaken",
    [
        lambda m: m.setattr(db_store.Store, "sweep", lambda self: None),
        lambda m: m.setattr(db_store, "_connect", _insecure(db_store._connect)),
    ],
    ids=["without the sweep", "without secure_delete"],
)
def test_control_without_sweep_or_secure_delete_bytes_stay(
    site: Site, monkeypatch: pytest.MonkeyPatch, weaken: Callable[[pytest.MonkeyPatch], None]
) -> None:
    """Both are needed: the erased reference is found in the log or the free list."""
    weaken(monkeypatch)
    with site.open() as house:
        site.enrol(house, "alice")
        row: KeyRow = site.row(house, "alice")
        record = house.home.references.of_row(row.row)
        assert record is not None
        gone = Secrets({"c": [record.words.tobytes()]})
        house.withdrawals.withdraw("alice", "gate")
        assert found(site.home, gone) == {"c"}


def _insecure(connect: Callable[..., Any]) -> Callable[..., Any]:
    def connected(*arguments: Any) -> Any:
        connection = connect(*arguments)
        connection.execute("PRAGMA secure_delete = OFF")
        return connection

    return connected
