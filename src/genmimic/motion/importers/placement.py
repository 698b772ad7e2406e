"""Where imported people stand: world axes, gravity and the floor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from genmimic import rotation
from genmimic.motion import skeleton
from genmimic.motion.human_motion import HumanMotion

Y_UP_TO_WORLD: np.ndarray = skeleton.UPRIGHT_QUAT_W
"""From a world with y up to ours with z up: z, x, y become x, y, z, so that who faced +z faces +x."""
CAMERA_TO_Y_UP: np.ndarray = np.array([0.0, 1.0, 0.0, 0.0])
"""From a level camera's axes (x right, y down, z ahead) to y up: half a turn about x."""
TOE_HEIGHT = 0.0164
"""Height of SMPL's foot joint (the toes' base) over the sole of SMPL-X's mean body, metres."""
_ON_FLOOR = 5.0
"""Percentile of the lower foot's height, over the frames, that is taken for standing."""


def turned(human: HumanMotion, quat: np.ndarray) -> HumanMotion:
    """The same motion in a world turned by `quat` (4,)."""
    turn = np.broadcast_to(quat, (len(human), 4))
    local = human.local_quat.copy()
    local[:, 0] = rotation.multiply(turn, local[:, 0])
    return replace(human, root_pos_w=rotation.rotate(turn, human.root_pos_w), local_quat=local)


def sole_height(human: HumanMotion) -> float:
    """Height of the soles where the person stands, metres: a low percentile of the lower foot's."""
    pos, _ = human.forward_kinematics()
    toes = pos[:, [skeleton.INDEX["left_foot"], skeleton.INDEX["right_foot"]], 2]
    return float(np.percentile(toes.min(axis=1), _ON_FLOOR)) - TOE_HEIGHT


def stand_on_floor(human: HumanMotion) -> HumanMotion:
    """The same motion moved up or down so that the soles stand on z = 0."""
    return replace(human, root_pos_w=human.root_pos_w - [0.0, 0.0, sole_height(human)])
