"""Drawn tracks have the statistics of the model, event by event."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genmimic.motion import noise_events
from genmimic.motion.noise_model import NoiseModel, load_noise_model
from genmimic.motion.noise_processes import bump, correlation, smooth_process
from genmimic.motion.noise_tracks import NoiseTracks, sample_tracks

FPS = 50.0


def quiet(model: NoiseModel) -> NoiseModel:
    """The model without events."""
    return replace(model, swap_rate=0.0, freeze_rate=0.0, jump_rate=0.0, morph_rate=0.0)


@pytest.fixture(scope="module")
def tracks() -> NoiseTracks:
    return sample_tracks(quiet(load_noise_model()), 400, 500, 1.0, np.random.default_rng(0))


def test_spread_of_each_channel(tracks: NoiseTracks) -> None:
    model = load_noise_model()
    moving = np.sqrt((model.slow**2).sum(1) + (model.fast**2).sum(1))
    np.testing.assert_allclose(tracks.frame_rows[..., :29].std((0, 1)), moving, rtol=0.12)
    steady = np.linalg.norm(model.constant, axis=1)
    np.testing.assert_allclose(tracks.clip_rows[:, :29].std(0), steady, rtol=0.2, atol=1e-6)
    np.testing.assert_allclose(tracks.clip_rows[:, :29].mean(0), model.mean, atol=4.5 * steady.max() / 20.0)


def test_correlation_in_time(tracks: NoiseTracks) -> None:
    model = load_noise_model()
    slow, fast = (model.slow**2).sum(1), (model.fast**2).sum(1)
    moving = tracks.frame_rows[..., :29].astype(np.float64)
    for frames in (2, 5, 10, 25):
        expected = slow * correlation(np.array(frames / FPS), model.slow_time)
        expected += fast * correlation(np.array(frames / FPS), model.fast_time)
        found = (moving * np.roll(moving, -frames, axis=1)).mean((0, 1))
        np.testing.assert_allclose(found, expected, atol=0.13 * (slow + fast).max(), rtol=0.15)


def test_joints_err_together_as_in_the_model(tracks: NoiseTracks) -> None:
    model = load_noise_model()
    covariance = model.slow @ model.slow.T + model.fast @ model.fast.T
    flat = tracks.frame_rows[..., :29].reshape(-1, 29).astype(np.float64)
    scale = np.sqrt(np.diag(covariance))
    found = (flat.T @ flat / len(flat)) / scale / scale[:, None]
    np.testing.assert_allclose(found, covariance / scale / scale[:, None], atol=0.15)


def test_paths(tracks: NoiseTracks) -> None:
    model = load_noise_model()
    assert np.log(tracks.clip_rows[:, 29]).std() == pytest.approx(model.path_scale_spread, rel=0.12)
    assert tracks.clip_rows[:, 30].std() == pytest.approx(model.path_turn_spread, rel=0.12)


def test_same_seed_same_tracks_and_any_frame_number() -> None:
    model = load_noise_model()
    one, two = (sample_tracks(model, 2, 600, 1.0, np.random.default_rng(4)) for _ in range(2))
    np.testing.assert_array_equal(one.frame_rows, two.frame_rows)
    around, at = (one.at(np.array([0, 1]), np.array([n, n])) for n in (605, 5))
    np.testing.assert_array_equal(around.moving, at.moving)
    steps = np.abs(np.diff(np.concatenate([one.frame_rows, one.frame_rows[:, :1]], axis=1)[..., :29], axis=1))
    assert steps[:, -1].max() < 2.0 * steps.max()  # the end goes on into the beginning


def test_torch_tracks_give_the_same_samples() -> None:
    torch = pytest.importorskip("torch")
    tracks = sample_tracks(load_noise_model(), 3, 600, 1.0, np.random.default_rng(1))
    track, frame = np.array([[0], [2]]), np.array([[3, 700], [50, 599]])
    expected = tracks.at(track, frame)
    found = tracks.to("cpu").at(torch.as_tensor(track), torch.as_tensor(frame))
    for name, value in vars(expected).items():
        np.testing.assert_array_equal(getattr(found, name).numpy(), value)
    assert found.frame_offset.dtype == torch.int64


def test_smooth_process_has_unit_variance_and_its_correlation() -> None:
    process = smooth_process(1000, 400, 0.2, FPS, np.random.default_rng(0)).astype(np.float64)
    assert process.var() == pytest.approx(1.0, rel=0.03)
    for frames in (5, 10, 20, 40):
        found = (process * np.roll(process, -frames, axis=0)).mean()
        assert found == pytest.approx(float(correlation(np.array(frames / FPS), 0.2)), abs=0.03)


@pytest.mark.parametrize("severity", [0.5, 1.0])
def test_events_come_as_often_as_the_model_says(severity: float) -> None:
    model, minutes, rng = load_noise_model(), 200, np.random.default_rng(0)
    model = replace(model, swap_rate=4.0, morph_rate=4.0)
    swaps = morphs = 0
    for _ in range(minutes):
        swap = noise_events.leg_swaps(model, 3000, severity, FPS, rng)
        swaps += int(((swap > 0) & (np.roll(swap, 1) == 0)).sum())
        morph = np.abs(noise_events.limb_morphs(model, 3000, severity, FPS, rng)).sum(1)
        morphs += int(((morph > 0) & (np.roll(morph, 1) == 0)).sum())
    # some overlap and count once
    assert 0.85 * severity * 4.0 < swaps / minutes < 1.1 * severity * 4.0
    assert 0.85 * severity * 4.0 < morphs / minutes < 1.1 * severity * 4.0


def test_freezes_stand_still_and_leaps_rush() -> None:
    model, rng = load_noise_model(), np.random.default_rng(0)
    only = replace(model, freeze_rate=10.0, jump_rate=0.0)
    offsets = noise_events.frame_offsets(only, 3000, 1.0, FPS, rng)
    assert offsets.min() < -3 and offsets.max() == 0
    shown = np.diff(offsets) + 1
    assert set(np.unique(shown)) <= {0, 1, 2, 3}  # frames of the true motion per frame shown, never backwards
    leaps = noise_events.frame_offsets(replace(model, freeze_rate=0.0, jump_rate=10.0), 3000, 1.0, FPS, rng)
    assert leaps.max() > 2 and leaps.min() == 0
    assert set(np.unique(np.diff(leaps) + 1)) <= {0, 1, 2, 3}


def test_a_bump_goes_on_around_the_end() -> None:
    shape = bump(100, 95, 4, 3)
    assert shape.max() == 1.0
    assert shape[99] == 1.0 and shape[98] == 1.0 and shape[0] == 1.0
    assert shape[50] == 0.0 and 0.0 < shape[95] < shape[96] < 1.0
