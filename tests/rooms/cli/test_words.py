"""The command line's own catalogue: complete, in both languages, calm."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import facekeep.cli
from facekeep.cli import wording
from facekeep.cli.words import WORDS
from facekeep.rights.review import CODES
from facekeep.storage import inspection
from facekeep.terms.messages import MESSAGES, placeholders

CLI = Path(facekeep.cli.__file__).parent
OURS = [path for path in CLI.glob("*.py") if not path.name.startswith("demo")]
NOT_TRANSLATED = {
    "label.digest",
    "quality.good",
    "fix.file_open",
    "fix.model_missing",
    "fix.calibration_none",
}
"""Names and commands."""


def _said() -> Iterator[tuple[str, str]]:
    """Every literal key that is said, and where."""
    for path in OURS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            named = getattr(node.func, "attr", "")
            for value in node.args[:1] if named == "say" else ():
                if isinstance(value, ast.Constant):
                    yield value.value, path.name
            for keyword in node.keywords:
                if keyword.arg == "help" and isinstance(keyword.value, ast.Constant):
                    yield keyword.value.value, path.name


def test_every_key_that_is_said_exists() -> None:
    """A missing word would be found by a person otherwise."""
    assert {(key, file) for key, file in _said() if key not in WORDS} == set()


def test_both_languages_want_the_same_values() -> None:
    """And neither is empty."""
    for key, message in WORDS.items():
        assert min(len(message.zh), len(message.en)) > 0, key
        assert placeholders(message.zh) == placeholders(message.en), key


def test_chinese_is_chinese() -> None:
    """Every message has Chinese characters; none has half-width punctuation between them."""
    chinese = re.compile(r"[一-鿿]")
    for key, message in WORDS.items():
        if not chinese.search(message.zh):
            assert key in NOT_TRANSLATED or key.startswith(("list.", "fix.")), key
        assert not re.search(r"[一-鿿][,;:?!][一-鿿 ]", message.zh), key


def test_nobody_is_shouted_at() -> None:
    """No exclamation marks, no praise, no fear (look.md)."""
    for catalogue in (WORDS, MESSAGES):
        for key, message in catalogue.items():
            assert not set("!！") & set(message.zh + message.en), key


def test_every_finding_has_a_sentence() -> None:
    """The doctor never falls silent."""
    source = Path(inspection.__file__).read_text(encoding="utf-8")
    source += (CLI / "doctor.py").read_text(encoding="utf-8")
    keys = set(re.findall(r'Finding\(\s*"([a-z_]+)"', source))
    keys |= set(re.findall(r'_counted\("([a-z_]+)"', source))
    assert len(keys) > 20
    assert {key for key in keys if f"finding.{key}" not in WORDS} == set()


def test_no_area_takes_a_word_from_another() -> None:
    """The later of two would be shown in the place of both."""
    found: dict[str, str] = {}
    for module in iter_modules(wording.__path__):
        for key, pair in import_module(f"{wording.__name__}.{module.name}").WORDS.items():
            assert found.setdefault(key, pair) == pair, key


def test_every_reason_code_of_a_decision_has_a_word() -> None:
    """A reviewer reads no key of ours."""
    assert [code for code in CODES if f"review.{code}" not in WORDS] == []
