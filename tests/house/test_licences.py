"""The licence gate: what runs with us is permissive, and what is not is named with its reason.

Allowed licences, reviewed exceptions and refused distributions stand in
``requirements/licences.toml``. GPL and AGPL are refused whatever a list says.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib import metadata
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.walk import ROOT

REVIEWED: dict[str, Any] = tomllib.loads(
    (ROOT / "requirements" / "licences.toml").read_text("utf-8")
)
ALLOWED = frozenset(REVIEWED["allowed"])
CLASSIFIERS: dict[str, str] = REVIEWED["classifiers"]
EXCEPTIONS: dict[str, dict[str, str]] = REVIEWED["exceptions"]
OPTIONAL: dict[str, dict[str, str]] = REVIEWED["optional"]
OURS = "facekeep"
EXTRAS = ("demo",)
"""Extras that `make demo` installs; `camera` and `bench` are the operator's choice."""

COPYLEFT = re.compile(r"(?<![L])\bA?GPL(?!-?compatible)|Affero|(?<!Lesser )General Public", re.I)
GPL_BINARY = re.compile(r"(?:^|/)lib(?:x264|x265|xvidcore)[-.]|(?:^|/)ffmpeg[^/]*$")


def canonical(names: Iterable[str]) -> set[str]:
    return {canonicalize_name(name) for name in names}


def runtime() -> dict[str, metadata.Distribution]:
    """Everything installed that ours needs at run time, found from requirement to requirement."""
    found: dict[str, metadata.Distribution] = {}
    waiting = [(OURS, frozenset(EXTRAS))]
    while waiting:
        name, extras = waiting.pop()
        if canonicalize_name(name) in found:
            continue
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # left out by the lock: test_every_gap_is_a_carriers_gap
        found[canonicalize_name(name)] = distribution
        waiting += [(r.name, frozenset(r.extras)) for r in needs(distribution, extras)]
    return found


def needs(distribution: metadata.Distribution, extras: Iterable[str] = ()) -> list[Requirement]:
    """The requirements that hold on this machine."""
    wanted = [Requirement(text) for text in distribution.requires or []]
    chosen = ["", *extras]
    return [
        r
        for r in wanted
        if r.marker is None or any(r.marker.evaluate({"extra": extra}) for extra in chosen)
    ]


def licence(about: Mapping[str, Any] | metadata.PackageMetadata, classifiers: list[str]) -> str:
    """What a distribution says of itself: an SPDX expression, else classifiers, else a line."""
    expression = about.get("License-Expression")
    if expression:
        return str(expression)
    named = [c.rpartition(" :: ")[2] for c in classifiers if c.startswith("License :: ")]
    named = [name for name in named if name != "OSI Approved"]
    if named:
        return " AND ".join(CLASSIFIERS.get(name, name) for name in named)
    line = str(about.get("License") or "none stated").strip().splitlines()[0]
    return CLASSIFIERS.get(line, line)


def permitted(expression: str) -> bool:
    """Whether an SPDX expression can be met with allowed licences alone."""
    if expression in ALLOWED:
        return True
    inner = expression.strip()
    if inner.startswith("(") and inner.endswith(")") and closes_at_end(inner):
        return permitted(inner[1:-1])
    for word, enough in ((" AND ", all), (" OR ", any)):
        parts = split_outside(inner, word)
        if len(parts) > 1 and (word == " OR " or not split_outside(inner, " OR ")[1:]):
            return enough(permitted(part) for part in parts)
    return False


def split_outside(expression: str, word: str) -> list[str]:
    """Split at a word that stands outside parentheses."""
    parts, depth, start = [], 0, 0
    for at, letter in enumerate(expression):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and expression.startswith(word, at):
            parts.append(expression[start:at].strip())
            start = at + len(word)
    return [*parts, expression[start:].strip()]


def closes_at_end(expression: str) -> bool:
    """Whether the first parenthesis is closed by the last character."""
    depth = 0
    for at, letter in enumerate(expression):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return at == len(expression) - 1
    return False


def verdict(name: str, stated: str) -> str:
    """Empty when a distribution may run with us, else what is wrong with it."""
    reviewed = EXCEPTIONS.get(canonicalize_name(name))
    if reviewed and reviewed["stated"] == stated:
        return ""
    if permitted(stated):
        return ""
    kind = "refused (copyleft)" if COPYLEFT.search(stated) else "not reviewed"
    return f"{name}: {stated!r} {kind}"


def test_everything_that_runs_with_us_is_permissive() -> None:
    """Every distribution of the run time and the demo, by its own metadata."""
    found = runtime()
    assert len(found) > 10, "the gate saw almost nothing"
    problems = [
        verdict(name, licence(d.metadata, d.metadata.get_all("Classifier") or []))
        for name, d in sorted(found.items())
        if name != OURS
    ]
    assert not any(problems), "\n".join(filter(None, problems))


def test_nothing_that_runs_with_us_carries_a_gpl_binary() -> None:
    """Wheels may bundle more than their metadata says: x264, x265 and ffmpeg are looked for."""
    seen = [
        f"{name}: {file}"
        for name, d in sorted(runtime().items())
        for file in d.files or []
        if GPL_BINARY.search(file.as_posix())
    ]
    assert not seen, "\n".join(seen)


def test_every_gap_is_a_carriers_gap() -> None:
    """What `pip check` misses is only what carriers want; everything else is whole."""
    carriers = canonical(REVIEWED["carriers"]["names"])
    gaps = [
        f"{name} needs {need}"
        for name, d in sorted(runtime().items())
        if name not in carriers
        for need in needs(d, EXTRAS if name == OURS else ())
        if not satisfied(need)
    ]
    assert not gaps, "\n".join(gaps)


def satisfied(need: Requirement) -> bool:
    """Whether what is installed meets a requirement."""
    try:
        return need.specifier.contains(metadata.version(need.name), prereleases=True)
    except metadata.PackageNotFoundError:
        return False


def test_no_exception_covers_copyleft_and_each_says_why() -> None:
    """A reviewed exception has a licence that is allowed, and a reason."""
    for name, entry in EXCEPTIONS.items():
        assert entry["reason"], name
        assert permitted(entry["licence"]), name
    for name, entry in OPTIONAL.items():
        assert entry["reason"], name
        assert name not in canonical(runtime()), f"{name} became a requirement"


@pytest.mark.parametrize(
    ("stated", "fine"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("(MIT OR GPL-2.0-only) AND BSD-3-Clause", True),
        ("GPL-3.0-or-later", False),
        ("AGPL-3.0-only", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("none stated", False),
        ("SSPL-1.0", False),
    ],
)
def test_planted_licences_are_judged(stated: str, fine: bool) -> None:
    """Control: the gate refuses what it must, and knows AND from OR."""
    assert (verdict("planted", stated) == "") is fine


def test_planted_metadata_and_binaries_are_read() -> None:
    """Control: expression before classifier before text; bundled codecs are seen."""
    gpl = "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"
    assert licence({"License-Expression": "MIT"}, [gpl]) == "MIT"
    assert verdict("planted", licence({}, [gpl]))
    assert verdict("planted", licence({"License": "Proprietary\nrest"}, []))
    assert GPL_BINARY.search("av.libs/libx264-d6533a8d.so.165")
    assert GPL_BINARY.search("imageio_ffmpeg/binaries/ffmpeg-linux64-v7.0.2")
    assert not GPL_BINARY.search("PIL/_imaging.so")
