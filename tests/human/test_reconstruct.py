"""Stage 1a after the pictures: a known motion comes back, conventions hold, absurd settings are refused."""

from dataclasses import replace

import numpy as np
import pytest
from fit_scene import CAMERA_HEIGHT, FOCAL, see, standing_pose

from genmimic.errors import InputError
from genmimic.human import body_model
from genmimic.human.fit import OVERLAP, WINDOW, window_starts
from genmimic.human.landmarks import Landmarks
from genmimic.human.reconstruct import (
    ReconstructConfig,
    Reconstruction,
    load_reconstruction,
    reconstruct_landmarks,
    save_reconstruction,
)
from genmimic.human.swaps import MIRROR, find_swaps, undo_swaps
from genmimic.motion.skeleton import INDEX
from genmimic.synthetic.comparison import knee_flexion

FPS, FRAMES = 16.0, 40
BETAS = body_model.betas_of_height(1.70)
CONFIG = ReconstructConfig(height=1.70, focal_px=FOCAL)


def pelvis_height() -> float:
    offsets = body_model.bone_offsets(BETAS)
    chain = [INDEX[f"left_{j}"] for j in ("hip", "knee", "ankle")]
    return body_model.sole_below_joint(BETAS, "left_ankle") - offsets[chain, 1].sum() - CAMERA_HEIGHT


def scene(turn: float = 0.0, noise_px: float = 0.0) -> tuple[Landmarks, np.ndarray]:
    yaw = turn * 0.5 * (1.0 - np.cos(np.pi * np.clip((np.arange(FRAMES) - 12) / 16.0, 0.0, 1.0)))  # within a second
    position = np.tile([4.5, 0.2, pelvis_height()], (FRAMES, 1))
    return see(standing_pose(FRAMES, yaw, position), BETAS, FPS, noise_px)


@pytest.fixture(scope="module")
def standing() -> tuple[Reconstruction, Landmarks, np.ndarray]:
    landmarks, joints = scene(noise_px=2.0)
    return reconstruct_landmarks(landmarks, None, CONFIG, name="standing"), landmarks, joints


def test_standing_person_stands(standing):
    human = standing[0].human
    joints, _ = human.forward_kinematics()
    assert np.degrees(np.median(knee_flexion(joints))) < 12.0
    soles = joints[:, [INDEX["left_foot"], INDEX["right_foot"]], 2]
    assert np.abs(soles - body_model.sole_below_joint(human.betas, "left_foot")).max() < 0.02
    assert human.foot_contact.min() > 0.5
    feet = joints[:, [INDEX["left_foot"], INDEX["right_foot"]]]
    assert np.linalg.norm(np.diff(feet, axis=0), axis=-1).mean() * FPS < 0.02


def test_joints_lie_where_they_are(standing):
    joints, _ = standing[0].human.forward_kinematics()
    truth = standing[2]
    turn = np.array([[-1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, 1.0]])  # the true one faces the camera, -x
    error = (joints - joints[:, :1]) - (truth - truth[:, :1]) @ turn.T
    assert np.linalg.norm(error, axis=-1).mean() < 0.05


def test_world_starts_at_the_origin_facing_x(standing):
    human = standing[0].human
    np.testing.assert_allclose(human.root_pos_w[0, :2], 0.0, atol=1e-9)
    joints, _ = human.forward_kinematics()
    across = joints[0, INDEX["left_hip"]] - joints[0, INDEX["right_hip"]]
    assert across[1] > 0.9 * np.linalg.norm(across)


def test_evidence_projects_the_skeleton_into_the_picture(standing):
    rec, landmarks, _ = standing
    joints, _ = rec.human.forward_kinematics()
    np.testing.assert_allclose(rec.evidence.project(joints), rec.evidence.joint_px, atol=1e-6)
    wrist = rec.evidence.joint_px[:, INDEX["left_wrist"]] - landmarks.pixel[:, 15]
    assert np.linalg.norm(wrist, axis=-1).mean() < 15.0
    assert rec.evidence.reprojection_error_px.mean() < 8.0
    assert rec.human.assumptions["person_height_given"] is True


def test_round_trip_through_a_file(standing, tmp_path):
    path = tmp_path / "human.npz"
    save_reconstruction(standing[0], path)
    back = load_reconstruction(path)
    np.testing.assert_allclose(back.human.local_quat, standing[0].human.local_quat)
    np.testing.assert_allclose(back.evidence.joint_px, standing[0].evidence.joint_px)
    assert back.evidence.camera == standing[0].evidence.camera


def test_turning_round_is_a_true_turn():
    landmarks, _ = scene(turn=np.pi)
    joints, _ = reconstruct_landmarks(landmarks, None, CONFIG).human.forward_kinematics()
    across = joints[:, INDEX["left_hip"]] - joints[:, INDEX["right_hip"]]
    heading = np.unwrap(np.arctan2(across[:, 1], across[:, 0]))
    assert abs(np.degrees(heading[-1] - heading[0])) == pytest.approx(180.0, abs=15.0)
    assert np.abs(np.degrees(np.diff(heading))).max() < 30.0


def test_exchanged_sides_are_put_right():
    landmarks, _ = scene()
    order = np.tile(np.arange(33), (FRAMES, 1))
    order[15:18] = MIRROR
    take = np.arange(FRAMES)[:, None]
    wrong = replace(landmarks, pixel=landmarks.pixel[take, order], world=landmarks.world[take, order])
    assert np.flatnonzero(find_swaps(wrong.pixel, wrong.world, wrong.visibility, FPS)).tolist() == [15, 16, 17]
    right, count = undo_swaps(wrong)
    assert count == 3
    np.testing.assert_allclose(right.pixel, landmarks.pixel)


def test_frames_without_a_person_are_bridged_and_distrusted():
    landmarks, _ = scene()
    hidden = slice(18, 23)
    for field in (landmarks.visibility, landmarks.detected, landmarks.score):
        field[hidden] = 0
    landmarks.pixel[hidden] += 150.0
    human = reconstruct_landmarks(landmarks, None, CONFIG).human
    assert human.confidence[hidden].max() < 0.1 < human.confidence[5].mean()
    assert np.abs(human.root_pos_w[hidden, :2]).max() < 0.15


def test_minutes_are_fitted_in_overlapping_windows():
    assert window_starts(WINDOW) == [0]
    starts = window_starts(1800)
    assert starts[-1] + WINDOW >= 1800
    assert set(np.diff(starts)) == {WINDOW - OVERLAP}


@pytest.mark.parametrize(
    ("config", "word"), [(ReconstructConfig(height=175.0), "height"), (ReconstructConfig(focal_px=1.1), "focal")]
)
def test_absurd_settings_are_refused(config, word):
    with pytest.raises(InputError, match=word):
        reconstruct_landmarks(scene()[0], None, config)


def test_two_frames_are_refused():
    landmarks, _ = scene()
    short = replace(landmarks, **{f: getattr(landmarks, f)[:2] for f in ("pixel", "world", "visibility", "presence")})
    with pytest.raises(InputError, match="2 frames"):
        reconstruct_landmarks(short, None, CONFIG, name="short")
