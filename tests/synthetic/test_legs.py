from __future__ import annotations

import numpy as np
import pytest

from genmimic import rotation
from genmimic.motion import skeleton
from genmimic.motion.skeleton import INDEX, UPRIGHT_QUAT_W
from genmimic.synthetic.body import load_body
from genmimic.synthetic.footsteps import Feet
from genmimic.synthetic.legs import ankle_pos_w, foot_quat_w, leg_rotations, reachable_height


@pytest.fixture
def case() -> tuple[np.ndarray, np.ndarray, Feet, np.ndarray]:
    """Random pelvis and feet within reach."""
    rng, frames = np.random.default_rng(5), 200
    body = load_body("beth")
    pelvis = rng.uniform(-0.08, 0.08, (frames, 3)) + np.array([0.0, 0.0, 0.68])
    small = rotation.from_axis_angle(rng.uniform(-0.3, 0.3, (frames, 3)))
    quat = rotation.multiply(small, np.broadcast_to(UPRIGHT_QUAT_W, small.shape))
    ball = np.zeros((frames, 2, 3))
    ball[..., 0] = rng.uniform(-0.15, 0.35, (frames, 2))
    ball[..., 1] = np.array([0.12, -0.12]) + rng.uniform(-0.08, 0.08, (frames, 2))
    ball[..., 2] = rng.uniform(0.02, 0.15, (frames, 2))
    feet = Feet(ball, rng.uniform(-0.4, 0.4, (frames, 2)), rng.uniform(0, 0.5, (frames, 2)), np.ones((frames, 2), bool))
    return pelvis, quat, feet, body.offsets


def _forward(case: tuple[np.ndarray, np.ndarray, Feet, np.ndarray]) -> tuple[np.ndarray, np.ndarray, dict]:
    pelvis, quat, feet, offsets = case
    legs = leg_rotations(pelvis, quat, feet, offsets)
    local = np.tile([1.0, 0.0, 0.0, 0.0], (len(pelvis), 22, 1))
    local[:, 0] = quat
    for name, values in legs.items():
        local[:, INDEX[name]] = values
    return *skeleton.forward_kinematics(pelvis, local, offsets), legs


def test_feet_reach_their_targets_exactly(case: tuple[np.ndarray, np.ndarray, Feet, np.ndarray]) -> None:
    pos, quat, _ = _forward(case)
    feet = case[2]
    for k, side in enumerate(("left", "right")):
        assert np.abs(pos[:, INDEX[f"{side}_foot"]] - feet.ball_pos_w[:, k]).max() < 1e-9
        assert np.abs(pos[:, INDEX[f"{side}_ankle"]] - ankle_pos_w(feet, case[3])[:, k]).max() < 1e-9
        turned = rotation.angle_between(quat[:, INDEX[f"{side}_ankle"]], foot_quat_w(feet)[:, k])
        assert turned.max() < 1e-6


def test_knees_are_hinges_that_bend_backwards(case: tuple[np.ndarray, np.ndarray, Feet, np.ndarray]) -> None:
    pos, _, legs = _forward(case)
    for side in ("left", "right"):
        rotvec = rotation.to_axis_angle(legs[f"{side}_knee"])
        assert np.allclose(rotvec[:, 1:], 0.0)
        assert (rotvec[:, 0] > 0).all()
        # the knee lies before the line from hip to ankle
        hip, knee, ankle = (pos[:, INDEX[f"{side}_{j}"]] for j in ("hip", "knee", "ankle"))
        line = (ankle - hip) / np.linalg.norm(ankle - hip, axis=1, keepdims=True)
        out = (knee - hip) - ((knee - hip) * line).sum(1, keepdims=True) * line
        assert (out[:, 0] > 0).mean() > 0.95


def test_toes_stay_flat_when_the_heel_rises(case: tuple[np.ndarray, np.ndarray, Feet, np.ndarray]) -> None:
    _, quat, _ = _forward(case)
    up = rotation.rotate(quat[:, INDEX["left_foot"]], np.broadcast_to([0.0, 1.0, 0.0], (len(quat), 3)))
    assert np.allclose(up, [0, 0, 1], atol=1e-9)


def test_reachable_height_never_exceeds_wish_or_reach() -> None:
    body, frames = load_body("adam"), 300
    pelvis = np.tile([0.0, 0.0, body.standing_pelvis_height], (frames, 1))
    pelvis[:, 0] = 0.4 * np.sin(np.linspace(0, 6, frames))
    quat = np.tile(UPRIGHT_QUAT_W, (frames, 1))
    ankle = np.tile([[0.0, 0.1, 0.09], [0.0, -0.1, 0.09]], (frames, 1, 1))
    height = reachable_height(pelvis, quat, ankle, body.offsets, window=10)
    assert (height <= pelvis[:, 2] + 1e-12).all()
    hip = pelvis.copy()
    hip[:, 2] = height
    hip = hip + rotation.rotate(quat, np.broadcast_to(body.offsets[INDEX["left_hip"]], hip.shape))
    leg = np.linalg.norm(body.offsets[[INDEX["left_knee"], INDEX["left_ankle"]]], axis=1).sum()
    assert (np.linalg.norm(hip - ankle[:, 0], axis=1) <= leg).all()
    assert height.min() < body.standing_pelvis_height - 0.05
