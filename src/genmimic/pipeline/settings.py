"""What the user can set for a run, checked before any work starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from genmimic.errors import InputError


@dataclass(frozen=True)
class Settings:
    """Settings of one run; each stage declares which of them it reads (`pipeline.stages`).

    Attributes:
        start: Where to start in the video, seconds; None for its beginning.
        end: Where to stop in the video, seconds; None for its end.
        crop: Part of the picture to use as x, y, width, height in pixels (after rotation); None for all of it.
        person: Which person to follow where there are several, 1 is the longest and largest track; None chooses it.
        height: The person's height in metres; None assumes 1.70.
        controller: What drives the simulated robot: `gantry` (PD on the reference, pelvis held by springs) or
            `policy` (a trained network).
        policy: The ONNX file of the policy; needed by, and only used with, controller `policy`.
        dof: Joint columns in reference.csv: 29 (Unitree's order, zeros for the six absent joints) or 23.
        render: Whether to make video.mp4.

    Raises:
        InputError: A setting is out of range or contradicts another.
    """

    start: float | None = None
    end: float | None = None
    crop: tuple[int, int, int, int] | None = None
    person: int | None = None
    height: float | None = None
    controller: Literal["gantry", "policy"] = "gantry"
    policy: Path | None = None
    dof: Literal[23, 29] = 29
    render: bool = True

    def __post_init__(self) -> None:
        if self.start is not None and not 0.0 <= self.start < float("inf"):
            raise InputError(f"--start is {self.start}, expected seconds from the beginning of the video, 0 or more.")
        if self.end is not None and not (self.start or 0.0) < self.end < float("inf"):
            raise InputError(f"--end is {self.end}, expected seconds later than --start ({self.start or 0.0}).")
        if self.crop is not None and (len(self.crop) != 4 or min(self.crop) < 0 or min(self.crop[2:]) < 1):
            raise InputError(f"--crop is {self.crop}, expected x, y, width and height in pixels.")
        if self.person is not None and self.person < 1:
            raise InputError(
                f"--person is {self.person}, expected 1 for the longest, largest track, 2 for the next, and so on."
            )
        if self.height is not None and not 0.5 <= self.height <= 2.5:
            raise InputError(f"--height is {self.height}, expected the person's height in metres, 0.5 to 2.5.")
        if self.controller not in ("gantry", "policy"):
            raise InputError(f"--controller is '{self.controller}', expected 'gantry' or 'policy'.")
        if self.dof not in (23, 29):
            raise InputError(f"--dof is {self.dof}, expected 23 or 29.")
        if self.controller == "policy" and self.policy is None:
            raise InputError("--controller policy needs the policy's ONNX file: add --policy PATH.")
        if self.controller != "policy" and self.policy is not None:
            raise InputError("--policy is only used with --controller policy: add it, or leave --policy out.")
