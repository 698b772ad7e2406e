"""Known camera paths: static, panning, zooming, hand-held and following."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import gaussian_filter1d

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.view.camera import Camera, look_at

VIEWS: dict[str, float] = {"front": 8.0, "three_quarter": 40.0, "left": 90.0, "right": -90.0, "back": 172.0}
"""Where the camera stands around a person who faces +x, degrees to the person's left."""
NORMAL_LENS = float(2.0 * np.arctan(0.5 / 1.1))
WIDE_LENS = float(np.deg2rad(67.0))
"""Of a telephone's main camera."""
MOVES: tuple[str, ...] = ("static", "pan", "zoom", "handheld", "follow")


@dataclass(frozen=True)
class Shot:
    """Where the camera stands and how it moves.

    Attributes:
        view: One of `VIEWS`.
        move: One of `MOVES`: `pan` turns by `pan_angle`, `zoom` lengthens the focal length by a quarter, `handheld`
            shakes, `follow` turns with the person.
        size: Picture width and height, pixels.
        distance: From the origin, metres.
        height: Of the optical centre, metres.
        fov_x: Horizontal field of view, radians. The default is a normal lens, focal length 1.1 times the width,
            which is what stage 1a assumes of a video that says nothing; depth scales with it.
        pan_angle: Radians.
    """

    view: str = "front"
    move: str = "static"
    size: tuple[int, int] = (832, 480)
    distance: float = 5.4
    height: float = 1.35
    fov_x: float = NORMAL_LENS
    pan_angle: float = float(np.deg2rad(14.0))


def azimuth(shot: Shot) -> float:
    """Direction of the camera seen from the origin, radians from world +x.

    Raises:
        InputError: The view or the move is unknown.
    """
    if shot.view not in VIEWS:
        raise InputError(f"No camera view is called '{shot.view}'; choose one of {', '.join(VIEWS)}.")
    if shot.move not in MOVES:
        raise InputError(f"No camera move is called '{shot.move}'; choose one of {', '.join(MOVES)}.")
    return float(np.deg2rad(VIEWS[shot.view]))


def camera_path(shot: Shot, root_pos_w: np.ndarray, fps: float, seed: int = 0) -> list[Camera]:
    """One camera per frame for a person whose pelvis is at `root_pos_w` (T, 3); a static one is the same object."""
    angle = azimuth(shot)
    frames = len(root_pos_w)
    position = np.array([shot.distance * np.cos(angle), shot.distance * np.sin(angle), shot.height])
    fov_y = 2.0 * np.arctan(shot.size[1] / shot.size[0] * np.tan(0.5 * shot.fov_x))
    base = look_at(position, np.array([0.0, 0.0, 0.95]), shot.size, fov_y)
    if shot.move == "static":
        return [base] * frames
    s = np.linspace(0.0, 1.0, frames)
    yaw, pitch, zoom = np.zeros(frames), np.zeros(frames), np.ones(frames)
    if shot.move == "pan":
        yaw = shot.pan_angle * (0.5 - 0.5 * np.cos(np.pi * s) - 0.5)
        pitch = 0.12 * shot.pan_angle * np.sin(2 * np.pi * s)
    elif shot.move == "zoom":
        zoom = 1.0 + 0.25 * (0.5 - 0.5 * np.cos(np.pi * s))
    elif shot.move == "handheld":
        shake = np.random.default_rng(seed).standard_normal((frames, 2))
        shake = gaussian_filter1d(shake, 0.25 * fps, axis=0, mode="nearest")
        yaw, pitch = (0.012 * shake / shake.std(axis=0)).T
    else:
        seen = base.to_camera(gaussian_filter1d(root_pos_w, 0.4 * fps, axis=0, mode="nearest"))
        yaw = -np.arctan2(seen[:, 0], seen[:, 2])
    return [_turned(base, float(a), float(b), float(z)) for a, b, z in zip(yaw, pitch, zoom, strict=True)]


def _turned(camera: Camera, yaw: float, pitch: float, zoom: float) -> Camera:
    """Turn a camera to the left by `yaw` and down by `pitch`, radians, and lengthen its focal length."""
    left = rotation.to_matrix(rotation.from_axis_angle(np.array([0.0, 0.0, yaw])))
    down = rotation.to_matrix(rotation.from_axis_angle(np.array([pitch, 0.0, 0.0])))
    return replace(camera, rotation_cw=down @ camera.rotation_cw @ left.T, focal_px=camera.focal_px * zoom)
