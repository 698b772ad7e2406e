from __future__ import annotations

from importlib import resources

import numpy as np
import pytest

from genmimic.errors import InputError
from genmimic.motion.skeleton import INDEX, UPRIGHT_QUAT_W
from genmimic.synthetic.body import Body, identities, load_body, pose_vertices

REST = np.tile([1.0, 0.0, 0.0, 0.0], (22, 1))


@pytest.fixture(params=identities())
def body(request: pytest.FixtureRequest) -> Body:
    return load_body(request.param)


def test_identity_rotations_are_a_t_pose(body: Body) -> None:
    for sign, side in ((1.0, "left"), (-1.0, "right")):
        for joint in ("elbow", "wrist"):
            direction = body.offsets[INDEX[f"{side}_{joint}"]]
            assert np.allclose(direction / np.linalg.norm(direction), [sign, 0, 0], atol=1e-6)
        for joint in ("knee", "ankle"):
            direction = body.offsets[INDEX[f"{side}_{joint}"]]
            assert np.allclose(direction / np.linalg.norm(direction), [0, -1, 0], atol=1e-6)
    mirrored = [INDEX[n.replace("left", "right")] for n in INDEX if n.startswith("left")]
    lefts = [INDEX[n] for n in INDEX if n.startswith("left")]
    assert np.allclose(body.offsets[lefts] * [-1, 1, 1], body.offsets[mirrored], atol=1e-6)


def test_mesh_of_the_t_pose_spreads_its_arms_and_keeps_its_size(body: Body) -> None:
    vertices = pose_vertices(body, np.zeros(3), REST)
    span = np.ptp(vertices, axis=0)
    assert 0.9 < span[0] / span[1] < 1.1  # arm span is about the stature
    assert span[2] < 0.45
    hands = vertices[np.abs(vertices[:, 0]) > np.abs(body.offsets[[16, 18, 20]]).sum(0)[0] + 0.1]
    shoulder_y = body.offsets[[3, 6, 9, 13, 16], 1].sum()
    assert len(hands) > 100
    assert np.abs(hands[:, 1] - shoulder_y).max() < 0.15
    # palms look down: the hands are flat
    assert np.ptp(hands[:, 1]) < np.ptp(hands[:, 2])


def test_soles_stand_on_the_floor(body: Body) -> None:
    quat = REST.copy()
    quat[0] = UPRIGHT_QUAT_W
    vertices = pose_vertices(body, np.array([1.0, -2.0, body.standing_pelvis_height]), quat)
    assert abs(vertices[:, 2].min()) < 2e-3
    assert vertices[:, 2].max() == pytest.approx(body.height, abs=0.01)
    assert np.median(vertices[:, 0]) == pytest.approx(1.0, abs=0.1)


def test_a_bent_elbow_moves_the_forearm_and_nothing_else(body: Body) -> None:
    quat = REST.copy()
    quat[INDEX["left_elbow"]] = [np.sqrt(0.5), 0.0, -np.sqrt(0.5), 0.0]  # -90 degrees about y: forearm forwards
    moved = np.linalg.norm(pose_vertices(body, np.zeros(3), quat) - pose_vertices(body, np.zeros(3), REST), axis=1)
    forearm = np.isin(body.weight_joint, [INDEX["left_elbow"], INDEX["left_wrist"]])
    share = (body.weight * forearm).sum(1)
    assert moved[share == 0].max() == 0.0
    assert moved[share > 0.99].min() > 0.005


def test_closing_the_fingers_moves_one_hand_only() -> None:
    body = load_body("adam")
    opened = pose_vertices(body, np.zeros(3), REST)
    closed = pose_vertices(body, np.zeros(3), REST, {"fingers": (0.0, 1.0)})
    moved = np.linalg.norm(closed - opened, axis=1) > 1e-6
    assert moved.any()
    assert (opened[moved, 0] < 0).all()
    # the palm looks down: fingers close under the hand, never over its back, and the hand gets shorter
    assert closed[moved, 1].max() < opened[moved, 1].max() + 0.005
    assert closed[moved, 0].min() > opened[moved, 0].min() + 0.03


def test_faces_look_outwards_and_refer_to_vertices(body: Body) -> None:
    assert body.faces.min() == 0
    assert body.faces.max() == len(body.vertices) - 1
    a, b, c = (body.vertices[body.faces[:, k]] for k in range(3))
    volume = np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6.0
    assert 0.04 < volume < 0.12  # cubic metres; negative if faces looked inwards
    assert np.allclose(body.weight.sum(1), 1.0)


def test_asset_is_small_and_says_its_licence() -> None:
    folder = resources.files("genmimic.synthetic").joinpath("assets")
    assert len(folder.joinpath("bodies.npz").read_bytes()) < 1e6
    with folder.joinpath("bodies.npz").open("rb") as file:
        assert "CC0" in str(np.load(file)["licence"])


def test_unknown_person_is_refused() -> None:
    with pytest.raises(InputError, match=r"'eve'.*adam"):
        load_body("eve")
