"""PINs that people set for themselves at the desk's screen: asked for twice, never shown, never sent back."""

from __future__ import annotations

import re
from itertools import pairwise

from facekeep.web.desk.door import Helping
from facekeep.web.pages.forms import Faults, Form

PIN = re.compile(r"[0-9]{6,12}", re.ASCII)
"""Six digits at least: it opens a person's own pages beside a link."""


def odd_pin(helping: Helping, form: Form) -> Faults:
    """What is wrong with a PIN and its repetition."""
    faults, pin = Faults(), form.text("pin")
    fits = PIN.fullmatch(pin)
    faults.unless(fits, "pin", helping.say("desk.pin.digits"))
    faults.unless(not fits or not _guessable(pin), "pin", helping.say("desk.pin.guessable"))
    faults.unless(pin == form.text("pin_again"), "pin_again", helping.say("desk.pin.differs"))
    return faults


def _guessable(pin: str) -> bool:
    """One digit over and over, or a straight run: what anybody would try first."""
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    return steps in ({0}, {1}, {-1})
