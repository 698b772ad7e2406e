"""The prompts of videos, from tables and text files beside them."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from genmimic.benchmark.hub import MANIFEST

_TABLES = (".csv", ".tsv", ".json", ".jsonl")
_PROMPTS = ("prompt", "caption", "text", "description", "instruction", "action")
_LARGEST_TABLE = 50_000_000


def find_prompts(folder: Path, videos: Sequence[Path]) -> tuple[dict[str, str], list[str]]:
    """The prompt of each video that some table or text file names, and what was left aside.

    Args:
        folder: The set's folder; tables are looked for in and below it.
        videos: The videos, in or below the folder.

    Returns:
        Prompts by the video's path within the folder, and a sentence on each file that told nothing.
    """
    names = [video.relative_to(folder).as_posix() for video in videos]
    stems = Counter(video.stem for video in videos)
    by_word = {name: name for name in names}
    by_word |= {video.name: name for video, name in zip(videos, names, strict=True) if stems[video.stem] == 1}
    by_word |= {video.stem: name for video, name in zip(videos, names, strict=True) if stems[video.stem] == 1}
    prompts: dict[str, str] = {}
    notes: list[str] = []
    for path in sorted(folder.rglob("*")):
        if path.name == MANIFEST or path.name.startswith("."):
            continue
        if path.suffix.lower() in (".parquet", ".arrow", ".tar", ".zip"):
            notes.append(
                f"{path.relative_to(folder)}: is not read here; unpack it or export it as CSV beside the videos."
            )
        elif path.suffix.lower() in _TABLES and path.stat().st_size < _LARGEST_TABLE:
            found = {by_word[key]: text for key, text in _told(path).items() if key in by_word}
            if not found:
                notes.append(f"{path.relative_to(folder)}: names no video with a prompt; it is left aside.")
            prompts |= found
    for video, name in zip(videos, names, strict=True):
        beside = video.with_suffix(".txt")
        if name not in prompts and beside.is_file():
            prompts[name] = beside.read_text(encoding="utf-8", errors="replace").strip()
    return prompts, notes


def _told(path: Path) -> dict[str, str]:
    """What a table says of files: text by every word of its row that may name a file."""
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix.lower() in (".csv", ".tsv"):
            rows: Any = list(csv.DictReader(text.splitlines(), delimiter="\t" if path.suffix == ".tsv" else ","))
        elif path.suffix.lower() == ".jsonl":
            rows = [json.loads(line) for line in text.splitlines() if line.strip()]
        else:
            rows = json.loads(text)
    except (ValueError, csv.Error):
        return {}
    if isinstance(rows, Mapping) and any(str(key).lower() in _PROMPTS for key in rows):
        rows = [rows]  # of one video, as `generate` leaves it beside each
    elif isinstance(rows, Mapping):
        flat = {str(key): value for key, value in rows.items() if isinstance(value, str)}
        if flat:
            return flat  # a plain object of file names and prompts
        rows = [{"file": key, **value} for key, value in rows.items() if isinstance(value, Mapping)]
    told: dict[str, str] = {}
    for row in rows if isinstance(rows, list) else []:
        if not isinstance(row, Mapping):
            continue
        words = {str(key).lower(): value for key, value in row.items() if isinstance(value, str)}
        prompt = next((words[key] for key in _PROMPTS if words.get(key)), "")
        if prompt:
            told |= {value: prompt for value in words.values() if value != prompt}
    return told
