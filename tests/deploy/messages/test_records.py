import numpy as np
import pytest
from deploy.messages.random_messages import random_low_cmd, random_low_state

from genmimic.deploy.messages.records import LOW_CMD, LOW_STATE, from_cdr, is_intact, seal, to_cdr


def test_sizes_are_those_of_unitrees_structs() -> None:
    assert LOW_CMD.itemsize == 1004
    assert LOW_STATE.itemsize == 2092


@pytest.mark.parametrize(("make", "dtype"), [(random_low_cmd, LOW_CMD), (random_low_state, LOW_STATE)])
def test_wire_and_back(make, dtype) -> None:
    message = make(np.random.default_rng(1))
    data = to_cdr(message)
    back = from_cdr(data, dtype)
    assert back.tobytes() == message.tobytes()
    assert is_intact(back)
    # what others leave between the numbers changes nothing
    head = 2 if dtype is LOW_CMD else 70
    littered = bytearray(data)
    littered[4 + head + 1] = 0xAB
    assert is_intact(from_cdr(bytes(littered), dtype))


def test_checksum_notices_every_bit() -> None:
    message = random_low_cmd(np.random.default_rng(2))
    data = message.tobytes()
    for byte in (0, 1, 4, 8, 500, 1003):
        spoilt = bytearray(data)
        spoilt[byte] ^= 1
        assert not is_intact(np.frombuffer(spoilt, LOW_CMD).reshape(()))


def test_copies_keep_the_checksum() -> None:
    rng = np.random.default_rng(3)
    for message in (random_low_cmd(rng), random_low_state(rng)):
        assert is_intact(message.copy())
        box = np.zeros((), [("x", "<f8"), ("message", message.dtype)])
        box["message"] = message
        assert is_intact(box["message"])


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x00\x00" + bytes(10), b"\x00\x00\x00\x00" + bytes(1004)])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="little-endian CDR"):
        from_cdr(data, LOW_CMD)


def test_seal_again_after_a_change() -> None:
    message = random_low_state(np.random.default_rng(4))
    message["tick"] += 1
    assert not is_intact(message)
    assert is_intact(seal(message))
