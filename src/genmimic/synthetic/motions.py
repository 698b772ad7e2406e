"""Everyday motions with exactly known truth: walks, turns, squats, bends and gestures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from genmimic.errors import InputError
from genmimic.synthetic.body import Body
from genmimic.synthetic.choreography import Plan, Stoop
from genmimic.synthetic.footsteps import Step, stance, straight_walk, turn_steps
from genmimic.synthetic.upper_body import Arm, UpperBody

STANCE_WIDTH = 0.20
"""Distance between the ankles when standing, metres, for a leg of 0.9 m."""

REST = UpperBody()
RAISED = Arm(upper=(0.55, 0.35, 0.42), fore=(0.18, 1.0, 0.25), palm=(0.1, 0.1, 1.0))
WAVE_IN = Arm(upper=(0.62, 0.30, 0.42), fore=(-0.22, 1.0, 0.25), palm=(0.1, 0.1, 1.0))
WAVE_OUT = Arm(upper=(0.62, 0.30, 0.42), fore=(0.60, 0.85, 0.25), palm=(0.1, 0.1, 1.0))
SIDEWAYS = Arm(upper=(1.0, 0.02, 0.05), fore=(1.0, 0.05, 0.08), palm=(0.0, -1.0, 0.15))
OVERHEAD = Arm(upper=(0.28, 1.0, 0.10), fore=(0.10, 1.0, 0.08), palm=(-1.0, 0.0, 0.1))
FORWARD = Arm(upper=(0.10, -0.05, 1.0), fore=(-0.02, 0.04, 1.0), palm=(-0.4, -1.0, 0.0))
THUMB_UP = Arm(upper=(0.25, -0.75, 0.60), fore=(-0.02, 0.28, 1.0), palm=(-1.0, 0.0, 0.0))
FOLDED_OVER = Arm(upper=(0.30, -0.86, 0.42), fore=(-0.92, 0.12, 0.36), palm=(0.0, -0.35, -1.0))
FOLDED_UNDER = Arm(upper=(0.34, -0.88, 0.36), fore=(-0.92, 0.02, 0.28), palm=(0.0, -0.35, -1.0))
REACH_DOWN = Arm(upper=(0.10, -0.72, 0.74), fore=(-0.05, -0.62, 0.80), palm=(-1.0, -0.2, 0.2))
HOLD = Arm(upper=(0.16, -0.95, 0.20), fore=(-0.16, 0.05, 1.0), palm=(-1.0, -0.2, 0.0))


def names() -> tuple[str, ...]:
    """Names of the motions there are."""
    return tuple(_PLANS)


def plan(name: str, body: Body) -> Plan:
    """The plan of a motion, with distances fitted to the body's legs.

    Raises:
        InputError: There is no motion of that name.
    """
    if name not in _PLANS:
        raise InputError(f"No synthetic motion is called '{name}'; choose one of {', '.join(_PLANS)}.")
    return _PLANS[name](body.standing_pelvis_height / 1.05)


def _stand(scale: float) -> Plan:
    poses = [(0.0, REST), (1.2, REST), (1.8, UpperBody(look=0.5)), (2.4, UpperBody(look=0.5)), (3.1, REST)]
    return Plan("stand", 4.0, stance(STANCE_WIDTH * scale), poses=poses)


def _wave(scale: float) -> Plan:
    def up(arm: Arm) -> UpperBody:
        return UpperBody(right=arm, look=-0.05)

    waves = [(1.35 + 0.26 * k, up(WAVE_IN if k % 2 else WAVE_OUT)) for k in range(6)]
    end = waves[-1][0]
    poses = [(0.0, REST), (0.5, REST), *waves, (end + 0.25, up(RAISED)), (end + 1.05, REST)]
    return Plan("wave", 4.6, stance(STANCE_WIDTH * scale), poses=poses)


def _greet(scale: float) -> Plan:
    """Wave with the right hand, then raise both arms: the motion of examples/wave.mp4."""
    both = UpperBody(left=OVERHEAD, right=OVERHEAD, bend=-0.06, nod=-0.08)
    out = UpperBody(left=SIDEWAYS, right=SIDEWAYS)
    waves = [(1.1 + 0.27 * k, UpperBody(right=WAVE_IN if k % 2 else WAVE_OUT, look=-0.05)) for k in range(5)]
    poses = [
        (0.0, REST),
        (0.35, REST),
        *waves,
        (2.85, REST),
        (3.0, REST),
        (3.5, out),
        (4.0, both),
        (4.15, both),
        (4.9, REST),
    ]
    return Plan("greet", 5.0, stance(STANCE_WIDTH * scale), poses=poses)


def _raise_arms(scale: float) -> Plan:
    out = UpperBody(left=SIDEWAYS, right=SIDEWAYS)
    up = UpperBody(left=OVERHEAD, right=OVERHEAD)
    poses = [(0.0, REST), (0.6, REST), (1.5, out), (2.2, out), (3.0, up), (3.5, up), (4.6, REST)]
    return Plan("raise_arms", 5.0, stance(STANCE_WIDTH * scale), poses=poses)


def _fold_arms(scale: float) -> Plan:
    folded = UpperBody(left=FOLDED_UNDER, right=FOLDED_OVER)
    ready = UpperBody(left=HOLD, right=HOLD)
    poses = [(0.0, REST), (0.6, REST), (1.2, ready), (1.8, folded), (3.4, folded), (4.0, ready), (4.7, REST)]
    return Plan("fold_arms", 5.0, stance(STANCE_WIDTH * scale), poses=poses)


def _point(scale: float) -> Plan:
    pointing = UpperBody(right=FORWARD, twist=0.15)
    poses = [(0.0, REST), (0.6, REST), (1.4, pointing), (2.8, pointing), (3.7, REST)]
    curls = {"fingers": [(0.7, (0.0, 0.0)), (1.2, (0.0, 1.0)), (2.9, (0.0, 1.0)), (3.5, (0.0, 0.0))]}
    return Plan("point", 4.2, stance(STANCE_WIDTH * scale), poses=poses, curls=curls)


def _thumbs_up(scale: float) -> Plan:
    thumb = UpperBody(right=THUMB_UP)
    poses = [(0.0, REST), (0.6, REST), (1.4, thumb), (2.8, thumb), (3.7, REST)]
    closing = [(0.7, (0.0, 0.0)), (1.2, (0.0, 1.0)), (2.9, (0.0, 1.0)), (3.5, (0.0, 0.0))]
    return Plan(
        "thumbs_up", 4.2, stance(STANCE_WIDTH * scale), poses=poses, curls={"index": closing, "fingers": closing}
    )


def _squat(scale: float) -> Plan:
    down = Stoop(drop=0.36 * scale, back=0.10 * scale, lean=0.50)
    ahead = Arm(upper=(0.12, 0.55, 0.85), fore=(-0.02, 0.6, 0.8), palm=(-0.4, -1.0, 0.6))
    low = UpperBody(left=ahead, right=ahead, bend=0.25, nod=-0.45)
    stoops = [(0.0, Stoop()), (0.7, Stoop()), (1.8, down), (2.3, down), (3.4, Stoop())]
    poses = [(0.0, REST), (0.6, REST), (1.7, low), (2.4, low), (3.5, REST)]
    return Plan("squat", 4.2, stance(1.5 * STANCE_WIDTH * scale, splay=0.3), poses=poses, stoops=stoops)


def _bend(scale: float) -> Plan:
    """Bend down, pick something up from a low place in front, stand up and hold it."""
    down = Stoop(drop=0.17 * scale, back=0.19 * scale, lean=0.85)
    reach = UpperBody(left=REACH_DOWN, right=REACH_DOWN, bend=0.55, nod=-0.2)
    lifted = UpperBody(left=HOLD, right=HOLD)
    stoops = [(0.0, Stoop()), (0.7, Stoop()), (1.9, down), (2.4, down), (3.6, Stoop())]
    poses = [(0.0, REST), (0.7, REST), (1.9, reach), (2.4, reach), (3.6, lifted), (4.4, lifted)]
    return Plan("bend", 4.6, stance(1.2 * STANCE_WIDTH * scale), poses=poses, stoops=stoops)


def _walk(scale: float) -> Plan:
    """Walk three metres and stop."""
    begin, width = (-1.5, 0.0), 0.12 * scale
    steps = straight_walk(3.0, 0.62 * scale, 0.56, width, begin=0.6, origin=begin)
    return Plan("walk", steps[-1].end + 0.7, stance(width, begin, splay=0.0), steps)


def _walk_towards(scale: float) -> Plan:
    """Walk three and a half metres towards a camera on the x axis."""
    begin, width = (-2.2, 0.0), 0.12 * scale
    steps = straight_walk(3.5, 0.62 * scale, 0.56, width, begin=0.4, origin=begin)
    return Plan("walk_towards", steps[-1].end + 0.6, stance(width, begin, splay=0.0), steps)


def _turn(scale: float) -> Plan:
    """Turn round on the spot to the left in six steps."""
    width = STANCE_WIDTH * scale
    steps = turn_steps(np.pi, 6, 0.5, width, begin=0.7)
    return Plan("turn", steps[-1].end + 0.9, stance(width, splay=0.0), steps)


def _step_aside(scale: float) -> Plan:
    """Raise both arms sideways, then step to the right and lower them."""
    width, aside = STANCE_WIDTH * scale, 0.42 * scale
    steps = [
        Step("right", 1.9, 2.5, 0.0, -0.5 * width - aside, 0.0),
        Step("left", 2.65, 3.25, 0.0, 0.5 * width - aside, 0.0),
    ]
    out = UpperBody(left=SIDEWAYS, right=SIDEWAYS)
    poses = [(0.0, REST), (0.6, REST), (1.5, out), (3.2, out), (4.2, REST)]
    return Plan("step_aside", 4.6, stance(width, splay=0.0), steps, poses)


_PLANS: dict[str, Callable[[float], Plan]] = {
    "stand": _stand,
    "wave": _wave,
    "greet": _greet,
    "raise_arms": _raise_arms,
    "fold_arms": _fold_arms,
    "point": _point,
    "thumbs_up": _thumbs_up,
    "squat": _squat,
    "bend": _bend,
    "walk": _walk,
    "walk_towards": _walk_towards,
    "turn": _turn,
    "step_aside": _step_aside,
}
