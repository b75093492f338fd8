"""What our documents tell people to type is understood, and what they claim is tested."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
import typer

from facekeep.cli.app import NAME, tree
from facekeep.cli.door import Door
from facekeep.settings import Settings
from tests.house.walk import ROOT, Place

ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh.md"
THREATS = ROOT / "docs" / "threat-model.md"
MEASURED = "docs/benchmarks.md"
"""Figures, not promises: a measured 100 % may stand there."""

FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(facekeep [^`]+)`")
INDENTED = re.compile(r"^ {4,}(facekeep (?:--home|[a-z]+) .*)$", re.MULTILINE)
TEST_LINK = re.compile(r"\[`?(test_\w+)`?\]\(([^)]+\.py)\)")

HYPE = (
    "anonymous", "revolutionary", "military-grade", "unhackable", "unbreakable", "state-of-the-art",
    "cutting-edge", "seamless", "world-class", "bulletproof", "blazing", "绝对安全", "万无一失", "革命性",
    "全球领先", "军工级",
)  # fmt: skip
PROMISES = ("guarantee", "100 %", "100%", "100 percent", "百分之百", "保证安全")


def documents() -> list[Path]:
    """Both READMEs and everything below docs/."""
    return [ENGLISH, CHINESE, *sorted((ROOT / "docs").rglob("*.md"))]


def shell_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines of shell blocks as they are typed: number and text, comments left out."""
    for block in FENCE.finditer(text):
        if block[1] not in ("sh", "bash", "console"):
            continue
        first = text.count("\n", 0, block.start(2)) + 1
        for number, line in enumerate(block[2].splitlines(), start=first):
            if line.strip() and not line.lstrip().startswith("#"):
                yield number, line.strip()


def whole_commands(document: Path) -> Iterator[Place]:
    """Commands meant to be typed as they stand."""
    text = document.read_text("utf-8")
    for number, line in shell_lines(text):
        if line.startswith(f"{NAME} "):
            yield Place(document.relative_to(ROOT).as_posix(), number, line)


def mentioned_commands(document: Path) -> Iterator[Place]:
    """Commands named in prose or in an indented block, perhaps not whole."""
    text = document.read_text("utf-8")
    prose = FENCE.sub(lambda block: "\n" * block[0].count("\n"), text)
    for found in (*INLINE.finditer(prose), *INDENTED.finditer(prose)):
        number = prose.count("\n", 0, found.start(1)) + 1
        said = " ".join(found[1].split())
        yield Place(document.relative_to(ROOT).as_posix(), number, said)


SHELL = frozenset({"|", "&", ">", ">>", "2>", "<"})
"""From here on a line is the shell's."""


def words_of(line: str) -> list[str]:
    """A line's words after the program's name; a comment, and what the shell does, are dropped."""
    words = shlex.split(line, comments=True)[1:]
    return list(takewhile(lambda word: word not in SHELL, words))


@cache
def commands() -> Any:
    """The real command tree, put together once."""
    return typer.main.get_command(tree())


def parse(words: list[str], lenient: bool) -> str | None:
    """What the real command tree says against these words; None where it understands them.

    ``lenient`` forgives what a mention leaves out, never an option or command that is not there.
    """
    command: Any = commands()
    door = Door(Settings.model_construct(), "en")
    context: Any = None
    while True:
        try:
            context = command.make_context(
                command.name, list(words), parent=context, obj=door, resilient_parsing=False
            )
        except Exception as refused:  # noqa: BLE001 - the parser's own errors, whatever they are
            missing = type(refused).__name__ == "MissingParameter"
            return None if lenient and missing else f"{type(refused).__name__}: {refused}"
        if not hasattr(command, "commands"):
            return None
        words = [*getattr(context, "_protected_args", []), *context.args]
        if not words:
            return None
        child = command.commands.get(words[0])
        if child is None:
            return f"no such command: {words[0]}"
        command, words = child, words[1:]


def not_understood() -> list[str]:
    """Every command our documents show and the command line does not know."""
    seen = []
    for document in documents():
        shown = [(place, False) for place in whole_commands(document)]
        shown += [(place, True) for place in mentioned_commands(document)]
        for place, lenient in shown:
            if (problem := parse(words_of(place.what), lenient)) is not None:
                seen.append(f"{place} — {problem}")
    return seen


def test_commands_in_documents_are_understood() -> None:
    """Every command line in README and docs parses against the real command tree."""
    seen = not_understood()
    assert not seen, "\n".join(seen)


@pytest.mark.parametrize(
    ("line", "lenient"),
    [
        ("facekeep verify --subject a --purpose b photo.jpg --score", False),
        ("facekeep recognise photo.jpg", True),
        ("facekeep ledger forget", True),
        ("facekeep verify --subject a photo.jpg", False),
        ("facekeep renew --because mood", True),
    ],
)
def test_a_planted_wrong_command_is_seen(line: str, lenient: bool) -> None:
    """Control: unknown options, commands and values, and a required option left out."""
    assert parse(words_of(line), lenient) is not None


def test_a_mention_may_be_short() -> None:
    """Control: prose may name a command without its options; a block may not."""
    assert parse(words_of("facekeep adopt"), lenient=True) is None
    assert parse(words_of("facekeep adopt"), lenient=False) is not None


def test_both_readmes_show_the_same_commands() -> None:
    """What is typed is the same in both languages, in the same order."""
    english = [line.split("  #")[0] for _, line in shell_lines(ENGLISH.read_text("utf-8"))]
    chinese = [line.split("  #")[0] for _, line in shell_lines(CHINESE.read_text("utf-8"))]
    assert [line.rstrip() for line in english] == [line.rstrip() for line in chinese]
    assert any(line.startswith(f"{NAME} init") for line in english)


def banned(text: str, words: tuple[str, ...]) -> list[str]:
    """The words of a list that a text contains, whatever their case."""
    return [word for word in words if word in text.lower()]


@pytest.mark.parametrize(
    "document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_documents_do_not_boast(document: Path) -> None:
    """No hype, no word for nameless where a pseudonym is meant, no promise nobody can keep."""
    text = document.read_text("utf-8")
    promises = () if document.relative_to(ROOT).as_posix() == MEASURED else PROMISES
    assert banned(text, HYPE + promises) == []


def test_a_planted_boast_is_seen() -> None:
    """Control."""
    assert banned("Anonymous and 100 % Guaranteed.", HYPE + PROMISES) == [
        "anonymous", "guarantee", "100 %",
    ]  # fmt: skip


@cache
def functions_of(path: Path) -> set[str]:
    """The test functions of a file."""
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef)}


def unheld(document: Path) -> list[str]:
    """Tests a document names that are not in the file it links."""
    named = TEST_LINK.findall(document.read_text("utf-8"))
    files = {(name, (document.parent / link).resolve()) for name, link in named}
    return sorted(
        f"{name} in {file.name}"
        for name, file in files
        if not file.is_file() or name not in functions_of(file)
    )


def test_the_tests_that_hold_our_claims_exist() -> None:
    """Every test that a document names is in the file it links to; the threat model names some."""
    assert TEST_LINK.findall(THREATS.read_text("utf-8"))
    assert [claim for document in documents() for claim in unheld(document)] == []


def test_a_planted_claim_without_a_test_is_seen(tmp_path: Path) -> None:
    """Control."""
    (tmp_path / "test_a.py").write_text("def test_here() -> None: ...\n")
    document = tmp_path / "threats.md"
    document.write_text("[test_here](test_a.py) [test_gone](test_a.py) [test_x](test_b.py)\n")
    assert unheld(document) == ["test_gone in test_a.py", "test_x in test_b.py"]


@pytest.mark.parametrize("claim", ["not tested", "cannot be held"])
def test_claims_without_a_test_say_so(claim: str) -> None:
    """Each row of the two tables of adversaries links a test or says that it has none."""
    text = THREATS.read_text("utf-8").split("## What is not protected")[0]
    rows = [line for line in text.splitlines() if line.startswith("| ") and "---" not in line]
    bare = [
        row for row in rows
        if not row.endswith("held by |") and not TEST_LINK.search(row)
        and "not tested" not in row and "cannot be held" not in row
    ]  # fmt: skip
    assert bare == []
    assert claim in text
