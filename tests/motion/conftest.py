from collections.abc import Callable

import numpy as np
import pytest

from genmimic import rotation
from genmimic.motion.body_shape import offsets_from_betas
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.robot_motion import RobotMotion
from genmimic.motion.skeleton import UPRIGHT_QUAT_W
from genmimic.robot import constants


@pytest.fixture(scope="session")
def make_robot_motion() -> Callable[..., RobotMotion]:
    """A smooth motion within the joint limits: the robot strolls along a curve and swings all its joints."""

    def make(frames: int = 40, fps: float = 50.0, seed: int = 0) -> RobotMotion:
        rng = np.random.default_rng(seed)
        t = np.arange(frames) / fps
        swing = 0.3 * np.minimum(
            constants.JOINT_UPPER - constants.DEFAULT_JOINT_POS, constants.DEFAULT_JOINT_POS - constants.JOINT_LOWER
        )
        phase = t[:, None] * rng.uniform(1.0, 5.0, 23) + rng.uniform(0.0, 6.0, 23)
        rotvec = np.stack([0.1 * np.sin(3 * t), 0.1 * np.cos(2 * t), 1.5 * t], axis=-1)
        return RobotMotion(
            name="stroll",
            fps=fps,
            root_pos_w=np.stack([np.sin(t), 0.3 * t, 0.78 + 0.02 * np.sin(6 * t)], axis=-1),
            root_quat_w=rotation.from_axis_angle(rotvec),
            joint_pos=constants.DEFAULT_JOINT_POS + swing * np.sin(phase),
            foot_contact=rng.uniform(size=(frames, 2)),
            confidence=rng.uniform(size=frames),
            source="a test",
            licence="CC0",
            metadata={"score": 0.5, "feasible": True, "note": "wählen"},
        )

    return make


@pytest.fixture(scope="session")
def make_human_motion() -> Callable[..., HumanMotion]:
    """A person who turns slowly and moves all joints a little."""

    def make(frames: int = 30, fps: float = 16.0, seed: int = 0) -> HumanMotion:
        rng = np.random.default_rng(seed)
        t = np.arange(frames) / fps
        betas = rng.normal(size=10)
        rotvec = 0.4 * np.sin(t[:, None, None] * rng.uniform(1.0, 4.0, (22, 3)))
        local_quat = rotation.from_axis_angle(rotvec)
        local_quat[:, 0] = rotation.multiply(local_quat[:, 0], np.broadcast_to(UPRIGHT_QUAT_W, (frames, 4)))
        return HumanMotion(
            name="person",
            fps=fps,
            root_pos_w=np.stack([t, np.sin(t), 0.9 + 0.05 * np.cos(t)], axis=-1),
            local_quat=local_quat,
            offsets=1.02 * offsets_from_betas(betas, symmetric=True),
            confidence=rng.uniform(size=(frames, 22)),
            foot_contact=rng.uniform(size=(frames, 2)),
            betas=betas,
            source="a test",
            licence="CC0",
            assumptions={"focal_px": 1000.0, "static": True},
        )

    return make
