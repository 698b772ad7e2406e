"""`genmimic bench prompts | download | generate`: the videos, the published ones or one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from tyro.conf import arg

from genmimic.commands import console
from genmimic.commands.bench.options import Only
from genmimic.commands.options import Json, Manner, MannerOptions, plain
from genmimic.errors import InputError

_Which = Literal["wan", "cosmos"]


def prompts(
    *,
    only: Only = "",
    check: Annotated[str, plain("PROMPT", "Instead say which of the paper's four rules this prompt breaks.")] = "",
    json: Json = False,
) -> int:
    """The text prompts of the 428 videos, by the paper's four rules; exit code 1 for a checked one that breaks some.

    for example:
      genmimic bench prompts --only wan-s1-front
      genmimic bench prompts --check "A woman elegantly waves."
    """
    from genmimic.benchmark.generate import frame_name
    from genmimic.benchmark.prompts import broken_rules, build_prompt

    if check:
        broken = broken_rules(check)
        if json:
            console.show_facts({"prompt": check, "breaks": broken}, Manner(json=True))
        else:
            print("\n".join(broken) or "keeps all four rules")
        return 1 if broken else 0
    for slot in _slots(only):
        if json:
            told = {"name": slot.name, "frame": frame_name(slot), "prompt": build_prompt(slot)}
            console.show_facts(told, Manner(json=True))
        else:
            print(f"{slot.name}\t{build_prompt(slot)}")
    return 0


def download(
    *,
    out: Annotated[Path, arg(metavar="DIR", help="Where the videos go.")] = Path("genmimicbench"),
    repo: Annotated[str, arg(metavar="NAME", help="Data set on the Hugging Face Hub.")] = "wlin21at/GenMimicBench",
    revision: Annotated[str, arg(metavar="REV", help="Branch, tag or commit of it.")] = "main",
    endpoint: Annotated[str, arg(metavar="URL", help="Address of the Hub or of a mirror.")] = "https://huggingface.co",
    manner: MannerOptions,
) -> int:
    """Fetch the published videos; an interrupted download goes on, every file is checked.

    for example:
      genmimic bench download --out genmimicbench
      genmimic bench info genmimicbench --entries
      genmimic run genmimicbench --jobs 2
      genmimic evaluate student --motions out --rollouts 1
    """
    from genmimic.benchmark.published import download as fetch
    from genmimic.benchmark.published import load_published

    with console.reporter(manner).stage(out.name, "download") as advance:
        listing = fetch(out, repo=repo, revision=revision, endpoint=endpoint, progress=advance)
    published = load_published(out)
    facts = {"folder": str(out), "commit": listing.commit, "files": len(listing.files), "videos": len(published.videos)}
    console.show_facts(facts | ({"notes": list(published.notes)} if manner.json else {}), manner)
    if not manner.json:
        for told in published.notes:
            console.note(told)
    return 0


def generate(
    *,
    frames: Annotated[Path, arg(metavar="DIR", help="First frames: wan-s1-front.png, ..., cosmos-s8.png.")],
    out: Annotated[Path, arg(metavar="DIR", help="Where the videos go.")] = Path("genmimicbench_own"),
    command: Annotated[
        str,
        plain(
            "COMMAND", "Makes one video; {frame} {prompt} {out} {width} {height} {frames} {fps} {seed} are filled in."
        ),
    ] = "",
    diffusers: Annotated[bool, plain(None, "Instead of a command: the diffusers pipeline of --generator.")] = False,
    generator: Annotated[_Which, arg(help="Whose half of the benchmark to make.")] = "wan",
    model: Annotated[str, plain("NAME", "Checkpoint of the pipeline, if not the usual one.")] = "",
    steps: Annotated[int, arg(metavar="N", help="Denoising steps; 0 for the pipeline's own.")] = 0,
    only: Only = "",
    limit: Annotated[int, arg(metavar="N", help="At most so many videos; 0 for all.")] = 0,
    seed: Annotated[int, arg(metavar="N", help="Seed of the generator.")] = 0,
    manner: MannerOptions,
) -> int:
    """Make the benchmark's videos with your own generator; what is finished stays, what failed is tried again.

    for example:
      genmimic bench generate --frames frames/ --diffusers --generator wan --only wan-s1
      genmimic bench generate --frames frames/ --command "python make.py {frame} {prompt} {out} --seed {seed}"
    """
    from genmimic.benchmark.generate import command_maker, plan
    from genmimic.benchmark.generate import generate as make_videos
    from genmimic.benchmark.taxonomy import Generator

    if bool(command) == diffusers:
        raise InputError("genmimic bench generate: say either --command COMMAND or --diffusers.")
    if command and (model or steps):
        raise InputError("genmimic bench generate: --model and --steps are for --diffusers; write them into --command.")
    if limit < 0 or steps < 0 or seed < 0:
        raise InputError("genmimic bench generate: --limit, --steps and --seed are 0 or more.")
    half: Generator = "Wan2.1" if generator == "wan" else "Cosmos-Predict2"
    jobs, missing = plan([slot for slot in _slots(only) if slot.generator == half], frames, seed)
    jobs = jobs[: limit or None]
    if diffusers:
        from genmimic.benchmark.diffusers_maker import MODELS, diffusers_maker

        maker, about = (
            diffusers_maker(half, model, steps),
            f"diffusers: {model or MODELS[half]}, steps {steps or 'usual'}",
        )
    else:
        maker, about = command_maker(command), f"command: {command}"
    with console.reporter(manner).stage(out.name, "generate") as advance:
        outcomes = make_videos(jobs, out, maker, about, force=manner.force, progress=advance)
    states = {state: sum(one.state == state for one in outcomes) for state in ("made", "kept", "failed")}
    noted = {one.name: one.note for one in outcomes if one.note}
    console.show_facts(
        {"folder": str(out), **states, "frames missing": missing} | ({"notes": noted} if manner.json else {}), manner
    )
    if not manner.json:
        for name, said in noted.items():
            console.note(said if name in said else f"{name}: {said}.")
    return 2 if states["failed"] else 0


def _slots(only: str) -> list[Any]:
    from genmimic.benchmark.taxonomy import composition

    slots = [slot for slot in composition() if only in slot.name]
    if not slots:
        raise InputError(f"--only {only}: no entry of the benchmark has this in its name; see genmimic bench prompts.")
    return slots
