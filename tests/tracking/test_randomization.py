from dataclasses import replace

import numpy as np
import pytest

from genmimic.tracking import randomization
from genmimic.tracking.randomization import NONE, PAPER, Randomization

RNG = np.random.default_rng(0)


def test_draws_fill_the_ranges_of_table_8_and_no_more():
    parameters = randomization.simulation_parameters(PAPER, RNG.random((20000, randomization.PARAMETER_DRAWS)))
    bounds = {
        "base_com_offset_b": (-0.1, 0.1),
        "foot_friction": (0.4, 1.25),
        "link_mass_scale": (0.7, 1.3),
        "kp_scale": (0.75, 1.25),
        "kd_scale": (0.75, 1.25),
        "motor_strength": (0.5, 1.5),
    }
    for name, (low, high) in bounds.items():
        values = getattr(parameters, name)
        assert low <= values.min() < low + 0.01 * (high - low), name
        assert high - 0.01 * (high - low) < values.max() <= high, name
    np.testing.assert_array_equal(parameters.foot_friction[:, 0], parameters.foot_friction[:, 1])
    assert abs(np.corrcoef(parameters.kp_scale.T) - np.eye(23)).max() < 0.05
    assert abs(np.corrcoef(parameters.kp_scale[:, 0], parameters.kd_scale[:, 0])[0, 1]) < 0.05


def test_delays_are_whole_steps_equally_often():
    delays = randomization.delay_steps(PAPER, RNG.random(40000))
    values, counts = np.unique(delays, return_counts=True)
    assert values.tolist() == [0, 1, 2, 3]
    assert counts.min() > 9500
    assert np.unique(randomization.delay_steps(NONE, RNG.random(1000))).tolist() == [0]


def test_goal_offsets():
    offsets = randomization.goal_offset(PAPER, RNG.random((5000, randomization.GOAL_DRAWS)))
    assert offsets.shape == (5000, 27, 3)
    assert 0.0199 < abs(offsets).max() <= 0.02


def test_a_push_replaces_horizontal_velocity():
    velocity = np.tile([3.0, -2.0, 0.5, 0.1, 0.2, 0.3], (5000, 1))
    change, seconds = randomization.push(PAPER, velocity, RNG.random((5000, randomization.PUSH_DRAWS)))
    pushed = velocity + change
    assert abs(pushed[:, :2]).max() <= 1.0 + 1e-12
    assert abs(pushed[:, :2]).max() > 0.99
    np.testing.assert_allclose(pushed[:, 2:], velocity[:, 2:])
    np.testing.assert_array_equal(seconds, 5.0)


def test_a_push_may_add_to_all_velocities_instead():
    config = replace(PAPER, push_sets=False, push_velocity=(0.5, 0.5, 0.2, 0.5, 0.5, 0.8), push_seconds=(1.0, 3.0))
    change, seconds = randomization.push(config, np.ones((5000, 6)), RNG.random((5000, randomization.PUSH_DRAWS)))
    np.testing.assert_allclose(abs(change).max(0), config.push_velocity, rtol=0.01)
    assert 1.0 <= seconds.min() < 1.01 < 2.99 < seconds.max() <= 3.0


def test_severity_zero_is_the_nominal_robot():
    parameters = randomization.simulation_parameters(NONE, RNG.random((10, randomization.PARAMETER_DRAWS)))
    for name in ("link_mass_scale", "kp_scale", "kd_scale", "motor_strength"):
        np.testing.assert_array_equal(getattr(parameters, name), 1.0)
    np.testing.assert_array_equal(parameters.base_com_offset_b, 0.0)
    np.testing.assert_array_equal(parameters.foot_friction, 0.8)
    assert not NONE.pushes and NONE.goal_offset == NONE.goal_noise == NONE.observation_noise == 0.0
    assert PAPER.pushes


def test_half_the_severity_is_half_the_range():
    half = PAPER.scaled(0.5)
    assert half.kp == pytest.approx((0.875, 1.125))
    assert half.friction == pytest.approx((0.6125, 1.0375))
    assert half.delay_steps == (0, 2)
    assert half.push_velocity[:2] == (0.5, 0.5)
    assert PAPER.scaled(1.0) == Randomization()
