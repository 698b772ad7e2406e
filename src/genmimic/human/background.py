"""Following the background: corner points of a key picture are found again in each later picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from genmimic.human.rotation_zoom import apply_homography, fit_rotation_zoom, homography

NOMINAL_FOCAL = 1.1
"""Focal length assumed while measuring, in long sides of the picture: about 49 degrees of view."""

_COLUMNS, _ROWS, _PER_CELL = 8, 6, 4  # corners are taken evenly over the picture, so that no corner-rich spot rules
_WINDOW, _LEVELS = (17, 17), 3
_RANSAC_TRIALS, _RANSAC_PX, _INLIER_PX = 150, 3.0, 1.5  # pixels of the small picture
_MIN_CELLS = 5  # cells with agreeing points from which a measurement counts
_STUCK_PX, _MOVED_PX = 0.3, 4.0  # a corner that stays in place while the background moves is a logo or a caption
_RENEW = 0.6  # share of the key picture's cells below which a new key picture is taken


@dataclass(frozen=True)
class CameraSample:
    """Camera of one frame relative to frame 0, as measured on the background.

    Attributes:
        rotation: (3, 3) turns a direction in this camera into camera 0.
        zoom: Focal length divided by that of frame 0.
        inlier_ratio: Share of the background, by area, that follows the model.
        rms_px: Misfit of the points that follow it, pixels of the full picture.
        residual_px: Median misfit of all background points found again, pixels of the full picture.
        measured: Whether enough background was found again.
    """

    rotation: np.ndarray
    zoom: float
    inlier_ratio: float
    rms_px: float
    residual_px: float
    measured: bool


@dataclass(frozen=True)
class _Picture:
    """A grey picture, its camera and the part of it that is background."""

    grey: np.ndarray
    mask: np.ndarray
    camera: CameraSample


@dataclass(frozen=True)
class _Key:
    """A picture whose corners are looked for in later pictures; cell (N,) numbers the grid cell of each corner."""

    picture: _Picture
    corners: np.ndarray
    cell: np.ndarray

    @property
    def cells(self) -> int:
        return len(np.unique(self.cell))


class BackgroundTracker:
    """Feeds on small grey pictures one after the other and measures the camera in each.

    Corners are always followed from the key picture itself, so that a camera that stands still does not drift; key
    pictures change only when too little of one is left in view.
    """

    def __init__(self, image_size: tuple[int, int]) -> None:
        self.image_size = image_size
        self.samples: dict[int, CameraSample] = {}
        self._key: _Key | None = None
        self._last: _Picture | None = None
        self._overlay = np.empty((0, 0), np.uint8)  # zero where logos and captions lie on the picture

    def step(self, frame: int, grey: np.ndarray, background: np.ndarray) -> None:
        """Measure frame number `frame`, grey (h, w) uint8; `background` (h, w) uint8 is zero on people."""
        if self._overlay.shape != background.shape:
            self._overlay = np.full_like(background, 255)
        background = background & self._overlay
        if self._key is None or self._last is None:
            camera = CameraSample(np.eye(3), 1.0, 1.0, 0.0, 0.0, True)
            self._last = _Picture(grey, background, camera)
            self._key = _new_key(self._last)
        else:
            camera, cells = self._measure(self._key, self._last.camera, grey, background)
            if cells < max(_MIN_CELLS, _RENEW * self._key.cells) and self._last is not self._key.picture:
                self._key = _new_key(self._last)
                camera, cells = self._measure(self._key, self._last.camera, grey, background)
            self._last = _Picture(grey, background, camera)
            if not camera.measured:
                self._key = _new_key(self._last)
        self.samples[frame] = camera

    def _measure(
        self, key: _Key, guess: CameraSample, grey: np.ndarray, background: np.ndarray
    ) -> tuple[CameraSample, int]:
        """Camera of a new picture and the number of cells that agree on it."""
        height, width = background.shape
        size, focal = (width, height), NOMINAL_FOCAL * max(width, height)
        key_camera = key.picture.camera
        relative = key_camera.rotation.T @ guess.rotation, guess.zoom / key_camera.zoom
        lost = CameraSample(guess.rotation, guess.zoom, 0.0, np.nan, np.nan, False)
        if key.cells < _MIN_CELLS:
            return lost, 0
        key_focal = focal * key_camera.zoom
        expected = apply_homography(np.linalg.inv(homography(*relative, key_focal, size)), key.corners)
        found, ok = _follow(key.picture.grey, grey, key.corners, expected)
        ok &= _inside(found, background) & _inside(key.corners, self._overlay)
        corners, found, cell = key.corners[ok], found[ok], key.cell[ok]
        if len(np.unique(cell)) < _MIN_CELLS:
            return lost, 0
        weight = 1.0 / np.bincount(cell)[cell]  # every cell counts the same
        agreeing = _ransac_similarity(found, corners, weight)
        misfit = np.zeros(len(found))
        for _ in range(2):
            if agreeing.sum() < 4:
                return lost, 0
            relative = fit_rotation_zoom(
                found[agreeing], corners[agreeing], weight[agreeing], key_focal, size, relative, huber_px=0.5
            )
            missed = apply_homography(homography(*relative, key_focal, size), found) - corners
            misfit = np.linalg.norm(missed, axis=1)
            agreeing = misfit < _INLIER_PX
        cells = len(np.unique(cell[agreeing]))
        if cells >= _MIN_CELLS:
            self._learn_overlay(corners, found, misfit)
        full = max(self.image_size) / max(size)
        camera = CameraSample(
            rotation=key_camera.rotation @ relative[0],
            zoom=key_camera.zoom * relative[1],
            inlier_ratio=float(weight[agreeing].sum() / weight.sum()),
            rms_px=float(np.sqrt(np.mean(misfit[agreeing] ** 2)) * full) if agreeing.any() else np.nan,
            residual_px=float(np.median(misfit) * full),
            measured=cells >= _MIN_CELLS,
        )
        return (camera, cells) if camera.measured else (lost, cells)

    def _learn_overlay(self, corners: np.ndarray, found: np.ndarray, misfit: np.ndarray) -> None:
        stuck = (np.linalg.norm(found - corners, axis=1) < _STUCK_PX) & (misfit > _MOVED_PX)
        for x, y in found[stuck]:
            cv2.circle(self._overlay, (round(x), round(y)), 8, 0, thickness=cv2.FILLED)


def _new_key(picture: _Picture) -> _Key:
    """Choose the strongest corners of the background, evenly over the picture."""
    height, width = picture.mask.shape
    found = cv2.goodFeaturesToTrack(picture.grey, 800, 0.003, 5, mask=picture.mask, blockSize=5)
    corners = np.empty((0, 2)) if found is None else found.reshape(-1, 2).astype(np.float64)
    cell = (corners[:, 1] * _ROWS // height).astype(int) * _COLUMNS + (corners[:, 0] * _COLUMNS // width).astype(int)
    # They come the strongest first: keep the first few of each cell.
    order = np.argsort(cell, kind="stable")
    first = np.searchsorted(cell[order], cell[order])
    keep = order[np.arange(len(order)) - first < _PER_CELL]
    return _Key(picture, corners[keep], cell[keep])


def _follow(
    before: np.ndarray, after: np.ndarray, points: np.ndarray, expected: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Find points (N, 2) of one picture in another, near `expected`; keep those that lead back to where they began."""
    start = points.astype(np.float32).reshape(-1, 1, 2)
    guess = expected.astype(np.float32).reshape(-1, 1, 2)
    options = (_WINDOW, _LEVELS, (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 15, 0.02))
    flags = cv2.OPTFLOW_USE_INITIAL_FLOW
    there, ok, _ = cv2.calcOpticalFlowPyrLK(before, after, start, guess, None, None, *options, flags)
    back, ok_back, _ = cv2.calcOpticalFlowPyrLK(after, before, there, start.copy(), None, None, *options, flags)
    closed = np.linalg.norm((back - start)[:, 0], axis=1) < 0.7
    return there[:, 0].astype(np.float64), closed & (ok[:, 0] > 0) & (ok_back[:, 0] > 0)


def _inside(points: np.ndarray, background: np.ndarray) -> np.ndarray:
    x, y = np.rint(points).astype(int).T
    inside = (x >= 0) & (y >= 0) & (x < background.shape[1]) & (y < background.shape[0])
    inside[inside] = background[y[inside], x[inside]] > 0
    return inside


def _ransac_similarity(source: np.ndarray, target: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Mask (N,) of the points that agree with the similarity that most of the weight agrees with.

    All trials are computed at once, with pixels as complex numbers: target = a * source + b.
    """
    z, w = source @ np.array([1.0, 1.0j]), target @ np.array([1.0, 1.0j])
    rng = np.random.default_rng(0)
    i, j = rng.integers(0, len(z), (2, _RANSAC_TRIALS))
    apart = np.abs(z[i] - z[j]) > 10.0
    i, j = i[apart], j[apart]
    if not len(i):
        return np.zeros(len(z), bool)
    a = (w[i] - w[j]) / (z[i] - z[j])
    b = w[i] - a * z[i]
    agree = np.abs(a[:, None] * z + b[:, None] - w) < _RANSAC_PX
    agree &= (np.abs(np.log(np.abs(a) + 1e-9)) < 0.7)[:, None]
    return agree[np.argmax(agree @ weight)]
