import os
import time

import pytest

from genmimic.dataset.workers import run_tasks


def double(task: int) -> int:
    return 2 * task


def die_at_three(task: int) -> int:
    if task == 3:
        os._exit(9)
    return task


def fail_at_three(task: int) -> int:
    if task == 3:
        raise ValueError("three")
    return task


def threads(task: int) -> str:
    time.sleep(0.05)
    return os.environ.get("OMP_NUM_THREADS", "")


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_task_is_done_once(jobs):
    ended = list(run_tasks(list(range(7)), double, jobs))
    assert sorted((e.task, e.result, e.error) for e in ended) == [(i, 2 * i, "") for i in range(7)]


def test_a_process_that_dies_costs_its_task_alone():
    ended = {e.task: e.error for e in run_tasks(list(range(7)), die_at_three, 2)}
    assert set(ended) == set(range(7))
    assert "exit code 9" in ended[3]
    assert not any(error for task, error in ended.items() if task != 3)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_bug_costs_its_task_alone(jobs, capfd):
    ended = {e.task: e.error for e in run_tasks(list(range(5)), fail_at_three, jobs)}
    assert [task for task, error in ended.items() if error] == [3]
    assert "three" in ended[3]
    assert "Traceback" in capfd.readouterr().err


def test_each_process_has_one_blas_thread_and_ours_keeps_its_own():
    before = os.environ.get("OMP_NUM_THREADS")
    assert {e.result for e in run_tasks([1, 2], threads, 2)} == {"1"}
    assert os.environ.get("OMP_NUM_THREADS") == before


def test_no_tasks_no_processes():
    assert list(run_tasks([], double, 4)) == []
