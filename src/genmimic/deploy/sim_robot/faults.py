"""Faults that the simulated robot can be given, for tests and rehearsals, each during a stretch of time."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from genmimic.errors import InputError


class FaultKind(StrEnum):
    """What can go wrong; the value's meaning follows each name."""

    DROP = "drop"
    """Messages both ways get lost: share, 0 to 1."""
    STALL = "stall"
    """Messages both ways are held up and then come all at once; the value is not used."""
    SILENCE = "silence"
    """The robot says nothing more but goes on."""
    NAN = "nan"
    """NaN in a field of the state: 0 joint position, 1 joint velocity, 2 orientation, 3 angular velocity."""
    HOT = "hot"
    """A motor is hot: degrees Celsius."""
    MOTOR = "motor"
    """A motor reports a fault and gives no torque: its number among our 23 joints."""
    SECOND_PUBLISHER = "second-publisher"
    """Somebody else sends commands, too."""
    MODE_MACHINE = "mode-machine"
    """The robot reports another build: the number."""
    BAD_CRC = "bad-crc"
    """Messages of the robot have a wrong checksum: share, 0 to 1."""
    PUSH = "push"
    """Somebody pushes the robot forward once: m/s."""


DEFAULTS: dict[FaultKind, float] = {
    FaultKind.DROP: 0.05,
    FaultKind.HOT: 95.0,
    FaultKind.MOTOR: 3.0,
    FaultKind.MODE_MACHINE: 2.0,
    FaultKind.BAD_CRC: 1.0,
    FaultKind.PUSH: 0.5,
}
"""Values where none is given; 0 for the others."""

_TEXT = re.compile(r"(?P<kind>[a-z-]+)(:(?P<value>[0-9.]+))?(@(?P<start>[0-9.]+))?(\+(?P<seconds>[0-9.]+))?")


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        kind: What goes wrong.
        value: How much of it, see `FaultKind`.
        start: When it begins, seconds after the robot has got its first command.
        seconds: How long it lasts.
    """

    kind: FaultKind
    value: float = 0.0
    start: float = 0.0
    seconds: float = math.inf

    def is_on(self, time: float) -> bool:
        """Whether it is there at a time, seconds after the first command."""
        return self.start <= time < self.start + self.seconds


def parse_fault(text: str) -> Fault:
    """Read `KIND[:VALUE][@START][+SECONDS]`, such as `drop:0.05@3+2`.

    Raises:
        InputError: Another form or an unknown kind.
    """
    match = _TEXT.fullmatch(text)
    kinds = [str(kind) for kind in FaultKind]
    if match is None or match["kind"] not in kinds:
        raise InputError(
            f"--fault {text}: expected KIND[:VALUE][@START][+SECONDS] with a KIND of {', '.join(kinds)}; "
            "for example drop:0.05@3+2."
        )
    kind = FaultKind(match["kind"])
    try:
        value = DEFAULTS.get(kind, 0.0) if match["value"] is None else float(match["value"])
        start, seconds = float(match["start"] or 0.0), float(match["seconds"] or math.inf)
    except ValueError:
        raise InputError(f"--fault {text}: a number in it cannot be read.") from None
    return Fault(kind, value, start, seconds)


def active(faults: tuple[Fault, ...], kind: FaultKind, time: float) -> Fault | None:
    """The first fault of a kind that is there at a time."""
    return next((fault for fault in faults if fault.kind is kind and fault.is_on(time)), None)
