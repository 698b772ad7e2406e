"""source.json: which video of a set a run was made from, so that its motion is grouped as the video is."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from genmimic.benchmark.hub import MANIFEST
from genmimic.benchmark.prompt_tables import find_prompts
from genmimic.benchmark.published import videos_below
from genmimic.benchmark.reading import read_words
from genmimic.errors import InputError
from genmimic.motion.files import atomic_path
from genmimic.pipeline.find import FoundVideo

FILE_NAME = "source.json"


@dataclass(frozen=True)
class Origin:
    """A video as one of a set.

    Attributes:
        video: Its path within the set's folder.
        prompt: What it was generated from; '' where no table or text file beside it says so.
    """

    video: str
    prompt: str = ""

    def tags(self) -> dict[str, str]:
        """What path and prompt tell, by the headings that the packaged benchmark has; what is open is left out.

        Without a generator or a prompt a video is somebody's own, and nothing is read into its name.
        """
        reading = read_words(self.video, self.prompt)
        if not reading.generator and not self.prompt:
            return {}
        found = {
            "group": reading.category or reading.generator,
            "category": reading.category,
            "action": reading.action,
            "table 2": reading.table2,
            "view": reading.view,
            "generator": reading.generator,
            # both halves count their subjects from one
            "subject": f"{reading.generator} {reading.subject}".strip() if reading.subject else "",
        }
        return {tag: value for tag, value in found.items() if value}


def find_origins(videos: Sequence[FoundVideo]) -> dict[Path, Origin]:
    """The origin of each video that was found in a folder or lies in a download, if it tells anything.

    A set's folder is the one above the video that `genmimic bench download` wrote to, else the one that the user named.
    """
    of_set: dict[Path, list[Path]] = {}
    for video in videos:
        folder = _download_above(video.path) or video.folder
        if folder is not None:
            of_set.setdefault(folder, []).append(video.path)
    every = (pair for folder, paths in of_set.items() for pair in _in_set(folder, paths))
    return {path: origin for path, origin in every if origin.tags()}


def save_origin(folder: Path, origin: Origin | None) -> None:
    """Write source.json into a run's folder; None removes that of an earlier video.

    Raises:
        InputError: The file cannot be written.
    """
    if origin is None:
        (folder / FILE_NAME).unlink(missing_ok=True)
        return
    with atomic_path(folder / FILE_NAME) as temporary:
        temporary.write_text(json.dumps(asdict(origin), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load_origin(folder: Path) -> Origin | None:
    """Read source.json of a run's folder; None where there is none.

    Raises:
        InputError: It is damaged.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Origin(video=str(content["video"]), prompt=str(content["prompt"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: is not readable ({error!r}); run the video again, or remove the file.") from error


def _download_above(video: Path) -> Path | None:
    return next((folder for folder in _absolute(video).parents if (folder / MANIFEST).is_file()), None)


def _in_set(folder: Path, videos: Sequence[Path]) -> Iterable[tuple[Path, Origin]]:
    root = _absolute(folder)
    paths = {video: _absolute(video) for video in videos}
    # all of the set's, as a table may name them by what is unique in all of it only
    prompts, _ = find_prompts(root, sorted({*paths.values(), *videos_below(root)}))
    names = {video: path.relative_to(root).as_posix() for video, path in paths.items()}
    return [(video, Origin(name, prompts.get(name, ""))) for video, name in names.items()]


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # without following links, unlike Path.resolve
