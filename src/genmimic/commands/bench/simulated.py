"""`genmimic bench build`: GenMimicBench-Sim, the counterpart that needs no generator of videos."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from tyro.conf import arg

from genmimic.commands import console
from genmimic.commands.bench.options import Only
from genmimic.commands.options import MannerOptions, plain
from genmimic.errors import InputError


def build(
    *,
    corpus: Annotated[
        Path, arg(metavar="CORPUS", help="The permissive corpus, whose test split lends motions and legs.")
    ] = Path("corpora/permissive_v1.npz"),
    out: Annotated[Path, arg(metavar="NPZ", help="The file to write.")] = Path("genmimicbench_sim.npz"),
    seed: Annotated[int, arg(metavar="N", help="Seed; the packaged file has 1.")] = 1,
    only: Only = "",
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
    console.show_facts({**facts, "the packaged file": digest == FROZEN, "lost videos": list(lost(built))}, manner)
    return 0
