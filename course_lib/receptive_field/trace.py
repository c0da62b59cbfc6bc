"""Follow one forward pass and write down the network that was executed.

The pass runs under a dispatch mode, which sees the tensor operations below ``torch.nn`` and
``torch.nn.functional`` alike. For each tensor that depends on the image a ``Value`` is kept;
``operators.py`` knows what each operation makes of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from ..geometry import GeometryError, Network, Operation, Padding, source
from .operators import follow
from .values import Call, Value


class Trace(TorchDispatchMode):
    """The graph of what runs inside ``with Trace(model, image)``; image is (1, C, H, W)."""

    def __init__(self, model: nn.Module, image: Tensor) -> None:
        super().__init__()
        self.names: list[str] = []  # of the layers, as they were executed
        self.maps: dict[int, Tensor] = {}  # what came out of the n-th of them, from 1
        self._path: list[tuple[str, nn.Module]] = [("", model)]
        self._uses: dict[str, int] = {}
        self._values: dict[int, Value] = {}
        self._kept: list[Tensor] = []  # an id means something only while its tensor lives
        self._behind = {id(p): {id(p)} for p in model.parameters()}  # tensor -> its parameters
        self._unclaimed = {id(p): p.numel() for p in model.parameters()}
        _, channels, height, width = image.shape
        self._values[id(image)] = Value(source(channels), (height, width))

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """No: hiding this class from torch.compile would import it all, for seconds."""
        return False

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        schema = func._schema.arguments
        defaults = {a.name: a.default_value for a in schema if a.has_default_value()}
        given = {a.name: value for a, value in zip(schema, args, strict=False)}
        self._record(func, {**defaults, **given, **(kwargs or {})}, result)
        return result

    @contextmanager
    def naming(self) -> Iterator[None]:
        """Know, while the model runs, which of its modules is running."""
        model = self._path[0][1]
        handles = []
        for path, module in model.named_modules():
            enter = partial(self._enter, path)
            handles.append(module.register_forward_pre_hook(enter))
            handles.append(module.register_forward_hook(self._leave))
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    @property
    def place(self) -> str:
        """The path of the module that is running, "" for the model itself."""
        return self._path[-1][0]

    def value_of(self, tensor: Any) -> Value | None:
        """What is known of a tensor; None if it does not depend on the image."""
        return self._values.get(id(tensor))

    def name(self, operation: Operation) -> str:
        """A name that no node has yet: the module's path, and the step where that is not enough."""
        path, module = self._path[-1]
        is_layer = type(module).__module__.startswith("torch.nn.modules.")
        extra = isinstance(module, nn.Conv2d) and isinstance(operation, Padding)
        if not path or not is_layer or extra or next(module.children(), None) is not None:
            step = operation.title.replace(" ", "_")
            path = f"{path}.{step}" if path else step
        self._uses[path] = self._uses.get(path, 0) + 1
        self.names.append(path if self._uses[path] == 1 else f"{path} ({self._uses[path]})")
        return self.names[-1]

    def claim_parameters(self, arguments: dict[str, Any]) -> int:
        """The number of parameters behind these arguments that no earlier node has counted."""
        behind = [self._behind.get(id(t), set()) for t in _tensors(arguments)]
        return sum(self._unclaimed.pop(key, 0) for key in set().union(*behind))

    def network(self, output: Any) -> Network:
        """The graph behind what the model returned: a tensor, or something that holds one."""
        values = {id(t): v for t in _tensors(output) if (v := self.value_of(t))}
        if len(values) != 1:
            raise GeometryError(
                f"The model returned {len(values)} tensors that depend on the image; expected one. "
                "Wrap it in a module that returns the one to be analysed."
            )
        return Network(next(iter(values.values())).node)

    def _record(self, func: Any, arguments: dict[str, Any], result: Any) -> None:
        tensors, outputs = _tensors(arguments), _tensors(result)
        inputs = tuple(value for t in tensors if (value := self.value_of(t)))
        self._kept += outputs
        if not inputs:  # weights on their way to a layer: transposed, normalised, masked
            behind = set().union(*(self._behind.get(id(t), set()) for t in tensors))
            self._behind.update({id(t): behind for t in outputs if behind})
        if not inputs or not outputs:
            return
        name = func._schema.name.split("::")[-1]
        if func._schema.is_mutable:
            name = name.rstrip("_")
        call = Call(self, name, arguments, inputs, tuple(outputs))
        self._must_not_write_a_part(call, func)
        values = follow(call, torch.Tag.pointwise in func.tags)
        for tensor, value in zip(outputs, values, strict=False):
            self._remember(call, tensor, value)

    def _remember(self, call: Call, tensor: Tensor, value: Value) -> None:
        if value.axes == (-2, -1) and tuple(tensor.shape[-2:]) != value.size:
            raise call.unknown(f"it made {tuple(tensor.shape)} where {value.size} was expected")
        self._values[id(tensor)] = value
        self.maps.setdefault(len(self.names), tensor)

    def _must_not_write_a_part(self, call: Call, func: Any) -> None:
        """Writing into a slice changes the whole tensor, which would go unnoticed here."""
        target = call.outputs[0] if func._schema.is_mutable and call.outputs else None
        base = None if target is None else target._base
        if base is not None and base.numel() != target.numel() and len(call.inputs) > 1:
            raise call.unknown("it writes into a part of another tensor")

    def _enter(self, path: str, module: nn.Module, inputs: Any) -> None:
        self._path.append((path, module))

    def _leave(self, module: nn.Module, inputs: Any, output: Any) -> None:
        self._path.pop()


def _tensors(tree: Any) -> list[Tensor]:
    return [leaf for leaf in tree_leaves(tree) if isinstance(leaf, Tensor)]
