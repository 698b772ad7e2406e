"""What is to be done, what is done already, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from evaluation.sets import motion, small_set

from genmimic.errors import InputError
from genmimic.evaluation.campaign import conduct
from genmimic.evaluation.columns import FIGURES
from genmimic.evaluation.ledger import Ledger
from genmimic.evaluation.motion_set import MotionSet
from genmimic.evaluation.policies import TriedPolicy
from genmimic.evaluation.summary import summarize
from genmimic.evaluation.tasks import Finished, Plan, Task
from genmimic.evaluation.trials import TrialConfig
from genmimic.evaluation.worst import Worst, ranking, worst_rollouts

POLICIES = (TriedPolicy("a", "a.onnx", "digest a", True), TriedPolicy("b", "b.onnx", "digest b", False))


def plan(**changes) -> Plan:
    return replace(Plan(POLICIES, small_set(), TrialConfig(), (0, 1), 6), **changes)


def pretend(done: list[Task], stop_after: int = 100):
    """An executor whose figures say where they come from: error = 100 policy + 10 motion + rollout + 0.1 seed."""

    def execute(tasks):
        for task in tasks:
            if len(done) == stop_after:
                raise KeyboardInterrupt
            done.append(task)
            numbers = range(task.first, task.first + task.count)
            error = [100.0 * task.policy + 10.0 * task.motion + n + 0.1 * task.seed for n in numbers]
            success = [float(task.motion == 0 or n % 2 == 0) for n in numbers]
            fallen = [None if ok else 0.5 for ok in success]
            figures = {name: [None] * task.count for name in FIGURES} | {"mpkpe_nt_cm": error}
            yield Finished(task, figures | {"success_paper": success, "fall_time_paper_s": fallen})

    return execute


def run(folder, execute, what=None, **changes):
    ledger = Ledger(folder)
    try:
        return conduct(what or plan(**changes), ledger, execute, backend="test", at_once=4)
    finally:
        ledger.close()


def test_tasks_cover_every_rollout_once():
    tasks = plan().tasks(4)
    assert len(tasks) == 2 * 2 * 2 * 2
    numbers = [(t.policy, t.seed, t.motion, n) for t in tasks for n in range(t.first, t.first + t.count)]
    assert len(numbers) == len(set(numbers)) == plan().size == 48


def test_what_is_finished_is_not_done_again(tmp_path):
    done, seen = [], []
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, pretend(done, stop_after=5))
    assert len(done) == 5
    ledger = Ledger(tmp_path)
    results = conduct(
        plan(), ledger, pretend(done), backend="test", at_once=4, progress=lambda n, of: seen.append((n, of))
    )
    ledger.close()
    assert sorted(map(str, done)) == sorted(map(str, plan().tasks(4)))
    assert seen[0][0] > 16 and seen[-1] == (48, 48)
    assert [len(r.motion) for r in results] == [24, 24]
    first = results[1]
    assert first.figures["mpkpe_nt_cm"] == pytest.approx(100 + 10 * first.motion + first.number + 0.1 * first.seed)
    # another backend, more rollouts, other conditions: not the same
    assert len(run_count(tmp_path, plan())) == 0
    assert len(run_count(tmp_path, plan(rollouts=8))) == 8
    assert len(run_count(tmp_path, plan(config=TrialConfig(video_severity=0.5)))) == 16
    changed = MotionSet("two", "motions", [motion("stand"), motion("wave", 0.4, 0.9, clean=True)])
    assert len(run_count(tmp_path, plan(motions=changed))) == 8


def run_count(folder, what) -> list[Task]:
    done: list[Task] = []
    run(folder, pretend(done), what)
    return done


def test_a_line_cut_short_is_skipped(tmp_path):
    run(tmp_path, pretend([]))
    path = tmp_path / "ledger.jsonl"
    path.write_text(path.read_text()[:-40])
    assert len(run_count(tmp_path, plan())) == 1
    assert len(run_count(tmp_path, plan())) == 0


def test_what_fails_is_told_and_the_rest_kept(tmp_path):
    done: list[Task] = []

    def execute(tasks):
        for finished in pretend(done)(tasks):
            bad = finished.task.motion == 1
            yield Finished(finished.task, None, "the network's output is not finite") if bad else finished

    with pytest.raises(InputError, match=r"8 of 16 parts failed; the first, 'wave': the network.*kept in"):
        run(tmp_path, execute)
    assert {task.motion for task in run_count(tmp_path, plan())} == {1}


def test_an_unwritable_folder_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="choose another --out"):
        Ledger(tmp_path / "file")


def test_means_and_spreads_by_hand(tmp_path):
    results = run(tmp_path, pretend([]))
    summary = summarize(results[0], small_set().motions)
    error = summary["all"]["mpkpe_nt_cm"]
    # rollouts 0 ... 5 and seeds 0, 1: 2.55 for the first motion, 12.55 for the second
    assert error["mean"] == pytest.approx(7.55)
    assert error["sd_motions"] == pytest.approx(np.std([2.55, 12.55], ddof=1), rel=1e-5)
    assert error["sd_seeds"] == pytest.approx(np.std([7.5, 7.6], ddof=1), rel=1e-5)
    assert summary["all"]["success_paper"]["mean"] == pytest.approx(0.75)
    assert summary["all"]["lost_time_s"] == {"mean": None, "sd_motions": None, "sd_seeds": None}
    assert summary["rollouts"] == 24
    stand, wave = summary["motions"]
    assert (stand["fell"], wave["fell"], wave["lost"]) == (0.0, 0.5, 0.0)
    assert wave["figures"]["mpkpe_nt_cm"] == pytest.approx(12.55) and wave["rollouts"] == 12


def test_groups_and_motions_count_alike(tmp_path):
    motions = [motion("bow", kind="a"), motion("walk 1", kind="b"), motion("walk 2", kind="b")]
    motions = [replace(m, tags={**m.tags, "group": m.name.split()[0]}) for m in motions]
    results = run(tmp_path, pretend([]), plan(motions=MotionSet("three", "motions", motions), seeds=(0,)))
    summary = summarize(results[0], motions)
    groups = {row["value"]: row for row in summary["groups"]["group"]}
    assert groups["bow"]["figures"]["mpkpe_nt_cm"] == pytest.approx(2.5)
    assert groups["walk"]["figures"]["mpkpe_nt_cm"] == pytest.approx((12.5 + 22.5) / 2)
    assert (groups["walk"]["motions"], groups["walk"]["rollouts"]) == (2, 12)
    assert summary["macro"]["mpkpe_nt_cm"] == pytest.approx((2.5 + 17.5) / 2)
    assert [row["value"] for row in summary["groups"]["kind"]] == ["a", "b"]


def test_the_worst_motions_and_a_typical_failure_of_theirs(tmp_path):
    results = run(tmp_path, pretend([]))
    assert ranking(results[0]) == [1, 0]
    worst = worst_rollouts(results, 3)
    # failures are the odd rollouts of motion 1: 1, 3, 5 with two seeds; the median by error is rollout 3 of seed 1
    assert worst[:2] == [Worst(0, 1, 1, 3), Worst(1, 1, 1, 3)]
    assert worst[2].motion == 0 and worst_rollouts(results, 0) == []
