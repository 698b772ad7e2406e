"""The floor: its squares lie where the world has them, far ones don't flicker, shadows fall where they should."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genmimic.view.camera import look_at
from genmimic.view.floor import Floor, FloorStyle, Studio, cast_shadow

STYLE = FloorStyle(fade_start=50.0, fade_end=100.0)
CAMERA = look_at((3.0, 0.3, 1.2), (0.0, 0.0, 0.4), (320, 240), fov_y=np.deg2rad(45))


def square_is_light(x: float, y: float) -> bool:
    return (np.floor(x / STYLE.square) + np.floor(y / STYLE.square)) % 2 == 0


def moved(dx: float, dy: float):
    return replace(CAMERA, position_w=CAMERA.position_w + np.array([dx, dy, 0.0]))


@pytest.mark.parametrize("reach", [100.0, 6.0])  # one repeated tile, a large texture
@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.31, -0.77), (123.4, 56.7)])
def test_squares_are_where_the_world_has_them(shift: tuple[float, float], reach: float):
    camera = moved(*shift)
    image = Floor(CAMERA, FloorStyle(fade_start=0.9 * reach, fade_end=reach)).draw(camera)
    for dx in np.arange(-0.9, 1.4, 0.21):
        for dy in np.arange(-0.9, 0.9, 0.19):
            x, y = shift[0] + dx, shift[1] + dy
            edge = min(abs((v / STYLE.square + 0.5) % 1.0 - 0.5) for v in (x, y)) * STYLE.square
            (u, v), _ = camera.project(np.array([x, y, 0.0]))
            if edge < 0.06 or not (0 <= u < 319 and 0 <= v < 239):
                continue
            expected = STYLE.light if square_is_light(x, y) else STYLE.dark
            np.testing.assert_allclose(image[round(v), round(u)], expected, atol=4)


def test_distant_floor_is_an_even_grey_and_does_not_flicker():
    floor = Floor(CAMERA, STYLE)
    row = int(CAMERA.project(np.array([-22.0, 0.0, 0.0]))[0][1])
    rows = np.array([floor.draw(moved(d, 0.0))[row].mean() for d in np.linspace(0.0, 0.9, 7)])
    assert np.ptp(rows) < 6.0
    assert rows.mean() == pytest.approx(np.mean([STYLE.light, STYLE.dark]), abs=5)


def test_above_the_horizon_there_is_only_background():
    image = Floor(CAMERA).draw(CAMERA)
    horizon = int(CAMERA.project(np.array([-1e6, 0.0, 1.2]))[0][1])
    assert (image[: horizon - 1] == image[: horizon - 1, :1]).all()


def test_shadow_falls_away_from_the_light():
    box = np.array([[x, y, z] for x in (-0.1, 0.1) for y in (-0.1, 0.1) for z in (0.5, 0.6)])
    light = np.array([0.0, 1.0, 1.0]) / np.sqrt(2.0)  # from +y, 45 degrees: the shadow lies 0.5 to 0.6 m towards -y
    shadow = cast_shadow(CAMERA, [box], light)

    def at(y: float) -> int:
        (u, v), _ = CAMERA.project(np.array([0.0, y, 0.0]))
        return int(shadow[round(v), round(u)])

    assert at(-0.55) > 60
    assert at(0.0) < 0.4 * at(-0.55) and at(0.55) < 12


def test_studio_prepares_a_new_floor_only_when_it_must(monkeypatch: pytest.MonkeyPatch):
    studio, light = Studio(), np.array([0.0, 0.0, 1.0])
    first = studio.draw(CAMERA, [], light)
    floor = studio._floor
    studio.draw(moved(1.0, 0.0), [], light)
    assert studio._floor is floor
    higher = replace(CAMERA, position_w=CAMERA.position_w + np.array([0.0, 0.0, 0.2]))
    assert (studio.draw(higher, [], light) != first).any()
    assert studio._floor is not floor
