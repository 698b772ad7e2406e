"""Options that several commands share, with the names and help that tyro shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from tyro.conf import Positional, arg


def plain(metavar: str | None, help: str) -> Any:
    """An option whose default needs no saying: no "(default: None)"."""
    return arg(metavar=metavar, help=help, help_behavior_hint="")


Videos = Annotated[
    tuple[Path, ...],
    Positional,
    plain("VIDEO ...", "Video files, or folders with videos in or below them; without any, the embedded example."),
]
Video = Annotated[Path, Positional, arg(metavar="VIDEO", help="The video file.")]
HumanFile = Annotated[
    Path, Positional, arg(metavar="HUMAN", help="human.npz of stage 1a, or the folder that holds it.")
]
ReferenceFile = Annotated[
    Path, Positional, arg(metavar="REFERENCE", help="reference.npz of stage 1b, or the folder that holds it.")
]
RunFolder = Annotated[Path, Positional, arg(metavar="DIR", help="Output folder of a run, for instance out/wave.")]

Out = Annotated[Path, arg(metavar="DIR", help="Results go to DIR/NAME.")]
Folder = Annotated[Path | None, plain("DIR", "Where to write; by default beside the input file.")]
Name = Annotated[str | None, plain("NAME", "Clip name; by default the video's file name.")]
Dof = Annotated[Literal[29, 23], arg(help="Joint columns in reference.csv; 29 has zeros for the six absent joints.")]
RenderVideo = Annotated[bool, plain(None, "Leave out video.mp4, the slowest part.")]
Jobs = Annotated[int, arg(metavar="N", help="How many videos to work on at a time, each in a process of its own.")]
Host = Annotated[str, arg(metavar="ADDRESS", help="Address to listen on; 0.0.0.0 lets other machines in.")]
Json = Annotated[bool, plain(None, "Machine-readable: one JSON object.")]
Port = Annotated[int, arg(metavar="N", help="Port to listen on.")]


@dataclass(frozen=True)
class Footage:
    """Which part of the video to use, and whom to follow."""

    start: Annotated[float | None, plain("SECONDS", "Where to start in the video.")] = None
    end: Annotated[float | None, plain("SECONDS", "Where to stop in the video.")] = None
    crop: Annotated[
        tuple[int, int, int, int] | None, plain("X Y W H", "Use only this part of the picture, in pixels.")
    ] = None
    fps: Annotated[
        float | None, plain("RATE", "Frames per second of the content, repeats not counted; found by default.")
    ] = None
    person: Annotated[
        int | None, plain("N", "Whom to follow: 1 is the longest, largest track, 2 the next, and so on.")
    ] = None
    height: Annotated[
        float | None, plain("METRES", "The person's height; 1.70 by default. All lengths scale with it.")
    ] = None
    focal: Annotated[
        float | None,
        plain(
            "PIXELS",
            "The lens's focal length in pixels of the (cropped) picture; 1.1 times its longer side by default. "
            "Depth scales with it.",
        ),
    ] = None


@dataclass(frozen=True)
class Simulation:
    """What drives the simulated robot, and what differs from the nominal one."""

    controller: Annotated[
        Literal["policy", "gantry"],
        arg(help="policy: trained networks; gantry: PD on the reference, the pelvis held by springs."),
    ] = "policy"
    policy: Annotated[
        str | None,
        plain("teacher|student|ONNX", "Roll out this policy alone; by default the teacher, then the student."),
    ] = None
    friction: Annotated[float, arg(metavar="MU", help="Friction coefficient of the floor.")] = 0.8
    motor_strength: Annotated[float, arg(metavar="FACTOR", help="Factor of all joint torques.")] = 1.0
    delay_steps: Annotated[int, arg(metavar="N", help="By how many steps of 20 ms joint targets come late.")] = 0
    noise: Annotated[
        float | None,
        plain(
            "SCALE",
            "Noise on the robot's sensors, 1 is that of the paper's training; by default 1 for a policy that sees "
            "what a robot measures, 0 for one that knows the simulator's state.",
        ),
    ] = None
    seed: Annotated[int, arg(metavar="N", help="Seed of that noise.")] = 0


@dataclass(frozen=True)
class Manner:
    """How to run, and how to tell."""

    force: Annotated[bool, plain(None, "Run again even what could be reused.")] = False
    quiet: Annotated[bool, plain(None, "No progress bars and no summary.")] = False
    json: Annotated[bool, plain(None, "Machine-readable: one JSON object per line on standard output.")] = False


FootageOptions = Annotated[Footage, arg(name="")]
SimulationOptions = Annotated[Simulation, arg(name="")]
MannerOptions = Annotated[Manner, arg(name="")]
