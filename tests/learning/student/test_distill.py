"""The loss by hand, what is kept of a roll-out, and that it is learned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from learning.student_scene import CONFIG, KNOWN, SEEN, Film, distillation, teacher

from genmimic.errors import InputError
from genmimic.learning.networks import evaluate, features
from genmimic.learning.ranks import Ranks
from genmimic.learning.student.config import Distillation
from genmimic.learning.student.distill import SymmetricDistillation
from genmimic.learning.student.loss import METRICS
from genmimic.robot import mirror
from genmimic.robot.constants import ACTION_SCALE
from genmimic.robot.names import JOINT_NAMES
from genmimic.tracking.observations import layout_mirror, layout_size

PREDICT = {"auxiliary": ("root_ang_vel_b",), "auxiliary_weight": 0.3}


def batch(size: int = 6, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Observations, labels and three numbers to predict."""
    generator = torch.Generator().manual_seed(seed)
    return tuple(torch.randn(size, width, generator=generator) for width in (layout_size(SEEN), 23, 3))  # type: ignore


def roll_out(made: SymmetricDistillation, env: Film) -> list:
    """Observations and actions of one iteration."""
    seen = []
    with torch.no_grad():
        for _ in range(made.config.steps):
            observations = env.get_observations()
            seen.append((observations, made.act(observations)))
            made.process_env_step(observations, torch.zeros(8), torch.zeros(8), {})
    return seen


@pytest.mark.parametrize("weight", [0.0, 1.0, 0.5])
def test_the_loss_by_hand(tmp_path: Path, weight: float) -> None:
    made = distillation(tmp_path, replace(CONFIG, symmetry=weight), **PREDICT)
    observations, labels, targets = batch()

    def errors(seen: torch.Tensor, wanted: np.ndarray, predicted: np.ndarray) -> tuple[float, float]:
        with torch.no_grad():
            actions = made.actor.mlp(made.actor.obs_normalizer(seen)).numpy()
            outputs = made.predictor(features(made.actor, seen)).numpy()
        return float(np.mean((actions - wanted) ** 2)), float(np.mean((outputs - predicted) ** 2))

    plain = errors(observations, labels.numpy(), targets.numpy())
    seen = observations.numpy()
    mirrored_joints = np.concatenate([mirror.mirror_joint_pos(seen[:, i : i + 23]) for i in (0, 23)], -1)
    mirrored = np.concatenate([mirrored_joints, seen[:, 46:] * [1, -1, 1]], -1)
    turned = errors(
        torch.from_numpy(mirrored).float(), mirror.mirror_joint_pos(labels.numpy()), targets.numpy() * [-1, 1, -1]
    )
    action, predicted = ((a + weight * b) / (1.0 + weight) for a, b in zip(plain, turned, strict=True))
    loss, metrics = made.losses(observations, labels, targets)
    assert float(loss.detach()) == pytest.approx(action + 0.3 * predicted, rel=1e-5)
    assert metrics[:2].tolist() == pytest.approx([action, predicted], rel=1e-5)
    assert abs(plain[0] - turned[0]) > 1e-3  # the mirrored half is no copy


def test_errors_by_joint_are_radians(tmp_path: Path) -> None:
    made = distillation(tmp_path)
    observations, labels, _ = batch()
    _, metrics = made.losses(observations, labels, torch.zeros(6, 0))
    with torch.no_grad():
        errors = ACTION_SCALE * (evaluate(made.actor, observations) - labels).abs().numpy()
    legs = [i for i, name in enumerate(JOINT_NAMES) if any(part in name for part in ("hip", "knee", "ankle"))]
    assert len(legs) == 12
    by_name = dict(zip(METRICS, metrics.tolist(), strict=True))
    assert by_name["error_legs"] == pytest.approx(errors[:, legs].mean(), rel=1e-5)
    assert by_name["error_arms"] == pytest.approx(errors[:, 13:].mean(), rel=1e-5)


def test_the_mirrored_batch_has_the_same_loss(tmp_path: Path) -> None:
    made = distillation(tmp_path, **PREDICT)
    observations, labels, targets = batch()
    turned = (
        layout_mirror(SEEN).like(observations)(observations),
        mirror.mirror_joint_pos(labels),
        targets * torch.tensor([-1.0, 1.0, -1.0]),
    )
    plain, mirrored = (made.losses(*each)[0].detach() for each in ((observations, labels, targets), turned))
    assert float(mirrored) == pytest.approx(float(plain))


def test_labels_are_the_teachers_on_what_it_sees_itself(tmp_path: Path) -> None:
    env, guide = Film(), teacher(tmp_path, scale=100.0)
    made = SymmetricDistillation(guide, env, replace(CONFIG, distillation=Distillation(**PREDICT)))
    seen = roll_out(made, env)
    memory, labels, targets = made._memory.values
    for step, (observations, actions) in enumerate(seen):
        assert torch.equal(memory[step], observations["actor"])
        raw = guide.network.mlp(guide.network.obs_normalizer(observations["critic"]))
        assert raw.abs().max() > 10.0
        torch.testing.assert_close(labels[step], raw.clamp(-10.0, 10.0))
        torch.testing.assert_close(targets[step], guide.normalized(observations["critic"])[:, 23:26])
        torch.testing.assert_close(actions, evaluate(made.actor, observations["actor"]))


def test_what_is_seen_again_is_learned(tmp_path: Path) -> None:
    settings = replace(CONFIG, epochs=20, minibatch=32, learning_rate=0.01, samples=10**6, symmetry=0.0)
    made, env = distillation(tmp_path, settings, **PREDICT), Film()
    made.train_mode()
    roll_out(made, env)
    losses = [made.update() for _ in range(10)]
    assert losses[-1]["imitation"] < 0.3 * losses[0]["imitation"]
    assert losses[-1]["auxiliary"] < 0.3 * losses[0]["auxiliary"]
    assert losses[-1]["error_legs"] < 0.7 * losses[0]["error_legs"]


def test_normalising_commutes_with_mirroring(tmp_path: Path) -> None:
    made = distillation(tmp_path)
    made.train_mode()
    roll_out(made, Film())
    assert set(made.observe().values()) == {0.0}
    observations, _, _ = batch()
    turn, normalize = layout_mirror(SEEN).like(observations), made.actor.obs_normalizer
    assert int(made.actor.obs_normalizer.count) == 32  # type: ignore[union-attr]
    torch.testing.assert_close(normalize(turn(observations)), turn(normalize(observations)))


def test_the_learning_rate_falls_to_its_end(tmp_path: Path) -> None:
    made = distillation(tmp_path, final_learning_rate=0.1)  # two iterations in all
    rates = []
    for _ in range(3):
        made.update()
        rates.append(made.optimizer.param_groups[0]["lr"])
    assert rates == pytest.approx([1e-3, 0.55e-3, 0.1e-3])
    assert rates[-1] == made.learning_rate


def test_gradients_are_those_of_all_processes(tmp_path: Path) -> None:
    class Halves(Ranks):
        def mean(self, value: torch.Tensor) -> torch.Tensor:
            return 0.5 * value  # the others' gradients are zero

    made = SymmetricDistillation(teacher(tmp_path), Film(), CONFIG, "cpu", Halves(0, 2))
    loss, _ = made.losses(*batch()[:2], torch.zeros(6, 0))
    loss.backward()
    before = [p.grad.clone() for p in made.actor.parameters()]  # type: ignore[union-attr]
    made._average_gradients()
    for gradient, parameter in zip(before, made.actor.parameters(), strict=True):
        torch.testing.assert_close(parameter.grad, 0.5 * gradient)


def test_what_the_teacher_does_not_see_cannot_be_predicted(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not observe \\['foot_force'\\]"):
        distillation(tmp_path, auxiliary=("foot_force",), auxiliary_weight=1.0)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"auxiliary": ("luck",)}, "unknown observation term"),
        ({"auxiliary_weight": -1.0}, "expected 0 or more"),
        ({"final_learning_rate": 0.0}, "final_learning_rate"),
    ],
)
def test_settings_out_of_range(settings: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Distillation(**settings)


def test_columns_of_the_teachers_observation(tmp_path: Path) -> None:
    columns, turn = teacher(tmp_path).columns(("projected_gravity_b", "joint_pos"))
    assert columns.tolist() == [*range(23), 26, 27, 28]
    values = torch.randn(2, layout_size(KNOWN))
    expected = layout_mirror(KNOWN).like(values)(values)[:, columns]
    assert torch.equal(turn.like(values)(values[:, columns]), expected)


def test_the_compiled_loss_is_one_graph(tmp_path: Path) -> None:
    torch._dynamo.reset()
    made = distillation(tmp_path, **PREDICT)
    observations, labels, targets = batch()
    compiled = torch.compile(made.losses, backend="eager", fullgraph=True, dynamic=False)
    torch.testing.assert_close(compiled(observations, labels, targets), made.losses(observations, labels, targets))
    answers = torch.compile(made._answers, backend="eager", fullgraph=True, dynamic=False)
    seen = Film().get_observations()
    for found, expected in zip(answers(*seen.values()), made._answers(*seen.values()), strict=True):
        torch.testing.assert_close(found, expected)
    torch._dynamo.reset()
