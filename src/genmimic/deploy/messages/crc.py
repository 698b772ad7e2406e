"""The checksum of Unitree's messages: CRC-32 with polynomial 0x04C11DB7, the highest bit first, over 32-bit words.

It starts from 0xFFFFFFFF and neither reflects nor inverts anything ("CRC-32/MPEG-2"), with the bytes of each
little-endian word taken from the most significant one. zlib's CRC-32 has the same polynomial with all bits reflected
and the result inverted, so it can do the work: some microseconds for a message.
"""

from __future__ import annotations

import zlib

import numpy as np

_REVERSED_BITS = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def crc32_words(data: bytes) -> int:
    """Checksum of little-endian 32-bit words.

    Args:
        data: A whole number of words.

    Raises:
        ValueError: The length is no multiple of four.
    """
    if len(data) % 4:
        raise ValueError(f"{len(data)} bytes are no whole number of 32-bit words")
    swapped = np.frombuffer(data, "<u4").byteswap().tobytes()
    inverted = zlib.crc32(swapped.translate(_REVERSED_BITS)) ^ 0xFFFFFFFF
    # reflect all 32 bits: those of each byte, and the bytes
    return int.from_bytes(inverted.to_bytes(4, "little").translate(_REVERSED_BITS), "big")
