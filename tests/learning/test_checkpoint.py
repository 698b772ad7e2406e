"""A checkpoint holds everything, and plain numbers only."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from learning.small import CONFIG, checkpoint_of, learner, weights
from learning.tiny_env import TinyEnv

from genmimic.errors import InputError
from genmimic.learning.checkpoint import compact, git_revision, load_checkpoint, save_checkpoint, size, stamp_corpus
from genmimic.learning.learner import Learner


def saved(made: Learner, folder: Path) -> Path:
    path = folder / "checkpoint.pt"
    save_checkpoint(checkpoint_of(made), path)
    return path


def resumed(path: Path, **changes) -> Learner:
    checkpoint = load_checkpoint(path)
    config = replace(checkpoint.train_config, **changes)
    made = Learner(TinyEnv(config.envs, seed=99), config)
    made.load_state_dict(checkpoint.learner)
    return made


@pytest.mark.parametrize("symmetry", [0.0, 1.0])
def test_two_and_two_iterations_are_four_to_the_last_bit(tmp_path: Path, symmetry: float) -> None:
    config = replace(CONFIG, symmetry=symmetry)
    whole = learner(config)
    for _ in range(4):
        last = whole.iterate()
    first = learner(config)
    for _ in range(2):
        first.iterate()
    path = saved(first, tmp_path)
    torch.manual_seed(12345)
    second = resumed(path)
    for _ in range(2):
        again = second.iterate()
    assert torch.equal(weights(whole), weights(second))
    assert (second.iteration, second.samples) == (4, 4 * 16 * 8)
    for name in ("kl", "value", "learning_rate"):
        assert last[name] == again[name]
    for ours, theirs in zip(
        whole.algorithm.actor.state_dict().values(), second.algorithm.actor.state_dict().values(), strict=True
    ):
        assert torch.equal(ours, theirs)


def test_a_run_goes_on_with_another_number_of_environments(tmp_path: Path) -> None:
    first = learner()
    first.iterate()
    second = resumed(saved(first, tmp_path), envs=48)
    assert torch.equal(weights(first), weights(second))
    second.iterate()
    assert second.samples == (16 + 48) * 8
    assert torch.isfinite(weights(second)).all()


def test_a_run_goes_on_with_another_kind_of_adam(tmp_path: Path) -> None:
    first = learner()
    first.iterate()
    path = saved(first, tmp_path)
    learned = []
    for fused in (False, True):
        made = resumed(path, fused_optimizer=fused)
        made.iterate()
        assert bool(made.algorithm.optimizer.param_groups[0]["fused"]) == fused
        learned.append(weights(made))
    torch.testing.assert_close(*learned, rtol=1e-3, atol=1e-5)


def test_a_new_task_counts_from_zero_and_keeps_what_was_learned(tmp_path: Path) -> None:
    first = learner()
    first.iterate()
    checkpoint = load_checkpoint(saved(first, tmp_path))
    second = learner()
    second.load_state_dict(checkpoint.learner, new_task=True)
    assert (second.iteration, second.samples) == (0, 0)
    assert torch.equal(weights(first), weights(second))
    assert int(second.algorithm.actor.obs_normalizer.count) == 16 * 8


def test_compact_checkpoints_fit_and_go_on(tmp_path: Path) -> None:
    made = learner(replace(CONFIG, hidden=(256, 128)))
    made.iterate()
    whole = checkpoint_of(made)
    for limit, has_optimizer in ((0.5, True), (0.35, False)):
        small = compact(whole, int(limit * size(whole)))
        assert size(small) < limit * size(whole)
        assert ("optimizer_state_dict" in small.learner["algorithm"]) == has_optimizer
        path = tmp_path / f"{limit}.pt"
        save_checkpoint(small, path)
        again = resumed(path)
        for ours, theirs in zip(
            made.algorithm.actor.state_dict().values(), again.algorithm.actor.state_dict().values(), strict=True
        ):
            assert torch.equal(ours, theirs)
        torch.testing.assert_close(weights(made), weights(again), rtol=2e-3, atol=1e-6)
        before = weights(again)
        again.iterate()
        # Adam without its second moment would move every weight by the learning rate at once, and more
        assert (weights(again) - before).abs().max() < 0.05
    with pytest.raises(InputError, match="networks alone"):
        compact(whole, 1000)


def test_what_is_not_a_checkpoint_is_refused(tmp_path: Path) -> None:
    missing, damaged, other, code = (tmp_path / name for name in ("missing.pt", "damaged.pt", "other.pt", "code.pt"))
    damaged.write_bytes(b"nonsense")
    torch.save({"kind": "something else", "version": 1}, other)
    torch.save({"path": Path("a class that is not allowed")}, code)
    for path, message in ((missing, "no such"), (damaged, "not a readable"), (other, "expected"), (code, "readable")):
        with pytest.raises(InputError, match=message) as refused:
            load_checkpoint(path)
        assert path.name in str(refused.value)


def test_a_cut_off_write_leaves_the_old_file(tmp_path: Path, monkeypatch) -> None:
    made = learner()
    path = saved(made, tmp_path)
    before = path.read_bytes()
    monkeypatch.setattr(torch, "save", lambda content, file: (Path(file).write_bytes(b"half"), 1 / 0))
    with pytest.raises(ZeroDivisionError):
        saved(made, tmp_path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_stamps(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.npz"
    corpus.write_bytes(b"abc")
    stamp = stamp_corpus(corpus, ("permissive", "own", "own"))
    assert (stamp.name, stamp.sha256[:8], stamp.tiers) == ("corpus.npz", "ba7816bf", ("own", "permissive"))
    assert git_revision()
