"""Where the pelvis of a SMPL body is, for parameters of its two kinds.

Both models turn the body about the pelvis' place in the rest pose and then add `transl`, without turning it:
pelvis = rest pelvis + transl. (The rest pelvis is a few decimetres off the models' origin, and not the same in both.)
"""

from __future__ import annotations

import numpy as np

from genmimic.motion.body_shape import rest_joints

SMPL_PELVIS: np.ndarray = np.array([-0.0018, -0.2233, 0.0282])
"""The rest pelvis of SMPL's neutral mean body, metres; shapes move it by some millimetres."""


def smpl_pelvis(transl: np.ndarray) -> np.ndarray:
    """Pelvis (N, 3) of SMPL bodies with `transl` (N, 3), metres, in the same world."""
    return transl + SMPL_PELVIS


def smplx_pelvis(transl: np.ndarray, betas: np.ndarray) -> np.ndarray:
    """Pelvis (N, 3) of SMPL-X bodies with `transl` (N, 3), metres, and `betas` (10,), in the same world."""
    return transl + rest_joints(betas)[0]
