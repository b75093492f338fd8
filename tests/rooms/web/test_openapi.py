"""The OpenAPI document: valid, complete, and honest about bodies, problems and keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from facekeep.web.limits import WITH_PICTURES
from tests.attacks.http import TestClient

REQUIRED = {"200", "201", "202", "204"}


@pytest.fixture(scope="module")
def document(one_door: TestClient) -> dict[str, Any]:
    told = one_door.get("/openapi.json", headers={"Authorization": ""})
    assert told.status_code == 200
    found: dict[str, Any] = told.json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            yield method, path, told


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_it_is_three_one(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert document["info"]["title"] == "Facekeep"


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in references(document):
        name = reference.removeprefix("#/components/schemas/")
        assert name in document["components"]["schemas"], reference


def test_every_operation_says_what_a_developer_needs(document: dict[str, Any]) -> None:
    """A name of its own, a description, a good answer, and problems for everything else."""
    names = []
    for method, path, told in operations(document):
        names.append(told["operationId"])
        assert len(told["description"]) > 20, path
        assert told["responses"].keys() & REQUIRED, (method, path)
        for status, answer in told["responses"].items():
            if status.startswith(("4", "5")) and status != "503":
                assert list(answer["content"]) == ["application/problem+json"], (path, status)
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)


def test_every_body_is_described(document: dict[str, Any]) -> None:
    """What changes something and takes a body names its structure; unknown fields are refused."""
    for _, path, told in operations(document):
        content = told.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        if "$ref" not in schema:
            continue
        model = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        assert model.get("additionalProperties") is False, path


def test_pictures_may_come_as_forms(document: dict[str, Any]) -> None:
    """And only where they do is a large body taken."""
    for _, path, told in operations(document):
        kinds = told.get("requestBody", {}).get("content", {})
        if "multipart/form-data" in kinds:
            assert WITH_PICTURES.match(path.replace("{subject}", "s")), path


def test_only_named_operations_need_no_key(document: dict[str, Any]) -> None:
    """Everything else says who may ask."""
    free = {path for _, path, told in operations(document) if "security" not in told}
    assert not [
        p for p in free if "subjects" in p or "verif" in p or "identif" in p or "entries" in p
    ]
    assert {"/healthz", "/readyz", "/v1/keys", "/v1/ledger/checkpoint"} <= free


def test_no_structure_lets_a_vector_or_a_score_through(document: dict[str, Any]) -> None:
    """Interfaces take pictures or signed captures, never vectors; nobody gets a score."""
    for name, schema in document["components"]["schemas"].items():
        for field, kind in schema.get("properties", {}).items():
            assert field not in (
                "vector",
                "embedding",
                "template",
                "score",
                "distance",
                "similarity",
            )
            items = kind.get("items", {})
            assert items.get("type") != "number", (name, field)


def test_a_form_has_files_where_json_has_base64(document: dict[str, Any]) -> None:
    """Whoever makes a client from the document sends a picture as it is."""
    content = document["paths"]["/v1/verifications"]["post"]["requestBody"]["content"]
    form = content["multipart/form-data"]["schema"]
    assert form["properties"]["photo"]["format"] == "binary"
    assert form["additionalProperties"] is False
    model = document["components"]["schemas"]["VerificationRequest"]
    assert model["properties"]["photo"]["contentEncoding"] == "base64"
    assert form["properties"].keys() == model["properties"].keys()
    several = document["paths"]["/v1/subjects/{subject}/references"]["post"]["requestBody"][
        "content"
    ]
    photos = several["multipart/form-data"]["schema"]["properties"]["photos"]
    assert photos["items"]["format"] == "binary"


def test_what_the_door_itself_answers_is_documented(document: dict[str, Any]) -> None:
    """Refusals before any room is asked belong to every operation."""
    for _, path, told in operations(document):
        assert {"400", "404", "405", "408", "413", "414", "429", "431", "503"} <= told["responses"].keys(), path  # fmt: skip
