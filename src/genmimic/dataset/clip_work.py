"""One clip from its file to the corpus: trimmed, cut, retargeted, judged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from genmimic import rotation
from genmimic.dataset import trim
from genmimic.dataset.outcome import FAILED, Outcome
from genmimic.errors import InputError
from genmimic.motion.corpus import FPS
from genmimic.motion.cut import cut
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.resample import resample_human, resample_robot
from genmimic.motion.robot_motion import RobotMotion
from genmimic.motion.skeleton import INDEX
from genmimic.retarget import RetargetConfig, RetargetQuality, retarget
from genmimic.retarget.jacobian import Configuration
from genmimic.retarget.quality import assess
from genmimic.retarget.targets import Targets
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import KEYPOINT_NAMES

MEASURES = (
    *("score", "hand_error", "foot_error", "elbow_error", "hips_error", "trunk_error", "limit_share", "foot_slip"),
    *("sole_error", "penetration", "joint_speed_share", "joint_acc", "unbalanced_share", "self_collision", "tilt"),
    *("flight_time", "stance_share"),
)
"""Figures of `RetargetQuality` that are kept with a clip."""
_SIDES = ("left", "right")


def process(motion: HumanMotion | RobotMotion, blank: Outcome) -> list[Outcome]:
    """Make a clip, or the parts of a long one, ready for the corpus.

    Args:
        motion: A person, to be retargeted, or the robot itself, taken as it is.
        blank: Name, file and clip of the outcome.

    Returns:
        One outcome per part, at 50 Hz.
    """
    blank = replace(blank, source=motion.source, licence=motion.licence or blank.licence, seconds=motion.duration)
    if isinstance(motion, HumanMotion):
        pos, _ = motion.forward_kinematics()
        frames = trim.active_frames(pos, motion.fps)
    else:
        frames = slice(0, len(motion))
    lasts = (frames.stop - frames.start - 1) / motion.fps
    if lasts < trim.SHORTEST:
        posed = " without T-poses at its ends" if lasts < motion.duration - 0.5 else ""
        return [replace(blank, reason=f"too short: {max(lasts, 0.0):.2f} s{posed}, at least {trim.SHORTEST:g} needed")]
    pieces = trim.parts(frames, motion.fps)
    return [
        _process_part(cut(motion, piece), replace(blank, name=blank.name if len(pieces) == 1 else f"{blank.name}#{i}"))
        for i, piece in enumerate(pieces, 1)
    ]


def _process_part(motion: HumanMotion | RobotMotion, blank: Outcome) -> Outcome:
    blank = replace(blank, seconds=motion.duration)
    try:
        if isinstance(motion, HumanMotion):
            result = retarget(motion)
            robot, quality = result.motion, result.quality
            before = person_measures(motion, robot.foot_contact > 0.5, robot.fps)
        else:
            robot, quality, before = motion, assess_robot(motion), {}
        reason = "; ".join(quality.reasons)
        measures = {name: round(float(getattr(quality, name)), 5) for name in MEASURES} | before
        robot = replace(resample_robot(robot, FPS), name=blank.name)
        return replace(blank, reason=reason, measures=measures, motion=robot)
    except (InputError, np.linalg.LinAlgError) as error:
        return replace(blank, reason=f"{FAILED}{error}")


def person_measures(human: HumanMotion, stance: np.ndarray, fps: float) -> dict[str, float]:
    """How a person's feet slip and sink while the robot's stand: what the retargeter mends.

    Args:
        human: The person's motion.
        stance: (T, 2) whether the robot's feet stand.
        fps: Frames per second of `stance`.

    Returns:
        `person_foot_slip`, mean speed of ankles and toes in stance, m/s; `person_penetration`, the farthest that a
        toe goes below its median height in stance, metres.
    """
    pos, _ = resample_human(human, fps).forward_kinematics()
    frames = min(len(pos), len(stance))
    slips, depths = [], []
    for foot, side in enumerate(_SIDES):
        on = stance[:frames, foot]
        both = on[1:] & on[:-1]
        points = pos[:frames, [INDEX[f"{side}_ankle"], INDEX[f"{side}_foot"]]]
        speed = np.linalg.norm(np.diff(points[..., :2], axis=0), axis=-1).mean(-1) * fps
        slips.append(speed[both])
        if on.any():
            depths.append(float(np.median(points[on, 1, 2]) - points[:, 1, 2].min()))
    slip = np.concatenate(slips)
    return {
        "person_foot_slip": round(float(slip.mean()), 5) if len(slip) else 0.0,
        "person_penetration": round(max([0.0, *depths]), 5),
    }


def assess_robot(motion: RobotMotion) -> RetargetQuality:
    """Judge a robot's motion that was not retargeted by us: its own targets, so that only what it does counts."""
    pos, quat = forward_kinematics(motion.root_pos_w, motion.root_quat_w, motion.joint_pos)

    def pair(body: str) -> np.ndarray:
        return pos[:, [KEYPOINT_NAMES.index(f"{side}_{body}") for side in _SIDES]]

    def turn(body: str) -> np.ndarray:
        return quat[:, [KEYPOINT_NAMES.index(f"{side}_{body}") for side in _SIDES]]

    hips, shoulders, hands = pair("hip_roll_link"), pair("shoulder_roll_link"), pair("hand")
    ones, stance = np.ones((len(motion), 2)), motion.foot_contact > 0.5
    targets = Targets(
        hips_pos_w=hips.mean(axis=1),
        pelvis_quat_w=quat[:, 0],
        torso_quat_w=quat[:, KEYPOINT_NAMES.index("torso_link")],
        ankle_pos_w=pair("ankle_roll_link"),
        foot_quat_w=turn("ankle_roll_link"),
        knee_from_hip_w=pair("knee_link") - hips,
        elbow_from_shoulder_w=pair("elbow_link") - shoulders,
        hand_from_shoulder_w=hands - shoulders,
        thumb_w=rotation.rotate(turn("hand"), np.broadcast_to([0.0, 0.0, 1.0], hands.shape)),
        arm_confidence=ones,
        leg_confidence=ones,
        stance=stance,
        clearance=np.zeros_like(ones),
    )
    solution = Configuration(motion.root_pos_w, motion.root_quat_w, motion.joint_pos)
    return assess(solution, targets, motion.fps, RetargetConfig().thresholds, float(motion.confidence.mean()))
