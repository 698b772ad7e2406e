"""Small made-up motions for the tests of view/: a waving reference, a rollout near it, a person, a video."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from genmimic.human.evidence import Reconstruction, VideoEvidence
from genmimic.motion import skeleton
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.robot_motion import RobotMotion
from genmimic.robot.constants import DEFAULT_JOINT_POS
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.model import default_qpos
from genmimic.robot.names import JOINT_NAMES
from genmimic.sim.record import Rollout

IMAGE_SIZE = (320, 240)


def wave(seconds: float = 1.0, fps: float = 30.0) -> RobotMotion:
    """The right arm waves while the robot walks 0.2 m/s along x."""
    frames = round(seconds * fps) + 1
    time = np.arange(frames) / fps
    joint_pos = np.tile(DEFAULT_JOINT_POS, (frames, 1))
    joint_pos[:, JOINT_NAMES.index("right_shoulder_roll_joint")] -= 0.8 + 0.4 * np.sin(4.0 * time)
    root_pos_w = np.tile(default_qpos()[:3], (frames, 1))
    root_pos_w[:, 0] += 0.2 * time
    root_quat_w = np.tile([1.0, 0.0, 0.0, 0.0], (frames, 1))
    contact = np.ones((frames, 2))
    return RobotMotion("wave", fps, root_pos_w, root_quat_w, joint_pos, contact, np.ones(frames), source="made up")


def rollout(reference: RobotMotion, *, held: bool = True, offset: float = 0.05, **changes: Any) -> Rollout:
    """A robot that follows the reference `offset` metres to its left, at 50 Hz, with made-up forces."""
    steps = round(reference.duration * 50.0) + 1
    at = np.minimum(np.arange(steps) / 50.0 * reference.fps, len(reference) - 1).astype(int)
    root_pos, root_quat, joint_pos = reference.root_pos_w[at], reference.root_quat_w[at], reference.joint_pos[at]
    shifted = root_pos + np.array([0.0, offset, 0.0])
    wanted, _ = forward_kinematics(root_pos, root_quat, joint_pos)
    done, _ = forward_kinematics(shifted, root_quat, joint_pos)
    force = np.tile([0.0, 0.0, 68.0 if held else 0.0], (steps, 1))
    record = Rollout(
        name=reference.name,
        fps=50.0,
        root_pos_w=shifted,
        root_quat_w=root_quat,
        joint_pos=joint_pos,
        joint_vel=np.zeros((steps, 23)),
        torque=np.tile(np.linspace(-5.0, 5.0, 23), (steps, 1)),
        foot_force=np.tile([0.0, 0.0, 136.0], (steps, 2, 1)),
        foot_contact=np.ones((steps, 2), bool),
        action=np.zeros((steps, 23)),
        target_joint_pos=joint_pos,
        keypoint_pos_w=done,
        support_force_w=force,
        support_moment_w=np.zeros((steps, 3)),
        support_fraction=np.linalg.norm(force, axis=1) / 340.0,
        reference_root_pos_w=root_pos,
        reference_root_quat_w=root_quat,
        reference_joint_pos=joint_pos,
        reference_keypoint_pos_w=wanted,
        body_weight=340.0,
        controller="gantry" if held else "policy",
        held=held,
    )
    return replace(record, **changes)


def person(frames: int = 17, fps: float = 16.0, first_frame: int = 0) -> Reconstruction:
    """Somebody in a T-pose, facing a camera 4 m away along +x."""
    offsets = np.random.default_rng(0).normal(scale=0.12, size=(22, 3))
    offsets[0] = 0.0
    local_quat = np.tile([1.0, 0.0, 0.0, 0.0], (frames, 22, 1))
    local_quat[:, 0] = skeleton.UPRIGHT_QUAT_W
    human = HumanMotion(
        "wave",
        fps,
        np.tile([0.0, 0.0, 0.9], (frames, 1)),
        local_quat,
        offsets,
        np.full((frames, 22), 0.9),
        np.ones((frames, 2)),
        assumptions={"person_height_m": 1.7, "person_height_given": False, "floor": "level"},
    )
    evidence = VideoEvidence(
        frame_index=first_frame + np.arange(frames),
        landmark_px=np.zeros((frames, 33, 2)),
        landmark_visibility=np.ones((frames, 33)),
        joint_px=np.zeros((frames, 22, 2)),
        image_size=np.array(IMAGE_SIZE),
        detected=np.ones(frames, bool),
        reprojection_error_px=np.full(frames, 2.5),
        focal_px=np.full(frames, 300.0),
        camera_pos_w=np.array([4.0, 0.0, 1.0]),
        camera_rot_cw=np.tile(np.array([[0.0, 1.0, 0.0], [0.0, 0.0, -1.0], [-1.0, 0.0, 0.0]]), (frames, 1, 1)),
        camera={"static": True},
    )
    pos_w, _ = human.forward_kinematics()
    return Reconstruction(human, replace(evidence, joint_px=evidence.project(pos_w)))


METRICS: dict[str, Any] = {
    "name": "wave",
    "genmimic": "0.1.0",
    "verdict": {"kind": "held", "sentence": "Held: a gantry carried 20 % of body weight <on average>."},
    "human": {"frames": 17, "person_found_percent": 98.7, "reprojection_error_percent": 1.23, "confidence": 0.9},
    "reference": {"feasible": True, "score": 0.87, "reasons": ["a foot slides"], "hand_error": 0.0123},
    "robot": {"controller": "gantry", "mpkpe_nt_cm": 5.0, "lmpkpe_nt_cm": 0.4, "support_mean_percent": 20.0},
}


def write_grey_video(path: Path, frames: int = 17, fps: int = 16, size: tuple[int, int] = IMAGE_SIZE) -> Path:
    """A video whose frame k is uniformly grey of value 40 + 10 k, with a bright square so that frames differ."""
    from genmimic.view.encode import VideoWriter

    with VideoWriter(path, size, fps, crf=10) as writer:
        for k in range(frames):
            writer.write(np.full((size[1], size[0], 3), 40 + 10 * k, np.uint8))
    return path
