"""Where a simulated robot truly was during a deployment, against the reference: figures that no real robot can give."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from genmimic import rotation
from genmimic.evaluation.errors import global_keypoint_error, local_keypoint_error
from genmimic.motion.files import load_arrays
from genmimic.robot.kinematics import forward_kinematics
from genmimic.sim.reference import Reference
from genmimic.sim.world import CONTROL_HZ
from genmimic.tracking import terminations


@dataclass(frozen=True)
class TruthFigures:
    """Figures of one deployment.

    Attributes:
        mpkpe_cm: Mean global keypoint error over the whole motion; the robot's place and heading at its start count as
            the reference's.
        lmpkpe_cm: Mean local keypoint error.
        largest_cm: Largest mean keypoint error of any step.
        fall_time: When it fell by our rules of height and tilt, seconds; NaN if it did not.
    """

    mpkpe_cm: float
    lmpkpe_cm: float
    largest_cm: float
    fall_time: float

    @property
    def success(self) -> bool:
        """Neither a fall nor a mean keypoint error over 0.5 m."""
        return bool(np.isnan(self.fall_time)) and self.largest_cm <= 100.0 * terminations.DEVIATION_LIMIT


def truth_figures(file: Path, start: float, reference: Reference, clip: slice = slice(None)) -> TruthFigures:
    """Compare the record of `genmimic sim-robot --record` with a reference.

    Args:
        file: The record.
        start: When the motion began, seconds on `time.monotonic`'s clock.
        reference: What was tracked.
        clip: Frames whose errors count; a fall or a loss counts in all.

    Raises:
        InputError: The record is missing or damaged.
    """
    truth = load_arrays(file)
    times = start + np.arange(len(reference)) / CONTROL_HZ
    rows = np.clip(np.searchsorted(truth["stamp"], times), 0, len(truth["stamp"]) - 1)
    pos_w, quat_w, joint_pos = (truth[name][rows] for name in ("root_pos_w", "root_quat_w", "joint_pos"))
    return figures_of(pos_w, quat_w, joint_pos, reference, clip)


def figures_of(
    root_pos_w: np.ndarray,
    root_quat_w: np.ndarray,
    joint_pos: np.ndarray,
    reference: Reference,
    clip: slice = slice(None),
) -> TruthFigures:
    """Compare where a robot was with a reference.

    Args:
        root_pos_w: (T, 3), metres; T is at most the reference's length. The robot's world may be any other one.
        root_quat_w: (T, 4).
        joint_pos: (T, 23), radians.
        reference: What was tracked.
        clip: Frames whose errors count; a fall or a loss counts in all.
    """
    motion, frames = reference.motion, slice(len(root_pos_w))
    aim = rotation.heading(motion.root_quat_w[0])
    turn = rotation.multiply(aim, rotation.conjugate(rotation.heading(root_quat_w[0])))
    quat_w = rotation.multiply(turn, root_quat_w)
    moved = rotation.rotate(turn, root_pos_w - root_pos_w[0])
    pos_w = moved + np.append(motion.root_pos_w[0, :2], root_pos_w[0, 2])
    keypoint_pos_w, _ = forward_kinematics(pos_w, quat_w, joint_pos)
    wanted_w = reference.kinematics.keypoint_pos_w[frames]
    wanted_pos_w, wanted_quat_w = motion.root_pos_w[frames], motion.root_quat_w[frames]
    error = global_keypoint_error(keypoint_pos_w, wanted_w)
    local = local_keypoint_error(keypoint_pos_w, pos_w, quat_w, wanted_w, wanted_pos_w, wanted_quat_w)
    fallen = terminations.sunk(pos_w) | terminations.tilted(quat_w, wanted_quat_w)
    return TruthFigures(
        mpkpe_cm=100.0 * float(error[clip].mean()),
        lmpkpe_cm=100.0 * float(local[clip].mean()),
        largest_cm=100.0 * float(error.max()),
        fall_time=float(fallen.argmax()) / CONTROL_HZ if fallen.any() else float("nan"),
    )
