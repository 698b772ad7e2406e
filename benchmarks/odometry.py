"""How far a robot loses its way by its own sensors; prints docs/odometry.md's tables and draws its picture.

    python benchmarks/odometry.py --policy src/genmimic/assets/policies/teacher.onnx --plot odometry_drift.png

Held-out clips are rolled out in plain MuJoCo (table 8's randomization at reset, no pushes), their sensors are read with
noise, and the odometry's account of each stretch of five seconds is laid over the truth's at its beginning, position
and heading. Distances are along chords of half a second, so that swaying is no way.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
import noise_plots

from genmimic import rotation
from genmimic.evaluation.trials import TrialConfig, roll_out
from genmimic.motion.corpus import Corpus, load_corpus
from genmimic.motion.cut import cut
from genmimic.sim.policy import Policy
from genmimic.sim.reference import Reference
from genmimic.tracking import odometry as legs
from genmimic.tracking.body_motion import body_motion, sole_corners
from genmimic.tracking.odometry import DEFAULT_GAINS, OdometryGains
from genmimic.tracking.robot_constants import of_feet
from genmimic.tracking.sensor_noise import (
    DATA_SHEET,
    SENSOR_DRAWS,
    START_DRAWS,
    SensorNoise,
    read_sensors,
    start_drift,
)
from genmimic.tracking.state import RobotState

HZ, WINDOW, STRIDE = 50, 250, 25
LOADED = 100.0
"""A foot that bears more than this, newtons, should not slide."""
NOISES = {"none": SensorNoise().scaled(0.0), "data sheet": DATA_SHEET, "table 8": SensorNoise()}
VARIANTS: dict[str, OdometryGains] = {
    "lower foot": replace(DEFAULT_GAINS, clearance=1e-4, clearance_rate=1.0, slip=1e6),
    "heights alone": replace(DEFAULT_GAINS, slip=1e6),
    "IMU's tilt as it is": replace(DEFAULT_GAINS, tilt=1.0),
    "ours": DEFAULT_GAINS,
}
_FIELDS = [f.name for f in fields(RobotState) if f.name != "last_weight_logits"]


class Recording:
    """A policy that remembers the states that it has seen."""

    held = False

    def __init__(self, policy: Policy) -> None:
        self.policy, self.gains, self.name, self.seed = policy, policy.gains, policy.name, 0
        self.states: list[RobotState] = []

    def reset(self, reference: Reference, parameters) -> None:
        self.states, self.policy.seed = [], self.seed
        self.policy.reset(reference, parameters)

    def act(self, state: RobotState, frame: int) -> np.ndarray:
        self.states.append(state)
        return self.policy.act(state, frame)

    def harness(self, frame: int) -> None:
        return None


@dataclass(frozen=True)
class Tracks:
    """True states of C clips as arrays (C, T, ...), of which the first `lengths` (C,) frames count."""

    names: list[str]
    groups: np.ndarray
    lengths: np.ndarray
    states: RobotState

    def at(self, frame: int) -> RobotState:
        return replace(self.states, **{name: getattr(self.states, name)[:, frame] for name in _FIELDS})


@dataclass(frozen=True)
class Stretch:
    """What became of a stretch of a clip: metres, seconds, radians."""

    clip: int
    seconds: float
    distance: float
    error: float
    turn_error: float


def group_of(content: str) -> str:
    if content in ("run", "jump", "sport"):
        return "runs, jumps"
    if content in ("walk", "turn") or content.endswith("locomotion"):
        return "walks, turns"
    return "in place" if content.startswith("gesture") else "dances, everyday"


def record(policy: Policy, corpus: Corpus, seconds: float, clips: int) -> Tracks:
    """Roll out the held-out clips, at most `clips` of a group, until they fall or `seconds` are over."""
    recording, kept, names, groups = Recording(policy), [], [], []
    for index in range(len(corpus)):
        group = group_of(corpus.contents[index])
        if corpus.splits[index] != "test" or not corpus.kept[index] or groups.count(group) >= clips:
            continue
        motion = cut(corpus.clip(index), slice(round(seconds * HZ)))
        rollout = roll_out(recording, motion, 0, TrialConfig(), 0)
        states = recording.states[: round(rollout.fall_time * HZ) if rollout.fell else None]
        if len(states) >= 2 * HZ:
            kept.append(states)
            names.append(motion.name)
            groups.append(group)
    longest = max(map(len, kept))
    padded = [states + states[-1:] * (longest - len(states)) for states in kept]
    arrays = {name: np.array([[getattr(state, name) for state in states] for states in padded]) for name in _FIELDS}
    return Tracks(names, np.array(groups), np.array([len(states) for states in kept]), RobotState(**arrays))


def follow(tracks: Tracks, noise: SensorNoise, gains: OdometryGains) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Estimated pelvis position (C, T, 3), orientation (C, T, 4) and velocity (C, T, 3)."""
    rng, clips = np.random.default_rng(0), len(tracks.names)
    drift, odometry, estimates = start_drift(noise, rng.standard_normal((clips, START_DRAWS))), None, []
    for frame in range(tracks.states.root_pos_w.shape[1]):
        state = tracks.at(frame)
        normal = rng.standard_normal((clips, SENSOR_DRAWS))
        readings, drifted = read_sensors(noise, state, drift, normal)
        body = body_motion(readings.joint_pos, readings.joint_vel)
        if odometry is None:
            # as in training: the IMU has settled, place and velocity are known
            settled, _ = read_sensors(noise.settled(), state, drift, normal)
            place = state.root_pos_w, state.root_quat_w, state.root_lin_vel_w
            odometry = legs.start(settled.imu_quat_w, settled.ang_vel_b, body, *place)
        else:
            odometry = legs.step(odometry, readings.imu_quat_w, readings.ang_vel_b, body, gains)
        drift = drifted
        estimates.append((odometry.root_pos_w, odometry.root_quat_w, odometry.root_lin_vel_w))
    pos, quat, vel = (np.stack(values, 1) for values in zip(*estimates, strict=True))
    return pos, quat, vel


def yaw_of(quat: np.ndarray) -> np.ndarray:
    half = rotation.heading(quat)
    return 2.0 * np.arctan2(half[..., 3], half[..., 0])


def stretches(tracks: Tracks, pos: np.ndarray, quat: np.ndarray) -> list[Stretch]:
    true_pos, true_yaw, yaw, found = tracks.states.root_pos_w, yaw_of(tracks.states.root_quat_w), yaw_of(quat), []

    def moved(path: np.ndarray, angle: float, begin: int, end: int) -> np.ndarray:
        c, s = np.cos(angle), np.sin(angle)
        return np.array([[c, s], [-s, c]]) @ (path[end] - path[begin])[:2]

    for clip, length in enumerate(tracks.lengths):
        for begin in range(0, max(1, length - WINDOW), STRIDE):
            end = min(begin + WINDOW, length - 1)
            error = moved(pos[clip], yaw[clip, begin], begin, end) - moved(
                true_pos[clip], true_yaw[clip, begin], begin, end
            )
            turn = yaw[clip, end] - yaw[clip, begin] - true_yaw[clip, end] + true_yaw[clip, begin]
            corners = true_pos[clip, np.append(np.arange(begin, end, HZ // 2), end), :2]
            distance = np.linalg.norm(np.diff(corners, axis=0), axis=-1).sum()
            turn = abs((turn + np.pi) % (2 * np.pi) - np.pi)
            found.append(Stretch(clip, (end - begin) / HZ, distance, float(np.linalg.norm(error)), turn))
    return found


def slide(tracks: Tracks, group: str) -> float:
    """Mean speed of loaded feet along the floor, m/s, at their lowest corner."""
    which = tracks.groups == group
    feet = of_feet(tracks.states.keypoint_pos_w[which]), of_feet(tracks.states.keypoint_quat_w[which])
    corners = feet[0][..., None, :] + rotation.rotate(feet[1][..., None, :], sole_corners(feet[0]))
    speed = HZ * np.linalg.norm(np.diff(corners, axis=1)[..., :2], axis=-1)
    lowest = corners[:, 1:, ..., 2].argmin(-1)
    speed = np.take_along_axis(speed, lowest[..., None], -1)[..., 0]
    loaded = tracks.states.foot_force_w[which][..., 2] > LOADED
    counts = np.arange(1, loaded.shape[1]) < tracks.lengths[which][:, None]
    return float(speed[loaded[:, 1:] & loaded[:, :-1] & counts[..., None]].mean())


def way_lost(tracks: Tracks, group: str, found: Sequence[Stretch]) -> str:
    """Cell: drift in cm/s, and as a share of the way."""
    mine = [s for s in found if tracks.groups[s.clip] == group]
    rate = 100.0 * np.mean([s.error / s.seconds for s in mine])
    return f"{rate:.2f} / {100.0 * sum(s.error for s in mine) / sum(s.distance for s in mine):.1f} %"


def other_errors(tracks: Tracks, group: str, found: Sequence[Stretch], quat: np.ndarray, vel: np.ndarray) -> str:
    """Cell: heading in degrees after a stretch, horizontal velocity in cm/s, root mean square."""
    turn = np.degrees(np.mean([s.turn_error for s in found if tracks.groups[s.clip] == group]))
    which = tracks.groups == group
    counts = np.arange(quat.shape[1]) < tracks.lengths[which][:, None]
    apart = rotation.rotate_inverse(rotation.heading(quat), vel) - rotation.rotate_inverse(
        rotation.heading(tracks.states.root_quat_w), tracks.states.root_lin_vel_w
    )
    speed = 100.0 * np.sqrt((apart[which][counts][:, :2] ** 2).sum(-1).mean())
    return f"{turn:.2f} / {speed:.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policy", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, default=Path("corpora/permissive_v1.npz"))
    parser.add_argument("--seconds", type=float, default=12.0, help="of each clip")
    parser.add_argument("--clips", type=int, default=15, help="at most, of a group")
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    tracks = record(Policy(args.policy), load_corpus(args.corpus), args.seconds, args.clips)
    groups = list(dict.fromkeys(tracks.groups))
    print("| motions | clips | seconds | way m | loaded feet slide cm/s |\n|---|---|---|---|---|")
    truth = stretches(tracks, tracks.states.root_pos_w, tracks.states.root_quat_w)
    for group in groups:
        which = tracks.groups == group
        speed = sum(s.distance for s in truth if which[s.clip]) / sum(s.seconds for s in truth if which[s.clip])
        seconds = tracks.lengths[which].sum() / HZ
        print(f"| {group} | {which.sum()} | {seconds:.0f} | {speed * seconds:.0f} | {100 * slide(tracks, group):.1f} |")
    header = " | ".join(groups)
    print(f"\nDrift, cm/s and share of the way:\n\n| sensors | odometry | {header} |\n|---|---|{'---|' * len(groups)}")
    curves: dict[str, list[np.ndarray]] = {}
    others: list[str] = []
    for sensors, noise in NOISES.items():
        for name, gains in VARIANTS.items():
            pos, quat, vel = follow(tracks, noise, gains)
            found = stretches(tracks, pos, quat)
            cells = " | ".join(way_lost(tracks, group, found) for group in groups)
            print(f"| {sensors} | {name} | {cells} |", flush=True)
            if gains is DEFAULT_GAINS:
                cells = " | ".join(other_errors(tracks, group, found, quat, vel) for group in groups)
                others.append(f"| {sensors} | {cells} |")
                error = 100 * np.linalg.norm((pos - tracks.states.root_pos_w)[..., :2], axis=-1)
                for group in groups:
                    curves.setdefault(group, []).append(mean_error(tracks, group, error))
    print(f"\nHeading in degrees after 5 s, velocity in cm/s:\n\n| sensors | {header} |\n|---|{'---|' * len(groups)}")
    print("\n".join(others))
    if args.plot is not None:
        panels = [
            noise_plots.panel(f"{group}: cm, s", np.arange(len(lines[0])) / HZ, lines, list(NOISES))
            for group, lines in curves.items()
        ]
        noise_plots.save(args.plot, [panels[:2], panels[2:]])


def mean_error(tracks: Tracks, group: str, error: np.ndarray) -> np.ndarray:
    """Mean error (T,) over the clips that last so long, as long as there are three."""
    which = tracks.groups == group
    lasting = np.arange(error.shape[1]) < tracks.lengths[which][:, None]
    enough = lasting.sum(0) >= min(3, which.sum())
    return (error[which] * lasting).sum(0)[enough] / lasting.sum(0)[enough]


if __name__ == "__main__":
    main()
