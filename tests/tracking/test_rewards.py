"""Every reward term by hand-computed values, and what holds for all of them."""

from dataclasses import replace

import numpy as np
import pytest
from tracking.observation_scene import moved, random_scene
from tracking.transitions import as_tensors, calm_transition, random_transition, with_state

from genmimic import rotation
from genmimic.robot import constants
from genmimic.robot.names import JOINT_NAMES, KEYPOINT_NAMES
from genmimic.tracking import rewards
from genmimic.tracking.mirroring import mirror_state, mirror_transition
from genmimic.tracking.rewards import BEYONDMIMIC, PAPER, TERMS, TUNED, TWIST, RewardConfig, RewardTerm, reward

EVERY_TERM = pytest.mark.parametrize("name", TERMS)
LEFT_FOOT, HEAD = KEYPOINT_NAMES.index("left_ankle_roll_link"), KEYPOINT_NAMES.index("head")


def value(name: str, transition, scale: float = 1.0) -> float:
    return float(TERMS[name](transition, scale))


def one(size: int, index: int, amount: float = 1.0) -> np.ndarray:
    out = np.zeros(size)
    out[index] = amount
    return out


# the terms of table 7 ------------------------------------------------------------------------------------------------


def test_a_robot_that_does_nothing_wrong_gets_the_full_reward_and_no_penalty():
    calm = calm_transition()
    for name in ("tracking_joint_pos", "tracking_joint_vel", "tracking_keypoint_pos", "tracking_keypoint_rot", "alive"):
        assert value(name, calm) == 1.0, name
    rest = {term.name for term in PAPER.terms} - {"alive"} - {n for n in TERMS if n.startswith("tracking")}
    for name in rest - {"feet_orientation"}:
        assert value(name, calm) == 0.0, name
    # the default pose's feet are level: -0.1 + 0.3 - 0.2
    assert value("feet_orientation", calm) == pytest.approx(0.0, abs=1e-20)
    total, shares = reward(PAPER, calm)
    assert float(total) == pytest.approx(0.02 * (32 + 16 + 50 + 20 + 20))
    assert len(shares) == len(PAPER.active) == 16


def test_tracking_errors_are_weighted_means():
    calm = calm_transition()
    # weights 2 for 11 upper joints, 1 for 12 leg joints: sum 34
    moved_knee = with_state(calm, joint_pos=calm.state.joint_pos + one(23, JOINT_NAMES.index("left_knee_joint"), 0.5))
    assert value("tracking_joint_pos", moved_knee, 0.3) == pytest.approx(np.exp(-0.25 / 34 / 0.3))
    moved_elbow = with_state(calm, joint_vel=one(23, JOINT_NAMES.index("left_elbow_joint"), 3.0))
    assert value("tracking_joint_vel", moved_elbow, 10.0) == pytest.approx(np.exp(-2 * 9 / 34 / 10))
    # weights 4 for head and hands, 2 for torso and ten arm links, 1 for pelvis and twelve leg links: sum 47
    offset = np.zeros((27, 3))
    offset[HEAD] = [0.3, 0.0, 0.4]
    head = with_state(calm, keypoint_pos_w=calm.state.keypoint_pos_w + offset)
    assert value("tracking_keypoint_pos", head, 0.04) == pytest.approx(np.exp(-4 * 0.25 / 47 / 0.04))
    quats = np.array(calm.state.keypoint_quat_w)
    quats[LEFT_FOOT] = rotation.multiply(quats[LEFT_FOOT], rotation.from_axis_angle(np.array([0.0, 0.6, 0.0])))
    foot = with_state(calm, keypoint_quat_w=-quats)  # the other sign is the same orientation
    assert value("tracking_keypoint_rot", foot, 0.3) == pytest.approx(np.exp(-0.36 / 47 / 0.3))


def test_regularisers():
    calm = calm_transition()
    acted = replace(with_state(calm, last_action=one(23, 3, 2.0)), previous_action=one(23, 4, 1.0))
    assert value("action_rate", acted) == 5.0
    powered = replace(with_state(calm, joint_vel=one(23, 2, 3.0)), torque=np.full(23, 10.0))
    assert value("energy", powered) == 900.0
    assert value("dof_acceleration", powered) == pytest.approx((3.0 / 0.02) ** 2)
    beyond = np.array(constants.JOINT_UPPER)
    beyond[[0, 5]] += 0.01
    beyond[7] = constants.JOINT_LOWER[7] - 0.5
    assert value("dof_limits", with_state(calm, joint_pos=beyond)) == 3.0
    assert value("dof_limits_by", with_state(calm, joint_pos=beyond), 0.02) == 1.0


def test_orientation_is_the_squared_sine_of_the_tilt():
    calm = calm_transition()
    tilted = rotation.from_axis_angle(np.array([0.3, 0.0, 0.0]))
    assert value("orientation", with_state(calm, root_quat_w=tilted)) == pytest.approx(np.sin(0.3) ** 2)
    quats = np.array(calm.state.keypoint_quat_w)
    quats[LEFT_FOOT] = rotation.from_axis_angle(np.array([0.0, 0.5, 0.0]))
    assert value("feet_orientation", with_state(calm, keypoint_quat_w=quats)) == pytest.approx(np.sin(0.5) ** 2)


def test_feet_slip_only_where_they_touch_the_floor():
    calm = calm_transition()
    velocity = np.zeros((27, 3))
    velocity[LEFT_FOOT] = [0.3, 0.4, 5.0]
    sliding = with_state(calm, keypoint_lin_vel_w=velocity)
    assert value("feet_slip", sliding) == pytest.approx(0.5)
    lifted = replace(sliding, steps=replace(calm.steps, contact=np.array([False, True])))
    assert value("feet_slip", lifted) == 0.0


def test_feet_forces_add_up():
    pressed = with_state(calm_transition(), foot_force_w=np.array([[0.0, 3.0, 4.0], [0.0, 0.0, 100.0]]))
    assert value("feet_contact_force", pressed) == pytest.approx(105.0)


def test_swings_are_judged_when_they_end():
    calm = calm_transition()
    steps = replace(
        calm.steps,
        touchdown=np.array([True, False]),
        air_time=np.array([0.4, 0.3]),
        peak_height=np.array([0.03, 0.02]),
        height=np.array([0.0, 0.15]),
    )
    landed = replace(calm, steps=steps)
    assert value("low_swing", landed, 0.1) == pytest.approx(0.07)
    assert value("high_swing", landed, 0.1) == pytest.approx(0.05)
    assert value("feet_air_time", landed, 0.25) == 0.0  # the reference stands
    walking = replace(landed, reference=replace(calm.state, root_lin_vel_w=np.array([0.0, 0.2, 0.0])))
    assert value("feet_air_time", walking, 0.25) == pytest.approx(0.15)
    creeping = replace(landed, reference=replace(calm.state, root_lin_vel_w=np.array([0.0, 0.09, 3.0])))
    assert value("feet_air_time", creeping, 0.25) == 0.0


def test_the_end_of_an_episode():
    failed = replace(calm_transition(), terminated=np.array(True))
    assert (value("termination", failed), value("alive", failed)) == (1.0, 0.0)


def test_changes_of_the_policys_own_weights_are_penalised():
    calm = calm_transition()
    changed = replace(calm, weight_logits=np.full(27, 2.0), previous_weight_logits=np.full(27, 1.5))
    assert value("weight_rate", changed) == pytest.approx(27 * 0.25)
    assert value("weight_rate", calm) == 0.0


# the baselines' terms ------------------------------------------------------------------------------------------------


def test_beyondmimic_terms():
    calm = calm_transition()
    for term in BEYONDMIMIC.terms:
        if term.weight > 0:
            assert value(term.name, calm, term.scale) == pytest.approx(1.0), term.name
    # a reference that stands elsewhere and faces elsewhere: relative bodies do not see it, the anchor does
    turn = rotation.from_axis_angle(np.array([0.0, 0.0, 0.5]))
    state = calm.state
    reference = replace(
        state,
        keypoint_pos_w=rotation.rotate(turn, state.keypoint_pos_w) + np.array([0.3, 0.4, 0.0]),
        keypoint_quat_w=rotation.multiply(turn, state.keypoint_quat_w),
        keypoint_lin_vel_w=np.tile([0.0, 2.0, 0.0], (27, 1)),
    )
    elsewhere = replace(calm, reference=reference)
    assert value("relative_body_pos", elsewhere, 0.3) == pytest.approx(1.0)
    assert value("relative_body_rot", elsewhere, 0.4) == pytest.approx(1.0)
    assert value("anchor_rot", elsewhere, 0.4) == pytest.approx(np.exp(-0.25 / 0.16))
    assert value("body_lin_vel", elsewhere, 1.0) == pytest.approx(np.exp(-4.0))
    torso = rotation.rotate(turn, state.keypoint_pos_w[13]) + np.array([0.3, 0.4, 0.0]) - state.keypoint_pos_w[13]
    assert value("anchor_pos", elsewhere, 0.3) == pytest.approx(np.exp(-(torso @ torso) / 0.09))
    spinning = replace(calm, reference=replace(state, keypoint_ang_vel_w=np.tile([0.0, 0.0, 3.14], (27, 1))))
    assert value("body_ang_vel", spinning, 3.14) == pytest.approx(np.exp(-1.0))
    # the middle 90 % of a range of 2 r is free up to 0.9 r from the middle
    span = constants.JOINT_UPPER - constants.JOINT_LOWER
    middle = 0.5 * (constants.JOINT_UPPER + constants.JOINT_LOWER)
    at_limit = with_state(calm, joint_pos=np.where(np.arange(23) == 4, constants.JOINT_UPPER, middle))
    assert value("soft_joint_limits", at_limit) == pytest.approx(0.05 * span[4])
    assert value("undesired_contact", replace(calm, grounded=np.array(True))) == 1.0


def test_twist_terms():
    calm = calm_transition()
    for term in TWIST.terms[:5]:
        assert value(term.name, calm, term.scale) == pytest.approx(1.0), term.name
    state = calm.state
    knee, wrist = JOINT_NAMES.index("left_knee_joint"), JOINT_NAMES.index("left_wrist_roll_joint")
    bent = with_state(calm, joint_pos=state.joint_pos + one(23, knee, 1.0) + one(23, wrist, 1.0))
    assert value("twist_joint_pos", bent, 0.15) == pytest.approx(np.exp(-0.15 * (1.0 + 0.8)))
    fast = with_state(calm, joint_vel=one(23, JOINT_NAMES.index("left_ankle_roll_joint"), 4.0))
    assert value("twist_joint_vel", fast, 0.01) == pytest.approx(np.exp(-0.01 * 0.5 * 16))
    assert (value("dof_vel", fast), value("ankle_dof_vel", fast)) == (16.0, 16.0)
    assert value("ankle_dof_acceleration", fast) == pytest.approx((4 / 0.02) ** 2)
    assert value("ankle_dof_vel", with_state(calm, joint_vel=one(23, knee, 4.0))) == 0.0
    far_away = replace(calm, reference=replace(state, root_pos_w=state.root_pos_w + np.array([5.0, 0.0, 0.2])))
    assert value("twist_root_pose", far_away, 5.0) == pytest.approx(np.exp(-5 * 0.04))
    moving = replace(calm, reference=replace(state, root_lin_vel_w=np.ones(3), root_ang_vel_w=np.array([0, 0, 2.0])))
    assert value("twist_root_vel", moving, 1.0) == pytest.approx(np.exp(-5.0))
    offset = np.zeros((27, 3))
    offset[HEAD] = [0.0, 0.3, 0.0]
    offset[KEYPOINT_NAMES.index("left_hip_yaw_link")] = 1.0  # not a key body
    head = with_state(calm, keypoint_pos_w=state.keypoint_pos_w + offset)
    assert value("twist_keypoint_pos", head, 10.0) == pytest.approx(np.exp(-0.9))
    pressed = with_state(calm, foot_force_w=np.array([[0.0, 0.0, 90.0], [100.0, 0.0, 120.0]]))
    assert value("twist_contact_force", pressed) == pytest.approx(50.0)
    assert value("twist_stumble", pressed) == 0.0
    assert value("twist_stumble", with_state(calm, foot_force_w=np.array([[0, 50.0, 10.0], [0, 0, 1.0]]))) == 1.0
    beyond = np.array(constants.JOINT_UPPER)
    beyond[0] += 0.2
    beyond[1] = constants.JOINT_LOWER[1] - 0.1
    assert value("twist_joint_limits", with_state(calm, joint_pos=beyond)) == pytest.approx(0.3)
    assert value("twist_torque_limits", replace(calm, torque=one(23, 0, -88.0))) == pytest.approx(0.05)
    assert value("twist_action_rate", replace(calm, previous_action=one(23, 0, 2.0))) == 2.0
    rolling = with_state(calm, root_ang_vel_w=np.array([1.0, 2.0, 7.0]))
    assert value("ang_vel_xy", rolling) == pytest.approx(5.0)
    velocity = np.zeros((27, 3))
    velocity[LEFT_FOOT] = [0.0, 0.25, 9.0]
    assert value("twist_feet_slip", with_state(calm, keypoint_lin_vel_w=velocity)) == pytest.approx(0.5)
    steps = replace(calm.steps, touchdown=np.array([True, True]), air_time=np.array([0.2, 0.8]))
    walking = replace(calm, steps=steps, reference=replace(state, root_lin_vel_w=np.array([0.1, 0.0, 0.0])))
    assert value("twist_air_time", walking, 0.5) == pytest.approx(-0.3)


# all terms -----------------------------------------------------------------------------------------------------------


@EVERY_TERM
def test_the_mirrored_step_is_worth_the_same(name):
    for seed in range(5):
        transition = random_transition(seed, worlds=(4,))
        mirrored = mirror_transition(transition, mirror_state)
        np.testing.assert_allclose(TERMS[name](mirrored, 0.3), TERMS[name](transition, 0.3), rtol=1e-9, atol=1e-12)


@EVERY_TERM
def test_numpy_and_torch_give_the_same_numbers(name):
    pytest.importorskip("torch")
    transition = random_transition(5, worlds=(4,))
    expected = TERMS[name](transition, 0.3)
    assert expected.shape == (4,)
    np.testing.assert_allclose(TERMS[name](as_tensors(transition), 0.3).numpy(), expected, rtol=1e-9, atol=1e-12)


@EVERY_TERM
def test_a_moved_and_turned_scene_is_worth_the_same(name):
    transition = random_transition(6)
    _, goal, _ = random_scene(6)
    shift = np.array([3.0, -7.0])
    state, _ = moved(transition.state, goal, 2.1, shift)
    reference, _ = moved(transition.reference, goal, 2.1, shift)
    elsewhere = replace(transition, state=state, reference=reference)
    np.testing.assert_allclose(TERMS[name](elsewhere, 0.3), TERMS[name](transition, 0.3), rtol=1e-7, atol=1e-9)


@EVERY_TERM
def test_every_term_feels_something(name):
    values = [float(TERMS[name](random_transition(seed), 0.1)) for seed in range(20)]
    assert max(values) > min(values)


def test_rewards_name_what_they_do_not_know():
    with pytest.raises(KeyError, match="unknown reward terms \\['kindness'\\]"):
        RewardConfig((RewardTerm("kindness", 1.0),))
    with pytest.raises(KeyError, match="occurs twice"):
        RewardConfig((RewardTerm("alive", 1.0), RewardTerm("alive", 2.0)))
    with pytest.raises(KeyError, match="has no terms"):
        BEYONDMIMIC.scaled(energy=0.5)
    with pytest.raises(ValueError, match="weights are 'none'"):
        replace(PAPER, weights="none")


def test_terms_can_be_scaled_and_switched_off():
    weights = {term.name: term.weight for term in TUNED.terms}
    assert (weights["orientation"], weights["feet_orientation"], weights["energy"]) == (-10.0, -6.25, -1e-6)
    assert "dof_limits" not in {term.name for term in TUNED.active} and weights["dof_limits_by"] == -100.0
    without = PAPER.scaled(low_swing=0.0)
    assert "low_swing" not in {term.name for term in without.active}
    transition = random_transition(7)
    transition = replace(
        transition, steps=replace(transition.steps, touchdown=np.array([True, True]), peak_height=np.array([0.02, 0.2]))
    )
    total, shares = reward(PAPER, transition)
    part = shares[[term.name for term in PAPER.active].index("low_swing")]
    assert part != 0.0
    assert reward(without, transition)[0] == pytest.approx(total - part)


def test_all_of_table_7_is_there():
    table = {
        "tracking_joint_pos": 32,
        "tracking_joint_vel": 16,
        "tracking_keypoint_pos": 50,
        "tracking_keypoint_rot": 20,
    }
    table |= {"action_rate": -1, "energy": -1e-6, "dof_acceleration": -3e-6, "dof_limits": -100, "feet_slip": -5}
    table |= {"orientation": -50, "feet_contact_force": -0.03, "feet_orientation": -62.5, "low_swing": -2500}
    table |= {"feet_air_time": 1000, "termination": -200, "alive": 20}
    assert {term.name: term.weight for term in PAPER.active} == table
    assert set(rewards.TERMS) >= {term.name for config in (PAPER, BEYONDMIMIC, TWIST) for term in config.terms}
