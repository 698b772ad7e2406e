"""The statistics of the noise model: an npz file with a version and a checksum, frozen once training starts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from genmimic.errors import InputError
from genmimic.motion.files import load_arrays, save_arrays
from genmimic.robot.names import JOINT_NAMES

ASSET = Path(__file__).parent / "assets" / "noise_v1.npz"
VERSION = 1
CHECKSUM = "22b9b6535b0f1605d557da6456733768387d392ad365fbbfe04a9cdb4f293665"
"""SHA-256 of the packaged model's content; results that name the model are comparable only while it holds."""
CHANNELS = 6 + len(JOINT_NAMES)
"""Channels of the continuous noise: root position (3, metres) and rotation vector (3, radians), 23 joints (radians)."""


@dataclass(frozen=True)
class NoiseModel:
    """What video reconstruction does to a robot reference, at severity 1.

    The continuous part is, in the true heading frame, `mean + gain * (constant + activity * (slow + fast))`: a part
    that stays for a whole clip and two Gaussian processes of time constants T (`noise_processes.correlation`), smooth
    like a retargeted motion. People who stand still are seen better: the activity (see `noise.activity`) is small at
    rest and 1 in walking.

    Attributes:
        version: Of the model.
        mean: Error that all clips share, (29,).
        constant: Factor (29, R) of the covariance of the part that stays for a clip.
        slow: Factor (29, R) of the covariance of the slow part at activity 1.
        fast: Factor (29, R) of the covariance of the fast part at activity 1.
        slow_time: Time constant T of the slow part, seconds.
        fast_time: Time constant T of the fast part, seconds.
        gain_spread: Standard deviation of the logarithm of a clip's gain; the gain's mean square is 1.
        activity_floor: Activity of someone who does not move.
        activity_speed: Root mean square joint speed beyond which the activity flattens, rad/s.
        path_scale_spread: Standard deviation of the logarithm of the ratio of the reconstructed path to the true one.
        path_turn_spread: Standard deviation of the angle by which a path turns away from the true one, radians.
        swap_rate: Exchanges of the legs per minute.
        swap_time: Least and greatest time that one lasts, (2,), seconds.
        freeze_rate: Freezes per minute: the motion stands still and then catches up.
        freeze_time: Least and greatest time that one lasts, (2,), seconds.
        jump_rate: Leaps in time per minute: a piece of the motion is skipped, over which the reference rushes.
        jump_time: Least and greatest time skipped, (2,), seconds.
        morph_rate: Limbs that leave their place per minute, arms and legs together.
        morph_time: Least and greatest time that one lasts, (2,), seconds.
        morph_angle: Least and greatest standard deviation of the limb's joints at its height, (2,), radians.
    """

    version: int
    mean: np.ndarray
    constant: np.ndarray
    slow: np.ndarray
    fast: np.ndarray
    slow_time: float
    fast_time: float
    gain_spread: float
    activity_floor: float
    activity_speed: float
    path_scale_spread: float
    path_turn_spread: float
    swap_rate: float
    swap_time: np.ndarray
    freeze_rate: float
    freeze_time: np.ndarray
    jump_rate: float
    jump_time: np.ndarray
    morph_rate: float
    morph_time: np.ndarray
    morph_angle: np.ndarray


def checksum(model: NoiseModel) -> str:
    """SHA-256 of a model's content, independent of how the file was compressed."""
    digest = hashlib.sha256()
    for field in fields(NoiseModel):
        value = np.ascontiguousarray(np.asarray(getattr(model, field.name), dtype="<f8"))
        digest.update(f"{field.name}{value.shape}".encode())
        digest.update(value.tobytes())
    return digest.hexdigest()


def load_noise_model(path: str | Path | None = None) -> NoiseModel:
    """Read a noise model, by default the packaged one.

    Args:
        path: A file that `save_noise_model` wrote; None for the package's own, whose checksum is verified.

    Raises:
        InputError: The file is missing, damaged, lacks a field, or is not the one that the package names.
    """
    source = ASSET if path is None else Path(path)
    data = load_arrays(source)
    missing = [field.name for field in fields(NoiseModel) if field.name not in data]
    if missing:
        raise InputError(f"{source}: lacks the fields {missing} of a noise model; fit it with tools/measure_noise.py.")
    values: dict[str, Any] = {f.name: data[f.name] for f in fields(NoiseModel)}
    values = {name: value.item() if value.ndim == 0 else value for name, value in values.items()}
    for name in ("mean", "constant", "slow", "fast"):
        if values[name].shape[0] != CHANNELS or not np.isfinite(values[name]).all():
            raise InputError(f"{source}: field '{name}' is not finite with {CHANNELS} rows; fit the model again.")
    model = NoiseModel(**values)
    if path is None and checksum(model) != CHECKSUM:
        raise InputError(f"{source}: the noise model is not the one that was frozen; restore the file or reinstall.")
    return model


def save_noise_model(model: NoiseModel, path: str | Path) -> None:
    """Write a noise model.

    Raises:
        InputError: The path cannot be written.
    """
    save_arrays(path, {field.name: getattr(model, field.name) for field in fields(NoiseModel)})
