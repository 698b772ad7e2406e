"""`genmimic evaluate`, from the command line to the page."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx", reason="policies are built with onnx, which comes with the extra 'dev'")

from evaluation.baselines.networks import write_network
from evaluation.sets import named
from sim.tiny_policy import write_policy

from genmimic.cli import main
from genmimic.commands.motion_sets import collect
from genmimic.commands.trial_options import Conditions
from genmimic.errors import InputError
from genmimic.evaluation.baselines.known import GMT
from genmimic.motion.corpus import Corpus, save_corpus
from genmimic.motion.files import load_arrays, save_arrays, save_robot


@pytest.fixture
def policy(tmp_path) -> Path:
    return write_policy(tmp_path / "policy.onnx")


@pytest.fixture
def corpus(tmp_path) -> Path:
    """A standing and a waving robot, and one for training."""
    motions = [named("stand"), named("wave", 0.3, 1.0), named("other")]
    made = Corpus.from_motions(motions, contents=["stand", "wave", "stand"], splits=["test", "test", "train"])
    save_corpus(made, tmp_path / "corpus.npz")
    return tmp_path / "corpus.npz"


def run(policy: Path | str, corpus: Path, out: Path, *more: str) -> int:
    arguments = ["evaluate", str(policy), "--motions", str(corpus), "--out", str(out), "--quiet", "--jobs", "1"]
    return main([*arguments, "--rollouts", "2", "--videos", "0", *more])


def test_page_tables_and_files_are_written(tmp_path, capsys, policy, corpus):
    assert run(policy, corpus, tmp_path / "out", "--videos", "1", "--seeds", "0", "1") == 0
    assert "MPKPE" in capsys.readouterr().out
    content = json.loads((tmp_path / "out" / "results.json").read_text())
    (tried,) = content["policies"]
    assert [m["name"] for m in tried["motions"]] == ["stand", "wave"]
    assert tried["rollouts"] == 8 and tried["all"]["mpkpe_cm"]["sd_seeds"] is not None
    assert content["set"]["kind"] == "corpus" and content["settings"]["randomization"]["friction"] == [0.4, 1.25]
    rows = list(csv.DictReader((tmp_path / "out" / "motions.csv").open()))
    assert [row["motion"] for row in rows] == ["stand", "wave"] and float(rows[1]["lmpkpe_cm"]) > 0
    assert "| tiny |" in (tmp_path / "out" / "results.md").read_text()
    page = (tmp_path / "out" / "index.html").read_text()
    assert page.count("data:video/mp4;base64,") == 1 and "<td>wave</td>" in page and len(page) < 20e6
    assert "http" not in page.split("</style>")[1]


def test_a_second_run_reuses_everything(tmp_path, capsys, monkeypatch, policy, corpus):
    assert run(policy, corpus, tmp_path / "out") == 0
    first = capsys.readouterr().out
    monkeypatch.setattr("genmimic.evaluation.trials.simulate", None)  # would fail if called
    assert run(policy, corpus, tmp_path / "out") == 0
    assert capsys.readouterr().out == first


def test_an_interrupted_run_goes_on_from_there(tmp_path, capsys, monkeypatch, policy, corpus):
    from genmimic.evaluation import trials

    simulate, calls = trials.simulate, []

    def interrupted(*arguments):
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return simulate(*arguments)

    monkeypatch.setattr(trials, "simulate", interrupted)
    assert run(policy, corpus, tmp_path / "out") == 130
    assert "the same command goes on" in capsys.readouterr().err
    assert run(policy, corpus, tmp_path / "out") == 0
    # the two rollouts of the first motion were kept, the second motion's were made again
    assert len(calls) == 5


def test_several_policies_stand_side_by_side(tmp_path, capsys, corpus):
    policies = [write_policy(tmp_path / "a.onnx"), write_policy(tmp_path / "b.onnx", bias=np.full(23, 0.3))]
    arguments = ["evaluate", *map(str, policies), "--motions", str(corpus), "--out", str(tmp_path / "out"), "--json"]
    assert main([*arguments, "--rollouts", "1", "--videos", "0", "--jobs", "1", "--names", "still", "bent"]) == 0
    content = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [p["name"] for p in content["policies"]] == ["still", "bent"]
    errors = [p["all"]["lmpkpe_cm"]["mean"] for p in content["policies"]]
    assert errors[1] > errors[0] + 0.1


def test_processes_do_not_change_results(tmp_path, policy, corpus):
    for jobs in ("1", "2"):
        assert run(policy, corpus, tmp_path / jobs, "--jobs", jobs) == 0
    one, two = (json.loads((tmp_path / jobs / "results.json").read_text())["policies"] for jobs in ("1", "2"))
    assert one == two


def test_ray_is_asked_for_where_it_is_missing(tmp_path, capsys, monkeypatch, policy, corpus):
    monkeypatch.setitem(sys.modules, "ray", None)
    assert run(policy, corpus, tmp_path / "out", "--ray") == 2
    assert "pip install 'ray'" in capsys.readouterr().err


def test_a_cluster_does_the_same(tmp_path, monkeypatch, policy, corpus):
    """With a stand-in for Ray that does what it is given at once."""
    from evaluation.stand_in_ray import StandInRay

    ray = StandInRay()
    monkeypatch.setitem(sys.modules, "ray", ray)
    assert run(policy, corpus, tmp_path / "ray", "--ray") == 0
    assert run(policy, corpus, tmp_path / "here") == 0
    there, here = (json.loads((tmp_path / name / "results.json").read_text()) for name in ("ray", "here"))
    assert ray.tasks == 2 and there["policies"] == here["policies"] and there["device"] == "a Ray cluster"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (["--rollouts", "0"], "--rollouts is 0, expected 1 or more"),
        (["--push", "-1"], "--push is -1.0, expected 0 or more"),
        (["--seeds", "1", "1"], "expected different whole numbers"),
        (["--device", "tpu"], "--device is 'tpu'"),
        (["--device", "cuda", "--ray"], "--ray spreads CPU work"),
        (["--names", "a", "b"], "--names gives 2 names for 1 policies"),
    ],
)
def test_bad_options_are_told(tmp_path, capsys, policy, corpus, change, message):
    assert run(policy, corpus, tmp_path / "out", *change) == 2
    assert message in capsys.readouterr().err


def test_the_packages_policies_are_found_by_their_names(tmp_path, capsys, monkeypatch, corpus):
    monkeypatch.setattr("genmimic.pipeline.policies.FOLDER", tmp_path / "shipped")
    assert run("teacher", corpus, tmp_path / "out") == 2
    assert "teacher: this installation has no such policy" in capsys.readouterr().err
    (tmp_path / "shipped").mkdir()
    write_policy(tmp_path / "shipped" / "teacher.onnx")
    assert run("teacher", corpus, tmp_path / "out") == 0


@pytest.mark.parametrize("device", ["cuda", "cpu-warp"])
def test_foreign_trackers_are_refused_in_mujoco_warp(tmp_path, capsys, corpus, device):
    gmt = write_network(tmp_path / "gmt.onnx", GMT.observation_size, GMT.joints)
    assert run(gmt, corpus, tmp_path / "out", "--device", device) == 2
    told = capsys.readouterr().err
    assert f"{gmt}: foreign trackers run in plain MuJoCo only" in told and f"leave out --device {device}." in told
    assert told.count("\n") == 1 and not (tmp_path / "out").exists()


def test_bad_files_are_told_and_finished_results_kept(tmp_path, capsys, policy, corpus):
    out = tmp_path / "out"
    assert run(policy, corpus, out) == 0
    kept = {path: path.read_bytes() for path in out.iterdir() if path.is_file()}
    (tmp_path / "text.onnx").write_text("no network")
    broken = load_arrays(_reference(tmp_path))
    broken["joint_pos"][3, 4] = np.nan
    save_arrays(tmp_path / "nan.npz", broken)
    empty = Corpus.from_motions([named("a")], splits="train")
    save_corpus(empty, tmp_path / "empty.npz")
    twist = write_policy(tmp_path / "other.onnx", entries={"robot": '"unitree_h1"'})
    for bad_policy, bad_set, message in (
        (tmp_path / "nowhere.onnx", corpus, "no such policy file"),
        (tmp_path / "text.onnx", corpus, "not a readable ONNX network"),
        (twist, corpus, "lacks the metadata field"),
        (policy, tmp_path / "nan.npz", "not finite"),
        (policy, tmp_path / "empty.npz", "no motion of split 'test'"),
        (policy, tmp_path / "nowhere.npz", "no such file"),
    ):
        assert run(bad_policy, bad_set, out) == 2
        assert message in capsys.readouterr().err
    assert {path: path.read_bytes() for path in out.iterdir() if path.is_file()} == kept


def test_motions_come_from_corpora_files_and_folders(tmp_path, corpus):
    _reference(tmp_path)
    found = collect([tmp_path / "run"], seconds=1.0)
    assert [m.name for m in found.motions] == ["long"] and len(found.motions[0].shown) == 51
    assert found.kind == "motions"
    tags = collect([corpus]).motions[1].tags
    assert tags["content"] == "wave" and tags["group"].endswith("/wave")
    assert [m.name for m in collect([corpus], "train").motions] == ["other"]
    assert collect([corpus, tmp_path / "run"]).kind == "motions"
    with pytest.raises(InputError, match="two motions are named 'stand'"):
        collect([corpus, corpus])
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no npz"):
        collect([tmp_path / "empty"])


def test_a_benchmark_brings_its_taxonomy_and_the_clean_motions(tmp_path):
    from genmimic.benchmark.entry import Entry
    from genmimic.benchmark.store import save_benchmark

    shared = ("Wan2.1", "s1", "front", "static", "wave arms", "Simple Upper-Body Motions", "wave")
    entries = [Entry(kind, *shared, kind, "CC0", "made", "") for kind in ("modelled", "rendered")]
    motions = [named(entry.name, 0.3, 1.0) for entry in entries]
    save_benchmark(entries, motions, [named("modelled"), None], tmp_path / "bench.npz")
    found = collect([tmp_path / "bench.npz"])
    assert found.kind == "benchmark" and found.name.startswith("GenMimicBench-Sim 1 (")
    one, other = found.motions
    assert one.clean is not None and other.clean is None
    assert one.tags["table 2"] == "wave" and one.tags["view"] == "front" and one.tags["group"] != other.tags["group"]


def _reference(folder: Path) -> Path:
    (folder / "run").mkdir(exist_ok=True)
    save_robot(replace(named("long", 2.0)), folder / "run" / "reference.npz")
    return folder / "run" / "reference.npz"


def test_conditions_override_single_ranges_of_table_8():
    config = Conditions(push=1.0, friction=0.4, strength=0.7, delay=3, goal_noise=1.0).config().randomization
    assert config.friction == (0.4, 0.4) and config.motor_strength == (0.7, 0.7) and config.delay_steps == (3, 3)
    assert config.push_velocity == (1.0, 1.0, 0.0, 0.0, 0.0, 0.0) and config.kp == (0.75, 1.25)
    assert (config.goal_noise, config.goal_offset) == (0.05, 0.02)
    nominal = Conditions(nominal=True, friction=0.4).config().randomization
    assert nominal.friction == (0.4, 0.4) and nominal.kp == (1.0, 1.0) and nominal.observation_noise == 0.0
    with pytest.raises(InputError, match="--goal-noise is -1"):
        Conditions(goal_noise=-1.0).config()
