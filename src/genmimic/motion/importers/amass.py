"""AMASS' npz files: SMPL+H (`poses`, `mocap_framerate`) and SMPL-X (also in parts, `mocap_frame_rate`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from genmimic.motion.amass import load_amass
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers.placement import stand_on_floor


def is_amass(fields: Mapping[str, np.ndarray]) -> bool:
    """Whether an npz is AMASS'."""
    return "trans" in fields and ("poses" in fields or "pose_body" in fields)


def read_amass(path: Path, fields: Mapping[str, np.ndarray], fps: float | None) -> HumanMotion:
    """The person of the file; those of other tools are put with the soles on z = 0.

    AMASS' floor is where each laboratory had it, often some centimetres off, and that of SMPL+H bodies is shifted by
    the difference between its pelvis and SMPL-X's.

    Raises:
        InputError: A field is missing or invalid.
    """
    human = load_amass(path, fps=fps)
    return human if "genmimic_offsets" in fields else stand_on_floor(replace(human, name=path.stem))
