"""BlazePose's two networks and the square between them, on rendered and real pictures."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path

import cv2
import numpy as np
import pytest
from clips import read_frames

from genmimic.human.blazepose import (
    BLAZEPOSE_NAMES,
    PoseDetector,
    PoseLandmarker,
    _anchor_centres,
    _cut_out,
    _groups,
    _refine_with_heatmap,
)
from genmimic.human.person_search import find_people
from genmimic.human.roi import MARGIN, roi_from_circle

LEFT, RIGHT = [11, 13, 15, 23, 25, 27], [12, 14, 16, 24, 26, 28]  # shoulder, elbow, wrist, hip, knee, ankle


@pytest.fixture(scope="module")
def detector() -> PoseDetector:
    return PoseDetector()


@pytest.fixture(scope="module")
def landmarker() -> PoseLandmarker:
    return PoseLandmarker()


@pytest.fixture(scope="module")
def picture(shared_dir: Path) -> np.ndarray:
    """A standing person who faces the camera."""
    return read_frames(shared_dir / "videos" / "raise_arms_and_step_right_G.mp4", 41)[40]


def test_the_weights_are_the_ones_their_notice_names() -> None:
    assets = files("genmimic.human") / "assets"
    notice = (assets / "NOTICE-mediapipe.txt").read_text()
    for name in ("pose_detection.tflite", "pose_landmark_full.tflite"):
        assert f"{hashlib.sha256((assets / name).read_bytes()).hexdigest()}  {name}" in notice


def test_roi_is_upright_around_the_person() -> None:
    upright = roi_from_circle(np.array([100.0, 200.0]), np.array([100.0, 100.0]))
    assert upright.angle == 0.0
    assert upright.size == 200.0 * MARGIN
    np.testing.assert_allclose(upright.to_image(np.array([[0.5, 0.5], [0.5, 0.1]])), [[100, 200], [100, 100]])
    # Lying with the head to the right: the square's up is the picture's right.
    lying = roi_from_circle(np.array([100.0, 200.0]), np.array([200.0, 200.0]))
    np.testing.assert_allclose(lying.to_image(np.array([[0.5, 0.1], [0.9, 0.5]])), [[200, 200], [100, 300]], atol=1e-9)


def test_crop_matrix_agrees_with_to_image() -> None:
    roi = roi_from_circle(np.array([120.0, 90.0]), np.array([160.0, 30.0]))
    pixels = np.array([[0.0, 0.0], [128.0, 64.0], [255.0, 255.0]])
    mapped = np.column_stack([pixels, np.ones(3)]) @ roi.crop_matrix(256).T
    np.testing.assert_allclose(mapped, roi.to_image(pixels / 256))


def test_anchors_are_as_many_as_the_network_has() -> None:
    anchors = _anchor_centres()
    assert anchors.shape == (2254, 2)
    np.testing.assert_allclose(anchors[:4], [[4, 4], [4, 4], [12, 4], [12, 4]])
    np.testing.assert_allclose(anchors[-1], [208, 208])


def test_overlapping_boxes_become_one_group() -> None:
    values = np.zeros((4, 6, 2))
    values[:, 0] = [[50, 50], [52, 50], [150, 50], [49, 51]]
    values[:, 1] = 30.0
    groups = _groups(values, np.array([0.6, 0.9, 0.8, 0.7]))
    assert [group.tolist() for group in groups] == [[1, 3, 0], [2]]


def test_heatmap_moves_a_point_to_its_peak_and_leaves_unsure_ones() -> None:
    points = np.full((39, 2), 0.5)
    points[2] = (1.4, 0.5)
    heatmap = np.full((64, 64, 39), -20.0)
    heatmap[31, 33, 0] = heatmap[31, 34, 0] = 5.0  # row, column
    heatmap[31, 33, 1] = -3.0
    refined = _refine_with_heatmap(points, heatmap)
    np.testing.assert_allclose(refined[0], [33.5 / 64, 31 / 64], atol=1e-4)
    np.testing.assert_array_equal(refined[1:], points[1:])


def test_person_is_found_and_sides_are_told_apart(
    picture: np.ndarray, detector: PoseDetector, landmarker: PoseLandmarker
) -> None:
    (person,) = detector(picture)
    assert person.score > 0.9
    pose = landmarker(picture, person.roi)
    assert pose.score > 0.99
    assert pose.pixel.shape == (33, 2) == (len(BLAZEPOSE_NAMES), 2)
    # He faces the camera: his left is the picture's right. Head above hips above ankles.
    assert (pose.pixel[[11, 23], 0] > pose.pixel[[12, 24], 0]).all()
    assert pose.pixel[0, 1] < pose.pixel[[23, 24], 1].min() < pose.pixel[[27, 28], 1].min()
    assert np.abs(pose.world[23:25].mean(axis=0)).max() < 0.02
    height = pose.world[[27, 28], 1].mean() - pose.world[0, 1]
    assert 1.2 < height < 1.9
    again = landmarker(picture, pose.next_roi)
    assert np.linalg.norm(again.pixel - pose.pixel, axis=1).mean() < 0.02 * pose.next_roi.size


def test_landmarks_follow_a_turned_picture(
    picture: np.ndarray, detector: PoseDetector, landmarker: PoseLandmarker
) -> None:
    """Tilting the camera tilts the landmarks, in the picture and in metres, and nothing else."""
    (person,) = detector(picture)
    upright = landmarker(picture, landmarker(picture, person.roi).next_roi)
    angle = np.radians(35.0)
    centre = np.array(upright.next_roi.centre)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = np.column_stack([turn, centre - turn @ centre])
    tilted_picture = cv2.warpAffine(picture, matrix, picture.shape[1::-1])
    (found,) = detector(tilted_picture)
    tilted = landmarker(tilted_picture, landmarker(tilted_picture, found.roi).next_roi)
    assert tilted.next_roi.angle - upright.next_roi.angle == pytest.approx(angle, abs=0.1)
    expected = (upright.pixel - centre) @ turn.T + centre
    assert np.linalg.norm(tilted.pixel - expected, axis=1).mean() < 0.02 * upright.next_roi.size
    assert np.linalg.norm(tilted.world[:, :2] - upright.world[:, :2] @ turn.T, axis=1).mean() < 0.05


def test_mirrored_picture_swaps_the_sides(
    picture: np.ndarray, detector: PoseDetector, landmarker: PoseLandmarker
) -> None:
    straight = landmarker(picture, detector(picture)[0].roi)
    flipped_picture = np.ascontiguousarray(picture[:, ::-1])
    flipped = landmarker(flipped_picture, detector(flipped_picture)[0].roi)
    back = flipped.pixel * (-1, 1) + (picture.shape[1] - 1, 0)
    assert np.linalg.norm(back[LEFT] - straight.pixel[RIGHT], axis=1).mean() < 0.03 * straight.next_roi.size


def test_nobody_in_noise(detector: PoseDetector) -> None:
    assert detector(np.random.default_rng(0).integers(0, 255, (360, 640, 3), dtype=np.uint8)) == []


def test_small_person_is_found_by_looking_closer(picture: np.ndarray, detector: PoseDetector) -> None:
    canvas = np.full((720, 1280, 3), 120, np.uint8)
    small = cv2.resize(picture, None, fx=0.22, fy=0.22, interpolation=cv2.INTER_AREA)
    canvas[500 : 500 + small.shape[0], 700 : 700 + small.shape[1]] = small
    assert find_people(detector, canvas) == []
    (found,) = find_people(detector, canvas, levels=2)
    where = (np.array(found.roi.centre) - (700, 500)) / 0.22
    (person,) = detector(picture)
    assert np.linalg.norm(where - person.roi.centre) < 0.1 * person.roi.size


@pytest.mark.parametrize("size", [200.0, 500.0, 900.0])
def test_a_dot_in_the_square_is_cut_out_where_the_square_says(size: float) -> None:
    x, y = np.meshgrid(np.arange(1000), np.arange(900))
    dot = 255 * np.exp(-((x - 430.0) ** 2 + (y - 520.0) ** 2) / (2 * 8.0**2))
    roi = roi_from_circle(
        np.array([400.0, 500.0]), np.array([400.0, 500.0]) + size / (2 * MARGIN) * np.array([0.6, -0.8])
    )
    crop = _cut_out(dot.astype(np.uint8)[..., None].repeat(3, axis=2), roi, 256)[..., 0].astype(float)
    u, v = np.meshgrid(np.arange(256), np.arange(256))
    centroid = np.array([(crop * u).sum(), (crop * v).sum()]) / crop.sum()
    np.testing.assert_allclose(roi.to_image(centroid / 256), [430, 520], atol=0.002 * size)
