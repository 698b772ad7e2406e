import numpy as np
import pytest

from genmimic.robot.collision import FOOT_GEOMS, PRIMITIVES
from genmimic.robot.constants import SOLE_HEIGHT
from genmimic.robot.meshes import load_visual_meshes
from genmimic.robot.names import BODY_NAMES


@pytest.mark.parametrize(("level", "most"), [("fine", 12_500), ("coarse", 5_000)])
def test_meshes_cover_the_robot_within_budget(level, most):
    meshes = load_visual_meshes(level)
    assert {mesh.body_name for mesh in meshes} == set(BODY_NAMES)
    assert 0.7 * most < sum(len(mesh.faces) for mesh in meshes) < most
    assert len({mesh.name for mesh in meshes}) == len(meshes)
    for mesh in meshes:
        assert mesh.faces.min() == 0 and mesh.faces.max() == len(mesh.vertices) - 1
        assert all(len(set(face)) == 3 for face in mesh.faces.tolist())
        assert np.abs(mesh.vertices).max() < 0.5


@pytest.mark.parametrize("level", ["fine", "coarse"])
def test_faces_look_outwards(level):
    """The enclosed volume is positive for every part, right limbs included: mirrored faces were turned round."""
    for mesh in load_visual_meshes(level):
        a, b, c = (mesh.vertices[mesh.faces[:, i]] - mesh.vertices.mean(axis=0) for i in range(3))
        assert (a * np.cross(b, c)).sum() / 6.0 > 0.0, mesh.name


@pytest.mark.parametrize("level", ["fine", "coarse"])
def test_soles_lie_where_the_collision_geometry_does(level):
    for mesh in load_visual_meshes(level):
        if mesh.body_name.endswith("ankle_roll_link"):
            assert mesh.vertices[:, 2].min() == pytest.approx(-SOLE_HEIGHT, abs=0.002)
    for primitive in PRIMITIVES:
        if any(primitive.name in foot for foot in FOOT_GEOMS):
            assert primitive.start[2] - primitive.radius == pytest.approx(-SOLE_HEIGHT)


def test_arrays_are_shared_and_read_only():
    first, second = load_visual_meshes(), load_visual_meshes()
    assert first is second
    with pytest.raises(ValueError, match="read-only"):
        first[0].vertices[0, 0] = 1.0
