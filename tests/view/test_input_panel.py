"""The input column: where things land, which picture is shown when, how the skeleton looks."""

from __future__ import annotations

import numpy as np
import pytest

from genmimic.view.compositing import composite, label, text_width
from genmimic.view.input_panel import InputPanel, at_times
from genmimic.view.skeleton_overlay import LEFT_RGB, RIGHT_RGB, bone_colours, draw_skeleton


def dotted(x: int, y: int, size: tuple[int, int]) -> np.ndarray:
    image = np.zeros((size[1], size[0], 3), np.uint8)
    image[y - 4 : y + 5, x - 4 : x + 5] = 255
    return image


def centre_of_light(panel: np.ndarray) -> np.ndarray:
    rows, columns = np.nonzero(panel[..., 0] > 128)
    return np.array([columns.mean(), rows.mean()])


def skeleton_at(x: float, y: float, spread: float = 30.0) -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.array([x, y]) + rng.uniform(-spread, spread, size=(22, 2))


@pytest.mark.parametrize("size", [(640, 360), (1100, 622), (1920, 1080), (360, 640)])
def test_pictures_and_skeleton_are_scaled_alike(size: tuple[int, int]):
    panel = InputPanel(size, 16.0, 240, 2000)
    assert panel.size[1] == 240 and panel.size[0] % 2 == 0
    assert panel.size[0] / 240 == pytest.approx(size[0] / size[1], abs=0.01)
    x, y = size[0] // 3, size[1] // 2
    scale = 240 / size[1]
    expected = (np.array([x, y]) + 0.5) * scale - 0.5
    np.testing.assert_allclose(centre_of_light(panel.draw(dotted(x, y, size), 0)), expected, atol=0.6)


def test_window_stays_where_the_person_fits():
    joints = np.stack([skeleton_at(700 + 20 * np.sin(k), 180) for k in range(40)])
    panel = InputPanel((1000, 360), 16.0, 360, 300, joints)
    drawn = [centre_of_light(panel.draw(dotted(700, 20, (1000, 360)), k)[:60]) for k in (0, 20, 39)]
    assert np.ptp([d[0] for d in drawn]) < 0.01
    assert drawn[0][0] == pytest.approx(150, abs=15)


def test_window_follows_a_person_who_walks_across():
    joints = np.stack([skeleton_at(100 + 20 * k, 180) for k in range(40)])
    panel = InputPanel((1000, 360), 16.0, 360, 300, joints)
    for k in (5, 20, 34):
        blank = np.zeros((360, 1000, 3), np.uint8)
        shown = panel.draw(blank, k)
        columns = np.nonzero(shown.any((0, 2)))[0]
        assert columns.min() > 60 and columns.max() < 240


def test_each_instant_shows_the_picture_before_it_and_the_last_one_stays():
    images = [np.full((36, 64, 3), 20 * k, np.uint8) for k in range(5)]
    panel = InputPanel((64, 36), 10.0, 36, 64)
    times = np.array([0.0, 0.05, 0.1, 0.299, 0.3, 0.42, 5.0])
    shown = [int(p[18, 32, 0]) // 20 for p in at_times(iter(images), 10.0, times, panel)]
    assert shown == [0, 0, 1, 2, 3, 4, 4]


def test_skeleton_has_its_sides_colours_and_its_confidence():
    joints = np.full((22, 2), 50.0)
    joints[18], joints[20] = (80, 50), (110, 50)  # left elbow and wrist
    joints[19], joints[21] = (30, 80), (30, 110)  # right elbow and wrist
    image = np.zeros((140, 140, 3), np.uint8)
    draw_skeleton(image, joints)
    assert tuple(image[50, 95]) == LEFT_RGB and tuple(image[95, 30]) == RIGHT_RGB
    faint = np.zeros((140, 140, 3), np.uint8)
    confidence = np.ones(22)
    confidence[20] = 0.0
    draw_skeleton(faint, joints, confidence)
    np.testing.assert_allclose(faint[50, 95], 0.25 * np.array(LEFT_RGB), atol=2)
    assert tuple(faint[95, 30]) == RIGHT_RGB
    assert bone_colours()[0] == bone_colours()[12]


def test_skeleton_outside_the_picture_or_unknown_is_no_error():
    image = np.zeros((40, 40, 3), np.uint8)
    draw_skeleton(image, np.full((22, 2), 900.0))
    draw_skeleton(image, np.full((22, 2), np.nan))
    joints = np.full((22, 2), 20.0)
    joints[18] = (1e9, 20)
    joints[20] = np.nan
    draw_skeleton(image, joints)
    assert image.any()


def test_compositing_is_the_over_operator():
    image = np.full((4, 6, 3), 100, np.uint8)
    layer = np.zeros((2, 3, 4), np.uint8)
    layer[0, 0] = (200, 0, 0, 255)
    layer[0, 1] = (100, 0, 0, 128)  # half covered
    composite(image, layer, (1, 2))
    np.testing.assert_array_equal(image[2, 1], [200, 0, 0])
    np.testing.assert_allclose(image[2, 2], [150, 50, 50], atol=1)
    np.testing.assert_array_equal(image[3, 3], [100, 100, 100])
    composite(image, layer, (1, 2), alpha=0.5)
    np.testing.assert_allclose(image[2, 1], [200, 0, 0], atol=1)


def test_labels_grow_with_their_text_and_lines():
    one, longer, two = label("abc"), label("abcdefgh"), label("abc\ndefgh")
    assert longer.shape[1] > one.shape[1] and two.shape[0] > one.shape[0]
    assert text_width("abcabc", 15) > 1.5 * text_width("abc", 15)
    assert one[..., 3].max() == 255 and one[0, 0, 3] < 80  # ink is opaque, corners are round
    assert (one[..., :3] <= one[..., 3:]).all()


def test_hershey_strokes_do_where_opencv_has_no_typeface(monkeypatch: pytest.MonkeyPatch):
    from genmimic.view import compositing

    monkeypatch.setattr(compositing, "_font", lambda: None)
    plate = compositing.label.__wrapped__("34 % · fell \u2212 1 °")
    assert plate[..., 3].max() == 255
