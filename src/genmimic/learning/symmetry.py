"""The mirror maps of an environment on the training device, and a normaliser that commutes with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from rsl_rl.modules import EmpiricalNormalization

from genmimic.tracking.symmetry import SignedPermutation


@dataclass(frozen=True)
class MirrorMaps:
    """T_s and T_a of eq. 3, as tensors.

    Attributes:
        observations: Map of each observation group ('actor', 'critic').
        actions: Map of the actions.
    """

    observations: Mapping[str, SignedPermutation]
    actions: SignedPermutation

    def to(self, device: str | torch.device) -> MirrorMaps:
        """Return the same maps as tensors on a device."""
        like = torch.zeros((), device=device)
        return MirrorMaps(
            {name: mirror.like(like) for name, mirror in self.observations.items()}, self.actions.like(like)
        )


def symmetrize(normalizer: EmpiricalNormalization, mirror: SignedPermutation) -> None:
    """Turn the statistics of some samples into those of the samples and their mirror images, in place.

    Then normalising commutes with mirroring. First and second moments of the union are the means of both halves'
    moments; as merging batches is linear in the moments, too, it does not matter that this is done after each batch.
    """
    mean, variance = normalizer._mean, normalizer._var
    mirrored_mean, mirrored_variance = mirror(mean), variance[..., mirror.indices]
    half_distance = (mean - mirrored_mean) / 2
    variance.copy_((variance + mirrored_variance) / 2 + half_distance.square())
    mean.copy_((mean + mirrored_mean) / 2)
    normalizer._std.copy_(variance.sqrt())
