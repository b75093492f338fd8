"""What a person does by themselves: room is left for withdrawals, and a refusal names the other ways in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from facekeep.assembly import House
from facekeep.governance.purposes import Purpose
from facekeep.terms.errors import NotRecognised, Refused


@contextmanager
def acting(house: House, purpose: Purpose, language: Literal["zh", "en"]) -> Iterator[House]:
    """The house, for one act of the person. The last of a full disk is for withdrawals."""
    try:
        with house.home.records.under(house.home.ballast.require):
            yield house
    except (Refused, NotRecognised) as error:
        error.alternatives = tuple(way.name.of(language) for way in purpose.alternatives)
        raise
