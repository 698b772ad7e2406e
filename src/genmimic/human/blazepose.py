"""BlazePose's two networks: find people in an image, and find 33 landmarks of one person in a square around him.

Written anew after the description of MediaPipe's graphs (pose_detection_cpu, pose_landmark_by_roi_cpu and
tensors_to_pose_landmarks_and_segmentation); the weights are MediaPipe's, see assets/NOTICE-mediapipe.txt.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import as_file, files

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter

from genmimic.human.native_output import silent_stderr
from genmimic.human.roi import Roi, roi_from_circle

BLAZEPOSE_NAMES = (
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_pinky",
    "right_pinky",
    "left_index",
    "right_index",
    "left_thumb",
    "right_thumb",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
)
"""Landmark names in the network's order; left and right are the person's own."""

_DETECTOR_INPUT, _LANDMARK_INPUT = 224, 256
_LANDMARKS_WITH_AUXILIARY = 39
_HEATMAP_WINDOW = 3  # cells on each side: MediaPipe's 7 x 7 kernel
_HEATMAP_MIN_CONFIDENCE = 0.5


@dataclass(frozen=True)
class Detection:
    """A person found in an image: where to look for landmarks, and how sure the detector is, in [0, 1]."""

    roi: Roi
    score: float


@dataclass(frozen=True)
class Pose:
    """Landmarks of one person in one image.

    Attributes:
        pixel: (33, 2) x and y in image pixels.
        visibility: (33,) probability that the landmark is in the picture and not hidden.
        presence: (33,) probability that the landmark is in the picture.
        world: (33, 3) metres, origin between the hips; x right, y down, z away from the camera.
        score: Probability that the square holds a person at all.
        next_roi: Square in which to look for the same person in the next image.
    """

    pixel: np.ndarray
    visibility: np.ndarray
    presence: np.ndarray
    world: np.ndarray
    score: float
    next_roi: Roi


class PoseDetector:
    """Finds people in a whole image, the surest first."""

    def __init__(self, threads: int = 1, min_score: float = 0.5) -> None:
        self._network = _load("pose_detection.tflite", threads)
        self._anchors = _anchor_centres()
        self._min_score = min_score

    def __call__(self, image: np.ndarray) -> list[Detection]:
        """Detections in an RGB image (H, W, 3) uint8."""
        height, width = image.shape[:2]
        scale = _DETECTOR_INPUT / max(height, width)
        inner = (max(1, round(width * scale)), max(1, round(height * scale)))
        left, top = (_DETECTOR_INPUT - inner[0]) // 2, (_DETECTOR_INPUT - inner[1]) // 2
        canvas = np.zeros((_DETECTOR_INPUT, _DETECTOR_INPUT, 3), np.uint8)
        canvas[top : top + inner[1], left : left + inner[0]] = cv2.resize(image, inner, interpolation=cv2.INTER_AREA)
        raw, logit = _infer(self._network, canvas * np.float32(1 / 127.5) - np.float32(1.0), (0, 1))
        score = _sigmoid(logit.reshape(-1))
        sure = np.flatnonzero(score > self._min_score)
        found = []
        # Boxes (of the face, in this network) and four points, each relative to its anchor and in input pixels.
        values = raw.reshape(-1, 6, 2)[sure] + self._anchors[sure, None] * np.array([1.0, 0, 1, 1, 1, 1])[:, None]
        for members in _groups(values, score[sure]):
            weight = score[sure][members]
            points = np.average(values[members, 2:4], axis=0, weights=weight)
            points = (points - np.array([left, top])) / scale
            found.append(Detection(roi_from_circle(points[0], points[1]), float(weight.max())))
        return found


class PoseLandmarker:
    """Finds the 33 landmarks of the person in a square of the image."""

    def __init__(self, threads: int = 1) -> None:
        self._network = _load("pose_landmark_full.tflite", threads)

    def __call__(self, image: np.ndarray, roi: Roi) -> Pose:
        """Landmarks in the square `roi` of an RGB image (H, W, 3) uint8."""
        crop = _cut_out(image, roi, _LANDMARK_INPUT)
        # The network's third output, a mask of the person, is not needed.
        landmarks, flag, heatmap, world = _infer(self._network, crop * np.float32(1 / 255), (0, 1, 3, 4))
        values = landmarks.reshape(_LANDMARKS_WITH_AUXILIARY, 5).astype(np.float64)
        points = roi.to_image(_refine_with_heatmap(values[:, :2] / _LANDMARK_INPUT, heatmap[0]))
        metres = world.reshape(_LANDMARKS_WITH_AUXILIARY, 3)[:33].astype(np.float64)
        metres[:, :2] = metres[:, :2] @ roi.rotation.T
        return Pose(
            pixel=points[:33],
            visibility=_sigmoid(values[:33, 3]),
            presence=_sigmoid(values[:33, 4]),
            world=metres,
            score=float(flag.reshape(())),
            next_roi=roi_from_circle(points[33], points[34]),
        )


def _cut_out(image: np.ndarray, roi: Roi, size: int) -> np.ndarray:
    """The square `roi` of an image as an upright picture of `size` by `size` pixels."""
    matrix = roi.crop_matrix(size)
    factor = int(roi.size // size)
    if factor > 1:  # first average, since skipping pixels makes landmarks flicker
        height, width = image.shape[0] // factor, image.shape[1] // factor
        image = cv2.resize(image[: height * factor, : width * factor], (width, height), interpolation=cv2.INTER_AREA)
        matrix = matrix / factor
        matrix[:, 2] += 0.5 / factor - 0.5  # pixel centres are whole numbers
    return cv2.warpAffine(image, matrix, (size, size), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)


def _load(name: str, threads: int) -> Interpreter:
    with as_file(files("genmimic.human") / "assets" / name) as path, silent_stderr():
        network = Interpreter(model_content=path.read_bytes(), num_threads=threads)
        network.allocate_tensors()
    return network


def _infer(network: Interpreter, image: np.ndarray, outputs: tuple[int, ...]) -> list[np.ndarray]:
    network.set_tensor(network.get_input_details()[0]["index"], image[None])
    network.invoke()
    details = network.get_output_details()
    return [network.get_tensor(details[output]["index"]) for output in outputs]


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-np.clip(x, -60.0, 60.0)))


def _anchor_centres() -> np.ndarray:
    """Centres (2254, 2) of the detector's anchors in input pixels: strides 8, 16 and three times 32, two per cell."""
    centres = []
    for stride, per_cell in ((8, 2), (16, 2), (32, 6)):
        axis = (np.arange(_DETECTOR_INPUT // stride) + 0.5) * stride
        x, y = np.meshgrid(axis, axis)
        centres.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), per_cell, axis=0))
    return np.concatenate(centres)


def _groups(values: np.ndarray, score: np.ndarray, min_overlap: float = 0.3) -> list[np.ndarray]:
    """Weighted non-maximum suppression: indices of the candidates that overlap the surest one left, repeatedly.

    Args:
        values: (N, 6, 2); entries 0 and 1 are the box's centre and size.
        score: (N,).
        min_overlap: Intersection over union from which two boxes are one person.
    """
    low, high = values[:, 0] - values[:, 1] / 2, values[:, 0] + values[:, 1] / 2
    area = np.prod(values[:, 1], axis=1)
    left = np.argsort(-score)
    groups = []
    while len(left):
        best = left[0]
        shared = np.prod(
            np.clip(np.minimum(high[left], high[best]) - np.maximum(low[left], low[best]), 0, None), axis=1
        )
        same = shared >= min_overlap * (area[left] + area[best] - shared)
        same[0] = True
        groups.append(left[same])
        left = left[~same]
    return groups


def _refine_with_heatmap(points: np.ndarray, heatmap: np.ndarray) -> np.ndarray:
    """Replace each regressed point by the centroid of its heatmap around it, where the heatmap is sure.

    Args:
        points: (39, 2) x and y in units of the square.
        heatmap: (64, 64, 39) logits.
    """
    cells = heatmap.shape[0]
    offset = np.arange(-_HEATMAP_WINDOW, _HEATMAP_WINDOW + 1)
    centre = np.floor(np.clip(points, -1.0, 2.0) * cells).astype(int)
    column, row = centre[:, 0, None] + offset, centre[:, 1, None] + offset
    inside = ((row >= 0) & (row < cells))[:, :, None] & ((column >= 0) & (column < cells))[:, None, :]
    window = heatmap[
        np.clip(row, 0, cells - 1)[:, :, None],
        np.clip(column, 0, cells - 1)[:, None, :],
        np.arange(len(points))[:, None, None],
    ]
    weight = _sigmoid(window) * inside
    total = np.maximum(weight.sum(axis=(1, 2)), 1e-9)
    refined = np.stack(
        [(weight.sum(axis=1) * column).sum(axis=1) / total, (weight.sum(axis=2) * row).sum(axis=1) / total], axis=1
    )
    sure = (weight.max(axis=(1, 2)) >= _HEATMAP_MIN_CONFIDENCE) & ((centre >= 0) & (centre < cells)).all(axis=1)
    return np.where(sure[:, None], refined / cells, points)
