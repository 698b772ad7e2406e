"""Messages with every field filled at random."""

from __future__ import annotations

import numpy as np

from genmimic.deploy.messages.records import LOW_CMD, LOW_STATE, blank, seal


def random_low_cmd(rng: np.random.Generator) -> np.ndarray:
    message = blank(LOW_CMD)
    message["mode_pr"], message["mode_machine"] = rng.integers(0, 2), rng.integers(0, 256)
    fill(message["motor_cmd"], rng)
    message["reserve"] = rng.integers(0, 2**32, 4)
    return seal(message)


def random_low_state(rng: np.random.Generator) -> np.ndarray:
    message = blank(LOW_STATE)
    message["version"], message["tick"] = rng.integers(0, 2**32, 2), rng.integers(0, 2**32)
    message["mode_pr"], message["mode_machine"] = rng.integers(0, 2), rng.integers(0, 256)
    fill(message["imu_state"], rng)
    fill(message["motor_state"], rng)
    message["wireless_remote"] = rng.integers(0, 256, 40)
    message["reserve"] = rng.integers(0, 2**32, 4)
    return seal(message)


def fill(record: np.ndarray, rng: np.random.Generator) -> None:
    for name in record.dtype.names or ():
        field = record[name]
        if name == "padding":
            continue
        if field.dtype.kind == "f":
            record[name] = rng.normal(size=field.shape)
        else:
            limits = np.iinfo(field.dtype)
            record[name] = rng.integers(limits.min, int(limits.max) + 1, field.shape)
