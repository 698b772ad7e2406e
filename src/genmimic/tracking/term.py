"""What an observation term is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from genmimic.rotation import Array
from genmimic.tracking.state import Goal, RobotState, SimulationParameters
from genmimic.tracking.symmetry import SignedPermutation


@dataclass(frozen=True)
class ObservationTerm:
    """One row of table 6, or of another policy's table.

    Attributes:
        name: The name written into a policy's metadata.
        size: Numbers it contributes per step.
        function: Computes (..., size) from state, goal and simulation parameters.
        mirror: What becomes of it when the scene is mirrored.
        noise: Standard deviation of its observation noise (table 8), in its own unit.
    """

    name: str
    size: int
    function: Callable[[RobotState, Goal, SimulationParameters], Array]
    mirror: SignedPermutation
    noise: float = 0.0


def given(value: Array | None, field: str) -> Array:
    """An optional field of a state or goal, which a term cannot do without.

    Raises:
        ValueError: It is None.
    """
    if value is None:
        raise ValueError(f"this observation needs '{field}', which this simulation does not provide")
    return value


def flat(x: Array) -> Array:
    """Members and their components (..., n, m) one after another, (..., n m)."""
    return x.reshape(*x.shape[:-2], -1)
