"""The G1 as a MuJoCo model, built from the tables of this package; used by single and batched simulation.

The state is qpos = root position (3), root quaternion w, x, y, z (4), 23 joint positions in the order of
`names.JOINT_NAMES`, and 29 velocities. Bodies, joints, actuators and the three keypoint sites (head and hands) bear
the names of `robot.names`.
"""

# mujoco's compiled modules come without type stubs
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

from typing import Any, Literal

import mujoco
import numpy as np

from genmimic.robot import constants
from genmimic.robot.bodies import BODIES, Body
from genmimic.robot.collision import FLOOR, PRIMITIVES, TOUCHES, Primitive
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.meshes import load_visual_meshes
from genmimic.robot.names import FOOT_NAMES, JOINT_NAMES, KEYPOINT_NAMES

Actuation = Literal["position", "torque"]
COLLISION_GROUP, VISUAL_GROUP = 3, 2
"""MuJoCo geom groups; its viewers show groups 0 to 2 unless told otherwise."""


def build_spec(
    *,
    visual: bool = True,
    floor: bool = True,
    timestep: float = 0.005,
    actuation: Actuation = "position",
    friction: float = 0.8,
) -> mujoco.MjSpec:
    """Build an editable MuJoCo specification of the robot.

    Batched simulation wants `visual=False`: 21 capsules and spheres, no meshes, textures, lights or sensors.

    Args:
        visual: Add the visual meshes, a light and a textured floor. They touch nothing.
        floor: Add the floor plane z = 0.
        timestep: Physics step, seconds.
        actuation: 'position': MuJoCo's position actuators with the gains of `constants` and force limits, whose
            damping the implicitfast integrator takes in implicitly. 'torque': actuators that pass on torques. An
            explicit PD at 200 Hz is beyond its stability limit at the wrists: kd dt / armature = 2.8 > 2.
        friction: Sliding friction of the floor; it decides for every contact with the floor, whatever touches it.

    Returns:
        The specification, at the default pose's names and orders described in this module.
    """
    spec = mujoco.MjSpec()
    spec.modelname = "g1_23dof"
    spec.compiler.degree = False  # MjSpec's default would read the joint limits as degrees
    spec.option.timestep = timestep
    spec.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    # enough for this robot and bounded, as batched simulation needs it; mjlab's tracking task has the same
    spec.option.iterations, spec.option.ls_iterations = 10, 20
    if floor:
        _add_floor(spec, friction)
    parents: dict[str | None, Any] = {None: spec.worldbody}
    for body in BODIES:
        parents[body.name] = _add_body(parents[body.parent], body)
    for primitive in PRIMITIVES:
        _add_primitive(parents[primitive.body], primitive)
    if visual:
        _add_visuals(spec, parents, floor)
    for name, body, offset in (
        ("head", "torso_link", constants.HEAD_OFFSET),
        ("left_hand", "left_wrist_roll_link", constants.HAND_OFFSET),
        ("right_hand", "right_wrist_roll_link", constants.HAND_OFFSET),
    ):
        parents[body].add_site(name=name, pos=offset, size=[0.01, 0.01, 0.01], group=4)
    for index, joint in enumerate(JOINT_NAMES):
        _add_actuator(spec, index, joint, actuation)
    return spec


def build_model(
    *,
    visual: bool = True,
    floor: bool = True,
    timestep: float = 0.005,
    actuation: Actuation = "position",
    friction: float = 0.8,
) -> mujoco.MjModel:
    """Compile the specification of `build_spec`, whose arguments it takes."""
    spec = build_spec(visual=visual, floor=floor, timestep=timestep, actuation=actuation, friction=friction)
    return spec.compile()


def default_qpos() -> np.ndarray:
    """The default pose with both soles flat on the floor, as qpos (30,)."""
    upright = np.array([1.0, 0.0, 0.0, 0.0])
    pos, _ = forward_kinematics(np.zeros(3), upright, constants.DEFAULT_JOINT_POS)
    height = constants.SOLE_HEIGHT - min(pos[KEYPOINT_NAMES.index(foot), 2] for foot in FOOT_NAMES)
    return np.concatenate([[0.0, 0.0, height], upright, constants.DEFAULT_JOINT_POS])


def _add_floor(spec: mujoco.MjSpec, friction: float) -> None:
    spec.worldbody.add_geom(
        name="floor",
        type=mujoco.mjtGeom.mjGEOM_PLANE,
        size=[0, 0, 0.05],
        contype=FLOOR,
        conaffinity=TOUCHES[FLOOR],
        condim=3,
        friction=[friction, 0.005, 0.0001],
        priority=1,  # one number sets the friction of all contacts with the floor, and so randomises it
    )


def _add_body(parent: mujoco.MjsBody, body: Body) -> mujoco.MjsBody:
    added = parent.add_body(
        name=body.name,
        pos=body.pos,
        quat=body.quat,
        mass=body.mass,
        ipos=body.com,
        fullinertia=body.inertia,
        explicitinertial=True,
    )
    if body.axis is None or body.limits is None:
        added.add_freejoint(name="root")
        return added
    added.add_joint(
        name=body.joint,
        type=mujoco.mjtJoint.mjJNT_HINGE,
        axis=body.axis,
        limited=True,
        range=body.limits,
        # the source models have no passive damping or dry friction: the drive's damping is in the gains
        armature=constants.ARMATURE[JOINT_NAMES.index(body.joint)],
    )
    return added


def _add_primitive(body: mujoco.MjsBody, primitive: Primitive) -> None:
    is_sphere = primitive.start == primitive.end
    geom = body.add_geom(
        name=primitive.name,
        type=mujoco.mjtGeom.mjGEOM_SPHERE if is_sphere else mujoco.mjtGeom.mjGEOM_CAPSULE,
        size=[primitive.radius, 0, 0],
        contype=primitive.group,
        conaffinity=TOUCHES[primitive.group],
        condim=1,  # frictionless among the robot's own links; the floor's priority gives its contacts friction
        group=COLLISION_GROUP,
        mass=0,
    )
    if is_sphere:
        geom.pos = primitive.start
    else:
        geom.fromto = [*primitive.start, *primitive.end]


def _add_visuals(spec: mujoco.MjSpec, bodies: dict[str | None, Any], floor: bool) -> None:
    for mesh in load_visual_meshes():
        spec.add_mesh(
            name=mesh.name,
            uservert=mesh.vertices.ravel(),
            userface=mesh.faces.ravel(),
            # the decimated shells are open, which the inertia of a shell, unlike that of a solid, allows
            inertia=mujoco.mjtMeshInertia.mjMESH_INERTIA_SHELL,
        )
        bodies[mesh.body_name].add_geom(
            name=f"{mesh.name}_visual",
            type=mujoco.mjtGeom.mjGEOM_MESH,
            meshname=mesh.name,
            rgba=mesh.rgba,
            contype=0,
            conaffinity=0,
            group=VISUAL_GROUP,
            mass=0,
        )
    spec.worldbody.add_light(
        pos=[0, 0, 4], dir=[0, 0, -1], type=mujoco.mjtLightType.mjLIGHT_DIRECTIONAL, diffuse=[0.6, 0.6, 0.6]
    )
    spec.visual.headlight.ambient = [0.35, 0.35, 0.35]
    spec.visual.headlight.diffuse = [0.5, 0.5, 0.5]
    if floor:
        _paint_floor(spec)


def _paint_floor(spec: mujoco.MjSpec) -> None:
    spec.add_texture(
        name="tiles",
        type=mujoco.mjtTexture.mjTEXTURE_2D,
        builtin=mujoco.mjtBuiltin.mjBUILTIN_CHECKER,
        rgb1=[0.86, 0.87, 0.88],
        rgb2=[0.80, 0.81, 0.83],
        width=256,
        height=256,
    )
    material = spec.add_material(name="tiles", texrepeat=[1, 1], texuniform=True)
    material.textures[mujoco.mjtTextureRole.mjTEXROLE_RGB] = "tiles"
    spec.geom("floor").material = "tiles"


def _add_actuator(spec: mujoco.MjSpec, index: int, joint: str, actuation: Actuation) -> None:
    limit = constants.EFFORT_LIMIT[index]
    actuator = spec.add_actuator(
        name=joint, target=joint, trntype=mujoco.mjtTrn.mjTRN_JOINT, forcelimited=True, forcerange=[-limit, limit]
    )
    if actuation == "position":
        actuator.set_to_position(kp=constants.KP[index], kv=constants.KD[index])
    else:
        actuator.set_to_motor()
