"""A simulated stand-in for the paper's Visual Success Rate: does what is seen resemble the motion asked for?

The paper (section 5.4) calls a real trial a failure for "excessive stumbling or inability to visually follow a critical
keypoint, such as a hand or foot". This module says the same of a simulated rollout, with numbers of our own choice:

- a stumble is a foot that comes down after at least 0.1 s in the air although the reference's foot stays where it is
  from 0.4 s before to 0.4 s after; more than one every two seconds are excessive;
- a hand or foot is missed if for 0.4 s on end it is, seen from the pelvis, more than 0.2 m from everywhere that the
  reference's is between 0.3 s before and 0.3 s after: being a little early or late is not seen;
- a turn is missed if for 0.4 s on end the robot faces more than 45 degrees away from the reference.

Where the robot stands in the room does not count: a spectator would not notice.
"""

from __future__ import annotations

import math

from genmimic.evaluation import reductions
from genmimic.rotation import Array

FLIGHT = 0.1
"""Seconds without contact that make a step; anything shorter is chatter."""
STILL_WINDOW = 0.4
"""Seconds before and after a touchdown in which the reference's foot has to stay."""
STILL = 0.1
"""Metres by which it may move all the same."""
SECONDS_PER_STUMBLE = 2.0
"""More stumbles than one in so many seconds are excessive."""
LIMB_LIMIT = 0.2
"""Metres by which a hand or foot may be off in the pelvis frame."""
LAG = 0.3
"""Seconds by which a limb may be early or late."""
LAGS = 5
"""Lags that are looked at on either side."""
HEADING_LIMIT = math.radians(45.0)
"""Radians by which the robot may face elsewhere."""
MISSED_SECONDS = 0.4
"""For how long a limb or the heading has to be beyond its limit."""


def stumbles(foot_contact: Array, reference_foot_pos_w: Array, counted: Array, fps: float) -> Array:
    """Number (...) of steps that the reference does not ask for.

    Args:
        foot_contact: (T, ..., 2), boolean.
        reference_foot_pos_w: (T, ..., 2, 3), metres.
        counted: Steps that count, (T, ...), boolean.
        fps: Steps per second.
    """
    flight, window = round(FLIGHT * fps), round(STILL_WINDOW * fps)
    down_before = reductions.later(foot_contact, -1)
    recent = reductions.windowed_count(down_before, flight)
    # a foot that has never stood is being put down, not stepping
    stood = reductions.running_count(down_before) > recent
    touchdown = foot_contact & ~down_before & (recent == 0) & stood
    moved = touchdown & ~touchdown
    for steps in (-window, -window // 2, window // 2, window):
        way = reductions.later(reference_foot_pos_w, steps) - reference_foot_pos_w
        moved = moved | ((way**2).sum(-1) > STILL**2)
    return (touchdown & ~moved & counted[..., None]).sum(-1).sum(0)


def missed_limbs(limb_pos_b: Array, reference_limb_pos_b: Array, counted: Array, fps: float) -> Array:
    """Which limbs (..., L) are missed, boolean.

    Args:
        limb_pos_b: In the robot's pelvis frame, (T, ..., L, 3), metres.
        reference_limb_pos_b: In the reference's, likewise.
        counted: Steps that count, (T, ...), boolean.
        fps: Steps per second.
    """
    away = limb_pos_b[..., 0] == limb_pos_b[..., 0]  # everywhere, until a lag is found with which it is not
    for lag in range(-LAGS, LAGS + 1):
        there = reductions.later(reference_limb_pos_b, round(lag * LAG * fps / LAGS))
        away = away & (((limb_pos_b - there) ** 2).sum(-1) > LIMB_LIMIT**2)
    return reductions.lasts(away & counted[..., None], round(MISSED_SECONDS * fps))


def missed_heading(heading_error: Array, counted: Array, fps: float) -> Array:
    """Whether (...) a turn is missed, of heading errors (T, ...) in radians."""
    return reductions.lasts((heading_error > HEADING_LIMIT) & counted, round(MISSED_SECONDS * fps))


def resembles(stumbled: Array, missed: Array, turned_away: Array, fell: Array, seconds: Array) -> Array:
    """Whether (...) a rollout would pass as the motion asked for.

    Args:
        stumbled: Number of stumbles, (...).
        missed: Missed limbs, (..., L), boolean.
        turned_away: (...), boolean.
        fell: By our rule, (...), boolean.
        seconds: How long it lasted, (...).
    """
    return ~fell & ~turned_away & ~missed.any(-1) & (stumbled * SECONDS_PER_STUMBLE <= seconds)
