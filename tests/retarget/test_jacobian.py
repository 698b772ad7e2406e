import mujoco
import numpy as np
import pytest

from genmimic import rotation
from genmimic.retarget.jacobian import (
    DOFS,
    Configuration,
    Kinematics,
    PointSet,
    centre_of_mass,
    centre_of_mass_jacobian,
    contact_jacobian,
    rotation_jacobian,
)
from genmimic.robot.constants import JOINT_LOWER, JOINT_UPPER
from genmimic.robot.model import build_model
from genmimic.robot.names import BODY_NAMES

STEP = 1e-6


@pytest.fixture
def configuration() -> Configuration:
    rng = np.random.default_rng(3)
    quat = rotation.normalize(rng.normal(size=(4, 4)))
    return Configuration(rng.normal(size=(4, 3)), quat, rng.uniform(JOINT_LOWER, JOINT_UPPER, size=(4, 23)) * 0.8)


def differentiate(configuration: Configuration, function) -> np.ndarray:
    """Central differences (T, 29, ...) of a function of the configuration along each tangent direction."""
    unlimited = np.full(23, np.inf)
    columns = []
    for dof in range(DOFS):
        step = np.zeros((len(configuration), DOFS))
        step[:, dof] = STEP
        ahead = function(configuration.moved(step, -unlimited, unlimited))
        behind = function(configuration.moved(-step, -unlimited, unlimited))
        columns.append((ahead - behind) / (2 * STEP))
    return np.stack(columns, axis=1)


def test_point_jacobian_is_the_derivative(configuration):
    points = PointSet.of(
        [("pelvis", (0.1, 0.2, -0.1)), ("left_wrist_roll_link", (0.1, 0, 0)), ("torso_link", (0, 0, 1))]
    )
    kinematics = Kinematics.of(configuration)
    jac = points.jacobian(kinematics, points.positions(kinematics))
    expected = differentiate(configuration, lambda c: points.positions(Kinematics.of(c)))
    np.testing.assert_allclose(jac, expected, atol=1e-7)


def test_rotation_jacobian_is_the_derivative(configuration):
    bodies = np.array([BODY_NAMES.index(n) for n in ("pelvis", "right_ankle_roll_link", "left_elbow_link")])
    kinematics = Kinematics.of(configuration)
    start = rotation.conjugate(kinematics.body_quat[:, bodies])

    def turned(c: Configuration) -> np.ndarray:
        return rotation.to_axis_angle(rotation.multiply(Kinematics.of(c).body_quat[:, bodies], start))

    np.testing.assert_allclose(rotation_jacobian(kinematics, bodies), differentiate(configuration, turned), atol=1e-7)


def test_contact_jacobian_is_the_derivative_along_the_normal(configuration):
    body = BODY_NAMES.index("right_wrist_roll_link")
    points = PointSet.of([("right_wrist_roll_link", (0.05, 0.01, 0.02))])
    kinematics = Kinematics.of(configuration)
    pos = points.positions(kinematics)[:, 0]
    normal = rotation.normalize(np.random.default_rng(0).normal(size=(4, 3)))
    rows = contact_jacobian(kinematics, np.arange(4), np.full(4, body), pos, normal)
    full = points.jacobian(kinematics, pos[:, None])[:, :, 0]
    np.testing.assert_allclose(rows, (full * normal[:, None]).sum(-1), atol=1e-12)


def test_centre_of_mass_and_its_jacobian(configuration):
    kinematics = Kinematics.of(configuration)
    moments, com = centre_of_mass(kinematics)
    jac = centre_of_mass_jacobian(kinematics, moments, com)
    expected = differentiate(configuration, lambda c: centre_of_mass(Kinematics.of(c))[1])
    np.testing.assert_allclose(jac, expected, atol=1e-7)
    model = build_model(visual=False)
    data = mujoco.MjData(model)
    for frame in range(len(configuration)):
        data.qpos = np.concatenate([getattr(configuration, name)[frame] for name in vars(configuration)])
        mujoco.mj_forward(model, data)
        np.testing.assert_allclose(com[frame], data.subtree_com[1], atol=1e-6)


def test_differences_are_what_moved_adds(configuration):
    step = np.random.default_rng(1).normal(size=(4, DOFS)) * 0.1
    unlimited = np.full(23, np.inf)
    moved = configuration.moved(step, -unlimited, unlimited)
    for frame in range(4):
        pair = Configuration(
            *(np.stack([getattr(c, name)[frame] for c in (configuration, moved)]) for name in vars(configuration))
        )
        np.testing.assert_allclose(pair.differences()[0], step[frame], atol=1e-9)
