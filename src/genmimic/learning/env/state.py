"""What an environment remembers of its worlds from one control step to the next."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from genmimic.learning.env.config import EnvConfig
from genmimic.learning.env.estimate import Estimate, blank_estimate
from genmimic.learning.env.playback import Playback
from genmimic.learning.env.reference_rows import FIELDS, ROW_SIZE, ReferenceFrame
from genmimic.robot.names import JOINT_NAMES, KEYPOINT_NAMES
from genmimic.tracking.feet import FeetState
from genmimic.tracking.observations import History, Layout, layout_terms
from genmimic.tracking.state import RANDOMIZED_MASS_BODIES, SimulationParameters


@dataclass(frozen=True)
class Episode:
    """Where each of N worlds is in its episode.

    Attributes:
        step: Control steps since the episode began, (N,), int64.
        playback: Which reference is shown, and where in it the present is.
        ahead: The clean reference at the goal's frames, leading dimensions (N, F). Its first frame is what the next
            control step will be judged by.
        reference_root_pos_w: The reference's pelvis now, (N, 3), metres.
        reference_root_quat_w: (N, 4).
        action: The last action, (N, 23), clipped.
        weight_logits: The policy's other outputs with it, (N, 27); None where it has none.
        joint_vel: Joint velocities now, (N, 23), rad/s.
        queue: Joint targets of the last control steps, newest first, (N, delay + 1, 23), radians.
        delay: By how many steps targets come late, (N,), int64.
        feet: What is remembered of the feet.
        parameters: What each world's simulation was randomized with.
        goal_offset: Offset of goal keypoints, (N, 27, 3), metres.
        push_in: Control steps until the next push, (N,), int64.
        noise_track: Track of video noise, (N,), int64.
        noise_frame: Its frame that belongs to the present, (N,), int64.
        noise_start_pos_w: Where the shown path began, (N, 3), metres.
        goal_joint_pos: The next goal's joint positions as the policy was shown them, (N, 23): residual actions are
            around them. None where actions are not residual.
        actor_history: Steps kept of the actor's terms; None where each is observed over one step only.
        critic_history: Likewise.
        estimate: What the robots believe about their own state; None where the policy is told the simulator's.
    """

    step: torch.Tensor
    playback: Playback
    ahead: ReferenceFrame
    reference_root_pos_w: torch.Tensor
    reference_root_quat_w: torch.Tensor
    action: torch.Tensor
    weight_logits: torch.Tensor | None
    joint_vel: torch.Tensor
    queue: torch.Tensor
    delay: torch.Tensor
    feet: FeetState
    parameters: SimulationParameters
    goal_offset: torch.Tensor
    push_in: torch.Tensor
    noise_track: torch.Tensor
    noise_frame: torch.Tensor
    noise_start_pos_w: torch.Tensor
    goal_joint_pos: torch.Tensor | None
    actor_history: History | None
    critic_history: History | None
    estimate: Estimate | None

    @property
    def target(self) -> ReferenceFrame:
        """The reference (N,) of the next control step."""
        return self.ahead.at(0)


def blank(config: EnvConfig, device: torch.device) -> Episode:
    """An episode of the right shapes, all zeros, before any world has begun one."""
    worlds, joints, keypoints = config.worlds, len(JOINT_NAMES), len(KEYPOINT_NAMES)

    def zeros(*shape: int) -> torch.Tensor:
        return torch.zeros(worlds, *shape, device=device)

    def whole(*shape: int) -> torch.Tensor:
        return torch.zeros(worlds, *shape, dtype=torch.int64, device=device)

    frames = len(config.goal_steps)
    return Episode(
        step=whole(),
        playback=Playback(whole(), whole(), zeros(4), zeros(3), whole(), zeros(ROW_SIZE)),
        ahead=ReferenceFrame(**{name: zeros(frames, *shape) for name, shape in FIELDS.items()}),
        reference_root_pos_w=zeros(3),
        reference_root_quat_w=zeros(4),
        action=zeros(joints),
        weight_logits=zeros(keypoints) if config.reward.weights == "learned" else None,
        joint_vel=zeros(joints),
        queue=zeros(config.randomization.delay_steps[1] + 1, joints),
        delay=whole(),
        feet=FeetState(zeros(2) == 0, zeros(2), zeros(2)),
        parameters=SimulationParameters(
            zeros(3), zeros(2), zeros(len(RANDOMIZED_MASS_BODIES)), zeros(joints), zeros(joints), zeros(joints)
        ),
        goal_offset=zeros(keypoints, 3),
        push_in=whole(),
        noise_track=whole(),
        noise_frame=whole(),
        noise_start_pos_w=zeros(3),
        goal_joint_pos=zeros(joints) if config.residual_action else None,
        actor_history=_blank_history(config.actor, zeros),
        critic_history=_blank_history(config.critic, zeros),
        estimate=None if config.sensors is None else blank_estimate(zeros),
    )


def _blank_history(layout: Layout, zeros) -> History | None:
    if all(steps == 1 for _, steps in layout):
        return None
    return tuple(zeros(steps, term.size) for term, (_, steps) in zip(layout_terms(layout), layout, strict=True))
