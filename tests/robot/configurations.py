import numpy as np

from genmimic import rotation
from genmimic.robot import constants


def random_configurations(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return (
        rng.normal(size=(count, 3)),
        rotation.normalize(rng.normal(size=(count, 4))),
        rng.uniform(constants.JOINT_LOWER, constants.JOINT_UPPER, (count, 23)),
    )
