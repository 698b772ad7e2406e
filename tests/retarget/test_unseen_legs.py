from dataclasses import replace
from itertools import pairwise

import numpy as np
from retarget.people import stand

from genmimic.motion.skeleton import INDEX
from genmimic.retarget import RetargetConfig, retarget
from genmimic.retarget.stance import segments
from genmimic.retarget.targets import make_targets
from genmimic.retarget.unseen_legs import Feet, imagine_steps, soften_path, unseen_frames
from genmimic.robot.constants import SOLE_HEIGHT

FPS = 30.0
LEGS = [INDEX[f"{side}_{joint}"] for side in ("left", "right") for joint in ("knee", "ankle", "foot")]


def walking_hips(frames: int, speed: float) -> np.ndarray:
    return np.stack([speed * np.arange(frames) / FPS, np.zeros(frames), np.full(frames, 0.65)], axis=1)


def standing_feet(frames: int) -> Feet:
    pos = np.tile([[0.0, 0.1, SOLE_HEIGHT], [0.0, -0.1, SOLE_HEIGHT]], (frames, 1, 1))
    return Feet(pos, np.zeros((frames, 2)), np.ones((frames, 2), dtype=bool))


def test_legs_are_unseen_when_both_ankles_are_for_a_while():
    confidence = np.ones((90, 2))
    confidence[10:14] = 0.05  # a moment
    confidence[30:60, 0] = 0.05  # one leg
    confidence[70:] = 0.05
    assert segments(unseen_frames(confidence, FPS)) == [(70, 90)]


def test_a_leap_of_the_hips_becomes_a_walk_and_seen_frames_keep_their_place():
    hips = walking_hips(120, 0.0)
    hips[90:100, 0] = np.linspace(0.0, 1.2, 10)
    hips[100:, 0] = 1.2
    unseen = np.arange(120) >= 60
    soft = soften_path(hips, unseen, FPS)
    np.testing.assert_array_equal(soft[:60], hips[:60])
    assert np.abs(np.diff(soft[:, 0])).max() * FPS < 1.5  # 4 m/s before
    assert np.abs(np.diff(soft[:, 0], 2)).max() * FPS**2 < 10.0  # 120 m/s^2 before
    assert soft[-1, 0] > 0.8
    np.testing.assert_array_equal(soft[:, 2], hips[:, 2])


def test_feet_step_in_turns_below_travelling_hips():
    hips, feet = walking_hips(150, 0.8), standing_feet(150)
    unseen = np.arange(150) >= 5
    steps = imagine_steps(feet, hips, np.zeros(150), unseen, FPS)
    assert steps.stance.any(axis=1).all()
    swings = sorted((start, foot) for foot in range(2) for start, _ in segments(~steps.stance[:, foot]))
    assert len(swings) >= 6
    assert all(a[1] != b[1] for a, b in pairwise(swings))
    for foot in range(2):
        for start, end in segments(steps.stance[:, foot]):
            assert np.ptp(steps.pos_w[start:end, foot], axis=0).max() == 0.0
    assert np.abs(steps.pos_w[..., 0] - hips[:, None, 0]).max() < 0.55
    assert np.linalg.norm(np.diff(steps.pos_w, axis=0), axis=-1).max() * FPS < 4.0
    assert steps.pos_w[..., 2].max() < 0.12


def test_feet_that_need_not_step_stand():
    feet, hips = standing_feet(90), walking_hips(90, 0.0)
    hips[:, 1] = 0.03 * np.sin(np.arange(90) / 8.0)
    steps = imagine_steps(feet, hips, np.zeros(90), np.ones(90, dtype=bool), FPS)
    assert steps.stance.all()
    assert np.ptp(steps.pos_w, axis=0).max() == 0.0


def test_feet_are_where_they_are_seen_again():
    feet, hips = standing_feet(120), walking_hips(120, 0.4)
    feet.pos_w[80:, :, 0] = 1.0
    unseen = (np.arange(120) >= 20) & (np.arange(120) < 80)
    steps = imagine_steps(feet, hips, np.zeros(120), unseen, FPS)
    np.testing.assert_array_equal(steps.pos_w[~unseen], feet.pos_w[~unseen])
    assert np.linalg.norm(np.diff(steps.pos_w, axis=0), axis=-1).max() < 0.12
    assert np.abs(steps.pos_w[79, :, 0] - 1.0).max() < 0.05


def test_a_foot_in_the_air_comes_down():
    feet, hips = standing_feet(60), walking_hips(60, 0.0)
    feet.pos_w[:10, 1, 2], feet.stance[:10, 1] = 0.2, False
    steps = imagine_steps(feet, hips, np.zeros(60), np.arange(60) >= 10, FPS)
    assert (np.diff(steps.pos_w[9:, 1, 2]) <= 0.0).all()
    assert steps.pos_w[-1, 1, 2] == SOLE_HEIGHT
    assert steps.stance[25:].all()


def test_a_person_whose_legs_leap_unseen_becomes_a_robot_that_stands_and_steps():
    path = np.zeros((120, 3))
    path[60:70, 0], path[70:, 0] = np.linspace(0.0, 1.0, 10), 1.0
    human = stand(120, path=path)
    confidence = human.confidence.copy()
    confidence[40:, LEGS] = 0.02
    result = retarget(replace(human, confidence=confidence, foot_contact=np.full((120, 2), 0.2)))
    assert result.quality.feasible, result.quality.reasons
    assert result.quality.flight_time == 0.0
    assert result.motion.foot_contact.any(axis=1).all()
    assert np.linalg.norm(np.diff(result.motion.root_pos_w, axis=0), axis=1).max() * FPS < 1.6


def test_seen_legs_are_left_alone():
    human = stand(60)
    targets, _ = make_targets(human, RetargetConfig())
    faint = replace(human, confidence=np.full_like(human.confidence, 0.3))
    np.testing.assert_array_equal(make_targets(faint, RetargetConfig())[0].ankle_pos_w, targets.ankle_pos_w)
