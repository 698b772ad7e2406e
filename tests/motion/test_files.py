import os
import stat

import numpy as np
import pytest

from genmimic.errors import InputError
from genmimic.motion.files import (
    atomic_path,
    load_arrays,
    load_human,
    load_robot,
    save_arrays,
    save_human,
    save_robot,
)


def assert_same(ours, theirs, tolerance=0.0):
    for name, value in vars(ours).items():
        if isinstance(value, np.ndarray):
            assert getattr(theirs, name) == pytest.approx(value, abs=tolerance), name
        elif name == "joint_names":
            assert list(getattr(theirs, name)) == list(value)
        else:
            assert getattr(theirs, name) == value, name


def rewrite(path, change):
    """Apply `change` to the file's arrays."""
    data = load_arrays(path)
    change(data)
    np.savez(path, **data)


@pytest.fixture
def robot_file(tmp_path, make_robot_motion):
    path = tmp_path / "clip.npz"
    save_robot(make_robot_motion(), path)
    return path


@pytest.fixture
def human_file(tmp_path, make_human_motion):
    path = tmp_path / "clip.npz"
    save_human(make_human_motion(), path)
    return path


def test_robot_round_trip_is_exact(robot_file, make_robot_motion):
    assert_same(make_robot_motion(), load_robot(robot_file))


def test_human_round_trip_is_exact(human_file, make_human_motion):
    assert_same(make_human_motion(), load_human(human_file))


def test_the_file_says_what_it_holds(robot_file):
    data = load_arrays(robot_file)
    assert data["quaternion_order"] == "wxyz" and data["units"] == "metre, radian, second"
    assert len(data["joint_names"]) == 23 and len(data["keypoint_names"]) == 27
    assert data["fps"] == 50.0 and data["licence"] == "CC0" and data["source"] == "a test"


def test_extra_fields_travel_along_under_their_prefix(tmp_path, make_human_motion):
    path = tmp_path / "clip.npz"
    save_human(make_human_motion(), path, {"evidence_frame_index": np.arange(30)})
    assert len(load_human(path)) == 30
    assert load_arrays(path)["evidence_frame_index"].tolist() == list(range(30))
    save_human(make_human_motion(), path, {"surprise": np.arange(30)})
    with pytest.raises(InputError, match=r"unknown fields \['surprise'\]"):
        load_human(path)
    with pytest.raises(ValueError, match="fps"):
        save_human(make_human_motion(), path, {"fps": 3})


BREAKAGES = {
    "missing field": (lambda d: d.pop("joint_pos"), r"lacks the fields \['joint_pos'\]"),
    "missing names": (lambda d: d.pop("joint_names"), r"lacks the fields \['joint_names'\]"),
    "NaN": (lambda d: d["joint_pos"].__setitem__((7, 3), np.nan), "joint_pos' is not finite in frame 7"),
    "degrees": (lambda d: d.update(joint_pos=np.degrees(d["joint_pos"])), "radians: multiply by pi / 180"),
    "centimetres": (lambda d: d.update(root_pos_w=d["root_pos_w"] * 1e3), "divide by 100"),
    "unknown joint": (lambda d: d["joint_names"].__setitem__(0, "tail"), r"unknown names \['tail'\]"),
    "other order": (lambda d: d.update(joint_names=d["joint_names"][::-1]), "at position 0"),
    "other keypoints": (lambda d: d.update(keypoint_names=d["keypoint_names"][::-1]), "keypoint_names"),
    "quaternion order": (lambda d: d.update(quaternion_order="xyzw"), "'quaternion_order' is 'xyzw'"),
    "units": (lambda d: d.update(units="degree"), "'units' is 'degree'"),
    "length of quaternions": (lambda d: d.update(root_quat_w=d["root_quat_w"] * 2), "length other than 1 in frame 0"),
    "shape": (lambda d: d.update(joint_pos=d["joint_pos"][:, :20]), r"shape \(40, 20\)"),
    "too short": (lambda d: d.update(confidence=d["confidence"][:5]), "confidence"),
    "fps": (lambda d: d.update(fps=0.0), "'fps' is 0.0"),
    "fps as text": (lambda d: d.update(fps="fast"), "wrong type"),
    "version": (lambda d: d.update(version=99), "'version' is '99'"),
    "metadata": (lambda d: d.update(metadata="{"), "'metadata' is not JSON"),
}


@pytest.mark.parametrize("breakage", BREAKAGES, ids=str)
def test_a_bad_robot_file_is_refused_in_one_sentence_that_begins_with_its_name(robot_file, breakage):
    change, expected = BREAKAGES[breakage]
    rewrite(robot_file, change)
    with pytest.raises(InputError, match=expected) as caught:
        load_robot(robot_file)
    message = str(caught.value)
    assert message.startswith(f"{robot_file}: ") and "\n" not in message and message.endswith(".")


def test_the_wrong_kind_is_refused(robot_file, tmp_path, make_human_motion):
    with pytest.raises(InputError, match="lacks the fields"):
        load_human(robot_file)
    save_human(make_human_motion(), tmp_path / "person.npz")
    with pytest.raises(InputError, match="lacks the fields"):
        load_robot(tmp_path / "person.npz")


def test_a_bad_human_file_is_refused(human_file):
    rewrite(human_file, lambda d: d["local_quat"].__setitem__((4, 2, 0), np.nan))
    with pytest.raises(InputError, match="'local_quat' is not finite in frame 4"):
        load_human(human_file)


@pytest.mark.parametrize("content", [b"", b"not an npz", b"PK\x03\x04 cut short"])
def test_damaged_files_are_refused(tmp_path, content):
    path = tmp_path / "clip.npz"
    path.write_bytes(content)
    with pytest.raises(InputError, match="not a readable npz"):
        load_robot(path)


def test_a_truncated_file_is_refused(robot_file):
    robot_file.write_bytes(robot_file.read_bytes()[:-200])
    with pytest.raises(InputError, match="not a readable npz"):
        load_robot(robot_file)


@pytest.mark.parametrize("where", np.linspace(0.1, 0.9, 9))
def test_a_flipped_byte_is_noticed(robot_file, where):
    content = bytearray(robot_file.read_bytes())
    content[int(where * len(content))] ^= 0xFF
    robot_file.write_bytes(content)
    with pytest.raises(InputError):
        load_robot(robot_file)


def test_missing_files_and_folders_are_refused(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        load_robot(tmp_path / "none.npz")
    with pytest.raises(InputError, match="no such file"):
        load_robot(tmp_path)


def test_python_objects_are_neither_written_nor_read(tmp_path):
    with pytest.raises(TypeError, match="things"):
        save_arrays(tmp_path / "a.npz", {"things": np.array([object()])})
    np.savez(tmp_path / "b.npz", things=np.array([{"a": 1}], dtype=object))
    with pytest.raises(InputError, match="plain arrays"):
        load_arrays(tmp_path / "b.npz")


def test_atomic_path_replaces_only_on_success(tmp_path):
    path = tmp_path / "new" / "out.txt"
    with atomic_path(path) as temporary:
        assert temporary.parent == path.parent and temporary.suffix == ".txt"
        temporary.write_text("first")
        assert not path.exists()
    assert path.read_text() == "first"
    with pytest.raises(RuntimeError), atomic_path(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    with pytest.raises(KeyboardInterrupt), atomic_path(path) as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt
    assert path.read_text() == "first" and os.listdir(path.parent) == ["out.txt"]


def test_unwritable_places_are_refused(tmp_path, make_robot_motion):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        save_robot(make_robot_motion(), tmp_path / "file" / "clip.npz")
    folder = tmp_path / "clip.npz"
    folder.mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        save_robot(make_robot_motion(), folder)
    assert sorted(os.listdir(tmp_path)) == ["clip.npz", "file"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full, which Linux has")
def test_a_full_disk_is_one_sentence(tmp_path):
    path = tmp_path / "out.npz"
    with pytest.raises(InputError, match="No space left on device"), atomic_path(path), open("/dev/full", "w") as full:
        full.write("x" * 10)
        full.flush()
    assert os.listdir(tmp_path) == []


def test_new_files_are_readable_by_others_as_usual(robot_file):
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(robot_file.stat().st_mode) == 0o666 & ~umask
