"""An officer's word for an act of ours: signed where it is given, checked before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from facekeep.cli.officers import signed
from facekeep.terms.errors import Refused

if TYPE_CHECKING:
    from facekeep.access.officers import Officer
    from facekeep.assembly import House
    from facekeep.cli.door import Door

ARTICLE = "PIPL-51-4"


def vouched(
    door: Door, house: House, name: str, key_file: Path, act: str, **about: str | int
) -> Officer:
    """The officer who signed for this act, here and now. Raises ``Refused``, ``WrongPassphrase``."""
    message = act_message(act, {**about, "home": house.home.id.hex(), "at": _now(house)})
    signature = signed(door, key_file, message)
    return only_officer(house.home.officers.verify(name, message, signature))


def act_message(act: str, about: Mapping[str, str | int]) -> bytes:
    """What an officer signs: the act, and what it is about."""
    from facekeep.terms.encoding import canonical

    return canonical({**about, "act": act})


def named(house: House, name: str) -> str:
    """The name of an officer in office, in its one spelling. Raises ``Refused``."""
    return house.home.officers.get(name).name


def only_officer(officer: Officer) -> Officer:
    """Whoever decides for the handler has the role officer. Raises ``Refused``."""
    from facekeep.access.officers import Role

    if officer.role is not Role.OFFICER:
        raise Refused(
            "this member of staff does not decide for the handler",
            "Have somebody of the role officer sign it",
            ARTICLE,
        )
    return officer


def _now(house: House) -> int:
    return int(house.home.journal.now())
