"""The camera and the rasterizer against pixels worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from genmimic.view import rasterizer
from genmimic.view.camera import Camera, look_at

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def front_camera(size: tuple[int, int] = (101, 101), focal_px: float = 100.0) -> Camera:
    """At the origin, looking along world +x, world z up: world y is left in the image."""
    return Camera(
        size=size,
        focal_px=focal_px,
        centre_px=np.array([(size[0] - 1) / 2, (size[1] - 1) / 2]),
        rotation_cw=np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]]),
        position_w=np.zeros(3),
    )


def facing_triangle(x: float, half: float) -> np.ndarray:
    """Right triangle in the plane x, counter-clockwise seen from the origin: lower right, upper right, upper left."""
    return np.array([[x, -half, -half], [x, -half, half], [x, half, half]])


def test_projection_of_known_points():
    camera = front_camera()
    pixel, depth = camera.project(np.array([[2.0, 0.0, 0.0], [2.0, -0.5, 0.0], [4.0, 0.0, 1.0]]))
    np.testing.assert_allclose(pixel, [[50, 50], [75, 50], [50, 25]])
    np.testing.assert_allclose(depth, [2, 2, 4])


def test_look_at_puts_the_target_in_the_middle_and_keeps_up_up():
    camera = look_at(np.array([3.0, 1.0, 1.5]), np.array([0.0, 0.2, 0.8]), (200, 100), fov_y=np.deg2rad(40))
    pixel, depth = camera.project(np.array([[0.0, 0.2, 0.8], [0.0, 0.2, 0.9]]))
    np.testing.assert_allclose(pixel[0], [99.5, 49.5])
    assert pixel[1, 0] == pytest.approx(99.5) and pixel[1, 1] < pixel[0, 1]
    assert depth[0] == pytest.approx(np.linalg.norm([3.0, 0.8, 0.7]))
    np.testing.assert_allclose(camera.rotation_cw @ camera.rotation_cw.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(camera.rotation_cw) == pytest.approx(1.0)
    k = camera.intrinsics() @ camera.to_camera(np.array([0.1, 0.3, 0.6]))
    np.testing.assert_allclose(k[:2] / k[2], camera.project(np.array([0.1, 0.3, 0.6]))[0])


def test_scaled_camera_maps_pixel_areas_onto_each_other():
    camera, point = look_at(np.array([3.0, 1.0, 1.5]), np.zeros(3), (200, 100)), np.array([0.3, 0.1, 0.2])
    small, large = camera.project(point)[0], camera.scaled(2).project(point)[0]
    np.testing.assert_allclose((small + 0.5) * 2 - 0.5, large)
    assert camera.scaled(2).size == (400, 200)


def test_triangle_covers_the_pixels_worked_out_by_hand():
    image = np.zeros((101, 101, 3), np.uint8)
    camera = front_camera()
    # at 2 m, 0.4 m is 20 pixels: corners (70, 70), (70, 30), (30, 30)
    count = rasterizer.draw_triangles(image, camera, facing_triangle(2.0, 0.4), np.array([[0, 1, 2]]), np.array([RED]))
    assert count == 1
    rows, columns = np.mgrid[:101, :101]
    # the fill may include the border, one pixel wide, but nothing beyond it
    inside = (columns < 69.5) & (rows > 30.5) & (rows < columns - 1)
    outside = (columns > 71) | (rows < 29) | (rows > columns + 1.5)
    assert (image[inside] == RED).all()
    assert (image[outside] == 0).all()


def test_nearer_triangle_hides_the_farther_whatever_the_order():
    vertices = np.concatenate([facing_triangle(2.0, 0.4), facing_triangle(1.5, 0.1), facing_triangle(3.0, 0.9)])
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        image = np.zeros((101, 101, 3), np.uint8)
        faces, colours = np.arange(9).reshape(3, 3)[order], np.array([RED, GREEN, BLUE])[order]
        rasterizer.draw_triangles(image, front_camera(), vertices, faces, colours)
        assert tuple(image[48, 52]) == GREEN
        assert tuple(image[35, 60]) == RED
        assert tuple(image[25, 70]) == BLUE


def test_back_faces_are_left_out_unless_asked_for():
    image = np.zeros((101, 101), np.uint8)
    away = np.array([[0, 2, 1]])
    draw = lambda **options: rasterizer.draw_triangles(  # noqa: E731
        image, front_camera(), facing_triangle(2.0, 0.4), away, np.array([[200]]), **options
    )
    assert draw() == 0 and not image.any()
    assert draw(cull_back_faces=False) == 1 and image[35, 65] == 200


def test_triangles_outside_the_image_or_behind_the_camera_are_not_filled():
    image = np.zeros((101, 101, 3), np.uint8)
    beside = facing_triangle(2.0, 0.4) + np.array([0.0, 5.0, 0.0])
    behind = facing_triangle(-2.0, 0.4)
    vertices, faces = np.concatenate([beside, behind]), np.arange(6).reshape(2, 3)
    colours = np.array([RED, RED])
    assert rasterizer.draw_triangles(image, front_camera(), vertices, faces, colours, cull_back_faces=False) == 0
    assert not image.any()


@pytest.mark.parametrize("behind", [1, 2])
def test_floor_is_clipped_at_the_near_plane(behind):
    """A floor triangle that reaches behind the camera fills what lies in front, up to the horizon, and no more."""
    camera = front_camera()
    if behind == 1:
        floor = np.array([[-1.0, 0.0, -0.5], [1000.0, -1500.0, -0.5], [1000.0, 1500.0, -0.5]])
    else:
        floor = np.array([[-5.0, -900.0, -0.5], [5000.0, 0.0, -0.5], [-5.0, 900.0, -0.5]])
    image = np.zeros((101, 101, 3), np.uint8)
    count = rasterizer.draw_triangles(image, camera, floor, np.array([[0, 1, 2]]), np.array([GREEN]))
    assert count == 3 - behind
    assert (image[52:101, 50] == GREEN).all()
    assert not image[:49].any()


def test_clipping_agrees_with_a_mesh_fine_enough_not_to_need_it():
    """A wall that passes the camera: clipped as one triangle, and as thousands of which those behind drop out."""
    camera = front_camera()
    corners = np.array([[-1.0, 0.6, -0.4], [3.0, 0.6, -0.4], [3.0, 0.6, 0.5]])
    whole, fine = np.zeros((101, 101), np.uint8), np.zeros((101, 101), np.uint8)
    rasterizer.draw_triangles(
        whole, camera, corners, np.array([[0, 1, 2]]), np.array([[255]]), cull_back_faces=False, near=0.1
    )
    n = 120
    steps = np.array([(i, j) for i in range(n + 1) for j in range(n + 1 - i)])
    vertices = corners[0] + steps[:, :1] / n * (corners[1] - corners[0]) + steps[:, 1:] / n * (corners[2] - corners[0])
    index = {tuple(s): k for k, s in enumerate(steps.tolist())}
    faces = [[index[i, j], index[i + 1, j], index[i, j + 1]] for i in range(n) for j in range(n - i)]
    faces += [[index[i + 1, j], index[i + 1, j + 1], index[i, j + 1]] for i in range(n - 1) for j in range(n - 1 - i)]
    rasterizer.draw_triangles(
        fine, camera, vertices, np.array(faces), np.full((len(faces), 1), 255), cull_back_faces=False, near=0.1
    )
    assert whole.any()
    assert (whole != fine).mean() < 0.02


def test_shading_follows_lamberts_law():
    normals = np.array([[0.0, 0.0, 1.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]])
    shaded = rasterizer.shade(normals, np.array([200.0, 100.0, 50.0]), light_w=(0, 0, 2), ambient=0.4, diffuse=0.6)
    np.testing.assert_array_equal(shaded[0], [200, 100, 50])
    np.testing.assert_array_equal(shaded[1], [44, 22, 11])  # 0.4 * 0.55
    np.testing.assert_array_equal(shaded[2], [62, 31, 15])  # 0.4 * 0.775


def test_face_normals_point_outwards_and_survive_degenerate_faces():
    vertices = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0]])
    normals = rasterizer.face_normals(vertices, np.array([[0, 1, 2], [0, 2, 1], [0, 0, 1]]))
    np.testing.assert_array_equal(normals, [[0, 0, 1], [0, 0, -1], [0, 0, 0]])


def test_downsampling_averages_blocks():
    image = np.zeros((4, 6, 3), np.uint8)
    image[:2, :2] = [[(0, 0, 0), (100, 0, 0)], [(200, 0, 0), (100, 0, 0)]]
    small = rasterizer.downsample(image, 2)
    assert small.shape == (2, 3, 3)
    assert small[0, 0, 0] == 100 and small[1, 2, 0] == 0
