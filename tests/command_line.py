"""The command line as a process of its own, and what a good refusal looks like."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

COMMAND = (sys.executable, "-m", "genmimic")


def genmimic(*arguments: str | Path, cwd: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run `genmimic ARGUMENTS` and wait for it."""
    words = [*COMMAND, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, cwd=cwd, timeout=300, **options)


def sentences(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What it said on standard error, line by line, without progress bars."""
    return [line for line in done.stderr.splitlines() if line.startswith("genmimic: ")]


def assert_refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """Exit code 2, one sentence that holds all `words`, no traceback."""
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    said = sentences(done)
    assert len(said) == 1, done.stderr
    assert said[0].endswith("."), said[0]
    for word in words:
        assert word in said[0], said[0]


def interrupt_at_stage(
    stage: str, *arguments: str | Path, cwd: Path, by: signal.Signals = signal.SIGINT
) -> tuple[int, str]:
    """Run `genmimic ARGUMENTS --json`, press Ctrl-C (or send another signal) when `stage` starts.

    Returns:
        Exit code and standard error.
    """
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        start_new_session=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if '"stage_started"' in line and f'"{stage}"' in line:
            # a terminal sends Ctrl-C to the whole process group
            os.killpg(process.pid, by)
            break
    _, errors = process.communicate(timeout=120)
    return process.returncode, errors
