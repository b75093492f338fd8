"""Counts and times for the operator's monitoring (Prometheus text format). About nobody."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import Scope

from facekeep.oversight.jobs import Health

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FIRST = "/v1"
"""Where the stages of the API are included."""

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Meters:
    """Hears of every request by the route it took, never by its path."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "facekeep_requests_total", "Requests by route, method and status.",
            ("route", "method", "status"), registry=self.registry,
        )  # fmt: skip
        self._problems = Counter(
            "facekeep_problems_total", "Answers that were refusals or faults, by code.",
            ("code",), registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "facekeep_request_seconds", "Time from the first byte to the answer.",
            ("route",), registry=self.registry, buckets=BUCKETS,
        )  # fmt: skip
        self._jobs = Gauge(
            "facekeep_jobs", "Work nobody waits for, by how it stands; all but waiting want a look.",
            ("state",), registry=self.registry,
        )  # fmt: skip
        self._witness = Gauge(
            "facekeep_witness_age_seconds",
            "Since somebody outside last saw the ledger; not a number where nobody ever did.",
            registry=self.registry,
        )

        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def work(self, health: Health) -> None:
        """How the work goes that nobody waits for."""
        told = {
            "late": len(health.late), "failed": len(health.failed), "waiting": health.waiting,
            "edited": health.edited, "lost": health.lost, "stumbled": len(health.stumbled),
        }  # fmt: skip
        for state, number in told.items():
            self._jobs.labels(state).set(number)
        self._witness.set(float("nan") if health.witness_age is None else health.witness_age)

    def gauge(self, name: str, what: str) -> Gauge:
        """One more number, kept by whoever asks for it."""
        return Gauge(name, what, registry=self.registry)

    def __call__(self, scope: Scope, status: int, seconds: float) -> None:
        counted, timed = self._counted(route_of(scope), _method(scope), status)
        counted.inc()
        timed.observe(seconds)
        if code := scope["state"].get("problem"):
            self._problems.labels(code).inc()

    def _counted(self, route: str, method: str, status: int) -> tuple[Counter, Histogram]:
        """The two meters of requests alike, looked up once: there are as many as routes and answers."""
        alike = route, method, status
        if alike not in self._known:
            counted = self._requests.labels(route, method, str(status))
            self._known[alike] = counted, self._seconds.labels(route)
        return self._known[alike]

    def text(self) -> bytes:
        """Everything counted so far."""
        return generate_latest(self.registry)


def route_of(scope: Scope) -> str:
    """The template of the route, such as ``/v1/subjects/{subject}/consents``; a path names people.

    A route of an included router knows its own part alone.
    """
    own = str(getattr(scope.get("route"), "path", "") or "none")
    included = scope["path"].startswith(FIRST) and own.startswith("/") and not own.startswith(FIRST)
    return f"{FIRST}{own}" if included else own


_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in _METHODS else "other"
