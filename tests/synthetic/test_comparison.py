from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.skeleton import INDEX
from genmimic.synthetic import motions
from genmimic.synthetic.body import load_body
from genmimic.synthetic.choreography import perform
from genmimic.synthetic.comparison import best_yaw, compare_to_truth, procrustes_error, stance_mask


@pytest.fixture(scope="module")
def walk() -> HumanMotion:
    body = load_body("adam")
    return perform(body, motions.plan("walk", body), 30.0)[0]


def _moved(human: HumanMotion, yaw: float, shift: list[float]) -> HumanMotion:
    turn = rotation.from_axis_angle(np.array([0.0, 0.0, yaw]))
    quat = human.local_quat.copy()
    quat[:, 0] = rotation.multiply(np.broadcast_to(turn, quat[:, 0].shape), quat[:, 0])
    return replace(human, root_pos_w=rotation.rotate(turn[None], human.root_pos_w) + shift, local_quat=quat)


def test_the_truth_itself_has_no_error(walk: HumanMotion) -> None:
    e = compare_to_truth(walk, walk)
    assert e.frames == len(walk)
    for value in (e.mpjpe, e.pa_mpjpe, e.root_path_max, e.root_height_bias, e.knee_mean, e.root_path_scaled_max):
        assert abs(value) < 1e-6
    assert e.path_scale == pytest.approx(1.0)
    assert e.stature_ratio == 1.0
    assert e.foot_slide < 0.01
    assert 0.4 < e.stance_share < 0.9


def test_compass_and_place_do_not_count(walk: HumanMotion) -> None:
    e = compare_to_truth(_moved(walk, 2.0, [3.0, -1.0, 0.0]), walk)
    assert e.mpjpe < 1e-6
    assert e.root_path_max < 1e-6


def test_height_over_the_floor_is_reported_apart(walk: HumanMotion) -> None:
    e = compare_to_truth(_moved(walk, 0.0, [0.0, 0.0, 0.07]), walk)
    assert e.root_height_bias == pytest.approx(0.07)
    assert e.root_path_max < 1e-6


def test_a_pitched_world_counts(walk: HumanMotion) -> None:
    tilt = rotation.from_axis_angle(np.array([0.0, 0.1, 0.0]))
    quat = walk.local_quat.copy()
    quat[:, 0] = rotation.multiply(np.broadcast_to(tilt, quat[:, 0].shape), quat[:, 0])
    pitched = replace(walk, root_pos_w=rotation.rotate(tilt[None], walk.root_pos_w), local_quat=quat)
    e = compare_to_truth(pitched, walk)
    assert e.mpjpe > 0.03
    assert e.pa_mpjpe < 1e-6
    assert e.root_path_max == pytest.approx(2 * 3.0 * np.sin(0.05), rel=0.05)


def test_a_shrunken_path_has_its_scale(walk: HumanMotion) -> None:
    root = walk.root_pos_w.copy()
    root[:, 0] *= 0.8
    e = compare_to_truth(replace(walk, root_pos_w=root), walk)
    assert e.path_scale == pytest.approx(1.25, abs=1e-3)
    assert e.root_path_max == pytest.approx(0.6, abs=0.02)
    assert e.root_path_scaled_max < 0.02
    assert e.foot_slide > 0.05  # the feet slide when the path shrinks


def test_knees_bent_by_ten_degrees_more(walk: HumanMotion) -> None:
    quat = walk.local_quat.copy()
    more = rotation.from_axis_angle(np.array([np.deg2rad(10.0), 0.0, 0.0]))
    for side in ("left", "right"):
        knee = INDEX[f"{side}_knee"]
        quat[:, knee] = rotation.multiply(quat[:, knee], np.broadcast_to(more, quat[:, knee].shape))
    e = compare_to_truth(replace(walk, local_quat=quat), walk)
    assert e.knee_mean == pytest.approx(10.0, abs=1e-6)
    assert e.knee_bias == pytest.approx(10.0, abs=1e-6)


def test_another_frame_rate_and_a_later_start(walk: HumanMotion) -> None:
    body = load_body("adam")
    fine = perform(body, motions.plan("walk", body), 120.0)[0]
    late = replace(
        fine,
        root_pos_w=fine.root_pos_w[60:],
        local_quat=fine.local_quat[60:],
        confidence=fine.confidence[60:],
        foot_contact=fine.foot_contact[60:],
    )
    e = compare_to_truth(late, walk, start_time=0.5)
    assert e.frames == len(walk) - 15
    assert e.mpjpe < 1e-6
    with pytest.raises(InputError, match="overlaps"):
        compare_to_truth(late, walk, start_time=100.0)


def test_best_yaw_of_turned_points() -> None:
    points = np.random.default_rng(0).standard_normal((50, 3))
    turned = rotation.rotate(rotation.from_axis_angle(np.array([[0.0, 0.0, 0.7]])), points)
    assert best_yaw(points, turned) == pytest.approx(0.7)


def test_procrustes_takes_out_similarities_but_not_reflections() -> None:
    rng = np.random.default_rng(1)
    points = rng.standard_normal((4, 22, 3))
    quat = rotation.normalize(rng.standard_normal((4, 1, 4)))
    similar = 0.7 * rotation.rotate(quat, points) + rng.standard_normal((4, 1, 3))
    assert procrustes_error(similar, points).max() < 1e-9
    assert procrustes_error(points * [-1, 1, 1], points).min() > 0.1


def test_stance_is_slow_and_low() -> None:
    ball = np.zeros((4, 2, 3))
    ball[:, 0, 0] = [0.0, 0.001, 0.002, 0.2]  # 30 fps: 3 cm/s, 3 cm/s, then a step
    ball[:, 1, 2] = 0.08
    assert stance_mask(ball, 30.0).tolist() == [[True, False], [True, False], [False, False]]
