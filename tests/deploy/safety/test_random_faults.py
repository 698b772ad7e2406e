"""A thousand random faults: none is missed, none before is imagined, and no target ever leaves its limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from deploy.safety.faults import FAULTS, LIMITS
from deploy.safety.situations import situation

from genmimic.deploy.safety.filter import FRESH, filter_command
from genmimic.robot import constants

RUNS = 1000


def ordinary(rng: np.random.Generator, now: float):
    """A moving robot whose policy asks for anything within its clip, wild jumps between steps excepted."""
    base = situation()
    joint_pos = rng.uniform(constants.JOINT_LOWER - 0.1, constants.JOINT_UPPER + 0.1)
    low = replace(
        base.low_state,
        stamp=now - rng.uniform(0.0, 0.035),
        joint_pos=joint_pos,
        joint_vel=rng.uniform(-1.0, 1.0, 23) * constants.VELOCITY_LIMIT,
        motor_temperature=rng.uniform(20.0, 80.0, 23),
    )
    return replace(
        base,
        now=now,
        low_state=low,
        ready_at=now + rng.uniform(0.0, 0.02),
        target_joint_pos=constants.DEFAULT_JOINT_POS + rng.uniform(-0.3, 0.3, 23),
        step_time=rng.uniform(0.018, 0.025),
    )


def test_a_thousand_random_faults():
    rng, names = np.random.default_rng(7), list(FAULTS)
    targets = 0
    for run in range(RUNS):
        cause = names[run % len(names)]
        memory, now = FRESH, rng.uniform(0.0, 1e5)
        for _ in range(rng.integers(1, 12)):
            verdict, memory = filter_command(LIMITS, memory, ordinary(rng, now))
            assert not verdict.trips, verdict.trips
            assert (verdict.target_joint_pos >= LIMITS.lower).all()
            assert (verdict.target_joint_pos <= LIMITS.upper).all()
            now, targets = now + 0.02, targets + 1
        verdict, memory = filter_command(LIMITS, memory, FAULTS[cause](rng, ordinary(rng, now)))
        assert cause in verdict.trips, (run, cause, verdict.trips)
        assert verdict.target_joint_pos is None
        verdict, _ = filter_command(LIMITS, memory, ordinary(rng, now + 0.02))
        assert verdict.target_joint_pos is None
        assert cause in verdict.trips
    assert targets > 4 * RUNS


def test_torque_stays_within_limits_wherever_joint_limits_allow_it():
    rng, memory = np.random.default_rng(3), FRESH
    for step in range(500):
        one = ordinary(rng, 0.02 * step)
        low, gains = one.low_state, one.gains
        verdict, memory = filter_command(LIMITS, memory, one)
        torque = gains.kp * (verdict.target_joint_pos - low.joint_pos) - gains.kd * low.joint_vel
        free = ~verdict.clamped.position
        # pushing (torque along the target) never beyond the limit; braking of a fast joint may be
        braking = torque * low.joint_vel < 0
        assert (np.abs(torque)[free & ~braking] <= constants.EFFORT_LIMIT[free & ~braking] + 1e-9).all()
