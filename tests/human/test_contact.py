"""Contacts of the soles: the model of stretches against enumeration, and walks with known steps."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from genmimic.human.contact import FootCues, contact_probability, smooth_velocity
from genmimic.human.stance_segments import Changes, standing_probability
from genmimic.synthetic.footsteps import Feet, straight_walk, walk_feet

FLOOR = -1.3  # metres below the camera
FPS = 16.0
CHANGES = Changes(lift=1.2, land=0.7, shift=2.5)


def enumerated(place: np.ndarray, precision: np.ndarray, odds: np.ndarray) -> np.ndarray:
    """Probability of standing per frame, by adding up every course of one point."""
    frames = len(place)
    weight, standing = [], []
    # a course is a label per frame, 0 in motion or the number of its stretch of standing
    for cut in itertools.product((False, True), repeat=frames):
        for kind in itertools.product((False, True), repeat=frames):
            starts = [t for t in range(frames) if t == 0 or cut[t]]
            stretches = list(zip(starts, [*starts[1:], frames], strict=True))
            kinds = [kind[a] for a, _ in stretches]
            if any(kind[t] != kind[t - 1] for t in range(1, frames) if not cut[t]):
                continue
            if any(not k and not following for k, following in itertools.pairwise(kinds)):
                continue  # motion is one stretch
            score = -1.0 if not kinds[0] else 0.0
            for i, ((a, b), stands) in enumerate(zip(stretches, kinds, strict=True)):
                if stands:
                    mean = np.average(place[a:b], axis=0, weights=precision[a:b])
                    score += odds[a:b].sum() - 0.5 * (precision[a:b, None] * (place[a:b] - mean) ** 2).sum()
                    if i > 0:
                        score -= CHANGES.land if not kinds[i - 1] else CHANGES.shift
                elif i > 0:
                    score -= CHANGES.lift
                    if b - a < 2 and i + 1 < len(kinds):
                        score = -np.inf
            weight.append(np.exp(score))
            standing.append(np.repeat(kinds, [b - a for a, b in stretches]))
    return np.average(np.array(standing, dtype=float), axis=0, weights=weight)


def test_recursions_agree_with_enumeration() -> None:
    rng = np.random.default_rng(3)
    frames = 5
    place, odds = rng.normal(size=(frames, 2, 2)), rng.normal(size=(frames, 2))
    precision = rng.uniform(0.5, 3.0, (frames, 2))
    prior = np.zeros((frames + 1, frames + 1))
    found = standing_probability(place, precision, odds, prior, CHANGES)
    for point in range(2):
        assert found[:, point] == pytest.approx(enumerated(place[:, point], precision[:, point], odds[:, point]))


def test_prior_forbids_long_stretches() -> None:
    frames = 12
    length = np.arange(frames + 1)[None] - np.arange(frames + 1)[:, None]
    prior = np.where(length > 5, -50.0, 0.0)
    place, rest = np.zeros((frames, 1, 2)), np.full((frames, 1), 1.0)
    never_shift = Changes(lift=1.0, land=1.0, shift=60.0)
    free = standing_probability(place, np.ones((frames, 1)), rest, np.zeros_like(prior), never_shift)
    limited = standing_probability(place, np.ones((frames, 1)), rest, prior, never_shift)
    assert free.min() > 0.8
    assert (1.0 - limited).sum() > 1.5


def walk(heading: float, distance: float = 2.4) -> tuple[FootCues, np.ndarray]:
    """A walk from 5 m in front of the camera as a noisy detector sees it, and which soles are at rest, (T, 4)."""
    along = np.array([np.cos(heading), np.sin(heading)])
    across = np.array([-along[1], along[0]])
    origin = np.array([5.0, 0.0]) - 0.5 * distance * (1.0 - abs(along[0])) * along
    steps = straight_walk(distance, 0.6, 0.56, 0.16, origin=(origin[0], origin[1]), heading=heading)
    start = [(*(origin + side * 0.08 * across), heading) for side in (1.0, -1.0)]
    time = np.arange(round((steps[-1].end + 0.8) * FPS)) / FPS
    feet = walk_feet(time, start, steps, 0.13, 0.03)
    soles = _soles(feet)
    camera = soles + np.array([0.0, 0.0, FLOOR])
    rng = np.random.default_rng(0)
    depth = camera[..., 0].mean(1)
    ray = np.stack([-camera[..., 1] / camera[..., 0], -camera[..., 2] / camera[..., 0]], -1)
    ray += rng.normal(size=ray.shape) * 0.004 / depth[:, None, None]
    ankle = soles[:, 0::2].mean(1)
    pelvis = np.concatenate([_smooth(ankle[:, :2]), np.full((len(time), 1), FLOOR + 0.9)], 1)
    cues = FootCues(ray, np.full(ray.shape[:2], 0.9), depth, camera[..., 0], soles[..., 2], camera, pelvis)
    slow = np.linalg.norm(np.diff(soles, axis=0), axis=-1) * FPS < 0.1
    return cues, np.concatenate([slow[:1], slow[1:] | slow[:-1], slow[-1:]])


def _soles(feet: Feet) -> np.ndarray:
    """Heel and toe of both feet (T, 4, 3) over the floor, metres."""
    toe = feet.ball_pos_w - [0.0, 0.0, 0.03]
    length = 0.17 * np.stack([np.cos(feet.yaw), np.sin(feet.yaw)], -1)
    heel = toe.copy()
    heel[..., :2] -= length * np.cos(feet.pitch)[..., None]
    heel[..., 2] += 0.17 * np.sin(feet.pitch)
    return np.stack([heel, toe], 2).reshape(len(toe), 4, 3)


def _smooth(path: np.ndarray) -> np.ndarray:
    padded = np.concatenate([np.repeat(path[:1], 4, 0), path, np.repeat(path[-1:], 4, 0)])
    return np.stack([padded[k : k + len(path)] for k in range(9)]).mean(0)


@pytest.mark.parametrize("heading", [np.pi, 0.5 * np.pi], ids=["towards the camera", "across"])
def test_steps_of_a_walk_are_found(heading: float) -> None:
    cues, rest = walk(heading)
    found = contact_probability(cues, FPS) > 0.5
    toes, true = found[:, 1::2], rest[:, 1::2]
    assert (toes & true).sum() > 0.9 * true.sum()
    assert (toes & ~true).sum() < 0.2 * (~true).sum()
    heels, true = found[:, 0::2], rest[:, 0::2]
    assert (heels & true).sum() > 0.85 * true.sum()
    assert (heels & ~true).sum() < 0.35 * (~true).sum()


def test_feet_that_drift_in_the_picture_stand() -> None:
    cues, _ = walk(np.pi)
    frames = 50
    drift = np.linspace(0.0, 0.05 / 5.0, frames)[:, None, None] * np.array([1.0, 0.5])
    still = FootCues(*(np.repeat(values[:1], frames, 0) for values in vars(cues).values()))
    still = FootCues(**(vars(still) | {"ray": still.ray + drift}))
    assert contact_probability(still, FPS).min() > 0.9


def test_unseen_feet_do_not_hold_a_walking_person() -> None:
    cues, _ = walk(np.pi)
    frames = len(cues.ray)
    hidden = FootCues(**(vars(cues) | {"visible": np.zeros((frames, 4)), "ray": np.zeros((frames, 4, 2))}))
    assert contact_probability(hidden, FPS).mean(1).min() < 0.6, "over 2.4 m some foot must move"


def test_velocity_is_exact_for_steady_motion() -> None:
    path = np.arange(20)[:, None, None] * np.array([0.3, -0.1]) / FPS
    assert smooth_velocity(path, FPS) == pytest.approx(np.broadcast_to([0.3, -0.1], (20, 1, 2)))
