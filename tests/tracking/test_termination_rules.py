from dataclasses import replace

import numpy as np
import pytest
from tracking.observation_scene import random_scene
from tracking.transitions import as_tensors, calm_transition

from genmimic import rotation
from genmimic.robot.names import KEYPOINT_NAMES
from genmimic.tracking import termination_rules
from genmimic.tracking.mirroring import mirror_state
from genmimic.tracking.termination_rules import BEYONDMIMIC, PAPER, TWIST, TerminationRules, has_failed

STATE = calm_transition().state
RULES = {"paper": PAPER, "beyondmimic": BEYONDMIMIC, "twist": TWIST}


def with_keypoint(name: str, offset: list[float]):
    pos = np.array(STATE.keypoint_pos_w)
    pos[KEYPOINT_NAMES.index(name)] += offset
    return replace(STATE, keypoint_pos_w=pos)


def pitched(angle: float):
    turn = rotation.from_axis_angle(np.array([0.0, angle, 0.0]))
    return replace(
        STATE,
        root_quat_w=rotation.multiply(turn, STATE.root_quat_w),
        keypoint_quat_w=rotation.multiply(turn, STATE.keypoint_quat_w),
    )


def shifted(offset: list[float]):
    return replace(STATE, root_pos_w=STATE.root_pos_w + offset, keypoint_pos_w=STATE.keypoint_pos_w + offset)


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
def test_who_follows_its_reference_goes_on(rules):
    assert not has_failed(rules, STATE, STATE)


def test_the_papers_rules():
    assert not has_failed(PAPER, shifted([0.3, 0.39, 0.0]), STATE)
    assert has_failed(PAPER, shifted([0.3, 0.41, 0.0]), STATE)
    assert not has_failed(PAPER, pitched(np.arcsin(0.69)), STATE)
    assert has_failed(PAPER, pitched(np.arcsin(0.71)), STATE)
    assert has_failed(TerminationRules(deviation=None), pitched(0.8), STATE)
    assert not has_failed(TerminationRules(gravity=None), pitched(0.8), STATE)


def test_twists_rules():
    assert not has_failed(TWIST, shifted([5.0, 0.0, 0.19]), STATE)
    assert has_failed(TWIST, shifted([0.0, 0.0, -0.21]), STATE)
    assert not has_failed(TWIST, with_keypoint("left_hand", [0.69, 0.0, 0.0]), STATE)
    assert has_failed(TWIST, with_keypoint("left_hand", [0.71, 0.0, 0.0]), STATE)
    assert not has_failed(TWIST, with_keypoint("left_hip_yaw_link", [0.9, 0.0, 0.0]), STATE)


def test_beyondmimics_rules():
    assert not has_failed(BEYONDMIMIC, shifted([5.0, 0.0, 0.24]), STATE)
    assert has_failed(BEYONDMIMIC, shifted([0.0, 0.0, -0.26]), STATE)
    assert has_failed(BEYONDMIMIC, with_keypoint("right_wrist_roll_link", [0.0, 0.0, 0.26]), STATE)
    assert not has_failed(BEYONDMIMIC, with_keypoint("right_elbow_link", [0.0, 0.0, 0.5]), STATE)
    assert not has_failed(BEYONDMIMIC, pitched(np.arccos(0.21)), STATE)
    assert has_failed(BEYONDMIMIC, pitched(np.arccos(0.19)), STATE)


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
def test_mirror_and_library_make_no_difference(rules):
    pytest.importorskip("torch")
    states = [random_scene(seed)[0] for seed in range(40)]
    references = [replace(s, keypoint_pos_w=s.keypoint_pos_w + 0.1, root_pos_w=s.root_pos_w + 0.1) for s in states]
    found = [bool(has_failed(rules, s, r)) for s, r in zip(states, references, strict=True)]
    mirrored = [has_failed(rules, mirror_state(s), mirror_state(r)) for s, r in zip(states, references, strict=True)]
    tensors = [has_failed(rules, as_tensors(s), as_tensors(r)) for s, r in zip(states, references, strict=True)]
    assert found == [bool(m) for m in mirrored] == [bool(t) for t in tensors]


def test_limb_ends_are_feet_and_wrists():
    names = [KEYPOINT_NAMES[index] for index in termination_rules.LIMB_ENDS]
    assert names == [f"{s}_{link}_roll_link" for link in ("ankle", "wrist") for s in ("left", "right")]
