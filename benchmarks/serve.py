"""The service under load: verifications a second, and what a flood of others does to them.

    python -m benchmarks.serve [--json] [--clients 32] [--seconds 20] [--models FOLDER] [--faces TAR]

One server process as ``facekeep serve`` runs it, the embedder stubbed; each client is a process of its
own on the same machine. Beside it, in the same run, a service that protects nothing
(``benchmarks.serving``). An answer counts once its entry is in the ledger: they are counted afterwards.
"""

from __future__ import annotations

import argparse
import base64
import itertools
import json
import os
import random
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import load, seeing, serving
from benchmarks.load import Heard
from facekeep.use.verification import KIND

SHARED = Path(__file__).resolve().parents[2] / "shared"
"""Development models and faces, beside the checkout where there are any."""

CLIENTS, SECONDS, WARM_S = 32, 20.0, 3.0
HALF_OPEN = 1_000
FLOOD, READERS = 16, 4
"""Clients who sign in with a wrong passphrase as fast as they are answered."""


def main() -> None:
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="facekeep-serve-") as folder:
        told = measured(Path(folder), asked)
    print(json.dumps(told, indent=2) if asked.json else _sheet(told))


def measured(folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """Everything, one after the other, on one home."""
    _say("building a home with people")
    built = serving.build(folder, serving.SUBJECTS, asked.dim)
    ours, plain = partial(_verifications, built["key"]), partial(_verifications, "")
    idle, entries = _idle(folder), _entries(folder)
    _say("verifying")
    with served("ours", folder) as server:
        heard = load.heard_by(asked.clients, server.port, ours, asked.seconds, WARM_S)
        spent = server.processor_ms(heard)
    written = _entries(folder) - entries
    _say("the same without protection")
    with served("plain", folder) as server:
        bare = load.heard_by(asked.clients, server.port, plain, asked.seconds, WARM_S)
        bare_spent = server.processor_ms(bare)
    _say("a flood of sign-ins")
    with served("ours", folder) as server:
        beside = _beside_a_flood(server.port, built["key"])
        closed = _half_open(server.port)
    _say("with real eyes")
    seen = seeing.measured(asked.models, asked.faces)
    if "skipped" in seen:
        _say(f"SKIPPED: {seen['skipped']}")
    ratio = len(heard.seconds) / max(len(bare.seconds), 1)
    return {
        "date": datetime.now(UTC).date().isoformat(), "cores": os.cpu_count(), "clients": asked.clients,
        "dim": asked.dim, "subjects": serving.SUBJECTS,
        **_rates(heard, asked.seconds), "processor_ms": spent, "entries_written": written,
        "unprotected": {**_rates(bare, asked.seconds), "processor_ms": bare_spent}, "ratio_to_unprotected": round(ratio, 3),
        "under_a_login_flood": beside, "half_open": closed, "idle_rss_mb": idle,
        "answers": heard.statuses.get(200, 0), "real_eyes": seen,
    }  # fmt: skip


def _rates(heard: Heard, seconds: float) -> dict[str, Any]:
    return {
        "requests_per_second": round(len(heard.seconds) / seconds),
        "p50_ms": load.at(0.5, heard.seconds), "p99_ms": load.at(0.99, heard.seconds),
        "statuses": heard.statuses, "matches": heard.matches, "bad": heard.bad[:3],
    }  # fmt: skip


# -- the server -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Server:
    """A server process that answers at a port."""

    port: int
    pid: int
    before: float

    def processor_ms(self, heard: Heard) -> float:
        """Processor time of the whole process for each answer since it stood: what a busy machine
        changes least."""
        seconds = _processor_seconds(self.pid) - self.before
        return round(1e3 * seconds / max(sum(heard.statuses.values()), 1), 2)


def _processor_seconds(pid: int) -> float:
    """In user's code and in the system (proc_pid_stat(5), fields 14 and 15)."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(what: str, folder: Path) -> Iterator[Server]:
    """A server process."""
    command = [sys.executable, "-m", "benchmarks.serving", what, str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    try:
        address = json.loads(process.stdout.readline())["serving"]
        port = int(address.rpartition(":")[2])
        yield Server(port, process.pid, _processor_seconds(process.pid))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _entries(folder: Path) -> int:
    """How many decisions are in the ledger."""
    store = sqlite3.connect(folder / "home" / "records.db")
    decision = f'"kind":"{KIND}"'.encode()
    try:
        counting = "SELECT count(*) FROM ledger_entry WHERE instr(leaf, ?) > 0"
        return int(store.execute(counting, (decision,)).fetchone()[0])
    finally:
        store.close()


def _idle(folder: Path) -> int:
    """Resident memory of a server nobody has asked anything, in MB; no model is open."""
    command = [sys.executable, "-m", "facekeep", "--home", str(folder / "home"), "serve", "--json"]
    given = {
        **os.environ, "FACEKEEP_CUSTODY": str(folder / "custody"),
        "FACEKEEP_PASSPHRASE": serving.PASSPHRASE.decode(), "FACEKEEP_PORT": str(serving.free_port()),
    }  # fmt: skip
    process = subprocess.Popen(
        command, env=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    try:
        process.stdout.readline()
        time.sleep(3)
        status = Path(f"/proc/{process.pid}/status").read_text()
        line = next(one for one in status.splitlines() if one.startswith("VmRSS"))
        return int(line.split()[1]) // 1024
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


# -- what is asked ----------------------------------------------------------------------------


def _verifications(key: str, client: int) -> Iterator[bytes]:
    """Other people each time, a picture of their own."""
    lot = random.Random(client)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    while True:
        number, picture = lot.randrange(serving.SUBJECTS), lot.randrange(serving.PICTURES)
        told = {
            "subject": serving.subject(number), "purpose": "gate", "device": serving.DEVICE,
            "photo": base64.b64encode(serving.photo(number, picture)).decode(),
        }  # fmt: skip
        yield load.post("/v1/verifications", json.dumps(told).encode(), headers)


def _reading(key: str, client: int) -> Iterator[bytes]:
    return itertools.repeat(load.get("/v1/purposes", {"Authorization": f"Bearer {key}"}))


def _sign_ins(client: int) -> Iterator[bytes]:
    for number in itertools.count():
        told = {"name": f"nobody-{client}-{number}", "passphrase": "wrong horse", "code": "123456"}
        yield load.post("/v1/sessions", json.dumps(told).encode())


def _beside_a_flood(port: int, key: str) -> dict[str, Any]:
    """Readers of another endpoint alone, and beside a flood of sign-ins."""
    alone = load.heard_by(READERS, port, partial(_reading, key), 5, 1)
    flooding = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.serve", "--flood", str(port)], stdout=subprocess.DEVNULL
    )
    try:
        beside = load.heard_by(READERS, port, partial(_reading, key), 8, 2)
    finally:
        flooding.wait(60)
    return {"p99_ms": load.at(0.99, beside.seconds), "p99_alone_ms": load.at(0.99, alone.seconds),
            "statuses": beside.statuses}  # fmt: skip


def _half_open(port: int) -> dict[str, Any]:
    """Connections that never send their headers' end: seconds until the last is closed, and how long
    somebody honest waits meanwhile."""
    _allow_files()
    begun, slow = time.monotonic(), []
    lines = [socket.create_connection(("127.0.0.1", port)) for _ in range(HALF_OPEN)]
    for line in lines:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        line.settimeout(60)
    honest = load.Line(port)
    for _ in range(20):
        since = time.monotonic()
        honest.ask(load.get("/healthz"))
        slow.append(time.monotonic() - since)
    for line in lines:
        while line.recv(65_536):
            pass
        line.close()
    return {"connections": HALF_OPEN, "closed_within_s": round(time.monotonic() - begun, 1),
            "healthz_worst_ms": round(1e3 * max(slow), 1)}  # fmt: skip


def _allow_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, most), most))


# -- telling ----------------------------------------------------------------------------------


def _sheet(told: dict[str, Any]) -> str:
    return "\n".join(f"{name:24} {value}" for name, value in told.items())


def _say(what: str) -> None:
    print(f"{what} ...", file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--json", action="store_true", help="one JSON document")
    made.add_argument("--clients", type=int, default=CLIENTS)
    made.add_argument("--seconds", type=float, default=SECONDS)
    made.add_argument("--dim", type=int, default=512)
    made.add_argument(
        "--models", type=Path, default=SHARED / "models", help="where the networks lie"
    )
    made.add_argument("--faces", type=Path, default=SHARED / "data" / "faces-dev.tar")
    made.add_argument("--flood", type=int, metavar="PORT", help=argparse.SUPPRESS)
    asked = made.parse_args()
    if asked.flood:
        load.heard_by(FLOOD, asked.flood, _sign_ins, 9, 2)
        sys.exit()
    return asked


if __name__ == "__main__":
    main()
