"""Layouts of foreign trackers as JSON files, for users to write."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, TypeVar

from genmimic.errors import InputError
from genmimic.evaluation.baselines.layout import Block, ForeignLayout, Term
from genmimic.motion.files import atomic_path

Record = TypeVar("Record", Term, Block, ForeignLayout)


def write_layout(layout: ForeignLayout, path: str | Path) -> None:
    """Write a layout, for instance a known one as the start of another.

    Raises:
        InputError: The path cannot be written.
    """
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(asdict(layout), indent=1) + "\n", encoding="utf-8")


def read_layout(path: str | Path) -> ForeignLayout:
    """Read a layout.

    Raises:
        InputError: The file is missing or not JSON, a field is missing, unknown or of another kind, or they do not fit
            together.
    """
    try:
        values = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as a layout in JSON ({error}).") from error
    try:
        return _layout(str(path), values)
    except InputError as error:
        message = str(error)
        raise InputError(message if message.startswith(str(path)) else f"{path}: {message}") from error


def _layout(where: str, values: Any) -> ForeignLayout:
    blocks = []
    for number, block in enumerate(_list(where, "blocks", _object(where, values).get("blocks", []))):
        place = f"{where}: block {number}"
        terms = _list(place, "terms", _object(place, block).get("terms", []))
        blocks.append(_record(Block, place, {**block, "terms": [_record(Term, place, term) for term in terms]}))
    return _record(ForeignLayout, where, {**values, "blocks": blocks})


def _record(kind: type[Record], where: str, values: Any) -> Record:
    known = {field.name: field for field in fields(kind)}
    if unknown := sorted(set(_object(where, values)) - set(known)):
        raise InputError(f"{where}: unknown fields {unknown}; known are {sorted(known)}.")
    made: dict[str, Any] = {}
    for name, value in values.items():
        expected = str(known[name].type)
        if expected.startswith("tuple"):
            value = tuple(_list(where, name, value))
            items = float if "float" in expected else int if "int" in expected else str if "str" in expected else object
        else:
            items, value = {"float": float, "int": int, "bool": bool}.get(expected, str), (value,)
        if not all(_is(items, item) for item in value):
            raise InputError(f"{where}: field '{name}' does not hold {expected}.")
        made[name] = value if expected.startswith("tuple") else value[0]
    try:
        return kind(**made)
    except TypeError as error:
        raise InputError(f"{where}: a field is missing ({error}).") from error


def _is(kind: type, value: Any) -> bool:
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _object(where: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f"{where}: expected a JSON object, found {type(value).__name__}.")
    return value


def _list(where: str, name: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise InputError(f"{where}: field '{name}' is not a list.")
    return value
