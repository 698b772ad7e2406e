"""Unpickling of plain data: numbers, text, containers and numpy arrays, and nothing that could run code."""

from __future__ import annotations

import importlib
import io
import pickle
from pathlib import Path
from typing import Any

import numpy as np

from genmimic.errors import InputError

_ALLOWED: frozenset[tuple[str, str]] = frozenset(
    {
        ("numpy", "ndarray"),
        ("numpy", "dtype"),
        ("numpy", "float64"),
        ("numpy", "float32"),
        ("numpy", "int64"),
        ("numpy", "int32"),
        ("collections", "OrderedDict"),
        ("collections", "defaultdict"),
        # the second is the first's name in pickles that Python 2 could read
        *(
            (module, name)
            for module in ("builtins", "__builtin__")
            for name in ("set", "frozenset", "complex", "dict", "list")
        ),
        # numpy 1 and 2 keep these in different modules
        *((f"numpy.{core}.multiarray", name) for core in ("core", "_core") for name in ("_reconstruct", "scalar")),
        *((f"numpy.{core}.numeric", "_frombuffer") for core in ("core", "_core")),
    }
)
"""All that a pickle may name. Constructors of plain data, none of which calls what it is given."""


def find_plain(module: str, name: str) -> Any:
    """What a pickle names, if it is on the list.

    Raises:
        pickle.UnpicklingError: It is not.
    """
    if (module, name) == ("_codecs", "encode"):
        return _encode_latin1
    if (module, name) not in _ALLOWED:
        raise pickle.UnpicklingError(f"it names {module}.{name}")
    module = module.replace("numpy.core.", "numpy._core.").replace("__builtin__", "builtins")
    return getattr(importlib.import_module(module), name)


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        return find_plain(module, name)


def _encode_latin1(text: str, encoding: str) -> bytes:
    """How old pickle protocols store bytes; other codecs are refused."""
    if encoding != "latin1" or not isinstance(text, str):
        raise pickle.UnpicklingError(f"it uses the codec {encoding}")
    return text.encode("latin1")


def load_plain_pickle(path: str | Path) -> Any:
    """Load a pickle that holds only plain data and numpy arrays.

    Args:
        path: The file.

    Returns:
        The object stored in it.

    Raises:
        InputError: The file is missing, damaged, or names anything beyond plain data.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path}: no such file; check the path.")
    try:
        value = _PlainUnpickler(io.BytesIO(path.read_bytes())).load()
    except pickle.UnpicklingError as error:
        raise InputError(
            f"{path}: is not a pickle of plain data and numpy arrays ({error}); export it again as npz or CSV."
        ) from error
    except Exception as error:  # a damaged pickle can fail in any way
        raise InputError(f"{path}: is not a readable pickle ({type(error).__name__}: {error}).") from error
    if isinstance(value, np.ndarray) and value.dtype.hasobject and value.shape == ():
        return value.item()
    return value
