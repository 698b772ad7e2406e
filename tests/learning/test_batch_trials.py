"""An evaluation in mujoco-warp has the conditions and figures of one in plain MuJoCo."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from evaluation.sets import motion
from sim.tiny_policy import metadata, write_policy

from genmimic.errors import InputError
from genmimic.evaluation.columns import FIGURES
from genmimic.evaluation.motion_set import MotionSet
from genmimic.evaluation.policies import find_policies
from genmimic.evaluation.tasks import Plan, Task, mujoco_work
from genmimic.evaluation.trials import TrialConfig
from genmimic.learning.batch_rollout import body_weight
from genmimic.learning.batch_trials import BatchTrials, batches, environment
from genmimic.robot import constants
from genmimic.sim.world import Physics, World
from genmimic.tracking import randomization
from genmimic.tracking.sensor_noise import SensorNoise

EXACT = TrialConfig(initial_noise=0.0, randomization=randomization.NONE)
"""Nothing is drawn: both simulators shall do the same."""


@pytest.fixture(scope="module")
def policy(tmp_path_factory):
    return str(write_policy(tmp_path_factory.mktemp("batch") / "policy.onnx"))


def _plan(policy, config, motions, rollouts=1) -> Plan:
    return Plan(tuple(find_policies([policy])), MotionSet("set", "motions", motions), config, (0,), rollouts)


def test_both_simulators_agree_on_every_figure(policy):
    """Zero actions hold the default pose, and the clean motion does not wave as the shown one does."""
    motions = [motion("stand", 0.5), motion("wave", 0.8, 2.4, clean=True)]
    plan = _plan(policy, EXACT, motions)
    tasks, work = plan.tasks(1), mujoco_work(plan)
    batched = {finished.task: finished.figures for finished in BatchTrials(plan, "cpu", 4).execute(tasks)}
    assert set(batched) == set(tasks)
    for task in tasks:
        alone, together = work(task).figures, batched[task]
        assert alone is not None and together is not None
        for name in FIGURES:
            (expected,), (found,) = alone[name], together[name]
            assert (expected is None) == (found is None), name
            if expected is not None:
                # a foot that is set down one step earlier changes forces a little
                slack = 0.1 if "force" in name or "impulse" in name or name == "action_rate" else 0.02
                assert found == pytest.approx(expected, rel=slack, abs=0.05), name
    assert batched[tasks[1]]["mpkpe_clean_cm"][0] < batched[tasks[1]]["mpkpe_cm"][0]
    assert batched[tasks[0]]["mpkpe_clean_cm"] == [None]


def test_rollouts_differ_under_table_8_and_a_push_is_felt_after_a_second(policy):
    plan = _plan(policy, TrialConfig(), [motion("stand", 0.3)], rollouts=3)
    (finished,) = BatchTrials(plan, "cpu", 4).execute(plan.tasks(3))
    assert finished.figures is not None and len(set(finished.figures["mpkpe_cm"])) == 3
    pushed = replace(EXACT, randomization=replace(randomization.NONE, push_velocity=(1.0, 1.0, 0, 0, 0, 0)))
    motions = [motion("stand", 1.06)]
    calm, shoved = (
        next(BatchTrials(p, "cpu", 1).execute(p.tasks(1))).figures
        for p in (_plan(policy, EXACT, motions), _plan(policy, pushed, motions))
    )
    assert calm is not None and shoved is not None and calm["mpkpe_cm"] != shoved["mpkpe_cm"]


def test_noisy_copies_take_turns(policy):
    config = replace(EXACT, video_severity=1.0, noise_copies=2)
    plan = _plan(policy, config, [motion("wave", 0.4, 1.0)], rollouts=4)
    (finished,) = BatchTrials(plan, "cpu", 4).execute(plan.tasks(4))
    assert finished.figures is not None
    errors = finished.figures["mpkpe_nt_cm"]
    assert errors[0] == pytest.approx(errors[2], abs=1e-3) and errors[1] == pytest.approx(errors[3], abs=1e-3)
    assert abs(errors[0] - errors[1]) > 0.05
    assert None not in finished.figures["mpkpe_clean_cm"]


def test_batches_hold_long_motions_together_and_keep_their_limits():
    tasks = [Task(0, number, 0, 0, 4) for number in range(5)]
    lengths = [10, 100, 20, 90, 30]
    found = [[task.motion for task in batch] for batch in batches(tasks, lengths, worlds=8, most_steps=10_000)]
    assert found == [[1, 3], [4, 2], [0]]
    found = [[task.motion for task in batch] for batch in batches(tasks, lengths, worlds=100, most_steps=400)]
    assert found == [[1], [3], [4, 2, 0]]


def test_the_weight_of_a_randomized_robot():
    scale = np.linspace(0.7, 1.3, 8)
    assert float(body_weight(torch.tensor(scale))) == pytest.approx(World(Physics(link_mass_scale=scale)).weight)


def test_conditions_are_those_of_plain_mujoco():
    config = environment(metadata(), TrialConfig(), 4)
    assert config.evaluation is not None and not config.evaluation.resets
    assert (config.start.joint_pos, config.start.root_lin_vel, config.start.root_ang_vel) == (0.05, 0.1, 0.0)
    assert config.randomization.friction == (0.4, 1.25) and not config.randomization.pushes
    assert config.sensors is None
    sensing = environment(metadata(estimated_state=True), TrialConfig(), 4)
    assert sensing.sensors == SensorNoise()
    exact = environment(metadata(estimated_state=True), EXACT, 4).sensors
    assert exact is not None and exact.joint_pos == exact.yaw_rate == 0.0


def test_policies_that_need_another_robot_are_refused(tmp_path, policy):
    stiff = write_policy(tmp_path / "stiff.onnx", about=metadata(kp=2.0 * constants.KP))
    with pytest.raises(InputError, match="'kp' other than training's"):
        BatchTrials(_plan(str(stiff), EXACT, [motion("a")]), "cpu", 1)
    if not torch.cuda.is_available():
        with pytest.raises(InputError, match="torch finds no GPU"):
            BatchTrials(_plan(policy, EXACT, [motion("a")]), "cuda", 1)
