"""Layouts of published trackers of the G1, as their own deployment code has them.

TWIST2's was run here with its published checkpoint; GMT's and TWIST's have only been read and counted (GMT's 2154 and
TWIST's 1155 inputs are those of their code): no one has run them through this adapter yet. Their checkpoints are
TorchScript files; `torch.onnx.export(torch.jit.load(file), torch.zeros(1, inputs), ...)` makes them ONNX.

The past begins as copies of the present where the training code does so (TWIST, TWIST2; their deployment code begins
with zeros, but lets the robot stand before a motion). Effort limits of TWIST and GMT are those of their simulations.
"""

from __future__ import annotations

from typing import Literal

from genmimic.evaluation.baselines.layout import Block, ForeignLayout, Term
from genmimic.robot.names import ARM_JOINTS, LEG_JOINTS, SDK_JOINT_NAMES

_WAIST = ("waist_yaw_joint", "waist_roll_joint", "waist_pitch_joint")
_LEGS = tuple(f"{side}_{name}_joint" for side in ("left", "right") for name in LEG_JOINTS)
_SHORT_ARMS = tuple(f"{side}_{name}_joint" for side in ("left", "right") for name in ARM_JOINTS if name != "wrist_roll")
_ANKLES = tuple(name for name in _LEGS if "ankle" in name)

_LEG_POSE = (-0.2, 0.0, 0.0, 0.4, -0.2, 0.0)
_LEG_KP, _LEG_KD = (100.0, 100.0, 100.0, 150.0, 40.0, 40.0), (2.0, 2.0, 2.0, 4.0, 2.0, 2.0)
_LEG_EFFORT = (88.0, 139.0, 88.0, 139.0, 50.0, 50.0)
_WRIST = (0.0, 0.0, 0.0)

_PROPRIOCEPTION = (
    Term("root_ang_vel_b", 0.25),
    Term("root_roll_pitch"),
    Term("joint_pos_rel"),
    Term("joint_vel", 0.05, zeroed=_ANKLES),
    Term("last_action"),
)
_TWIST2_REFERENCE = (
    Term("reference_root_lin_vel_xy_b"),
    Term("reference_root_height"),
    Term("reference_root_roll_pitch"),
    Term("reference_root_yaw_rate_b"),
    Term("reference_joint_pos"),
)


def _root_and_joints(orientation: str) -> tuple[Term, ...]:
    """What TWIST and GMT observe of a frame of the reference; they differ in the term of its orientation."""
    return (
        Term("reference_root_height"),
        Term(orientation),
        Term("reference_root_lin_vel_b"),
        Term("reference_root_yaw_rate_b"),
        Term("reference_joint_pos"),
    )


_ARM_KP, _ARM_KD = (40.0,) * 4 + (4.0,) * 3, (5.0,) * 4 + (0.2,) * 3
_TWIST2_KP = (*_LEG_KP, *_LEG_KP, *(150.0,) * 3, *_ARM_KP, *_ARM_KP)
TWIST2 = ForeignLayout(
    name="twist2",
    robot="unitree_g1_29dof",
    joint_names=SDK_JOINT_NAMES,
    default_joint_pos=(*_LEG_POSE, *_LEG_POSE, *_WRIST, 0.0, 0.4, 0.0, 1.2, *_WRIST, 0.0, -0.4, 0.0, 1.2, *_WRIST),
    kp=_TWIST2_KP,
    kd=(*_LEG_KD, *_LEG_KD, *(4.0,) * 3, *_ARM_KD, *_ARM_KD),
    effort_limit=_TWIST2_KP,
    action_scale=(0.5,) * 29,
    blocks=(
        Block((*_TWIST2_REFERENCE, *_PROPRIOCEPTION)),
        Block((*_TWIST2_REFERENCE, *_PROPRIOCEPTION), past=10),
        Block(_TWIST2_REFERENCE),
    ),
    history_start="present",
    source="github.com/amazon-far/TWIST2, deploy_real/server_low_level_g1_sim.py and server_motion_lib.py",
)
"""TWIST2's general tracker (twist2_1017_20k.onnx, MIT): 1432 inputs; torque limits as in its simulation."""


def _wristless(
    name: str,
    blocks: tuple[Block, ...],
    source: str,
    history_start: Literal["zeros", "present"] = "zeros",
    held_gains: tuple[float, float] = (40.0, 2.0),
) -> ForeignLayout:
    """The robot that TWIST and GMT share, which leaves the wrists alone: they follow the reference by `held_gains`."""
    return ForeignLayout(
        name=name,
        robot="unitree_g1_29dof",
        joint_names=(*_LEGS, *_WAIST, *_SHORT_ARMS),
        default_joint_pos=(*_LEG_POSE, *_LEG_POSE, 0.0, 0.0, 0.0, 0.0, 0.4, 0.0, 1.2, 0.0, -0.4, 0.0, 1.2),
        kp=(*_LEG_KP, *_LEG_KP, *(150.0,) * 3, *(40.0,) * 8),
        kd=(*_LEG_KD, *_LEG_KD, *(4.0,) * 3, *(5.0,) * 8),
        effort_limit=(*_LEG_EFFORT, *_LEG_EFFORT, 88.0, 50.0, 50.0, *(25.0,) * 8),
        action_scale=(0.5,) * 23,
        blocks=blocks,
        history_start=history_start,
        held_kp=held_gains[0],
        held_kd=held_gains[1],
        source=source,
    )


_TWIST_FRAME = (*_root_and_joints("reference_root_roll_pitch_yaw"), *_PROPRIOCEPTION)
TWIST = _wristless(
    "twist-student",
    (Block(_TWIST_FRAME), Block(_TWIST_FRAME, past=10)),
    "github.com/YanjieZe/TWIST, deploy_real/server_low_level_g1_sim.py and server_high_level_motion_lib.py",
    history_start="present",
    held_gains=(20.0, 1.0),
)
"""TWIST's student: 1155 inputs."""

GMT = _wristless(
    "gmt",
    (
        Block(_root_and_joints("reference_root_roll_pitch"), ahead=(1, *range(5, 100, 5))),
        Block(_PROPRIOCEPTION),
        Block(_PROPRIOCEPTION, past=20),
    ),
    "github.com/zixuan417/humanoid-general-motion-tracking, sim2sim.py",
)
"""GMT's student: 2154 inputs; its model has no wrist joints at all."""

LAYOUTS: dict[str, ForeignLayout] = {layout.name: layout for layout in (TWIST2, TWIST, GMT)}
"""All of them by name."""
