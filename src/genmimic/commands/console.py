"""What the commands print, for people or as JSON lines."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from genmimic.pipeline.progress import JsonLines, Reporter, Silent, for_people


def reporter(*, quiet: bool, json: bool) -> Reporter:
    """The progress reporter that fits the options."""
    return JsonLines() if json else Silent() if quiet else for_people()


def note(message: str) -> None:
    """One line of information on standard error."""
    print(f"genmimic: {message}", file=sys.stderr, flush=True)


def show_result(result: Mapping[str, Any], *, quiet: bool, json: bool) -> None:
    """Tell the outcome of one finished clip (`Result.to_json()`)."""
    if json:
        JsonLines.emit("finished", result)
    elif not quiet:
        seconds = sum(result["seconds"].values())
        print(f"{result['clip']}: {result['sentence']}")
        print(f"  {result['files'].get('report.html', '')}  ({seconds:.1f} s)", flush=True)


def show_stage(result: Mapping[str, Any], *, quiet: bool, json: bool) -> None:
    """Tell the outcome of a single stage: its summary and its files."""
    if json:
        JsonLines.emit("finished", result)
    elif not quiet:
        for key, value in result["summary"].items():
            print(f"  {key.replace('_', ' '):<32} {_short(value)}")
        print("  " + "  ".join(result["files"].values()), flush=True)


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return "; ".join(map(_short, value)) or "none"
    return "unknown" if value is None else str(value)


def show_failure(video: str, error: str, *, json: bool) -> None:
    """Tell that one clip of several failed."""
    if json:
        JsonLines.emit("failed", {"video": video, "error": error})
    note(error)
