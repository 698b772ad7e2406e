from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genmimic.motion.skeleton import INDEX
from genmimic.synthetic import motions
from genmimic.synthetic.body import load_body
from genmimic.synthetic.cameras import Shot, camera_path
from genmimic.synthetic.choreography import perform
from genmimic.synthetic.comparison import stance_mask
from genmimic.synthetic.render import render_motion
from genmimic.synthetic.truth import take_of
from genmimic.synthetic.wear import wear

BALLS = [INDEX["left_foot"], INDEX["right_foot"]]


def test_a_taller_body_walks_further_with_its_feet_on_the_floor() -> None:
    small, tall = load_body("beth"), load_body("adam")
    recorded, _ = perform(small, motions.plan("walk", small), 30.0)
    sunk = replace(recorded, root_pos_w=recorded.root_pos_w - [0.0, 0.0, 0.2])
    worn = wear(sunk, tall)
    pos, _ = worn.forward_kinematics()
    assert np.array_equal(worn.local_quat, recorded.local_quat)
    assert np.array_equal(worn.offsets, tall.offsets)
    ratio = np.ptp(worn.root_pos_w[:, 0]) / np.ptp(recorded.root_pos_w[:, 0])
    assert ratio == pytest.approx(np.linalg.norm(tall.offsets[4]) / np.linalg.norm(small.offsets[4]), rel=0.02)
    lowest = pos[:, BALLS, 2].min()
    assert lowest == pytest.approx(tall.ankle_height + tall.offsets[INDEX["left_foot"], 1], abs=0.01)
    assert stance_mask(pos[:, BALLS], worn.fps).mean() > 0.4
    assert "adam" in worn.source


def test_ones_own_motion_stays_as_it_is() -> None:
    body = load_body("chen")
    recorded, _ = perform(body, motions.plan("squat", body), 30.0)
    worn = wear(recorded, body)
    assert np.allclose(worn.root_pos_w, recorded.root_pos_w, atol=1e-6)


def test_a_foreign_motion_can_be_rendered() -> None:
    small, tall = load_body("beth"), load_body("adam")
    recorded, _ = perform(small, motions.plan("stand", small), 2.0)
    worn = wear(recorded, tall)
    shot = Shot(size=(160, 120))
    images = list(render_motion(take_of(tall, worn, shot), camera_path(shot, worn.root_pos_w, 2.0)[:2]))
    assert len(images) == 2
    assert images[0].std() > 10
