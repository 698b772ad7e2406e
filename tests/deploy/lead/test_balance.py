from __future__ import annotations

import numpy as np

from genmimic.deploy.lead.balance import GRAVITY, balanced_path

FPS, HEIGHT = 50.0, 0.66


def zero_moment_point(path_w: np.ndarray) -> np.ndarray:
    return path_w[1:-1] - HEIGHT / GRAVITY * FPS**2 * (path_w[2:] - 2.0 * path_w[1:-1] + path_w[:-2])


def test_the_body_leans_before_it_moves_so_that_its_feet_carry_it() -> None:
    after_w = np.stack([0.05 + 0.4 * np.arange(10) / FPS, np.zeros(10)], -1)  # at 0.4 m/s
    wanted_w = np.zeros((60, 2))
    path_w = balanced_path(wanted_w, HEIGHT, FPS, after_w)
    np.testing.assert_allclose(path_w[:3], 0.0, atol=1e-12)
    speed = FPS * np.diff(np.concatenate([path_w, after_w]), axis=0)
    assert np.abs(speed[57:62, 0] - 0.4).max() < 0.15
    # the sole reaches 0.12 m to the front and 0.05 m to the back of its middle
    pressed = zero_moment_point(np.concatenate([path_w, after_w]))[:, 0]
    assert pressed.min() > -0.12 and pressed.max() < 0.12


def test_weight_goes_over_the_standing_foot() -> None:
    wanted_w = np.zeros((80, 2))
    wanted_w[30:55, 1] = 0.1
    path_w = balanced_path(wanted_w, HEIGHT, FPS, np.zeros((5, 2)))
    assert path_w[40, 1] > 0.05
    assert np.abs(zero_moment_point(path_w)[33:52, 1] - 0.1).max() < 0.04
