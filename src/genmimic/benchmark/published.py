"""The published GenMimicBench: fetched once, on request, and read as far as its names and tables can be understood."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from genmimic.benchmark.hub import ENDPOINT, MANIFEST, Listing, RemoteFile, fetch_file, is_intact, list_files
from genmimic.benchmark.prompt_tables import find_prompts
from genmimic.benchmark.reading import Reading, read_words
from genmimic.benchmark.taxonomy import COUNTS, GENERATORS
from genmimic.errors import InputError
from genmimic.motion.files import atomic_path

REPO = "wlin21at/GenMimicBench"
VIDEOS = (".mp4", ".mov", ".avi", ".webm", ".mkv")


@dataclass(frozen=True)
class PublishedVideo:
    """One video of the published set and what is known of it."""

    path: Path
    name: str
    prompt: str
    reading: Reading


@dataclass(frozen=True)
class Published:
    """The set in a folder.

    Attributes:
        folder: Where it is.
        commit: Of the Hub; '' where the folder was not made by `download`.
        videos: Sorted by name.
        notes: What was not understood or does not agree with the paper, each as a sentence.
    """

    folder: Path
    commit: str
    videos: tuple[PublishedVideo, ...]
    notes: tuple[str, ...]


def download(
    folder: Path,
    *,
    repo: str = REPO,
    revision: str = "main",
    endpoint: str = ENDPOINT,
    progress: Callable[[int, int], None] | None = None,
) -> Listing:
    """Fetch the whole set into a folder; what is there and right stays, what was begun goes on.

    Args:
        folder: Where to.
        repo: Data set on the Hub.
        revision: Branch, tag or commit.
        endpoint: Address of the Hub or of a mirror.
        progress: Called with bytes done and bytes in all.

    Raises:
        InputError: No connection, no such data set, a wrong checksum, or the folder cannot be written.
    """
    listing = list_files(repo, revision, endpoint.rstrip("/"))
    if not listing.files:
        raise InputError(f"{repo}: holds no files; check --repo.")
    with atomic_path(folder / MANIFEST) as temporary:
        content = {"repo": repo, "commit": listing.commit, "files": [asdict(file) for file in listing.files]}
        temporary.write_text(json.dumps(content, indent=1), encoding="utf-8")
    total, done = sum(file.size for file in listing.files), 0

    for file in listing.files:
        arrived = 0

        def more(count: int) -> None:
            nonlocal arrived
            arrived = min(arrived + count, file.size)  # noqa: B023  # called within this turn of the loop
            if progress is not None:
                progress(done + arrived, total)  # noqa: B023

        fetch_file(listing, file, folder, endpoint.rstrip("/"), more)
        done += file.size
        if progress is not None:
            progress(done, total)
    return listing


def load_published(folder: Path, *, verify: bool = False) -> Published:
    """Read a folder of the published set, however it came there.

    Args:
        folder: With the videos in it or below it.
        verify: Also check every file against the checksums that `download` noted.

    Raises:
        InputError: There is no video, a file is damaged or missing, or its list of files is not readable.
    """
    paths = videos_below(folder)
    if not paths:
        raise InputError(f"{folder}: holds no videos; fetch them with genmimic bench download --out {folder}.")
    listing = _manifest(folder)
    if verify:
        _verify(folder, listing)
    prompts, notes = find_prompts(folder, paths)
    videos = []
    for path in paths:
        name = path.relative_to(folder).as_posix()
        prompt = prompts.get(name, "")
        videos.append(PublishedVideo(path, name, prompt, read_words(name, prompt)))
    return Published(folder, listing.commit if listing else "", tuple(videos), (*notes, *_oddities(videos)))


def videos_below(folder: Path) -> list[Path]:
    """All videos in a folder and below it, sorted."""
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in VIDEOS and not p.name.startswith("."))


def _verify(folder: Path, listing: Listing | None) -> None:
    if listing is None:
        raise InputError(f"{folder}: lacks {MANIFEST}, so there are no checksums to check against; download it again.")
    for file in listing.files:
        path = folder / file.path
        if not path.is_file() or not is_intact(path, file):
            raise InputError(f"{path}: is missing or damaged; run genmimic bench download --out {folder} again.")


def _manifest(folder: Path) -> Listing | None:
    path = folder / MANIFEST
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Listing(content["repo"], content["commit"], tuple(RemoteFile(**file) for file in content["files"]))
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: is not readable ({error}); run genmimic bench download again.") from error


def _oddities(videos: list[PublishedVideo]) -> list[str]:
    """Where the set is not what the paper says, and what no words told."""
    notes = []
    counts = Counter(video.reading.generator for video in videos)
    expected = sum(COUNTS.values())
    if len(videos) != expected:
        notes.append(f"{len(videos)} videos, where the paper has {expected}.")
    for generator in GENERATORS:
        if counts[generator] != COUNTS[generator]:
            notes.append(
                f"{counts[generator]} videos are {generator}'s by their names; the paper has {COUNTS[generator]}."
            )
    wan = [video for video in videos if video.reading.generator == "Wan2.1"]
    for field, among in (("generator", videos), ("subject", videos), ("view", wan), ("action", videos)):
        unknown = [video.name for video in among if not getattr(video.reading, field)]
        if unknown:
            some = ", ".join(unknown[:3]) + (", ..." if len(unknown) > 3 else "")
            notes.append(f"the {field} of {len(unknown)} videos was not understood ({some}).")
    return notes
