"""Files by digest: written whole or not at all, hashed before they are believed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from importlib import metadata
from pathlib import Path

from facekeep.terms.errors import Broken
from facekeep.vision.cards import Packaged

MAX_MODEL_BYTES = 1 << 30
"""Largest model file read: the largest face networks known are a quarter of it."""

PRIVATE = 0o700
"""Mode of the folders made here: who can write in them can replace a model."""


def sha256(data: bytes) -> str:
    """64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def read_whole(path: Path) -> bytes:
    """The file's bytes. Raises :class:`Broken` when it cannot be read or is too large."""
    try:
        if path.stat().st_size > MAX_MODEL_BYTES:
            raise Broken("The model file is larger than any face model", "Supply another file")
        return path.read_bytes()
    except OSError:
        raise Broken("The model file cannot be read", "Check that it exists") from None


def write_whole(path: Path, data: bytes) -> None:
    """Writes beside the target and renames, so that no reader ever sees half a file.

    Raises :class:`Broken` when the folder cannot be written.
    """
    try:
        path.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        _replace(path, data)
    except OSError:
        raise Broken("The models folder cannot be written", "Check space and rights") from None


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink()
        raise


def find_packaged(packaged: Packaged) -> Path | None:
    """The file inside an installed distribution, found without importing it; None if absent."""
    try:
        found = Path(str(metadata.distribution(packaged.distribution).locate_file(packaged.path)))
    except metadata.PackageNotFoundError:
        return None
    return found if found.is_file() else None
