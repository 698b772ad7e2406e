from dataclasses import replace

import numpy as np
import pytest

from genmimic.errors import InputError
from genmimic.motion.corpus import Corpus, load_corpus, save_corpus
from genmimic.motion.files import load_arrays, save_arrays
from genmimic.robot.kinematics import forward_kinematics


@pytest.fixture(scope="module")
def three(make_robot_motion):
    motions = [
        replace(make_robot_motion(frames=frames, seed=seed), name=f"clip{seed}")
        for seed, frames in enumerate((40, 7, 90))
    ]
    return motions, Corpus.from_motions(
        motions, contents=["walk", "turn", "walk"], splits=["train", "test", "train"], reasons=["", "too short", ""]
    )


def keypoints(motion):
    return forward_kinematics(motion.root_pos_w, motion.root_quat_w, motion.joint_pos)[0]


def test_clips_come_back_as_they_went_in(three):
    motions, corpus = three
    assert len(corpus) == 3
    assert corpus.kept.tolist() == [True, False, True]
    assert corpus.starts.tolist() == [0, 40, 47]
    for i, motion in enumerate(motions):
        clip = corpus.clip(i)
        assert (clip.name, clip.source, clip.licence) == (motion.name, motion.source, motion.licence)
        assert clip.metadata["content"] == corpus.contents[i]
        np.testing.assert_allclose(clip.joint_pos, motion.joint_pos, atol=1e-6)
        assert np.linalg.norm(keypoints(clip) - keypoints(motion), axis=-1).max() < 1e-5


def test_a_file_keeps_keypoints_to_less_than_a_millimetre(three, tmp_path):
    motions, corpus = three
    save_corpus(corpus, tmp_path / "c.npz")
    back = load_corpus(tmp_path / "c.npz")
    for field in ("names", "contents", "sources", "licences", "splits", "reasons"):
        assert getattr(back, field) == getattr(corpus, field)
    for i, motion in enumerate(motions):
        assert np.linalg.norm(keypoints(back.clip(i)) - keypoints(motion), axis=-1).max() < 5e-4
        np.testing.assert_allclose(back.clip(i).foot_contact, motion.foot_contact, atol=0.002)
        np.testing.assert_allclose(back.clip(i).confidence, motion.confidence, atol=0.002)


def test_far_away_and_at_large_angles_the_rounding_is_the_same(make_robot_motion, tmp_path):
    motion = make_robot_motion()
    motion = replace(motion, root_pos_w=motion.root_pos_w + np.array([190.0, -190.0, 0.0]))
    save_corpus(Corpus.from_motions([motion]), tmp_path / "c.npz")
    difference = keypoints(load_corpus(tmp_path / "c.npz").clip(0)) - keypoints(motion)
    assert np.linalg.norm(difference, axis=-1).max() < 5e-4


def test_real_dances_keep_their_keypoints(shared_dir, tmp_path):
    """Real joint positions, without retargeting: the 29-DoF clips with six joints left out."""
    from genmimic.motion.robot_motion import RobotMotion
    from genmimic.motion.sdk_layout import from_columns

    path = shared_dir / "mocap" / "robot_g1moves_29dof.npz"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    data = load_arrays(path)
    joint_pos, _ = from_columns(path, data["dof"].astype(np.float64))
    frames = min(len(joint_pos), 5000)
    quat = np.roll(data["root_quat_xyzw"][:frames].astype(np.float64), 1, axis=1)
    motion = RobotMotion(
        "g1moves",
        30.0,
        data["root_pos"][:frames],
        quat / np.linalg.norm(quat, axis=1, keepdims=True),
        joint_pos[:frames],
        np.zeros((frames, 2)),
        np.ones(frames),
    )
    corpus = Corpus.from_motions([motion], fps=30.0)
    save_corpus(corpus, tmp_path / "c.npz")
    difference = keypoints(load_corpus(tmp_path / "c.npz").clip(0)) - keypoints(motion)
    assert np.linalg.norm(difference, axis=-1).max() < 1e-3


def test_select_takes_indices_and_masks(three):
    _, corpus = three
    for chosen in (corpus.select([2, 0]), corpus.select(corpus.kept)):
        assert sorted(chosen.names) == ["clip0", "clip2"]
        for i, name in enumerate(chosen.names):
            original = corpus.clip(corpus.names.index(name))
            np.testing.assert_array_equal(chosen.clip(i).joint_pos, original.joint_pos)
    assert len(corpus.select(np.zeros(3, dtype=bool))) == 0


def test_corpora_are_joined(three):
    _, corpus = three
    parts = [corpus.select([i]) for i in range(3)]
    joined = Corpus.concatenate(parts)
    assert joined.names == corpus.names
    np.testing.assert_array_equal(joined.root_pos_w, corpus.root_pos_w)
    with pytest.raises(InputError, match="used by several clips"):
        Corpus.concatenate([corpus, corpus])


def test_a_clip_without_frames_is_only_listed(three):
    _, corpus = three
    one = corpus.select([1])
    empty = replace(
        one,
        lengths=[0],
        **{field: getattr(one, field)[:0] for field in ("root_pos_w", "root_quat_w", "joint_pos", "foot_contact")},
        confidence=one.confidence[:0],
    )
    joined = Corpus.concatenate([empty, corpus.select([0, 2])])
    assert joined.clip(1).name == "clip0"
    with pytest.raises(InputError, match=r"clip1.*too short"):
        joined.clip(0)


def test_motions_of_other_rates_are_resampled(make_robot_motion):
    corpus = Corpus.from_motions([make_robot_motion(frames=31, fps=30.0)])
    assert corpus.fps == 50.0
    assert corpus.lengths.tolist() == [51]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "genmimic robot motion"}, "not a corpus"),
        ({"joint_names": ["knee"] * 23}, "joint_names"),
        ({"quaternion_order": "xyzw"}, "quaternion_order"),
        ({"joint_pos_step": 1.0}, "joint_pos_step"),
        ({"extra": 1.0}, "unknown fields"),
        ({"names": ["a", "a", "b"]}, "used by several"),
        ({"splits": ["train", "test", "validation"]}, "splits"),
        ({"lengths": [1, 2, 3]}, "root_pos_w"),
        ({"fps": 0.0}, "fps"),
    ],
)
def test_files_that_are_wrong_are_refused(three, tmp_path, change, words):
    save_corpus(three[1], tmp_path / "c.npz")
    save_arrays(tmp_path / "d.npz", {**load_arrays(tmp_path / "c.npz"), **change})
    with pytest.raises(InputError, match=words) as caught:
        load_corpus(tmp_path / "d.npz")
    assert "d.npz" in str(caught.value)


def test_a_missing_field_is_named(three, tmp_path):
    save_corpus(three[1], tmp_path / "c.npz")
    data = load_arrays(tmp_path / "c.npz")
    for field in ("lengths", "joint_pos", "licences"):
        save_arrays(tmp_path / "d.npz", {name: value for name, value in data.items() if name != field})
        with pytest.raises(InputError, match=field):
            load_corpus(tmp_path / "d.npz")


def test_values_beyond_the_format_are_refused(three, tmp_path):
    _, corpus = three
    with pytest.raises(InputError, match="joint_pos"):
        save_corpus(replace(corpus, joint_pos=corpus.joint_pos + 10.0), tmp_path / "c.npz")
    assert not list(tmp_path.iterdir())


def test_nothing_makes_no_corpus():
    with pytest.raises(InputError, match="no motion"):
        Corpus.from_motions([])
