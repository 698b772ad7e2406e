"""The analytic derivatives of the fit against finite differences."""

import numpy as np
import pytest

from genmimic import rotation
from genmimic.human import body_model
from genmimic.human.articulation import BALL_DOF, DOF, DOF_COUNT, Pose
from genmimic.human.fit_camera import LEVEL_CAMERA_ROT, CameraTrack, camera_rot, camera_rot_gradient, ray_rotation
from genmimic.human.fit_priors import right_jacobian_inverse, velocities
from genmimic.human.kinematics import forward, point_jacobian, right_jacobian, step
from genmimic.motion.skeleton import INDEX, forward_kinematics


def random_pose(frames: int, seed: int = 0) -> Pose:
    rng = np.random.default_rng(seed)
    values = 0.4 * rng.normal(size=(frames, DOF_COUNT))
    values[:, BALL_DOF] = 0.0
    return Pose(values, rotation.normalize(rng.normal(size=(frames, 5, 4))))


def test_agrees_with_the_skeletons_forward_kinematics():
    pose, offsets = random_pose(5), body_model.bone_offsets(np.zeros(10))
    kin = forward(pose, offsets)
    pos, quat = forward_kinematics(pose.values[:, :3], rotation.from_matrix(kin.local_rot), offsets)
    np.testing.assert_allclose(kin.joint_pos_w, pos, atol=1e-9)
    np.testing.assert_allclose(kin.joint_rot_w, rotation.to_matrix(quat), atol=1e-9)


def test_point_jacobian():
    pose, offsets = random_pose(4), body_model.bone_offsets(np.zeros(10))
    joint = np.array([INDEX[n] for n in ("head", "left_wrist", "left_foot", "right_ankle", "right_wrist")])
    local = np.random.default_rng(1).normal(size=(5, 3)) * 0.1

    def points(p: Pose) -> np.ndarray:
        kin = forward(p, offsets)
        return kin.joint_pos_w[:, joint] + np.einsum("tkij,kj->tki", kin.joint_rot_w[:, joint], local)

    jacobian = point_jacobian(forward(pose, offsets), points(pose), joint)
    for dof in range(DOF_COUNT):
        delta = np.zeros((4, DOF_COUNT))
        delta[:, dof] = 1e-6
        slope = (points(step(pose, delta)) - points(step(pose, -delta))) / 2e-6
        np.testing.assert_allclose(jacobian[..., dof], slope, atol=1e-7)


@pytest.mark.parametrize("scale", [1e-6, 0.7, 2.8])
def test_right_jacobian_and_its_inverse(scale):
    rotvec = scale * np.array([[0.3, -0.5, 0.8]])
    np.testing.assert_allclose(right_jacobian(rotvec) @ right_jacobian_inverse(rotvec), np.eye(3)[None], atol=1e-9)
    delta = 1e-6 * np.array([[1.0, 2.0, -1.0]])
    moved = rotation.multiply(rotation.from_axis_angle(rotvec), rotation.from_axis_angle(delta))
    change = rotation.to_axis_angle(moved) - rotvec
    np.testing.assert_allclose(change, np.einsum("tij,tj->ti", right_jacobian_inverse(rotvec), delta), atol=1e-10)


def test_equal_numbers_on_both_sides_are_mirror_images():
    values = np.zeros((1, DOF_COUNT))
    for name, value in {"knee": 0.5, "ankle_x": 0.2, "collar_z": 0.2, "collar_y": 0.1, "elbow": 0.9}.items():
        values[:, [DOF[f"left_{name}"], DOF[f"right_{name}"]]] = value
    identity = np.tile([1.0, 0.0, 0.0, 0.0], (1, 5, 1))
    pos = forward(Pose(values, identity), body_model.bone_offsets(np.zeros(10))).joint_pos_w[0]
    for name, index in INDEX.items():
        if name.startswith("left_"):
            partner = pos[INDEX[name.replace("left", "right")]]
            np.testing.assert_allclose(pos[index] * [-1.0, 1.0, 1.0], partner, atol=1e-9)
    assert pos[INDEX["left_ankle"], 2] < pos[INDEX["left_knee"], 2]  # knees bend backwards
    assert pos[INDEX["left_wrist"], 2] > pos[INDEX["left_elbow"], 2]  # elbows forwards


def test_velocities_of_a_steady_turn_are_constant():
    turn = rotation.from_axis_angle(np.arange(6)[:, None] * np.array([[0.0, 0.3, 0.0]]))
    pose = Pose(np.zeros((6, DOF_COUNT)), np.repeat(turn[:, None], 5, 1))
    assert np.abs(np.diff(velocities(pose), axis=0)).max() < 1e-12
    np.testing.assert_allclose(velocities(pose)[0, BALL_DOF].reshape(5, 3), np.tile([0.0, 0.3, 0.0], (5, 1)))


def test_camera_looks_down_by_its_pitch_and_its_derivatives_are_right():
    np.testing.assert_allclose(camera_rot(0.0, 0.0), LEVEL_CAMERA_ROT)
    np.testing.assert_allclose(camera_rot(0.1, 0.0).T @ [0, 0, 1], [np.cos(0.1), 0.0, -np.sin(0.1)], atol=1e-12)
    by_pitch, by_roll = camera_rot_gradient(0.1, 0.05)
    e = 1e-6
    np.testing.assert_allclose(by_pitch, (camera_rot(0.1 + e, 0.05) - camera_rot(0.1 - e, 0.05)) / (2 * e), atol=1e-8)
    np.testing.assert_allclose(by_roll, (camera_rot(0.1, 0.05 + e) - camera_rot(0.1, 0.05 - e)) / (2 * e), atol=1e-8)


def test_rays_of_a_camera_that_turns_and_zooms_return_to_its_pixels():
    quat = rotation.from_axis_angle(np.array([[0.0, 0.0, 0.0], [0.05, 0.2, 0.01]]))
    camera = CameraTrack(np.array([900.0, 1100.0]), rotation.to_matrix(quat), np.array([480.0, 270.0]))
    pixel = np.array([[[100.0, 50.0], [700.0, 500.0]]] * 2)
    rays = camera.to_rays(pixel)
    np.testing.assert_allclose(rays[..., 2], 1.0)
    np.testing.assert_allclose(camera.to_pixels(4.0 * rays), pixel, atol=1e-9)


def test_ray_rotation_turns_the_axis_to_the_ray():
    rays = np.array([[0.0, 0.0, 1.0], [0.3, -0.2, 1.0]])
    rot = ray_rotation(rays)
    np.testing.assert_allclose(rot[:, :, 2], rays / np.linalg.norm(rays, axis=1, keepdims=True), atol=1e-12)
    np.testing.assert_allclose(rot @ np.swapaxes(rot, 1, 2), np.tile(np.eye(3), (2, 1, 1)), atol=1e-12)


@pytest.mark.parametrize("height", [1.5, 1.7, 1.95])
def test_body_has_the_height_asked_for_and_straight_legs(height):
    betas = body_model.betas_of_height(height)
    assert body_model.body_height(betas) == pytest.approx(height)
    offsets = body_model.bone_offsets(betas)
    thigh, shank = offsets[INDEX["left_knee"]], offsets[INDEX["left_ankle"]]
    cosine = thigh @ shank / np.linalg.norm(thigh) / np.linalg.norm(shank)
    assert np.degrees(np.arccos(cosine)) < 3.0
    np.testing.assert_allclose(offsets[INDEX["right_hip"]] * [-1, 1, 1], offsets[INDEX["left_hip"]])
