"""The policies that come with the package, and which of them a run rolls out."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from genmimic.errors import InputError
from genmimic.pipeline.settings import Settings

FOLDER = Path(str(resources.files("genmimic"))) / "assets" / "policies"
NAMES = ("teacher", "student")
"""The teacher knows the simulator's state, the student has a robot's sensors; runs roll out both in this order."""
INPUTS = ("policy", "second_policy")
"""Under which names the stage `simulate` finds the files."""


def shipped() -> dict[str, Path]:
    """File of each of `NAMES` that this installation has."""
    return {name: path for name in NAMES if (path := FOLDER / f"{name}.onnx").is_file()}


def sources(settings: Settings) -> Mapping[str, Path]:
    """Files of the policies of a run, by `INPUTS`; none where a gantry drives the robot.

    Raises:
        InputError: The policy asked for is not there.
    """
    if settings.controller == "gantry":
        return {}
    if settings.policy is None:
        return dict(zip(INPUTS, shipped().values(), strict=False))
    if str(settings.policy) not in NAMES:
        return {INPUTS[0]: _existing(Path(settings.policy))}
    return {INPUTS[0]: find_shipped(str(settings.policy))}


def find_shipped(name: str) -> Path:
    """File of one of `NAMES`.

    Raises:
        InputError: This installation lacks it.
    """
    if name not in shipped():
        raise InputError(f"{name}: this installation has no such policy; name an ONNX file.")
    return shipped()[name]


def remark(settings: Settings) -> str | None:
    """One sentence on policies that a run by default does without, None where none is missing."""
    missing = [name for name in NAMES if name not in shipped()]
    if settings.controller == "gantry" or settings.policy is not None or not missing:
        return None
    if len(missing) == len(NAMES):
        return "this installation has no trained policies: a gantry holds the robot."
    return f"this installation has no {missing[0]} policy: only the {next(iter(shipped()))} is rolled out."


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise InputError(f"{path}: no such policy file; check the path, or name one of {' and '.join(NAMES)}.")
    return path
