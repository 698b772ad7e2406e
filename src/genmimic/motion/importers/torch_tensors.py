"""Pickled torch tensors as numpy arrays, without torch and without running anything that a file may hold.

torch stores a tensor as a call of `_rebuild_tensor_v2` on a storage, and the storage's bytes elsewhere: in files of
their own within a zip (`torch.save` since 1.6), or behind the pickle (before, and within pickles of other tools).
"""

from __future__ import annotations

import io
import pickle
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from genmimic.motion.safe_pickle import find_plain

_STORAGES: dict[str, str] = {
    "FloatStorage": "float32",
    "DoubleStorage": "float64",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
}
_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C


def _rebuild_tensor(storage: np.ndarray, offset: int, size: tuple[int, ...], stride: tuple[int, ...], *_: Any) -> Any:
    """A view of a storage, within its bounds."""
    last = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    if min((offset, *size, *stride)) < 0 or (0 not in size and last >= len(storage)):
        raise pickle.UnpicklingError("a tensor reaches beyond its data")
    steps = [step * storage.itemsize for step in stride]
    return np.lib.stride_tricks.as_strided(storage[offset:], size, steps, writeable=False)


def _parameter(data: Any, *_: Any) -> Any:
    return data


def _load_from_bytes(data: bytes) -> Any:
    """A storage that was pickled on its own, in torch's format from before the zip files."""
    stream = io.BytesIO(data)
    if _Headers(stream).load() != _LEGACY_MAGIC:
        raise pickle.UnpicklingError("a tensor is not in torch's format")
    _Headers(stream).load()  # protocol
    if not _Headers(stream).load().get("little_endian", True):
        raise pickle.UnpicklingError("a tensor is big-endian")
    reader = _LegacyUnpickler(stream)
    value = reader.load()
    for key in _Headers(stream).load():
        storage = reader.storages[key]
        stream.read(8)  # the number of elements again
        found = np.frombuffer(stream.read(storage.nbytes), storage.dtype)
        if len(found) != len(storage):
            raise pickle.UnpicklingError("a tensor's data are cut off")
        storage[:] = found
    return value


TORCH_NAMES: Mapping[tuple[str, str], Callable[..., Any] | str] = {
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    ("torch.storage", "_load_from_bytes"): _load_from_bytes,
    ("torch", "Size"): tuple,
    **{("torch", name): dtype for name, dtype in _STORAGES.items()},
}
"""What pickles of tensors name, and what stands for it here."""


class _Headers(pickle.Unpickler):
    """Numbers, text, lists and dictionaries alone."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"it names {module}.{name}")


class _TensorUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in TORCH_NAMES:
            return TORCH_NAMES[module, name]
        return find_plain(module, name)


class _LegacyUnpickler(_TensorUnpickler):
    """Makes empty storages, whose data follow."""

    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__(stream)
        self.storages: dict[str, np.ndarray] = {}
        self._limit = len(stream.getbuffer())

    def persistent_load(self, pid: Any) -> np.ndarray:
        _, kind, key, _, count, *_ = pid
        if kind == "bfloat16":
            raise pickle.UnpicklingError("it holds tensors of bfloat16; save them as float32")
        if not 0 <= count * np.dtype(kind).itemsize <= self._limit:
            raise pickle.UnpicklingError("a tensor's data are cut off")
        return self.storages.setdefault(key, np.empty(count, kind))


class _ZipUnpickler(_TensorUnpickler):
    def __init__(self, archive: zipfile.ZipFile, pickle_name: str) -> None:
        super().__init__(io.BytesIO(archive.read(pickle_name)))
        self._archive, self._folder = archive, pickle_name.rpartition("/")[0]

    def persistent_load(self, pid: Any) -> np.ndarray:
        _, kind, key, _, count, *_ = pid
        data = self._archive.read(f"{self._folder}/data/{key}")
        if kind == "bfloat16":
            # the upper halves of float32
            return (np.frombuffer(data, "<u2", count).astype(np.uint32) << 16).view(np.float32)
        return np.frombuffer(data, kind, count)


def read_torch_zip(archive: zipfile.ZipFile) -> Any:
    """What `torch.save` wrote into a zip, with arrays for tensors.

    Raises:
        pickle.UnpicklingError: It names anything beyond plain data and tensors, or is damaged.
        KeyError: A part is missing.
    """
    names = archive.namelist()
    (pickle_name,) = [name for name in names if name.endswith("/data.pkl")]
    order = pickle_name.replace("data.pkl", "byteorder")
    if order in names and archive.read(order) != b"little":
        raise pickle.UnpicklingError("it is big-endian")
    return _ZipUnpickler(archive, pickle_name).load()
