import json
from dataclasses import replace

import pytest

from genmimic.errors import InputError
from genmimic.learning.env.config import EnvConfig
from genmimic.learning.env.presets import ENVIRONMENTS
from genmimic.tracking import layouts
from genmimic.tracking.observations import STUDENT, layout_size


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_json_and_back_is_the_same_task(name):
    config = ENVIRONMENTS[name].with_worlds(123)
    again = EnvConfig.from_json(config.to_json())
    assert again == config
    assert hash(again) == hash(config)
    assert again.worlds == 123


def test_missing_settings_keep_their_defaults():
    assert EnvConfig.from_json('{"episode_seconds": 20}') == EnvConfig(episode_seconds=20.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"episode_second": 20}, r"environment: unknown setting\(s\) \['episode_second'\]"),
        ({"physics": {"wolrds": 3}}, r"environment.physics: unknown setting\(s\) \['wolrds'\]"),
        ({"episode_seconds": "long"}, "environment.episode_seconds: expected float, found 'long'"),
        ({"episode_seconds": 0.02}, "shorter than two control steps"),
        ({"actor": [["joint_poss", 1]]}, "actor: unknown observation term 'joint_poss'"),
        ({"actor": [["joint_pos"]]}, r"environment.actor\[0\]: expected 2 values, found 1"),
        ({"goal_steps": [2, 3]}, "goal_steps .* must rise from 1"),
        ({"actor": [["future_keypoint_pos", 1]]}, "needs the goal_steps 1 to 10"),
        ({"actor": [["last_weight_logits", 1]]}, "needs a reward with learned weights"),
        ({"reward": {"terms": [{"name": "kindness", "weight": 1.0}]}}, "unknown reward terms"),
        ({"transitions": 1}, "environment.transitions: expected bool, found 1"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(change, message):
    with pytest.raises(InputError, match=message):
        EnvConfig.from_json(json.dumps(change))


def test_broken_json_is_refused():
    with pytest.raises(InputError, match="not JSON"):
        EnvConfig.from_json("{")


def test_ablations_differ_in_what_they_ablate_only():
    paper, points, dofs = (ENVIRONMENTS[name] for name in ("paper", "points", "dofs"))
    assert replace(points, reward=paper.reward) == paper
    assert replace(dofs, actor=points.actor, critic=points.critic) == points
    assert points.reward.weights == "uniform" and paper.reward.weights == "table"
    assert ENVIRONMENTS["self-supervised"].actions == 50


def test_sizes_of_all_variants():
    sizes = {name: (layout_size(c.actor), layout_size(c.critic)) for name, c in ENVIRONMENTS.items()}
    assert sizes["tuned"] == sizes["paper"] == (757, 757)
    assert sizes["ours"] == (757 + 2 * 81, 757 + 2 * 81)
    assert sizes["dofs"] == (757 - 162 + 53, 757 - 162 + 53)
    assert sizes["self-supervised"] == (784, 784)
    # mjlab's G1 has 29 joints: 160 and 286 there
    assert sizes["beyondmimic"] == (160 - 5 * 6, 286 - 5 * 6)
    assert sizes["twist"][0] == 20 * 60 + 75 + 3 + 1 + 27 + 2 + 8 + 3 + 2 + 69


def test_a_student_can_be_trained_in_it():
    config = EnvConfig(actor=STUDENT, goal_steps=tuple(range(1, 11)))
    assert layout_size(config.actor) == 2370
    assert layout_size(layouts.DOF_TEACHER) == 648
