"""The noise of generated video on one motion: identity, seeds, swaps, limits, numpy against torch, mirror."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genmimic import rotation
from genmimic.motion import noise
from genmimic.motion.noise_tracks import NoiseSample
from genmimic.motion.robot_motion import RobotMotion
from genmimic.robot import mirror
from genmimic.robot.constants import DEFAULT_JOINT_POS, JOINT_LOWER, JOINT_UPPER
from genmimic.robot.kinematics import forward_kinematics


def walking(frames: int = 250) -> RobotMotion:
    """Legs and arms that swing while the pelvis travels along x at 0.5 m/s."""
    time = np.arange(frames) / 50.0
    joint_pos = np.tile(DEFAULT_JOINT_POS, (frames, 1))
    joint_pos[:, [0, 7, 13]] += 0.4 * np.sin(2 * np.pi * time)[:, None]
    joint_pos[:, [6, 18]] -= 0.4 * np.sin(2 * np.pi * time)[:, None]
    root = np.column_stack([0.5 * time, np.zeros(frames), np.full(frames, 0.78)])
    quat = np.tile([1.0, 0.0, 0.0, 0.0], (frames, 1))
    return RobotMotion("walk", 50.0, root, quat, joint_pos, np.zeros((frames, 2)), np.ones(frames))


def random_sample(shape: tuple[int, ...], seed: int = 0) -> NoiseSample:
    rng = np.random.default_rng(seed)
    return NoiseSample(
        steady=0.1 * rng.standard_normal((*shape, 29)),
        moving=0.1 * rng.standard_normal((*shape, 29)),
        morph=0.1 * rng.standard_normal((*shape, 23)),
        leg_swap=rng.uniform(0.0, 1.0, shape),
        path_scale=rng.uniform(0.8, 1.2, shape),
        path_turn=rng.uniform(-0.2, 0.2, shape),
        frame_offset=np.zeros(shape, dtype=np.int64),
    )


def random_poses(shape: tuple[int, ...], seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    joints = rng.uniform(0.6 * JOINT_LOWER, 0.6 * JOINT_UPPER, (*shape, 23))
    return rng.standard_normal((*shape, 3)), rotation.normalize(rng.standard_normal((*shape, 4))), joints


def test_no_severity_is_no_change() -> None:
    motion = walking()
    model = noise.load_noise_model()
    assert noise.corrupt(motion, model, 0.0, 3) is motion
    tracks = noise.sample_tracks(model, 2, 500, 0.0, np.random.default_rng(0))
    sample = tracks.at(np.ones(250, dtype=int), np.arange(250))
    assert not sample.frame_offset.any()
    poses = (motion.root_pos_w, motion.root_quat_w, motion.joint_pos)
    changed = noise.apply(*poses, sample, None, motion.root_pos_w[:1])
    for before, after in zip(poses, changed, strict=True):
        np.testing.assert_allclose(after, before, atol=1e-12)


def test_seed_decides() -> None:
    motion, model = walking(), noise.load_noise_model()
    first, again, other = (noise.corrupt(motion, model, 1.0, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.joint_pos, again.joint_pos)
    np.testing.assert_array_equal(first.root_pos_w, again.root_pos_w)
    assert np.abs(first.joint_pos - other.joint_pos).max() > 0.05


def test_corrupted_motion_is_a_motion_near_the_true_one() -> None:
    motion, model = walking(), noise.load_noise_model()
    errors = []
    for seed in range(20):
        noisy = noise.corrupt(motion, model, 1.0, seed)
        assert (noisy.joint_pos >= JOINT_LOWER).all() and (noisy.joint_pos <= JOINT_UPPER).all()
        assert noisy.metadata["noise_severity"] == 1.0
        points = [forward_kinematics(m.root_pos_w, m.root_quat_w, m.joint_pos)[0] for m in (motion, noisy)]
        local = [p - p[:, :1] for p in points]
        errors.append(np.linalg.norm(local[1] - local[0], axis=-1).mean())
    assert 0.02 < np.mean(errors) < 0.12


def test_severity_scales_the_continuous_part() -> None:
    model = noise.load_noise_model()
    one, two = (noise.sample_tracks(model, 3, 500, s, np.random.default_rng(5)) for s in (0.5, 1.0))
    # events draw different numbers at other rates: the first track's continuous part comes before them
    np.testing.assert_allclose(2.0 * one.frame_rows[0, :, :29], two.frame_rows[0, :, :29], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(2.0 * one.clip_rows[0, :29], two.clip_rows[0, :29], rtol=1e-4)


def test_swapping_legs_twice_is_nothing() -> None:
    joints = random_poses((40,))[2]
    np.testing.assert_array_equal(noise.swap_legs(noise.swap_legs(joints)), joints)
    assert np.abs(noise.swap_legs(joints) - joints)[:, :12].max() > 0.1
    np.testing.assert_array_equal(noise.swap_legs(joints)[:, 12:], joints[:, 12:])


def test_swapped_feet_stand_where_the_other_foot_stood() -> None:
    joints = random_poses((40,))[2]
    root = (np.zeros((40, 3)), np.tile([1.0, 0.0, 0.0, 0.0], (40, 1)))
    before, after = (forward_kinematics(*root, j)[0] for j in (joints, noise.swap_legs(joints)))
    left, right = before[:, 6], before[:, 12]
    np.testing.assert_allclose(after[:, 6], mirror.mirror_vector(right), atol=1e-12)
    np.testing.assert_allclose(after[:, 12], mirror.mirror_vector(left), atol=1e-12)


def test_path_scale_and_turn_are_about_the_start() -> None:
    start, pos = np.array([[1.0, 2.0, 0.7]]), np.array([[1.0, 2.0, 0.8], [3.0, 2.0, 0.9]])
    sample = replace(
        random_sample((2,)),
        steady=np.zeros((2, 29)),
        moving=np.zeros((2, 29)),
        path_scale=np.full(2, 1.5),
        path_turn=np.full(2, 0.5 * np.pi),
    )
    quat = np.tile([1.0, 0.0, 0.0, 0.0], (2, 1))
    bent, _, _ = noise.apply(pos, quat, np.zeros((2, 23)), sample, None, start)
    np.testing.assert_allclose(bent, [[1.0, 2.0, 0.8], [1.0, 5.0, 0.9]], atol=1e-12)


def test_someone_at_rest_is_seen_better() -> None:
    model = noise.load_noise_model()
    rest, walk = noise.activity(model, np.zeros(23)), noise.activity(model, np.full(23, noise.WALKING))
    np.testing.assert_allclose(rest, model.activity_floor)
    np.testing.assert_allclose(walk, 1.0)


def test_torch_and_numpy_agree() -> None:
    torch = pytest.importorskip("torch")
    sample, poses, gain = random_sample((7, 3)), random_poses((7, 3)), np.full((7, 3, 2), 0.7)
    start = np.zeros((7, 1, 3))
    expected = noise.apply(*poses, sample, gain, start)
    as_tensors = replace(sample, **{k: torch.as_tensor(v) for k, v in vars(sample).items()})
    found = noise.apply(*map(torch.as_tensor, poses), as_tensors, torch.as_tensor(gain), torch.as_tensor(start))
    for a, b in zip(expected, found, strict=True):
        np.testing.assert_allclose(b.numpy(), a, atol=1e-12)


def test_mirrored_noise_on_the_mirrored_pose_is_the_mirrored_result() -> None:
    sample, poses = random_sample((30,)), random_poses((30,))
    flipped = replace(
        sample,
        steady=mirror_error(sample.steady),
        moving=mirror_error(sample.moving),
        morph=mirror.mirror_joint_pos(sample.morph),
        path_turn=-sample.path_turn,
    )
    start = np.zeros((30, 3))
    expected = mirror_poses(*noise.apply(*poses, sample, None, start))
    found = noise.apply(*mirror_poses(*poses), flipped, None, start)
    for a, b in zip(expected, found, strict=True):
        np.testing.assert_allclose(b, a, atol=1e-12)


def mirror_error(error: np.ndarray) -> np.ndarray:
    parts = (mirror.mirror_vector(error[..., :3]), mirror.mirror_axial(error[..., 3:6]))
    return np.concatenate([*parts, mirror.mirror_joint_pos(error[..., 6:])], axis=-1)


def mirror_poses(pos: np.ndarray, quat: np.ndarray, joints: np.ndarray) -> tuple[np.ndarray, ...]:
    return mirror.mirror_vector(pos), mirror.mirror_quat(quat), mirror.mirror_joint_pos(joints)
