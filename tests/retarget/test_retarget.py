import numpy as np
import pytest
from retarget.people import bow, person, raise_left_arm, squat, stand, t_pose

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion.human_motion import HumanMotion
from genmimic.retarget import RetargetConfig, retarget
from genmimic.robot.constants import JOINT_LOWER, JOINT_UPPER, SOLE_HEIGHT, VELOCITY_LIMIT
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.mirror import mirror_joint_pos
from genmimic.robot.names import JOINT_NAMES, KEYPOINT_NAMES

KNEES = [JOINT_NAMES.index(f"{side}_knee_joint") for side in ("left", "right")]


def keypoints(motion, *names: str) -> np.ndarray:
    pos, _ = forward_kinematics(motion.root_pos_w, motion.root_quat_w, motion.joint_pos)
    return pos[:, [KEYPOINT_NAMES.index(name) for name in names]]


def test_a_t_pose_becomes_a_t_pose():
    motion = retarget(t_pose()).motion
    left, right, shoulder = np.moveaxis(keypoints(motion, "left_hand", "right_hand", "left_shoulder_roll_link"), 1, 0)
    assert np.abs(left[:, 2] - shoulder[:, 2]).max() < 0.05
    assert (left[:, 1] - right[:, 1]).min() > 1.05  # arms stretched sideways: 1.17 m at most
    assert motion.joint_pos[:, KNEES].max() < 0.3
    assert np.abs(rotation.to_axis_angle(motion.root_quat_w)).max() < 0.1


def test_standing_is_standing_still_on_both_flat_feet():
    result = retarget(stand())
    assert result.quality.feasible
    assert result.motion.foot_contact.all()
    feet = keypoints(result.motion, "left_ankle_roll_link", "right_ankle_roll_link")
    np.testing.assert_allclose(feet[..., 2], SOLE_HEIGHT, atol=0.002)
    assert np.ptp(feet, axis=0).max() < 1e-3
    assert result.motion.joint_pos[:, KNEES].max() < 0.35
    assert result.quality.unbalanced_share == 0.0


def test_a_squat_goes_down_and_comes_back_with_feet_planted():
    result = retarget(squat())
    height = result.motion.root_pos_w[:, 2]
    assert height[0] - height.min() > 0.12
    assert abs(height[0] - height[-1]) < 0.02
    assert result.quality.foot_slip < 0.01
    assert result.quality.sole_error < 0.005
    assert result.quality.unbalanced_share < 0.1


def test_a_bent_back_becomes_a_pelvis_that_pitches_in_balance():
    result = retarget(bow())
    pitch = 2.0 * np.arcsin(result.motion.root_quat_w[:, 2])
    assert pitch.max() > 0.4
    assert pitch[0] < 0.1
    assert result.quality.unbalanced_share < 0.05
    assert result.quality.sole_error < 0.005


def test_a_deep_bow_pushes_the_hips_back():
    """The person's own hips stay over the heels: the robot must leave them to stay in balance."""
    motion = retarget(bow(120, depth=2.2)).motion
    hips, feet = np.moveaxis(keypoints(motion, "left_hip_roll_link", "left_ankle_roll_link")[..., 0], 1, 0)
    deepest = int(motion.root_quat_w[:, 2].argmax())
    assert (hips - feet)[deepest] < (hips - feet)[0] - 0.02


def test_an_arm_rises_overhead():
    motion = retarget(raise_left_arm()).motion
    hand, shoulder = np.moveaxis(keypoints(motion, "left_hand", "left_shoulder_roll_link"), 1, 0)
    assert (hand - shoulder)[0, 2] < -0.25
    assert (hand - shoulder)[-1, 2] > 0.25


def test_limits_hold_and_nothing_jumps():
    for human in (squat(), bow(), raise_left_arm()):
        motion = retarget(human).motion
        assert (motion.joint_pos >= JOINT_LOWER).all()
        assert (motion.joint_pos <= JOINT_UPPER).all()
        speed = np.abs(np.diff(motion.joint_pos, axis=0)) * motion.fps
        assert (speed <= VELOCITY_LIMIT).all()
        assert speed.max() < 8.0


def test_heading_and_place_do_not_matter():
    one = retarget(squat()).motion
    turned = retarget(squat(yaw=2.0)).motion
    np.testing.assert_allclose(one.joint_pos, turned.joint_pos, atol=2e-3)
    forward = rotation.rotate(turned.root_quat_w[0], np.array([1.0, 0.0, 0.0]))
    np.testing.assert_allclose(np.arctan2(forward[1], forward[0]), 2.0, atol=0.02)


def test_a_mirrored_person_gives_a_mirrored_robot():
    left = raise_left_arm()
    swap = {"left_shoulder": "right_shoulder", "left_elbow": "right_elbow"}
    joints = {}
    from genmimic.motion.skeleton import INDEX

    for a, b in swap.items():
        for source, target in ((a, b), (b, a)):
            joints[target] = left.local_quat[:, INDEX[source]] * [1, 1, -1, -1]
    right = person(joints, len(left))
    one, other = retarget(left).motion, retarget(right).motion
    np.testing.assert_allclose(one.joint_pos, mirror_joint_pos(other.joint_pos), atol=0.02)


@pytest.mark.parametrize("frames", [1, 2, 3, 5])
def test_very_short_motions(frames):
    motion = retarget(stand(frames)).motion
    assert len(motion) == frames
    assert motion.joint_pos[:, KNEES].max() < 0.4


@pytest.mark.parametrize("fps", [16.0, 120.0])
def test_other_frame_rates_give_thirty(fps):
    frames = round(2 * fps) + 1
    motion = retarget(squat(frames, fps=fps)).motion
    assert motion.fps == 30.0
    assert len(motion) == 61
    reference = retarget(squat(61)).motion
    assert np.abs(motion.joint_pos - reference.joint_pos).max() < 0.12


def test_chunks_join_without_a_seam():
    human = squat(150)
    whole = retarget(human, RetargetConfig(chunk_frames=1000)).motion
    parts = retarget(human, RetargetConfig(chunk_frames=50, overlap_frames=12)).motion
    assert np.abs(whole.joint_pos - parts.joint_pos).max() < 0.05
    acc = [np.abs(np.diff(m.joint_pos, 2, axis=0)).max() * 900 for m in (whole, parts)]
    assert acc[1] < 1.5 * acc[0] + 5.0


def test_progress_rises_to_the_end():
    calls: list[tuple[int, int]] = []
    retarget(stand(60), RetargetConfig(chunk_frames=30, overlap_frames=6), lambda *call: calls.append(call))
    done = [call[0] for call in calls]
    assert done == sorted(done)
    assert calls[-1][0] == calls[-1][1]


def test_the_same_input_gives_the_same_output():
    np.testing.assert_array_equal(retarget(bow()).motion.joint_pos, retarget(bow()).motion.joint_pos)


def test_impossible_limbs_are_refused():
    human = stand()
    with pytest.raises(InputError, match=r"person: field 'offsets' makes a leg 0\.0"):
        retarget(HumanMotion(**{**vars(human), "offsets": human.offsets / 100.0}))
