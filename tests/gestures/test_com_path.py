from __future__ import annotations

import numpy as np

from genmimic.gestures.com_path import GRAVITY, com_path

FPS, HEIGHT = 50.0, 0.66


def test_a_body_at_rest_stays_over_its_feet() -> None:
    wanted = np.tile([0.3, -0.1], (200, 1))
    assert np.allclose(com_path(wanted, HEIGHT, FPS), wanted, atol=1e-9)


def test_the_path_presses_where_it_should() -> None:
    """A step of the zero-moment point from foot to foot, as in walking on the spot."""
    side = 0.1 * np.sign(np.sin(np.arange(500) / FPS * 2.0 * np.pi / 1.2))
    wanted = np.stack([0.2 * np.arange(500) / FPS, side], axis=1)
    com = com_path(wanted, HEIGHT, FPS)
    zmp = com[1:-1] - HEIGHT / GRAVITY * np.diff(com, 2, axis=0) * FPS**2
    missed = np.abs(zmp - wanted[1:-1])[50:-50]
    assert np.median(missed[:, 1]) < 0.02
    assert np.abs(zmp[50:-50, 1]).max() < 0.14
    assert np.abs(com[50:-50, 1]).max() < 0.08  # the body sways less than the feet are apart


def test_the_body_leans_before_the_foot_is_lifted() -> None:
    wanted = np.zeros((300, 2))
    wanted[150:, 1] = 0.12
    com = com_path(wanted, HEIGHT, FPS)
    assert com[145, 1] > 0.02
    assert abs(com[-1, 1] - 0.12) < 1e-3


def test_a_clip_of_a_few_frames_is_left_alone() -> None:
    wanted = np.arange(8.0).reshape(4, 2)
    assert (com_path(wanted, HEIGHT, FPS) == wanted).all()
