"""Residuals of the fit that depend on where points of the body are: image, bone directions, contact, balance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic.human import body_model
from genmimic.human.articulation import DOF_COUNT
from genmimic.human.blazepose import BLAZEPOSE_NAMES
from genmimic.human.contact import smooth_speed
from genmimic.human.fit_camera import camera_rot_gradient
from genmimic.human.fit_observations import BIAS_MEAN, BIAS_SIGMA, BONE_BIAS, BONE_SIGMA, BONES
from genmimic.human.fit_problem import (
    BETAS,
    BIAS,
    FLOOR,
    GLOBAL_COUNT,
    PITCH,
    ROLL,
    FitProblem,
    FitState,
    NormalEquations,
    body_scale,
    camera_rot_of,
    cauchy,
    offsets_of,
)
from genmimic.human.kinematics import Kinematics, forward, point_jacobian
from genmimic.human.landmark_points import FOOT_POINT_JOINT, FOOT_ROWS, LANDMARK_POINTS, foot_points
from genmimic.motion.skeleton import PARENTS

_BETAS_SHARE = 0.2
_BIAS_SHARE = 0.2  # of the frames, whose errors are far from independent, that the expected bias (build) outweighs
_UNSEEN_SIGMA = 0.08  # metres from the pelvis to the middle of feet that are out of the picture
_STILL_SPEED = 0.2  # m/s of the pelvis, over which balance is dynamic
_NEAREST = 0.3  # metres in front of the camera; points nearer than this have no usable projection

_MASS = {"shoulder": 0.40, "hip": 0.36, "knee": 0.18, "ankle": 0.06}  # rough shares of the body's mass around joints


def _mass_share() -> np.ndarray:
    share = np.zeros(len(LANDMARK_POINTS.landmark))
    for row, landmark in enumerate(LANDMARK_POINTS.landmark):
        _, _, part = BLAZEPOSE_NAMES[landmark].partition("_")
        share[row] = 0.5 * _MASS.get(part, 0.0)
    return share


MASS_SHARE = _mass_share()
"""(K,) weights of the landmark points whose mean is roughly the centre of mass."""

TRUNK = np.where(0.5 * _MASS["shoulder"] == MASS_SHARE, 0.5, 0.0) - np.where(0.5 * _MASS["hip"] == MASS_SHARE, 0.5, 0.0)
"""(K,) weights that give the vector from the middle of the hips to that of the shoulders."""


@dataclass(frozen=True)
class BodyPoints:
    """Landmark and sole points of the fitted body with their derivatives.

    Attributes:
        landmark_w: (T, K, 3) metres.
        landmark_jacobian: (T, K, 3, 44).
        landmark_shape: (T, K, 3, 10), by the betas.
        sole_w: (T, 4, 3): left heel and toe, right heel and toe.
        sole_jacobian: (T, 4, 3, 44).
        sole_shape: (T, 4, 3, 10).
        pelvis_w: (T, 3).
    """

    landmark_w: np.ndarray
    landmark_jacobian: np.ndarray
    landmark_shape: np.ndarray
    sole_w: np.ndarray
    sole_jacobian: np.ndarray
    sole_shape: np.ndarray
    pelvis_w: np.ndarray


def sole_local(betas: np.ndarray) -> np.ndarray:
    """Sole points (4, 3) in the frames of `FOOT_POINT_JOINT` for a body shape."""
    return foot_points(
        body_model.sole_below_joint(betas, "left_ankle"), body_model.sole_below_joint(betas, "left_foot")
    )


def attached(kin: Kinematics, joint: np.ndarray, local: np.ndarray) -> np.ndarray:
    """World positions (T, K, 3) of points `local` (K, 3) fixed to joints (K,)."""
    return kin.joint_pos_w[:, joint] + (kin.joint_rot_w[:, joint] @ local[..., None])[..., 0]


def body_points(state: FitState, height: float) -> BodyPoints:
    """Evaluate the body's points and their derivatives."""
    kin = forward(state.pose, offsets_of(state))
    joint = np.concatenate([LANDMARK_POINTS.joint, FOOT_POINT_JOINT])
    local = np.concatenate([body_scale(height) * LANDMARK_POINTS.local, sole_local(state.betas)])
    point = attached(kin, joint, local)
    jacobian = point_jacobian(kin, point, joint)
    shape = _shape_jacobian(kin)[:, joint]
    k = len(LANDMARK_POINTS.joint)
    return BodyPoints(
        point[:, :k], jacobian[:, :k], shape[:, :k], point[:, k:], jacobian[:, k:], shape[:, k:], kin.joint_pos_w[:, 0]
    )


def _shape_jacobian(kin: Kinematics) -> np.ndarray:
    """Derivative (T, 22, 3, 10) of the joints by the betas, pelvis held."""
    directions = body_model.offset_directions()
    out = [np.zeros((len(kin.joint_pos_w), 3, 10))]
    for joint in range(1, len(PARENTS)):
        parent = PARENTS[joint]
        out.append(out[parent] + kin.joint_rot_w[:, parent] @ directions[joint])
    return np.stack(out, 1)


def add_image(system: NormalEquations, state: FitState, points: BodyPoints, problem: FitProblem) -> None:
    """Add the distances between projected points and landmarks, in metres at the person's depth."""
    rot = camera_rot_of(state)
    by_pitch, by_roll = camera_rot_gradient(state.pitch, state.roll)
    point_c = points.landmark_w @ rot.T
    z = np.maximum(point_c[..., 2], _NEAREST)
    projected = point_c[..., :2] / z[..., None]
    depth = np.maximum((points.pelvis_w @ rot.T)[:, 2], _NEAREST)[:, None, None]
    residual = depth * (projected - problem.observed.ray)
    # d(x / z) = (dx - (x / z) dz) / z
    matrix = np.zeros((*z.shape, 2, 3))
    matrix[..., 0, 0] = matrix[..., 1, 1] = 1.0
    matrix[..., 2] = -projected
    matrix *= (depth[..., 0] / z)[..., None, None]
    world_matrix = matrix @ rot
    jacobian = world_matrix @ points.landmark_jacobian
    border = np.zeros((*residual.shape, GLOBAL_COUNT))
    border[..., BETAS] = world_matrix @ points.landmark_shape
    border[..., PITCH] = (matrix @ (points.landmark_w @ by_pitch.T)[..., None])[..., 0]
    border[..., ROLL] = (matrix @ (points.landmark_w @ by_roll.T)[..., None])[..., 0]
    sigma = problem.settings.image_scale * LANDMARK_POINTS.sigma
    squared = (residual**2).sum(-1) / sigma**2
    weight = problem.observed.weight * cauchy(squared, 2.5) / sigma**2
    _add(system, residual, jacobian, border, np.repeat(weight[..., None], 2, -1))


def add_bones(system: NormalEquations, state: FitState, points: BodyPoints, problem: FitProblem) -> None:
    """Add the differences between the fitted bones and BlazePose's directions, in units of the bone's length."""
    view = np.swapaxes(problem.observed.view, -1, -2) @ camera_rot_of(state)  # world to line-of-sight axes
    a, b = BONES.T
    bone_v = (points.landmark_w[:, b] - points.landmark_w[:, a]) @ np.swapaxes(view, -1, -2)
    target_v = problem.observed.bone_c @ problem.observed.view
    length = np.maximum(np.linalg.norm(bone_v, axis=-1).mean(0), 1e-3)[:, None]
    biased = np.flatnonzero(BONE_BIAS >= 0)
    frontal = problem.observed.frontal[:, None]
    residual = bone_v / length - target_v
    residual[:, biased, 2] += frontal * state.bias[BONE_BIAS[biased]]
    border = np.zeros((*residual.shape, GLOBAL_COUNT))
    border[:, biased, 2, BIAS.start + BONE_BIAS[biased]] = frontal
    jacobian = view[:, None] @ (points.landmark_jacobian[:, b] - points.landmark_jacobian[:, a]) / length[..., None]
    sigma = problem.settings.bone_scale * BONE_SIGMA
    squared = ((residual / sigma) ** 2).sum(-1)
    weight = (problem.observed.bone_weight * cauchy(squared, 2.5))[..., None] / sigma**2
    _add(system, residual, jacobian, border, weight)


def add_contact(system: NormalEquations, state: FitState, points: BodyPoints, problem: FitProblem) -> None:
    """Add planted soles: on the floor, and standing still from one frame to the next."""
    settings, contact = problem.settings, problem.contact
    above = points.sole_w[..., 2] - state.floor
    border = np.zeros((*above.shape, GLOBAL_COUNT))
    border[..., BETAS] = points.sole_shape[..., 2, :]
    border[..., FLOOR] = -1.0
    # a sole may not go through the floor, planted or not
    weight = np.where(above < 0.0, np.maximum(contact, 0.5), contact) / settings.contact_height_sigma**2
    weight = weight * cauchy((above / settings.contact_height_sigma) ** 2, 3.0)
    system.add(above, points.sole_jacobian[:, :, 2], border, weight)

    speed = np.diff(points.sole_w, axis=0) * problem.observed.fps
    weight = contact[1:] * contact[:-1] / settings.contact_speed_sigma**2
    weight = weight * cauchy((speed**2).sum(-1), settings.contact_release_speed)
    frames = len(speed)
    flat = points.sole_jacobian.reshape(len(points.sole_w), -1, DOF_COUNT) * problem.observed.fps
    flat_weight = np.repeat(weight[..., None], 3, -1).reshape(frames, -1)
    residual = speed.reshape(frames, -1)
    before, after = flat[:-1], flat[1:]
    before_weighted = np.swapaxes(before * flat_weight[..., None], 1, 2)
    after_weighted = np.swapaxes(after * flat_weight[..., None], 1, 2)
    system.diagonal[:-1] += before_weighted @ before
    system.diagonal[1:] += after_weighted @ after
    system.lower -= after_weighted @ before
    system.gradient[:-1] -= (before_weighted @ residual[..., None])[..., 0]
    system.gradient[1:] += (after_weighted @ residual[..., None])[..., 0]


def stillness(points: BodyPoints, fps: float) -> np.ndarray:
    """How far the person stands still, (T,) in [0, 1], from the pelvis' speed."""
    speed = smooth_speed(points.pelvis_w[:, None], fps, window_s=0.4)[:, 0]
    return 1.0 / (1.0 + (speed / _STILL_SPEED) ** 2) ** 2


def add_balance(system: NormalEquations, state: FitState, points: BodyPoints, problem: FitProblem) -> None:
    """Add the horizontal distance between centre of mass and support, where the person hardly moves.

    A monocular detector leans people towards or away from the camera; people who stand do not.
    """
    contact, settings = problem.contact, problem.settings
    support = contact / np.maximum(contact.sum(1, keepdims=True), 1e-6)
    residual = (
        np.einsum("k,tki->ti", MASS_SHARE, points.landmark_w) - np.einsum("tk,tki->ti", support, points.sole_w)
    )[:, :2]
    jacobian = np.einsum("k,tkid->tid", MASS_SHARE, points.landmark_jacobian[:, :, :2])
    jacobian -= np.einsum("tk,tkid->tid", support, points.sole_jacobian[:, :, :2])
    still = stillness(points, problem.observed.fps)
    squared = (residual**2).sum(-1) / settings.upright_sigma**2
    weight = still * np.minimum(contact.sum(1) / 2.0, 1.0) * cauchy(squared, 8.0) / settings.upright_sigma**2
    system.add(residual, jacobian, None, np.repeat(weight[:, None], 2, 1))

    # people hold the trunk upright or bend it for good: a sharp peak with long tails, as for the knees
    trunk = np.einsum("k,tki->ti", TRUNK, points.landmark_w)[:, :2]
    squared = (trunk**2).sum(-1) / settings.trunk_sigma**2
    weight = cauchy(squared, 3.0) / settings.trunk_sigma**2
    jacobian = np.einsum("k,tkid->tid", TRUNK, points.landmark_jacobian[:, :, :2])
    system.add(trunk, jacobian, None, np.repeat(weight[:, None], 2, 1))

    # feet that are out of sight walk along under the body
    unseen = 1.0 - problem.observed.weight[:, FOOT_ROWS].max(1)
    below = (points.pelvis_w - points.sole_w.mean(1))[:, :2]
    jacobian = -points.sole_jacobian[:, :, :2].mean(1)
    jacobian[:, :, :2] += np.eye(2)
    weight = unseen / _UNSEEN_SIGMA**2
    system.add(below, jacobian, None, np.repeat(weight[:, None], 2, 1))


def add_clip_priors(system: NormalEquations, state: FitState, problem: FitProblem) -> None:
    """Add what is known of the clip-wide variables: the person's height, an average build, a nearly level camera."""
    settings = problem.settings
    if problem.fixed:
        system.corner += 1e12 * np.eye(GLOBAL_COUNT)
        return
    betas_weight = _BETAS_SHARE * len(state.pose)
    system.corner[BETAS, BETAS] += betas_weight * np.eye(10)
    system.border_gradient[BETAS] += betas_weight * state.betas
    gradient = np.zeros(GLOBAL_COUNT)
    gradient[BETAS] = body_model.height_gradient()
    weight = len(state.pose) / 0.002**2
    system.corner += weight * np.outer(gradient, gradient)
    system.border_gradient += weight * gradient * (body_model.body_height(state.betas) - settings.height)
    pitch_weight = len(state.pose) / settings.pitch_sigma**2 if settings.pitch_sigma > 0.0 else 1e12
    system.corner[PITCH, PITCH] += pitch_weight
    system.border_gradient[PITCH] += pitch_weight * (state.pitch - settings.pitch_mean)
    roll_weight = len(state.pose) / settings.roll_sigma**2
    system.corner[ROLL, ROLL] += roll_weight
    system.border_gradient[ROLL] += roll_weight * state.roll
    system.corner[FLOOR, FLOOR] += 1e-3
    bias_weight = _BIAS_SHARE * len(state.pose) / BIAS_SIGMA**2
    system.corner[BIAS, BIAS] += np.diag(bias_weight)
    system.border_gradient[BIAS] += bias_weight * (state.bias - BIAS_MEAN)


def _add(
    system: NormalEquations,
    residual: np.ndarray,
    jacobian: np.ndarray,
    border: np.ndarray | None,
    weight: np.ndarray,
) -> None:
    frames = len(residual)
    system.add(
        residual.reshape(frames, -1),
        jacobian.reshape(frames, -1, DOF_COUNT),
        None if border is None else border.reshape(frames, -1, GLOBAL_COUNT),
        weight.reshape(frames, -1),
    )
