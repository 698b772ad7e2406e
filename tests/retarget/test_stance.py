import numpy as np
import pytest

from genmimic.retarget.config import StanceConfig
from genmimic.retarget.stance import detect_stance, footholds, segments

CONFIG = StanceConfig()


def one_step(fps: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Feet (T, 2, 3): the left one stands, swings forward by 0.6 m from 1.0 to 1.4 s, stands; the right one stands."""
    time = np.arange(0, 2.4, 1 / fps)
    share = np.clip((time - 1.0) / 0.4, 0, 1)
    smooth = share**2 * (3 - 2 * share)
    ankle = np.zeros((len(time), 2, 3))
    ankle[:, 0, 0], ankle[:, 1, 1] = 0.6 * smooth, -0.2
    ankle[..., 2] = 0.08
    ankle[:, 0, 2] += 0.15 * np.sin(np.pi * share)
    return time, ankle, ankle + np.array([0.12, 0.0, -0.06])


@pytest.mark.parametrize("fps", [16.0, 30.0, 60.0, 120.0])
def test_a_step_is_found_at_any_frame_rate(fps):
    time, ankle, toe = one_step(fps)
    stance = detect_stance(ankle, toe, np.full((len(time), 2), 0.5), fps, CONFIG)
    assert stance[:, 1].all()
    (_, lift), (land, _) = segments(stance[:, 0])
    assert abs(time[lift] - 1.0) < 0.12
    assert abs(time[land] - 1.4) < 0.12


def test_contact_known_beforehand_decides_doubtful_frames_but_not_clear_ones():
    time, ankle, toe = one_step(30.0)
    says_never = detect_stance(ankle, toe, np.zeros((len(time), 2)), 30.0, CONFIG)
    says_always = detect_stance(ankle, toe, np.ones((len(time), 2)), 30.0, CONFIG)
    assert says_always.sum() >= says_never.sum()
    assert not says_always[36, 0]  # in mid-swing


def test_noise_does_not_chop_a_stance():
    rng = np.random.default_rng(0)
    ankle = np.array([0.0, 0.0, 0.08]) + rng.normal(scale=0.001, size=(90, 2, 3))
    stance = detect_stance(ankle, ankle - [0, 0, 0.06], np.full((90, 2), 0.5), 30.0, CONFIG)
    assert stance.all()


def test_footholds_do_not_move_and_swings_meet_them():
    _, ankle, _ = one_step(30.0)
    drift = np.linspace(0, 0.03, len(ankle))
    pos = ankle[:, 0] + np.stack([drift, 0 * drift, 0 * drift], axis=1)
    stance = np.ones(len(pos), dtype=bool)
    stance[30:42] = False
    fixed, yaw, after = footholds(pos, 0.1 * drift, stance, 30.0, CONFIG)
    np.testing.assert_array_equal(after, stance)
    for start, end in segments(stance):
        assert np.ptp(fixed[start:end, :2], axis=0).max() < 1e-12
        assert np.ptp(yaw[start:end]) < 1e-12
    assert np.linalg.norm(np.diff(fixed, axis=0), axis=1).max() < 0.12
    np.testing.assert_allclose(fixed[:, 2], pos[:, 2])


def test_a_foothold_that_wanders_far_is_split():
    time = np.arange(90)
    pos = np.stack([0.4 / (1 + np.exp(-(time - 45) / 4.0)), 0.0 * time, 0.0 * time], axis=1)
    fixed, _, stance = footholds(pos, np.zeros(90), np.ones(90, dtype=bool), 30.0, CONFIG)
    assert len(segments(stance)) >= 2
    assert not stance[45]
    assert np.abs(fixed - pos).max() < 0.2


def test_segments():
    assert segments(np.array([True, True, False, True])) == [(0, 2), (3, 4)]
    assert segments(np.zeros(3, dtype=bool)) == []
