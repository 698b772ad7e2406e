"""Arms of corrupted motions stay out of the body."""

from __future__ import annotations

import numpy as np

from genmimic.motion.noise_arms import keep_arms_out
from genmimic.retarget.collision import find_contacts
from genmimic.retarget.jacobian import Configuration, Kinematics
from genmimic.robot.constants import DEFAULT_JOINT_POS
from genmimic.robot.names import JOINT_NAMES

ROLL = JOINT_NAMES.index("left_shoulder_roll_joint")


def standing(frames: int = 100) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    root = np.tile([0.0, 0.0, 0.74], (frames, 1))
    return root, np.tile([1.0, 0.0, 0.0, 0.0], (frames, 1)), np.tile(DEFAULT_JOINT_POS, (frames, 1))


def deepest(pose: tuple[np.ndarray, np.ndarray, np.ndarray]) -> float:
    contacts = find_contacts(Kinematics.of(Configuration(*pose)), 0.0)
    return float(-contacts.distance.min()) if len(contacts.frame) else 0.0


def test_an_arm_pushed_into_the_body_comes_out_smoothly() -> None:
    true, noisy = standing(), standing()
    noisy[2][:, ROLL] -= 0.5 * np.sin(np.linspace(0.0, np.pi, 100))
    assert deepest(noisy) > 0.03
    cleared = keep_arms_out(noisy, true, 50.0)
    assert deepest(cleared) < 0.015
    assert np.abs(np.diff(cleared[2], axis=0)).max() < 0.06


def test_the_other_arm_and_harmless_noise_stay() -> None:
    true, noisy = standing(), standing()
    noisy[2][:, ROLL] -= 0.5
    noisy[2][:, JOINT_NAMES.index("right_elbow_joint")] -= 0.2
    cleared = keep_arms_out(noisy, true, 50.0)
    others = [j for j, name in enumerate(JOINT_NAMES) if not name.startswith("left_shoulder")]
    np.testing.assert_allclose(cleared[2][:, others], noisy[2][:, others], atol=1e-9)
    outward = standing()
    outward[2][:, ROLL] += 0.5
    np.testing.assert_allclose(keep_arms_out(outward, true, 50.0)[2], outward[2], atol=1e-9)
