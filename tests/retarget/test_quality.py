from dataclasses import replace

import numpy as np
import pytest
from retarget.people import bow, squat, stand

from genmimic.retarget import RetargetConfig
from genmimic.retarget.jacobian import Configuration
from genmimic.retarget.quality import RetargetQuality, assess
from genmimic.retarget.targets import Targets, make_targets
from genmimic.retarget.trajectory import solve_trajectory
from genmimic.robot.names import JOINT_NAMES

CONFIG = RetargetConfig()


@pytest.fixture(scope="module")
def good() -> tuple[Configuration, Targets]:
    targets, _ = make_targets(squat(60), CONFIG)
    return solve_trajectory(targets, CONFIG)[0], targets


def judge(solution: Configuration, targets: Targets) -> RetargetQuality:
    return assess(solution, targets, CONFIG.fps, CONFIG.thresholds)


def with_joint(solution: Configuration, name: str, values: np.ndarray | float) -> Configuration:
    joint_pos = solution.joint_pos.copy()
    joint_pos[:, JOINT_NAMES.index(name)] = values
    return replace(solution, joint_pos=joint_pos)


def test_a_good_motion_is_feasible(good):
    quality = judge(*good)
    assert quality.feasible
    assert quality.reasons == ()
    assert quality.score > 0.9


def moved(solution: Configuration, offset: np.ndarray) -> Configuration:
    return replace(solution, root_pos_w=solution.root_pos_w + offset)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda s: moved(s, np.array([0.0, 0.0, -0.05])), "sinks"),
        (lambda s: moved(s, np.array([0.0, 0.0, 0.05])), "off the floor"),
        (lambda s: moved(s, np.linspace(0, 0.3, len(s))[:, None] * [1.0, 0.0, 0.0]), "slip"),
        (lambda s: moved(s, np.array([0.2, 0.0, 0.0])), "feet miss"),
        (lambda s: with_joint(s, "left_shoulder_pitch_joint", -2.0), "hands miss"),
        (lambda s: with_joint(s, "left_shoulder_roll_joint", 2.25), "left_shoulder_roll_joint"),
        (lambda s: with_joint(s, "left_elbow_joint", 0.7 * (-1.0) ** np.arange(len(s))), "top speed"),
        (lambda s: with_joint(s, "left_elbow_joint", 0.2 * (-1.0) ** np.arange(len(s))), "accelerations"),
        (lambda s: with_joint(s, "left_shoulder_roll_joint", -0.8), "overlap"),
        (lambda s: moved(s, np.array([0.0, 0.0, 0.5])), "no foot touches the floor"),
    ],
)
def test_each_fault_is_named(good, spoil, reason):
    solution, targets = good
    quality = judge(spoil(solution), targets)
    assert not quality.feasible
    assert any(reason in sentence for sentence in quality.reasons), quality.reasons
    assert quality.score < judge(solution, targets).score


def test_leaning_out_over_the_toes_is_unbalanced():
    targets, _ = make_targets(stand(60), CONFIG)
    solution, _ = solve_trajectory(targets, CONFIG)
    lean = np.tile([np.cos(0.2), 0.0, np.sin(0.2), 0.0], (60, 1))
    quality = judge(replace(solution, root_quat_w=lean), targets)
    assert any("not over its feet" in sentence for sentence in quality.reasons)


def test_a_deep_tilt_is_flagged_but_not_dropped():
    for depth, flagged in ((0.3, False), (2.2, True)):
        targets, _ = make_targets(bow(90, depth), CONFIG)
        quality = judge(solve_trajectory(targets, CONFIG)[0], targets)
        assert quality.tilts_like_a_fall is flagged
        assert quality.feasible


def test_thresholds_decide(good):
    solution, targets = good
    strict = replace(CONFIG.thresholds, hand_error=1e-6)
    assert not assess(solution, targets, CONFIG.fps, strict).feasible
