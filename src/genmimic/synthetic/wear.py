"""Let a synthetic body perform a motion that was recorded from somebody else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.skeleton import INDEX
from genmimic.synthetic.body import Body

FLOOR_PERCENTILE = 5.0
"""Share of frames, per cent, in which a foot may be lower than the floor: recordings are noisy."""
_BALLS = [INDEX["left_foot"], INDEX["right_foot"]]


def wear(human: HumanMotion, body: Body) -> HumanMotion:
    """The same motion on another body: joint rotations kept, the root's path scaled with the legs, feet on the floor.

    The result, not the recording, is the truth of what is then rendered: a foot that stood may slide by what the
    proportions of the legs differ.
    """
    scale = _leg_length(body.offsets) / _leg_length(human.offsets)
    worn = replace(human, offsets=body.offsets, root_pos_w=scale * human.root_pos_w)
    pos, _ = worn.forward_kinematics()
    lowest = np.percentile(pos[:, _BALLS, 2].min(1), FLOOR_PERCENTILE)
    standing = body.ankle_height + body.offsets[INDEX["left_foot"], 1]
    lift = np.array([0.0, 0.0, standing - lowest])
    note = f"{human.source}; performed by the synthetic body '{body.name}'"
    return replace(worn, root_pos_w=worn.root_pos_w + lift, source=note)


def _leg_length(offsets: np.ndarray) -> float:
    return float(np.linalg.norm(offsets[[INDEX["left_knee"], INDEX["left_ankle"]]], axis=1).sum())
