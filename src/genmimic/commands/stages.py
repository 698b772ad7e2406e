"""`genmimic reconstruct`, `retarget` and `simulate`: each stage alone, on the files of the one before it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from genmimic.commands import console
from genmimic.commands.options import (
    Controller,
    Crop,
    Dof,
    End,
    Folder,
    Force,
    Height,
    HumanFile,
    Json,
    Name,
    Out,
    Person,
    Policy,
    Quiet,
    ReferenceFile,
    Start,
    Video,
)
from genmimic.errors import InputError
from genmimic.pipeline.settings import Settings


def reconstruct(
    video: Video,
    /,
    *,
    out: Out = Path("out"),
    name: Name = None,
    start: Start = None,
    end: End = None,
    crop: Crop = None,
    person: Person = None,
    height: Height = None,
    force: Force = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Stage 1a: video in, 3D motion of the person out.

    Writes human.npz and human_amass.npz to DIR/NAME.

    for example:
      genmimic reconstruct clip.mp4
      genmimic reconstruct party.mp4 --person 2 --height 1.80
    """
    if not video.is_file():
        raise InputError(f"{video}: {'a folder, expected a video file' if video.is_dir() else 'no such file'}.")
    settings = Settings(start=start, end=end, crop=crop, person=person, height=height)
    clip = name or video.stem
    _run_stage("reconstruct", clip, out / clip, {"video": video}, settings, force=force, quiet=quiet, json=json)


def retarget(
    human: HumanFile,
    /,
    *,
    out: Folder = None,
    dof: Dof = 29,
    force: Force = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Stage 1b: human motion in, robot reference out.

    Writes reference.npz and reference.csv.

    for example:
      genmimic retarget out/wave/human.npz
      genmimic retarget out/wave --dof 23 --out elsewhere
    """
    _run_on_file("retarget", human, "human.npz", out, Settings(dof=dof), force=force, quiet=quiet, json=json)


def simulate(
    reference: ReferenceFile,
    /,
    *,
    out: Folder = None,
    controller: Controller = "gantry",
    policy: Policy = None,
    force: Force = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Stage 2: robot reference in, what the simulated robot did out.

    Writes robot.npz and metrics.json.

    for example:
      genmimic simulate out/wave/reference.npz
      genmimic simulate out/wave --controller policy --policy student.onnx
    """
    settings = Settings(controller=controller, policy=policy)
    _run_on_file("simulate", reference, "reference.npz", out, settings, force=force, quiet=quiet, json=json)


def _run_on_file(stage: str, path: Path, file_name: str, out: Path | None, settings: Settings, **options: bool) -> None:
    """Run a stage on a file of the stage before it, or on the folder that holds it."""
    file = path / file_name if path.is_dir() else path
    if not file.is_file():
        raise InputError(f"{file}: no such file; it is what the stage before '{stage}' writes.")
    clip = (file.resolve().parent.name if file.name == file_name else file.stem) or stage
    _run_stage(stage, clip, out or file.parent, {file_name: file}, settings, **options)


def _run_stage(
    name: str,
    clip: str,
    folder: Path,
    sources: dict[str, Path],
    settings: Settings,
    *,
    force: bool,
    quiet: bool,
    json: bool,
) -> None:
    from genmimic.pipeline.execute import execute
    from genmimic.pipeline.stages import STAGES

    (stage,) = (stage for stage in STAGES if stage.name == name)
    ledger, reused = execute(
        [stage],
        name=clip,
        folder=folder,
        sources=sources,
        settings=settings,
        reporter=console.reporter(quiet=quiet, json=json),
        force=force,
        pipeline=STAGES,
    )
    record = ledger.records[name]
    result: dict[str, Any] = {
        "clip": clip,
        "stage": name,
        "files": {file: str(folder / file) for file in stage.outputs},
        "summary": dict(record.summary),
        "seconds": {name: record.seconds},
        "reused": list(reused),
    }
    console.show_stage(result, quiet=quiet, json=json)
