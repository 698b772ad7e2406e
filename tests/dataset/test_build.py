from dataclasses import replace

import numpy as np
import pytest
from dataset.mocap_files import some_people, write_mocap
from retarget.people import raise_left_arm, squat, stand

from genmimic.dataset import tasks as tasks_module
from genmimic.dataset.build import BuildConfig, build
from genmimic.dataset.clip_work import assess_robot, process
from genmimic.dataset.outcome import Outcome, load_outcomes, save_outcomes
from genmimic.dataset.sources import inspect
from genmimic.errors import InputError
from genmimic.motion.corpus import load_corpus
from genmimic.motion.files import load_arrays, save_human, save_robot
from genmimic.motion.robot_motion import RobotMotion
from genmimic.retarget import retarget

ONE_PROCESS = BuildConfig(jobs=1)


@pytest.fixture(scope="module")
def reference() -> RobotMotion:
    return retarget(raise_left_arm(45)).motion


def make(tmp_path, *sources, config=ONE_PROCESS, **options):
    return build(sources, tmp_path / "c.npz", config, cache=tmp_path / "cache", **options)


def test_people_become_clips_of_the_robot(tmp_path):
    built = make(tmp_path, write_mocap(tmp_path / "m.npz", some_people()))
    corpus = load_corpus(tmp_path / "c.npz")
    assert corpus.names == built.corpus.names == ("m/raise_arm", "m/squat")
    assert corpus.contents == ("gesture", "crouch")
    assert corpus.tiers == ("permissive", "permissive")
    assert corpus.licences == ("CC0", "CC0")
    assert corpus.kept.all()
    assert not built.failures
    assert corpus.fps == 50.0
    assert abs(corpus.seconds[1] - 40 / 30) < 0.1
    table = (tmp_path / "c.clips.tsv").read_text().splitlines()
    assert len(table) == 3
    row = dict(zip(table[0].split("\t"), table[2].split("\t"), strict=True))
    assert row["name"] == "m/squat"
    assert float(row["hand_error"]) < 0.05
    assert float(row["foot_slip"]) < 0.02


def test_files_keep_keypoints_of_every_clip_within_a_millimetre(tmp_path, reference):
    from genmimic.robot.kinematics import forward_kinematics

    built = make(tmp_path, write_mocap(tmp_path / "m.npz", some_people()))
    corpus = load_corpus(tmp_path / "c.npz")
    for i, outcome in enumerate(built.outcomes):
        exact, clip = outcome.motion, corpus.clip(i)
        a, b = (forward_kinematics(m.root_pos_w, m.root_quat_w, m.joint_pos)[0] for m in (exact, clip))
        assert np.linalg.norm(a - b, axis=-1).max() < 1e-3


def test_an_interrupted_build_goes_on_where_it_was(tmp_path, monkeypatch):
    people = {f"take{i}": raise_left_arm(30 + i) for i in range(4)}
    path = write_mocap(tmp_path / "m.npz", people)
    monkeypatch.setattr("genmimic.dataset.tasks.CLIPS_PER_TASK", 1)
    done = []

    def stop_at_two(count, total):
        done.append(count)
        if count == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(tmp_path, path, progress=stop_at_two)
    assert not (tmp_path / "c.npz").exists()
    seen = []
    built = make(tmp_path, path, progress=lambda count, total: seen.append((count, total)))
    assert seen[0] == (2, 4)
    assert seen[-1] == (4, 4)
    assert len(built.corpus) == 4
    again = []
    make(tmp_path, path, progress=lambda count, total: again.append(count))
    assert again == [4]
    make(tmp_path, path, progress=lambda count, total: again.append(count), force=True)
    assert again[1:] == [0, 1, 2, 3, 4]


def test_a_changed_file_is_done_again(tmp_path):
    path = write_mocap(tmp_path / "m.npz", some_people())
    first = make(tmp_path, path).corpus
    people = some_people()
    people["squat"] = squat(40, depth=0.3)
    write_mocap(path, people)
    assert not np.array_equal(make(tmp_path, path).corpus.root_pos_w, first.root_pos_w)


def test_what_needs_objects_is_listed_without_frames(tmp_path):
    people = some_people()
    path = write_mocap(tmp_path / "m.npz", {"01_01": people["squat"], "01_02": people["raise_arm"]})
    (tmp_path / "labels.tsv").write_text("01_01\tplayground - climb\n01_02\twalk\n")
    corpus = make(tmp_path, path).corpus
    assert corpus.names == ("m/01_01", "m/01_02")
    assert corpus.lengths[0] == 0
    assert corpus.lengths[1] > 0
    assert "playground" in corpus.reasons[0]
    assert corpus.kept.tolist() == [False, True]


def test_flat_ground_clips_that_are_dropped_keep_their_frames(tmp_path):
    flying = raise_left_arm(60)
    height = 0.8 * np.sin(np.pi * np.clip((np.arange(60) - 10) / 40.0, 0.0, 1.0))
    flying = replace(flying, root_pos_w=flying.root_pos_w + np.array([0.0, 0.0, 1.0]) * height[:, None])
    people = {**some_people(), "flight": flying, "cartwheel": squat(40, depth=0.4)}
    corpus = make(tmp_path, write_mocap(tmp_path / "m.npz", people)).corpus
    assert corpus.kept.tolist() == [True, True, False, False]
    assert "no foot touches the floor" in corpus.reasons[2]
    assert "acrobatics" in corpus.reasons[3]
    assert (corpus.lengths > 0).all()


def test_tiers_are_kept_apart(tmp_path):
    (tmp_path / "in").mkdir()
    write_mocap(tmp_path / "in" / "free.npz", some_people())
    write_mocap(tmp_path / "in" / "bandai1.npz", {"dataset-1_bow_old_001": squat(40)}, licence="CC BY-NC 4.0")
    write_mocap(tmp_path / "in" / "unknown.npz", {"walk": squat(40)}, licence="")
    by_tier = {}
    for tier in ("permissive", "test-ood", "own", "all"):
        built = make(tmp_path, tmp_path / "in", config=BuildConfig(tier=tier, jobs=1))
        by_tier[tier] = set(built.corpus.names)
        assert built.left_out == 4 - len(built.corpus)
        if tier == "test-ood":
            assert built.corpus.splits == ("test",)
            assert built.corpus.contents == ("gesture",)
    assert by_tier["permissive"] == {"free/raise_arm", "free/squat"}
    assert by_tier["test-ood"] == {"bandai1/dataset-1_bow_old_001"}
    assert by_tier["own"] == {"unknown/walk"}
    assert len(by_tier["all"]) == 4
    stated = BuildConfig(tier="permissive", licence="CC BY 4.0", jobs=1)
    assert "unknown/walk" in make(tmp_path, tmp_path / "in", config=stated).corpus.names
    with pytest.raises(InputError, match=r"tier 'permissive'.*--licence"):
        make(tmp_path, tmp_path / "in" / "bandai1.npz", config=BuildConfig(tier="permissive", jobs=1))


def test_failures_are_told_and_stop_nothing(tmp_path):
    (tmp_path / "in").mkdir()
    people = {**some_people(), "one_frame": replace_frames(stand(30), 1), "bad": squat(40)}
    path = write_mocap(tmp_path / "in" / "m.npz", people)
    data = load_arrays(path)
    data["root_pos"][-3, 1] = np.inf
    np.savez(path, **data)
    (tmp_path / "in" / "broken.npz").write_bytes(b"PK\x03\x04 nothing")
    built = make(tmp_path, tmp_path / "in", config=BuildConfig(jobs=2))
    reasons = dict(zip(built.corpus.names, built.corpus.reasons, strict=True))
    assert set(reasons) == {"broken", "m/raise_arm", "m/squat", "m/one_frame", "m/bad"}
    assert {f.name for f in built.failures} == {"broken", "m/bad"}
    assert "too short" in reasons["m/one_frame"]
    assert "frame 37" in reasons["m/bad"]
    assert "broken.npz" in reasons["broken"]
    assert built.corpus.kept.sum() == 2


def replace_frames(human, count):
    names = ("root_pos_w", "local_quat", "confidence", "foot_contact")
    return replace(human, **{name: getattr(human, name)[:count] for name in names})


def test_nothing_usable_is_refused_with_the_reason(tmp_path):
    path = write_mocap(tmp_path / "m.npz", {"short": replace_frames(stand(30), 3)})
    with pytest.raises(InputError, match=r"no clip could be used: too short"):
        make(tmp_path, path)
    assert not (tmp_path / "c.npz").exists()


def test_long_clips_enter_in_parts(reference):
    frames = 3 * 60 * 30
    index = np.arange(frames) % len(reference)
    names = ("root_pos_w", "root_quat_w", "joint_pos", "foot_contact", "confidence")
    long = replace(reference, **{name: getattr(reference, name)[index] for name in names})
    outcomes = process(long, Outcome("x/long", "x", "long"))
    assert [o.name for o in outcomes] == ["x/long#1", "x/long#2", "x/long#3"]
    assert sum(o.seconds for o in outcomes) == pytest.approx(180.0, abs=0.2)


def test_the_robots_own_motions_are_taken_as_they_are_and_judged(tmp_path, reference):
    assert assess_robot(reference).feasible
    assert assess_robot(reference).hand_error < 1e-9
    sunk = replace(reference, root_pos_w=reference.root_pos_w - np.array([0.0, 0.0, 0.05]))
    assert any("sinks" in reason for reason in assess_robot(sunk).reasons)
    save_robot(replace(reference, licence="MIT"), tmp_path / "wave.npz")
    corpus = make(tmp_path, tmp_path / "wave.npz").corpus
    assert corpus.names == ("wave",)
    np.testing.assert_allclose(corpus.clip(0).joint_pos[0], reference.joint_pos[0], atol=1e-6)


def test_several_people_of_one_file_are_clips_of_their_own(tmp_path, monkeypatch):
    save_human(replace(squat(40, depth=0.5), licence="MIT"), tmp_path / "party.npz")
    people = [replace(h, name="party", licence="MIT") for h in some_people().values()]
    monkeypatch.setattr("genmimic.dataset.reading.import_motion", lambda path, fps: people)
    corpus = make(tmp_path, tmp_path / "party.npz").corpus
    assert corpus.names == ("party/1", "party/2")
    assert make(tmp_path, tmp_path / "party.npz").corpus.names == corpus.names
    monkeypatch.undo()
    assert make(tmp_path, tmp_path / "party.npz", force=True).corpus.names == ("party",)


def test_outcomes_survive_the_cache(tmp_path, reference):
    outcomes = process(reference, Outcome("x/a", "x", "a", licence="MIT"))
    outcomes.append(Outcome("x/b", "x", "b", reason="too short: 0.1 s"))
    save_outcomes(outcomes, tmp_path / "o.npz")
    back = load_outcomes(tmp_path / "o.npz")
    assert [(o.name, o.reason, o.measures) for o in back] == [(o.name, o.reason, o.measures) for o in outcomes]
    np.testing.assert_allclose(back[0].motion.joint_pos, outcomes[0].motion.joint_pos, atol=1e-6)
    assert back[1].motion is None
    (tmp_path / "o.npz").write_bytes(b"half a file")
    assert load_outcomes(tmp_path / "o.npz") is None


def test_a_bug_costs_its_clip_alone_and_is_tried_again(tmp_path, monkeypatch, capfd):
    real = tasks_module.process

    def fail_on_squats(motion, blank):
        if blank.clip == "squat":
            raise ZeroDivisionError("oh")
        return real(motion, blank)

    monkeypatch.setattr(tasks_module, "process", fail_on_squats)
    path = write_mocap(tmp_path / "m.npz", some_people())
    built = make(tmp_path, path)
    assert built.corpus.kept.tolist() == [True, False]
    assert "ZeroDivisionError: oh" in built.corpus.reasons[1]
    assert len(built.bugs) == 1
    assert "Traceback" in capfd.readouterr().err
    monkeypatch.undo()
    assert make(tmp_path, path).corpus.kept.all()


def test_a_clip_whose_process_died_is_listed(tmp_path):
    path = write_mocap(tmp_path / "m.npz", some_people())
    source = inspect(path, "m")
    _, files = tasks_module.plan(source, source.clips, tmp_path / "cache")
    (outcome,) = tasks_module.collect(source, "squat", files[1])
    assert outcome.failed
    assert "process died" in outcome.reason


def test_gestures_join_the_corpus(tmp_path):
    pytest.importorskip("genmimic.gestures")
    path = write_mocap(tmp_path / "m.npz", some_people())
    built = make(tmp_path, path, config=BuildConfig(jobs=1, gestures=2, seed=5, tier="permissive"))
    drawn = [i for i, source in enumerate(built.corpus.sources) if source == "gestures"]
    assert len(drawn) == 2
    assert all(built.corpus.contents[i].startswith("gesture:") for i in drawn)
    assert built.corpus.kept[drawn].all()
    again = make(tmp_path, path, config=BuildConfig(jobs=1, gestures=2, seed=5), force=True).corpus
    np.testing.assert_array_equal(again.joint_pos, built.corpus.joint_pos)


def test_limits_apply_to_each_file(tmp_path):
    path = write_mocap(tmp_path / "m.npz", {f"take{i}": squat(30, depth=0.3) for i in range(3)})
    assert len(make(tmp_path, path, config=BuildConfig(jobs=1, limit=1)).corpus) == 1
