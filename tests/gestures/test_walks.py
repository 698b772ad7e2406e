from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from genmimic.gestures import compose
from genmimic.gestures.checks import check
from genmimic.gestures.walk_loop import prolong
from genmimic.gestures.walks import draw_walk
from genmimic.motion.corpus import Corpus
from genmimic.motion.robot_motion import RobotMotion


@lru_cache(maxsize=1)
def walking() -> RobotMotion:
    return compose([], locomotion="walk", order="after", seed=3, name="walk")


def corpus(split: str = "train") -> Corpus:
    return Corpus.from_motions([replace(walking(), licence="CC0")], contents="walk", splits=split)


def test_a_walk_is_prolonged_by_whole_cycles() -> None:
    clip = walking()
    longer = prolong(clip, 2 * len(clip))
    assert longer is not None
    assert len(longer) == 2 * len(clip)
    assert np.abs(np.diff(longer.joint_pos, axis=0)).max() * longer.fps < 12.0
    step = np.linalg.norm(np.diff(longer.root_pos_w, axis=0), axis=1) * longer.fps
    assert step.max() < 1.5  # nothing jumps where the parts join
    assert np.linalg.norm(longer.root_pos_w[-1] - longer.root_pos_w[0]) > 1.2 * np.linalg.norm(
        clip.root_pos_w[-1] - clip.root_pos_w[0]
    )


def test_a_clip_that_repeats_nothing_is_not_prolonged() -> None:
    clip = walking()
    restless = replace(clip, joint_pos=clip.joint_pos + np.linspace(0.0, 2.0, len(clip))[:, None] * 0.9)
    assert prolong(restless, 3 * len(clip)) is None
    assert prolong(restless, 30) is not None


def test_recorded_legs_go_under_a_gesture() -> None:
    walks, used = corpus(), 0
    for seed in range(4):
        m = compose(["thumbs_up"], locomotion="walk", seed=seed, walks=walks)
        checks = check(m)
        assert checks.slip < 1e-6
        assert checks.sole_error < 1e-6
        assert checks.penetration < 2e-3
        if "legs of walk" in m.source:
            used += 1
            assert m.licence.endswith("legs: CC0")
    assert used >= 2


def test_families_take_their_walks_from_their_own_split() -> None:
    rng = np.random.default_rng(0)
    assert draw_walk(corpus("test"), "walk", 2.0, "train", rng) is None
    assert draw_walk(corpus("train"), "walk", 2.0, "bench", rng) is None
    walk = draw_walk(corpus("test"), "walk", 2.0, "bench", rng)
    assert walk is not None
    assert abs(walk.duration - 2.0) < 0.03
    assert np.allclose(walk.motion.root_pos_w[0, :2], 0.0)


def test_what_is_not_labelled_a_walk_is_left_out() -> None:
    dance = replace(corpus(), contents=("dance",))
    assert draw_walk(dance, "walk", 2.0, "train", np.random.default_rng(0)) is None


def test_turns_are_taken_from_clips_that_turn_as_far() -> None:
    around = compose([], locomotion="turn_180", order="after", seed=2, name="around")
    turns = Corpus.from_motions([around], contents="turn")
    length, rng = around.duration - 0.05, np.random.default_rng(0)
    assert draw_walk(turns, "turn_180", length, "train", rng) is not None
    assert draw_walk(turns, "turn_90", length, "train", rng) is None
    assert draw_walk(turns, "step_side", length, "train", rng) is None
    assert draw_walk(corpus(), "turn_180", 2.0, "train", rng) is None
