"""The three roles of one home, side by side and unable to reach each other's data."""

from __future__ import annotations

from dataclasses import dataclass, field

from facekeep.protect.comparator import Comparator
from facekeep.protect.keytree import Root
from facekeep.storage.home import Home
from facekeep.storage.keepers.keys import KeyKeeper
from facekeep.storage.keepers.pair import KeeperPair
from facekeep.storage.keepers.references import ReferenceKeeper
from facekeep.storage.renewal import Renewer

COMPARATOR = "embedded"
"""The comparator of this topology, by name: a permit names the one it is made out to."""


@dataclass(frozen=True, slots=True)
class Keepers:
    """What the passphrase opens. ``rotation_key`` is the edge's alone (``embedded`` topology)."""

    keys: KeyKeeper
    references: ReferenceKeeper
    comparator: Comparator
    renewer: Renewer
    rotation_key: bytes = field(repr=False)


def wake(home: Home, root: Root) -> Keepers:
    """The keepers of an unlocked home. Each is handed its own store and keys, and no other's."""
    pair = KeeperPair.draw(home.entropy)
    keys = KeyKeeper(home.vault, root, home.id, pair, home.clock, home.entropy)
    mac_key = root.derived("facekeep reference mac")
    references = ReferenceKeeper(home.references, mac_key, pair, home.entropy)
    home.references.when_gone(references.forget)
    return Keepers(
        keys=keys,
        references=references,
        comparator=Comparator(COMPARATOR),
        renewer=Renewer(home.vault, keys, references, home.id),
        rotation_key=root.derived("facekeep rotation"),
    )
