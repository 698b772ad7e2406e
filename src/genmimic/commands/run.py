"""`genmimic run`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from genmimic.commands import console
from genmimic.commands.options import (
    Dof,
    FootageOptions,
    Jobs,
    Manner,
    MannerOptions,
    Name,
    Out,
    RenderVideo,
    SimulationOptions,
    Videos,
)
from genmimic.errors import InputError


@dataclass(frozen=True)
class _Work:
    """Runs one video; a class and not a closure, so that it can be sent to another process."""

    out: Path
    name: str | None
    settings: dict[str, Any]
    manner: Manner
    parallel: bool

    def __call__(self, video: Path) -> dict[str, Any]:
        from genmimic.pipeline.run import run as run_pipeline

        progress, force = console.reporter(self.manner, parallel=self.parallel), self.manner.force
        return run_pipeline(video, self.out, name=self.name, force=force, progress=progress, **self.settings).to_json()


def run(
    videos: Videos = (),
    /,
    *,
    out: Out = Path("out"),
    name: Name = None,
    footage: FootageOptions,
    simulation: SimulationOptions,
    dof: Dof = 29,
    video: RenderVideo = True,
    jobs: Jobs = 1,
    manner: MannerOptions,
) -> int:
    """Video in; robot motion, side-by-side video and report out.

    robot.npz holds the teacher's trajectory, robot_student.npz what the robot would do on its own sensors.

    for example:
      genmimic run                       # the embedded example
      genmimic run clip.mp4 --start 2 --end 7.5
      genmimic run slow_motion.mp4 --fps 120
      genmimic run clips/ --jobs 2 --no-video
      genmimic run clip.mp4 --policy student
      genmimic run clip.mp4 --controller gantry
      genmimic run clip.mp4 --json
    """
    from genmimic.pipeline import policies
    from genmimic.pipeline.batch import find_videos, run_all
    from genmimic.pipeline.execute import remove_if_empty
    from genmimic.pipeline.output_errors import explain
    from genmimic.pipeline.settings import Settings

    settings = asdict(footage) | asdict(simulation) | {"dof": dof, "render": video}
    chosen = Settings(**settings)  # refuses what is out of range before any video is looked for
    policies.sources(chosen)
    files = find_videos([_existing(path) for path in videos] or [_default_example()])
    if name is not None and len(files) > 1:
        raise InputError(f"--name '{name}' would be shared by {len(files)} videos; use it with one.")
    if jobs < 1:
        raise InputError(f"--jobs is {jobs}, expected 1 or more.")
    if missing := policies.remark(chosen):
        console.note(missing)
    if len(files) == 1:
        try:
            console.show_result(_Work(out, name, settings, manner, parallel=False)(files[0]), manner)
        except Exception as error:
            console.emit_failure(str(files[0]), explain(error), manner)
            raise  # `cli.main` tells people
        return 0

    work = _Work(out, name, settings, manner, parallel=jobs > 1)
    failures: list[str] = []
    bug = False
    fresh = not out.exists()
    try:
        for outcome in run_all(files, work, jobs=jobs):
            if outcome.result is not None:
                console.show_result(outcome.result, manner)
            else:
                console.show_failure(str(outcome.video), outcome.error or "", manner)
                failures.append(outcome.video.name)
                bug |= outcome.bug
    finally:  # an interrupted process cannot tell whether another one still needs the folder
        if fresh:
            remove_if_empty(out)
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
