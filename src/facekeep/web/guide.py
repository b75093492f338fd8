"""From an OpenAPI document to what a page shows of it: operations by stage, fields, examples. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from facekeep.web.wording import WORDS

Schema = Mapping[str, Any]

DEPTH = 6
"""How deep an example goes into structures within structures."""

TURNS = ("rules", "consent", "captures", "references", "use", "rights", "storage", "ledger", "operation",
         "jobs", "access", "problems")  # fmt: skip
"""The stages in the order somebody new meets them; any other comes after the last of them."""

NOT_SHOWN = ("Problem", "Fault")
"""Explained once for all operations."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is, in a few words; ``link`` names the structure it is, if any."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter, a field of a structure, or an answer by its status: one kind, or one of several."""

    name: str
    kinds: tuple[Kind, ...]
    what: str
    required: bool
    place: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    id: str
    method: str
    path: str
    summary: str
    rest: tuple[str, ...]
    open: bool
    parameters: tuple[Row, ...]
    body: str
    body_kinds: tuple[str, ...]
    answers: tuple[Row, ...]
    curl: str
    python: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """The operations of one stage of the loop; its name in the language of the page."""

    tag: str
    operations: tuple[Operation, ...]

    def title(self, language: str) -> str:
        """Its heading; a stage without words of its own is called as in the document."""
        key = f"tag.{self.tag}"
        return WORDS.say(key, language) if key in WORDS else self.tag.capitalize()


@dataclass(frozen=True, slots=True)
class Structure:
    """What travels: a model with its fields."""

    name: str
    about: str
    fields: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """Everything the page shows."""

    version: str
    chapters: tuple[Chapter, ...]
    structures: tuple[Structure, ...]

    @classmethod
    def of(cls, document: Schema) -> Guide:
        """The guide of a document."""
        reader = _Reader(document["components"]["schemas"])
        by_tag: dict[str, list[Operation]] = {}
        for path, methods in document["paths"].items():
            for method, told in methods.items():
                tag = (told.get("tags") or ["operation"])[0]
                by_tag.setdefault(tag, []).append(reader.operation(method.upper(), path, told))
        chapters = tuple(Chapter(tag, tuple(by_tag[tag])) for tag in sorted(by_tag, key=_turn))
        return cls(document["info"]["version"], chapters, tuple(reader.structures()))


class _Reader:
    """Reads operations and structures of one document."""

    def __init__(self, schemas: Schema) -> None:
        self._schemas = schemas

    def operation(self, method: str, path: str, told: Schema) -> Operation:
        """One operation, with an example that could be sent."""
        summary, *rest = _paragraphs(told.get("description") or told.get("summary", ""))
        content = told.get("requestBody", {}).get("content", {})
        schema = next((kind["schema"] for kind in content.values() if "schema" in kind), None)
        sent = None if schema is None else self._example(schema, DEPTH)
        kind = next(iter(content), "")
        free = "security" not in told
        target = self._target(path, told)
        return Operation(
            id=told["operationId"], method=method, path=path, summary=summary, rest=tuple(rest),
            open=free, parameters=tuple(self._parameters(told)), body=_name_of(schema or {}),
            body_kinds=tuple(content), answers=tuple(self._answers(told)),
            curl=_curl(method, target, kind, sent, free), python=_python(method, target, kind, sent, free),
        )  # fmt: skip

    def structures(self) -> Iterator[Structure]:
        """Every structure that travels, by name."""
        for name, schema in sorted(self._schemas.items()):
            if name not in NOT_SHOWN and schema.get("type") == "object":
                about = " ".join(_paragraphs(schema.get("description", "")))
                yield Structure(name, about, tuple(self._fields(schema)))

    def _fields(self, schema: Schema) -> Iterator[Row]:
        needed = schema.get("required", ())
        for name, one in schema.get("properties", {}).items():
            what = " ".join(_paragraphs(one.get("description", "")))
            yield Row(name, tuple(self._kinds(one)), what, name in needed)

    def _parameters(self, told: Schema) -> Iterator[Row]:
        for one in told.get("parameters", ()):
            what = " ".join(_paragraphs(one.get("description", "")))
            kinds = tuple(self._kinds(one["schema"]))
            yield Row(one["name"], kinds, what, bool(one.get("required")), one["in"])

    def _answers(self, told: Schema) -> Iterator[Row]:
        for status, answer in told["responses"].items():
            if not status.startswith("2"):
                continue
            for kind, content in answer.get("content", {}).items():
                kinds = tuple(self._kinds(content.get("schema", {})))
                yield Row(status, kinds, kind, required=True)

    def _kinds(self, schema: Schema) -> Iterator[Kind]:
        """``string``; ``integer``, ``null``; ``list of Way``."""
        if name := _own_name(schema):
            yield Kind(name, name)
        elif choices := schema.get("anyOf") or schema.get("oneOf"):
            for one in choices:
                yield from self._kinds(one)
        elif values := [schema["const"]] if "const" in schema else schema.get("enum"):
            yield from (Kind(json.dumps(value)) for value in values)
        elif schema.get("type") == "array":
            for kind in self._kinds(schema.get("items") or {}):
                yield Kind(f"list of {kind.text}", kind.link)
        else:
            yield Kind(str(schema.get("contentMediaType") or schema.get("type", "any")))

    # -- examples -----------------------------------------------------------------------------

    def _target(self, path: str, told: Schema) -> str:
        """The path with an example for each of its names, and the query it cannot do without."""
        query = []
        for one in told.get("parameters", ()):
            value = str(self._example({**one["schema"], **_examples_of(one)}, DEPTH))
            path = path.replace(f"{{{one['name']}}}", value)
            if one["in"] == "query" and one.get("required"):
                query.append(f"{one['name']}={value}")
        return f"{path}?{'&'.join(query)}" if query else path

    def _example(self, schema: Schema, depth: int) -> Any:
        if given := schema.get("examples"):
            return given[0]
        if name := _own_name(schema):
            return self._example(self._schemas[name], depth - 1) if depth else {}
        if choices := schema.get("anyOf") or schema.get("oneOf"):
            return self._example(choices[0], depth)
        if "const" in schema:
            return schema["const"]
        if values := schema.get("enum"):
            return values[0]
        return self._plain_example(schema, depth)

    def _plain_example(self, schema: Schema, depth: int) -> Any:
        match schema.get("type"):
            case "object":
                fields, needed = schema.get("properties", {}), schema.get("required", ())
                told = {n: s for n, s in fields.items() if n in needed or _has_example(s)}
                return {n: self._example(s, depth) for n, s in told.items()}
            case "array":
                return [self._example(schema.get("items", {}), depth)]
            case "integer" | "number":
                return schema.get("default") or schema.get("minimum", 1)
            case "boolean":
                return True
            case _:
                return _text_example(schema)


def _has_example(schema: Schema) -> bool:
    """An optional field that is shown because somebody gave an example of it."""
    return bool("examples" in schema or (schema.get("anyOf") or [{}])[0].get("examples"))


def _turn(tag: str) -> tuple[int, str]:
    return (TURNS.index(tag) if tag in TURNS else len(TURNS), tag)


def _text_example(schema: Schema) -> str:
    if schema.get("contentEncoding") == "base64":
        return PHOTO
    pattern = str(schema.get("pattern", ""))
    if "[0-9a-f]" in pattern:
        return "9f" * 16
    return str(schema.get("default") or "…")


PHOTO = "$(base64 -w0 photo.jpg)"
"""Where a photograph belongs in an example."""


def _paragraphs(text: str) -> list[str]:
    """Paragraphs of a docstring, each on one line; at least one."""
    return [" ".join(part.split()) for part in text.split("\n\n")] or [""]


def _own_name(schema: Schema) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _name_of(schema: Schema) -> str:
    """The structure a schema is, or is a list or a choice of; empty for a plain value."""
    if name := _own_name(schema):
        return name
    inner = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), schema.get("items") or {}]
    return next((name for one in inner if one and (name := _name_of(one))), "")


def _examples_of(parameter: Schema) -> dict[str, Any]:
    given = parameter.get("examples") or parameter.get("example")
    if isinstance(given, Mapping):
        given = [one.get("value") for one in given.values()]
    return {"examples": given if isinstance(given, list) else [given]} if given else {}


def _curl(method: str, target: str, kind: str, sent: Any, free: bool) -> str:
    lines = [f"curl -X {method} https://faces.example{target}"]
    if not free:
        lines.append('  -H "Authorization: Bearer $FACEKEEP_KEY"')
    if sent is not None:
        body = json.dumps(sent, ensure_ascii=False, indent=2)
        quoted = body.replace(f'"{PHOTO}"', f'"\'"{PHOTO}"\'"')
        lines += [f"  -H 'Content-Type: {kind}'", f"  -d '{quoted}'"]
    return " \\\n".join(lines)


def _python(method: str, target: str, kind: str, sent: Any, free: bool) -> str:
    lines = ["import httpx", ""]
    shown = '    headers={"Authorization": f"Bearer {key}"},\n' if not free else ""
    body = f"    json={_literal(sent)},\n" if sent is not None else ""
    lines.append(
        f'answer = httpx.request(\n    "{method}", "https://faces.example{target}",\n{shown}{body})'
    )
    if PHOTO in json.dumps(sent):
        lines[:1] = ["import base64", "from pathlib import Path", "", "import httpx"]
        lines.insert(-1, 'photo = base64.b64encode(Path("photo.jpg").read_bytes()).decode()')
    return "\n".join([*lines, "answer.raise_for_status()"])


def _literal(sent: Any) -> str:
    """JSON as Python writes it, indented into the call."""
    text = json.dumps(sent, ensure_ascii=False, indent=4).replace(f'"{PHOTO}"', "photo")
    for said, meant in ((": true", ": True"), (": false", ": False"), (": null", ": None")):
        text = text.replace(said, meant)
    return text.replace("\n", "\n    ")
