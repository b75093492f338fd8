"""The servers under load, each a process of its own: ours, and one that protects nothing.

    python -m benchmarks.serving build FOLDER [--subjects N] [--dim D]   a home with people; prints its key
    python -m benchmarks.serving ours FOLDER                             serve it, the embedder stubbed
    python -m benchmarks.serving plain FOLDER                            the baseline over the same people

The baseline is what such a service looks like without us: the same framework and the same server, float
vectors in SQLite by the subject's name, a dot product, an answer. No key, no consent, no ledger.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Base64Bytes, BaseModel

from benchmarks.house import (
    OFFICER,
    OFFICER_KEY,
    PASSPHRASE,
    NumberedEyes,
    device_for,
    enrol,
    publish,
    purpose_text,
)
from benchmarks.people import Crowd
from facekeep import assembly
from facekeep.access import keys, officers
from facekeep.access.keys import Scope
from facekeep.assembly import House
from facekeep.protect.keytree import PassphraseCost
from facekeep.settings import Settings
from facekeep.terms.values import Float32

SUBJECTS = 800
"""A picture without an attested capture spends one unit of its enrolment's budget (d / 2): so many people
that a run ends before anybody's."""

PICTURES = 4
"""Pictures of each person that the stub knows."""

DEVICE = "gate-1"
SCOPES = ("gate:verification", "gate:enrolment", "gate:consent", "ledger", "metrics")


def subject(number: int) -> str:
    """An operator's reference."""
    return f"person-{number:05d}"


def photo(number: int, picture: int) -> bytes:
    """What stands for a photograph: the stub knows it by its bytes."""
    return f"{subject(number)}#{picture}".encode()


def crowd(subjects: int, dim: int) -> dict[bytes, Float32]:
    """Every picture's vector; ``subject`` alone names the one that is enrolled.

    Of eight pictures the plainest is shown: ten failures a day close a device to somebody, and the
    run would measure refusals.
    """
    generator = np.random.default_rng(7)
    made = Crowd.of(dim, generator)
    people = made.people(subjects, generator)
    enrolled = _plainest([made.pictures(people, generator) for _ in range(8)], people)
    vectors = {subject(n).encode(): one for n, one in enumerate(enrolled)}
    for picture in range(PICTURES):
        shown = _plainest([made.pictures(people, generator) for _ in range(8)], enrolled)
        vectors |= {photo(n, picture): one for n, one in enumerate(shown)}
    return vectors


def _plainest(drawn: list[Float32], likest: Float32) -> Float32:
    """Of several pictures of everybody, each person's likest to a vector of theirs."""
    alike = np.stack([np.einsum("nd,nd->n", one, likest) for one in drawn])
    best: Float32 = np.stack(drawn)[alike.argmax(axis=0), np.arange(len(likest))]
    return best


def settings_of(folder: Path, port: int = 0) -> Settings:
    """A home of mode ``development`` in a folder of its own."""
    return Settings(custody=folder / "custody", port=port, log_format="json")


# -- building ---------------------------------------------------------------------------------


def build(folder: Path, subjects: int, dim: int) -> dict[str, Any]:
    """Found the home, enrol everybody, draw an API key; and the baseline's table."""
    settings, vectors = settings_of(folder), crowd(subjects, dim)
    assembly.found(folder / "home", PASSPHRASE, settings, cost=PassphraseCost.cheapest())
    with assembly.entered(folder / "home", settings, passphrase=PASSPHRASE) as house:
        publish(house, purpose_text())
        device_for(house, "gate", DEVICE)
        eyes = NumberedEyes(dim, vectors)
        for number in range(subjects):
            enrol(house, eyes, subject(number))
        key = _api_key(house)
    _plain_table(folder / "plain.db", vectors, subjects)
    told = {"subjects": subjects, "dim": dim, "key": key}
    (folder / "built.json").write_text(json.dumps(told))
    return told


def _api_key(house: House) -> str:
    home, now = house.home, house.home.journal.now()
    drawn = keys.draft(home.entropy, "load", [Scope.read(one) for one in SCOPES], now)
    signed = officers.Signed(OFFICER, officers.sign(OFFICER_KEY, drawn.message))
    with home.records.transaction() as tx:
        home.api_keys.enter(tx, drawn, signed, int(now))
    return drawn.text


def _plain_table(path: Path, vectors: dict[bytes, Float32], subjects: int) -> None:
    with sqlite3.connect(path) as plain:
        plain.execute("CREATE TABLE face (subject TEXT PRIMARY KEY, vector BLOB NOT NULL)")
        names = [subject(number) for number in range(subjects)]
        rows = [(name, vectors[name.encode()].tobytes()) for name in names]
        plain.executemany("INSERT INTO face VALUES (?, ?)", rows)
    plain.close()


# -- serving ----------------------------------------------------------------------------------


def ours(folder: Path) -> None:
    """Serve the home until told to stop, as ``facekeep serve`` does, over eyes that know by name."""
    from facekeep.web.server import serve

    told = json.loads((folder / "built.json").read_text())
    eyes = NumberedEyes(told["dim"], crowd(told["subjects"], told["dim"]))
    settings = settings_of(folder, free_port())
    with assembly.entered(folder / "home", settings, passphrase=PASSPHRASE) as house:
        serve(house, settings, _started, eyes=lambda purpose, device: eyes)


def plain(folder: Path) -> None:
    """Serve float vectors out of SQLite with the same framework under the same server."""
    from facekeep.web.server import _serve

    told = json.loads((folder / "built.json").read_text())
    app = plain_app(folder / "plain.db", crowd(told["subjects"], told["dim"]))
    asyncio.run(_serve(app, settings_of(folder, free_port()), _started))


class Question(BaseModel):
    """What the baseline is asked."""

    subject: str
    purpose: str
    photo: Base64Bytes
    device: str


def plain_app(path: Path, vectors: dict[bytes, Float32]) -> Any:
    """One handler: a subject and a picture in, yes or no out."""
    from fastapi import FastAPI

    app = FastAPI(openapi_url=None)
    store = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    threshold = NumberedEyes(1).centre + 0.102 * 3.09

    @app.post("/v1/verifications")
    def verify(asked: Question) -> dict[str, str]:
        row = store.execute(
            "SELECT vector FROM face WHERE subject = ?", (asked.subject,)
        ).fetchone()
        score = float(np.frombuffer(row[0], np.float32) @ vectors[asked.photo])
        return {"decision": "match" if score >= threshold else "non-match"}

    return app


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _started(address: str) -> None:
    print(json.dumps({"serving": address}), flush=True)


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("what", choices=("build", "ours", "plain"))
    made.add_argument("folder", type=Path)
    made.add_argument("--subjects", type=int, default=SUBJECTS)
    made.add_argument("--dim", type=int, default=512)
    asked = made.parse_args()
    match asked.what:
        case "build":
            print(json.dumps(build(asked.folder, asked.subjects, asked.dim)))
        case "ours":
            ours(asked.folder)
        case _:
            plain(asked.folder)


if __name__ == "__main__":
    main()
