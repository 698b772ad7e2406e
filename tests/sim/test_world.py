import mujoco
import numpy as np
import pytest

from genmimic import rotation
from genmimic.robot import constants
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.model import default_qpos
from genmimic.robot.names import JOINT_NAMES
from genmimic.sim.harness import Anchor, Harness, HarnessGains, harness_wrench
from genmimic.sim.world import DEFAULT_GAINS, Physics, StartState, World

KNEE = JOINT_NAMES.index("left_knee_joint")
ELBOW = JOINT_NAMES.index("left_elbow_joint")


def start(height: float = 0.0, **changes) -> StartState:
    qpos = default_qpos()
    values = {
        "root_pos_w": qpos[:3] + np.array([0, 0, height]),
        "root_quat_w": qpos[3:7],
        "root_lin_vel_w": np.zeros(3),
        "root_ang_vel_w": np.zeros(3),
        "joint_pos": qpos[7:],
        "joint_vel": np.zeros(23),
    }
    return StartState(**{**values, **changes})


def test_reset_gives_back_the_state_it_was_given():
    rng = np.random.default_rng(0)
    quat = rotation.from_axis_angle(np.array([0.1, 0.2, 1.5]))
    begin = start(
        1.0,
        root_quat_w=quat,
        root_lin_vel_w=rng.standard_normal(3),
        root_ang_vel_w=rng.standard_normal(3),
        joint_vel=rng.standard_normal(23),
    )
    state = World().reset(begin)
    np.testing.assert_allclose(state.root_pos_w, begin.root_pos_w)
    np.testing.assert_allclose(state.root_quat_w, quat, atol=1e-12)
    np.testing.assert_allclose(state.root_lin_vel_w, begin.root_lin_vel_w)
    np.testing.assert_allclose(state.root_ang_vel_w, begin.root_ang_vel_w, atol=1e-12)
    np.testing.assert_allclose(state.joint_vel, begin.joint_vel)
    pos, quats = forward_kinematics(begin.root_pos_w, quat, begin.joint_pos)
    np.testing.assert_allclose(state.keypoint_pos_w, pos, atol=1e-6)
    np.testing.assert_allclose(state.keypoint_quat_w, quats, atol=1e-6)  # signs included


def test_keypoint_velocities_are_those_of_the_motion():
    """In free fall with turning joints, velocities agree with differences of the positions over a small step."""
    rng = np.random.default_rng(1)
    world = World(gains=type(DEFAULT_GAINS)(np.zeros(23), np.zeros(23)))
    begin = start(3.0, root_ang_vel_w=rng.standard_normal(3), joint_vel=rng.uniform(-1, 1, 23))
    before = world.reset(begin)
    after = world.step(begin.joint_pos)
    difference = (after.keypoint_pos_w - before.keypoint_pos_w) / 0.02
    np.testing.assert_allclose(difference, 0.5 * (before.keypoint_lin_vel_w + after.keypoint_lin_vel_w), atol=0.03)
    assert np.abs(difference).max() > 0.5


def test_a_falling_robot_falls_by_half_g_t_squared():
    world = World()
    state = world.reset(start(1.0))
    for _ in range(10):
        state = world.step(start().joint_pos)
    fallen = start(1.0).root_pos_w[2] - state.root_pos_w[2]
    assert fallen == pytest.approx(0.5 * 9.81 * 0.2**2, rel=0.05)
    np.testing.assert_array_equal(state.foot_force_w, 0.0)


def test_standing_feet_bear_the_weight_and_the_harness_almost_nothing():
    world, begin = World(), start()
    world.reset(begin)
    anchor = Anchor(begin.root_pos_w, begin.root_quat_w, np.zeros(3), np.zeros(3))
    forces = []
    for _ in range(100):
        state = world.step(begin.joint_pos, Harness(anchor, HarnessGains()))
        forces.append(state.foot_force_w)
    settled = np.array(forces[50:])
    assert settled[:, :, 2].sum(1).mean() == pytest.approx(world.weight, rel=0.02)
    assert settled[:, :, 2].std(axis=0).max() < 1.0  # no jitter
    np.testing.assert_allclose(settled[:, 0, 2], settled[:, 1, 2], rtol=0.05)
    assert np.linalg.norm(world.support_force_w) < 0.08 * world.weight
    assert world.grounded == set()
    assert np.abs(state.joint_pos - begin.joint_pos).max() < 0.06


def test_torques_follow_equation_5_and_stay_within_the_limits():
    world, begin = World(), start(2.0)
    world.reset(begin)
    target = begin.joint_pos.copy()
    target[KNEE] += 2.0  # asks for 600 N m of a 139 N m motor
    world.step(target)
    assert world.torque[KNEE] == pytest.approx(constants.EFFORT_LIMIT[KNEE])
    target = begin.joint_pos.copy()
    world.reset(begin)
    target[ELBOW] += 0.01
    world.step(target)
    assert 0.0 < world.torque[ELBOW] < constants.KP[ELBOW] * 0.01


def test_motor_strength_scales_the_torque():
    torques = []
    for strength in (1.0, 0.5):
        world = World(Physics(motor_strength=strength))
        joint_vel = np.zeros(23)
        joint_vel[ELBOW] = 1.0
        world.reset(start(2.0, joint_vel=joint_vel))
        torques.append(world.torque[ELBOW])
    assert torques[0] == pytest.approx(-constants.KD[ELBOW])
    assert torques[1] == pytest.approx(0.5 * torques[0])


@pytest.mark.parametrize("delay", [0, 1, 3])
def test_targets_take_effect_after_the_delay(delay):
    world = World(Physics(delay_steps=delay))
    begin = start(5.0)
    world.reset(begin)
    target = begin.joint_pos.copy()
    target[ELBOW] += 0.5
    moved = [abs(world.step(target).joint_vel[ELBOW]) > 0.5 for _ in range(5)]
    assert moved.index(True) == delay


def test_lying_bodies_are_named():
    world = World()
    lying = rotation.from_axis_angle(np.array([0.0, np.pi / 2, 0.0]))
    world.reset(start(-0.66, root_quat_w=lying))
    for _ in range(20):
        world.step(start().joint_pos)
    assert "torso_link" in world.grounded


def test_friction_decides_whether_a_pushed_foot_slides():
    slides = []
    for friction in (0.05, 1.0):
        world, begin = World(Physics(friction=friction)), start()
        state = world.reset(begin)
        anchor = Anchor(begin.root_pos_w + np.array([0, 0.3, 0]), begin.root_quat_w, np.zeros(3), np.zeros(3))
        gains = HarnessGains(max_force=60.0)
        for _ in range(25):
            state = world.step(begin.joint_pos, Harness(anchor, gains))
        slides.append(state.keypoint_pos_w[6, 1] - world.reset(begin).keypoint_pos_w[6, 1])
    assert slides[0] > 0.03
    assert abs(slides[1]) < 0.01


def test_a_broken_simulation_says_so_and_litters_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where MuJoCo would write MUJOCO_LOG.TXT
    world = World()
    world.reset(start(joint_vel=np.full(23, 2e4)))
    with pytest.raises(FloatingPointError, match="unstable"):
        world.step(start().joint_pos)
    assert not list(tmp_path.iterdir())


def test_parameters_are_those_of_the_physics():
    parameters = World(Physics(friction=0.4, motor_strength=0.7)).parameters()
    np.testing.assert_array_equal(parameters.foot_friction, [0.4, 0.4])
    np.testing.assert_array_equal(parameters.motor_strength, np.full(23, 0.7))


def test_the_harness_pulls_towards_its_anchor_and_saturates():
    gains = HarnessGains((100.0, 200.0), (10.0, 20.0), (30.0, 3.0), (1.0, 0.5), 1e9, max_force=50.0, max_moment=2.0)
    zero, upright = np.zeros(3), np.array([1.0, 0, 0, 0])
    anchor = Anchor(np.array([0.1, 0.0, 0.1]), rotation.from_axis_angle(np.array([0.05, 0, 0])), zero, zero)
    state = (zero, upright, np.array([0, 1.0, 0]), np.array([0, 0, 1.0]))
    force, moment = harness_wrench(Harness(anchor, gains), *state)
    np.testing.assert_allclose(force, [10, -10, 20])
    np.testing.assert_allclose(moment, [1.5, 0, -0.5], atol=1e-12)
    far = Anchor(np.array([0.0, 0.0, 9.0]), rotation.from_axis_angle(np.array([0.5, 0, 0])), zero, zero)
    force, moment = harness_wrench(Harness(far, gains), zero, upright, zero, zero)
    np.testing.assert_allclose(force, [0, 0, 50])
    np.testing.assert_allclose(moment, [2, 0, 0], atol=1e-12)


def test_the_harness_is_slack_near_its_anchor_and_taut_far_from_it():
    gains = HarnessGains((100.0, 100.0), (10.0, 10.0), slack=0.05)
    zero, upright = np.zeros(3), np.array([1.0, 0, 0, 0])
    anchor = Anchor(np.array([0.1, 0.0, 0.0]), upright, np.array([1.0, 0, 0]), zero)
    force, _ = harness_wrench(Harness(anchor, gains), zero, upright, zero, zero)
    np.testing.assert_allclose(force, [5.0 * 100 * 0.1 + 5.0**0.5 * 10.0, 0, 0])


def test_the_world_is_the_model_of_the_package():
    world = World()
    assert world.model.opt.timestep == 0.005
    assert world.weight == pytest.approx(9.81 * mujoco.mj_getTotalmass(world.model))


def test_gains_are_scaled_joint_by_joint():
    """The torque of the first instant is eq. 5 with the scaled gains, which a stiff target shows."""
    scale = np.ones(23)
    scale[ELBOW] = 0.75
    begin = start(1.0)
    target = begin.joint_pos + 0.01
    torques = []
    for physics in (Physics(), Physics(kp_scale=scale)):
        world = World(physics)
        world.reset(begin)
        world._data.ctrl[:] = target
        mujoco.mj_forward(world.model, world._data)
        torques.append(world._data.actuator_force.copy())
    assert torques[0][ELBOW] == pytest.approx(constants.KP[ELBOW] * 0.01)
    assert torques[1][ELBOW] == pytest.approx(0.75 * torques[0][ELBOW])
    assert torques[1][KNEE] == pytest.approx(torques[0][KNEE])


def test_masses_and_centre_of_mass_change_what_the_feet_bear():
    begin = start(0.0)
    light, heavy = World(), World(Physics(link_mass_scale=np.array([1.3, 1, 1, 1, 1, 1, 1, 1.3])))
    assert heavy.weight - light.weight == pytest.approx(0.3 * (3.813 + 7.818) * 9.81, rel=1e-6)
    shifted = World(Physics(base_com_offset_b=(0.05, 0.0, 0.0)))
    light.reset(begin)
    shifted.reset(begin)
    moved = shifted._data.subtree_com[1] - light._data.subtree_com[1]
    assert moved[0] == pytest.approx(0.05 * 3.813 / (light.weight / 9.81), rel=1e-6)


def test_a_push_changes_the_velocity_at_once():
    world = World()
    world.reset(start(1.0))
    world.push(np.array([0.7, -0.2, 0.0]))
    state = world.step(start().joint_pos)
    assert state.root_lin_vel_w[:2] == pytest.approx([0.7, -0.2], abs=0.03)
