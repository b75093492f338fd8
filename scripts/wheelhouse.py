"""Gather everything an installation needs into one folder, for machines without a network.

    python scripts/wheelhouse.py wheelhouse

Downloads what ``requirements/*.lock`` name, each by its hash, builds our own wheel from this tree,
and writes ``install.sh`` and ``SHA256SUMS`` beside them. Run it on the same operating system,
processor and Python as the machine it is for; carry the folder there and run::

    sh wheelhouse/install.sh /opt/facekeep

Whatever differs by one bit from the locks is refused there, not here alone.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD, OWN = "build", "facekeep"
LOCKS = (BUILD, "run", "carriers")
INSTALL = ROOT / "deploy" / "install.sh"
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill the folder."""
    given = _parser().parse_args(arguments)
    folder = Path(given.folder)
    if folder.exists() and any(folder.iterdir()):
        sys.exit(f"{folder} is not empty: choose another folder")
    wheels = folder / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    locks = [*LOCKS, *given.extra]
    for lock in locks:
        shutil.copy(ROOT / "requirements" / f"{lock}.lock", folder)
    _download(folder, locks, wheels)
    (folder / f"{OWN}.lock").write_text(_pinned(_own_wheel(wheels)))
    (folder / "LOCKS").write_text("".join(f"{lock}.lock\n" for lock in locks if lock != BUILD))
    shutil.copy(INSTALL, folder)
    (folder / "SHA256SUMS").write_text(_sums(folder))
    print(f"{folder}: {len(list(wheels.iterdir()))} files, {_size(folder) >> 20} MB")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", help="a new or empty folder")
    parser.add_argument(
        "--extra", action="append", default=[], choices=["filing", "camera"],
        help="add an optional part",
    )  # fmt: skip
    return parser


def _download(folder: Path, locks: Sequence[str], wheels: Path) -> None:
    """One lock after the other; the build backends first, since a source may ask for them."""
    for lock in locks:
        named = ["-r", str(folder / f"{lock}.lock"), "-d", str(wheels)]
        flags = ["--require-hashes", "--no-deps", "--no-build-isolation", "--quiet"]
        subprocess.run([*PIP, "download", *flags, *named], check=True)


def _own_wheel(wheels: Path) -> Path:
    command = [*PIP, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "--quiet"]
    subprocess.run([*command, "-w", str(wheels), str(ROOT)], check=True)
    (own,) = wheels.glob(f"{OWN}-*.whl")
    return own


def _pinned(wheel: Path) -> str:
    version = wheel.name.split("-")[1]
    return f"{OWN}=={version} --hash=sha256:{sha256(wheel.read_bytes()).hexdigest()}\n"


def _sums(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "".join(
        f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in files
    )


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
