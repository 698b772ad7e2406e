from dataclasses import replace

import numpy as np
import pytest
from sim.motions import standing

from genmimic.robot.names import JOINT_NAMES
from genmimic.sim.gantry import LARGEST_LIFT, Gantry
from genmimic.sim.reference import prepare_reference
from genmimic.sim.rollout import simulate
from genmimic.sim.world import World

HIP = JOINT_NAMES.index("left_hip_pitch_joint")


@pytest.fixture
def scene():
    gantry, world, reference = Gantry(), World(), prepare_reference(standing(1.0))
    gantry.reset(reference, world.parameters())
    return gantry, world.reset(reference.start_state()), reference


def test_standing_needs_next_to_no_support():
    rollout = simulate(standing(3.0), Gantry())
    settled = slice(50, None)
    assert rollout.support_fraction[settled].max() < 0.02
    assert np.linalg.norm(rollout.support_moment_w[settled], axis=-1).max() < 5.0
    assert np.abs(rollout.joint_pos - rollout.reference_joint_pos).max() < 0.02
    assert rollout.foot_force[settled, :, 2].sum(1) == pytest.approx(rollout.body_weight, rel=0.01)
    assert rollout.foot_force[settled].std(axis=0).max() < 1.0  # feet do not jitter


def test_the_anchor_is_the_next_frames_pelvis(scene):
    gantry, state, reference = scene
    gantry.act(state, 10)
    np.testing.assert_allclose(gantry.harness(10).anchor.pos_w, reference.motion.root_pos_w[11])
    np.testing.assert_allclose(gantry.harness(10_000).anchor.pos_w, reference.motion.root_pos_w[-1])


def test_a_foot_left_behind_lifts_the_robot_until_it_is_back(scene):
    gantry, state, reference = scene
    behind = state.keypoint_pos_w.copy()
    behind[6] -= [0.5, 0.0, 0.0]
    stumbling = replace(state, keypoint_pos_w=behind)

    def lift() -> float:
        return float(gantry.harness(0).anchor.pos_w[2] - reference.motion.root_pos_w[1, 2])

    for _ in range(60):
        gantry.act(stumbling, 0)
    assert lift() == pytest.approx(LARGEST_LIFT, rel=0.01)
    for _ in range(200):
        gantry.act(state, 0)
    assert lift() < 0.001


def test_a_small_lag_lifts_nothing(scene):
    gantry, state, _ = scene
    behind = state.keypoint_pos_w.copy()
    behind[6] -= [0.1, 0.0, 0.0]
    gantry.act(replace(state, keypoint_pos_w=behind), 0)
    assert gantry.harness(0).anchor.pos_w[2] == pytest.approx(state.root_pos_w[2])


def test_a_robot_hung_over_the_floor_is_caught():
    """A reference that floats: the harness takes over and says so."""
    floating = standing(2.0)
    rollout = simulate(replace(floating, root_pos_w=floating.root_pos_w + np.array([0, 0, 0.5])), Gantry())
    assert not rollout.fell
    assert rollout.support_fraction[-1] == pytest.approx(1.0, abs=0.02)
    assert rollout.root_pos_w[-1, 2] > rollout.reference_root_pos_w[-1, 2] - 0.2


def test_act_needs_a_reference():
    with pytest.raises(RuntimeError, match="reset"):
        Gantry().act(None, 0)  # type: ignore[arg-type]
