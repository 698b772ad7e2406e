"""From a video to a report: `genmimic.run`."""

from __future__ import annotations

import json
from pathlib import Path, PurePath
from typing import Any

from genmimic.errors import InputError
from genmimic.pipeline import policies
from genmimic.pipeline.execute import execute
from genmimic.pipeline.progress import Reporter, Silent, for_people
from genmimic.pipeline.result import Result
from genmimic.pipeline.settings import Settings
from genmimic.pipeline.stages import STAGES
from genmimic.pipeline.verdict import Verdict


def run(
    video: str | Path,
    out: str | Path = "out",
    *,
    name: str | None = None,
    subfolder: str = "",
    force: bool = False,
    progress: bool | Reporter = False,
    **settings: Any,
) -> Result:
    """Turn a video of a person into a motion of a simulated Unitree G1, with files, figures and a verdict.

    Stages that have run before on the same video with the same settings are reused.

    Args:
        video: The video file.
        out: Results go to the folder `out/name`.
        name: Clip name; the file's name without its ending by default.
        subfolder: Results go to `out/subfolder/name` and the clip is named 'subfolder/name', so that videos of one
            name in several folders can be told apart.
        force: Run every stage again.
        progress: True for bars on standard error, or a reporter of your own (`pipeline.progress.Reporter`).
        **settings: Fields of `pipeline.settings.Settings`: start, end (seconds), crop (x, y, width, height in
            pixels), fps (of the content), person, height (metres), focal (pixels), controller ("policy" or "gantry"),
            policy ("teacher", "student" or an ONNX file; both by default), friction, motor_strength, delay_steps,
            noise, seed, dof (29 or 23, the joint columns of reference.csv), render (False: no video.mp4).

    Returns:
        The result; its motions are read from the files on first use.

    Raises:
        InputError: The video or a setting is at fault; the message says how to mend it.
        OSError: The output folder cannot be written.
    """
    chosen = Settings(**settings)
    source = Path(video)
    if not source.is_file():
        raise InputError(f"{source}: {'a folder, expected a video file' if source.is_dir() else 'no such file'}.")
    clip = clip_name(source, name, subfolder)
    folder = Path(out) / clip
    stages = [stage for stage in STAGES if chosen.render or stage.name != "video"]
    reporter = progress if not isinstance(progress, bool) else for_people() if progress else Silent()
    ledger, reused = execute(
        stages,
        name=clip,
        folder=folder,
        sources={"video": source, **policies.sources(chosen)},
        settings=chosen,
        reporter=reporter,
        force=force,
        pipeline=STAGES,
    )
    metrics = json.loads((folder / "metrics.json").read_text())
    return Result(
        name=clip,
        folder=folder,
        paths={file: folder / file for stage in stages for file in ledger.records[stage.name].outputs},
        metrics=metrics,
        verdict=Verdict(**metrics["verdict"]),
        verdict_student=Verdict(**metrics["verdict_student"]) if "verdict_student" in metrics else None,
        timings={stage.name: ledger.records[stage.name].seconds for stage in stages},
        reused=reused,
    )


def clip_name(video: Path, name: str | None = None, subfolder: str = "") -> str:
    """The clip's name and that of its output folder: the user's, or the video's without its ending, in a sub-folder.

    Raises:
        InputError: The name would lead out of the output folder, or into a folder of it that is not `subfolder`.
    """
    if subfolder and (PurePath(subfolder).is_absolute() or ".." in PurePath(subfolder).parts):
        raise InputError(f"subfolder '{subfolder}' leads out of the output folder; leave out '..' and a leading slash.")
    if name is None:
        name = video.stem
    elif name != name.strip() or name in ("", ".", "..") or any(separator in name for separator in "/\\"):
        raise InputError(f"--name '{name}' is no folder name; leave out slashes and spaces at its ends.")
    return PurePath(subfolder, name).as_posix()
