"""Alive, ready, counted: about nobody, and by the route alone."""

from __future__ import annotations

from tests.attacks.http import TestClient


def test_alive_and_ready_need_no_key(door: TestClient) -> None:
    """A probe has no key, and learns nothing but how the service is."""
    assert door.get("/healthz").json() == {"status": "alive"}
    ready = door.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["ready"] is True


def test_metrics_name_the_route_and_nobody(door: TestClient) -> None:
    """A path names people: what is counted is its template, with the version it belongs to."""
    door.get("/v1/subjects/resident-17/consents")
    told = door.get("/metrics").text
    assert 'route="/v1/subjects/{subject}/consents"' in told
    assert "resident-17" not in told


def test_metrics_need_a_key(door: TestClient) -> None:
    """How busy a gate is says something of a place."""
    assert door.get("/metrics", headers={"Authorization": ""}).status_code == 401
