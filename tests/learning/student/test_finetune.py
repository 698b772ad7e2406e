"""PPO with imitation beside it: what is added to the loss, and what is taken over from student and teacher."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from learning.student_scene import CONFIG, KNOWN, SEEN, Film, distillation, teacher

from genmimic.learning.ppo import SymmetricPPO
from genmimic.learning.student.config import Distillation
from genmimic.learning.student.finetune import ImitatingPPO
from genmimic.learning.student.presets import fine_tuned
from genmimic.tracking import symmetry
from genmimic.tracking.observations import layout_size


def tuned(folder: Path, imitation: float = 1.0, **settings) -> ImitatingPPO:
    torch.manual_seed(2)
    config = replace(CONFIG, distillation=Distillation(fine_tunes=True, imitation=imitation), **settings)
    return ImitatingPPO(teacher(folder), Film(), config)


def minibatch(size: int = 6) -> tuple:
    generator = torch.Generator().manual_seed(0)

    def some(width: int) -> torch.Tensor:
        return torch.randn(size, width, generator=generator)

    params = (some(23), 0.5 + some(23).abs())
    rest = (some(23), some(1), params, some(1), some(1), some(1))
    return some(layout_size(SEEN)), some(layout_size(KNOWN)), *rest


def test_imitation_is_added_to_ppos_loss(tmp_path: Path) -> None:
    made, arguments = tuned(tmp_path, imitation=0.7), minibatch()
    loss, metrics = made._losses(*arguments)
    plain, _ = SymmetricPPO._losses(made, *arguments)
    labels = made._teacher.actions(arguments[1])
    turn = symmetry.JOINTS.like(labels)
    seen = torch.cat([arguments[0], made._mirror.observations["actor"](arguments[0])])  # type: ignore[union-attr]
    means = made.actor.mlp(made.actor.obs_normalizer(seen))
    error = (means - torch.cat([labels, turn(labels)])).square().mean()
    assert float((loss - plain).detach()) == pytest.approx(0.7 * float(error.detach()), rel=1e-4)
    assert dict(zip(made.metrics, metrics.tolist(), strict=True))["imitation"] == pytest.approx(float(error.detach()))


def test_it_begins_with_the_students_network_and_the_teachers_values(tmp_path: Path) -> None:
    student = distillation(tmp_path)
    made = tuned(tmp_path, initial_std=0.3)
    values = {name: torch.randn_like(value.float()).half() for name, value in made.critic.state_dict().items()}
    made._teacher = replace(made._teacher, critic=values)
    made.load(student.save(), {"actor": True, "critic": True, "optimizer": True}, True)
    for name, value in student.actor.state_dict().items():
        assert torch.equal(made.actor.state_dict()[name], value)
    for name, value in values.items():
        assert torch.equal(made.critic.state_dict()[name], value.to(made.critic.state_dict()[name].dtype))
    assert made.actor.distribution.std_param.tolist() == pytest.approx([0.3] * 23)  # type: ignore[union-attr]


def test_it_goes_on_from_itself(tmp_path: Path) -> None:
    made, again = tuned(tmp_path), tuned(tmp_path)
    with torch.no_grad():
        made.actor.mlp[0].weight.add_(1.0)
        made.critic.mlp[0].weight.add_(1.0)
    again.load(made.save(), {"actor": True, "critic": True, "optimizer": True}, True)
    assert torch.equal(again.actor.mlp[0].weight, made.actor.mlp[0].weight)
    assert torch.equal(again.critic.mlp[0].weight, made.critic.mlp[0].weight)


def test_settings_of_fine_tuning_keep_network_and_worlds() -> None:
    train = replace(CONFIG, distillation=Distillation(auxiliary=("joint_pos",), auxiliary_weight=0.1))
    after = fine_tuned(train, 500)
    assert (after.hidden, after.envs, after.samples) == (train.hidden, train.envs, 500)
    assert after.distillation is not None
    assert after.distillation.fine_tunes
