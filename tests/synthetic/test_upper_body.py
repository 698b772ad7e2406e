from __future__ import annotations

import numpy as np
import pytest

from genmimic import rotation
from genmimic.motion import skeleton
from genmimic.motion.skeleton import INDEX
from genmimic.synthetic import motions
from genmimic.synthetic.body import load_body
from genmimic.synthetic.upper_body import Arm, UpperBody, local_rotations, pose_track, to_local_quat

ARMS = [motions.RAISED, motions.SIDEWAYS, motions.OVERHEAD, motions.FORWARD, motions.THUMB_UP, motions.HOLD, Arm()]


def _forward(pose: UpperBody) -> tuple[np.ndarray, np.ndarray]:
    """Joint positions and orientations in the chest's frame, the spine straight."""
    local = to_local_quat(1, {name: quat[None] for name, quat in local_rotations(pose).items()})
    root = np.zeros((1, 3))
    pos, quat = skeleton.forward_kinematics(root, local, load_body("adam").offsets)
    return pos[0], quat[0]


def _unit(v: np.ndarray | tuple[float, ...]) -> np.ndarray:
    return np.asarray(v) / np.linalg.norm(v)


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize(("side", "mirror"), [("left", [1, 1, 1]), ("right", [-1, 1, 1])])
def test_arms_point_where_they_are_told(arm: Arm, side: str, mirror: list[int]) -> None:
    pos, quat = _forward(UpperBody(left=arm, right=arm))
    shoulder, elbow, wrist = (pos[INDEX[f"{side}_{j}"]] for j in ("shoulder", "elbow", "wrist"))
    assert np.allclose(_unit(elbow - shoulder), _unit(arm.upper) * mirror, atol=1e-6)
    assert np.allclose(_unit(wrist - elbow), _unit(arm.fore) * mirror, atol=1e-6)
    palm = rotation.rotate(quat[INDEX[f"{side}_wrist"]], np.array([0.0, -1.0, 0.0])) * mirror
    wanted = _unit(np.asarray(arm.palm) - _unit(arm.fore) * (_unit(arm.fore) @ np.asarray(arm.palm)))
    assert palm @ wanted > 0.99


def test_elbows_are_hinges_apart_from_the_forearms_roll() -> None:
    flexed = local_rotations(UpperBody(left=motions.RAISED))["left_elbow"]
    hinge = np.array([0.0, 1.0, 0.0])
    # what is left after the roll about the forearm (x) must turn about y alone
    forearm = rotation.rotate(flexed, np.array([1.0, 0.0, 0.0]))
    assert abs(forearm @ hinge) < 1e-9
    assert forearm[2] > 0  # towards the front


def test_track_passes_through_its_keys_and_rests_there() -> None:
    up, rest = UpperBody(left=motions.OVERHEAD), UpperBody()
    time = np.linspace(0, 3, 301)
    track = pose_track(time, [(0.5, rest), (1.5, up), (2.0, up)])
    for name, quat in local_rotations(up).items():
        assert rotation.angle_between(track[name][150], quat) < 1e-6
        assert rotation.angle_between(track[name][-1], quat) < 1e-6
        speed = rotation.angle_between(track[name][1:], track[name][:-1])
        assert speed[:50].max() < 1e-6
        assert speed[151:].max() < 1e-6


def test_mirrored_swaps_the_arms() -> None:
    pose = UpperBody(left=motions.FORWARD, twist=0.3, look=0.2)
    pos, _ = _forward(pose)
    other, _ = _forward(pose.mirrored())
    assert np.allclose(pos[INDEX["left_wrist"]] * [-1, 1, 1], other[INDEX["right_wrist"]])
    assert np.allclose(pos[INDEX["head"]] * [-1, 1, 1], other[INDEX["head"]])


def test_bending_and_nodding_go_forwards() -> None:
    straight, _ = _forward(UpperBody())
    bent, quat = _forward(UpperBody(bend=0.6, nod=0.4))
    assert bent[INDEX["head"], 2] > straight[INDEX["head"], 2] + 0.1
    gaze = rotation.rotate(quat[INDEX["head"]], np.array([0.0, 0.0, 1.0]))
    assert gaze[1] == pytest.approx(-np.sin(1.0), abs=1e-6)
