"""Nested frozen dataclasses: to JSON and back, and, where they hold tensors, choosing and copying them as a whole."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, is_dataclass
from typing import Any, TypeVar

import torch

from genmimic.errors import InputError

Record = TypeVar("Record")


def to_plain(record: Any) -> dict[str, Any]:
    """A configuration as what JSON can hold: dictionaries, lists, numbers, texts, booleans and None."""
    return _plain(asdict(record))


def from_plain(kind: type[Record], values: Mapping[str, Any], where: str) -> Record:
    """Rebuild a configuration from what `to_plain` gave; fields that are missing keep their defaults.

    Args:
        kind: A dataclass of numbers, texts, tuples and dataclasses.
        values: Its fields.
        where: What is read, for messages.

    Raises:
        InputError: A field is unknown or its value does not fit.
    """
    hints = typing.get_type_hints(kind)
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(values) - known)
    if unknown:
        raise InputError(f"{where}: unknown setting(s) {unknown}; known are {sorted(known)}.")
    try:
        return kind(**{name: _typed(hints[name], value, f"{where}.{name}") for name, value in values.items()})
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{where}: {error.args[0] if error.args else error}.") from error


def to_json(record: Any) -> str:
    """A configuration as a JSON object."""
    return json.dumps(to_plain(record))


def from_json(kind: type[Record], text: str, where: str) -> Record:
    """Rebuild a configuration from what `to_json` gave; see `from_plain`.

    Raises:
        InputError: It is not JSON, a field is unknown or its value does not fit.
    """
    try:
        values = json.loads(text)
    except ValueError as error:
        raise InputError(f"{where} settings are not JSON ({error}).") from error
    return from_plain(kind, values, where)


def map_tensors(function: Callable[..., torch.Tensor], first: Any, *others: Any) -> Any:
    """Apply a function to each tensor of records of the same structure; what is None stays None."""
    if first is None:
        return None
    if isinstance(first, torch.Tensor):
        return function(first, *others)
    if isinstance(first, tuple):
        return tuple(map_tensors(function, *parts) for parts in zip(first, *others, strict=True))
    return type(first)(
        **{
            field.name: map_tensors(function, *(getattr(record, field.name) for record in (first, *others)))
            for field in fields(first)
        }
    )


def choose(mask: torch.Tensor, chosen: Any, other: Any) -> Any:
    """`chosen` in the worlds of `mask` (N,), `other` elsewhere; all tensors have the leading dimension N."""

    def pick(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        return torch.where(mask.reshape(-1, *(1,) * (a.ndim - 1)), a, b)

    return map_tensors(pick, chosen, other)


def tensors_of(record: Any, prefix: str = "") -> dict[str, torch.Tensor]:
    """All tensors of a record by dotted name, for a checkpoint."""
    if isinstance(record, torch.Tensor):
        return {prefix: record}
    if record is None:
        return {}
    members = (
        enumerate(record) if isinstance(record, tuple) else ((f.name, getattr(record, f.name)) for f in fields(record))
    )
    found: dict[str, torch.Tensor] = {}
    for name, member in members:
        found |= tensors_of(member, f"{prefix}.{name}" if prefix else str(name))
    return found


def with_tensors(record: Any, tensors: Mapping[str, torch.Tensor], prefix: str = "") -> Any:
    """The record with its tensors replaced by those of `tensors_of` another one of the same structure."""
    if isinstance(record, torch.Tensor):
        return tensors[prefix]
    if record is None:
        return None
    if isinstance(record, tuple):
        return tuple(with_tensors(member, tensors, f"{prefix}.{i}") for i, member in enumerate(record))
    return type(record)(
        **{
            f.name: with_tensors(getattr(record, f.name), tensors, f"{prefix}.{f.name}" if prefix else f.name)
            for f in fields(record)
        }
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _typed(hint: Any, value: Any, where: str) -> Any:
    """`value` as the type that a field asks for."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        if value is None:
            return None
        hint = next(option for option in typing.get_args(hint) if option is not type(None))
    if is_dataclass(hint):
        if not isinstance(value, Mapping):
            raise InputError(f"{where}: expected an object with settings, found {value!r}.")
        return from_plain(typing.cast(type, hint), value, where)
    if typing.get_origin(hint) is tuple:
        if not isinstance(value, list | tuple):
            raise InputError(f"{where}: expected a list, found {value!r}.")
        inner = typing.get_args(hint)
        repeated = len(inner) == 2 and inner[1] is Ellipsis
        if not repeated and len(inner) != len(value):
            raise InputError(f"{where}: expected {len(inner)} values, found {len(value)}.")
        hints = [inner[0]] * len(value) if repeated else inner
        return tuple(_typed(h, v, f"{where}[{i}]") for i, (h, v) in enumerate(zip(hints, value, strict=True)))
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(hint, type) and (not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool)):
        raise InputError(f"{where}: expected {hint.__name__}, found {value!r}.")
    return value
