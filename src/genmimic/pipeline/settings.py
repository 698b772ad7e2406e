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
        fps: Frames per second of the content without its repeats, where it is known better than the file tells; None
            finds it.
        person: Which person to follow where there are several, 1 is the longest and largest track; None chooses it.
        height: The person's height in metres; None assumes 1.70.
        focal: Focal length in pixels of the first frame used (after rotation and crop); None assumes 1.1 times the
            longer side.
        controller: What drives the simulated robot: `policy` (trained networks) or `gantry` (PD on the reference, the
            pelvis held by springs).
        policy: `teacher` or `student`, the package's own, or an ONNX file; None rolls out both, one after the other.
        friction: Sliding friction coefficient of the simulated floor.
        motor_strength: Factor of the simulated motors' torques before their limits.
        delay_steps: Control steps of 20 ms by which joint targets come late.
        noise: Scale of the noise on a policy's sensors; 1 is the paper's, used in training. None gives 1 to a policy
            that sees what a robot measures, and 0 to one that knows the simulator's state.
        seed: Seed of that noise.
        dof: Joint columns in reference.csv: 29 (Unitree's order, zeros for the six absent joints) or 23.
        render: Whether to make video.mp4.

    Raises:
        InputError: A setting is out of range or contradicts another.
    """

    start: float | None = None
    end: float | None = None
    crop: tuple[int, int, int, int] | None = None
    fps: float | None = None
    person: int | None = None
    height: float | None = None
    focal: float | None = None
    controller: Literal["policy", "gantry"] = "policy"
    policy: str | Path | None = None
    friction: float = 0.8
    motor_strength: float = 1.0
    delay_steps: int = 0
    noise: float | None = None
    seed: int = 0
    dof: Literal[23, 29] = 29
    render: bool = True

    def __post_init__(self) -> None:
        if self.start is not None and not 0.0 <= self.start < float("inf"):
            raise InputError(f"--start is {self.start}, expected seconds from the beginning of the video, 0 or more.")
        if self.end is not None and not (self.start or 0.0) < self.end < float("inf"):
            raise InputError(f"--end is {self.end}, expected seconds later than --start ({self.start or 0.0}).")
        if self.crop is not None and (len(self.crop) != 4 or min(self.crop) < 0 or min(self.crop[2:]) < 1):
            raise InputError(f"--crop is {self.crop}, expected x, y, width and height in pixels.")
        if self.fps is not None and not 1.0 <= self.fps <= 1000.0:
            raise InputError(f"--fps is {self.fps}, expected frames per second, 1 to 1000.")
        if self.person is not None and self.person < 1:
            raise InputError(
                f"--person is {self.person}, expected 1 for the longest, largest track, 2 for the next, and so on."
            )
        if self.height is not None and not 0.5 <= self.height <= 2.5:
            raise InputError(f"--height is {self.height}, expected the person's height in metres, 0.5 to 2.5.")
        if self.focal is not None and not 10.0 < self.focal < float("inf"):
            raise InputError(f"--focal is {self.focal}, expected the focal length in pixels, like 1200.")
        if self.controller not in ("policy", "gantry"):
            raise InputError(f"--controller is '{self.controller}', expected 'policy' or 'gantry'.")
        if not 0.0 < self.friction <= 5.0:
            raise InputError(f"--friction is {self.friction}, expected the floor's friction coefficient, up to 5.")
        if not 0.0 < self.motor_strength <= 5.0:
            raise InputError(f"--motor-strength is {self.motor_strength}, expected a factor of all torques, up to 5.")
        if not 0 <= self.delay_steps <= 50:
            raise InputError(f"--delay-steps is {self.delay_steps}, expected control steps of 20 ms, 0 to 50.")
        if self.noise is not None and not 0.0 <= self.noise <= 10.0:
            raise InputError(f"--noise is {self.noise}, expected a factor of the paper's noise, 0 to 10.")
        if self.seed < 0:
            raise InputError(f"--seed is {self.seed}, expected 0 or more.")
        if self.dof not in (23, 29):
            raise InputError(f"--dof is {self.dof}, expected 23 or 29.")
        if self.controller == "gantry" and self.policy is not None:
            raise InputError("--policy is not used with --controller gantry: leave out one of them.")
        if self.controller == "gantry" and self.noise is not None:
            raise InputError("--noise is not used with --controller gantry, which needs no sensors: leave out one.")
