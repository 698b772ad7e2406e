from dataclasses import replace

import numpy as np
import pytest
from sim.motions import standing

from genmimic.robot import constants
from genmimic.robot.names import JOINT_NAMES
from genmimic.sim.inverse_dynamics import inverse_dynamics
from genmimic.sim.reference import prepare_reference
from genmimic.sim.world import World

WEIGHT = World().weight
KNEE = JOINT_NAMES.index("left_knee_joint")


def solve(**changes):
    return inverse_dynamics(prepare_reference(replace(standing(1.0), **changes)))


def test_standing_feet_carry_the_weight_evenly_and_nothing_is_missing():
    forces = inverse_dynamics(prepare_reference(standing(0.2)))
    np.testing.assert_allclose(forces.foot_force_w[..., 2], 0.5 * WEIGHT, rtol=0.02)
    assert np.abs(forces.missing_force_w).max() < 0.02 * WEIGHT
    assert 1.0 < abs(forces.torque[5, KNEE]) < 40.0
    np.testing.assert_allclose(forces.torque[:, 0], forces.torque[:, 6], atol=0.1)  # hip pitch, left and right


def test_the_torques_hold_the_pose_in_simulation():
    """With the torques added, legs keep their pose under the weight; without, the PD gives way."""
    from genmimic.sim.world import DEFAULT_GAINS

    reference = prepare_reference(standing(0.4))
    torque = inverse_dynamics(reference).torque
    sag = []
    for share in (0.0, 1.0):
        world = World()
        world.reset(reference.start_state())
        for frame in range(20):
            state = world.step(reference.motion.joint_pos[frame] + share * torque[frame] / DEFAULT_GAINS.kp)
        sag.append(np.abs(state.joint_pos - constants.DEFAULT_JOINT_POS)[:12].max())
    assert sag[1] < 0.3 * sag[0]


def test_free_fall_needs_no_force_at_all():
    time = np.arange(51) / 50
    pos = standing(1.0).root_pos_w + np.array([0, 0, 10.0])
    pos[:, 2] -= 0.5 * 9.81 * time**2
    forces = solve(root_pos_w=pos, foot_contact=np.zeros((51, 2)))
    middle = slice(12, -12)  # smoothing bends the ends
    np.testing.assert_allclose(forces.foot_force_w[middle], 0.0, atol=0.1)
    np.testing.assert_allclose(forces.missing_force_w[middle], 0.0, atol=1.0)
    np.testing.assert_allclose(forces.torque[middle], 0.0, atol=0.1)


def test_a_floating_robot_misses_its_weight():
    forces = solve(root_pos_w=standing(1.0).root_pos_w + np.array([0, 0, 1.0]), foot_contact=np.zeros((51, 2)))
    np.testing.assert_allclose(forces.missing_force_w, np.tile([0, 0, WEIGHT], (51, 1)), rtol=0.05, atol=1.0)
    assert np.abs(forces.foot_force_w).max() < 0.05 * WEIGHT  # the price of lifted corners is high, not infinite


def test_a_foot_meant_to_be_in_the_air_bears_little():
    contact = np.tile([1.0, 0.0], (51, 1))
    forces = solve(foot_contact=contact)
    assert forces.foot_force_w[25, 0, 2] > 3 * forces.foot_force_w[25, 1, 2]


def test_forces_stay_within_the_friction_cone():
    time = np.arange(51) / 50
    pos = standing(1.0).root_pos_w.copy()
    pos[:, 0] += 2.0 * time**2  # 4 m/s^2: more than the floor can give
    forces = solve(root_pos_w=pos)
    horizontal = np.linalg.norm(forces.foot_force_w[..., :2], axis=-1)
    assert (horizontal <= 0.6 * forces.foot_force_w[..., 2] + 1e-6).all()
    assert forces.foot_force_w[25, :, 0].sum() > 0.1 * WEIGHT


def test_torques_respect_the_motors():
    squat = standing(1.0)
    joint_pos = squat.joint_pos.copy()
    joint_pos[:, KNEE] += 0.5 * np.sin(40 * np.arange(51) / 50)
    assert (np.abs(solve(joint_pos=joint_pos).torque) <= constants.EFFORT_LIMIT).all()


def test_forces_move_smoothly_while_a_foot_lifts():
    frames = np.arange(51)
    lift = np.clip((frames - 20) / 10, 0, 1)
    contact = np.stack([1 - lift, np.ones(51)], axis=1)
    forces = solve(foot_contact=contact)
    steps = np.abs(np.diff(forces.foot_force_w[:, 0, 2]))
    assert steps.max() < 0.25 * WEIGHT
    assert forces.foot_force_w[-1, 0, 2] == pytest.approx(forces.foot_force_w[40, 0, 2], rel=0.2)
