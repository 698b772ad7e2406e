import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion.resample import interpolate_quat, resample_human, resample_robot
from genmimic.robot import constants


def test_slerp_hits_its_ends_and_turns_evenly():
    old = np.array([0.0, 1.0, 2.0])
    quat = rotation.from_axis_angle(np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 1.4]]))
    quat[1] *= -1.0  # the same orientation; the shorter way must be taken
    angles = rotation.to_axis_angle(interpolate_quat(old, quat, np.array([0.0, 0.25, 1.0, 1.5, 2.0])))[:, 2]
    assert angles == pytest.approx([0.0, 0.25, 1.0, 1.2, 1.4])


@pytest.mark.parametrize(("old", "new", "frames", "expected"), [(16, 50, 81, 251), (30, 50, 31, 51), (50, 30, 51, 31)])
def test_number_of_frames_and_duration(make_robot_motion, old, new, frames, expected):
    resampled = resample_robot(make_robot_motion(frames=frames, fps=float(old)), float(new))
    assert len(resampled) == expected and resampled.fps == new
    assert resampled.duration == pytest.approx((frames - 1) / old)


def test_a_smooth_motion_is_hit_between_its_frames(make_robot_motion, make_human_motion):
    coarse, fine = make_robot_motion(frames=41, fps=50.0), make_robot_motion(frames=81, fps=100.0)
    resampled = resample_robot(coarse, 100.0)
    assert np.abs(resampled.root_pos_w - fine.root_pos_w).max() < 1e-3
    assert rotation.angle_between(resampled.root_quat_w, fine.root_quat_w).max() < 1e-3
    assert np.abs(resampled.joint_pos - fine.joint_pos).max() < 5e-3
    person, finer = make_human_motion(frames=31, fps=50.0), make_human_motion(frames=61, fps=100.0)
    resampled = resample_human(person, 100.0)
    assert rotation.angle_between(resampled.local_quat, finer.local_quat).max() < 2e-3
    assert np.abs(resampled.root_pos_w - finer.root_pos_w).max() < 1e-3
    assert resampled.betas == pytest.approx(person.betas) and resampled.assumptions == person.assumptions


def test_the_same_rate_changes_nothing(make_robot_motion):
    motion = make_robot_motion()
    assert resample_robot(motion, motion.fps) is motion


@settings(max_examples=30, deadline=None)
@given(fps=st.floats(5.0, 200.0), frames=st.integers(2, 60), seed=st.integers(0, 1000))
def test_nothing_overshoots(make_robot_motion, fps, frames, seed):
    motion = make_robot_motion(frames=frames, fps=30.0, seed=seed)
    rng = np.random.default_rng(seed)
    jumpy = rng.choice(np.stack([constants.JOINT_LOWER, constants.JOINT_UPPER]), size=frames)
    motion.joint_pos[:] = jumpy  # from limit to limit
    resampled = resample_robot(motion, fps)
    assert np.all(resampled.joint_pos >= constants.JOINT_LOWER - 1e-9)
    assert np.all(resampled.joint_pos <= constants.JOINT_UPPER + 1e-9)
    assert np.all((resampled.foot_contact >= 0.0) & (resampled.foot_contact <= 1.0))
    assert np.linalg.norm(resampled.root_quat_w, axis=1) == pytest.approx(np.ones(len(resampled)))
    assert resampled.root_pos_w[0] == pytest.approx(motion.root_pos_w[0])
    assert resampled.duration <= motion.duration + 1e-9 < resampled.duration + 1.0 / fps + 1e-6


def test_one_frame_cannot_be_resampled(make_robot_motion):
    with pytest.raises(InputError, match="at least two"):
        resample_robot(make_robot_motion(frames=1), 30.0)
    with pytest.raises(InputError, match="fps"):
        resample_robot(make_robot_motion(), -1.0)
