"""`genmimic reconstruct`, `retarget` and `simulate`: each stage alone, on the files of the one before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from genmimic.commands import console
from genmimic.commands.options import (
    Dof,
    Folder,
    FootageOptions,
    HumanFile,
    Manner,
    MannerOptions,
    Name,
    Out,
    ReferenceFile,
    SimulationOptions,
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
    footage: FootageOptions,
    manner: MannerOptions,
) -> None:
    """Stage 1a: video in, 3D motion of the person out.

    Writes human.npz and human_amass.npz to DIR/NAME.

    for example:
      genmimic reconstruct clip.mp4
      genmimic reconstruct party.mp4 --person 2 --height 1.80
      genmimic reconstruct phone.mp4 --focal 1650
    """
    from genmimic.pipeline.run import clip_name

    if not video.is_file():
        raise InputError(f"{video}: {'a folder, expected a video file' if video.is_dir() else 'no such file'}.")
    clip = clip_name(video, name)
    _run_stage("reconstruct", clip, out / clip, {"video": video}, Settings(**asdict(footage)), manner)


def retarget(
    human: HumanFile,
    /,
    *,
    out: Folder = None,
    dof: Dof = 29,
    manner: MannerOptions,
) -> None:
    """Stage 1b: human motion in, robot reference out.

    Writes reference.npz and reference.csv.

    for example:
      genmimic retarget out/wave/human.npz
      genmimic retarget out/wave --dof 23 --out elsewhere
    """
    _run_on_file("retarget", human, "human.npz", out, Settings(dof=dof), manner)


def simulate(
    reference: ReferenceFile,
    /,
    *,
    out: Folder = None,
    simulation: SimulationOptions,
    manner: MannerOptions,
) -> None:
    """Stage 2: robot reference in, what the simulated robot did out.

    Writes robot.npz (by default the teacher's trajectory), robot_student.npz (what the robot would do on its own
    sensors; with several policies only) and metrics.json.

    for example:
      genmimic simulate out/wave/reference.npz
      genmimic simulate out/wave --delay-steps 1 --friction 0.5 --out slippery
      genmimic simulate out/wave --policy student.onnx
      genmimic simulate out/wave --controller gantry
    """
    from genmimic.pipeline import policies

    settings = Settings(**asdict(simulation))
    if missing := policies.remark(settings):
        console.note(missing)
    _run_on_file("simulate", reference, "reference.npz", out, settings, manner, policies.sources(settings))


def _run_on_file(
    stage: str,
    path: Path,
    file_name: str,
    out: Path | None,
    settings: Settings,
    manner: Manner,
    sources: Mapping[str, Path] | None = None,
) -> None:
    """Run a stage on a file of the stage before it, or on the folder that holds it."""
    file = path / file_name if path.is_dir() else path
    if not file.is_file():
        raise InputError(f"{file}: no such file; it is what the stage before '{stage}' writes.")
    clip = (file.resolve().parent.name if file.name == file_name else file.stem) or stage
    _run_stage(stage, clip, out or file.parent, {file_name: file, **(sources or {})}, settings, manner)


def _run_stage(
    name: str,
    clip: str,
    folder: Path,
    sources: dict[str, Path],
    settings: Settings,
    manner: Manner,
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
        reporter=console.reporter(manner),
        force=manner.force,
        pipeline=STAGES,
    )
    record = ledger.records[name]
    result: dict[str, Any] = {
        "clip": clip,
        "stage": name,
        "files": {file: str(folder / file) for file in record.outputs},
        "summary": dict(record.summary),
        "seconds": {name: record.seconds},
        "reused": list(reused),
    }
    console.show_stage(result, manner)
