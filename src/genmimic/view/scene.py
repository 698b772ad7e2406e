"""What a robot picture shows, independent of who draws it, and the interface of those who draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from genmimic import rotation
from genmimic.robot.names import BODY_NAMES
from genmimic.view.camera import Camera


@dataclass(frozen=True)
class Pose:
    """Where the 24 bodies are at one instant.

    Attributes:
        pos_w: Body origins (24, 3), metres, world, in the order of `robot.names.BODY_NAMES`.
        quat_w: Body orientations (24, 4), w, x, y, z.
    """

    pos_w: np.ndarray
    quat_w: np.ndarray


@dataclass(frozen=True)
class Scene:
    """One picture.

    Attributes:
        camera: Where from.
        robot: The robot.
        ghost: A second, translucent robot (the reference), or None.
        strap: Whether to draw the strap of the gantry that holds the robot.
        trail_w: The pelvis' way so far, (N, 2), metres, drawn on the floor, or None.
    """

    camera: Camera
    robot: Pose
    ghost: Pose | None = None
    strap: bool = False
    trail_w: np.ndarray | None = None


class Renderer(Protocol):
    """Draws scenes; one renderer draws scenes of one size."""

    name: str

    def render(self, scene: Scene) -> np.ndarray:
        """The picture (H, W, 3) uint8 RGB."""
        ...

    def close(self) -> None:
        """Free what the renderer holds; it may not be used afterwards."""
        ...


ROBOT_LIGHT_C = np.array([-0.50, -0.75, -0.45])
"""Direction (3,) towards the key light in the camera frame: from the upper left behind the camera."""

GHOST_RGB = (0.10, 0.55, 0.85)
GHOST_ALPHA = 0.38
STRAP_RGB = (0.93, 0.58, 0.12)
TRAIL_RGB = (0.36, 0.47, 0.62)


def light_direction_w(camera: Camera) -> np.ndarray:
    """Unit direction (3,) towards the key light, world: fixed to the camera's heading, 55 degrees above the floor."""
    towards = camera.rotation_cw.T @ ROBOT_LIGHT_C
    flat = towards[:2] / max(float(np.linalg.norm(towards[:2])), 1e-9)
    return np.array([*(np.cos(np.deg2rad(55.0)) * flat), np.sin(np.deg2rad(55.0))])


def draw_strap(image: np.ndarray, camera: Camera, robot: Pose, height: float = 2.4) -> None:
    """Draw the gantry's two straps, in place, from the shoulders to a hook `height` metres above the floor."""
    torso = BODY_NAMES.index("torso_link")
    quat_w = np.tile(robot.quat_w[torso], (2, 1))
    shoulders = robot.pos_w[torso] + rotation.rotate(quat_w, np.array([[0.0, 0.11, 0.29], [0.0, -0.11, 0.29]]))
    hook = shoulders.mean(0) * [1.0, 1.0, 0.0] + [0.0, 0.0, height]
    colour = [round(255 * c) for c in STRAP_RGB]
    end, _ = camera.project(hook)
    for start in camera.project(shoulders)[0]:
        lower, upper = np.rint(16.0 * start).astype(int).tolist(), np.rint(16.0 * end).astype(int).tolist()
        cv2.line(image, lower, upper, colour, 2, cv2.LINE_AA, 4)


def draw_trail(image: np.ndarray, camera: Camera, trail_w: np.ndarray) -> None:
    """Draw the way (N, 2) on the floor, in place, from its start (a dot); the camera moves along, the way stays."""
    pixel, depth = camera.project(np.concatenate([trail_w, np.zeros((len(trail_w), 1))], 1))
    behind = np.flatnonzero((depth < 0.5) | (np.abs(pixel) > 1e4).any(1))
    first = behind[-1] + 1 if len(behind) else 0  # what lies before the last point behind the camera is left out
    points = np.rint(16.0 * pixel[first:]).astype(np.int32)
    colour = [round(255 * c) for c in TRAIL_RGB]
    if len(points) > 1:
        cv2.polylines(image, [points], False, colour, 2, cv2.LINE_AA, 4)
    if len(points) and first == 0:
        cv2.circle(image, points[0].tolist(), 4 * 16, colour, -1, cv2.LINE_AA, 4)
