"""What the commands print, for people or as JSON lines."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from genmimic.commands.options import Manner
from genmimic.pipeline.progress import JsonLines, Lines, Reporter, Silent, for_people


def reporter(manner: Manner, *, parallel: bool = False) -> Reporter:
    """The progress reporter that fits the options; bars of several processes would overwrite one another."""
    if manner.json:
        return JsonLines()
    if manner.quiet:
        return Silent()
    return Lines() if parallel else for_people()


def note(message: str) -> None:
    """One line of information on standard error."""
    print(f"genmimic: {message}", file=sys.stderr, flush=True)


def show_facts(facts: Mapping[str, Any], manner: Manner) -> None:
    """Tell what a command found or made, a line each."""
    if manner.json:
        JsonLines.emit("finished", facts)
    elif not manner.quiet:
        for key, value in facts.items():
            print(f"  {key:<32} {', '.join(map(str, value)) or 'none' if isinstance(value, list) else value}")


def show_result(result: Mapping[str, Any], manner: Manner) -> None:
    """Tell the outcome of one finished clip (`Result.to_json()`)."""
    if manner.json:
        JsonLines.emit("finished", result)
    elif not manner.quiet:
        seconds = sum(time for stage, time in result["seconds"].items() if stage not in result["reused"])
        print(f"{result['clip']}: {result['sentence']}")
        if result["sentence_student"]:
            print(f"  on its own sensors: {result['sentence_student']}")
        print(f"  {result['files'].get('report.html', '')}  ({seconds:.1f} s)", flush=True)


def show_stage(result: Mapping[str, Any], manner: Manner) -> None:
    """Tell the outcome of a single stage: its summary and its files."""
    if manner.json:
        JsonLines.emit("finished", result)
    elif not manner.quiet:
        _show_values(result["summary"], "  ")
        print("  " + "  ".join(result["files"].values()), flush=True)


def _show_values(values: Mapping[str, Any], indent: str) -> None:
    """A line for each value; what does not apply, such as the time of a fall that never came, is left out."""
    for key, value in values.items():
        name = key.replace("_", " ")
        if isinstance(value, Mapping):
            print(f"{indent}{name}")
            _show_values(value, indent + "  ")
        elif value not in (None, ""):
            print(f"{indent}{name:<32} {_short(value)}")


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return "; ".join(map(_short, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def show_failure(video: str, error: str, manner: Manner) -> None:
    """Tell that one clip of several failed."""
    emit_failure(video, error, manner)
    note(error)


def emit_failure(video: str, error: str | None, manner: Manner) -> None:
    """Tell programs that a clip failed; None for an error that is a bug and has a traceback."""
    if manner.json and error is not None:
        JsonLines.emit("failed", {"video": video, "error": error})
