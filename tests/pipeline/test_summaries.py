"""Figures without ground truth, on motions whose figures are known."""

from __future__ import annotations

import json

import numpy as np
import pytest

from genmimic.evaluation.reconstruction import mean_jerk, person_height_px, stance_slip
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.skeleton import UPRIGHT_QUAT_W
from genmimic.pipeline.summaries import to_json


def gliding(root_pos_w: np.ndarray, contact: np.ndarray, fps: float = 30.0) -> HumanMotion:
    """A stiff body moved along a path."""
    frames = len(root_pos_w)
    local_quat = np.zeros((frames, 22, 4))
    local_quat[..., 0] = 1.0
    local_quat[:, 0] = UPRIGHT_QUAT_W
    return HumanMotion("glide", fps, root_pos_w, local_quat, np.zeros((22, 3)), np.ones((frames, 22)), contact)


def test_slip_of_a_gliding_body_is_its_speed_and_counts_stance_only() -> None:
    time = np.arange(31) / 30.0
    contact = np.zeros((31, 2))
    contact[:16, 0] = 1.0
    slip, share = stance_slip(gliding(np.stack([0.3 * time, 0 * time, time], -1), contact))
    assert slip == pytest.approx(0.3)
    assert share == pytest.approx(15 / 60)


def test_slip_without_stance_is_unknown() -> None:
    slip, share = stance_slip(gliding(np.zeros((10, 3)), np.zeros((10, 2))))
    assert np.isnan(slip)
    assert share == 0.0


def test_jerk_of_a_cubic_path() -> None:
    time = np.arange(40) / 30.0
    path = np.stack([time**3, 0 * time, 0 * time], -1)
    assert mean_jerk(gliding(path, np.zeros((40, 2)))) == pytest.approx(6.0, rel=1e-6)


def test_jerk_of_a_short_clip_is_zero() -> None:
    assert mean_jerk(gliding(np.zeros((3, 3)), np.zeros((3, 2)))) == 0.0


def test_person_height() -> None:
    joint_px = np.zeros((2, 22, 2))
    joint_px[0, 3, 1], joint_px[1, 4, 1] = -20.0, 300.0
    assert person_height_px(joint_px).tolist() == [20.0, 300.0]


def test_json_values() -> None:
    value = to_json({"a": np.float32(1.5), "b": np.array([1, 2]), "c": float("nan"), "d": (np.bool_(True), None)})
    assert json.loads(json.dumps(value, allow_nan=False)) == {"a": 1.5, "b": [1, 2], "c": None, "d": [True, None]}
