from __future__ import annotations

import numpy as np
import pytest
from sim.motions import standing

from genmimic.deploy.sim_robot.truth import figures_of
from genmimic.sim.reference import prepare_reference

REFERENCE = prepare_reference(standing(1.0))


def test_errors_count_in_the_clip_alone_and_losses_everywhere() -> None:
    motion = REFERENCE.motion
    clip, strayed = slice(10, 40), np.array(motion.root_pos_w)
    strayed[45:, 0] += 0.6
    figures = figures_of(strayed, motion.root_quat_w, motion.joint_pos, REFERENCE, clip)
    assert figures.mpkpe_cm == pytest.approx(0.0, abs=1e-6)
    assert figures.largest_cm == pytest.approx(60.0)
    assert not figures.success
    strayed[20, 0] += 0.3
    figures = figures_of(strayed, motion.root_quat_w, motion.joint_pos, REFERENCE, clip)
    assert figures.mpkpe_cm == pytest.approx(30.0 / 30)


def test_a_rollout_that_ended_early_is_compared_as_far_as_it_goes() -> None:
    motion = REFERENCE.motion
    figures = figures_of(motion.root_pos_w[:20], motion.root_quat_w[:20], motion.joint_pos[:20], REFERENCE)
    assert figures.success
    assert figures.mpkpe_cm == pytest.approx(0.0, abs=1e-6)
