"""Entries that no noise model corrupted: a rendered person performs, stage 1 and the retargeting see only the video.

The robot's performance is worn by a rendered body (`synthetic.wear`); what that body then does is the truth. Its
retargeted motion is the clean one, the retargeted reconstruction is what is shown, on the truth's clock and laid onto
it in x, y and yaw over the first quarter of a second.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from genmimic import rotation
from genmimic.benchmark.performing import entry_seed
from genmimic.benchmark.taxonomy import GENERATORS, SUBJECTS, Slot
from genmimic.dataset.robot_as_person import robot_as_person
from genmimic.human.reconstruct import reconstruct
from genmimic.motion.cut import cut
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.resample import interpolate_linear, interpolate_quat, resample_human, resample_robot
from genmimic.motion.robot_motion import RobotMotion
from genmimic.retarget.retarget import retarget
from genmimic.robot.names import JOINT_NAMES, SDK_JOINT_NAMES
from genmimic.synthetic.body import identities, load_body
from genmimic.synthetic.cameras import NORMAL_LENS, Shot, camera_path
from genmimic.synthetic.truth import take_of, write_clip
from genmimic.synthetic.wear import wear

VIDEO_FPS = 16.0
"""Of both generators."""
SIZES = {"Wan2.1": (832, 480), "Cosmos-Predict2": (768, 432)}
START = 0.25
REACH = 1.4
"""A person who gets farther than this from the middle of the path is followed by the camera, metres."""
FPS = 50.0


@dataclass(frozen=True)
class Rendered:
    """A rendered entry: T frames at 50 Hz of both motions.

    Attributes:
        shown: The retargeted reconstruction.
        clean: The retargeted truth.
        camera: How the camera moved in the end.
        body: Which of the three rendered people it was.
    """

    shown: RobotMotion
    clean: RobotMotion
    camera: str
    body: str


def rendered_slots(slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
    """Those of the 428 that are rendered: every Wan2.1 action once from each view, every other action once.

    Subjects take turns; where a combination is one of the left out, the next subject stands in.
    """
    by_key = {(s.generator, s.subject.name, s.view, s.action.name): s for s in slots}
    chosen: list[Slot] = []
    for generator in GENERATORS:
        subjects = SUBJECTS[generator]
        actions = list(dict.fromkeys(s.action.name for s in slots if s.generator == generator))
        for number, action in enumerate(actions):
            views = dict.fromkeys(view for subject in subjects for view in subject.views)
            wanted = list(views) if generator == "Wan2.1" else [None]
            for k, view in enumerate(wanted):
                for turn in range(len(subjects)):
                    subject = subjects[(number + k + turn) % len(subjects)]
                    slot = by_key.get((generator, subject.name, view or subject.views[0], action))
                    if slot is not None:
                        chosen.append(slot)
                        break
    return tuple(chosen)


def render_entry(slot: Slot, motion: RobotMotion, seed: int, folder: Path | None = None) -> Rendered:
    """Render an entry's performance and reconstruct it from the video alone.

    Args:
        slot: Who is seen from where.
        motion: The performance, starting at the origin and heading along x.
        seed: Of the whole benchmark; decides the room and the shaking of the camera.
        folder: Keeps the video as NAME.mp4; None for a temporary folder.

    Raises:
        InputError: Stage 1 refuses the video.
    """
    body = load_body(identities()[(int(slot.subject.name[1:]) - 1) % len(identities())])
    human = _in_the_middle(resample_human(wear(as_person(motion), body), VIDEO_FPS))
    reach = float(np.linalg.norm(human.root_pos_w[:, :2], axis=1).max())
    move = slot.subject.camera if reach <= REACH else "follow"
    distance = 5.4 if reach < 0.7 else 6.2
    shot = Shot(view=slot.view, move=move, size=SIZES[slot.generator], distance=distance, fov_x=NORMAL_LENS)
    number = entry_seed(slot.name, seed) % 2**31
    clean = retarget(human).motion
    with tempfile.TemporaryDirectory() as temporary:
        path = (folder or Path(temporary)) / f"{slot.name}.mp4"
        write_clip(path, take_of(body, human, shot, number), camera_path(shot, human.root_pos_w, VIDEO_FPS, number))
        seen = reconstruct(path)
    shown = retarget(seen.human).motion
    shown, clean = _same_clock(shown, float(seen.evidence.frame_index[0]) / VIDEO_FPS, clean)
    return Rendered(replace(shown, name=slot.name), replace(clean, name=slot.name), move, body.name)


def as_person(motion: RobotMotion) -> HumanMotion:
    """The robot's motion as that of a person of its build, feet standing where the motion says so."""
    joint_pos = np.zeros((len(motion), len(SDK_JOINT_NAMES)))
    joint_pos[:, [SDK_JOINT_NAMES.index(name) for name in JOINT_NAMES]] = motion.joint_pos
    return robot_as_person(
        motion.name,
        motion.fps,
        motion.root_pos_w,
        motion.root_quat_w,
        joint_pos,
        source=motion.source,
        licence=motion.licence,
    )


def _in_the_middle(human: HumanMotion) -> HumanMotion:
    path = human.root_pos_w[:, :2]
    shift = np.array([*(0.5 * (path.min(0) + path.max(0))), 0.0])
    return replace(human, root_pos_w=human.root_pos_w - shift)


def _same_clock(shown: RobotMotion, start: float, clean: RobotMotion) -> tuple[RobotMotion, RobotMotion]:
    """Both at 50 Hz over the time that both cover, the shown one laid onto the clean one's start."""
    clean = resample_robot(clean, FPS)
    own = start + np.arange(len(shown)) / shown.fps
    time = np.arange(len(clean)) / FPS
    both = np.flatnonzero((time >= own[0] - 1e-9) & (time <= own[-1] + 1e-9))
    clean, time = cut(clean, slice(both[0], both[-1] + 1)), time[both]
    moved = {
        name: interpolate_linear(own, getattr(shown, name), time)
        for name in ("root_pos_w", "joint_pos", "foot_contact", "confidence")
    }
    quat = interpolate_quat(own, shown.root_quat_w, time)
    first = max(1, round(START * FPS))
    away = _yaw(clean.root_quat_w[:first]) - _yaw(quat[:first])
    turn = rotation.from_axis_angle(np.array([0.0, 0.0, np.arctan2(np.sin(away).mean(), np.cos(away).mean())]))
    pos = rotation.rotate(np.broadcast_to(turn, quat.shape), moved.pop("root_pos_w"))
    pos[:, :2] += (clean.root_pos_w[:first, :2] - pos[:first, :2]).mean(0)
    quat = rotation.normalize(rotation.multiply(np.broadcast_to(turn, quat.shape), quat))
    return replace(shown, fps=FPS, root_pos_w=pos, root_quat_w=rotation.make_continuous(quat), **moved), clean


def _yaw(quat: np.ndarray) -> np.ndarray:
    heading = rotation.heading(quat)
    return 2.0 * np.arctan2(heading[..., 3], heading[..., 0])
