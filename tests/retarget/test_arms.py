import numpy as np
from retarget.people import X, about, hanging_arms, person, raise_left_arm, t_pose

from genmimic import rotation
from genmimic.retarget import RetargetConfig
from genmimic.retarget.arms import first_arm_guess
from genmimic.retarget.targets import make_targets
from genmimic.robot.constants import DEFAULT_JOINT_POS, JOINT_LOWER, JOINT_UPPER
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import KEYPOINT_NAMES


def directions(human) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Directions (T, 2, 3) from shoulders to hands: wanted, guessed; and the guess (T, 23)."""
    targets, _ = make_targets(human, RetargetConfig())
    guess = first_arm_guess(targets, np.tile(DEFAULT_JOINT_POS, (len(human), 1)))
    pos, _ = forward_kinematics(np.zeros((len(human), 3)), targets.torso_quat_w, guess)
    ends = [[KEYPOINT_NAMES.index(f"{s}_{n}") for s in ("left", "right")] for n in ("hand", "shoulder_roll_link")]
    arm = pos[:, ends[0]] - pos[:, ends[1]]
    wanted = targets.hand_from_shoulder_w
    return *(v / np.linalg.norm(v, axis=-1, keepdims=True) for v in (wanted, arm)), guess


def test_the_guess_points_where_the_person_does():
    reach = hanging_arms(20) | {"left_shoulder": about(np.array([0.0, -1.0, 0.0]), np.linspace(0.2, 1.5, 20))}
    for human in (t_pose(5), raise_left_arm(30), person(reach, 20)):
        wanted, guessed, _ = directions(human)
        angle = np.arccos(np.clip((wanted * guessed).sum(-1), -1, 1))
        assert np.median(angle) < 0.1
        assert angle.max() < 0.4  # arms straight up lie beyond the limits


def test_the_guess_keeps_the_limits_and_its_arms_do_not_jump():
    _, guessed, guess = directions(raise_left_arm(60))
    assert (guess >= JOINT_LOWER).all()
    assert (guess <= JOINT_UPPER).all()
    turn = np.arccos(np.clip((guessed[1:] * guessed[:-1]).sum(-1), -1, 1))
    assert turn.max() < 0.2


def test_a_leaning_trunk_does_not_change_the_arms():
    lean = hanging_arms(3) | {"spine1": about(X, np.full(3, 0.6))}
    _, _, upright = directions(person(hanging_arms(3), 3))
    wanted, guessed, _ = directions(person(lean, 3))
    assert np.isfinite(upright).all()
    assert rotation.namespace(guessed) is np
    assert (wanted * guessed).sum(-1).min() > 0.97
