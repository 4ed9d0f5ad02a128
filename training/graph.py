"""A model as a graph for onnxruntime, without its weights.

The weights stay in `model.safetensors`, where sentence-transformers reads them too; the reader
(`index.encoders.whole_numbers`) rounds them to whole numbers and hands them to the graph by name.
The inputs of a product are rounded too, to one scale for a whole text: where a few components are
far larger than the others, these are divided before and the weights multiplied by as much (Xiao et
al. 2022, SmoothQuant).
"""

from __future__ import annotations

from typing import Any, Final

import onnx
from onnx import NodeProto, TensorProto, ValueInfoProto, helper

# Products whose inputs are divided, component by component, before they are rounded.
SMOOTHED: Final = ("qkv", "inner", "outer")
_THIRDS: Final = "thirds"
_MICROSOFT: Final = "com.microsoft"
_OPSET: Final = 17
_IR_VERSION: Final = 9


class GraphBuilder:
    """The nodes of a BERT, one after the other."""

    def __init__(self, width: int, inner: int, n_heads: int, epsilon: float) -> None:
        self._width = width
        self._inner = inner
        self._n_heads = n_heads
        self._epsilon = epsilon
        self._nodes: list[NodeProto] = []
        thirds = helper.make_tensor(_THIRDS, TensorProto.INT64, [3], 3 * [width])
        self._weights: list[TensorProto] = [thirds]

    def build(self, n_layers: int) -> onnx.ModelProto:
        """The graph: `embedded` (1, n, width) float32 to `tokens` (1, n, width) float32."""
        x = "embedded"
        for layer in range(n_layers):
            x = self._layer(x, f"layer.{layer}")
        self._nodes.append(helper.make_node("Identity", [x], ["tokens"]))
        graph = helper.make_graph(
            self._nodes, "bert", [self._value("embedded")], [self._value("tokens")], self._weights
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)

    def _layer(self, x: str, at: str) -> str:
        joined = self._product(x, f"{at}.qkv", self._width, 3 * self._width)
        parts = [f"{at}.{part}" for part in ("query", "key", "value")]
        self._nodes.append(helper.make_node("Split", [joined, _THIRDS], parts, axis=-1))
        mixed = self._node(
            "MultiHeadAttention", parts, f"{at}.mixed", _MICROSOFT, num_heads=self._n_heads
        )
        out = self._product(mixed, f"{at}.attended", self._width, self._width)
        x = self._normalised(out, x, f"{at}.attention_norm")
        inner = self._product(x, f"{at}.inner", self._width, self._inner)
        inner = self._node("Gelu", [inner], f"{at}.gelu", _MICROSOFT)
        outer = self._product(inner, f"{at}.outer", self._inner, self._width)
        return self._normalised(outer, x, f"{at}.norm")

    def _product(self, x: str, name: str, n_in: int, n_out: int) -> str:
        if name.rsplit(".", 1)[-1] in SMOOTHED:
            divided = self._weight(f"{name}.shrink", TensorProto.FLOAT, [n_in])
            x = self._node("Mul", [x, divided], f"{name}.in")
        inputs = [
            x,
            self._weight(f"{name}.weight", TensorProto.INT8, [n_in, n_out]),
            self._weight(f"{name}.scale", TensorProto.FLOAT, [n_out]),
            self._weight(f"{name}.zero", TensorProto.INT8, [n_out]),
            self._weight(f"{name}.bias", TensorProto.FLOAT, [n_out]),
        ]
        return self._node("DynamicQuantizeMatMul", inputs, f"{name}.out", _MICROSOFT)

    def _normalised(self, x: str, residual: str, name: str) -> str:
        weight = self._weight(f"{name}.weight", TensorProto.FLOAT, [self._width])
        bias = self._weight(f"{name}.bias", TensorProto.FLOAT, [self._width])
        return self._node(
            "SkipLayerNormalization",
            [x, residual, weight, bias],
            f"{name}.out",
            _MICROSOFT,
            epsilon=self._epsilon,
        )

    def _node(
        self,
        kind: str,
        inputs: list[str],
        output: str,
        domain: str = "",
        **attributes: Any,  # noqa: ANN401 - numbers and texts
    ) -> str:
        self._nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output

    def _weight(self, name: str, kind: int, shape: list[int]) -> str:
        """A tensor that the reader gives."""
        tensor = TensorProto(name=name, data_type=kind, dims=shape)
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="given")
        self._weights.append(tensor)
        return name

    def _value(self, name: str) -> ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, "n", self._width])
