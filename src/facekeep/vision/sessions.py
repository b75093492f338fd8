"""ONNX Runtime sessions, opened from bytes whose digest has been checked."""

from __future__ import annotations

from typing import Protocol

import onnxruntime
from numpy.typing import NDArray

from facekeep.terms.cores import spread
from facekeep.terms.errors import Broken
from facekeep.terms.values import Float32

DEFAULT_THREADS = 1
"""Threads inside one network: a face takes milliseconds, so more requests beat more threads."""

_ERRORS_ONLY = 3


class Network(Protocol):
    """A loaded network: one input picture, named outputs."""

    def __call__(self, values: Float32, /) -> list[Float32]:
        """Every output, in the graph's order."""
        ...


class Session:
    """One loaded graph. Safe to call from several threads at once."""

    def __init__(self, graph: bytes, threads: int = DEFAULT_THREADS) -> None:
        """Raises :class:`Broken` when ``graph`` is no ONNX model or has several inputs."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.log_severity_level = _ERRORS_ONLY
        try:
            with spread():  # the session's own threads stay where they are made
                self._session = onnxruntime.InferenceSession(
                    graph, options, providers=["CPUExecutionProvider"]
                )
        except Exception:  # noqa: BLE001 - ONNX Runtime's errors share no base class
            raise Broken(
                "The model file is not a loadable ONNX model", "Supply another file"
            ) from None
        self.input_names = [value.name for value in self._session.get_inputs()]
        self.output_names = [value.name for value in self._session.get_outputs()]
        if len(self.input_names) != 1:
            raise Broken("The model takes more than one input", "Supply another file")

    def __call__(self, values: Float32, /) -> list[NDArray]:  # type: ignore[type-arg]
        """Every output, in the graph's order. Raises :class:`Broken` on a shape it cannot take."""
        try:
            return list(self._session.run(None, {self.input_names[0]: values}))
        except Exception:  # noqa: BLE001 - as above
            raise Broken("The model does not take its card's input", "Check the card") from None
