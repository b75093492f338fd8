"""Help pages: every command explains itself in both languages, with an example to type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import typer

from facekeep.cli import app
from facekeep.cli.manual import ORDER
from facekeep.cli.words import WORDS

ROOT: Any = typer.main.get_command(app.tree())


def _leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not hasattr(command, "commands"):
        yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from _leaves(child, (*path, name))


LEAVES = list(_leaves(ROOT))
NAMES = [" ".join(path) for path, _ in LEAVES]


@pytest.mark.parametrize(("path", "command"), LEAVES, ids=NAMES)
def test_every_command_teaches_with_an_example(path: tuple[str, ...], command: Any) -> None:
    """The example names the command itself, in either language."""
    message = WORDS[command.help]
    for text in (message.zh, message.en):
        examples = [line for line in text.split("\n") if line.startswith("$ facekeep")]
        assert examples, path
        assert any(" ".join(path) in line for line in examples), path


@pytest.mark.parametrize(("path", "command"), LEAVES, ids=NAMES)
def test_every_command_speaks_json_and_explains_its_options(
    path: tuple[str, ...], command: Any
) -> None:
    """``--json`` everywhere; no option without words."""
    named = {opt for param in command.params for opt in param.opts}
    assert "--json" in named
    for param in command.params:
        assert param.help in WORDS, (path, param.name)


def test_the_list_follows_the_loop() -> None:
    """Every command of the root has its place."""
    assert set(ORDER) == set(ROOT.commands)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("words", [[], ["verify"], ["ledger"], ["ledger", "witness", "import"]])
def test_pages_are_drawn(
    words: list[str], language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Usage, prose, options; exit 0; nothing on standard error."""
    assert app.run(["--lang", language, *words, "--help"]) == 0
    page = capsys.readouterr()
    assert page.err == ""
    assert " ".join(["facekeep", *words]) in page.out
    assert ("选项" if language == "zh" else "Options") in page.out


def test_no_words_show_the_manual(capsys: pytest.CaptureFixture[str]) -> None:
    """``facekeep`` alone explains itself; a group alone does too, as a usage error."""
    assert app.run(["--lang", "en"]) == 0
    assert "facekeep COMMAND" in capsys.readouterr().out
    assert app.run(["--lang", "en", "purpose"]) == 2
    assert "publish" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """One line."""
    assert app.run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("facekeep ")
