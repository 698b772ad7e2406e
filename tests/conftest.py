"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from command_line import genmimic


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


@pytest.fixture(scope="session")
def finished_run(example_video: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Output folder of one run on the example, on a gantry, as no test depends on policies; copy it to change it."""
    folder = tmp_path_factory.mktemp("run")
    done = genmimic("run", example_video, "--controller", "gantry", "--out", folder, "--quiet", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / example_video.stem
