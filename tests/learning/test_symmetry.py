"""The observation normaliser is that of a mirrored data set, so that mirroring and normalising commute."""

from __future__ import annotations

import pytest
import torch
from learning.small import CONFIG, learner
from rsl_rl.modules import EmpiricalNormalization

from genmimic.learning.learner import Learner
from genmimic.learning.symmetry import MirrorMaps, symmetrize
from genmimic.tracking.observations import TEACHER, layout_mirror
from genmimic.tracking.symmetry import JOINTS


def test_symmetrized_statistics_are_those_of_the_samples_and_their_mirror_images() -> None:
    mirror = layout_mirror(TEACHER).like(torch.zeros(()))
    generator = torch.Generator().manual_seed(0)
    batches = [3.0 * torch.randn(n, 757, generator=generator) + torch.randn(757, generator=generator) for n in (40, 70)]
    ours, doubled = EmpiricalNormalization(757), EmpiricalNormalization(757)
    for batch in batches:
        ours.update(batch)
        symmetrize(ours, mirror)
        doubled.update(torch.cat([batch, mirror(batch)]))
    torch.testing.assert_close(ours.mean, doubled.mean, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(ours.std, doubled.std, rtol=1e-4, atol=1e-5)


@pytest.fixture(scope="module")
def trained() -> Learner:
    made = learner(CONFIG)
    for _ in range(2):
        made.iterate()
    return made


@pytest.mark.parametrize("group", ["actor", "critic"])
def test_mirroring_commutes_with_the_normaliser_of_a_trained_network(trained: Learner, group: str) -> None:
    model = getattr(trained.algorithm, group)
    mirror = trained.env.mirror_observation[group].like(torch.zeros(()))
    observations = trained.env.get_observations()[group]
    normalizer = model.obs_normalizer
    torch.testing.assert_close(normalizer(mirror(observations)), mirror(normalizer(observations)))
    # the test can fail: the data themselves lean to one side
    assert not torch.allclose(mirror(observations.mean(0)), observations.mean(0), atol=0.05)


def test_maps_come_to_the_device_as_tensors() -> None:
    maps = MirrorMaps({"actor": layout_mirror(TEACHER)}, JOINTS).to("cpu")
    action = torch.randn(5, 23)
    assert torch.equal(maps.actions(maps.actions(action)), action)
    assert isinstance(maps.observations["actor"].indices, torch.Tensor)
