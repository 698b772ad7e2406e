"""How many cores this process may keep busy."""

from __future__ import annotations

import os

SHARE = "GENMIMIC_CORES"
"""Environment variable that limits a process, and those that it starts, to fewer cores than the machine has."""


def usable_cores() -> int:
    """Cores that the scheduler allows, at most those that the environment variable `SHARE` grants; at least 1."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    granted = os.environ.get(SHARE, "")
    return max(1, min(cores, int(granted))) if granted.isdecimal() else cores
