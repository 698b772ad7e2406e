"""Which videos the user means: files, and folders with all that lies below them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from genmimic.errors import InputError
from genmimic.pipeline import ledger

VIDEO_ENDINGS = frozenset((".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v", ".mpg", ".mpeg", ".gif", ".wmv", ".3gp"))
_RESULTS = {ledger.FILE_NAME, "results.json"}
"""Files by which a folder of results is known, of a run or an evaluation: the videos in it are none to run."""


@dataclass(frozen=True)
class FoundVideo:
    """A video, and by which folder it was found.

    Attributes:
        path: The file.
        folder: The folder above it that the user named; None where the file itself was named.
    """

    path: Path
    folder: Path | None = None

    @property
    def subfolder(self) -> str:
        """Where below that folder it lies, 'a/b'; '' for right in it, and for a file that was named."""
        found = "" if self.folder is None else self.path.parent.relative_to(self.folder).as_posix()
        return "" if found == "." else found

    @property
    def clip(self) -> str:
        """Name of its clip and output folder: sub-folders, and its name without the ending."""
        return f"{self.subfolder}/{self.path.stem}".lstrip("/")


def find_videos(paths: Iterable[Path]) -> list[FoundVideo]:
    """Replace folders by the videos in and below them, sorted; a video named twice counts once.

    Hidden folders, and folders of results below those named, are left out.

    Raises:
        InputError: A folder holds no video, or two videos would share an output folder.
    """
    videos: list[FoundVideo] = []
    for path in paths:
        if not path.is_dir():
            videos.append(FoundVideo(path))
            continue
        inside = sorted(_below(path))
        if not inside:
            raise InputError(
                f"{path}: no video in this folder or below it; looked for {', '.join(sorted(VIDEO_ENDINGS))}."
            )
        videos += [FoundVideo(video, path) for video in inside]
    by_file: dict[str, FoundVideo] = {}
    for video in videos:  # not resolved: a download may hold links, of two names, to one file
        by_file.setdefault(os.path.abspath(video.path), video)
    by_clip: dict[str, FoundVideo] = {}
    for video in by_file.values():
        other = by_clip.setdefault(video.clip, video)
        if other.path.resolve() != video.path.resolve():
            raise InputError(
                f"{video.path} and {other.path} would both write to a folder named '{video.clip}'; name a folder "
                "above both instead, or run one of them with --name."
            )
    return list(by_clip.values())


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        if Path(place) != folder and _RESULTS & {*files}:
            folders.clear()
            continue
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = (Path(place) / name for name in files)
        yield from (path for path in paths if path.suffix.lower() in VIDEO_ENDINGS and path.is_file())
