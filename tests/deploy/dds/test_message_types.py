import numpy as np
import pytest
from deploy.messages.random_messages import random_low_cmd, random_low_state

from genmimic.deploy.messages.records import LOW_CMD, LOW_STATE, from_cdr, to_cdr

pytest.importorskip("cyclonedds.idl", reason="CycloneDDS is not installed: pip install 'genmimic[deploy]'")


PUBLISHED = {
    "LowCmd": "f16569fc15f0d47aa8600b9e91fbbc",
    "LowState": "f12f38296b52aa0230b92d378b1e39",
    "Request": "f1cba4dc965d393ada76b4de081925",
    "Response": "f148c997d379c3e18c530b5f8fe946",
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_types_are_announced_as_unitrees_own(name: str) -> None:
    """Hashes of the types' descriptions as in the headers that Unitree publishes (unitree_sdk2, idl/hg/*.hpp)."""
    from genmimic.deploy.dds import message_types

    idl = getattr(message_types, name).__idl__
    idl.fill_type_data()
    assert idl._xt_bytedata[0].hex()[40:70] == PUBLISHED[name]


@pytest.mark.parametrize("kind", ["LowCmd", "LowState"])
def test_bytes_are_those_of_cyclonedds_own_packing(kind: str) -> None:
    from genmimic.deploy.dds import message_types

    rng = np.random.default_rng(5)
    record = random_low_cmd(rng) if kind == "LowCmd" else random_low_state(rng)
    sample_type = getattr(message_types, kind)
    by_field = _plain(sample_type, record)
    packed = bytes(sample_type.__idl__.serialize(by_field))
    assert packed[4:] == to_cdr(record)[4:][: len(packed) - 4]
    assert from_cdr(packed, LOW_CMD if kind == "LowCmd" else LOW_STATE).tobytes() == record.tobytes()


def _plain(sample_type, record):
    """The record as CycloneDDS' own objects, field by field."""
    from genmimic.deploy.dds import message_types

    parts = {
        "motor_cmd": message_types.MotorCmd,
        "motor_state": message_types.MotorState,
        "imu_state": message_types.ImuState,
    }
    values = {}
    for name in record.dtype.names:
        if name == "padding":
            continue
        field = record[name]
        if name == "imu_state":
            values[name] = _plain(parts[name], field)
        elif name in parts:
            values[name] = [_plain(parts[name], one) for one in field]
        else:
            values[name] = field.tolist()
    return sample_type(**values)
