"""The gantry on motion capture of a real G1 (../shared/mocap, CC BY 4.0, experientialtech g1-moves)."""

import time

import numpy as np
import pytest

from genmimic import rotation
from genmimic.evaluation.metrics import compute_metrics
from genmimic.motion.robot_motion import RobotMotion
from genmimic.robot import constants
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import SDK_MOTOR_INDICES
from genmimic.sim.gantry import Gantry
from genmimic.sim.rollout import simulate


@pytest.fixture(scope="module")
def hands_up(shared_dir) -> RobotMotion:
    """Five seconds in which both hands go up, put on the floor: joints in Unitree's order, six of them left out."""
    with np.load(shared_dir / "mocap" / "robot_g1moves_29dof.npz") as data:
        clip = data["clip_name"].tolist().index("B_HandsUp")
        begin = int(data["clip_len"][:clip].sum())
        part = slice(begin, begin + 150)
        root_pos = data["root_pos"][part].astype(float)
        root_quat = rotation.normalize(np.roll(data["root_quat_xyzw"][part].astype(float), 1, axis=1))
        joint_pos = np.clip(
            data["dof"][part][:, list(SDK_MOTOR_INDICES)].astype(float), constants.JOINT_LOWER, constants.JOINT_UPPER
        )
    keypoints, _ = forward_kinematics(root_pos, root_quat, joint_pos)
    soles = keypoints[:, [6, 12], 2] - constants.SOLE_HEIGHT
    floor = np.percentile(soles.min(axis=1), 10)
    return RobotMotion(
        name="B_HandsUp",
        fps=30.0,
        root_pos_w=root_pos - np.array([0, 0, floor]),
        root_quat_w=root_quat,
        joint_pos=joint_pos,
        foot_contact=(soles - floor < 0.03).astype(float),
        confidence=np.ones(150),
    )


def test_a_gesture_is_followed_on_feet_that_carry_the_robot(hands_up):
    begin = time.process_time()
    rollout = simulate(hands_up, Gantry())
    seconds = time.process_time() - begin
    metrics = compute_metrics(rollout)
    assert not rollout.fell
    assert metrics.mpkpe_nt_cm < 3.0
    assert metrics.lmpkpe_nt_cm < 1.0
    assert metrics.support_mean_percent < 8.0
    assert metrics.mean_foot_force_bw == pytest.approx(1.0, abs=0.03)
    assert metrics.at_torque_limit_percent < 0.5
    assert seconds < 1.5  # 0.4 on an idle core


def test_the_gantry_mirrors(hands_up):
    """The mirrored motion is followed as well as the motion itself."""
    from dataclasses import replace

    from genmimic.robot import mirror

    mirrored = replace(
        hands_up,
        root_pos_w=mirror.mirror_vector(hands_up.root_pos_w),
        root_quat_w=mirror.mirror_quat(hands_up.root_quat_w),
        joint_pos=mirror.mirror_joint_pos(hands_up.joint_pos),
        foot_contact=hands_up.foot_contact[:, ::-1],
    )
    ours, theirs = (compute_metrics(simulate(motion, Gantry())) for motion in (hands_up, mirrored))
    assert theirs.mpkpe_nt_cm == pytest.approx(ours.mpkpe_nt_cm, rel=0.1)
    assert theirs.support_mean_percent == pytest.approx(ours.support_mean_percent, rel=0.1)
