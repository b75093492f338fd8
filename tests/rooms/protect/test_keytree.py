"""The key tree, without any store."""

from __future__ import annotations

import os

import pytest

from facekeep.protect.keytree import (
    BUCKETS,
    PassphraseCost,
    Root,
    Table,
    row_binding,
    seal_evidence,
)
from facekeep.terms.errors import Tampered, WrongPassphrase
from facekeep.terms.values import Epoch, Grant, RowId

GRANT = Grant("gate", b"h" * 32, b"c" * 16, 99)


def binding(**changes: object) -> bytes:
    fields = {
        "tenant": b"t" * 16, "row": RowId(b"r" * 16), "model": "m", "epoch": Epoch(b"e" * 8),
        "grant": GRANT, **changes,
    }  # fmt: skip
    return row_binding(**fields)  # type: ignore[arg-type]


def test_wrong_passphrase_is_said_plainly() -> None:
    """Not "tampered": the person at the keyboard is to try again."""
    _, sealed = Root.draw(b"right", PassphraseCost.cheapest(), os.urandom)
    with pytest.raises(WrongPassphrase):
        Root.open(sealed, b"wrong")
    assert Root.open(sealed, b"right").derived("x") == Root.open(sealed, b"right").derived("x")


@pytest.mark.parametrize(
    "change",
    [{"tenant": b"u" * 16}, {"row": b"s" * 16}, {"model": "n"}, {"epoch": b"f" * 8},
     {"grant": Grant("bank", b"h" * 32, b"c" * 16, 99)},
     {"grant": Grant("gate", b"i" * 32, b"c" * 16, 99)},
     {"grant": Grant("gate", b"h" * 32, b"d" * 16, 99)},
     {"grant": Grant("gate", b"h" * 32, b"c" * 16, 98)}],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_key_is_bound_to_every_field_of_its_row(change: dict[str, object]) -> None:
    """Tenant, row, model, epoch, purpose, purpose hash, consent and expiry (custody rule 4)."""
    root = Root(bytes(32))
    wrapped = root.wrap_key(b"k" * 32, binding())
    assert root.unwrap_key(wrapped, binding()) == b"k" * 32
    with pytest.raises(Tampered):
        root.unwrap_key(wrapped, binding(**change))


def test_table_opens_only_under_its_slot() -> None:
    """The old table under the new slot is noise, and the other way round."""
    table = Table.draw(os.urandom)
    old, new = os.urandom(32), os.urandom(32)
    with pytest.raises(Tampered):
        Table.open(table.seal(old), new)


def test_redrawn_bucket_shares_nothing_with_the_old_one() -> None:
    """Only the buckets named get a new key."""
    old = Table.draw(os.urandom)
    new = old.redrawn({3}, os.urandom)
    wrapped = [old.bucket(n).wrap(b"x" * 32, b"f") for n in (3, 4)]
    assert new.bucket(4).unwrap(wrapped[1], b"f") == b"x" * 32
    with pytest.raises(Tampered):
        new.bucket(3).unwrap(wrapped[0], b"f")
    assert len(old._keys) == BUCKETS


def test_sealed_evidence_opens_for_the_officer_and_the_right_person() -> None:
    """Sealing needs no passphrase; opening needs the root and the person's name."""
    root, sealed = Root.draw(b"p", PassphraseCost.cheapest(), os.urandom)
    secret = seal_evidence(b"s" * 32, sealed.evidence_public, b"alice")
    assert root.open_evidence(secret, b"alice") == b"s" * 32
    for other, person in ((Root(bytes(32)), b"alice"), (root, b"bob")):
        with pytest.raises(Tampered):
            other.open_evidence(secret, person)
