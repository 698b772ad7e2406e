from __future__ import annotations

import numpy as np
import pytest

from genmimic.errors import InputError
from genmimic.synthetic.cameras import MOVES, VIEWS, Shot, camera_path

STILL = np.tile([0.0, 0.0, 0.95], (31, 1))


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_has_the_person_in_its_middle(view: str) -> None:
    camera = camera_path(Shot(view=view), STILL, 30.0)[0]
    pixel, depth = camera.project(STILL[0])
    assert np.allclose(pixel, camera.centre_px, atol=1e-6)
    assert depth == pytest.approx(np.hypot(5.4, 0.4), abs=1e-6)


def test_left_view_sees_the_left_side() -> None:
    camera = camera_path(Shot(view="left"), STILL, 30.0)[0]
    ahead, _ = camera.project(np.array([1.0, 0.0, 0.95]))
    assert ahead[0] < camera.centre_px[0]  # who faces +x walks to the left in a picture taken from his left


def test_a_static_camera_is_one_object() -> None:
    path = camera_path(Shot(), STILL, 30.0)
    assert all(camera is path[0] for camera in path)


def test_pan_turns_by_the_given_angle_and_keeps_its_place() -> None:
    path = camera_path(Shot(move="pan", pan_angle=0.2), STILL, 30.0)
    forward = np.stack([c.rotation_cw[2] for c in path])
    yaw = np.arctan2(forward[:, 1], forward[:, 0])
    assert abs(np.unwrap(yaw)[-1] - np.unwrap(yaw)[0]) == pytest.approx(0.2, abs=2e-3)
    assert all(np.array_equal(c.position_w, path[0].position_w) for c in path)
    assert np.allclose([np.linalg.det(c.rotation_cw) for c in path], 1.0)


def test_zoom_lengthens_the_focal_length_by_a_quarter() -> None:
    path = camera_path(Shot(move="zoom"), STILL, 30.0)
    assert path[-1].focal_px / path[0].focal_px == pytest.approx(1.25)
    assert np.array_equal(path[0].rotation_cw, path[-1].rotation_cw)


def test_following_camera_keeps_a_walker_in_the_middle() -> None:
    walk = np.stack([np.linspace(-1.5, 1.5, 91), np.zeros(91), np.full(91, 0.95)], 1)
    path = camera_path(Shot(view="left", move="follow"), walk, 30.0)
    off = [abs(c.project(p)[0][0] - c.centre_px[0]) for c, p in zip(path, walk, strict=True)]
    assert max(off) < 40.0
    still = camera_path(Shot(view="left"), walk, 30.0)
    assert max(abs(c.project(p)[0][0] - c.centre_px[0]) for c, p in zip(still, walk, strict=True)) > 150.0


def test_handheld_shakes_a_little_and_always_alike() -> None:
    one, two = (camera_path(Shot(move="handheld"), STILL, 30.0, seed=3) for _ in range(2))
    assert np.array_equal(one[5].rotation_cw, two[5].rotation_cw)
    pixels = np.array([c.project(STILL[0])[0] for c in one])
    assert 2.0 < pixels.std(axis=0).max() < 30.0


def test_unknown_views_and_moves_are_refused() -> None:
    with pytest.raises(InputError, match="'above'"):
        camera_path(Shot(view="above"), STILL, 30.0)
    with pytest.raises(InputError, match=r"'dolly'.*static"):
        camera_path(Shot(move="dolly"), STILL, 30.0)
    assert "static" in MOVES
