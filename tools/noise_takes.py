"""The takes on which the noise of video reconstruction is measured: who does what, seen how.

Sixteen frames per second at 832 x 480, as video generators write. Motions are cuts of 5 s from the permissive tier of
the motion capture and the choreography of `genmimic.synthetic`; views, camera moves and lenses go round, so that every
kind of motion is seen from every side. Nothing here is random but for a seed in the name.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from genmimic import rotation
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers.mocap_layout import read_mocap_clips
from genmimic.motion.resample import resample_human
from genmimic.synthetic import motions
from genmimic.synthetic.body import identities, load_body
from genmimic.synthetic.cameras import NORMAL_LENS, WIDE_LENS, Shot
from genmimic.synthetic.choreography import perform
from genmimic.synthetic.wear import wear

FPS = 16.0
DURATION = 5.0
REACH = 1.5
"""How far from the middle of the picture a person may get before a camera that does not follow, metres."""

CUTS: dict[str, dict[str, int]] = {
    "o3de_locomotion": {
        **{"Walk1": 2, "Walk2": 1, "WalkTurns1": 2, "WalkStopTurn1": 2, "WalkPivotTurn1": 1, "TurnOnSpot1": 3},
        **{"Circles1": 1, "Crouching1": 3, "FreeRoaming2": 1, "MixedLocomotion1": 1, "OutofRange1": 2, "Pushes1": 1},
        **{"JumpsFreeRoam1": 1, "Jog1": 1, "Snake1": 1},
    },
    "cmu_01_09": {
        **{"02_01": 1, "02_05": 1, "02_06": 2, "02_10": 2, "05_02": 1, "05_11": 1, "05_12": 1, "07_01": 1},
        **{"07_05": 1, "08_04": 1, "06_01": 1, "09_12": 1},
    },
    "cmu_10_14": {
        **{"12_02": 1, "13_09": 1, "13_15": 1, "13_14": 1, "13_18": 1, "13_26": 2, "13_30": 1, "13_31": 2},
        **{"14_07": 1, "14_18": 1, "14_37": 1, "13_10": 1},
    },
    "cmu_60_61_salsa": {"60_01_scaled_s0": 1, "60_12_scaled": 1, "61_05_scaled": 1},
    "cmu_55_dance": {"55_01_cmu": 1},
    "cmu_135_karate": {"135_01": 1},
    "cmu_91_jumpturn": {"91_50": 1},
    "animdraw": {"wave_hello": 1, "dab": 1},
}
"""Cuts per clip, by file of the motion capture."""

VIEWS = ("front", "three_quarter", "front", "left", "three_quarter", "right", "front", "back")
MOVES = ("static", "pan", "static", "follow", "static", "handheld", "static", "zoom", "pan")
LENSES = (NORMAL_LENS, NORMAL_LENS, 0.8 * NORMAL_LENS, 1.2 * NORMAL_LENS, WIDE_LENS)


@dataclass(frozen=True)
class NoiseTake:
    """One rendered clip: the true motion, already worn by its body and in the middle of the room, and its shot."""

    name: str
    content: str
    body: str
    human: HumanMotion
    shot: Shot
    seed: int


def takes(mocap: Path, only: set[str] | None = None) -> Iterator[NoiseTake]:
    """Yield all takes, or those named in `only`, in a fixed order.

    Args:
        mocap: Folder of the motion capture (../shared/mocap).
        only: Names to make; None for all.
    """
    number = 0
    for name in motions.names():
        label = f"choreography-{name}"
        if only is None or label in only:
            yield _choreographed(label, name, number)
        number += 1
    for file, cuts in CUTS.items():
        labels = {clip: [f"{file}-{clip}-{k}" for k in range(count)] for clip, count in cuts.items()}
        first = dict(zip(cuts, np.cumsum([0, *cuts.values()])[:-1] + number, strict=True))
        number += sum(cuts.values())
        clips = {clip for clip, names in labels.items() if only is None or only & set(names)}
        if not clips:
            continue
        for human in read_mocap_clips(mocap / f"{file}.npz", only=clips):
            clip = human.name.split("/")[-1]
            windows = _windows(human, cuts[clip])
            for k, (label, window) in enumerate(zip(labels[clip], windows, strict=True)):
                if only is None or label in only:
                    yield _captured(label, window, int(first[clip]) + k)


def _seed(name: str) -> int:
    return zlib.crc32(name.encode())


def _body(number: int) -> str:
    return identities()[number % len(identities())]


def _shot(number: int, reach: float) -> Shot:
    """The camera of the take of that number, for a person who gets `reach` metres away from the middle."""
    move = MOVES[number % len(MOVES)] if reach <= REACH else "follow"
    lens = LENSES[number % len(LENSES)]
    distance = (5.2 if reach < 0.6 else 6.2) * np.tan(0.5 * NORMAL_LENS) / np.tan(0.5 * lens)
    return Shot(view=VIEWS[number % len(VIEWS)], move=move, distance=float(distance), fov_x=lens)


def _choreographed(label: str, motion: str, number: int) -> NoiseTake:
    body = load_body(_body(number))
    human, _ = perform(body, motions.plan(motion, body), FPS, _seed(label))
    return _middle(label, motion, body.name, human, number)


def _captured(label: str, human: HumanMotion, number: int) -> NoiseTake:
    body = load_body(_body(number))
    worn = resample_human(wear(human, body), FPS)
    return _middle(label, label.rsplit("-", 1)[0], body.name, worn, number)


def _middle(label: str, content: str, body: str, human: HumanMotion, number: int) -> NoiseTake:
    """Turn the motion so that the person faces +x at first, and move the middle of the path to the origin."""
    facing = rotation.rotate(human.local_quat[0, 0], np.array([0.0, 0.0, 1.0]))
    turn = rotation.from_axis_angle(np.array([0.0, 0.0, -np.arctan2(facing[1], facing[0])]))
    root = rotation.rotate(np.broadcast_to(turn, (len(human), 4)), human.root_pos_w)
    middle = 0.5 * (root[:, :2].min(0) + root[:, :2].max(0))
    root[:, :2] -= middle
    quat = human.local_quat.copy()
    quat[:, 0] = rotation.multiply(np.broadcast_to(turn, (len(human), 4)), quat[:, 0])
    placed = replace(human, name=label, root_pos_w=root, local_quat=quat)
    reach = float(np.linalg.norm(root[:, :2], axis=1).max())
    return NoiseTake(label, content, body, placed, _shot(number, reach), _seed(label) % 2**31)


def _windows(human: HumanMotion, count: int) -> Sequence[HumanMotion]:
    """Cuts of `DURATION` spread evenly over the clip, preferring those that stay before the camera."""
    length = min(len(human), round(DURATION * human.fps) + 1)
    starts = np.arange(0, len(human) - length + 1, max(1, round(0.5 * human.fps)))
    reach = np.array([_reach(human.root_pos_w[s : s + length, :2]) for s in starts])
    near = starts[reach <= max(REACH, float(np.percentile(reach, 10)))]
    chosen = [near[int((k + 0.5) / count * len(near))] for k in range(count)]
    return [_cut(human, int(s), length) for s in chosen]


def _reach(path: np.ndarray) -> float:
    middle = 0.5 * (path.min(0) + path.max(0))
    return float(np.linalg.norm(path - middle, axis=1).max())


def _cut(human: HumanMotion, start: int, length: int) -> HumanMotion:
    part = slice(start, start + length)
    return replace(
        human,
        root_pos_w=human.root_pos_w[part],
        local_quat=human.local_quat[part],
        confidence=human.confidence[part],
        foot_contact=human.foot_contact[part],
    )
