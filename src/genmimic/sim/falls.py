"""The rules by which a simulated robot is said to have fallen (ours, not the paper's), in words."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from genmimic.tracking import terminations
from genmimic.tracking.state import RobotState

FORBIDDEN_ON_GROUND: dict[str, str] = {
    "torso_link": "torso or head",
    "left_wrist_roll_link": "left hand",
    "right_wrist_roll_link": "right hand",
}
"""Bodies that do not touch the floor unless the robot has fallen, and how people call them."""


def fall_reason(state: RobotState, reference_root_quat_w: np.ndarray, grounded: Iterable[str]) -> str:
    """Say why the robot counts as fallen, or nothing if it does not.

    Args:
        state: The robot's state.
        reference_root_quat_w: The reference's pelvis orientation at the same time, (4,).
        grounded: Names of the bodies other than feet that touch the floor.

    Returns:
        A clause such as 'pelvis at 0.28 m', empty for a robot that has not fallen.
    """
    reasons = []
    if terminations.sunk(state.root_pos_w):
        reasons.append(f"pelvis at {state.root_pos_w[2]:.2f} m")
    if terminations.tilted(state.root_quat_w, reference_root_quat_w):
        tilt = terminations.tilt_from_reference(state.root_quat_w, reference_root_quat_w)
        reasons.append(f"tilted {math.degrees(tilt):.0f} degrees away from the reference")
    bodies = [FORBIDDEN_ON_GROUND[body] for body in sorted(grounded) if body in FORBIDDEN_ON_GROUND]
    if bodies:
        reasons.append(f"{' and '.join(bodies)} on the ground")
    return ", ".join(reasons)
