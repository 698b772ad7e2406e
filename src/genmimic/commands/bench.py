"""`genmimic bench info | export | prompts | download | generate | build`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from tyro.conf import OmitArgPrefixes, OmitSubcommandPrefixes, Positional, arg, subcommand

from genmimic.commands import console
from genmimic.commands.nested import later
from genmimic.commands.options import Json, Manner, MannerOptions, plain
from genmimic.errors import InputError

_Set = Annotated[
    Path | None,
    Positional,
    plain("SET", "A file of `build`, or a folder of the published videos; by default the packaged benchmark."),
]
_Only = Annotated[str, plain("TEXT", "Only entries with this in their names, such as wan-s1 or touch_head.")]
_Which = Literal["wan", "cosmos"]


def info(
    of: _Set = None,
    /,
    *,
    entries: Annotated[bool, plain(None, "List every entry, or every video with what was understood of it.")] = False,
    verify: Annotated[bool, plain(None, "Check every downloaded file against its checksum.")] = False,
    json: Json = False,
) -> int:
    """What GenMimicBench-Sim, or a folder of the published videos, holds.

    for example:
      genmimic bench info
      genmimic bench info genmimicbench/ --verify
    """
    if of is not None and (of.is_dir() or not of.exists()):
        return _tell_published(of, entries, verify, json)
    from genmimic.benchmark.overview import COLUMNS, by, summary
    from genmimic.benchmark.store import load_benchmark
    from genmimic.dataset.overview import table

    benchmark = load_benchmark(of)
    facts = summary(benchmark)
    if json:
        _show(facts, Manner(json=True))
        return 0
    _show(facts, Manner())
    for fields in (("generator", "category"), ("generator", "action", "table2"), ("kind", "view", "camera")):
        print("\n" + table([*fields, *COLUMNS], by(benchmark, *fields)))
    if entries:
        rows = [(e.name, e.category, e.table2, e.kind, e.clips or "-", e.licence) for e in benchmark.entries]
        print("\n" + table(("entry", "category", "table 2", "kind", "held-out clips", "licence"), rows))
    return 0


def export(
    entry: Annotated[
        str, Positional, arg(metavar="ENTRY", help="Name of an entry, or the only part of one that fits.")
    ],
    /,
    *,
    bench: Annotated[Path | None, plain("NPZ", "A file of `build`; by default the packaged benchmark.")] = None,
    out: Annotated[Path, arg(metavar="DIR", help="Files go to DIR/ENTRY.")] = Path("out"),
    pictures: Annotated[bool, plain(None, "Also still pictures of what is shown, and of what is behind it.")] = False,
    json: Json = False,
) -> int:
    """One entry as reference.npz (what is shown) and clean.npz (what is behind it).

    for example:
      genmimic bench export wan-s1-front-touch_head
      genmimic simulate out/wan-s1-front-touch_head && genmimic view out/wan-s1-front-touch_head
    """
    from genmimic.benchmark.store import load_benchmark
    from genmimic.dataset.showing import write_stills
    from genmimic.motion.files import save_robot

    benchmark = load_benchmark(bench)
    index = benchmark.find(entry)
    folder, files = out / benchmark.entries[index].name, []
    for name, motion in (("reference", benchmark.shown(index)), ("clean", benchmark.clean(index))):
        if motion is not None:
            files.append(folder / f"{name}.npz")
            save_robot(motion, files[-1])
            if pictures:
                files.append(folder / f"{name}.png")
                write_stills(motion, files[-1])
    _show({"entry": benchmark.entries[index].name, "files": [str(file) for file in files]}, Manner(json=json))
    return 0


def prompts(
    *,
    only: _Only = "",
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
            _show({"prompt": check, "breaks": broken}, Manner(json=True))
        else:
            print("\n".join(broken) or "keeps all four rules")
        return 1 if broken else 0
    for slot in _slots(only):
        if json:
            told = {"name": slot.name, "frame": frame_name(slot), "prompt": build_prompt(slot)}
            _show(told, Manner(json=True))
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
    """
    from genmimic.benchmark.published import download as fetch
    from genmimic.benchmark.published import load_published

    with console.reporter(manner).stage(out.name, "download") as advance:
        listing = fetch(out, repo=repo, revision=revision, endpoint=endpoint, progress=advance)
    published = load_published(out)
    facts = {"folder": str(out), "commit": listing.commit, "files": len(listing.files), "videos": len(published.videos)}
    _show(facts | ({"notes": list(published.notes)} if manner.json else {}), manner)
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
    only: _Only = "",
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
    _show({"folder": str(out), **states, "frames missing": missing} | ({"notes": noted} if manner.json else {}), manner)
    if not manner.json:
        for name, said in noted.items():
            console.note(said if name in said else f"{name}: {said}.")
    return 2 if states["failed"] else 0


def build(
    *,
    corpus: Annotated[
        Path, arg(metavar="CORPUS", help="The permissive corpus, whose test split lends motions and legs.")
    ] = Path("corpora/permissive_v1.npz"),
    out: Annotated[Path, arg(metavar="NPZ", help="The file to write.")] = Path("genmimicbench_sim.npz"),
    seed: Annotated[int, arg(metavar="N", help="Seed; the packaged file has 1.")] = 1,
    only: _Only = "",
    cache: Annotated[Path | None, plain("DIR", "Where finished entries are kept; by default beside the file.")] = None,
    videos: Annotated[Path | None, plain("DIR", "Keep the rendered videos there.")] = None,
    manner: MannerOptions,
) -> int:
    """Build GenMimicBench-Sim anew: 356 entries with modelled noise, 72 rendered and reconstructed; 20 CPU minutes.

    An interrupted build goes on where it was. Another processor may differ in the last digits, and so in the checksum.

    for example:
      genmimic bench build --out mine.npz --seed 7
      genmimic bench build --only wan-s1-front --out few.npz
    """
    from genmimic.benchmark.build import build as build_set
    from genmimic.benchmark.build import lost
    from genmimic.benchmark.store import FROZEN

    if out.suffix != ".npz" or seed < 0:
        raise InputError(f"genmimic bench build: --out is '{out}' and --seed {seed}; expected an .npz, and 0 or more.")
    with console.reporter(manner).stage(out.stem, "build") as advance:
        built, digest = build_set(
            corpus,
            out,
            seed=seed,
            cache=cache,
            only=(lambda slot: only in slot.name) if only else None,
            videos=videos,
            force=manner.force,
            progress=advance,
        )
    facts: dict[str, Any] = {"benchmark": str(out), "entries": len(built), "checksum": digest}
    _show({**facts, "the packaged file": digest == FROZEN, "lost videos": list(lost(built))}, manner)
    return 0


_Action = (
    Annotated[Any, subcommand(name="info", constructor=later(info))]
    | Annotated[Any, subcommand(name="export", constructor=later(export))]
    | Annotated[Any, subcommand(name="prompts", constructor=later(prompts))]
    | Annotated[Any, subcommand(name="download", constructor=later(download))]
    | Annotated[Any, subcommand(name="generate", constructor=later(generate))]
    | Annotated[Any, subcommand(name="build", constructor=later(build))]
)


def bench(action: OmitArgPrefixes[OmitSubcommandPrefixes[_Action]]) -> int:  # type: ignore[valid-type]
    """GenMimicBench: look at it, fetch the published videos, make your own, build the simulated counterpart."""
    return action()


def _slots(only: str) -> list[Any]:
    from genmimic.benchmark.taxonomy import composition

    slots = [slot for slot in composition() if only in slot.name]
    if not slots:
        raise InputError(f"--only {only}: no entry of the benchmark has this in its name; see genmimic bench prompts.")
    return slots


def _tell_published(folder: Path, entries: bool, verify: bool, json: bool) -> int:
    from dataclasses import asdict

    from genmimic.benchmark.published import load_published

    published = load_published(folder, verify=verify)
    facts: dict[str, Any] = {"folder": str(folder), "commit": published.commit, "videos": len(published.videos)}
    if json:
        videos = [{"name": video.name, "prompt": video.prompt, **asdict(video.reading)} for video in published.videos]
        _show(facts | {"notes": list(published.notes)} | ({"entries": videos} if entries else {}), Manner(json=True))
        return 0
    _show(facts, Manner())
    for told in published.notes:
        console.note(told)
    for video in published.videos if entries else ():
        reading = video.reading
        words = (reading.generator, reading.subject, reading.view, reading.category, reading.action)
        print("  ".join([video.name, *(word or "?" for word in words)]))
    return 0


def _show(facts: dict[str, Any], manner: Manner) -> None:
    from genmimic.pipeline.progress import JsonLines

    if manner.json:
        JsonLines.emit("finished", facts)
    elif not manner.quiet:
        for key, value in facts.items():
            print(f"  {key:<28} {', '.join(map(str, value)) or 'none' if isinstance(value, list) else value}")
