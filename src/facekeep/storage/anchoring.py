"""Is this the home its anchor remembers? A restored, swapped or cloned one is refused.

A whole home rolled back is consistent with itself, and a clone is two ledgers under one key; only
something outside can tell (custody rule 10).
"""

from __future__ import annotations

from dataclasses import replace
from threading import Lock

from facekeep.db.store import Store
from facekeep.ledger import log
from facekeep.storage.custody import Anchor, Custody, machine_id
from facekeep.storage.plot import Plot
from facekeep.terms.errors import AdoptionRequired, StoreMissing, Tampered
from facekeep.terms.ports import Entropy

_ONE_HEAD = Lock()
"""Two that remember at once would find the other's head ahead of their own."""

_ADOPT = "If you restored, moved or cloned it yourself: facekeep adopt --because …"


def cast_anchor(plot: Plot, instance: int, mark: bytes, records: Store) -> None:
    """Remember a home as it is now: at ``init`` and ``adopt``."""
    size = log.size(records.connection)
    Custody(plot.custody).set_anchor(
        Anchor(
            home=plot.id.hex(),
            instance=instance,
            machine=machine_id(),
            path=str(plot.path.resolve()),
            mark=mark.hex(),
            next_mark="",
            ledger_size=size,
            ledger_root=log.root(records.connection, size).hex(),
        )
    )


def refuse_another(plot: Plot, anchor: Anchor, stores: dict[str, Store]) -> None:
    """Raises ``AdoptionRequired`` for an older or other home, ``Tampered`` for another ledger."""
    _refuse_elsewhere(plot, anchor)
    _refuse_strange_marks(stores, anchor)
    _refuse_rolled_back(stores["records"], anchor)


def is_behind(plot: Plot, records: Store) -> bool:
    """Whether the ledger is another than its anchor remembers, or nothing remembers it."""
    try:
        anchor = Custody(plot.custody).anchor()
        _refuse_rolled_back(records, anchor)
    except (AdoptionRequired, StoreMissing, Tampered):
        return True
    return anchor.home != plot.id.hex()


def take_new_marks(
    custody: Custody, anchor: Anchor, stores: dict[str, Store], entropy: Entropy
) -> None:
    """Label all stores for this start. A crash between leaves both labels known, and the next
    start first finishes what this one began, so that two crashes leave no third label."""
    if anchor.next_mark:
        anchor = _label(custody, anchor, stores, bytes.fromhex(anchor.next_mark))
    mark = entropy(16)
    custody.set_anchor(replace(anchor, next_mark=mark.hex()))
    _label(custody, anchor, stores, mark)


def _label(custody: Custody, anchor: Anchor, stores: dict[str, Store], mark: bytes) -> Anchor:
    for store in stores.values():
        store.set_mark(mark)
    labelled = replace(anchor, mark=mark.hex(), next_mark="")
    custody.set_anchor(labelled)
    return labelled


def remember_head(custody: Custody, records: Store) -> None:
    """Remember the ledger's head at a checkpoint, and when a home comes to rest.

    Raises ``Tampered`` where the ledger became shorter: the anchor never goes back.
    """
    with _ONE_HEAD:
        with records.reading() as connection:
            size = log.size(connection)
            root = log.root(connection, size).hex()
        anchor = custody.anchor()
        if size < anchor.ledger_size:
            raise Tampered("the ledger became shorter while it was open")
        custody.set_anchor(replace(anchor, ledger_size=size, ledger_root=root))


def _refuse_elsewhere(plot: Plot, anchor: Anchor) -> None:
    if anchor.home != plot.id.hex():
        raise AdoptionRequired("the anchor is another home's", _ADOPT)
    if anchor.machine != machine_id():
        raise AdoptionRequired("this home was last open on another machine", _ADOPT)
    if anchor.path != str(plot.path.resolve()):
        raise AdoptionRequired(
            "this home was last open in another place: it may be a clone", _ADOPT
        )


def _refuse_strange_marks(stores: dict[str, Store], anchor: Anchor) -> None:
    """Each store carries the label of the last start; an older or swapped one does not."""
    known = {anchor.mark, anchor.next_mark}
    for name, store in stores.items():
        if store.mark.hex() not in known:
            raise AdoptionRequired(f"{name}.db is older than its twins", _ADOPT)


def _refuse_rolled_back(records: Store, anchor: Anchor) -> None:
    size = log.size(records.connection)
    if size < anchor.ledger_size:
        raise AdoptionRequired("the ledger is shorter than it was", _ADOPT)
    if (
        anchor.ledger_size
        and log.root(records.connection, anchor.ledger_size).hex() != anchor.ledger_root
    ):
        raise Tampered("the ledger is not the one the anchor remembers")
