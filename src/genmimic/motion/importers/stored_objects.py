"""Python objects that other tools stored (pickle, joblib, numpy, torch), read without running what they may hold."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from genmimic.errors import InputError
from genmimic.motion.importers.torch_tensors import TORCH_NAMES, read_torch_zip
from genmimic.motion.safe_pickle import find_plain

_COMPRESSIONS: dict[bytes, Callable[[bytes], bytes]] = {
    b"\x1f\x8b": gzip.decompress,
    b"BZh": bz2.decompress,
    b"\xfd7zXZ": lzma.decompress,
    b"\x5d\x00\x00": lzma.decompress,
    b"\x78\x01": zlib.decompress,
    b"\x78\x5e": zlib.decompress,
    b"\x78\x9c": zlib.decompress,
    b"\x78\xda": zlib.decompress,
}


def looks_stored(path: Path) -> bool:
    """Whether a file begins like one of pickle, joblib, `numpy.save` or `torch.save`."""
    with path.open("rb") as file:
        start = file.read(16)
    return start.startswith((b"\x80", b"PK", b"\x93NUMPY", *_COMPRESSIONS))


def load_objects(path: str | Path) -> Any:
    """What a file of pickle, joblib, `numpy.save` or `torch.save` holds, with numpy arrays for arrays and tensors.

    Raises:
        InputError: The file is missing, damaged, or names anything beyond plain data, arrays and tensors.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path}: no such file; check the path.")
    try:
        value = _load(path)
    except pickle.UnpicklingError as error:
        raise InputError(
            f"{path}: is not a file of plain data, arrays and tensors: {error}; it was not loaded."
        ) from error
    except Exception as error:  # a damaged pickle can fail in any way
        raise InputError(f"{path}: is cut off or damaged ({type(error).__name__}: {error}).") from error
    if isinstance(value, np.ndarray) and value.dtype.hasobject and value.shape == ():
        return value.item()
    return value


def _load(path: Path) -> Any:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return read_torch_zip(archive)
    data = path.read_bytes()
    for magic, decompress in _COMPRESSIONS.items():
        if data.startswith(magic):
            data = decompress(data)
            break
    stream = io.BytesIO(data)
    if data.startswith(b"\x93NUMPY"):
        version = np.lib.format.read_magic(stream)
        read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        if not read_header(stream)[2].hasobject:
            raise pickle.UnpicklingError("it holds numbers alone, without names")
    return _Unpickler(stream).load()


class _StoredArray:
    """What joblib writes in place of an array, whose data follow in the file."""

    subclass: Any = None
    shape: tuple[int, ...] = ()
    order: str = "C"
    dtype: np.dtype[Any]
    allow_mmap: bool = False
    numpy_array_alignment_bytes: int | None = None

    def read(self, stream: io.BytesIO) -> np.ndarray:
        if self.dtype.hasobject:
            return _Unpickler(stream).load()
        if self.numpy_array_alignment_bytes is not None:
            stream.read(stream.read(1)[0])
        count = int(np.prod(self.shape, dtype=np.int64))
        flat = np.frombuffer(stream.read(count * self.dtype.itemsize), self.dtype)
        if len(flat) != count:
            raise pickle.UnpicklingError("an array's data are cut off")
        return flat.reshape(self.shape[::-1]).T if self.order == "F" else flat.reshape(self.shape)


class _Unpickler(pickle._Unpickler):
    """Python's own unpickler, the only one that can stop to read joblib's arrays from between the pickle's parts."""

    dispatch: ClassVar[dict[int, Any]] = dict(pickle._Unpickler.dispatch)

    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__(stream)
        self._stream = stream

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("joblib.numpy_pickle", "NumpyArrayWrapper"):
            return _StoredArray
        if (module, name) in TORCH_NAMES:
            return TORCH_NAMES[module, name]
        return find_plain(module, name)

    def load_build(self) -> None:
        super().load_build()  # pyright: ignore[reportAttributeAccessIssue]
        stack: list[Any] = self.stack  # pyright: ignore[reportAttributeAccessIssue]
        if isinstance(stack[-1], _StoredArray):
            stack.append(stack.pop().read(self._stream))

    dispatch[pickle.BUILD[0]] = load_build
