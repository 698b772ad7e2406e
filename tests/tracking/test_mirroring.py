"""The mirror maps against the robot itself: the mirrored configuration gives the mirrored observation."""

import numpy as np
import pytest
from tracking.observation_scene import random_scene

from genmimic import rotation
from genmimic.robot import constants, mirror
from genmimic.robot.kinematics import forward_kinematics, keypoint_velocities
from genmimic.tracking.mirroring import mirror_goal, mirror_parameters, mirror_state
from genmimic.tracking.observations import STUDENT, TEACHER, layout_mirror, observe
from genmimic.tracking.state import RobotState


def state_of(root_pos, root_quat, root_lin_vel, root_ang_vel, joint_pos, joint_vel, foot_force, action) -> RobotState:
    pos, quat = forward_kinematics(root_pos, root_quat, joint_pos)
    lin_vel, ang_vel = keypoint_velocities(root_lin_vel, root_ang_vel, joint_vel, pos, quat)
    return RobotState(
        root_pos,
        root_quat,
        root_lin_vel,
        root_ang_vel,
        joint_pos,
        joint_vel,
        pos,
        quat,
        lin_vel,
        ang_vel,
        foot_force,
        action,
    )


@pytest.mark.parametrize("layout", [TEACHER, STUDENT], ids=["teacher", "student"])
def test_the_mirrored_robot_observes_the_mirror_image(layout):
    rng = np.random.default_rng(0)
    for seed in range(20):
        quat = rotation.normalize(0.3 * rng.standard_normal(4) + np.array([1.0, 0, 0, rng.uniform(-2, 2)]))
        joint_pos = rng.uniform(constants.JOINT_LOWER, constants.JOINT_UPPER)
        joint_vel, action = rng.standard_normal((2, 23))
        pos, lin_vel, ang_vel = rng.standard_normal((3, 3))
        force = 100 * rng.standard_normal((2, 3))
        state = state_of(pos, quat, lin_vel, ang_vel, joint_pos, joint_vel, force, action)
        mirrored = state_of(
            mirror.mirror_vector(pos),
            mirror.mirror_quat(quat),
            mirror.mirror_vector(lin_vel),
            mirror.mirror_axial(ang_vel),
            mirror.mirror_joint_pos(joint_pos),
            mirror.mirror_joint_pos(joint_vel),
            mirror.mirror_vector(force[::-1]),
            mirror.mirror_joint_pos(action),
        )
        _, goal, parameters = random_scene(seed)
        ours, _ = observe(layout, state, goal, parameters)
        theirs, _ = observe(layout, mirrored, mirror_goal(goal), mirror_parameters(parameters))
        np.testing.assert_allclose(theirs, layout_mirror(layout)(ours), atol=1e-9)


def test_mirroring_a_scene_twice_changes_nothing():
    for record, function in zip(random_scene(1), (mirror_state, mirror_goal, mirror_parameters), strict=True):
        twice, once = function(function(record)), function(record)
        for name in set(record.__dataclass_fields__) - {"steps"}:
            np.testing.assert_array_equal(getattr(twice, name), getattr(record, name))
            assert np.abs(getattr(once, name) - getattr(record, name)).max() > 0.0, name
