import numpy as np
import pytest

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion.amass import load_amass, save_amass
from genmimic.motion.body_shape import offsets_from_betas, rest_joints
from genmimic.motion.files import load_arrays
from genmimic.motion.rest_alignment import ALIGNED
from genmimic.motion.skeleton import PARENTS


def smpl_joints(data: dict[str, np.ndarray]) -> np.ndarray:
    """Joint positions (T, 22, 3) as SMPL's own code computes them from trans, poses and betas.

    Rest joints are placed in the template's frame, turned about their parents by matrices, then moved by trans.
    """
    rest = rest_joints(data["betas"][:10])
    matrices = rotation.to_matrix(rotation.from_axis_angle(data["poses"][:, :66].reshape(-1, 22, 3)))
    turned, placed = [matrices[:, 0]], [np.broadcast_to(rest[0], (len(matrices), 3))]
    for joint in range(1, 22):
        parent = PARENTS[joint]
        placed.append(placed[parent] + turned[parent] @ (rest[joint] - rest[parent]))
        turned.append(turned[parent] @ matrices[:, joint])
    return np.stack(placed, axis=1) + data["trans"][:, None]


def test_smpl_puts_the_joints_where_our_skeleton_has_them(tmp_path, make_human_motion):
    motion = make_human_motion()
    object.__setattr__(motion, "offsets", offsets_from_betas(motion.betas))
    save_amass(motion, tmp_path / "a.npz")
    ours, _ = motion.forward_kinematics()
    assert smpl_joints(load_arrays(tmp_path / "a.npz")) == pytest.approx(ours, abs=1e-9)


def test_bones_keep_their_directions_on_a_smpl_body_with_other_rest_legs(tmp_path, make_human_motion):
    motion = make_human_motion()
    bones = offsets_from_betas(motion.betas)
    straight = bones.copy()
    for joint, child in ((1, 4), (4, 7), (2, 5), (5, 8), (16, 18), (18, 20)):
        straight[child] = rotation.unit(bones[child] + [0.02, 0.0, 0.03]) * np.linalg.norm(bones[child])
        assert PARENTS[child] == joint
    object.__setattr__(motion, "offsets", straight)
    save_amass(motion, tmp_path / "a.npz")
    ours, _ = motion.forward_kinematics()
    theirs = smpl_joints(load_arrays(tmp_path / "a.npz"))
    for joint, child in ALIGNED:
        wanted = rotation.unit(ours[:, child] - ours[:, joint])
        found = rotation.unit(theirs[:, child] - theirs[:, joint])
        assert np.degrees(np.arccos(np.clip((wanted * found).sum(-1), -1.0, 1.0))).max() < 0.01


def test_round_trip(tmp_path, make_human_motion):
    motion = make_human_motion()
    save_amass(motion, tmp_path / "a.npz")
    loaded = load_amass(tmp_path / "a.npz")
    assert loaded.fps == motion.fps and loaded.licence == "CC0" and loaded.assumptions == motion.assumptions
    assert loaded.root_pos_w == pytest.approx(motion.root_pos_w, abs=1e-12)
    assert rotation.angle_between(loaded.local_quat, motion.local_quat).max() < 1e-6
    for name in ("offsets", "confidence", "foot_contact", "betas"):
        assert getattr(loaded, name) == pytest.approx(getattr(motion, name))


def test_keys_and_shapes_of_amass(tmp_path, make_human_motion):
    save_amass(make_human_motion(), tmp_path / "a.npz")
    data = load_arrays(tmp_path / "a.npz")
    assert data["trans"].shape == (30, 3) and data["poses"].shape == (30, 156) and data["betas"].shape == (16,)
    assert data["mocap_framerate"] == 16.0 and data["gender"] == "neutral"
    assert np.all(data["poses"][:, 66:] == 0.0)
    assert data["pose_body"] == pytest.approx(data["poses"][:, 3:66])


def test_files_of_other_origin(tmp_path):
    rng = np.random.default_rng(0)
    path = tmp_path / "theirs.npz"
    betas = rng.normal(size=16)
    np.savez(
        path, trans=rng.normal(size=(5, 3)), poses=rng.normal(size=(5, 165)), betas=betas, mocap_frame_rate=120.0,
        gender="female",
    )  # fmt: skip
    motion = load_amass(path)
    assert motion.fps == 120.0 and motion.offsets == pytest.approx(offsets_from_betas(betas[:10]))
    assert np.all(motion.confidence == 1.0)
    assert np.all(motion.foot_contact == 0.5)  # unknown


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"trans": None}, r"lacks the fields \['trans'\]"),
        ({"mocap_framerate": None}, r"lacks the fields \['mocap_framerate'\]"),
        ({"poses": np.zeros((5, 60))}, r"'poses' has shape \(5, 60\)"),
        ({"trans": np.zeros((4, 3))}, r"'poses' has shape \(5, 156\), expected \(4, 66"),
        ({"trans": np.zeros((5, 2))}, r"'trans' has shape \(5, 2\)"),
        ({"poses": np.full((5, 156), "x")}, "'poses' is not an array of numbers"),
        ({"mocap_framerate": "fast"}, "'mocap_framerate' is not an array of numbers"),
        ({"mocap_framerate": 0.0}, "'fps' is 0.0"),
        ({"genmimic_text": "{"}, "'genmimic_text' is not JSON"),
        ({"genmimic_confidence": np.zeros(3)}, "'confidence' has shape"),
        ({"poses": np.full((5, 156), np.nan)}, "not finite in frame 0"),
        ({"trans": np.full((5, 3), 5e4)}, "divide by 100"),
    ],
)
def test_bad_files_are_refused(tmp_path, change, expected):
    fields = {"trans": np.zeros((5, 3)), "poses": np.zeros((5, 156)), "betas": np.zeros(16), "mocap_framerate": 30.0}
    path = tmp_path / "bad.npz"
    np.savez(path, **{name: value for name, value in {**fields, **change}.items() if value is not None})
    with pytest.raises(InputError, match=expected) as caught:
        load_amass(path)
    assert str(caught.value).startswith(f"{path}: ")
