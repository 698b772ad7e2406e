"""The states of a deployment and what leads from one to the next."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """Where a deployment is.

    Attributes:
        CONNECT: Waits for the robot's messages; sends nothing.
        DAMPING: Joints give way slowly; waits for the operator.
        SOFT_START: From wherever the joints are to the motion's first pose.
        READY: Holds the first pose; waits for the operator.
        TRACK: Follows the motion.
        PAUSED: Follows the frame at which the operator paused.
        HOLD: Follows the last frame; waits for the operator.
        SOFT_STOP: Stiffness fades.
        TRIPPED: The safety filter has stopped the robot: damping, until the program ends.
        DONE: Over; damping was sent last.
    """

    CONNECT = "connect"
    DAMPING = "damping"
    SOFT_START = "soft start"
    READY = "ready"
    TRACK = "track"
    PAUSED = "paused"
    HOLD = "hold"
    SOFT_STOP = "soft stop"
    TRIPPED = "tripped"
    DONE = "done"


class Request(StrEnum):
    """What an operator can ask for."""

    START = "start"
    PAUSE = "pause"
    STOP = "stop"
    EMERGENCY = "emergency"


ACTIVE = frozenset({Phase.SOFT_START, Phase.READY, Phase.TRACK, Phase.PAUSED, Phase.HOLD, Phase.SOFT_STOP})
"""Phases in which joints are driven, and so the safety filter may trip."""

CONNECT_TIME = 0.2
"""Seconds of uninterrupted messages that count as connected."""
SOFT_START_TIME = 3.0
"""Seconds from the joints' present positions to the first pose."""
SOFT_STOP_TIME = 2.0
"""Seconds in which stiffness fades."""

_ASKED: dict[tuple[Phase, Request], Phase] = {
    (Phase.DAMPING, Request.START): Phase.SOFT_START,
    (Phase.DAMPING, Request.STOP): Phase.DONE,
    (Phase.CONNECT, Request.STOP): Phase.DONE,
    (Phase.READY, Request.START): Phase.TRACK,
    (Phase.TRACK, Request.PAUSE): Phase.PAUSED,
    (Phase.PAUSED, Request.PAUSE): Phase.TRACK,
    (Phase.PAUSED, Request.START): Phase.TRACK,
    (Phase.HOLD, Request.START): Phase.SOFT_START,
    (Phase.TRIPPED, Request.STOP): Phase.DONE,
    **{(phase, Request.STOP): Phase.SOFT_STOP for phase in ACTIVE - {Phase.SOFT_STOP}},
}


def next_phase(phase: Phase, request: Request | None, elapsed: float, *, connected: bool, at_end: bool) -> Phase:
    """Phase of the coming control step; trips are not decided here.

    Args:
        phase: The present one.
        request: What the operator asks for, if anything; what makes no sense in a phase is ignored.
        elapsed: Seconds spent in it.
        connected: Whether the robot's messages have come for `CONNECT_TIME`.
        at_end: Whether the motion's last frame has been reached.
    """
    if request is Request.EMERGENCY and phase not in ACTIVE:
        return phase if phase in (Phase.DONE, Phase.TRIPPED) else Phase.TRIPPED
    if request is not None and (phase, request) in _ASKED:
        return _ASKED[phase, request]
    if phase is Phase.CONNECT and connected:
        return Phase.DAMPING
    if phase is Phase.SOFT_START and elapsed >= SOFT_START_TIME:
        return Phase.READY
    if phase is Phase.TRACK and at_end:
        return Phase.HOLD
    if phase is Phase.SOFT_STOP and elapsed >= SOFT_STOP_TIME:
        return Phase.DAMPING
    return phase
