"""The plots of the report, from what was seen, asked for and done."""

from __future__ import annotations

from collections.abc import Callable
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


def overview(reconstruction: Reconstruction | None, reference: RobotMotion, rollout: Rollout) -> list[Plot]:
    """The wide plots: keypoint error, feet, gantry, detection."""
    plots = [keypoint_error(rollout), *feet(reference, rollout)]
    if rollout.held:
        plots.append(support(rollout))
    if reconstruction is not None:
        plots.append(detection(reconstruction))
    return plots


def keypoint_error(rollout: Rollout) -> Plot:
    """Mean distance of the 27 keypoints from the reference, in the world and relative to the pelvis."""
    time = _time(rollout)
    world = global_keypoint_error(rollout.keypoint_pos_w, rollout.reference_keypoint_pos_w)
    local = local_keypoint_error(
        rollout.keypoint_pos_w,
        rollout.root_pos_w,
        rollout.root_quat_w,
        rollout.reference_keypoint_pos_w,
        rollout.reference_root_pos_w,
        rollout.reference_root_quat_w,
    )
    close = world.max() < 0.6 * LOST_CM / 100.0
    return Plot(
        "keypoint-error",
        "Keypoint error",
        "cm",
        _duration(rollout),
        [
            Series("in the world", time, 100.0 * world, "robot"),
            Series("relative to the pelvis", time, 100.0 * local, "reference"),
        ],
        limits=() if close else (LOST_CM,),
        marks=_fall(rollout),
        low=0.0,
        note="Mean distance of the 27 keypoints of the simulated robot from the reference."
        + ("" if close else f" Beyond {LOST_CM:g} cm the motion counts as lost."),
    )


def feet(reference: RobotMotion, rollout: Rollout) -> list[Plot]:
    """Height of each sole's lowest point, when it is meant to stand and when it does."""
    time = _time(rollout)
    asked = sole_height(rollout.reference_root_pos_w, rollout.reference_root_quat_w, rollout.reference_joint_pos)
    done = sole_height(rollout.root_pos_w, rollout.root_quat_w, rollout.joint_pos)
    reference_time = np.arange(len(reference)) / reference.fps
    plots = []
    for foot, side in enumerate(("left", "right")):
        plots.append(
            Plot(
                f"{side}-foot",
                f"{side.capitalize()} foot: height and contact",
                "cm",
                _duration(rollout),
                [
                    Series("reference", time, 100.0 * asked[:, foot], "reference"),
                    Series("robot", time, 100.0 * done[:, foot], "robot"),
                ],
                strips=[
                    Strip("planned", reference_time, reference.foot_contact[:, foot] > 0.5, "reference"),
                    Strip("touching", time, rollout.foot_contact[:, foot], "robot"),
                ],
                marks=_fall(rollout),
                low=min(-1.0, 100.0 * float(min(asked[:, foot].min(), done[:, foot].min()))),
                high=max(6.0, 100.0 * float(max(asked[:, foot].max(), done[:, foot].max())) * 1.06),
                note="Lowest point of the sole above the floor. The bars show when the foot is meant to stand and "
                "when it bears weight.",
            )
        )
    return plots


def support(rollout: Rollout) -> Plot:
    """Force of the gantry on the pelvis."""
    time = _time(rollout)
    vertical = 100.0 * rollout.support_force_w[:, 2] / rollout.body_weight
    return Plot(
        "support",
        "Support force of the gantry",
        "% of body weight",
        _duration(rollout),
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


def joint_positions(rollout: Rollout) -> dict[str, list[Plot]]:
    """Small plots of the 23 joint positions against their limits, by limb."""
    time = _time(rollout)
    return _per_joint(
        lambda i, name: Plot(
            f"q-{i}",
            name,
            "°",
            _duration(rollout),
            [
                Series("reference", time, np.rad2deg(rollout.reference_joint_pos[:, i]), "reference"),
                Series("robot", time, np.rad2deg(rollout.joint_pos[:, i]), "robot"),
            ],
            limits=(float(np.rad2deg(JOINT_LOWER[i])), float(np.rad2deg(JOINT_UPPER[i]))),
            digits=0,
        )
    )


def torques(rollout: Rollout) -> dict[str, list[Plot]]:
    """Small plots of the 23 joint torques against their limits, by limb."""
    time = _time(rollout)
    return _per_joint(
        lambda i, name: Plot(
            f"tau-{i}",
            name,
            "N m",
            _duration(rollout),
            [Series("torque", time, rollout.torque[:, i], "robot")],
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


def _time(rollout: Rollout) -> np.ndarray:
    return np.arange(len(rollout.root_pos_w)) / rollout.fps


def _duration(rollout: Rollout) -> float:
    return (len(rollout.root_pos_w) - 1) / rollout.fps


def _fall(rollout: Rollout) -> list[tuple[float, str]]:
    return [(rollout.fall_time, "fell")] if np.isfinite(rollout.fall_time) else []
