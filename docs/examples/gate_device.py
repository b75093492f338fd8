# ruff: noqa: T201, TID251 - an example, run beside the gate and not in this program
"""A gate that signs what its camera took, asks for the one person at the card reader, and opens or does not.

    FACEKEEP_KEY=fk_… python gate_device.py URL DEVICE KEYFILE PURPOSE SUBJECT PICTURE

``DEVICE`` and ``KEYFILE`` are those of ``facekeep device add DEVICE --key-out KEYFILE``. Replace ``take``
by your camera and ``open_gate`` by your relay. Whatever the answer, the other ways in stay open: a face
is never the only one.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from facekeep.client import Client, Device, problem_of
from facekeep.terms.errors import Broken, FacekeepError, NotRecognised, Refused


def main(url: str, device: str, key_file: str, purpose: str, subject: str, picture: str) -> int:
    """0 where the gate opened, 1 where it stayed closed."""
    with Client(url, os.environ["FACEKEEP_KEY"], ca=certificate()) as client:
        gate = Device(client, device, Path(key_file).read_bytes())
        try:
            answer = gate.verify(subject, purpose, take(picture))
        except (NotRecognised, Refused) as no:
            return stay_closed(no)
        except Broken as fault:
            return stay_closed(fault)
    if answer.decision == "match":
        return open_gate(answer.event)
    print("not recognised; other ways in:", ", ".join(answer.alternatives))
    return 1


def certificate() -> Path | None:
    """The authority that signed the service's certificate, where it is your own."""
    named = os.environ.get("FACEKEEP_CA")
    return Path(named) if named else None


def take(picture: str) -> bytes:
    """Your camera; here a file. The picture is sent once and kept nowhere."""
    return Path(picture).read_bytes()


def open_gate(event: str) -> int:
    """Your relay. ``event`` is the ledger's entry of this decision: keep it instead of a name."""
    print("open", event[:8])
    return 0


def stay_closed(error: FacekeepError) -> int:
    """Say what can be done now; never guess, and never open because something is out of order."""
    problem = problem_of(error)
    print(f"{error.code}: {error}")
    if problem is not None and problem.alternatives:
        print("other ways in:", ", ".join(problem.alternatives))
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
