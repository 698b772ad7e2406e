"""The robot's two messages as numpy records in the memory layout of Unitree's C structs, and their bytes on the wire.

Names, types and order of the fields are those of the published IDL, `unitree_hg::msg::dds_::LowCmd_` and `LowState_`
(unitree_sdk2, unitree_ros2). The struct's layout decides the checksum. On the wire (CDR, little endian) each number is
aligned to its own size, as in a C struct, but a struct is not: the two differ at one place only, before the first
motor, whose first field is a single byte.
"""

from __future__ import annotations

import numpy as np

from genmimic.deploy.messages.crc import crc32_words

MOTORS = 35
"""Places for motors in a message; a G1 uses the first 29."""

# the padding of the C structs is spelt out: numpy would leave it undefined when it copies a record
MOTOR_CMD = np.dtype(
    [
        ("mode", "u1"),
        ("padding", "u1", 3),
        ("q", "<f4"),
        ("dq", "<f4"),
        ("tau", "<f4"),
        ("kp", "<f4"),
        ("kd", "<f4"),
        ("reserve", "<u4"),
    ]
)
LOW_CMD = np.dtype(
    [
        ("mode_pr", "u1"),
        ("mode_machine", "u1"),
        ("padding", "u1", 2),
        ("motor_cmd", MOTOR_CMD, MOTORS),
        ("reserve", "<u4", 4),
        ("crc", "<u4"),
    ]
)
IMU_STATE = np.dtype(
    [
        ("quaternion", "<f4", 4),  # w, x, y, z
        ("gyroscope", "<f4", 3),
        ("accelerometer", "<f4", 3),
        ("rpy", "<f4", 3),
        ("temperature", "<i2"),
        ("padding", "u1", 2),
    ]
)
MOTOR_STATE = np.dtype(
    [
        ("mode", "u1"),
        ("padding", "u1", 3),
        ("q", "<f4"),
        ("dq", "<f4"),
        ("ddq", "<f4"),
        ("tau_est", "<f4"),
        ("temperature", "<i2", 2),  # shell, winding
        ("vol", "<f4"),
        ("sensor", "<u4", 2),
        ("motorstate", "<u4"),
        ("reserve", "<u4", 4),
    ]
)
LOW_STATE = np.dtype(
    [
        ("version", "<u4", 2),
        ("mode_pr", "u1"),
        ("mode_machine", "u1"),
        ("padding", "u1", 2),
        ("tick", "<u4"),
        ("imu_state", IMU_STATE),
        ("motor_state", MOTOR_STATE, MOTORS),
        ("wireless_remote", "u1", 40),
        ("reserve", "<u4", 4),
        ("crc", "<u4"),
    ]
)

_CDR_HEADER = b"\x00\x01\x00\x00"
"""Plain CDR, little endian, no options."""
_HEADS = {LOW_CMD.itemsize: 2, LOW_STATE.itemsize: 70}
"""By a struct's size: the bytes of the fields before the motors, without padding."""


def blank(dtype: np.dtype) -> np.ndarray:
    """A message of zeros; fields of this 0-d array can be written to."""
    return np.zeros((), dtype)


def seal(message: np.ndarray) -> np.ndarray:
    """Write the message's checksum into it, and return it."""
    message["crc"] = checksum(message)
    return message


def checksum(message: np.ndarray) -> int:
    """Checksum over all but the last word, as Unitree's SDK computes it."""
    return crc32_words(message.tobytes()[:-4])


def is_intact(message: np.ndarray) -> bool:
    """Whether the message's checksum is right."""
    return int(message["crc"]) == checksum(message)


def to_cdr(message: np.ndarray) -> bytes:
    """Bytes of a `LOW_CMD` or `LOW_STATE` on the wire."""
    struct = message.tobytes()
    head = _HEADS[len(struct)]
    motors = head + 2  # in the struct the first motor begins at a multiple of four
    return _CDR_HEADER + struct[:head] + struct[motors : motors + 1] + b"\x00" + struct[motors + 4 :]


def from_cdr(data: bytes, dtype: np.dtype) -> np.ndarray:
    """A message from bytes on the wire.

    Args:
        data: Encapsulation header and payload.
        dtype: `LOW_CMD` or `LOW_STATE`.

    Raises:
        ValueError: Another encoding or length.
    """
    head, size = _HEADS[dtype.itemsize], dtype.itemsize - 4
    # a writer may have filled it up; 1 is CDR, 7 XCDR2 of a final type, the same where no number has 8 bytes
    if len(data) < 4 + size or data[0] != 0 or data[1] not in (1, 7):
        raise ValueError(f"not a message of {size} bytes in little-endian CDR: {len(data)} bytes, header {data[:4]!r}")
    wire = bytes(data[4 : 4 + size])
    struct = wire[:head] + b"\x00\x00" + wire[head : head + 1] + b"\x00\x00\x00" + wire[head + 2 :]
    message = np.frombuffer(bytearray(struct), dtype).reshape(())
    # a writer may leave anything between the numbers
    message["padding"] = 0
    message["motor_cmd" if dtype is LOW_CMD else "motor_state"]["padding"] = 0
    return message
