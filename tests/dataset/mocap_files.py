"""Small files of motions for the builder: the layout of ../shared/mocap on SMPL's skeleton, with Mixamo's names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from retarget.people import raise_left_arm, squat

from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.skeleton import PARENTS

SIDED = ("UpLeg", "Leg", "Foot", "ToeBase", "Shoulder", "Arm", "ForeArm", "Hand")
NAMES = (
    *("Hips", "LeftUpLeg", "RightUpLeg", "Spine", "LeftLeg", "RightLeg", "Spine1", "LeftFoot", "RightFoot", "Spine2"),
    *("LeftToeBase", "RightToeBase", "Neck", "LeftShoulder", "RightShoulder", "Head", "LeftArm", "RightArm"),
    *("LeftForeArm", "RightForeArm", "LeftHand", "RightHand"),
)
FREE = "CC0"


def write_mocap(path: Path, clips: Mapping[str, HumanMotion] | list[tuple[str, HumanMotion]], licence=FREE) -> Path:
    """Write people's clips to one file; a list allows the same name twice."""
    pairs = list(clips.items()) if isinstance(clips, Mapping) else clips
    people = [human for _, human in pairs]
    np.savez(
        path,
        root_pos=np.concatenate([h.root_pos_w for h in people]).astype(np.float32),
        local_quat=np.rint(np.concatenate([h.local_quat for h in people]) * 32767).astype(np.int16),
        joint_names=np.array(NAMES),
        parents=np.array(PARENTS),
        offsets=people[0].offsets.astype(np.float32),
        clip_names=np.array([name for name, _ in pairs]),
        clip_lengths=np.array([len(h) for h in people]),
        fps=people[0].fps,
        licence=licence,
        source="made for a test",
    )
    return path


def some_people(frames: int = 40) -> dict[str, HumanMotion]:
    """Two clips that the builder keeps."""
    return {"raise_arm": raise_left_arm(frames), "squat": squat(frames, depth=0.5)}
