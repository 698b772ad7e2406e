"""The embedded example video, so that `genmimic run` works on a fresh machine without any file."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

EXAMPLE = Path("examples/wave.mp4")
"""Where the README finds the example: in the repository."""


def example_video() -> Path | None:
    """Path of the example: beside the sources in a checkout, else inside the installed package; None without one."""
    package = Path(str(resources.files("genmimic")))
    for candidate in (package.parents[1] / EXAMPLE, package / "assets" / EXAMPLE.name):
        if candidate.is_file():
            return candidate
    return None
