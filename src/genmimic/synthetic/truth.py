"""Rendered clips whose motion and camera are known exactly: the truth that stage 1a is measured against."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from genmimic.motion.files import load_human, save_human
from genmimic.motion.human_motion import HumanMotion
from genmimic.synthetic import motions
from genmimic.synthetic.body import Body, load_body
from genmimic.synthetic.cameras import Shot, azimuth, camera_path
from genmimic.synthetic.choreography import perform
from genmimic.synthetic.render import Take, render_motion
from genmimic.synthetic.room import make_room
from genmimic.synthetic.scenes import Scene
from genmimic.view.camera import Camera
from genmimic.view.encode import VideoWriter

Progress = Callable[[int, int], None]
"""Called with the frames done and the frames in all."""
LAMP_ANGLE, LAMP_HEIGHT = 0.9, 1.0
"""The lamp stands to the camera's left: radians around from the camera, and rise per horizontal metre."""


def stage(scene: Scene) -> tuple[Take, list[Camera]]:
    """The take and its cameras, one per frame, before anything is drawn."""
    body = load_body(scene.body)
    human, curl = perform(body, motions.plan(scene.motion, body), scene.fps, scene.seed)
    return take_of(body, human, scene.shot, scene.seed, curl), camera_path(
        scene.shot, human.root_pos_w, scene.fps, scene.seed
    )


def take_of(
    body: Body, human: HumanMotion, shot: Shot, seed: int = 0, curl: dict[str, np.ndarray] | None = None
) -> Take:
    """Put any motion of this body into a room, lit from the camera's left."""
    angle = azimuth(shot)
    light = np.array([np.cos(angle - LAMP_ANGLE), np.sin(angle - LAMP_ANGLE), LAMP_HEIGHT])
    room = make_room(angle + np.pi, seed, front=shot.distance + 0.5)
    return Take(body, human, room, light / np.linalg.norm(light), curl or {})


def write_clip(
    path: str | Path, take: Take, cameras: list[Camera], progress: Progress | None = None, crf: int = 21
) -> None:
    """Render a take to an mp4 file.

    Args:
        path: The file, ending in .mp4.
        take: What happens.
        cameras: One per frame.
        progress: Called with the frames done and the frames in all.
        crf: Quality of the H.264 stream, lower is better.

    Raises:
        InputError: The path cannot be written.
    """
    with VideoWriter(path, cameras[0].size, round(take.human.fps), crf=crf) as video:
        for frame, image in enumerate(render_motion(take, cameras)):
            video.write(image)
            if progress:
                progress(frame + 1, len(cameras))


def write_truth_clip(
    scene: Scene, folder: str | Path, progress: Progress | None = None
) -> tuple[Path, HumanMotion, list[Camera]]:
    """Render a scene to `folder/NAME.mp4` and its truth to `folder/NAME.npz`.

    The npz is a `HumanMotion` file with the cameras in further fields: camera_position_w (T, 3), camera_rotation_cw
    (T, 3, 3), camera_focal_px (T,), camera_centre_px (T, 2).

    Returns:
        The path of the video, the true motion, and one camera per frame.
    """
    folder = Path(folder)
    take, cameras = stage(scene)
    path = folder / f"{scene.name}.mp4"
    write_clip(path, take, cameras, progress)
    fields = {
        "camera_position_w": np.stack([c.position_w for c in cameras]),
        "camera_rotation_cw": np.stack([c.rotation_cw for c in cameras]),
        "camera_focal_px": np.array([c.focal_px for c in cameras]),
        "camera_centre_px": np.stack([c.centre_px for c in cameras]),
    }
    save_human(take.human, folder / f"{scene.name}.npz", fields)
    return path, take.human, cameras


def load_truth(path: str | Path) -> HumanMotion:
    """Read the true motion that `write_truth_clip` wrote."""
    return load_human(path, extra_prefixes=("camera_",))
