"""A foreign tracker in an evaluation: found by its spec, tried under table 8 like any policy."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("onnx", reason="networks are built with onnx, which comes with the extra 'dev'")

from evaluation.baselines.networks import write_network
from evaluation.sets import motion

from genmimic.evaluation.baselines.known import LAYOUTS, TWIST
from genmimic.evaluation.paper import TABLE_1
from genmimic.evaluation.policies import find_policies
from genmimic.evaluation.trials import TrialConfig, load_controller, run_trials
from genmimic.tracking import randomization

NOMINAL = TrialConfig(randomization=replace(randomization.NONE, push_velocity=(0.0,) * 6), initial_noise=0.0)


@pytest.fixture(scope="module")
def spec(tmp_path_factory):
    path = write_network(tmp_path_factory.mktemp("foreign") / "student.onnx", TWIST.observation_size, TWIST.joints)
    return f"twist-student:{path}"


def errors(spec: str, config: TrialConfig, seed: int = 0) -> list[float]:
    trials = run_trials(load_controller(spec, config.randomization), motion("a"), range(3), config, seed)
    return [trial.metrics.mpkpe_nt_cm for trial in trials]


def test_rollouts_are_drawn_and_repeat(spec):
    drawn = errors(spec, TrialConfig())
    assert len(set(drawn)) == 3
    assert errors(spec, TrialConfig()) == drawn != errors(spec, TrialConfig(), seed=1)
    assert len(set(errors(spec, NOMINAL))) == 1


def test_it_is_found_by_its_spec_and_is_of_unknown_privilege(spec):
    (found,) = find_policies([spec])
    assert (found.name, found.spec, found.privileged) == ("twist-student", spec, None)


def test_layouts_names_are_those_of_the_papers_rows():
    rows = {name: row.label for row in TABLE_1 for name in row.ours}
    assert {name: rows[name] for name in LAYOUTS if name != "twist2"} == {"twist-student": "TWIST (o)", "gmt": "GMT"}
