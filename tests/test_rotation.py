import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from genmimic import rotation

RNG = np.random.default_rng(0)
A, B = (rotation.normalize(RNG.normal(size=(50, 4))) for _ in range(2))
VEC, OTHER = RNG.normal(size=(2, 50, 3))


def scipy_of(quat: np.ndarray) -> Rotation:
    return Rotation.from_quat(np.roll(quat, -1, axis=-1))


def same_orientation(a: np.ndarray, b: np.ndarray) -> bool:
    return bool(np.allclose(np.abs((a * b).sum(-1)), 1.0, atol=1e-12))


def test_products_and_rotations_agree_with_scipy():
    np.testing.assert_allclose(rotation.rotate(A, VEC), scipy_of(A).apply(VEC), atol=1e-12)
    np.testing.assert_allclose(rotation.rotate_inverse(A, VEC), scipy_of(A).inv().apply(VEC), atol=1e-12)
    product = (scipy_of(A) * scipy_of(B)).as_matrix()
    np.testing.assert_allclose(rotation.to_matrix(rotation.multiply(A, B)), product, atol=1e-12)
    np.testing.assert_allclose(rotation.cross(VEC, OTHER), np.cross(VEC, OTHER), atol=1e-12)
    identity = rotation.multiply(A, rotation.conjugate(A))
    np.testing.assert_allclose(identity, np.tile([1.0, 0, 0, 0], (50, 1)), atol=1e-12)


def test_axis_angle_agrees_with_scipy_and_comes_back():
    np.testing.assert_allclose(rotation.to_axis_angle(A), scipy_of(A).as_rotvec(), atol=1e-12)
    assert same_orientation(rotation.from_axis_angle(rotation.to_axis_angle(A)), A)


@pytest.mark.parametrize("angle", [0.0, 1e-12, 1e-7, 1e-5, 3.0, np.pi])
def test_axis_angle_at_small_and_large_angles(angle):
    rotvec = np.array([0.0, angle, 0.0])
    np.testing.assert_allclose(rotation.to_axis_angle(rotation.from_axis_angle(rotvec)), rotvec, rtol=1e-9, atol=1e-15)


def test_matrices_come_back_in_all_four_branches():
    half_turns = np.array([[0.0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0]])
    quats = np.concatenate([A, half_turns])
    back = rotation.from_matrix(rotation.to_matrix(quats))
    assert same_orientation(back, quats)
    assert (back[..., 0] >= 0.0).all()


def test_yaw_is_the_angle_of_a_turn_about_z():
    angle = np.array([-3.0, -0.4, 0.0, 2.5])
    axis_angle = np.stack([np.zeros(4), np.zeros(4), angle], -1)
    np.testing.assert_allclose(rotation.about_z(angle), rotation.from_axis_angle(axis_angle), atol=1e-12)
    np.testing.assert_allclose(rotation.yaw(rotation.about_z(angle)), angle, atol=1e-12)
    forward = rotation.rotate(A, np.broadcast_to([1.0, 0.0, 0.0], (*A.shape[:-1], 3)))
    np.testing.assert_allclose(rotation.yaw(A), np.arctan2(forward[..., 1], forward[..., 0]), atol=1e-12)


def test_heading_is_the_yaw_alone():
    yaw, tilt = np.array([0.0, 0.0, 2.0]), np.array([0.0, 0.7, 0.0])
    quat = rotation.multiply(rotation.from_axis_angle(yaw), rotation.from_axis_angle(tilt))
    np.testing.assert_allclose(rotation.heading(quat), rotation.from_axis_angle(yaw), atol=1e-12)


def test_slerp_goes_the_shorter_way_at_constant_speed():
    half = rotation.slerp(A, -B, np.full(50, 0.5))
    whole = rotation.angle_between(A, B)
    np.testing.assert_allclose(rotation.angle_between(A, half), 0.5 * whole, atol=1e-9)
    np.testing.assert_allclose(rotation.angle_between(half, B), 0.5 * whole, atol=1e-9)
    assert same_orientation(rotation.slerp(A, B, np.ones(50)), B)


def test_continuous_quaternions_keep_their_orientation():
    path = rotation.from_axis_angle(np.stack([0 * np.arange(40), 0.3 * np.arange(40), 0 * np.arange(40)], axis=1))
    flipped = path * np.where(RNG.random((40, 1)) < 0.5, -1.0, 1.0)
    smooth = rotation.make_continuous(flipped)
    assert (np.sum(smooth[1:] * smooth[:-1], axis=-1) > 0.9).all()
    assert same_orientation(smooth, path)


def test_unit_vectors():
    np.testing.assert_allclose(np.linalg.norm(rotation.unit(VEC), axis=-1), 1.0)
    np.testing.assert_array_equal(rotation.unit(np.zeros(3)), np.zeros(3))


def test_vectors_broadcast_against_one_quaternion():
    np.testing.assert_allclose(rotation.rotate(A[0], VEC), scipy_of(A[0]).apply(VEC), atol=1e-12)


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (rotation.multiply, (A, B)),
        (rotation.conjugate, (A,)),
        (rotation.cross, (VEC, OTHER)),
        (rotation.unit, (VEC,)),
        (rotation.rotate, (A, VEC)),
        (rotation.rotate_inverse, (A, VEC)),
        (rotation.from_axis_angle, (VEC,)),
        (rotation.to_axis_angle, (A,)),
        (rotation.to_matrix, (A,)),
        (rotation.from_matrix, (rotation.to_matrix(A),)),
        (rotation.heading, (A,)),
        (rotation.yaw, (A,)),
        (rotation.angle_between, (A, B)),
        (rotation.slerp, (A, B, np.linspace(0.0, 1.0, 50))),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_torch_gives_what_numpy_gives(function, arguments):
    torch = pytest.importorskip("torch", reason="torch is not installed: extra 'train'")
    result = function(*(torch.as_tensor(argument) for argument in arguments))
    assert isinstance(result, torch.Tensor)
    np.testing.assert_allclose(result.numpy(), function(*arguments), atol=1e-12)


@pytest.mark.parametrize("lead", [(), (1,)])
@pytest.mark.parametrize("shape", [(27,), (5, 27)])
def test_one_quaternion_turns_many_as_many_do(lead, shape):
    """A single numpy quaternion takes a shorter way to the same numbers."""
    rng = np.random.default_rng(0)
    quat, vec, quats = (rng.normal(size=(*s, n)) for s, n in ((lead, 4), (shape, 3), (shape, 4)))
    quat = rotation.normalize(quat)
    many = np.broadcast_to(quat, (*shape, 4))
    for function, argument in (
        (rotation.rotate, vec),
        (rotation.rotate_inverse, vec),
        (rotation.multiply, quats),
        (lambda q, v: rotation.cross(q[..., 1:], v), vec),
    ):
        single = function(quat, argument)
        np.testing.assert_allclose(single, function(many, argument), atol=1e-14)
        assert single.shape == argument.shape
        assert function(quat.astype(np.float32), argument.astype(np.float32)).dtype == np.float32
    np.testing.assert_allclose(rotation.heading(quat), rotation.heading(np.stack([quat, quat]))[0], atol=1e-15)
