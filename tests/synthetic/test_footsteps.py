from __future__ import annotations

import numpy as np

from genmimic.synthetic.footsteps import Step, min_jerk, stance, straight_walk, turn_steps, walk_feet

LENGTH, HEIGHT = 0.13, 0.03
TIME = np.arange(0.0, 6.0, 0.01)


def test_min_jerk_starts_and_ends_at_rest() -> None:
    s = np.linspace(-0.5, 1.5, 2001)
    course = min_jerk(s)
    speed = np.gradient(course, s)
    assert course[0] == 0.0
    assert course[-1] == 1.0
    assert np.abs(speed[(s < 0) | (s > 1)]).max() < 1e-3
    assert speed.max() == np.float64(speed[np.abs(s - 0.5).argmin()])
    assert abs(speed.max() - 1.875) < 1e-3  # the known peak of the profile


def test_planted_feet_do_not_move_at_all() -> None:
    feet = walk_feet(TIME, stance(0.2), straight_walk(2.0, 0.6, 0.55, 0.12), LENGTH, HEIGHT)
    both = feet.planted[1:] & feet.planted[:-1]
    moved = np.abs(np.diff(feet.ball_pos_w, axis=0)).max(-1)
    assert both.mean() > 0.5
    assert moved[both].max() == 0.0
    assert np.allclose(feet.ball_pos_w[feet.planted][:, 2], HEIGHT)
    assert feet.ball_pos_w[..., 2].min() >= HEIGHT - 1e-12


def test_a_step_lands_where_it_should() -> None:
    feet = walk_feet(TIME, stance(0.2), [Step("right", 1.0, 1.5, 0.4, -0.3, 0.5)], LENGTH, HEIGHT)
    ankle = feet.ball_pos_w[-1, 1, :2] - LENGTH * np.array([np.cos(0.5), np.sin(0.5)])
    assert np.allclose(ankle, [0.4, -0.3])
    assert feet.yaw[-1, 1] == 0.5
    assert feet.planted[:, 0].all()
    assert not feet.planted[(TIME > 1.01) & (TIME < 1.49), 1].any()
    assert np.allclose(feet.pitch[TIME > 1.5], 0.0)


def test_walks_and_turns_end_with_feet_together() -> None:
    walk = straight_walk(3.0, 0.6, 0.5, 0.12, origin=(1.0, 2.0), heading=np.pi / 2)
    assert np.allclose(sorted((s.x, s.y) for s in walk[-2:]), [(0.94, 5.0), (1.06, 5.0)])
    turn = turn_steps(np.pi, 6, 0.5, 0.2)
    assert {round(s.yaw, 6) for s in turn[-2:]} == {round(np.pi, 6)}
    assert turn[0].side == "left"
    assert turn_steps(-1.0, 4, 0.5, 0.2)[0].side == "right"
    yaws = np.array([s.yaw for s in turn])
    assert np.diff(yaws).max() < np.deg2rad(60)  # feet never cross


def test_one_foot_stands_at_any_time() -> None:
    feet = walk_feet(TIME, stance(0.2), straight_walk(3.0, 0.6, 0.5, 0.12), LENGTH, HEIGHT)
    assert feet.planted.any(1).all()
