"""Pictures of the robot: it is where the camera model says, looks alike from both renderers, casts a shadow."""

from __future__ import annotations

import numpy as np
import pytest

from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.mirror import mirror_joint_pos
from genmimic.robot.model import default_qpos
from genmimic.view.backends import gl_platform
from genmimic.view.follow import following_cameras
from genmimic.view.rasterizer import draw_triangles
from genmimic.view.robot_mesh import load_robot_mesh
from genmimic.view.robot_renderer import RobotRenderer
from genmimic.view.scene import Pose, Scene

SIZE = (200, 240)


def pose(shift: tuple[float, float, float] = (0.0, 0.0, 0.0), joint_pos: np.ndarray | None = None) -> Pose:
    qpos = default_qpos()
    pos, quat = forward_kinematics(qpos[:3] + shift, qpos[3:7], qpos[7:] if joint_pos is None else joint_pos)
    return Pose(pos[:24], quat[:24])


def camera(azimuth: float = 0.0):
    return following_cameras(np.zeros((1, 3)), 30.0, SIZE, azimuth)[0]


@pytest.fixture(scope="module")
def renderer() -> RobotRenderer:
    return RobotRenderer(SIZE)


@pytest.fixture(scope="module")
def empty(renderer: RobotRenderer) -> np.ndarray:
    return renderer.render(Scene(camera(), pose((50.0, 0.0, 0.0))))


def extent(changed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = np.nonzero(changed)
    return np.array([columns.min(), rows.min()]), np.array([columns.max(), rows.max()])


def test_robot_is_drawn_around_its_keypoints(renderer: RobotRenderer, empty: np.ndarray):
    image = renderer.render(Scene(camera(), pose()))
    assert image.shape == (240, 200, 3) and image.dtype == np.uint8
    pixel, _ = camera().project(pose().pos_w)
    changed = np.abs(image.astype(int) - empty).max(2) > 60  # the robot, not its faint shadow
    for x, y in np.rint(pixel).astype(int):
        assert changed[max(y - 4, 0) : y + 5, max(x - 4, 0) : x + 5].any(), (x, y)
    low, high = extent(changed)
    metre = camera().focal_px / 3.45
    assert low[1] == pytest.approx(pixel[:, 1].min() - 0.25 * metre, abs=0.12 * metre)  # head above the shoulders
    toes, _ = camera().project(np.array([0.13, 0.12, 0.0]))
    assert high[1] == pytest.approx(toes[1], abs=3)


def test_mirrored_robot_gives_the_mirrored_outline():
    joint_pos = default_qpos()[7:].copy()
    joint_pos[[0, 3, 14, 16]] += [-0.5, 0.6, 0.9, 0.4]
    mesh, outlines = load_robot_mesh("fine"), []
    for q in (joint_pos, mirror_joint_pos(joint_pos)):
        vertices, _ = mesh.pose(pose(joint_pos=q).pos_w, pose(joint_pos=q).quat_w)
        outline = np.zeros(SIZE[::-1], np.uint8)
        draw_triangles(outline, camera(), vertices, mesh.faces, np.full((len(mesh.faces), 1), 255))
        outlines.append(outline > 0)
    assert outlines[0].mean() > 0.05
    assert (outlines[0] != outlines[1]).mean() > 0.02
    assert (outlines[0] != outlines[1][:, ::-1]).mean() < 0.003


def test_shadow_darkens_the_floor_away_from_the_light(renderer: RobotRenderer, empty: np.ndarray):
    image = renderer.render(Scene(camera(), pose()))
    foot, _ = camera().project(np.array([0.0, 0.0, 0.0]))
    x, y = np.rint(foot).astype(int)
    darker = empty.astype(int).mean(2) - image.mean(2)
    beside = slice(x + 22, x + 60)
    assert darker[y - 25 : y - 5, beside].max() > 15
    assert abs(darker[y - 20 : y + 10, : x - 60]).max() < 12


def test_ghost_is_translucent_blue_and_behind(renderer: RobotRenderer, empty: np.ndarray):
    aside, here = pose((0.0, 0.5, 0.0)), pose()
    alone = renderer.render(Scene(camera(), here))
    both = renderer.render(Scene(camera(), here, ghost=aside))
    middle, _ = camera().project(aside.pos_w[13] + np.array([0.0, 0.0, 0.15]))  # in the chest
    x, y = np.rint(middle).astype(int)
    before, after = alone[y, x].astype(int), both[y, x].astype(int)
    assert after[2] > after[0] + 25 and before[0] > after[0]
    covered = renderer.render(Scene(camera(), here, ghost=here))
    x, y = np.rint(camera().project(here.pos_w[13] + np.array([0.0, 0.0, 0.15]))[0]).astype(int)
    np.testing.assert_array_equal(covered[y, x], alone[y, x])


def test_strap_is_drawn_above_the_shoulders_only_when_asked(renderer: RobotRenderer):
    plain, held = (renderer.render(Scene(camera(), pose(), strap=strap)) for strap in (False, True))
    low, high = extent((plain != held).any(2))
    shoulders, _ = camera().project(pose().pos_w[[14, 19]])
    assert low[1] <= 1
    assert shoulders[:, 1].mean() - 20 < high[1] < shoulders[:, 1].mean() + 10


def test_trail_marks_the_way_on_the_floor(renderer: RobotRenderer):
    way = np.stack([np.linspace(-2.0, 0.0, 50), np.linspace(0.9, 0.0, 50)], 1)
    plain = renderer.render(Scene(camera(), pose()))
    marked = renderer.render(Scene(camera(), pose(), trail_w=way))
    changed = (plain != marked).any(2)
    for point in way[[0, 10, 20, 30]]:
        x, y = np.rint(camera().project(np.array([*point, 0.0]))[0]).astype(int)
        assert changed[y, x]
    assert 0 < changed.sum() < 900
    # the camera has walked past the start of this way
    assert renderer.render(Scene(camera(), pose(), trail_w=way * [-4.0, 1.0])).shape == plain.shape


def test_robot_partly_outside_or_behind_the_camera_is_no_error(renderer: RobotRenderer):
    for shift in ((0.0, 1.1, 0.0), (3.4, 0.0, 0.3), (9.0, 0.0, 0.0), (0.0, 0.0, 5.0)):
        assert renderer.render(Scene(camera(), pose(shift))).shape == (240, 200, 3)


def test_mujocos_renderer_draws_the_same_picture(renderer: RobotRenderer, empty: np.ndarray):
    platform, driver = gl_platform()
    if not platform:
        pytest.skip("no OpenGL without a display here: install libegl1 or libosmesa6 to run this")
    from genmimic.view.mujoco_renderer import MujocoRenderer

    other = MujocoRenderer(SIZE, platform)
    try:
        scene = Scene(camera(0.4), pose(), ghost=pose((0.0, 0.3, 0.0)), strap=True)
        ours, theirs = renderer.render(scene).astype(int), other.render(scene).astype(int)
    finally:
        other.close()
    assert np.abs(ours - theirs).mean() < 6.0, driver
    assert (np.abs(ours - theirs).max(2) > 90).mean() < 0.01
