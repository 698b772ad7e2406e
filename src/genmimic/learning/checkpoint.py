"""Everything that training goes on from, in one file that `torch.load(weights_only=True)` reads."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from genmimic.errors import InputError
from genmimic.learning.config import TrainConfig
from genmimic.motion.files import atomic_path

KIND, VERSION = "genmimic training checkpoint", 1
MIB = 1024 * 1024
CHECKPOINT = "checkpoint.pt"
"""Name of the file in the folder of a run."""


@dataclass(frozen=True)
class CorpusStamp:
    """Which corpus a policy was trained on.

    Attributes:
        name: File name.
        sha256: Checksum of the file.
        tiers: Tiers of its clips, which decide what may be done with the policy.
    """

    name: str
    sha256: str
    tiers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checkpoint:
    """State of a training run.

    Attributes:
        train_config: How it learns.
        env_config: The environment's configuration as JSON.
        corpus: What it learns from.
        revision: Git revision of the program; 'unknown' outside of a checkout.
        learner: `Learner.state_dict()`.
    """

    train_config: TrainConfig
    env_config: str
    corpus: CorpusStamp
    revision: str
    learner: Mapping[str, Any]


def save_checkpoint(checkpoint: Checkpoint, path: str | Path) -> None:
    """Write a checkpoint, atomically.

    Raises:
        InputError: The path cannot be written.
    """
    with atomic_path(path) as temporary:
        torch.save(_content(checkpoint), temporary)


def load_checkpoint(path: str | Path, device: str | torch.device = "cpu") -> Checkpoint:
    """Read a checkpoint; its tensors come to `device`.

    Raises:
        InputError: The file is missing, damaged, holds more than numbers, or is of another kind or version.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path}: no such checkpoint; check the path.")
    try:
        content = torch.load(path, map_location=device, weights_only=True)
    except Exception as error:  # pickle, zip and torch each raise their own
        first_line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise InputError(f"{path}: is not a readable checkpoint ({first_line}).") from error
    stated = (content.get("kind"), content.get("version")) if isinstance(content, dict) else None
    if stated != (KIND, VERSION):
        raise InputError(f"{path}: is {stated}, expected {(KIND, VERSION)}; it was not written by genmimic train.")
    try:
        corpus = json.loads(content["corpus"])
        return Checkpoint(
            train_config=TrainConfig.from_json(content["train_config"]),
            env_config=content["env_config"],
            corpus=CorpusStamp(corpus["name"], corpus["sha256"], tuple(corpus["tiers"])),
            revision=content["revision"],
            learner=content["learner"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: a field is missing or damaged ({error}); use another checkpoint.") from error


def find_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint, or the one in the folder of a run.

    Raises:
        InputError: There is none, or it is damaged.
    """
    return load_checkpoint(path / CHECKPOINT if path.is_dir() else path)


def compact(checkpoint: Checkpoint, limit: int = 16 * MIB) -> Checkpoint:
    """Leave out what training can go on without until the file is under a size.

    First the worlds' states go, then Adam's first moments and half the digits of its second ones and of the critic,
    then the optimiser as a whole. The actor and the normalisers always stay as they are.

    Raises:
        InputError: Even the weights are larger than the limit.
    """
    for smaller in (_without_worlds, _with_half_an_optimizer, _without_optimizer):
        checkpoint = replace(checkpoint, learner=smaller(dict(checkpoint.learner)))
        if size(checkpoint) < limit:
            return checkpoint
    raise InputError(f"the networks alone take {size(checkpoint) / MIB:.1f} MiB, more than {limit / MIB:g}.")


def size(checkpoint: Checkpoint) -> int:
    """Bytes that a checkpoint takes as a file."""
    buffer = io.BytesIO()
    torch.save(_content(checkpoint), buffer)
    return buffer.tell()


def stamp_corpus(path: str | Path, tiers: tuple[str, ...]) -> CorpusStamp:
    """Name and checksum of a corpus file."""
    path = Path(path)
    with path.open("rb") as file:
        return CorpusStamp(path.name, hashlib.file_digest(file, "sha256").hexdigest(), tuple(sorted(set(tiers))))


def git_revision() -> str:
    """Revision of the checkout that this program runs from, with '+' if files were changed."""
    command = ["git", "describe", "--always", "--abbrev=40", "--dirty=+", "--exclude=*"]
    try:
        done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    return done.stdout.strip() or "unknown"


def _content(checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "kind": KIND,
        "version": VERSION,
        "train_config": checkpoint.train_config.to_json(),
        "env_config": checkpoint.env_config,
        "corpus": json.dumps(asdict(checkpoint.corpus)),
        "revision": checkpoint.revision,
        "learner": dict(checkpoint.learner),
    }


def _without_worlds(learner: dict[str, Any]) -> dict[str, Any]:
    """Of the environment keep the sampler alone, as if its worlds were of another number."""
    environment = learner.get("environment", {})
    return learner | {"environment": {"worlds": 0, "sampler": environment.get("sampler", {})}}


def _with_half_an_optimizer(learner: dict[str, Any]) -> dict[str, Any]:
    algorithm = dict(learner["algorithm"])
    optimizer = dict(algorithm["optimizer_state_dict"])
    # without its first moment Adam starts softly; without its second it would leap
    optimizer["state"] = {
        parameter: {
            **state,
            "exp_avg": torch.zeros((), dtype=torch.bfloat16).expand_as(state["exp_avg"]),
            "exp_avg_sq": state["exp_avg_sq"].to(torch.bfloat16),
        }
        for parameter, state in optimizer["state"].items()
    }
    smaller = {"optimizer_state_dict": optimizer}
    if "critic_state_dict" in algorithm:  # a student has none
        smaller["critic_state_dict"] = {
            name: value.half() if name.startswith("mlp.") else value
            for name, value in algorithm["critic_state_dict"].items()
        }
    return learner | {"algorithm": algorithm | smaller}


def _without_optimizer(learner: dict[str, Any]) -> dict[str, Any]:
    return learner | {"algorithm": {k: v for k, v in learner["algorithm"].items() if k != "optimizer_state_dict"}}
