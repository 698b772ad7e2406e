"""`genmimic evaluate`."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from tyro.conf import Positional, arg

from genmimic.commands import console
from genmimic.commands.options import Manner, MannerOptions
from genmimic.errors import InputError

if TYPE_CHECKING:
    from genmimic.motion.robot_motion import RobotMotion

Split = Literal["test", "train", "all"]


def evaluate(
    policy: Annotated[Path, Positional, arg(metavar="POLICY", help="policy.onnx, for instance of `genmimic train`.")],
    motions: Annotated[
        tuple[Path, ...],
        Positional,
        arg(metavar="MOTIONS ...", help="Corpora, reference.npz files, or folders that hold them."),
    ],
    /,
    *,
    split: Annotated[Split, arg(help="Which clips of corpora; dropped ones are left out.")] = "test",
    rollouts: Annotated[int, arg(metavar="N", help="Rollouts of each motion.")] = 16,
    severity: Annotated[
        float, arg(metavar="S", help="Video noise on the references; 1 is as measured, 0 leaves it out.")
    ] = 0.0,
    push: Annotated[float, arg(metavar="M/S", help="Largest push in x and in y, every five seconds.")] = 0.0,
    nominal: Annotated[bool, arg(metavar=None, help="The nominal robot without sensor noise.")] = False,
    seconds: Annotated[float, arg(metavar="S", help="Cut longer motions off; 0 for none.")] = 0.0,
    seed: Annotated[int, arg(metavar="N", help="Seed of everything that is drawn.")] = 0,
    jobs: Annotated[int, arg(metavar="N", help="Processes.")] = 1,
    out: Annotated[
        Path | None, arg(metavar="JSON", help="Also write every rollout with all its figures.", help_behavior_hint="")
    ] = None,
    manner: MannerOptions,
) -> int:
    """Many rollouts of a policy in plain MuJoCo: success rates and tracking errors by group.

    Each rollout draws its robot, floor, sensor noise and start from the paper's table 8. SR is the paper's (no tilt of
    44 degrees, keypoints within 0.5 m on average), 'SR ours' replaces its fall rule by ours; errors are in cm.

    for example:
      genmimic evaluate policy.onnx corpora/permissive_v1.npz --jobs 8
      genmimic evaluate policy.onnx out/*/reference.npz --rollouts 64 --out results.json
    """
    from genmimic.evaluation.summary import as_records, as_text, summarize
    from genmimic.evaluation.trials import TrialConfig, run_trials
    from genmimic.motion.files import atomic_path

    counts, amounts = {"rollouts": rollouts, "jobs": jobs}, {"severity": severity, "push": push, "seconds": seconds}
    for name, value, least in [*((n, v, 1) for n, v in counts.items()), *((n, v, 0) for n, v in amounts.items())]:
        if value < least:
            raise InputError(f"--{name} is {value}, expected {least} or more.")
    chosen, groups = collect(motions, split, seconds)
    config = TrialConfig(rollouts=rollouts, seed=seed, video_severity=severity, push_speed=push)
    if nominal:
        config = replace(config, sensor_noise=0.0, randomize=False)
    with console.reporter(manner).stage(policy.stem, "evaluate") as advance:
        trials = run_trials(policy, chosen, config, jobs=jobs, progress=advance)
    rows = summarize(trials, groups)
    if out is not None:
        settings = {k: v for k, v in asdict(config).items() if k != "physics"}
        content = {"policy": str(policy), "settings": settings, "groups": rows, "rollouts": as_records(trials)}
        with atomic_path(out) as temporary:
            temporary.write_text(json.dumps(content, indent=1), encoding="utf-8")
    _show(rows, as_text(rows), manner)
    return 0


def collect(files: tuple[Path, ...], split: Split, seconds: float) -> tuple[list[RobotMotion], dict[str, str]]:
    """The motions of corpora and files, and each one's group by name.

    Raises:
        InputError: No motion, a file of another kind, or two motions of one name.
    """
    motions: list[RobotMotion] = []
    groups: dict[str, str] = {}
    for path in _files(files):
        for motion, group in _motions_of(path, split):
            if motion.name in groups:
                raise InputError(f"{path}: a motion named '{motion.name}' came before; rename one of them.")
            groups[motion.name] = group
            motions.append(_cut(motion, seconds))
    if not motions:
        raise InputError(f"{', '.join(map(str, files))}: no motion of split '{split}'; try --split all.")
    return motions, groups


def _files(paths: tuple[Path, ...]) -> list[Path]:
    found = []
    for path in paths:
        inside = sorted(path.glob("**/reference.npz")) if path.is_dir() else [path]
        if not inside:
            raise InputError(f"{path}: holds no reference.npz; name files, or a folder of runs.")
        found += inside
    return found


def _motions_of(path: Path, split: Split) -> list[tuple[RobotMotion, str]]:
    from genmimic.motion.corpus import load_corpus
    from genmimic.motion.files import load_arrays, load_robot

    kind = str(load_arrays(path).get("kind", ""))
    if kind != "genmimic corpus":
        motion = load_robot(path)
        return [(motion, motion.name)]
    corpus = load_corpus(path)
    return [
        (corpus.clip(i), f"{corpus.sources[i]}/{corpus.contents[i]}")
        for i in range(len(corpus))
        if corpus.kept[i] and corpus.lengths[i] > 1 and split in (corpus.splits[i], "all")
    ]


def _cut(motion: RobotMotion, seconds: float) -> RobotMotion:
    from genmimic.motion.cut import cut

    return motion if seconds <= 0 else cut(motion, slice(0, round(seconds * motion.fps) + 1))


def _show(rows: list[dict], text: str, manner: Manner) -> None:
    if manner.json:
        print(json.dumps({"groups": rows}))
    else:
        print(text)
