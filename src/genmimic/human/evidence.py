"""What was seen in the video, kept beside the motion: for the overlay, the report and the figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from genmimic.errors import InputError
from genmimic.motion import checks
from genmimic.motion.files import load_arrays, load_human, save_human
from genmimic.motion.human_motion import HumanMotion

_PREFIX = "evidence_"


@dataclass(frozen=True)
class VideoEvidence:
    """The video's side of a reconstruction, T frames like the motion.

    Attributes:
        frame_index: Frame of the video file behind each frame of the motion, (T,), counted from 0.
        landmark_px: BlazePose landmarks, (T, 33, 2), pixels of the frame as `human.video` gives it.
        landmark_visibility: (T, 33) in [0, 1].
        joint_px: Fitted skeleton projected into each frame, (T, 22, 2), pixels.
        image_size: Width and height of the frames, pixels, (2,).
        detected: Whether the person was found, (T,).
        reprojection_error_px: Mean distance of visible landmarks from their place on the fitted body, (T,), pixels;
            weighted by visibility.
        focal_px: Focal length per frame, (T,), pixels.
        camera_pos_w: The camera's place in the motion's world, (3,), metres.
        camera_rot_cw: (T, 3, 3) world to camera axes (x right, y down, z away).
        camera: Summary of the camera's motion: static, largest turn, zoom range.
    """

    frame_index: np.ndarray
    landmark_px: np.ndarray
    landmark_visibility: np.ndarray
    joint_px: np.ndarray
    image_size: np.ndarray
    detected: np.ndarray
    reprojection_error_px: np.ndarray
    focal_px: np.ndarray
    camera_pos_w: np.ndarray
    camera_rot_cw: np.ndarray
    camera: Mapping[str, str | float | bool]

    def project(self, point_w: np.ndarray) -> np.ndarray:
        """Pixels (T, K, 2) of world points (T, K, 3) in each frame."""
        point_c = (point_w - self.camera_pos_w) @ np.swapaxes(self.camera_rot_cw, -1, -2)
        depth = np.maximum(point_c[..., 2:], 1e-2)
        return self.focal_px[:, None, None] * point_c[..., :2] / depth + 0.5 * (self.image_size - 1.0)


@dataclass(frozen=True)
class Reconstruction:
    """Stage 1a's result.

    Attributes:
        human: The motion.
        evidence: What it was made from.
    """

    human: HumanMotion
    evidence: VideoEvidence


def save_reconstruction(reconstruction: Reconstruction, path: str | Path) -> None:
    """Write human.npz: the motion's fields and the evidence's, the latter with the prefix `evidence_`.

    Raises:
        InputError: The path cannot be written.
    """
    evidence = reconstruction.evidence
    extra = {_PREFIX + f.name: getattr(evidence, f.name) for f in fields(evidence)}
    extra[_PREFIX + "camera"] = json.dumps(dict(evidence.camera))
    save_human(reconstruction.human, path, extra)


def load_reconstruction(path: str | Path) -> Reconstruction:
    """Read human.npz as written by `save_reconstruction`.

    Raises:
        InputError: The file is missing or damaged, or holds a motion without a video's evidence.
    """
    human = load_human(path)
    data = load_arrays(path)
    missing = [f.name for f in fields(VideoEvidence) if _PREFIX + f.name not in data]
    if missing:
        raise InputError(f"{path}: lacks the fields {[_PREFIX + m for m in missing]}; reconstruct it from a video.")
    values = {f.name: data[_PREFIX + f.name] for f in fields(VideoEvidence)}
    for name, values_of_frame in values.items():
        if name not in ("image_size", "camera_pos_w", "camera"):
            checks.require_shape(
                str(path), _PREFIX + name, values_of_frame, (len(human), *[None] * (values_of_frame.ndim - 1))
            )
    try:
        camera = json.loads(str(values["camera"]))
    except json.JSONDecodeError as error:
        raise InputError(f"{path}: field '{_PREFIX}camera' is not JSON text ({error}).") from error
    return Reconstruction(human, VideoEvidence(**{**values, "camera": camera}))
