"""Every benchmark with its published settings, one after the other, and one table.

    python -m benchmarks.all [--json] [--only search core] [--quick]

``--quick`` runs all of them small, to see that they run. About half an hour otherwise.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from typing import Any

PUBLISHED: dict[str, list[str]] = {
    "search": [],
    "core": [],
    "unlinkability": [],
    "accuracy": [],
    "oracle": [],
    "mismatch": [],
    "doorlog": [],
    "embedder": [],
    "ledger": [],
}

QUICK: dict[str, list[str]] = {
    "search": ["--n", "10000", "--runs", "1"],
    "core": ["--references", "3000", "--erase-among", "3000"],
    "unlinkability": [
        "--mated",
        "20000",
        "--non-mated",
        "100000",
        "--people",
        "200",
        "--dim",
        "128",
    ],
    "accuracy": ["--people", "2000", "--against", "2000", "--draws", "1"],
    "oracle": [
        "--victims",
        "2",
        "--people",
        "8",
        "--crowds",
        "1",
        "--matches",
        "100",
        "--dim",
        "128",
    ],
    "mismatch": ["--tries", "100"],
    "doorlog": ["--people", "200", "--days", "3"],
    "embedder": [],
    "ledger": ["--entries", "20000", "--forged", "2000"],
}


def run(name: str, options: list[str]) -> dict[str, Any]:
    """One benchmark in a process of its own."""
    start = time.perf_counter()
    command = [sys.executable, "-m", f"benchmarks.{name}", *_json(name), *options]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    try:
        told: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        told = {"failed": f"exit code {done.returncode}"}
    return {"benchmark": name, "command": " ".join(["python", *command[1:]]),
            "seconds": round(time.perf_counter() - start, 1), **told}  # fmt: skip


def _json(name: str) -> list[str]:
    return [] if name == "embedder" else ["--json"]  # it always speaks JSON


def table(found: list[dict[str, Any]]) -> str:
    """One line for each promise; figures without one where a benchmark makes none."""
    lines = ["| benchmark | what | goal | measured | |", "|---|---|---|---|---|"]
    for one in found:
        for goal in one.get("goals", ()):
            verdict = "met" if goal["met"] else "**missed**"
            lines.append(
                f"| {one['benchmark']} | {goal['what']} | {goal['goal']} | {goal['value']:.4g} | {verdict} |"
            )
        if not one.get("goals"):
            known = ("benchmark", "command", "environment", "seconds")
            told = ", ".join(f"{name} {value}" for name, value in one.items() if name not in known)
            lines.append(f"| {one['benchmark']} | {told} | | | |")
    return "\n".join(lines)


def main() -> int:
    options_of = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options_of.add_argument("--json", action="store_true", help="print one JSON list")
    options_of.add_argument("--only", nargs="+", choices=list(PUBLISHED))
    options_of.add_argument("--quick", action="store_true", help="small counts, minutes")
    options = options_of.parse_args()
    chosen = QUICK if options.quick else PUBLISHED
    found = [run(name, chosen[name]) for name in options.only or chosen]
    print(json.dumps(found) if options.json else table(found))
    return 0 if all(one.get("met", "failed" not in one) for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
