"""TWIST2's own checkpoint: it must stand, wave and walk, or the layout is wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sim.motions import standing

from genmimic.evaluation.baselines.known import TWIST2
from genmimic.evaluation.baselines.load import load_baseline
from genmimic.evaluation.metrics import compute_metrics
from genmimic.motion.corpus import load_corpus
from genmimic.sim.rollout import simulate

CORPUS = Path(__file__).resolve().parents[3] / "corpora" / "permissive_v1.npz"


@pytest.fixture(scope="module")
def checkpoint(shared_dir):
    path = shared_dir / "baselines" / "twist2_1017_20k.onnx"
    if not path.is_file():
        pytest.skip("TWIST2's checkpoint is not among the shared data")
    return path


def test_it_stands_and_waves(checkpoint):
    metrics = compute_metrics(simulate(standing(4.0, wave=1.5), load_baseline(checkpoint)))
    assert metrics.success and metrics.success_paper
    assert metrics.mpkpe_cm < 4.0 and metrics.lmpkpe_cm < 2.5


def test_it_walks_a_recorded_walk(checkpoint):
    corpus = load_corpus(CORPUS)
    walk = corpus.clip(corpus.names.index("cmu_walks/35_05"))
    rollout = simulate(walk, load_baseline(checkpoint))
    metrics = compute_metrics(rollout)
    assert metrics.success
    assert metrics.lmpkpe_cm < 4.0
    way = np.linalg.norm(rollout.root_pos_w[-1, :2] - rollout.root_pos_w[0, :2])
    wanted = np.linalg.norm(walk.root_pos_w[-1, :2] - walk.root_pos_w[0, :2])
    assert wanted > 2.0
    assert way == pytest.approx(wanted, rel=0.25)
    assert (~rollout.foot_contact).any(axis=0).all(), "both feet leave the floor"


def test_it_does_not_stand_when_the_layout_is_wrong(checkpoint):
    ordered = TWIST2.blocks[0].terms
    swapped = (*ordered[:5], ordered[5], ordered[6], ordered[8], ordered[7], ordered[9])
    blocks = (replace(TWIST2.blocks[0], terms=swapped), replace(TWIST2.blocks[1], terms=swapped), TWIST2.blocks[2])
    assert simulate(standing(4.0), load_baseline(checkpoint, replace(TWIST2, blocks=blocks))).fell
