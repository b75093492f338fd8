"""YAML read strictly: what stands there is what is meant, and every fault names its line.

YAML 1.1 reads bare ``on``, ``off``, ``yes``, ``no`` as booleans, keeps the last of two equal keys,
and lets one node stand in many places. Here each of these is refused. Bare words are texts, but
``true``, ``false``, ``null`` and whole numbers; dates stay texts for whoever knows what they mean.
"""

from __future__ import annotations

import re

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from facekeep.terms.errors import Broken

Plain = None | bool | int | str | list["Plain"] | dict[str, "Plain"]

MAX_BYTES = 1_000_000
"""A book of law is shorter than this."""

_TRAPS = frozenset({"yes", "no", "on", "off", "y", "n"})
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")


def read(text: bytes, name: str) -> Plain:
    """The document in ``text``; ``name`` is what faults are reported under. Raises ``Broken``."""
    if len(text) > MAX_BYTES:
        raise Broken(f"{name} is too long", "Use the file that comes with Facekeep")
    try:
        root = yaml.compose(text.decode("utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError:
        raise Broken(f"{name} is not UTF-8", "Save it as UTF-8") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise _fault(name, line, error.problem or "it is not YAML") from None
    except (yaml.YAMLError, RecursionError):
        raise Broken(f"{name} is not YAML", "Use the file that comes with Facekeep") from None
    if root is None:
        raise Broken(f"{name} is empty", "Use the file that comes with Facekeep")
    return _Reader(name).value(root)


class _Reader:
    """Turns nodes into values; a node met twice was an alias."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._met: set[int] = set()

    def value(self, node: Node) -> Plain:
        if id(node) in self._met:
            raise self._wrong(node, "a reference to another place is not allowed")
        self._met.add(id(node))
        match node:
            case MappingNode():
                return self._mapping(node)
            case SequenceNode():
                return [self.value(child) for child in node.value]
            case ScalarNode():
                return self._scalar(node)
        raise self._wrong(node, "this is neither a text nor a list nor a table")

    def _mapping(self, node: MappingNode) -> dict[str, Plain]:
        table: dict[str, Plain] = {}
        for key_node, value_node in node.value:
            key = self.value(key_node)
            if not isinstance(key, str):
                raise self._wrong(key_node, "a key is a text: quote it")
            if key in table:
                raise self._wrong(key_node, f"the key {key} stands there twice")
            table[key] = self.value(value_node)
        return table

    def _scalar(self, node: ScalarNode) -> Plain:
        text: str = node.value
        if node.style is not None:
            return text
        if text.lower() in _TRAPS:
            raise self._wrong(node, f"a bare {text} may be read as true or false: quote it")
        if text in _WORDS:
            return _WORDS[text]
        if not text:
            raise self._wrong(node, "a value is missing")
        return int(text) if _WHOLE.fullmatch(text) else text

    def _wrong(self, node: Node, why: str) -> Broken:
        return _fault(self._name, node.start_mark.line + 1, why)


def _fault(name: str, line: int, why: str) -> Broken:
    return Broken(f"{name}, line {line}: {why}", "Correct the line")
