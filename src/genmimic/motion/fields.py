"""Single fields of files as numbers, arrays and mappings, with complaints that name the file and the field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from genmimic.errors import InputError


def as_numbers(path: str | Path, field: str, value: Any, columns: int | None = None) -> np.ndarray:
    """A field as a float array.

    Args:
        path: The file, for messages.
        field: The field, for messages.
        value: What the file holds.
        columns: If given, the array must be two-dimensional with as many columns.

    Raises:
        InputError: The value is not an array of real numbers of such a shape.
    """
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "biuf":
            array = np.array(array.tolist(), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"{path}: field '{field}' is not an array of numbers ({error}).") from error
    if columns is not None and (array.ndim != 2 or array.shape[1] != columns):
        raise InputError(f"{path}: field '{field}' has shape {array.shape}, expected (frames, {columns}).")
    return array.astype(np.float64)


def as_number(path: str | Path, field: str, value: Any) -> float:
    """A field as one float; arrays of one element will do.

    Raises:
        InputError: The value is not one real number.
    """
    array = as_numbers(path, field, value)
    if array.size != 1:
        raise InputError(f"{path}: field '{field}' has shape {array.shape}, expected one number.")
    return float(array.reshape(()))


def as_mapping(path: str | Path, field: str, text: Any) -> dict[str, Any]:
    """A field that holds a JSON object as text.

    Raises:
        InputError: The value is not the text of a JSON object.
    """
    try:
        value = json.loads(str(text))
    except ValueError as error:
        raise InputError(f"{path}: field '{field}' is not JSON text ({error}).") from error
    if not isinstance(value, dict):
        raise InputError(f"{path}: field '{field}' is not a JSON object.")
    return value
