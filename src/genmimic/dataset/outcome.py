"""What became of one clip, and its file in the cache of an unfinished build."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from genmimic.errors import InputError
from genmimic.motion.files import load_arrays, save_arrays
from genmimic.motion.robot_motion import RobotMotion

_ARRAYS = ("root_pos_w", "root_quat_w", "joint_pos", "foot_contact", "confidence")
FAILED = "failed: "
"""How the reasons of clips that could not be read or retargeted begin; those of others are the filter's."""
BUG = f"{FAILED}a bug in genmimic, "
"""How those begin among them that are nobody's fault but ours."""


@dataclass(frozen=True)
class Outcome:
    """One clip of a corpus, or the reason why it is none.

    Attributes:
        name: Unique name, `file/clip`, with `#2` behind it for the second part of a long clip.
        label: The file's name.
        clip: The clip's name in the file.
        source: What the file says about its origin.
        licence: Licence of the motion data.
        reason: Why it is dropped; '' for one that is kept.
        seconds: Length, also of clips without frames, as far as it is known.
        measures: Figures of the retargeting (`retarget.RetargetQuality`) and of the person before it.
        motion: The robot's motion; None for clips without frames.
        content: What it shows.
        collection: Collection that it belongs to.
        subject: Who performed it.
        group: What it is a take of (`catalogue.Origin.group`).
    """

    name: str
    label: str
    clip: str
    source: str = ""
    licence: str = ""
    reason: str = ""
    seconds: float = 0.0
    measures: Mapping[str, float] = field(default_factory=dict)
    motion: RobotMotion | None = None
    content: str = "other"
    collection: str = ""
    subject: str = ""
    group: str = ""

    @property
    def failed(self) -> bool:
        """Whether it could not be read or retargeted at all."""
        return self.reason.startswith(FAILED)


def save_outcomes(outcomes: Sequence[Outcome], path: Path) -> None:
    """Write the outcomes of one clip, several for the parts of a long one."""
    plain = [
        {name: value for name, value in vars(o).items() if name not in ("motion", "measures")}
        | {"measures": dict(o.measures), "fps": o.motion.fps if o.motion else 0.0}
        for o in outcomes
    ]
    arrays = {
        f"{i}_{name}": getattr(outcome.motion, name).astype(np.float32)
        for i, outcome in enumerate(outcomes)
        if outcome.motion is not None
        for name in _ARRAYS
    }
    save_arrays(path, {"outcomes": json.dumps(plain), **arrays})


def is_finished(path: Path) -> bool:
    """Whether outcomes are in the cache and none is a failure, whose cause may be gone by now."""
    try:
        with np.load(path, allow_pickle=False) as data:
            return not any(plain["reason"].startswith(FAILED) for plain in json.loads(str(data["outcomes"])))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return False


def load_outcomes(path: Path) -> list[Outcome] | None:
    """Read what `save_outcomes` wrote; None where there is no such file or it is damaged."""
    try:
        data = load_arrays(path)
        outcomes = []
        for i, plain in enumerate(json.loads(str(data["outcomes"]))):
            fps = plain.pop("fps")
            outcome = Outcome(**plain)
            if fps:
                arrays: dict[str, Any] = {name: data[f"{i}_{name}"].astype(np.float64) for name in _ARRAYS}
                arrays["root_quat_w"] /= np.linalg.norm(arrays["root_quat_w"], axis=-1, keepdims=True)
                motion = RobotMotion(outcome.name, fps, **arrays, source=outcome.source, licence=outcome.licence)
                outcome = replace(outcome, motion=motion)
            outcomes.append(outcome)
    except (InputError, KeyError, TypeError, ValueError):
        return None
    return outcomes
