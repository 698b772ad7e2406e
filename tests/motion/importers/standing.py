"""A person whom every format must give back: walks on level feet, left arm up, right arm down, facing aside."""

from __future__ import annotations

import numpy as np
from retarget.people import Z, about

from genmimic import rotation
from genmimic.motion.body_shape import offsets_from_betas
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers.placement import TOE_HEIGHT
from genmimic.motion.skeleton import INDEX, UPRIGHT_QUAT_W

FRAMES, FPS, YAW, SPEED = 12, 25.0, 0.7, 1.2
Y_UP = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
"""From our world to one with y up, where who faces our +x faces +z."""
CAMERA = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, -1.0], [-1.0, 0.0, 0.0]])
"""From our world's axes to those of a level camera (x right, y down, z ahead) that looks along our -x."""


def walker(betas: np.ndarray | None = None, frames: int = FRAMES) -> HumanMotion:
    """The person in our world, the lower toes' base TOE_HEIGHT above z = 0."""
    betas = np.zeros(10) if betas is None else betas
    local = np.zeros((frames, 22, 4))
    local[..., 0] = 1.0
    local[:, INDEX["left_shoulder"]] = about(Z, np.linspace(0.9, 1.2, frames))
    local[:, INDEX["right_shoulder"]] = about(Z, np.full(frames, 1.3))
    turn = rotation.from_axis_angle(np.array([0.0, 0.0, YAW]))
    local[:, 0] = rotation.multiply(np.tile(turn, (frames, 1)), np.tile(UPRIGHT_QUAT_W, (frames, 1)))
    root = np.zeros((frames, 3))
    root[:, :2] = SPEED / FPS * np.arange(frames)[:, None] * [np.cos(YAW), np.sin(YAW)]
    known = {"confidence": np.ones((frames, 22)), "foot_contact": np.full((frames, 2), 0.5), "betas": betas}
    human = HumanMotion("walker", FPS, root, local, offsets_from_betas(betas), **known)
    pos, _ = human.forward_kinematics()
    root[:, 2] = TOE_HEIGHT - pos[0, [INDEX["left_foot"], INDEX["right_foot"]], 2].min()
    return HumanMotion("walker", FPS, root, local, offsets_from_betas(betas), **known)


def in_world(human: HumanMotion, axes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pelvis (T, 3) and local rotation matrices (T, 22, 3, 3) in a world whose axes are the rows of `axes`."""
    matrices = rotation.to_matrix(human.local_quat)
    matrices[:, 0] = axes @ matrices[:, 0]
    return human.root_pos_w @ axes.T, matrices


def rotation_vectors(matrices: np.ndarray) -> np.ndarray:
    """(T, 3 J) of matrices (T, J, 3, 3)."""
    return rotation.to_axis_angle(rotation.from_matrix(matrices)).reshape(len(matrices), -1)


def assert_same_person(found: HumanMotion, wanted: HumanMotion, tolerance: float = 1e-4) -> None:
    """Joints agree but for a shift on the floor plane; soles on z = 0; upright, facing and sided as they should."""
    pos, quat = found.forward_kinematics()
    expected, _ = wanted.forward_kinematics()
    shift = np.append((expected - pos).mean(axis=(0, 1))[:2], 0.0)
    np.testing.assert_allclose(pos + shift, expected, atol=tolerance)
    assert abs(pos[:, [INDEX["left_foot"], INDEX["right_foot"]], 2].min() - TOE_HEIGHT) < 0.005
    ahead = rotation.rotate(quat[:, 0], np.tile([0.0, 0.0, 1.0], (len(pos), 1)))
    np.testing.assert_allclose(ahead, np.tile([np.cos(YAW), np.sin(YAW), 0.0], (len(pos), 1)), atol=0.05)
    left = np.array([-np.sin(YAW), np.cos(YAW), 0.0])
    assert ((pos[:, INDEX["left_wrist"]] - pos[:, INDEX["right_wrist"]]) @ left > 0.2).all()
    assert (pos[:, INDEX["left_wrist"], 2] > pos[:, INDEX["head"], 2]).all()
    assert (pos[:, INDEX["right_wrist"], 2] < pos[:, INDEX["pelvis"], 2] + 0.1).all()
