"""The plots of the report, from what was seen, asked for and done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from genmimic import rotation
from genmimic.evaluation.errors import global_keypoint_error, local_keypoint_error
from genmimic.motion.robot_motion import RobotMotion
from genmimic.robot.collision import PRIMITIVES
from genmimic.robot.constants import EFFORT_LIMIT, JOINT_LOWER, JOINT_UPPER
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import FOOT_NAMES, JOINT_NAMES, KEYPOINT_NAMES
from genmimic.tracking.terminations import DEVIATION_LIMIT
from genmimic.view.plots import Plot, Series, Strip

if TYPE_CHECKING:
    from genmimic.human.evidence import Reconstruction
    from genmimic.sim.record import Rollout

LOST_CM = 100.0 * DEVIATION_LIMIT
"""Mean keypoint error beyond which a motion counts as lost, centimetres."""

JOINT_GROUPS: dict[str, tuple[str, ...]] = {
    "Left leg": JOINT_NAMES[0:6],
    "Right leg": JOINT_NAMES[6:12],
    "Waist": JOINT_NAMES[12:13],
    "Left arm": JOINT_NAMES[13:18],
    "Right arm": JOINT_NAMES[18:23],
}


@dataclass(frozen=True)
class Simulated:
    """A simulated robot in the plots.

    Attributes:
        label: Its name in legends.
        style: Class of the style sheet.
        rollout: What it did.
    """

    label: str
    style: str
    rollout: Rollout

    @property
    def time(self) -> np.ndarray:
        """Time of each control step, (T,), seconds."""
        return np.arange(len(self.rollout)) / self.rollout.fps

    def series(self, value: np.ndarray) -> Series:
        """A curve of one value per control step, (T,)."""
        return Series(self.label, self.time, value, self.style)


def simulated(rollout: Rollout, student: Rollout | None) -> tuple[Simulated, ...]:
    """The one robot, or those of the teacher and the student."""
    if student is None:
        return (Simulated("robot", "robot", rollout),)
    return Simulated("teacher", "robot", rollout), Simulated("student", "student", student)


def overview(reconstruction: Reconstruction | None, reference: RobotMotion, robots: Sequence[Simulated]) -> list[Plot]:
    """The wide plots: keypoint error, feet, gantry, detection."""
    plots = [keypoint_error(robots), *feet(reference, robots)]
    if robots[0].rollout.held:
        plots.append(support(robots[0].rollout))
    if reconstruction is not None:
        plots.append(detection(reconstruction))
    return plots


def keypoint_error(robots: Sequence[Simulated]) -> Plot:
    """Mean distance of the 27 keypoints from the reference, in the world and relative to the pelvis."""
    world = [_world_error(robot.rollout) for robot in robots]
    local = [_local_error(robot.rollout) for robot in robots]
    if len(robots) == 1:
        labels = [("in the world", "relative to the pelvis")]
        styles = [("robot", "reference")]
    else:
        labels = [(f"{robot.label} in the world", "relative to the pelvis") for robot in robots]
        styles = [(robot.style, f"{robot.style} dashed") for robot in robots]
    close = max(error.max() for error in world) < 0.6 * LOST_CM / 100.0
    return Plot(
        "keypoint-error",
        "Keypoint error",
        "cm",
        _duration(robots),
        [
            Series(label, robot.time, 100.0 * error, style)
            for robot, errors, names, looks in zip(robots, zip(world, local, strict=True), labels, styles, strict=True)
            for error, label, style in zip(errors, names, looks, strict=True)
        ],
        limits=() if close else (LOST_CM,),
        marks=_falls(robots),
        low=0.0,
        note="Mean distance of the 27 keypoints of the simulated robot from the reference."
        + ("" if close else f" Beyond {LOST_CM:g} cm the motion counts as lost."),
    )


def _world_error(rollout: Rollout) -> np.ndarray:
    return global_keypoint_error(rollout.keypoint_pos_w, rollout.reference_keypoint_pos_w)


def _local_error(rollout: Rollout) -> np.ndarray:
    return local_keypoint_error(
        rollout.keypoint_pos_w,
        rollout.root_pos_w,
        rollout.root_quat_w,
        rollout.reference_keypoint_pos_w,
        rollout.reference_root_pos_w,
        rollout.reference_root_quat_w,
    )


def feet(reference: RobotMotion, robots: Sequence[Simulated]) -> list[Plot]:
    """Height of each sole's lowest point, when it is meant to stand and when it does."""
    first = robots[0]
    asked = 100.0 * sole_height(
        first.rollout.reference_root_pos_w, first.rollout.reference_root_quat_w, first.rollout.reference_joint_pos
    )
    done = [100.0 * sole_height(r.rollout.root_pos_w, r.rollout.root_quat_w, r.rollout.joint_pos) for r in robots]
    reference_time = np.arange(len(reference)) / reference.fps
    touching = ["touching"] if len(robots) == 1 else [robot.label for robot in robots]
    plots = []
    for foot, side in enumerate(("left", "right")):
        heights = [asked[:, foot], *(height[:, foot] for height in done)]
        plots.append(
            Plot(
                f"{side}-foot",
                f"{side.capitalize()} foot: height and contact",
                "cm",
                _duration(robots),
                [
                    Series("reference", first.time, heights[0], "reference"),
                    *(robot.series(height) for robot, height in zip(robots, heights[1:], strict=True)),
                ],
                strips=[
                    Strip("planned", reference_time, reference.foot_contact[:, foot] > 0.5, "reference"),
                    *(
                        Strip(name, robot.time, robot.rollout.foot_contact[:, foot], robot.style)
                        for name, robot in zip(touching, robots, strict=True)
                    ),
                ],
                marks=_falls(robots),
                low=min(-1.0, *(float(height.min()) for height in heights)),
                high=max(6.0, *(1.06 * float(height.max()) for height in heights)),
                note="Lowest point of the sole above the floor. The bars show when the foot is meant to stand and "
                "when it bears weight.",
            )
        )
    return plots


def support(rollout: Rollout) -> Plot:
    """Force of the gantry on the pelvis."""
    time = np.arange(len(rollout)) / rollout.fps
    vertical = 100.0 * rollout.support_force_w[:, 2] / rollout.body_weight
    return Plot(
        "support",
        "Support force of the gantry",
        "% of body weight",
        rollout.duration,
        [
            Series("total", time, 100.0 * rollout.support_fraction, "warn"),
            Series("vertical part", time, vertical, "warn dashed"),
        ],
        note=f"Soft springs hold the pelvis near the reference's. Body weight: {rollout.body_weight:.0f} N.",
    )


def detection(reconstruction: Reconstruction) -> Plot:
    """Confidence in the person's joints and the fit's error in the picture."""
    human, evidence = reconstruction.human, reconstruction.evidence
    time = np.arange(len(human)) / human.fps
    # the fitted head-to-ankle extent stands for the person's height in the picture
    extent = np.ptp(evidence.joint_px[..., 1], axis=1).mean()
    return Plot(
        "confidence",
        "Detection confidence",
        "%",
        float(time[-1]) if len(time) else 0.0,
        [
            Series("mean over joints", time, 100.0 * human.confidence.mean(1), "robot"),
            Series("least certain joint", time, 100.0 * human.confidence.min(1), "left"),
            Series(
                "fit error, % of person height", time, 100.0 * evidence.reprojection_error_px / extent, "warn dashed"
            ),
        ],
        strips=[Strip("found", time, evidence.detected, "robot")],
        low=0.0,
        high=100.0,
        note="How far the joints of the reconstructed person can be trusted, and how far the fitted skeleton lies "
        "from the landmarks in the picture.",
    )


def joint_positions(robots: Sequence[Simulated]) -> dict[str, list[Plot]]:
    """Small plots of the 23 joint positions against their limits, by limb."""
    first = robots[0]
    return _per_joint(
        lambda i, name: Plot(
            f"q-{i}",
            name,
            "°",
            _duration(robots),
            [
                Series("reference", first.time, np.rad2deg(first.rollout.reference_joint_pos[:, i]), "reference"),
                *(robot.series(np.rad2deg(robot.rollout.joint_pos[:, i])) for robot in robots),
            ],
            limits=(float(np.rad2deg(JOINT_LOWER[i])), float(np.rad2deg(JOINT_UPPER[i]))),
            digits=0,
        )
    )


def torques(robots: Sequence[Simulated]) -> dict[str, list[Plot]]:
    """Small plots of the 23 joint torques against their limits, by limb."""
    return _per_joint(
        lambda i, name: Plot(
            f"tau-{i}",
            name,
            "N m",
            _duration(robots),
            [robot.series(robot.rollout.torque[:, i]) for robot in robots],
            limits=(-float(EFFORT_LIMIT[i]), float(EFFORT_LIMIT[i])),
        )
    )


def sole_height(root_pos_w: np.ndarray, root_quat_w: np.ndarray, joint_pos: np.ndarray) -> np.ndarray:
    """Height (T, 2), metres, of the lowest point of the left and right sole above the floor.

    The sole is that of the collision model: the ends of the capsules along its edges.
    """
    pos, quat = forward_kinematics(root_pos_w, root_quat_w, joint_pos)
    height = np.empty((len(pos), 2))
    for side, foot in enumerate(FOOT_NAMES):
        capsules = [p for p in PRIMITIVES if p.body == foot]
        ends = np.array([end for p in capsules for end in (p.start, p.end)])
        radius = np.repeat([p.radius for p in capsules], 2)
        link = KEYPOINT_NAMES.index(foot)
        ends_w = rotation.rotate(quat[:, None, link], np.broadcast_to(ends, (len(pos), *ends.shape)))
        height[:, side] = (pos[:, None, link, 2] + ends_w[..., 2] - radius).min(1)
    return height


def _per_joint(make: Callable[[int, str], Plot]) -> dict[str, list[Plot]]:
    return {
        group: [make(JOINT_NAMES.index(joint), joint_label(joint)) for joint in joints]
        for group, joints in JOINT_GROUPS.items()
    }


def joint_label(joint: str) -> str:
    """A joint's name for people, without the side: 'left_hip_pitch_joint' is 'hip pitch'."""
    return joint.removesuffix("_joint").removeprefix("left_").removeprefix("right_").replace("_", " ")


def _duration(robots: Sequence[Simulated]) -> float:
    return max(robot.rollout.duration for robot in robots)


def _falls(robots: Sequence[Simulated]) -> list[tuple[float, str]]:
    if len(robots) == 1:
        return [(robot.rollout.fall_time, "fell") for robot in robots if robot.rollout.fell]
    return [(robot.rollout.fall_time, f"{robot.label} fell") for robot in robots if robot.rollout.fell]
