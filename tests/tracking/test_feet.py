import numpy as np
import pytest

from genmimic.robot.constants import DEFAULT_JOINT_POS
from genmimic.robot.kinematics import forward_kinematics
from genmimic.tracking.feet import FeetState, missing_clearance, sole_height, standing, step_feet

DT = 0.02


def play(pattern: str, heights=None) -> list:
    """Steps of the left foot, one character each: '|' on the floor, '.' in the air; the right foot stands."""
    feet, seen = standing(np.zeros(2)), []
    for i, character in enumerate(pattern):
        force = np.array([[0.0, 0.0, 200.0 if character == "|" else 0.5], [0.0, 0.0, 200.0]])
        height = np.array([0.0 if heights is None else heights[i], 0.0])
        feet, steps = step_feet(feet, force, height, DT)
        seen.append((feet, steps))
    return seen


def test_a_step_is_timed_and_measured_where_it_ends():
    heights = [0, 0, 0.01, 0.05, 0.08, 0.08, 0.03, 0.0, 0]
    seen = play("||......|", heights)
    assert [bool(steps.touchdown[0]) for _, steps in seen] == [False] * 8 + [True]
    _, last = seen[-1]
    # the first step off the floor may still be a bounce, so five of the six count, and the step of the landing
    assert last.air_time[0] == pytest.approx(6 * DT)
    assert last.peak_height[0] == pytest.approx(0.08)
    assert not any(steps.touchdown[1] for _, steps in seen)
    feet, _ = seen[-1]
    assert (feet.air_time[0], feet.peak_height[0]) == (0.0, 0.0)


@pytest.mark.parametrize("pattern", ["|.|.|.|.|.|", "||..||..||", "||...||"])
def test_a_bouncing_foot_takes_no_steps(pattern):
    assert not any(steps.touchdown.any() for _, steps in play(pattern))


def test_the_shortest_swing_counts():
    assert [bool(steps.touchdown[0]) for _, steps in play("||....||")] == [False] * 6 + [True, False]


def test_a_foot_that_stays_up_never_lands():
    seen = play("|" + "." * 20)
    assert not any(steps.touchdown.any() for _, steps in seen)
    assert seen[-1][1].air_time[0] == pytest.approx(19 * DT)


def test_soles_of_the_default_pose_are_level():
    keypoint_pos_w, _ = forward_kinematics(
        np.array([0.0, 0.0, 0.76]), np.array([1.0, 0.0, 0.0, 0.0]), np.array(DEFAULT_JOINT_POS)
    )
    heights = sole_height(keypoint_pos_w)
    # the ankle roll links' origins are 3.5 cm above the soles
    np.testing.assert_allclose(heights, keypoint_pos_w[[6, 12], 2] - 0.035)
    assert heights[0] == pytest.approx(heights[1])


def test_poses_in_the_floor_are_lifted_out_of_it_and_others_stay():
    keypoint_pos_w, _ = forward_kinematics(np.zeros(3), np.array([1.0, 0, 0, 0]), DEFAULT_JOINT_POS)
    standing_at = -sole_height(keypoint_pos_w).min()
    heights = standing_at + np.array([-0.18, 0.0, 0.05])
    poses = keypoint_pos_w + heights[:, None, None] * np.array([0.0, 0.0, 1.0])
    np.testing.assert_allclose(missing_clearance(poses), [0.18, 0.0, 0.0], atol=1e-12)
    torch = pytest.importorskip("torch")
    np.testing.assert_allclose(missing_clearance(torch.as_tensor(poses)).numpy(), missing_clearance(poses))


def test_many_worlds_on_torch():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    numpy_feet = FeetState(rng.random((6, 2)) < 0.5, rng.uniform(0, 0.3, (6, 2)), rng.uniform(0, 0.1, (6, 2)))
    torch_feet = FeetState(*(torch.as_tensor(value) for value in vars(numpy_feet).values()))
    force, height = rng.normal(0, 2, (6, 2, 3)), rng.uniform(0, 0.2, (6, 2))
    ours = step_feet(numpy_feet, force, height, DT)
    theirs = step_feet(torch_feet, torch.as_tensor(force), torch.as_tensor(height), DT)
    for a, b in zip(ours, theirs, strict=True):
        for name, value in vars(a).items():
            np.testing.assert_array_equal(getattr(b, name).numpy(), value)
