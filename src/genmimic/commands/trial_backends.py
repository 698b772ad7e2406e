"""Who makes an evaluation's rollouts: processes of this machine, a Ray cluster, or a GPU."""

from __future__ import annotations

import platform
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from genmimic.cores import usable_cores
from genmimic.errors import InputError

if TYPE_CHECKING:
    from genmimic.commands.trial_options import Machine
    from genmimic.evaluation.tasks import Execute, Finished, Plan, Task


WORLDS_ON_GPU, WORLDS_ON_CPU = 16384, 256


@dataclass(frozen=True)
class Backend:
    """A way to make rollouts.

    Attributes:
        name: The simulator: figures of one are not reused for another.
        device: The machine, for people.
        at_once: Rollouts of one motion that make a task.
        execute: Does tasks.
    """

    name: str
    device: str
    at_once: int
    execute: Execute


def choose_backend(plan: Plan, machine: Machine) -> Backend:
    """What `--device`, `--jobs` and `--ray` ask for.

    Raises:
        InputError: It does not exist here, or the options contradict each other.
    """
    if machine.device == "cpu":
        return _mujoco(plan, machine)
    if machine.ray:
        raise InputError("--ray spreads CPU work over a cluster; leave it out with --device " + machine.device + ".")
    if machine.device != "cpu-warp" and not machine.device.startswith("cuda"):
        raise InputError(f"--device is '{machine.device}', expected cpu, cpu-warp, cuda or cuda:N.")
    return _warp(plan, machine)


def _mujoco(plan: Plan, machine: Machine) -> Backend:
    from genmimic.dataset.cluster import run_on_ray
    from genmimic.dataset.workers import run_tasks
    from genmimic.evaluation.tasks import ROLLOUTS_AT_ONCE, Finished, mujoco_work

    work, jobs = mujoco_work(plan), machine.jobs or usable_cores()

    def execute(tasks: Sequence[Task]) -> Generator[Finished]:
        done_tasks = run_on_ray(tasks, lambda task: work(task)) if machine.ray else run_tasks(tasks, work, jobs)
        for done in done_tasks:
            yield Finished(done.task, None, done.error) if done.result is None else done.result

    device = "a Ray cluster" if machine.ray else f"{platform.machine()}, {jobs} of {usable_cores()} cores"
    return Backend("mujoco", device, ROLLOUTS_AT_ONCE, execute)


def _warp(plan: Plan, machine: Machine) -> Backend:
    foreign = next((policy for policy in plan.policies if policy.foreign), None)
    if foreign is not None:
        raise InputError(
            f"{foreign.spec}: foreign trackers run in plain MuJoCo only, with a robot and gains of their own; "
            f"leave out --device {machine.device}."
        )
    from genmimic.commands.training import import_training

    import_training()
    from genmimic.learning.batch_trials import BatchTrials, device_name

    device = "cpu" if machine.device == "cpu-warp" else machine.device
    worlds = machine.worlds or (WORLDS_ON_CPU if device == "cpu" else WORLDS_ON_GPU)
    trials, at_once = BatchTrials(plan, device, worlds), min(plan.rollouts, worlds)
    return Backend(f"mujoco-warp {machine.device.partition(':')[0]}", device_name(device), at_once, trials.execute)
