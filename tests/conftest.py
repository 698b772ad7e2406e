"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The project's shared data, which is not part of the repository: $GENMIMIC_SHARED, or `shared` beside it."""
    root = os.environ.get("GENMIMIC_SHARED")
    folder = Path(root) if root else Path(__file__).resolve().parents[2] / "shared"
    if not (folder / "videos").is_dir():
        pytest.skip(f"the shared data is not here ({folder}); set GENMIMIC_SHARED to its folder")
    return folder


@pytest.fixture(scope="session")
def example_video() -> Path:
    """The embedded example clip."""
    from genmimic.pipeline.example import example_video

    path = example_video()
    assert path is not None, "examples/wave.mp4 is missing; make it with examples/make_example.py"
    return path
