from __future__ import annotations

import numpy as np

from genmimic.gestures.submovements import Movement, drift, end_of, reach, track

TIME = np.arange(0.0, 6.0, 0.02)
CHANGE = np.array([1.0, -2.0])


def test_a_reach_starts_and_ends_at_rest_at_its_goal() -> None:
    for overshoot, hesitation in ((0.0, 0.0), (0.06, 0.0), (0.0, 0.3), (0.08, 0.4)):
        parts = reach(1.0, 0.7, CHANGE, overshoot, hesitation)
        out = track(TIME, np.array([0.5, 0.5]), parts)
        assert np.allclose(out[TIME <= 1.0], 0.5)
        assert np.allclose(out[end_of(parts) + 1e-9 <= TIME], [1.5, -1.5])


def test_an_overshoot_goes_too_far_by_its_share() -> None:
    out = track(TIME, np.zeros(2), reach(1.0, 0.7, CHANGE, overshoot=0.08))
    assert 1.03 < out[:, 0].max() < 1.08
    assert track(TIME, np.zeros(2), reach(1.0, 0.7, CHANGE)).max() <= 1.0 + 1e-12


def test_a_hesitation_rests_half_way() -> None:
    out = track(TIME, np.zeros(2), reach(1.0, 0.8, CHANGE, hesitation=0.6))[:, 0]
    speed = np.gradient(out, TIME)
    between = (out > 0.3) & (out < 0.7)
    assert speed[between].min() < 0.05
    assert speed.max() > 0.8


def test_overlapping_movements_have_no_jump_in_acceleration() -> None:
    out = track(TIME, np.zeros(2), [Movement(1.0, 0.8, CHANGE), Movement(1.5, 0.6, -CHANGE)])
    acc = np.diff(out[:, 0], 2) / 0.02**2
    assert np.abs(np.diff(acc)).max() < 0.25 * np.abs(acc).max()


def test_drift_is_slow_and_of_unit_size() -> None:
    out = drift(np.arange(0.0, 120.0, 0.02), np.random.default_rng(0), 3)
    assert 0.4 < out.std() < 1.2
    assert np.abs(np.gradient(out, 0.02, axis=0)).max() < 2.0 * np.pi * 0.65 * 2.0
