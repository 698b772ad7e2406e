"""`genmimic import`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from tyro.conf import Positional, arg

from genmimic.commands import console
from genmimic.commands.options import Json, Manner, Out
from genmimic.errors import InputError

if TYPE_CHECKING:
    from genmimic.motion.human_motion import HumanMotion

Files = Annotated[
    tuple[Path, ...],
    Positional,
    arg(metavar="FILE ...", help="Files of motion, or the folder of TRAM's results.", help_behavior_hint=""),
]
Fps = Annotated[
    float | None,
    arg(metavar="RATE", help="Frames per second; needed for reconstructors' results.", help_behavior_hint=""),
]
Person = Annotated[
    int | None,
    arg(
        metavar="K",
        help="Only one of a file's people: 1 is who is seen longest; all by default.",
        help_behavior_hint="",
    ),
]


def import_motion(
    files: Files,
    /,
    *,
    fps: Fps = None,
    out: Out = Path("out"),
    person: Person = None,
    json: Json = False,
) -> None:
    """Motions of other origin in, human.npz out: one folder for each clip and person.

    Reads AMASS npz, BVH, our npz layout of clips, and the results of GVHMR, TRAM, WHAM, PromptHMR, 4D-Humans and
    SAM 3D Body. Nothing is written unless all files can be read.

    for example:
      genmimic import walk.bvh && genmimic retarget out/walk
      genmimic import outputs/demo/tennis/hmr4d_results.pt --fps 30
      genmimic import results/party --fps 25 --person 2
    """
    from genmimic.motion.files import save_human
    from genmimic.motion.importers import import_motion as read
    from genmimic.pipeline.progress import JsonLines

    if not files:
        raise InputError("No file was given; name one or more files to import.")
    motions: dict[Path, HumanMotion] = {}
    for file in files:
        with console.reporter(Manner(json=json)).stage(file.name, "import") as advance:
            found = read(file, fps=fps, progress=advance)
        for motion in found if person is None else [_one(file, found, person)]:
            folder = _folder(out, motion.name)
            if folder in motions:
                raise InputError(
                    f"{file}: a second motion would go to {folder}; import it to another folder with --out."
                )
            motions[folder] = motion
    for folder, motion in motions.items():
        path = folder / "human.npz"
        save_human(motion, path)
        if json:
            told = {"name": motion.name, "file": str(path), "frames": len(motion), "fps": motion.fps}
            JsonLines.emit("imported", {**told, "source": motion.source, "licence": motion.licence})
        else:
            print(f"{motion.name}: {len(motion)} frames at {motion.fps:g} fps, {motion.source}")
            print(f"  {path}", flush=True)


def _one(file: Path, motions: list[HumanMotion], person: int) -> HumanMotion:
    if not 1 <= person <= len(motions):
        raise InputError(f"{file}: has {len(motions)} motion(s), so there is no --person {person}.")
    return motions[person - 1]


def _folder(out: Path, name: str) -> Path:
    """Where a motion goes; a name from within a file must not lead elsewhere."""
    parts = [re.sub(r"[^\w.,+ -]", "_", part).lstrip(". ") or "_" for part in name.split("/")]
    return out.joinpath(*parts)
