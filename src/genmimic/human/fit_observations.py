"""What the fit is fitted to: rays of the landmarks and directions of the bones, with weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic.human.blazepose import BLAZEPOSE_NAMES
from genmimic.human.fit_camera import ray_rotation
from genmimic.human.landmark_points import LANDMARK_POINTS, ROW_OF_LANDMARK

_NAME = {name: i for i, name in enumerate(BLAZEPOSE_NAMES)}

# from, to, standard deviation of the unit direction across and along the line of sight
_LIMB_BONES = (
    ("hip", "knee", 0.20, 0.30),
    ("knee", "ankle", 0.20, 0.30),
    ("heel", "foot_index", 0.30, 0.40),
    ("shoulder", "elbow", 0.15, 0.25),
    ("elbow", "wrist", 0.15, 0.25),
    ("wrist", "index", 0.40, 0.60),
    ("wrist", "pinky", 0.40, 0.60),
    ("thumb", "pinky", 0.40, 0.60),
    ("hip", "shoulder", 0.15, 0.25),
)
_CROSS_BONES = (
    ("left_hip", "right_hip", 0.15, 0.20),
    ("left_shoulder", "right_shoulder", 0.15, 0.20),
    ("left_ear", "right_ear", 0.30, 0.30),
    ("left_ear", "nose", 0.30, 0.40),
    ("right_ear", "nose", 0.30, 0.40),
)


def _bones() -> tuple[np.ndarray, np.ndarray]:
    rows = [(f"{side}_{a}", f"{side}_{b}", s, d) for a, b, s, d in _LIMB_BONES for side in ("left", "right")]
    rows += list(_CROSS_BONES)
    pairs = np.array([[ROW_OF_LANDMARK[_NAME[a]], ROW_OF_LANDMARK[_NAME[b]]] for a, b, _, _ in rows])
    return pairs, np.array([[s, s, d] for _, _, s, d in rows])


def _bone_kinds() -> list[str]:
    return [f"{a}-{b}" for a, b, _, _ in _LIMB_BONES for _ in range(2)] + [f"{a}-{b}" for a, b, _, _ in _CROSS_BONES]


BONES, BONE_SIGMA = _bones()
"""Pairs of rows of `LANDMARK_POINTS` (B, 2) and standard deviations (B, 3) of their unit direction in camera axes."""

BIASED_BONES: tuple[str, ...] = ("hip-knee", "knee-ankle", "hip-shoulder", "elbow-wrist")
"""Bones whose depth BlazePose misjudges in the same way all through a clip when it sees a person from the front: it
leans trunks forward and bends knees and elbows (15 to 30 degrees in people who stand straight)."""

BIAS_MEAN = np.array([0.0, 0.25, -0.10, -0.10])
BIAS_SIGMA = np.array([0.10, 0.15, 0.10, 0.10])
"""Measured on rendered and on real people: depth added to the bone's unit direction, positive away from the camera."""

BONE_BIAS = np.array([BIASED_BONES.index(b) if b in BIASED_BONES else -1 for b in _bone_kinds()])
"""(B,) index into `BIASED_BONES`, or -1."""


@dataclass(frozen=True)
class Observations:
    """Landmarks of a clip, ready for the fit.

    Attributes:
        ray: (T, K, 2) x / z and y / z of the landmarks in the first frame's camera axes.
        weight: (T, K) in [0, 1], zero where nothing was seen.
        bone_c: (T, B, 3) unit directions of `BONES` in the first frame's camera axes.
        bone_weight: (T, B) in [0, 1].
        frontal: (T,) cosine of the angle between the person's front and the line of sight, zero from the back.
        view: (T, 3, 3) takes axes along the line of sight to the person (as BlazePose's) to the camera's.
        fps: Frames per second.
    """

    ray: np.ndarray
    weight: np.ndarray
    bone_c: np.ndarray
    bone_weight: np.ndarray
    frontal: np.ndarray
    view: np.ndarray
    fps: float

    def __len__(self) -> int:
        """Number of frames T."""
        return len(self.ray)


def make_observations(
    rays: np.ndarray, camera_rot: np.ndarray, confidence: np.ndarray, world: np.ndarray, fps: float
) -> Observations:
    """Gather the observations of a clip.

    Args:
        rays: (T, 33, 3) landmark rays in the first frame's camera axes (`CameraTrack.to_rays`).
        camera_rot: (T, 3, 3) from the first frame's camera axes to frame t's.
        confidence: (T, 33) in [0, 1]; zero where the landmark must not be used.
        world: (T, 33, 3) BlazePose's world landmarks, camera axes of the crop, metres.
        fps: Frames per second.
    """
    use = LANDMARK_POINTS.landmark
    hips = 0.5 * (rays[:, _NAME["left_hip"]] + rays[:, _NAME["right_hip"]])
    # the crop's axes turn with the camera: into frame t's axes along the ray there, then back to frame 0's
    hips_t = np.einsum("tij,tj->ti", camera_rot, hips)
    view = np.swapaxes(camera_rot, -1, -2) @ ray_rotation(hips_t)
    points = world[:, use] @ np.swapaxes(view, -1, -2)
    bone = points[:, BONES[:, 1]] - points[:, BONES[:, 0]]
    length = np.linalg.norm(bone, axis=-1, keepdims=True)
    weight = confidence[:, use]
    return Observations(
        ray=rays[:, use, :2],
        weight=weight,
        bone_c=bone / np.maximum(length, 1e-6),
        bone_weight=np.minimum(weight[:, BONES[:, 0]], weight[:, BONES[:, 1]]),
        frontal=_frontal(world),
        view=view,
        fps=fps,
    )


def _frontal(world: np.ndarray) -> np.ndarray:
    left_hip, right_hip, left_shoulder, right_shoulder = (
        world[:, _NAME[f"{side}_{part}"]] for part in ("hip", "shoulder") for side in ("left", "right")
    )
    across = left_hip - right_hip + left_shoulder - right_shoulder
    up = left_shoulder + right_shoulder - left_hip - right_hip
    front = np.cross(across, up)
    return np.maximum(-front[:, 2] / np.maximum(np.linalg.norm(front, axis=-1), 1e-9), 0.0)
