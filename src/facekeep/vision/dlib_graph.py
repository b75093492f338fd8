"""Builds an ONNX graph from dlib's recognition network, so that dlib is not needed to run it.

dlib's residual blocks add tensors of unequal shape by padding the smaller with zeros at the
bottom, right and last channels (``add_prev``); shapes are therefore worked out here, once, and
written into the graph. Frozen batch normalisation is folded into the convolution before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from facekeep.terms.errors import Broken
from facekeep.vision.dlib_file import (
    AddPrevious,
    Affine,
    Convolution,
    FullyConnected,
    Layer,
    Network,
    Pool,
    Relu,
    read_network,
)

INPUT, OUTPUT = "chip", "descriptor"
OPSET, IR_VERSION = 17, 8
"""Old enough for every ONNX Runtime since 1.13, new enough for all operators used."""

Shape = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Tensor:
    name: str
    shape: Shape


@dataclass(slots=True)
class _Graph:
    """Nodes and weights as they are added; ``current`` is the newest tensor."""

    current: _Tensor
    identity: _Tensor
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    weights: list[onnx.TensorProto] = field(default_factory=list)

    def weight(self, values: NDArray[np.generic]) -> str:
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, inputs: list[str], shape: Shape, **attributes: list[int]) -> _Tensor:
        name = f"t{len(self.nodes)}"
        node = helper.make_node(kind, inputs, [name])
        node.attribute.extend(helper.make_attribute(*pair) for pair in attributes.items())
        self.nodes.append(node)
        return _Tensor(name, shape)


def dlib_to_onnx(data: bytes) -> bytes:
    """The serialised graph of the network in dlib's file.

    Input ``chip`` is ``float32 (n, 3, 150, 150)``, RGB, mean subtracted and divided by 256;
    output ``descriptor`` is ``float32 (n, 128)``, not normalised. Raises :class:`Broken` on a
    damaged file or on another network than dlib's ResNet.
    """
    try:
        return _build(read_network(data))
    except (ValueError, IndexError):
        raise Broken("The dlib model file holds another network", "Install it again") from None


def _build(network: Network) -> bytes:
    start = _Tensor(INPUT, (3, network.size, network.size))
    graph = _Graph(current=start, identity=start)
    for layer, following in pairwise([*network.layers, None]):
        assert layer is not None
        _add(graph, layer, following)
    return _serialise(graph, network.size)


def _add(graph: _Graph, layer: Layer, following: Layer | None) -> None:
    match layer:
        case Convolution():
            _convolve(graph, _folded(layer, following))
        case Affine():
            pass  # folded into the convolution before it
        case Relu():
            after_block = bool(graph.nodes) and graph.nodes[-1].op_type == "Add"
            graph.current = graph.node("Relu", [graph.current.name], graph.current.shape)
            graph.identity = graph.current if after_block else graph.identity
        case Pool(window=0):
            channels = graph.current.shape[0]
            graph.current = graph.node("GlobalAveragePool", [graph.current.name], (channels, 1, 1))
        case Pool(kind="max"):
            graph.current = graph.identity = _pooled(graph, graph.current, layer)
        case Pool():
            graph.identity = _pooled(graph, graph.identity, layer)
        case AddPrevious():
            _add_previous(graph)
        case FullyConnected():
            _project(graph, layer)


def _folded(layer: Convolution, following: Layer | None) -> Convolution:
    if not isinstance(following, Affine):
        return layer
    scale = following.gamma
    return Convolution(
        layer.weights * scale[:, None, None, None],
        layer.bias * scale + following.beta,
        layer.stride,
        layer.padding,
    )


def _side(side: int, window: int, stride: int, padding: int) -> int:
    return (side + 2 * padding - window) // stride + 1


def _convolve(graph: _Graph, layer: Convolution) -> None:
    filters, channels, window, _ = layer.weights.shape
    if channels != graph.current.shape[0]:
        raise ValueError("channels")
    side = _side(graph.current.shape[1], window, layer.stride, layer.padding)
    names = [graph.current.name, graph.weight(layer.weights), graph.weight(layer.bias)]
    graph.current = graph.node(
        "Conv",
        names,
        (filters, side, side),
        kernel_shape=[window, window],
        strides=[layer.stride] * 2,
        pads=[layer.padding] * 4,
    )


def _pooled(graph: _Graph, tensor: _Tensor, layer: Pool) -> _Tensor:
    side = _side(tensor.shape[1], layer.window, layer.stride, layer.padding)
    return graph.node(
        "MaxPool" if layer.kind == "max" else "AveragePool",
        [tensor.name],
        (tensor.shape[0], side, side),
        kernel_shape=[layer.window] * 2,
        strides=[layer.stride] * 2,
        pads=[layer.padding] * 4,
    )


def _add_previous(graph: _Graph) -> None:
    pairs = zip(graph.current.shape, graph.identity.shape, strict=True)
    channels, rows, columns = (max(a, b) for a, b in pairs)
    shape = (channels, rows, columns)
    names = [_padded(graph, tensor, shape).name for tensor in (graph.current, graph.identity)]
    graph.current = graph.node("Add", names, shape)


def _padded(graph: _Graph, tensor: _Tensor, shape: Shape) -> _Tensor:
    missing = [wanted - have for wanted, have in zip(shape, tensor.shape, strict=True)]
    if not any(missing):
        return tensor
    pads = graph.weight(np.array([0, 0, 0, 0, 0, *missing], np.int64))
    return graph.node("Pad", [tensor.name, pads], shape)


def _project(graph: _Graph, layer: FullyConnected) -> None:
    if graph.current.shape != (layer.weights.shape[0], 1, 1):
        raise ValueError("fully connected")
    flat = graph.node("Flatten", [graph.current.name], graph.current.shape)
    graph.current = graph.node(
        "MatMul", [flat.name, graph.weight(layer.weights)], (layer.weights.shape[1], 1, 1)
    )


def _serialise(graph: _Graph, size: int) -> bytes:
    graph.nodes[-1].output[0] = OUTPUT
    shape_in: list[str | int] = ["n", 3, size, size]
    shape_out: list[str | int] = ["n", graph.current.shape[0]]
    inputs = [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, shape_in)]
    outputs = [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, shape_out)]
    body = helper.make_graph(graph.nodes, "dlib_resnet", inputs, outputs, graph.weights)
    model = helper.make_model(
        body, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
    )
    return bytes(model.SerializeToString())
