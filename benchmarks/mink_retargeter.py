"""The obvious other way to retarget, to be measured against: mink's inverse kinematics frame by frame.

The same targets, joint limits and soft tasks as genmimic.retarget, each frame warm-started by the one before. What a
solver of single frames cannot have is left out: balance, smoothness over the future, and self-collision (mink's
collision avoidance limit alone would cost more than the rest).
"""

from __future__ import annotations

import mink
import numpy as np

from genmimic import rotation
from genmimic.retarget.config import TaskScales
from genmimic.retarget.jacobian import Configuration
from genmimic.retarget.targets import Targets
from genmimic.retarget.tasks import HIPS_OFFSET
from genmimic.robot.constants import VELOCITY_LIMIT
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.model import build_model, default_qpos
from genmimic.robot.names import JOINT_NAMES, KEYPOINT_NAMES

SIDES = ("left", "right")
FIRST_ITERATIONS = 50


def solve_with_mink(targets: Targets, fps: float, iterations: int) -> Configuration:
    """Solve all frames with `iterations` steps each (the first frame with more)."""
    scales = TaskScales()
    model = build_model(visual=False, floor=False)
    configuration = mink.Configuration(model)
    qpos = default_qpos()
    qpos[:3], qpos[3:7] = _pelvis(targets)[0], targets.pelvis_quat_w[0]
    configuration.update(qpos)
    limits = [
        mink.ConfigurationLimit(model),
        mink.VelocityLimit(model, dict(zip(JOINT_NAMES, VELOCITY_LIMIT, strict=True))),
    ]
    place = {
        "pelvis": (1.0 / scales.hips_pos, 1.0 / scales.pelvis_rot),
        "torso_link": (0.0, 1.0 / scales.torso_rot),
        **{f"{side}_knee_link": (1.0 / scales.knee_pos, 0.0) for side in SIDES},
        **{f"{side}_elbow_link": (1.0 / scales.elbow_pos, 0.0) for side in SIDES},
        **{f"{side}_hand": (1.0 / scales.hand_pos, 0.0) for side in SIDES},
        **{
            f"{side}_ankle_roll_link": (1.0 / scales.foot_height_stance, 1.0 / scales.foot_tilt_stance)
            for side in SIDES
        },
    }
    tasks = {
        name: mink.FrameTask(name, "site" if name.endswith("hand") else "body", *costs, lm_damping=1e-3)
        for name, costs in place.items()
    }
    wanted_pos, wanted_quat = _world_targets(targets)
    posture = mink.PostureTask(model, cost=1.0 / scales.posture)
    posture.set_target(configuration.q)
    every = [*tasks.values(), posture]
    dt, solved = 1.0 / fps, []
    for frame in range(len(targets)):
        for name, task in tasks.items():
            pose = mink.SE3.from_rotation_and_translation(mink.SO3(wanted_quat[name][frame]), wanted_pos[name][frame])
            task.set_target(pose)
        for side, name in enumerate(("left_ankle_roll_link", "right_ankle_roll_link")):
            swings = not targets.stance[frame, side]
            tasks[name].set_position_cost(1.0 / (scales.foot_pos_swing if swings else scales.foot_height_stance))
            tasks[name].set_orientation_cost(1.0 / (scales.foot_rot_swing if swings else scales.foot_tilt_stance))
        steps = FIRST_ITERATIONS if frame == 0 else iterations
        for _ in range(steps):
            velocity = mink.solve_ik(configuration, every, dt, "daqp", damping=1e-4, limits=limits)
            configuration.integrate_inplace(velocity, dt)
        solved.append(configuration.q.copy())
    qpos = np.array(solved)
    return Configuration(qpos[:, :3], rotation.normalize(qpos[:, 3:7]), qpos[:, 7:])


def _pelvis(targets: Targets) -> np.ndarray:
    return targets.hips_pos_w - rotation.rotate(targets.pelvis_quat_w, np.tile(HIPS_OFFSET, (len(targets), 1)))


def _world_targets(targets: Targets) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """World positions and orientations of the frames; arms hang on the shoulders of an ideal trunk."""
    frames, pelvis = len(targets), _pelvis(targets)
    turn = rotation.multiply(rotation.conjugate(targets.pelvis_quat_w), targets.torso_quat_w)
    joint_pos = np.zeros((frames, len(JOINT_NAMES)))
    joint_pos[:, JOINT_NAMES.index("waist_yaw_joint")] = 2.0 * np.arctan2(turn[:, 3], turn[:, 0])
    ideal, _ = forward_kinematics(pelvis, targets.pelvis_quat_w, joint_pos)
    pos = {"pelvis": pelvis, "torso_link": pelvis}
    quat = dict.fromkeys([], pelvis)
    for side, name in enumerate(SIDES):
        shoulder = ideal[:, KEYPOINT_NAMES.index(f"{name}_shoulder_roll_link")]
        hip = ideal[:, KEYPOINT_NAMES.index(f"{name}_hip_roll_link")]
        pos[f"{name}_elbow_link"] = shoulder + targets.elbow_from_shoulder_w[:, side]
        pos[f"{name}_hand"] = shoulder + targets.hand_from_shoulder_w[:, side]
        pos[f"{name}_knee_link"] = hip + targets.knee_from_hip_w[:, side]
        pos[f"{name}_ankle_roll_link"] = targets.ankle_pos_w[:, side]
        quat[f"{name}_ankle_roll_link"] = targets.foot_quat_w[:, side]
    quat["pelvis"], quat["torso_link"] = targets.pelvis_quat_w, targets.torso_quat_w
    upright = np.tile([1.0, 0.0, 0.0, 0.0], (frames, 1))
    return pos, {name: quat.get(name, upright) for name in pos}
