"""The camera's motion against known truth: a textured scene filmed by a camera that turns, zooms, or stands."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from clips import write_clip

from genmimic.human.background import NOMINAL_FOCAL, BackgroundTracker
from genmimic.human.camera_motion import (
    CameraMotion,
    assemble_camera_motion,
    estimate_camera_motion,
    person_mask,
    small_grey,
)
from genmimic.human.landmarks import Landmarks
from genmimic.human.rotation_zoom import (
    apply_homography,
    decompose_homographies,
    fit_rotation_zoom,
    homography,
    picture_grid,
)
from genmimic.human.video import open_video

SIZE = (1088, 622)
FOCAL = NOMINAL_FOCAL * SIZE[0]  # as the measurement assumes; another one has a test of its own
FRAMES = 40


def _scene(seed: int = 0) -> np.ndarray:
    """Texture of several scales, twice as wide and high as the picture."""
    rng = np.random.default_rng(seed)
    big = (2 * SIZE[0], 2 * SIZE[1])
    layers = [
        cv2.resize(rng.random((n, 2 * n)).astype(np.float32), big, interpolation=cv2.INTER_CUBIC) for n in (8, 40, 150)
    ]
    grey = sum(layers) / len(layers)
    return np.clip(255 * grey, 0, 255).astype(np.uint8)[..., None].repeat(3, axis=2)


def _truth(turn_deg: np.ndarray, zoom: np.ndarray) -> np.ndarray:
    """Homographies (T, 3, 3) of a camera turned by rotation vectors (T, 3) in degrees."""
    rotations = [cv2.Rodrigues(np.radians(turn))[0] for turn in turn_deg]
    return np.stack([homography(r, float(z), FOCAL, SIZE) for r, z in zip(rotations, zoom, strict=True)])


def _person(t: int) -> np.ndarray:
    """Landmarks (33, 2) of a blob that walks through the picture."""
    angle = np.linspace(0, 2 * np.pi, 33)
    return np.column_stack([300 + 12 * t + 60 * np.cos(angle), 330 + 220 * np.sin(angle)])


def _film(truth: np.ndarray, logo: bool = False, person: bool = True) -> list[np.ndarray]:
    scene, frames = _scene(), []
    shift = np.array([[1, 0, SIZE[0] / 2], [0, 1, SIZE[1] / 2], [0, 0, 1.0]])
    dots = np.random.default_rng(5).integers(0, 255, (10, 12, 3), dtype=np.uint8)
    for t, matrix in enumerate(truth):
        image = cv2.warpPerspective(scene, shift @ matrix, SIZE, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        if person:
            shirt = _person(t).astype(np.int32)
            cv2.fillPoly(image, [shirt], (200, 40, 60))
            for k in range(0, 33, 4):
                cv2.circle(
                    image, tuple(int(x) for x in 0.7 * shirt[k] + 0.3 * shirt.mean(axis=0)), 9, (20, 220, 60), -1
                )
        if logo:
            image[20:140, 20:164] = cv2.resize(dots, (144, 120), interpolation=cv2.INTER_NEAREST)
        frames.append(image)
    return frames


def _measure(frames: list[np.ndarray], person: bool = True) -> CameraMotion:
    tracker = BackgroundTracker(SIZE)
    for t, image in enumerate(frames):
        grey = small_grey(image)
        tracker.step(t, grey, person_mask([_person(t)] if person else [], SIZE, grey.shape))
    return assemble_camera_motion(tracker, len(frames))


def _error_px(measured: np.ndarray, truth: np.ndarray) -> float:
    grid = picture_grid(SIZE)
    return max(
        float(np.linalg.norm(apply_homography(a, grid) - apply_homography(b, grid), axis=1).mean())
        for a, b in zip(measured, truth, strict=True)
    )


def _ramp(x: float, y: float, z: float) -> np.ndarray:
    return np.linspace(0, 1, FRAMES)[:, None] * (x, y, z)


@pytest.mark.parametrize(
    ("turn", "zoom"),
    [
        (_ramp(0, 0, 0), np.ones(FRAMES)),
        (_ramp(0, 8, 0), np.ones(FRAMES)),
        (_ramp(3, 0, 0), np.ones(FRAMES)),
        (_ramp(0, 0, 6), np.ones(FRAMES)),
        (_ramp(0, 0, 0), np.linspace(1.0, 1.25, FRAMES)),
        (_ramp(1, 9, 2), np.linspace(1.0, 0.9, FRAMES)),
    ],
    ids=["static", "pan", "tilt", "roll", "zoom", "all"],
)
def test_known_motion_is_measured(turn: np.ndarray, zoom: np.ndarray) -> None:
    truth = _truth(turn, zoom)
    motion = _measure(_film(truth))
    assert motion.measured.all()
    assert motion.inlier_ratio.min() > 0.8
    assert _error_px(motion.homography, truth) < 0.5
    assert not motion.translation_suspect
    assert motion.static == (not turn.any() and (zoom == 1.0).all())


def test_a_logo_does_not_hold_the_camera() -> None:
    truth = _truth(_ramp(0, 8, 0), np.ones(FRAMES))
    motion = _measure(_film(truth, logo=True))
    assert _error_px(motion.homography, truth) < 0.5


def test_wrong_focal_length_costs_little_near_the_centre() -> None:
    """The true one is 20 % shorter than assumed: over a pan of 140 px the centre is misplaced by under 3 px."""
    rotations = [cv2.Rodrigues(np.radians(turn))[0] for turn in _ramp(0, 8, 0)]
    truth = np.stack([homography(rotation, 1.0, 0.8 * FOCAL, SIZE) for rotation in rotations])
    motion = _measure(_film(truth))
    centre = (np.array(SIZE) - 1.0) / 2.0
    measured, true = (np.stack([apply_homography(m, centre) for m in maps]) for maps in (motion.homography, truth))
    assert np.linalg.norm(measured - true, axis=1).max() < 3.0


def test_unmasked_person_is_outvoted() -> None:
    truth = _truth(_ramp(0, 4, 0), np.ones(FRAMES))
    assert _error_px(_measure(_film(truth), person=False).homography, truth) < 0.5


def test_return_to_the_start_leaves_no_drift() -> None:
    half = _ramp(0, 6, 0)[::2]
    there_and_back = np.concatenate([half, half[::-1]])
    truth = _truth(there_and_back, np.ones(FRAMES))
    motion = _measure(_film(truth))
    assert motion.displacement_px.max() > 90.0
    assert motion.displacement_px[-1] < 0.5


def test_moving_from_its_place_is_suspected() -> None:
    """Two walls that shift differently: turning and zooming cannot explain both."""
    near, far = _scene(1), _scene(2)
    frames = []
    for t in range(FRAMES):
        image = far[300 : 300 + SIZE[1], 200 + 2 * t : 200 + 2 * t + SIZE[0]].copy()
        image[350:] = near[650 : 650 + SIZE[1] - 350, 200 + 5 * t : 200 + 5 * t + SIZE[0]]
        frames.append(image)
    motion = _measure(frames, person=False)
    assert motion.translation_suspect
    assert motion.residual_px.max() > 1.0


def test_blank_wall_is_not_measured() -> None:
    blank = [np.full((SIZE[1], SIZE[0], 3), 128, np.uint8)] * 5
    motion = _measure(blank, person=False)
    assert motion.static
    assert not motion.measured[1:].any()
    assert (motion.inlier_ratio[1:] == 0).all()


def test_blurred_frame_does_not_break_the_chain() -> None:
    truth = _truth(_ramp(0, 6, 0), np.ones(FRAMES))
    frames = _film(truth)
    frames[20] = np.full_like(frames[20], 128)
    motion = _measure(frames)
    assert not motion.measured[20]
    # The frames after it hang on the last one measured, and what moved meanwhile is lost.
    assert _error_px(motion.homography[:20], truth[:20]) < 0.5
    np.testing.assert_allclose(np.diff(motion.displacement_px)[22:], np.diff(motion.displacement_px)[5], atol=0.6)


def test_decompose_recovers_rotation_and_zoom() -> None:
    turn = _ramp(2, -10, 4)
    zoom = np.linspace(1.0, 1.3, FRAMES)
    rotation, found, rms = decompose_homographies(_truth(turn, zoom), FOCAL, SIZE)
    expected = np.stack([cv2.Rodrigues(np.radians(t))[0] for t in turn])
    np.testing.assert_allclose(rotation, expected, atol=1e-6)
    np.testing.assert_allclose(found, zoom, atol=1e-6)
    assert rms.max() < 1e-3
    # A wrong focal length explains less; the turn then scales inversely with it.
    wrong, _, wrong_rms = decompose_homographies(_truth(turn, zoom), 1.5 * FOCAL, SIZE)
    assert wrong_rms[-1] > 1.0
    angles = [np.linalg.norm(cv2.Rodrigues(r)[0][:2]) for r in (wrong[-1], rotation[-1])]
    assert angles[0] / angles[1] == pytest.approx(1 / 1.5, rel=0.1)


def test_rotation_turns_directions_of_camera_t_into_camera_0() -> None:
    """A camera that has panned right sees the old centre at its left."""
    right = cv2.Rodrigues(np.radians([0.0, 10.0, 0.0]))[0]  # about y, which points down: z turns towards x
    np.testing.assert_allclose(right @ (0, 0, 1), [np.sin(np.radians(10)), 0, np.cos(np.radians(10))])
    centre = (np.array(SIZE) - 1.0) / 2.0
    seen_at = apply_homography(homography(right, 1.0, FOCAL, SIZE), centre)
    np.testing.assert_allclose(seen_at, centre + np.array([FOCAL * np.tan(np.radians(10)), 0]))


def test_fit_ignores_outliers() -> None:
    rng = np.random.default_rng(0)
    matrix = _truth(np.array([[1.0, 5.0, 2.0]]), np.array([1.1]))[0]
    source = rng.uniform((0, 0), SIZE, (200, 2))
    target = apply_homography(matrix, source) + rng.normal(0, 0.3, (200, 2))
    target[:40] += rng.uniform(5, 40, (40, 2))
    fit = fit_rotation_zoom(source, target, np.ones(200), FOCAL, SIZE, (np.eye(3), 1.0), huber_px=0.5)
    assert _error_px(homography(*fit, FOCAL, SIZE)[None], matrix[None]) < 1.0


def test_person_mask_covers_the_person_and_little_else() -> None:
    mask = person_mask([_person(10)], SIZE, (311, 544))
    inside = (_person(10) / 2).astype(int)
    assert (mask[inside[:, 1], inside[:, 0]] == 0).all()
    assert 0.5 < (mask > 0).mean() < 0.9


def test_through_a_video_file(tmp_path: Path) -> None:
    truth = _truth(_ramp(1, 5, 0), np.ones(FRAMES))[:20]
    video = open_video(write_clip(tmp_path / "pan.mp4", _film(truth), np.arange(20) / 20))
    pixel = np.stack([_person(t) for t in range(20)])
    ones = np.ones((20, 33))
    landmarks = Landmarks(pixel, ones, ones, np.zeros((20, 33, 3)), np.ones(20, bool), np.ones(20), 20.0, SIZE)
    motion = estimate_camera_motion(video, landmarks)
    assert motion.focal_px == NOMINAL_FOCAL * SIZE[0]
    assert _error_px(motion.homography, truth) < 0.5


@pytest.mark.parametrize(
    ("clip", "low", "high"),
    [
        ("genmimicbench_sample3_A", 0, 6),
        ("Turn_around_and_pick_a_book_G", 130, 180),
        ("genmimicbench_sample4_A", 190, 290),
    ],
)
def test_shared_clips(shared_dir: Path, clip: str, low: float, high: float) -> None:
    """The figures of the shared README: a standing camera, pans of about 150 and 226 pixels."""
    video = open_video(shared_dir / "videos" / f"{clip}.mp4")
    nobody = np.zeros(len(video), bool)  # the person is outvoted even without a mask
    shape = (len(video), 33)
    landmarks = Landmarks(
        np.zeros((*shape, 2)), np.zeros(shape), np.zeros(shape), np.zeros((*shape, 3)), nobody, np.zeros(len(video)),
        video.fps, video.size,
    )  # fmt: skip
    motion = estimate_camera_motion(video, landmarks)
    assert low <= motion.displacement_px[-1] <= high
    assert motion.static == (low == 0)
