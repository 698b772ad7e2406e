"""The true time base of a clip, from changes and time stamps alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genmimic.human.frame_rate import (
    block_change,
    find_cadence,
    hold_frozen,
    label_repeats,
    regular_rate,
    resample_index,
    snap_rate,
)


def _written(content: float, container: float, count: int, phase: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Changes as an encoder leaves them, and the frames that show new content."""
    rng = np.random.default_rng(seed)
    shown = np.floor(np.arange(count) * content / container + phase + 1e-9)
    new = np.flatnonzero(np.diff(shown, prepend=-1.0) > 0)
    motion = 6.0 * np.sin(np.arange(count - 1) / 17.0) ** 2 + 0.2  # stands still now and then
    noise = 0.2 * rng.uniform(0.5, 2.0, count - 1)
    change = np.where(np.diff(shown) > 0, motion * rng.uniform(0.5, 1.5, count - 1), 0.0) + noise
    change[100::250] += 1.5  # key frames change the picture a little, repeated or not
    return change, new


@pytest.mark.parametrize(
    ("content", "container", "count"),
    [
        (16, 30, 151),
        (24, 60, 300),
        (24, 60, 3600),
        (25, 30, 150),
        (15, 30, 150),
        (8, 24, 100),
        (12, 60, 200),
        (16, 24, 81),
    ],
)
@pytest.mark.parametrize("phase", [0.0, 0.3, 0.77])
def test_slow_content_is_recognised(content: float, container: float, count: int, phase: float) -> None:
    change, new = _written(content, container, count, phase, seed=count)
    cadence = find_cadence(*label_repeats(change), container)
    assert cadence is not None
    assert cadence.ratio * container == pytest.approx(content, rel=1e-9)
    np.testing.assert_array_equal(cadence.kept, new)


def test_unusual_rate_is_found_without_a_table() -> None:
    change, new = _written(13.37, 30, 600, 0.3, seed=1)
    cadence = find_cadence(*label_repeats(change), 30)
    assert cadence is not None
    assert cadence.ratio * 30 == pytest.approx(13.37, abs=0.02)
    assert abs(len(cadence.kept) - len(new)) <= 1


@given(seed=st.integers(0, 1000), size=st.floats(0.05, 20.0))
def test_real_motion_keeps_every_frame(seed: int, size: float) -> None:
    rng = np.random.default_rng(seed)
    change = size * (1.0 + np.sin(np.arange(149) / rng.uniform(2.0, 20.0))) * rng.lognormal(0.0, 0.4, 149)
    assert find_cadence(*label_repeats(change), 30) is None


@given(seed=st.integers(0, 1000), period=st.integers(2, 12))
def test_still_scene_keeps_every_frame(seed: int, period: int) -> None:
    """An encoder refreshes a still picture in a pattern; that is not content at a lower rate."""
    change = 0.2 * np.random.default_rng(seed).uniform(0.5, 2.0, 299)
    change[::period] += 0.7
    assert find_cadence(*label_repeats(change), 30) is None


def test_repeats_without_pattern_are_not_a_rate_but_are_held() -> None:
    change = np.full(149, 8.0)
    frozen = np.array([7, 20, 41, 44, 90, 91, 120])
    change[frozen] = 0.1
    repeat, fresh = label_repeats(change)
    assert find_cadence(repeat, fresh, 30) is None
    held = hold_frozen(np.arange(150), change, repeat)
    np.testing.assert_array_equal(np.flatnonzero(np.diff(held) == 0), frozen)
    assert (held <= np.arange(150)).all()


def test_block_change_sees_a_small_hand_and_little_noise() -> None:
    rng = np.random.default_rng(0)
    before = rng.integers(60, 190, (200, 360)).astype(np.uint8)
    noisy = (before + rng.integers(-1, 2, before.shape)).astype(np.uint8)
    hand = before.copy()
    hand[50:70, 100:120] = 255
    assert block_change(before, before) == 0.0
    assert block_change(before, noisy) < 1.0
    assert block_change(before, hand) > 20.0


def test_regular_rate() -> None:
    assert regular_rate(np.arange(50) / 25.0) == 25.0
    # Rounded to milliseconds, as some containers store it.
    assert regular_rate(np.round(np.arange(50) * 1001 / 30.0) / 1000.0) == pytest.approx(30000 / 1001, abs=1e-9)
    # Content of 16 per second shown at ticks of 1/30 s.
    assert regular_rate(np.ceil(np.arange(60) * 30 / 16) / 30.0) == 16.0
    assert regular_rate(np.cumsum(np.random.default_rng(0).uniform(0.01, 0.09, 60))) is None


def test_resample_index_takes_the_nearest_frame() -> None:
    times = np.array([0.0, 0.04, 0.05, 0.2, 0.24])
    np.testing.assert_array_equal(resample_index(times, 25.0), [0, 1, 2, 2, 3, 3, 4])


def test_snap_rate() -> None:
    assert snap_rate(29.9999) == 30.0
    assert snap_rate(29.97) == pytest.approx(30000 / 1001)
    assert snap_rate(13.37) == 13.37
