import dataclasses

import numpy as np
import pytest
from motion.importers.standing import assert_same_person, walker

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion.files import load_arrays
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers import import_motion
from genmimic.motion.importers.joint_naming import smpl_names
from genmimic.motion.importers.mocap_layout import read_mocap_clips
from genmimic.motion.importers.placement import TOE_HEIGHT
from genmimic.motion.skeleton import INDEX, JOINT_NAMES, PARENTS


def write_layout(path, *clips: HumanMotion, **changes):
    names = smpl_names("O3DE")
    fields = {
        "root_pos": np.concatenate([c.root_pos_w for c in clips]).astype(np.float32),
        "local_quat": np.round(np.concatenate([c.local_quat for c in clips]) * 32767).astype(np.int16),
        "joint_names": [names[joint] for joint in JOINT_NAMES],
        "parents": PARENTS,
        "offsets": np.stack([c.offsets for c in clips]).astype(np.float32),
        "clip_names": [f"clip{k}" for k in range(len(clips))],
        "clip_lengths": [len(c) for c in clips],
        "fps": 30,
        "licence": "CC0",
        "source": "a test",
    }
    np.savez(path, **{name: value for name, value in (fields | changes).items() if value is not None})
    return path


def test_clips_come_back_with_name_source_and_licence(tmp_path):
    path = write_layout(tmp_path / "file.npz", walker(), walker(frames=20))
    first, second = import_motion(path)
    assert (first.name, first.fps, first.source, first.licence) == ("file/clip0", 30.0, "a test", "CC0")
    assert (second.name, len(second)) == ("file/clip1", 20)
    for found in (first, second):
        assert_same_person(found, walker(frames=len(found)), tolerance=0.01)
    (only,) = read_mocap_clips(path, {"clip1"})
    assert only.name == "file/clip1"


def test_people_above_the_floor_are_put_on_it(tmp_path):
    high = dataclasses.replace(walker(), root_pos_w=walker().root_pos_w + np.array([0.0, 0.0, 0.4]))
    (found,) = read_mocap_clips(write_layout(tmp_path / "file.npz", high))
    assert_same_person(found, walker(), tolerance=0.01)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"fps": None}, r"lacks the fields \['fps'\]"),
        ({"clip_lengths": [11]}, "adds up to 11, not to 12 frames"),
        ({"parents": np.zeros(22, int)}, "field 'parents' must be -1 for the first joint"),
        ({"offsets": np.zeros((21, 3))}, r"field 'offsets' has shape \(21, 3\)"),
        ({"root_pos": np.zeros((12, 2))}, r"field 'root_pos' has shape \(12, 2\)"),
        ({"joint_names": [f"j{k}" for k in range(22)]}, "follow no known naming"),
        ({"local_quat": np.zeros((12, 22, 4), np.int16)}, "length other than 1 in frame 0"),
        ({"root_pos": np.full((12, 3), np.nan)}, "not finite in frame 0"),
    ],
)
def test_damaged_files_are_refused(tmp_path, changes, expected):
    path = write_layout(tmp_path / "file.npz", walker(), **changes)
    with pytest.raises(InputError, match=expected):
        list(read_mocap_clips(path))


def test_an_unknown_clip_is_refused_before_any_is_read(tmp_path):
    path = write_layout(tmp_path / "file.npz", walker())
    with pytest.raises(InputError, match=r"has no clips \['clip7'\]; it has \['clip0'\]"):
        read_mocap_clips(path, {"clip7"})


@pytest.mark.parametrize(
    "name",
    [
        *("animdraw", "bandai1", "bandai2", "cmu_01_09", "cmu_10_14", "cmu_131_102", "cmu_135_karate", "cmu_55_dance"),
        *("cmu_60_61_salsa", "cmu_91_jumpturn", "cmu_walks", "o3de_locomotion"),
    ],
)
def test_every_real_file_has_people_of_flesh(shared_dir, name):
    """Soles on the floor, upright, left limbs on the left, toes ahead, and so the thumbs of hanging hands."""
    path = shared_dir / "mocap" / f"{name}.npz"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    stored = load_arrays(path)
    names, licence = [str(clip) for clip in stored["clip_names"]], str(stored["licence"])
    clips = list(read_mocap_clips(path, names[:: max(1, len(names) // 6)]))
    thumbs = []
    for human in clips:
        assert human.name.startswith(f"{name}/") and human.source and human.licence == licence
        pos, quat = human.forward_kinematics()
        toes = pos[:, [INDEX["left_foot"], INDEX["right_foot"]]]
        assert abs(np.percentile(toes[..., 2].min(axis=1), 5) - TOE_HEIGHT) < 1e-6
        assert np.median(pos[:, INDEX["neck"], 2] - pos[:, INDEX["pelvis"], 2]) > 0.3
        axes = rotation.to_matrix(quat[:, INDEX["pelvis"]])  # columns: left, up, ahead
        across = pos[:, INDEX["left_hip"]] - pos[:, INDEX["right_hip"]]
        assert ((across * axes[:, :, 0]).sum(-1) > 0.08).all()
        ankles = pos[:, [INDEX["left_ankle"], INDEX["right_ankle"]]]
        assert np.median(((toes - ankles) * axes[:, None, :, 2]).sum(-1)) > 0.03
        thumbs.append(_thumbs_ahead(pos, quat, axes))
    ahead = np.concatenate(thumbs)
    assert len(ahead) < 30 or np.mean(ahead) > 0.2, np.mean(ahead)


def _thumbs_ahead(pos: np.ndarray, quat: np.ndarray, axes: np.ndarray) -> np.ndarray:
    """How far ahead the thumbs of hanging forearms point, -1 to 1."""
    found = []
    for side in ("left", "right"):
        forearm = pos[:, INDEX[f"{side}_wrist"]] - pos[:, INDEX[f"{side}_elbow"]]
        hangs = forearm[:, 2] < -0.9 * np.linalg.norm(forearm, axis=-1)
        thumb = rotation.to_matrix(quat[:, INDEX[f"{side}_wrist"]])[:, :, 2]
        found.append((thumb * axes[:, :, 2]).sum(-1)[hangs])
    return np.concatenate(found)


def test_a_lost_thorax_is_put_back(shared_dir):
    """Subject 55 is in two files, one of which has all of the back."""
    paths = [shared_dir / "mocap" / f"{name}.npz" for name in ("cmu_55_dance", "cmu_walks")]
    if not all(path.exists() for path in paths):
        pytest.skip("the motion capture is not here")
    (without,), (whole,) = read_mocap_clips(paths[0], {"55_01_cmu"}), read_mocap_clips(paths[1], {"55_04"})
    heights = []
    for human in (without, whole):
        pos, _ = human.forward_kinematics()
        back = np.linalg.norm(pos[:, INDEX["neck"]] - pos[:, INDEX["pelvis"]], axis=-1)
        legs = np.linalg.norm(human.offsets[[4, 7]], axis=-1).sum()
        heights.append(np.median(back) / legs)
    assert heights[0] == pytest.approx(heights[1], rel=0.05)
