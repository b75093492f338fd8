"""Both languages say the same, every error can be said, and no translation outlives its sentence."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import facekeep
from facekeep.governance.deliveries import Kind as DeliveryKind
from facekeep.rights.cases import Kind as CaseKind
from facekeep.terms import errors
from facekeep.terms.errors import (
    Broken,
    ConsentMissing,
    FacekeepError,
    Misused,
    NotRecognised,
    Refused,
    Tampered,
)
from facekeep.terms.messages import MESSAGES, SENTENCES, in_language, placeholders, say, told

PACKAGE = Path(facekeep.__file__).parent
EVERY_ERROR = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, FacekeepError)
]


def test_both_languages_want_the_same_values() -> None:
    """A message filled in one language can be filled in the other."""
    for key, message in MESSAGES.items():
        assert min(len(message.zh), len(message.en)) > 0, key
        assert placeholders(message.zh) == placeholders(message.en), key


@pytest.mark.parametrize("kind", EVERY_ERROR, ids=lambda kind: kind.__name__)
def test_every_error_has_words(kind: type[FacekeepError]) -> None:
    """Whatever is raised can be said in either language."""
    assert f"error.{kind.code}" in MESSAGES


def test_chinese_sentences_take_as_many_values_as_english_ones() -> None:
    """``{}`` for ``{}``: none is lost, none is invented."""
    for english, chinese in SENTENCES.items():
        assert english.count("{}") >= chinese.count("{}"), english


def _written() -> Iterator[str]:
    """Every text in our source, values as ``{}``; adjacent texts joined as Python joins them."""
    for path in PACKAGE.rglob("*.py"):
        if path.name == "messages.py" or path.parent.name == "sentences":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.JoinedStr):
                yield "".join(v.value if isinstance(v, ast.Constant) else "{}" for v in node.values)


def _is_telling(text: str) -> bool:
    """Whether a text with values in it says enough to be known by the rest."""
    return "{}" in text and len(text.replace("{}", "").strip()) >= LEAST_LITERAL


LEAST_LITERAL = 10

COMPOSED = {
    "{}: the disk is full",
    "{}: another process holds the store",
    "{}: the store is read-only",
    "{}: the disk does not answer",
    "{}: the file is damaged",
}
"""Put together from two texts where they are raised (``db.turns``)."""


def test_no_translation_outlives_its_sentence() -> None:
    """Whoever rewords an English sentence rewords its Chinese in ``terms.messages``."""
    written = set(_written())
    shapes = [re.escape(w).replace(re.escape("{}"), ".*") for w in written if _is_telling(w)]
    composed = re.compile("|".join(f"(?:{shape})" for shape in shapes), re.DOTALL)
    missed = [s for s in SENTENCES if s not in written and s not in COMPOSED]
    gone = [s for s in missed if not composed.fullmatch(s)]
    assert gone == []


@pytest.mark.parametrize(
    ("error", "what", "remedy"),
    [
        (
            ConsentMissing(
                "no separate consent to processing for this purpose",
                "Ask the person, or: Offer another way: card, desk",
            ),
            "没有针对该目的使用人脸的单独同意。",
            "请征得本人同意；或改用其他方式：card、desk。",
        ),
        (Tampered("an entry was edited: first bad index 7"), "有条目被改动：第 7 条。", None),
        (Broken("keys: the disk is full", ""), "keys：磁盘已满。", "请运行：facekeep doctor"),
        (NotRecognised("words nobody translated"), "没有找到。", ""),
        (
            Refused("words nobody translated", "nor these", article="FRM-04"),
            "依规定不能办理。",
            "请改用其他方式。",
        ),
    ],
)
def test_errors_in_chinese(error: FacekeepError, what: str, remedy: str | None) -> None:
    """By the sentence with its values; by the code where the sentence is new."""
    message = told(error, "zh")
    assert message.what == what
    assert remedy is None or message.remedy == remedy


def test_errors_in_english_keep_their_own_words() -> None:
    """The sentence as raised, and the article that says so."""
    message = told(Refused("no", "Offer another way", article="FRM-04"), "en")
    assert (message.kind, message.article) == ("Refused", "FRM-04")
    assert (message.what, message.remedy) == ("No.", "Offer another way.")


def test_what_is_to_be_typed_ends_as_it_is_typed() -> None:
    """No full stop behind a command."""
    broken = Broken("there is no home in this folder", "Make one: facekeep --home H init")
    assert told(broken, "en").remedy.endswith("H init")
    assert told(broken, "zh").remedy.endswith("H init")


def test_say_and_in_language() -> None:
    """The catalogue speaks; an unknown sentence stays as it is."""
    assert say("kind.refused", "zh") == "不予办理"
    assert in_language("the slot is missing", "zh") == "缺少密钥槽"
    assert in_language("nobody wrote this", "zh") == "nobody wrote this"
    assert told(Misused("缺少 --subject"), "zh").what == "缺少 --subject。"
    assert in_language("the slot is missing", "en") == "the slot is missing"


@pytest.mark.parametrize(
    "what",
    [f"answer case 0fd3f045: {kind.value}" for kind in CaseKind]
    + [f"tell somebody at gate: {kind.value}" for kind in DeliveryKind]
    + ["a child at gate turns 14 and decides anew"],
)
def test_what_is_due_to_people_is_said_in_chinese(what: str) -> None:
    """The agenda is read in one language."""
    told_ = in_language(what, "zh")
    assert told_ != what
    assert not re.search(r"[a-z]{5,}", told_.replace("gate", ""))
