from pathlib import Path

import numpy as np
import pytest
from dataset.mocap_files import some_people, write_mocap

from genmimic.dataset.reading import read_clips
from genmimic.dataset.sources import find_files, inspect, labels_of, unique
from genmimic.errors import InputError
from genmimic.motion.files import load_arrays


def test_folders_stand_for_the_files_in_them(tmp_path):
    for name in ("b.npz", "a.bvh", "notes.txt", "shape.npz", "deep/c.bvh"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [p.name for p in find_files([tmp_path, tmp_path / "a.bvh"])] == ["a.bvh", "b.npz"]
    found = {path.name: folders for path, folders in find_files([tmp_path], recursive=True).items()}
    root = tmp_path.name
    assert found == {"a.bvh": (root,), "b.npz": (root,), "c.bvh": (root, "deep")}


def test_of_a_run_only_the_reference_counts_and_has_its_name(tmp_path):
    for name in ("human.npz", "reference.npz", "robot.npz", "stages.json"):
        for run in ("out/wave", "out/bow", "more/wave"):
            (tmp_path / run).mkdir(exist_ok=True, parents=True)
            (tmp_path / run / name).touch()
    files = list(find_files([tmp_path], recursive=True))
    assert [file.name for file in files] == ["reference.npz"] * 3
    assert sorted(labels_of(files)) == ["bow", "more/wave", "out/wave"]
    assert list(find_files([tmp_path / "out" / "bow" / "human.npz"])), "a file that is named is taken"


def test_an_empty_folder_and_a_missing_file_are_refused(tmp_path):
    with pytest.raises(InputError, match="no motion in this folder"):
        find_files([tmp_path])
    with pytest.raises(InputError, match="no such file"):
        find_files([tmp_path / "x.bvh"])


def test_files_of_one_name_are_told_apart():
    files = [Path(p) for p in ("/a/x/walk.bvh", "/a/y/walk.bvh", "/a/run.bvh", "/a/y/hop.npz", "/a/y/hop.bvh")]
    assert labels_of(files) == ["x/walk", "y/walk", "run", "hop.npz", "hop.bvh"]
    assert labels_of([files[0], Path("/b/x/walk.bvh")]) == ["a/x/walk", "b/x/walk"]


def test_repeated_names_are_numbered():
    assert unique(["a", "b", "a", "a"]) == ["a", "b", "a~2", "a~3"]


def test_clips_are_read_by_name_and_repeated_ones_in_order(tmp_path):
    people = some_people()
    pairs = [("walk", people["squat"]), ("turn", people["raise_arm"]), ("walk", people["raise_arm"])]
    source = inspect(write_mocap(tmp_path / "m.npz", pairs), "m")
    assert (source.kind, source.clips, source.licence) == ("mocap", ("walk", "turn", "walk~2"), "CC0")
    read = dict(read_clips(source, ["walk", "walk~2"]))
    assert list(read) == ["walk", "walk~2"]
    for name, wanted in (("walk", "squat"), ("walk~2", "raise_arm")):
        np.testing.assert_allclose(read[name].root_pos_w, people[wanted].root_pos_w, atol=0.02)


def test_a_frame_of_nan_costs_its_clip_alone(tmp_path):
    people = some_people()
    path = write_mocap(tmp_path / "m.npz", {"a": people["squat"], "b": people["squat"], "c": people["raise_arm"]})
    data = load_arrays(path)
    data["root_pos"][len(people["squat"]) + 5] = np.nan
    np.savez(path, **data)
    source = inspect(path, "m")
    read = dict(read_clips(source, source.clips))
    assert list(read) == ["a", "b", "c"]
    assert isinstance(read["b"], InputError)
    assert "frame 5" in str(read["b"])
    assert not isinstance(read["a"], InputError)
    assert not isinstance(read["c"], InputError)


def test_a_damaged_file_is_refused_by_name(tmp_path):
    (tmp_path / "m.npz").write_bytes(b"no npz at all")
    with pytest.raises(InputError, match=r"m\.npz"):
        inspect(tmp_path / "m.npz", "m")
