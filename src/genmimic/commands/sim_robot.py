"""`genmimic sim-robot`."""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from tyro.conf import arg

from genmimic.commands import console
from genmimic.errors import InputError

if TYPE_CHECKING:
    from genmimic.deploy.sim_robot.server import SimServer

READY = "sim-robot: ready"
"""First words of the line that says so, for programs that wait for it."""


def sim_robot(
    *,
    interface: Annotated[str, arg(metavar="IFACE", help="Network interface; 'lo' for this machine alone.")] = "lo",
    domain: Annotated[int, arg(metavar="N", help="DDS domain; a real robot's is 0.")] = 0,
    hoist: Annotated[
        Literal["off", "strapped", "hang", "keep"],
        arg(
            help="off: it stands free; strapped: feet on the floor, let go when a policy begins; hang: begins in the "
            "air and is lowered first; keep: lowered but never let go."
        ),
    ] = "strapped",
    mode_machine: Annotated[int, arg(metavar="N", help="Build: 4 for 23 joints, 5 for 29, 6 for a locked waist.")] = 4,
    onboard: Annotated[
        str, arg(metavar="NAME", help="Its own controller, active until it is released; '' for none.")
    ] = "ai",
    noise: Annotated[float, arg(metavar="X", help="Factor of the sensors' noise.")] = 1.0,
    delay: Annotated[float, arg(metavar="MS", help="Delay of messages each way, milliseconds.")] = 0.0,
    loss: Annotated[float, arg(metavar="P", help="Share of messages that get lost, each way.")] = 0.0,
    friction: Annotated[float, arg(metavar="MU", help="Friction of the floor.")] = 0.8,
    ambient: Annotated[float, arg(metavar="C", help="Temperature of air and motors at the start, degrees.")] = 25.0,
    battery: Annotated[float, arg(metavar="V", help="Voltage of the battery without load.")] = 54.0,
    fault: Annotated[
        tuple[str, ...],
        arg(
            metavar="KIND[:VALUE][@START][+SECONDS] ...",
            help="What goes wrong, seconds after the first command: drop, stall, silence, nan, hot, motor, "
            "second-publisher, mode-machine, bad-crc, push.",
        ),
    ] = (),
    seed: Annotated[int, arg(metavar="N", help="Seed of all noise.")] = 0,
    seconds: Annotated[float, arg(metavar="S", help="End after this time; 0 for Ctrl-C.")] = 0.0,
    record: Annotated[Path | None, arg(metavar="FILE.npz", help="Write where it truly was, 50 times a second.")] = None,
    viewer: Annotated[bool, arg(help="Show it in MuJoCo's viewer; needs a display.")] = False,
    controls: Annotated[
        bool, arg(help="Read the remote's buttons, 'release' and 'push' from standard input, a word a line.")
    ] = False,
    priority: Annotated[bool, arg(help="Ask for a real-time priority.")] = True,
    json_lines: Annotated[bool, arg(name="json", help="Tell the outcome as JSON.")] = False,
) -> int:
    """A simulated 23-DoF G1 on the topics and services of a real one: what talks to it cannot tell the difference.

    Physics at 1,000 Hz, messages at 500 Hz in real time, with noise, an unknown heading, warming motors and a battery
    that sags. As on a real robot its own controller must be released first, commands need the right checksum and
    `mode_machine`, and joints are damped when none come.

    for example:
      genmimic sim-robot                                     on this machine, strapped up
      genmimic sim-robot --hoist hang --delay 4 --loss 0.05
      genmimic sim-robot --fault drop:0.3@5+2 hot:95@12      30 % loss for 2 s, later a hot motor
    """
    from genmimic.deploy.dds.network import require_dds

    _check(noise=noise, delay=delay, friction=friction, seconds=seconds, loss=loss, battery=battery, seed=seed)
    if loss >= 1.0:
        raise InputError(f"--loss is {loss}, expected a share below 1.")
    require_dds()
    from genmimic.deploy.pacing import steady
    from genmimic.deploy.sim_robot.controls import Controls
    from genmimic.deploy.sim_robot.faults import parse_fault
    from genmimic.deploy.sim_robot.motors import MotorModel
    from genmimic.deploy.sim_robot.recorder import TruthRecorder
    from genmimic.deploy.sim_robot.robot import SimRobotOptions
    from genmimic.deploy.sim_robot.sensors import SensorModel
    from genmimic.deploy.sim_robot.server import ServerOptions, SimServer, run, summary

    options = SimRobotOptions(
        mode_machine=mode_machine,
        onboard=onboard,
        friction=friction,
        seed=seed,
        sensors=SensorModel().noisier(noise),
        motors=MotorModel(ambient=ambient, voltage=battery),
        hoist=hoist,
        faults=tuple(parse_fault(text) for text in fault),
    )
    place = ServerOptions(interface, domain, delay=1e-3 * delay, loss=loss)
    # the threads that CycloneDDS starts inherit the priority; the viewer's must not
    with steady(priority=priority and not viewer):
        server = SimServer(options, place)
        recorder = TruthRecorder(server.robot) if record is not None else None
        people = Controls(server.robot) if controls else None
        began = time.monotonic()
        print(f"{READY} on {interface}, domain {domain}, mode_machine {mode_machine}", file=sys.stderr, flush=True)

        def each(one: SimServer) -> bool:
            if recorder is not None:
                recorder.add()
            if people is not None:
                people.poll()
            return seconds <= 0.0 or time.monotonic() - began < seconds

        try:
            if viewer:
                _run_with_viewer(server, each)
            else:
                run(server, each)
        finally:
            if recorder is not None and record is not None:
                recorder.save(record)
            _tell(summary(server, began), as_json=json_lines)
    return 0


def _tell(told: dict[str, float | int | bool], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(told), flush=True)
    else:
        console.note("; ".join(f"{key.replace('_', ' ')} {value}" for key, value in told.items()))


def _check(**amounts: float) -> None:
    for name, value in amounts.items():
        if not value >= 0.0:
            raise InputError(f"--{name} is {value}, expected 0 or more.")


def _run_with_viewer(server: SimServer, each: Callable[[SimServer], bool]) -> None:
    """The same with MuJoCo's window, whose thread costs punctuality.

    Raises:
        InputError: There is no display.
    """
    import glfw
    import mujoco.viewer

    from genmimic.deploy.sim_robot.server import run

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        opened = glfw.init()  # the viewer itself would end the program without a word
    if not opened:
        raise InputError("--viewer: MuJoCo's window cannot be opened; it needs a display.")
    body = server.robot.body
    with mujoco.viewer.launch_passive(body.model, body.data) as window:

        def shown(one: SimServer) -> bool:
            window.sync()
            return window.is_running() and each(one)

        run(server, shown, every=0.04)
