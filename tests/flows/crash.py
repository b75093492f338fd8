"""A child process that dies by ``kill -9`` at the n-th step of an act.

Steps are what can be half done: before and after each SQLite commit, each replaced file, each
appended erasure list and each promoted or overwritten slot. Run as
``python -m tests.flows.crash FOLDER ACT N``; where the act ends before, it prints ``done`` and how
many steps it took.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from facekeep.db.store import Store
from facekeep.storage import adoption, archives, custody, plot
from facekeep.storage.custody import Custody
from facekeep.storage.reset import Scope
from tests.attacks.toolkit import People, Site, Turnable, agree

REPLACERS = (custody, archives, plot, adoption)
"""Modules that know ``replace_file`` by name."""


class Fuse:
    """Burns down with each step; at the fatal one the process is gone, without a goodbye."""

    def __init__(self, fatal: int) -> None:
        self.fatal, self.taken = fatal, 0

    def step(self) -> None:
        self.taken += 1
        if self.taken == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Die before or after a call."""

        def watched(*arguments: Any, **named: Any) -> Any:
            self.step()
            result = function(*arguments, **named)
            self.step()
            return result

        return watched

    def lay(self) -> None:
        """Put the fuse under everything that can be half done."""
        transaction = Store.transaction

        @contextmanager
        def watched(store: Store) -> Iterator[Any]:
            with transaction(store) as tx:
                yield tx
                self.step()
            self.step()

        Store.transaction = watched  # type: ignore[method-assign,assignment]
        for name in ("promote_slot", "_append_to_list"):
            setattr(Custody, name, self.around(getattr(Custody, name)))
        custody._overwrite = self.around(custody._overwrite)
        replace_file = self.around(custody.replace_file)
        for module in REPLACERS:
            if hasattr(module, "replace_file"):
                module.replace_file = replace_file  # type: ignore[attr-defined]


def enrol(site: Site) -> None:
    with site.open() as house:
        site.enrol(house, "carol")


def enrol_again(site: Site) -> None:
    with site.open() as house:
        site.enrol(house, "alice")


def renew(site: Site) -> None:
    with site.open() as house:
        house.resetter.renew(Scope(), "keys")


def withdraw(site: Site) -> None:
    with site.open() as house:
        print("receipt", house.withdrawals.withdraw("alice", "gate").event)


def consent(site: Site) -> None:
    with site.open() as house:
        agree(house, "carol", "gate")


def adopt(site: Site) -> None:
    site.adopt("moved")


ACTS = {act.__name__: act for act in (consent, enrol, enrol_again, renew, withdraw, adopt)}


def main(folder: str, act: str, fatal: str) -> None:
    site = Site(Path(folder), Turnable(), People())
    fuse = Fuse(int(fatal))
    fuse.lay()
    ACTS[act](site)
    print("done", fuse.taken)


if __name__ == "__main__":
    main(*sys.argv[1:])
