"""`genmimic dataset` as a process of its own."""

import json
import os
import signal
import subprocess
import time
from dataclasses import replace

import numpy as np
import pytest
from command_line import COMMAND, assert_refused, genmimic, sentences
from dataset.mocap_files import some_people, write_mocap
from retarget.people import raise_left_arm, stand

from genmimic.motion.corpus import load_corpus, save_corpus
from genmimic.motion.files import load_arrays, save_robot
from genmimic.retarget import retarget


def build(tmp_path, *arguments):
    return genmimic("dataset", "build", *arguments, "--out", "c.npz", "--jobs", "1", cwd=tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    write_mocap(folder / "m.npz", some_people())
    done = build(folder, "m.npz")
    assert done.returncode == 0, done.stderr
    return folder, done


def test_build_tells_what_it_made(built):
    folder, done = built
    assert "kept" in done.stdout
    assert "CC0" in done.stdout
    assert len(load_corpus(folder / "c.npz")) == 2
    assert (folder / "c.clips.tsv").is_file()


def test_info(built):
    folder, _ = built
    told = genmimic("dataset", "info", "c.npz", "--clips", cwd=folder)
    assert told.returncode == 0, told.stderr
    for word in ("permissive", "gesture", "m/squat"):
        assert word in told.stdout
    told = genmimic("dataset", "info", "c.npz", "--json", cwd=folder)
    assert json.loads(told.stdout)["clips"] == 2


def test_view_and_diff(built):
    folder, _ = built
    assert genmimic("dataset", "view", "c.npz", "squat", "--out", "s.png", cwd=folder).returncode == 0
    assert (folder / "s.png").stat().st_size > 10_000
    assert_refused(genmimic("dataset", "view", "c.npz", "swim", "--out", "s.png", cwd=folder), "swim")
    assert genmimic("dataset", "diff", "c.npz", "c.npz", cwd=folder).returncode == 0
    one = load_corpus(folder / "c.npz").select([0])
    save_corpus(one, folder / "one.npz")
    told = genmimic("dataset", "diff", "c.npz", "one.npz", cwd=folder)
    assert told.returncode == 1
    assert "m/squat" in told.stdout


def test_join(built):
    folder, _ = built
    corpus = load_corpus(folder / "c.npz")
    for index in range(2):
        save_corpus(corpus.select([index]), folder / f"{index}.npz")
    done = genmimic("dataset", "join", "1.npz", "0.npz", "--out", "both.npz", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert load_corpus(folder / "both.npz").names == (corpus.names[1], corpus.names[0])
    assert_refused(genmimic("dataset", "join", "0.npz", "0.npz", "--out", "x.npz", cwd=folder), corpus.names[0])
    assert_refused(genmimic("dataset", "join", "0.npz", cwd=folder), "two or more")
    assert_refused(genmimic("dataset", "join", "0.npz", "1.npz", "--out", "x.bvh", cwd=folder), "x.bvh")


def test_a_corrupted_bvh_costs_itself_alone(tmp_path):
    write_mocap(tmp_path / "m.npz", some_people())
    (tmp_path / "bad.bvh").write_text("HIERARCHY\nROOT Hips\n{\n OFFSET 0 0 nonsense\n")
    done = build(tmp_path, "m.npz", "bad.bvh")
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    (said,) = sentences(done)
    assert "bad.bvh" in said
    corpus = load_corpus(tmp_path / "c.npz")
    assert corpus.kept.sum() == 2
    assert "bad" in corpus.names


def test_an_empty_folder_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    assert_refused(build(tmp_path, "empty"), "empty", "no motion in this folder")
    assert not (tmp_path / "c.npz").exists()


def test_nan_one_frame_and_repeated_names(tmp_path):
    people = some_people()
    short = stand(30)
    names = ("root_pos_w", "local_quat", "confidence", "foot_contact")
    one = replace(short, **{name: getattr(short, name)[:1] for name in names})
    pairs = [("walk", people["squat"]), ("walk", people["raise_arm"]), ("one", one), ("nan", people["squat"])]
    write_mocap(tmp_path / "m.npz", pairs)
    data = load_arrays(tmp_path / "m.npz")
    data["root_pos"][-7, 0] = np.nan
    np.savez(tmp_path / "m.npz", **data)
    (tmp_path / "other").mkdir()
    write_mocap(tmp_path / "other" / "m.npz", {"walk": people["squat"]})
    done = build(tmp_path, "m.npz", "other/m.npz")
    assert done.returncode == 2, done.stderr
    assert len(sentences(done)) == 1  # the clip with NaN; a short one is no failure
    assert "frame 33" in sentences(done)[0]
    corpus = load_corpus(tmp_path / "c.npz")
    folder = tmp_path.name
    wanted = [f"{folder}/m/walk", f"{folder}/m/walk~2", f"{folder}/m/one", f"{folder}/m/nan", "other/m/walk"]
    assert list(corpus.names) == wanted
    assert corpus.kept.tolist() == [True, True, False, False, True]


def test_twenty_minutes_are_cut_into_parts(tmp_path):
    """A motion of the robot, so that the test takes seconds; people's clips go the same way before retargeting."""
    short = retarget(raise_left_arm(61)).motion
    there_and_back = np.abs((np.arange(20 * 60 * 30) + 60) % 120 - 60)
    names = ("root_pos_w", "root_quat_w", "joint_pos", "foot_contact", "confidence")
    save_robot(replace(short, **{n: getattr(short, n)[there_and_back] for n in names}), tmp_path / "long.npz")
    done = build(tmp_path, "long.npz", "--licence", "MIT")
    assert done.returncode == 0, done.stderr
    corpus = load_corpus(tmp_path / "c.npz")
    assert len(corpus) == 20
    assert corpus.names[19] == "long#20"
    assert abs(corpus.seconds.sum() - 1200.0) < 1.0
    assert set(corpus.licences) == {"MIT"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--jobs", "-1"), ("--jobs",)),
        (("--tier", "mine"), ("--tier", "permissive")),
        (("--out", "corpus.zip"), (".npz",)),
    ],
)
def test_bad_options_are_refused(tmp_path, arguments, words):
    assert_refused(genmimic("dataset", "build", ".", *arguments, cwd=tmp_path), *words)


def test_info_of_something_else_is_refused(tmp_path):
    np.savez(tmp_path / "x.npz", a=1)
    assert_refused(genmimic("dataset", "info", "x.npz", cwd=tmp_path), "x.npz", "not a corpus")


def test_ctrl_c_ends_a_build_which_then_goes_on(tmp_path):
    write_mocap(tmp_path / "m.npz", {f"take{i}": raise_left_arm(60 + i) for i in range(40)})
    words = [*COMMAND, "dataset", "build", "m.npz", "--out", "c.npz", "--jobs", "2"]
    process = subprocess.Popen(words, cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True)
    cache = tmp_path / "c.cache"
    while len(list(cache.glob("[0-9a-f]*.npz"))) < 3 and process.poll() is None:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in errors
    done = len(list(cache.glob("[0-9a-f]*.npz")))
    assert 3 <= done < 40
    assert not list(cache.glob(".*"))
    assert not (tmp_path / "c.npz").exists()
    again = genmimic("dataset", "build", "m.npz", "--out", "c.npz", "--jobs", "2", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert len(load_corpus(tmp_path / "c.npz")) == 40
