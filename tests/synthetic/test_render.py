from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from genmimic.motion.skeleton import INDEX
from genmimic.synthetic.body import pose_vertices
from genmimic.synthetic.cameras import Shot
from genmimic.synthetic.render import render_frame, render_motion
from genmimic.synthetic.room import draw_room
from genmimic.synthetic.scenes import Scene
from genmimic.synthetic.shading import cast, floor_shadow, vertex_normals
from genmimic.synthetic.truth import stage

SMALL = Shot(size=(320, 240))


@pytest.fixture(scope="module")
def picture() -> dict:
    take, cameras = stage(Scene("raise_arms", shot=SMALL, fps=4))
    empty = draw_room(take.surfaces, cameras[0])
    frame = 8  # both arms stretched out
    return {
        "take": take,
        "camera": cameras[0],
        "empty": empty,
        "frame": frame,
        "image": render_frame(take, frame, cameras[0], empty),
    }


def test_joints_lie_on_the_drawn_person(picture: dict) -> None:
    pos, _ = picture["take"].human.forward_kinematics()
    pixel, _ = picture["camera"].project(pos[picture["frame"]])
    drawn = np.abs(picture["image"].astype(float) - picture["empty"][0]).max(-1) > 12.0
    column, row = np.rint(pixel).astype(int).T
    assert drawn[row, column].all()
    # and the person ends where the body ends: nothing is drawn above the head
    head_row = row[INDEX["head"]]
    assert not drawn[: head_row - 25].any()


def test_clothes_and_skin_have_their_colours(picture: dict) -> None:
    pos, _ = picture["take"].human.forward_kinematics()
    pixel, _ = picture["camera"].project(pos[picture["frame"]])
    at = {
        name: picture["image"][round(float(y)), round(float(x))].astype(int)
        for name, (x, y) in zip(INDEX, pixel, strict=True)
    }
    assert at["spine2"][0] > 1.8 * at["spine2"][2]  # red shirt
    assert at["left_knee"][2] > at["left_knee"][0]  # blue trousers
    assert at["left_wrist"][0] > at["left_wrist"][2] > 60  # skin


def test_the_person_casts_a_shadow_on_the_floor_away_from_the_lamp(picture: dict) -> None:
    take, camera = picture["take"], picture["camera"]
    vertices = pose_vertices(take.body, take.human.root_pos_w[0], take.human.local_quat[0])
    shade = floor_shadow(cast(vertices, take.body.faces, take.light_w), camera)
    behind = -0.6 * take.light_w[:2] / np.linalg.norm(take.light_w[:2])
    for point, dark in (((*behind, 0.0), True), ((*-behind, 0.0), False)):
        column, row = np.rint(camera.project(np.array(point))[0]).astype(int)
        assert (shade[row, column] > 0.5) == dark
    assert picture["empty"][1].any()


def test_an_arm_before_the_chest_shades_it() -> None:
    take, _ = stage(Scene("fold_arms", shot=SMALL, fps=4))
    chest = None
    share = []
    for frame in (0, 10):
        vertices = pose_vertices(take.body, take.human.root_pos_w[frame], take.human.local_quat[frame])
        if chest is None:
            normal = vertex_normals(vertices, take.body.faces)
            middle = (np.abs(vertices[:, 2] - 1.15) < 0.12) & (vertices[:, 0] > 0.05)
            chest = np.flatnonzero(middle & (normal @ take.light_w > 0.5) & (np.abs(vertices[:, 1]) < 0.15))
        shadow = cast(vertices, take.body.faces, take.light_w)
        share.append(shadow.lit(vertices[chest]).mean())
    assert share[0] > 0.9  # no false shadow on what the lamp sees
    assert share[1] < share[0] - 0.1


def test_rendering_is_deterministic_and_follows_the_camera(picture: dict) -> None:
    take, _ = stage(Scene("stand", shot=Shot(size=(160, 120), move="pan"), fps=1))
    _, cameras = stage(Scene("stand", shot=Shot(size=(160, 120), move="pan"), fps=1))
    first, again = (list(render_motion(take, cameras)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert len(first) == len(take.human)
    difference = np.abs(first[0].astype(float) - first[-1]).mean()
    assert difference > 3.0


def test_walls_and_floor_carry_texture(picture: dict) -> None:
    grey = cv2.cvtColor(picture["empty"][0].astype(np.uint8), cv2.COLOR_RGB2GRAY)
    corners = cv2.goodFeaturesToTrack(grey, 200, 0.01, 7)
    assert corners is not None
    assert len(corners) > 60


def test_a_person_outside_the_picture_is_no_error(picture: dict) -> None:
    take, cameras = stage(Scene("stand", shot=Shot(size=(160, 120)), fps=1))
    away = replace(cameras[0], position_w=cameras[0].position_w + np.array([0.0, 30.0, 0.0]))
    empty = draw_room(take.surfaces, away)
    image = render_frame(take, 0, away, empty)
    assert image.shape == (120, 160, 3)
