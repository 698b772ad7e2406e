"""Students of real robots, four at a time: every file of a run, resumed, exported, refused."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import onnxruntime
import pytest
import torch
from learning.motions import corpus, swaying
from learning.student_scene import teacher_checkpoint

from genmimic.cli import BAD_INPUT, main
from genmimic.commands.distill import Preset
from genmimic.errors import InputError
from genmimic.learning import session
from genmimic.learning.checkpoint import load_checkpoint
from genmimic.learning.env.presets import OURS
from genmimic.learning.experiment import Experiment, describe
from genmimic.learning.learner import Learner
from genmimic.learning.networks import evaluate
from genmimic.learning.progress import read_curves
from genmimic.learning.ranks import ALONE
from genmimic.learning.student.experiment import describe_student
from genmimic.learning.student.presets import STUDENTS
from genmimic.learning.student.teacher import load_teacher
from genmimic.motion.corpus import Corpus, load_corpus, save_corpus
from genmimic.sim.policy import Policy
from genmimic.tracking.estimated import ESTIMABLE_TERMS, hidden_terms
from genmimic.tracking.observations import STUDENT

CHANGES = {"envs": 4, "steps": 6, "epochs": 2, "minibatch": 12, "hidden": (32, 32), "validation_interval": 0}
SETTINGS = '{"env": {"video_noise": {"tracks": 8, "seconds": 10.0}}}'


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A corpus of two clips, one of them held out, a teacher that sees later goals, and settings of a small bank."""
    folder = tmp_path_factory.mktemp("files")
    motions = [swaying("a", 60), swaying("b", 40, speed=0.8, yaw=1.0)]
    clips = replace(Corpus.from_motions(motions, contents=["stand", "glide"]), splits=("train", "test"))
    save_corpus(clips, folder / "clips.npz")
    (folder / "small.json").write_text(SETTINGS)
    teacher_checkpoint(folder / "teacher.pt", OURS)
    return {name: folder / name for name in ("clips.npz", "small.json", "teacher.pt")}


def described(files: dict[str, Path], preset: str | None, **options) -> Experiment:
    options = {"changes": CHANGES, "settings_file": files["small.json"], **options}
    clips = load_corpus(files["clips.npz"])
    return describe_student(files["clips.npz"], clips, load_teacher(files["teacher.pt"]), preset=preset, **options)


def run(files: dict[str, Path], out: Path, iterations: int, preset: str | None, **options) -> bool:
    """What `genmimic distill --device cpu --quiet` does."""
    experiment = described(files, preset, **options)
    clips = load_corpus(files["clips.npz"])
    return session.run(experiment, clips, out, device="cpu", iterations=iterations, quiet=True)


@pytest.fixture(scope="module", params=["paper", "ours"])
def out(request: pytest.FixtureRequest, files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a run of three iterations."""
    folder = tmp_path_factory.mktemp(request.param)
    changes = {**CHANGES, "log_interval": 1, "validation_interval": 3, "validation_rollouts": 1}
    assert run(files, folder, 3, request.param, changes=changes)
    return folder


def test_a_run_writes_everything(out: Path) -> None:
    assert {path.name for path in out.iterdir()} == {
        *("config.json", "checkpoint.pt", "compact.pt", "student.onnx", "curves.jsonl", "tensorboard")
    }
    rows = read_curves(out / "curves.jsonl")
    assert [row["samples"] for row in rows] == [24, 48, 72]
    names = ("imitation", "auxiliary", "error_legs", "error_waist", "error_arms", "reward")
    assert all(np.isfinite(row[name]) for row in rows for name in names)
    assert all(0.0 <= rows[-1][name] <= 1.0 for name in ("SR", "noisy_SR"))
    assert Policy(out / "student.onnx").metadata.name == out.name


def test_the_exported_student_is_the_checkpoints(out: Path) -> None:
    checkpoint = load_checkpoint(out / "checkpoint.pt")
    policy = Policy(out / "student.onnx")
    size = policy.metadata.observation_size
    state = checkpoint.learner["algorithm"]["actor_state_dict"]
    network = onnxruntime.InferenceSession(str(out / "student.onnx"), providers=["CPUExecutionProvider"])
    observations = torch.randn(16, size)
    (actions,) = network.run(None, {"observation": observations.numpy()})
    normal = (observations - state["obs_normalizer._mean"]) / (state["obs_normalizer._std"] + 0.01)
    hidden = normal
    for number in (0, 2):
        hidden = torch.nn.functional.elu(hidden @ state[f"mlp.{number}.weight"].T + state[f"mlp.{number}.bias"])
    expected = hidden @ state["mlp.4.weight"].T + state["mlp.4.bias"]
    np.testing.assert_allclose(actions, expected.numpy(), rtol=0, atol=1e-5)


def test_a_student_goes_on_from_the_small_checkpoint(out: Path, files: dict[str, Path], tmp_path: Path) -> None:
    assert run(files, tmp_path / "more", 1, None, resume_from=out / "compact.pt", changes={}, settings_file=None)
    rows = read_curves(tmp_path / "more" / "curves.jsonl")
    assert [row["samples"] for row in rows] == [96]
    before, after = load_checkpoint(out / "checkpoint.pt"), load_checkpoint(tmp_path / "more" / "checkpoint.pt")
    assert after.train_config == before.train_config
    assert after.learner["algorithm"]["updates"] == 4


def test_a_student_is_fine_tuned(out: Path, files: dict[str, Path], tmp_path: Path) -> None:
    changes = {"steps": 6, "epochs": 2, "minibatch": 12, "validation_interval": 0, "log_interval": 1}
    options = {"resume_from": out / "compact.pt", "fine_tune": True, "settings_file": None, "changes": changes}
    assert run(files, tmp_path / "tuned", 1, None, **options)
    (row,) = read_curves(tmp_path / "tuned" / "curves.jsonl")
    assert row["imitation"] > 0.0
    assert np.isfinite(row["surrogate"])
    assert 0.1 < row["action_std"] < 0.3
    assert Policy(tmp_path / "tuned" / "student.onnx").metadata.name == "tuned"
    more = {"resume_from": tmp_path / "tuned" / "compact.pt", "settings_file": None, "changes": {}}
    assert run(files, tmp_path / "more", 1, None, **more)
    before, after = (load_checkpoint(tmp_path / name / "checkpoint.pt") for name in ("tuned", "more"))
    assert after.learner["samples"] == before.learner["samples"] + 24
    assert after.train_config == before.train_config


def test_a_run_goes_on_to_the_last_bit(files: dict[str, Path]) -> None:
    experiment, clips = described(files, "ours"), load_corpus(files["clips.npz"])

    def new() -> Learner:
        made, _ = session.build(experiment, clips, "cpu", ALONE)
        return made

    whole = new()
    whole.iterate()
    state = deepcopy(whole.state_dict())
    whole.iterate()
    again = new()
    again.load_state_dict(state)
    again.iterate()
    for name, value in whole.algorithm.actor.state_dict().items():
        assert torch.equal(value, again.algorithm.actor.state_dict()[name]), name


def test_the_papers_student_is_the_papers(files: dict[str, Path]) -> None:
    experiment = described(files, "paper", changes={}, settings_file=None)
    train, env = experiment.train, experiment.env
    assert (train.envs, train.epochs, train.learning_rate, train.hidden) == (2048, 5, 1e-3, (512, 256, 128))
    assert env.actor == STUDENT
    assert env.critic == OURS.actor
    assert env.goal_steps == (*range(1, 11), 18)
    assert (env.randomization.goal_noise, env.randomization.goal_offset) == (0.05, 0.02)
    assert env.video_noise.severity == 0.0
    assert train.symmetry == 1.0
    assert experiment.train.distillation is not None
    assert len(experiment.train.distillation.teacher) == 64
    assert not experiment.train.distillation.predicts


def test_the_command_line_knows_all_students() -> None:
    assert set(get_args(Preset)) == set(STUDENTS)


def test_each_idea_is_a_switch(files: dict[str, Path]) -> None:
    ours = described(files, "ours").env
    assert ours.sensors is not None
    blind = described(files, "no-odometry").env
    assert blind.sensors is None
    assert not set(dict(blind.actor)) & set(ESTIMABLE_TERMS)
    quiet = described(files, "no-prediction").train.distillation
    assert quiet is not None
    assert not quiet.predicts
    white = described(files, "white-noise", settings_file=None).env
    assert (white.video_noise.severity, white.randomization.goal_noise) == (0.0, 0.05)
    assert described(files, "uniform-starts").env.sampler.uniform == 1.0
    assert dict(described(files, "no-past").env.actor)["last_action"] == 1
    for name in STUDENTS:
        env = described(files, name).env
        assert not hidden_terms(env.actor, estimated=env.sensors is not None)


def test_the_student_drives_and_its_teacher_sees_clean_goals(files: dict[str, Path]) -> None:
    learner, env = session.build(described(files, "paper"), load_corpus(files["clips.npz"]), "cpu", ALONE)
    observations = env.get_observations()
    with torch.no_grad():
        actions = learner.algorithm.act(observations)
        env.step(actions)
    torch.testing.assert_close(
        env.episode.action, evaluate(learner.algorithm.actor, observations["actor"]).clamp(-10, 10)
    )


def test_what_does_not_fit_is_refused(out: Path, files: dict[str, Path], tmp_path: Path) -> None:
    clips = load_corpus(files["clips.npz"])
    with pytest.raises(InputError, match="not a student's checkpoint"):
        described(files, None, resume_from=files["teacher.pt"], changes={}, settings_file=None)
    with pytest.raises(InputError, match="--preset belongs to new students"):
        described(files, "paper", resume_from=out / "compact.pt")
    with pytest.raises(InputError, match="give it with --resume"):
        described(files, "ours", fine_tune=True)
    other = load_teacher(teacher_checkpoint(tmp_path / "other.pt", replace(OURS, actor=OURS.critic[:-1])))
    with pytest.raises(InputError, match="observes other terms"):
        describe_student(files["clips.npz"], clips, other, resume_from=out / "compact.pt", changes={})
    resumed = describe(files["clips.npz"], clips, resume_from=out / "compact.pt", changes={})
    with pytest.raises(InputError, match="genmimic distill"):
        session.build(resumed, clips, "cpu", ALONE)
    residual = teacher_checkpoint(tmp_path / "residual.pt", replace(OURS, residual_action=True))
    with pytest.raises(InputError, match="residual"):
        load_teacher(residual)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--minutes", "0"], "--minutes is 0"),
        (["--envs", "0"], "'envs' is 0, expected above 0"),
        (["--teacher", "missing.pt"], "missing.pt: no such checkpoint"),
        (["--resume", "missing.pt"], "missing.pt: no such checkpoint"),
    ],
)
def test_bad_options(
    files: dict[str, Path], tmp_path: Path, capsys, monkeypatch, options: list[str], message: str
) -> None:
    save_corpus(corpus(), tmp_path / "clips.npz")
    monkeypatch.chdir(tmp_path)
    guide = [] if "--teacher" in options else ["--teacher", str(files["teacher.pt"])]
    assert main(["distill", "--corpus", "clips.npz", "--device", "cpu", *guide, *options]) == BAD_INPUT
    error = capsys.readouterr().err.strip()
    assert message in error
    assert len(error.splitlines()) == 1
