"""Mass, inertia, joints and frames of the G1's 24 moving bodies.

Source: Unitree's `g1_23dof_rev_1_0` description (BSD-3, see assets/LICENSE-unitree.txt), as in wbc-mjlab 0.0.6.
Compared with `g1_29dof_rev_1_0` in mjlab 1.6.0, every frame, mass, inertia and joint range is the same except at two
places, where the 23-DoF robot is another machine: its torso sits directly on the waist yaw motor, whose axis lies 4 mm
further back (the 29-DoF robot has two links of 0.30 kg between), and its rubber hand sits directly on the wrist roll
motor (0.357 kg a side; wrist pitch and yaw motors, locked, would make it 0.824 kg). In all 32.11 kg against 33.34 kg.

Unitree's numbers differ slightly between left and right. The table holds the mean of the left side and the mirrored
right side, so that the model is exactly mirror-symmetric. The largest changes: 5e-6 m in a frame (shoulder pitch),
3.4e-4 m in a centre of mass (torso), 4.5e-5 kg m^2 in an inertia (knee, of 0.011).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from genmimic.robot.names import BODY_NAMES, mirrored_name

Vector = tuple[float, ...]

ROLL, PITCH, YAW = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
UNTURNED = (1.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Body:
    """One link and the hinge that carries it.

    Attributes:
        name: Link name, as in `names.BODY_NAMES`.
        parent: Name of the parent link, None for the pelvis.
        pos: Origin in the parent's frame, metres.
        quat: Orientation in the parent's frame at joint position zero, w, x, y, z.
        axis: Axis of the hinge through the origin, in the link's own frame; None for the pelvis.
        limits: Lower and upper joint limit, radians; None for the pelvis.
        mass: Kilograms.
        com: Centre of mass in the link's frame, metres.
        inertia: Ixx, Iyy, Izz, Ixy, Ixz, Iyz about the centre of mass, axes of the link's frame, kg m^2.
    """

    name: str
    parent: str | None
    pos: Vector
    quat: Vector
    axis: Vector | None
    limits: tuple[float, float] | None
    mass: float
    com: Vector
    inertia: Vector

    @property
    def joint(self) -> str:
        """Name of the hinge that carries this body."""
        return self.name.removesuffix("_link").replace("torso", "waist_yaw") + "_joint"


def mirrored(body: Body) -> Body:
    """Return the body on the other side of the plane y = 0."""
    x, y, z = body.pos
    qw, qx, qy, qz = body.quat
    cx, cy, cz = body.com
    ixx, iyy, izz, ixy, ixz, iyz = body.inertia
    limits = body.limits
    if limits is not None and body.axis != PITCH:  # a rotation about x or z changes its sign in the mirror
        limits = (-limits[1], -limits[0])
    return replace(
        body,
        name=mirrored_name(body.name),
        parent=None if body.parent is None else mirrored_name(body.parent),
        pos=(x, -y, z),
        quat=(qw, -qx, qy, -qz),
        limits=limits,
        com=(cx, -cy, cz),
        inertia=(ixx, iyy, izz, -ixy, ixz, -iyz),
    )


_CENTRE_AND_LEFT = (
    Body(
        name="pelvis",
        parent=None,
        pos=(0.0, 0.0, 0.0),
        quat=UNTURNED,
        axis=None,
        limits=None,
        mass=3.813,
        com=(0.0, 0.0, -0.07605),
        inertia=(0.010549, 0.0093089, 0.0079184, 0.0, 2.1e-06, 0.0),
    ),
    Body(
        name="left_hip_pitch_link",
        parent="pelvis",
        pos=(0.0, 0.064452, -0.1027),
        quat=UNTURNED,
        axis=PITCH,
        limits=(-2.5307, 2.8798),
        mass=1.35,
        com=(0.002741, 0.047791, -0.02606),
        inertia=(0.001811, 0.0014193, 0.0012812, 3.68e-05, -3.44e-05, 0.000171),
    ),
    Body(
        name="left_hip_roll_link",
        parent="left_hip_pitch_link",
        pos=(0.0, 0.052, -0.030465),
        quat=(0.996178686, 0.0, -0.087338572, 0.0),
        axis=ROLL,
        limits=(-0.5236, 2.9671),
        mass=1.52,
        com=(0.029812, -0.001045, -0.087934),
        inertia=(0.0023773, 0.0024123, 0.0016595, -3.8e-06, -0.0003908, 1.84e-05),
    ),
    Body(
        name="left_hip_yaw_link",
        parent="left_hip_roll_link",
        pos=(0.025001, 0.0, -0.12412),
        quat=UNTURNED,
        axis=YAW,
        limits=(-2.7576, 2.7576),
        mass=1.702,
        com=(-0.057709, -0.010981, -0.15078),
        inertia=(0.0057774, 0.0076124, 0.003149, -0.0005411, -0.0023948, -0.0007072),
    ),
    Body(
        name="left_knee_link",
        parent="left_hip_yaw_link",
        pos=(-0.078273, 0.0021489, -0.17734),
        quat=(0.996178686, 0.0, 0.087338572, 0.0),
        axis=PITCH,
        limits=(-0.087267, 2.8798),
        mass=1.932,
        com=(0.005457, 0.003964, -0.12074),
        inertia=(0.011329, 0.011277, 0.0015168, 4.82e-05, 0.0, -0.0007146),
    ),
    Body(
        name="left_ankle_pitch_link",
        parent="left_knee_link",
        pos=(0.0, -9.4445e-05, -0.30001),
        quat=UNTURNED,
        axis=PITCH,
        limits=(-0.87267, 0.5236),
        mass=0.074,
        com=(-0.007269, 0.0, 0.011137),
        inertia=(8.4e-06, 1.89e-05, 1.26e-05, 0.0, -2.9e-06, 0.0),
    ),
    Body(
        name="left_ankle_roll_link",
        parent="left_ankle_pitch_link",
        pos=(0.0, 0.0, -0.017558),
        quat=UNTURNED,
        axis=ROLL,
        limits=(-0.2618, 0.2618),
        mass=0.608,
        com=(0.026505, 0.0, -0.016425),
        inertia=(0.0002231, 0.0016161, 0.0016667, 2e-07, 8.91e-05, -1e-07),
    ),
    Body(
        name="torso_link",
        parent="pelvis",
        pos=(-0.0039635, 0.0, 0.044),
        quat=UNTURNED,
        axis=YAW,
        limits=(-2.618, 2.618),
        mass=7.818,
        com=(0.00203158, 0.0, 0.184568),
        inertia=(0.12169844, 0.10982508, 0.02752198, 0.0, -0.00374229, 0.0),
    ),
    Body(
        name="left_shoulder_pitch_link",
        parent="torso_link",
        pos=(0.0039563, 0.100215, 0.24778),
        quat=(0.99026414, 0.13920102, 1.3872e-05, -9.8687e-05),
        axis=PITCH,
        limits=(-3.0892, 2.6704),
        mass=0.718,
        com=(0.0, 0.035892, -0.011628),
        inertia=(0.0004291, 0.000453, 0.000423, -9.2e-06, 6.4e-06, 2.26e-05),
    ),
    Body(
        name="left_shoulder_roll_link",
        parent="left_shoulder_pitch_link",
        pos=(0.0, 0.038, -0.013831),
        quat=(0.990268219, -0.139172031, 0.0, 0.0),
        axis=ROLL,
        limits=(-1.5882, 2.2515),
        mass=0.643,
        com=(-0.000227, 0.00727, -0.063243),
        inertia=(0.0006177, 0.0006912, 0.0003894, -1e-06, 8.7e-06, -5.3e-06),
    ),
    Body(
        name="left_shoulder_yaw_link",
        parent="left_shoulder_roll_link",
        pos=(0.0, 0.00624, -0.1032),
        quat=UNTURNED,
        axis=YAW,
        limits=(-2.618, 2.618),
        mass=0.734,
        com=(0.010773, -0.002949, -0.072009),
        inertia=(0.0009988, 0.0010605, 0.0004354, 7.9e-06, 0.0001412, -2.86e-05),
    ),
    Body(
        name="left_elbow_link",
        parent="left_shoulder_yaw_link",
        pos=(0.015783, 0.0, -0.080518),
        quat=UNTURNED,
        axis=PITCH,
        limits=(-1.0472, 2.0944),
        mass=0.6,
        com=(0.064956, 0.004454, -0.010062),
        inertia=(0.0002891, 0.0004152, 0.0004197, 6.53e-05, 1.72e-05, -5.6e-06),
    ),
    Body(
        name="left_wrist_roll_link",
        parent="left_elbow_link",
        pos=(0.1, 0.00188791, -0.01),
        quat=UNTURNED,
        axis=ROLL,
        limits=(-1.97222, 1.97222),
        mass=0.356929,
        com=(0.107947, 0.00163512, 0.00202245),
        inertia=(0.00019614, 0.0020028, 0.00194182, -4.2e-06, -3.951e-05, 2.5e-06),
    ),
)

_LEFT = [body for body in _CENTRE_AND_LEFT if body.name.startswith("left_")]
_BY_NAME = {body.name: body for body in (*_CENTRE_AND_LEFT, *(mirrored(body) for body in _LEFT))}

BODIES: tuple[Body, ...] = tuple(_BY_NAME[name] for name in BODY_NAMES)
"""All bodies in the order of `names.BODY_NAMES`; body i + 1 hangs on joint i."""

PARENTS: tuple[int, ...] = tuple(-1 if body.parent is None else BODY_NAMES.index(body.parent) for body in BODIES)

TOTAL_MASS: float = float(np.sum([body.mass for body in BODIES]))
"""Mass of the whole robot, kilograms."""
