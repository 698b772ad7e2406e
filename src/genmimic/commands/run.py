"""`genmimic run`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from genmimic.benchmark.origin import Origin


@dataclass(frozen=True)
class _Work:
    """Runs one video; a class and not a closure, so that it can be sent to another process."""

    out: Path
    name: str | None
    settings: dict[str, Any]
    manner: Manner
    parallel: bool
    subfolders: Mapping[Path, str]
    origins: Mapping[Path, Origin]

    def __call__(self, video: Path) -> dict[str, Any]:
        from genmimic.benchmark.origin import save_origin
        from genmimic.pipeline.run import run as run_pipeline

        result = run_pipeline(
            video,
            self.out,
            name=self.name,
            subfolder="" if self.name else self.subfolders[video],
            force=self.manner.force,
            progress=console.reporter(self.manner, parallel=self.parallel),
            **self.settings,
        )
        save_origin(result.folder, self.origins.get(video))
        return result.to_json()


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

    robot.npz holds the teacher's trajectory, robot_student.npz what the robot would do on its own sensors. A folder
    stands for all videos in it and below it; results keep its sub-folders.

    for example:
      genmimic run                       # the embedded example
      genmimic run clip.mp4 --start 2 --end 7.5
      genmimic run slow_motion.mp4 --fps 120
      genmimic run clips/ --jobs 2 --no-video
      genmimic run clip.mp4 --policy student
      genmimic run clip.mp4 --controller gantry
      genmimic run clip.mp4 --json
    """
    from genmimic.benchmark.origin import find_origins
    from genmimic.pipeline import policies
    from genmimic.pipeline.batch import run_all
    from genmimic.pipeline.execute import remove_if_empty
    from genmimic.pipeline.find import find_videos
    from genmimic.pipeline.output_errors import explain
    from genmimic.pipeline.settings import Settings

    settings = asdict(footage) | asdict(simulation) | {"dof": dof, "render": video}
    chosen = Settings(**settings)  # refuses what is out of range before any video is looked for
    policies.sources(chosen)
    found = find_videos([_existing(path) for path in videos] or [_default_example()])
    files = [video.path for video in found]
    if name is not None and len(files) > 1:
        raise InputError(f"--name '{name}' would be shared by {len(files)} videos; use it with one.")
    if jobs < 1:
        raise InputError(f"--jobs is {jobs}, expected 1 or more.")
    if missing := policies.remark(chosen):
        console.note(missing)
    where = {video.path: video.subfolder for video in found}
    work = _Work(out, name, settings, manner, len(files) > 1 and jobs > 1, where, find_origins(found))
    if len(files) == 1:
        try:
            console.show_result(work(files[0]), manner)
        except Exception as error:
            console.emit_failure(str(files[0]), explain(error), manner)
            raise  # `cli.main` tells people
        return 0

    failures: list[str] = []
    bug = False
    fresh = not out.exists()
    try:
        for outcome in run_all(files, work, jobs=jobs):
            if outcome.result is not None:
                console.show_result(outcome.result, manner)
            else:
                console.show_failure(str(outcome.video), outcome.error or "", manner)
                failures.append(f"{where[outcome.video]}/{outcome.video.name}".lstrip("/"))
                bug |= outcome.bug
    finally:  # an interrupted process cannot tell whether another one still needs the folder
        if fresh:
            for place, _, _ in os.walk(out, topdown=False):
                remove_if_empty(Path(place))
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
