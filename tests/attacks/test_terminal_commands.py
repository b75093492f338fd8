"""Text out of a hostile file on an officer's screen: shown, never obeyed."""

from __future__ import annotations

import io

import pytest

from facekeep.assembly import House
from facekeep.cli.screen import Screen, harmless
from facekeep.terms.errors import Misused
from tests.attacks.toolkit import place_text

HOSTILE = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202egpj.exe"


def test_no_escape_reaches_the_terminal() -> None:
    """Every shape of the screen."""
    screen, out = Screen(), io.StringIO()
    screen.console.file = out
    screen.headline("good", HOSTILE, HOSTILE)
    screen.facts([("label", HOSTILE)])
    screen.table(["a"], [(HOSTILE,)])
    screen.paragraph(HOSTILE)
    screen.note(HOSTILE)
    screen.way_out(HOSTILE)
    assert not set("\x1b\x07\x9b\u202e") & set(out.getvalue())


def test_a_key_of_a_place_file_is_such_a_text(house: House) -> None:
    """What the refusal repeats of the file is harmless once shown."""
    text = b'"\\u001b[2J" = 1\n' + place_text("hall")
    with pytest.raises(Misused) as refused:
        house.register.add_place(text)
    assert "\x1b" not in harmless(str(refused.value))


@pytest.mark.parametrize("text", ["一句话\n两行", "tab\there", "é ü ß", ""])
def test_plain_text_stays_as_it_is(text: str) -> None:
    """Lines, tabs and letters of every script."""
    assert harmless(text) == text
