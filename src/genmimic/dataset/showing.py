"""One clip of a corpus to look at: a strip of pictures, with the person above the robot."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from genmimic.errors import InputError
from genmimic.motion.corpus import Corpus
from genmimic.motion.files import atomic_path
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.robot_motion import RobotMotion
from genmimic.motion.skeleton import INDEX
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import BODY_NAMES
from genmimic.view.camera import Camera, look_at
from genmimic.view.follow import front_azimuth
from genmimic.view.robot_renderer import RobotRenderer
from genmimic.view.scene import Pose, Scene
from genmimic.view.skeleton_overlay import draw_skeleton

PICTURES = 6
SIZE = (300, 400)
"""Width and height of a picture, pixels."""
_BACKGROUND = 238
_ASIDE = 0.5
"""Angle from which the robot is seen beside its front, radians."""
_BODIES = len(BODY_NAMES)


def find_clip(corpus: Corpus, name: str) -> int:
    """Index of the clip of a name, or of the only one whose name has `name` in it.

    Raises:
        InputError: There is none, or there are several.
    """
    if name in corpus.names:
        return corpus.names.index(name)
    fits = [i for i, other in enumerate(corpus.names) if name in other]
    if len(fits) != 1:
        some = ", ".join(corpus.names[i] for i in fits[:8]) if fits else "list them with genmimic dataset info --clips"
        raise InputError(f"{name}: {len(fits) or 'no'} clips of the corpus have this in their names ({some}).")
    return fits[0]


def write_stills(motion: RobotMotion, path: Path, human: HumanMotion | None = None, start: float = 0.0) -> None:
    """Write a strip of `PICTURES` pictures of the robot, evenly over the clip, with the person above them.

    Args:
        motion: The robot.
        path: Picture file to write; its ending is its format.
        human: The person whom it was retargeted from.
        start: Time of the robot's first frame in the person's clip, seconds.

    Raises:
        InputError: The path cannot be written, or is not that of a .png or .jpg.
    """
    if path.suffix.lower() not in (".png", ".jpg", ".jpeg"):
        raise InputError(f"{path}: is no format of pictures; use .png or .jpg.")
    picture = stills(motion, human, start)
    with atomic_path(path) as temporary:
        quality = [] if path.suffix.lower() == ".png" else [cv2.IMWRITE_JPEG_QUALITY, 85]
        cv2.imwrite(str(temporary), picture[..., ::-1], quality)


def stills(
    motion: RobotMotion,
    human: HumanMotion | None = None,
    start: float = 0.0,
    pictures: int = PICTURES,
    size: tuple[int, int] = SIZE,
) -> np.ndarray:
    """The strip, (H, W, 3) uint8 RGB; arguments as in `write_stills`, and the number and size of the pictures."""
    pos, quat = forward_kinematics(motion.root_pos_w, motion.root_quat_w, motion.joint_pos)
    joints = None if human is None else human.forward_kinematics()[0]
    renderer, columns = RobotRenderer(size), []
    azimuth = front_azimuth(motion.root_quat_w[0]) + _ASIDE
    for frame in np.linspace(0, len(motion) - 1, pictures + 2)[1:-1].round().astype(int):
        pose = Pose(pos[frame, :_BODIES], quat[frame, :_BODIES])
        robot = renderer.render(Scene(_camera(pos[frame, 0], azimuth, 1.3, size), pose))
        time = f"{frame / motion.fps:.1f} s"
        cv2.putText(robot, time, (6, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (60,) * 3, 1, cv2.LINE_AA)
        if joints is None or human is None:
            columns.append(robot)
            continue
        at = min(round((start + frame / motion.fps) * human.fps), len(joints) - 1)
        person = np.full((size[1], size[0], 3), _BACKGROUND, np.uint8)
        draw_skeleton(person, _camera(joints[at, 0], azimuth, _tallness(human), size).project(joints[at])[0], width=2.0)
        columns.append(np.concatenate([person, robot]))
    renderer.close()
    return np.ascontiguousarray(np.concatenate(columns, axis=1))


def _tallness(human: HumanMotion) -> float:
    """About how tall a person is, from the lengths of leg and trunk, metres."""
    bones = ("left_knee", "left_ankle", "spine1", "spine2", "spine3", "neck", "head")
    return 1.15 * sum(float(np.linalg.norm(human.offsets[INDEX[bone]])) for bone in bones)


def _camera(pelvis_w: np.ndarray, azimuth: float, tallness: float, size: tuple[int, int]) -> Camera:
    """A camera that looks at someone `tallness` metres tall from a direction of the world that does not turn."""
    target = np.array([pelvis_w[0], pelvis_w[1], 0.52 * tallness])
    return look_at(target + 1.8 * tallness * np.array([np.cos(azimuth), np.sin(azimuth), 0.15]), target, size)
