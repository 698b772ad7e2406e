"""`genmimic distill`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from tyro.conf import arg

from genmimic.commands.training import ConfigFile, CorpusFile, OutFolder, RunOptions, own, run_training

if TYPE_CHECKING:
    from genmimic.learning.experiment import Experiment
    from genmimic.motion.corpus import Corpus

Preset = Literal[
    "paper",
    "ours",
    "no-odometry",
    "no-prediction",
    "white-noise",
    "true-goals",
    "uniform-starts",
    "narrow",
    "no-past",
]


def distill(
    *,
    teacher: Annotated[Path, arg(metavar="PT", help="The teacher's checkpoint, or the folder of its run.")],
    corpus: CorpusFile,
    out: OutFolder = Path("runs/student"),
    preset: Annotated[
        Preset | None,
        own(
            "NAME",
            "ours, the default; paper: the paper's student to the letter; no-odometry, no-prediction, white-noise, "
            "true-goals, uniform-starts, narrow, no-past: ours without one idea each. See docs/student.md.",
        ),
    ] = None,
    resume: Annotated[Path | None, own("PT", "Go on from a student's checkpoint.")] = None,
    fine_tune: Annotated[
        bool, own(None, "Go on by PPO with imitation beside it, from a student that has learned to imitate.")
    ] = False,
    config: ConfigFile = None,
    run: RunOptions,
) -> int:
    """Teach a policy that sees only what a robot can measure to act like a privileged one (DAgger).

    Writes checkpoint.pt (to go on from; compact.pt is the same in small), student.onnx (to run), curves.jsonl and
    tensorboard/ to the folder. Ctrl-C ends the run after the present iteration and writes them, too.

    for example:
      genmimic distill --teacher checkpoints/teacher.pt --corpus corpora/permissive_v1.npz
      genmimic distill --teacher runs/teacher --corpus c.npz --preset paper --out runs/paper_student
      genmimic distill --teacher runs/teacher --corpus c.npz --resume runs/student --minutes 9
      genmimic distill --teacher runs/teacher --corpus c.npz --resume runs/student --fine-tune --out runs/tuned
    """

    def description(changes: Mapping[str, Any]) -> tuple[Experiment, Corpus]:
        from genmimic.learning.student.experiment import describe_student
        from genmimic.learning.student.teacher import load_teacher
        from genmimic.motion.corpus import load_corpus

        guide, motions = load_teacher(teacher), load_corpus(corpus)
        experiment = describe_student(
            corpus,
            motions,
            guide,
            preset=preset,
            resume_from=resume,
            fine_tune=fine_tune,
            settings_file=config,
            changes=changes,
        )
        return experiment, motions

    return run_training({}, description, out, run)
