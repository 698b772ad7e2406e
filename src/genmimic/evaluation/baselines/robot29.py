"""The 29-DoF G1 for trackers that were trained on it: our 23-DoF model with six more joints.

Parameters: `g1_29dof_rev_1_0` as in mjlab 1.6.0 (BSD-3, Unitree), left and right averaged as in `robot.bodies`; motors
after mjlab's `g1_constants.py`. The waist has three axes, of which yaw passes 4 mm further forward than on the 23-DoF
robot, and the hand hangs on a wrist of three. One thing is simplified: the two small links inside the waist (0.300 kg,
their centres of mass within 3 cm of its axes) move with the torso. All bodies, joints, motors and keypoint sites of the
23-DoF model keep their names, so that the same readings and metrics apply; with the six joints at zero the keypoints
are where the 23-DoF robot has them but for those 4 mm.
"""

# mujoco's compiled modules come without type stubs
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np

from genmimic.robot import constants
from genmimic.robot.bodies import PITCH, ROLL, YAW, Vector
from genmimic.robot.model import build_spec
from genmimic.robot.names import JOINT_NAMES, SDK_JOINT_NAMES

EXTRA_JOINT_NAMES: tuple[str, ...] = tuple(name for name in SDK_JOINT_NAMES if name not in JOINT_NAMES)
"""The six joints that the 23-DoF robot lacks: waist roll and pitch, then left and right wrist pitch and yaw."""


@dataclass(frozen=True)
class ExtraJoint:
    """A hinge: axis in its link's frame, limit to both sides in radians, torque in N m, rotor inertia in kg m^2."""

    axis: Vector
    limit: float
    effort_limit: float
    armature: float


# two 5020 motors through a parallel linkage, as at the ankle; a 4010 motor
_WAIST_ARMATURE = float(constants.ARMATURE[JOINT_NAMES.index("left_ankle_roll_joint")])
_WRIST_ARMATURE = constants.reflected_inertia((0.068e-4, 0.0, 0.0), (1, 5, 5))
_KINDS: dict[str, ExtraJoint] = {
    "waist_roll": ExtraJoint(ROLL, 0.52, 50.0, _WAIST_ARMATURE),
    "waist_pitch": ExtraJoint(PITCH, 0.52, 50.0, _WAIST_ARMATURE),
    "wrist_pitch": ExtraJoint(PITCH, 1.61443, 5.0, _WRIST_ARMATURE),
    "wrist_yaw": ExtraJoint(YAW, 1.61443, 5.0, _WRIST_ARMATURE),
}
EXTRA_JOINTS: dict[str, ExtraJoint] = {
    name: next(joint for kind, joint in _KINDS.items() if name.endswith(f"{kind}_joint")) for name in EXTRA_JOINT_NAMES
}

_YAW_AXIS = np.array([0.0039635, 0.0, -0.044])
"""The pelvis' origin, through which the waist's yaw axis passes, in the torso's frame at rest, metres."""


@dataclass(frozen=True)
class _Link:
    """Inertial properties: mass, kg; centre of mass, m; Ixx, Iyy, Izz, Ixy, Ixz, Iyz about it, kg m^2."""

    mass: float
    com: Vector
    inertia: Vector


_WAIST_YAW_LINK = _Link(0.214, (0.003494, 0.0, 0.018034), (1.0673e-4, 1.0422e-4, 1.625e-4, 0.0, -7.6e-6, 0.0))
_WAIST_ROLL_LINK = _Link(0.086, (0.0, 0.0, 0.0), (7.1e-6, 6.3e-6, 8.2e-6, 0.0, 0.0, 0.0))
# of the left arm; on the right y, Ixy and Iyz change their signs
_WRIST_ROLL_LINK = _Link(
    0.085445, (0.0171394, 0.000537591, 0.0), (4.82154e-5, 3.7229e-5, 5.48211e-5, -4.2451e-6, 0.0, 0.0)
)
_WRIST_PITCH_LINK = _Link(
    0.48405, (0.0229999, -0.00111685, -0.00111658), (1.65797e-4, 4.29541e-4, 4.29537e-4, -1.23e-5, 1.23e-5, 8e-7)
)
_WRIST_YAW_LINK = _Link(
    0.254576, (0.0708244, 0.000191745, 0.00161742), (1.50445e-4, 6.43114e-4, 5.60114e-4, 3.76e-5, -3e-6, 3.8e-6)
)
_WRIST_PITCH_POS, _WRIST_YAW_POS = 0.038, 0.046
"""How far along x each link's origin lies from the one before, metres."""


def build_model_29(*, timestep: float, friction: float, visual: bool = False) -> mujoco.MjModel:
    """Compile the 29-DoF robot on a floor, with position actuators as in `robot.model`; gains are to be set.

    Args:
        timestep: Physics step, seconds.
        friction: Sliding friction of the floor.
        visual: Add the visual meshes of the 23-DoF robot, whose rubber hands sit at the same place.

    Returns:
        The model, its joints in the order of `robot.names.SDK_JOINT_NAMES`, the motors of the six at the end.
    """
    spec = build_spec(visual=visual, timestep=timestep, friction=friction)
    torso = spec.body("torso_link")
    waist_yaw = spec.joint("waist_yaw_joint")
    waist_yaw.pos = _YAW_AXIS
    for name in ("waist_roll_joint", "waist_pitch_joint"):
        _add_joint(torso, name)
    _add_mass(torso, _WAIST_YAW_LINK, _YAW_AXIS)
    _add_mass(torso, _WAIST_ROLL_LINK, np.zeros(3))
    for side, sign in (("left", 1.0), ("right", -1.0)):
        _add_wrist(spec, side, sign)
    for name in SDK_JOINT_NAMES:
        if name in EXTRA_JOINTS:
            limit = EXTRA_JOINTS[name].effort_limit
            motor = spec.add_actuator(name=name, target=name, trntype=mujoco.mjtTrn.mjTRN_JOINT)
            motor.forcelimited, motor.forcerange = True, [-limit, limit]
            motor.set_to_position(kp=1.0, kv=0.0)
    return spec.compile()


def _add_joint(body: mujoco.MjsBody, name: str) -> None:
    joint = EXTRA_JOINTS[name]
    body.add_joint(
        name=name,
        type=mujoco.mjtJoint.mjJNT_HINGE,
        axis=joint.axis,
        limited=True,
        range=(-joint.limit, joint.limit),
        armature=joint.armature,
    )


def _add_wrist(spec: mujoco.MjSpec, side: str, sign: float) -> None:
    roll = spec.body(f"{side}_wrist_roll_link")
    _set_mass(roll, _on_side(_WRIST_ROLL_LINK, sign))
    pitch = roll.add_body(name=f"{side}_wrist_pitch_link", pos=[_WRIST_PITCH_POS, 0.0, 0.0], explicitinertial=True)
    _set_mass(pitch, _on_side(_WRIST_PITCH_LINK, sign))
    _add_joint(pitch, f"{side}_wrist_pitch_joint")
    yaw = pitch.add_body(name=f"{side}_wrist_yaw_link", pos=[_WRIST_YAW_POS, 0.0, 0.0], explicitinertial=True)
    _set_mass(yaw, _on_side(_WRIST_YAW_LINK, sign))
    _add_joint(yaw, f"{side}_wrist_yaw_joint")
    # the hand's keypoint moves with the hand; its capsule stays one piece with the forearm's end
    offset = constants.HAND_OFFSET - [_WRIST_PITCH_POS + _WRIST_YAW_POS, 0.0, 0.0]
    spec.delete(spec.site(f"{side}_hand"))
    yaw.add_site(name=f"{side}_hand", pos=offset, size=[0.01, 0.01, 0.01], group=4)


def _on_side(link: _Link, sign: float) -> _Link:
    (x, y, z), (ixx, iyy, izz, ixy, ixz, iyz) = link.com, link.inertia
    return _Link(link.mass, (x, sign * y, z), (ixx, iyy, izz, sign * ixy, ixz, sign * iyz))


def _set_mass(body: mujoco.MjsBody, link: _Link) -> None:
    body.mass, body.ipos, body.fullinertia = link.mass, link.com, link.inertia


def _add_mass(body: mujoco.MjsBody, link: _Link, pos: np.ndarray) -> None:
    """Fix a link to a body whose frame it has but for its origin, `pos` (3,) metres in the body's frame."""
    mass = body.mass + link.mass
    coms = np.stack([body.ipos, pos + link.com])
    com = (body.mass * coms[0] + link.mass * coms[1]) / mass
    inertia = np.zeros((3, 3))
    for part, own_com, numbers in ((body.mass, coms[0], body.fullinertia), (link.mass, coms[1], link.inertia)):
        arm = own_com - com
        inertia += _matrix(numbers) + part * ((arm @ arm) * np.eye(3) - np.outer(arm, arm))
    numbers = (*np.diag(inertia), inertia[0, 1], inertia[0, 2], inertia[1, 2])
    _set_mass(body, _Link(mass, tuple(com), tuple(numbers)))


def _matrix(inertia: Vector) -> np.ndarray:
    ixx, iyy, izz, ixy, ixz, iyz = inertia
    return np.array([[ixx, ixy, ixz], [ixy, iyy, iyz], [ixz, iyz, izz]])
