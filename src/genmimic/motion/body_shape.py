"""The rest skeleton of a person as a linear function of ten SMPL-X shape coefficients.

The numbers are the 22 body joints of mannequin-x 0.3.0's calibration (Apache-2.0), rounded there to 0.1 mm; none of
SMPL's own licensed files is needed.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import numpy as np

from genmimic.motion.skeleton import INDEX, JOINT_NAMES, PARENTS
from genmimic.robot.names import mirrored_name


@lru_cache(maxsize=1)
def _calibration() -> tuple[np.ndarray, np.ndarray]:
    with (resources.files("genmimic.motion") / "assets" / "rest_joints.npz").open("rb") as file:
        data = np.load(file, allow_pickle=False)
        return data["joint_rest"].astype(np.float64), data["joint_dirs"].astype(np.float64)


def rest_joints(betas: np.ndarray) -> np.ndarray:
    """Joint positions in the rest pose.

    Args:
        betas: SMPL-X shape coefficients, (..., 10). The first is, roughly, size: +1 is 9 cm more from ankle to head.

    Returns:
        (..., 22, 3), metres, SMPL's body frame (x left, y up, z forward). The origin is SMPL-X's own, which lies
        above the pelvis joint: `rest_joints(betas)[..., 0, :]` is what AMASS' `trans` leaves out.
    """
    rest, directions = _calibration()
    return rest + np.einsum("jdb,...b->...jd", directions, np.asarray(betas, dtype=np.float64))


def offsets_from_betas(betas: np.ndarray, symmetric: bool = False) -> np.ndarray:
    """Rest offset of each joint from its parent, as `HumanMotion.offsets` wants them.

    Args:
        betas: SMPL-X shape coefficients, (..., 10).
        symmetric: Average left and right, and put the spine in the middle. SMPL-X's skeleton is lopsided by up to
            some centimetres (hips 11 mm apart in height); a fit to a video does better without that.

    Returns:
        (..., 22, 3), metres, SMPL's body frame; the pelvis' offset is zero.
    """
    joints = rest_joints(betas)
    offsets = joints - joints[..., [max(parent, 0) for parent in PARENTS], :]
    if not symmetric:
        return offsets
    mirror = [INDEX[mirrored_name(name)] for name in JOINT_NAMES]
    return 0.5 * (offsets + offsets[..., mirror, :] * np.array([-1.0, 1.0, 1.0]))
