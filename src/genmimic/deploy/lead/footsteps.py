"""Where the feet stand before a motion begins, and the steps that bring them where its first frame has them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic import rotation
from genmimic.deploy.lead.courses import reach, turn
from genmimic.deploy.lead.entry import Entry
from genmimic.gestures.footwork import bump
from genmimic.robot.constants import SOLE_HEIGHT

HALF_WIDTH = 0.12
"""Half the distance of the ankles of a robot that stands, metres."""
NARROWEST, WIDEST = 0.16, 0.45
"""Distance of two planted feet from which a robot can stand up without a step, metres."""
SLOW = 0.25
"""A pelvis that moves no faster than this, m/s, can be reached without a step of a planted foot."""
RUN_UP, TURN_UP = 0.12, 0.5
"""At most this far before the first frame's place, metres, and heading, radians, does the robot stand."""
TOUCHING = 0.03
"""A foot that stands nearer than this to where the frame has it, metres, does not step."""
RISE = 0.05
"""How high a foot is lifted, metres."""


@dataclass(frozen=True)
class Feet:
    """Both ankles' poses in some frames, (T, 2, 3) and (T, 2, 4), and whether each foot stands, (T, 2)."""

    pos_w: np.ndarray
    quat_w: np.ndarray
    standing: np.ndarray


def stance_before(entry: Entry, seconds: float) -> tuple[np.ndarray, np.ndarray]:
    """Ankle places (2, 2), metres, and headings (2,), radians, of the stand from which a frame is reached.

    Feet that the frame has planted stay there if the robot can stand so; otherwise it stands as far behind as it gets
    on the way to the frame's velocity, within limits, with its feet side by side.
    """
    places, yaws = entry.ankle_pos_w[:, :2], rotation.yaw(entry.ankle_quat_w)
    slow = float(np.linalg.norm(entry.root_lin_vel_w[:2])) <= SLOW
    width = float(np.linalg.norm(places[0] - places[1]))
    if slow and entry.planted.all() and NARROWEST <= width <= WIDEST:
        return places, yaws
    if slow and not entry.planted.all():
        foot = int(entry.planted.argmax())
        across = HALF_WIDTH * (1.0 if foot == 0 else -1.0)
        middle = places[foot] - across * _left(yaws[foot])
        return _side_by_side(middle, yaws[foot])
    back = 0.5 * seconds * entry.root_lin_vel_w[:2]
    back *= min(1.0, RUN_UP / max(float(np.linalg.norm(back)), 1e-9))
    yaw = entry.yaw - float(np.clip(0.5 * seconds * entry.yaw_rate, -TURN_UP, TURN_UP))
    return _side_by_side(entry.root_pos_w[:2] - back, yaw)


def foot_paths(entry: Entry, stance: tuple[np.ndarray, np.ndarray], share: np.ndarray, seconds: float) -> Feet:
    """Both feet from a stance into a frame: planted ones step first, one that is in the air leaves last.

    Args:
        entry: The frame.
        stance: Places and headings of the ankles at rest.
        share: Elapsed share of the time of the transition, (T,).
        seconds: Its length.
    """
    places, yaws = stance
    far = _away(entry, places)
    pos_w, quat_w = np.empty((len(share), 2, 3)), np.empty((len(share), 2, 4))
    standing = np.ones((len(share), 2), dtype=bool)
    for foot, (begin, end) in enumerate(_swings(entry, places, far)):
        start = np.append(places[foot], SOLE_HEIGHT)
        facing = rotation.about_z(yaws[foot])
        lands = bool(entry.planted[foot])
        still = np.zeros(3)
        part, time = (share - begin) / (end - begin), (end - begin) * seconds
        vel, ang_vel = (still, still) if lands else (entry.ankle_lin_vel_w[foot], entry.ankle_ang_vel_w[foot])
        pos_w[:, foot] = reach(part, time, start, entry.ankle_pos_w[foot], vel)
        quat_w[:, foot] = turn(part, time, facing, entry.ankle_quat_w[foot], ang_vel)
        if far[foot] or not lands:
            pos_w[:, foot, 2] += RISE * bump(part) * (1.0 if lands else 0.3)
            standing[:, foot] = (part <= 0.0) | ((part >= 1.0) & lands)
        pos_w[:, foot, 2] = np.maximum(pos_w[:, foot, 2], min(SOLE_HEIGHT, entry.ankle_pos_w[foot, 2]))
    return Feet(pos_w, quat_w, standing)


def steps_needed(entry: Entry, places: np.ndarray) -> int:
    """How many times a foot leaves the floor between a stance and a frame."""
    return int((_away(entry, places) | ~entry.planted).sum())


def _away(entry: Entry, places: np.ndarray) -> np.ndarray:
    """Whether each foot, (2,), stands elsewhere than where the frame has it."""
    return np.linalg.norm(places - entry.ankle_pos_w[:, :2], axis=-1) > TOUCHING


def _swings(entry: Entry, places: np.ndarray, far: np.ndarray) -> list[tuple[float, float]]:
    """Share of the time at which each foot, which has to go `far` or not, leaves the floor and arrives."""
    if not entry.planted.all():
        both = bool((far & entry.planted).any())
        early, late = ((0.2, 0.58), (0.66, 1.0)) if both else ((0.2, 0.8), (0.5, 1.0))
        return [early if entry.planted[foot] else late for foot in range(2)]
    if far.all():
        # the foot that lies behind goes last, as in walking
        ahead = (entry.ankle_pos_w[:, :2] - places) @ entry.root_lin_vel_w[:2]
        first = int(ahead[1] < ahead[0])
        return [(0.15, 0.5) if foot == first else (0.55, 0.92) for foot in range(2)]
    return [(0.25, 0.8), (0.25, 0.8)]


def _left(yaw: float) -> np.ndarray:
    return np.array([-np.sin(yaw), np.cos(yaw)])


def _side_by_side(middle: np.ndarray, yaw: float) -> tuple[np.ndarray, np.ndarray]:
    across = HALF_WIDTH * _left(yaw)
    return np.stack([middle + across, middle - across]), np.array([yaw, yaw])
