"""A finished run's motions on one clock, for scrubbing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from genmimic.errors import InputError
from genmimic.human.evidence import Reconstruction, load_reconstruction
from genmimic.motion.files import load_robot
from genmimic.motion.robot_motion import RobotMotion
from genmimic.sim.record import load_rollout
from genmimic.view.side_by_side import VideoStyle
from genmimic.view.timeline import body_poses_at, frame_times

FPS = 30
PICTURE_HEIGHT = 360


@dataclass(frozen=True)
class Playback:
    """What is shown at N instants, 30 per second.

    Attributes:
        name: Clip name.
        sentences: The verdict of each rollout.
        times: (N,), seconds.
        human_joint_pos_w: (N, 22, 3), metres, or None.
        reference_pos_w, reference_quat_w: Body poses of the reference, (N, 24, 3) and (N, 24, 4); None of a motion that
            was not simulated.
        robot_pos_w, robot_quat_w: Body poses of the simulated robot, or of that motion.
        student_pos_w, student_quat_w: Body poses on its own sensors, None where one policy alone was rolled out.
        pictures: JPEG of the input with the fitted skeleton at each instant; empty where there is no video.
        held: Whether a gantry held the pelvis.
        support_percent: Its force, (N,), per cent of body weight.
    """

    name: str
    sentences: tuple[str, ...]
    times: np.ndarray
    human_joint_pos_w: np.ndarray | None
    reference_pos_w: np.ndarray | None
    reference_quat_w: np.ndarray | None
    robot_pos_w: np.ndarray
    robot_quat_w: np.ndarray
    student_pos_w: np.ndarray | None
    student_quat_w: np.ndarray | None
    pictures: tuple[bytes, ...]
    held: bool
    support_percent: np.ndarray

    def __len__(self) -> int:
        """Number of instants N."""
        return len(self.times)

    def picture(self, frame: int) -> np.ndarray | None:
        """The input's picture (h, w, 3) uint8 RGB at an instant."""
        if not self.pictures:
            return None
        data = np.frombuffer(self.pictures[min(frame, len(self.pictures) - 1)], np.uint8)
        return np.ascontiguousarray(np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR))[..., ::-1])


def load_playback(folder: str | Path) -> Playback:
    """Read the output folder of a run.

    Raises:
        InputError: The folder holds no finished run.
    """
    folder = Path(folder)
    if not folder.is_dir():
        what = "a file" if folder.exists() else "no such folder"
        raise InputError(f"{folder}: {what}; name the output folder of a run, for instance out/wave.")
    missing = [name for name in ("reference.npz", "robot.npz") if not (folder / name).is_file()]
    if missing:
        raise InputError(f"{folder}: lacks {' and '.join(missing)}; finish the run first (genmimic run).")
    reference, rollout = load_robot(folder / "reference.npz"), load_rollout(folder / "robot.npz")
    second = folder / "robot_student.npz"
    student = load_rollout(second) if second.is_file() else None
    rollouts = [rollout] if student is None else [rollout, student]
    times = frame_times(max(reference.duration, *(each.duration for each in rollouts)), FPS)
    human = load_reconstruction(folder / "human.npz") if (folder / "human.npz").is_file() else None
    steps = np.minimum(np.rint(times * rollout.fps).astype(int), len(rollout.support_fraction) - 1)
    return Playback(
        rollout.name,
        _sentences(folder / "metrics.json"),
        times,
        None if human is None else _human_at(human, times),
        *body_poses_at(reference, times),
        *body_poses_at(rollout.motion(), times),
        *((None, None) if student is None else body_poses_at(student.motion(), times)),
        pictures=_pictures(folder / "video.mp4", len(times), robots=1 + len(rollouts)),
        held=rollout.held and bool(rollout.support_fraction.any()),  # a real gantry's force is not measured
        support_percent=100.0 * rollout.support_fraction[steps],
    )


def motion_playback(motion: RobotMotion) -> Playback:
    """A motion by itself, which was not simulated; its metadata is the sentence."""
    times = frame_times(motion.duration, FPS)
    return Playback(
        motion.name,
        (", ".join(f"{key}: {value}" for key, value in motion.metadata.items() if value != ""),),
        times,
        None,
        None,
        None,
        *body_poses_at(motion, times),
        student_pos_w=None,
        student_quat_w=None,
        pictures=(),
        held=False,
        support_percent=np.zeros(len(times)),
    )


def _sentences(path: Path) -> tuple[str, ...]:
    try:
        metrics = json.loads(path.read_text())
        return tuple(str(metrics[key]["sentence"]) for key in ("verdict", "verdict_student") if key in metrics)
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def _human_at(reconstruction: Reconstruction, times: np.ndarray) -> np.ndarray:
    joint_pos_w, _ = reconstruction.human.forward_kinematics()
    at = np.clip(times * reconstruction.human.fps, 0.0, len(joint_pos_w) - 1)
    below = at.astype(int)
    above, t = np.minimum(below + 1, len(joint_pos_w) - 1), (at - below)[:, None, None]
    return joint_pos_w[below] + t * (joint_pos_w[above] - joint_pos_w[below])


def _pictures(path: Path, count: int, robots: int) -> tuple[bytes, ...]:
    """What is left of the columns of robots in the side-by-side video, one JPEG per frame."""
    if not path.is_file():
        return ()
    import av

    pictures: list[bytes] = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            image = frame.to_ndarray(format="bgr24")
            width = image.shape[1] - robots * VideoStyle().robot_width
            if width <= 0:
                return ()
            scale = min(1.0, PICTURE_HEIGHT / image.shape[0])
            small = cv2.resize(image[:, :width], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            pictures.append(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 88])[1].tobytes())
            if len(pictures) == count:
                break
    return tuple(pictures)
