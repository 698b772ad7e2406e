"""`genmimic bench info | export`: what a benchmark, or a folder of the published videos, holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from tyro.conf import Positional, arg

from genmimic.commands import console
from genmimic.commands.options import Json, Manner, plain

_Set = Annotated[
    Path | None,
    Positional,
    plain("SET", "A file of `build`, or a folder of the published videos; by default the packaged benchmark."),
]


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
        console.show_facts(facts, Manner(json=True))
        return 0
    console.show_facts(facts, Manner())
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
    console.show_facts(
        {"entry": benchmark.entries[index].name, "files": [str(file) for file in files]}, Manner(json=json)
    )
    return 0


def _tell_published(folder: Path, entries: bool, verify: bool, json: bool) -> int:
    from dataclasses import asdict

    from genmimic.benchmark.published import load_published

    published = load_published(folder, verify=verify)
    facts: dict[str, Any] = {"folder": str(folder), "commit": published.commit, "videos": len(published.videos)}
    if json:
        videos = [{"name": video.name, "prompt": video.prompt, **asdict(video.reading)} for video in published.videos]
        console.show_facts(
            facts | {"notes": list(published.notes)} | ({"entries": videos} if entries else {}), Manner(json=True)
        )
        return 0
    console.show_facts(facts, Manner())
    for told in published.notes:
        console.note(told)
    for video in published.videos if entries else ():
        reading = video.reading
        words = (reading.generator, reading.subject, reading.view, reading.category, reading.action)
        print("  ".join([video.name, *(word or "?" for word in words)]))
    return 0
