"""A deployment's log as the two files that `genmimic view` shows side by side: reference and robot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from genmimic.deploy.control.phases import ACTIVE, Phase
from genmimic.deploy.operation.log import PHASES, VERSION
from genmimic.errors import InputError
from genmimic.motion.files import atomic_path, load_arrays, load_robot, save_robot
from genmimic.motion.robot_motion import RobotMotion
from genmimic.robot import constants
from genmimic.robot.kinematics import forward_kinematics
from genmimic.sim.record import Rollout, save_rollout
from genmimic.sim.reference import prepare_reference
from genmimic.sim.world import CONTROL_HZ, World
from genmimic.tracking.actions import action_of_targets

ABOUT = "about.json"
TRACKED_REFERENCE = "tracked.npz"
"""The motion that was deployed, as it was loaded; `reference.npz` is what was asked for at each step of the log."""
_SHOWN = [PHASES.index(phase) for phase in (*ACTIVE, Phase.TRIPPED)]


def is_log(folder: str | Path) -> bool:
    """Whether a folder holds a deployment's log."""
    return (Path(folder) / ABOUT).is_file()


def load_log(folder: str | Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Read a log.

    Returns:
        What `about.json` says, and all arrays of `deploy.operation.log.step_row` stacked over the N control steps.

    Raises:
        InputError: The folder holds no log, or not one step of it.
    """
    folder = Path(folder)
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{folder}: holds no readable {ABOUT} ({error}); name the folder of a deployment.") from error
    if about.get("version") != VERSION:
        raise InputError(f"{folder}/{ABOUT}: field 'version' is {about.get('version')}, expected {VERSION}.")
    chunks = [load_arrays(path) for path in sorted(folder.glob("steps_*.npz"))]
    if not chunks:
        raise InputError(f"{folder}: holds no steps; the deployment ended before its first ten seconds were written.")
    return about, {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}


def write_replay(folder: str | Path) -> Rollout:
    """Write `reference.npz` and `robot.npz` into a log's folder, from soft start to soft stop or the fall after a trip.

    Where the robot stands is not measured: it is drawn where its legs took it to be. Forces on feet and by a gantry are
    not measured either; they are zeros.

    Raises:
        InputError: The log is missing or damaged, or the joints were never driven.
    """
    folder = Path(folder)
    about, log = load_log(folder)
    track = prepare_reference(load_robot(folder / TRACKED_REFERENCE))
    whole = np.isfinite(log["root_pos_w"]).all(-1) & np.isfinite(log["joint_pos"]).all(-1)
    rows = np.flatnonzero(np.isin(log["phase"], _SHOWN) & whole & np.isfinite(log["root_quat_w"]).all(-1))
    if len(rows) < 2:
        raise InputError(f"{folder}: the joints were never driven, so there is nothing to show.")
    frames, target = log["frame"][rows], log["target_joint_pos"][rows]
    keypoint_pos_w, _ = forward_kinematics(log["root_pos_w"][rows], log["root_quat_w"][rows], log["joint_pos"][rows])
    zeros = np.zeros((len(rows), 3))
    rollout = Rollout(
        name=track.motion.name,
        fps=CONTROL_HZ,
        root_pos_w=log["root_pos_w"][rows],
        root_quat_w=log["root_quat_w"][rows],
        joint_pos=log["joint_pos"][rows],
        joint_vel=np.nan_to_num(log["joint_vel"][rows]),
        torque=np.nan_to_num(log["joint_torque"][rows]),
        foot_force=np.zeros((len(rows), 2, 3)),
        foot_contact=np.zeros((len(rows), 2), bool),
        action=action_of_targets(target, constants.DEFAULT_JOINT_POS),
        target_joint_pos=target,
        keypoint_pos_w=keypoint_pos_w,
        support_force_w=zeros,
        support_moment_w=zeros,
        support_fraction=np.zeros(len(rows)),
        reference_root_pos_w=track.motion.root_pos_w[frames],
        reference_root_quat_w=track.motion.root_quat_w[frames],
        reference_joint_pos=track.motion.joint_pos[frames],
        reference_keypoint_pos_w=track.kinematics.keypoint_pos_w[frames],
        body_weight=World().weight,
        controller=str(about["tracker"]),
        held=not about["balances"],
        fall_reason="; ".join(event_causes(about)),
    )
    with atomic_path(folder / "metrics.json") as temporary:  # where the viewer looks for its sentence
        temporary.write_text(json.dumps({"verdict": {"sentence": sentence(about)}}), encoding="utf-8")
    save_rollout(rollout, folder / "robot.npz")
    save_robot(_shown_reference(rollout), folder / "reference.npz")
    return rollout


def sentence(about: dict[str, Any]) -> str:
    """What the viewer says of the log."""
    causes = event_causes(about)
    end = f"stopped: {'; '.join(causes)}" if causes else "not stopped by the safety filter"
    return f"Log of {about['tracker']} on {about.get('robot', 'a robot')}, {end}. Its place is estimated by its legs."


def event_causes(about: dict[str, Any]) -> list[str]:
    """Why the robot was stopped, in words; empty if it was not."""
    return [cause for event in about["events"] if event["event"] == "trip" for cause in event["causes"].values()]


def _shown_reference(rollout: Rollout) -> RobotMotion:
    """What the robot was asked for at each step, pauses included."""
    return RobotMotion(
        name=rollout.name,
        fps=rollout.fps,
        root_pos_w=rollout.reference_root_pos_w,
        root_quat_w=rollout.reference_root_quat_w,
        joint_pos=rollout.reference_joint_pos,
        foot_contact=np.zeros((len(rollout), 2)),
        confidence=np.ones(len(rollout)),
        source="log of a deployment",
    )
