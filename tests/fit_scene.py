"""Landmarks of a known motion seen by a known camera, as BlazePose would give them without its errors."""

import numpy as np

from genmimic import rotation
from genmimic.human import body_model
from genmimic.human.articulation import DOF, DOF_COUNT, Pose
from genmimic.human.fit_camera import CameraTrack, camera_rot, ray_rotation
from genmimic.human.fit_terms import attached
from genmimic.human.kinematics import forward
from genmimic.human.landmark_points import LANDMARK_POINTS
from genmimic.human.landmarks import Landmarks
from genmimic.motion.skeleton import UPRIGHT_QUAT_W

SIZE, FOCAL, PITCH, CAMERA_HEIGHT = (1280, 720), 1408.0, np.radians(3.0), 1.3


def standing_pose(frames: int, yaw: np.ndarray, position: np.ndarray) -> Pose:
    """A person who stands with hanging arms, `yaw` (T,) radians from the direction towards the camera."""
    values = np.zeros((frames, DOF_COUNT))
    values[:, :3] = position
    for side in ("left", "right"):
        values[:, DOF[f"{side}_elbow"]] = 0.3
        values[:, DOF[f"{side}_knee"]] = 0.05
    balls = np.tile([1.0, 0.0, 0.0, 0.0], (frames, 5, 1))
    facing = np.zeros((frames, 3))
    facing[:, 2] = np.pi + yaw
    balls[:, 0] = rotation.multiply(rotation.from_axis_angle(facing), np.tile(UPRIGHT_QUAT_W, (frames, 1)))
    for ball, sign in ((3, -1.0), (4, 1.0)):
        balls[:, ball] = rotation.from_axis_angle(np.array([0.0, 0.0, sign * 1.25]))
    return Pose(values, balls)


def see(pose: Pose, betas: np.ndarray, fps: float, noise_px: float = 0.0) -> tuple[Landmarks, np.ndarray]:
    """Landmarks of a pose in the camera-levelled world, and its true joints (T, 22, 3)."""
    frames = len(pose)
    kin = forward(pose, body_model.bone_offsets(betas))
    body = attached(kin, LANDMARK_POINTS.joint, LANDMARK_POINTS.local)
    body_c = body @ camera_rot(PITCH, 0.0).T
    centre = (np.array(SIZE) - 1.0) / 2.0
    camera = CameraTrack(np.full(frames, FOCAL), np.tile(np.eye(3), (frames, 1, 1)), centre)
    pixel, world = np.zeros((frames, 33, 2)), np.zeros((frames, 33, 3))
    pixel[:, LANDMARK_POINTS.landmark] = camera.to_pixels(body_c)
    pixel += noise_px * np.random.default_rng(0).normal(size=pixel.shape)
    hips = body_c[:, [list(LANDMARK_POINTS.landmark).index(i) for i in (23, 24)]].mean(1)
    world[:, LANDMARK_POINTS.landmark] = (body_c - hips[:, None]) @ ray_rotation(hips)
    seen = np.zeros((frames, 33))
    seen[:, LANDMARK_POINTS.landmark] = 1.0
    landmarks = Landmarks(
        pixel=pixel,
        visibility=seen,
        presence=seen,
        world=world,
        detected=np.ones(frames, dtype=bool),
        score=np.ones(frames),
        fps=fps,
        image_size=SIZE,
    )
    return landmarks, kin.joint_pos_w
