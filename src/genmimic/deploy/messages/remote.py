"""The wireless remote control's 40 bytes inside the robot's message.

Layout (unitree_sdk2, `gamepad.hpp`): 2 bytes header, 16 bits of buttons, then floats lx, rx, ry, L2, ly; the rest idle.
"""

from __future__ import annotations

import numpy as np

from genmimic.deploy.link import RemoteState

BUTTONS: tuple[str, ...] = (
    *("R1", "L1", "start", "select", "R2", "L2", "F1", "F2"),
    *("A", "B", "X", "Y", "up", "right", "down", "left"),
)
"""Names of the buttons, from the lowest bit."""
SIZE = 40

_LAYOUT = np.dtype({"names": ["keys", "axes"], "formats": ["<u2", ("<f4", 5)], "offsets": [2, 4], "itemsize": SIZE})


def decode_remote(data: np.ndarray) -> RemoteState:
    """What the remote says.

    Args:
        data: (40,), bytes. Sticks that are not finite or beyond their range count as at rest.
    """
    raw = np.frombuffer(np.asarray(data, np.uint8).tobytes(), _LAYOUT)[0]
    keys = int(raw["keys"])
    lx, rx, ry, _, ly = (float(axis) if abs(axis) <= 1.0 else 0.0 for axis in raw["axes"])
    down = frozenset(name for bit, name in enumerate(BUTTONS) if keys >> bit & 1)
    return RemoteState(down, (lx, ly), (rx, ry))


def encode_remote(remote: RemoteState) -> np.ndarray:
    """The reverse of `decode_remote`, (40,), bytes."""
    raw = np.zeros((), _LAYOUT)
    raw["keys"] = sum(1 << bit for bit, name in enumerate(BUTTONS) if name in remote.buttons)
    (lx, ly), (rx, ry) = remote.left_stick, remote.right_stick
    raw["axes"] = (lx, rx, ry, 0.0, ly)
    return np.frombuffer(raw.tobytes(), np.uint8).copy()
