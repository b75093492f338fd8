"""A model file's bytes to a graph that ONNX Runtime loads, translated once and kept.

The kept copy stands under the digest of its source and begins with its own digest, so a damaged
copy is made anew. That finds accidents, not a forger: the cache folder deserves the same
protection as the models folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from facekeep.vision.files import sha256, write_whole

TRANSLATION = 1
"""Raised when a translation changes, so that older copies are not used."""

_DIGEST = hashlib.sha256().digest_size


def runnable(kind: str, data: bytes, cache_dir: Path) -> bytes:
    """The graph of ``data``; ``kind`` is a card's ``graph``.

    Raises :class:`~facekeep.terms.errors.Broken` when ``data`` is not of that kind, or when the
    cache cannot be written.
    """
    if kind == "onnx":
        return data
    path = cache_dir / f"{sha256(data)}-{kind}-{TRANSLATION}.graph"
    return _kept(path) or _translated(path, _TRANSLATORS[kind], data)


def _kept(path: Path) -> bytes | None:
    if not path.is_file():
        return None
    content = path.read_bytes()
    digest, graph = content[:_DIGEST], content[_DIGEST:]
    return graph if hashlib.sha256(graph).digest() == digest else None


def _translated(path: Path, translate: Callable[[bytes], bytes], data: bytes) -> bytes:
    graph = translate(data)
    write_whole(path, hashlib.sha256(graph).digest() + graph)
    return graph


def _centerface(data: bytes) -> bytes:
    from facekeep.vision.centerface_graph import with_free_size  # onnx is slow to import

    return with_free_size(data)


def _dlib(data: bytes) -> bytes:
    from facekeep.vision.dlib_graph import dlib_to_onnx  # onnx is slow to import

    return dlib_to_onnx(data)


_TRANSLATORS: dict[str, Callable[[bytes], bytes]] = {
    "centerface": _centerface,
    "dlib-resnet": _dlib,
}
