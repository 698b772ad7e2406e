"""Mirror maps of flat vectors, such as observations and actions: reflection at the plane y = 0, left <-> right.

Every quantity mirrors by a permutation with signs of its last axis, so a whole observation does, too: one gather and
one product. For training convert the map once with `SignedPermutation.like`, then call it in every step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from genmimic import rotation
from genmimic.robot import mirror
from genmimic.robot.names import mirrored_name
from genmimic.rotation import Array
from genmimic.tracking.state import RANDOMIZED_MASS_BODIES


@dataclass(frozen=True)
class SignedPermutation:
    """The map x -> signs * x[..., indices] on the last axis.

    Attributes:
        indices: (D,) integers.
        signs: (D,) of +1 and -1.
    """

    indices: Array
    signs: Array

    def __len__(self) -> int:
        """Length D of the axis it acts on."""
        return len(self.indices)

    def __call__(self, x: Array) -> Array:
        """Mirror (..., D); the map must be of the array library and device of `x` (see `like`)."""
        return x[..., self.indices] * self.signs

    def like(self, x: Array) -> SignedPermutation:
        """Return the same map as arrays of the library, device and floating type of `x`."""
        if rotation.namespace(x) is np:
            return SignedPermutation(np.asarray(self.indices), np.asarray(self.signs, dtype=x.dtype))
        import torch

        return SignedPermutation(
            torch.as_tensor(np.asarray(self.indices), device=x.device, dtype=torch.long),
            torch.as_tensor(np.asarray(self.signs), device=x.device, dtype=x.dtype),
        )

    def repeated(self, times: int) -> SignedPermutation:
        """Return the map of `times` copies of the axis, one after another."""
        return concatenate([self] * times)


def concatenate(maps: Iterable[SignedPermutation]) -> SignedPermutation:
    """Map of several quantities laid one after another."""
    maps = list(maps)
    starts = np.cumsum([0, *(len(m) for m in maps)])[:-1]
    return SignedPermutation(
        np.concatenate([m.indices + start for m, start in zip(maps, starts, strict=True)]),
        np.concatenate([m.signs for m in maps]),
    )


def of_group(permutation: Sequence[int], signs: Sequence[float] = (1.0,)) -> SignedPermutation:
    """Map of a group of members with `len(signs)` components each, laid out member by member.

    Args:
        permutation: Mirrored member i comes from member `permutation[i]`.
        signs: Sign of each component.
    """
    width = len(signs)
    indices = [width * source + component for source in permutation for component in range(width)]
    return SignedPermutation(np.array(indices), np.tile(np.asarray(signs, dtype=np.float64), len(permutation)))


VECTOR = of_group((0,), mirror.POLAR_SIGNS)
ANGULAR = of_group((0,), mirror.AXIAL_SIGNS)
JOINTS = SignedPermutation(np.array(mirror.JOINT_PERMUTATION), np.array(mirror.JOINT_SIGNS))
JOINT_FACTORS = of_group(mirror.JOINT_PERMUTATION)
KEYPOINT_VECTORS = of_group(mirror.KEYPOINT_PERMUTATION, mirror.POLAR_SIGNS)
KEYPOINT_ANGULAR = of_group(mirror.KEYPOINT_PERMUTATION, mirror.AXIAL_SIGNS)
KEYPOINT_ORIENTATIONS = of_group(mirror.KEYPOINT_PERMUTATION, mirror.QUAT_SIGNS)
FEET = of_group(mirror.FOOT_PERMUTATION)
FOOT_VECTORS = of_group(mirror.FOOT_PERMUTATION, mirror.POLAR_SIGNS)
MASSES = of_group([RANDOMIZED_MASS_BODIES.index(mirrored_name(name)) for name in RANDOMIZED_MASS_BODIES])
