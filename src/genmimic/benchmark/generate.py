"""Make the videos of GenMimicBench oneself: a command of the user's or a diffusers pipeline, video by video, resumable.

A first frame shows the subject from the view that the video is to have; the prompt says what to do. Frames are files
named wan-s1-front.png, ..., cosmos-s8.png (`frame_name`). Each finished video lies beside a JSON file that says what
made it; one whose prompt, frame, seed or maker changed is made again.
"""

from __future__ import annotations

import hashlib
import json
import shlex
import subprocess
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2

from genmimic.benchmark.prompts import build_prompt, require_rules
from genmimic.benchmark.taxonomy import Generator, Slot
from genmimic.errors import InputError
from genmimic.motion.files import atomic_path


@dataclass(frozen=True)
class VideoFormat:
    """What the paper's videos of a generator are like (C.2.2): 81 frames are 5.0 s, 93 frames 5.8 s."""

    width: int
    height: int
    frames: int
    fps: int = 16


FORMATS: dict[Generator, VideoFormat] = {
    "Wan2.1": VideoFormat(832, 480, 81),
    "Cosmos-Predict2": VideoFormat(768, 432, 93),
}
PICTURES = (".png", ".jpg", ".jpeg", ".webp")
PLACES = ("frame", "prompt", "out", "width", "height", "frames", "fps", "seed")
"""What a command may refer to in braces."""


@dataclass(frozen=True)
class Job:
    """One video to make."""

    slot: Slot
    frame: Path
    prompt: str
    seed: int

    @property
    def format(self) -> VideoFormat:
        """What the video should be like."""
        return FORMATS[self.slot.generator]


Maker = Callable[[Job, Path], None]
"""Makes a job's video at a path; raises `InputError` where it cannot."""


@dataclass(frozen=True)
class Outcome:
    """What became of a job: 'made', 'kept' from before or 'failed'; `note` says why, or what is odd about the video."""

    name: str
    state: str
    note: str = ""


def frame_name(slot: Slot) -> str:
    """Name, without its ending, of the first frame: one per subject and view."""
    return f"wan-{slot.subject.name}-{slot.view}" if slot.generator == "Wan2.1" else f"cosmos-{slot.subject.name}"


def plan(slots: Sequence[Slot], frames: Path, seed: int = 0) -> tuple[list[Job], list[str]]:
    """The jobs whose first frames there are.

    Returns:
        Jobs, and the names of frames that are missing.

    Raises:
        InputError: No frame fits any slot.
    """
    jobs, missing = [], dict[str, None]()
    for slot in slots:
        name = frame_name(slot)
        found = [frames / f"{name}{ending}" for ending in PICTURES if (frames / f"{name}{ending}").is_file()]
        if found:
            prompt = require_rules(build_prompt(slot))
            jobs.append(Job(slot, found[0], prompt, _seed(slot.name, seed)))
        else:
            missing[name] = None
    if not jobs:
        raise InputError(
            f"{frames}: holds none of the first frames {', '.join(list(missing)[:4])}, ... (.png or .jpg)."
        )
    return jobs, list(missing)


def command_maker(command: str, timeout: float = 7200.0) -> Maker:
    """A maker that runs a command, without a shell: prompts cannot run anything.

    Args:
        command: Words with {frame}, {prompt}, {out}, {width}, {height}, {frames}, {fps}, {seed} in them.
        timeout: Seconds until a video is given up.

    Raises:
        InputError: The command is empty, has unbalanced quotes or unknown braces, or does not say {out} and {prompt}.
    """
    try:
        words = shlex.split(command)
        for word in words:
            word.format(**dict.fromkeys(PLACES, ""))
    except (ValueError, KeyError, IndexError) as error:
        raise InputError(f"--command '{command}': is not understood ({error}); it may use {_braces()}.") from error
    if not words or "{out}" not in command or "{prompt}" not in command:
        raise InputError(f"--command '{command}': must say at least {{out}} and {{prompt}}; it may use {_braces()}.")

    def make(job: Job, out: Path) -> None:
        told = {**asdict(job.format), "frame": job.frame, "prompt": job.prompt, "out": out, "seed": job.seed}
        try:
            done = subprocess.run([w.format(**told) for w in words], capture_output=True, text=True, timeout=timeout)
        except FileNotFoundError as error:
            raise InputError(f"--command: there is no program '{words[0]}'; install it or give its path.") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InputError(f"{job.slot.name}: the command could not be run to its end ({error}).") from error
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["it says nothing"]
            raise InputError(f"{job.slot.name}: the command ended with code {done.returncode} ({said[0][:300]}).")

    return make


def generate(
    jobs: Sequence[Job],
    out: Path,
    maker: Maker,
    about: str,
    *,
    force: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> list[Outcome]:
    """Make the videos that are missing or stale; one that fails does not stop the others.

    Args:
        jobs: What to make.
        out: Folder: NAME.mp4 and NAME.json for each.
        maker: Makes one.
        about: What the maker is, kept in the JSON files: a change makes videos stale.
        force: Make all of them again.
        progress: Called with jobs done and jobs in all.

    Raises:
        InputError: The folder cannot be written.
    """
    outcomes: list[Outcome] = []
    for done, job in enumerate(jobs):
        if progress is not None:
            progress(done, len(jobs))
        outcomes.append(_one(job, out, maker, about, force))
    if progress is not None:
        progress(len(jobs), len(jobs))
    return outcomes


def _one(job: Job, out: Path, maker: Maker, about: str, force: bool) -> Outcome:
    video, record = out / f"{job.slot.name}.mp4", out / f"{job.slot.name}.json"
    recipe = {
        "name": job.slot.name,
        "generator": job.slot.generator,
        "prompt": job.prompt,
        "seed": job.seed,
        "frame_sha256": hashlib.sha256(job.frame.read_bytes()).hexdigest(),
        "made_by": about,
    }
    if not force and video.is_file() and _recorded(record) == recipe:
        return Outcome(job.slot.name, "kept")
    temporary = out / f".{video.stem}.{uuid.uuid4().hex[:8]}.mp4"  # ends in .mp4, since tools choose formats by it
    try:
        out.mkdir(parents=True, exist_ok=True)
        maker(job, temporary)
        seen = look(temporary)
        with suppress(FileNotFoundError):
            record.unlink()
        temporary.replace(video)
        with atomic_path(record) as path:
            path.write_text(json.dumps({**recipe, "video": seen}, indent=1), encoding="utf-8")
    except InputError as error:
        return Outcome(job.slot.name, "failed", str(error))
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    wanted = {**asdict(job.format)}
    odd = [f"{key} is {seen[key]:g}, the paper's {value}" for key, value in wanted.items() if round(seen[key]) != value]
    return Outcome(job.slot.name, "made", "; ".join(odd))


def look(video: Path) -> dict[str, float]:
    """Width, height, number and rate of the frames of a video.

    Raises:
        InputError: There is no video, or it cannot be decoded.
    """
    capture = cv2.VideoCapture(str(video))
    try:
        frames = 0
        while capture.isOpened() and capture.grab():
            frames += 1
        width, height, fps = (
            capture.get(key) for key in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT, cv2.CAP_PROP_FPS)
        )
    finally:
        capture.release()
    if not frames:
        raise InputError(f"{video.name}: is missing or no video; the maker must write an .mp4 to the path it is given.")
    return {"width": width, "height": height, "frames": float(frames), "fps": fps}


def _recorded(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return {key: value for key, value in content.items() if key != "video"} if isinstance(content, dict) else None


def _seed(name: str, seed: int) -> int:
    return int.from_bytes(hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=4).digest(), "big") >> 1


def _braces() -> str:
    return ", ".join(f"{{{place}}}" for place in PLACES)
