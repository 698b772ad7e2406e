"""video.mp4: the input with the fitted skeleton, the reference, and each simulated robot with it as a ghost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from genmimic.motion.robot_motion import RobotMotion
from genmimic.view import captions
from genmimic.view.backends import Backend
from genmimic.view.encode import VideoWriter
from genmimic.view.follow import azimuth_of, following_cameras, front_azimuth
from genmimic.view.input_panel import InputPanel, at_times
from genmimic.view.panels import Panel
from genmimic.view.parallel import drawn_frames
from genmimic.view.timeline import body_poses_at, frame_times

if TYPE_CHECKING:
    from genmimic.human.evidence import Reconstruction
    from genmimic.human.video import Video
    from genmimic.sim.record import Rollout

SIDE_STEP = np.deg2rad(14.0)
"""The robot is seen from beside the filming camera: straight from the front depth would be invisible."""


@dataclass(frozen=True)
class VideoStyle:
    """How the video is laid out.

    Attributes:
        height: Height, pixels.
        robot_width: Width of each robot column, pixels.
        input_width: Largest width of the input column, pixels.
        fps: Frames per second.
        verdict_seconds: How long the last frame stays, with the verdict on it.
        crf: Quality of the encoder, 18 (best) to 28.
    """

    height: int = 480
    robot_width: int = 400
    input_width: int = 560
    fps: int = 30
    verdict_seconds: float = 1.5
    crf: int = 21


def write_video(
    path: str | Path,
    video: Video | None,
    reconstruction: Reconstruction | None,
    reference: RobotMotion,
    rollout: Rollout,
    progress: Callable[[int, int], None] | None = None,
    *,
    student: Rollout | None = None,
    verdicts: Sequence[tuple[str, str]] = (),
    style: VideoStyle | None = None,
    backend: Backend = "auto",
    workers: int | None = None,
) -> None:
    """Write the side-by-side video.

    Args:
        path: The mp4 file; it appears when it is complete.
        video: The input, or None for a motion without one.
        reconstruction: The person's motion and what was seen in the pictures, or None.
        reference: What the robot was asked to do.
        rollout: What it did.
        progress: Called with (frames done, frames in all).
        student: What a second policy made of it, on the robot's own sensors; None for none.
        verdicts: Kind (`tracked`, `held`, `fell`, `lost` or `infeasible`, which sets the colour) and sentence of each
            rollout's verdict, shown at the end.
        style: Sizes and rates.
        backend: Who draws the robot (`view.backends`).
        workers: Number of drawing processes; 0 draws in this one, None takes as many as there are cores.

    Raises:
        InputError: The file cannot be written, the input video is damaged, or the backend does not work here.
    """
    style = style or VideoStyle()
    rollouts = [rollout] if student is None else [rollout, student]
    times = frame_times(max(reference.duration, *(each.duration for each in rollouts)), style.fps)
    panels = _robot_panels(reference, rollouts, times, style, _azimuth(reconstruction, reference))
    source = None if video is None else _input_panel(video, reconstruction, style)
    columns = [0 if source is None else source.size[0], *(style.robot_width for _ in panels)]
    writing = captions.Captions(columns, style.height, rollouts, reference)
    hold = round(style.verdict_seconds * style.fps) if verdicts else 0
    total = len(times) + hold
    robots = drawn_frames(panels, backend, workers)
    try:
        with VideoWriter(path, (sum(columns), style.height), style.fps, crf=style.crf) as writer:
            image, picture, drawn = np.zeros((style.height, sum(columns), 3), np.uint8), None, None
            inputs = _inputs(video, source, times, _first_frame(video, reconstruction))
            for frame, (time, picture, drawn) in enumerate(zip(times, inputs, robots, strict=True)):
                _compose(image, picture, drawn)
                writing.draw(image, float(time))
                writer.write(image)
                if progress is not None:
                    progress(frame + 1, total)
            if verdicts and drawn is not None:
                _compose(image, picture, drawn)
                writing.draw_verdicts(image, verdicts)
            for frame in range(hold):
                writer.write(image)
                if progress is not None:
                    progress(len(times) + frame + 1, total)
    finally:
        robots.close()


def _compose(image: np.ndarray, picture: np.ndarray | None, drawn: np.ndarray) -> None:
    """Put the input's picture, if any, and the robots side by side into the frame."""
    if picture is not None:
        image[:, : picture.shape[1]] = picture
    image[:, image.shape[1] - drawn.shape[1] :] = drawn


def _robot_panels(
    reference: RobotMotion, rollouts: Sequence[Rollout], times: np.ndarray, style: VideoStyle, azimuth: float
) -> list[Panel]:
    size = (style.robot_width, style.height)
    wanted = body_poses_at(reference, times)
    panels = [Panel(following_cameras(wanted[0][:, 0], style.fps, size, azimuth), *wanted)]
    for rollout in rollouts:
        done = body_poses_at(rollout.motion(), times)
        cameras = following_cameras(done[0][:, 0], style.fps, size, azimuth)
        panels.append(Panel(cameras, *done, *wanted, strap=rollout.held))
    return panels


def _azimuth(reconstruction: Reconstruction | None, reference: RobotMotion) -> float:
    """Direction, radians, from which the robot is seen: about where the person was filmed from, else its front."""
    if reconstruction is None:
        return front_azimuth(reference.root_quat_w[0]) + SIDE_STEP
    return azimuth_of(reconstruction.evidence.camera_pos_w, reconstruction.human.root_pos_w.mean(0)) + SIDE_STEP


def _input_panel(video: Video, reconstruction: Reconstruction | None, style: VideoStyle) -> InputPanel:
    joint_px = None if reconstruction is None else reconstruction.evidence.joint_px
    confidence = None if reconstruction is None else reconstruction.human.confidence
    return InputPanel(video.size, video.fps, style.height, style.input_width, joint_px, confidence)


def _first_frame(video: Video | None, reconstruction: Reconstruction | None) -> int:
    """Which frame of the video is the motion's first: the person may come into the picture later."""
    if video is None or reconstruction is None:
        return 0
    return int(np.searchsorted(video.source_frames, reconstruction.evidence.frame_index[0]))


def _inputs(
    video: Video | None, panel: InputPanel | None, times: np.ndarray, first: int
) -> Iterator[np.ndarray | None]:
    if video is None or panel is None:
        yield from (None for _ in times)
    else:
        yield from at_times(islice(video.frames(), first, None), video.fps, times, panel)
