"""A place in memory shared by two processes, where one leaves the newest record and the other reads it.

Neither ever waits. A checksum tells a half-written record from a whole one, whatever order the processors see.
"""

from __future__ import annotations

import zlib
from multiprocessing.sharedctypes import RawArray
from typing import Any

import numpy as np

_ATTEMPTS = 100


class SharedSlot:
    """One record of a numpy type; made in one process and handed to another as it is created."""

    def __init__(self, dtype: np.dtype) -> None:
        """Empty."""
        self._dtype = np.dtype([("number", "<u8"), ("record", dtype), ("checksum", "<u4")])
        self._memory: Any = RawArray("B", self._dtype.itemsize)
        self._number = 0

    def write(self, record: np.ndarray) -> None:
        """Leave a record; one writer only."""
        self._number += 1
        whole = np.zeros((), self._dtype)
        whole["number"], whole["record"] = self._number, record
        data = whole.tobytes()
        checksum = zlib.crc32(data[:-4]).to_bytes(4, "little")
        memoryview(self._memory).cast("B")[:] = data[:-4] + checksum

    def read(self) -> tuple[int, np.ndarray] | None:
        """The newest record with its number, counted from 1.

        Returns:
            None before the first, or if it was being written at every attempt.
        """
        for _ in range(_ATTEMPTS):
            data = bytearray(memoryview(self._memory).cast("B"))
            whole = np.frombuffer(data, self._dtype).reshape(())
            number = int(whole["number"])
            if number == 0 and not any(data):
                return None
            if int(whole["checksum"]) == zlib.crc32(data[:-4]):
                return number, whole["record"]
        return None
