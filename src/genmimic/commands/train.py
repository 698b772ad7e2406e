"""`genmimic train`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from genmimic.commands.training import ConfigFile, CorpusFile, OutFolder, RunOptions, own, run_training

if TYPE_CHECKING:
    from genmimic.learning.experiment import Experiment
    from genmimic.motion.corpus import Corpus


def train(
    *,
    corpus: CorpusFile,
    out: OutFolder = Path("runs/teacher"),
    preset: Annotated[
        Literal["paper", "fast"] | None,
        own(
            "{paper,fast}",
            "paper: table 5 to the letter (for the paper's environment, too, add --task paper); fast, the default: the "
            "same algorithm tuned for one large GPU.",
        ),
    ] = None,
    resume: Annotated[
        Path | None, own("PT", "Go on from a checkpoint, or fine-tune it if the corpus is another one.")
    ] = None,
    config: ConfigFile = None,
    task: Annotated[
        str | None,
        own(
            "NAME",
            "The environment: ours, the default; paper; points, dofs, dofs-weights, self-supervised (its ablations); "
            "beyondmimic, twist (other teachers).",
        ),
    ] = None,
    goal: Annotated[
        Literal["keypoints", "dofs"] | None,
        own(
            "{keypoints,dofs}",
            "Instead of the task's own: show the policy 3D points, or joint angles and the pelvis' pose.",
        ),
    ] = None,
    weights: Annotated[
        Literal["table", "uniform", "self-supervised"] | None,
        own(
            "{table,uniform,self-supervised}",
            "Instead of the task's own: weigh keypoints as the paper, all alike, or as the policy chooses.",
        ),
    ] = None,
    symmetry: Annotated[float | None, own("LAMBDA", "Weight of the symmetry loss; 0 leaves it out.")] = None,
    minibatch: Annotated[int | None, own("N", "Samples per gradient step on each GPU.")] = None,
    hidden: Annotated[tuple[int, ...] | None, own("N ...", "Widths of the hidden layers.")] = None,
    learning_rate: Annotated[float | None, own("RATE", "Adam's learning rate at the start of a new run.")] = None,
    run: RunOptions,
) -> int:
    """Train a policy to track the motions of a corpus.

    Writes checkpoint.pt (to go on from; compact.pt is the same in small), policy.onnx (to run), curves.jsonl and
    tensorboard/ to the folder. Ctrl-C ends the run after the present iteration and writes them, too.

    for example:
      genmimic train --corpus permissive.npz --out runs/teacher
      genmimic train --corpus permissive.npz --out runs/teacher --resume runs/teacher --minutes 9
      genmimic train --corpus my_clips.npz --out runs/mine --resume teacher.pt --envs 4096
      torchrun --nproc-per-node 4 -m genmimic train --corpus permissive.npz --preset paper
    """

    def description(changes: Mapping[str, Any]) -> tuple[Experiment, Corpus]:
        from genmimic.learning.experiment import describe
        from genmimic.motion.corpus import load_corpus

        motions = load_corpus(corpus)
        experiment = describe(
            corpus,
            motions,
            preset=preset,
            resume_from=resume,
            settings_file=config,
            task=task,
            goal=goal,
            weights=weights,
            changes=changes,
        )
        return experiment, motions

    settings = {
        "symmetry": symmetry,
        "minibatch": minibatch,
        "hidden": hidden,
        "learning_rate": learning_rate,
    }
    return run_training(settings, description, out, run)
