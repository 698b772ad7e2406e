"""Collision primitives of the G1 and which of them may touch each other.

Source: the primitives of wbc-mjlab 0.0.6 and mjlab 1.6.0 (after Unitree's description), except for the feet. Those
have seven thin capsules a foot and so up to 28 contacts while standing. Ours have two, along the outer and the inner
edge, whose four ends are the contact points of Unitree's own models (four small spheres): at most eight contacts
while standing on both, a support polygon inside the real sole's outline (-0.066..0.142 m by +-0.030..0.038 m), and,
unlike spheres, no gaps through which the other foot could pass.

Groups collide with the other groups named here, never within themselves: what the joint limits or the links' shape
already rule out (pelvis against thigh, shin against own foot) costs no contact and gives no false one.
"""

from __future__ import annotations

from dataclasses import dataclass

from genmimic.robot.bodies import Vector
from genmimic.robot.names import mirrored_name

FLOOR, PELVIS, TORSO, LEFT_LEG, RIGHT_LEG, LEFT_ARM, RIGHT_ARM = (1 << i for i in range(7))
"""One bit a group, for MuJoCo's contype and conaffinity."""

TOUCHES: dict[int, int] = {
    FLOOR: 0,  # the robot's geoms ask for the floor, so the floor need not ask for them
    PELVIS: FLOOR | LEFT_ARM | RIGHT_ARM,
    TORSO: FLOOR | LEFT_LEG | RIGHT_LEG | LEFT_ARM | RIGHT_ARM,
    LEFT_LEG: FLOOR | TORSO | RIGHT_LEG | LEFT_ARM | RIGHT_ARM,
    RIGHT_LEG: FLOOR | TORSO | LEFT_LEG | LEFT_ARM | RIGHT_ARM,
    LEFT_ARM: FLOOR | PELVIS | TORSO | LEFT_LEG | RIGHT_LEG | RIGHT_ARM,
    RIGHT_ARM: FLOOR | PELVIS | TORSO | LEFT_LEG | RIGHT_LEG | LEFT_ARM,
}


@dataclass(frozen=True)
class Primitive:
    """A capsule, or a sphere where both ends coincide, in its body's frame.

    Attributes:
        name: Name of the geom.
        body: Name of the body that carries it.
        start: One end of the capsule's axis, metres.
        end: The other end.
        radius: Metres.
        group: Collision group, one of the bits of this module.
    """

    name: str
    body: str
    start: Vector
    end: Vector
    radius: float
    group: int


_CENTRE = (
    Primitive("pelvis_collision", "pelvis", (0.0, 0.0, -0.08), (0.0, 0.0, -0.08), 0.07, PELVIS),
    Primitive("torso_collision", "torso_link", (0.01, 0.0, 0.08), (0.01, 0.0, 0.2), 0.09, TORSO),
    Primitive("head_collision", "torso_link", (0.0, 0.0, 0.43), (0.0, 0.0, 0.43), 0.06, TORSO),
)

_LIMB_PARTS: tuple[tuple[str, str, Vector, Vector, float], ...] = (
    ("hip", "hip_roll_link", (0.02, 0.0, 0.0), (0.02, 0.0, -0.08), 0.06),
    ("thigh", "hip_yaw_link", (0.0, 0.0, -0.03), (-0.06, 0.0, -0.17), 0.055),
    ("shin", "knee_link", (0.01, 0.0, 0.0), (0.01, 0.0, -0.15), 0.045),
    ("ankle", "knee_link", (0.01, 0.0, -0.2), (0.01, 0.0, -0.28), 0.03),
    ("foot_outer", "ankle_roll_link", (-0.05, 0.025, -0.025), (0.12, 0.03, -0.025), 0.01),
    ("foot_inner", "ankle_roll_link", (-0.05, -0.025, -0.025), (0.12, -0.03, -0.025), 0.01),
    ("upper_arm", "shoulder_yaw_link", (0.0, 0.0, -0.08), (0.0, 0.0, 0.05), 0.035),
    ("forearm", "elbow_link", (-0.01, 0.0, -0.01), (0.08, 0.0, -0.01), 0.035),
    ("hand", "wrist_roll_link", (0.02, 0.0, 0.0), (0.22, -0.02, 0.0), 0.035),
)
_ARM_PARTS = ("upper_arm", "forearm", "hand")

_LEFT = tuple(
    Primitive(
        f"left_{part}_collision", f"left_{body}", start, end, radius, LEFT_ARM if part in _ARM_PARTS else LEFT_LEG
    )
    for part, body, start, end, radius in _LIMB_PARTS
)


def _mirrored(primitive: Primitive) -> Primitive:
    (x0, y0, z0), (x1, y1, z1) = primitive.start, primitive.end
    return Primitive(
        mirrored_name(primitive.name),
        mirrored_name(primitive.body),
        (x0, -y0, z0),
        (x1, -y1, z1),
        primitive.radius,
        RIGHT_ARM if primitive.group == LEFT_ARM else RIGHT_LEG,
    )


PRIMITIVES: tuple[Primitive, ...] = (*_CENTRE, *_LEFT, *(_mirrored(primitive) for primitive in _LEFT))
"""All 21 collision geoms."""

FOOT_GEOMS: tuple[tuple[str, ...], tuple[str, ...]] = (
    ("left_foot_outer_collision", "left_foot_inner_collision"),
    ("right_foot_outer_collision", "right_foot_inner_collision"),
)
"""Geom names of the left and the right sole."""

SOLE_CORNERS: tuple[tuple[Vector, ...], ...] = tuple(
    tuple((x, y, z - p.radius) for p in PRIMITIVES if p.name in geoms for x, y, z in (p.start, p.end))
    for geoms in FOOT_GEOMS
)
"""The four lowest points of the left and of the right sole in the frame of their ankle roll link, metres: where a flat
foot touches the floor."""
