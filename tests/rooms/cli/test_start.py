"""Starting is quick because nothing is loaded that the command does not need."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.house.walk import ROOT

HEAVY = {"cryptography", "faiss", "numba", "numpy", "onnx", "onnxruntime", "PIL"}
PROBE = """
import json, sys
from facekeep.cli.app import run
code = run(sys.argv[1:])
print(json.dumps([code, sorted({name.partition('.')[0] for name in sys.modules})]))
"""


def loaded_by(*words: str, home: Path) -> tuple[int, set[str]]:
    """Exit code and top-level modules of one call in a fresh interpreter."""
    environment = {
        "PATH": os.defpath, "PYTHONPATH": str(ROOT / "src"), "HOME": str(home),
        "FACEKEEP_CUSTODY": str(home / "custody"), "FACEKEEP_PASSPHRASE": "p",
        "FACEKEEP_HOME": str(home / "home"),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *words], env=environment, capture_output=True, text=True,
        timeout=600, check=True,
    )  # fmt: skip
    code, names = json.loads(done.stdout.splitlines()[-1])
    return code, set(names)


def test_help_loads_no_engine(tmp_path: Path) -> None:
    """Neither numbers nor networks nor cryptography."""
    code, loaded = loaded_by("verify", "--help", home=tmp_path)
    assert code == 0
    assert loaded & HEAVY == set()


def test_a_withdrawal_loads_no_eyes(tmp_path: Path) -> None:
    """It deletes; it needs neither the networks nor the compiler."""
    assert loaded_by("init", "--json", home=tmp_path)[0] == 0
    code, loaded = loaded_by("withdraw", "-s", "7", "-p", "gate", "--json", home=tmp_path)
    assert code == 3
    assert loaded & {"numba", "onnx", "onnxruntime", "faiss"} == set()


def test_the_probe_sees_an_engine(tmp_path: Path) -> None:
    """Control: listing models does load the eyes."""
    code, loaded = loaded_by("models", "list", "--json", home=tmp_path)
    assert code == 0
    assert "onnxruntime" in loaded
