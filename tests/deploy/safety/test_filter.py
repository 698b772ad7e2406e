"""Every fault that the safety filter knows, injected one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from deploy.safety.situations import NOW, low_state, situation

from genmimic import rotation
from genmimic.deploy.safety.checks import CHECKS
from genmimic.deploy.safety.filter import FRESH, filter_command
from genmimic.deploy.safety.limits import SafetyLimits
from genmimic.robot import constants
from genmimic.tracking.actions import pd_torque

LIMITS = SafetyLimits()
KNEE = 3


def spoiled(array, value, index=KNEE):
    array = np.array(array, dtype=np.float64)
    array[index] = value
    return array


def leaning(angle, yaw=0.0):
    tilt = rotation.from_axis_angle(np.array([0.0, angle, 0.0]))
    return rotation.multiply(rotation.from_axis_angle(np.array([0.0, 0.0, yaw])), tilt)


SPEED = 1.3 * constants.VELOCITY_LIMIT[KNEE]
FAULTS = {
    "emergency": situation(emergency=True),
    "failure": situation(failure="ValueError: no"),
    "others": situation(others=1),
    "state_age": situation(low_state(stamp=NOW - 0.045)),
    "command_age": situation(ready_at=NOW + 0.035),
    "long_step": situation(step_time=0.07),
    "finite_state": situation(low_state(joint_pos=spoiled(np.zeros(23), np.nan))),
    "finite_target": situation(target_joint_pos=spoiled(constants.DEFAULT_JOINT_POS, np.nan)),
    "joint_range": situation(low_state(joint_pos=spoiled(np.zeros(23), constants.JOINT_UPPER[KNEE] + 0.2))),
    "joint_speed": situation(low_state(joint_vel=spoiled(np.zeros(23), -SPEED))),
    "temperature": situation(low_state(motor_temperature=spoiled(np.zeros(23), 90.0))),
    "motor_fault": situation(low_state(motor_fault=spoiled(np.zeros(23), 2).astype(int))),
    "tilt": situation(low_state(imu_quat_w=leaning(1.4)), reference_quat_w=leaning(1.4)),
    "reference_tilt": situation(low_state(imu_quat_w=leaning(0.8))),
    "pelvis_height": situation(pelvis_height=0.29, reference_height=0.4),
}
FURTHER = [
    ("state_age", replace(situation(), low_state=None)),
    ("state_age", situation(low_state(stamp=np.nan))),
    ("command_age", situation(ready_at=np.nan)),
    ("long_step", situation(step_time=np.nan)),
    ("finite_state", situation(low_state(joint_vel=spoiled(np.zeros(23), np.inf)))),
    ("finite_state", situation(low_state(imu_quat_w=np.zeros(4)))),
    ("finite_state", situation(low_state(imu_ang_vel_b=np.full(3, np.nan)))),
    ("finite_target", situation(target_joint_pos=np.full(23, -np.inf))),
    ("joint_range", situation(low_state(joint_pos=spoiled(np.zeros(23), constants.JOINT_LOWER[KNEE] - 0.2)))),
    ("temperature", situation(low_state(motor_temperature=np.full(23, np.nan)))),
    ("pelvis_height", situation(pelvis_height=0.5, reference_height=0.78)),
    ("pelvis_height", situation(pelvis_height=np.nan)),
]


def test_an_ordinary_step_passes_unchanged():
    verdict, memory = filter_command(LIMITS, FRESH, situation())
    assert verdict.trips == {}
    np.testing.assert_array_equal(verdict.target_joint_pos, constants.DEFAULT_JOINT_POS)
    assert not (verdict.clamped.rate | verdict.clamped.torque | verdict.clamped.position).any()
    np.testing.assert_array_equal(memory.last_target, constants.DEFAULT_JOINT_POS)


def test_each_check_has_a_fault():
    assert set(FAULTS) == set(CHECKS)


@pytest.mark.parametrize(("cause", "fault"), [*FAULTS.items(), *FURTHER])
def test_each_fault_ends_in_damping_at_once_with_its_cause_and_latches(cause, fault):
    _, memory = filter_command(LIMITS, FRESH, situation())
    verdict, memory = filter_command(LIMITS, memory, fault)
    assert verdict.target_joint_pos is None
    assert cause in verdict.trips
    assert len(verdict.trips[cause]) > 10
    assert memory.trip_time == NOW
    later, memory = filter_command(LIMITS, memory, situation(now=NOW + 1.0))
    assert later.target_joint_pos is None
    assert later.trips == verdict.trips
    assert memory.trip_time == NOW


def test_sentences_name_joint_and_number():
    verdict, _ = filter_command(LIMITS, FRESH, FAULTS["temperature"])
    assert verdict.trips == {"temperature": "the motor of left_knee_joint is at 90 degrees"}
    verdict, _ = filter_command(LIMITS, FRESH, FAULTS["reference_tilt"])
    assert verdict.trips == {"reference_tilt": "the pelvis is tilted 46 degrees away from the reference"}


def test_turning_about_the_vertical_is_no_tilt():
    leaning_alike = situation(low_state(imu_quat_w=leaning(0.5, yaw=2.0)), reference_quat_w=leaning(0.5))
    assert filter_command(LIMITS, FRESH, leaning_alike)[0].trips == {}


def run(situations):
    memory, verdicts = FRESH, []
    for one in situations:
        verdict, memory = filter_command(LIMITS, memory, one)
        verdicts.append(verdict)
    return verdicts


def test_single_late_steps_pass_but_three_in_a_row_do_not():
    late, timely = situation(step_time=0.03), situation()
    assert not run([late, late, timely, late, late])[-1].trips
    assert "late_steps" in run([late, late, late])[-1].trips


def test_a_saturated_policy_trips_after_five_steps():
    rng = np.random.default_rng(0)

    def step(joints):
        action = np.zeros(23)
        action[:joints] = LIMITS.action
        return situation(action=action, target_joint_pos=constants.DEFAULT_JOINT_POS + 1e-6 * rng.standard_normal(23))

    assert not run([step(6)] * 4 + [step(5)] + [step(6)] * 4)[-1].trips
    assert "saturated_action" in run([step(6) for _ in range(5)])[-1].trips


def test_a_policy_that_no_longer_changes_trips():
    verdicts = run([situation()] * (LIMITS.frozen_steps + 1))
    assert not verdicts[-2].trips
    assert list(verdicts[-1].trips) == ["frozen_action"]
    assert not run([situation(action=None)] * 50)[-1].trips  # no policy speaks: soft start, the reference itself


def test_a_policy_whose_targets_jump_trips():
    jump = situation(target_joint_pos=constants.DEFAULT_JOINT_POS + LIMITS.action_jump + 0.01)
    assert list(run([situation(), jump])[-1].trips) == ["action_jump"]
    assert not run([situation(action=None), jump])[-1].trips  # from the soft start to the policy's first word


def test_targets_are_held_within_rate_torque_and_joint_limits():
    far = situation(target_joint_pos=np.full(23, 5.0), action=None)
    first, second = run([situation(action=None), far])
    change = second.target_joint_pos - first.target_joint_pos
    assert np.abs(change).max() <= LIMITS.target_rate * 0.02 + 1e-12
    assert second.clamped.rate.all()
    torque = pd_torque(
        second.target_joint_pos, constants.DEFAULT_JOINT_POS, np.zeros(23), constants.KP, constants.KD, np.inf
    )
    assert (np.abs(torque) <= constants.EFFORT_LIMIT + 1e-9).all()
    assert second.clamped.torque.any()


def test_joint_limits_have_the_last_word():
    # a knee that is measured at its limit: its motor could pull far beyond, but may only lean against the stop
    measured = spoiled(constants.DEFAULT_JOINT_POS, constants.JOINT_UPPER[KNEE])
    wanted = spoiled(measured, constants.JOINT_UPPER[KNEE] + 0.4)
    step = situation(low_state(joint_pos=measured), target_joint_pos=wanted)
    verdict, _ = filter_command(LIMITS, FRESH, step)
    leaning = constants.KP[KNEE] * (verdict.target_joint_pos[KNEE] - constants.JOINT_UPPER[KNEE])
    assert leaning == pytest.approx(LIMITS.stop_torque * constants.EFFORT_LIMIT[KNEE])
    assert list(np.flatnonzero(verdict.clamped.position)) == [KNEE]


def test_a_joint_too_fast_for_its_damping_is_left_to_it():
    low = low_state(joint_vel=spoiled(np.zeros(23), 1.1 * 37.0, index=14))
    stiff = replace(situation(low), action=None)
    verdict, _ = filter_command(LIMITS, FRESH, stiff)
    torque = constants.KP * (verdict.target_joint_pos - low.joint_pos) - constants.KD * low.joint_vel
    assert torque[14] < 0.0
    assert not verdict.trips
