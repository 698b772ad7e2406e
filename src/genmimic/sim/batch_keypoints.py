"""Poses and velocities of the 27 keypoints of all worlds, straight from the state, by one kernel launch.

The numbers are those of `robot.kinematics`, which is written for arrays: a test compares the two. On a GPU one kernel
replaces mujoco-warp's kinematics, com_pos and com_vel (a dozen launches, most of whose output nobody would read).
"""

# warp reads the kernels' annotations as objects (so no `from __future__ import annotations`), type checkers cannot
# pyright: reportGeneralTypeIssues=false, reportAssignmentType=false, reportArgumentType=false, reportCallIssue=false
# pyright: reportAttributeAccessIssue=false, reportIndexIssue=false, reportOperatorIssue=false

import numpy as np
import torch
import warp as wp

from genmimic.robot.bodies import BODIES
from genmimic.robot.constants import HAND_OFFSET, HEAD_OFFSET
from genmimic.robot.names import BODY_NAMES, KEYPOINT_NAMES

wp.set_module_options({"enable_backward": False})

# one thread follows one chain from the pelvis outwards; both arms go through the torso, so all four are six long
_CHAINS = ((1, 2, 3, 4, 5, 6), (7, 8, 9, 10, 11, 12), (13, 14, 15, 16, 17, 18), (13, 19, 20, 21, 22, 23))
_CARRIED = {
    "torso_link": ("head", HEAD_OFFSET),
    "left_wrist_roll_link": ("left_hand", HAND_OFFSET),
    "right_wrist_roll_link": ("right_hand", HAND_OFFSET),
}


@wp.func
def _multiply(a: wp.vec4, b: wp.vec4) -> wp.vec4:
    """Hamilton product of quaternions w, x, y, z."""
    return wp.vec4(
        a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3],
        a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
        a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1],
        a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0],
    )


@wp.func
def _rotate(quat: wp.vec4, v: wp.vec3) -> wp.vec3:
    axis = wp.vec3(quat[1], quat[2], quat[3])
    twice = 2.0 * wp.cross(axis, v)
    return v + quat[0] * twice + wp.cross(axis, twice)


@wp.kernel
def _write_keypoints(
    qpos: wp.array2d[float],
    qvel: wp.array2d[float],
    chains: wp.array2d[int],
    offset: wp.array[wp.vec3],
    rest_quat: wp.array[wp.vec4],
    axis: wp.array[wp.vec3],
    carried: wp.array[int],
    carried_offset: wp.array[wp.vec3],
    pos_out: wp.array2d[wp.vec3],
    quat_out: wp.array2d[wp.vec4],
    lin_vel_out: wp.array2d[wp.vec3],
    ang_vel_out: wp.array2d[wp.vec3],
):
    world, chain = wp.tid()
    pos = wp.vec3(qpos[world, 0], qpos[world, 1], qpos[world, 2])
    quat = wp.normalize(wp.vec4(qpos[world, 3], qpos[world, 4], qpos[world, 5], qpos[world, 6]))
    lin_vel = wp.vec3(qvel[world, 0], qvel[world, 1], qvel[world, 2])
    # MuJoCo gives a free joint's angular velocity in the body's frame
    ang_vel = _rotate(quat, wp.vec3(qvel[world, 3], qvel[world, 4], qvel[world, 5]))
    if chain == 0:
        pos_out[world, 0] = pos
        quat_out[world, 0] = quat
        lin_vel_out[world, 0] = lin_vel
        ang_vel_out[world, 0] = ang_vel
    for i in range(chains.shape[1]):
        body = chains[chain, i]
        arm = _rotate(quat, offset[body])
        pos = pos + arm
        lin_vel = lin_vel + wp.cross(ang_vel, arm)
        # body i + 1 hangs on joint i, and the root has seven positions and six velocities
        half = 0.5 * qpos[world, 6 + body]
        turn = wp.sin(half) * axis[body]
        joint_quat = wp.vec4(wp.cos(half), turn[0], turn[1], turn[2])
        quat = wp.normalize(_multiply(_multiply(quat, rest_quat[body]), joint_quat))
        ang_vel = ang_vel + qvel[world, 5 + body] * _rotate(quat, axis[body])
        pos_out[world, body] = pos
        quat_out[world, body] = quat
        lin_vel_out[world, body] = lin_vel
        ang_vel_out[world, body] = ang_vel
        extra = carried[body]
        if extra >= 0:
            arm = _rotate(quat, carried_offset[body])
            pos_out[world, extra] = pos + arm
            quat_out[world, extra] = quat
            lin_vel_out[world, extra] = lin_vel + wp.cross(ang_vel, arm)
            ang_vel_out[world, extra] = ang_vel


class BatchKeypoints:
    """Keypoint buffers of all worlds.

    Attributes:
        pos_w: (N, 27, 3), metres.
        quat_w: (N, 27, 4), w, x, y, z, signs as products along the chain.
        lin_vel_w: (N, 27, 3), m/s, of the keypoint itself.
        ang_vel_w: (N, 27, 3), rad/s.
    """

    def __init__(self, worlds: int) -> None:
        """Allocate on warp's current device."""
        shape = (worlds, len(KEYPOINT_NAMES))
        self._outputs = [wp.zeros(shape, dtype=kind) for kind in (wp.vec3, wp.vec4, wp.vec3, wp.vec3)]
        self.pos_w, self.quat_w, self.lin_vel_w, self.ang_vel_w = (wp.to_torch(out) for out in self._outputs)
        self._tables = _tables()

    def update(self, qpos: wp.array, qvel: wp.array) -> None:
        """Recompute all keypoints from qpos (N, 30) and qvel (N, 29)."""
        wp.launch(
            _write_keypoints,
            dim=(qpos.shape[0], len(_CHAINS)),
            inputs=[qpos, qvel, *self._tables],
            outputs=self._outputs,
        )

    def tensors(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return the four buffers, live."""
        return self.pos_w, self.quat_w, self.lin_vel_w, self.ang_vel_w


def _tables() -> list[wp.array]:
    carried = np.full(len(BODIES), -1, dtype=np.int32)
    carried_offset = np.zeros((len(BODIES), 3))
    for body, (keypoint, offset) in _CARRIED.items():
        carried[BODY_NAMES.index(body)] = KEYPOINT_NAMES.index(keypoint)
        carried_offset[BODY_NAMES.index(body)] = offset
    return [
        wp.array(np.array(_CHAINS), dtype=int),
        wp.array(np.array([body.pos for body in BODIES]), dtype=wp.vec3),
        wp.array(np.array([body.quat for body in BODIES]), dtype=wp.vec4),
        wp.array(np.array([body.axis or (0.0, 0.0, 0.0) for body in BODIES]), dtype=wp.vec3),
        wp.array(carried, dtype=int),
        wp.array(carried_offset, dtype=wp.vec3),
    ]
