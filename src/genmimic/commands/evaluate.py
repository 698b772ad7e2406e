"""`genmimic evaluate`."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from tyro.conf import Positional, arg

from genmimic.commands import console
from genmimic.commands.motion_sets import Split, collect
from genmimic.commands.options import Manner, MannerOptions, plain
from genmimic.commands.trial_backends import choose_backend
from genmimic.commands.trial_options import ConditionOptions, MachineOptions
from genmimic.errors import InputError

if TYPE_CHECKING:
    from genmimic.evaluation.campaign import Rollouts
    from genmimic.evaluation.tasks import Plan


@dataclass(frozen=True)
class _Outcome:
    """What an evaluation leaves: its content of results.json and all rollouts."""

    content: dict[str, Any]
    rollouts: list[Rollouts]


def evaluate(
    policies: Annotated[
        tuple[str, ...],
        Positional,
        plain(
            "POLICY ...",
            "policy.onnx files, folders that hold one, checkpoints (.pt), teacher or student for those of the "
            "package, or LAYOUT:FILE of a foreign tracker.",
        ),
    ],
    /,
    *,
    motions: Annotated[
        tuple[Path, ...],
        arg(
            metavar="SET ...",
            help="Corpora, benchmarks, reference.npz files, or folders that hold them; 'bench' for the packaged "
            "GenMimicBench-Sim.",
        ),
    ],
    out: Annotated[
        Path, arg(metavar="DIR", help="Results go here; rollouts that it holds already are not made again.")
    ] = Path("out/evaluation"),
    names: Annotated[tuple[str, ...], plain("NAME ...", "What to call the policies; by default by their names.")] = (),
    split: Annotated[Split, arg(help="Which clips of corpora; dropped ones are left out.")] = "test",
    rollouts: Annotated[int, arg(metavar="N", help="Rollouts of each motion with each seed.")] = 256,
    seeds: Annotated[tuple[int, ...], arg(metavar="N ...", help="Seeds; everything is done once with each.")] = (0,),
    seconds: Annotated[float, arg(metavar="S", help="Cut longer motions off; 0 for none.")] = 0.0,
    videos: Annotated[int, arg(metavar="N", help="How many of the worst motions the page plays.")] = 6,
    conditions: ConditionOptions,
    machine: MachineOptions,
    manner: MannerOptions,
) -> int:
    """Many rollouts of policies: success rates, errors and costs by motion and group, as page, tables and files.

    Each rollout draws its robot, floor, sensor noise and start from the paper's table 8. SR is the paper's (no tilt of
    44 degrees, keypoints within 0.5 m on average), 'SR ours' replaces its fall rule by ours; errors are in cm. Writes
    index.html, results.json, motions.csv and results.md; docs/evaluation.md explains every figure.

    for example:
      genmimic evaluate student --motions bench --rollouts 1        # 3 minutes on two cores
      genmimic evaluate policy.onnx --motions corpora/permissive_v1.npz --rollouts 16
      genmimic evaluate teacher student --motions bench --device cuda
      genmimic evaluate policy.onnx --motions bench --push 1 --friction 0.4 --strength 0.7 --delay 3
    """
    from genmimic.evaluation.policies import find_policies
    from genmimic.evaluation.tasks import Plan

    counts, amounts = {"rollouts": rollouts, "worlds": machine.worlds or 1}, {"seconds": seconds, "videos": videos}
    amounts["jobs"] = machine.jobs
    for name, value, least in [*((n, v, 1) for n, v in counts.items()), *((n, v, 0) for n, v in amounts.items())]:
        if value < least:
            raise InputError(f"--{name} is {value}, expected {least} or more.")
    if not seeds or len(set(seeds)) != len(seeds) or min(seeds) < 0:
        raise InputError(f"--seeds {seeds}: expected different whole numbers of 0 or more.")
    config = conditions.config()
    tried = find_policies([_file(policy, out) for policy in policies], names)
    plan = Plan(tuple(tried), collect(motions, split, seconds), config, seeds, rollouts)
    outcome = _conduct(plan, machine, out, manner)
    _write(plan, outcome, out, videos, manner)
    _show(outcome.content, out, manner)
    return 0


def _file(policy: str, out: Path) -> str:
    """The file of a policy of the package, or a checkpoint as a policy file; anything else as it is."""
    from genmimic.pipeline.policies import NAMES, find_shipped

    if policy in NAMES:
        return str(find_shipped(policy))
    if not policy.endswith(".pt"):
        return policy
    from genmimic.commands.training import import_training

    session = import_training()
    from genmimic.learning.checkpoint import find_checkpoint

    path = Path(policy)
    folder = out / "policies" / path.parent.name / path.stem
    written = session.export(find_checkpoint(path), folder, path.stem)
    if folder / session.POLICY not in written:
        raise InputError(f"{policy}: this kind of policy has no file that can be run.")
    return str(folder / session.POLICY)


def _conduct(plan: Plan, machine: MachineOptions, out: Path, manner: Manner) -> _Outcome:
    """Make the rollouts that are missing and summarize all."""
    from genmimic.evaluation.campaign import conduct
    from genmimic.evaluation.ledger import Ledger
    from genmimic.evaluation.results import document
    from genmimic.evaluation.summary import summarize

    backend = choose_backend(plan, machine)
    ledger, began = Ledger(out), time.perf_counter()
    try:
        with console.reporter(manner).stage(plan.motions.name, "evaluate") as advance:
            rollouts = conduct(
                plan, ledger, backend.execute, backend=backend.name, at_once=backend.at_once, progress=advance
            )
    except KeyboardInterrupt:
        console.note(f"finished rollouts are kept in {ledger.path}; the same command goes on from there.")
        raise
    finally:
        ledger.close()
    found = [
        {**policy.to_plain(), **summarize(rolled, plan.motions.motions)}
        for policy, rolled in zip(plan.policies, rollouts, strict=True)
    ]
    facts = {"backend": backend.name, "device": backend.device, "seconds": round(time.perf_counter() - began, 1)}
    return _Outcome(document(plan, found, **facts), rollouts)


def _write(plan: Plan, outcome: _Outcome, out: Path, videos: int, manner: Manner) -> None:
    from genmimic.evaluation.results import FILE_NAME, save_csv, save_results
    from genmimic.evaluation.text_tables import report
    from genmimic.evaluation.worst import worst_rollouts
    from genmimic.motion.files import atomic_path
    from genmimic.view.results_film import film
    from genmimic.view.results_page import write_page

    save_results(outcome.content, out / FILE_NAME)
    save_csv(outcome.content, out / "motions.csv")
    with atomic_path(out / "results.md") as temporary:
        temporary.write_text(report(outcome.content), encoding="utf-8")
    chosen = worst_rollouts(outcome.rollouts, videos)
    films = []
    with console.reporter(manner).stage(plan.motions.name, "film") as advance:
        for number, worst in enumerate(chosen):
            films.append(film(plan, worst, out / "videos"))
            advance(number + 1, len(chosen))
    write_page(outcome.content, films, out / "index.html")


def _show(content: dict[str, Any], out: Path, manner: Manner) -> None:
    from genmimic.evaluation.text_tables import aligned, groups, overview

    if manner.json:
        print(json.dumps(content))
        return
    print(aligned(overview(content)))
    for policy in content["policies"] if not manner.quiet else ():
        if len(policy["groups"]["group"]) > 1:
            print(f"\n{policy['name']}\n{aligned(groups(policy, 'group'))}")
    console.note(f"wrote {out / 'index.html'}.")
