"""The goals of a control step: clean for the critic, as a generated video would give them for the policy."""

from __future__ import annotations

from dataclasses import replace

import torch

from genmimic.learning.env.config import EnvConfig
from genmimic.learning.env.draws import ObservationDraws
from genmimic.learning.env.library import MotionLibrary
from genmimic.learning.env.noise import NoiseBank
from genmimic.learning.env.playback import Playback, window
from genmimic.learning.env.state import Episode
from genmimic.learning.records import map_tensors
from genmimic.motion import noise
from genmimic.robot.kinematics import forward_kinematics
from genmimic.tracking.state import Goal, RobotState


def clean_goal(config: EnvConfig, episode: Episode) -> Goal:
    """The goal (N, F) as the motion has it."""
    ahead = episode.ahead
    return Goal(
        keypoint_pos_w=ahead.keypoint_pos_w,
        root_pos_w=episode.reference_root_pos_w,
        root_quat_w=episode.reference_root_quat_w,
        joint_pos=ahead.joint_pos,
        joint_vel=ahead.joint_vel,
        keypoint_quat_w=ahead.keypoint_quat_w,
        keypoint_lin_vel_w=ahead.keypoint_lin_vel_w,
        keypoint_ang_vel_w=ahead.keypoint_ang_vel_w,
        steps=config.goal_steps,
    )


def shown_goal(
    config: EnvConfig, library: MotionLibrary, bank: NoiseBank | None, episode: Episode, draws: ObservationDraws
) -> Goal:
    """The goal (N, F) that the policy sees: video noise, then table 8's offset and white noise.

    Video noise moves the reference's configuration, from which joints and keypoints follow alike. Velocities stay
    those of the clean motion; only the baselines look at them.
    """
    goal = clean_goal(config, episode)
    if bank is not None:
        goal = _video_goal(config, library, bank, episode, goal)
    white, joint_pos = config.randomization.goal_noise, goal.joint_pos
    keypoint_pos_w = goal.keypoint_pos_w
    if config.randomization.goal_offset > 0:
        keypoint_pos_w = keypoint_pos_w + episode.goal_offset[:, None]
    if white > 0 and joint_pos is not None:
        keypoint_pos_w = keypoint_pos_w + white * draws.keypoints
        joint_pos = joint_pos + white * draws.joints
    return replace(goal, keypoint_pos_w=keypoint_pos_w, joint_pos=joint_pos)


def believed_goal(goal: Goal, shown: Goal, state: RobotState, known: RobotState) -> Goal:
    """The clean goal as far away as the robot takes it to be: a teacher that is asked there answers to what is seen.

    A student cannot know by how much its odometry or the video is off. Labels that answer to the truth contradict what
    it is shown about its place, and the mean of such labels is not to care about the place at all.

    Args:
        goal: The clean goal (N, F).
        shown: The goal that the student is shown.
        state: The robots as they are.
        known: The robots as they take themselves to be.

    Returns:
        The clean goal moved horizontally, by the error of the belief and by that of the shown pelvis.
    """
    offset = (state.root_pos_w - known.root_pos_w) + (shown.root_pos_w - goal.root_pos_w)
    offset = torch.cat([offset[..., :2], torch.zeros_like(offset[..., 2:])], -1)
    return replace(
        goal,
        keypoint_pos_w=goal.keypoint_pos_w + offset[..., None, None, :],
        root_pos_w=goal.root_pos_w + offset,
    )


def _video_goal(config: EnvConfig, library: MotionLibrary, bank: NoiseBank, episode: Episode, goal: Goal) -> Goal:
    # the present (for the frame that a student's goals are given in), then the goal's frames
    steps = (0, *config.goal_steps)
    ahead = torch.stack([episode.noise_frame + step for step in steps], -1)
    sample = bank.tracks.at(episode.noise_track[:, None], ahead)
    looked_up = window(library, _moved(episode.playback, steps, sample.frame_offset), pelvis_only=True).at(0)
    start = episode.noise_start_pos_w[:, None] if config.video_noise.bend_paths else None
    root_pos_w, root_quat_w, joint_pos = noise.apply(
        looked_up.root_pos_w,
        looked_up.root_quat_w,
        looked_up.joint_pos,
        sample,
        noise.activity(bank.model, looked_up.joint_vel),
        start,
    )
    keypoint_pos_w, keypoint_quat_w = forward_kinematics(root_pos_w[:, 1:], root_quat_w[:, 1:], joint_pos[:, 1:])
    return replace(
        goal,
        keypoint_pos_w=keypoint_pos_w,
        keypoint_quat_w=keypoint_quat_w,
        joint_pos=joint_pos[:, 1:],
        root_pos_w=root_pos_w[:, 0],
        root_quat_w=root_quat_w[:, 0],
    )


def _moved(playback: Playback, steps: tuple[int, ...], offsets: torch.Tensor) -> Playback:
    """The same playbacks `steps` (A) from the present, showing frames (N, A) off those: leading dimensions (N, A)."""
    moments = len(steps)

    def spread(x: torch.Tensor) -> torch.Tensor:
        return x[:, None].expand(-1, moments, *x.shape[1:])

    frame = torch.stack([playback.frame + step for step in steps], -1) + offsets
    # a passage to a new clip goes on while the clip itself stands still
    blend_step = torch.stack([playback.blend_step + step for step in steps], -1)
    return replace(map_tensors(spread, playback), frame=frame, blend_step=blend_step)
