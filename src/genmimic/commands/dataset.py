"""`genmimic dataset build | join | info | view | diff`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from tyro.conf import OmitArgPrefixes, OmitSubcommandPrefixes, Positional, arg, subcommand

from genmimic.commands import console
from genmimic.commands.nested import later
from genmimic.commands.options import Host, Json, Manner, MannerOptions, Port, plain
from genmimic.errors import InputError

_Sources = Annotated[tuple[Path, ...], Positional, plain("SOURCE ...", "Files of motions, or folders.")]
_File = Annotated[Path, Positional, arg(metavar="CORPUS", help="A corpus, as `build` writes it.")]
_Clip = Annotated[str, Positional, arg(metavar="CLIP", help="Name of a clip, or the only part of one that fits.")]


def build(
    sources: _Sources,
    /,
    *,
    out: Annotated[Path, arg(metavar="NPZ", help="The corpus to write; its table goes beside it.")] = Path(
        "corpus.npz"
    ),
    tier: Annotated[str, arg(metavar="TIER", help="permissive, test-ood, own or all: by licence.")] = "all",
    licence: Annotated[str, plain("TEXT", "Licence of files that state none.")] = "",
    jobs: Annotated[int, arg(metavar="N", help="Processes; 0 for as many as there are cores.")] = 0,
    ray: Annotated[bool, plain(None, "Spread the work over a Ray cluster ($RAY_ADDRESS).")] = False,
    limit: Annotated[int, arg(metavar="N", help="At most so many clips of each file; 0 for all.")] = 0,
    recursive: Annotated[bool, plain(None, "Also take what lies in folders below a folder.")] = False,
    fps: Annotated[float, plain("RATE", "Frame rate of imported files, whatever they state.")] = 0.0,
    gestures: Annotated[int, arg(metavar="N", help="Add so many generated gestures.")] = 0,
    seed: Annotated[int, arg(metavar="N", help="Seed of the gestures.")] = 0,
    cache: Annotated[
        Path | None,
        plain("DIR", "Where finished clips are kept, so that a build resumes; by default beside the corpus."),
    ] = None,
    manner: MannerOptions,
) -> int:
    """Motions of any origin in, one corpus for training out.

    Retargets every clip, drops what a robot on a floor cannot do, labels and splits the rest. An interrupted build
    goes on where it was; a clip that fails does not stop the others, but makes the exit code 2.

    for example:
      genmimic dataset build mocap/ --tier permissive --out permissive.npz
      genmimic dataset build AMASS/ --recursive --licence "AMASS" --out amass.npz --jobs 16
    """
    from genmimic.dataset.build import BuildConfig
    from genmimic.dataset.build import build as build_corpus
    from genmimic.dataset.held_out import read_held_out, trained_on
    from genmimic.dataset.overview import summary

    _require_options(out, jobs, limit, gestures, fps, tier)
    config = BuildConfig(tier, licence, jobs, ray, limit, recursive, fps, gestures, seed)
    with console.reporter(manner).stage(out.stem, "dataset") as advance:
        built = build_corpus(
            sources, out, config, cache=cache or out.with_suffix(".cache"), force=manner.force, progress=advance
        )
    if not manner.json:
        for failure in built.failures:
            console.note(f"{failure.name}: {failure.reason}")
        for name in trained_on(built.corpus, read_held_out()):
            console.note(f"{name}: is in the committed list of test clips, but would be trained on here.")
    told = {"corpus": str(out), "failed": len(built.failures), "left out": built.left_out, **summary(built.corpus)}
    console.show_facts(told, manner)
    return 1 if built.bugs else 2 if built.failures else 0


def join(
    corpora: Annotated[
        tuple[Path, ...], Positional, plain("CORPUS ...", "Two corpora or more, as `build` writes them.")
    ],
    /,
    *,
    out: Annotated[Path, arg(metavar="NPZ", help="The corpus to write.")] = Path("joined.npz"),
) -> int:
    """All clips of several corpora in one, with the splits that they have.

    for example:
      genmimic dataset join mine.npz corpora/permissive_v1.npz --out both.npz
    """
    from genmimic.motion.corpus import Corpus, load_corpus, save_corpus

    if len(corpora) < 2:
        raise InputError(f"{len(corpora)} corpus given; expected two or more to join.")
    _require_npz(out)
    joined = Corpus.concatenate([load_corpus(file) for file in corpora])
    save_corpus(joined, out)
    console.note(f"{len(joined)} clips; wrote {out}.")
    return 0


def info(
    corpus: _File,
    /,
    *,
    clips: Annotated[bool, plain(None, "List every clip.")] = False,
    json: Json = False,
) -> int:
    """What a corpus holds: clips and minutes by tier, source and content, and what was dropped and why.

    for example:
      genmimic dataset info permissive.npz
      genmimic dataset info permissive.npz --clips
    """
    from genmimic.dataset import overview
    from genmimic.motion.corpus import load_corpus

    loaded = load_corpus(corpus)
    console.show_facts({"corpus": str(corpus), **overview.summary(loaded)}, Manner(json=json))
    if json:
        return 0
    for fields in (("tiers", "sources"), ("contents",)):
        head = [field.removesuffix("s") for field in fields]
        print("\n" + overview.table([*head, *overview.COLUMNS], overview.by(loaded, *fields)))
    print("\n" + overview.table(("source", "dropped because", "clips", "min"), overview.reasons(loaded, "sources")))
    if clips:
        rows = [
            (loaded.names[i], loaded.contents[i], loaded.splits[i], float(loaded.seconds[i]), loaded.reasons[i])
            for i in range(len(loaded))
        ]
        print("\n" + overview.table(("clip", "content", "split", "s", "dropped because"), rows))
    return 0


def view(
    corpus: _File,
    clip: _Clip,
    /,
    *,
    out: Annotated[Path | None, plain("PNG", "Write still pictures instead of opening a page.")] = None,
    host: Host = "localhost",
    port: Port = 8080,
) -> int:
    """Look at one clip: in the browser, or as a strip of still pictures.

    for example:
      genmimic dataset view permissive.npz cmu_walks/35_01
      genmimic dataset view permissive.npz LongDance#2 --out dance.png
    """
    from genmimic.dataset.showing import find_clip, write_stills
    from genmimic.motion.corpus import load_corpus
    from genmimic.view.playback import motion_playback
    from genmimic.view.viewer import serve_playback

    loaded = load_corpus(corpus)
    motion = loaded.clip(find_clip(loaded, clip))
    if out is None:
        serve_playback(motion_playback(motion), host, port)
    else:
        write_stills(motion, out)
        console.note(f"{motion.name}: {len(motion)} frames, {motion.duration:.1f} s; pictures in {out}.")
    return 0


def diff(old: _File, new: _File, /, *, json: Json = False) -> int:
    """What changed from one corpus to another; exit code 0 where nothing did, 1 where something did.

    for example:
      genmimic dataset diff permissive_v1.npz permissive_v2.npz
    """
    from genmimic.dataset.overview import differences
    from genmimic.motion.corpus import load_corpus
    from genmimic.pipeline.progress import JsonLines

    found = differences(load_corpus(old), load_corpus(new))
    if json:
        JsonLines.emit("differences", found)
    else:
        for title, lines in found.items():
            print(f"{title}: {len(lines)}" + "".join(f"\n  {line}" for line in lines))
    return 1 if any(found.values()) else 0


_Action = (
    Annotated[Any, subcommand(name="build", constructor=later(build))]
    | Annotated[Any, subcommand(name="join", constructor=later(join))]
    | Annotated[Any, subcommand(name="info", constructor=later(info))]
    | Annotated[Any, subcommand(name="view", constructor=later(view))]
    | Annotated[Any, subcommand(name="diff", constructor=later(diff))]
)


def dataset(action: OmitArgPrefixes[OmitSubcommandPrefixes[_Action]]) -> int:  # type: ignore[valid-type]
    """Build, join, look at and compare corpora of robot motions."""
    return action()


def _require_options(out: Path, jobs: int, limit: int, gestures: int, fps: float, tier: str) -> None:
    for option, value in (("jobs", jobs), ("limit", limit), ("gestures", gestures), ("fps", fps)):
        if value < 0:
            raise InputError(f"--{option} is {value}, expected 0 or more.")
    tiers = ("permissive", "test-ood", "own", "all")
    if tier not in tiers:
        raise InputError(f"--tier is '{tier}', expected one of {', '.join(tiers)}.")
    _require_npz(out)


def _require_npz(out: Path) -> None:
    if out.suffix != ".npz":
        raise InputError(f"--out is '{out}', expected a file that ends in .npz.")
