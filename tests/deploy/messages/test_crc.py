import numpy as np
import pytest

from genmimic.deploy.messages.crc import crc32_words


def bit_by_bit(words: list[int]) -> int:
    """The algorithm as Unitree publishes it (unitree_sdk2, `crc32_core`): polynomial 0x04C11DB7, one bit at a time."""
    crc = 0xFFFFFFFF
    for word in words:
        for bit in range(31, -1, -1):
            crc = (crc << 1) ^ (0x04C11DB7 if crc & 0x80000000 else 0)
            crc = (crc ^ (0x04C11DB7 if word >> bit & 1 else 0)) & 0xFFFFFFFF
    return crc


@pytest.mark.parametrize("count", [1, 2, 250, 522])
def test_checksum_is_the_published_one(count: int) -> None:
    rng = np.random.default_rng(count)
    for _ in range(3):
        words = rng.integers(0, 2**32, count, dtype=np.uint32)
        assert crc32_words(words.astype("<u4").tobytes()) == bit_by_bit(words.tolist())


def test_catalogued_check_value() -> None:
    # "CRC-32/MPEG-2" of the bytes "12345678" (two words, their bytes in order) by the catalogue's parameters
    words = np.frombuffer(b"12345678", ">u4").astype("<u4")
    crc = 0xFFFFFFFF
    for byte in b"12345678":
        crc ^= byte << 24
        for _ in range(8):
            crc = ((crc << 1) ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
    assert crc32_words(words.tobytes()) == crc


def test_part_of_a_word_is_refused() -> None:
    with pytest.raises(ValueError, match="whole number"):
        crc32_words(b"12345")
