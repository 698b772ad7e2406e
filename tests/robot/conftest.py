from collections.abc import Callable

import numpy as np
import pytest

from genmimic import rotation
from genmimic.robot import constants


@pytest.fixture(scope="session")
def random_configurations() -> Callable[..., tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Draw root positions, root orientations and joint positions over the robot's whole range."""

    def draw(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rng = np.random.default_rng(seed)
        return (
            rng.normal(size=(count, 3)),
            rotation.normalize(rng.normal(size=(count, 4))),
            rng.uniform(constants.JOINT_LOWER, constants.JOINT_UPPER, (count, 23)),
        )

    return draw
