"""The values of parameters, read without the type library of the parser.

The parser loads pydantic for the first value that it reads: 70 ms of CPU on a cold command, an
eighth of a search. Texts, paths and numbers between bounds are all that the commands take.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import typer
from typer._coercion import RuntimeParam
from typer.core import TyperArgument, TyperOption

if TYPE_CHECKING:
    from typer._click import Context, Parameter
    from typer.core import _TyperParameter

_READERS: Final[Mapping[Any, Callable[[str], Any]]] = MappingProxyType(
    # A flag comes as a truth value, or as None where it is not given: neither is read.
    {str: str, list[str]: str, int: int, float: float, Path: Path, bool: bool}
)


@dataclass(frozen=True)
class PlainValue(RuntimeParam):
    """Reads one value, or each of several, and holds it between the bounds of its parameter."""

    def _coerce_value(self, value: Any, param: _TyperParameter, ctx: Context) -> Any:  # noqa: ANN401 (of the parameter's type)
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [self._coerce_value(one, param, ctx) for one in value]
        try:
            read = _READERS[self.annotation](value)
        except ValueError as error:
            raise typer.BadParameter(str(error), ctx=ctx, param=param) from error
        least, most = self.parameter_info.min, self.parameter_info.max
        # Written so that « nan », which is neither above nor below anything, is refused.
        if not ((least is None or read >= least) and (most is None or read <= most)):
            raise typer.BadParameter(f"{read} is out of range", ctx=ctx, param=param)
        return read


class _PlainOption(TyperOption):
    def get_runtime_param(self) -> RuntimeParam:
        return _reader(self) or super().get_runtime_param()


class _PlainArgument(TyperArgument):
    def get_runtime_param(self) -> RuntimeParam:
        return _reader(self) or super().get_runtime_param()


def _reader(parameter: TyperOption | TyperArgument) -> PlainValue | None:
    descriptor = parameter.type_descriptor
    if descriptor.annotation not in _READERS:
        return None
    return PlainValue(descriptor.parameter_info, descriptor.annotation)


def read_plainly(parameters: Sequence[Parameter]) -> None:
    """Makes these parameters read their values here; those of other types as the parser does."""
    for one in parameters:
        if type(one) is TyperOption:
            one.__class__ = _PlainOption
        elif type(one) is TyperArgument:
            one.__class__ = _PlainArgument
