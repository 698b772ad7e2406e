"""What is clean must not trip: motions of the corpus through the whole deployment, with noise and delay."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from genmimic.deploy.control.trackers import ReferenceTracker
from genmimic.deploy.rehearsal.gates import clamped_share
from genmimic.deploy.rehearsal.lockstep import Deployed
from genmimic.motion.corpus import load_corpus
from genmimic.motion.cut import cut
from genmimic.sim.rollout import SimConfig, simulate
from genmimic.sim.world import Physics

CORPUS = Path(__file__).resolve().parents[3] / "corpora" / "permissive_v1.npz"
CLIPS = 5
"""All 102 clips of the test split were tried once, up to 6 s each, without a trip (docs/deploy.md)."""


@pytest.fixture(scope="module")
def corpus():
    return load_corpus(CORPUS)


def chosen(corpus) -> list[int]:
    """The test split's clips of most motion, one of each content."""
    best: dict[str, tuple[float, int]] = {}
    for index in range(len(corpus)):
        if not corpus.kept[index] or corpus.splits[index] != "test" or corpus.lengths[index] < 100:
            continue
        clip = corpus.clip(index)
        speed = float(np.abs(np.diff(clip.joint_pos, axis=0)).mean() * clip.fps)
        best[corpus.contents[index]] = max(best.get(corpus.contents[index], (0.0, -1)), (speed, index))
    return [index for _, index in sorted(best.values(), reverse=True)[:CLIPS]]


def test_lively_clips_of_the_corpus_do_not_trip(corpus):
    indices = chosen(corpus)
    assert len(indices) == CLIPS
    for seed, index in enumerate(indices):
        clip = corpus.clip(index)
        deployed = Deployed(ReferenceTracker(), noise=1.0, seed=seed)
        config = SimConfig(physics=Physics(delay_steps=seed % 3), initial_noise=1.0, seed=seed)
        simulate(cut(clip, slice(0, round(1.5 * clip.fps))), deployed, config)
        assert deployed.trips == {}, clip.name
        assert clamped_share(deployed) < 0.1, clip.name
