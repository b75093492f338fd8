"""A well-run home, kept aside and put back before each breach.

What an operator does by ``docs/operate.md`` is done here through the same doors in Python, with
simulated eyes and a clock that stands still. A copy of home and custody lies beside; putting both
back in the same place leaves the anchor content.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from facekeep.assembly import House
from facekeep.collection.requests import Question
from facekeep.governance.consent import Scope
from facekeep.ledger import log, witness
from facekeep.oversight import bundle, counter, handed
from facekeep.oversight.comply import Inquiry, Moment, Row, judged
from facekeep.oversight.obligations import book
from facekeep.rights.cases import Kind, Outcome, Request, State, Step
from facekeep.storage.ways import Ending
from facekeep.terms.evidence import Gap
from facekeep.use.factors import Attempt
from tests.attacks import staff, toolkit
from tests.attacks.toolkit import People, Site, Turnable, agree, guardian, purpose_text, taken
from tests.law import eyes
from tests.law.conftest import DAY_OF_JUDGEMENT
from tests.law.profile import HANDLER

WELL_TRIED = 40
"""Attempts by each way: enough to compare them."""

Standing = dict[str, Row]
"""Every obligation of every regime, by id."""

SECOND_OFFICER = "Ann"
CHILD = date(2016, 5, 1)
"""Ten years old on the day of judgement."""


@dataclass
class Estate:
    """The home, and how it stood when it was well run."""

    site: Site
    well: Standing

    def restore(self) -> None:
        """Home and custody as they lay."""
        for name in ("home", "custody", "models"):
            shutil.rmtree(self.site.folder / name)
            shutil.copytree(self.site.folder / "kept" / name, self.site.folder / name)
        self.site.clock.now = DAY_OF_JUDGEMENT

    @contextmanager
    def open(self) -> Iterator[House]:
        """The home, entered and unlocked: a breach may need the keepers, no judgement does."""
        with self.site.open() as house:
            yield house


def build(folder: Path) -> Estate:
    """Found it, run it well, keep a copy."""
    site = Site(folder, Turnable(DAY_OF_JUDGEMENT), People())
    site.settings = site.settings.model_copy(update={"models": folder / "models"})
    eyes.install(folder / "models")
    site.found()
    with site.open() as house:
        run_well(site, house)
        well = standing(house)
    for name in ("home", "custody", "models"):
        shutil.copytree(folder / name, folder / "kept" / name)
    return Estate(site, well)


def standing(house: House, on: datetime | None = None) -> Standing:
    """How every obligation of every regime stands."""
    now = on.timestamp() if on else house.home.journal.now()
    moment = Moment(datetime.fromtimestamp(now, UTC).date(), int(now))
    inquiry = Inquiry(house.questions(), moment.at)
    return {
        one.id: judged(book(), one, inquiry, moment, by_name=False) for one in book().obligations
    }


def new_gaps(before: Standing, after: Standing) -> dict[str, list[Gap]]:
    """The gaps that were not there before, by obligation."""
    found = {
        name: [gap for gap in row.gaps if gap not in before[name].gaps]
        for name, row in after.items()
    }
    return {name: gaps for name, gaps in found.items() if gaps}


# -- running it well ------------------------------------------------------------------------


def run_well(site: Site, house: House) -> None:
    """Officers, the handler, people who come, stay out, leave and ask, a day of use, a witness."""
    toolkit.officer_of(house)
    staff.enter(house, SECOND_OFFICER)
    house.set_handler(HANDLER, toolkit.OFFICER)
    toolkit.publish(house, purpose_text("office", storage='"premises"'))
    receive(site, house)
    use(site, house)
    be_asked(house)
    counter.take(house.books)
    be_ready(site, house)
    be_witnessed(house)


def receive(site: Site, house: House) -> None:
    """An adult, somebody off the terminal, a child, somebody who left, somebody who said no."""
    site.enrol(house, "alice")
    agree(house, "bob", "office", Scope.STORAGE)
    site.enrol(house, "bob", "office")
    agree(house, "kim", birth=CHILD, guardian=guardian())
    photos = [site.good_photo("kim", start) for start in (0, 10, 20)]
    house.enroller.enrol("kim", "gate", photos, site.people, taken(house, "kim", "gate", photos))
    site.enrol(house, "carol")
    house.withdrawals.withdraw("carol", "gate")
    house.requests.ask(Question("dave", ("gate",)))
    house.requests.refuse("dave", "gate")


def use(site: Site, house: House) -> None:
    """A match, a non-match, somebody nobody knows."""
    site.ask(house, "alice")
    site.ask(house, "alice", site.good_photo("carol"))
    site.ask(house, "nobody")
    for way, seconds in (("face", 4), ("card", 5)):
        for _ in range(WELL_TRIED):
            house.ways.count(Attempt("gate", way, Ending.DONE, seconds))


def be_asked(house: House) -> None:
    """A copy and a complaint, each answered."""
    copy = staff.opened(house, Kind.COPY)
    staff.answered(house, copy.row, Outcome.DONE, SECOND_OFFICER)
    clue = house.cases.open(Request(Kind.COMPLAINT, text="there is no sign")).row
    for step in (
        Step(State.VERIFIED, "it had fallen"),
        Step(State.ANSWERED, "it hangs", Outcome.DONE),
    ):
        house.cases.take(clue.number, step, staff.hand(SECOND_OFFICER))


def be_witnessed(house: House) -> None:
    """An auditor keeps the checkpoint and says so."""
    note = witness.export(house.seal_checkpoint())
    with house.home.records.transaction() as tx:
        log.save_witnessed(tx, "auditor", note, int(house.home.journal.now()))


def be_ready(site: Site, house: House) -> None:
    """A bundle an inspector could have today."""
    days = bundle.period("2026-01-01", None, house.home.journal.now())
    file = site.folder / "evidence.zip"
    bundle.export(house.home, house.questions(), handed.obligations(), days, file)
