"""The camera's own motion through a clip: how far it turned and zoomed since the first frame."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from genmimic.human.background import NOMINAL_FOCAL, BackgroundTracker
from genmimic.human.decoding import shrink
from genmimic.human.landmarks import Landmarks, interpolate_frames
from genmimic.human.prefetch import Progress, pictures
from genmimic.human.rotation_zoom import apply_homography, homography, picture_grid
from genmimic.human.video import Video

STATIC_PX = 6.0 / 1100.0
"""Displacement of the background, in long sides of the picture, up to which a camera counts as standing still."""

_MIN_INLIERS = 0.88  # of ten generated clips, those whose camera travels have 0.78 to 0.84, the others 0.91 and more
_SMALL = 640  # pixels on the long side of the picture that is searched
_HULL = (0, 7, 8, 11, 12, 13, 14, *range(15, 33))


@dataclass(frozen=True)
class CameraMotion:
    """Motion of the camera, frame by frame relative to frame 0, under the model of `rotation_zoom`.

    For another focal length than `focal_px`, use `rotation_zoom.decompose_homographies(homography, ...)`.

    Attributes:
        static: Whether the camera stands still: in 95 % of the frames the background has not moved by `STATIC_PX`.
        homography: (T, 3, 3) maps pixels of frame t to the pixels of frame 0 that show the same background.
        rotation: (T, 3, 3) turns a direction in camera t (x right, y down, z forward) into camera 0, for `focal_px`.
        zoom: (T,) focal length of frame t divided by that of frame 0.
        focal_px: Focal length of frame 0 that was assumed in measuring, pixels.
        displacement_px: (T,) mean distance that the background has moved since frame 0, pixels.
        inlier_ratio: (T,) share of the background, by area, that follows the model; 0 where nothing was measured.
        rms_px: (T,) misfit of the background that follows the model, pixels.
        residual_px: (T,) median misfit of all background since the key picture, pixels.
        measured: (T,) whether enough background was seen; other frames are interpolated.
    """

    static: bool
    homography: np.ndarray
    rotation: np.ndarray
    zoom: np.ndarray
    focal_px: float
    displacement_px: np.ndarray
    inlier_ratio: np.ndarray
    rms_px: np.ndarray
    residual_px: np.ndarray
    measured: np.ndarray

    @property
    def translation_suspect(self) -> bool:
        """Whether the camera seems to have moved from its place: too much of the background goes its own way."""
        return not self.static and float(self.inlier_ratio[self.measured].mean()) < _MIN_INLIERS


def estimate_camera_motion(video: Video, landmarks: Landmarks, progress: Progress | None = None) -> CameraMotion:
    """Measure the camera's motion on the background, leaving out the person of `landmarks`."""
    background = BackgroundTracker(video.size)
    for index, image in pictures(video, progress):
        grey = small_grey(image)
        people = [landmarks.pixel[index]] if landmarks.detected[index] else []
        background.step(index, grey, person_mask(people, video.size, grey.shape))
    return assemble_camera_motion(background, len(video))


def assemble_camera_motion(background: BackgroundTracker, count: int) -> CameraMotion:
    """Arrays over `count` frames, with the frames interpolated in which nothing was measured."""
    size = background.image_size
    focal = NOMINAL_FOCAL * max(size)
    frames = np.array([frame for frame, sample in background.samples.items() if sample.measured])
    samples = [background.samples[int(frame)] for frame in frames]
    turn = np.array([cv2.Rodrigues(sample.rotation)[0][:, 0] for sample in samples])
    turn, log_zoom, ratio, rms, residual = (
        interpolate_frames(np.asarray(values, dtype=np.float64), frames, count)
        for values in (
            turn,
            np.log([sample.zoom for sample in samples]),
            [sample.inlier_ratio for sample in samples],
            [sample.rms_px for sample in samples],
            [sample.residual_px for sample in samples],
        )
    )
    rotation = np.stack([cv2.Rodrigues(t)[0] for t in turn])
    zoom = np.exp(log_zoom)
    maps = np.stack([homography(r, float(z), focal, size) for r, z in zip(rotation, zoom, strict=True)])
    grid = picture_grid(size)
    moved = np.array([np.linalg.norm(apply_homography(m, grid) - grid, axis=1).mean() for m in maps])
    unmeasured = [frame for frame, sample in background.samples.items() if not sample.measured]
    measured = ~np.isin(np.arange(count), unmeasured)
    return CameraMotion(
        # Not the largest: a single blurred frame must not set a standing camera in motion.
        static=bool(np.percentile(moved, 95.0) <= STATIC_PX * max(size)),
        homography=maps,
        rotation=rotation,
        zoom=zoom,
        focal_px=focal,
        displacement_px=moved,
        inlier_ratio=ratio * measured,
        rms_px=rms,
        residual_px=residual,
        measured=measured,
    )


def small_grey(image: np.ndarray) -> np.ndarray:
    """Grey picture (h, w) of at most 640 pixels on its long side, from RGB (H, W, 3)."""
    return shrink(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), _SMALL)


def person_mask(people: list[np.ndarray], image_size: tuple[int, int], shape: tuple[int, ...]) -> np.ndarray:
    """Background mask (h, w) uint8: 255 outside the people, 0 on them and near them.

    Args:
        people: Landmarks (33, 2) of each person, pixels of the full picture.
        image_size: Width and height of the full picture.
        shape: Height and width of the mask.
    """
    mask = np.full(shape[:2], 255, np.uint8)
    for pixel in people:
        points = pixel[list(_HULL)] * (shape[1] / image_size[0], shape[0] / image_size[1])
        hull = cv2.convexHull(points.astype(np.float32))
        margin = int(np.ceil(0.2 * np.ptp(points[:, 1]))) + 1  # half of it outside: hair, clothes, what he carries
        cv2.drawContours(mask, [hull.astype(np.int32)], -1, 0, thickness=cv2.FILLED)
        cv2.drawContours(mask, [hull.astype(np.int32)], -1, 0, thickness=margin)
    return mask
