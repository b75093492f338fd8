"""What every test may ask for, and what no test may do.

* ``dev_data``: the folder of development faces and models; a test that needs it skips where it
  does not exist, and says so.
* ``portraits``: two public-domain photographs found inside installed distributions.
* ``@pytest.mark.long``: the full counts of a goal; runs with ``--long``.
* ``mould``: a founded home to copy, for tests that only need one.
* No test reaches further than this machine: a connection to anywhere but loopback fails.

Homes lie in memory where this machine has room for it: a store waits for its disk at every commit.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
DEV_DATA_VARIABLE = "FACEKEEP_DEV_DATA"
TEMPORARY = "PYTEST_DEBUG_TEMPROOT"
"""Where pytest keeps the folders of its tests."""

THREADS = "OPENBLAS_NUM_THREADS"
"""Read when NumPy is loaded, which is later. Several workers with a thread for each processor spend
most of their time waiting for each other."""

MEMORY = Path("/dev/shm")
LEAST_ROOM = 1 << 30
"""Bytes; a run takes about a tenth of it."""

LOOPBACK_NAMES = frozenset({"localhost", "ip6-localhost", ""})


class Portraits(NamedTuple):
    """Two people, one public-domain photograph each."""

    astronaut: Path
    """Eileen Collins, NASA; inside scikit-image."""
    admiral: Path
    """Grace Hopper, United States Navy; inside matplotlib."""


class NetworkForbiddenError(RuntimeError):
    """A test tried to leave this machine."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long", action="store_true", help="run the full counts of every goal (make test-long)"
    )


def pytest_configure() -> None:
    """Put the folders of tests in memory, and give each worker one processor to calculate on; whoever
    says otherwise in these variables is obeyed."""
    os.environ.setdefault(THREADS, "1")
    if TEMPORARY not in os.environ and has_room(MEMORY):
        os.environ[TEMPORARY] = str(MEMORY)


def has_room(folder: Path) -> bool:
    """Whether a folder may be written to and has space for the homes of a whole run."""
    try:
        return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= LEAST_ROOM
    except OSError:
        return False


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the long tests, with the way to run them."""
    if config.getoption("--long"):
        return
    skip = pytest.mark.skip(reason="full count: run with --long (make test-long)")
    for item in items:
        if "long" in item.keywords:
            item.add_marker(skip)


settings.register_profile("facekeep", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("facekeep")
# Properties say what holds, not how fast: a busy machine is no counterexample.


# --- material ------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def repo() -> Path:
    """The repository root."""
    return ROOT


@pytest.fixture(scope="session")
def dev_data() -> Path:
    """The development folder (``data/``, ``models/``), from the environment or beside the checkout."""
    named = os.environ.get(DEV_DATA_VARIABLE)
    folder = Path(named) if named else ROOT.parent / "shared"
    if not (folder / "data").is_dir() and not (folder / "models").is_dir():
        pytest.skip(
            f"development faces not found at {folder.name}/ beside the checkout; "
            f"name their folder in {DEV_DATA_VARIABLE}"
        )
    return folder


def _carried(distribution: str, path: str) -> Path:
    """A file inside an installed distribution, found without importing it."""
    try:
        found = Path(str(metadata.distribution(distribution).locate_file(path)))
    except metadata.PackageNotFoundError:
        pytest.skip(f"portrait not found: {distribution} is not installed (extra `demo`)")
    if not found.is_file():
        pytest.skip(f"portrait not found: {distribution} carries no {path}")
    return found


@pytest.fixture(scope="session")
def portraits() -> Portraits:
    """Two real people in the public domain, one photograph each."""
    return Portraits(
        astronaut=_carried("scikit-image", "skimage/data/astronaut.png"),
        admiral=_carried("matplotlib", "matplotlib/mpl-data/sample_data/grace_hopper.jpg"),
    )


Mould = Callable[[float], Path]


@pytest.fixture(scope="session")
def mould(tmp_path_factory: pytest.TempPathFactory) -> Mould:
    """Homes as they are founded at a given second (since 1970), each made once; never opened."""
    from tests.attacks.toolkit import People, Site, Turnable

    made: dict[float, Path] = {}

    def founded(now: float) -> Path:
        if now not in made:
            made[now] = tmp_path_factory.mktemp("mould")
            Site(made[now], Turnable(now), People()).found()
        return made[now]

    return founded


# --- no network ----------------------------------------------------------------------------


def is_this_machine(address: object) -> bool:
    """Whether a socket address stays here: Unix paths, loopback, unspecified."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    if host in LOOPBACK_NAMES:
        return True
    try:
        ip = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return ip.is_loopback or ip.is_unspecified


def _guarded(method: Callable[..., Any], name: str, address_at: int) -> Callable[..., Any]:
    def guard(self: socket.socket, *arguments: Any) -> Any:
        if not is_this_machine(arguments[address_at]):
            raise NetworkForbiddenError(f"socket.{name}({arguments[address_at]!r}) in a test")
        return method(self, *arguments)

    return guard


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections and look-ups of names end at this machine."""
    for name, address_at in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):
        method = getattr(socket.socket, name)
        monkeypatch.setattr(socket.socket, name, _guarded(method, name, address_at))
    resolve = socket.getaddrinfo

    def guarded_resolve(host: Any, *arguments: Any, **options: Any) -> Any:
        if host is not None and not is_this_machine((_text(host),)):
            raise NetworkForbiddenError(f"look-up of {host!r} in a test")
        return resolve(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", guarded_resolve)


def _text(host: str | bytes) -> str:
    return host.decode("ascii", "replace") if isinstance(host, bytes) else host
