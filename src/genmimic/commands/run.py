"""`genmimic run`."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genmimic.commands import console
from genmimic.commands.options import (
    Controller,
    Crop,
    Dof,
    End,
    Force,
    Height,
    Jobs,
    Json,
    Name,
    Out,
    Person,
    Policy,
    Quiet,
    RenderVideo,
    Start,
    Videos,
)
from genmimic.errors import InputError


@dataclass(frozen=True)
class _Work:
    """Runs one video; a class and not a closure, so that it can be sent to another process."""

    out: Path
    name: str | None
    force: bool
    settings: dict[str, Any]
    quiet: bool
    json: bool

    def __call__(self, video: Path) -> dict[str, Any]:
        from genmimic.pipeline.run import run as run_pipeline

        progress = console.reporter(quiet=self.quiet, json=self.json)
        result = run_pipeline(video, self.out, name=self.name, force=self.force, progress=progress, **self.settings)
        return result.to_json()


def run(
    videos: Videos = (),
    /,
    *,
    out: Out = Path("out"),
    name: Name = None,
    start: Start = None,
    end: End = None,
    crop: Crop = None,
    person: Person = None,
    height: Height = None,
    controller: Controller = "gantry",
    policy: Policy = None,
    dof: Dof = 29,
    video: RenderVideo = True,
    jobs: Jobs = 1,
    force: Force = False,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Video in; robot motion, side-by-side video and report out.

    for example:
      genmimic run                       # the embedded example
      genmimic run clip.mp4 --start 2 --end 7.5
      genmimic run clips/ --jobs 2 --no-video
      genmimic run clip.mp4 --json
    """
    from genmimic.pipeline.batch import find_videos, run_all
    from genmimic.pipeline.settings import Settings

    settings = Settings(start, end, crop, person, height, controller, policy, dof, render=video)
    files = find_videos([_existing(path) for path in videos] or [_default_example()])
    if name is not None and len(files) > 1:
        raise InputError(f"--name '{name}' would be shared by {len(files)} videos; use it with one.")
    if jobs < 1:
        raise InputError(f"--jobs is {jobs}, expected 1 or more.")
    fields = {field.name: getattr(settings, field.name) for field in dataclasses.fields(settings)}
    parallel = jobs > 1 and len(files) > 1
    work = _Work(out, name, force, fields, quiet=quiet or parallel, json=json)
    if len(files) == 1:
        console.show_result(work(files[0]), quiet=quiet, json=json)
        return 0

    failures: list[str] = []
    bug = False
    for outcome in run_all(files, work, jobs=jobs):
        if outcome.result is not None:
            console.show_result(outcome.result, quiet=quiet, json=json)
        else:
            console.show_failure(str(outcome.video), outcome.error or "", json=json)
            failures.append(outcome.video.name)
            bug |= outcome.bug
    if failures:
        console.note(f"{len(failures)} of {len(files)} videos failed: {', '.join(failures)}.")
    return 1 if bug else 2 if failures else 0


def _default_example() -> Path:
    from genmimic.pipeline.example import example_video

    found = example_video()
    if found is None:
        raise InputError("the embedded example video is missing from this installation; name a video file.")
    console.note(f"no video given: running the embedded example {found}.")
    return found


def _existing(path: Path) -> Path:
    """The path itself, or for the README's example the embedded copy where there is no checkout."""
    from genmimic.pipeline.example import EXAMPLE, example_video

    if path.exists() or path != EXAMPLE:
        return path
    found = example_video()
    if found is not None:
        console.note(f"{path} is not here: running the embedded copy.")
    return found or path
